/*
 * settled.h - creates that an earlier run left in doubt, and what became of
 * them.
 *
 * A row is `created` in exactly one run. The run that was cut short could not
 * say so; the first that meets the row once its create is found does, whatever
 * its plan says of the row then. Whichever run found it: the store knows that
 * no ledger has counted it, until the run that did has ended.
 */
#ifndef SYNC_SETTLED_H
#define SYNC_SETTLED_H

#include "state/store_change.h"
#include "sync/report.h"

struct settled;

struct settled *settled_open(void);
void settled_close(struct settled *settled); /* NULL is fine */

/* Reads which creates of the source no run has counted yet. */
enum status settled_recall(struct settled *settled, struct store *store,
                           store_id account, store_id source, struct err *err);
/* Whether the customer is one of them; then its row is to be counted, once, as
 * created. False for NULL. */
bool settled_created(struct settled *settled, store_id account, store_id source,
                     store_id customer);
/* Counted as created when it was found. NULL is fine. */
void settled_counted(struct settled *settled, store_id account, store_id source,
                     store_id customer);
/* The run's ledger has counted those: in the transaction that ends it. */
enum status settled_tell(const struct settled *settled, struct store *store,
                         struct err *err);

/*
 * An earlier run's change ended badly, or not yet: kept, to be told by the plan
 * that meets the row where it stands tonight. False for NULL: tell it now.
 */
bool settled_badly(struct settled *settled, const struct change *change,
                   enum column column);
/* The plan met the row, and says what there is to say. NULL is fine. */
void settled_met(struct settled *settled, store_id source, store_id customer);
/* Those that no row stands for any more are told where they stood. */
void settled_tell_rest(const struct settled *settled, struct report *report);

/* A create that may have arrived, and that was left to a person. */
bool settled_by_hand(const struct change *change);

/* It was not found and is made again: a late record may belie that. NULL is
 * fine for both. */
void settled_lose(struct settled *settled, store_id source, store_id customer);
bool settled_lost(const struct settled *settled, store_id source,
                  store_id customer);

#endif
