/*
 * key_set.h - a set of 128-bit keys: which unique keys this plan gave away.
 */
#ifndef SYNC_KEY_SET_H
#define SYNC_KEY_SET_H

#include <stdbool.h>

#include "sync/print.h"

struct key_set;

struct key_set *key_set_open(void);
void key_set_close(struct key_set *set); /* NULL is fine */
/* True when it was not there before. */
bool key_set_add(struct key_set *set, struct print_key key);
bool key_set_has(const struct key_set *set, struct print_key key);

#endif
