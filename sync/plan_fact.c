/*
 * plan_fact.c - what a plan keeps in the store for the next one of its source
 * and account: the facts' names, and lists of names in them.
 */
#include "sync/plan.h"

#include <string.h>

const char *plan_fact(const struct plan *plan, const char *kind)
{
    return arena_print(plan->work, "%s:%lld:%lld", kind,
                       (long long)plan->with->source_id,
                       (long long)plan->with->account_id)
        .at;
}

bool plan_take_name(struct text *list, struct text *name)
{
    const char *end;

    if (list->size == 0)
        return false;
    end = memchr(list->at, NAME_END, list->size);
    name->at = list->at;
    name->size = end != NULL ? (size_t)(end - list->at) : list->size;
    list->at += name->size + (end != NULL);
    list->size -= name->size + (end != NULL);
    return true;
}

bool plan_has_name(struct text list, const char *name)
{
    struct text known;

    while (plan_take_name(&list, &known)) {
        if (text_is(known, name))
            return true;
    }
    return false;
}
