/*
 * plan_unique.c - keys that identify nobody, and keys that a target keeps
 * unique.
 */
#include "sync/absence.h"
#include "sync/identity.h"
#include "sync/key_set.h"
#include "sync/plan_own.h"

/* --- keys -----------------------------------------------------------------*/

enum status decide_keys(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    const struct policy *policy = with->policy;
    enum status status = OK;

    for (size_t i = 0; i < policy->match_count && status == OK; i++) {
        enum key key = policy->match[i];
        struct text value = d->composed->keys[i];
        bool nobody = false;

        if (value.size == 0)
            continue;
        if (identity_is_nobody(d->plan->identity, key, value)) {
            d->nobody[key] = true;
            status = store_nobody_add(with->store, with->source_id, (int)key,
                                      value, err);
            report_problem(with->report, d->composed->place.file,
                           d->composed->place.line, "warning", "key_of_many",
                           key_name(key),
                           "more than %d different customers share this %s; "
                           "it identifies nobody",
                           NOBODY_MAX, key_name(key));
            continue;
        }
        status = store_nobody(with->store, with->source_id, (int)key, value,
                              &nobody, err);
        d->nobody[key] = nobody;
        if (nobody)
            continue;
        d->keys[d->keys_count++] = (struct store_key){
            .kind = (int)key, .source = with->source_id, .value = value};
    }
    if (d->keys_count == 0)
        d->keys[d->keys_count++] = (struct store_key){
            .kind = KEY_CONTENT,
            .source = with->source_id,
            .value = identity_content(d->plan->seed, d->composed->customer,
                                      d->plan->work),
        };
    return status;
}

/* Of keys that are not matched by, nobody knows yet who shares them. */
static bool is_matched(const struct deciding *d, enum key key)
{
    const struct policy *policy = d->plan->with->policy;

    for (size_t i = 0; i < policy->match_count; i++) {
        if (policy->match[i] == key)
            return true;
    }
    return false;
}

static struct text key_of(const struct deciding *d, enum key key)
{
    const struct policy *policy = d->plan->with->policy;

    for (size_t i = 0; i < policy->match_count; i++) {
        if (policy->match[i] == key)
            return d->composed->keys[i];
    }
    return customer_key(d->composed->customer, key, d->plan->work);
}

/* --- keys that the target keeps unique ------------------------------------*/

/* Does the linked record hold the key there (or may it, for all we know)? */
static enum status holds_key(struct deciding *d, const struct link *link,
                             enum key key, struct text value, bool *holds,
                             struct err *err)
{
    struct customer *held;
    enum status status = customer_unpack(link->held, d->plan->work, &held, err);

    *holds = false;
    if (status != OK || link->id == 0 || link->state != LINK_LIVE)
        return status;
    *holds = !link->held_full ||
             text_equal(customer_key(held, key, d->plan->work), value);
    return OK;
}

/* Another customer that is linked there has the key. */
static enum status linked_other(struct deciding *d, enum key key,
                                struct text value, bool *taken, struct err *err)
{
    const struct planning *with = d->plan->with;
    store_id others[8];
    size_t count;
    enum status status = store_customers_by_key(with->store, (int)key, value, 0,
                                                others, 8, &count, err);

    *taken = false;
    for (size_t i = 0; i < count && i < 8 && status == OK && !*taken; i++) {
        struct link link;

        if (others[i] == d->composed->known)
            continue;
        status = store_link_of(with->store, with->account_id, others[i],
                               d->plan->work, &link, err);
        if (status == OK)
            status = holds_key(d, &link, key, value, taken, err);
    }
    return status;
}

/*
 * Where the target keeps a key unique, the customer already linked, else the
 * first row, has it; others go without, or are a conflict if it is required.
 */
static enum status yield_key(struct deciding *d, enum key key, enum field field,
                             bool *conflict, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct text value = key_of(d, key);
    bool taken = false;
    enum status status;

    *conflict = false;
    if (value.size == 0 || !customer_has(d->wanted, field))
        return OK;
    status = linked_other(d, key, value, &taken, err);
    if (status == OK && !taken &&
        (!is_matched(d, key) || d->nobody[key] ||
         identity_is_shared(d->plan->identity, key, value)))
        taken = !key_set_add(d->plan->taken,
                             print_key(d->plan->seed, (int)key, value));
    if (status != OK || !taken)
        return status;
    if (!absence_spares(with->account->provider, d->composed->customer, field,
                        decide_new(d), d->plan->work)) {
        *conflict = true;
        d->taken = field;
        return OK;
    }
    d->wanted->values[field].presence = VALUE_ABSENT;
    d->judge_anew = true;
    report_problem(with->report, d->composed->place.file,
                   d->composed->place.line, "warning", "key_taken",
                   field_name(field),
                   "another customer has this %s, and %s allows it once; sent "
                   "without it",
                   field_name(field), with->account->name);
    return OK;
}

enum status decide_unique(struct deciding *d, bool *conflict, struct err *err)
{
    const struct provider *provider = d->plan->with->account->provider;
    enum status status = OK;

    *conflict = false;
    for (size_t i = 0; i < provider->unique_count && status == OK; i++) {
        enum field field = provider->unique[i];
        bool clash = false;

        if (field == FIELD_EMAIL)
            status = yield_key(d, KEY_EMAIL, field, &clash, err);
        else if (field == FIELD_MOBILE)
            status = yield_key(d, KEY_MOBILE, field, &clash, err);
        else if (field == FIELD_REFERENCE_ID)
            status = yield_key(d, KEY_REFERENCE_ID, field, &clash, err);
        *conflict = *conflict || clash;
    }
    return status;
}
