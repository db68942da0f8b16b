/*
 * push_undo.c - a change that puts back what an earlier run took away: the
 * record is read just before, and only what still is as that run wrote it goes
 * back.
 *
 * `values` of such a change is what the target held before, `wanted` what the
 * run wrote (of a record that it made: all that we wrote there until now). It
 * speaks for no source: what sources said stays as it is, so that none of them
 * sends its value again before it moves.
 */
#include "sync/push.h"

static void tell_changed(const struct task *task, enum field field,
                         const char *outcome)
{
    report_problem(
        task->push->with->report, task->change.file.at, 0, outcome,
        "changed_since", field != FIELD_NONE ? field_name(field) : "",
        "record %.*s at %s was changed since; left as it is",
        TEXT_ARGS(task->link.remote_id), task->push->with->account->name);
}

/* Nothing of it can be put back. It is gone from the store, and told. */
static void leave(struct task *task, enum field field)
{
    tell_changed(task, field, "conflict");
    task->change.code = TEXT("changed_since");
    task->change.message = TEXT("changed since; left as it is");
    finish_count(task, ROWS_CONFLICT);
    task->change.state = CHANGE_DONE;
    task->change.result = RESULT_NONE;
    task->step = STEP_ENDED;
    queue_add(&task->push->ended, task);
}

/* A record that people have worked on since is not only ours to close. What
 * is blank there may be a key that the provider did not let us keep. */
static enum field worked_on(const struct task *task,
                            const struct customer *wrote)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        const struct slot *slot = &task->push->slots[i];

        if (slot->readable && slot->writable && slot->field != FIELD_STATUS &&
            customer_has(wrote, slot->field) &&
            customer_has(task->held, slot->field) &&
            !customer_same(slot->field, wrote, task->held, task->arena))
            return slot->field;
    }
    return FIELD_NONE;
}

static void send(struct decision *decision, enum field field,
                 const struct value *value)
{
    decision->send[field] = true;
    decision->count++;
    decision->values->values[field] = *value;
}

/* How many fields that are not back yet stand in the way; the last of them. */
static size_t decide(struct task *task, const struct customer *wrote,
                     enum field *last)
{
    struct decision *decision = task->decision;
    size_t changed = 0;

    for (size_t i = 0; i < task->push->slots_count; i++) {
        enum field field = task->push->slots[i].field;
        const struct value *before = customer_get(task->now, field);

        if (before->presence == VALUE_ABSENT || decision->send[field] ||
            customer_same(field, task->now, task->held, task->arena))
            continue;
        if (task->change.kind == CHANGE_UNMAKE ||
            customer_same(field, wrote, task->held, task->arena)) {
            send(decision, field, before);
        } else {
            changed++;
            *last = field;
        }
    }
    return changed;
}

enum status undo_decide(struct task *task, struct err *err)
{
    size_t fields = field_count(), changed;
    enum field last = FIELD_NONE;
    struct customer *wrote;
    enum status status =
        customer_unpack(task->change.wanted, task->arena, &wrote, err);

    if (status != OK)
        return status;
    task->decision = arena_take(task->arena, sizeof(*task->decision));
    *task->decision = (struct decision){
        .send = arena_take(task->arena, fields * sizeof(bool)),
        .both = arena_take(task->arena, fields * sizeof(bool)),
        .values = customer_new(task->arena),
    };
    changed = decide(task, wrote, &last);
    if (task->change.kind == CHANGE_UNMAKE && task->decision->count > 0) {
        last = worked_on(task, wrote);
        if (last != FIELD_NONE) {
            leave(task, last);
            return OK;
        }
    }
    if (task->decision->count == 0 && changed > 0) {
        leave(task, last);
        return OK;
    }
    if (task->decision->count == 0) {
        finish_done(task, RESULT_EQUAL);
        return OK;
    }
    if (changed > 0)
        tell_changed(task, last, "warning");
    return write_queue(task);
}

void undo_keep_hidden(struct task *task, struct customer *record)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        const struct slot *slot = &task->push->slots[i];
        const struct customer *from =
            customer_has(task->held, slot->field) ? task->held : task->said;

        if (!slot->readable && customer_has(from, slot->field))
            customer_set(record, slot->field, customer_text(from, slot->field));
    }
}
