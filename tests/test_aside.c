/*
 * test_aside.c - errands: done by whomever, once, and never behind the back of
 * whoever took or dropped them.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

#include "sync/aside.h"

TestSuite(aside, .timeout = 60);

struct sum {
    struct errand errand;
    int times;
    pthread_t by;
    bool quiet; /* no signal comes to whoever did it */
};

static void count_up(struct errand *errand)
{
    struct sum *sum = (struct sum *)errand;
    sigset_t blocked;

    sum->times++;
    sum->by = pthread_self();
    sum->quiet = pthread_sigmask(SIG_SETMASK, NULL, &blocked) == 0 &&
                 sigismember(&blocked, SIGINT) == 1 &&
                 sigismember(&blocked, SIGTERM) == 1;
}

/* Keeps the thread busy: it says that it has begun, and waits. */
struct gate {
    struct errand errand;
    sem_t begun, open;
    bool through;
};

static void pass(struct errand *errand)
{
    struct gate *gate = (struct gate *)errand;

    sem_post(&gate->begun);
    while (sem_wait(&gate->open) != 0)
        continue;
    gate->through = true;
}

static void shut(struct aside *aside, struct gate *gate)
{
    *gate = (struct gate){.errand.work = pass};
    sem_init(&gate->begun, 0, 0);
    sem_init(&gate->open, 0, 0);
    aside_give(aside, &gate->errand);
    while (sem_wait(&gate->begun) != 0)
        continue;
}

static void *open_late(void *self)
{
    struct gate *gate = self;
    struct timespec nap = {.tv_nsec = 20 * 1000 * 1000};

    (void)nanosleep(&nap, NULL);
    sem_post(&gate->open);
    return NULL;
}

Test(aside, what_waits_is_done_by_whoever_takes_it)
{
    struct aside *aside = aside_open();
    struct sum sum = {.errand.work = count_up};
    struct gate gate;

    shut(aside, &gate);
    aside_give(aside, &sum.errand);
    aside_take(aside, &sum.errand);
    cr_assert_eq(sum.times, 1);
    cr_assert(pthread_equal(sum.by, pthread_self()));
    aside_take(aside, &sum.errand);
    cr_assert_eq(sum.times, 1);
    sem_post(&gate.open);
    aside_take(aside, &gate.errand);
    aside_close(aside);
    cr_assert_eq(sum.times, 1);
}

Test(aside, what_is_dropped_before_its_turn_is_never_done)
{
    struct aside *aside = aside_open();
    struct sum sums[3] = {{.errand.work = count_up},
                          {.errand.work = count_up},
                          {.errand.work = count_up}};
    struct gate gate, last;

    shut(aside, &gate);
    for (int i = 0; i < 3; i++)
        aside_give(aside, &sums[i].errand);
    aside_drop(aside, &sums[1].errand);
    aside_drop(aside, &sums[2].errand);
    sem_post(&gate.open);
    shut(aside, &last); /* behind all that waited */
    cr_assert_eq(sums[0].times, 1);
    cr_assert_eq(sums[1].times, 0);
    cr_assert_eq(sums[2].times, 0);
    aside_drop(aside, &sums[1].errand);
    sem_post(&last.open);
    aside_drop(aside, &last.errand);
    aside_close(aside);
    cr_assert_eq(sums[1].times, 0);
}

Test(aside, what_is_in_work_is_waited_for)
{
    struct aside *aside = aside_open();
    struct gate gate;
    pthread_t opener;

    for (int i = 0; i < 2; i++) {
        shut(aside, &gate);
        cr_assert_eq(pthread_create(&opener, NULL, open_late, &gate), 0);
        if (i == 0)
            aside_take(aside, &gate.errand);
        else
            aside_drop(aside, &gate.errand);
        cr_assert(gate.through);
        (void)pthread_join(opener, NULL);
    }
    aside_close(aside);
}

Test(aside, what_was_never_given_is_done_when_it_is_taken)
{
    struct aside *aside = aside_open();
    struct sum sum = {.errand.work = count_up};

    aside_drop(aside, &sum.errand);
    cr_assert_eq(sum.times, 0);
    aside_take(aside, &sum.errand);
    cr_assert_eq(sum.times, 1);
    aside_close(aside);
    aside_close(NULL);
}

Test(aside, a_signal_is_for_the_others)
{
    struct aside *aside = aside_open();
    struct sum sum = {.errand.work = count_up};
    struct gate gate;
    sigset_t blocked;

    aside_give(aside, &sum.errand);
    shut(aside, &gate);
    cr_assert_eq(sum.times, 1);
    cr_assert_not(pthread_equal(sum.by, pthread_self()));
    cr_assert(sum.quiet);
    cr_assert_eq(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
    cr_assert_eq(sigismember(&blocked, SIGINT), 0);
    sem_post(&gate.open);
    aside_take(aside, &gate.errand);
    aside_close(aside);
}

Test(aside, each_of_many_is_done_once_in_whatever_order_they_are_taken)
{
    enum { MANY = 20000, ALIVE = 128 };
    struct aside *aside = aside_open();
    struct sum *sums = calloc(MANY, sizeof(*sums));
    unsigned random = 1;

    for (int i = 0; i < MANY + ALIVE; i++) {
        int old =
            i - ALIVE + (int)((random = random * 1103515245 + 12345) % ALIVE);

        if (i < MANY) {
            sums[i].errand.work = count_up;
            aside_give(aside, &sums[i].errand);
        }
        if (old >= 0 && old < MANY && old <= i)
            aside_take(aside, &sums[old].errand);
    }
    for (int i = 0; i < MANY; i++)
        aside_take(aside, &sums[i].errand);
    aside_close(aside);
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(sums[i].times, 1, "%d: %d", i, sums[i].times);
    free(sums);
}
