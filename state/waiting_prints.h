/*
 * waiting_prints.h - prints of customers that wait to be written.
 *
 * A leaf is written whole, so what is new of its customers goes into it in one
 * go: when the transaction ends, or when they are many. Meanwhile what is here
 * stands for what the leaf says of the customer.
 */
#ifndef STATE_WAITING_PRINTS_H
#define STATE_WAITING_PRINTS_H

#include "state/store.h"

struct waiting;

/* All that a source and an account have of the customer from now on. */
struct waiting_prints {
    store_id source, account, customer;
    uint32_t count;  /* 0: it has none any more */
    uint32_t prints; /* where they begin */
    uint32_t next;   /* in its slot; 0: none, else the place of it and one */
};

struct waiting *waiting_open(void);
void waiting_close(struct waiting *waiting); /* NULL is fine */
/* Replaces what waits of the three. */
void waiting_put(struct waiting *waiting, store_id source, store_id account,
                 store_id customer, const struct fingerprint *prints,
                 size_t count);
bool waiting_any(const struct waiting *waiting);
/* There are so many that they should go. */
bool waiting_full(const struct waiting *waiting);
/* Of every source and account. place: 0 for the first; NULL: no more. */
const struct waiting_prints *waiting_next(const struct waiting *waiting,
                                          store_id customer, uint32_t *place);
/* Of those three; NULL: nothing waits. */
const struct waiting_prints *waiting_find(const struct waiting *waiting,
                                          store_id source, store_id account,
                                          store_id customer);
/* NULL when it has none any more. */
const struct fingerprint *waiting_at(const struct waiting *waiting,
                                     const struct waiting_prints *prints);
/* By source, account and customer; then only waiting_at and waiting_forget may
 * follow. */
const struct waiting_prints *waiting_sorted(struct waiting *waiting,
                                            size_t *count);
void waiting_forget(struct waiting *waiting);

#endif
