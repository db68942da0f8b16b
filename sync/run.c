/*
 * run.c - one execution: plans, pushes, checks the ledger.
 */
#include "sync/run_own.h"

#include "state/history.h"
#include "sync/again.h"
#include "sync/push.h"

/* --- planning -------------------------------------------------------------*/

enum status run_make_plan(struct run *run, bool within,
                          const struct plan_listener *listener, struct err *err)
{
    struct mirror mirror = {.store = run->store,
                            .from = run->from_account,
                            .from_id = run->from_id};
    struct planning planning = {
        .store = run->store,
        .source = run->source,
        .report = run->report,
        .rejects = run->rejects,
        .policy = run->policy,
        .run = run->id,
        .source_id = run->source_id,
        .account_id = run->to_id,
        .account = run->to_account,
        .dry = run->policy->dry_run && !run->policy->look,
        .interrupted = &run_interrupted,
        .settled = run->settled,
        .within = within,
        .mirror = run->from_account != NULL && run->to_account != NULL ? &mirror
                                                                       : NULL,
        .ends = run->ends,
        .now_ms = run_now(run),
        .listener = listener,
    };

    enum status status = OK;

    run->planned = false;
    if (run->to_account != NULL) {
        if (run->settled != NULL)
            status = settled_recall(run->settled, run->store, run->to_id,
                                    run->source_id, err);
        if (status != OK)
            return status;
        planning.target = run->to_account->provider->mapping;
    } else {
        planning.target = sink_mapping(run->sink);
        planning.sink = sink_as_target(run->sink);
    }
    status = plan_make(&planning, &run->totals, err);
    run->planned = status == OK;
    return status;
}

/* --- sending --------------------------------------------------------------*/

struct pushing run_pushing(struct run *run)
{
    return (struct pushing){
        .store = run->store,
        .client = run->to_client,
        .account = run->to_account,
        .account_id = run->to_id,
        .source_id = run->source_id,
        .run = run->id,
        .policy = run->policy,
        .totals = &run->totals,
        .report = run->report,
        .rejects = run->rejects,
        .source = run->source,
        .clock = run->clock,
        .interrupted = &run_interrupted,
        .deadline_ms = run->policy->deadline_ms > 0
                           ? run->started_ms + (int64_t)run->policy->deadline_ms
                           : 0,
        .settled = run->settled,
        .config = run->request->config,
        .listed_ms = run->listed_ms,
        .sent = &run->sent,
        .ends = run->ends,
    };
}

enum status run_forget_plan(struct run *run, struct err *err)
{
    enum status status = store_begin(run->store, err);

    if (status == OK)
        status = store_changes_drop(run->store, run->to_id, run->source_id,
                                    false, err);
    if (status == OK)
        status = store_spares_drop(run->store, err);
    if (status == OK)
        return store_commit(run->store, err);
    store_rollback(run->store);
    return status;
}

/* sending false: what is planned stays pending. *refused: it goes away. */
enum status run_push_planned(struct run *run, bool sending, bool *refused,
                             struct err *err)
{
    struct pushing pushing = run_pushing(run);
    uint64_t ended = 0, rows = run->totals.creates + run->totals.updates;
    bool plan = run->policy->dry_run;
    enum status status = OK;

    if (run->to_account == NULL)
        return OK;
    sending =
        sending && !plan && run->to_client != NULL && run->totals.changes > 0;
    if (sending)
        status = store_verify(run->store, err);
    if (sending && status == OK)
        status = run_plan_verify(run, refused, err);
    run_plan_pushing(run, &pushing);
    if (sending && status == OK)
        status = push_changes(&pushing, &ended, err);
    report_count(run->report, ROWS_PENDING, rows - ended);
    if (status == OK && plan && run->policy->look)
        status = run_forget_plan(run, err);
    return status;
}

/* --- ending ---------------------------------------------------------------*/

static int exit_of(const struct run *run)
{
    if (run_interrupted)
        return 128 + run_interrupted;
    if (run->policy->dry_run && run->policy->exit_code &&
        run->totals.changes > 0)
        return EXIT_CHANGES;
    return report_exit(run->report,
                       run->policy->dry_run || run->policy->limit > 0);
}

static enum status check_ledger(struct run *run, struct err *err)
{
    if (report_balanced(run->report))
        return OK;
    fail(err, STOP, EXIT_BUG, "bug",
         "the ledger does not balance: %llu rows read, and the columns say "
         "otherwise",
         (unsigned long long)report_rows(run->report, ROWS_COLUMNS));
    err_hint(err, "this is a fault of custsync; please report it with the "
                  "report's rows");
    return STOP;
}

static void count_requests(struct run *run)
{
    if (run->from_client != NULL)
        report_client(run->report, run->from_client);
    if (run->to_client != NULL)
        report_client(run->report, run->to_client);
}

/* What its ledger counts is counted when the run has ended, not before. */
static enum status put_end(struct run *run, int exit, struct text json,
                           struct err *err)
{
    bool dry = run->policy->dry_run;
    enum status status;

    if (dry && !run->policy->look)
        return store_run_end(run->store, run->id, exit, json, run_now(run),
                             err);
    status = store_begin(run->store, err);
    if (status == OK && run->ledger && !dry)
        status = settled_tell(run->settled, run->store, err);
    if (status == OK)
        status =
            store_run_end(run->store, run->id, exit, json, run_now(run), err);
    if (status == OK)
        status = store_history_prune(run->store, run_now(run), err);
    if (status == OK)
        return store_commit(run->store, err);
    store_rollback(run->store);
    return status;
}

static enum status end_run(struct run *run, int exit, struct err *err)
{
    struct buffer json = {0};
    enum status status;

    report_finish(run->report, exit, run_now(run));
    if (run->store == NULL || run->id == 0)
        return OK;
    report_json(run->report, &json);
    status = put_end(run, exit, buffer_view(&json), err);
    buffer_free(&json);
    return status;
}

static enum status read_and_plan(struct run *run, struct err *err)
{
    bool plan = run->policy->dry_run;
    enum status status = run_open_export(run, err);

    if (status == OK)
        status = run_open_source(run, err);
    if (status == OK)
        status = run_open_target(run, err);
    if (status == OK && plan && run->policy->look && run->to_client != NULL)
        status = run_look(run, err);
    if (status == OK)
        status = rejects_open(&run->rejects, plan ? NULL : run->policy->rejects,
                              run->source, run->policy, err);
    if (status == OK)
        status = run_make_plan(run, false, run_listener(run), err);
    /* Nobody is created in a file that is not there. */
    if (status == OK && run->sink != NULL)
        status = sink_commit(run->sink, err);
    run->ledger = status == OK;
    return status;
}

void run_count_rest(struct report *report)
{
    uint64_t rows = report_rows(report, ROWS_COLUMNS);

    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        rows -= report_rows(report, (enum column)i);
    report_count(report, ROWS_PENDING, rows);
}

/* Puts out the rejects, and checks the ledger. */
static enum status publish(struct run *run, struct err *err)
{
    enum status status = OK;

    if (run->ledger && run->rejects != NULL)
        status = rejects_commit(run->rejects, err);
    return status == OK && run->ledger ? check_ledger(run, err) : status;
}

/* What went wrong first is what is told. */
static enum status first_of(enum status first, enum status then,
                            const struct err *why, struct err *err)
{
    if (first != OK || then == OK)
        return first;
    *err = *why;
    return then;
}

enum status run_conclude(struct run *run, enum status status, int *exit,
                         struct err *err)
{
    struct err second;
    enum status next = publish(run, &second);

    status = first_of(status, next, &second, err);
    count_requests(run);
    settled_tell_rest(run->settled, run->report);
    *exit = status == OK ? exit_of(run) : err->exit;
    if (status != OK && run_interrupted)
        *exit = err->exit = 128 + run_interrupted;
    if (status != OK)
        report_why(run->report, err);
    again_note(*exit, run->policy->dry_run);
    next = end_run(run, *exit, &second);
    status = first_of(status, next, &second, err);
    run_close(run);
    return status;
}

bool run_can_wait(const struct err *err)
{
    return err->exit == EXIT_UNAVAILABLE || err->exit == EXIT_TRYLATER ||
           err->exit == EXIT_CREDENTIALS;
}

enum status run_sync(const struct run_request *request, struct report *report,
                     bool *ledger, int *exit, struct err *err)
{
    struct run run = {
        .request = request,
        .policy = request->policy,
        .report = report,
        .clock = &clock_real,
        .from_account = request->from[0].account,
        .to_account = request->to->account,
        .settled = settled_open(),
    };
    struct err first;
    enum status status, settled = OK;
    bool refused = false;

    run.started_ms = run_now(&run);
    status = run_open_store(&run, err);
    if (status == OK)
        status = run_begin(&run, err);
    if (status == OK)
        status = run_watch_open(&run, err);
    if (status == OK)
        status = run_open_accounts(&run, err);
    first = run.useless;
    if (status == OK && run.useless.exit != 0)
        settled = STOP;
    else if (status == OK && run.to_client != NULL &&
             (!run.policy->dry_run || run.policy->out != NULL))
        settled = run_settle_leftovers(&run, &first);
    /* That the provider is of no use now keeps nobody from planning: the ledger
     * says what is pending. */
    if (settled != OK && !run_can_wait(&first)) {
        *err = first;
        status = settled;
    }
    if (status == OK && !run.policy->dry_run)
        status = run_settle_from(&run, err);
    if (status == OK)
        status = read_and_plan(&run, err);
    if (status == OK)
        status = run_push_planned(&run, settled == OK, &refused, err);
    run.ledger = run.ledger && !refused;
    /* A source that cannot be used is the nearer trouble. */
    status = first_of(status, settled, &first, err);
    /* Planned from what is known, it costs what it costs. */
    if (run.ledger && run.policy->dry_run)
        status = first_of(status, run_tell_estimate(&run, &first), &first, err);
    if (status == OK)
        status = run_plan_publish(&run, err);
    *ledger = run.ledger;
    return run_conclude(&run, status, exit, err);
}

enum status run_pull(const struct run_request *request, struct report *report,
                     int *exit, struct err *err)
{
    struct run run = {
        .request = request,
        .policy = request->policy,
        .report = report,
        .clock = &clock_real,
        .from_account = request->from[0].account,
    };
    struct pulled pulled;
    enum status status;

    run.started_ms = run_now(&run);
    status = run_open_store(&run, err);
    if (status == OK)
        status = run_begin(&run, err);
    if (status == OK)
        status = run_open_accounts(&run, err);
    if (status == OK)
        status = run_lock(run.store, run.from_account, run.from_id,
                          run.policy->wait_ms, err);
    if (status == OK)
        status = run_pull_from(&run, run.from_client, run.from_account,
                               run.from_id, &pulled, err);
    if (status == OK) {
        report_read(report, pulled.records);
        report_count(report, ROWS_UNCHANGED, pulled.records);
        run_tell_pull(&run, &pulled);
    }
    return run_conclude(&run, status, exit, err);
}
