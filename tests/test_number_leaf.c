/*
 * test_number_leaf.c - numbers of keys, many in one row.
 */
#include "tests/store_fixture.h"

#include <string.h>

#include "state/inside.h"
#include "state/number_leaf.h"
#include "state/waiting_numbers.h"

TestSuite(number_leaf, .init = folder_make, .fini = folder_remove,
          .timeout = 60);

static const int64_t keys[] = {
    INT64_MIN + 1,          INT64_MIN + UINT32_MAX,   -1,        1, 2,
    (INT64_C(1) << 32) + 1, (INT64_C(1) << 32) + 200, INT64_MAX,
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void pack(struct buffer *leaf, int64_t place)
{
    for (size_t i = 0; i < KEYS; i++)
        number_add(leaf, &place, keys[i]);
}

Test(number_leaf, keys_come_back_as_they_were)
{
    const int64_t places[] = {INT64_MIN, keys[0]};

    for (size_t p = 0; p < 2; p++) {
        struct buffer leaf = {0};
        int64_t key = places[p];
        struct text rest;

        pack(&leaf, places[p]);
        rest = buffer_view(&leaf);
        for (size_t i = 0; i < KEYS; i++) {
            cr_assert(number_next(&rest, &key));
            cr_assert_eq(key, keys[i]);
        }
        cr_assert_eq(rest.size, 0);
        cr_assert_not(number_next(&rest, &key));
        buffer_free(&leaf);
    }
    cr_assert_eq(number_key(-5, 7) >> 32, -5);
    cr_assert_eq(number_customer(number_key(-5, UINT32_MAX)), UINT32_MAX);
}

/* The file is private, and still input. */
Test(number_leaf, that_is_damaged_ends_early_and_never_beyond)
{
    struct buffer leaf = {0};

    pack(&leaf, INT64_MIN);
    for (size_t size = 0; size <= leaf.size; size++) {
        for (int byte = -1; byte < 256; byte++) {
            char *copy = malloc(size + 1); /* a sanitizer watches its end */
            struct text rest = {copy, size};
            int64_t key = INT64_MIN;
            size_t count = 0;

            memcpy(copy, leaf.at, size);
            if (byte >= 0 && size > 0)
                copy[size / 2] = (char)byte;
            while (number_next(&rest, &key))
                count++;
            cr_assert_leq(count, size / 2);
            if (byte == -1 && size < leaf.size)
                cr_assert_lt(count, KEYS);
            free(copy);
        }
    }
    buffer_free(&leaf);
}

static void write_all(struct store *store)
{
    ok(store_numbers_write(store, &err));
}

static size_t count_of(struct store *store, int64_t number, store_id *sum)
{
    store_id at[NUMBERS_AT_ONCE], after = 0;
    size_t all = 0, count;

    *sum = 0;
    do {
        ok(store_numbers_find(store, number, after, at, &count, &err));
        for (size_t i = 0; i < count; i++) {
            cr_assert_gt(at[i], after);
            *sum += after = at[i];
        }
        all += count;
    } while (count == NUMBERS_AT_ONCE);
    return all;
}

/* Neighbours, and from the lowest to the highest that there is. */
static int64_t number_of(uint32_t n)
{
    return n == 63 ? INT32_MAX
                   : INT32_MIN + (int64_t)n * (n % 2 == 0 ? 1 : 1 << 26);
}

/*
 * Beside a table that says who has which number: few numbers of many, many of
 * few, in rounds that add and take, until there is nothing left.
 */
Test(number_leaf, the_table_says_what_was_written_last)
{
    enum { NUMBERS = 64, CUSTOMERS = 512, ROUNDS = 12 };
    static bool has[NUMBERS][CUSTOMERS];
    struct store *store = open_as(STORE_WRITE);
    uint32_t seed = 3;
    bool empty;

    ok(store_begin(store, &err));
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 8000; i++) {
            uint32_t n, c;
            bool come;

            seed = seed * 1103515245 + 12345;
            n = (seed >> 26) % NUMBERS;
            c = (seed >> 8) % CUSTOMERS;
            come = round < ROUNDS / 2 ? (seed >> 18) % 4 > 0
                                      : (seed >> 18) % 4 == 0;
            if (n % 8 != 0 && c % 16 != 0) /* most numbers have few */
                continue;
            (come ? numbers_add : numbers_take)(store->numbers, number_of(n),
                                                (store_id)c + 1);
            has[n][c] = come;
        }
        if (round == ROUNDS - 1) {
            for (int i = 0; i < NUMBERS * CUSTOMERS; i++) {
                uint32_t n = (uint32_t)i / CUSTOMERS,
                         c = (uint32_t)i % CUSTOMERS;

                numbers_take(store->numbers, number_of(n), c + 1);
                has[n][c] = false;
            }
        }
        write_all(store);
        for (uint32_t n = 0; n < NUMBERS; n++) {
            store_id sum, wanted = 0;
            size_t count = 0;

            for (int c = 0; c < CUSTOMERS; c++) {
                count += has[n][c];
                wanted += has[n][c] ? c + 1 : 0;
            }
            cr_assert_eq(count_of(store, number_of(n), &sum), count,
                         "round %d number %d", round, n);
            cr_assert_eq(sum, wanted);
        }
    }
    ok(store_is_empty(store, &empty, &err));
    cr_assert(empty); /* a row of nothing is no row */
    store_close(store);
}

/* Rather an error than a customer whom nobody finds any more. */
Test(number_leaf, a_damaged_one_stops_whoever_looks_or_writes)
{
    struct store *store = open_as(STORE_WRITE);
    store_id at[NUMBERS_AT_ONCE];
    size_t count;

    ok(store_begin(store, &err));
    numbers_add(store->numbers, 5, 1);
    numbers_add(store->numbers, 9, 1);
    write_all(store);
    ok(connection_run(&store->main,
                      "UPDATE customer_key SET entries ="
                      " CAST(substr(entries, 1, length(entries) - 1) AS BLOB)",
                      &err));
    cr_assert_eq(store_numbers_find(store, 9, 0, at, &count, &err), STOP);
    cr_assert_str_eq(err.code, "state_corrupt");
    numbers_add(store->numbers, 7, 1);
    cr_assert_eq(store_numbers_write(store, &err), STOP);
    cr_assert_str_eq(err.code, "state_corrupt");
    store_close(store);
}
