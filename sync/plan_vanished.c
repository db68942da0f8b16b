/*
 * plan_vanished.c - somebody new who looks like somebody who just vanished:
 * said in the report, never acted upon.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/diff.h"
#include "sync/plan.h"

/* A report of more than so many likenesses helps nobody. */
enum { VANISHED_MAX = 1000 };

struct vanished {
    const struct customer *said;
    struct text name, remote_id; /* name folded */
};

struct vanished_list {
    struct vanished at[VANISHED_MAX];
    size_t count;
};

static struct text name_of(const struct customer *customer, struct arena *arena)
{
    struct text name = customer_text(customer, FIELD_NAME);

    if (name.size == 0)
        name = customer_text(customer, FIELD_COMPANY);
    if (customer_has(customer, FIELD_FIRST_NAME) ||
        customer_has(customer, FIELD_LAST_NAME))
        name = arena_print(arena, "%.*s %.*s",
                           TEXT_ARGS(customer_text(customer, FIELD_FIRST_NAME)),
                           TEXT_ARGS(customer_text(customer, FIELD_LAST_NAME)));
    return fold_name(text_trim(name), arena);
}

static enum status add_vanished(struct plan *plan, struct vanished_list *list,
                                store_id customer, struct err *err)
{
    const struct planning *with = plan->with;
    struct customer *said;
    struct link link;
    struct text kept = {0};
    enum status status = store_link_of(with->store, with->account_id, customer,
                                       plan->arena, &link, err);

    if (status != OK || link.id == 0)
        return status;
    status = store_said(with->store, with->source_id, link.id, plan->arena,
                        &kept, err);
    if (status == OK)
        status = customer_unpack(kept, plan->arena, &said, err);
    if (status == OK)
        list->at[list->count++] =
            (struct vanished){said, name_of(said, plan->arena), link.remote_id};
    return status;
}

enum status plan_vanished(struct plan *plan, struct err *err)
{
    enum status status = OK;

    plan->vanished = arena_take(plan->arena, sizeof(*plan->vanished));
    for (uint32_t i = 0; i < plan->groups && status == OK; i++) {
        if (!plan->lost_rows[i] || plan->head[i] != UINT32_MAX)
            continue;
        if (plan->vanished->count == VANISHED_MAX)
            break;
        status = add_vanished(plan, plan->vanished, plan->known[i], err);
    }
    return status;
}

/* Another field, not a name, that both have and agree on. */
static bool agrees(const struct customer *a, const struct customer *b,
                   struct arena *arena)
{
    static const enum field fields[] = {
        FIELD_EMAIL,      FIELD_PHONE,          FIELD_MOBILE,
        FIELD_TAX_NUMBER, FIELD_BILLING_STREET, FIELD_SHIPPING_STREET,
        FIELD_WEBSITE,
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (customer_has(a, fields[i]) && customer_has(b, fields[i]) &&
            value_same(fields[i], customer_text(a, fields[i]),
                       customer_text(b, fields[i]), arena))
            return true;
    }
    return false;
}

void plan_tell_likeness(struct plan *plan, const struct composed *composed,
                        const struct customer *wanted)
{
    struct text name = name_of(wanted, plan->work);

    for (size_t i = 0; i < plan->vanished->count; i++) {
        const struct vanished *gone = &plan->vanished->at[i];

        if (name.size == 0 || !text_equal(name, gone->name) ||
            !agrees(wanted, gone->said, plan->work))
            continue;
        report_problem(plan->with->report, composed->place.file,
                       composed->place.line, "warning", "maybe_same", "",
                       "new by its keys, but looks like record %.*s at %s, "
                       "which the source no longer has",
                       TEXT_ARGS(gone->remote_id), plan->with->account->name);
        return;
    }
}
