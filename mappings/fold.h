/*
 * fold.h - the parts of Unicode that cleaning and comparing need.
 *
 * fold.c is the only home of utf8proc. fold_name and fold_text are in clean.h.
 * All texts must be valid UTF-8; where one is not, it comes back unchanged.
 */
#ifndef MAPPINGS_FOLD_H
#define MAPPINGS_FOLD_H

#include "formats/arena.h"

/* NFC, blanks collapsed and case folded: for list elements and mailboxes. */
struct text fold_case(struct text text, struct arena *arena);

/* The code point at text.at[*at] of valid UTF-8; *at moves behind it. */
uint32_t fold_next(struct text text, size_t *at);
/* A letter, a mark on one, or a digit: what words are made of. */
bool fold_is_word(uint32_t point);
/* A decimal digit of any script. */
bool fold_is_digit(uint32_t point);
/* Any blank, also the ones outside ASCII. */
bool fold_is_blank(uint32_t point);
/* Printed without a trace: control, zero-width, direction marks, BOM. Tab and
 * line ends are not. */
bool fold_is_invisible(uint32_t point);
/* The sign of Indian scripts that takes a consonant's vowel away. */
bool fold_is_virama(uint32_t point);
/* Of a script that writes its words without blanks (Thai, Khmer, ...). */
bool fold_is_unspaced(uint32_t point);
/* Columns of a terminal that it takes: 0, 1, or 2 of the wide ones. */
size_t fold_width(uint32_t point);
/* The same of all of it. */
size_t fold_columns(struct text text);

#endif
