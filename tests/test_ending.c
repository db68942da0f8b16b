/*
 * test_ending.c - which ends of a run need a person.
 */
#include "sync/ending.h"

#include <criterion/criterion.h>

TestSuite(ending, .timeout = 10);

Test(ending, what_only_a_person_can_mend_is_told_each_time)
{
    static const int exits[] = {1, 64, 65, 66, 70, 73, 74, 77, 78};

    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
        for (uint64_t in_a_row = 0; in_a_row < 5; in_a_row++)
            cr_expect(ending_needs_person(exits[i], in_a_row), "%d", exits[i]);
}

Test(ending, what_is_well_or_mends_itself_is_not)
{
    static const int exits[] = {0, 2, 75, 130, 143};

    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
        for (uint64_t in_a_row = 0; in_a_row < 30; in_a_row++)
            cr_expect_not(ending_needs_person(exits[i], in_a_row), "%d",
                          exits[i]);
}

Test(ending, a_provider_that_stays_away_is_told_ever_more_rarely)
{
    for (uint64_t in_a_row = 0; in_a_row < 30; in_a_row++)
        cr_expect_eq(ending_needs_person(69, in_a_row),
                     in_a_row == 3 || in_a_row == 6 || in_a_row == 12 ||
                         in_a_row == 24,
                     "%d", (int)in_a_row);
}

Test(ending, every_exit_has_its_own_word)
{
    cr_expect_str_eq(ending_word(0), "done");
    cr_expect_str_eq(ending_word(77), "credentials");
    cr_expect_str_eq(ending_word(130), "interrupted");
}
