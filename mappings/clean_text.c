/*
 * clean_text.c - what no value keeps: outer blanks and invisible characters.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <string.h>

bool is_plain_text(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];

        if (byte >= 0x7f ||
            (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r'))
            return false;
    }
    return true;
}

/*
 * Some that cannot be seen can be read. Joiners shape the letters of Persian
 * and Indian words, and make one picture of several; behind a virama they do so
 * at a word's end too. The Mongolian separator shapes the letter behind it, and
 * the zero-width space stands between the words of scripts that have no other.
 */
static bool carries(uint32_t point, uint32_t before, uint32_t after)
{
    bool inside = before >= 0x80 && after >= 0x80 && !fold_is_blank(before) &&
                  !fold_is_blank(after) && !fold_is_invisible(before) &&
                  !fold_is_invisible(after);

    if (point == 0x200c || point == 0x200d)
        return inside || fold_is_virama(before);
    if (point == 0x180e)
        return inside;
    return point == 0x200b && inside && fold_is_unspaced(before) &&
           fold_is_unspaced(after);
}

static struct text strip(struct text text, struct arena *arena)
{
    struct text copy = arena_text(arena, text);
    char *to = (char *)copy.at;
    size_t size = 0, trimmed = 0, at = 0;
    uint32_t before = 0;

    while (at < text.size) {
        size_t begin = at, ahead;
        uint32_t point = fold_next(text, &at);

        if (size == 0 && fold_is_blank(point))
            continue;
        ahead = at;
        if (fold_is_invisible(point) &&
            !carries(point, before,
                     at < text.size ? fold_next(text, &ahead) : 0))
            continue;
        memmove(to + size, text.at + begin, at - begin);
        size += at - begin;
        before = point;
        if (!fold_is_blank(point))
            trimmed = size;
    }
    to[trimmed] = '\0';
    return (struct text){to, trimmed};
}

struct text clean_text(struct text raw, struct arena *arena)
{
    struct text trimmed;

    if (!is_plain_text(raw))
        return text_is_utf8(raw) ? strip(raw, arena) : raw;
    trimmed = text_trim(raw);
    /* A whole copy ends in a NUL as it is; a part of one would not. */
    return trimmed.size == raw.size ? raw : arena_text(arena, trimmed);
}
