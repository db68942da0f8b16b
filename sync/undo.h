/*
 * undo.h - the reverse of a run, from what its writes replaced.
 *
 * Every write that was acknowledged left an event with what the target held
 * before and what we wrote (life.h). Planning turns those of one run into
 * changes of a source of their own, so that what other sources said stays; the
 * push reads each record just before and puts back what is still as the run
 * left it. A create is undone by deactivating its record, where the provider
 * has a field for that; nothing is ever deleted. Undone twice, the second time
 * sends nothing; and an undo can be undone.
 */
#ifndef SYNC_UNDO_H
#define SYNC_UNDO_H

#include "sync/plan.h"

struct undoing {
    struct store *store;
    const struct account *account;
    store_id account_id;
    store_id source_id; /* the undo's own */
    store_id run;       /* that is undoing */
    store_id undone;
    const struct policy *policy;
    struct report *report;
    struct plan_text *text; /* shows each change; or NULL */
    bool dry;               /* what cannot go back is told from what is known */
};

/*
 * Plans the account's part in the caller's transaction. STOP 65 when the brake
 * holds: then the caller takes all of it back. Each customer is a row of the
 * report: counted here when there is nothing to send.
 */
enum status undo_plan(const struct undoing *undoing, struct plan_totals *totals,
                      struct err *err);

#endif
