/*
 * report_problem.c - what is told about a run: the first problems whole, edits
 * that gave way in a place of their own, all of them counted by code.
 */
#include "sync/report_own.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Codes are ours and few; more than that many would be a bug of ours. */
enum { CODES_MAX = 500 };

static void count_outcome(struct report *report, struct code_count *code,
                          const char *outcome)
{
    size_t at = 0;

    while (at < OUTCOMES_MAX && code->outcomes[at].outcome != NULL &&
           strcmp(code->outcomes[at].outcome, outcome) != 0)
        at++;
    if (at == OUTCOMES_MAX)
        return;
    if (code->outcomes[at].outcome == NULL)
        code->outcomes[at].outcome = report_keep(report, outcome);
    code->outcomes[at].count++;
}

static struct code_count *count_code(struct report *report, const char *code,
                                     const char *outcome)
{
    size_t at = 0;

    while (at < report->codes_count &&
           strcmp(report->codes[at].code, code) != 0)
        at++;
    if (at == report->codes_count) {
        if (report->codes == NULL)
            report->codes =
                arena_take(report->arena, CODES_MAX * sizeof(*report->codes));
        if (at == CODES_MAX)
            return NULL;
        report->codes[report->codes_count++].code = report_keep(report, code);
    }
    report->codes[at].count++;
    count_outcome(report, &report->codes[at], outcome);
    return &report->codes[at];
}

static void fill_problem(struct report *report, struct report_problem *problem,
                         const char *file, uint64_t line, const char *outcome,
                         const char *code, const char *field,
                         const char *format, va_list arguments)
{
    char message[1024];

    (void)vsnprintf(message, sizeof(message), format, arguments);
    for (size_t end = strlen(message);
         end > 0 && !text_is_utf8((struct text){message, end});)
        message[--end] = '\0'; /* cut inside a character */
    /* A run names few files, and in long stretches the same one. */
    if (report->last != NULL && file != NULL && strcmp(report->last, file) == 0)
        problem->file = report->last;
    else
        problem->file = report_keep(report, file);
    report->last = problem->file;
    problem->line = line;
    problem->outcome = report_keep(report, outcome);
    problem->code = report_keep(report, code);
    problem->field = report_keep(report, field);
    problem->message = report_keep(report, message);
}

/* A flood of one code leaves the first lines of another to be told. */
static struct report_problem *place_late(struct report *report,
                                         struct code_count *code)
{
    if (code == NULL || code->kept + code->late_count >= LATE_MAX)
        return NULL;
    if (code->late == NULL)
        code->late = arena_take(report->arena, LATE_MAX * sizeof(*code->late));
    return &code->late[code->late_count++];
}

/* Counts it. Where it is kept whole, or NULL. */
static struct report_problem *place_for(struct report *report,
                                        const char *outcome, const char *code,
                                        bool edit)
{
    size_t others = report->kept - report->edits_kept;
    struct code_count *count = count_code(report, code, outcome);

    report->problems_count++;
    if (edit ? report->edits_kept == EDITS_MAX : others == PROBLEMS_MAX)
        return place_late(report, count);
    if (report->problems == NULL)
        report->problems =
            arena_take(report->arena,
                       (PROBLEMS_MAX + EDITS_MAX) * sizeof(*report->problems));
    report->edits_kept += edit;
    if (count != NULL)
        count->kept++;
    return &report->problems[report->kept++];
}

void report_problem(struct report *report, const char *file, uint64_t line,
                    const char *outcome, const char *code, const char *field,
                    const char *format, ...)
{
    struct report_problem *place = place_for(report, outcome, code, false);
    va_list arguments;

    if (place == NULL)
        return;
    va_start(arguments, format);
    fill_problem(report, place, file, line, outcome, code, field, format,
                 arguments);
    va_end(arguments);
}

static const char *keep_value(struct report *report, struct text value)
{
    if (value.size > EDIT_VALUE_MAX)
        value.size = EDIT_VALUE_MAX;
    while (value.size > 0 && !text_is_utf8(value))
        value.size--;
    return arena_string(report->arena, value);
}

void report_edit(struct report *report, const char *file, uint64_t line,
                 const char *code, const char *field,
                 const struct report_edit *edit, const char *format, ...)
{
    struct report_problem *problem = place_for(report, "warning", code, true);
    va_list arguments;

    if (problem == NULL)
        return;
    va_start(arguments, format);
    fill_problem(report, problem, file, line, "warning", code, field, format,
                 arguments);
    va_end(arguments);
    problem->kept = report_keep(report, edit->kept);
    problem->source = keep_value(report, edit->source);
    problem->target = keep_value(report, edit->target);
}

size_t report_kept(const struct report *report)
{
    return report->kept;
}
