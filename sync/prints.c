/* prints.c - see prints.h. */
#include "sync/prints.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

void prints_add(struct prints *prints, const struct fingerprint *print,
                store_id customer, enum role role)
{
    if (prints->count == prints->room) {
        prints->room = prints->room == 0 ? 256 : prints->room * 2;
        prints->at = realloc(prints->at, prints->room * sizeof(prints->at[0]));
        if (prints->at == NULL)
            abort();
    }
    prints->at[prints->count++] = (struct known_print){
        .print = *print,
        .customer = (uint32_t)customer,
        .role = (uint8_t)role,
    };
}

/* The first 32 bits, which are as good as random. */
static uint32_t head_of(const struct fingerprint *print)
{
    const uint8_t *bytes = print->bytes;

    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static size_t slot_of(const struct prints *prints,
                      const struct fingerprint *print)
{
    return prints->bits == 0 ? 0 : head_of(print) >> (32 - prints->bits);
}

/* Where the slots end: each start is to be counted down from there. */
static void count_slots(struct prints *prints, size_t slots)
{
    uint32_t end = 0;

    for (size_t i = 0; i < prints->count; i++)
        prints->starts[slot_of(prints, &prints->at[i].print)]++;
    for (size_t slot = 0; slot <= slots; slot++)
        prints->starts[slot] = end += prints->starts[slot];
}

/*
 * Into coarse buckets first, of which each fits the cache: what moves between
 * slots from one end of a large table to the other waits for memory each time.
 */
static void fill_buckets(struct prints *prints)
{
    enum { BITS = 8, BUCKETS = 1 << BITS };
    size_t next[BUCKETS], end[BUCKETS];
    size_t slots = prints->bits < BITS ? 0 : (size_t)1 << (prints->bits - BITS);

    for (size_t b = 0, start = 0; b < BUCKETS && slots > 0; b++) {
        next[b] = start;
        end[b] = start = prints->starts[(b + 1) * slots - 1];
    }
    for (size_t b = 0; b < BUCKETS && slots > 0; b++) {
        while (next[b] < end[b]) {
            struct known_print *at = &prints->at[next[b]];
            struct known_print moved = *at;
            size_t to = head_of(&moved.print) >> (32 - BITS);

            *at = prints->at[next[to]];
            prints->at[next[to]++] = moved;
        }
    }
}

/* Each into its slot, in place: a million of them are too many to have twice.
 * Meanwhile one that has come to its place is marked by its state. */
static void fill_slots(struct prints *prints)
{
    for (size_t i = 0; i < prints->count; i++) {
        while (prints->at[i].state == KNOWN_GONE) {
            struct known_print moved = prints->at[i];
            size_t to = --prints->starts[slot_of(prints, &moved.print)];

            prints->at[i] = prints->at[to];
            prints->at[to] = moved;
            prints->at[to].state = KNOWN_MET;
        }
    }
    for (size_t i = 0; i < prints->count; i++)
        prints->at[i].state = KNOWN_GONE;
}

/* Of equal prints those of one customer stand together, its own row first. */
static int order_known(const void *left, const void *right)
{
    const struct known_print *a = left, *b = right;
    int order = memcmp(&a->print, &b->print, sizeof(a->print));

    if (order == 0)
        order = (a->customer > b->customer) - (a->customer < b->customer);
    return order != 0 ? order : (int)a->role - (int)b->role;
}

/* One slot for two prints: few are looked at, and it is small. */
void prints_index(struct prints *prints)
{
    size_t slots;

    while (prints->bits < 30 && (size_t)2 << prints->bits < prints->count)
        prints->bits++;
    slots = (size_t)1 << prints->bits;
    prints->starts = calloc(slots + 1, sizeof(prints->starts[0]));
    if (prints->starts == NULL)
        abort();
    count_slots(prints, slots);
    fill_buckets(prints);
    fill_slots(prints);
    for (size_t slot = 0; slot < slots; slot++) {
        uint32_t start = prints->starts[slot];
        uint32_t count = prints->starts[slot + 1] - start;

        if (count > 1)
            qsort(&prints->at[start], count, sizeof(prints->at[0]),
                  order_known);
    }
}

static uint64_t half_of(const struct fingerprint *print, size_t half)
{
    uint64_t word;

    memcpy(&word, print->bytes + half * sizeof(word), sizeof(word));
    return be64toh(word);
}

/* As memcmp, which is not worth a call for two words. */
static int order_of(const struct prints *prints, size_t i,
                    const struct fingerprint *print)
{
    const struct fingerprint *own = &prints->at[i].print;
    uint64_t one = half_of(own, 0), two = half_of(print, 0);

    if (one == two) {
        one = half_of(own, 1);
        two = half_of(print, 1);
    }
    return (one > two) - (one < two);
}

void prints_soon(const struct prints *prints, const struct fingerprint *wanted,
                 size_t count)
{
    if (prints->count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&prints->starts[slot_of(prints, &wanted[i])]);
    for (size_t i = 0; i < count; i++) {
        const struct known_print *at =
            prints->at + prints->starts[slot_of(prints, &wanted[i])];

        __builtin_prefetch(at, 1);
        __builtin_prefetch(at + 2, 1);
    }
}

/* Of equal ones those that were met come first. */
static struct known_print *first_gone(const struct prints *prints, size_t first,
                                      size_t end)
{
    size_t low = first, high = end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (prints->at[middle].state != KNOWN_GONE)
            low = middle + 1;
        else
            high = middle;
    }
    return &prints->at[low < end ? low : first];
}

/* From `low` on the first print that is not before, or is behind, this one. */
static size_t bound(const struct prints *prints, size_t low, size_t high,
                    const struct fingerprint *print, bool behind)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = order_of(prints, middle, print);

        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct known_print *prints_find(const struct prints *prints,
                                const struct fingerprint *print)
{
    size_t slot, first, end;

    if (prints->count == 0)
        return NULL;
    slot = slot_of(prints, print);
    end = prints->starts[slot + 1];
    first = bound(prints, prints->starts[slot], end, print, false);
    if (first == end || order_of(prints, first, print) != 0)
        return NULL;
    if (prints->at[first].state == KNOWN_GONE)
        return &prints->at[first];
    return first_gone(prints, first, bound(prints, first, end, print, true));
}

void prints_free(struct prints *prints)
{
    free(prints->at);
    free(prints->starts);
    *prints = (struct prints){0};
}
