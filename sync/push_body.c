/*
 * push_body.c - what a write sends, and whether it has to read before.
 */
#include <string.h>

#include "sync/push.h"

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
bool write_needs_read(const struct task *task)
{
    const struct push *push = task->push;

    if (task->fresh)
        return false;
    if (diff_reads_first(task->decision, push->with->policy) ||
        !task->link.held_full)
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
