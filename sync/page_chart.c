/*
 * page_chart.c - see page_chart.h.
 */
#include "sync/page_chart.h"

#include <inttypes.h>

enum {
    LEDGER_WIDTH = 1000,
    PIECE_MIN = 4, /* so that one row of a million is seen */
    PACE_HEIGHT = 100,
    LINES_MAX = 24, /* of the numbers of a pace */
};

static struct node *picture(struct page *page, struct node *parent,
                            const char *class, uint64_t width, uint64_t height)
{
    struct node *svg = page_part(page, parent, "svg", class);

    page_attribute(
        page, svg, "viewBox",
        arena_print(page->arena, "0 0 %" PRIu64 " %" PRIu64, width, height).at);
    page_attribute(page, svg, "preserveAspectRatio", "none");
    return svg;
}

static void described(struct page *page, struct node *svg, const char *title,
                      const char *description)
{
    page_attribute(page, svg, "role", "img");
    (void)page_words(page, svg, "title", title);
    (void)page_words(page, svg, "desc", description);
}

static struct node *box(struct page *page, struct node *svg, const char *class,
                        double x, double width, double y, double height)
{
    struct node *rect = page_part(page, svg, "rect", class);

    page_attribute(page, rect, "x", arena_print(page->arena, "%.2f", x).at);
    page_attribute(page, rect, "width",
                   arena_print(page->arena, "%.2f", width).at);
    page_attribute(page, rect, "y", arena_print(page->arena, "%.2f", y).at);
    page_attribute(page, rect, "height",
                   arena_print(page->arena, "%.2f", height).at);
    return rect;
}

static void path(struct page *page, struct node *svg, const char *class,
                 const char *d)
{
    struct node *line = page_part(page, svg, "path", class);

    page_attribute(page, line, "d", d);
    page_attribute(page, line, "vector-effect", "non-scaling-stroke");
}

/* --- the ledger -----------------------------------------------------------*/

void chart_ledger(struct page *page, struct node *parent,
                  const struct report *report)
{
    struct node *svg = picture(page, parent, "ledger", LEDGER_WIDTH, 10);
    struct text all = TEXT("");
    double x = 0, share[ROWS_COLUMNS], sum = 0;

    for (int i = 0; i < ROWS_COLUMNS; i++) {
        share[i] = (double)report->rows[i] * LEDGER_WIDTH /
                   (double)(report->read > 0 ? report->read : 1);
        if (report->rows[i] > 0 && share[i] < PIECE_MIN)
            share[i] = PIECE_MIN;
        sum += share[i];
        if (report->rows[i] > 0)
            all = arena_print(page->arena, "%s%s%s %s", all.at,
                              all.size > 0 ? ", " : "",
                              column_name((enum column)i),
                              page_grouped(page, report->rows[i]));
    }
    described(page, svg,
              arena_print(page->arena, "What became of %s rows",
                          page_grouped(page, report->read))
                  .at,
              all.at);
    for (int i = 0; i < ROWS_COLUMNS; i++) {
        const char *name = column_name((enum column)i);
        double width = sum > 0 ? share[i] * LEDGER_WIDTH / sum : 0;
        struct node *piece;

        if (report->rows[i] == 0)
            continue;
        piece = box(page, svg, arena_print(page->arena, "f-%s", name).at, x,
                    width > 3 ? width - 1.5 : width, 0, 10);
        (void)page_words(page, piece, "title",
                         arena_print(page->arena, "%s %s", name,
                                     page_grouped(page, report->rows[i]))
                             .at);
        x += width;
    }
}

/* --- fields ---------------------------------------------------------------*/

void chart_field(struct page *page, struct node *cell,
                 const struct field_writes *writes, uint64_t most)
{
    struct node *svg = picture(page, cell, "bar", 100, 10);
    double created = (double)writes->created * 100 / (double)most;
    double updated = (double)writes->updated * 100 / (double)most;

    page_attribute(page, svg, "aria-hidden", "true");
    if (writes->created > 0)
        (void)box(page, svg, "f-created", 0, created, 0, 10);
    if (writes->updated > 0)
        (void)box(page, svg, "f-updated", created, updated, 0, 10);
    if (writes->created + writes->updated == 0) /* never empty */
        (void)box(page, svg, "f-skipped", 0, 0, 0, 10);
}

/* --- the pace -------------------------------------------------------------*/

struct drawing {
    struct page *page;
    const struct report_pace *pace;
    const struct tempo *tempo;
    uint64_t window_ms, most, top; /* most in any window; of the axis */
    uint64_t sent, refused, waited_ms;
    const char *window; /* in words */
};

/* 1, 2 or 5 and noughts, not below that. */
static uint64_t round_up(uint64_t number)
{
    static const uint64_t steps[] = {1, 2, 5};

    for (uint64_t ten = 1;; ten *= 10)
        for (size_t i = 0; i < 3; i++)
            if (steps[i] * ten >= number)
                return steps[i] * ten;
}

static struct drawing measured(struct page *page,
                               const struct report_pace *pace)
{
    struct drawing drawing = {
        .page = page,
        .pace = pace,
        .tempo = &pace->tempo,
        .window_ms =
            pace->limit > 0 && pace->window_ms > 0 ? pace->window_ms : 1000,
    };

    for (uint32_t i = 0; i < pace->tempo.count; i++) {
        const struct tempo_part *part = &pace->tempo.parts[i];
        uint64_t within = tempo_within(&pace->tempo, i, drawing.window_ms);

        drawing.most = within > drawing.most ? within : drawing.most;
        drawing.sent += part->sent;
        drawing.refused += part->refused;
        drawing.waited_ms += part->waited_ms;
    }
    /* The line of what is allowed has room above it. */
    drawing.top = pace->limit + pace->limit / 20 + (pace->limit > 0);
    drawing.top =
        round_up(drawing.most > drawing.top ? drawing.most : drawing.top);
    drawing.window = report_duration(drawing.window_ms, page->arena).at;
    return drawing;
}

static double height_of(const struct drawing *drawing, uint64_t number)
{
    return PACE_HEIGHT - (double)number * PACE_HEIGHT / (double)drawing->top;
}

static void draw_load(struct drawing *drawing, struct node *svg)
{
    struct page *page = drawing->page;
    const struct tempo *tempo = drawing->tempo;
    struct buffer d = {0};

    buffer_print(&d, "M0 %d", PACE_HEIGHT);
    for (uint32_t i = 0; i < tempo->count; i++)
        buffer_print(
            &d, "V%.1fH%u",
            height_of(drawing, tempo_within(tempo, i, drawing->window_ms)),
            i + 1);
    buffer_print(&d, "V%dZ", PACE_HEIGHT);
    path(page, svg, "load", arena_string(page->arena, buffer_view(&d)));
    buffer_free(&d);
    if (drawing->pace->limit > 0)
        path(page, svg, "limit",
             arena_print(page->arena, "M0 %.1fH%u",
                         height_of(drawing, drawing->pace->limit), tempo->count)
                 .at);
    for (uint32_t i = 0; i < tempo->count; i++)
        if (tempo->parts[i].refused > 0)
            path(page, svg, "refused",
                 arena_print(page->arena, "M%u.5 0V8", i).at);
}

static void draw_waits(struct drawing *drawing, struct node *plot)
{
    struct page *page = drawing->page;
    const struct tempo *tempo = drawing->tempo;
    struct node *svg = picture(page, page_part(page, plot, "div", "waits"), "",
                               tempo->count, 10);

    described(page, svg, "Waiting for the limit",
              arena_print(page->arena, "%s in all",
                          report_duration(drawing->waited_ms, page->arena).at)
                  .at);
    for (uint32_t i = 0; i < tempo->count; i++) {
        double share =
            (double)tempo->parts[i].waited_ms / (double)tempo->part_ms;

        /* The store's lease may be waited for by two at once. */
        if (share > 0)
            (void)box(page, svg, "wait", i, share < 1 ? share : 1, 0, 10);
    }
}

static void add_axis(struct drawing *drawing, struct node *plot)
{
    struct page *page = drawing->page;
    struct node *axis = page_part(page, plot, "div", "axis");

    page_attribute(page, axis, "aria-hidden", "true");
    (void)page_words(page, axis, "span", page_grouped(page, drawing->top));
    (void)page_words(page, axis, "span",
                     drawing->top % 2 == 0
                         ? page_grouped(page, drawing->top / 2)
                         : "\u00a0");
    (void)page_words(page, axis, "span", "0");
}

/* "02:00:03" of "2026-11-20T02:00:03Z". */
static const char *clock_of(struct page *page, int64_t ms)
{
    struct text time = report_time(ms, page->arena);

    return arena_string(page->arena, (struct text){time.at + 11, 8});
}

static void add_times(struct drawing *drawing, struct node *plot)
{
    struct page *page = drawing->page;
    const struct tempo *tempo = drawing->tempo;
    int64_t span_ms = (int64_t)(tempo->part_ms * tempo->count);
    struct node *times = page_part(page, plot, "div", "times");

    for (int i = 0; i <= 2; i++)
        (void)page_words(page, times, "span",
                         clock_of(page, tempo->begun_ms + span_ms * i / 2));
}

static void key(struct drawing *drawing, struct node *parent, const char *class,
                const char *sign, const char *words)
{
    struct page *page = drawing->page;
    struct node *mark = page_part(page, parent, "span",
                                  arena_print(page->arena, "key %s", class).at);

    page_attribute(page, mark, "aria-hidden", "true");
    page_text(page, mark, sign);
    (void)page_words(page, parent, "span", words);
}

static void add_caption(struct drawing *drawing, struct node *figure)
{
    struct page *page = drawing->page;
    struct arena *arena = page->arena;
    uint64_t limit = drawing->pace->limit;
    struct node *caption = page_element(page, figure, "figcaption");

    (void)page_words(page, caption, "b", drawing->pace->account);
    key(drawing, caption, "c-updated", "\xe2\x96\xa0",
        arena_print(arena, "requests within %s;", drawing->window).at);
    if (limit > 0)
        key(drawing, caption, "c-limit", "\xe2\x95\x8c",
            arena_print(arena, "%s allowed;", page_grouped(page, limit)).at);
    if (drawing->refused > 0)
        key(drawing, caption, "c-limit", "\xe2\x96\x8d", "told to wait;");
    key(drawing, caption, "c-wait", "\xe2\x96\xac", "waiting for the limit");
}

static const char *description(struct drawing *drawing)
{
    struct page *page = drawing->page;
    struct arena *arena = page->arena;
    uint64_t limit = drawing->pace->limit;
    const char *refused = "";

    if (drawing->refused > 0)
        refused = arena_print(arena, "; told to wait by %s answers",
                              page_grouped(page, drawing->refused))
                      .at;
    return arena_print(arena,
                       "%s requests; at most %s within %s%s%s; waited %s%s",
                       page_grouped(page, drawing->sent),
                       page_grouped(page, drawing->most), drawing->window,
                       limit > 0 ? ", of the allowed " : "",
                       limit > 0 ? page_grouped(page, limit) : "",
                       report_duration(drawing->waited_ms, arena).at, refused)
        .at;
}

static void add_numbers(struct drawing *drawing, struct node *figure)
{
    static const char *const heads[] = {"from", "#requests", "#waited",
                                        "#told to wait", NULL};
    struct page *page = drawing->page;
    const struct tempo *tempo = drawing->tempo;
    struct node *details = page_element(page, figure, "details"), *body;
    uint32_t each = (tempo->count + LINES_MAX - 1) / LINES_MAX;

    (void)page_words(page, details, "summary", "As numbers");
    body = page_table(page, details, "slim", heads);
    for (uint32_t i = 0; i < tempo->count; i += each) {
        struct node *row = page_element(page, body, "tr");
        struct tempo_part sum = {0};

        for (uint32_t k = i; k < i + each && k < tempo->count; k++) {
            sum.sent += tempo->parts[k].sent;
            sum.refused += tempo->parts[k].refused;
            sum.waited_ms += tempo->parts[k].waited_ms;
        }
        (void)page_words(
            page, row, "td",
            clock_of(page, tempo->begun_ms + (int64_t)(i * tempo->part_ms)));
        page_number(page, row, sum.sent);
        page_text(page, page_part(page, row, "td", "n"),
                  report_duration(sum.waited_ms, page->arena).at);
        page_number(page, row, sum.refused);
    }
}

void chart_pace(struct page *page, struct node *parent,
                const struct report_pace *pace)
{
    struct drawing drawing = measured(page, pace);
    struct node *figure = page_part(page, parent, "figure", "pace");
    struct node *plot, *svg;

    add_caption(&drawing, figure);
    plot = page_part(page, figure, "div", "plot");
    add_axis(&drawing, plot);
    svg = picture(page, plot, "", drawing.tempo->count, PACE_HEIGHT);
    described(
        page, svg,
        arena_print(page->arena, "Requests of %s over time", pace->account).at,
        description(&drawing));
    draw_load(&drawing, svg);
    draw_waits(&drawing, plot);
    add_times(&drawing, plot);
    page_text(page, page_part(page, figure, "p", "note"),
              description(&drawing));
    add_numbers(&drawing, figure);
}
