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
/* What a record that was read showed of its link, in the arena. */
struct followed {
    struct link link;            /* as it was before */
    const struct customer *held; /* the same */
    const struct customer *seen; /* what moved since; NULL: nothing did */
};
/*
 * A record of the account was read: held of its link, if it has one, follows,
 * and what moved is noted. shown is the customer as mapping_read gave it.
 */
enum status follow_shown(struct store *store, store_id account,
                         const struct mapping *mapping, struct text remote_id,
                         const struct customer *shown,
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
