/*
 * command_status.c - what is pending, in conflict, rejected; runs; budgets.
 *
 * Reads the store only: never waits for a run, never asks a provider.
 */
#include "state/store_pace.h"
#include "sync/status_own.h"

#include "sync/endpoint.h"
#include "sync/report_own.h"
#include "sync/run.h"
#include "sync/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    RUNS_SHOWN = 5,   /* under status */
    RUNS_LISTED = 50, /* by runs */
};

static enum status begin(struct telling *telling, const struct options *options,
                         struct err *err)
{
    const char *path = options_state_path(options);

    *telling = (struct telling){
        .arena = options->arena,
        .json = options->policy.json,
        .tree = node_new(options->arena, NODE_OBJECT),
    };
    /* Before the first run there is none, and that is no fault. */
    if (access(path, F_OK) != 0)
        return store_open(&telling->store, path, STORE_DRY, err);
    return store_open(&telling->store, path, STORE_READ, err);
}

static enum status end(struct telling *telling, enum status status,
                       struct err *err)
{
    if (status == OK)
        status = telling->json ? print_json(telling->tree, err)
                               : print_out(&telling->out, err);
    buffer_free(&telling->out);
    store_close(telling->store);
    return status;
}

/* --- runs -----------------------------------------------------------------*/

/* The ledger of a run's report as "read 10: created 3 updated 1". */
static void tell_rows(struct telling *telling, const struct store_run *run)
{
    struct names *names = names_open();
    struct node *report = NULL;
    struct err err;
    const struct node *rows;

    if (run->report.size > 0 &&
        json_parse(run->report, telling->arena, names, &report, &err) != OK)
        report = NULL;
    rows = node_member(report, "rows");
    for (const struct node *row = rows != NULL ? rows->first : NULL;
         row != NULL; row = row->next)
        if (!text_is(row->text, "0") || strcmp(row->name, "read") == 0)
            buffer_print(&telling->out, " %s %.*s", row->name,
                         TEXT_ARGS(row->text));
    names_close(names);
}

/* Whether a run holds the lock of the account that an end names. */
static bool is_held(const struct telling *telling, struct text end)
{
    struct err err;
    store_id id = 0;

    end.size--;
    return store_account_labelled(telling->store, end, &id, &err) == OK &&
           id != 0 && run_is_locked(telling->store, id);
}

/* It has not ended, and nobody is there to end it. A run to an account holds
 * its lock, a pull that of its source; of others nobody can tell. */
static bool was_killed(const struct telling *telling,
                       const struct store_run *run)
{
    struct text locked = run->to.size > 0 ? run->to : run->from;

    return run->exit < 0 && endpoint_account_name(locked).size > 0 &&
           !is_held(telling, locked);
}

static void tell_run(struct telling *telling, const struct store_run *run,
                     bool killed)
{
    struct text when = report_time(run->started_ms, telling->arena);

    buffer_print(&telling->out, "%6" PRId64 "  %.*s  ", run->id,
                 TEXT_ARGS(when));
    if (run->exit < 0)
        buffer_string(&telling->out, killed ? "killed" : "     -");
    else
        buffer_print(&telling->out, "%6d", run->exit);
    buffer_print(&telling->out, "  %.*s", TEXT_ARGS(run->command));
    if (run->job.size > 0)
        buffer_byte(&telling->out, ' ');
    show_safely(&telling->out, run->job, SIZE_MAX);
    buffer_string(&telling->out, "  ");
    show_safely(&telling->out, run->from, SIZE_MAX);
    if (run->to.size > 0)
        buffer_string(&telling->out, " -> ");
    show_safely(&telling->out, run->to, SIZE_MAX);
    tell_rows(telling, run);
    buffer_byte(&telling->out, '\n');
}

static struct node *run_json(const struct telling *telling,
                             const struct store_run *run, bool killed,
                             struct names *names)
{
    struct arena *arena = telling->arena;
    struct node *entry = node_new(arena, NODE_OBJECT);
    struct node *report;
    struct err err;

    json_number(entry, "run", (uint64_t)run->id, arena);
    json_text(entry, "command", run->command, arena);
    if (run->job.size > 0)
        json_text(entry, "job", run->job, arena);
    json_text(entry, "from", run->from, arena);
    if (run->to.size > 0)
        json_text(entry, "to", run->to, arena);
    json_time(entry, "started_at", run->started_ms, arena);
    json_time(entry, "finished_at", run->finished_ms, arena);
    if (run->exit >= 0)
        json_number(entry, "exit", (uint64_t)run->exit, arena);
    if (killed)
        json_flag(entry, "killed", true, arena);
    if (run->report.size > 0 &&
        json_parse(run->report, arena, names, &report, &err) == OK &&
        node_member(report, "rows") != NULL)
        (void)node_add(entry, "rows",
                       node_copy(arena, node_member(report, "rows")));
    return entry;
}

/* end: only runs from or to it; "": all. */
static enum status add_runs(struct telling *telling, const char *end,
                            size_t max, struct names *names, struct err *err)
{
    struct store_run *runs = NULL;
    size_t count = 0;
    enum status status = store_runs_of(telling->store, end, telling->arena, max,
                                       &runs, &count, err);
    struct node *list = node_new(telling->arena, NODE_LIST);

    if (status != OK)
        return status;
    if (!telling->json && count == 0)
        buffer_string(&telling->out, "no run yet\n");
    if (!telling->json && count > 0)
        buffer_string(&telling->out,
                      "   run  started                 exit  what\n");
    for (size_t i = 0; i < count; i++) {
        bool killed = was_killed(telling, &runs[i]);

        if (telling->json)
            (void)node_add(list, NULL,
                           run_json(telling, &runs[i], killed, names));
        else
            tell_run(telling, &runs[i], killed);
    }
    (void)node_add(telling->tree, "runs", list);
    return OK;
}

static enum status command_runs_run(struct options *options, int *exit,
                                    struct err *err)
{
    struct names *names = names_open();
    struct telling telling;
    enum status status = arguments_between(options, 0, 0, err);

    (void)exit;
    if (status == OK) {
        status = begin(&telling, options, err);
        if (status == OK)
            status = add_runs(&telling, "", RUNS_LISTED, names, err);
        status = end(&telling, status, err);
    }
    names_close(names);
    return status;
}

/* --- one account ----------------------------------------------------------*/

static enum status add_budget(struct telling *telling,
                              const struct account *account, store_id id,
                              struct node *entry, struct err *err)
{
    struct arena *arena = telling->arena;
    struct node *budget = node_new(arena, NODE_OBJECT);
    uint64_t used = 0;
    int64_t penalty_ms = 0, open_ms = 0, now = now_ms();
    uint32_t failures = 0;
    enum status status =
        store_pace_used(telling->store, account->rate_scope,
                        account->rate.window_ms, now, &used, &penalty_ms, err);

    if (status == OK)
        status = store_breaker(telling->store, id, &failures, &open_ms, err);
    if (status != OK)
        return status;
    json_number(budget, "used", used, arena);
    json_number(budget, "limit", account->rate.limit, arena);
    json_number(budget, "window_ms", account->rate.window_ms, arena);
    json_time(budget, "penalty_until", penalty_ms > now ? penalty_ms : 0,
              arena);
    json_time(budget, "breaker_until", open_ms > now ? open_ms : 0, arena);
    (void)node_add(entry, "budget", budget);

    if (account->rate.limit > 0)
        buffer_print(
            &telling->out,
            "  budget: %" PRIu64 " of %" PRIu64
            " requests used in the last %.*s\n",
            used, account->rate.limit,
            TEXT_ARGS(report_duration(account->rate.window_ms, arena)));
    if (penalty_ms > now)
        buffer_print(&telling->out,
                     "  the provider asked for silence until "
                     "%s\n",
                     report_time(penalty_ms, arena).at);
    if (open_ms > now)
        buffer_print(&telling->out,
                     "  after %" PRIu32 " failures nothing is "
                     "sent until %s\n",
                     failures, report_time(open_ms, arena).at);
    return OK;
}

static enum status add_counts(struct telling *telling, store_id id,
                              struct node *entry, struct err *err)
{
    struct node *changes = node_new(telling->arena, NODE_OBJECT);
    uint64_t counts[CHANGE_PARKED + 1] = {0};
    uint64_t links = 0;
    bool any = false;
    enum status status =
        store_changes_count(telling->store, id, 0, 0, counts, err);

    if (status == OK)
        status = store_links_count(telling->store, id, &links, err);
    if (status != OK)
        return status;
    json_number(entry, "linked", links, telling->arena);
    buffer_print(&telling->out, "  linked %" PRIu64, links);
    for (size_t i = 0; i <= CHANGE_PARKED; i++) {
        if (i == CHANGE_DONE) /* kept for a while, and nobody's business */
            continue;
        json_number(changes, status_word((enum change_state)i), counts[i],
                    telling->arena);
        if (counts[i] == 0)
            continue;
        buffer_print(&telling->out, " %s %" PRIu64,
                     status_word((enum change_state)i), counts[i]);
        any = true;
    }
    if (!any)
        buffer_string(&telling->out, ", nothing is pending");
    buffer_byte(&telling->out, '\n');
    (void)node_add(entry, "changes", changes);
    return OK;
}

static enum status add_account(struct telling *telling,
                               const struct account *account, struct node *list,
                               struct err *err)
{
    struct arena *arena = telling->arena;
    struct node *entry = node_new(arena, NODE_OBJECT);
    store_id id = 0;
    bool renamed;
    enum status status = store_account(telling->store, account->provider->name,
                                       account->base_url, account->tenant,
                                       account->name, &id, &renamed, err);

    json_text(entry, "account", text_of(account->name), arena);
    json_text(entry, "provider", text_of(account->provider->name), arena);
    json_flag(entry, "known", status == OK && id != 0, arena);
    (void)node_add(list, NULL, entry);
    buffer_print(&telling->out, "%s: (%s, %s)\n", account->name,
                 account->provider->name, account->base_url);
    if (status == OK && id == 0) {
        buffer_string(&telling->out, "  never synced\n");
        return OK;
    }
    if (status == OK)
        status = add_counts(telling, id, entry, err);
    if (status == OK)
        status = add_budget(telling, account, id, entry, err);
    if (status == OK)
        status = status_troubles(telling, id, entry, err);
    return status;
}

/* --- status ---------------------------------------------------------------*/

static bool chosen(const struct ends *ends, const struct account *account)
{
    return ends == NULL ||
           (ends->from[0].is_account && ends->from[0].account == account) ||
           (ends->has_to && ends->to.is_account && ends->to.account == account);
}

/* What is asked for is named as its runs name it. */
static const char *end_of(const struct ends *ends)
{
    if (ends == NULL)
        return "";
    return ends->has_to ? ends->to.written : ends->from[0].written;
}

static enum status tell_status(struct telling *telling,
                               const struct config *config,
                               const struct ends *ends, struct err *err)
{
    struct node *list = node_new(telling->arena, NODE_LIST);
    struct names *names = names_open();
    enum status status = OK;

    for (size_t i = 0; i < config->accounts_count && status == OK; i++)
        if (chosen(ends, &config->accounts[i]))
            status = add_account(telling, &config->accounts[i], list, err);
    (void)node_add(telling->tree, "accounts", list);
    if (status == OK)
        status = add_runs(telling, end_of(ends), RUNS_SHOWN, names, err);
    status = end(telling, status, err);
    names_close(names);
    return status;
}

static enum status command_status_run(struct options *options, int *exit,
                                      struct err *err)
{
    struct config *config = NULL;
    struct telling telling;
    struct ends ends;
    bool given = options->arguments_count > 0;
    enum status status = arguments_between(options, 0, 1, err);

    (void)exit;
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK && given)
        status = ends_parse(&ends, options, config, false, err);
    if (status == OK) {
        status = begin(&telling, options, err);
        if (status == OK)
            status = tell_status(&telling, config, given ? &ends : NULL, err);
    }
    config_close(config);
    return status;
}

extern const struct command command_status, command_runs;

const struct command command_status = {
    .name = "status",
    .arguments = "[ACCOUNT: | JOB]",
    .summary = "what is pending, in conflict, rejected; runs; budgets",
    .examples = "custsync status\n"
                "custsync status nightly",
    .run = command_status_run,
};

const struct command command_runs = {
    .name = "runs",
    .arguments = "",
    .summary = "run history",
    .beside = "status",
    .examples = "custsync runs",
    .run = command_runs_run,
};
