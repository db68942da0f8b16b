/*
 * metrics.c - see metrics.h.
 *
 * All are gauges: each file tells of the last run, and numbers go down again.
 */
#include "sync/metrics.h"

#include "formats/format.h"
#include "state/store_change.h"
#include "state/store_pace.h"
#include "sync/endpoint.h"
#include "sync/report_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct writing {
    const struct metrics *metrics;
    struct arena *arena;
    struct buffer *out;
    const char *labels; /* of the run: job, from, to */
};

/* --- the format -----------------------------------------------------------*/

static void family(struct writing *w, const char *name, const char *help)
{
    buffer_print(w->out,
                 "# HELP custsync_%s %s\n"
                 "# TYPE custsync_%s gauge\n",
                 name, help, name);
}

static struct text escaped(struct text value, struct arena *arena)
{
    struct buffer out = {0};
    struct text text;

    for (size_t i = 0; i < value.size; i++) {
        if (value.at[i] == '\\' || value.at[i] == '"')
            buffer_byte(&out, '\\');
        if (value.at[i] == '\n')
            buffer_string(&out, "\\n");
        else
            buffer_byte(&out, value.at[i]);
    }
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

/* label NULL: those of the run alone. Its labels are on everything: jobs whose
 * files lie side by side share accounts, and no sample may come twice. */
static void sample(struct writing *w, const char *name, const char *label,
                   const char *value, uint64_t number)
{
    buffer_print(w->out, "custsync_%s{%s", name, w->labels);
    if (label != NULL)
        buffer_print(w->out, ",%s=\"%s\"", label, value);
    buffer_print(w->out, "} %" PRIu64 "\n", number);
}

/* Seconds, to the millisecond. */
static void sample_ms(struct writing *w, const char *name, uint64_t ms)
{
    buffer_print(w->out, "custsync_%s{%s} %" PRIu64 ".%03u\n", name, w->labels,
                 ms / 1000, (unsigned)(ms % 1000));
}

/* An account by its name, anything else as what it is: a path may tell more
 * than it should. */
static struct text end_label(struct text end, struct arena *arena)
{
    struct text account = endpoint_account_name(end);

    if (account.size > 0)
        return escaped(account, arena);
    return end.size > 0 ? TEXT("file") : TEXT("");
}

static const char *run_labels(const struct metrics *metrics,
                              struct arena *arena)
{
    const struct report *report = metrics->report;
    struct text from = text_of(report->from), to = text_of(report->to);
    struct text job = text_of(report->job);

    /* Of a job whose configuration cannot be read the last run knows them. */
    if (from.size == 0 && to.size == 0) {
        from = metrics->past->from;
        to = metrics->past->to;
    }
    /* What nobody knows as a job may be a path that was meant otherwise. */
    if (report->run == 0 && metrics->ends == NULL && from.size == 0)
        job = TEXT("");
    if (strcmp(report->command, "retry") == 0 ||
        strcmp(report->command, "undo") == 0)
        from = TEXT("");
    return arena_print(arena, "job=\"%s\",from=\"%s\",to=\"%s\"",
                       escaped(job, arena).at, end_label(from, arena).at,
                       end_label(to, arena).at)
        .at;
}

/* --- the run --------------------------------------------------------------*/

static void add_times(struct writing *w)
{
    const struct report *report = w->metrics->report;
    int64_t took_ms = report->finished_ms - report->started_ms;

    family(w, "last_run_timestamp_seconds", "When the last run ended.");
    sample_ms(w, "last_run_timestamp_seconds", (uint64_t)report->finished_ms);
    family(w, "last_success_timestamp_seconds",
           "When the last run ended that was done, with exit code 0 or 1.");
    if (w->metrics->past->done_ms > 0)
        sample_ms(w, "last_success_timestamp_seconds",
                  (uint64_t)w->metrics->past->done_ms);
    family(w, "last_run_duration_seconds", "How long the last run took.");
    sample_ms(w, "last_run_duration_seconds",
              took_ms > 0 ? (uint64_t)took_ms : 0);
    family(w, "last_run_exit_code", "How the last run ended.");
    sample(w, "last_run_exit_code", NULL, NULL, (uint64_t)report->exit);
}

static void add_rows(struct writing *w)
{
    const struct report *report = w->metrics->report;

    family(w, "rows_read", "Rows that the last run read.");
    sample(w, "rows_read", NULL, NULL, report->read);
    family(w, "rows", "Rows of the last run by what became of them.");
    for (int i = 0; i < ROWS_COLUMNS; i++)
        sample(w, "rows", "outcome", column_name((enum column)i),
               report->rows[i]);
    if (report->codes_count == 0)
        return;
    family(w, "problems", "Problems of the last run by code.");
    for (size_t i = 0; i < report->codes_count; i++)
        sample(w, "problems", "code", report->codes[i].code,
               report->codes[i].count);
}

static void add_requests(struct writing *w)
{
    const struct client_stats *stats = &w->metrics->report->stats;

    family(w, "requests", "Requests of the last run.");
    sample(w, "requests", NULL, NULL, stats->total);
    family(w, "requests_repeated", "Those that were sent once more.");
    sample(w, "requests_repeated", NULL, NULL, stats->retries);
    family(w, "answers", "Answers to them by HTTP status.");
    for (unsigned i = 0; i < STATUSES; i++)
        if (stats->by_status[i] > 0)
            sample(w, "answers", "status", arena_print(w->arena, "%u", i).at,
                   stats->by_status[i]);
    family(w, "throttled_seconds",
           "How long the last run waited for the providers' limits.");
    sample_ms(w, "throttled_seconds", stats->throttled_ms);
}

/* --- accounts -------------------------------------------------------------*/

struct facts {
    const char *name; /* escaped */
    uint64_t linked, counts[CHANGE_PARKED + 1];
    uint64_t limit, left, window_ms;
    int64_t blocked_ms; /* until then nothing is sent; 0: it is */
};

static enum status read_budget(const struct metrics *metrics,
                               const struct account *account, store_id id,
                               struct facts *facts, struct err *err)
{
    uint64_t used = 0;
    uint32_t failures;
    int64_t penalty_ms = 0, open_ms = 0, now = now_ms();
    enum status status =
        store_pace_used(metrics->store, account->rate_scope,
                        account->rate.window_ms, now, &used, &penalty_ms, err);

    if (status == OK)
        status = store_breaker(metrics->store, id, &failures, &open_ms, err);
    facts->limit = account->rate.limit;
    facts->left = used < facts->limit ? facts->limit - used : 0;
    facts->window_ms = account->rate.window_ms;
    facts->blocked_ms = penalty_ms > open_ms ? penalty_ms : open_ms;
    if (facts->blocked_ms <= now)
        facts->blocked_ms = 0;
    return status;
}

/* False: nothing is known of it. */
static bool read_facts(const struct metrics *metrics,
                       const struct account *account, struct arena *arena,
                       struct facts *facts)
{
    store_id id = 0;
    bool renamed;
    struct err err;

    *facts = (struct facts){.name = escaped(text_of(account->name), arena).at};
    return store_account(metrics->store, account->provider->name,
                         account->base_url, account->tenant, account->name, &id,
                         &renamed, &err) == OK &&
           id != 0 &&
           store_changes_count(metrics->store, id, 0, 0, facts->counts, &err) ==
               OK &&
           store_links_count(metrics->store, id, &facts->linked, &err) == OK &&
           read_budget(metrics, account, id, facts, &err) == OK;
}

static bool chosen(const struct ends *ends, const struct account *account)
{
    return ends == NULL || ends->from[0].account == account ||
           (ends->has_to && ends->to.account == account);
}

static void account_number(struct writing *w, const char *name,
                           const struct facts *facts, uint64_t number)
{
    sample(w, name, "account", facts->name, number);
}

static void add_changes(struct writing *w, const struct facts *facts,
                        size_t count)
{
    family(w, "changes", "Changes that are not done, by their state.");
    for (size_t i = 0; i < count; i++) {
        const uint64_t *counts = facts[i].counts;
        const struct {
            const char *state;
            uint64_t number;
        } states[] = {
            {"pending", counts[CHANGE_PLANNED]},
            {"in_doubt", counts[CHANGE_SENDING] + counts[CHANGE_UNKNOWN]},
            {"rejected", counts[CHANGE_REJECTED]},
            {"failed", counts[CHANGE_FAILED]},
            {"conflict", counts[CHANGE_PARKED]},
        };

        for (size_t k = 0; k < sizeof(states) / sizeof(states[0]); k++)
            buffer_print(w->out,
                         "custsync_changes{%s,account=\"%s\",state=\"%s\"} "
                         "%" PRIu64 "\n",
                         w->labels, facts[i].name, states[k].state,
                         states[k].number);
    }
}

static void add_budgets(struct writing *w, const struct facts *facts,
                        size_t count)
{
    family(w, "request_limit", "Requests that the provider allows a window.");
    for (size_t i = 0; i < count; i++)
        if (facts[i].limit > 0)
            account_number(w, "request_limit", &facts[i], facts[i].limit);
    family(w, "request_window_seconds", "How long that window is.");
    for (size_t i = 0; i < count; i++)
        if (facts[i].limit > 0)
            account_number(w, "request_window_seconds", &facts[i],
                           facts[i].window_ms / 1000);
    family(w, "request_budget_left", "How many of these are left now.");
    for (size_t i = 0; i < count; i++)
        if (facts[i].limit > 0)
            account_number(w, "request_budget_left", &facts[i], facts[i].left);
    family(w, "blocked_until_timestamp_seconds",
           "Until when nothing is sent: a penalty or too many failures; 0: "
           "it is.");
    for (size_t i = 0; i < count; i++)
        account_number(w, "blocked_until_timestamp_seconds", &facts[i],
                       (uint64_t)facts[i].blocked_ms / 1000);
}

static void add_accounts(struct writing *w)
{
    const struct metrics *metrics = w->metrics;
    const struct config *config = metrics->config;
    struct facts *facts;
    size_t count = 0;

    if (config == NULL || metrics->store == NULL)
        return;
    facts = arena_take(w->arena, (config->accounts_count + 1) * sizeof(*facts));
    for (size_t i = 0; i < config->accounts_count; i++)
        if (chosen(metrics->ends, &config->accounts[i]) &&
            read_facts(metrics, &config->accounts[i], w->arena, &facts[count]))
            count++;
    if (count == 0)
        return;
    family(w, "linked_customers", "Customers that have a record there.");
    for (size_t i = 0; i < count; i++)
        account_number(w, "linked_customers", &facts[i], facts[i].linked);
    add_changes(w, facts, count);
    add_budgets(w, facts, count);
}

/* --- all of it ------------------------------------------------------------*/

void metrics_text(const struct metrics *metrics, struct buffer *out)
{
    struct arena *arena = arena_open();
    struct writing w = {
        .metrics = metrics,
        .arena = arena,
        .out = out,
        .labels = run_labels(metrics, arena),
    };

    family(&w, "build_info", "Which custsync it was.");
    sample(&w, "build_info", "version", CUSTSYNC_VERSION, 1);
    add_times(&w);
    add_rows(&w);
    add_requests(&w);
    add_accounts(&w);
    arena_close(arena);
}

/* What stands at a path, in a text that no other file begins with. */
static bool is_ours(const char *path)
{
    static const char ours[] = "# HELP custsync_";
    char begin[sizeof(ours) - 1];
    struct stat state;
    size_t size;
    FILE *file;

    if (stat(path, &state) != 0 || !S_ISREG(state.st_mode) ||
        state.st_size == 0)
        return true;
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    size = fread(begin, 1, sizeof(begin), file);
    (void)fclose(file);
    return size == sizeof(begin) && memcmp(begin, ours, size) == 0;
}

enum status metrics_try(const char *path, struct err *err)
{
    if (is_ours(path))
        return file_try(path, err);
    (void)fail(err, STOP, EXIT_CANTCREAT, "cannot_create",
               "it holds something else than metrics of custsync, and is left "
               "as it is");
    err_hint(err, "name another file for --metrics, or remove this one");
    err_place(err, "%s", path);
    return STOP;
}

enum status metrics_write(const struct metrics *metrics, const char *path,
                          struct err *err)
{
    struct buffer out = {0};
    enum status status = metrics_try(path, err);

    if (status != OK)
        return status;
    metrics_text(metrics, &out);
    status = file_publish_for_all(path, buffer_view(&out), err);
    buffer_free(&out);
    return status;
}
