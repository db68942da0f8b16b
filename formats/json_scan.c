/*
 * json_scan.c - bytes to values, in a window that slides.
 */
#include "formats/json_scan.h"

#include "formats/json.h"
#include "formats/json_cut.h"

#include <string.h>

enum status scan_stop(const struct json_stream *stream, struct err *err)
{
    err_place(err, "%s:%llu", input_name(stream->window.input),
              (unsigned long long)stream->line);
    return STOP;
}

enum status scan_broken(const struct json_stream *stream, struct err *err,
                        const char *message)
{
    (void)fail(err, STOP, EXIT_DATA, "broken_file", "%s", message);
    return scan_stop(stream, err);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

int scan_peek(struct json_stream *stream, struct err *err)
{
    struct window *window = &stream->window;

    for (;;) {
        enum status status;

        for (; window->begin < window->end; window->begin++) {
            char byte = window->at[window->begin];

            if (!is_blank(byte))
                return (unsigned char)byte;
            stream->line += byte == '\n';
        }
        status = window_fill(window, err);
        if (status == END)
            return AT_END;
        if (status != OK) {
            (void)scan_stop(stream, err);
            return AT_STOP;
        }
    }
}

/* Takes raw from the window and counts its lines. */
static void take(struct json_stream *stream, size_t size, struct text *raw)
{
    *raw = (struct text){stream->window.at + stream->window.begin, size};
    stream->window.begin += size;
    stream->line += count_lines(*raw);
}

/* A list, object or string. */
static enum status cut_brackets(struct json_stream *stream, struct text *raw,
                                struct err *err)
{
    struct window *window = &stream->window;
    struct cut cut = {.depth = 0};
    size_t i = 0;

    for (;;) {
        enum cut_state state = cut_value(&cut, window_view(window), &i);
        enum status status;

        if (state == CUT_BROKEN)
            return scan_broken(stream, err,
                               "brackets do not match in what begins here");
        if (state == CUT_DEEP)
            return scan_broken(stream, err,
                               "what begins here is nested too deep");
        if (state == CUT_DONE)
            break;
        status = window_fill(window, err);
        if (status == STOP)
            return scan_stop(stream, err);
        if (status == END)
            return scan_broken(
                stream, err, "the file ends in the middle of what begins here");
    }
    take(stream, i, raw);
    return OK;
}

static enum status check_piece(struct json_stream *stream, struct text piece,
                               struct node **node, struct err *err)
{
    struct err why;

    arena_reset(stream->arena);
    if (json_tree(piece, &json_piece_limits, stream->arena, stream->names, node,
                  &why) != OK)
        return scan_broken(stream, err, "this is not JSON");
    return OK;
}

/* true, null, 12: up to what ends it. */
static enum status cut_scalar(struct json_stream *stream, struct text *raw,
                              struct err *err)
{
    struct window *window = &stream->window;
    size_t i = 0;

    for (;;) {
        struct text view = window_view(window);
        enum status status;

        while (i < view.size && !is_blank(view.at[i]) &&
               strchr(",:[]{}\"", view.at[i]) == NULL)
            i++;
        if (i < view.size)
            break;
        status = window_fill(window, err);
        if (status == STOP)
            return scan_stop(stream, err);
        if (status == END)
            break;
    }
    if (!json_is_scalar((struct text){window_view(window).at, i}))
        return scan_broken(stream, err, "this is not JSON");
    take(stream, i, raw);
    return OK;
}

enum status scan_cut(struct json_stream *stream, int first, struct text *raw,
                     struct err *err)
{
    if (first == '{' || first == '[' || first == '"')
        return cut_brackets(stream, raw, err);
    return cut_scalar(stream, raw, err);
}

enum status scan_key(struct json_stream *stream, struct text *key,
                     struct err *err)
{
    struct node *node;
    struct text raw;
    int next = scan_peek(stream, err);

    if (next == AT_STOP)
        return STOP;
    if (next != '"')
        return scan_broken(stream, err,
                           next == AT_END ? "the file ends too early"
                                          : "a member's name is expected here");
    if (cut_brackets(stream, &raw, err) != OK ||
        check_piece(stream, raw, &node, err) != OK)
        return STOP;
    *key = node->text;
    next = scan_peek(stream, err);
    if (next == AT_STOP)
        return STOP;
    if (next != ':')
        return scan_broken(stream, err, "a colon is expected here");
    scan_take(stream);
    return OK;
}

/* --- past a value --------------------------------------------------------- */

struct skip {
    size_t depth;
    uint64_t square[CUT_DEPTH_MAX / 64]; /* bit set: a list at that depth */
    enum {
        FIRST,
        VALUE,
        BEHIND
    } at; /* what is expected: of a list or object
             just opened its first or its end */
};

static bool in_list(const struct skip *skip)
{
    size_t top = skip->depth - 1;

    return skip->depth > 0 && (skip->square[top / 64] >> (top % 64) & 1) != 0;
}

static bool open_bracket(struct skip *skip, bool list)
{
    uint64_t bit = UINT64_C(1) << (skip->depth % 64);

    if (skip->depth == CUT_DEPTH_MAX)
        return false;
    if (list)
        skip->square[skip->depth / 64] |= bit;
    else
        skip->square[skip->depth / 64] &= ~bit;
    skip->depth++;
    skip->at = FIRST;
    return true;
}

static enum status skip_name(struct json_stream *stream,
                             const struct skip *skip, struct err *err)
{
    struct text key;

    if (skip->depth == 0 || in_list(skip))
        return OK;
    return scan_key(stream, &key, err);
}

/* A string between its quotes that has nothing to be looked at closely. */
static bool is_plain(struct text raw)
{
    for (size_t i = 1; i + 1 < raw.size; i++)
        if ((unsigned char)raw.at[i] < 0x20 || raw.at[i] == '\\')
            return false;
    return text_is_utf8(raw);
}

static enum status skip_value(struct json_stream *stream, struct skip *skip,
                              int next, struct err *err)
{
    struct node *node;
    struct text raw;

    skip->at = BEHIND;
    if (next == '{' || next == '[') {
        scan_take(stream);
        return open_bracket(skip, next == '[')
                   ? OK
                   : scan_broken(stream, err, "this is nested too deep");
    }
    if (next == AT_END || next == ',' || next == ':' || next == '}' ||
        next == ']')
        return scan_broken(stream, err, "a value is missing here");
    if (scan_cut(stream, next, &raw, err) != OK)
        return STOP;
    return next != '"' || is_plain(raw) ? OK
                                        : check_piece(stream, raw, &node, err);
}

/* One step on; skip is done when it is BEHIND at depth 0. */
static enum status skip_step(struct json_stream *stream, struct skip *skip,
                             struct err *err)
{
    int next = scan_peek(stream, err);

    if (next == AT_STOP)
        return STOP;
    if (next == AT_END)
        return scan_broken(stream, err, "the file ends too early");
    if (skip->at != VALUE && next == (in_list(skip) ? ']' : '}')) {
        scan_take(stream);
        skip->depth--;
        skip->at = BEHIND;
        return OK;
    }
    if (skip->at == VALUE)
        return skip_value(stream, skip, next, err);
    if (skip->at == BEHIND) {
        if (next != ',')
            return scan_broken(stream, err, "a comma is expected here");
        scan_take(stream);
    }
    skip->at = VALUE;
    return skip_name(stream, skip, err);
}

enum status scan_skip(struct json_stream *stream, bool inside, struct err *err)
{
    struct skip skip = {.at = VALUE};

    if (inside)
        (void)open_bracket(&skip, true);
    while (skip.depth > 0 || skip.at != BEHIND)
        if (skip_step(stream, &skip, err) != OK)
            return STOP;
    return OK;
}
