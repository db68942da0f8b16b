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
    if (task->link.id != 0 && write_needs_read(task))
        return task_read_linked(task, err);
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
