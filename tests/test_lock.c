/*
 * test_lock.c - several runs at once, and runs that die.
 */
#include "tests/store_fixture.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "state/inside.h"

TestSuite(lock, .init = folder_make, .fini = folder_remove, .timeout = 60);

static int lock_taken_exit(void)
{
    struct store *store = NULL;
    enum status status = store_open(&store, path, STORE_WRITE, &err);

    if (status == OK)
        status = store_lock(store, "shop:", &err);
    if (status == RETRY && strstr(err.message, "process ") == NULL)
        status = STOP;
    store_close(store);
    return status == RETRY && err.exit == EXIT_TRYLATER ? EXIT_TRYLATER
                                                        : (int)status;
}

Test(lock, a_lock_is_held_once_and_names_its_holder)
{
    struct store *store = open_as(STORE_WRITE), *other;
    char pid[32];

    ok(store_lock(store, "shop:", &err));
    ok(store_lock(store, "books:", &err));
    cr_assert_eq(in_child(lock_taken_exit), EXIT_TRYLATER);
    other = open_as(STORE_WRITE);
    cr_assert_eq(store_lock(other, "shop:", &err), RETRY);
    (void)snprintf(pid, sizeof(pid), "%ld", (long)getpid());
    cr_assert_not_null(strstr(err.message, pid));
    store_close(other);
    store_unlock(store, "shop:");
    store_unlock(store, "nothing");
    cr_assert_eq(in_child(lock_taken_exit), OK);
    ok(store_lock(store, "shop:", &err));
    store_close(store);
}

static int die_with_the_lock(void)
{
    struct store *store;

    if (store_open(&store, path, STORE_WRITE, &err) != OK ||
        store_lock(store, "shop:", &err) != OK)
        return 1;
    _exit(9);
}

Test(lock, a_lock_dies_with_its_process)
{
    struct store *store;

    cr_assert_eq(in_child(die_with_the_lock), 9);
    store = open_as(STORE_WRITE);
    ok(store_lock(store, "shop:", &err));
    store_close(store);
}

enum { WRITERS = 2, ROUNDS = 150 };

static int write_rounds(void)
{
    struct store *store;
    struct text value;
    struct arena *own = arena_open();
    uint64_t number;

    if (store_open(&store, path, STORE_WRITE, &err) != OK)
        return 1;
    for (int i = 0; i < ROUNDS; i++) {
        char digits[24];

        arena_reset(own);
        if (store_begin(store, &err) != OK ||
            store_fact(store, "n", own, &value, &err) != OK)
            return 2;
        number = 0;
        (void)text_to_u64(value, &number);
        (void)snprintf(digits, sizeof(digits), "%llu",
                       (unsigned long long)number + 1);
        if (store_fact_put(store, "n", text_of(digits), &err) != OK ||
            store_commit(store, &err) != OK)
            return 3;
        if (i % 50 == 0 && store_checkpoint(store, &err) != OK)
            return 4;
    }
    store_close(store);
    arena_close(own);
    return 0;
}

Test(lock, two_processes_may_write_at_once)
{
    struct store *store;
    pid_t pids[WRITERS];
    char wanted[24];
    int state;

    /* They also race for making the file. */
    for (int i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(write_rounds());
    }
    for (int i = 0; i < WRITERS; i++) {
        cr_assert_eq(waitpid(pids[i], &state, 0), pids[i]);
        cr_assert(WIFEXITED(state) && WEXITSTATUS(state) == 0, "%x", state);
    }
    store = open_as(STORE_READ);
    (void)snprintf(wanted, sizeof(wanted), "%d", WRITERS * ROUNDS);
    cr_assert(text_is(fact(store, "n"), wanted));
    store_close(store);
}

Test(lock, patience_ends_with_try_later)
{
    struct store *one = open_as(STORE_WRITE), *two = open_as(STORE_WRITE);

    ok(store_begin(one, &err));
    two->main.patience_ms = 30;
    cr_assert_eq(store_begin(two, &err), STOP);
    cr_assert_eq(err.exit, EXIT_TRYLATER);
    ok(store_commit(one, &err));
    ok(store_begin(two, &err));
    store_close(two);
    store_close(one);
}

static volatile int signalled;

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Two minutes of patience, and a holder that never lets go. */
static void ends_soon(struct store *store, const char *code)
{
    int64_t began = now_ms();

    cr_assert_eq(store_begin(store, &err), STOP);
    cr_assert_eq(err.exit, EXIT_TRYLATER);
    cr_assert_str_eq(err.code, code);
    cr_assert_lt(now_ms() - began, 10 * 1000);
    cr_assert(store_halted());
}

Test(lock, a_signal_ends_the_wait_for_another_run)
{
    struct store *one = open_as(STORE_WRITE), *two = open_as(STORE_WRITE);
    struct store *three = NULL;

    store_heed(&signalled, 0);
    ok(store_begin(one, &err));
    cr_assert_not(store_halted());
    signalled = SIGTERM;
    ends_soon(two, "interrupted");
    /* Whoever only now begins does not wait either. */
    cr_assert_eq(store_open(&three, path, STORE_WRITE, &err), STOP);
    cr_assert_str_eq(err.code, "interrupted");
    /* What is in hand is still written, when nobody is in the way. */
    ok(store_fact_put(one, "a", TEXT("1"), &err));
    ok(store_commit(one, &err));
    ok(store_begin(two, &err));
    ok(store_commit(two, &err));
    store_close(two);
    store_close(one);
}

Test(lock, the_deadline_ends_the_wait_for_another_run)
{
    struct store *one = open_as(STORE_WRITE), *two = open_as(STORE_WRITE);

    ok(store_begin(one, &err));
    store_heed(NULL, 5);
    ends_soon(two, "deadline");
    store_heed(NULL, 0);
    cr_assert_not(store_halted());
    store_close(two);
    store_close(one);
}

static int die_in_commits(void)
{
    struct store *store;

    if (store_open(&store, path, STORE_WRITE, &err) != OK)
        return 1;
    for (int i = 0; i < 5; i++)
        if (store_begin(store, &err) != OK ||
            store_fact_put(store, i % 2 == 0 ? "even" : "odd", TEXT("x"),
                           &err) != OK ||
            store_commit(store, &err) != OK)
            return 2;
    store_close(store);
    return 0;
}

/* Not in the test's own process: it would settle there that nobody dies. */
static int look_after_death(void)
{
    struct store *store = NULL;
    struct arena *own = arena_open();
    struct text even, odd;
    int found = 0;

    if (store_open(&store, path, STORE_WRITE, &err) != OK ||
        store_fact(store, "even", own, &even, &err) != OK ||
        store_fact(store, "odd", own, &odd, &err) != OK ||
        store_begin(store, &err) != OK || store_commit(store, &err) != OK)
        return 99;
    found = (even.size > 0 ? 1 : 0) + (odd.size > 0 ? 2 : 0);
    store_close(store);
    arena_close(own);
    return found;
}

Test(lock, dying_at_each_step_leaves_what_was_committed)
{
    enum { STEPS_MAX = 64, COMMITS = 5 };
    int found[STEPS_MAX], deaths = 0, tables;

    for (;;) {
        char number[16];
        int end;

        cr_assert_lt(deaths, STEPS_MAX);
        (void)snprintf(number, sizeof(number), "%d", deaths + 1);
        (void)snprintf(path, sizeof(path), "%s/%d.db", folder, deaths);
        (void)setenv("CUSTSYNC_DIE_AT", number, 1);
        end = in_child(die_in_commits);
        (void)unsetenv("CUSTSYNC_DIE_AT");
        if (end == 0)
            break;
        cr_assert_eq(end, 128 + SIGKILL);
        found[deaths++] = in_child(look_after_death);
    }
    /* Some make the tables; then there are two for each commit. */
    tables = deaths - 2 * COMMITS;
    cr_assert_gt(tables, 0);
    for (int i = 0; i < deaths; i++) {
        int commits = (i + 1 - tables) / 2;

        cr_assert_eq(found[i], (commits >= 1 ? 1 : 0) + (commits >= 2 ? 2 : 0),
                     "%d", i);
    }
}
