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
TestSuite(lease, .timeout = 20, .fini = clean_up);

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

Test(backoff, a_reset_is_an_epoch_or_a_number_of_seconds)
{
    const int64_t now = 1750000000123;

    cr_assert_eq(pace_reset_ms(TEXT("1750000060"), now), 1750000060000);
    cr_assert_eq(pace_reset_ms(TEXT(" 30 "), now), now + 30000);
    cr_assert_eq(pace_reset_ms(TEXT("1749999000"), now), now + 1000,
                 "a clock ahead of ours still asks for a pause");
    cr_assert_eq(pace_reset_ms(TEXT("0"), now), now + 1000);
    cr_assert_eq(pace_reset_ms(TEXT(""), now), 0);
    cr_assert_eq(pace_reset_ms(TEXT("soon"), now), 0);
    cr_assert_eq(pace_reset_ms(TEXT("99999999999999999999"), now), 0);
    cr_assert_eq(pace_reset_ms(TEXT("18446744073709551615"), now), 0);
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

Test(lease, a_penalty_lasts_five_minutes_at_most)
{
    struct store *store = open_store();
    struct pace pace;
    uint64_t wait;

    pace_open(&pace, store, "s", (struct rate_spec){0, 0});
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
