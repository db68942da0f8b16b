/*
 * run_exact.c - a plan asks the provider before it is kept in a file, and again
 * before the file is carried out.
 */
#include "sync/run_watch.h"

#include <inttypes.h>

#include "sync/report_own.h"

/* --- plan --look ----------------------------------------------------------*/

/* Rows are counted by the plan that follows; what was met at the provider is
 * told once, here. */
static void keep_warnings(struct report *to, const struct report *from,
                          size_t since)
{
    for (size_t i = since; i < report_kept(from); i++) {
        const struct report_problem *problem = &from->problems[i];

        if (text_is(text_of(problem->outcome), "warning"))
            report_problem(to, problem->file, problem->line, "warning",
                           problem->code, problem->field, "%s",
                           problem->message);
    }
}

enum status run_look(struct run *run, struct err *err)
{
    struct report *report = run->report;
    struct settled *settled = run->settled;
    struct pushing pushing;
    uint64_t ended = 0;
    size_t planned;
    enum status status;

    run->report = report_open();
    run->settled = settled_open();
    status = run_make_plan(run, false, NULL, err);
    planned = report_kept(run->report);
    pushing = run_pushing(run);
    pushing.only_look = true;
    pushing.read_all = run->policy->out != NULL;
    if (status == OK && run->totals.changes > 0)
        status = push_changes(&pushing, &ended, err);
    if (status == OK)
        status = run_forget_plan(run, err);
    keep_warnings(report, run->report, planned);
    report_close(run->report);
    settled_close(run->settled);
    run->report = report;
    run->settled = settled;
    return status == OK ? run_reopen_source(run, err) : status;
}

/* --- sync --plan ----------------------------------------------------------*/

static enum status refuse(struct run *run, const struct proof *proof,
                          struct err *err)
{
    if (proof->unread > 0) {
        fail(err, STOP, EXIT_UNAVAILABLE, "plan_unproved",
             "%" PRIu64 " of its records could not be read; nothing was sent",
             proof->unread);
        err_hint(err, "do the same again later");
    } else {
        fail(err, STOP, EXIT_DATA, "plan_target_moved",
             "%" PRIu64 " of its changes cannot be made any more as they were "
             "planned; nothing was sent",
             proof->changed);
        err_hint(err, "make the plan anew with 'custsync plan --out'");
    }
    err_place(err, "%s", run->watch->file->path);
    return STOP;
}

/* All are asked for before the first is sent. *refused: by what was found. */
static enum status prove(struct run *run, bool *refused, struct err *err)
{
    struct run_watch *watch = run->watch;
    struct report *report = report_open();
    struct pushing pushing = run_pushing(run);
    struct proof proof = {0};
    uint64_t ended;
    enum status status;

    watch->proven = key_set_open();
    watch->proven_ms = run_now(run);
    pushing.report = report;
    pushing.rejects = NULL;
    pushing.source = NULL;
    pushing.only_look = pushing.read_all = pushing.exactly = true;
    pushing.proven = watch->proven;
    pushing.proof = &proof;
    status = push_changes(&pushing, &ended, err);
    *refused = status != OK && err->exit == EXIT_DATA;
    if (status == OK && proof.changed + proof.unread > 0) {
        status = refuse(run, &proof, err);
        *refused = true;
    }
    if (status != OK)
        err_place(err, "%s", watch->file->path);
    report_close(report);
    return status;
}

static enum status note_begun(struct run *run, struct err *err)
{
    struct run_watch *watch = run->watch;

    if (watch->begun_by != 0)
        return OK;
    return store_fact_put(run->store, watch_begun_fact(watch),
                          arena_print(watch->arena, "%" PRId64, run->id), err);
}

enum status run_plan_verify(struct run *run, bool *refused, struct err *err)
{
    struct err ignored;
    enum status status;

    if (run->watch == NULL || run->watch->file == NULL)
        return OK;
    status = prove(run, refused, err);
    if (status == OK)
        return note_begun(run, err);
    if (!*refused)
        return status;
    /* Nothing of it waits for another run; else the next plan drops it. */
    (void)run_forget_plan(run, &ignored);
    return status;
}

void run_plan_pushing(const struct run *run, struct pushing *pushing)
{
    const struct run_watch *watch = run->watch;

    if (watch == NULL || watch->file == NULL)
        return;
    pushing->exactly = true;
    pushing->proven = watch->proven;
    pushing->proven_until_ms = watch->proven_ms + PROOF_MS;
}

/* --- the end --------------------------------------------------------------*/

/* Done before, by this run's command or by one that was cut short. */
static void tell_applied(const struct run *run)
{
    const struct run_watch *watch = run->watch;

    if (watch->begun_by == 0 || watch->changes > 0)
        return;
    report_problem(run->report, watch->file->path, 0, "warning", "plan_applied",
                   "", "run %" PRId64 " did this plan: nothing of it is left",
                   watch->begun_by);
}

enum status run_plan_publish(struct run *run, struct err *err)
{
    struct run_watch *watch = run->watch;
    struct report_strategy strategy;
    enum status status;

    if (watch == NULL)
        return OK;
    if (watch->file != NULL)
        tell_applied(run);
    if (watch->out == NULL)
        return OK;
    status = run_estimate(run, &strategy, err);
    if (status == OK)
        status =
            store_links_moved(run->store, run->to_id, &watch->basis.moved, err);
    if (status == OK)
        status = plan_out_publish(watch->out, run->policy->out, &strategy,
                                  &watch->basis, watch->seed, err);
    return status;
}
