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
/* A record as a read of an account showed it. */
struct shown {
    store_id account;
    const struct mapping *mapping;
    struct text remote_id;
    const struct customer *customer; /* as mapping_read gave it */
    int64_t settled_ms;              /* see follow_sure */
};
/* What that told of its link, in the arena. */
struct followed {
    struct link link;            /* as it was before; id 0: there is none */
    const struct customer *held; /* the same */
    const struct customer *seen; /* what moved since; NULL: nothing did */
    bool unsure;                 /* it may be older than what we wrote: nothing
                                    followed, and it is to be read again */
};
/* Held of its link, if it has one, follows, and what moved is noted. */
enum status follow_shown(struct store *store, const struct shown *shown,
                         struct followed *followed, struct arena *arena,
                         struct err *err);
/*
 * FROM is read without its lock, beside a push into the same account;
 * and a provider may show a write late. So what a read shows that is not what
 * we hold says nothing as long as a write of ours is under way or in doubt, or
 * was acknowledged after settled_ms: the moment the read was asked, less the
 * time in which a write may not be shown yet.
 */
enum status follow_sure(struct store *store, const struct link *link,
                        int64_t settled_ms, bool *sure, struct err *err);
/* Somebody set the status since we did: then it is theirs. */
void follow_status(struct link *link, const struct customer *record);
/*
 * The record is not there any more. Whatever its sources said is judged anew
 * when they say it again, so that nobody is left out in silence.
 */
enum status follow_gone(struct store *store, struct link *link,
                        struct err *err);

#endif
