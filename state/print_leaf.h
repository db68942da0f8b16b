/*
 * print_leaf.h - the prints of customers whose numbers are near, in one piece.
 *
 * A row of the store costs more than half of what a print takes, and a step of
 * SQLite to read. So the prints of 256 customers stand together, each behind
 * the last byte of its customer, in the order of customers: 17 bytes, and an
 * unchanged night reads 4 KiB at a time. Of more customers each would need two
 * bytes, and of fewer two pieces do not fit a page of the file, or waste it.
 */
#ifndef STATE_PRINT_LEAF_H
#define STATE_PRINT_LEAF_H

#include "formats/text.h"
#include "state/store.h"

enum { LEAF_BITS = 8 }; /* of a customer, that tell it from others of a leaf */

int64_t leaf_of(store_id customer);
/* Replaces all of that customer, who belongs there; the first is that of the
 * row at which the customer is counted. False: it said the same already. */
bool leaf_put(struct buffer *leaf, store_id customer,
              const struct fingerprint *prints, size_t count);
/* Any of that customer? */
bool leaf_has(struct text leaf, store_id customer);
/* Takes the next one off the rest; false at its end. own: the first of its
 * customer, where *customer is the one of the last call, or 0. */
bool leaf_next(struct text *rest, int64_t leaf, store_id *customer,
               struct fingerprint *print, bool *own);

#endif
