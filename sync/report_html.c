/*
 * report_html.c - the report as one page to look at, to print or to mail.
 *
 * What it says first is whether somebody has to do something, then what became
 * of the rows, then how; the wall of single problems is last, and can be
 * sorted. It is asked for with --report, so it may show people's values.
 */
#include "sync/page_chart.h"

#include "mappings/customer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_SHOWN = 60 };

/* --- how it ended ---------------------------------------------------------*/

static const struct ended {
    int exit;
    const char *class, *words;
} ends[] = {
    {EXIT_DONE, "good", "All done"},
    {EXIT_SOME, "warn", "Done, but some rows did not get there"},
    {EXIT_CHANGES, "good", "Changes are pending"},
    {EXIT_USAGE, "bad", "The command line cannot be understood"},
    {EXIT_DATA, "bad", "The source is unusable, or a brake holds"},
    {EXIT_NOINPUT, "bad", "The source cannot be opened"},
    {EXIT_UNAVAILABLE, "bad", "The provider cannot be reached, or is broken"},
    {EXIT_BUG, "bad", "A fault of custsync"},
    {EXIT_CANTCREAT, "bad", "The output cannot be created"},
    {EXIT_IO, "bad", "A file could not be read or written"},
    {EXIT_TRYLATER, "warn", "To be continued by the next run"},
    {EXIT_CREDENTIALS, "bad", "The provider refused the credentials"},
    {EXIT_CONFIG, "bad", "The configuration or a mapping is wrong"},
};

static const struct ended *ended(int exit)
{
    static const struct ended other = {0, "warn", "Ended by a signal"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends[i].exit == exit)
            return &ends[i];
    return &other;
}

static bool is_plan(const struct report *report)
{
    return strcmp(report->command, "plan") == 0;
}

static const char *title_of(const struct report *report, struct arena *arena)
{
    const char *what = is_plan(report) ? "Plan" : "Run";

    return report->run > 0
               ? arena_print(arena, "%s %" PRId64, what, report->run).at
               : what;
}

static void add_when(struct page *page, struct node *parent,
                     const struct report *report)
{
    struct arena *arena = page->arena;
    int64_t took_ms = report->finished_ms - report->started_ms;

    (void)page_words(
        page, parent, "span",
        arena_print(
            arena, "%.10s, %.8s to %.8s UTC \u00b7 %s \u00b7 exit code %d",
            report_time(report->started_ms, arena).at,
            report_time(report->started_ms, arena).at + 11,
            report_time(report->finished_ms, arena).at + 11,
            report_duration(took_ms > 0 ? (uint64_t)took_ms : 0, arena).at,
            report->exit)
            .at);
}

static void add_error(struct page *page, const struct err *why)
{
    struct node *box;

    if (why == NULL)
        return;
    box = page_part(page, page->body, "div", "error");
    page_attribute(page, box, "role", "alert");
    (void)page_words(
        page, box, "p",
        why->place[0] != '\0'
            ? arena_print(page->arena, "%s: %s", why->place, why->message).at
            : why->message);
    if (why->hint[0] != '\0')
        page_text(page, page_part(page, box, "p", "note"), why->hint);
}

static void add_head(struct page *page, const struct report *report)
{
    struct arena *arena = page->arena;
    struct node *header = page_element(page, page->body, "header");
    const struct ended *how = ended(report->exit);
    const char *arrow = report->directions_count > 0 ? " \xe2\x86\x94 "
                        : report->to[0] != '\0'      ? " \xe2\x86\x92 "
                                                     : "";

    page_text(page, page_part(page, header, "p", "kind"),
              report->job[0] != '\0'
                  ? arena_print(arena, "custsync %s \xc2\xb7 job %s",
                                report->command, report->job)
                        .at
                  : arena_print(arena, "custsync %s", report->command).at);
    (void)page_words(page, header, "h1", title_of(report, arena));
    page_text(page, page_part(page, header, "p", "ends"),
              arena_print(arena, "%s%s%s", report->from, arrow, report->to).at);
    page_text(page,
              page_part(page, header, "p",
                        arena_print(arena, "state %s", how->class).at),
              is_plan(report) && report->exit == EXIT_SOME
                  ? "Some rows would not get there"
                  : how->words);
    add_when(page, page_part(page, header, "p", "when"), report);
    add_error(page, report->why);
}

/* --- totals ---------------------------------------------------------------*/

static void add_tile(struct page *page, struct node *list, const char *number,
                     const char *words, const char *class)
{
    struct node *tile = page_element(page, list, "li");
    struct node *big = page_part(page, tile, "b", class);

    page_text(page, big, number);
    (void)page_words(page, tile, "span", words);
}

static void add_tiles(struct page *page, const struct report *report)
{
    struct node *list = page_part(page, page->body, "ul", "tiles");
    const uint64_t *rows = report->rows;
    uint64_t trouble = rows[ROWS_INVALID] + rows[ROWS_CONFLICT] +
                       rows[ROWS_REJECTED] + rows[ROWS_FAILED];

    add_tile(page, list, page_grouped(page, report->read), "rows read", "");
    add_tile(page, list, page_grouped(page, rows[ROWS_CREATED]), "created", "");
    add_tile(page, list, page_grouped(page, rows[ROWS_UPDATED]), "updated", "");
    add_tile(page, list, page_grouped(page, rows[ROWS_PENDING]),
             is_plan(report) ? "would be sent" : "pending", "");
    add_tile(page, list, page_grouped(page, trouble), "need a look",
             trouble > 0 ? "warn" : "");
    add_tile(page, list, page_grouped(page, report->stats.total), "requests",
             "");
}

static void add_ledger(struct page *page, const struct report *report)
{
    static const char *const heads[] = {"outcome", "#rows", "#share",
                                        "which are", NULL};
    static const char *const meanings[ROWS_COLUMNS] = {
        [ROWS_CREATED] = "made at the target",
        [ROWS_UPDATED] = "changed at the target",
        [ROWS_UNCHANGED] = "right already",
        [ROWS_MERGED] = "the same customer as another row",
        [ROWS_SKIPPED] = "left out by the mapping, the mode or --duplicates",
        [ROWS_INVALID] = "cannot be sent as they are",
        [ROWS_CONFLICT] = "a person has to decide",
        [ROWS_REJECTED] = "refused by the provider",
        [ROWS_FAILED] = "tried, and given up",
        [ROWS_PENDING] = "not sent yet",
    };
    struct node *section, *body;

    if (report->read == 0)
        return;
    section = page_section(page, "Rows");
    chart_ledger(page, section, report);
    body = page_table(page, section, "slim", heads);
    for (int i = 0; i < ROWS_COLUMNS; i++) {
        const char *name = column_name((enum column)i);
        struct node *row, *cell, *dot;

        if (report->rows[i] == 0 && i != ROWS_CREATED && i != ROWS_UPDATED)
            continue;
        row = page_element(page, body, "tr");
        cell = page_part(page, row, "td", "place");
        dot = page_part(page, cell, "span",
                        arena_print(page->arena, "dot c-%s", name).at);
        page_attribute(page, dot, "aria-hidden", "true");
        page_text(page, dot, "\xe2\x96\xa0");
        (void)page_words(page, cell, "span", name);
        page_number(page, row, report->rows[i]);
        page_text(
            page, page_part(page, row, "td", "n"),
            arena_print(page->arena, "%.1f\u00a0%%",
                        (double)report->rows[i] * 100 / (double)report->read)
                .at);
        page_text(page, page_part(page, row, "td", "note"), meanings[i]);
    }
}

/* --- requests -------------------------------------------------------------*/

static void add_plan(struct page *page, const struct report *report)
{
    const struct report_strategy *strategy = &report->strategy;
    struct node *section;

    if (!is_plan(report))
        return;
    section = page_section(page, "What it would take");
    (void)page_words(
        page, section, "p",
        arena_print(page->arena,
                    "%s would be created, %s updated, %s deactivated, in about "
                    "%s requests: %s at the allowed rate.",
                    page_grouped(page, strategy->creates),
                    page_grouped(page, strategy->updates),
                    page_grouped(page, strategy->deactivations),
                    page_grouped(page, strategy->requests),
                    strategy->time_ms < 1000
                        ? "less than a second"
                        : report_duration(strategy->time_ms, page->arena).at)
            .at);
}

static void add_requests(struct page *page, const struct report *report)
{
    static const char *const heads[] = {"answer", "#requests", NULL};
    const struct client_stats *stats = &report->stats;
    struct node *section, *body;

    if (stats->total == 0)
        return;
    section = page_section(page, "Requests");
    (void)page_words(
        page, section, "p",
        arena_print(page->arena,
                    "%s requests, %s of them repeated; %s of waiting for the "
                    "limit.",
                    page_grouped(page, stats->total),
                    page_grouped(page, stats->retries),
                    report_duration(stats->throttled_ms, page->arena).at)
            .at);
    for (size_t i = 0; i < report->paces_count; i++)
        chart_pace(page, section, &report->paces[i]);
    body = page_table(page, section, "slim", heads);
    for (unsigned i = 0; i < STATUSES; i++) {
        struct node *row;

        if (stats->by_status[i] == 0)
            continue;
        row = page_element(page, body, "tr");
        (void)page_words(page, row, "td", arena_print(page->arena, "%u", i).at);
        page_number(page, row, stats->by_status[i]);
    }
}

/* --- fields ---------------------------------------------------------------*/

struct counted {
    size_t field;
    struct field_writes writes;
};

static uint64_t total(const struct counted *one)
{
    return one->writes.created + one->writes.updated;
}

/* Most first; of as many, as the fields stand. */
static int compare(const void *a, const void *b)
{
    const struct counted *one = a, *other = b;

    if (total(one) != total(other))
        return total(one) > total(other) ? -1 : 1;
    return one->field < other->field ? -1 : 1;
}

static void add_fields(struct page *page, const struct report *report)
{
    static const char *const heads[] = {"field", "#created", "#updated",
                                        "together", NULL};
    struct counted *fields =
        arena_take(page->arena, (report->fields_room + 1) * sizeof(*fields));
    size_t count = 0;
    struct node *section, *body;

    for (size_t i = 0; i < report->fields_room; i++) {
        fields[count] = (struct counted){i, report->fields[i]};
        count += total(&fields[count]) > 0;
    }
    if (count == 0)
        return;
    qsort(fields, count, sizeof(*fields), compare);
    section = page_section(page, "Fields that were written");
    body = page_table(page, section, "sorts", heads);
    for (size_t i = 0; i < count && i < FIELDS_SHOWN; i++) {
        struct node *row = page_element(page, body, "tr");

        (void)page_words(page, row, "td",
                         field_name((enum field)fields[i].field));
        page_number(page, row, fields[i].writes.created);
        page_number(page, row, fields[i].writes.updated);
        chart_field(page, page_part(page, row, "td", "barcell"),
                    &fields[i].writes, total(&fields[0]));
    }
    if (count > FIELDS_SHOWN)
        (void)page_words(page, section, "p",
                         arena_print(page->arena, "and %zu other fields",
                                     count - FIELDS_SHOWN)
                             .at);
}

/* --- all of it ------------------------------------------------------------*/

enum status report_html(const struct report *report, struct buffer *out,
                        struct err *err)
{
    struct page page;
    struct arena *arena = arena_open();
    enum status status;

    page_open(
        &page,
        arena_print(arena, "%s \xc2\xb7 custsync", title_of(report, arena)).at);
    add_head(&page, report);
    add_tiles(&page, report);
    add_plan(&page, report);
    add_ledger(&page, report);
    add_requests(&page, report);
    add_fields(&page, report);
    report_html_problems(&page, report);
    (void)page_words(&page, page_element(&page, page.body, "footer"), "p",
                     "Made by custsync " CUSTSYNC_VERSION
                     ". Times are UTC. This page may hold people's data; it "
                     "fetches nothing and sends nothing.");
    status = page_write(&page, out, err);
    arena_close(arena);
    return status;
}
