/* helper.c - see helper.h. */
#include "formats/helper.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

struct helper {
    pthread_t thread;
    bool tried, runs; /* a thread was asked for; there is one */
    pthread_mutex_t lock;
    pthread_cond_t changed;   /* what is below, under the lock */
    void (*work)(void *self); /* not taken up yet; NULL: none */
    void *self;
    bool busy, ends;
};

/* Takes the work up, if there is any. With the lock, not held meanwhile. */
static bool work_once(struct helper *helper)
{
    void (*work)(void *) = helper->work;
    void *self = helper->self;

    if (work == NULL)
        return false;
    helper->work = NULL;
    helper->busy = true;
    pthread_mutex_unlock(&helper->lock);
    work(self);
    pthread_mutex_lock(&helper->lock);
    helper->busy = false;
    return true;
}

static void *help(void *self)
{
    struct helper *helper = self;

    pthread_mutex_lock(&helper->lock);
    while (!helper->ends) {
        if (work_once(helper))
            pthread_cond_signal(&helper->changed);
        else
            pthread_cond_wait(&helper->changed, &helper->lock);
    }
    pthread_mutex_unlock(&helper->lock);
    return NULL;
}

/* Signals are for the thread that heeds them. No thread is no fault. */
static void run(struct helper *helper)
{
    sigset_t all, before;

    helper->tried = true;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    helper->runs = pthread_create(&helper->thread, NULL, help, helper) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct helper *helper_open(void)
{
    struct helper *helper = calloc(1, sizeof(*helper));

    if (helper == NULL)
        abort();
    pthread_mutex_init(&helper->lock, NULL);
    pthread_cond_init(&helper->changed, NULL);
    return helper;
}

void helper_close(struct helper *helper)
{
    if (helper == NULL)
        return;
    pthread_mutex_lock(&helper->lock);
    helper->ends = true;
    helper->work = NULL;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    if (helper->runs)
        pthread_join(helper->thread, NULL);
    pthread_cond_destroy(&helper->changed);
    pthread_mutex_destroy(&helper->lock);
    free(helper);
}

void helper_begin(struct helper *helper, void (*work)(void *self), void *self)
{
    if (!helper->tried)
        run(helper);
    pthread_mutex_lock(&helper->lock);
    helper->work = work;
    helper->self = self;
    pthread_cond_signal(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
}

void helper_finish(struct helper *helper)
{
    pthread_mutex_lock(&helper->lock);
    (void)work_once(helper);
    while (helper->busy)
        pthread_cond_wait(&helper->changed, &helper->lock);
    pthread_mutex_unlock(&helper->lock);
}
