/*
 * run_undo.c - undoes a run: on each account that it wrote to, what it left in
 * doubt is settled, then its reverse is planned and sent.
 */
#include "sync/run_own.h"

#include <inttypes.h>

#include "state/history.h"
#include "sync/absence.h"
#include "sync/undo.h"

enum { ACCOUNTS_MAX = 64 }; /* of one run */

struct undo {
    const struct undo_request *request;
    struct run *run;
    struct arena *arena;
    struct store_run old;
    store_id wrote[ACCOUNTS_MAX];
    size_t wrote_count;
};

/* --- which run, and where -------------------------------------------------*/

/* Whether the run may have worked on the account: its TO, if that is one. */
static bool may_hold(const struct undo *undo, const struct account *account)
{
    struct text to = undo->old.to;

    if (to.size < 2 || to.at[to.size - 1] != ':')
        return true;
    to.size--;
    return text_is(to, account->name);
}

/* Half a run cannot be undone. One that was killed holds no lock any more, and
 * is as ended as any. */
static enum status check_ended(const struct undo *undo, struct err *err)
{
    const struct config *config = undo->request->config;
    struct store *store = undo->run->store;

    for (size_t i = 0; i < config->accounts_count; i++) {
        const struct account *account = &config->accounts[i];
        store_id id;
        enum status status =
            store_account_labelled(store, text_of(account->name), &id, err);

        if (status != OK)
            return status;
        if (id == 0 || !may_hold(undo, account) || !run_is_locked(store, id))
            continue;
        fail(err, STOP, EXIT_TRYLATER, "locked",
             "run %" PRId64 " has not ended, and a run is at work on %s",
             undo->old.id, account->name);
        err_hint(err, "undo it when it has ended; 'custsync runs' tells");
        return STOP;
    }
    return OK;
}

static enum status find_run(struct undo *undo, struct err *err)
{
    const struct undo_request *request = undo->request;
    struct store *store = undo->run->store;
    enum status status =
        store_run(store, request->run, undo->arena, &undo->old, err);

    if (status != OK)
        return status;
    if (undo->old.id == 0) {
        fail(err, STOP, EXIT_DATA, "unknown_run", "there is no run %" PRId64,
             request->run);
        err_hint(err, "'custsync runs' lists them");
        return STOP;
    }
    if (undo->old.finished_ms == 0) {
        status = check_ended(undo, err);
        if (status != OK)
            return status;
    }
    status = store_run_accounts(store, undo->old.id, undo->wrote, ACCOUNTS_MAX,
                                &undo->wrote_count, err);
    if (status == OK && undo->wrote_count == 0 &&
        undo->old.started_ms <
            run_now(undo->run) - HISTORY_DAYS * INT64_C(86400000)) {
        fail(err, STOP, EXIT_DATA, "unknown_run",
             "what run %" PRId64 " wrote is not known any more", undo->old.id);
        err_hint(err, "that is kept for %d days", (int)HISTORY_DAYS);
        return STOP;
    }
    return status;
}

static const struct account *account_of(const struct undo *undo,
                                        const struct account_about *about)
{
    const struct config *config = undo->request->config;

    for (size_t i = 0; i < config->accounts_count; i++) {
        const struct account *account = &config->accounts[i];

        if (text_is(about->provider, account->provider->name) &&
            text_is(about->base_url, account->base_url) &&
            text_is(about->tenant, account->tenant))
            return account;
    }
    return NULL;
}

/* Nothing is undone in one place when the other cannot be reached. */
static enum status check_accounts(const struct undo *undo, struct err *err)
{
    for (size_t i = 0; i < undo->wrote_count; i++) {
        struct account_about about;
        enum status status = store_account_about(
            undo->run->store, undo->wrote[i], undo->arena, &about, err);

        if (status != OK)
            return status;
        if (account_of(undo, &about) != NULL)
            continue;
        fail(err, STOP, EXIT_CONFIG, "unknown_account",
             "run %" PRId64 " wrote to %.*s, tenant %.*s at %.*s, for which "
             "the configuration has no account",
             undo->old.id, TEXT_ARGS(about.provider), TEXT_ARGS(about.tenant),
             TEXT_ARGS(about.base_url));
        err_hint(err, "name its configuration with --config");
        return STOP;
    }
    return OK;
}

static bool is_listed(const struct undo *undo, store_id account)
{
    for (size_t i = 0; i < undo->wrote_count; i++) {
        if (undo->wrote[i] == account)
            return true;
    }
    return false;
}

/* Did the run write there, or send what nobody knows of yet? Asked without
 * making the account known. */
static enum status concerns(const struct undo *undo,
                            const struct account *account, bool *is,
                            struct err *err)
{
    uint64_t counts[CHANGE_PARKED + 1] = {0};
    struct store *store = NULL;
    store_id id = 0;
    bool renamed;
    enum status status =
        store_open(&store, undo->run->request->state_path, STORE_READ, err);

    *is = false;
    if (status == OK)
        status =
            store_account(store, account->provider->name, account->base_url,
                          account->tenant, account->name, &id, &renamed, err);
    if (status == OK && id != 0)
        status = store_changes_count(store, id, 0, undo->old.id, counts, err);
    if (status == OK && id != 0)
        *is = is_listed(undo, id) ||
              counts[CHANGE_SENDING] + counts[CHANGE_UNKNOWN] > 0;
    store_close(store);
    return status;
}

/* --- one account ----------------------------------------------------------*/

static enum status settle(struct undo *undo, struct err *err)
{
    struct pushing pushing = run_pushing(undo->run);
    enum status status = store_verify(undo->run->store, err);

    return status == OK ? push_leftovers(&pushing, err) : status;
}

static void estimate(struct run *run, const struct plan_totals *totals)
{
    struct report_strategy strategy = {
        .absence = "none",
        .updates = totals->updates,
        .deactivations = totals->deactivations,
    };

    strategy.requests =
        totals->changes +
        absence_writes(run->to_account->provider, totals, &strategy.bulk);
    strategy.bulk = false; /* nobody is new */
    strategy.time_ms =
        absence_time_ms(&run->to_account->rate, strategy.requests);
    report_strategy(run->report, &strategy);
}

static enum status plan_and_send(struct undo *undo, struct err *err)
{
    struct run *run = undo->run;
    struct undoing undoing = {
        .store = run->store,
        .account = run->to_account,
        .account_id = run->to_id,
        .source_id = run->source_id,
        .run = run->id,
        .undone = undo->old.id,
        .policy = run->policy,
        .report = run->report,
        .dry = run->policy->dry_run,
    };
    struct pushing pushing;
    uint64_t ended;
    enum status status = undo_plan(&undoing, &run->totals, err);

    if (status != OK)
        return status;
    if (run->policy->dry_run) {
        estimate(run, &run->totals);
        return OK;
    }
    pushing = run_pushing(run);
    return push_changes(&pushing, &ended, err);
}

static enum status undo_account(struct undo *undo,
                                const struct account *account, struct err *err)
{
    struct run *run = undo->run;
    enum status status;

    status = run_enter(run, account, err);
    if (status == OK && run->to_client != NULL)
        status = settle(undo, err);
    if (status == OK)
        status = plan_and_send(undo, err);
    if (run->to_client != NULL)
        report_requests(run->report, client_stats(run->to_client));
    client_close(run->to_client);
    run->to_client = NULL;
    return status;
}

static enum status undo_all(struct undo *undo, struct err *err)
{
    const struct config *config = undo->request->config;
    enum status status = check_accounts(undo, err);

    for (size_t i = 0; i < config->accounts_count && status == OK; i++) {
        bool is;

        status = concerns(undo, &config->accounts[i], &is, err);
        if (status == OK && is)
            status = undo_account(undo, &config->accounts[i], err);
    }
    return status;
}

/* --- the run --------------------------------------------------------------*/

static enum status begin(struct undo *undo, struct err *err)
{
    struct run *run = undo->run;
    const char *from, *to;
    enum status status = run_open_store(run, err);

    if (status == OK)
        status = find_run(undo, err);
    if (status != OK)
        return status;
    from = arena_print(undo->arena, "run %" PRId64, undo->old.id).at;
    to = arena_string(undo->arena, undo->old.to);
    status = store_source(run->store, "undo", "undo", &run->source_id, err);
    if (status == OK)
        status = store_run_begin(run->store, "undo", NULL, from, to,
                                 run->started_ms, &run->id, err);
    report_about(run->report, "undo", run->id, NULL, from, to, run->started_ms);
    return status;
}

enum status run_undo(const struct undo_request *request, struct report *report,
                     bool *ledger, int *exit, struct err *err)
{
    struct run_request as = {
        .command = "undo",
        .config = request->config,
        .state_path = request->state_path,
        .policy = request->policy,
    };
    struct run run = {
        .request = &as,
        .policy = as.policy,
        .report = report,
        .clock = &clock_real,
        .to_account = request->config->accounts,
        .settled = settled_open(),
    };
    struct undo undo = {.request = request, .run = &run, .arena = arena_open()};
    enum status status;

    run.started_ms = run_now(&run);
    status = begin(&undo, err);
    *ledger = run.ledger = status == OK;
    if (status == OK)
        status = undo_all(&undo, err);
    run_count_rest(report);
    arena_close(undo.arena);
    return run_conclude(&run, status, exit, err);
}
