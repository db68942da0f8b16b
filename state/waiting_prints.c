/* waiting_prints.c - see waiting_prints.h. */
#include "state/waiting_prints.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* 5 MiB of customers and 2 to 4 of their prints: of a night that judges
     * everybody anew each leaf is written a few times. */
    MOST = 128 * 1024,
    MOST_PRINTS = 2 * MOST,
    FIRST = 256,
};

struct waiting {
    struct waiting_prints *at;
    size_t count, room; /* room is a power of two: as many slots */
    uint32_t *slots;    /* by customer, the last that came; 0: none */
    struct fingerprint *prints;
    size_t prints_count, prints_room;
};

struct waiting *waiting_open(void)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (waiting == NULL)
        abort();
    return waiting;
}

void waiting_close(struct waiting *waiting)
{
    if (waiting == NULL)
        return;
    free(waiting->at);
    free(waiting->slots);
    free(waiting->prints);
    free(waiting);
}

/* Their numbers are given out one after the other. */
static uint32_t *slot_of(const struct waiting *waiting, store_id customer)
{
    return &waiting->slots[(uint64_t)customer & (waiting->room - 1)];
}

static void put_slot(struct waiting *waiting, size_t place)
{
    uint32_t *slot = slot_of(waiting, waiting->at[place].customer);

    waiting->at[place].next = *slot;
    *slot = (uint32_t)place + 1;
}

static void grow(struct waiting *waiting)
{
    waiting->room = waiting->room == 0 ? FIRST : waiting->room * 2;
    waiting->at = realloc(waiting->at, waiting->room * sizeof(waiting->at[0]));
    free(waiting->slots);
    waiting->slots = calloc(waiting->room, sizeof(waiting->slots[0]));
    if (waiting->at == NULL || waiting->slots == NULL)
        abort();
    for (size_t i = 0; i < waiting->count; i++)
        put_slot(waiting, i);
}

static uint32_t add_prints(struct waiting *waiting,
                           const struct fingerprint *prints, size_t count)
{
    size_t start = waiting->prints_count;

    while (start + count > waiting->prints_room) {
        waiting->prints_room =
            waiting->prints_room == 0 ? FIRST : waiting->prints_room * 2;
        waiting->prints = realloc(
            waiting->prints, waiting->prints_room * sizeof(waiting->prints[0]));
        if (waiting->prints == NULL)
            abort();
    }
    if (count > 0)
        memcpy(&waiting->prints[start], prints, count * sizeof(*prints));
    waiting->prints_count += count;
    return (uint32_t)start;
}

static struct waiting_prints *find(const struct waiting *waiting,
                                   store_id source, store_id account,
                                   store_id customer)
{
    uint32_t at = waiting->count > 0 ? *slot_of(waiting, customer) : 0;

    for (; at != 0; at = waiting->at[at - 1].next) {
        struct waiting_prints *prints = &waiting->at[at - 1];

        if (prints->customer == customer && prints->source == source &&
            prints->account == account)
            return prints;
    }
    return NULL;
}

void waiting_put(struct waiting *waiting, store_id source, store_id account,
                 store_id customer, const struct fingerprint *prints,
                 size_t count)
{
    struct waiting_prints *at = find(waiting, source, account, customer);

    if (at == NULL) {
        if (waiting->count == waiting->room)
            grow(waiting);
        at = &waiting->at[waiting->count];
        *at = (struct waiting_prints){
            .source = source, .account = account, .customer = customer};
        put_slot(waiting, waiting->count++);
    }
    at->prints = add_prints(waiting, prints, count);
    at->count = (uint32_t)count;
}

bool waiting_any(const struct waiting *waiting)
{
    return waiting->count > 0;
}

bool waiting_full(const struct waiting *waiting)
{
    return waiting->count >= MOST || waiting->prints_count >= MOST_PRINTS;
}

const struct waiting_prints *waiting_next(const struct waiting *waiting,
                                          store_id customer, uint32_t *place)
{
    uint32_t at = *place;

    if (waiting->count == 0)
        return NULL;
    at = at == 0 ? *slot_of(waiting, customer) : waiting->at[at - 1].next;
    while (at != 0 && waiting->at[at - 1].customer != customer)
        at = waiting->at[at - 1].next;
    *place = at;
    return at == 0 ? NULL : &waiting->at[at - 1];
}

const struct waiting_prints *waiting_find(const struct waiting *waiting,
                                          store_id source, store_id account,
                                          store_id customer)
{
    return find(waiting, source, account, customer);
}

const struct fingerprint *waiting_at(const struct waiting *waiting,
                                     const struct waiting_prints *prints)
{
    return prints->count > 0 ? &waiting->prints[prints->prints] : NULL;
}

static int order(const void *left, const void *right)
{
    const struct waiting_prints *a = left, *b = right;

    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    return (a->customer > b->customer) - (a->customer < b->customer);
}

const struct waiting_prints *waiting_sorted(struct waiting *waiting,
                                            size_t *count)
{
    if (waiting->count > 1)
        qsort(waiting->at, waiting->count, sizeof(waiting->at[0]), order);
    *count = waiting->count;
    return waiting->at;
}

void waiting_forget(struct waiting *waiting)
{
    if (waiting->count > 0)
        memset(waiting->slots, 0, waiting->room * sizeof(waiting->slots[0]));
    waiting->count = waiting->prints_count = 0;
}
