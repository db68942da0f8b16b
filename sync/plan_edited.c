/* plan_edited.c - edits at the target that an owner puts back. */
#include <string.h>

#include "sync/key_set.h"
#include "sync/plan.h"
#include "sync/print.h"

static struct print_key edited_key(const struct plan *plan, store_id customer)
{
    char bytes[sizeof(customer)];

    memcpy(bytes, &customer, sizeof(customer));
    return print_key(plan->seed, 'e', (struct text){bytes, sizeof(bytes)});
}

static void add_edited(void *self, store_id customer)
{
    struct plan *plan = self;

    (void)key_set_add(plan->edited, edited_key(plan, customer));
}

bool plan_is_edited(const struct plan *plan, store_id customer)
{
    return plan->edited != NULL &&
           key_set_has(plan->edited, edited_key(plan, customer));
}

enum status plan_find_edited(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    const struct policy *policy = with->policy;
    bool owned = false;

    for (size_t i = 0; i < policy->owners_count; i++)
        owned = owned || policy->owners[i].owner == OWNER_SOURCE ||
                policy->owners[i].owner == OWNER_UNION;
    if (!owned || with->account_id == 0)
        return OK;
    plan->edited = key_set_open();
    return store_moved_customers(with->store, with->account_id, with->source_id,
                                 add_edited, plan, err);
}
