/*
 * run.c - one execution: opens both ends, plans, pushes, checks the ledger.
 */
#include "sync/run.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "sync/absence.h"
#include "sync/plan.h"
#include "sync/pull.h"
#include "sync/push.h"
#include "sync/sink.h"

struct run {
    const struct run_request *request;
    const struct policy *policy;
    struct report *report;
    const struct clock *clock;
    struct store *store;
    struct source *source;
    struct rejects *rejects;
    struct sink *sink;
    struct client *from_client, *to_client;
    const struct account *from_account, *to_account;
    store_id from_id, to_id, source_id, id;
    struct plan_totals totals;
    int64_t started_ms;
};

static int64_t now_ms(const struct run *run)
{
    return run->clock->now_ms(run->clock->self);
}

/* --- opening --------------------------------------------------------------*/

static enum status open_store(struct run *run, struct err *err)
{
    bool plan = run->policy->dry_run;

    /* Without an account nothing is remembered, so nothing is opened. */
    if (run->from_account == NULL && run->to_account == NULL)
        return store_open(&run->store, NULL, STORE_DRY, err);
    return store_open(&run->store, run->request->state_path,
                      plan ? STORE_DRY : STORE_WRITE, err);
}

static enum status lock_account(struct run *run, const struct account *account,
                                store_id id, struct err *err)
{
    char name[64];
    int64_t until = now_ms(run) + (int64_t)run->policy->wait_ms;
    enum status status;

    snprintf(name, sizeof(name), "account-%lld", (long long)id);
    while ((status = store_lock(run->store, name, err)) == RETRY) {
        if (now_ms(run) >= until || run_interrupted) {
            err_place(err, "%s:", account->name);
            return STOP;
        }
        poll(NULL, 0, 200);
    }
    return status;
}

static enum status open_account(struct run *run, const struct account *account,
                                store_id *id, struct err *err)
{
    bool renamed = false;
    enum status status =
        store_account(run->store, account->provider->name, account->base_url,
                      account->tenant, account->name, id, &renamed, err);

    if (status == OK && renamed)
        report_problem(run->report, "", 0, "warning", "new_account", "",
                       "%s: is another tenant or address than last time: "
                       "nothing is known of it yet",
                       account->name);
    return status;
}

static enum status open_client(struct run *run, const struct account *account,
                               store_id id, struct client **client,
                               struct err *err)
{
    enum status status =
        client_open(client, account, id, run->store, run->clock, err);

    if (status != OK)
        return status;
    if (run->policy->deadline_ms > 0)
        client_deadline(*client,
                        run->started_ms + (int64_t)run->policy->deadline_ms);
    client_interrupt_by(*client, &run_interrupted);
    return OK;
}

static enum status open_accounts(struct run *run, struct err *err)
{
    bool plan = run->policy->dry_run;
    enum status status = OK;

    if (run->to_account != NULL) {
        status = open_account(run, run->to_account, &run->to_id, err);
        if (status == OK && !plan)
            status = lock_account(run, run->to_account, run->to_id, err);
        if (status == OK && (!plan || run->policy->look))
            status = open_client(run, run->to_account, run->to_id,
                                 &run->to_client, err);
    }
    if (status == OK && run->from_account != NULL) {
        status = open_account(run, run->from_account, &run->from_id, err);
        if (status == OK && !plan)
            status = open_client(run, run->from_account, run->from_id,
                                 &run->from_client, err);
    }
    return status;
}

static enum status pull_from(struct run *run, struct client *client,
                             const struct account *account, store_id id,
                             uint64_t *records, struct err *err)
{
    struct pulling pulling = {
        .store = run->store,
        .client = client,
        .account = account,
        .account_id = id,
        .clock = run->clock,
        .interrupted = &run_interrupted,
    };

    return pull_account(&pulling, records, err);
}

static enum status open_source(struct run *run, struct err *err)
{
    const struct run_request *request = run->request;
    uint64_t records;
    enum status status = OK;
    char name[64];

    if (run->from_account == NULL) {
        status = source_open(&run->source, request->from, request->from_count,
                             run->policy, request->config, run->to_account,
                             err);
        if (status == OK && run->to_account != NULL)
            status = store_source(run->store, "file", source_name(run->source),
                                  &run->source_id, err);
        return status;
    }
    if (run->from_client != NULL)
        status = pull_from(run, run->from_client, run->from_account,
                           run->from_id, &records, err);
    if (status == OK)
        status = source_of_account(&run->source, run->store, run->from_id,
                                   &request->from[0], run->policy,
                                   request->config, run->to_account, err);
    /* The tenant is the source, whatever its label says today. */
    snprintf(name, sizeof(name), "%lld", (long long)run->from_id);
    if (status == OK)
        status = store_source(run->store, "account", name, &run->source_id,
                              err);
    return status;
}

static enum status open_target(struct run *run, struct err *err)
{
    if (run->to_account != NULL || run->policy->dry_run)
        return OK;
    return sink_open(&run->sink, run->request->to, run->policy, err);
}

static const char *join_names(const struct run_request *request,
                              struct arena *arena)
{
    struct text names = text_of(request->from[0].written);

    for (size_t i = 1; i < request->from_count; i++)
        names = arena_print(arena, "%.*s %s", TEXT_ARGS(names),
                            request->from[i].written);
    return names.at;
}

static enum status begin_run(struct run *run, struct err *err)
{
    const struct run_request *request = run->request;
    struct arena *arena = arena_open();
    const char *from = join_names(request, arena);
    const char *to = request->to != NULL ? request->to->written : "";
    enum status status =
        store_run_begin(run->store, request->command, request->job, from, to,
                        run->started_ms, &run->id, err);

    report_about(run->report, request->command, run->id, request->job, from,
                 to, run->started_ms);
    arena_close(arena);
    return status;
}

/* --- planning -------------------------------------------------------------*/

static enum status do_nothing(void *self, const struct customer *customer,
                              struct arena *arena, struct err *err)
{
    (void)self;
    (void)customer;
    (void)arena;
    (void)err;
    return OK;
}

static enum status make_plan(struct run *run, struct err *err)
{
    struct mapping *generic = NULL;
    const char *to_name = run->request->to->name;
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
        .now_ms = run->started_ms,
    };
    enum status status = OK;

    if (run->to_account != NULL) {
        planning.target = run->to_account->provider->mapping;
    } else if (run->sink != NULL) {
        planning.target = sink_mapping(run->sink);
        planning.sink = sink_as_target(run->sink);
    } else {
        /* plan to a file: everything is told, nothing is written */
        status = mapping_load(&generic,
                              to_name != NULL ? to_name : "generic", err);
        planning.target = generic;
        planning.sink = (struct plan_sink){ do_nothing, NULL };
    }
    if (status == OK)
        status = plan_make(&planning, &run->totals, err);
    mapping_close(generic);
    return status;
}

/* What a push would choose, from what is known without asking. */
static enum status estimate(struct run *run, struct err *err)
{
    const struct provider *provider;
    struct report_strategy strategy = { .absence = "none" };
    enum absence absence;
    int64_t listed_ms;
    uint64_t records, cost;
    enum status status;

    if (run->to_account == NULL)
        return OK;
    provider = run->to_account->provider;
    status = store_listed(run->store, run->to_id, &listed_ms, &records, err);
    if (status != OK)
        return status;
    absence = absence_choose(provider, &run->totals, listed_ms > 0, records,
                             &cost);
    strategy.absence = absence_name(absence);
    strategy.requests =
        cost + absence_writes(provider, &run->totals, &strategy.bulk);
    strategy.time_ms =
        absence_time_ms(&run->to_account->rate, strategy.requests);
    report_strategy(run->report, &strategy);
    return OK;
}

/* --- sending --------------------------------------------------------------*/

static struct pushing pushing_of(struct run *run)
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
    };
}

static enum status settle_leftovers(struct run *run, struct err *err)
{
    struct pushing pushing = pushing_of(run);

    pushing.rejects = NULL;
    pushing.source = NULL;
    return push_leftovers(&pushing, err);
}

static enum status push_planned(struct run *run, struct err *err)
{
    struct pushing pushing = pushing_of(run);
    uint64_t sent = 0, ended = 0,
             rows = run->totals.creates + run->totals.updates;
    enum status status = OK;

    if (run->to_account == NULL)
        return OK;
    if (!run->policy->dry_run && run->totals.changes > 0)
        status = push_changes(&pushing, &sent, &ended, err);
    report_count(run->report, ROWS_PENDING, rows - ended);
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
    return report_exit(run->report);
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
        report_requests(run->report, client_stats(run->from_client));
    if (run->to_client != NULL)
        report_requests(run->report, client_stats(run->to_client));
}

static enum status end_run(struct run *run, int exit, struct err *err)
{
    struct buffer json = { 0 };
    enum status status = OK;

    report_finish(run->report, exit, now_ms(run));
    if (run->store == NULL || run->id == 0)
        return OK;
    report_json(run->report, &json);
    status = store_run_end(run->store, run->id, exit, buffer_view(&json),
                           now_ms(run), err);
    buffer_free(&json);
    return status;
}

static void close_all(struct run *run)
{
    client_close(run->to_client);
    client_close(run->from_client);
    rejects_close(run->rejects);
    sink_close(run->sink);
    source_close(run->source);
    store_close(run->store);
}

static enum status read_and_plan(struct run *run, bool *ledger,
                                 struct err *err)
{
    bool plan = run->policy->dry_run;
    enum status status = open_source(run, err);

    if (status == OK)
        status = open_target(run, err);
    if (status == OK)
        status = rejects_open(&run->rejects,
                              plan ? NULL : run->policy->rejects, run->source,
                              err);
    if (status == OK)
        status = make_plan(run, err);
    if (status != OK)
        return status;
    *ledger = true;
    if (run->sink != NULL)
        status = sink_commit(run->sink, err);
    return status;
}

static enum status publish(struct run *run, bool ledger, struct err *err)
{
    enum status status = OK;

    if (ledger && run->rejects != NULL)
        status = rejects_commit(run->rejects, err);
    if (status == OK && ledger)
        status = check_ledger(run, err);
    return status;
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
    };
    struct err second;
    enum status status, published;

    *ledger = false;
    run.started_ms = now_ms(&run);
    status = open_store(&run, err);
    if (status == OK)
        status = begin_run(&run, err);
    if (status == OK)
        status = open_accounts(&run, err);
    if (status == OK && run.to_client != NULL && !run.policy->dry_run)
        status = settle_leftovers(&run, err);
    if (status == OK)
        status = read_and_plan(&run, ledger, err);
    if (status == OK)
        status = push_planned(&run, err);
    if (status == OK && run.policy->dry_run)
        status = estimate(&run, err);
    count_requests(&run);
    published = publish(&run, *ledger, &second);
    if (status == OK && published != OK) {
        *err = second;
        status = published;
    }
    *exit = status == OK ? exit_of(&run) : err->exit;
    if (status != OK && run_interrupted)
        *exit = err->exit = 128 + run_interrupted;
    published = end_run(&run, *exit, &second);
    if (status == OK && published != OK) {
        *err = second;
        status = published;
    }
    close_all(&run);
    return status;
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
    struct err second;
    uint64_t records = 0;
    enum status status, ended;

    run.started_ms = now_ms(&run);
    status = open_store(&run, err);
    if (status == OK)
        status = begin_run(&run, err);
    if (status == OK)
        status = open_accounts(&run, err);
    if (status == OK)
        status = lock_account(&run, run.from_account, run.from_id, err);
    if (status == OK)
        status = pull_from(&run, run.from_client, run.from_account,
                           run.from_id, &records, err);
    if (status == OK) {
        report_read(report, records);
        report_count(report, ROWS_UNCHANGED, records);
    }
    count_requests(&run);
    *exit = status == OK ? exit_of(&run) : err->exit;
    ended = end_run(&run, *exit, &second);
    if (status == OK && ended != OK) {
        *err = second;
        status = ended;
    }
    close_all(&run);
    return status;
}
