/*
 * csv_cell.c - wrappers, quote marks, and what a cell looks like.
 */
#include "formats/csv_cell.h"

#include "formats/node.h"

#include <string.h>

/* Number of apostrophes before a byte that begins formulas, else 0. */
static size_t guards(struct text cell)
{
    size_t quotes = 0;

    while (quotes < cell.size && cell.at[quotes] == '\'')
        quotes++;
    if (quotes == cell.size || cell.at[quotes] == '\0' ||
        strchr("=+-@\t\r", cell.at[quotes]) == NULL)
        return 0;
    return quotes;
}

/* ="..." without a quote mark inside. */
static bool is_literal(struct text cell)
{
    return cell.size >= 3 && cell.at[0] == '=' && cell.at[1] == '"' &&
           memchr(cell.at + 2, '"', cell.size - 2) == cell.at + cell.size - 1;
}

struct text csv_unwrap(struct text cell, unsigned char *marks)
{
    *marks = 0;
    if (cell.size < 2 || (cell.at[0] != '\'' && cell.at[0] != '='))
        return cell;
    if (guards(cell) > 0) {
        *marks = NODE_GUARDED;
        return (struct text){cell.at + 1, cell.size - 1};
    }
    if (!is_literal(cell))
        return cell;
    *marks = NODE_FORMULA;
    return (struct text){cell.at + 2, cell.size - 3};
}

bool csv_is_wrapped(struct text cell)
{
    return guards(cell) > 0 || is_literal(cell);
}

/* +61 491 570 006 and -12.50: what a spreadsheet may well see as they are. */
static bool is_phone_or_number(struct text cell)
{
    size_t digits = 0;

    for (size_t i = 1; i < cell.size; i++) {
        if (cell.at[i] >= '0' && cell.at[i] <= '9')
            digits++;
        else if (strchr(" ().,-", cell.at[i]) == NULL || cell.at[i] == '\0')
            return false;
    }
    return digits > 0 && (cell.at[0] == '+' || cell.at[1] != ' ');
}

bool csv_is_formula(struct text cell)
{
    if (cell.size == 0)
        return false;
    switch (cell.at[0]) {
    case '=':
    case '@':
    case '\t':
    case '\r':
        return true;
    case '+':
    case '-':
        return !is_phone_or_number(cell);
    default:
        return false;
    }
}

bool csv_needs_quotes(struct text cell, char delimiter)
{
    if (cell.size == 0)
        return false;
    if (text_trim(cell).size != cell.size)
        return true;
    for (size_t i = 0; i < cell.size; i++)
        if (cell.at[i] == delimiter || cell.at[i] == '"' ||
            cell.at[i] == '\n' || cell.at[i] == '\r')
            return true;
    return false;
}

/* --- what it looks like --------------------------------------------------- */

bool csv_is_total(struct text cell)
{
    static const char *const words[] = {"totals", "total", "grand total",
                                        "subtotal", "sub total"};

    /* Asked of every row: most begin with none of the words' letters. */
    if (cell.size == 0 || cell.at[0] == '\0' ||
        strchr("tgsTGS", cell.at[0]) == NULL)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t size = strlen(words[i]);
        char next = cell.size > size ? cell.at[size] : '\0';

        if (cell.size >= size &&
            text_is_nocase((struct text){cell.at, size}, words[i]) &&
            !(next >= 'a' && next <= 'z') && !(next >= 'A' && next <= 'Z') &&
            (unsigned char)next < 0x80)
            return true;
    }
    return false;
}

/*
 * Six digits or more, nothing but what phones are written with, and not a sum:
 * `1234567.00`, `1,234,567` and short plain numbers are what totals hold.
 */
static bool is_phone(struct text cell)
{
    size_t digits = 0, marks = 0;

    for (size_t i = 0; i < cell.size; i++) {
        char byte = cell.at[i];

        if (byte >= '0' && byte <= '9')
            digits++;
        else if (strchr(" +()-/", byte) != NULL && byte != '\0')
            marks++;
        else
            return false;
    }
    return digits >= 6 && (digits >= 8 || cell.at[0] == '0' ||
                           (marks > 0 && cell.at[0] != '-'));
}

bool csv_reaches(struct text cell)
{
    return text_find(cell, "@") < cell.size || is_phone(text_trim(cell));
}

/* --- a row's raw bytes ---------------------------------------------------- */

size_t csv_skip_blanks(struct text raw, size_t i, char delimiter)
{
    while (i < raw.size && raw.at[i] != delimiter &&
           (raw.at[i] == ' ' || raw.at[i] == '\t'))
        i++;
    return i;
}

size_t csv_closing_quote(struct text raw, size_t i)
{
    for (; i < raw.size; i++) {
        if (raw.at[i] != '"')
            continue;
        if (i + 1 == raw.size || raw.at[i + 1] != '"')
            return i;
        i++;
    }
    return raw.size;
}

size_t csv_next_delimiter(struct text raw, size_t i, char delimiter)
{
    const char *end =
        i < raw.size ? memchr(raw.at + i, delimiter, raw.size - i) : NULL;

    return end != NULL ? (size_t)(end - raw.at) : raw.size;
}

/* Whether what stands in quote marks could be bare. */
static bool is_free(struct text inside, char delimiter)
{
    /* A file's first bytes may be quoted lest they pass for a byte order
     * mark; such a cell tells nothing. */
    return !csv_needs_quotes(inside, delimiter) &&
           (inside.size == 0 || (unsigned char)inside.at[0] < 0x80);
}

size_t csv_free_quotes(struct text raw, char delimiter)
{
    size_t i = 0, count = 0;

    do {
        i = csv_skip_blanks(raw, i, delimiter);
        if (i < raw.size && raw.at[i] == '"') {
            size_t begin = i + 1;

            i = csv_closing_quote(raw, begin);
            count +=
                is_free((struct text){raw.at + begin, i - begin}, delimiter);
        }
        i = csv_next_delimiter(raw, i, delimiter);
    } while (i++ < raw.size);
    return count;
}
