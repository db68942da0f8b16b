/*
 * test_csv_plain.c - a line without quote marks is counted, any other is given
 * to libcsv: with one cell in quotes, the same line must come to the same row.
 */
#include "formats/csv_plain.h"
#include "formats/csv_rows.h"

#include "transcript.h"

#include <stdlib.h>

TestSuite(csv_plain, .timeout = 60, .init = folder_open, .fini = folder_close);

/* What is trimmed, unwrapped, or taken for something, and what is not. */
static const char *const pieces[] = {
    "",        "",         "",      " ",    "\t",   "  \t",     "\v",
    "'",       "''",       "'=1",   "'+61", "' '",  "'\t",      "=1",
    "TOTAL",   "Totals:",  "total", "ID",   " id ", "!ID",      "id",
    "caf\xe9", "\xc3\xa9", "x",     "a b",  "007",  "\xc2\xa0", "{}",
    "\x01",    "-",        ",",     ";",    "|",    "a=b",      "@",
};
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static struct csv_row row_of(struct text bytes, char delimiter)
{
    struct csv_rows like, rows;
    struct csv_row row;
    struct err err;

    csv_rows_open(&like, NULL);
    csv_set_delim(&like.parser, (unsigned char)delimiter);
    like.columns = 4;
    like.first = "id";
    like.kind = "ID";
    csv_rows_over(&rows, &like, bytes);
    cr_assert_eq(csv_rows_next(&rows, &row, &err), OK);
    csv_rows_done(&rows);
    csv_rows_close(&like);
    return row;
}

static void expect_same(const char *plain, const char *quoted, char delimiter)
{
    struct csv_row a = row_of(text_of(plain), delimiter);
    struct csv_row b = row_of(text_of(quoted), delimiter);

    cr_assert_eq(a.cells, b.cells, "%s: %zu and %zu", plain, a.cells, b.cells);
    cr_assert_eq(a.filled, b.filled, "%s", plain);
    cr_assert_eq(a.end, b.end, "%s", plain);
    cr_assert_eq(a.total, b.total, "%s", plain);
    cr_assert_eq(a.like_first, b.like_first, "%s", plain);
    cr_assert_eq(a.kind, b.kind, "%s", plain);
    cr_assert_eq(a.header, b.header, "%s", plain);
}

Test(csv_plain, a_line_is_the_row_that_libcsv_makes_of_it)
{
    static const char delimiters[] = ",;\t|";
    static const char *const ends[] = {"", "\n", "\r\n", "\r"};

    srand(1); /* any line may come; the same ones each time */
    for (int i = 0; i < 20000; i++) {
        char delimiter = delimiters[rand() % 4];
        const char *end = ends[rand() % 4];
        struct buffer line = {0};
        char plain[256], quoted[256];

        for (int cells = rand() % 6; cells >= 0; cells--) {
            buffer_string(&line, pieces[rand() % PIECES]);
            buffer_string(&line,
                          rand() % 4 == 0 ? pieces[rand() % PIECES] : "");
            if (cells > 0)
                buffer_byte(&line, delimiter);
        }
        buffer_byte(&line, '\0');
        snprintf(plain, sizeof(plain), "%s%cz%s", line.at, delimiter, end);
        snprintf(quoted, sizeof(quoted), "%s%c\"z\"%s", line.at, delimiter,
                 end);
        expect_same(plain, quoted, delimiter);
        snprintf(plain, sizeof(plain), "z%c%s%s", delimiter, line.at, end);
        snprintf(quoted, sizeof(quoted), "\"z\"%c%s%s", delimiter, line.at,
                 end);
        expect_same(plain, quoted, delimiter);
        buffer_free(&line);
    }
}

Test(csv_plain, a_line_of_blanks_has_no_cell)
{
    cr_assert_eq(csv_plain_count(TEXT(""), ','), 0);
    cr_assert_eq(csv_plain_count(TEXT(" \t "), ','), 0);
    cr_assert_eq(csv_plain_count(TEXT(" , "), ','), 2);
    cr_assert_eq(csv_plain_count(TEXT("\t\t"), '\t'), 3);
    cr_assert_eq(csv_plain_count(TEXT("\v"), ','), 1);
}

Test(csv_plain, cells_are_taken_from_either_end)
{
    struct text line = TEXT(" a ,b,, c\t");

    cr_assert(text_is(csv_plain_first(&line, ','), "a"));
    cr_assert(text_is(csv_plain_last(&line, ','), "c"));
    cr_assert(text_is(csv_plain_last(&line, ','), ""));
    cr_assert(text_is(csv_plain_last(&line, ','), "b"));
    cr_assert_eq(line.size, 0);
}
