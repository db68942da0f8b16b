/*
 * absence.h - what can prove that a customer is not yet at a provider.
 *
 * Questions about a provider's file, answered for the planner's estimate and
 * for the push alike. A key proves something only if the target can hold it.
 */
#ifndef SYNC_ABSENCE_H
#define SYNC_ABSENCE_H

#include "sync/plan.h"

/* The target has the field (all of them, for name+phone) and shows it. */
bool absence_held(const struct provider *provider, enum key key);
/* Items of its list show it. */
bool absence_listed(const struct provider *provider, enum key key);
/* A second record with that key would be refused. */
bool absence_guarded(const struct provider *provider, enum key key);
/* The target's own field for such a key needs a value on create. */
bool absence_required(const struct provider *provider, enum key key);

/*
 * Unique keys that the target still shows for a customer and its source no
 * longer says: as long as they stand there nobody else can have them. Adds to
 * keys (room for KEY_COUNT more); returns the new count.
 */
size_t absence_still_held(const struct provider *provider,
                          const struct customer *held, struct store_key *keys,
                          size_t count, struct arena *arena);

/* Would the provider still take the customer without this field? */
bool absence_spares(const struct provider *provider,
                    const struct customer *customer, enum field field,
                    bool for_create, struct arena *arena);

enum absence {
    ABSENCE_NONE,   /* nobody unknown */
    ABSENCE_LIST,   /* read the whole list once */
    ABSENCE_LOOKUP, /* look up every key of every customer */
    ABSENCE_CREATE, /* create; "duplicate" is found */
};

const char *absence_name(enum absence absence);

/*
 * The cheapest way, with its cost in requests. records: how many the provider
 * holds (as the first page of its list or an earlier run told), known false:
 * nobody knows yet, then a list counts as its first page.
 */
enum absence absence_choose(const struct provider *provider,
                            const struct plan_totals *totals, bool known,
                            uint64_t records, uint64_t *requests);
/* Look-ups prove nothing: some can be asked for by no key, or all, and the list
 * shows them. */
bool absence_only_listed(const struct provider *provider,
                         const struct plan_totals *totals);
/* Requests that carry the changes themselves. */
uint64_t absence_writes(const struct provider *provider,
                        const struct plan_totals *totals, bool *bulk);
/* Time that many requests need at a rate, from an empty window. */
uint64_t absence_time_ms(const struct rate_spec *rate, uint64_t requests);

#endif
