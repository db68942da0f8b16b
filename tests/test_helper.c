/* test_helper.c - what was begun is done when it is finished, whoever did it.
 */
#include <criterion/criterion.h>

#include "formats/helper.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

TestSuite(helper, .timeout = 30);

struct sum {
    int upto, sum;
};

static void add(void *self)
{
    struct sum *sum = self;

    for (int i = 1; i <= sum->upto; i++)
        sum->sum += i;
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

    helper_finish(helper);
    for (int round = 0; round < 2000; round++) {
        struct sum sum = {.upto = round % 200};

        helper_begin(helper, add, &sum);
        helper_finish(helper);
        cr_assert_eq(sum.sum, sum.upto * (sum.upto + 1) / 2);
        helper_finish(helper);
    }
    helper_close(helper);
    helper_close(NULL);
}

Test(helper, has_done_what_was_begun_when_it_is_finished)
{
    check_rounds();
}

Test(helper, without_a_thread_leaves_it_to_whoever_finishes_it)
{
    struct helper *helper;
    struct sum sum = {.upto = 10};

    have_no_thread();
    check_rounds();
    helper = helper_open();
    helper_begin(helper, add, &sum);
    cr_expect_eq(sum.sum, 0);
    helper_close(helper);
    cr_expect_eq(sum.sum, 0);
}

struct seen {
    sem_t begun;
    pthread_t thread;
    sigset_t blocked;
    bool done;
};

static void look(void *self)
{
    struct seen *seen = self;

    seen->thread = pthread_self();
    pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
    sem_post(&seen->begun);
    usleep(20 * 1000); /* so that whoever finishes it comes too early */
    seen->done = true;
}

Test(helper, is_another_thread_that_is_waited_for_and_no_signal_goes_there)
{
    struct helper *helper = helper_open();
    struct seen seen = {.done = false};
    sigset_t own;

    cr_assert_eq(sem_init(&seen.begun, 0, 0), 0);
    helper_begin(helper, look, &seen);
    cr_assert_eq(sem_wait(&seen.begun), 0);
    helper_finish(helper);
    cr_expect(seen.done);
    cr_expect_eq(pthread_equal(seen.thread, pthread_self()), 0);
    cr_expect_eq(sigismember(&seen.blocked, SIGINT), 1);
    cr_expect_eq(sigismember(&seen.blocked, SIGTERM), 1);
    pthread_sigmask(SIG_SETMASK, NULL, &own);
    cr_expect_eq(sigismember(&own, SIGINT), 0);
    helper_close(helper);
}
