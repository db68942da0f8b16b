/*
 * reading.c - window, notes and tally.
 */
#include "formats/reading.h"

#include "formats/encoding.h"
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
    /* Bytes shown on each side of one that is not UTF-8: enough for a reader
     * to see the word, too few to tell who it is. */
    EVIDENCE_SIDE = 4,
    /* A path past this is nobody's column, and each of many members would
     * repeat a long name that stands above them. */
    PATH_BYTES_MAX = 1000,
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
    if (window->end - window->begin > window->held + RECORD_MAX)
        return fail(err, STOP, EXIT_DATA, "too_large",
                    "a record is larger than %d MiB",
                    RECORD_MAX / (1024 * 1024));
    make_room(window);
    status =
        input_read(window->input, window->at + window->end, BLOCK, &got, err);
    window->ended = status == END;
    window->end += got;
    window->read += got;
    return status == END && got > 0 ? OK : status;
}

enum status window_rewind(struct window *window, struct err *err)
{
    window->begin = window->end = window->held = 0;
    window->read = 0;
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
        const char *path;
        bool seen = false;

        if (strlen(prefix) + strlen(child->name) > PATH_BYTES_MAX)
            continue;
        path = arena_print(paths->arena, "%s%s", prefix, child->name).at;
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

/* --- what is not UTF-8 -----------------------------------------------------
 */

/* Bytes of the character at i; 0 when they are none. */
static size_t character(struct text bytes, size_t i)
{
    size_t size = 1;

    while (size <= 4 && i + size <= bytes.size &&
           !text_is_utf8((struct text){bytes.at + i, size}))
        size++;
    return size > 4 || i + size > bytes.size ? 0 : size;
}

/* Where the first byte is that belongs to no character. */
static size_t bad_byte(struct text bytes)
{
    size_t i = 0, size = 1;

    while (i < bytes.size && size > 0) {
        size = character(bytes, i);
        i += size;
    }
    return i;
}

static bool in_word(char byte)
{
    return (unsigned char)byte >= 0x80 || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '\'';
}

void evidence_of(struct text bytes, char evidence[EVIDENCE_MAX])
{
    size_t bad = bad_byte(bytes), begin = bad, end = bad + 1, got = 0;
    char word[4 * (2 * EVIDENCE_SIDE + 1) + 1];
    struct encoding *encoding = NULL;
    struct text from;
    struct err ignored;
    enum status status = STOP;

    evidence[0] = '\0';
    if (bad >= bytes.size)
        return;
    while (begin > 0 && bad - begin < EVIDENCE_SIDE &&
           in_word(bytes.at[begin - 1]))
        begin--;
    while (end < bytes.size && end - bad <= EVIDENCE_SIDE &&
           in_word(bytes.at[end]))
        end++;
    from = (struct text){bytes.at + begin, end - begin};
    if (encoding_open(&encoding, "CP1252", &ignored) == OK)
        status = encoding_convert(encoding, &from, true, word, sizeof(word) - 1,
                                  &got, &ignored);
    encoding_close(encoding);
    word[got] = '\0';
    if (status == OK && from.size == 0)
        (void)snprintf(evidence, EVIDENCE_MAX,
                       "in windows-1252 it reads \"%s\"", word);
    else
        (void)snprintf(evidence, EVIDENCE_MAX,
                       "the byte 0x%02x stands for nothing in windows-1252",
                       (unsigned char)bytes.at[bad]);
}

struct text marked(struct text bytes, struct arena *arena)
{
    struct buffer out = {0};
    struct text copy;
    bool good = true;
    size_t i = 0;

    while (i < bytes.size) {
        size_t size = bytes.at[i] != '\0' ? character(bytes, i) : 0;

        if (size > 0)
            buffer_add(&out, bytes.at + i, size);
        else if (good)
            buffer_string(&out, RECORD_MARK);
        good = size > 0;
        i += good ? size : 1;
    }
    copy = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return copy;
}

enum status refuse_encoding(const char *what, const char *evidence,
                            struct err *err)
{
    bool reads = strncmp(evidence, "in ", 3) == 0;

    (void)fail(err, STOP, EXIT_DATA, "bad_encoding", "%s%s%s", what,
               evidence[0] != '\0' ? ": " : "", evidence);
    if (reads)
        err_hint(err, "if that is right, say --encoding windows-1252 (in a "
                      "job: encoding: windows-1252), else what it is");
    else
        err_hint(err, "say what it is with --encoding, such as iso-8859-2, "
                      "shift_jis or utf-16le");
    return STOP;
}

enum status tally_row(struct tally *tally, const struct record *record,
                      struct err *err)
{
    tally->rows++;
    if (text_is_utf8(record->raw))
        return OK;
    if (tally->bad++ == 0) {
        tally->first_bad_line = record->line;
        evidence_of(record->raw, tally->evidence);
    }
    return fail(err, REJECT, EXIT_DATA, "bad_encoding", "the row is not UTF-8");
}

enum status tally_end(const struct tally *tally, const struct input *input,
                      struct err *err)
{
    char what[80];

    if (input_encoding_known(input) || tally->bad <= BAD_ROWS_MIN ||
        tally->bad <= tally->rows / BAD_ROWS_SHARE)
        return END;
    (void)snprintf(what, sizeof(what), "%llu of %llu rows are not UTF-8",
                   (unsigned long long)tally->bad,
                   (unsigned long long)tally->rows);
    (void)refuse_encoding(what, tally->evidence, err);
    err_place(err, "%s:%llu", input_name(input),
              (unsigned long long)tally->first_bad_line);
    return STOP;
}
