/*
 * past.h - how the runs before went: of one job, or between the same ends.
 *
 * store.h's rules hold here too.
 */
#ifndef STATE_PAST_H
#define STATE_PAST_H

#include "state/store.h"

/* Whose past: of a job its name says it, else the ends do. */
struct past_of {
    const char *command, *job, *from, *to; /* job may be NULL or "" */
};

struct past {
    int64_t done_ms; /* when the last run ended that was done (exit 0 or 1);
                        0: none was, or not known */
    struct text from, to; /* of the last run; empty when there was none */
    uint64_t in_a_row;    /* the last ones that all ended with `exit` */
};

enum status store_past(struct store *store, const struct past_of *of, int exit,
                       struct arena *arena, struct past *past, struct err *err);

#endif
