/*
 * report_html_problems.c - what went wrong, on the page of a run: by kind with
 * what to do about it, then one by one.
 */
#include "sync/codes.h"
#include "sync/page_chart.h"

#include <inttypes.h>
#include <string.h>

static void add_codes(struct page *page, const struct report *report)
{
    static const char *const heads[] = {"code", "#times", "what to do", NULL};
    struct node *body;

    if (report->codes_count == 0)
        return;
    body = page_table(page, page_section(page, "Kinds of problem"), "sorts",
                      heads);
    for (size_t i = 0; i < report->codes_count; i++) {
        const char *remedy = code_remedy(report->codes[i].code);
        struct node *row = page_element(page, body, "tr");

        page_text(page, page_part(page, row, "td", "mono"),
                  report->codes[i].code);
        page_number(page, row, report->codes[i].count);
        page_text(page, page_part(page, row, "td", "words"),
                  remedy != NULL ? remedy : "");
    }
}

static void add_message(struct page *page, struct node *row,
                        const struct report_problem *problem)
{
    struct node *cell = page_part(page, row, "td", "words");

    (void)page_words(page, cell, "span", problem->message);
    if (problem->kept == NULL)
        return;
    page_text(page, page_part(page, cell, "span", "said"),
              arena_print(page->arena,
                          "source \u201c%s\u201d, target \u201c%s\u201d",
                          problem->source, problem->target)
                  .at);
}

static void add_problem(struct page *page, struct node *body,
                        const struct report_problem *problem)
{
    struct node *row = page_element(page, body, "tr");
    const char *place = problem->file;
    struct node *outcome;

    if (problem->line != 0)
        place =
            arena_print(page->arena, "%s:%" PRIu64, place, problem->line).at;
    page_text(page, page_part(page, row, "td", "place"), place);
    outcome = page_part(page, row, "td", "place");
    if (strcmp(problem->outcome, "warning") != 0) {
        struct node *dot = page_part(
            page, outcome, "span",
            arena_print(page->arena, "dot c-%s", problem->outcome).at);

        page_attribute(page, dot, "aria-hidden", "true");
        page_text(page, dot, "\xe2\x96\xa0");
    }
    (void)page_words(page, outcome, "span", problem->outcome);
    page_text(page, page_part(page, row, "td", "mono"), problem->code);
    (void)page_words(page, row, "td", problem->field);
    add_message(page, row, problem);
}

static void add_problems(struct page *page, const struct report *report)
{
    static const char *const heads[] = {"place", "outcome", "code",
                                        "field", "message", NULL};
    size_t kept = report_kept(report);
    struct node *section, *body;

    if (kept == 0)
        return;
    section = page_section(page, "Problems");
    body = page_table(page, section, "sorts", heads);
    for (size_t i = 0; i < kept; i++)
        add_problem(page, body, &report->problems[i]);
    if (report->problems_count > kept)
        (void)page_words(
            page, section, "p",
            arena_print(page->arena, "and %s more, counted above by kind",
                        page_grouped(page, report->problems_count - kept))
                .at);
}

void report_html_problems(struct page *page, const struct report *report)
{
    add_codes(page, report);
    add_problems(page, report);
}
