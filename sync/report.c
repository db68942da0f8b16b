/*
 * report.c - counters, and where a report goes.
 *
 * What the other report_*.c need of the insides is in report_own.h.
 */
#include "sync/report.h"

#include "formats/format.h"
#include "sync/report_own.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const column_names[ROWS_COLUMNS] = {
    [ROWS_CREATED] = "created",     [ROWS_UPDATED] = "updated",
    [ROWS_UNCHANGED] = "unchanged", [ROWS_MERGED] = "merged",
    [ROWS_SKIPPED] = "skipped",     [ROWS_INVALID] = "invalid",
    [ROWS_CONFLICT] = "conflict",   [ROWS_REJECTED] = "rejected",
    [ROWS_FAILED] = "failed",       [ROWS_PENDING] = "pending",
};

const char *column_name(enum column column)
{
    return column_names[column];
}

struct report *report_open(void)
{
    struct arena *arena = arena_open();
    struct report *report = arena_take(arena, sizeof(*report));

    report->arena = arena;
    report->command = report->job = report->from = report->to = "";
    report->strategy.absence = "none";
    return report;
}

void report_close(struct report *report)
{
    if (report != NULL)
        arena_close(report->arena);
}

const char *report_keep(struct report *report, const char *string)
{
    return arena_string(report->arena, text_of(string));
}

void report_about(struct report *report, const char *command, store_id run,
                  const char *job, const char *from, const char *to,
                  int64_t started_ms)
{
    report->command = report_keep(report, command);
    report->run = run;
    report->job = report_keep(report, job);
    report->from = report_keep(report, from);
    report->to = report_keep(report, to);
    report->started_ms = started_ms;
}

void report_read(struct report *report, uint64_t rows)
{
    report->read += rows;
}

void report_count(struct report *report, enum column column, uint64_t rows)
{
    report->rows[column] += rows;
}

uint64_t report_rows(const struct report *report, enum column column)
{
    return column < ROWS_COLUMNS ? report->rows[column] : report->read;
}

/* --- the run --------------------------------------------------------------*/

void report_strategy(struct report *report,
                     const struct report_strategy *strategy)
{
    report->strategy = *strategy;
    report->strategy.absence = report_keep(
        report, strategy->absence != NULL ? strategy->absence : "none");
}

static void add_up(struct report_strategy *sum,
                   const struct report_strategy *one)
{
    if (strcmp(sum->absence, "none") == 0)
        sum->absence = one->absence;
    sum->bulk = sum->bulk || one->bulk;
    sum->creates += one->creates;
    sum->updates += one->updates;
    sum->deactivations += one->deactivations;
    sum->requests += one->requests;
    sum->time_ms += one->time_ms;
}

void report_direction(struct report *report, const char *from, const char *to)
{
    struct report_strategy sum = {.absence = "none"};

    if (report->directions_count == 2)
        return;
    report->directions[report->directions_count++] = (struct direction){
        report_keep(report, from), report_keep(report, to), report->strategy};
    report->strategy = sum; /* of the way that follows nothing is known yet */
    for (size_t i = 0; i < report->directions_count; i++)
        add_up(&sum, &report->directions[i].strategy);
    if (report->directions_count == 2)
        report->strategy = sum;
}

void report_requests(struct report *report, const struct client_stats *stats)
{
    report->stats.total += stats->total;
    report->stats.retries += stats->retries;
    report->stats.throttled_ms += stats->throttled_ms;
    report->stats.tokens += stats->tokens;
    for (size_t i = 0; i < STATUSES; i++)
        report->stats.by_status[i] += stats->by_status[i];
}

void report_client(struct report *report, const struct client *client)
{
    const struct account *account = client_account(client);
    const struct tempo *tempo = client_tempo(client);

    report_requests(report, client_stats(client));
    if (tempo->count == 0 || report->paces_count == PACES_MAX)
        return;
    if (report->paces == NULL)
        report->paces =
            arena_take(report->arena, PACES_MAX * sizeof(*report->paces));
    report->paces[report->paces_count++] = (struct report_pace){
        .account = report_keep(report, account->name),
        .limit = account->rate.limit,
        .window_ms = account->rate.window_ms,
        .tempo = *tempo,
    };
}

void report_fields(struct report *report, bool created, const bool *written,
                   size_t count)
{
    if (count > report->fields_room) {
        struct field_writes *more =
            arena_take(report->arena, 2 * count * sizeof(*more));

        for (size_t i = 0; i < report->fields_room; i++)
            more[i] = report->fields[i];
        report->fields = more;
        report->fields_room = 2 * count;
    }
    for (size_t i = 0; i < count; i++) {
        report->fields[i].created += created && written[i];
        report->fields[i].updated += !created && written[i];
    }
}

bool report_balanced(const struct report *report)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        sum += report->rows[i];
    return sum == report->read;
}

void report_unanswered(struct report *report)
{
    report->unanswered = true;
}

void report_leftover(struct report *report)
{
    report->leftover = true;
}

int report_exit(const struct report *report, bool held_back)
{
    const uint64_t *rows = report->rows;

    if (rows[ROWS_PENDING] > 0 && !held_back)
        return report->unanswered ? EXIT_UNAVAILABLE : EXIT_TRYLATER;
    return report->leftover || rows[ROWS_INVALID] + rows[ROWS_CONFLICT] +
                                       rows[ROWS_REJECTED] + rows[ROWS_FAILED] >
                                   0
               ? EXIT_SOME
               : EXIT_DONE;
}

static bool comes_before(const struct report_problem *a,
                         const struct report_problem *b)
{
    int files = strcmp(a->file, b->file);

    return files < 0 || (files == 0 && a->line < b->line);
}

/* Stages tell what they see one after the other; readers go down the file. */
static void sort_problems(struct report *report)
{
    size_t kept = report_kept(report);

    for (size_t i = 1; i < kept; i++) {
        struct report_problem problem = report->problems[i];
        size_t at = i;

        for (; at > 0 && comes_before(&problem, &report->problems[at - 1]);
             at--)
            report->problems[at] = report->problems[at - 1];
        report->problems[at] = problem;
    }
}

void report_why(struct report *report, const struct err *why)
{
    struct err *kept = arena_take(report->arena, sizeof(*kept));

    *kept = *why;
    report->why = kept;
}

void report_stopped(struct report *report, const struct err *why)
{
    report_why(report, why);
    report->read = 0;
    memset(report->rows, 0, sizeof(report->rows));
    report_problem(report, "", 0, "failed", why->code, "", "%s", why->message);
}

void report_finish(struct report *report, int exit, int64_t finished_ms)
{
    report->exit = exit;
    report->finished_ms = finished_ms;
    sort_problems(report);
}

/* --- times ---------------------------------------------------------------*/

struct text report_time(int64_t ms, struct arena *arena)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char text[32];

    (void)gmtime_r(&seconds, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
    return arena_text(arena, text_of(text));
}

/* --- --report FILE --------------------------------------------------------*/

static bool is_page(const char *path)
{
    size_t size = strlen(path);

    return size > 5 && text_is_nocase(text_of(path + size - 5), ".html");
}

enum status report_file(const struct report *report, const char *path,
                        struct err *err)
{
    struct buffer out = {0};
    enum status status = OK;

    if (is_page(path)) {
        status = report_html(report, &out, err);
    } else {
        report_json(report, &out);
        buffer_byte(&out, '\n');
    }
    if (status == OK)
        status = file_publish(path, buffer_view(&out), err);
    buffer_free(&out);
    return status;
}
