/* helper.c - see helper.h. */
#include "formats/helper.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* The lock is for all of it, and for the states and places of errands. */
struct helper {
    pthread_mutex_t lock;
    pthread_cond_t given, done;   /* done: somebody waits for the one in work */
    struct errand *first, **last; /* the oldest, and where the next one goes */
    bool begun, idle, closing;
    bool alone; /* no thread could be started */
    pthread_t thread;
};

static void take_out(struct helper *helper, struct errand *errand)
{
    *errand->forward = errand->newer;
    if (errand->newer != NULL)
        errand->newer->forward = errand->forward;
    else
        helper->last = errand->forward;
    errand->forward = NULL;
    errand->newer = NULL;
}

static void *work(void *self)
{
    struct helper *helper = self;

    (void)pthread_mutex_lock(&helper->lock);
    while (!helper->closing) {
        struct errand *errand = helper->first;

        if (errand == NULL) {
            helper->idle = true;
            (void)pthread_cond_wait(&helper->given, &helper->lock);
            helper->idle = false;
            continue;
        }
        take_out(helper, errand);
        errand->state = ERRAND_IN_WORK;
        (void)pthread_mutex_unlock(&helper->lock);
        errand->work(errand->self);
        (void)pthread_mutex_lock(&helper->lock);
        errand->state = ERRAND_DONE;
        (void)pthread_cond_signal(&helper->done);
    }
    (void)pthread_mutex_unlock(&helper->lock);
    return NULL;
}

/* A signal must wake the thread that waits for the network. */
static bool begin(struct helper *helper)
{
    sigset_t all, before;
    int result;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    result = pthread_create(&helper->thread, NULL, work, helper);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0;
}

struct helper *helper_open(void)
{
    struct helper *helper = calloc(1, sizeof(*helper));

    if (helper == NULL || pthread_mutex_init(&helper->lock, NULL) != 0 ||
        pthread_cond_init(&helper->given, NULL) != 0 ||
        pthread_cond_init(&helper->done, NULL) != 0)
        abort();
    helper->last = &helper->first;
    return helper;
}

void helper_close(struct helper *helper)
{
    if (helper == NULL)
        return;
    if (helper->begun) {
        (void)pthread_mutex_lock(&helper->lock);
        helper->closing = true;
        (void)pthread_cond_signal(&helper->given);
        (void)pthread_mutex_unlock(&helper->lock);
        (void)pthread_join(helper->thread, NULL);
    }
    (void)pthread_cond_destroy(&helper->done);
    (void)pthread_cond_destroy(&helper->given);
    (void)pthread_mutex_destroy(&helper->lock);
    free(helper);
}

void helper_give(struct helper *helper, struct errand *errand)
{
    if (!helper->begun && !helper->alone) {
        helper->begun = begin(helper);
        helper->alone = !helper->begun;
    }
    errand->state = ERRAND_NONE;
    if (helper->alone)
        return;
    (void)pthread_mutex_lock(&helper->lock);
    errand->state = ERRAND_WAITS;
    errand->newer = NULL;
    errand->forward = helper->last;
    *helper->last = errand;
    helper->last = &errand->newer;
    if (helper->idle)
        (void)pthread_cond_signal(&helper->given);
    (void)pthread_mutex_unlock(&helper->lock);
}

/* False when it is done; true when it is nobody's. */
static bool take_back(struct helper *helper, struct errand *errand)
{
    bool done;

    if (!helper->begun)
        return errand->state != ERRAND_DONE;
    (void)pthread_mutex_lock(&helper->lock);
    if (errand->state == ERRAND_WAITS) {
        take_out(helper, errand);
        errand->state = ERRAND_NONE;
    }
    while (errand->state == ERRAND_IN_WORK)
        (void)pthread_cond_wait(&helper->done, &helper->lock);
    done = errand->state == ERRAND_DONE;
    (void)pthread_mutex_unlock(&helper->lock);
    return !done;
}

void helper_take(struct helper *helper, struct errand *errand)
{
    if (!take_back(helper, errand))
        return;
    errand->work(errand->self);
    errand->state = ERRAND_DONE;
}

void helper_drop(struct helper *helper, struct errand *errand)
{
    (void)take_back(helper, errand);
}
