/*
 * plan_decide.c - one customer of the source against what the store knows: a
 * change, nothing, or a reason why not.
 */
#include <string.h>

#include "sync/absence.h"
#include "sync/api.h"
#include "sync/diff.h"
#include "sync/identity.h"
#include "sync/key_set.h"
#include "sync/plan.h"

struct deciding {
    struct plan *plan;
    struct composed *composed;
    struct customer *wanted; /* projected onto the target */
    struct store_key keys[KEY_COUNT];
    size_t keys_count;
    bool nobody[KEY_COUNT]; /* the value is there, but identifies nobody */
    struct link link;
};

/* --- keys -----------------------------------------------------------------*/

static enum status find_keys(struct deciding *d, struct err *err)
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
            report_problem(with->report, d->composed->file, d->composed->line,
                           "warning", "key_of_many", key_name(key),
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
            .kind = (int)key, .source = with->source_id, .value = value
        };
    }
    return status;
}

static struct text keys_json(const struct deciding *d)
{
    struct arena *arena = d->plan->work;
    struct node *list = node_new(arena, NODE_LIST);
    struct buffer buffer = { 0 };
    struct text json;

    for (size_t i = 0; i < d->keys_count; i++) {
        struct node *pair = node_add(list, NULL, node_new(arena, NODE_LIST));

        node_add(pair, NULL,
                 node_text(arena,
                           text_of(key_name((enum key)d->keys[i].kind))));
        node_add(pair, NULL, node_text(arena, d->keys[i].value));
    }
    json_write(&buffer, list);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
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
    enum status status = diff_parse(link->held, d->plan->work, &held, err);

    *holds = false;
    if (status != OK || link->id == 0 || link->state != LINK_LIVE)
        return status;
    *holds = !link->held_full ||
             text_equal(customer_key(held, key, d->plan->work), value);
    return OK;
}

/* Another customer that is linked there has the key. */
static enum status linked_other(struct deciding *d, enum key key,
                                struct text value, bool *taken,
                                struct err *err)
{
    const struct planning *with = d->plan->with;
    store_id others[8];
    size_t count;
    enum status status = store_customers_by_key(with->store, (int)key, value,
                                                0, others, 8, &count, err);

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
static enum status yield_key(struct deciding *d, enum key key,
                             enum field field, bool *conflict,
                             struct err *err)
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
        (identity_is_shared(d->plan->identity, key, value) ||
         d->nobody[key]))
        taken = !key_set_add(d->plan->taken,
                             print_key(d->plan->seed, (int)key, value));
    if (status != OK || !taken)
        return status;
    if (absence_required(with->account->provider, key)) {
        *conflict = true;
        return OK;
    }
    d->wanted->values[field].presence = VALUE_ABSENT;
    report_problem(with->report, d->composed->file, d->composed->line,
                   "warning", "key_taken", field_name(field),
                   "another customer has this %s, and %s allows it once; sent "
                   "without it",
                   field_name(field), with->account->name);
    return OK;
}

static enum status yield_keys(struct deciding *d, bool *conflict,
                              struct err *err)
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

/* --- bases ----------------------------------------------------------------*/

/* Blank is not a value, unless --blank clear makes it one. */
static void drop_blanks(struct deciding *d)
{
    if (d->plan->with->policy->blank_clear)
        return;
    for (size_t i = 0; i < d->wanted->count; i++) {
        if (d->wanted->values[i].presence == VALUE_BLANK)
            d->wanted->values[i].presence = VALUE_ABSENT;
    }
}

/* A reference field that another source filled is neither changed nor compared. */
static void yield_reference(struct deciding *d)
{
    size_t count;
    const struct slot *slots =
        mapping_slots(d->plan->with->target, &count);

    if (d->link.id == 0 || d->link.reference_source == 0 ||
        d->link.reference_source == d->plan->with->source_id)
        return;
    for (size_t i = 0; i < count; i++) {
        if (slots[i].reference)
            d->wanted->values[slots[i].field].presence = VALUE_ABSENT;
    }
}

/* The same number at home, but nobody we know: ids are given out again. */
static bool id_reused(struct deciding *d, const struct customer *said)
{
    struct arena *arena = d->plan->work;
    const struct customer *now = d->composed->customer;
    bool compared = false;

    if (customer_key(now, KEY_REFERENCE_ID, arena).size == 0 ||
        !customer_names_differ(now, said, arena))
        return false;
    for (int key = KEY_EMAIL; key <= KEY_MOBILE; key++) {
        struct text a = customer_key(now, (enum key)key, arena);
        struct text b = customer_key(said, (enum key)key, arena);

        if (a.size > 0 && text_equal(a, b))
            return false;
        compared = compared || (a.size > 0 && b.size > 0);
    }
    return compared;
}

static enum status put_prints(struct deciding *d, store_id customer,
                              struct err *err)
{
    const struct planning *with = d->plan->with;
    size_t count = d->composed->count;
    struct fingerprint *prints =
        arena_take(d->plan->work, count * sizeof(*prints));
    enum role *roles = arena_take(d->plan->work, count * sizeof(*roles));

    for (size_t i = 0; i < count; i++) {
        prints[i] = d->composed->rows[i]->print;
        roles[i] = i == 0 ? ROLE_OWN : ROLE_MERGED;
    }
    return store_fingerprints_put(with->store, with->source_id,
                                  with->account_id, customer, prints, roles,
                                  count, err);
}

/* Dealt with, nothing to send: the bases follow, the rows are remembered. */
static enum status settle_equal(struct deciding *d,
                                const struct customer *said,
                                struct err *err)
{
    const struct planning *with = d->plan->with;
    struct customer *after = diff_overlay(said, d->wanted, d->plan->work);
    enum status status =
        store_said_put(with->store, with->source_id, d->link.id,
                       diff_json(after, d->plan->work), err);

    if (status == OK && d->link.moved.size > 2) {
        d->link.moved = TEXT("{}");
        status = store_link_put(with->store, &d->link, err);
    }
    if (status == OK)
        status = store_customer_keys_put(with->store, d->composed->known,
                                         with->source_id, d->keys,
                                         d->keys_count, err);
    if (status == OK)
        status = put_prints(d, d->composed->known, err);
    report_count(with->report, ROWS_UNCHANGED, 1);
    return status;
}

/* --- changes --------------------------------------------------------------*/

static struct text names_json(const bool *send, struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);
    struct buffer buffer = { 0 };
    struct text json;

    for (size_t i = 0; i < field_count(); i++) {
        if (send[i])
            node_add(list, NULL,
                     node_text(arena, text_of(field_name((enum field)i))));
    }
    json_write(&buffer, list);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
}

static enum status add_change(struct deciding *d, enum change_kind kind,
                              struct text wanted, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct composed *composed = d->composed;
    struct change change = {
        .run = with->run,
        .account = with->account_id,
        .source = with->source_id,
        .customer = composed->known,
        .link = d->link.id,
        .kind = kind,
        .values = diff_json(d->wanted, d->plan->work),
        .keys = keys_json(d),
        .wanted = wanted,
        .remote_id = d->link.remote_id,
        .line = composed->line,
        .file = text_of(composed->file),
        .rows_count = composed->count,
    };

    change.rows =
        arena_take(d->plan->work, composed->count * sizeof(change.rows[0]));
    for (size_t i = 0; i < composed->count; i++) {
        struct row *row = composed->rows[i];

        change.rows[i] = (struct change_row){
            .line = row->line,
            .print = row->print,
            .role = i == 0 ? ROLE_OWN : ROLE_MERGED,
            .file = text_of(source_file_name(with->source, row->file)),
            .raw = composed->raws[i],
        };
    }
    d->plan->totals->changes++;
    return store_change_add(with->store, &change, err);
}

/* What the estimate has to know of a customer that must be looked for. */
static void count_lookups(struct deciding *d)
{
    const struct provider *provider = d->plan->with->account->provider;
    struct plan_totals *totals = d->plan->totals;
    uint64_t lookups = 0;
    bool guarded = false;

    for (size_t i = 0; i < d->keys_count; i++) {
        enum key key = (enum key)d->keys[i].kind;

        if (!absence_held(provider, key))
            continue;
        if (api_find_for(provider, key) != NULL)
            lookups++;
        if (!absence_listed(provider, key) && !absence_guarded(provider, key) &&
            api_find_for(provider, key) != NULL)
            totals->uncovered++;
        guarded = guarded || (absence_guarded(provider, key) &&
                              absence_required(provider, key));
    }
    totals->lookups += lookups;
    totals->unprovable += lookups == 0;
    totals->blind += guarded;
}

static enum status plan_create(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    enum status status = OK;

    if (d->composed->known == 0)
        status = store_customer_new(with->store, &d->composed->known, err);
    if (status == OK)
        status = store_customer_keys_put(with->store, d->composed->known,
                                         with->source_id, d->keys,
                                         d->keys_count, err);
    if (status != OK)
        return status;
    d->plan->totals->creates++;
    count_lookups(d);
    return add_change(d, CHANGE_CREATE, TEXT("[]"), err);
}

static enum status plan_update(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct arena *arena = d->plan->work;
    struct customer *said, *held, *moved;
    struct decision decision;
    struct bases bases;
    struct text json;
    size_t slots_count;
    const struct slot *slots = mapping_slots(with->target, &slots_count);
    enum status status = store_said(with->store, with->source_id, d->link.id,
                                    arena, &json, err);
    bool met = json.size > 0;

    if (status == OK)
        status = diff_parse(json, arena, &said, err);
    if (status == OK)
        status = diff_parse(d->link.held, arena, &held, err);
    if (status == OK)
        status = diff_parse(d->link.moved, arena, &moved, err);
    if (status != OK)
        return status;
    if (met && id_reused(d, said))
        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "id_reused",
                           "reference_id",
                           "this reference id was somebody else's: name, "
                           "email and mobile all differ from what is known",
                           err);
    bases = (struct bases){ .said = met ? said : NULL,
                            .held = held,
                            .moved = moved,
                            .held_full = d->link.held_full };
    diff_decide(slots, slots_count, d->wanted, &bases,
                with->policy->prefer_target, with->policy->blank_clear, arena,
                &decision);
    if (decision.count == 0)
        return settle_equal(d, said, err);
    if (with->policy->mode == MODE_CREATE) {
        report_count(with->report, ROWS_SKIPPED, 1);
        return OK;
    }
    d->plan->totals->updates++;
    d->plan->touched++;
    return add_change(d, CHANGE_UPDATE, names_json(decision.send, arena), err);
}

/* --- what an earlier run left unsettled -----------------------------------*/

static enum column column_of(enum change_state state)
{
    if (state == CHANGE_PARKED)
        return ROWS_CONFLICT;
    return state == CHANGE_REJECTED ? ROWS_REJECTED : ROWS_PENDING;
}

/* *stays: the earlier change still stands, and the row with it. */
static enum status earlier(struct deciding *d, bool *stays, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct change change;
    enum status status;

    *stays = false;
    if (d->composed->known == 0)
        return OK;
    status = store_change_of(with->store, with->account_id, with->source_id,
                             d->composed->known, d->plan->work, &change, err);
    if (status != OK || change.id == 0)
        return status;
    if (change.state == CHANGE_REJECTED &&
        !text_equal(change.values, diff_json(d->wanted, d->plan->work)))
        return store_change_remove(with->store, change.id, err);
    *stays = true;
    if (column_of(change.state) == ROWS_PENDING) {
        report_count(with->report, ROWS_PENDING, 1);
        return OK;
    }
    return plan_refuse(d->plan, d->composed, column_of(change.state),
                       change.code.at, "", change.message.at, err);
}

/* --- the way through ------------------------------------------------------*/

static enum status project(struct deciding *d, bool *refused, struct err *err)
{
    const struct planning *with = d->plan->with;
    const struct problem *problem;

    *refused = false;
    d->wanted = mapping_project(with->target, d->composed->customer,
                                d->link.id == 0, d->plan->work);
    for (problem = d->wanted->problems; problem != NULL;
         problem = problem->next) {
        const char *field =
            problem->field == FIELD_NONE ? "" : field_name(problem->field);

        if (problem->fatal) {
            *refused = true;
            return plan_refuse(d->plan, d->composed, ROWS_INVALID,
                               problem->code, field, problem->message, err);
        }
        report_problem(with->report, d->composed->file, d->composed->line,
                       "warning", problem->code, field, "%s",
                       problem->message);
    }
    return OK;
}

static enum status to_sink(struct plan *plan, struct composed *composed,
                           struct err *err)
{
    const struct planning *with = plan->with;
    enum status status =
        with->sink.write(with->sink.self, composed->customer, plan->work, err);

    if (status == REJECT)
        return plan_refuse(plan, composed, ROWS_INVALID, err->code, err->field,
                           arena_text(plan->work, text_of(err->message)).at,
                           err);
    if (status == OK)
        report_count(with->report, ROWS_CREATED, 1);
    return status;
}

static enum status to_account(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    bool done = false;
    enum status status = find_keys(d, err);

    if (status == OK && d->composed->known != 0)
        status = store_link_of(with->store, with->account_id,
                               d->composed->known, d->plan->work, &d->link,
                               err);
    if (status == OK)
        status = project(d, &done, err);
    if (status != OK || done)
        return status;
    drop_blanks(d);
    yield_reference(d);
    status = yield_keys(d, &done, err);
    if (status == OK && done)
        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "key_taken",
                           "", "another customer has a key that the target "
                               "needs and allows only once",
                           err);
    if (status == OK)
        status = earlier(d, &done, err);
    if (status != OK || done)
        return status;
    if (d->link.id != 0 && d->link.state == LINK_GONE)
        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "gone", "",
                           "its record was deleted at the provider; "
                           "`custsync link` says whether to make it anew",
                           err);
    return d->link.id != 0 ? plan_update(d, err) : plan_create(d, err);
}

enum status plan_decide(struct plan *plan, struct composed *composed,
                        struct err *err)
{
    struct deciding d = { .plan = plan, .composed = composed };

    if (plan->with->sink.write != NULL)
        return to_sink(plan, composed, err);
    return to_account(&d, err);
}
