/*
 * json_stream.c - the way to the records, and from one to the next.
 */
#include "formats/json_stream.h"

#include "formats/json.h"
#include "formats/json_cut.h"
#include "formats/json_scan.h"

#include <string.h>

static enum status no_records(const struct json_stream *stream, struct err *err,
                              const char *message)
{
    (void)fail(err, STOP, EXIT_DATA, "no_records", "%s", message);
    err_hint(err, "say in the mapping where the records are (records:)");
    err_place(err, "%s", input_name(stream->window.input));
    return STOP;
}

/* --- the way to the records ----------------------------------------------- */

enum status json_path_open(struct json_path *path, const char *records,
                           struct err *err)
{
    struct text left = text_of(records);

    path->count = 0;
    while (left.size > 0) {
        size_t size = text_find(left, ".");

        if (path->count == JSON_PATH_MAX || size == 0)
            return fail(err, STOP, EXIT_CONFIG, "bad_path",
                        "\"%s\" is not a path to records", records);
        path->at[path->count++] = (struct text){left.at, size};
        size += size < left.size;
        left.at += size;
        left.size -= size;
    }
    return OK;
}

enum status json_stream_open(struct json_stream *stream, struct input *input,
                             const char *records, struct names *names,
                             struct err *err)
{
    *stream = (struct json_stream){.window.input = input,
                                   .names = names,
                                   .arena = arena_open(),
                                   .line = 1};
    return json_path_open(&stream->path, records, err);
}

void json_stream_close(struct json_stream *stream)
{
    window_free(&stream->window);
    arena_close(stream->arena);
}

enum status json_stream_rewind(struct json_stream *stream, struct err *err)
{
    stream->line = 1;
    stream->level = stream->seen_count = 0;
    stream->empty_lists = 0;
    stream->started = stream->in_list = stream->found = false;
    stream->after_value = stream->at_end = false;
    return window_rewind(&stream->window, err);
}

/* Into an object on the way; its names are told apart until it is left. */
static enum status enter(struct json_stream *stream)
{
    stream->seen_from[stream->level++] = stream->seen_count;
    stream->after_value = false;
    return OK;
}

static void leave(struct json_stream *stream)
{
    stream->seen_count = stream->seen_from[--stream->level];
    stream->after_value = true;
}

/*
 * A name that comes twice on the way: which of the two has the records, nobody
 * can say. The hash is FNV-1a: whoever makes two names collide has his own
 * file refused.
 */
static enum status new_name(struct json_stream *stream, struct text name,
                            struct err *err)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * UINT64_C(1099511628211);
    for (size_t i = stream->seen_from[stream->level - 1];
         i < stream->seen_count; i++)
        if (stream->seen[i] == hash)
            return scan_broken(stream, err,
                               "a name stands twice in one object");
    if (stream->seen_count == JSON_SEEN_MAX)
        return no_records(stream, err,
                          "too many members stand where one list is expected");
    stream->seen[stream->seen_count++] = hash;
    return OK;
}

/* A list without a path: the records if its first element is an object. */
static enum status try_list(struct json_stream *stream, struct err *err)
{
    int next;

    scan_take(stream);
    next = scan_peek(stream, err);
    if (next == AT_STOP)
        return STOP;
    if (next == '{') {
        if (stream->found)
            return no_records(stream, err, "two members are lists of objects");
        stream->in_list = stream->found = true;
        return OK;
    }
    stream->empty_lists += next == ']';
    return scan_skip(stream, true, err);
}

/* The member's value: into it, or past it. */
static enum status member(struct json_stream *stream, struct text key,
                          struct err *err)
{
    int next = scan_peek(stream, err);
    bool on_path = !stream->found && stream->level <= stream->path.count &&
                   text_equal(key, stream->path.at[stream->level - 1]);

    if (next == AT_STOP)
        return STOP;
    if (on_path && stream->level < stream->path.count && next == '{') {
        scan_take(stream);
        return enter(stream);
    }
    stream->after_value = true;
    if (on_path && stream->level == stream->path.count && next == '[') {
        scan_take(stream);
        stream->in_list = stream->found = true;
        return OK;
    }
    if (on_path)
        return no_records(stream, err, "the path leads to no list");
    if (stream->path.count == 0 && next == '[')
        return try_list(stream, err);
    return scan_skip(stream, false, err);
}

/* From a `{`, or from behind a value, to the list or out of the document. */
static enum status walk(struct json_stream *stream, struct err *err)
{
    while (stream->level > 0 && !stream->in_list) {
        int next = scan_peek(stream, err);
        enum status status;
        struct text key;

        if (next == AT_STOP)
            return STOP;
        if (next == AT_END)
            return scan_broken(stream, err, "the file ends too early");
        if (next == '}') {
            scan_take(stream);
            leave(stream);
            continue;
        }
        if (stream->after_value) {
            if (next != ',')
                return scan_broken(stream, err, "a comma is expected here");
            scan_take(stream);
        }
        status = scan_key(stream, &key, err);
        if (status == OK)
            status = new_name(stream, key, err);
        if (status == OK)
            status = member(stream, key, err);
        if (status != OK)
            return status;
    }
    return OK;
}

static enum status start(struct json_stream *stream, struct err *err)
{
    int next = scan_peek(stream, err);

    stream->started = true;
    if (next == AT_STOP)
        return STOP;
    if (next == AT_END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (next == '[' && stream->path.count == 0) {
        scan_take(stream);
        stream->in_list = stream->found = true;
        stream->after_value = false;
        return OK;
    }
    if (next == '[')
        return no_records(stream, err,
                          "the file is a list: there is no path in it");
    if (next != '{')
        return scan_broken(stream, err, "this is not JSON");
    scan_take(stream);
    (void)enter(stream);
    return walk(stream, err);
}

/* Behind the list: the rest of the document, then nothing. */
static enum status finish(struct json_stream *stream, struct err *err)
{
    int next = scan_peek(stream, err);

    if (next == AT_STOP)
        return STOP;
    if (next != AT_END) {
        (void)scan_broken(stream, err,
                          "something stands behind the end of the JSON");
        if (next == '{')
            err_hint(err, "if each line is a record, say --format ndjson");
        return STOP;
    }
    if (!stream->found && (stream->path.count > 0 || stream->empty_lists == 0))
        return no_records(stream, err,
                          stream->path.count > 0
                              ? "there is nothing at the path to the records"
                              : "no member is a list of objects");
    stream->at_end = true;
    return END;
}

/* Over the comma, to the next element: OK, or END behind the last. */
static enum status next_element(struct json_stream *stream, bool first,
                                struct err *err)
{
    int next = scan_peek(stream, err);

    if (next == ']') {
        scan_take(stream);
        stream->in_list = false;
        stream->after_value = true;
        return END;
    }
    if (!first) {
        if (next >= 0 && next != ',')
            return scan_broken(stream, err, "a comma is expected here");
        if (next == ',')
            scan_take(stream);
        next = scan_peek(stream, err);
        if (next == ']' || next == ',')
            return scan_broken(stream, err, "a record is missing here");
    }
    if (next == AT_STOP)
        return STOP;
    if (next == AT_END)
        return scan_broken(stream, err, "the file ends before the list does");
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
    status = scan_cut(stream, next, &record->raw, err);
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
            return scan_stop(stream, err);
        if (status == END)
            return OK;
    }
}

enum status json_stream_line(struct json_stream *stream, struct record *record,
                             struct err *err)
{
    int next = scan_peek(stream, err);
    struct cut cut = {.depth = 0};
    size_t size, i = 0;
    struct node *node;
    struct text line;
    struct err why;

    if (next == AT_STOP)
        return STOP;
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
        (void)scan_broken(stream, err,
                          "this line is not one whole JSON object");
        err_hint(err, "if the file is one JSON document, say --format json");
        return STOP;
    }
    arena_reset(stream->arena);
    if (next != '{' && json_tree(line, &json_record_limits, stream->arena,
                                 stream->names, &node, &why) != OK) {
        (void)scan_broken(stream, err, "this line is not JSON");
        err_hint(err, "if the file is one JSON document, say --format json");
        return STOP;
    }
    record->line = stream->line;
    record->raw = line;
    stream->window.begin += size;
    if (next != '{')
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the record is not an object");
    return OK;
}
