/*
 * csv_split.h - bytes to cells: the home of libcsv.
 *
 * It runs strict, because lax it may swallow a whole file without a word; a
 * quote mark inside an unquoted cell, which strict refuses too, is handed to
 * it as the literal that it is.
 */
#ifndef FORMATS_CSV_SPLIT_H
#define FORMATS_CSV_SPLIT_H

#include "formats/err.h"
#include "formats/text.h"

#include <csv.h>

/* To be freed by csv_free(). */
void csv_split_open(struct csv_parser *parser, char delimiter);
/* After an error a parser delivers made-up cells: it begins anew. */
void csv_split_restart(struct csv_parser *parser);
/*
 * Some bytes, with libcsv's own callbacks. OK; REJECT: text after a closing
 * quote, there bytes begins then; STOP: the cell is too large.
 */
enum status csv_feed(struct csv_parser *parser, struct text *bytes,
                     void (*cell)(void *, size_t, void *),
                     void (*row)(int, void *), void *self, struct err *err);

/* Sees one cell; it dies with the call. */
typedef void csv_cell(void *self, struct text cell);
/*
 * The cells of one row's raw bytes. OK, or REJECT in the middle; either way the
 * parser is ready for the next.
 */
enum status csv_split(struct csv_parser *parser, struct text raw,
                      csv_cell *cell, void *self, struct err *err);

#endif
