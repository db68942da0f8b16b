/*
 * csv_quotes.h - what quote marks do to the lines around them when some of them
 * stand where none should.
 */
#ifndef FORMATS_CSV_QUOTES_H
#define FORMATS_CSV_QUOTES_H

#include "formats/text.h"

/*
 * Whether a quoted cell is open at the line's end. The line begins inside one
 * (open), or else in the middle of a bare cell.
 */
bool csv_stays_open(struct text line, bool open, char delimiter);

/*
 * Whether a row of several physical lines is several rows, joined by a quote
 * mark that does not belong there and pairs with a later one. Notes of several
 * lines hold commas, addresses and numbers too; only this is no note: with the
 * quote marks taken for text, the lines have as many cells as there are
 * columns, from the first to the last, with an email or a number to call in one
 * column of all, alike first cells, and no delimiter before a blank.
 */
bool csv_swallows_rows(struct text raw, size_t columns, char delimiter);

#endif
