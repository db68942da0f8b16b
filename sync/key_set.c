/* key_set.c - open addressing, doubled when half full; see key_set.h. */
#include "sync/key_set.h"

#include <stdlib.h>

struct key_set {
    struct print_key *at;
    size_t count, room;
};

struct key_set *key_set_open(void)
{
    struct key_set *set = calloc(1, sizeof(*set));

    if (set == NULL)
        abort();
    return set;
}

void key_set_close(struct key_set *set)
{
    if (set == NULL)
        return;
    free(set->at);
    free(set);
}

static struct print_key *slot(const struct key_set *set, struct print_key key)
{
    size_t at = key.low & (set->room - 1);

    while ((set->at[at].high | set->at[at].low) != 0 &&
           (set->at[at].high != key.high || set->at[at].low != key.low))
        at = (at + 1) & (set->room - 1);
    return &set->at[at];
}

static void widen(struct key_set *set)
{
    struct key_set wider = {.room = set->room == 0 ? 64 : set->room * 2};

    wider.at = calloc(wider.room, sizeof(wider.at[0]));
    if (wider.at == NULL)
        abort();
    for (size_t i = 0; i < set->room; i++) {
        if ((set->at[i].high | set->at[i].low) != 0)
            *slot(&wider, set->at[i]) = set->at[i];
    }
    free(set->at);
    set->at = wider.at;
    set->room = wider.room;
}

bool key_set_add(struct key_set *set, struct print_key key)
{
    struct print_key *at;

    key.low |= key.high == 0 && key.low == 0; /* zero marks a free slot */
    if (set->count * 2 >= set->room)
        widen(set);
    at = slot(set, key);
    if (at->high == key.high && at->low == key.low)
        return false;
    *at = key;
    set->count++;
    return true;
}

bool key_set_has(const struct key_set *set, struct print_key key)
{
    const struct print_key *at;

    key.low |= key.high == 0 && key.low == 0;
    if (set->room == 0)
        return false;
    at = slot(set, key);
    return at->high == key.high && at->low == key.low;
}
