/*
 * test_key_set.c - a key is new once.
 */
#include "sync/key_set.h"

#include <criterion/criterion.h>

static struct key_set *set;

static void set_up(void)
{
    set = key_set_open();
}

static void tear_down(void)
{
    key_set_close(set);
}

TestSuite(key_set, .init = set_up, .fini = tear_down, .timeout = 20);

static bool add(uint64_t high, uint64_t low)
{
    return key_set_add(set, (struct print_key){high, low});
}

Test(key_set, a_key_is_new_the_first_time_only)
{
    cr_assert(add(1, 2));
    cr_assert_not(add(1, 2));
    cr_assert(add(2, 1));
    cr_assert_not(add(2, 1));
    cr_assert_not(add(1, 2));
}

Test(key_set, both_halves_of_a_key_count)
{
    cr_assert(add(7, 100));
    cr_assert(add(8, 100));
    cr_assert(add(7, 101));
    cr_assert_not(add(7, 100));
}

Test(key_set, a_key_of_zeros_is_a_key)
{
    cr_assert(add(0, 0));
    cr_assert_not(add(0, 0));
    cr_assert(add(0, 2));
    cr_assert(add(1, 0));
}

/* Keys are hashes, so they are spread like these. */
static uint64_t spread(uint64_t number)
{
    number = (number ^ (number >> 31)) * 0x9e3779b97f4a7c15u;
    return number ^ (number >> 29);
}

Test(key_set, it_grows_and_forgets_nothing)
{
    enum { COUNT = 50000 };

    for (uint64_t i = 0; i < COUNT; i++)
        cr_assert(add(spread(i + 1), spread(i + COUNT)));
    for (uint64_t i = 0; i < COUNT; i++)
        cr_assert_not(add(spread(i + 1), spread(i + COUNT)));
}

Test(key_set, sets_are_apart)
{
    struct key_set *other = key_set_open();

    cr_assert(add(1, 2));
    cr_assert(key_set_add(other, (struct print_key){1, 2}));
    key_set_close(other);
}

Test(key_set, closing_nothing_is_fine)
{
    key_set_close(NULL);
}

Test(key_set, a_key_is_there_once_it_was_added)
{
    cr_assert_not(key_set_has(set, (struct print_key){1, 2}));
    (void)add(1, 2);
    (void)add(0, 0);
    cr_assert(key_set_has(set, (struct print_key){1, 2}));
    cr_assert(key_set_has(set, (struct print_key){0, 0}));
    cr_assert_not(key_set_has(set, (struct print_key){2, 1}));
}
