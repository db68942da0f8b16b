/*
 * test_pace.c - the window that every process shares, on a clock passed in.
 */
#include "tests/store_fixture.h"

enum { WINDOW = 60 * 1000, MARGIN = 1200, SPAN = WINDOW + MARGIN };

/* Any instant will do; this one is in 2026. */
static const int64_t t0 = 1790000000000;

static struct store *store;
static uint64_t wait_ms;

static void set_up(void)
{
    folder_make();
    store = open_as(STORE_WRITE);
}

static void tear_down(void)
{
    store_close(store);
    folder_remove();
}

TestSuite(pace, .init = set_up, .fini = tear_down, .timeout = 60);

static uint32_t ask(uint64_t limit, uint32_t want, int64_t now_ms)
{
    uint32_t granted = 99;

    cr_assert_eq(store_pace(store, "client", limit, WINDOW, want, now_ms,
                            &granted, &wait_ms, &err),
                 OK, "%s", err.message);
    return granted;
}

static void punish(int64_t until_ms)
{
    cr_assert_eq(store_penalty(store, "client", until_ms, &err), OK);
}

Test(pace, grants_up_to_the_limit_and_then_says_how_long)
{
    cr_assert_eq(ask(10, 4, t0), 4);
    cr_assert_eq(ask(10, 4, t0 + 100), 4);
    cr_assert_eq(ask(10, 4, t0 + 200), 2);
    cr_assert_eq(ask(10, 4, t0 + 300), 0);
    cr_assert_eq(wait_ms, SPAN - 300);
    cr_assert_eq(ask(10, 4, t0 + SPAN - 1), 0);
    cr_assert_eq(wait_ms, 1);
    cr_assert_eq(ask(10, 9, t0 + SPAN), 4);
    cr_assert_eq(ask(10, 9, t0 + SPAN), 0);
    cr_assert_eq(wait_ms, 100);
}

Test(pace, no_window_ever_holds_more_than_the_limit)
{
    static int64_t at[400];
    size_t count = 0;
    int64_t now_ms = t0;
    uint32_t seed = 7, granted;

    while (count < 350) {
        seed = seed * 1103515245u + 12345u;
        granted = ask(20, 1 + seed % 7, now_ms);
        for (uint32_t i = 0; i < granted; i++)
            at[count++] = now_ms;
        now_ms += granted > 0 ? (int64_t)(seed % 3000) : (int64_t)wait_ms;
    }
    for (size_t i = 20; i < count; i++)
        cr_assert(at[i] - at[i - 20] >= SPAN, "%zu", i);
}

Test(pace, waiting_as_told_is_enough_when_the_limit_was_lowered)
{
    cr_assert_eq(ask(10, 5, t0), 5);
    cr_assert_eq(ask(10, 5, t0 + 1000), 5);
    cr_assert_eq(ask(3, 1, t0 + 2000), 0);
    /* Both blocks must leave before fewer than three remain. */
    cr_assert_eq(wait_ms, SPAN - 1000);
    cr_assert_eq(ask(3, 1, t0 + 1000 + SPAN), 1);
}

Test(pace, a_short_window_has_a_short_margin)
{
    uint32_t granted;

    cr_assert_eq(
        store_pace(store, "s", 1, 1000, 1, t0, &granted, &wait_ms, &err), OK);
    cr_assert_eq(granted, 1);
    cr_assert_eq(
        store_pace(store, "s", 1, 1000, 1, t0, &granted, &wait_ms, &err), OK);
    cr_assert_eq(granted, 0);
    cr_assert_eq(wait_ms, 1020);
}

Test(pace, scopes_do_not_share)
{
    uint32_t granted;

    cr_assert_eq(ask(2, 2, t0), 2);
    cr_assert_eq(
        store_pace(store, "other", 2, WINDOW, 2, t0, &granted, &wait_ms, &err),
        OK);
    cr_assert_eq(granted, 2);
}

Test(pace, a_penalty_silences_everyone_until_its_time)
{
    uint64_t used;
    int64_t until_ms;

    punish(t0 + 30000);
    punish(t0 + 10000); /* a shorter one ends nothing */
    cr_assert_eq(ask(10, 1, t0), 0);
    cr_assert_eq(wait_ms, 30000);
    cr_assert_eq(ask(0, 1, t0), 0);
    cr_assert_eq(wait_ms, 30000);
    cr_assert_eq(
        store_pace_used(store, "client", WINDOW, t0, &used, &until_ms, &err),
        OK);
    cr_assert_eq(used, 0);
    cr_assert_eq(until_ms, t0 + 30000);
    cr_assert_eq(ask(10, 3, t0 + 30000), 3);
    cr_assert_eq(store_pace_used(store, "client", WINDOW, t0 + 30001, &used,
                                 &until_ms, &err),
                 OK);
    cr_assert_eq(used, 3);
    cr_assert_eq(until_ms, 0);
}

Test(pace, the_longer_of_window_and_penalty_counts)
{
    cr_assert_eq(ask(1, 1, t0), 1);
    punish(t0 + 5000);
    cr_assert_eq(ask(1, 1, t0 + 1), 0);
    cr_assert_eq(wait_ms, SPAN - 1);
    punish(t0 + 2 * SPAN);
    cr_assert_eq(ask(1, 1, t0 + 1), 0);
    cr_assert_eq(wait_ms, 2 * SPAN - 1);
}

Test(pace, a_penalty_can_be_lifted)
{
    punish(t0 + 30000);
    punish(0);
    cr_assert_eq(ask(10, 1, t0), 1);
}

Test(pace, without_a_limit_all_is_granted_and_nothing_remembered)
{
    uint64_t used;
    int64_t until_ms;

    cr_assert_eq(ask(0, 1000000, t0), 1000000);
    cr_assert_eq(
        store_pace_used(store, "client", WINDOW, t0, &used, &until_ms, &err),
        OK);
    cr_assert_eq(used, 0);
}

Test(pace, a_clock_set_back_a_little_waits_two_windows_at_most)
{
    cr_assert_eq(ask(5, 5, t0), 5);
    cr_assert_eq(ask(5, 1, t0 - 30000), 0);
    cr_assert_eq(wait_ms, SPAN + 30000);
    cr_assert_eq(ask(5, 1, t0 - 30000 + SPAN + 30000), 1);
}

Test(pace, a_clock_set_back_a_year_waits_one_window)
{
    int64_t year = 365LL * 24 * 3600 * 1000;

    cr_assert_eq(ask(5, 5, t0), 5);
    punish(t0 + 60000);
    cr_assert_eq(ask(5, 1, t0 - year), 0);
    cr_assert_eq(wait_ms, SPAN);
    cr_assert_eq(ask(5, 1, t0 - year + SPAN), 1);
    /* And a penalty by the right clock is not swallowed by the wrong one. */
    punish(t0 - year + SPAN + 5000);
    cr_assert_eq(ask(5, 1, t0 - year + SPAN), 0);
    cr_assert_eq(wait_ms, 5000);
}

Test(pace, it_is_remembered_by_the_next_run)
{
    cr_assert_eq(ask(5, 5, t0), 5);
    store_close(store);
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), OK);
    cr_assert_eq(ask(5, 1, t0 + 10), 0);
    cr_assert_eq(wait_ms, SPAN - 10);
}

static int take_all(void)
{
    uint32_t granted = 1, sum = 0;

    if (store_open(&store, path, STORE_WRITE, &err) != OK)
        return 255;
    while (granted > 0) {
        if (store_pace(store, "client", 50, WINDOW, 3, t0, &granted, &wait_ms,
                       &err) != OK)
            return 254;
        sum += granted;
    }
    store_close(store);
    return (int)sum;
}

Test(pace, processes_share_one_window)
{
    pid_t pids[3];
    int state, sum = 0;

    store_close(store);
    store = NULL;
    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(take_all());
    }
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(waitpid(pids[i], &state, 0), pids[i]);
        cr_assert(WIFEXITED(state));
        sum += WEXITSTATUS(state);
    }
    cr_assert_eq(sum, 50);
}

Test(pace, the_breaker_stays_open_across_runs)
{
    uint32_t failures = 9;
    int64_t until_ms = 9;

    cr_assert_eq(store_breaker(store, 1, &failures, &until_ms, &err), OK);
    cr_assert_eq(failures, 0);
    cr_assert_eq(until_ms, 0);
    cr_assert_eq(store_breaker_put(store, 1, 5, t0, &err), OK);
    store_close(store);
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), OK);
    cr_assert_eq(store_breaker(store, 1, &failures, &until_ms, &err), OK);
    cr_assert_eq(failures, 5);
    cr_assert_eq(until_ms, t0);
}

Test(pace, tokens_are_replaced_whole)
{
    struct token token = {.access = TEXT("a"),
                          .refresh = TEXT("r"),
                          .first_refresh = TEXT("f"),
                          .expires_ms = 7};

    cr_assert_eq(store_token_put(store, "1/oauth2", &token, &err), OK);
    token.access = TEXT("");
    cr_assert_eq(store_token_put(store, "1/oauth2", &token, &err), OK);
    cr_assert_eq(store_token(store, "1/oauth2", arena, &token, &err), OK);
    cr_assert_eq(token.access.size, 0);
    cr_assert(text_is(token.refresh, "r"));
    cr_assert(text_is(token.first_refresh, "f"));
    cr_assert_eq(store_token(store, "2/oauth2", arena, &token, &err), OK);
    cr_assert_eq(token.refresh.size, 0);
}
