/*
 * run_estimate.c - what a run will ask, before it asks: reading FROM, proving
 * who is not there, reading what is written over, writing.
 */
#include "sync/run_own.h"

#include "sync/absence.h"
#include "sync/pull.h"

/* What a push would choose, from what is known without asking. */
enum status run_estimate(struct run *run, struct report_strategy *strategy,
                         struct err *err)
{
    const struct provider *provider;
    struct plan_totals totals = run->totals;
    enum absence absence;
    bool known;
    uint64_t records, cost, time_ms;
    enum status status;

    *strategy = (struct report_strategy){.absence = "none"};
    if (run->from_account != NULL) {
        status =
            pull_cost(run->store, run->from_account, run->from_id,
                      run->policy->full || run->policy->missing != MISSING_KEEP,
                      run_now(run), &strategy->reads, err);
        if (status != OK)
            return status;
        strategy->requests = strategy->reads;
        strategy->time_ms =
            absence_time_ms(&run->from_account->rate, strategy->reads);
    }
    if (run->to_account == NULL)
        return OK;
    provider = run->to_account->provider;
    status = push_known_records(run->store, run->to_id, &known, &records, err);
    if (status != OK)
        return status;
    if (run->policy->out != NULL) {
        /* A plan in a file is proved before the first of it is sent. */
        totals.blind = 0;
        totals.reads += totals.updates + totals.deactivations;
    }
    absence = absence_choose(provider, &totals, known, records, &cost);
    strategy->absence = absence_name(absence);
    cost += totals.reads + absence_writes(provider, &totals, &strategy->bulk);
    time_ms = absence_time_ms(&run->to_account->rate, cost);
    if (run->policy->out != NULL && time_ms > PROOF_MS)
        cost += totals.lookups;
    strategy->requests += cost;
    strategy->time_ms += time_ms;
    strategy->creates = run->totals.creates;
    strategy->updates = run->totals.updates;
    strategy->deactivations = run->totals.deactivations;
    return OK;
}

enum status run_tell_estimate(struct run *run, struct err *err)
{
    struct report_strategy strategy;
    enum status status = run_estimate(run, &strategy, err);

    if (status == OK && (run->to_account != NULL || run->from_account != NULL))
        report_strategy(run->report, &strategy);
    return status;
}
