/*
 * settled.h - creates that an earlier run left in doubt, and what this run made
 * of them before it planned.
 *
 * A row is `created` in exactly one run. The run that was cut short could not
 * say so; the one that finds its create does, whatever its plan says of the row
 * then.
 */
#ifndef SYNC_SETTLED_H
#define SYNC_SETTLED_H

#include "state/store.h"

struct settled;

struct settled *settled_open(void);
void settled_close(struct settled *settled); /* NULL is fine */
/* created: it was found; else it was not, which a late record may belie. */
void settled_add(struct settled *settled, store_id source, store_id customer,
                 bool created);
/* Both are false for NULL. */
bool settled_created(const struct settled *settled, store_id source,
                     store_id customer);
bool settled_lost(const struct settled *settled, store_id source,
                  store_id customer);

#endif
