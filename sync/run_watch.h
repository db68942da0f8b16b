/*
 * run_watch.h - who listens to a run's plan, between run_plan.c (what is heard)
 * and run_exact.c (what is asked and written).
 */
#ifndef SYNC_RUN_WATCH_H
#define SYNC_RUN_WATCH_H

#include "sync/plan_file.h"
#include "sync/run_own.h"

struct run_watch {
    struct run *run;
    struct plan_listener listener;
    struct arena *arena;
    struct plan_out *out;         /* plan --out, or NULL */
    const struct plan_file *file; /* sync --plan, or NULL */
    struct plan_basis basis;
    uint64_t data; /* digest of the data files */
    uint8_t seed[16], source[SHA256_SIZE];
    struct buffer line, work;
    uint64_t changes;       /* of the file's that are still to be done */
    store_id begun_by;      /* the run that began the file's plan; 0: none */
    struct key_set *proven; /* creates that were looked for; or NULL */
    int64_t proven_ms;
};

/* The name under which the store keeps who began the file's plan. */
const char *watch_begun_fact(const struct run_watch *watch);

#endif
