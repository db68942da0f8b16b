/*
 * clean_text.c - what no value keeps: outer blanks and invisible characters.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <string.h>

/* Nothing to take off inside: printable ASCII, tabs and line ends. */
static bool is_simple(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];

        if (byte >= 0x7f ||
            (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r'))
            return false;
    }
    return true;
}

/* Joiners shape letters of Persian and of Indian scripts, and pictures: they
 * stay between two characters that are not ASCII. */
static bool is_joiner(uint32_t point)
{
    return point == 0x200c || point == 0x200d;
}

static bool joins(struct text text, size_t size, size_t next)
{
    size_t at = next;

    return size > 0 && (unsigned char)text.at[size - 1] >= 0x80 &&
           next < text.size && (unsigned char)text.at[next] >= 0x80 &&
           !fold_is_invisible(fold_next(text, &at));
}

static struct text strip(struct text text, struct arena *arena)
{
    struct text copy = arena_text(arena, text);
    char *to = (char *)copy.at;
    size_t size = 0, trimmed = 0, at = 0;

    while (at < text.size) {
        size_t begin = at;
        uint32_t point = fold_next(text, &at);

        if (size == 0 && fold_is_blank(point))
            continue;
        if (fold_is_invisible(point) &&
            !(is_joiner(point) && joins(text, begin, at) && size > 0))
            continue;
        memmove(to + size, text.at + begin, at - begin);
        size += at - begin;
        if (!fold_is_blank(point))
            trimmed = size;
    }
    to[trimmed] = '\0';
    return (struct text){to, trimmed};
}

struct text clean_text(struct text raw, struct arena *arena)
{
    struct text trimmed;

    if (!is_simple(raw))
        return text_is_utf8(raw) ? strip(raw, arena) : raw;
    trimmed = text_trim(raw);
    /* A whole copy ends in a NUL as it is; a part of one would not. */
    return trimmed.size == raw.size ? raw : arena_text(arena, trimmed);
}
