/* print.c - the only home of xxHash; see print.h. */
#include "sync/print.h"

#include <string.h>
#include <xxhash.h>

static uint64_t word(const uint8_t seed[16], int which)
{
    uint64_t value;

    memcpy(&value, seed + 8 * which, sizeof(value));
    return value;
}

uint64_t print_seed(const uint8_t store_seed[16], struct text context)
{
    return XXH3_64bits_withSeed(context.at, context.size, word(store_seed, 0)) ^
           word(store_seed, 1);
}

struct fingerprint print_of(uint64_t seed, struct text raw)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(raw.at, raw.size, seed);
    XXH128_canonical_t canonical;
    struct fingerprint print;

    XXH128_canonicalFromHash(&canonical, hash);
    memcpy(print.bytes, canonical.digest, sizeof(print.bytes));
    return print;
}

struct print_key print_key(const uint8_t store_seed[16], int kind,
                           struct text value)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(
        value.at, value.size, word(store_seed, 1) + (uint64_t)kind);

    return (struct print_key){hash.high64, hash.low64};
}
