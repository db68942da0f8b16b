/*
 * report_html.c - the report as one page to look at or to mail.
 *
 * The page is a tree of nodes that the XML writer writes, so that all escaping
 * is libxml2's. No element may be empty: <td/> opens a cell for a browser.
 */
#include "formats/format.h"
#include "sync/codes.h"
#include "sync/report_own.h"

#include <inttypes.h>
#include <string.h>

static const char style[] =
    "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left;"
    "vertical-align:top}"
    ".n{text-align:right}";

struct page {
    const struct report *report;
    struct arena *arena;
};

static struct node *element(const struct page *page, struct node *parent,
                            const char *name)
{
    return node_add(parent, name, node_new(page->arena, NODE_OBJECT));
}

static void words(const struct page *page, struct node *parent,
                  const char *name, const char *text)
{
    (void)node_add(parent, name,
                   node_text(page->arena,
                             text_of(text[0] != '\0' ? text : "\xe2\x80\x93")));
}

static void number(const struct page *page, struct node *row, uint64_t value)
{
    struct node *cell = element(page, row, "td");

    words(page, cell, "@class", "n");
    words(page, cell, "#text", arena_print(page->arena, "%" PRIu64, value).at);
}

static struct node *table(const struct page *page, struct node *body,
                          const char *title, const char *const *heads)
{
    struct node *out, *row;

    words(page, body, "h2", title);
    out = element(page, body, "table");
    row = element(page, out, "tr");
    for (; *heads != NULL; heads++)
        words(page, row, "th", *heads);
    return out;
}

static void add_head(const struct page *page, struct node *body)
{
    const struct report *report = page->report;
    struct arena *arena = page->arena;
    struct text title =
        arena_print(arena, "custsync run %" PRId64, report->run);
    struct node *meta = element(page, body, "meta");
    const char *arrow = report->to[0] != '\0' ? " \xe2\x86\x92 " : "";

    words(page, meta, "@charset", "utf-8");
    words(page, body, "title", title.at);
    words(page, body, "style", style);
    words(page, body, "h1", title.at);
    words(page, body, "p",
          arena_print(arena, "%s%s%s: %s%s%s", report->command,
                      report->job[0] != '\0' ? " " : "", report->job,
                      report->from, arrow, report->to)
              .at);
    words(page, body, "p",
          arena_print(arena, "%s to %s, exit %d",
                      report_time(report->started_ms, arena).at,
                      report_time(report->finished_ms, arena).at, report->exit)
              .at);
}

static void add_ledger(const struct page *page, struct node *body)
{
    static const char *const heads[] = {"rows", "number", NULL};
    struct node *out = table(page, body, "Rows", heads);
    struct node *row = element(page, out, "tr");

    words(page, row, "td", "read");
    number(page, row, page->report->read);
    for (int i = 0; i < ROWS_COLUMNS; i++) {
        row = element(page, out, "tr");
        words(page, row, "td", column_name((enum column)i));
        number(page, row, page->report->rows[i]);
    }
}

static void add_requests(const struct page *page, struct node *body)
{
    static const char *const heads[] = {"answer", "requests", NULL};
    const struct client_stats *stats = &page->report->stats;
    struct node *out;

    if (stats->total == 0)
        return;
    out = table(page, body, "Requests", heads);
    for (unsigned i = 0; i < STATUSES; i++) {
        struct node *row;

        if (stats->by_status[i] == 0)
            continue;
        row = element(page, out, "tr");
        words(page, row, "td", arena_print(page->arena, "%u", i).at);
        number(page, row, stats->by_status[i]);
    }
    words(page, body, "p",
          arena_print(page->arena,
                      "%" PRIu64 " requests, %" PRIu64 " of them repeated, "
                      "%s waited for the provider's limit",
                      stats->total, stats->retries,
                      report_duration(stats->throttled_ms, page->arena).at)
              .at);
}

static void add_codes(const struct page *page, struct node *body)
{
    static const char *const heads[] = {"code", "number", "what to do", NULL};
    const struct report *report = page->report;
    struct node *out;

    if (report->codes_count == 0)
        return;
    out = table(page, body, "Kinds of problem", heads);
    for (size_t i = 0; i < report->codes_count; i++) {
        const char *remedy = code_remedy(report->codes[i].code);
        struct node *row = element(page, out, "tr");

        words(page, row, "td", report->codes[i].code);
        number(page, row, report->codes[i].count);
        words(page, row, "td", remedy != NULL ? remedy : "");
    }
}

/* A page is asked for with --report, so it may show the values. */
static const char *message_of(const struct page *page,
                              const struct report_problem *problem)
{
    if (problem->kept == NULL)
        return problem->message;
    return arena_print(page->arena,
                       "%s; source \u201c%s\u201d, target \u201c%s\u201d",
                       problem->message, problem->source, problem->target)
        .at;
}

static void add_problems(const struct page *page, struct node *body)
{
    static const char *const heads[] = {"place", "outcome", "code",
                                        "field", "message", NULL};
    const struct report *report = page->report;
    size_t kept = report_kept(report);
    struct node *out;

    if (kept == 0)
        return;
    out = table(page, body, "Problems", heads);
    for (size_t i = 0; i < kept; i++) {
        const struct report_problem *problem = &report->problems[i];
        struct node *row = element(page, out, "tr");

        if (problem->line != 0)
            words(page, row, "td",
                  arena_print(page->arena, "%s:%" PRIu64, problem->file,
                              problem->line)
                      .at);
        else
            words(page, row, "td", problem->file);
        words(page, row, "td", problem->outcome);
        words(page, row, "td", problem->code);
        words(page, row, "td", problem->field);
        words(page, row, "td", message_of(page, problem));
    }
    if (report->problems_count > kept)
        words(page, body, "p",
              arena_print(page->arena, "and %" PRIu64 " more",
                          report->problems_count - kept)
                  .at);
}

/* The XML declaration gives way to what browsers go by. */
static void take_page(struct buffer *out, struct text xml)
{
    size_t end = text_find(xml, "?>");

    buffer_string(out, "<!DOCTYPE html>\n");
    if (end < xml.size) {
        end += strlen("?>");
        xml.at += end;
        xml.size -= end;
    }
    buffer_text(out, text_trim(xml));
    buffer_byte(out, '\n');
}

static enum status write_page(const struct node *body, struct buffer *xml,
                              struct err *err)
{
    const struct format *format = format_named("xml");
    struct writer_options options = {.records = "html/body"};
    void *writer = NULL;
    enum status status = format->create(&writer, &options, err);

    if (status == OK)
        status = format->begin(writer, xml, err);
    if (status == OK)
        status = format->write(writer, body, xml, err);
    if (status == OK)
        status = format->finish(writer, xml, err);
    if (writer != NULL)
        format->destroy(writer);
    return status;
}

enum status report_html(const struct report *report, struct buffer *out,
                        struct err *err)
{
    struct page page = {.report = report, .arena = arena_open()};
    struct node *body = node_new(page.arena, NODE_OBJECT);
    struct buffer xml = {0};
    enum status status;

    add_head(&page, body);
    add_ledger(&page, body);
    add_requests(&page, body);
    add_codes(&page, body);
    add_problems(&page, body);
    status = write_page(body, &xml, err);
    if (status == OK)
        take_page(out, buffer_view(&xml));
    buffer_free(&xml);
    arena_close(page.arena);
    return status;
}
