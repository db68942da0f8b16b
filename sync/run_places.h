/*
 * run_places.h - the accounts of a run that may work at several.
 *
 * Each account once, whatever labels the configuration has for it, and in the
 * order of their numbers: that is the order in which every run takes its
 * locks, so that no two ever wait for each other.
 */
#ifndef SYNC_RUN_PLACES_H
#define SYNC_RUN_PLACES_H

#include "sync/run_own.h"

struct run_place {
    const struct account *account;
    store_id id;
};

/* Has the run something to do there? Asked of a store that is only read. */
typedef enum status run_concerns(void *self, struct store *store,
                                 store_id account, bool *is, struct err *err);

/* Those that the store knows and the run concerns, in the arena. Makes none
 * known. */
enum status run_places(const struct run *run, run_concerns *concerns,
                       void *self, struct arena *arena,
                       struct run_place **places, size_t *count,
                       struct err *err);

#endif
