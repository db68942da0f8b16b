/*
 * clean_sheet.c - signs that a spreadsheet had a cell before we did.
 *
 * Nothing is changed here: an id is kept as it came, since what stood there
 * before cannot be known.
 */
#include "mappings/cleaners.h"

#include <string.h>

/* What a spreadsheet keeps of a number; the digits behind become zeros. */
enum { KEPT_DIGITS = 15 };

static size_t digits_at(struct text text, size_t at)
{
    size_t begin = at;

    while (at < text.size && text.at[at] >= '0' && text.at[at] <= '9')
        at++;
    return at - begin;
}

/* "1.23E+15", as a spreadsheet shows it; 1E5 is how somebody numbers parts. */
static bool is_shown_short(struct text text)
{
    size_t at = digits_at(text, 0), decimals;

    if (at != 1)
        return false;
    if (at < text.size && (text.at[at] == '.' || text.at[at] == ',')) {
        decimals = digits_at(text, at + 1);
        if (decimals == 0)
            return false;
        at += 1 + decimals;
    }
    if (at + 4 > text.size || text.at[at] != 'E' || text.at[at + 1] != '+')
        return false;
    return digits_at(text, at + 2) >= 2 &&
           at + 2 + digits_at(text, at + 2) == text.size;
}

/* 1234567890123450: longer than is kept, and zeros from there on. */
static bool is_cut(struct text text)
{
    if (text.size <= KEPT_DIGITS || text.at[0] == '0' ||
        digits_at(text, 0) != text.size)
        return false;
    for (size_t i = KEPT_DIGITS; i < text.size; i++)
        if (text.at[i] != '0')
            return false;
    return true;
}

void note_apostrophe(const struct washing *washing, struct text text)
{
    if (washing->cleaning->cells)
        wash_note(washing, "apostrophe",
                  "\"%.*s\" begins with an apostrophe, which is kept",
                  TEXT_ARGS(shown(text)));
}

void note_id(const struct washing *washing, struct text text)
{
    if (!washing->cleaning->cells)
        return;
    if (text.at[0] == '\'' && digits_at(text, 1) > 0)
        note_apostrophe(washing, text);
    else if (text.at[0] < '0' || text.at[0] > '9')
        return;
    else if (is_shown_short(text))
        wash_warn(washing, "maybe_lost_digits",
                  "the id \"%.*s\" is a number that a spreadsheet cut short",
                  TEXT_ARGS(shown(text)));
    else if (is_cut(text))
        wash_note(washing, "maybe_lost_digits",
                  "the id \"%.*s\" has only zeros behind %d digits",
                  TEXT_ARGS(shown(text)), KEPT_DIGITS);
}
