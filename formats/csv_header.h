/*
 * csv_header.h - the columns of a CSV file: from its header line, or told by
 * position.
 */
#ifndef FORMATS_CSV_HEADER_H
#define FORMATS_CSV_HEADER_H

#include "formats/csv_rows.h"

struct csv_header {
    char delimiter;
    uint64_t skip;    /* physical lines before the header, or the first row */
    struct text raw;  /* of the header line; empty when the file has none */
    enum row_end end; /* of that line */
    const char **columns; /* by position; NULL: a column without a name */
    size_t *same;         /* the first column of that name */
    size_t count;         /* columns, those without a name too */
    size_t named;         /* columns up to the last that has a name */
    bool repeats;         /* some name stands twice */
    bool free_quotes;     /* its first line quotes more than it must */
    const char **unique;  /* each name once, in order, ended by NULL */
    struct arena *arena;  /* all of the above */
};

/* Leaves rows behind the header. STOP 65 when there is none. */
enum status csv_header_open(struct csv_header *header, struct csv_rows *rows,
                            const struct reader_options *options,
                            struct names *names, struct notes *notes,
                            struct err *err);
/* The last line of a file, which has all its cells but no line end. */
void csv_note_open(struct notes *notes, uint64_t line);
void csv_header_close(struct csv_header *header);

#endif
