/*
 * plan.c - the order of things: scan, group, then every group in the order of
 * its first row; in one transaction.
 */
#include "sync/plan.h"

#include <stdlib.h>
#include <string.h>

#include "sync/identity.h"
#include "sync/key_set.h"
#include "sync/progress.h"
#include "sync/spool.h"

static struct place place_of(struct plan *plan, const struct row *row,
                             struct text raw)
{
    struct source *source = plan->with->source;

    return source_place(source, row->file, row->line,
                        source_row_id(source, row->file, raw, plan->work),
                        plan->work);
}

static const char *rival_row(struct plan *plan, const struct row *row)
{
    struct spooled spooled = {0};
    struct err ignored;

    if (row->line > 0)
        return arena_print(plan->work, "the row at line %u of %s", row->line,
                           source_file_name(plan->with->source, row->file))
            .at;
    (void)spool_get(plan->spool, row->offset, plan->work, &spooled, &ignored);
    return place_of(plan, row, spooled.raw).file;
}

static const char *rival_says(struct plan *plan, const struct rival *rival)
{
    const struct row *row = &plan->rows[rival->row];
    struct link link;
    struct err ignored;

    if (rival->known == 0)
        return rival_row(plan, row);
    if (plan->with->account_id != 0 &&
        store_link_of(plan->with->store, plan->with->account_id, rival->known,
                      plan->work, &link, &ignored) == OK &&
        link.id != 0)
        return arena_print(plan->work, "record %.*s at %s",
                           TEXT_ARGS(link.remote_id), plan->with->account->name)
            .at;
    return arena_print(plan->work, "known customer %lld",
                       (long long)rival->known)
        .at;
}

/* A row that stands between two customers. */
static enum status tell_conflict(struct plan *plan, struct row *row,
                                 struct err *err)
{
    const struct planning *with = plan->with;
    struct place place;
    struct rival rivals[2];
    struct spooled spooled;
    struct text message;
    enum status status =
        spool_get(plan->spool, row->offset, plan->work, &spooled, err);

    if (status != OK)
        return status;
    identity_rivals(plan->identity, row->who, rivals);
    message = arena_print(
        plan->work, "fits two customers that are not one: %s and %s",
        rival_says(plan, &rivals[0]), rival_says(plan, &rivals[1]));
    report_count(with->report, ROWS_CONFLICT, 1);
    place = place_of(plan, row, spooled.raw);
    report_problem(with->report, place.file, place.line, "conflict",
                   "ambiguous", "", "%s", message.at);
    return rejects_add(with->rejects, row->file, row->line, spooled.raw,
                       "ambiguous", message.at, err);
}

enum status plan_interrupted(const struct plan *plan, struct err *err)
{
    const volatile int *signal = plan->with->interrupted;

    if (signal == NULL || *signal == 0)
        return OK;
    return fail(err, STOP, 128 + *signal, "interrupted",
                "a signal came before anything was written or planned");
}

enum column plan_agrees(const struct plan *plan, store_id customer)
{
    const struct planning *with = plan->with;

    return settled_created(with->settled, with->account_id, with->source_id,
                           customer)
               ? ROWS_CREATED
               : ROWS_UNCHANGED;
}

static void count_known(struct plan *plan)
{
    for (size_t i = 0; i < plan->prints.count; i++) {
        const struct known_print *print = &plan->prints.at[i];

        if (print->state == KNOWN_MET)
            report_count(plan->with->report,
                         print->role == ROLE_OWN
                             ? plan_agrees(plan, (store_id)print->customer)
                             : ROWS_MERGED,
                         1);
    }
}

static enum status compose_rows(struct plan *plan, struct err *err)
{
    enum status status = OK;

    count_known(plan);
    progress_phase(plan->with->sink.begin != NULL ? "writing" : "planning", "",
                   plan->rows_count, "rows");
    for (size_t i = 0; i < plan->rows_count && status == OK; i++) {
        struct row *row = &plan->rows[plan->order[i]];

        progress_count(i);
        status = plan_interrupted(plan, err);
        if (status != OK)
            break;
        if (row->state == ROW_MORE)
            report_count(plan->with->report, ROWS_MERGED, 1);
        else if (row->state == ROW_TIED)
            status = tell_conflict(plan, row, err);
        else if (plan->head[row->who] == plan->order[i])
            status = plan_compose(plan, row->who, err);
        arena_reset(plan->work);
    }
    return status;
}

static enum status braked(uint64_t touched, uint64_t known, uint64_t most,
                          struct err *err)
{
    fail(err, STOP, EXIT_DATA, "too_many_changes",
         "%llu of %llu known customers would be changed, more than the brake "
         "allows (%llu); nothing was sent",
         (unsigned long long)touched, (unsigned long long)known,
         (unsigned long long)most);
    err_hint(err, "look at the plan; if it is right, say --max-changes %llu",
             (unsigned long long)touched);
    return STOP;
}

/*
 * The brake: a plan that rewrites half of a customer list is far more often a
 * wrong column than a busy day. A list of a million is not counted to see that
 * it has more than twenty.
 */
enum status plan_brake(struct store *store, store_id account,
                       const struct policy *policy, uint64_t touched,
                       struct err *err)
{
    bool share = !policy->max_changes_set || policy->max_changes_percent;
    uint64_t most = policy->max_changes, known = 0;
    bool reach = touched == 0 || (!share && touched <= most);
    enum status status = OK;

    if (!reach && share && most > 0)
        status = store_links_reach(store, account, touched * 100 / most + 1,
                                   &reach, err);
    if (status != OK || reach)
        return status;
    status = store_links_count(store, account, &known, err);
    if (status != OK || (!policy->max_changes_set && known <= 100))
        return status;
    if (share)
        most = known * most / 100;
    return touched <= most ? OK : braked(touched, known, most, err);
}

static enum status publish(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    enum status status = plan->begun ? OK : store_begin(with->store, err);

    if (status != OK)
        return status;
    if (with->account_id != 0)
        status = plan_vanished(plan, err);
    if (with->sink.begin != NULL)
        with->sink.begin(with->sink.self, plan->brought, plan->brought_count);
    if (status == OK)
        status = plan_gone(plan, err);
    if (status == OK)
        status = plan_recall(plan, err);
    if (status == OK)
        status = compose_rows(plan, err);
    if (status == OK && with->account_id != 0)
        status = plan_missing(plan, err);
    if (status == OK)
        status = plan_say_once(plan, err);
    if (status == OK)
        status = plan_brake(with->store, with->account_id, with->policy,
                            plan->touched, err);
    if (status == OK && with->listener != NULL && with->listener->end != NULL)
        status = with->listener->end(with->listener->self, err);
    if (status == OK && !with->within)
        status = store_commit(with->store, err);
    return status;
}

/*
 * What was only planned is planned anew from what the source says now, and must
 * not be taken for knowledge while it is read. A dry run takes it back at its
 * end, so it keeps the transaction open; others do not make anybody wait.
 */
static enum status drop_planned(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    uint64_t counts[CHANGE_PARKED + 1];
    enum status status;

    if (with->account_id == 0)
        return OK;
    status = store_changes_count(with->store, with->account_id, with->source_id,
                                 0, counts, err);
    if (status != OK || counts[CHANGE_PLANNED] + counts[CHANGE_FAILED] == 0)
        return status;
    if (!plan->begun) {
        status = store_begin(with->store, err);
        plan->begun = status == OK;
    }
    if (status == OK)
        status = store_changes_drop(with->store, with->account_id,
                                    with->source_id, false, err);
    if (status == OK)
        status = store_spares_drop(with->store, err);
    if (status != OK || with->dry || with->within)
        return status;
    plan->begun = false;
    return store_commit(with->store, err);
}

static void plan_free(struct plan *plan)
{
    identity_close(plan->identity);
    spool_close(plan->spool);
    key_set_close(plan->taken);
    key_set_close(plan->once);
    key_set_close(plan->edited);
    free(plan->rows);
    free(plan->order);
    prints_free(&plan->prints);
    free(plan->head);
    free(plan->known);
    free(plan->lost_rows);
    free(plan->dropped);
    free(plan->brought);
    buffer_free(&plan->packed);
    arena_close(plan->work);
    arena_close(plan->arena);
}

enum status plan_make(const struct planning *planning,
                      struct plan_totals *totals, struct err *err)
{
    struct plan plan = {
        .with = planning,
        .totals = totals,
        .arena = arena_open(),
        .work = arena_open(),
        .taken = key_set_open(),
        .once = key_set_open(),
        .begun = planning->within,
    };
    enum status status;

    *totals = (struct plan_totals){0};
    status = drop_planned(&plan, err);
    if (status == OK)
        status = plan_scan(&plan, err);
    if (status == OK && planning->listener != NULL &&
        planning->listener->scanned != NULL)
        status = planning->listener->scanned(planning->listener->self, err);
    progress_phase("telling apart", "", 0, "");
    if (status == OK)
        status = plan_group(&plan, err);
    if (status == OK)
        status = publish(&plan, err);
    if (status != OK && !planning->within)
        store_rollback(planning->store);
    plan_free(&plan);
    return status;
}
