/*
 * test_prints.c - last night's rows are found by their prints, each once.
 */
#include "sync/prints.h"

#include "transcript.h"

#include <stdlib.h>

TestSuite(prints, .timeout = 30);

static struct fingerprint print_of_number(uint32_t head, uint8_t tail)
{
    struct fingerprint print = {0};

    for (int i = 0; i < 4; i++)
        print.bytes[i] = (uint8_t)(head >> (24 - 8 * i));
    print.bytes[15] = tail;
    return print;
}

Test(prints, nothing_is_known_of_an_empty_night)
{
    struct prints prints = {0};
    struct fingerprint print = print_of_number(7, 0);

    cr_assert_null(prints_find(&prints, &print));
    prints_index(&prints);
    cr_assert_null(prints_find(&prints, &print));
    prints_free(&prints);
}

Test(prints, each_is_found_and_what_lies_between_is_not)
{
    for (uint32_t count = 1; count < 3000; count = count * 3 + 1) {
        struct prints prints = {0};
        uint32_t step = UINT32_MAX / count;

        for (uint32_t i = 0; i < count; i++) {
            struct fingerprint print = print_of_number(i * step, 1);

            prints_add(&prints, &print, i + 1, ROLE_OWN);
        }
        prints_index(&prints);
        for (uint32_t i = 0; i < count; i++) {
            struct fingerprint print = print_of_number(i * step, 1);
            struct fingerprint before = print_of_number(i * step, 0);
            struct fingerprint behind = print_of_number(i * step, 2);
            struct known_print *known = prints_find(&prints, &print);

            cr_assert_not_null(known);
            cr_assert_eq(known->customer, i + 1);
            cr_assert_null(prints_find(&prints, &before));
            cr_assert_null(prints_find(&prints, &behind));
        }
        prints_free(&prints);
    }
}

/* As a store gives them: in the order of customers. */
Test(prints, they_come_in_any_order)
{
    enum { COUNT = 50000 };
    struct prints prints = {0};
    uint32_t head = 1;

    for (uint32_t i = 0; i < COUNT; i++) {
        struct fingerprint print =
            print_of_number(head = head * 1664525 + 1013904223, (uint8_t)i);

        prints_add(&prints, &print, i + 1, ROLE_OWN);
        if (i % 7 == 0) /* its own row comes before the others */
            prints_add(&prints, &print, i + 1, ROLE_MERGED);
    }
    prints_index(&prints);
    head = 1;
    for (uint32_t i = 0; i < COUNT; i++) {
        struct fingerprint print =
            print_of_number(head = head * 1664525 + 1013904223, (uint8_t)i);
        struct known_print *known = prints_find(&prints, &print);

        cr_assert_not_null(known);
        cr_assert_eq(known->customer, i + 1);
        cr_assert_eq(known->role, ROLE_OWN);
        cr_assert_eq(known->state, KNOWN_GONE);
        known->state = KNOWN_MET;
        if (i % 7 == 0)
            cr_assert_eq(prints_find(&prints, &print)->role, ROLE_MERGED);
    }
    for (size_t i = 1; i < prints.count; i++)
        cr_assert_leq(memcmp(&prints.at[i - 1].print, &prints.at[i].print,
                             sizeof(struct fingerprint)),
                      0);
    prints_free(&prints);
}

Test(prints, prints_with_one_beginning_are_told_apart)
{
    struct prints prints = {0};

    for (int i = 0; i < 256; i++) {
        struct fingerprint print = print_of_number(99, (uint8_t)i);

        prints_add(&prints, &print, i + 1, ROLE_OWN);
    }
    prints_index(&prints);
    for (int i = 255; i >= 0; i--) {
        struct fingerprint print = print_of_number(99, (uint8_t)i);

        cr_assert_eq(prints_find(&prints, &print)->customer, i + 1);
    }
    prints_free(&prints);
}

Test(prints, rule10_rows_that_are_equal_are_met_one_after_the_other)
{
    enum { EQUAL = 300000 };
    struct fingerprint print = print_of_number(5, 5);
    struct fingerprint other = print_of_number(6, 0);
    struct prints prints = {0};

    for (int i = 0; i < EQUAL; i++)
        prints_add(&prints, &print, i + 1, i == 0 ? ROLE_OWN : ROLE_MERGED);
    prints_add(&prints, &other, EQUAL + 1, ROLE_OWN);
    prints_index(&prints);
    for (int i = 0; i < EQUAL; i++) {
        struct known_print *known = prints_find(&prints, &print);

        cr_assert_eq(known->state, KNOWN_GONE);
        cr_assert_eq(known->customer, i + 1);
        known->state = KNOWN_MET;
    }
    cr_assert_eq(prints_find(&prints, &print)->state, KNOWN_MET);
    cr_assert_eq(prints_find(&prints, &other)->state, KNOWN_GONE);
    prints_free(&prints);
}
