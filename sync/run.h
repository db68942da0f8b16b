/*
 * run.h - one execution of sync, plan, pull, import or export.
 *
 * Opens what is needed, lets the reading half plan and the sending half push,
 * fills the ledger, checks it, and gives the exit code. Everything it opens it
 * closes. A signal (SIGINT, SIGTERM) lets what is in flight settle first.
 */
#ifndef SYNC_RUN_H
#define SYNC_RUN_H

#include "sync/endpoint.h"
#include "sync/options.h"
#include "sync/report.h"

struct run_request {
    const char *command; /* "sync" "plan" "pull" */
    const struct config *config;
    const char *state_path;
    const char *job;             /* name or NULL */
    const struct endpoint *from; /* files, or one account */
    size_t from_count;
    const struct endpoint *to; /* NULL for pull */
    const struct policy *policy;
    const struct options *options; /* as a plan's file is to repeat them */
    struct plan_text *text;        /* plan: shows each change; or NULL */
    const struct plan_file *plan;  /* sync --plan: does that; or NULL */
};

struct plan_file;
struct plan_text;

/*
 * report is filled whatever happens (a refused file has no ledger: *ledger
 * false). OK with *exit, or STOP with err (err->exit is the exit code).
 */
enum status run_sync(const struct run_request *request, struct report *report,
                     bool *ledger, int *exit, struct err *err);
/* Both ends are accounts, and what moved at either goes to the other. */
enum status run_two_way(const struct run_request *request,
                        struct report *report, bool *ledger, int *exit,
                        struct err *err);
/* Reads every customer of the account into the store. */
enum status run_pull(const struct run_request *request, struct report *report,
                     int *exit, struct err *err);

/* STOP: there is no run of that number. */
enum status run_unknown(store_id id, struct err *err);

struct retry_request {
    const struct config *config;
    const char *state_path;
    store_id run;     /* that planned them; 0: any */
    const char *code; /* NULL: any */
    /* Of a change whose run was no job's; and for a job, over the job's own. */
    const struct options *options;
};

/*
 * Makes changes that were refused, failed or parked due again, on every account
 * of the configuration, and sends them; each is a row of the ledger. What may
 * have arrived is looked for, never just sent.
 */
enum status run_retry(const struct retry_request *request,
                      struct report *report, int *exit, struct err *err);

struct undo_request {
    const struct config *config;
    const char *state_path;
    store_id run; /* to be undone */
    const struct policy *policy;
    struct plan_text *text; /* -n: shows each change; or NULL */
};

/*
 * Puts back what that run wrote, on every account; see undo.h. STOP 65 when
 * nothing is known of such a run, 75 while it is still at work.
 */
enum status run_undo(const struct undo_request *request, struct report *report,
                     bool *ledger, int *exit, struct err *err);

/*
 * One run per target account at a time; also for who changes links by hand.
 * Waits up to wait_ms; STOP 75 when another run still holds it. The lock goes
 * with the store.
 */
enum status run_lock(struct store *store, const struct account *account,
                     store_id id, uint64_t wait_ms, struct err *err);

/* Every account that the store knows, and the reading of it too. */
enum status run_lock_all(struct store *store, uint64_t wait_ms,
                         struct err *err);
/* Before its end, for who needed it for a step only. */
void run_unlock(struct store *store, store_id id);
/* Whether a run holds it, as far as can be told without waiting. */
bool run_is_locked(const struct store *store, store_id id);

extern volatile int run_interrupted; /* the signal's number, or 0 */

#endif
