/*
 * clean_phone_cell.c - numbers that a spreadsheet took for amounts.
 */
#include "mappings/cleaners.h"

#include <stdio.h>
#include <string.h>

/* A power of ten past any number's length. */
enum { EXPONENT_MAX = 20 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

struct scientific {
    struct text sign, whole, decimals;
    uint64_t exponent;
};

static struct text take_digits(struct text *rest)
{
    size_t size = 0;

    while (size < rest->size && is_digit(rest->at[size]))
        size++;
    *rest = (struct text){rest->at + size, rest->size - size};
    return (struct text){rest->at - size, size};
}

static struct text take_one(struct text *rest, const char *bytes)
{
    struct text none = {rest->at, 0};

    if (rest->size == 0 || strchr(bytes, rest->at[0]) == NULL)
        return none;
    *rest = (struct text){rest->at + 1, rest->size - 1};
    return (struct text){none.at, 1};
}

/* "6.1412345678E+10", also with a comma; nothing else around it. */
static bool is_scientific(struct text text, struct scientific *out)
{
    out->sign = take_one(&text, "+");
    out->whole = take_digits(&text);
    out->decimals = (struct text){text.at, 0};
    if (take_one(&text, ".,").size > 0)
        out->decimals = take_digits(&text);
    if (out->whole.size == 0 || take_one(&text, "eE").size == 0)
        return false;
    take_one(&text, "+");
    return text_to_u64(text, &out->exponent);
}

static bool only_zeros(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] != '0')
            return false;
    return true;
}

bool phone_unspoil(struct text *text, char *out, size_t room, bool *expanded)
{
    struct scientific number;
    struct text rest, end;

    /* The apostrophe that tells a spreadsheet "this is text". */
    if (text->size > 1 && text->at[0] == '\'')
        *text = (struct text){text->at + 1, text->size - 1};
    if (is_scientific(*text, &number)) {
        if (number.exponent > EXPONENT_MAX ||
            number.decimals.size < number.exponent ||
            number.whole.size + number.exponent + 2 > room)
            return false;
        end = (struct text){number.decimals.at + number.exponent,
                            number.decimals.size - number.exponent};
        if (!only_zeros(end))
            return false;
        text->size = (size_t)snprintf(
            out, room, "%.*s%.*s%.*s", TEXT_ARGS(number.sign),
            TEXT_ARGS(number.whole), (int)number.exponent, number.decimals.at);
        text->at = out;
        *expanded = true;
        return true;
    }
    /* "412345678.0" of tools that take any number for a fraction. */
    rest = *text;
    end = take_digits(&rest);
    if (end.size > 4 && rest.size > 1 && rest.at[0] == '.' &&
        only_zeros((struct text){rest.at + 1, rest.size - 1})) {
        *text = end;
        *expanded = true;
    }
    return true;
}
