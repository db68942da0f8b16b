/* print_leaf.c - see print_leaf.h. */
#include "state/print_leaf.h"

#include <string.h>

enum {
    PRINT = sizeof(struct fingerprint),
    ENTRY = 1 + PRINT,
};

int64_t leaf_of(store_id customer)
{
    return customer >> LEAF_BITS;
}

static uint8_t last_byte(store_id customer)
{
    return (uint8_t)(customer & ((1 << LEAF_BITS) - 1));
}

/* The place of the first entry that is of that byte or a greater one. */
static size_t bound(struct text leaf, unsigned byte)
{
    size_t low = 0, high = leaf.size / ENTRY;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((uint8_t)leaf.at[middle * ENTRY] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low * ENTRY;
}

static bool says(struct text entries, const struct fingerprint *prints,
                 size_t count)
{
    if (entries.size != count * ENTRY)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(entries.at + i * ENTRY + 1, prints[i].bytes, PRINT) != 0)
            return false;
    }
    return true;
}

bool leaf_put(struct buffer *leaf, store_id customer,
              const struct fingerprint *prints, size_t count)
{
    unsigned byte = last_byte(customer);
    struct text view = buffer_view(leaf);
    size_t from = bound(view, byte), to = bound(view, byte + 1);
    size_t whole = leaf->size - leaf->size % ENTRY;
    char entry[ENTRY] = {0};

    if (says((struct text){view.at + from, to - from}, prints, count))
        return false;
    /* As long as it will be, then what is behind goes to its place. */
    for (size_t i = to - from; i < count * ENTRY; i += ENTRY)
        buffer_add(leaf, entry, ENTRY);
    if (whole > to)
        memmove(leaf->at + from + count * ENTRY, leaf->at + to, whole - to);
    leaf->size = whole - (to - from) + count * ENTRY;
    leaf->at[leaf->size] = '\0';
    for (size_t i = 0; i < count; i++, from += ENTRY) {
        leaf->at[from] = (char)byte;
        memcpy(leaf->at + from + 1, prints[i].bytes, PRINT);
    }
    return true;
}

bool leaf_has(struct text leaf, store_id customer)
{
    unsigned byte = last_byte(customer);

    return bound(leaf, byte) < bound(leaf, byte + 1);
}

bool leaf_next(struct text *rest, int64_t leaf, store_id *customer,
               struct fingerprint *print, bool *own)
{
    store_id next;

    if (rest->size < ENTRY)
        return false;
    next = leaf << LEAF_BITS | (uint8_t)rest->at[0];
    *own = next != *customer;
    *customer = next;
    memcpy(print->bytes, rest->at + 1, PRINT);
    rest->at += ENTRY;
    rest->size -= ENTRY;
    return true;
}
