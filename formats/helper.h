/*
 * helper.h - a second thread that does one piece of work at a time.
 *
 * Whoever has work that need not be done at once begins it, goes on with
 * something else, and finishes it before he needs what comes of it. The two
 * share nothing but the work, which nobody else touches in between. Where there
 * is no thread to be had, the same work is done by whoever finishes it: only
 * later.
 */
#ifndef FORMATS_HELPER_H
#define FORMATS_HELPER_H

struct helper;

struct helper *helper_open(void); /* the thread begins with the first work */
/* The thread has ended then; work that it had not taken up is left undone. NULL
 * is fine. */
void helper_close(struct helper *helper);
/* One at a time: the one before is finished. No signal interrupts it. */
void helper_begin(struct helper *helper, void (*work)(void *self), void *self);
/* What was begun has been done. Fine where nothing was. */
void helper_finish(struct helper *helper);

#endif
