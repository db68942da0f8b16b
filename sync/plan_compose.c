/*
 * plan_compose.c - the rows of one group become one customer, by --duplicates.
 */
#include <string.h>

#include "sync/diff.h"
#include "sync/identity.h"
#include "sync/life.h"
#include "sync/plan.h"
#include "sync/spool.h"

/* One group's rows are held at once: more than this is no customer. */
enum { ROWS_OF_ONE_MAX = 20000 };

static enum status load_row(struct plan *plan, const struct row *row,
                            struct text *raw, struct customer **customer,
                            struct text keys[KEY_COUNT], struct err *err)
{
    struct spooled spooled;
    enum status status =
        spool_get(plan->spool, row->offset, plan->work, &spooled, err);

    if (status != OK)
        return status;
    *raw = spooled.raw;
    if (spooled.customer.size > 0)
        return plan_unpack(spooled.customer, plan->work, customer, keys, err);
    status = source_customer(plan->with->source, row->file, *raw, plan->work,
                             customer, err);
    if (status == OK)
        plan_keys(plan->with->policy, *customer, plan->work, keys);
    /* It was read before with this very mapping, so it cannot fail now. */
    return status == REJECT ? fail(err, STOP, EXIT_BUG, "bug",
                                   "a known row cannot be read any more")
                            : status;
}

static struct text unite(enum field field, struct text a, struct text b,
                         struct arena *arena)
{
    enum type type = field_type(field);

    if (type == TYPE_LIST || type == TYPE_METHODS)
        return value_merge_list(a, (struct text){0}, b, arena);
    /* Equal values keep their first spelling; else the last row wins. */
    return value_same(field, a, b, arena) ? a : b;
}

static void merge_into(struct customer *into, const struct customer *from,
                       struct arena *arena)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct value *value = &from->values[i];
        struct value *target = &into->values[i];

        if (value->presence == VALUE_SET) {
            if (target->presence == VALUE_SET)
                target->text =
                    unite((enum field)i, target->text, value->text, arena);
            else
                *target = *value;
        } else if (value->presence == VALUE_BLANK &&
                   target->presence == VALUE_ABSENT) {
            *target = *value;
        }
    }
}

static struct place place_of(struct plan *plan, const struct row *row,
                             const struct customer *customer)
{
    return source_place(plan->with->source, row->file, row->line,
                        customer_text(customer, FIELD_REFERENCE_ID),
                        plan->work);
}

static void flag_names(struct plan *plan, const struct composed *composed,
                       const struct customer *first,
                       const struct customer *other, const struct row *row)
{
    struct place place = place_of(plan, row, other);
    const char *with = composed->place.file;

    if (!customer_names_differ(first, other, plan->work))
        return;
    if (composed->place.line > 0)
        with = arena_print(plan->work, "line %llu",
                           (unsigned long long)composed->place.line)
                   .at;
    report_problem(plan->with->report, place.file, place.line, "warning",
                   "names_differ", "name",
                   "merged with %s by a shared key, but their names have no "
                   "word in common",
                   with);
}

static enum status collect(struct plan *plan, uint32_t group,
                           struct composed *composed, struct err *err)
{
    size_t count = 0;

    for (uint32_t at = plan->head[group]; at != UINT32_MAX;
         at = plan->rows[at].next)
        count++;
    composed->rows = arena_take(plan->work, count * sizeof(struct row *));
    composed->raws = arena_take(plan->work, count * sizeof(struct text));
    composed->count = 0;
    composed->known = plan->known[group];
    for (uint32_t at = plan->head[group]; at != UINT32_MAX;
         at = plan->rows[at].next)
        composed->rows[composed->count++] = &plan->rows[at];
    if (count > ROWS_OF_ONE_MAX)
        return fail(err, REJECT, EXIT_DATA, "too_many_rows",
                    "%zu rows share a key, more than the %d of any customer",
                    count, ROWS_OF_ONE_MAX);
    return OK;
}

/* first and last: the chosen row is the customer, the others are skipped. */
static enum status choose(struct plan *plan, struct composed *composed,
                          struct err *err)
{
    bool last = plan->with->policy->duplicates == DUPLICATES_LAST;
    size_t chosen = last ? composed->count - 1 : 0;
    enum status status =
        load_row(plan, composed->rows[chosen], &composed->raws[chosen],
                 &composed->customer, composed->keys, err);

    report_count(plan->with->report, ROWS_SKIPPED, composed->count - 1);
    composed->rows[0] = composed->rows[chosen];
    composed->raws[0] = composed->raws[chosen];
    composed->count = 1;
    composed->cleaned = node_new(plan->work, NODE_LIST);
    if (status != OK)
        return status;
    composed->place = place_of(plan, composed->rows[0], composed->customer);
    life_cleaned(composed->cleaned, composed->customer, composed->place.line,
                 plan->work);
    composed->customer->problems = NULL; /* told when the row was read */
    return OK;
}

static enum status merge(struct plan *plan, struct composed *composed,
                         struct err *err)
{
    struct customer *first = NULL;
    enum status status = OK;

    composed->cleaned = node_new(plan->work, NODE_LIST);
    composed->customer = customer_new(plan->work);
    for (size_t i = 0; i < composed->count && status == OK; i++) {
        struct customer *customer;

        status = load_row(plan, composed->rows[i], &composed->raws[i],
                          &customer, composed->keys, err);
        if (status != OK)
            break;
        if (first == NULL) {
            first = customer;
            composed->place = place_of(plan, composed->rows[0], first);
        } else {
            flag_names(plan, composed, first, customer, composed->rows[i]);
        }
        merge_into(composed->customer, customer, plan->work);
        life_cleaned(composed->cleaned, customer, composed->rows[i]->line,
                     plan->work);
    }
    if (composed->count > 1)
        plan_keys(plan->with->policy, composed->customer, plan->work,
                  composed->keys);
    return status;
}

static enum status refuse_all(struct plan *plan, struct composed *composed,
                              const char *code, const char *message,
                              struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < composed->count && status == OK; i++) {
        struct composed one = *composed;
        struct customer *customer;

        one.rows = &composed->rows[i];
        one.raws = &composed->raws[i];
        one.count = 1;
        status =
            load_row(plan, one.rows[0], one.raws, &customer, one.keys, err);
        if (status != OK)
            break;
        one.place = place_of(plan, one.rows[0], customer);
        status = plan_refuse(plan, &one, ROWS_CONFLICT, code, "", message, err);
    }
    return status;
}

enum status plan_compose(struct plan *plan, uint32_t group, struct err *err)
{
    enum duplicates duplicates = plan->with->policy->duplicates;
    struct composed composed = {0};
    enum status status = collect(plan, group, &composed, err);

    if (status == REJECT)
        return refuse_all(plan, &composed, err->code,
                          arena_text(plan->work, text_of(err->message)).at,
                          err);
    if (composed.count > 1 && duplicates == DUPLICATES_REJECT)
        return refuse_all(plan, &composed, "duplicate_rows",
                          "other rows of the source are this customer too "
                          "(--duplicates reject)",
                          err);
    if (composed.count > 1 && duplicates != DUPLICATES_MERGE)
        status = choose(plan, &composed, err);
    else
        status = merge(plan, &composed, err);
    if (status == OK && composed.count > 1)
        report_count(plan->with->report, ROWS_MERGED, composed.count - 1);
    if (status == OK)
        status = plan_decide(plan, &composed, err);
    return status;
}

enum status plan_refuse(struct plan *plan, const struct composed *composed,
                        enum column column, const char *code, const char *field,
                        const char *message, struct err *err)
{
    const struct planning *with = plan->with;
    enum status status =
        plan_tell_refused(plan, composed, column, code, message, err);

    report_count(with->report, column, 1);
    report_problem(with->report, composed->place.file, composed->place.line,
                   column_name(column), code, field, "%s", message);
    for (size_t i = 0; i < composed->count && status == OK; i++)
        status = rejects_add(with->rejects, composed->rows[i]->file,
                             composed->rows[i]->line, composed->raws[i], code,
                             message, err);
    return status;
}
