/*
 * push_write.c - creates and updates: what is sent, and what the answer means.
 */
#include <string.h>

#include "sync/push.h"

/* --- bodies ---------------------------------------------------------------*/

static bool readable(const struct task *task, enum field field)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        if (task->push->slots[i].field == field)
            return task->push->slots[i].readable;
    }
    return false;
}

/* The side that is known: what the target holds, else what the source says. */
static void fill_in(struct customer *values, bool *wanted,
                    const struct task *task, enum field field)
{
    if (wanted[field])
        return;
    /* What the source says unchanged may have been corrected over there. */
    if (customer_has(task->held, field)) {
        customer_set(values, field, customer_text(task->held, field));
        wanted[field] = true;
    } else if (!task->link.held_full || !readable(task, field)) {
        wanted[field] = customer_has(task->decision->values, field);
    }
}

static bool same_object(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Is slot i replaced together with one that is sent? */
static bool replaced(const struct task *task, size_t i)
{
    const struct push *push = task->push;

    if (push->provider->update.replaces == REPLACES_RECORD)
        return true;
    if (push->provider->update.replaces != REPLACES_OBJECT)
        return false;
    for (size_t j = 0; j < push->slots_count; j++) {
        if (task->decision->send[push->slots[j].field] &&
            same_object(push->slots[i].object, push->slots[j].object))
            return true;
    }
    return false;
}

struct node *write_body(struct task *task)
{
    const struct push *push = task->push;
    struct customer *values = task->now;
    bool *wanted = arena_take(task->arena, field_count() * sizeof(bool));

    for (size_t i = 0; i < field_count(); i++)
        wanted[i] = customer_has(values, (enum field)i);
    if (task->step == STEP_UPDATE) {
        memcpy(wanted, task->decision->send, field_count() * sizeof(bool));
        values = diff_overlay(customer_new(task->arena), task->decision->values,
                              task->arena);
        for (size_t i = 0; i < push->slots_count; i++) {
            if (push->slots[i].writable && replaced(task, i))
                fill_in(values, wanted, task, push->slots[i].field);
        }
    }
    return mapping_write(push->provider->mapping, values, wanted, &push->form,
                         task->arena);
}

/* Would the write wipe out something that neither side is known to say? */
static bool needs_read(const struct task *task)
{
    const struct push *push = task->push;

    if (task->fresh)
        return false;
    if (push->with->policy->prefer_target || !task->link.held_full)
        return true;
    for (size_t i = 0; i < push->slots_count; i++) {
        const struct slot *slot = &push->slots[i];

        /* Not sent by itself, yet replaced: only a read just now tells what
         * is there. */
        if (slot->readable && slot->writable && replaced(task, i) &&
            !task->decision->send[slot->field])
            return true;
    }
    return false;
}

/* --- the intent -----------------------------------------------------------*/

/* False when --limit is reached or nothing is to be sent: it stays planned. */
static bool may_send(struct task *task)
{
    struct push *push = task->push;

    if (push->with->only_look) {
        finish_later(task);
        return false;
    }
    if (push->with->policy->limit > 0 &&
        push->sent >= push->with->policy->limit) {
        push->drained = true;
        finish_later(task);
        return false;
    }
    push->sent++;
    return true;
}

enum status write_create(struct task *task, struct err *err)
{
    struct push *push = task->push;

    (void)err;
    task->step = STEP_CREATE;
    if (!may_send(task))
        return OK;
    if (push->provider->bulk_create.request.method != NULL &&
        !push->bulk_create_off && !task->no_bulk)
        queue_add(&push->creates, task);
    else
        queue_add(&push->ready, task);
    return OK;
}

static void tell_both(struct task *task)
{
    const struct pushing *with = task->push->with;

    for (size_t i = 0; i < field_count(); i++) {
        if (task->decision->both[i])
            report_problem(with->report, task->change.file.at,
                           task->change.line, "warning", "both_changed",
                           field_name((enum field)i),
                           "changed on both sides; %s has it",
                           with->policy->prefer_target ? "the target's value"
                                                       : "the source's value");
    }
}

enum status write_update(struct task *task, struct err *err)
{
    struct push *push = task->push;
    const struct policy *policy = push->with->policy;
    struct bases bases = {
        .said = task->met ? task->said : NULL,
        .held = task->held,
        .moved = task->moved,
        .held_full = task->link.held_full,
    };

    task->decision = arena_take(task->arena, sizeof(*task->decision));
    diff_decide(push->slots, push->slots_count, task->now, &bases,
                policy->prefer_target, policy->blank_clear, task->arena,
                task->decision);
    if (task->decision->count == 0) {
        tell_both(task);
        finish_done(task, RESULT_EQUAL);
        return OK;
    }
    if (task->link.id != 0 && needs_read(task))
        return task_submit(task,
                           api_get(push->with->client, task->link.remote_id),
                           STEP_FETCH, err);
    tell_both(task);
    task->step = STEP_UPDATE;
    if (!may_send(task))
        return OK;
    if (push->provider->bulk_update.request.method != NULL &&
        !push->bulk_update_off && !task->no_bulk && task->link.id != 0)
        queue_add(&push->updates, task);
    else
        queue_add(&push->ready, task);
    return OK;
}

/* Whose id stands in the target's own reference field. */
static store_id reference_owner(const struct task *task,
                                const struct customer *record)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        const struct slot *slot = &task->push->slots[i];

        if (!slot->reference || !customer_has(record, slot->field))
            continue;
        return value_same(slot->field, customer_text(record, slot->field),
                          customer_text(task->now, slot->field), task->arena)
                   ? task->change.source
                   : STORE_FOREIGN;
    }
    return 0;
}

static void drop_reference(struct task *task)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        if (task->push->slots[i].reference)
            task->now->values[task->push->slots[i].field].presence =
                VALUE_ABSENT;
    }
}

void write_settle_reference(struct task *task, const struct customer *record)
{
    if (task->link.reference_source == 0)
        task->link.reference_source = reference_owner(task, record);
    if (task->link.reference_source == STORE_FOREIGN)
        drop_reference(task);
}

void write_settle(struct task *task, const struct customer *record)
{
    struct customer *said =
        diff_overlay(customer_new(task->arena), task->said, task->arena);
    struct customer *held =
        diff_overlay(customer_new(task->arena), task->held, task->arena);

    for (size_t i = 0; i < task->push->slots_count; i++) {
        const struct slot *slot = &task->push->slots[i];
        struct value now = *customer_get(task->now, slot->field);
        struct text there = customer_text(record, slot->field);

        if (now.presence == VALUE_ABSENT || now.presence == VALUE_BAD)
            continue;
        if (!slot->readable) {
            /* Nobody can tell: said something else, so that it goes again. */
            said->values[slot->field].presence = VALUE_BLANK;
        } else if (now.presence == VALUE_BLANK
                       ? !customer_has(record, slot->field)
                       : customer_has(record, slot->field) &&
                             value_same(slot->field, now.text, there,
                                        task->arena)) {
            said->values[slot->field] = held->values[slot->field] = now;
        }
    }
    task->said = said;
    task->held = held;
    task->settled = true;
    task->change.state = CHANGE_PLANNED; /* and planned anew, if need be */
    finish_later(task);
}

/* A create whose answer was lost, found. Its values need not be ours: it may
 * have been there before, and the proof of its absence wrong. */
static enum status adopt_unknown(struct task *task, struct err *err)
{
    struct bases bases = {.held = task->held, .held_full = true};
    struct decision decision;

    diff_decide(task->push->slots, task->push->slots_count, task->now, &bases,
                false, false, task->arena, &decision);
    if (decision.count == 0) {
        finish_done(task, RESULT_CREATED);
        return OK;
    }
    task->change.state = CHANGE_PLANNED;
    if (task->push->settling) {
        finish_later(task); /* linked; the next plan says what differs */
        return OK;
    }
    return write_update(task, err);
}

enum status write_adopt(struct task *task, struct candidate *candidate,
                        struct err *err)
{
    const struct pushing *with = task->push->with;

    if (customer_names_differ(task->now, candidate->record, task->arena))
        report_problem(with->report, task->change.file.at, task->change.line,
                       "warning", "names_differ", "name",
                       "found at %s as %.*s by a shared key, but the names "
                       "have no word in common",
                       with->account->name, TEXT_ARGS(candidate->id));
    task->held = mapping_project(task->push->provider->mapping,
                                 candidate->record, false, task->arena);
    task->fresh = true;
    task->link = (struct link){
        .account = with->account_id,
        .customer = task->change.customer,
        .remote_id = candidate->id,
        .held_full = true,
        .reference_source = reference_owner(task, candidate->record),
    };
    task->change.remote_id = candidate->id;
    if (task->link.reference_source == STORE_FOREIGN)
        drop_reference(task);
    if (task->reason == REASON_UNKNOWN)
        return adopt_unknown(task, err);
    if (with->policy->mode == MODE_CREATE) {
        finish_skipped(task);
        return OK;
    }
    return write_update(task, err);
}

/* --- answers --------------------------------------------------------------*/

void write_unknown(struct task *task)
{
    if (task->step == STEP_UPDATE) {
        finish_in_doubt(task, "no_answer",
                        "the provider gave no answer to the update");
        return;
    }
    task->change.state = CHANGE_UNKNOWN;
    task->reason = REASON_UNKNOWN;
    task_rest(task, task_settle_ms(task));
}

enum status write_created(struct task *task, struct text id, struct err *err)
{
    (void)err;
    if (id.size == 0) {
        /* Done, but under which id? A look-up tells. */
        write_unknown(task);
        return OK;
    }
    task->link = (struct link){
        .account = task->push->with->account_id,
        .customer = task->change.customer,
        .remote_id = arena_text(task->arena, id),
        .held_full = true,
    };
    task->link.reference_source = reference_owner(task, task->now);
    task->change.remote_id = task->link.remote_id;
    task->held = task->now;
    finish_done(task, RESULT_CREATED);
    return OK;
}

static void updated(struct task *task)
{
    struct customer *sent = customer_new(task->arena);

    for (size_t i = 0; i < field_count(); i++) {
        if (task->decision->send[i])
            sent->values[i] = task->decision->values->values[i];
    }
    task->held = diff_overlay(task->held, sent, task->arena);
    if (task->link.reference_source == 0)
        task->link.reference_source = reference_owner(task, sent);
    finish_done(task, RESULT_UPDATED);
}

static void gone(struct task *task)
{
    task->link.state = LINK_GONE;
    finish_badly(task, CHANGE_PARKED, "gone",
                 "its record was deleted at the provider");
}

bool write_without_key(struct task *task)
{
    const struct push *push = task->push;

    for (size_t i = 0; i < push->provider->unique_count; i++) {
        enum field field = push->provider->unique[i];

        for (size_t j = 0; j < push->slots_count; j++) {
            if (push->slots[j].field != field ||
                !customer_has(task->now, field) ||
                !absence_spares(push->provider, task->now, field,
                                task->link.remote_id.size == 0, task->arena))
                continue;
            if (task->given_up == NULL)
                task->given_up = customer_new(task->arena);
            customer_set(task->given_up, field,
                         customer_text(task->now, field));
            task->now->values[field].presence = VALUE_ABSENT;
            report_problem(push->with->report, task->change.file.at,
                           task->change.line, "warning", "key_taken",
                           field_name(field),
                           "%s has another customer with this %s and allows "
                           "it once; sent without it",
                           push->with->account->name, field_name(field));
            return true;
        }
    }
    return false;
}

static bool sends_unique(const struct task *task)
{
    const struct push *push = task->push;

    for (size_t i = 0; i < push->provider->unique_count; i++) {
        if (task->decision->send[push->provider->unique[i]])
            return true;
    }
    return false;
}

static enum status refused(struct task *task, enum meaning means,
                           struct text complaint, struct err *err)
{
    task->change.message = arena_text(task->arena, complaint);
    if (task->step == STEP_UPDATE) {
        bool taken = means == MEANS_DUPLICATE;

        task->change.state = CHANGE_PLANNED;
        if (!task->checked && sends_unique(task)) {
            task->checked = true; /* whose is it? */
            return look_begin(task, REASON_REFUSED, err);
        }
        finish_badly(task, taken ? CHANGE_PARKED : CHANGE_REJECTED,
                     taken ? "key_taken" : "rejected", "%.*s",
                     TEXT_ARGS(task->change.message));
        return OK;
    }
    task->change.state = CHANGE_PLANNED; /* answered: nothing was made */
    if (means == MEANS_DUPLICATE)
        return look_begin(task, REASON_DUPLICATE, err);
    if (task->push->provider->unique_count > 0 && !task->checked) {
        task->checked = true;
        return look_begin(task, REASON_REFUSED, err);
    }
    finish_badly(task, CHANGE_REJECTED, "rejected", "%.*s",
                 TEXT_ARGS(task->change.message));
    return OK;
}

enum status write_outcome(struct task *task, const struct api_outcome *outcome,
                          struct err *err)
{
    switch (outcome->row) {
    case ROW_OK:
        if (task->step == STEP_CREATE)
            return write_created(task, outcome->id, err);
        updated(task);
        return OK;
    case ROW_DUPLICATE:
        return refused(task, MEANS_DUPLICATE, outcome->message, err);
    case ROW_INVALID:
        if (task->step == STEP_UPDATE) {
            /* Alone it gets a status, and with it a meaning. */
            task->no_bulk = true;
            queue_add(&task->push->ready, task);
            return OK;
        }
        return refused(task, MEANS_INVALID, outcome->message, err);
    case ROW_UNKNOWN:
        break;
    }
    write_unknown(task);
    return OK;
}

enum status write_reply(struct task *task, struct call *call, struct err *err)
{
    struct client *client = task->push->with->client;

    if (task_without_answer(task, call))
        return OK;
    switch (call->means) {
    case MEANS_OK:
        if (task->step == STEP_CREATE)
            return write_created(task, api_created_id(client, call), err);
        updated(task);
        return OK;
    case MEANS_ABSENT:
        if (task->step == STEP_UPDATE) {
            gone(task);
            return OK;
        }
        break;
    case MEANS_DUPLICATE:
    case MEANS_INVALID:
        return refused(
            task, call->means,
            client_redact(client,
                          provider_complaint(task->push->provider, call->reply,
                                             call->raw, task->arena),
                          task->arena),
            err);
    default:
        break;
    }
    finish_badly(task, CHANGE_FAILED, "unexpected_answer",
                 "the provider answered %d, which means nothing here",
                 call->status);
    return OK;
}
