/*
 * report_json.c - the report as one JSON object; contrib/report.schema.json is
 * its description.
 */
#include "sync/report_own.h"

#include "formats/node.h"

#include <inttypes.h>

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
        add_number(rows, column_name((enum column)i), report->rows[i], arena);
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

static void add_why(const struct report *report, struct node *object,
                    struct arena *arena)
{
    const struct err *why = report->why;
    struct node *error = node_new(arena, NODE_OBJECT);

    if (why == NULL)
        return;
    if (why->place[0] != '\0')
        (void)add_text(error, "place", why->place, arena);
    (void)add_text(error, "code", why->code, arena);
    (void)add_text(error, "message", why->message, arena);
    if (why->hint[0] != '\0')
        (void)add_text(error, "hint", why->hint, arena);
    (void)node_add(object, "error", error);
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
    add_why(report, object, arena);
    json_write(out, object);
    arena_close(arena);
}
