/*
 * plan_change.c - what differs from the bases becomes a change; where nothing
 * does, the bases follow.
 */
#include "sync/absence.h"
#include "sync/api.h"
#include "sync/follow.h"
#include "sync/identity.h"
#include "sync/plan_own.h"

/* --- bases ----------------------------------------------------------------*/

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
    size_t count = d->judge_anew ? 0 : d->composed->count;
    struct fingerprint *prints =
        arena_take(d->plan->work, (count + 1) * sizeof(*prints));

    for (size_t i = 0; i < count; i++)
        prints[i] = d->composed->rows[i]->print;
    return store_fingerprints_put(with->store, with->source_id,
                                  with->account_id, customer, prints, count,
                                  err);
}

static void tell_disputes(struct deciding *d, const struct bases *bases,
                          const struct decision *decision)
{
    const struct planning *with = d->plan->with;

    dispute_tell(
        &(struct dispute){
            .ends = with->ends,
            .policy = with->policy,
            .report = with->report,
            .file = d->composed->place.file,
            .line = d->composed->place.line,
            .customer = d->composed->known,
            .now = d->wanted,
            .held = bases->held,
        },
        decision);
}

/* Dealt with, nothing to send: the bases follow, the rows are remembered. */
static enum status settle_equal(struct deciding *d, const struct customer *said,
                                const struct bases *bases,
                                const struct decision *decision,
                                struct err *err)
{
    const struct planning *with = d->plan->with;
    struct customer *after = diff_overlay(said, d->wanted, d->plan->work);
    struct text packed = customer_pack(after, d->plan->work);
    enum status status = OK;

    if (!text_equal(packed, customer_pack(said, d->plan->work)))
        status = plan_tell_equal(d, decision->both, err);
    if (status == OK)
        status = store_said_put(with->store, with->source_id, d->link.id,
                                packed, err);

    tell_disputes(d, bases, decision);
    if (status == OK)
        status = follow_moved(&(struct follow){.store = with->store,
                                               .link = d->link.id,
                                               .source = with->source_id,
                                               .dealt = decision->dealt},
                              d->plan->work, err);
    if (status == OK)
        status = store_customer_keys_put(
            with->store, d->composed->known, with->source_id, d->keys,
            absence_still_held(with->account->provider, bases->held, d->keys,
                               d->keys_count, d->plan->work),
            err);
    if (status == OK)
        status = put_prints(d, d->composed->known, err);
    report_count(with->report, plan_agrees(d->plan, d->composed->known), 1);
    return status;
}

/* --- changes --------------------------------------------------------------*/

static struct text keys_json(const struct deciding *d)
{
    struct arena *arena = d->plan->work;
    struct node *list = node_new(arena, NODE_LIST);
    struct buffer buffer = {0};
    struct text json;

    for (size_t i = 0; i < d->keys_count; i++) {
        struct node *pair = node_add(list, NULL, node_new(arena, NODE_LIST));

        node_add(pair, NULL,
                 node_text(arena,
                           text_of(d->keys[i].kind == KEY_CONTENT
                                       ? "content"
                                       : key_name((enum key)d->keys[i].kind))));
        node_add(pair, NULL, node_text(arena, d->keys[i].value));
    }
    json_write(&buffer, list);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
}

static struct text names_json(const bool *send, struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);
    struct buffer buffer = {0};
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

/* As the row says it, with the rows that say it. */
static struct change change_of(struct deciding *d, enum change_kind kind,
                               struct text wanted)
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
        .values = customer_pack(d->wanted, d->plan->work),
        .keys = keys_json(d),
        .wanted = wanted,
        .remote_id = d->link.remote_id,
        .line = composed->place.line,
        .file = text_of(composed->place.file),
        .rows_count = composed->count,
        .met = d->met,
    };

    change.rows =
        arena_take(d->plan->work, composed->count * sizeof(change.rows[0]));
    for (size_t i = 0; i < composed->count; i++) {
        struct row *row = composed->rows[i];

        change.rows[i] = (struct change_row){
            .line = row->line,
            .print = row->print,
            .role = d->judge_anew ? ROLE_ANEW
                    : i == 0      ? ROLE_OWN
                                  : ROLE_MERGED,
            .file = text_of(source_file_name(with->source, row->file)),
            .raw = composed->raws[i],
        };
    }
    return change;
}

/* What the estimate has to know of a customer that must be looked for. */
static void count_lookups(struct deciding *d)
{
    const struct provider *provider = d->plan->with->account->provider;
    struct plan_totals *totals = d->plan->totals;
    uint64_t lookups = 0;
    bool guarded = false, listed = false;

    for (size_t i = 0; i < d->keys_count; i++) {
        enum key key = (enum key)d->keys[i].kind;

        if (d->keys[i].kind == KEY_CONTENT)
            break; /* no target can be asked for that */
        if (!absence_held(provider, key))
            continue;
        if (api_find_for(provider, key) != NULL)
            lookups++;
        listed = listed || absence_listed(provider, key);
        if (!absence_listed(provider, key) && !absence_guarded(provider, key) &&
            api_find_for(provider, key) != NULL)
            totals->uncovered++;
        guarded = guarded || (absence_guarded(provider, key) &&
                              absence_required(provider, key));
    }
    totals->lookups += lookups;
    totals->unasked += listed && lookups == 0;
    totals->blind += guarded;
}

static void count_change(struct deciding *d, enum change_kind kind)
{
    const struct planning *with = d->plan->with;
    struct plan_totals *totals = d->plan->totals;

    totals->changes++;
    if (kind == CHANGE_CREATE) {
        totals->creates++;
        count_lookups(d);
        return;
    }
    totals->updates++;
    d->plan->touched++;
    totals->reads += diff_needs_read(
        with->account->provider, d->decision->send, with->policy, d->wanted,
        &(struct bases){.held = d->held, .held_full = d->link.held_full},
        d->plan->work);
}

/*
 * A plan that is only shown writes nothing that would be taken back at its end
 * and that nobody asks for before: half of what a first night costs. Where two
 * plans are made in one transaction the second reads what the first one wrote.
 */
static bool is_only_shown(const struct deciding *d)
{
    const struct planning *with = d->plan->with;

    return with->dry && !with->within && with->mirror == NULL;
}

static enum status add_change(struct deciding *d, enum change_kind kind,
                              struct text wanted, struct err *err)
{
    struct change change;
    bool admit;
    enum status status = decide_tell(d, kind, &admit, err);

    if (status != OK)
        return status;
    if (!admit)
        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "not_in_plan",
                           "",
                           "it is not as the plan has it any more, and was "
                           "left alone",
                           err);
    count_change(d, kind);
    if (is_only_shown(d))
        return OK;
    if (d->met.size == 0)
        status = plan_meet(d, err);
    if (status != OK)
        return status;
    change = change_of(d, kind, wanted);
    return store_change_add(d->plan->with->store, &change, err);
}

/* Who it is from now on, and by which keys. */
static enum status remember(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    enum status status = plan_meet(d, err);

    if (status == OK && d->composed->known == 0)
        status = store_customer_new(with->store, &d->composed->known, err);
    if (status == OK)
        status = store_customer_keys_put(with->store, d->composed->known,
                                         with->source_id, d->keys,
                                         d->keys_count, err);
    return status;
}

enum status decide_create(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    enum status status = OK;

    if (d->composed->known == 0)
        plan_tell_likeness(d->plan, d->composed, d->wanted);
    if (!is_only_shown(d))
        status = remember(d, err);
    if (status != OK)
        return status;
    if (decide_recreates(d) && with->policy->dry_run) /* else when it is made */
        report_problem(with->report, d->composed->place.file,
                       d->composed->place.line, "warning", "recreated", "",
                       "record %.*s was deleted at %s and would be made anew",
                       TEXT_ARGS(d->link.remote_id), with->account->name);
    return add_change(d, CHANGE_CREATE, TEXT("[]"), err);
}

enum status decide_update(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct arena *arena = d->plan->work;
    struct customer *said, *held, *moved;
    struct decision decision;
    struct bases bases;
    struct text kept, edits = TEXT("");
    size_t slots_count;
    const struct slot *slots = mapping_slots(with->target, &slots_count);
    enum status status = store_said_and_moved(
        with->store, with->source_id, d->link.id, arena, &kept, &edits, err);
    bool met = kept.size > 0;

    if (status == OK)
        status = customer_unpack(kept, arena, &said, err);
    if (status == OK)
        status = customer_unpack(d->link.held, arena, &held, err);
    if (status == OK)
        status = customer_unpack(edits, arena, &moved, err);
    if (status != OK)
        return status;
    if (met && id_reused(d, said))
        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "id_reused",
                           "reference_id",
                           "this reference id was somebody else's: name, "
                           "email and mobile all differ from what is known",
                           err);
    bases = (struct bases){.said = met ? said : NULL,
                           .held = held,
                           .moved = moved,
                           .held_full = d->link.held_full};
    if (d->link.deactivated) {
        diff_return(slots, slots_count, &bases, d->wanted, said);
        bases.said = said;
    }
    diff_decide(slots, slots_count, d->wanted, &bases, with->policy, arena,
                &decision);
    if (decision.count == 0)
        return settle_equal(d, said, &bases, &decision, err);
    if (with->policy->mode == MODE_CREATE) {
        enum column column = plan_agrees(d->plan, d->composed->known);

        report_count(with->report,
                     column == ROWS_CREATED ? ROWS_CREATED : ROWS_SKIPPED, 1);
        return OK;
    }
    if (with->policy->dry_run) /* else told when it is sent */
        tell_disputes(d, &bases, &decision);
    d->held = held;
    d->decision = &decision;
    d->spoken = met;
    return add_change(d, CHANGE_UPDATE, names_json(decision.send, arena), err);
}

enum status decide_gone(struct deciding *d, struct err *err)
{
    enum status status = plan_meet(d, err);
    struct change change = change_of(d, CHANGE_UPDATE, TEXT("[]"));

    if (status != OK)
        return status;
    d->composed->told = true;
    change.state = CHANGE_PARKED;
    change.code = TEXT("gone");
    change.message = TEXT("its record was deleted at the provider; --recreate "
                          "makes it anew");
    status = store_change_add(d->plan->with->store, &change, err);
    if (status != OK)
        return status;
    return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "gone", "",
                       change.message.at, err);
}
