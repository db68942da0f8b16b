/*
 * csv_cell.h - one cell of a CSV: what stands around its text, and what it
 * looks like.
 *
 * The reader and the writer both ask here, so that what one puts around a text
 * is what the other takes off.
 */
#ifndef FORMATS_CSV_CELL_H
#define FORMATS_CSV_CELL_H

#include "formats/text.h"

/*
 * The text inside a spreadsheet's wrapper: one apostrophe off where apostrophes
 * stand before = + - @ tab or CR, and ="..." off where nothing inside is a
 * quote mark. Sets *marks (enum node_mark).
 */
struct text csv_unwrap(struct text cell, unsigned char *marks);
/* Whether the reader would take something off this text. */
bool csv_is_wrapped(struct text cell);
/*
 * Whether a spreadsheet might take the text for a formula. Phones and numbers
 * (+61 491 570 006, -12.50) are none.
 */
bool csv_is_formula(struct text cell);
/* Whether it is read differently without quote marks around it. */
bool csv_needs_quotes(struct text cell, char delimiter);

/* TOTAL, Totals:, Grand total, but not Totally Clean Pty Ltd. */
bool csv_is_total(struct text cell);
/* Whether it holds an email or a number to call, not a sum. */
bool csv_reaches(struct text cell);

/* Behind the blanks at i, which may stand before a cell's quote mark. */
size_t csv_skip_blanks(struct text raw, size_t i, char delimiter);
/* The quote mark that closes the cell which opens before i, or raw.size. */
size_t csv_closing_quote(struct text raw, size_t i);
/* The delimiter at i or behind it, or raw.size. */
size_t csv_next_delimiter(struct text raw, size_t i, char delimiter);

/*
 * How many cells of a row's raw bytes stand in quote marks that they do not
 * need. By exactly one of them the writer tells a record that looks like none
 * (blank, a total, the header again); programs that quote for safety quote all
 * or none.
 */
size_t csv_free_quotes(struct text raw, char delimiter);

#endif
