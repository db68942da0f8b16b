/*
 * undo_own.h - between run_undo.c and run_undo_find.c.
 */
#ifndef SYNC_UNDO_OWN_H
#define SYNC_UNDO_OWN_H

#include "sync/run_places.h"
#include "sync/undo.h"

enum { ACCOUNTS_MAX = 64 }; /* of one run */

struct undo {
    const struct undo_request *request;
    struct run *run;
    struct arena *arena;
    struct store_run old;
    store_id wrote[ACCOUNTS_MAX];
    size_t wrote_count;
    struct undo_place *places;
    size_t places_count;
};

/* An account that is worked on. */
struct undo_place {
    const struct account *account;
    store_id id;
    struct client *client; /* NULL of a dry run */
    struct plan_totals totals;
};

/* run_undo_find.c: which run it is and where it wrote. STOP 65 when that is not
 * known (any more), 75 while it is at work. */
enum status undo_find(struct undo *undo, struct err *err);
/* STOP 78 unless the configuration has every account that the run wrote to:
 * nothing is undone in one place when the other cannot be reached. */
enum status undo_check_accounts(const struct undo *undo, struct err *err);

#endif
