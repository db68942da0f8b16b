/*
 * estimate.c - how many requests a planned run would take, and how long: to
 * read FROM, to prove who is not there yet, and to write.
 */
#include "sync/absence.h"
#include "sync/pull.h"
#include "sync/run_own.h"

/* Who is known there may be fewer than whom others have linked, or nobody. */
static enum status tell_unread(struct run *run, struct err *err)
{
    int64_t listed_ms;
    uint64_t records, linked = 0;
    enum status status =
        store_listed(run->store, run->from_id, &listed_ms, &records, err);

    if (status == OK)
        status = store_links_count(run->store, run->from_id, &linked, err);
    if (status == OK && (listed_ms == 0 || records < linked))
        report_problem(run->report, run->request->from[0].written, 0, "warning",
                       "never_read", "",
                       "not all of its customers were ever read, and the plan "
                       "knows only those that were");
    return status;
}

static enum status estimate_reads(struct run *run,
                                  struct report_strategy *strategy,
                                  struct err *err)
{
    const struct account *from = run->from_account;
    enum status status;

    if (from == NULL)
        return OK;
    status =
        pull_cost(run->store, from, run->from_id,
                  run->policy->full || run->policy->missing != MISSING_KEEP,
                  run_now(run), &strategy->reads, err);
    strategy->time_ms += absence_time_ms(&from->rate, strategy->reads);
    return status == OK && from->provider->list.request.method != NULL
               ? tell_unread(run, err)
               : status;
}

/* What a push would choose, from what is known without asking. */
static enum status estimate_writes(struct run *run,
                                   struct report_strategy *strategy,
                                   struct err *err)
{
    const struct account *to = run->to_account;
    int64_t listed_ms;
    uint64_t records, cost;
    enum status status;

    if (to == NULL)
        return OK;
    status = store_listed(run->store, run->to_id, &listed_ms, &records, err);
    if (status != OK)
        return status;
    strategy->absence = absence_name(absence_choose(
        to->provider, &run->totals, listed_ms > 0, records, &cost));
    strategy->requests =
        cost + absence_writes(to->provider, &run->totals, &strategy->bulk);
    strategy->time_ms += absence_time_ms(&to->rate, strategy->requests);
    strategy->creates = run->totals.creates;
    strategy->updates = run->totals.updates;
    strategy->deactivations = run->totals.deactivations;
    return OK;
}

enum status run_estimate(struct run *run, struct err *err)
{
    struct report_strategy strategy = {.absence = "none"};
    enum status status = estimate_reads(run, &strategy, err);

    if (status == OK)
        status = estimate_writes(run, &strategy, err);
    if (status != OK)
        return status;
    strategy.requests += strategy.reads;
    report_strategy(run->report, &strategy);
    return OK;
}
