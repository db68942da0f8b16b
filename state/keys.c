/* keys.c - see keys.h. */
#include "state/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { KIND_BITS = 4 };

int64_t keys_number(const uint8_t seed[16], int kind, struct text value)
{
    uint64_t word;

    memcpy(&word, seed, sizeof(word));
    return (int32_t)XXH3_64bits_withSeed(value.at, value.size,
                                         word + (uint64_t)kind);
}

void keys_add_number(struct buffer *out, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        buffer_byte(out, (char)(number | 128));
    buffer_byte(out, (char)number);
}

bool keys_take_number(struct text *rest, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; rest->size > 0 && shift < 63; shift += 7) {
        uint8_t byte = (uint8_t)*rest->at++;

        rest->size--;
        *number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

static int order(const void *left, const void *right)
{
    const struct store_key *a = left, *b = right;
    size_t least =
        a->value.size < b->value.size ? a->value.size : b->value.size;
    int order;

    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    order = least > 0 ? memcmp(a->value.at, b->value.at, least) : 0;
    return order != 0 ? order
                      : (a->value.size > b->value.size) -
                            (a->value.size < b->value.size);
}

void keys_pack(struct buffer *out, struct store_key *keys, size_t count)
{
    if (count > 1)
        qsort(keys, count, sizeof(*keys), order);
    for (size_t i = 0; i < count; i++) {
        assert(keys[i].kind >= 0 && keys[i].kind < 1 << KIND_BITS);
        if (i > 0 && order(&keys[i - 1], &keys[i]) == 0)
            continue;
        keys_add_number(out, (uint64_t)keys[i].source << KIND_BITS |
                                 (uint64_t)keys[i].kind);
        keys_add_number(out, keys[i].value.size);
        buffer_text(out, keys[i].value);
    }
}

bool keys_next(struct text *rest, struct store_key *key)
{
    uint64_t head, size;

    if (!keys_take_number(rest, &head) || !keys_take_number(rest, &size) ||
        size > rest->size)
        return false;
    *key = (struct store_key){
        .kind = (int)(head & ((1 << KIND_BITS) - 1)),
        .source = (store_id)(head >> KIND_BITS),
        .value = {rest->at, (size_t)size},
    };
    rest->at += size;
    rest->size -= (size_t)size;
    return true;
}

bool keys_have(struct text packed, int kind, struct text value, store_id source)
{
    struct store_key key;

    while (keys_next(&packed, &key)) {
        if (key.kind == kind && (source == 0 || key.source == source) &&
            text_equal(key.value, value))
            return true;
    }
    return false;
}
