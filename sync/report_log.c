/*
 * report_log.c - the summary of a run for those who collect logs: what stands
 * on standard error as text for people, one object a line.
 */
#include "sync/report_own.h"

#include "formats/log.h"
#include "sync/codes.h"

#include <inttypes.h>
#include <string.h>

static void log_problem(const struct report_problem *problem,
                        struct arena *arena)
{
    bool warning = strcmp(problem->outcome, "warning") == 0;
    const char *place = problem->file;
    const char *between = problem->field[0] != '\0' ? ": " : "";

    if (problem->line > 0)
        place = arena_print(arena, "%s:%" PRIu64, place, problem->line).at;
    log_tell(&(struct log_line){
        .level = warning ? LEVEL_WARNING : LEVEL_ERROR,
        .place = place,
        .code = problem->code,
        .message = arena_print(arena, "%s: %s%s%s", problem->outcome,
                               problem->field, between, problem->message)
                       .at,
        .hint = code_remedy(problem->code),
    });
}

/* "run 12 ended with 1: read 1000, created 610, invalid 6". */
static void log_end(const struct report *report, struct arena *arena)
{
    struct text rows = arena_print(arena, "read %" PRIu64, report->read);
    const char *place = report->job;

    for (int i = 0; i < ROWS_COLUMNS; i++)
        if (report->rows[i] > 0)
            rows = arena_print(arena, "%s, %s %" PRIu64, rows.at,
                               column_name((enum column)i), report->rows[i]);
    if (place[0] == '\0')
        place = arena_print(arena, "%s -> %s", report->from, report->to).at;
    log_tell(&(struct log_line){
        .level = LEVEL_INFO,
        .place = place,
        .message =
            arena_print(arena, "%s %" PRId64 " ended with %d: %s",
                        strcmp(report->command, "plan") == 0 ? "plan" : "run",
                        report->run, report->exit, rows.at)
                .at,
    });
}

void report_log(const struct report *report)
{
    struct arena *arena = arena_open();
    size_t kept = report_kept(report);

    for (size_t i = 0; i < kept; i++)
        log_problem(&report->problems[i], arena);
    log_end(report, arena);
    arena_close(arena);
}
