/*
 * csv_shapes.h - what stands in the columns of a CSV, learned from some rows.
 *
 * Only to weigh whether bytes are one row or two. Nothing is told of a column
 * with free text in it, or of which fewer than two cells were seen; but an
 * address does not fit where no row has one.
 */
#ifndef FORMATS_CSV_SHAPES_H
#define FORMATS_CSV_SHAPES_H

#include "formats/csv_rows.h"

/* KEY: a number, a phone, a date, a code of letters and digits. */
enum csv_shape { SHAPE_BLANK, SHAPE_KEY, SHAPE_MAIL, SHAPE_WORDS, SHAPES };

struct csv_shapes {
    uint32_t (*seen)[SHAPES]; /* by column; borrowed */
    size_t count;             /* columns */
    size_t rows;              /* that were learned from */
    size_t width;             /* cells of all whole rows; 0: none so far */
};

/* How the cells of some bytes fit. */
struct csv_fit {
    enum csv_shape first; /* of the first cell */
    size_t apart;         /* cells that do not fit, as a row by itself */
    size_t joined;        /* the same, as the rest of a row */
};

enum csv_shape csv_shape(struct text cell);
/* A row; named: cells that a whole one has at least. */
void csv_shapes_learn(struct csv_shapes *shapes, struct csv_parser *parser,
                      const struct csv_row *row, size_t named);
/* column: where the first cell stands as the rest of a row. */
struct csv_fit csv_shapes_fit(const struct csv_shapes *shapes,
                              struct csv_parser *parser, struct text raw,
                              size_t column);
/* Whether all first cells so far were keys. */
bool csv_shapes_keyed(const struct csv_shapes *shapes);

#endif
