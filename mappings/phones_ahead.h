/*
 * phones_ahead.h - phone numbers that are read ahead of their rows.
 *
 * To read a number takes longer than all else that is done for a new row, and
 * depends on nothing but its text and its regions. So those of the rows that
 * come next are asked for, and worked out by a second thread (helper.h) while
 * the first deals with the rows before them. Whoever needs a number that nobody
 * asked for reads it himself, and comes to the same.
 *
 * Asking and remembering are for the thread that reads the rows. Working out
 * needs nothing of it: libphonenumber may be used by several threads, as the
 * one thing in it that changes, its cache of patterns, has a lock
 * (phonenumbers/regexp_cache.h), and the rest is ours and keeps nothing.
 */
#ifndef MAPPINGS_PHONES_AHEAD_H
#define MAPPINGS_PHONES_AHEAD_H

#include "formats/text.h"

#include <stdatomic.h>

/* What was asked for and what it came to. A zeroed struct is empty. */
struct phones_ahead {
    struct phone_ahead *at;
    size_t count, room;
    atomic_size_t next; /* the first that nobody works on */
};

/* One more, unless it is known or too long to be remembered. */
void phones_ask(struct phones_ahead *phones, struct text text,
                const char *const regions[4]);
/* self is a struct phones_ahead. Those that nobody works on are worked out: any
 * thread may, several may at once, and all is done when all are back. */
void phones_work_out(void *self);
/* From first up to end: they will be read next, and cost nothing then. */
void phones_remember(const struct phones_ahead *phones, size_t first,
                     size_t end);
void phones_clear(struct phones_ahead *phones);
void phones_free(struct phones_ahead *phones);

#endif
