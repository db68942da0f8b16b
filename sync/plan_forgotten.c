/*
 * plan_forgotten.c - rows of whoever was forgotten: nobody is made anew of
 * them, whatever else they say.
 */
#include "sync/plan.h"

/* By its strongest key the row is of somebody known, who was given a key that
 * the forgotten had. */
static enum status is_of_known(const struct plan *plan,
                               const struct customer *customer, bool *is,
                               struct err *err)
{
    struct text value = {0};
    int kind = 0;
    store_id found;
    size_t count = 0;
    enum status status = OK;

    while (kind < KEY_COUNT &&
           (value = customer_key(customer, (enum key)kind, plan->work)).size ==
               0)
        kind++;
    if (kind < KEY_COUNT)
        status = store_customers_by_key(
            plan->with->store, kind, value,
            kind == KEY_REFERENCE_ID ? plan->with->source_id : 0, &found, 1,
            &count, err);
    *is = count > 0;
    return status;
}

enum status plan_leave_out(struct plan *plan, const struct source_row *from,
                           const struct customer *customer, bool *left_out,
                           struct err *err)
{
    const char *key;
    struct place place;
    bool known = false;
    enum status status =
        forgotten_customer(&plan->forgotten, plan->with->source_id, plan->seed,
                           customer, plan->work, &key, err);

    *left_out = key != NULL;
    if (status != OK || key == NULL)
        return status;
    status = is_of_known(plan, customer, &known, err);
    plan->unreadable += known; /* so that nobody is taken for missing */
    report_count(plan->with->report, ROWS_SKIPPED, 1);
    place =
        source_place(plan->with->source, from->file, from->line,
                     customer_text(customer, FIELD_REFERENCE_ID), plan->work);
    report_problem(plan->with->report, place.file, place.line, "skipped",
                   "forgotten", "",
                   "its %s is that of somebody who was forgotten", key);
    return status;
}
