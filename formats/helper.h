/*
 * helper.h - a second thread, for work that need not be done at once.
 *
 * For what takes long, depends on nothing that anybody changes, and is needed
 * later: it is given early, and whoever needs it takes it. What the thread has
 * not come to by then the taker does himself, as he does all of it where no
 * thread could be started: only later, never otherwise. So who uses it knows no
 * threads; but nobody else touches what an errand works on from helper_give
 * until helper_take or helper_drop.
 *
 * One thread gives, takes and drops. Errands are done in the order in which
 * they were given, one at a time.
 */
#ifndef FORMATS_HELPER_H
#define FORMATS_HELPER_H

enum errand_state { ERRAND_NONE, ERRAND_WAITS, ERRAND_IN_WORK, ERRAND_DONE };

/* Zeroed but for its work; lies in what it works on, and may be given again
 * once it was taken. */
struct errand {
    void (*work)(void *self);
    void *self;
    enum errand_state state;
    struct errand *newer, **forward; /* while it waits: who points here */
};

struct helper;

/* The thread begins with the first errand; signals are left to the others. */
struct helper *helper_open(void);
/* The thread has ended then; errands that wait are left undone. NULL is fine.
 */
void helper_close(struct helper *helper);

void helper_give(struct helper *helper, struct errand *errand);
/* It is done when this returns. One that was never given, or dropped, is done
 * now. */
void helper_take(struct helper *helper, struct errand *errand);
/* It is done, or never will be: what it works on may go. */
void helper_drop(struct helper *helper, struct errand *errand);

#endif
