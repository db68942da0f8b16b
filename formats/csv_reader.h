/*
 * csv_reader.h - the parts of csv.c's reader.
 */
#ifndef FORMATS_CSV_READER_H
#define FORMATS_CSV_READER_H

#include "formats/csv_header.h"
#include "formats/csv_shapes.h"

enum csv_aside_kind { CSV_TITLE, CSV_TOTAL, CSV_HEADER_AGAIN, CSV_ASIDES };

struct csv {
    struct csv_rows rows;
    struct csv_header header;
    struct csv_parser parser; /* of one row's fields */
    struct notes notes;
    struct tally tally;
    enum row_end last_end; /* of the row above, blank ones aside */
    enum row_end before;   /* of the row above that */
    uint64_t last_line;    /* of the row above */
    struct csv_shapes shapes;
    bool looked; /* rows ahead of the first short one were learned from */
    bool ragged; /* some rows leave out their last cells */
    struct {
        uint64_t count, first; /* first: its line */
        bool whole;            /* some row is not */
    } shorts;
    struct buffer digest;
    struct input *input;
    unsigned char *keys; /* rows.keys; in the header's arena */
    bool blank_ends;     /* some row so far ended in a bare delimiter */
    uint64_t wide;       /* rows with more filled cells than columns */
    uint64_t braces;
    /* Lines that are no records and worth a word, by kind. */
    struct csv_aside {
        uint64_t count, last; /* last: its line */
    } asides[CSV_ASIDES];
    bool ended;
    /* A row that was read to see whether it belongs to the record above. */
    bool ahead;
    enum status ahead_status;
    struct csv_row ahead_row;
    struct err ahead_err;
};

/* csv_next.c: the next record, by the rules of what is none. */
enum status csv_next(void *self, struct record *record, struct err *err);
/* Whether a row is no record; quiet: nothing is noted or counted. */
bool csv_is_no_record(struct csv *csv, const struct csv_row *row, bool quiet);

/*
 * csv_torn.c: whether a row, just read, goes on in those below it, because a
 * line end stands in a cell without quotes: REJECT, and row holds all of its
 * pieces.
 */
enum status csv_torn(struct csv *csv, struct csv_row *row, struct err *err);
/* A row that is a record and in one piece. */
void csv_torn_learn(struct csv *csv, const struct csv_row *row);

/* csv_fields.c: the cells of a record by the names of their columns. */
struct csv_taking {
    const struct csv_header *header;
    struct arena *arena;
    struct node *object;
    struct node **nodes; /* by column; NULL when no name stands twice */
    size_t index, filled;
};

void csv_taking_open(struct csv_taking *taking, const struct csv *csv,
                     struct arena *arena, struct node *object);
void csv_take_cell(void *self, struct text cell);
enum status csv_fields(void *self, struct text raw, struct arena *arena,
                       struct node **object, struct err *err);

/* csv_salvage.c: the cells of a row that cannot be taken apart. */
struct node *csv_salvage(void *self, struct text raw, const char *code,
                         struct arena *arena);

#endif
