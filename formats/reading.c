/*
 * reading.c - window, notes and tally.
 */
#include "formats/reading.h"

#include "formats/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64 * 1024,
    /* One in ten, and more than ten: a few bad rows are rows, many are a file
     * in another encoding. */
    BAD_ROWS_MIN = 10,
    BAD_ROWS_SHARE = 10,
};

static void make_room(struct window *window)
{
    size_t left = window->end - window->begin;

    if (window->room - window->end >= BLOCK)
        return;
    if (window->begin > 0) {
        memmove(window->at, window->at + window->begin, left);
        window->begin = 0;
        window->end = left;
    }
    if (window->room - window->end >= BLOCK)
        return;
    window->room = window->room > 0 ? window->room * 2 : 2 * BLOCK;
    window->at = realloc(window->at, window->room);
    if (window->at == NULL)
        abort();
}

enum status window_fill(struct window *window, struct err *err)
{
    enum status status;
    size_t got = 0;

    if (window->ended)
        return END;
    if (window->end - window->begin > RECORD_MAX)
        return fail(err, STOP, EXIT_DATA, "too_large",
                    "a record is larger than %d MiB",
                    RECORD_MAX / (1024 * 1024));
    make_room(window);
    status =
        input_read(window->input, window->at + window->end, BLOCK, &got, err);
    window->ended = status == END;
    window->end += got;
    return status == END && got > 0 ? OK : status;
}

enum status window_rewind(struct window *window, struct err *err)
{
    window->begin = window->end = 0;
    window->ended = false;
    return input_rewind(window->input, err);
}

void window_free(struct window *window)
{
    free(window->at);
    *window = (struct window){0};
}

uint64_t count_lines(struct text text)
{
    const char *at = text.at, *end = at + text.size;
    uint64_t lines = 0;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        lines++;
        at++;
    }
    return lines;
}

void notes_add(struct notes *notes, uint64_t line, const char *code,
               const char *format, ...)
{
    struct note *note;
    struct err err;
    va_list arguments;
    char message[sizeof(note->message)];

    if (notes->count == NOTES_MAX)
        return;
    if (notes->items == NULL) {
        notes->items = calloc(NOTES_MAX, sizeof(*notes->items));
        if (notes->items == NULL)
            abort();
    }
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    /* By way of an err, which takes control characters out. */
    (void)fail(&err, OK, EXIT_DONE, code, "%s", message);
    note = &notes->items[notes->count++];
    note->line = line;
    (void)snprintf(note->code, sizeof(note->code), "%s", code);
    (void)snprintf(note->message, sizeof(note->message), "%.255s", err.message);
}

void notes_free(struct notes *notes)
{
    free(notes->items);
    *notes = (struct notes){0};
}

struct paths {
    struct arena *arena;
    const char **list;
    size_t count;
};

static void add_paths(struct paths *paths, const struct node *object,
                      const char *prefix)
{
    for (const struct node *child = object->first; child != NULL;
         child = child->next) {
        const char *path =
            arena_print(paths->arena, "%s%s", prefix, child->name).at;
        bool seen = false;

        if (child->kind == NODE_OBJECT && child->first != NULL) {
            add_paths(paths, child, arena_print(paths->arena, "%s.", path).at);
            continue;
        }
        for (size_t i = 0; i < paths->count && !seen; i++)
            seen = strcmp(paths->list[i], path) == 0;
        if (!seen && paths->count < COLUMNS_MAX)
            paths->list[paths->count++] = path;
    }
}

const char *const *paths_of(const struct node *object, struct arena *arena)
{
    struct paths paths = {arena, NULL, 0};

    paths.list = arena_take(arena, (COLUMNS_MAX + 1) * sizeof(*paths.list));
    if (object != NULL)
        add_paths(&paths, object, "");
    return paths.list;
}

enum status tally_row(struct tally *tally, const struct record *record,
                      struct err *err)
{
    tally->rows++;
    if (text_is_utf8(record->raw))
        return OK;
    if (tally->bad++ == 0)
        tally->first_bad_line = record->line;
    return fail(err, REJECT, EXIT_DATA, "bad_encoding", "the row is not UTF-8");
}

enum status tally_end(const struct tally *tally, const struct input *input,
                      struct err *err)
{
    if (input_encoding_known(input) || tally->bad <= BAD_ROWS_MIN ||
        tally->bad <= tally->rows / BAD_ROWS_SHARE)
        return END;
    (void)fail(err, STOP, EXIT_DATA, "bad_encoding",
               "%llu of %llu rows are not UTF-8",
               (unsigned long long)tally->bad, (unsigned long long)tally->rows);
    err_hint(err, "say what it is, such as --encoding windows-1252");
    err_place(err, "%s:%llu", input_name(input),
              (unsigned long long)tally->first_bad_line);
    return STOP;
}
