/*
 * run_retry.c - what was refused, failed or parked is made due again, and sent.
 *
 * Account by account, in the order in which locks are taken; within one, job
 * by job, since each job has its own way with differences. Killed in between,
 * what is due is done by the next retry, or planned anew by the next run over
 * its source.
 */
#include "sync/retry_own.h"

#include <inttypes.h>

/* --- sent -----------------------------------------------------------------*/

static struct pushing pushing_of(struct retrying *retrying)
{
    struct pushing pushing = run_pushing(retrying->run);

    pushing.source_id = 0; /* whichever they come from */
    return pushing;
}

static enum status send_due(struct retrying *retrying, const struct due *due,
                            struct err *err)
{
    struct pushing pushing = pushing_of(retrying);
    uint64_t ended;

    pushing.policy = due->policy;
    pushing.chosen = due->chosen;
    pushing.totals = &due->totals;
    return push_changes(&pushing, &ended, err);
}

/* What is in doubt is settled of all jobs at once: one may be in another's way.
 */
static enum status send_all(struct retrying *retrying, struct err *err)
{
    struct pushing pushing = pushing_of(retrying);
    enum status status;

    if (retrying->dues == NULL)
        return OK;
    pushing.policy = retrying->dues->policy;
    pushing.chosen = retrying->chosen;
    status = push_leftovers(&pushing, err);
    for (const struct due *due = retrying->dues; due != NULL && status == OK;
         due = due->next)
        status = send_due(retrying, due, err);
    return status;
}

static enum status retry_account(struct retrying *retrying,
                                 const struct account *account, struct err *err)
{
    struct run *run = retrying->run;
    enum status status;

    status = run_enter(run, account, err);
    if (status == OK)
        status = store_verify(run->store, err);
    if (status == OK)
        status = retry_choose(retrying, err);
    for (const struct due *due = retrying->dues; due != NULL; due = due->next)
        report_read(run->report, due->rows);
    if (status == OK)
        status = send_all(retrying, err);
    if (run->to_client != NULL)
        report_client(run->report, run->to_client);
    client_close(run->to_client);
    run->to_client = NULL;
    retry_forget(retrying);
    return status;
}

static enum status retry_all(struct retrying *retrying, struct err *err)
{
    struct run_place *places;
    size_t count;
    enum status first = OK,
                status = run_places(retrying->run, retry_concerns, retrying,
                                    retrying->arena, &places, &count, err);
    struct err why;

    for (size_t i = 0; i < count && status == OK; i++) {
        status = retry_account(retrying, places[i].account, err);
        if (status != OK && run_can_wait(err) && run_interrupted == 0) {
            if (first == OK)
                why = *err;
            first = status;
            status = OK; /* the others may be of use */
        }
    }
    if (status == OK && first != OK) {
        *err = why;
        status = first;
    }
    return status;
}

static enum status begin(struct retrying *retrying, struct err *err)
{
    struct run *run = retrying->run;
    const struct retry_request *request = retrying->request;
    struct store_run old;
    const char *from = "";
    enum status status = run_open_store(run, err);

    if (request->run != 0) {
        from = arena_print(retrying->arena, "run %" PRId64, request->run).at;
        if (status == OK)
            status =
                run_named(run->store, request->run, retrying->arena, &old, err);
    }
    if (status == OK)
        status = store_run_begin(run->store, "retry", NULL, from, "",
                                 run->started_ms, &run->id, err);
    report_about(run->report, "retry", run->id, NULL, from, "",
                 run->started_ms);
    return status;
}

enum status run_retry(const struct retry_request *request,
                      struct report *report, int *exit, struct err *err)
{
    struct run_request as = {
        .command = "retry",
        .config = request->config,
        .state_path = request->state_path,
        .policy = &request->options->policy,
    };
    struct run run = {
        .request = &as,
        .policy = as.policy,
        .report = report,
        .clock = &clock_real,
        .to_account = request->config->accounts,
        .settled = settled_open(),
    };
    struct retrying retrying = {
        .request = request,
        .run = &run,
        .arena = arena_open(),
        .work = arena_open(),
    };
    enum status status;

    run.started_ms = run_now(&run);
    status = begin(&retrying, err);
    run.ledger = status == OK;
    if (status == OK)
        status = retry_all(&retrying, err);
    run_count_rest(report);
    retry_forget(&retrying);
    arena_close(retrying.work);
    arena_close(retrying.arena);
    return run_conclude(&run, status, exit, err);
}
