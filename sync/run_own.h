/*
 * run_own.h - one execution, between the run_*.c files.
 */
#ifndef SYNC_RUN_OWN_H
#define SYNC_RUN_OWN_H

#include "sync/plan.h"
#include "sync/pull.h"
#include "sync/push.h"
#include "sync/run.h"
#include "sync/settled.h"
#include "sync/sink.h"

/*
 * How long "nobody is there" holds: who has just been looked for, to prove a
 * plan from a file, is not looked for again. After that it is done once more,
 * right before the create.
 */
enum { PROOF_MS = 10 * 60 * 1000 };

struct run {
    const struct run_request *request;
    const struct policy *policy;
    struct report *report;
    const struct clock *clock;
    struct store *store;
    struct source *source;
    struct rejects *rejects;
    struct export *export; /* of an account to a file; else NULL */
    struct sink *sink;
    struct client *from_client, *to_client;
    const struct account *from_account, *to_account; /* NULL: files */
    store_id from_id, to_id, source_id, id;
    struct plan_totals totals;
    const struct dispute_ends *ends; /* of --two-way; or NULL */
    int64_t listed_ms; /* since then all of TO was read; 0: it was not */
    bool pulled;       /* FROM was read already */
    bool planned;      /* every row of FROM has its column, or is due */
    uint64_t sent;     /* changes, of --limit */
    const char *from_end, *to_end; /* as written; of --two-way */
    struct err useless; /* exit not 0: why TO's account cannot be asked now */
    struct settled *settled; /* what became of creates left in doubt */
    bool ledger;             /* every row has its column */
    int64_t started_ms;
    struct run_watch
        *watch; /* a plan that is shown, kept or checked; or NULL */
};

int64_t run_now(const struct run *run);
/* run_open.c, in this order */
enum status run_open_store(struct run *run, struct err *err);
enum status run_begin(struct run *run, struct err *err);
/* As they were written, one after the other. */
const char *run_from_names(const struct run_request *request,
                           struct arena *arena);
enum status run_open_account(struct run *run, const struct account *account,
                             store_id *id, struct err *err);
enum status run_open_client(struct run *run, const struct account *account,
                            store_id id, struct client **client,
                            struct err *err);
enum status run_open_accounts(struct run *run, struct err *err);
/* The same with that account as TO, for who has nothing to do without it. */
enum status run_enter(struct run *run, const struct account *account,
                      struct err *err);
/* Before the source: what is remembered of the file, under its lock. */
enum status run_open_export(struct run *run, struct err *err);
enum status run_open_source(struct run *run, struct err *err);
/* Read once more from its beginning; an account is not pulled again. */
enum status run_reopen_source(struct run *run, struct err *err);
enum status run_open_target(struct run *run, struct err *err);
/* What a read of the account is to be; client NULL: only to tell its cost. */
struct pulling run_pulling(const struct run *run, struct client *client,
                           const struct account *account, store_id id);
enum status run_pull_from(struct run *run, struct client *client,
                          const struct account *account, store_id id,
                          struct pulled *pulled, struct err *err);
/* What only `pull` tells: who is not there any more, and that it went on. */
void run_tell_pull(struct run *run, const struct pulled *pulled);
void run_close(struct run *run);

/* run_named.c: the run of that number, as retry and undo are told it; STOP:
 * there is none. */
enum status run_named(struct store *store, store_id id, struct arena *arena,
                      struct store_run *found, struct err *err);

/* run_plan.c: who listens to the plan (from the first on), and --plan is whose
 * it says and asks for what the configuration says now. */
enum status run_watch_open(struct run *run, struct err *err);
void run_watch_close(struct run *run);
const struct plan_listener *run_listener(const struct run *run);
/* plan --look: a first plan, of which the provider is asked, and forgotten. */
enum status run_look(struct run *run, struct err *err);
/* sync --plan: every record of the plan is as the plan has it; from here on the
 * plan counts as begun. *refused: nothing of it is to be done. */
enum status run_plan_verify(struct run *run, bool *refused, struct err *err);
/* What a push of the plan is to know beside the usual. */
void run_plan_pushing(const struct run *run, struct pushing *pushing);
/* plan --out: the file. */
enum status run_plan_publish(struct run *run, struct err *err);

/* run_settle.c: what is in doubt at TO; and at an account that is FROM, unless
 * somebody else has its lock, which is taken for that only. */
enum status run_settle_leftovers(struct run *run, struct err *err);
enum status run_settle_from(struct run *run, struct err *err);
/* run.c, the steps of a run in their order */
/* A plan in the store, as listener (or nobody) hears it. within: in the
 * caller's transaction. */
enum status run_make_plan(struct run *run, bool within,
                          const struct plan_listener *listener,
                          struct err *err);
/* *refused: nothing of it was to be done, and nothing was. */
enum status run_push_planned(struct run *run, bool sending, bool *refused,
                             struct err *err);
/* What was planned is forgotten, what was learnt is kept. */
enum status run_forget_plan(struct run *run, struct err *err);
/* run_estimate.c: what the run would cost; and the report is told. */
enum status run_tell_estimate(struct run *run, struct err *err);
enum status run_estimate(struct run *run, struct report_strategy *strategy,
                         struct err *err);
/* run.c: what a push of the run is to know. */
struct pushing run_pushing(struct run *run);
/* The trouble is the provider's, of tonight: what does not need it goes on. */
bool run_can_wait(const struct err *err);
/* Rows that have no column are pending. */
void run_count_rest(struct report *report);
/* The rejects and the ledger, when there is one; the exit code; the run in the
 * store; everything closed. */
enum status run_conclude(struct run *run, enum status status, int *exit,
                         struct err *err);

/* run_lock.c: waits up to wait_ms for the lock of that name; place: what it
 * stands for. */
enum { LOCK_NAME = 40 };
enum status run_lock_named(struct store *store, const char *name,
                           const char *place, uint64_t wait_ms,
                           struct err *err);

#endif
