/*
 * number_leaf.h - numbers of keys that are near, each with a customer who has
 * such a key, in one piece.
 *
 * Each stands as how far it is from the one before, and the customer: five
 * bytes in a store of a million, where a row of the store took thirteen. Place
 * and order: a number and its customer are one key of 64 bits, the number
 * first. A piece has the keys from its own place on to that of the next piece.
 */
#ifndef STATE_NUMBER_LEAF_H
#define STATE_NUMBER_LEAF_H

#include "formats/text.h"
#include "state/store.h"

enum {
    /* Four hundred bytes: little to go through for one of them, and some of
     * these rows fill a page of the file well. */
    NUMBERS_IN_LEAF = 80,
};

int64_t number_key(int64_t number, store_id customer);
store_id number_customer(int64_t key);

/* Adds a key that is behind *last, the one before it, at first the place. */
void number_add(struct buffer *leaf, int64_t *last, int64_t key);
/* Takes the first off the rest, *key: as `last` above, then it. False at its
 * end, and where something is left that is no key: that is damage. */
bool number_next(struct text *rest, int64_t *key);

#endif
