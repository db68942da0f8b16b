/*
 * retry_own.h - between run_retry.c and run_due.c.
 */
#ifndef SYNC_RETRY_OWN_H
#define SYNC_RETRY_OWN_H

#include "sync/run_own.h"

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
/* Does the store know the account, and something of it to do again? Asked
 * without making it known. */
enum status retry_has_any(struct retrying *retrying,
                          const struct account *account, bool *any,
                          struct err *err);

#endif
