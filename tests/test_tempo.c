/*
 * test_tempo.c - the picture of a run keeps every request, however long it was.
 */
#include "sync/tempo.h"

#include <criterion/criterion.h>

TestSuite(tempo, .timeout = 10);

static uint64_t all_sent(const struct tempo *tempo)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < TEMPO_PARTS; i++)
        sum += tempo->parts[i].sent;
    return sum;
}

static uint64_t all_waited(const struct tempo *tempo)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < TEMPO_PARTS; i++)
        sum += tempo->parts[i].waited_ms;
    return sum;
}

Test(tempo, a_request_lies_in_the_part_of_its_time)
{
    struct tempo tempo = {0};

    tempo_sent(&tempo, 1000000);
    tempo_sent(&tempo, 1000249);
    tempo_sent(&tempo, 1000250);
    cr_assert_eq(tempo.part_ms, 250);
    cr_assert_eq(tempo.count, 2);
    cr_assert_eq(tempo.parts[0].sent, 2);
    cr_assert_eq(tempo.parts[1].sent, 1);
}

Test(tempo, a_run_of_days_loses_none_and_takes_no_more_room)
{
    struct tempo tempo = {0};
    int64_t begun = 1700000000000;

    for (int64_t i = 0; i < 10000; i++)
        tempo_sent(&tempo, begun + i * 60000);
    cr_assert_eq(all_sent(&tempo), 10000);
    cr_assert_leq(tempo.count, TEMPO_PARTS);
    cr_assert_gt(tempo.count, TEMPO_PARTS / 2);
    cr_assert_geq((int64_t)(tempo.part_ms * tempo.count), 9999 * 60000);
}

Test(tempo, a_wait_is_shared_out_over_the_parts_it_went_through)
{
    struct tempo tempo = {0};

    tempo_sent(&tempo, 1000);
    tempo_waited(&tempo, 1100, 1600);
    cr_assert_eq(tempo.parts[0].waited_ms, 150);
    cr_assert_eq(tempo.parts[1].waited_ms, 250);
    cr_assert_eq(tempo.parts[2].waited_ms, 100);
    tempo_waited(&tempo, 2000, 500000);
    cr_assert_eq(all_waited(&tempo), 498500);
    tempo_waited(&tempo, 500000, 500000);
    tempo_waited(&tempo, 500000, 400000);
    cr_assert_eq(all_waited(&tempo), 498500);
}

Test(tempo, a_clock_put_back_costs_nothing)
{
    struct tempo tempo = {0};

    tempo_sent(&tempo, 50000);
    tempo_sent(&tempo, 1);
    cr_assert_eq(tempo.parts[0].sent, 2);
    tempo_waited(&tempo, 1, 2);
    cr_assert_eq(tempo.parts[0].waited_ms, 1);
}

Test(tempo, what_lies_within_a_window_is_added_up)
{
    struct tempo tempo = {0};

    for (int64_t i = 0; i < 8; i++)
        tempo_sent(&tempo, i * 250);
    cr_assert_eq(tempo_within(&tempo, 0, 1000), 1);
    cr_assert_eq(tempo_within(&tempo, 7, 1000), 4);
    cr_assert_eq(tempo_within(&tempo, 7, 60000), 8);
    /* Parts that are longer than the window: the part's own rate. */
    tempo.part_ms = 4000;
    tempo.parts[0].sent = 40;
    cr_assert_eq(tempo_within(&tempo, 0, 1000), 10);
}
