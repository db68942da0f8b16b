/* aside.c - see aside.h. */
#include "sync/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* The lock is for all of it, and for the states and places of errands. */
struct aside {
    pthread_mutex_t lock;
    pthread_cond_t given, done;   /* done: somebody waits for the one in work */
    struct errand *first, **last; /* the oldest, and where the next one goes */
    bool begun, idle, closing;
    bool alone; /* no thread could be started */
    pthread_t thread;
};

static void take_out(struct aside *aside, struct errand *errand)
{
    *errand->forward = errand->newer;
    if (errand->newer != NULL)
        errand->newer->forward = errand->forward;
    else
        aside->last = errand->forward;
    errand->forward = NULL;
    errand->newer = NULL;
}

static void *work(void *self)
{
    struct aside *aside = self;

    (void)pthread_mutex_lock(&aside->lock);
    while (!aside->closing) {
        struct errand *errand = aside->first;

        if (errand == NULL) {
            aside->idle = true;
            (void)pthread_cond_wait(&aside->given, &aside->lock);
            aside->idle = false;
            continue;
        }
        take_out(aside, errand);
        errand->state = ERRAND_IN_WORK;
        (void)pthread_mutex_unlock(&aside->lock);
        errand->work(errand);
        (void)pthread_mutex_lock(&aside->lock);
        errand->state = ERRAND_DONE;
        (void)pthread_cond_signal(&aside->done);
    }
    (void)pthread_mutex_unlock(&aside->lock);
    return NULL;
}

/* A signal must wake the thread that waits for the network. */
static bool begin(struct aside *aside)
{
    sigset_t all, before;
    int result;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    result = pthread_create(&aside->thread, NULL, work, aside);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0;
}

struct aside *aside_open(void)
{
    struct aside *aside = calloc(1, sizeof(*aside));

    if (aside == NULL || pthread_mutex_init(&aside->lock, NULL) != 0 ||
        pthread_cond_init(&aside->given, NULL) != 0 ||
        pthread_cond_init(&aside->done, NULL) != 0)
        abort();
    aside->last = &aside->first;
    return aside;
}

void aside_close(struct aside *aside)
{
    if (aside == NULL)
        return;
    if (aside->begun) {
        (void)pthread_mutex_lock(&aside->lock);
        aside->closing = true;
        (void)pthread_cond_signal(&aside->given);
        (void)pthread_mutex_unlock(&aside->lock);
        (void)pthread_join(aside->thread, NULL);
    }
    (void)pthread_cond_destroy(&aside->done);
    (void)pthread_cond_destroy(&aside->given);
    (void)pthread_mutex_destroy(&aside->lock);
    free(aside);
}

void aside_give(struct aside *aside, struct errand *errand)
{
    if (!aside->begun && !aside->alone) {
        aside->begun = begin(aside);
        aside->alone = !aside->begun;
    }
    if (aside->alone)
        return;
    (void)pthread_mutex_lock(&aside->lock);
    errand->state = ERRAND_WAITS;
    errand->newer = NULL;
    errand->forward = aside->last;
    *aside->last = errand;
    aside->last = &errand->newer;
    if (aside->idle)
        (void)pthread_cond_signal(&aside->given);
    (void)pthread_mutex_unlock(&aside->lock);
}

/* False when it is done; true when it is nobody's. */
static bool take_back(struct aside *aside, struct errand *errand)
{
    bool done;

    if (!aside->begun)
        return errand->state != ERRAND_DONE;
    (void)pthread_mutex_lock(&aside->lock);
    if (errand->state == ERRAND_WAITS) {
        take_out(aside, errand);
        errand->state = ERRAND_NONE;
    }
    while (errand->state == ERRAND_IN_WORK)
        (void)pthread_cond_wait(&aside->done, &aside->lock);
    done = errand->state == ERRAND_DONE;
    (void)pthread_mutex_unlock(&aside->lock);
    return !done;
}

void aside_take(struct aside *aside, struct errand *errand)
{
    if (!take_back(aside, errand))
        return;
    errand->work(errand);
    errand->state = ERRAND_DONE;
}

void aside_drop(struct aside *aside, struct errand *errand)
{
    (void)take_back(aside, errand);
}
