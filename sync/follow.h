/*
 * follow.h - the bases follow what was seen and what was written.
 *
 * An edit at a target is noted for every source that spoke of the record, and
 * each deals with it in its own time: else the first one compared would make
 * the others write over it. Within a transaction of the caller; never asks a
 * provider anything.
 */
#ifndef SYNC_FOLLOW_H
#define SYNC_FOLLOW_H

#include "mappings/mapping.h"
#include "state/store.h"
#include "sync/config.h"

struct follow {
    struct store *store;
    store_id link;
    const struct customer *seen; /* what a read found moved; or NULL */
    const bool *written;         /* fields we wrote: an edit of them is no more,
                                    for any source; or NULL */
    store_id source;             /* has dealt with its edits of */
    const bool *dealt;           /* these fields; or NULL */
};

/* Notes, and strikes off, what moved. */
enum status follow_moved(const struct follow *follow, struct arena *arena,
                         struct err *err);

/* --- what is shown late ---------------------------------------------------*/

/* A write acknowledged since then may not be shown by a read asked at that
 * time: the settle delay of an account that guards a key, or of one that does
 * not. */
int64_t follow_settled_ms(const struct account *account, int64_t asked_ms);

/* A record as a read shows it, beside what is held of it. */
struct late_asked {
    struct store *store;
    const struct link *link;
    const struct mapping *mapping;
    const struct customer *held, *record; /* in the mapping's slots */
    const struct customer *seen;          /* diff_moved of the two */
    int64_t settled_ms;
    bool doubt; /* changes under way or in doubt count, too: not for a push,
                   which has settled them, and has one under way itself */
};
struct late {
    bool *fields; /* by number, in the arena */
    bool any;
    int64_t written_ms; /* the newest write that is not shown; 0: none */
};
/*
 * FROM is read without its lock, beside a push into the same account; and a
 * provider may show a write late. So there are fields of which what is shown is
 * nobody's edit: those that a write of ours acknowledged after settled_ms
 * changed and that are shown as they were before it, and those that a change
 * under way or in doubt is about. All others are as they are shown.
 */
enum status follow_late(const struct late_asked *asked, struct late *late,
                        struct arena *arena, struct err *err);
/* Whether a record that is not shown is gone: not while a write of ours may not
 * be shown yet. */
enum status follow_sure(struct store *store, const struct link *link,
                        int64_t settled_ms, bool *sure, struct err *err);

/* --- what is shown --------------------------------------------------------*/

/* A record as a read of an account showed it. */
struct shown {
    store_id account;
    const struct mapping *mapping;
    struct text remote_id;
    const struct customer *customer; /* as mapping_read gave it */
    int64_t settled_ms;              /* see follow_settled_ms */
};
/* What that told of its link, in the arena. */
struct followed {
    struct link link;            /* as it was before; id 0: there is none */
    const struct customer *held; /* the same */
    const struct customer *seen; /* what moved since; NULL: nothing did */
    const struct customer *late; /* held, but for fields that are shown late,
                                    which it has as they are shown; NULL: none
                                    is. Else the record is to be read again */
};
/* Held of its link, if it has one, follows but where it is shown late, and what
 * moved is noted. */
enum status follow_shown(struct store *store, const struct shown *shown,
                         struct followed *followed, struct arena *arena,
                         struct err *err);
/* Somebody set the status since we did: then it is theirs. */
void follow_status(struct link *link, const struct customer *record);
/*
 * The record is not there any more. Whatever its sources said is judged anew
 * when they say it again, so that nobody is left out in silence.
 */
enum status follow_gone(struct store *store, struct link *link,
                        struct err *err);

#endif
