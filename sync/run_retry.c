/*
 * run_retry.c - what was refused, failed or parked is made due again, and sent.
 *
 * Account by account; within one, job by job, since each job has its own way
 * with differences. Killed in between, what is due is done by the next retry,
 * or planned anew by the next run over its source.
 */
#include "sync/run_own.h"

#include <inttypes.h>

enum {
    FETCH = 64,
    RUNS_MAX = 100000, /* whose jobs are known */
};

/* In the order in which they are chosen: whatever becomes one of these states
 * does so after that state was gone through. */
static const enum change_state retried[] = {
    CHANGE_PLANNED,  CHANGE_SENDING, CHANGE_UNKNOWN,
    CHANGE_REJECTED, CHANGE_FAILED,  CHANGE_PARKED,
};
enum { RETRIED = sizeof(retried) / sizeof(retried[0]) };

/* Changes of one account and one job. */
struct due {
    struct text job; /* empty: none, or one that is no more */
    const struct policy *policy;
    struct key_set *chosen;
    struct plan_totals totals;
    uint64_t rows;
    struct due *next;
};

struct retrying {
    const struct retry_request *request;
    struct run *run;
    struct arena *arena;
    struct store_run *runs;
    size_t runs_count;
    struct due *dues;       /* of the account at hand */
    struct key_set *chosen; /* of all of them */
    bool any;               /* there is something to be done again */
};

/* --- which ----------------------------------------------------------------*/

static struct text job_of(const struct retrying *retrying, store_id run)
{
    for (size_t i = 0; i < retrying->runs_count; i++)
        if (retrying->runs[i].id == run)
            return retrying->runs[i].job;
    return TEXT("");
}

static bool is_chosen(const struct retrying *retrying,
                      const struct change *change)
{
    const struct retry_request *request = retrying->request;

    return (request->run == 0 || request->run == change->run) &&
           (request->code == NULL || text_is(change->code, request->code));
}

/* The job's policy with the command line's over it. */
static enum status policy_of(const struct retrying *retrying, struct text name,
                             const struct policy **out, struct err *err)
{
    const struct options *options = retrying->request->options;
    const struct job *job = config_job(retrying->request->config, name);
    struct policy *policy;

    *out = &options->policy;
    if (name.size == 0 || job == NULL)
        return OK;
    policy = arena_take(retrying->arena, sizeof(*policy));
    *policy = job->policy;
    policy->limit = policy->deadline_ms = 0; /* of the job's own nights */
    *out = policy;
    return options_apply(options, policy, err);
}

static enum status due_of(struct retrying *retrying, struct text job,
                          struct due **out, struct err *err)
{
    struct due **at = &retrying->dues;

    while (*at != NULL && !text_equal((*at)->job, job))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_take(retrying->arena, sizeof(**at));
        (*at)->job = job;
        (*at)->chosen = key_set_open();
    }
    *out = *at;
    return (*at)->policy == NULL ? policy_of(retrying, job, &(*at)->policy, err)
                                 : OK;
}

static void dues_close(struct retrying *retrying)
{
    for (struct due *due = retrying->dues; due != NULL; due = due->next)
        key_set_close(due->chosen);
    retrying->dues = NULL;
    key_set_close(retrying->chosen);
    retrying->chosen = NULL;
}

/* --- due again ------------------------------------------------------------*/

/* Those of a retry that was cut short are planned or in doubt, and have their
 * code still; what is only planned has none. */
static bool is_due(const struct change *change)
{
    return change->code.size > 0 || change->state == CHANGE_SENDING ||
           change->state == CHANGE_UNKNOWN;
}

/* A create that may have arrived. */
static bool was_sent(const struct change *change)
{
    return text_is(change->code, "ambiguous_create") ||
           text_is(change->code, "found_other") ||
           text_is(change->code, "unsearchable");
}

/* Whether the record is there again only a read can tell, and all of it. */
static enum status revive(const struct retrying *retrying,
                          const struct change *change, struct err *err)
{
    struct store *store = retrying->run->store;
    struct link link;
    enum status status = store_link_of(store, change->account, change->customer,
                                       retrying->arena, &link, err);

    if (status != OK || link.id == 0 || link.state != LINK_GONE)
        return status;
    link.state = LINK_LIVE;
    link.held = TEXT("{}");
    link.held_full = false;
    status = store_link_put(store, &link, err);
    return status == REJECT ? STOP : status;
}

static void count_in(struct due *due, const struct change *change)
{
    due->totals.changes++;
    due->rows += change->kind != CHANGE_DEACTIVATE;
    due->totals.creates += change->kind == CHANGE_CREATE;
    due->totals.updates += change->kind == CHANGE_UPDATE;
    due->totals.deactivations += change->kind == CHANGE_DEACTIVATE;
    /* By two keys each, say, of which a list has one. */
    due->totals.lookups = 2 * due->totals.creates;
    due->totals.uncovered = due->totals.creates;
}

static enum status make_due(struct retrying *retrying, struct change *change,
                            struct err *err)
{
    struct due *due;
    enum status status =
        due_of(retrying, job_of(retrying, change->run), &due, err);

    if (status == OK)
        status = revive(retrying, change, err);
    if (status != OK)
        return status;
    count_in(due, change);
    (void)key_set_add(due->chosen, push_chosen(change->id));
    (void)key_set_add(retrying->chosen, push_chosen(change->id));
    if (change->state == CHANGE_UNKNOWN || change->state == CHANGE_SENDING)
        return OK; /* settled before anything else is sent */
    /* It keeps its code: should this run be cut short, the next finds it. */
    change->state = was_sent(change) ? CHANGE_UNKNOWN /* looked for, not made */
                                     : CHANGE_PLANNED;
    return store_change_put(retrying->run->store, change, err);
}

/* What is done with each change that is to be retried. */
typedef enum status each_change(struct retrying *retrying,
                                struct change *change, struct err *err);

static enum status each_in_state(struct retrying *retrying, struct store *store,
                                 store_id account, enum change_state state,
                                 each_change *each, struct err *err)
{
    struct change *changes =
        arena_take(retrying->arena, FETCH * sizeof(*changes));
    size_t count = FETCH;
    store_id after = 0;
    enum status status = OK;

    while (status == OK && count == FETCH) {
        status = store_changes(store, account, 0, state, after, retrying->arena,
                               changes, FETCH, &count, err);
        for (size_t i = 0; i < count && status == OK; i++) {
            after = changes[i].id;
            if (is_chosen(retrying, &changes[i]) && is_due(&changes[i]))
                status = each(retrying, &changes[i], err);
        }
    }
    return status;
}

static enum status each_retried(struct retrying *retrying, struct store *store,
                                store_id account, each_change *each,
                                struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < RETRIED && status == OK; i++)
        status = each_in_state(retrying, store, account, retried[i], each, err);
    return status;
}

/* In one transaction: either all of them are due, or none. */
static enum status choose(struct retrying *retrying, struct err *err)
{
    struct store *store = retrying->run->store;
    enum status status = store_begin(store, err);

    retrying->chosen = key_set_open();
    if (status == OK)
        status =
            each_retried(retrying, store, retrying->run->to_id, make_due, err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

/* --- sent -----------------------------------------------------------------*/

static struct pushing pushing_of(struct retrying *retrying)
{
    struct pushing pushing = run_pushing(retrying->run);

    pushing.source_id = 0; /* whichever they come from */
    return pushing;
}

static enum status send_due(struct retrying *retrying, const struct due *due,
                            struct err *err)
{
    struct pushing pushing = pushing_of(retrying);
    uint64_t sent, ended;

    pushing.policy = due->policy;
    pushing.chosen = due->chosen;
    pushing.totals = &due->totals;
    return push_changes(&pushing, &sent, &ended, err);
}

/* What is in doubt is settled of all jobs at once: one may be in another's way.
 */
static enum status send_all(struct retrying *retrying, struct err *err)
{
    struct pushing pushing = pushing_of(retrying);
    enum status status;

    if (retrying->dues == NULL)
        return OK;
    pushing.policy = retrying->dues->policy;
    pushing.chosen = retrying->chosen;
    status = push_leftovers(&pushing, err);
    for (const struct due *due = retrying->dues; due != NULL && status == OK;
         due = due->next)
        status = send_due(retrying, due, err);
    return status;
}

static enum status retry_account(struct retrying *retrying,
                                 const struct account *account, struct err *err)
{
    struct run *run = retrying->run;
    enum status status;

    run->to_account = account;
    status = run_open_accounts(run, err);
    if (status == OK && run->useless.exit != 0) {
        *err = run->useless;
        status = STOP;
    }
    if (status == OK)
        status = store_verify(run->store, err);
    if (status == OK)
        status = choose(retrying, err);
    for (const struct due *due = retrying->dues; due != NULL; due = due->next)
        report_read(run->report, due->rows);
    if (status == OK)
        status = send_all(retrying, err);
    if (run->to_client != NULL)
        report_requests(run->report, client_stats(run->to_client));
    client_close(run->to_client);
    run->to_client = NULL;
    dues_close(retrying);
    return status;
}

static enum status note_any(struct retrying *retrying, struct change *change,
                            struct err *err)
{
    (void)change;
    (void)err;
    retrying->any = true;
    return END; /* one is enough */
}

/* Does the store know the account, and something of it to do again? Asked
 * without making it known. */
static enum status has_any(struct retrying *retrying,
                           const struct account *account, struct err *err)
{
    struct store *store = NULL;
    store_id id = 0;
    bool renamed;
    enum status status =
        store_open(&store, retrying->run->request->state_path, STORE_READ, err);

    retrying->any = false;
    if (status == OK)
        status =
            store_account(store, account->provider->name, account->base_url,
                          account->tenant, account->name, &id, &renamed, err);
    if (status == OK && id != 0)
        status = each_retried(retrying, store, id, note_any, err);
    store_close(store);
    return status == END ? OK : status;
}

static enum status retry_all(struct retrying *retrying, struct err *err)
{
    const struct config *config = retrying->request->config;
    enum status status = OK, first = OK;
    struct err why;

    for (size_t i = 0; i < config->accounts_count && status == OK; i++) {
        status = has_any(retrying, &config->accounts[i], err);
        if (status == OK && retrying->any)
            status = retry_account(retrying, &config->accounts[i], err);
        if (status != OK && run_can_wait(err) && run_interrupted == 0) {
            if (first == OK)
                why = *err;
            first = status;
            status = OK; /* the others may be of use */
        }
    }
    if (status == OK && first != OK) {
        *err = why;
        status = first;
    }
    return status;
}

static void count_pending(struct report *report)
{
    uint64_t rows = report_rows(report, ROWS_COLUMNS);

    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        rows -= report_rows(report, (enum column)i);
    report_count(report, ROWS_PENDING, rows);
}

static enum status begin(struct retrying *retrying, struct err *err)
{
    struct run *run = retrying->run;
    const struct retry_request *request = retrying->request;
    const char *from = "";
    enum status status = run_open_store(run, err);

    if (request->run != 0)
        from = arena_print(retrying->arena, "run %" PRId64, request->run).at;
    if (status == OK)
        status = store_runs(run->store, retrying->arena, RUNS_MAX,
                            &retrying->runs, &retrying->runs_count, err);
    if (status == OK)
        status = store_run_begin(run->store, "retry", NULL, from, "",
                                 run->started_ms, &run->id, err);
    report_about(run->report, "retry", run->id, NULL, from, "",
                 run->started_ms);
    return status;
}

enum status run_retry(const struct retry_request *request,
                      struct report *report, bool *ledger, int *exit,
                      struct err *err)
{
    struct run_request as = {
        .command = "retry",
        .config = request->config,
        .state_path = request->state_path,
        .policy = &request->options->policy,
    };
    struct run run = {
        .request = &as,
        .policy = as.policy,
        .report = report,
        .clock = &clock_real,
        .to_account = request->config->accounts,
        .settled = settled_open(),
    };
    struct retrying retrying = {
        .request = request,
        .run = &run,
        .arena = arena_open(),
    };
    struct err second;
    enum status status, published;

    run.started_ms = run_now(&run);
    status = begin(&retrying, err);
    *ledger = run.ledger = status == OK;
    if (status == OK)
        status = retry_all(&retrying, err);
    count_pending(report);
    published = run_publish(&run, *ledger, &second);
    if (status == OK && published != OK) {
        *err = second;
        status = published;
    }
    dues_close(&retrying);
    arena_close(retrying.arena);
    return run_conclude(&run, status, exit, err);
}
