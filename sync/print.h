/*
 * print.h - fingerprints of rows: has exactly this row been dealt with?
 *
 * XXH3 with the store's own random seed: fast, and of no use to anybody who
 * does not have the store. Never used for anything signed or secret.
 */
#ifndef SYNC_PRINT_H
#define SYNC_PRINT_H

#include "formats/text.h"
#include "state/store.h"

/* What a row's bytes mean depends on everything in context. */
uint64_t print_seed(const uint8_t store_seed[16], struct text context);
struct fingerprint print_of(uint64_t seed, struct text raw);
/* 128 bits of a key, for tables in memory. */
struct print_key {
    uint64_t high, low;
};
struct print_key print_key(const uint8_t store_seed[16], int kind,
                           struct text value);

#endif
