/*
 * dispute.h - edits that gave way, told with both values, each once.
 *
 * A field that both sides changed is one dispute, whichever way the run looks
 * at it; an edit that an owner's value replaces is another. The values go to
 * the report as members of their own and never into a message: whoever asks for
 * --json or --report gets them, a terminal or a log does not.
 */
#ifndef SYNC_DISPUTE_H
#define SYNC_DISPUTE_H

#include "state/store.h"
#include "sync/diff.h"
#include "sync/key_set.h"
#include "sync/report.h"

/* How a run speaks of its two ends; NULL where one is asked for: one way. */
struct dispute_ends {
    const char *source, *target; /* the accounts' names */
    bool turned;                 /* the way back: FROM of the run is target */
    struct key_set *told;        /* of this run, both ways */
};

struct dispute {
    const struct dispute_ends *ends; /* or NULL */
    const struct policy *policy;
    struct report *report;
    const char *file;
    uint64_t line;
    store_id customer;
    const struct customer *now, *held;
};

void dispute_tell(const struct dispute *dispute,
                  const struct decision *decision);

#endif
