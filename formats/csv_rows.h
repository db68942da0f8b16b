/*
 * csv_rows.h - where the rows of a CSV file begin and end, told by libcsv.
 *
 * libcsv is a push parser without positions, so it is given one physical line
 * at a time: when it reports the end of a row, the row ends with that line.
 * It runs strict, because lax it may swallow a whole file without a word; a
 * quote mark inside an unquoted cell, which strict refuses too, is handed to
 * it as the literal that it is.
 */
#ifndef FORMATS_CSV_ROWS_H
#define FORMATS_CSV_ROWS_H

#include "formats/reading.h"

#include <csv.h>

struct csv_row {
    uint64_t line;
    struct text raw; /* dies at the next call */
    size_t cells;
    size_t filled;   /* cells up to the last that is not blank */
    bool ended;      /* by a line end, not by the end of the file */
    bool total;      /* the first filled cell starts with TOTAL */
    bool like_first; /* the first cell is rows.first */
};

struct csv_rows {
    struct window window;
    struct csv_parser parser;
    uint64_t line;     /* of the next byte */
    size_t columns;    /* expected, 0 when not known yet */
    struct text first; /* the header's first name */
    bool row_ended;
    struct csv_row row; /* being read */
};

/* Only sets up; read from csv_rows_start on. */
void csv_rows_open(struct csv_rows *rows, struct input *input);
void csv_rows_close(struct csv_rows *rows);
/* From the beginning of the input, behind that many physical lines. */
enum status csv_rows_start(struct csv_rows *rows, char delimiter, uint64_t skip,
                           struct err *err);
/*
 * The next row, blank ones too. REJECT: text after a closing quote, row is
 * filled, go on. STOP: a quote that is never closed (err has the place), a
 * cell or row that is too large.
 */
enum status csv_rows_next(struct csv_rows *rows, struct csv_row *row,
                          struct err *err);

/* Sees one cell; it dies with the call. */
typedef void csv_cell(void *self, struct text cell);
/* A parser that knows one row at a time. */
void csv_split_open(struct csv_parser *parser, char delimiter);
/* The cells of one row's raw bytes. OK, or REJECT in the middle. */
enum status csv_split(struct csv_parser *parser, struct text raw,
                      csv_cell *cell, void *self, struct err *err);

#endif
