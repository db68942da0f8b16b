/*
 * keys.h - a customer's keys in one piece, and the number that finds them.
 *
 * Piece by piece: source and kind, size, value; in the order of source, kind
 * and value. The number is 32 bits under the store's own seed, so that nobody
 * can choose keys that share one; few do by chance, and whoever finds a
 * customer by it looks at the keys themselves.
 */
#ifndef STATE_KEYS_H
#define STATE_KEYS_H

#include "formats/text.h"
#include "state/store.h"

int64_t keys_number(const uint8_t seed[16], int kind, struct text value);

/* Sorts them; one that is there twice is added once. */
void keys_pack(struct buffer *out, struct store_key *keys, size_t count);
/* Takes the first off the rest; false at its end. Its value is borrowed. */
bool keys_next(struct text *rest, struct store_key *key);
/* source 0: of any. */
bool keys_have(struct text packed, int kind, struct text value,
               store_id source);

/* Seven bits a byte, the lowest first; the last byte is below 128. */
void keys_add_number(struct buffer *out, uint64_t number);
/* Off the rest; false when it ends before. */
bool keys_take_number(struct text *rest, uint64_t *number);

#endif
