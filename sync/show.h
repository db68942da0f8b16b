/*
 * show.h - words of strangers on a terminal.
 *
 * Nothing that moves its cursor or turns round what stands beside it, and
 * nothing endless: values, ids, names of files and sources, a provider's words.
 */
#ifndef SYNC_SHOW_H
#define SYNC_SHOW_H

#include "formats/text.h"

/* The first letters of it; what must not be shown is a blank or a '?'. */
void show_safely(struct buffer *out, struct text text, size_t letters);
/*
 * Lines for a terminal of that many columns: a line that is longer is broken
 * between words and goes on below where it began, so that what stands aligned
 * or indented stays so. A word that is longer than a line is left to the
 * terminal.
 */
void show_wrapped(struct buffer *out, struct text lines, size_t columns);
/* Columns of the terminal there; 0: it is none. */
size_t show_columns(int fd);

#endif
