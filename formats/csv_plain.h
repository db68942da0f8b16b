/*
 * csv_plain.h - a line of a CSV in which no quote mark stands.
 *
 * There a delimiter is a delimiter wherever it stands, so that cells can be
 * counted, and taken from either end, without a parser. Blanks around a cell
 * are not part of it, as with libcsv: spaces and tabs, unless they delimit.
 */
#ifndef FORMATS_CSV_PLAIN_H
#define FORMATS_CSV_PLAIN_H

#include "formats/text.h"

/* Number of cells; of a line of blanks alone 0. */
size_t csv_plain_count(struct text line, char delimiter);
/* The first or last cell, and what is left of the line beside it. */
struct text csv_plain_first(struct text *line, char delimiter);
struct text csv_plain_last(struct text *line, char delimiter);

#endif
