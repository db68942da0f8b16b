/*
 * aside.h - work that a second thread does meanwhile.
 *
 * For what takes long, depends on nothing that anybody changes, and is needed
 * later: it is given early, and whoever needs it takes it. What the thread has
 * not come to by then the taker does himself, as he does all of it where no
 * thread could be started. So who uses it knows no threads; but an errand must
 * keep its hands off everything except what is its own, from aside_give until
 * aside_take or aside_drop.
 *
 * One thread gives, takes and drops.
 */
#ifndef SYNC_ASIDE_H
#define SYNC_ASIDE_H

enum errand_state { ERRAND_NONE, ERRAND_WAITS, ERRAND_IN_WORK, ERRAND_DONE };

/* Zeroed but for work; part of what it works on. */
struct errand {
    void (*work)(struct errand *errand);
    enum errand_state state;
    struct errand *newer, **forward; /* while it waits: who points here */
};

struct aside;

/* The thread begins with the first errand; signals are left to the others. */
struct aside *aside_open(void);
/* Errands that wait stay undone; all of them have been dropped or taken. NULL
 * is fine. */
void aside_close(struct aside *aside);

void aside_give(struct aside *aside, struct errand *errand);
/* It is done when this returns. An errand that was never given, or dropped, is
 * done now. */
void aside_take(struct aside *aside, struct errand *errand);
/* It is done, or never will be: what it works on may go. */
void aside_drop(struct aside *aside, struct errand *errand);

#endif
