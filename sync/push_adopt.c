/*
 * push_adopt.c - a record that was there becomes the customer's, and what a
 * read tells of a write in doubt.
 */
#include "sync/push.h"

/* Whose id stands in the target's own reference field. */
store_id write_reference_owner(const struct task *task,
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
        task->link.reference_source = write_reference_owner(task, record);
    if (task->link.reference_source == STORE_FOREIGN)
        drop_reference(task);
}

/* What was held before the write in doubt. */
static bool same_value(const struct task *task, enum field field,
                       struct text now)
{
    struct text held = customer_has(task->held, field)
                           ? customer_text(task->held, field)
                           : (struct text){0};

    if (held.size == 0 || now.size == 0)
        return held.size == now.size;
    return value_same(field, held, now, task->arena);
}

static bool has_any(const struct customer *customer)
{
    for (size_t i = 0; i < customer->count; i++) {
        if (customer->values[i].presence != VALUE_ABSENT)
            return true;
    }
    return false;
}

void write_settle(struct task *task, const struct customer *record)
{
    struct customer *said =
        diff_overlay(customer_new(task->arena), task->said, task->arena);
    struct customer *held =
        diff_overlay(customer_new(task->arena), task->held, task->arena);
    struct customer *arrived = customer_new(task->arena);

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
            if (!same_value(task, slot->field, now.text))
                arrived->values[slot->field] = now;
            said->values[slot->field] = held->values[slot->field] = now;
        }
    }
    if (has_any(arrived))
        life_wrote(task, arrived);
    task->said = said;
    task->before = task->held;
    task->held = held;
    task->settled = true;
    task->change.state = CHANGE_PLANNED; /* and planned anew, if need be */
    finish_later(task);
}

/*
 * A create whose answer was lost, found. Where it differs from what was sent,
 * somebody may have been at it since: that is for the next plan to weigh, which
 * finds the rows not dealt with and the differing fields never spoken of.
 */
static void adopt_ours(struct task *task)
{
    struct bases bases = {.held = task->held, .held_full = true};
    const struct policy freely = {.prefer_target = false};
    struct decision decision;

    diff_decide(task->push->slots, task->push->slots_count, task->now, &bases,
                &freely, task->arena, &decision);
    if (decision.count > 0)
        task->unsaid = decision.send;
    finish_done(task, RESULT_CREATED);
}

enum status write_adopt(struct task *task, struct candidate *candidate,
                        struct err *err)
{
    const struct pushing *with = task->push->with;

    if (!task_in_doubt(task) &&
        customer_names_differ(task->now, candidate->record, task->arena))
        report_problem(with->report, task->change.file.at, task->change.line,
                       "warning", "names_differ", "name",
                       "found at %s as %.*s by a shared key, but the names "
                       "have no word in common",
                       with->account->name, TEXT_ARGS(candidate->id));
    life_matched(task, candidate->record);
    task->held = mapping_project(task->push->provider->mapping,
                                 candidate->record, false, task->arena);
    task->fresh = true;
    task->from_list = !candidate->shown && !candidate->read;
    task->link = (struct link){
        .account = with->account_id,
        .customer = task->change.customer,
        .remote_id = candidate->id,
        .held_full = true,
        .reference_source = write_reference_owner(task, candidate->record),
    };
    task->change.remote_id = candidate->id;
    if (task->link.reference_source == STORE_FOREIGN)
        drop_reference(task);
    if (task_in_doubt(task)) {
        adopt_ours(task);
        return OK;
    }
    if (exact_found(task, candidate->id))
        return OK;
    if (with->policy->mode == MODE_CREATE) {
        finish_skipped(task);
        return OK;
    }
    return write_update(task, err);
}
