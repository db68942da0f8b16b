/*
 * json_stream.c - { } [ ] , : by ourselves; values cut out, never parsed.
 */
#include "formats/json_stream.h"

#include "formats/json.h"
#include "formats/json_cut.h"
#include "formats/limits.h"

#include <string.h>

/* What stream_peek gives beside a byte. */
enum { AT_END = -1, AT_STOP = -2 };

static enum status broken(const struct json_stream *stream, struct err *err,
                          const char *message)
{
    (void)fail(err, STOP, EXIT_DATA, "broken_file", "%s", message);
    err_place(err, "%s:%llu", input_name(stream->window.input),
              (unsigned long long)stream->line);
    return STOP;
}

static enum status no_records(const struct json_stream *stream, struct err *err,
                              const char *message)
{
    (void)fail(err, STOP, EXIT_DATA, "no_records", "%s", message);
    err_hint(err, "say in the mapping where the records are (records:)");
    err_place(err, "%s", input_name(stream->window.input));
    return STOP;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* The next byte that is not blank, not taken; AT_END or AT_STOP. */
static int stream_peek(struct json_stream *stream, struct err *err)
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
        if (status != OK)
            return status == END ? AT_END : AT_STOP;
    }
}

static enum status place_stop(const struct json_stream *stream, struct err *err)
{
    err_place(err, "%s:%llu", input_name(stream->window.input),
              (unsigned long long)stream->line);
    return STOP;
}

/* Takes raw from the window and counts its lines. */
static void take(struct json_stream *stream, size_t size, struct text *raw)
{
    *raw = (struct text){stream->window.at + stream->window.begin, size};
    stream->window.begin += size;
    stream->line += count_lines(*raw);
}

/* A list, object or string. Without keep it flows by and raw is empty. */
static enum status cut_brackets(struct json_stream *stream, struct cut *cut,
                                bool keep, struct text *raw, struct err *err)
{
    struct window *window = &stream->window;
    size_t i = 0;

    for (;;) {
        enum cut_state state = cut_value(cut, window_view(window), &i);
        enum status status;

        if (state == CUT_BROKEN)
            return broken(stream, err,
                          "brackets do not match in what begins here");
        if (state == CUT_DONE)
            break;
        if (!keep) {
            take(stream, i, raw);
            i = 0;
        }
        status = window_fill(window, err);
        if (status == STOP)
            return place_stop(stream, err);
        if (status == END)
            return broken(stream, err,
                          "the file ends in the middle of what begins here");
    }
    take(stream, i, raw);
    return OK;
}

/* true, null, 12: up to what ends it. */
static enum status cut_scalar(struct json_stream *stream, struct text *raw,
                              struct err *err)
{
    struct window *window = &stream->window;
    struct node *node;
    struct err why;
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
            return place_stop(stream, err);
        if (status == END)
            break;
    }
    arena_reset(stream->arena);
    if (json_tree((struct text){window->at + window->begin, i}, NODES_MAX,
                  stream->arena, stream->names, &node, &why) != OK)
        return broken(stream, err, "this is not JSON");
    take(stream, i, raw);
    return OK;
}

static enum status cut_any(struct json_stream *stream, int first, bool keep,
                           struct text *raw, struct err *err)
{
    struct cut cut = {.depth = 0};

    if (first == '{' || first == '[' || first == '"')
        return cut_brackets(stream, &cut, keep, raw, err);
    return cut_scalar(stream, raw, err);
}

/* --- the way to the records ----------------------------------------------- */

enum status json_stream_open(struct json_stream *stream, struct input *input,
                             const char *records, struct names *names,
                             struct err *err)
{
    struct text left = text_of(records);

    *stream = (struct json_stream){.window.input = input,
                                   .names = names,
                                   .arena = arena_open(),
                                   .line = 1};
    while (left.size > 0) {
        size_t size = text_find(left, ".");

        if (stream->path_count == JSON_PATH_MAX || size == 0)
            return fail(err, STOP, EXIT_CONFIG, "bad_path",
                        "\"%s\" is not a path to records", records);
        stream->path[stream->path_count++] = (struct text){left.at, size};
        size += size < left.size;
        left.at += size;
        left.size -= size;
    }
    return OK;
}

void json_stream_close(struct json_stream *stream)
{
    window_free(&stream->window);
    arena_close(stream->arena);
}

enum status json_stream_rewind(struct json_stream *stream, struct err *err)
{
    stream->line = 1;
    stream->level = 0;
    stream->empty_lists = 0;
    stream->started = stream->in_list = stream->found = false;
    stream->after_value = stream->at_end = false;
    return window_rewind(&stream->window, err);
}

/* A member's name and the colon behind it. */
static enum status read_key(struct json_stream *stream, struct text *key,
                            struct err *err)
{
    struct node *node;
    struct text raw;
    int next = stream_peek(stream, err);
    enum status status;
    struct err why;

    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next != '"')
        return broken(stream, err,
                      next == AT_END ? "the file ends too early"
                                     : "a member's name is expected here");
    status = cut_any(stream, next, true, &raw, err);
    if (status != OK)
        return status;
    arena_reset(stream->arena);
    if (json_tree(raw, NODES_MAX, stream->arena, stream->names, &node, &why) !=
        OK)
        return broken(stream, err, "this is not JSON");
    *key = node->text;
    next = stream_peek(stream, err);
    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next != ':')
        return broken(stream, err, "a colon is expected here");
    stream->window.begin++;
    return OK;
}

/* A list without a path: the records if its first element is an object. */
static enum status try_list(struct json_stream *stream, struct err *err)
{
    struct cut inside = {.depth = 1, .square = {1}};
    struct text raw;
    int next;

    stream->window.begin++;
    next = stream_peek(stream, err);
    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next == '{') {
        if (stream->found)
            return no_records(stream, err, "two members are lists of objects");
        stream->in_list = stream->found = true;
        return OK;
    }
    stream->empty_lists += next == ']';
    return cut_brackets(stream, &inside, false, &raw, err);
}

/* The member's value: into it, or past it. */
static enum status member(struct json_stream *stream, struct text key,
                          struct err *err)
{
    int next = stream_peek(stream, err);
    bool on_path = !stream->found && stream->level <= stream->path_count &&
                   text_equal(key, stream->path[stream->level - 1]);
    struct text raw;

    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next == AT_END || next == ',' || next == ':' || next == '}' ||
        next == ']')
        return broken(stream, err, "a value is missing here");
    if (on_path && stream->level < stream->path_count && next == '{') {
        stream->window.begin++;
        stream->level++;
        stream->after_value = false;
        return OK;
    }
    stream->after_value = true;
    if (on_path && stream->level == stream->path_count && next == '[') {
        stream->window.begin++;
        stream->in_list = stream->found = true;
        return OK;
    }
    if (on_path)
        return no_records(stream, err, "the path leads to no list");
    if (stream->path_count == 0 && next == '[')
        return try_list(stream, err);
    return cut_any(stream, next, false, &raw, err);
}

/* From a `{`, or from behind a value, to the list or out of the document. */
static enum status walk(struct json_stream *stream, struct err *err)
{
    while (stream->level > 0 && !stream->in_list) {
        int next = stream_peek(stream, err);
        enum status status;
        struct text key;

        if (next == AT_STOP)
            return place_stop(stream, err);
        if (next == AT_END)
            return broken(stream, err, "the file ends too early");
        if (next == '}') {
            stream->window.begin++;
            stream->level--;
            stream->after_value = true;
            continue;
        }
        if (stream->after_value) {
            if (next != ',')
                return broken(stream, err, "a comma is expected here");
            stream->window.begin++;
        }
        status = read_key(stream, &key, err);
        if (status == OK)
            status = member(stream, key, err);
        if (status != OK)
            return status;
    }
    return OK;
}

static enum status start(struct json_stream *stream, struct err *err)
{
    int next = stream_peek(stream, err);

    stream->started = true;
    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next == AT_END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (next == '[' && stream->path_count == 0) {
        stream->window.begin++;
        stream->in_list = stream->found = true;
        stream->after_value = false;
        return OK;
    }
    if (next == '[')
        return no_records(stream, err,
                          "the file is a list: there is no path in it");
    if (next != '{')
        return broken(stream, err, "this is not JSON");
    stream->window.begin++;
    stream->level = 1;
    return walk(stream, err);
}

/* Behind the list: the rest of the document, then nothing. */
static enum status finish(struct json_stream *stream, struct err *err)
{
    int next = stream_peek(stream, err);

    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next != AT_END) {
        (void)broken(stream, err,
                     "something stands behind the end of the JSON");
        if (next == '{')
            err_hint(err, "if each line is a record, say --format ndjson");
        return STOP;
    }
    if (!stream->found && (stream->path_count > 0 || stream->empty_lists == 0))
        return no_records(stream, err,
                          stream->path_count > 0
                              ? "there is nothing at the path to the records"
                              : "no member is a list of objects");
    stream->at_end = true;
    return END;
}

/* Over the comma, to the next element: OK, or END behind the last. */
static enum status next_element(struct json_stream *stream, bool first,
                                struct err *err)
{
    int next = stream_peek(stream, err);

    if (next == ']') {
        stream->window.begin++;
        stream->in_list = false;
        stream->after_value = true;
        return END;
    }
    if (!first) {
        if (next >= 0 && next != ',')
            return broken(stream, err, "a comma is expected here");
        if (next == ',')
            stream->window.begin++;
        next = stream_peek(stream, err);
        if (next == ']' || next == ',')
            return broken(stream, err, "a record is missing here");
    }
    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next == AT_END)
        return broken(stream, err, "the file ends before the list does");
    return OK;
}

enum status json_stream_next(struct json_stream *stream, struct record *record,
                             struct err *err)
{
    bool first = !stream->started;
    enum status status = OK;
    int next;

    if (stream->at_end)
        return END;
    if (!stream->started)
        status = start(stream, err);
    while (status == OK && stream->in_list) {
        status = next_element(stream, first, err);
        if (status != END)
            break;
        status = walk(stream, err);
        first = true;
    }
    if (status != OK)
        return status;
    if (!stream->in_list)
        return finish(stream, err);
    record->line = stream->line;
    next = (unsigned char)stream->window.at[stream->window.begin];
    status = cut_any(stream, next, true, &record->raw, err);
    if (status == OK && next != '{')
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the record is not an object");
    return status;
}

/* --- one object per line -------------------------------------------------- */

/* Up to the line feed, or to the end of the file. */
static enum status find_line(struct json_stream *stream, size_t *size,
                             struct err *err)
{
    size_t scanned = 0;

    for (;;) {
        struct text view = window_view(&stream->window);
        const char *end = memchr(view.at + scanned, '\n', view.size - scanned);
        enum status status;

        *size = end != NULL ? (size_t)(end - view.at) : view.size;
        if (end != NULL)
            return OK;
        scanned = view.size;
        status = window_fill(&stream->window, err);
        if (status == STOP)
            return place_stop(stream, err);
        if (status == END)
            return OK;
    }
}

enum status json_stream_line(struct json_stream *stream, struct record *record,
                             struct err *err)
{
    int next = stream_peek(stream, err);
    struct cut cut = {.depth = 0};
    size_t size, i = 0;
    struct node *node;
    struct text line;
    struct err why;

    if (next == AT_STOP)
        return place_stop(stream, err);
    if (next == AT_END && !stream->started)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (next == AT_END)
        return END;
    stream->started = true;
    if (find_line(stream, &size, err) != OK)
        return STOP;
    line.at = stream->window.at + stream->window.begin;
    line.size = size;
    line = text_trim(line);
    if (next == '{' &&
        (cut_value(&cut, line, &i) != CUT_DONE || i != line.size)) {
        (void)broken(stream, err, "this line is not one whole JSON object");
        err_hint(err, "if the file is one JSON document, say --format json");
        return STOP;
    }
    arena_reset(stream->arena);
    if (next != '{' && json_tree(line, NODES_MAX, stream->arena, stream->names,
                                 &node, &why) != OK)
        return broken(stream, err, "this line is not JSON");
    record->line = stream->line;
    record->raw = line;
    stream->window.begin += size;
    if (next != '{')
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the record is not an object");
    return OK;
}
