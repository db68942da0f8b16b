/*
 * run_two_way.c - one execution that makes two accounts agree.
 *
 * Both are locked in the order of their numbers, so that two such runs never
 * wait for each other, and both are read before anything is decided. Then it is
 * one way and back, each as if it were a job of its own, with three things
 * between them: the way back has the policy with its sides swapped, so that a
 * field comes out the same whichever way it is looked at; what the first way
 * wrote is noted as said by the other end (echo.h), so that it is no edit
 * there; and a field that both sides changed is told once.
 *
 * Both ways are planned before the first is sent, and that is thrown away: a
 * brake on either account keeps both as they are.
 */
#include "sync/run_own.h"

#include "sync/key_set.h"
#include "sync/plan_text.h"

struct two_way {
    struct run *out, back;
    struct policy policy, turned;
    struct dispute_ends ends, ends_back;
    struct arena *arena;
};

/* Without a name for a record its changed email would make it somebody new. */
static void match_by_record(struct policy *policy)
{
    size_t count = policy->match_count;

    for (size_t i = 0; i < count; i++) {
        if (policy->match[i] == KEY_REFERENCE_ID)
            return;
    }
    for (size_t i = count; i > 0; i--)
        policy->match[i] = policy->match[i - 1];
    policy->match[0] = KEY_REFERENCE_ID;
    policy->match_count++;
}

static void prepare(struct two_way *two, struct run *out)
{
    two->out = out;
    two->policy = *out->policy;
    match_by_record(&two->policy);
    two->turned = policy_turned(&two->policy, two->arena);
    out->policy = &two->policy;
    two->ends = (struct dispute_ends){
        .source = out->from_account->name,
        .target = out->to_account->name,
        .told = key_set_open(),
    };
    two->ends_back = (struct dispute_ends){
        .source = two->ends.target,
        .target = two->ends.source,
        .turned = true,
        .told = two->ends.told,
    };
    out->ends = &two->ends;
}

/* --- opening --------------------------------------------------------------*/

static enum status lock_both(struct run *run, struct err *err)
{
    bool forth = run->from_id < run->to_id;
    enum status status =
        run_lock(run->store, forth ? run->from_account : run->to_account,
                 forth ? run->from_id : run->to_id, run->policy->wait_ms, err);

    return status != OK ? status
                        : run_lock(run->store,
                                   forth ? run->to_account : run->from_account,
                                   forth ? run->to_id : run->from_id,
                                   run->policy->wait_ms, err);
}

static enum status open_both(struct run *run, struct err *err)
{
    enum status status =
        run_open_account(run, run->from_account, &run->from_id, err);

    if (status == OK)
        status = run_open_account(run, run->to_account, &run->to_id, err);
    if (status == OK && run->from_id == run->to_id)
        status = fail(err, STOP, EXIT_USAGE, "usage",
                      "both ends are one and the same account");
    if (status != OK || (run->policy->dry_run && !run->policy->look))
        return status;
    status = lock_both(run, err);
    if (status == OK)
        status = run_open_client(run, run->from_account, run->from_id,
                                 &run->from_client, err);
    if (status == OK)
        status = run_open_client(run, run->to_account, run->to_id,
                                 &run->to_client, err);
    return status;
}

/* The same run, looked at from the other end. */
static void turn(struct two_way *two)
{
    const struct run *out = two->out;

    two->back = *out;
    two->back.policy = &two->turned;
    two->back.from_account = out->to_account;
    two->back.to_account = out->from_account;
    two->back.from_client = out->to_client;
    two->back.to_client = out->from_client;
    two->back.from_id = out->to_id;
    two->back.to_id = out->from_id;
    two->back.from_end = out->to_end;
    two->back.to_end = out->from_end;
    two->back.ends = &two->ends_back;
}

/* All of FROM into the store; *listed_ms is for who writes to it. */
static enum status read_from(struct run *run, int64_t *listed_ms,
                             struct err *err)
{
    int64_t begun_ms = run_now(run);
    struct pulled pulled;
    enum status status;

    run->pulled = true;
    if (run->from_client == NULL)
        return OK; /* what is known of it has to do */
    status = run_pull_from(run, run->from_client, run->from_account,
                           run->from_id, &pulled, err);
    /* A read that an earlier run began may have its list from then: whom others
     * have made since, it proves absent no more. */
    if (status == OK && pulled.whole && !pulled.resumed)
        *listed_ms = begun_ms;
    return status;
}

static enum status open_all(struct two_way *two, struct err *err)
{
    struct run *out = two->out;
    enum status status = run_open_store(out, err);

    if (status == OK)
        status = run_begin(out, err);
    if (status == OK)
        status = run_watch_open(out, err);
    if (status == OK)
        status = open_both(out, err);
    if (status != OK)
        return status;
    turn(two);
    if (!out->policy->dry_run) {
        status = run_settle_leftovers(out, err);
        if (status == OK)
            status = run_settle_leftovers(&two->back, err);
    }
    if (status == OK)
        status = read_from(out, &two->back.listed_ms, err);
    if (status == OK)
        status = read_from(&two->back, &out->listed_ms, err);
    return status;
}

/* --- planning -------------------------------------------------------------*/

static void close_source(struct run *run)
{
    rejects_close(run->rejects);
    source_close(run->source);
    run->rejects = NULL;
    run->source = NULL;
}

static enum status plan_one(struct two_way *two, struct run *run, bool within,
                            struct err *err)
{
    enum status status;

    run->planned = false;
    status = run_open_source(run, err);
    if (status == OK)
        status =
            rejects_open(&run->rejects, NULL, run->source, run->policy, err);
    if (run->request->text != NULL)
        plan_text_way(run->request->text, run->from_end, run->to_end);
    return status == OK
               ? run_make_plan(run, within, run_listener(two->out), err)
               : status;
}

/* Both ways in one transaction that the caller ends. */
static enum status plan_both(struct two_way *two, struct err *err)
{
    struct run *out = two->out;
    bool refused = false; /* no plan is carried out from a file here */
    enum status status = store_begin(out->store, err);

    if (status == OK)
        status = plan_one(two, out, true, err);
    if (status == OK)
        status = run_push_planned(out, false, &refused, err);
    if (status == OK && out->policy->dry_run)
        status = run_tell_estimate(out, err);
    close_source(out);
    report_direction(out->report, out->from_end, out->to_end);
    if (status == OK)
        status = plan_one(two, &two->back, true, err);
    if (status == OK)
        status = run_push_planned(&two->back, false, &refused, err);
    if (status == OK && out->policy->dry_run)
        status = run_tell_estimate(&two->back, err);
    close_source(&two->back);
    report_direction(out->report, out->to_end, out->from_end);
    return status;
}

/* What would stop either way stops both, before the first byte. */
static enum status rehearse(struct two_way *two, struct err *err)
{
    struct report *report = two->out->report;
    struct settled *settled = two->out->settled;
    struct key_set *told = two->ends.told;
    enum status status;

    two->out->report = two->back.report = report_open();
    two->out->settled = two->back.settled = NULL;
    two->ends.told = two->ends_back.told = key_set_open();
    status = plan_both(two, err);
    store_rollback(two->out->store);
    key_set_close(two->ends.told);
    two->ends.told = two->ends_back.told = told;
    report_close(two->out->report);
    two->out->report = two->back.report = report;
    two->out->settled = two->back.settled = settled;
    return status;
}

/* --- sending --------------------------------------------------------------*/

static enum status one_way(struct two_way *two, struct run *run, bool sending,
                           struct err *err)
{
    bool refused = false;
    enum status status = plan_one(two, run, false, err);

    if (status == OK)
        status = run_push_planned(run, sending, &refused, err);
    if (status == OK && run->policy->dry_run)
        status = run_tell_estimate(run, err);
    close_source(run);
    report_direction(run->report, run->from_end, run->to_end);
    return status;
}

/* --limit is for the whole run. */
static bool has_room(struct two_way *two)
{
    uint64_t limit = two->policy.limit, sent = two->out->sent;

    if (limit == 0)
        return true;
    two->turned.limit = limit > sent ? limit - sent : 0;
    return limit > sent;
}

/*
 * The second way is planned even when the first could not be sent to its end:
 * the ledger then says what is pending, and the next run goes on.
 */
static enum status both_ways(struct two_way *two, bool *ledger, struct err *err)
{
    struct err first;
    enum status out = one_way(two, two->out, true, err), back;

    *ledger = two->out->planned;
    if (out != OK && (!two->out->planned || !run_can_wait(err)))
        return out;
    first = *err;
    back = one_way(two, &two->back, out == OK && has_room(two), err);
    if (out != OK)
        *err = first;
    return out != OK ? out : back;
}

static enum status go(struct two_way *two, bool *ledger, struct err *err)
{
    struct run *out = two->out;
    enum status status;

    if (out->policy->dry_run && !out->policy->look) {
        status = plan_both(two, err);
        *ledger = status == OK;
        store_rollback(out->store);
        return status;
    }
    status = out->policy->dry_run ? OK : rehearse(two, err);
    return status == OK ? both_ways(two, ledger, err) : status;
}

enum status run_two_way(const struct run_request *request,
                        struct report *report, bool *ledger, int *exit,
                        struct err *err)
{
    struct run out = {
        .request = request,
        .policy = request->policy,
        .report = report,
        .clock = &clock_real,
        .from_account = request->from[0].account,
        .to_account = request->to->account,
        .from_end = request->from[0].written,
        .to_end = request->to->written,
        .settled = settled_open(),
    };
    struct two_way two = {.arena = arena_open()};
    enum status status;

    *ledger = false;
    out.started_ms = run_now(&out);
    prepare(&two, &out);
    status = open_all(&two, err);
    if (status == OK)
        status = go(&two, ledger, err);
    if (*ledger && status != OK)
        run_count_rest(report);
    out.ledger = *ledger;
    out.totals.changes += two.back.totals.changes;
    key_set_close(two.ends.told);
    status = run_conclude(&out, status, exit, err);
    arena_close(two.arena);
    return status;
}
