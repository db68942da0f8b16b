/*
 * fold.c - the home of utf8proc: normal forms, case folding, kinds of letters.
 *
 * Nearly all texts are ASCII, for which each form is a loop over bytes.
 */
#include "mappings/fold.h"

#include "mappings/clean.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Code points that are folded on the stack; most names have twenty. */
enum { POINTS_FIRST = 256 };

enum fold { FOLD_NAME, FOLD_TEXT, FOLD_CASE };

static const int options[] = {
    [FOLD_NAME] = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                  UTF8PROC_IGNORE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK,
    [FOLD_TEXT] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
    [FOLD_CASE] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD,
};

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

static bool ascii_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* True when there is nothing to collapse, trim or lower. */
static bool is_plain(struct text text, bool lower)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];

        if ((unsigned char)byte >= 0x80)
            return false;
        if (lower && byte >= 'A' && byte <= 'Z')
            return false;
        if (!ascii_blank(byte))
            continue;
        if (byte != ' ' || i == 0 || i + 1 == text.size ||
            ascii_blank(text.at[i + 1]))
            return false;
    }
    return true;
}

/* The form of the text that utf8proc makes, in the arena. */
static struct text normal(struct text text, enum fold fold, struct arena *arena)
{
    utf8proc_int32_t first[POINTS_FIRST + 1], *points = first;
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text.at;
    utf8proc_option_t how = (utf8proc_option_t)options[fold];
    utf8proc_ssize_t size = (utf8proc_ssize_t)text.size;
    utf8proc_ssize_t count =
        utf8proc_decompose(at, size, points, POINTS_FIRST, how);

    if (count > POINTS_FIRST) {
        points = arena_take(arena, ((size_t)count + 1) * sizeof(*points));
        count = utf8proc_decompose(at, size, points, count, how);
    }
    if (count >= 0)
        count = utf8proc_reencode(points, count, how);
    if (count < 0)
        return text;
    if (points == first)
        return arena_text(arena, (struct text){(char *)points, (size_t)count});
    return (struct text){(char *)points, (size_t)count};
}

/*
 * Runs of blanks become one: a line end when the run has one, so that CR LF
 * and LF are the same and a paragraph stays apart, else a space.
 */
static struct text collapse(struct text text, bool lower, bool lines,
                            struct arena *arena)
{
    struct text copy = arena_text(arena, text);
    char *to = (char *)copy.at;
    size_t size = 0, at = 0;
    char between = '\0';

    while (at < text.size) {
        size_t begin = at;
        uint32_t point = fold_next(text, &at);

        if (fold_is_blank(point)) {
            if (lines && (point == '\n' || point == '\r'))
                between = '\n';
            else if (between == '\0')
                between = ' ';
            continue;
        }
        if (between != '\0' && size > 0)
            to[size++] = between;
        between = '\0';
        memmove(to + size, text.at + begin, at - begin);
        if (lower && point >= 'A' && point <= 'Z')
            to[size] = (char)(point + 32);
        size += at - begin;
    }
    to[size] = '\0';
    return (struct text){to, size};
}

static struct text fold_as(struct text text, enum fold fold,
                           struct arena *arena)
{
    bool lower = fold != FOLD_TEXT;

    if (is_plain(text, lower))
        return text;
    if (!is_ascii(text)) {
        if (!text_is_utf8(text))
            return text;
        text = normal(text, fold, arena);
    }
    return collapse(text, lower, fold == FOLD_TEXT, arena);
}

struct text fold_name(struct text text, struct arena *arena)
{
    return fold_as(text, FOLD_NAME, arena);
}

struct text fold_text(struct text text, struct arena *arena)
{
    return fold_as(text, FOLD_TEXT, arena);
}

struct text fold_case(struct text text, struct arena *arena)
{
    return fold_as(text, FOLD_CASE, arena);
}

/* --- single code points ---------------------------------------------------*/

uint32_t fold_next(struct text text, size_t *at)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t size;

    if ((unsigned char)text.at[*at] < 0x80)
        return (unsigned char)text.at[(*at)++];
    size = utf8proc_iterate((const utf8proc_uint8_t *)text.at + *at,
                            (utf8proc_ssize_t)(text.size - *at), &point);
    if (size <= 0) {
        (*at)++;
        return 0xfffd;
    }
    *at += (size_t)size;
    return (uint32_t)point;
}

bool fold_is_word(uint32_t point)
{
    if (point < 0x80)
        return (point >= '0' && point <= '9') ||
               ((point | 0x20) >= 'a' && (point | 0x20) <= 'z');
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

bool fold_is_digit(uint32_t point)
{
    return point < 0x80 ? point >= '0' && point <= '9'
                        : utf8proc_category((utf8proc_int32_t)point) ==
                              UTF8PROC_CATEGORY_ND;
}

bool fold_is_blank(uint32_t point)
{
    if (point < 0x80)
        return point == ' ' || (point >= '\t' && point <= '\r');
    if (point == 0x2028 || point == 0x2029)
        return true;
    return utf8proc_category((utf8proc_int32_t)point) == UTF8PROC_CATEGORY_ZS;
}

bool fold_is_invisible(uint32_t point)
{
    if (point < 0x20)
        return point != '\t' && point != '\n' && point != '\r';
    switch (point) {
    case 0x00ad: /* soft hyphen */
    case 0x061c: /* Arabic letter mark */
    case 0x180e: /* Mongolian vowel separator */
    case 0xfeff: /* BOM */
        return true;
    default:
        return (point >= 0x7f && point <= 0x9f) ||     /* C1 controls */
               (point >= 0x200b && point <= 0x200f) || /* zero width, marks */
               (point >= 0x202a && point <= 0x202e) || /* directions */
               (point >= 0x2060 && point <= 0x206f) || /* word joiner, ... */
               (point >= 0xfff9 && point <= 0xfffb);   /* annotations */
    }
}

bool fold_is_virama(uint32_t point)
{
    enum { CLASS_OF_VIRAMAS = 9 };

    return point >= 0x80 &&
           utf8proc_get_property((utf8proc_int32_t)point)->combining_class ==
               CLASS_OF_VIRAMAS;
}

bool fold_is_unspaced(uint32_t point)
{
    return (point >= 0x0e00 && point <= 0x0eff) || /* Thai, Lao */
           (point >= 0x1000 && point <= 0x109f) || /* Myanmar */
           (point >= 0x1780 && point <= 0x17ff) || /* Khmer */
           (point >= 0x1950 && point <= 0x1aaf) || /* Tai Le to Tai Tham */
           (point >= 0xa9e0 && point <= 0xaadf);   /* Myanmar, Cham, Tai Viet */
}

size_t fold_width(uint32_t point)
{
    int width = point < 0x80 ? point >= 0x20 && point < 0x7f
                             : utf8proc_charwidth((utf8proc_int32_t)point);

    return width > 0 ? (size_t)width : 0;
}

size_t fold_columns(struct text text)
{
    size_t columns = 0;

    for (size_t at = 0; at < text.size;)
        columns += fold_width(fold_next(text, &at));
    return columns;
}
