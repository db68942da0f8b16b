/*
 * test_keys.c - a customer's keys in one piece, and found by a number.
 */
#include "tests/store_fixture.h"

#include <string.h>

#include "state/keys.h"

TestSuite(keys, .init = folder_make, .fini = folder_remove, .timeout = 60);

static struct text pack(struct store_key *keys, size_t count)
{
    struct buffer packed = {0};
    struct text out;

    keys_pack(&packed, keys, count);
    out = arena_text(arena, buffer_view(&packed));
    buffer_free(&packed);
    return out;
}

Test(keys, come_back_in_order_whatever_they_say)
{
    char big[70000];
    struct store_key all[] = {
        {3, 900000, TEXT("z")},
        {1, 2, TEXT("")},
        {1, 2, {"nul\0inside", 10}},
        {1, 2, TEXT("nul")},
        {15, 1, {big, sizeof(big)}},
        {0, 1, TEXT("C1")},
        {0, 1, TEXT("C1")},
        {0, 1, TEXT("C")},
        {0, INT64_C(1) << 40, TEXT("\xff")},
    };
    enum { COUNT = sizeof(all) / sizeof(all[0]) };
    struct store_key key, last = {.kind = -1};
    struct text rest, packed;
    size_t count = 0;

    memset(big, 'b', sizeof(big));
    packed = rest = pack(all, COUNT);
    while (keys_next(&rest, &key)) {
        cr_assert(key.source >= last.source);
        cr_assert(key.source > last.source || key.kind >= last.kind);
        last = key;
        count++;
    }
    cr_assert_eq(rest.size, 0);
    cr_assert_eq(count, COUNT - 1); /* one was there twice */
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert(keys_have(packed, all[i].kind, all[i].value, 0));
        cr_assert(keys_have(packed, all[i].kind, all[i].value, all[i].source));
        cr_assert_not(
            keys_have(packed, all[i].kind, all[i].value, all[i].source + 1));
        cr_assert_not(keys_have(packed, 7, all[i].value, 0));
    }
    cr_assert_not(keys_have(packed, 0, TEXT("C12"), 0));
    cr_assert_not(keys_have(packed, 1, TEXT("nul\\0inside"), 0));
}

/* The file is private, and still input. */
Test(keys, what_is_damaged_ends_early_and_never_beyond)
{
    struct store_key all[] = {{0, 1, TEXT("C1")}, {1, 300, TEXT("a@b")}};
    struct text packed = pack(all, 2);

    for (size_t size = 0; size < packed.size; size++) {
        char *copy = malloc(size + 1); /* a sanitizer watches its end */
        struct text rest = {copy, size};
        struct store_key key;
        size_t count = 0;

        memcpy(copy, packed.at, size);
        while (keys_next(&rest, &key))
            count++;
        cr_assert_lt(count, 2);
        free(copy);
    }
    for (int byte = 128; byte < 256; byte++) {
        char wild[40];
        struct text rest = {wild, sizeof(wild)};
        struct store_key key;

        memset(wild, byte, sizeof(wild));
        cr_assert_not(keys_next(&rest, &key));
    }
}

/* Two keys of one number: sought until there are some, which takes a moment. */
static void find_twins(const uint8_t seed[16], struct text *a, struct text *b)
{
    enum { ROOM = 1 << 20 };
    uint32_t *seen = calloc(ROOM, sizeof(*seen));

    for (uint32_t i = 1;; i++) {
        struct text value = arena_print(arena, "%u@example.com", (unsigned)i);
        int64_t number = keys_number(seed, 1, value);
        uint32_t *slot = &seen[(uint64_t)number % ROOM];

        if (*slot != 0) {
            *a = arena_print(arena, "%u@example.com", (unsigned)*slot);
            *b = value;
            if (keys_number(seed, 1, *a) == number)
                break;
        }
        *slot = i;
    }
    free(seen);
}

static size_t known(struct store *store, struct text value)
{
    store_id found[4];
    size_t count;

    ok(store_customers_by_key(store, 1, value, 0, found, 4, &count, &err));
    return count;
}

Test(keys, whose_number_is_the_same_are_never_one_customer)
{
    struct store *store = open_as(STORE_WRITE);
    struct store_key keys[2] = {{.kind = 1}, {.kind = 1}};
    struct text a, b;
    store_id ann, bob;
    uint8_t seed[16];

    ok(store_seed(store, seed, &err));
    find_twins(seed, &a, &b);
    ok(store_begin(store, &err));
    ok(store_customer_new(store, &ann, &err));
    ok(store_customer_new(store, &bob, &err));
    keys[0].value = a;
    ok(store_customer_keys_put(store, ann, 1, keys, 1, &err));
    cr_assert(known(store, a) == 1 && known(store, b) == 0);
    keys[0].value = b;
    ok(store_customer_keys_put(store, bob, 1, keys, 1, &err));
    cr_assert(known(store, a) == 1 && known(store, b) == 1);

    /* Both at one customer: the number goes with the last of them. */
    keys[1].value = a;
    ok(store_customer_keys_put(store, ann, 1, keys, 2, &err));
    cr_assert(known(store, a) == 1 && known(store, b) == 2);
    ok(store_customer_keys_put(store, ann, 1, keys, 1, &err));
    cr_assert(known(store, a) == 0 && known(store, b) == 2);
    ok(store_customer_keys_put(store, ann, 1, NULL, 0, &err));
    cr_assert(known(store, a) == 0 && known(store, b) == 1);
    store_close(store);
}

Test(keys, of_a_customer_that_is_not_there_are_our_bug)
{
    struct store *store = open_as(STORE_WRITE);
    struct store_key key = {.kind = 1, .value = TEXT("a@example.com")};

    ok(store_begin(store, &err));
    cr_assert_eq(store_customer_keys_put(store, 7, 1, &key, 1, &err), STOP);
    cr_assert_eq(err.exit, EXIT_BUG);
    store_close(store);
}
