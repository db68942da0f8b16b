/*
 * progress_line.c - what is known of a run, on one line of any width.
 */
#include "sync/progress.h"

#include "mappings/fold.h"
#include "sync/show.h"

#include <inttypes.h>
#include <string.h>

/* In the order in which they stand. */
enum part { DOING, SUBJECT, COUNT, WAITS, RATE, REQUESTS, LEFT, PARTS };

/* How much of each is said: 0 nothing, 1 in short, 2 all. */
struct parts {
    int much[PARTS];
};

/* What goes first when there is no room, one step after the other. */
static const struct {
    enum part part;
    int much;
} steps[] = {
    {RATE, 0}, {COUNT, 1}, {REQUESTS, 0}, {SUBJECT, 1},
    {LEFT, 1}, {WAITS, 1}, {DOING, 0},    {SUBJECT, 0},
    {LEFT, 0}, {WAITS, 0}, {COUNT, 0},
};

/* --- the parts -------------------------------------------------------------*/

static void put_count(const struct progress_view *view, int much,
                      struct buffer *out)
{
    if (view->total > 0)
        buffer_print(out, "%" PRIu64 "/%" PRIu64, view->done, view->total);
    else if (view->done > 0)
        buffer_print(out, "%" PRIu64, view->done);
    else
        return;
    if (much > 1 && view->unit != NULL)
        buffer_print(out, " %s", view->unit);
}

static void put_rate(const struct progress_view *view, struct buffer *out)
{
    if (view->per_minute >= 600)
        buffer_print(out, "%" PRIu64 "/s", view->per_minute / 60);
    else if (view->per_minute > 0)
        buffer_print(out, "%" PRIu64 "/min", view->per_minute);
}

static void put_span(uint64_t ms, struct buffer *out)
{
    uint64_t seconds = (ms + 999) / 1000;

    if (seconds < 90)
        buffer_print(out, "%" PRIu64 " s", seconds);
    else if (seconds < 90 * 60)
        buffer_print(out, "%" PRIu64 " min", (seconds + 30) / 60);
    else
        buffer_print(out, "%" PRIu64 ".%" PRIu64 " h", seconds / 3600,
                     seconds % 3600 / 360);
}

static void put_window(uint64_t ms, struct buffer *out)
{
    if (ms == 1000)
        buffer_string(out, "s");
    else if (ms == 60 * 1000)
        buffer_string(out, "min");
    else if (ms == 60 * 60 * 1000)
        buffer_string(out, "h");
    else
        put_span(ms, out);
}

static void put_wait(const struct progress_view *view, int much,
                     struct buffer *out)
{
    const struct progress_wait *wait = &view->wait;

    if (wait->wait_ms == 0)
        return;
    buffer_string(out, "waits ");
    put_span(wait->wait_ms, out);
    if (much < 2)
        return;
    if (wait->again) {
        buffer_string(out, " to try again");
    } else if (wait->limit > 0) {
        buffer_print(out, ": %s allows %" PRIu64 "/", wait->who, wait->limit);
        put_window(wait->window_ms, out);
    } else {
        buffer_print(out, ": %s asks for a pause", wait->who);
    }
}

static void put_part(const struct progress_view *view, enum part part, int much,
                     struct buffer *out)
{
    switch (part) {
    case DOING:
        buffer_string(out, view->doing);
        break;
    case SUBJECT:
        show_safely(out, text_of(view->subject), much > 1 ? 40 : 12);
        break;
    case COUNT:
        put_count(view, much, out);
        break;
    case WAITS:
        put_wait(view, much, out);
        break;
    case RATE:
        put_rate(view, out);
        break;
    case REQUESTS:
        if (view->requests_left > 0)
            buffer_print(out, "%" PRIu64 " requests to go",
                         view->requests_left);
        break;
    default:
        if (view->left_ms == 0)
            break;
        put_span(view->left_ms, out);
        buffer_string(out, much > 1 ? " left" : "");
    }
}

/* --- the line --------------------------------------------------------------*/

static void put_parts(const struct progress_view *view,
                      const struct parts *parts, struct buffer *out)
{
    struct buffer one = {0};

    buffer_clear(out);
    for (int i = 0; i < PARTS; i++) {
        const char *gap = i == SUBJECT ? " " : "  ";

        buffer_clear(&one);
        if (parts->much[i] > 0)
            put_part(view, (enum part)i, parts->much[i], &one);
        if (one.size == 0)
            continue;
        if (out->size > 0)
            buffer_string(out, gap);
        buffer_text(out, buffer_view(&one));
    }
    buffer_free(&one);
}

void progress_line(const struct progress_view *view, size_t columns,
                   struct buffer *out)
{
    struct parts parts = {{2, 2, 2, 2, 2, 2, 2}};
    size_t at = 0;

    put_parts(view, &parts, out);
    while (fold_columns(buffer_view(out)) > columns &&
           at < sizeof(steps) / sizeof(steps[0])) {
        parts.much[steps[at].part] = steps[at].much;
        at++;
        put_parts(view, &parts, out);
    }
}
