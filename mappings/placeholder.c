/*
 * placeholder.c - values that stand for nothing, from data/placeholders.txt.
 */
#include "mappings/cleaners.h"

#include "mappings/folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATTERNS_MAX = 2000,
    PATTERN_SIZE_MAX = 100, /* bytes */
    SAME_MIN = 4,           /* fewer would hit real numbers */
    SAME_MAX = 15,          /* no number is longer */
};

/* Keys by their number, then the cells that say nothing. */
enum { BLANK = KEY_COUNT, BLANK_PHONE, KINDS };

/* The byte that a text begins with, or any. */
enum { ANY_HEAD, HEADS = 256 };

struct pattern {
    struct text text; /* lower case */
    uint32_t same;    /* not 0: so many equal digits at the end, no text */
    bool stars;       /* without one, only a text of the same size fits */
};

struct patterns {
    struct pattern *list;
    size_t count;
    /* Sorted by head_of, and where those of a head begin: few values share
     * one with any. */
    size_t begins[HEADS + 1];
};

static struct arena *kept; /* lives as long as the process */
static struct patterns kinds[KINDS];

/* A star in a pattern, as kept: it stands in no text, so that a star written
 * as \* may. */
enum { STAR = '\x01' };

static char lower(char byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

/*
 * Whether text fits a pattern with stars. Only the last star is ever taken
 * back, so the time is at most pattern times text.
 */
static bool fits(struct text pattern, struct text text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;

    while (t < text.size) {
        if (p < pattern.size && pattern.at[p] == STAR) {
            star = p++;
            resume = t;
        } else if (p < pattern.size && pattern.at[p] == lower(text.at[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            do
                t = ++resume;
            while (t < text.size && p < pattern.size &&
                   pattern.at[p] != lower(text.at[t]));
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.at[p] == STAR)
        p++;
    return p == pattern.size;
}

static bool ends_in_same(struct text text, uint32_t wanted)
{
    size_t same = 0;

    if (text.size == 0 || text.at[text.size - 1] < '0' ||
        text.at[text.size - 1] > '9')
        return false;
    while (same < text.size &&
           text.at[text.size - 1 - same] == text.at[text.size - 1])
        same++;
    return same >= wanted;
}

static int kind_named(struct text word)
{
    enum key key;

    if (text_is(word, "blank"))
        return BLANK;
    if (text_is(word, "phone"))
        return BLANK_PHONE;
    if (key_named(word, &key) && key != KEY_NAME_PHONE)
        return (int)key;
    return -1;
}

static struct text translate(struct text text)
{
    char *to = arena_take(kept, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '*') {
            to[size++] = STAR;
            continue;
        }
        if (text.at[i] == '\\' && i + 1 < text.size)
            i++;
        to[size++] = lower(text.at[i]);
    }
    return (struct text){to, size};
}

/* False when it is no line of this file. */
static bool add_line(struct text line)
{
    size_t space = text_find(line, " ");
    int kind = kind_named((struct text){line.at, space});
    struct text rest =
        text_trim((struct text){line.at + space, line.size - space});
    struct pattern pattern = {.same = 0};
    uint64_t same;

    if (kind < 0 || rest.size == 0 || rest.size > PATTERN_SIZE_MAX ||
        kinds[kind].count == PATTERNS_MAX)
        return false;
    if (text_starts(rest, "same ")) {
        if (!text_to_u64((struct text){rest.at + 5, rest.size - 5}, &same) ||
            same < SAME_MIN || same > SAME_MAX)
            return false;
        pattern.same = (uint32_t)same;
    }
    pattern.text = translate(rest);
    pattern.stars = pattern.text.size > 0 &&
                    memchr(pattern.text.at, STAR, pattern.text.size) != NULL;
    kinds[kind].list[kinds[kind].count++] = pattern;
    return true;
}

static enum status add_lines(struct text bytes, const char *path,
                             struct err *err)
{
    unsigned number = 0;

    while (bytes.size > 0) {
        size_t end = text_find(bytes, "\n");
        struct text line = text_trim((struct text){bytes.at, end});

        number++;
        end = end < bytes.size ? end + 1 : end;
        bytes = (struct text){bytes.at + end, bytes.size - end};
        /* The words of spreadsheets begin with # too, but after a kind. */
        if (line.size == 0 || line.at[0] == '#' || add_line(line))
            continue;
        fail(err, STOP, EXIT_CONFIG, "bad_data_file",
             "not a line of this file");
        err_hint(err, "the format stands at the head of the file");
        err_place(err, "%s:%u", path, number);
        return STOP;
    }
    return OK;
}

static size_t head_of(const struct pattern *pattern)
{
    return pattern->same != 0 || pattern->text.at[0] == STAR
               ? (size_t)ANY_HEAD
               : (unsigned char)pattern->text.at[0];
}

static int by_head(const void *a, const void *b)
{
    size_t one = head_of(a), other = head_of(b);

    return (one > other) - (one < other);
}

static void sort(struct patterns *patterns)
{
    qsort(patterns->list, patterns->count, sizeof(struct pattern), by_head);
    for (size_t i = 0; i < patterns->count; i++)
        patterns->begins[head_of(&patterns->list[i]) + 1] = i + 1;
    for (size_t head = 0; head < HEADS; head++)
        if (patterns->begins[head + 1] == 0)
            patterns->begins[head + 1] = patterns->begins[head];
}

enum status placeholders_open(struct err *err)
{
    struct arena *arena;
    struct text bytes;
    const char *path;
    enum status status;

    if (kept != NULL)
        return OK;
    kept = arena_open();
    for (int i = 0; i < KINDS; i++)
        kinds[i] = (struct patterns){
            .list = arena_take(kept, PATTERNS_MAX * sizeof(struct pattern))};
    arena = arena_open();
    status = data_find(&path, "data/placeholders.txt", arena, err);
    if (status == OK)
        status = data_read(&bytes, path, arena, err);
    if (status == OK)
        status = add_lines(bytes, path, err);
    for (int i = 0; i < KINDS; i++)
        sort(&kinds[i]);
    arena_close(arena);
    if (status != OK) {
        arena_close(kept);
        kept = NULL;
    }
    return status;
}

static bool is_of_head(const struct patterns *patterns, size_t head,
                       struct text text)
{
    for (size_t i = patterns->begins[head]; i < patterns->begins[head + 1];
         i++) {
        const struct pattern *pattern = &patterns->list[i];

        if (pattern->same != 0) {
            if (ends_in_same(text, pattern->same))
                return true;
        } else if ((pattern->stars || pattern->text.size == text.size) &&
                   fits(pattern->text, text)) {
            return true;
        }
    }
    return false;
}

static bool listed(const struct patterns *patterns, struct text text)
{
    return text.size > 0 &&
           (is_of_head(patterns, (unsigned char)lower(text.at[0]), text) ||
            is_of_head(patterns, ANY_HEAD, text));
}

bool is_placeholder(enum key key, struct text normal)
{
    data_needed(placeholders_open);
    if (key != KEY_NAME_PHONE)
        return listed(&kinds[key], normal);
    for (size_t i = normal.size; i > 0; i--)
        if (normal.at[i - 1] == '\x1f')
            return listed(&kinds[KEY_MOBILE],
                          (struct text){normal.at + i, normal.size - i});
    return false;
}

/* What a spreadsheet shows for a number that its column is too narrow for. */
static bool is_hashes(struct text text)
{
    enum { HASHES_MIN = 4 }; /* somebody may call himself # or ## */

    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] != '#')
            return false;
    return text.size >= HASHES_MIN;
}

bool is_blank_word(struct text text)
{
    if (is_hashes(text))
        return true;
    if (text.size > PATTERN_SIZE_MAX)
        return false;
    data_needed(placeholders_open);
    return listed(&kinds[BLANK], text);
}

bool is_blank_phone(struct text text)
{
    data_needed(placeholders_open);
    return text.size <= PATTERN_SIZE_MAX && listed(&kinds[BLANK_PHONE], text);
}

bool is_error_word(struct text text)
{
    /* #N/A of everyone, Err:502 of LibreOffice. */
    return text.size > 0 && (text.at[0] == '#' || text_starts(text, "Err:")) &&
           is_blank_word(text);
}
