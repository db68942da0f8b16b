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

#endif
