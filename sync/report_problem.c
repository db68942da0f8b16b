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

static void count_code(struct report *report, const char *code)
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
            return;
        report->codes[report->codes_count++].code = report_keep(report, code);
    }
    report->codes[at].count++;
}

static struct report_problem *add_problem(struct report *report,
                                          const char *file, uint64_t line,
                                          const char *outcome, const char *code,
                                          const char *field, const char *format,
                                          va_list arguments)
{
    struct report_problem *problem = &report->problems[report->kept++];
    char message[1024];

    (void)vsnprintf(message, sizeof(message), format, arguments);
    for (size_t end = strlen(message);
         end > 0 && !text_is_utf8((struct text){message, end});)
        message[--end] = '\0'; /* cut inside a character */
    /* A run names few files, and in long stretches the same one. */
    if (problem > report->problems && file != NULL &&
        strcmp(problem[-1].file, file) == 0)
        problem->file = problem[-1].file;
    else
        problem->file = report_keep(report, file);
    problem->line = line;
    problem->outcome = report_keep(report, outcome);
    problem->code = report_keep(report, code);
    problem->field = report_keep(report, field);
    problem->message = report_keep(report, message);
    return problem;
}

/* Counts it; whether it is kept whole. */
static bool note_problem(struct report *report, const char *code, bool edit)
{
    size_t others = report->kept - report->edits_kept;

    report->problems_count++;
    count_code(report, code);
    if (edit ? report->edits_kept == EDITS_MAX : others == PROBLEMS_MAX)
        return false;
    if (report->problems == NULL)
        report->problems =
            arena_take(report->arena,
                       (PROBLEMS_MAX + EDITS_MAX) * sizeof(*report->problems));
    report->edits_kept += edit;
    return true;
}

void report_problem(struct report *report, const char *file, uint64_t line,
                    const char *outcome, const char *code, const char *field,
                    const char *format, ...)
{
    va_list arguments;

    if (!note_problem(report, code, false))
        return;
    va_start(arguments, format);
    (void)add_problem(report, file, line, outcome, code, field, format,
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
    struct report_problem *problem;
    va_list arguments;

    if (!note_problem(report, code, true))
        return;
    va_start(arguments, format);
    problem = add_problem(report, file, line, "warning", code, field, format,
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
