/*
 * report.c - counters, problems, and the report as one JSON object.
 *
 * What report_text.c and report_html.c need of the insides is in
 * report_own.h.
 */
#include "sync/report.h"

#include "formats/format.h"
#include "formats/node.h"
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

void report_finish(struct report *report, int exit, int64_t finished_ms)
{
    report->exit = exit;
    report->finished_ms = finished_ms;
    sort_problems(report);
}

/* --- JSON -----------------------------------------------------------------*/

struct text report_time(int64_t ms, struct arena *arena)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char text[32];

    (void)gmtime_r(&seconds, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
    return arena_text(arena, text_of(text));
}

static struct node *add_text(struct node *object, const char *name,
                             const char *text, struct arena *arena)
{
    return node_add(object, name, node_text(arena, text_of(text)));
}

static void add_number(struct node *object, const char *name, uint64_t number,
                       struct arena *arena)
{
    struct node *node = node_new(arena, NODE_NUMBER);

    node->text = arena_print(arena, "%" PRIu64, number);
    (void)node_add(object, name, node);
}

static void add_time(struct node *object, const char *name, int64_t ms,
                     struct arena *arena)
{
    if (ms != 0)
        (void)node_add(object, name, node_text(arena, report_time(ms, arena)));
}

static void add_rows(const struct report *report, struct node *object,
                     struct arena *arena)
{
    struct node *rows = node_new(arena, NODE_OBJECT);

    add_number(rows, "read", report->read, arena);
    for (size_t i = 0; i < ROWS_COLUMNS; i++)
        add_number(rows, column_names[i], report->rows[i], arena);
    (void)node_add(object, "rows", rows);
}

static void add_requests(const struct report *report, struct node *object,
                         struct arena *arena)
{
    struct node *requests = node_new(arena, NODE_OBJECT);
    struct node *by_status = node_new(arena, NODE_OBJECT);

    add_number(requests, "total", report->stats.total, arena);
    add_number(requests, "retries", report->stats.retries, arena);
    add_number(requests, "throttled_ms", report->stats.throttled_ms, arena);
    for (unsigned i = 0; i < STATUSES; i++)
        if (report->stats.by_status[i] > 0)
            add_number(by_status, arena_print(arena, "%u", i).at,
                       report->stats.by_status[i], arena);
    (void)node_add(requests, "by_status", by_status);
    (void)node_add(object, "requests", requests);
}

static void add_strategy(const struct report_strategy *from,
                         struct node *object, struct arena *arena)
{
    struct node *strategy = node_new(arena, NODE_OBJECT);

    (void)add_text(strategy, "absence", from->absence, arena);
    (void)node_add(strategy, "bulk",
                   node_new(arena, from->bulk ? NODE_TRUE : NODE_FALSE));
    add_number(strategy, "creates", from->creates, arena);
    add_number(strategy, "updates", from->updates, arena);
    add_number(strategy, "deactivations", from->deactivations, arena);
    add_number(strategy, "reads", from->reads, arena);
    add_number(strategy, "requests", from->requests, arena);
    add_number(strategy, "time_ms", from->time_ms, arena);
    (void)node_add(object, "strategy", strategy);
}

static void add_directions(const struct report *report, struct node *object,
                           struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);

    if (report->directions_count == 0)
        return;
    for (size_t i = 0; i < report->directions_count; i++) {
        const struct direction *direction = &report->directions[i];
        struct node *entry = node_new(arena, NODE_OBJECT);

        (void)add_text(entry, "from", direction->from, arena);
        (void)add_text(entry, "to", direction->to, arena);
        add_strategy(&direction->strategy, entry, arena);
        (void)node_add(list, NULL, entry);
    }
    (void)node_add(object, "directions", list);
}

static void add_problems(const struct report *report, struct node *object,
                         struct arena *arena)
{
    struct node *codes = node_new(arena, NODE_OBJECT);
    struct node *problems = node_new(arena, NODE_LIST);
    size_t kept = report_kept(report);

    for (size_t i = 0; i < report->codes_count; i++)
        add_number(codes, report->codes[i].code, report->codes[i].count, arena);
    for (size_t i = 0; i < kept; i++) {
        const struct report_problem *problem = &report->problems[i];
        struct node *entry = node_new(arena, NODE_OBJECT);

        (void)add_text(entry, "file", problem->file, arena);
        if (problem->line != 0)
            add_number(entry, "line", problem->line, arena);
        (void)add_text(entry, "outcome", problem->outcome, arena);
        (void)add_text(entry, "code", problem->code, arena);
        if (problem->field[0] != '\0')
            (void)add_text(entry, "field", problem->field, arena);
        (void)add_text(entry, "message", problem->message, arena);
        if (problem->kept != NULL) {
            (void)add_text(entry, "kept", problem->kept, arena);
            (void)add_text(entry, "source", problem->source, arena);
            (void)add_text(entry, "target", problem->target, arena);
        }
        (void)node_add(problems, NULL, entry);
    }
    (void)node_add(object, "codes", codes);
    (void)node_add(object, "problems", problems);
}

void report_json(const struct report *report, struct buffer *out)
{
    struct arena *arena = arena_open();
    struct node *object = node_new(arena, NODE_OBJECT);

    add_number(object, "run", (uint64_t)report->run, arena);
    (void)add_text(object, "command", report->command, arena);
    if (report->job[0] != '\0')
        (void)add_text(object, "job", report->job, arena);
    (void)add_text(object, "from", report->from, arena);
    (void)add_text(object, "to", report->to, arena);
    add_time(object, "started_at", report->started_ms, arena);
    add_time(object, "finished_at", report->finished_ms, arena);
    add_number(object, "exit", (uint64_t)report->exit, arena);
    add_rows(report, object, arena);
    add_requests(report, object, arena);
    add_strategy(&report->strategy, object, arena);
    add_directions(report, object, arena);
    add_problems(report, object, arena);
    json_write(out, object);
    arena_close(arena);
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
