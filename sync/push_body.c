/*
 * push_body.c - what a write sends.
 */
#include <string.h>

#include "formats/helper.h"
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

/* --- phone numbers, ahead --------------------------------------------------*/

/* What libphonenumber takes for them is a fourth of all that a create takes. */
struct nationals {
    struct errand errand;
    const char *region;
    struct national at[2];
    size_t count;
};

static void find_nationals(void *self)
{
    struct nationals *nationals = self;

    for (size_t i = 0; i < nationals->count; i++)
        national_find(&nationals->at[i], nationals->region);
}

void body_ahead(struct task *task)
{
    static const enum field fields[] = {FIELD_PHONE, FIELD_MOBILE};
    struct push *push = task->push;
    struct nationals *nationals;

    if (!push->form.national || push->form.region == NULL ||
        task->nationals != NULL)
        return;
    nationals = arena_take(task->arena, sizeof(*nationals));
    nationals->errand =
        (struct errand){.work = find_nationals, .self = nationals};
    nationals->region = push->form.region;
    for (size_t i = 0; i < 2; i++)
        if (customer_has(task->now, fields[i]))
            nationals->at[nationals->count++].e164 =
                customer_text(task->now, fields[i]);
    if (nationals->count == 0)
        return;
    task->nationals = nationals;
    helper_give(push->helper, &nationals->errand);
}

void body_drop(struct task *task)
{
    if (task->nationals != NULL)
        helper_drop(task->push->helper, &task->nationals->errand);
}

/* A number that is not among them is looked at when it is written. */
static struct target_form form_of(const struct task *task)
{
    struct target_form form = task->push->form;

    if (task->nationals != NULL) {
        helper_take(task->push->helper, &task->nationals->errand);
        form.nationals = task->nationals->at;
        form.nationals_count = task->nationals->count;
    }
    return form;
}

/* --- the body -------------------------------------------------------------*/

struct node *write_body(struct task *task)
{
    const struct push *push = task->push;
    const struct target_form form = form_of(task);
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
    return mapping_write(push->provider->mapping, values, wanted, &form,
                         task->arena);
}
