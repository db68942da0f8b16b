/* number_leaf.c - see number_leaf.h. */
#include "state/number_leaf.h"

#include <assert.h>

#include "state/keys.h"

int64_t number_key(int64_t number, store_id customer)
{
    assert(customer >= 0 && customer <= UINT32_MAX);
    return (int64_t)((uint64_t)number << 32 | (uint64_t)customer);
}

store_id number_customer(int64_t key)
{
    return (store_id)(uint32_t)key;
}

void number_add(struct buffer *leaf, int64_t *last, int64_t key)
{
    keys_add_number(leaf, (uint64_t)((key >> 32) - (*last >> 32)));
    keys_add_number(leaf, (uint32_t)key);
    *last = key;
}

bool number_next(struct text *rest, int64_t *key)
{
    struct text at = *rest;
    uint64_t far, customer;
    int64_t number;

    if (!keys_take_number(&at, &far) || !keys_take_number(&at, &customer) ||
        far > UINT32_MAX || customer > UINT32_MAX)
        return false;
    number = (*key >> 32) + (int64_t)far;
    if (number > INT32_MAX)
        return false;
    *key = number_key(number, (store_id)customer);
    *rest = at;
    return true;
}
