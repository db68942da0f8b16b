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
    bool asked;
    enum carrying carrying; /* CARRIED_ALWAYS too: never, and said before */
    uint64_t customers;     /* that had a value which goes nowhere */
    const char *place;      /* of the first of them; NULL: the whole source */
    enum field beside;      /* holds another value where this could have gone */
};

/* --- values without a place at the target ----------------------------------*/

enum status plan_recall(struct plan *plan, struct err *err)
{
    if (plan->with->account_id == 0)
        return OK;
    return store_fact(plan->with->store, plan_fact(plan, "not_carried"),
                      plan->arena, &plan->told, err);
}

/* No provider takes times of its own records from outside; and the store knows
 * whose reference id which record has, wherever it has a place. */
static enum carrying carrying_of(const struct plan *plan, enum field field)
{
    const struct planning *with = plan->with;
    enum carrying carrying;

    if (with->account_id != 0 &&
        (field_type(field) == TYPE_TIME || field == FIELD_REFERENCE_ID))
        return CARRIED_ALWAYS;
    carrying =
        with->sink.holds != NULL && !with->sink.holds(with->sink.self, field)
            ? CARRIED_NEVER
            : mapping_carries(with->target, field);
    return carrying == CARRIED_NEVER &&
                   plan_has_name(plan->told, field_name(field))
               ? CARRIED_ALWAYS
               : carrying;
}

static struct dropped *dropped_of(struct plan *plan, size_t field)
{
    size_t fields = field_count();
    struct dropped *dropped;

    if (field >= plan->dropped_count) {
        plan->dropped =
            realloc(plan->dropped, fields * sizeof(plan->dropped[0]));
        if (plan->dropped == NULL)
            abort();
        memset(plan->dropped + plan->dropped_count, 0,
               (fields - plan->dropped_count) * sizeof(plan->dropped[0]));
        plan->dropped_count = fields;
    }
    dropped = &plan->dropped[field];
    if (!dropped->asked) {
        dropped->asked = true;
        dropped->carrying = carrying_of(plan, (enum field)field);
        dropped->beside = FIELD_NONE;
    }
    return dropped;
}

void plan_see_dropped(struct plan *plan, const struct composed *composed,
                      const struct customer *projected)
{
    const struct customer *customer = composed->customer;

    for (size_t i = 0; i < customer->count; i++) {
        struct dropped *dropped;
        enum field beside = FIELD_NONE;

        if (customer->values[i].presence != VALUE_SET)
            continue;
        dropped = dropped_of(plan, i);
        if (dropped->carrying == CARRIED_ALWAYS ||
            (dropped->carrying == CARRIED_AT_TIMES &&
             mapping_carried(plan->with->target, customer, projected,
                             (enum field)i, &beside, plan->work)))
            continue;
        if (dropped->customers++ > 0)
            continue;
        dropped->beside = beside;
        dropped->place = place_print(composed->place, plan->arena);
    }
}

static void tell_dropped(struct plan *plan, enum field field)
{
    const struct planning *with = plan->with;
    const struct dropped *dropped = &plan->dropped[field];
    bool one = dropped->customers == 1;
    struct buffer where = {0};

    if (dropped->beside != FIELD_NONE)
        buffer_print(&where, " beside %s", field_name(dropped->beside));
    buffer_print(&where, ": left out of %llu customer%s",
                 (unsigned long long)dropped->customers, one ? "" : "s");
    /* Its own place is no line's: it is true of the whole source. */
    buffer_print(&where, one ? " (%s)" : " (first at %s)", dropped->place);
    report_problem(with->report, "", 0, "warning", "not_carried",
                   field_name(field), "%s has no place for it%.*s",
                   with->account != NULL ? with->account->name
                                         : mapping_name(with->target),
                   TEXT_ARGS(buffer_view(&where)));
    buffer_free(&where);
}

/* To an account it is not said again each night of a field that has no place
 * there; where a place is taken at times, it is said of whom it concerns. */
static enum status say_dropped(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    struct buffer told = {0};
    enum status status = OK;

    buffer_text(&told, plan->told);
    for (size_t i = 0; i < plan->dropped_count; i++) {
        if (plan->dropped[i].customers == 0)
            continue;
        tell_dropped(plan, (enum field)i);
        if (plan->dropped[i].carrying != CARRIED_NEVER)
            continue;
        buffer_string(&told, field_name((enum field)i));
        buffer_byte(&told, NAME_END);
    }
    if (told.size > plan->told.size && with->account_id != 0 &&
        !with->policy->dry_run)
        status = store_fact_put(with->store, plan_fact(plan, "not_carried"),
                                buffer_view(&told), err);
    buffer_free(&told);
    return status;
}

/* --- columns that no rule reads --------------------------------------------*/

/* A warning is one line: `check` has them all. */
enum { UNUSED_SHOWN = 12, UNUSED_BYTES = 40 };

/* A header may hold line ends, and be of any length. */
static void show_name(struct buffer *out, const char *name)
{
    size_t size = strlen(name), shown = size;

    if (size > UNUSED_BYTES)
        for (shown = UNUSED_BYTES; (name[shown] & 0xc0) == 0x80;)
            shown--;
    for (size_t i = 0; i < shown; i++)
        buffer_byte(out, (unsigned char)name[i] < ' ' ? ' ' : name[i]);
    if (shown < size)
        buffer_string(out, "...");
}

static void tell_unused(const struct plan *plan, const char *const *names,
                        size_t count)
{
    const struct planning *with = plan->with;
    struct buffer list = {0};

    for (size_t i = 0; i < count && i < UNUSED_SHOWN; i++) {
        if (i > 0)
            buffer_string(&list, ", ");
        show_name(&list, names[i]);
    }
    if (count > UNUSED_SHOWN)
        buffer_print(&list, " and %zu more", count - UNUSED_SHOWN);
    report_problem(with->report,
                   source_files(with->source) == 1
                       ? source_file_name(with->source, 0)
                       : "",
                   0, "warning", "column_unused", "",
                   "%zu column%s with values that the mapping '%s' does not "
                   "read: %.*s",
                   count, count == 1 ? "" : "s",
                   mapping_name(source_mapping(with->source)),
                   TEXT_ARGS(buffer_view(&list)));
    buffer_free(&list);
}

/*
 * What a mapping does not read is its maker's choice, or somebody's slip: it is
 * said when the source is met, and again of a column that is new to it.
 */
static enum status say_unused(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    const char *fact = arena_print(plan->work, "column_unused:%lld",
                                   (long long)with->source_id)
                           .at;
    size_t count, kept = 0;
    const char *const *names =
        mapping_unread(source_mapping(with->source), &count);
    const char **fresh = arena_take(plan->work, (count + 1) * sizeof(*fresh));
    struct text before = {0};
    struct buffer told = {0};
    enum status status = OK;

    if (count == 0)
        return OK;
    if (with->account_id != 0)
        status = store_fact(with->store, fact, plan->work, &before, err);
    buffer_text(&told, before);
    for (size_t i = 0; status == OK && i < count; i++) {
        if (rejects_column(names[i]) || plan_has_name(before, names[i]))
            continue;
        fresh[kept++] = names[i];
        buffer_string(&told, names[i]);
        buffer_byte(&told, NAME_END);
    }
    if (kept > 0)
        tell_unused(plan, fresh, kept);
    if (kept > 0 && told.size <= NAMES_KEPT && with->account_id != 0 &&
        !with->policy->dry_run)
        status = store_fact_put(with->store, fact, buffer_view(&told), err);
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
                   "%llu rows where the last run read %llu: the source may be "
                   "cut short",
                   (unsigned long long)plan->read, (unsigned long long)before);
}

/*
 * A file that was cut exactly behind a record cannot be told from a whole one,
 * but by what it was last time. Nobody is deactivated by this alone.
 */
static enum status say_fewer(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    const char *name = plan_fact(plan, "rows");
    struct text value;
    uint64_t before;
    enum status status;

    if (with->account_id == 0)
        return OK;
    status = store_fact(with->store, name, plan->work, &value, err);
    if (status == OK && text_to_u64(value, &before) && before > FEW_ROWS &&
        plan->read < before * FEWER_THAN_PERCENT / 100)
        tell_fewer(plan, before);
    if (status == OK && !with->policy->dry_run)
        status = store_fact_put(
            with->store, name,
            arena_print(plan->work, "%llu", (unsigned long long)plan->read),
            err);
    return status;
}

enum status plan_say_once(struct plan *plan, struct err *err)
{
    enum status status = say_unused(plan, err);

    if (status == OK)
        status = say_dropped(plan, err);
    plan_tell_unwanted(plan);
    return status == OK ? say_fewer(plan, err) : status;
}
