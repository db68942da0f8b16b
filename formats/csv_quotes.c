/*
 * csv_quotes.c - see csv_quotes.h.
 */
#include "formats/csv_quotes.h"

#include "formats/csv_cell.h"
#include "formats/csv_shapes.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

bool csv_stays_open(struct text line, bool open, char delimiter)
{
    size_t i = 0;

    for (;;) {
        if (open && (i = csv_closing_quote(line, i)) == line.size)
            return true;
        i = csv_next_delimiter(line, i, delimiter);
        if (i == line.size)
            return false;
        i = csv_skip_blanks(line, i + 1, delimiter);
        open = i < line.size && line.at[i] == '"';
        i += open;
    }
}

/* --- rows in a quoted cell ------------------------------------------------ */

struct line_look {
    size_t cells;
    enum csv_shape first;
    uint64_t reaches; /* a bit for each of the first 64 columns */
    bool prose;       /* a blank stands behind a delimiter */
};

static void see_cell(struct line_look *look, struct text cell)
{
    size_t i = look->cells++;

    if (i > 0 && cell.size > 1 && is_blank(cell.at[0]))
        look->prose = true;
    if (cell.size > 0 && cell.at[0] == '"') {
        cell.at++;
        cell.size--;
    }
    if (cell.size > 0 && cell.at[cell.size - 1] == '"')
        cell.size--;
    if (i == 0)
        look->first = csv_shape(cell);
    if (i < 64 && csv_reaches(cell))
        look->reaches |= UINT64_C(1) << i;
}

/* Quote marks are text. */
static struct line_look look_at(struct text line, char delimiter)
{
    struct line_look look = {0};
    size_t begin = 0;

    while (begin <= line.size) {
        size_t end = csv_next_delimiter(line, begin, delimiter);

        see_cell(&look, (struct text){line.at + begin, end - begin});
        begin = end + 1;
    }
    return look;
}

/* The line at *from without its end; *from moves behind that. */
static struct text take_line(struct text raw, size_t *from)
{
    size_t begin = *from, end = begin;

    while (end < raw.size && raw.at[end] != '\n' && raw.at[end] != '\r')
        end++;
    *from = end + 1;
    if (end + 1 < raw.size && raw.at[end] == '\r' && raw.at[end + 1] == '\n')
        ++*from;
    return (struct text){raw.at + begin, end - begin};
}

bool csv_swallows_rows(struct text raw, size_t columns, char delimiter)
{
    struct line_look first, look;
    size_t at = 0, inner = 0, rows = 0;
    uint64_t reaches;
    bool fits = false;

    first = look_at(take_line(raw, &at), delimiter);
    reaches = first.reaches;
    if (columns < 3 || first.cells != columns || first.prose || reaches == 0 ||
        first.first == SHAPE_BLANK)
        return false;
    while (at < raw.size) {
        struct text line = take_line(raw, &at);

        if (text_trim(line).size == 0)
            continue;
        look = look_at(line, delimiter);
        fits = look.cells == columns && !look.prose &&
               look.first == first.first && (look.reaches & reaches) != 0;
        if (fits)
            reaches &= look.reaches;
        inner++;
        rows += fits;
    }
    /* Two lines alone must begin with keys: "name,number" stands in notes. */
    return fits && rows * 2 > inner && (rows > 1 || first.first != SHAPE_WORDS);
}
