/*
 * test_backoff.c - the arithmetic of pace.c, and leases over a real store.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "sync/pace.h"

static char folder[64];
static struct err err;

static void clean_up(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (folder[0] != '\0' && system(command) != 0)
        cr_log_warn("%s stays", folder);
}

TestSuite(backoff, .timeout = 10);
TestSuite(lease, .timeout = 60, .fini = clean_up);

/* The largest number that may come, and the smallest. */
static uint64_t most(void *self, uint64_t below)
{
    (void)self;
    return below - 1;
}

static uint64_t least(void *self, uint64_t below)
{
    (void)self;
    (void)below;
    return 0;
}

Test(backoff, grows_by_doubling_up_to_a_minute)
{
    cr_assert_eq(pace_backoff(500, 0, most, NULL), 500);
    cr_assert_eq(pace_backoff(500, 1, most, NULL), 1000);
    cr_assert_eq(pace_backoff(500, 4, most, NULL), 8000);
    cr_assert_eq(pace_backoff(500, 7, most, NULL), BACKOFF_MAX_MS);
    cr_assert_eq(pace_backoff(500, 4000 * 1000, most, NULL), BACKOFF_MAX_MS);
    cr_assert_eq(pace_backoff(UINT64_MAX, 3, most, NULL), BACKOFF_MAX_MS);
    cr_assert_eq(pace_backoff(0, 9, most, NULL), 0);
    cr_assert_eq(pace_backoff(500, 7, least, NULL), 0);
}

static int64_t reset(const char *header, int64_t now_ms, int64_t date_ms)
{
    const struct pace pace = {.rate = {180, 60000}};

    return pace_reset_ms(&pace, text_of(header), now_ms, date_ms);
}

Test(backoff, a_reset_is_an_epoch_or_a_number_of_seconds)
{
    const int64_t now = 1750000000123;

    cr_assert_eq(reset("1750000060", now, 0), 1750000060000);
    cr_assert_eq(reset(" 30 ", now, 0), now + 30000);
    cr_assert_eq(reset("1749999000", now, 0), now + 1000,
                 "a clock ahead of ours still asks for a pause");
    cr_assert_eq(reset("0", now, 0), now + 1000);
    cr_assert_eq(reset("", now, 0), 0);
    cr_assert_eq(reset("soon", now, 0), 0);
    cr_assert_eq(reset("99999999999999999999", now, 0), 0);
    cr_assert_eq(reset("18446744073709551615", now, 0), 0);
}

Test(backoff, a_reset_is_by_the_clock_of_whoever_says_it)
{
    const int64_t now = 1750000000000, hours = 2 * 3600 * 1000;

    cr_assert_eq(reset("1750000020", now - hours, now), now - hours + 20000);
    cr_assert_eq(reset("1750000020", now + hours, now), now + hours + 20000);
    cr_assert_eq(reset("30", now + hours, now), now + hours + 30000);
    cr_assert_eq(reset("1750000020", now + 900, now), now + 20000);
    /* Without that clock an absurd one costs two windows. */
    cr_assert_eq(reset("1750000020", now - hours, 0), now - hours + 120000);
}

static struct store *open_store(void)
{
    struct store *store;
    char path[100];

    snprintf(folder, sizeof(folder), "/tmp/custsync-pace-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/s.db", folder);
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), OK);
    return store;
}

Test(lease, no_window_has_more_than_the_limit)
{
    struct store *store = open_store();
    struct rate_spec rate = {20, 10000};
    struct pace one, two;
    int64_t sent[2000];
    size_t count = 0;

    pace_open(&one, store, "s", rate);
    pace_open(&two, store, "s", rate);
    for (int64_t now = 1000000; now < 1060000; now += 37) {
        uint64_t wait;

        cr_assert_eq(pace_take(&one, now, 5, &wait, &err), OK);
        if (wait == 0)
            sent[count++] = now;
        cr_assert_eq(pace_take(&two, now, 2, &wait, &err), OK);
        if (wait == 0)
            sent[count++] = now;
    }
    cr_assert_geq(count, 80, "%zu", count);
    for (size_t i = 20; i < count; i++)
        cr_assert_geq(sent[i] - sent[i - 20], 10000);
    store_close(store);
}

Test(lease, a_penalty_ends_what_was_leased_and_silences_others)
{
    struct store *store = open_store();
    struct rate_spec rate = {100, 60000};
    struct pace one, two;
    uint64_t wait;

    pace_open(&one, store, "s", rate);
    pace_open(&two, store, "s", rate);
    cr_assert_eq(pace_take(&one, 1000000, 10, &wait, &err), OK);
    cr_assert_eq(wait, 0);
    cr_assert_gt(one.leased, 0);
    cr_assert_eq(pace_penalty(&one, 1000001, 1030000, &err), OK);
    cr_assert_eq(pace_penalty(&one, 1000001, 1010000, &err), OK);
    cr_assert_eq(pace_take(&one, 1000002, 1, &wait, &err), OK);
    cr_assert_eq(wait, 29998);
    cr_assert_eq(pace_take(&two, 1029999, 1, &wait, &err), OK);
    cr_assert_eq(wait, 1);
    cr_assert_eq(pace_take(&two, 1030000, 1, &wait, &err), OK);
    cr_assert_eq(wait, 0);
    store_close(store);
}

Test(lease, a_penalty_lasts_a_day_at_most_for_every_process)
{
    struct store *store = open_store();
    struct pace pace, other;
    uint64_t wait;

    pace_open(&pace, store, "s", (struct rate_spec){0, 0});
    pace_open(&other, store, "s", (struct rate_spec){0, 0});
    cr_assert_eq(pace_penalty(&pace, 1000000, 1000000 + 3600 * 1000, &err), OK);
    cr_assert_eq(pace_take(&other, 1000000, 1, &wait, &err), OK);
    cr_assert_eq(wait, 3600 * 1000, "an hour is an hour");
    cr_assert_eq(pace_penalty(&pace, 1000000, INT64_MAX / 2, &err), OK);
    cr_assert_eq(pace_take(&pace, 1000000, 1, &wait, &err), OK);
    cr_assert_eq(wait, PACE_PENALTY_MAX_MS);
    store_close(store);
}

Test(lease, the_providers_lower_limit_is_obeyed)
{
    struct pace pace = {.rate = {180, 60000}};

    pace_limit(&pace, TEXT("60"));
    cr_assert_eq(pace.rate.limit, 60);
    pace_limit(&pace, TEXT("180"));
    cr_assert_eq(pace.rate.limit, 60);
    pace_limit(&pace, TEXT("0"));
    pace_limit(&pace, TEXT("many"));
    cr_assert_eq(pace.rate.limit, 60);
}

/* --- the provider's own count ---------------------------------------------*/

static uint64_t used(struct store *store, int64_t since_ms)
{
    uint64_t number;

    cr_assert_eq(store_pace_since(store, "s", since_ms, &number, &err), OK);
    return number;
}

/* Ten of a minute's limit, taken by us. */
static void take_ten(struct pace *pace, struct store *store, uint64_t limit,
                     int64_t now_ms)
{
    uint64_t wait;

    pace_open(pace, store, "s", (struct rate_spec){limit, 60000});
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(pace_take(pace, now_ms, 1, &wait, &err), OK);
        cr_assert_eq(wait, 0);
    }
}

Test(lease, what_others_use_is_booked_and_the_rest_not_overdrawn)
{
    struct store *store = open_store();
    const int64_t now = 1000000000;
    struct pace_word word = {180, 100, now + 50000};
    struct pace pace;

    take_ten(&pace, store, 180, now);
    cr_assert_eq(pace_room(&pace, now), UINT32_MAX, "nothing is known yet");
    /* 80 are used there, 10 of them ours. */
    cr_assert_eq(pace_heard(&pace, now, &word, 0, &err), OK);
    cr_assert_eq(used(store, now - 8001), 80);
    cr_assert_eq(used(store, now - 7999), 10, "they end with the window");
    cr_assert_eq(pace_room(&pace, now), 100);
    /* The same again is no news, also where the reset is a second later. */
    cr_assert_eq(pace_heard(&pace, now + 1, &word, 0, &err), OK);
    word.reset_ms += 1999;
    cr_assert_eq(pace_heard(&pace, now + 1, &word, 0, &err), OK);
    cr_assert_eq(used(store, now - 8001), 80);
    word.remaining = 3;
    cr_assert_eq(pace_heard(&pace, now + 2, &word, 2, &err), OK);
    word.remaining = 9; /* an older answer, which came later */
    cr_assert_eq(pace_heard(&pace, now + 3, &word, 2, &err), OK);
    cr_assert_eq(pace_room(&pace, now + 3), 3);
    cr_assert_eq(pace_room(&pace, now + 52000), UINT32_MAX, "it is new");
    store_close(store);
}

Test(lease, nothing_left_silences_until_the_reset_only_if_others_are_there)
{
    struct store *store = open_store();
    const int64_t now = 1000000000;
    struct pace_word word = {10, 0, now + 30000};
    struct pace pace;

    take_ten(&pace, store, 10, now);
    cr_assert_eq(pace_heard(&pace, now + 20, &word, 0, &err), OK);
    cr_assert_eq(pace.until_ms, 0, "all ten are ours");
    word.limit = 12;
    cr_assert_eq(pace_heard(&pace, now + 20, &word, 0, &err), OK);
    cr_assert_eq(pace.until_ms, now + 30000);
    store_close(store);
}

/* --- at the limit ---------------------------------------------------------*/

/*
 * A provider with fixed windows that begin with their first request, requests
 * that take a little time there, and a sender that always has more to send: how
 * many are let through, and is any of them one too many?
 */
struct rehearsal {
    struct rate_spec rate;
    uint32_t processes;
    int64_t lasts_ms, way_ms; /* at most, to the provider */
};

static uint32_t seed = 5;

static int64_t below(int64_t most)
{
    seed = seed * 1103515245u + 12345u;
    return (int64_t)(seed >> 8) % (most + 1);
}

static void rehearse(const struct rehearsal *how)
{
    struct store *store = open_store();
    struct pace paces[4];
    int64_t begin_ms = 1790000000000, now_ms = begin_ms, window_ms = 0;
    uint64_t in_window = 0, sent = 0, allowed;

    for (uint32_t i = 0; i < how->processes; i++)
        pace_open(&paces[i], store, "s", how->rate);
    while (now_ms < begin_ms + how->lasts_ms) {
        uint64_t least = UINT64_MAX, wait;

        for (uint32_t i = 0; i < how->processes; i++) {
            cr_assert_eq(pace_take(&paces[i], now_ms, 8, &wait, &err), OK);
            if (wait < least)
                least = wait;
            if (wait == 0) {
                int64_t there_ms = now_ms + below(how->way_ms);

                if (there_ms >= window_ms + (int64_t)how->rate.window_ms) {
                    window_ms = there_ms;
                    in_window = 0;
                }
                sent++;
                cr_assert_leq(++in_window, how->rate.limit, "after %ld ms",
                              (long)(now_ms - begin_ms));
            }
        }
        /* Waking up takes its time too. */
        now_ms += least > 0 ? (int64_t)least + below(2) : 0;
    }
    /* The first window is free: what counts is how it goes on. */
    allowed = how->rate.limit *
              (uint64_t)(how->lasts_ms - (int64_t)how->rate.window_ms) /
              how->rate.window_ms;
    sent -= how->rate.limit;
    cr_assert_geq(sent * 100, allowed * 97, "%lu of %lu", (unsigned long)sent,
                  (unsigned long)allowed);
    store_close(store);
    clean_up();
}

Test(lease, at_the_limit_97_of_100_are_used_and_none_is_too_many)
{
    rehearse(&(struct rehearsal){{100, 60000}, 1, 360000, 150});
    rehearse(&(struct rehearsal){{180, 60000}, 1, 360000, 150});
    rehearse(&(struct rehearsal){{10, 1000}, 1, 40000, 5});
    rehearse(&(struct rehearsal){{50, 1000}, 1, 15000, 5});
}

Test(lease, processes_share_the_limit_to_its_end)
{
    rehearse(&(struct rehearsal){{100, 60000}, 2, 360000, 150});
    rehearse(&(struct rehearsal){{10, 1000}, 3, 30000, 5});
    rehearse(&(struct rehearsal){{50, 1000}, 2, 15000, 5});
}

Test(lease, who_left_late_counts_from_then)
{
    struct store *store = open_store();
    const int64_t now = 1000000000;
    struct pace pace;
    uint64_t wait;

    pace_open(&pace, store, "s", (struct rate_spec){10, 1000});
    cr_assert_eq(pace_take(&pace, now, 2, &wait, &err), OK);
    cr_assert_eq(pace_late(&pace, now + 5, 5, &err), OK);
    cr_assert_eq(used(store, now), 0, "that is what the margin is for");
    cr_assert_eq(pace_late(&pace, now + 120, 120, &err), OK);
    cr_assert_eq(used(store, now - 1), 2);
    cr_assert_eq(used(store, now), 1);
    cr_assert_eq(used(store, now + 119), 1);
    store_close(store);
}
