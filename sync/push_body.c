/*
 * push_body.c - what a write sends.
 */
#include <string.h>

#include "sync/push.h"
#include "sync/replaces.h"

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
            if (push->slots[i].writable &&
                replaces_slot(&push->provider->update, push->slots,
                              push->slots_count, task->decision->send, i))
                fill_in(values, wanted, task, push->slots[i].field);
        }
    }
    return mapping_write(push->provider->mapping, values, wanted, &push->form,
                         task->arena);
}
