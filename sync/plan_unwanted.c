/*
 * plan_unwanted.c - customers that a file is not for (`only` of its mapping):
 * they are left out of it, and that is said once.
 */
#include "sync/plan.h"

bool plan_unwanted(struct plan *plan, const struct composed *composed)
{
    enum field why;

    if (mapping_wants(plan->with->target, composed->customer, &why))
        return false;
    report_count(plan->with->report, ROWS_SKIPPED, 1);
    if (plan->unwanted.customers++ == 0) {
        plan->unwanted.field = why;
        plan->unwanted.place = place_print(composed->place, plan->arena);
    }
    return true;
}

void plan_tell_unwanted(const struct plan *plan)
{
    const struct unwanted *unwanted = &plan->unwanted;
    const struct mapping *target = plan->with->target;
    bool one = unwanted->customers == 1;
    struct text words;

    if (unwanted->customers == 0)
        return;
    words = mapping_only(target, unwanted->field, plan->work);
    report_problem(plan->with->report, "", 0, "skipped", "not_wanted",
                   field_name(unwanted->field),
                   "%s takes only customers whose %s is %.*s: %llu %s left out "
                   "(%s%s)",
                   mapping_name(target), field_name(unwanted->field),
                   TEXT_ARGS(words), (unsigned long long)unwanted->customers,
                   one ? "was" : "were", one ? "" : "first at ",
                   unwanted->place);
}
