/*
 * csv_rows.h - where the rows of a CSV file begin and end, told by libcsv.
 *
 * libcsv is a push parser without positions, so it is given one physical line
 * at a time: when it reports the end of a row, the row ends with that line.
 */
#ifndef FORMATS_CSV_ROWS_H
#define FORMATS_CSV_ROWS_H

#include "formats/csv_split.h"
#include "formats/reading.h"

/* What ended a row: ROW_OPEN is the end of the file. */
enum row_end { ROW_OPEN, ROW_LF, ROW_CR_LF, ROW_CR, ROW_ENDS };

struct csv_row {
    uint64_t line;
    struct text raw; /* dies at the next call */
    size_t from;     /* where raw begins, counted from window.begin */
    size_t cells;
    size_t filled; /* cells up to the last that is not blank */
    enum row_end end;
    bool total;        /* the first filled cell starts with TOTAL */
    bool like_first;   /* the first cell is rows.first */
    bool kind, header; /* the first cell is rows.kind; is it behind a ! */
    bool keyed, told;  /* some cell of a ROW_KEY, of ROW_TOLD is not blank */
};

/* What a column is to a record of several rows. */
enum row_key {
    ROW_KEY = 1,  /* not blank in the first row only */
    ROW_TOLD = 2, /* the same, of a file of rejects: where the row stood */
};

struct csv_rows {
    struct window window;
    struct csv_parser parser;
    uint64_t line;             /* of the next byte */
    size_t next;               /* where that is, counted from window.begin */
    size_t columns;            /* expected, 0 when not known yet */
    const char *first;         /* the header's first name, or NULL */
    const char *kind;          /* reader_options.rows, or NULL */
    const unsigned char *keys; /* enum row_key by column, or NULL */
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
 * The next row, blank ones too; rows before it stay in the window until they
 * are dropped. REJECT: text after a closing quote, a quoted cell that holds
 * whole rows (csv_quotes.h); row is filled, go on. STOP:
 * a quote that is never closed (err has the place), a cell or row that is too
 * large.
 */
enum status csv_rows_next(struct csv_rows *rows, struct csv_row *row,
                          struct err *err);
/* Reads on at a row that was read before, from its offset and line. */
void csv_rows_back(struct csv_rows *rows, size_t from, uint64_t line);
/* What stands before that offset from window.begin is not needed any more. */
void csv_rows_drop(struct csv_rows *rows, size_t before);
/* Bytes that were not dropped; they die at the next call. */
struct text csv_rows_raw(const struct csv_rows *rows, size_t from, size_t to);
/*
 * Reads these bytes instead of an input, as rows of the file that `like` reads;
 * to be closed by csv_rows_done. No byte is copied or changed.
 */
void csv_rows_over(struct csv_rows *rows, struct csv_rows *like,
                   struct text bytes);
void csv_rows_done(struct csv_rows *rows);

#endif
