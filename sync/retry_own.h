/*
 * retry_own.h - between run_retry.c and run_due.c.
 */
#ifndef SYNC_RETRY_OWN_H
#define SYNC_RETRY_OWN_H

#include "sync/run_places.h"

/* Changes of one account, and of one job one way. */
struct due {
    struct text job; /* empty: none, or one that is no more */
    bool turned;     /* the way back: source and target are swapped */
    const struct policy *policy;
    struct key_set *chosen;
    struct plan_totals totals;
    uint64_t rows;
    struct due *next;
};

struct retrying {
    const struct retry_request *request;
    struct run *run;
    struct arena *arena; /* of the whole retry */
    struct due *dues;    /* of the account at hand */
    struct due *last;    /* what is due of last_run; or NULL */
    store_id last_run;
    struct key_set *chosen; /* of all of them */
    struct arena *work;     /* of one page of changes; reset */
};

/* run_due.c: what of the run's account is chosen is due again, all of it or
 * nothing; by job in retrying->dues, until retry_forget. */
enum status retry_choose(struct retrying *retrying, struct err *err);
void retry_forget(struct retrying *retrying);
/* run_concerns: is there something of the account to do again? self: retrying.
 */
enum status retry_concerns(void *self, struct store *store, store_id account,
                           bool *is, struct err *err);

#endif
