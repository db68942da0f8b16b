/*
 * test_leaf.c - the prints of many customers in one piece.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "state/print_leaf.h"

static struct fingerprint numbered(uint32_t number)
{
    struct fingerprint print = {{0}};

    memcpy(print.bytes + 12, &number, sizeof(number));
    print.bytes[0] = 0xfe;
    return print;
}

/* Beside a table that says the same, with all that can be done to it. */
Test(leaf, says_what_was_put_last)
{
    enum { CUSTOMERS = 1 << LEAF_BITS, MOST = 3 };
    const store_id first = INT64_C(77) << LEAF_BITS;
    struct fingerprint model[CUSTOMERS][MOST];
    size_t counts[CUSTOMERS] = {0};
    struct buffer leaf = {0};
    uint32_t seed = 1;

    for (uint32_t round = 0; round < 20000; round++) {
        size_t at, count;
        bool moved;

        seed = seed * 1103515245 + 12345;
        at = seed >> 24;
        count = (seed >> 16) % (MOST + 1);
        for (size_t i = 0; i < count; i++)
            model[at][i] = numbered(round * MOST + (uint32_t)i);
        moved = leaf_put(&leaf, first + (store_id)at, model[at], count);
        cr_assert_eq(moved, count > 0 || counts[at] > 0);
        counts[at] = count;
        cr_assert_not(leaf_put(&leaf, first + (store_id)at, model[at], count));
        cr_assert_eq(leaf_has(buffer_view(&leaf), first + (store_id)at),
                     count > 0);
        if (round % 100 == 0 || round < 300) {
            struct text rest = buffer_view(&leaf);
            struct fingerprint print;
            store_id customer = 0;
            bool own;

            for (size_t c = 0; c < CUSTOMERS; c++) {
                for (size_t i = 0; i < counts[c]; i++) {
                    cr_assert(leaf_next(&rest, leaf_of(first), &customer,
                                        &print, &own));
                    cr_assert_eq(customer, first + (store_id)c);
                    cr_assert_eq(own, i == 0);
                    cr_assert_eq(memcmp(&print, &model[c][i], sizeof(print)),
                                 0);
                }
            }
            cr_assert_not(
                leaf_next(&rest, leaf_of(first), &customer, &print, &own));
        }
    }
    buffer_free(&leaf);
}

/* The file is private, and still input. */
Test(leaf, that_is_damaged_is_never_read_beyond)
{
    struct fingerprint prints[2] = {numbered(1), numbered(2)};
    struct buffer leaf = {0};

    for (store_id i = 0; i < 4; i++)
        (void)leaf_put(&leaf, i, prints, 2);
    for (size_t size = 0; size <= leaf.size; size++) {
        for (int fill = 0; fill < 3; fill++) {
            struct buffer copy = {0};
            char *exact = malloc(size + 1); /* a sanitizer watches its end */
            struct text rest = {exact, size};
            struct fingerprint print;
            store_id customer = 0;
            size_t count = 0;
            bool own;

            memcpy(exact, leaf.at, size);
            if (fill > 0)
                memset(exact, fill == 1 ? 0 : 255, size);
            buffer_add(&copy, exact, size);
            (void)leaf_has(rest, 3);
            while (leaf_next(&rest, 0, &customer, &print, &own))
                count++;
            cr_assert_leq(count, 8);
            (void)leaf_put(&copy, 2, prints, 1);
            cr_assert(leaf_has(buffer_view(&copy), 2));
            (void)leaf_put(&copy, 2, prints, 0);
            cr_assert_not(leaf_has(buffer_view(&copy), 2));
            buffer_free(&copy);
            free(exact);
        }
    }
    buffer_free(&leaf);
}
