/*
 * run_estimate.c - what a run will ask, before it asks: reading FROM, proving
 * who is not there, reading what is written over, writing.
 */
#include "sync/run_own.h"

#include "state/reading.h"
#include "sync/absence.h"
#include "sync/pull.h"

static enum status estimate_reads(struct run *run,
                                  struct report_strategy *strategy,
                                  struct err *err)
{
    const struct account *from = run->from_account;
    struct pulling pulling;
    struct pull_cost cost;
    enum status status;

    if (from == NULL)
        return OK;
    pulling = run_pulling(run, NULL, from, run->from_id);
    status = pull_cost(&pulling, &cost, err);
    strategy->requests = strategy->reads = cost.requests;
    strategy->time_ms = absence_time_ms(&from->rate, cost.requests);
    return status;
}

/* Of --two-way the read of the other end proves who is not there. */
static enum status is_proven(struct run *run, bool *proven, struct err *err)
{
    struct pulling pulling =
        run_pulling(run, NULL, run->to_account, run->to_id);
    struct pull_cost cost = {0};
    enum status status = OK;

    if (run->ends != NULL && run->to_client == NULL)
        status = pull_cost(&pulling, &cost, err);
    *proven = run->listed_ms > 0 || cost.whole;
    return status;
}

/* What a push would choose, from what is known without asking. */
static enum status estimate_writes(struct run *run,
                                   struct report_strategy *strategy,
                                   struct err *err)
{
    const struct account *to = run->to_account;
    struct plan_totals totals = run->totals;
    bool known = false, proven;
    uint64_t records = 0, cost, time_ms;
    enum status status;

    if (to == NULL)
        return OK;
    status = is_proven(run, &proven, err);
    /* Where nobody is looked for, no list is weighed. */
    if (status == OK && totals.creates > 0)
        status =
            push_known_records(run->store, run->to_id, &known, &records, err);
    if (status != OK)
        return status;
    if (run->policy->out != NULL) {
        /* A plan in a file is proved before the first of it is sent. */
        totals.blind = 0;
        totals.reads += totals.updates + totals.deactivations;
    }
    strategy->absence = absence_name(
        absence_choose(to->provider, &totals, known, records, &cost));
    if (proven && totals.creates > 0) {
        strategy->absence = absence_name(ABSENCE_LIST);
        cost = 0;
    }
    cost +=
        totals.reads + absence_writes(to->provider, &totals, &strategy->bulk);
    time_ms = absence_time_ms(&to->rate, cost);
    if (run->policy->out != NULL && time_ms > PROOF_MS)
        cost += totals.lookups;
    strategy->requests += cost;
    strategy->time_ms += time_ms;
    strategy->creates = run->totals.creates;
    strategy->updates = run->totals.updates;
    strategy->deactivations = run->totals.deactivations;
    return OK;
}

enum status run_estimate(struct run *run, struct report_strategy *strategy,
                         struct err *err)
{
    enum status status;

    *strategy = (struct report_strategy){.absence = "none"};
    status = estimate_reads(run, strategy, err);
    return status == OK ? estimate_writes(run, strategy, err) : status;
}

/* Others may have linked records that no read has met yet. */
static enum status tell_unread(struct run *run, struct err *err)
{
    int64_t listed_ms;
    uint64_t records, bare = 0;
    enum status status =
        store_listed(run->store, run->from_id, &listed_ms, &records, err);

    if (status == OK)
        status = store_links_bare(run->store, run->from_id, &bare, err);
    if (status == OK && (listed_ms == 0 || bare > 0))
        report_problem(run->report,
                       run->from_end != NULL ? run->from_end
                                             : run->request->from[0].written,
                       0, "warning", "never_read", "",
                       "not all of its customers were ever read, and the plan "
                       "knows only those that were");
    return status;
}

enum status run_tell_estimate(struct run *run, struct err *err)
{
    const struct account *from = run->from_account;
    struct report_strategy strategy;
    enum status status = run_estimate(run, &strategy, err);

    if (status == OK && from != NULL &&
        from->provider->list.request.method != NULL)
        status = tell_unread(run, err);
    if (status == OK && (run->to_account != NULL || from != NULL))
        report_strategy(run->report, &strategy);
    return status;
}
