/* waiting_numbers.c - see waiting_numbers.h. */
#include "state/waiting_numbers.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* 8 MiB of them, and a quarter of that for the slots: enough that each
     * page takes several at a time. */
    MOST = 512 * 1024,
    FIRST = 256,
};

struct numbers {
    struct waiting_number *at;
    size_t count, room; /* room is a power of two: as many slots */
    uint32_t *slots;    /* the last that came and did not go; 0: none */
};

struct numbers *numbers_open(void)
{
    struct numbers *numbers = calloc(1, sizeof(*numbers));

    if (numbers == NULL)
        abort();
    return numbers;
}

void numbers_close(struct numbers *numbers)
{
    if (numbers == NULL)
        return;
    free(numbers->at);
    free(numbers->slots);
    free(numbers);
}

static uint32_t *slot_of(const struct numbers *numbers, int64_t number)
{
    return &numbers->slots[(uint32_t)number & (numbers->room - 1)];
}

static void put_slot(struct numbers *numbers, size_t place)
{
    uint32_t *slot = slot_of(numbers, numbers->at[place].number);

    numbers->at[place].next = *slot;
    *slot = (uint32_t)place + 1;
}

static void grow(struct numbers *numbers)
{
    numbers->room = numbers->room == 0 ? FIRST : numbers->room * 2;
    numbers->at = realloc(numbers->at, numbers->room * sizeof(numbers->at[0]));
    free(numbers->slots);
    numbers->slots = calloc(numbers->room, sizeof(numbers->slots[0]));
    if (numbers->at == NULL || numbers->slots == NULL)
        abort();
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->at[i].customer > 0)
            put_slot(numbers, i);
    }
}

static void add(struct numbers *numbers, int64_t number, store_id customer)
{
    if (numbers->count == numbers->room)
        grow(numbers);
    numbers->at[numbers->count++] = (struct waiting_number){
        .number = (int32_t)number, .customer = customer};
}

void numbers_add(struct numbers *numbers, int64_t number, store_id customer)
{
    add(numbers, number, customer);
    put_slot(numbers, numbers->count - 1);
}

/* Not looked for among those that wait: one number may be everybody's. */
void numbers_take(struct numbers *numbers, int64_t number, store_id customer)
{
    add(numbers, number, -customer);
}

bool numbers_any(const struct numbers *numbers)
{
    return numbers->count > 0;
}

bool numbers_full(const struct numbers *numbers)
{
    return numbers->count >= MOST;
}

bool numbers_find(const struct numbers *numbers, int64_t number,
                  uint32_t *place, store_id *customer)
{
    uint32_t at = *place;

    if (numbers->count == 0)
        return false;
    at = at == 0 ? *slot_of(numbers, number) : numbers->at[at - 1].next;
    while (at != 0 && numbers->at[at - 1].number != number)
        at = numbers->at[at - 1].next;
    if (at == 0)
        return false;
    *place = at;
    *customer = numbers->at[at - 1].customer;
    return true;
}

static bool is_same(const struct waiting_number *a,
                    const struct waiting_number *b)
{
    return a->number == b->number && llabs(a->customer) == llabs(b->customer);
}

static int order(const void *left, const void *right)
{
    const struct waiting_number *a = left, *b = right;
    store_id one = llabs(a->customer), two = llabs(b->customer);

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (one != two)
        return one < two ? -1 : 1;
    return a->next < b->next ? -1 : 1;
}

const struct waiting_number *numbers_sorted(struct numbers *numbers,
                                            size_t *count)
{
    struct waiting_number *at = numbers->at;

    /* Nothing is found any more: when each came may stand in its place. */
    for (size_t i = 0; i < numbers->count; i++)
        at[i].next = (uint32_t)i;
    if (numbers->count > 1)
        qsort(at, numbers->count, sizeof(at[0]), order);
    *count = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        if (i + 1 == numbers->count || !is_same(&at[i], &at[i + 1]))
            at[(*count)++] = at[i];
    }
    return at;
}

void numbers_forget(struct numbers *numbers)
{
    if (numbers->count > 0)
        memset(numbers->slots, 0, numbers->room * sizeof(numbers->slots[0]));
    numbers->count = 0;
}
