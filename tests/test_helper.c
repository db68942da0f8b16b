/*
 * test_helper.c - errands: done by whomever, once, and never behind the back of
 * whoever took or dropped them.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

#include "formats/helper.h"

TestSuite(helper, .timeout = 60);

struct sum {
    struct errand errand;
    int times;
    pthread_t by;
    bool quiet; /* no signal comes to whoever did it */
};

static void count_up(void *self)
{
    struct sum *sum = self;
    sigset_t blocked;

    sum->times++;
    sum->by = pthread_self();
    sum->quiet = pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 &&
                 sigismember(&blocked, SIGINT) == 1 &&
                 sigismember(&blocked, SIGTERM) == 1;
}

/* Keeps the thread busy: it says that it has begun, and waits. Then it lets the
 * others go first, who must not see it until it is through. */
struct gate {
    struct errand errand;
    sem_t begun, open;
    bool through;
};

static void pass(void *self)
{
    struct gate *gate = self;

    sem_post(&gate->begun);
    while (sem_wait(&gate->open) != 0)
        continue;
    for (int i = 0; i < 20; i++)
        (void)sched_yield();
    gate->through = true;
}

static void shut(struct helper *helper, struct gate *gate)
{
    *gate = (struct gate){.errand = {.work = pass, .self = gate}};
    sem_init(&gate->begun, 0, 0);
    sem_init(&gate->open, 0, 0);
    helper_give(helper, &gate->errand);
    while (sem_wait(&gate->begun) != 0)
        continue;
}

Test(helper, what_waits_is_done_by_whoever_takes_it)
{
    struct helper *helper = helper_open();
    struct sum sum = {.errand = {.work = count_up, .self = &sum}};
    struct gate gate;

    shut(helper, &gate);
    helper_give(helper, &sum.errand);
    helper_take(helper, &sum.errand);
    cr_assert_eq(sum.times, 1);
    cr_assert(pthread_equal(sum.by, pthread_self()));
    helper_take(helper, &sum.errand);
    cr_assert_eq(sum.times, 1);
    sem_post(&gate.open);
    helper_take(helper, &gate.errand);
    helper_close(helper);
    cr_assert_eq(sum.times, 1);
}

Test(helper, what_is_dropped_before_its_turn_is_never_done)
{
    struct helper *helper = helper_open();
    struct sum sums[3] = {0};
    struct gate gate, last;

    shut(helper, &gate);
    for (int i = 0; i < 3; i++) {
        sums[i].errand = (struct errand){.work = count_up, .self = &sums[i]};
        helper_give(helper, &sums[i].errand);
    }
    helper_drop(helper, &sums[1].errand);
    helper_drop(helper, &sums[2].errand);
    sem_post(&gate.open);
    shut(helper, &last); /* behind all that waited */
    cr_assert_eq(sums[0].times, 1);
    cr_assert_eq(sums[1].times, 0);
    cr_assert_eq(sums[2].times, 0);
    helper_drop(helper, &sums[1].errand);
    sem_post(&last.open);
    helper_drop(helper, &last.errand);
    helper_close(helper);
    cr_assert_eq(sums[1].times, 0);
}

Test(helper, what_is_in_work_is_waited_for)
{
    struct helper *helper = helper_open();
    struct gate gate;

    for (int i = 0; i < 1000; i++) {
        shut(helper, &gate);
        sem_post(&gate.open);
        if (i % 2 == 0)
            helper_take(helper, &gate.errand);
        else
            helper_drop(helper, &gate.errand);
        cr_assert(gate.through);
    }
    helper_close(helper);
}

Test(helper, what_was_never_given_is_done_when_it_is_taken)
{
    struct helper *helper = helper_open();
    struct sum sum = {.errand = {.work = count_up, .self = &sum}};

    helper_drop(helper, &sum.errand);
    cr_assert_eq(sum.times, 0);
    helper_take(helper, &sum.errand);
    cr_assert_eq(sum.times, 1);
    helper_close(helper);
    helper_close(NULL);
}

Test(helper, a_signal_is_for_the_others)
{
    struct helper *helper = helper_open();
    struct sum sum = {.errand = {.work = count_up, .self = &sum}};
    struct gate gate;
    sigset_t blocked;

    helper_give(helper, &sum.errand);
    shut(helper, &gate);
    cr_assert_eq(sum.times, 1);
    cr_assert_not(pthread_equal(sum.by, pthread_self()));
    cr_assert(sum.quiet);
    cr_assert_eq(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
    cr_assert_eq(sigismember(&blocked, SIGINT), 0);
    sem_post(&gate.open);
    helper_take(helper, &gate.errand);
    helper_close(helper);
}

Test(helper, each_of_many_is_done_once_in_whatever_order_they_are_taken)
{
    enum { MANY = 20000, ALIVE = 128 };
    struct helper *helper = helper_open();
    struct sum *sums = calloc(MANY, sizeof(*sums));
    unsigned random = 1;

    for (int i = 0; i < MANY + ALIVE; i++) {
        int old =
            i - ALIVE + (int)((random = random * 1103515245 + 12345) % ALIVE);

        if (i < MANY) {
            sums[i].errand =
                (struct errand){.work = count_up, .self = &sums[i]};
            helper_give(helper, &sums[i].errand);
        }
        if (old >= 0 && old < MANY && old <= i)
            helper_take(helper, &sums[old].errand);
    }
    for (int i = 0; i < MANY; i++)
        helper_take(helper, &sums[i].errand);
    helper_close(helper);
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(sums[i].times, 1, "%d: %d", i, sums[i].times);
    free(sums);
}

/* None has room for a stack of that size. */
static void have_no_thread(void)
{
    pthread_attr_t attributes;

    cr_assert_eq(pthread_attr_init(&attributes), 0);
    cr_assert_eq(pthread_attr_setstacksize(&attributes, (size_t)1 << 48), 0);
    cr_assert_eq(pthread_setattr_default_np(&attributes), 0);
    pthread_attr_destroy(&attributes);
}

static void check_rounds(void)
{
    struct helper *helper = helper_open();
    struct sum sum = {.errand = {.work = count_up, .self = &sum}};

    for (int round = 1; round < 2000; round++) {
        helper_give(helper, &sum.errand);
        helper_take(helper, &sum.errand);
        cr_assert_eq(sum.times, round);
    }
    helper_close(helper);
}

Test(helper, takes_an_errand_again_and_again)
{
    check_rounds();
}

Test(helper, without_a_thread_leaves_it_to_whoever_takes_it)
{
    struct helper *helper;
    struct sum sum = {.errand = {.work = count_up, .self = &sum}};

    have_no_thread();
    check_rounds();
    helper = helper_open();
    helper_give(helper, &sum.errand);
    helper_drop(helper, &sum.errand);
    helper_close(helper);
    cr_expect_eq(sum.times, 0);
}
