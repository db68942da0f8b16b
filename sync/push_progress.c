/*
 * push_progress.c - how far the sending is, and what is still to be asked.
 */
#include "sync/progress.h"
#include "sync/push.h"

#include <stdio.h>

/* With --limit no more than that is done. */
static uint64_t total_of(const struct push *push)
{
    uint64_t changes = push->with->totals->changes;
    uint64_t limit = push->with->policy->limit;

    if (push->settling)
        return 0;
    return limit > 0 && limit < changes && !push->with->only_look ? limit
                                                                  : changes;
}

/*
 * What all changes cost, and of that the share of those that are left: a proof
 * that is dearer than it was thought to be comes right as they end.
 */
static uint64_t requests_left(const struct push *push, uint64_t total)
{
    struct plan_totals totals = *push->with->totals;
    uint64_t cost = totals.reads;
    bool bulk;

    if (total <= push->done || totals.changes == 0)
        return 0;
    if (push->absence == ABSENCE_LOOKUP)
        cost += totals.lookups;
    if (!push->with->only_look)
        cost += absence_writes(push->provider, &totals, &bulk);
    return (cost * (total - push->done) + totals.changes - 1) / totals.changes;
}

void push_progress(const struct push *push)
{
    const struct account *account = push->with->account;
    uint64_t total = total_of(push), left, least_ms = 0;
    char subject[100];

    if (!progress_watched())
        return;
    left = requests_left(push, total);
    if (account->rate.limit > 0)
        least_ms = left * account->rate.window_ms / account->rate.limit;
    (void)snprintf(subject, sizeof(subject), "%s:", account->name);
    progress_phase(push->settling          ? "settling"
                   : push->with->only_look ? "looking into"
                                           : "sending to",
                   subject, total, "changes");
    progress_requests(left, least_ms);
    progress_count(push->done);
}
