/*
 * report_groups.c - the problems of a run for people: by code, each with how
 * many there are, the first lines, and what to do.
 *
 * A night with ten thousand bad rows is told on a screen or two. What kept a
 * row from getting there stands before what is only worth a look.
 */
#include "sync/report_own.h"

#include "sync/codes.h"
#include "sync/show.h"

#include <inttypes.h>
#include <string.h>

/* More than that is what --report and --rejects are for. */
enum { LINES_SHOWN = 20, CODES_SHOWN = 20, LETTERS_SHOWN = 1024 };

struct groups {
    const struct report *report;
    struct buffer *out;
    size_t quota; /* lines of each code at most */
    bool cut;     /* some are not shown */
};

static bool is_harmless(const char *outcome)
{
    return strcmp(outcome, "warning") == 0 || strcmp(outcome, "skipped") == 0;
}

/* Whether somebody did not get there. */
static bool is_serious(const struct code_count *code)
{
    for (size_t i = 0; i < OUTCOMES_MAX; i++)
        if (code->outcomes[i].outcome != NULL &&
            !is_harmless(code->outcomes[i].outcome))
            return true;
    return false;
}

static bool is_mixed(const struct code_count *code)
{
    return code->outcomes[1].outcome != NULL;
}

static size_t lines_of(const struct code_count *code)
{
    return code->kept + code->late_count;
}

static size_t lines_with(const struct groups *groups, size_t quota)
{
    size_t lines = 0;

    for (size_t i = 0; i < groups->report->codes_count; i++)
        lines += lines_of(&groups->report->codes[i]) < quota
                     ? lines_of(&groups->report->codes[i])
                     : quota;
    return lines;
}

/* The more codes, the fewer lines of each; one of each in any case. */
static void share_lines(struct groups *groups)
{
    size_t more;

    groups->quota = 1;
    while ((more = lines_with(groups, groups->quota + 1)) <= LINES_SHOWN &&
           more > lines_with(groups, groups->quota))
        groups->quota++;
}

static void show_problem(struct groups *groups,
                         const struct report_problem *problem, bool mixed)
{
    struct buffer *out = groups->out;

    buffer_string(out, "    ");
    show_safely(out, text_of(problem->file), LETTERS_SHOWN);
    if (problem->file[0] != '\0' && problem->line != 0)
        buffer_print(out, ":%" PRIu64, problem->line);
    if (problem->file[0] != '\0')
        buffer_string(out, ": ");
    if (mixed)
        buffer_print(out, "%s: ", problem->outcome);
    if (problem->field[0] != '\0')
        buffer_print(out, "%s: ", problem->field);
    show_safely(out, text_of(problem->message), LETTERS_SHOWN);
    buffer_byte(out, '\n');
}

/* "(6 invalid, 2 warnings)"; among warnings the number is enough. */
static void show_counts(const struct code_count *code, struct buffer *out)
{
    const struct outcome_count *first = &code->outcomes[0];

    if (!is_mixed(code) && strcmp(first->outcome, "warning") == 0) {
        buffer_print(out, " (%" PRIu64 ")\n", code->count);
        return;
    }
    for (size_t i = 0; i < OUTCOMES_MAX && first[i].outcome != NULL; i++) {
        buffer_print(out, "%s%" PRIu64 " %s%s", i == 0 ? " (" : ", ",
                     first[i].count,
                     strcmp(first[i].outcome, "conflict") == 0 ? "in " : "",
                     first[i].outcome);
        if (first[i].count > 1 && strcmp(first[i].outcome, "warning") == 0)
            buffer_byte(out, 's');
    }
    buffer_string(out, ")\n");
}

static void show_code(struct groups *groups, size_t which)
{
    const struct report *report = groups->report;
    const struct code_count *code = &report->codes[which];
    const char *remedy = code_remedy(code->code);
    size_t shown = 0;

    buffer_print(groups->out, "  %s", code->code);
    show_counts(code, groups->out);
    for (size_t i = 0; i < report_kept(report) && shown < groups->quota; i++) {
        if (strcmp(report->problems[i].code, code->code) != 0)
            continue;
        show_problem(groups, &report->problems[i], is_mixed(code));
        shown++;
    }
    for (size_t i = 0; i < code->late_count && shown < groups->quota; i++) {
        show_problem(groups, &code->late[i], is_mixed(code));
        shown++;
    }
    if (code->count > shown) {
        buffer_print(groups->out, "    and %" PRIu64 " more\n",
                     code->count - shown);
        groups->cut = true;
    }
    if (remedy != NULL)
        buffer_print(groups->out, "    -> %s\n", remedy);
}

/* Those with lines are shown; of a flood of codes the rest is named. */
static void show_section(struct groups *groups, const char *title, bool serious)
{
    const struct report *report = groups->report;
    struct buffer *out = groups->out;
    size_t shown = 0;

    for (size_t i = 0; i < report->codes_count; i++) {
        const struct code_count *code = &report->codes[i];

        if (is_serious(code) != serious)
            continue;
        if (shown == 0)
            buffer_print(out, "%s:\n", title);
        if (shown++ < CODES_SHOWN)
            show_code(groups, i);
        else
            buffer_print(out, "%s %s (%" PRIu64 ")",
                         shown == CODES_SHOWN + 1 ? "  and" : ",", code->code,
                         code->count);
    }
    if (shown > CODES_SHOWN) {
        buffer_byte(out, '\n');
        groups->cut = true;
    }
}

void report_groups(const struct report *report, struct buffer *out)
{
    struct groups groups = {.report = report, .out = out};

    share_lines(&groups);
    show_section(&groups, "problems", true);
    show_section(&groups, "warnings", false);
    if (groups.cut)
        buffer_print(out, "--report FILE has %s of them line by line\n",
                     report->problems_count > report_kept(report)
                         ? "the first thousand"
                         : "all");
}
