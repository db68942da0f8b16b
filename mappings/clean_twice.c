/*
 * clean_twice.c - UTF-8 that was taken for Windows-1252 and encoded once more:
 * "JosÃ©" that was José.
 *
 * The whole value has to map back, byte by byte, to good UTF-8. That alone
 * would call CAFÉ’S damaged, since É and ’ are two such bytes; so at least one
 * sequence has to be something that nobody writes: a capital behind a small
 * letter, a sign that follows no letter, several in a row of another script.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <string.h>

/* Windows-1252 from 0x80 on; 0 where it has nothing. */
static const uint16_t high[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

/* The byte that was taken for this character; -1 when none was. */
static int byte_of(uint32_t point)
{
    /* Latin-1, and what Windows-1252 leaves open, are the bytes themselves. */
    if (point < 0x100)
        return (int)point;
    for (int i = 0; i < 32; i++)
        if (high[i] == point)
            return 0x80 + i;
    return -1;
}

static bool is_upper(uint32_t point)
{
    return (point >= 'A' && point <= 'Z') ||
           (point >= 0xc0 && point <= 0xde && point != 0xd7) ||
           point == 0x160 || point == 0x152 || point == 0x17d || point == 0x178;
}

static bool is_lower(uint32_t point)
{
    return (point >= 'a' && point <= 'z') ||
           (point >= 0xdf && point <= 0xff && point != 0xf7) ||
           point == 0x161 || point == 0x153 || point == 0x17e;
}

/* Bytes 0x80 to 0xbf that people do write behind a letter: closing quotes and
 * marks, dashes, signs like (R), superscripts, a blank that does not break. */
static bool follows_letters(int byte)
{
    static const unsigned char signs[] = {
        0x85, 0x86, 0x87, 0x92, 0x94, 0x95, 0x96, 0x97, 0x99, 0x9b,
        0xa0, 0xa9, 0xaa, 0xad, 0xae, 0xb0, 0xb2, 0xb3, 0xb4, 0xb7,
        0xb9, 0xba, 0xbb, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f};

    return memchr(signs, byte, sizeof(signs)) != NULL;
}

enum { APOSTROPHE = 0x92, EN_DASH = 0x96, EM_DASH = 0x97, HARD_BLANK = 0xa0 };

struct sequence {
    int bytes[4];
    size_t size;            /* bytes, and characters as they stand */
    uint32_t before, after; /* characters beside it; 0 at an end */
    bool glued; /* another sequence of as many bytes ends before it */
};

enum verdict { REFUTES, FITS, PROVES };

/* Latin letters and signs: two bytes. */
static enum verdict judge_latin(const struct sequence *s)
{
    int lead = s->bytes[0], next = s->bytes[1];
    bool small_after =
        is_lower(s->after) && next != APOSTROPHE && next != HARD_BLANK;

    /* They would be control characters. */
    if (lead == 0xc2 && next < 0xa0)
        return REFUTES;
    if (is_lower(s->before) || small_after || !follows_letters(next))
        return PROVES;
    if (lead == 0xc2 && !is_upper(s->before) && next != APOSTROPHE &&
        next != HARD_BLANK)
        return PROVES;
    /* KÃ–LN: a capital Ã ends Portuguese words, and no dash joins them. */
    if (lead == 0xc3 && (next == EN_DASH || next == EM_DASH) &&
        is_upper(s->after))
        return PROVES;
    return FITS;
}

static enum verdict judge_three(const struct sequence *s)
{
    int lead = s->bytes[0], next = s->bytes[1];

    /* A private use area, and what is no character. */
    if (lead == 0xee || (lead == 0xef && next < 0xac))
        return REFUTES;
    /* The quotes and dashes of every word processor, TM, the euro. */
    if (lead == 0xe2 && (next == 0x80 || next == 0x82 || next == 0x84))
        return PROVES;
    if (lead == 0xef && next == 0xbb && s->before == 0)
        return PROVES; /* a BOM */
    /* Lukáš’s: the second of three is a letter itself. */
    if (memchr("\x8a\x8c\x8e\x9a\x9c\x9e\x9f", next, 7) != NULL)
        return s->glued ? PROVES : FITS;
    return s->glued || is_lower(s->after) || is_upper(s->after) ? PROVES : FITS;
}

static enum verdict judge(const struct sequence *s)
{
    int lead = s->bytes[0];

    if (s->size == 4)
        return PROVES;
    if (s->size == 3)
        return judge_three(s);
    /* The okina of Hawaii and of the Uzbeks is with them. */
    if (lead <= 0xc9 || lead == 0xcc || (lead == 0xca && s->bytes[1] >= 0xb9))
        return judge_latin(s);
    /* Greek, Cyrillic, Armenian, Hebrew, Arabic: words of several letters. */
    if (lead == 0xca || lead == 0xcb || lead == 0xcd || lead >= 0xdc)
        return REFUTES;
    return s->glued ? PROVES : FITS;
}

static size_t sequence_size(int lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* The sequence that begins with this character; *at moves behind it. */
static bool take_sequence(struct text text, size_t *at, uint32_t point,
                          struct sequence *s)
{
    char bytes[4];

    s->bytes[0] = byte_of(point);
    s->size = sequence_size(s->bytes[0]);
    if (s->size == 0)
        return false;
    bytes[0] = (char)s->bytes[0];
    for (size_t i = 1; i < s->size; i++) {
        if (*at >= text.size)
            return false;
        s->bytes[i] = byte_of(fold_next(text, at));
        if (s->bytes[i] < 0x80 || s->bytes[i] > 0xbf)
            return false;
        bytes[i] = (char)s->bytes[i];
    }
    return text_is_utf8((struct text){bytes, s->size});
}

static bool is_doubled(struct text text)
{
    struct sequence s = {.size = 0};
    size_t at = 0, end = 0, size = 0;
    bool proved = false;
    uint32_t before = 0;

    while (at < text.size) {
        size_t begin = at, ahead;
        uint32_t point = fold_next(text, &at);

        if (point < 0x80) {
            before = point;
            continue;
        }
        if (!take_sequence(text, &at, point, &s))
            return false;
        ahead = at;
        s.before = before;
        s.after = at < text.size ? fold_next(text, &ahead) : 0;
        s.glued = end == begin && size == s.size;
        switch (judge(&s)) {
        case REFUTES:
            return false;
        case PROVES:
            proved = true;
            break;
        case FITS:
            break;
        }
        end = at;
        size = s.size;
        /* What stands before the next one is no letter that was written. */
        before = 0;
    }
    return proved;
}

struct text undouble(struct text text, struct arena *arena)
{
    char *to;
    size_t size = 0, at = 0;

    if (!is_doubled(text))
        return (struct text){0};
    to = arena_take(arena, text.size + 1);
    while (at < text.size)
        to[size++] = (char)byte_of(fold_next(text, &at));
    return (struct text){to, size};
}
