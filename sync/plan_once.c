/*
 * plan_once.c - what is said once about a whole source, never row by row.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/plan.h"

/*
 * A shorter file is an everyday thing, half a file is not; and of a handful of
 * rows half is nothing.
 */
enum { FEW_ROWS = 20, FEWER_THAN_PERCENT = 50 };

struct dropped {
    bool asked, carried;
    uint64_t customers; /* that had a value */
};

/* --- fields without a place at the target ----------------------------------*/

static struct dropped *dropped_of(struct plan *plan, size_t field)
{
    size_t fields = field_count();

    if (field >= plan->dropped_count) {
        plan->dropped =
            realloc(plan->dropped, fields * sizeof(plan->dropped[0]));
        if (plan->dropped == NULL)
            abort();
        memset(plan->dropped + plan->dropped_count, 0,
               (fields - plan->dropped_count) * sizeof(plan->dropped[0]));
        plan->dropped_count = fields;
    }
    return &plan->dropped[field];
}

/* No provider takes times of its own records from outside; and the store knows
 * whose reference id which record has, wherever it has a place. */
static bool is_carried(const struct plan *plan, enum field field)
{
    const struct planning *with = plan->with;

    if (with->account_id != 0 &&
        (field_type(field) == TYPE_TIME || field == FIELD_REFERENCE_ID))
        return true;
    if (with->sink.holds != NULL && !with->sink.holds(with->sink.self, field))
        return false;
    return mapping_carries(with->target, field);
}

void plan_see_dropped(struct plan *plan, const struct customer *customer)
{
    for (size_t i = 0; i < customer->count; i++) {
        struct dropped *dropped;

        if (customer->values[i].presence != VALUE_SET)
            continue;
        dropped = dropped_of(plan, i);
        if (!dropped->asked) {
            dropped->asked = true;
            dropped->carried = is_carried(plan, (enum field)i);
        }
        dropped->customers += !dropped->carried;
    }
}

static void tell_dropped(struct plan *plan, enum field field)
{
    const struct planning *with = plan->with;
    uint64_t customers = plan->dropped[field].customers;

    report_problem(with->report, "", 0, "warning", "not_carried",
                   field_name(field),
                   "%s has no place for it: left out of %llu customer%s",
                   with->account != NULL ? with->account->name
                                         : mapping_name(with->target),
                   (unsigned long long)customers, customers == 1 ? "" : "s");
}

/* Ends a name in a list of them: the one byte that no column's name keeps. */
enum { NAME_END = '\x1f' };

/* Whether the list has the name. */
static bool was_told(struct text list, const char *name)
{
    size_t size = strlen(name);

    while (list.size > 0) {
        const char *end = memchr(list.at, NAME_END, list.size);
        size_t word = end != NULL ? (size_t)(end - list.at) : list.size;

        if (word == size && memcmp(list.at, name, size) == 0)
            return true;
        word += end != NULL;
        list.at += word;
        list.size -= word;
    }
    return false;
}

/* To an account the same is not said again each night. */
static enum status say_dropped(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    struct text name =
        arena_print(plan->work, "not_carried:%lld:%lld",
                    (long long)with->source_id, (long long)with->account_id);
    struct buffer told = {0};
    struct text before = {0};
    size_t had;
    enum status status = OK;

    if (with->account_id != 0)
        status = store_fact(with->store, name.at, plan->work, &before, err);
    buffer_text(&told, before);
    had = told.size;
    for (size_t i = 0; status == OK && i < plan->dropped_count; i++) {
        if (plan->dropped[i].customers == 0 ||
            was_told(before, field_name((enum field)i)))
            continue;
        tell_dropped(plan, (enum field)i);
        buffer_string(&told, field_name((enum field)i));
        buffer_byte(&told, NAME_END);
    }
    if (status == OK && told.size > had && with->account_id != 0 &&
        !with->policy->dry_run)
        status = store_fact_put(with->store, name.at, buffer_view(&told), err);
    buffer_free(&told);
    return status;
}

/* --- rows ------------------------------------------------------------------*/

static void tell_fewer(const struct plan *plan, uint64_t before)
{
    report_problem(plan->with->report,
                   source_files(plan->with->source) > 0
                       ? source_file_name(plan->with->source, 0)
                       : "",
                   0, "warning", "fewer_rows", "",
                   "%zu rows where the last run read %llu: the source may be "
                   "cut short",
                   plan->rows_count, (unsigned long long)before);
}

/*
 * A file that was cut exactly behind a record cannot be told from a whole one,
 * but by what it was last time. Nobody is deactivated by this alone.
 */
static enum status say_fewer(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    struct text name =
        arena_print(plan->work, "rows:%lld:%lld", (long long)with->source_id,
                    (long long)with->account_id);
    struct text value;
    uint64_t before;
    enum status status;

    if (with->account_id == 0)
        return OK;
    status = store_fact(with->store, name.at, plan->work, &value, err);
    if (status == OK && text_to_u64(value, &before) && before > FEW_ROWS &&
        plan->rows_count < before * FEWER_THAN_PERCENT / 100)
        tell_fewer(plan, before);
    if (status == OK && !with->policy->dry_run)
        status = store_fact_put(
            with->store, name.at,
            arena_print(plan->work, "%zu", plan->rows_count), err);
    return status;
}

enum status plan_say_once(struct plan *plan, struct err *err)
{
    enum status status = say_dropped(plan, err);

    return status == OK ? say_fewer(plan, err) : status;
}
