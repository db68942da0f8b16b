/*
 * push_write.c - creates and updates, up to the queues in which they wait for
 * their intent to be on disk.
 */
#include "sync/push.h"

/* --- the intent -----------------------------------------------------------*/

/* False when --limit is reached or nothing is to be sent: it stays planned. */
static bool may_send(struct task *task)
{
    struct push *push = task->push;

    if (push->with->only_look) {
        task->willing = true;
        finish_later(task);
        return false;
    }
    if (!task->sent && push->with->policy->limit > 0 &&
        push->sent >= push->with->policy->limit) {
        push->drained = true;
        finish_later(task);
        return false;
    }
    push->sent += !task->sent; /* however often it has to be sent */
    task->sent = true;
    return true;
}

enum status write_create(struct task *task, struct err *err)
{
    struct push *push = task->push;

    (void)err;
    task->step = STEP_CREATE;
    if (push->with->only_look && push->with->proven != NULL)
        (void)key_set_add(push->with->proven, push_chosen(task->change.id));
    if (!may_send(task))
        return OK;
    body_ahead(task);
    if (push->provider->bulk_create.request.method != NULL &&
        !push->bulk_create_off && !task->no_bulk)
        queue_add(&push->creates, task);
    else
        queue_add(&push->ready, task);
    return OK;
}

/* However often it has to be sent, it is told once. */
void write_tell(struct task *task)
{
    const struct pushing *with = task->push->with;

    if (task->told || task->speaks != 0)
        return;
    task->told = true;
    dispute_tell(&(struct dispute){.ends = with->ends,
                                   .policy = with->policy,
                                   .report = with->report,
                                   .file = task->change.file.at,
                                   .line = task->change.line,
                                   .customer = task->change.customer,
                                   .now = task->now,
                                   .held = task->held},
                 task->decision);
}

/* Where a person's deactivation is taken back, `inactive` was our own word. */
static void recall_deactivation(struct task *task, struct bases *bases)
{
    struct push *push = task->push;

    if (!task->link.deactivated || task->change.kind == CHANGE_DEACTIVATE)
        return;
    task->said =
        diff_overlay(customer_new(task->arena), task->said, task->arena);
    diff_return(push->slots, push->slots_count, bases, task->now, task->said);
    bases->said = task->said;
}

/* By having the customer the source said that it is active; and that the record
 * shows so is nobody's edit. */
static void recall_presence(struct task *task, struct bases *bases)
{
    if (task->change.kind != CHANGE_DEACTIVATE ||
        customer_has(task->said, FIELD_STATUS))
        return;
    task->said =
        diff_overlay(customer_new(task->arena), task->said, task->arena);
    customer_set(task->said, FIELD_STATUS, TEXT("active"));
    bases->said = task->said;
    if (text_is(customer_text(task->moved, FIELD_STATUS), "active"))
        task->moved->values[FIELD_STATUS].presence = VALUE_ABSENT;
}

enum status write_queue(struct task *task)
{
    struct push *push = task->push;

    task->step = STEP_UPDATE;
    if (!may_send(task))
        return OK;
    if (push->provider->bulk_update.request.method != NULL &&
        !push->bulk_update_off && !task->no_bulk)
        bulk_wait(task);
    else
        queue_add(&push->ready, task);
    return OK;
}

enum status write_update(struct task *task, struct err *err)
{
    struct push *push = task->push;
    struct bases bases = {
        .said = task->met ? task->said : NULL,
        .held = task->held,
        .moved = task->moved,
        .held_full = task->link.held_full,
    };

    task->decision = arena_take(task->arena, sizeof(*task->decision));
    recall_deactivation(task, &bases);
    recall_presence(task, &bases);
    diff_decide(push->slots, push->slots_count, task->now, &bases,
                push->with->policy, task->arena, task->decision);
    if (task->decision->count == 0) {
        finish_done(task, RESULT_EQUAL);
        return OK;
    }
    if (task->link.id != 0 && !task->fresh &&
        diff_needs_read(push->provider, task->decision->send,
                        push->with->policy, task->now, &bases, task->arena))
        return task_read_linked(task, err);
    return write_queue(task);
}
