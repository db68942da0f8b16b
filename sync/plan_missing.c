/*
 * plan_missing.c - customers whose every row is gone from the source: kept,
 * reported or deactivated, as --missing says. A shorter file alone never
 * deactivates anybody.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/diff.h"
#include "sync/plan.h"

static enum status deactivate(struct plan *plan, const struct link *link,
                              struct err *err)
{
    const struct planning *with = plan->with;
    struct customer *wanted = customer_new(plan->work);
    struct change change = {
        .run = with->run,
        .account = with->account_id,
        .source = with->source_id,
        .customer = link->customer,
        .link = link->id,
        .kind = CHANGE_DEACTIVATE,
        .keys = TEXT("[]"),
        .wanted = TEXT("[\"status\"]"),
        .remote_id = link->remote_id,
        .file = text_of(""),
    };
    bool admit, *send = arena_take(plan->work, field_count() * sizeof(*send));
    enum status status;

    send[FIELD_STATUS] = true;
    customer_set(wanted, FIELD_STATUS, TEXT("inactive"));
    status = plan_tell_deactivation(plan, link, wanted, &admit, err);
    if (status != OK || !admit)
        return status;
    change.values = customer_pack(wanted, plan->work);
    plan->totals->changes++;
    plan->totals->deactivations++;
    plan->totals->reads += diff_needs_read(
        with->account->provider, send, with->policy, wanted,
        &(struct bases){.held_full = link->held_full}, plan->work);
    plan->touched++;
    return store_change_add(with->store, &change, err);
}

static bool can_deactivate(const struct planning *with)
{
    const struct slot *slot = mapping_slot(with->target, FIELD_STATUS);

    return slot != NULL && slot->writable;
}

static void tell_spared(struct plan *plan, const struct link *link, bool shared)
{
    const struct planning *with = plan->with;
    const char *why = "the provider has no way to deactivate";

    if (plan->unreadable > 0)
        why = "some rows could not be read: one of them may be this customer";
    else if (shared)
        why = "another source still has the customer";
    report_problem(with->report, "", 0, "warning", "not_deactivated", "",
                   "record %.*s stays active: %s", TEXT_ARGS(link->remote_id),
                   why);
}

static enum status tell_missing(struct plan *plan, uint32_t customer,
                                struct err *err)
{
    const struct planning *with = plan->with;
    struct change earlier;
    struct link link;
    bool shared = false;
    bool act = with->policy->missing == MISSING_DEACTIVATE;
    enum status status = store_link_of(with->store, with->account_id, customer,
                                       plan->work, &link, err);

    if (status != OK || link.id == 0 || link.state != LINK_LIVE)
        return status;
    report_problem(with->report, "", 0, "warning", "missing", "",
                   "the source no longer has the customer of record %.*s at %s",
                   TEXT_ARGS(link.remote_id), with->account->name);
    if (!act)
        return OK;
    status = store_has_other_source(with->store, with->source_id,
                                    with->account_id, customer, &shared, err);
    if (status != OK)
        return status;
    if (plan->unreadable > 0 || !can_deactivate(with) || shared) {
        tell_spared(plan, &link, shared);
        /* This source is done with it: the last one that loses it decides. */
        return shared && plan->unreadable == 0
                   ? store_fingerprints_put(with->store, with->source_id,
                                            with->account_id, customer, NULL, 0,
                                            err)
                   : OK;
    }
    status = store_change_of(with->store, with->account_id, with->source_id,
                             customer, plan->work, &earlier, err);
    if (status == OK && earlier.id == 0)
        status = deactivate(plan, &link, err);
    return status;
}

/* A source of nobody is an export that failed far more often than a business
 * that lost every customer in one day. */
static enum status check_empty(const struct plan *plan, struct err *err)
{
    if (plan->with->policy->missing != MISSING_DEACTIVATE ||
        plan->prints.count == 0 || plan->unreadable > 0 || plan->valid > 0)
        return OK;
    fail(err, STOP, EXIT_DATA, "empty_source",
         "the source has no customer at all, and --missing deactivate would "
         "deactivate all it had; nothing was sent");
    err_hint(err, "look at the export; --missing keep goes on without");
    return STOP;
}

enum status plan_missing(struct plan *plan, struct err *err)
{
    enum status status = check_empty(plan, err);

    if (plan->with->policy->missing == MISSING_KEEP)
        return OK;
    for (uint32_t i = 0; i < plan->groups && status == OK; i++) {
        if (!plan->lost_rows[i] || plan->head[i] != UINT32_MAX)
            continue;
        status = tell_missing(plan, (uint32_t)plan->known[i], err);
        arena_reset(plan->work);
    }
    return status;
}
