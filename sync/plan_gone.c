/*
 * plan_gone.c - a source that has lost a column, or a member, since last time.
 *
 * Who was known by a key that is gone is met as somebody new, and made a second
 * time: that stops the plan. Any other loss erases nothing, and is told.
 */
#include <string.h>

#include "sync/plan.h"
#include "sync/spool.h"

/*
 * A value that few have may be missing by chance: of those who should have it
 * tonight, by last time's share, at least so many do not.
 */
enum { EXPECTED_AT_LEAST = 5 };

struct gone {
    struct plan *plan;
    struct text columns;        /* last time's, read ones; a list of names */
    uint64_t held[FIELD_FIXED]; /* last time's rows with a value */
    uint64_t rows_before, rows; /* read last time; readable tonight */
    bool matched[FIELD_FIXED];  /* people are known by it */
    struct buffer lost_keys;    /* of them, what is gone */
    bool without[KEY_COUNT];    /* keys that need one of these */
    bool headed;                /* the source has a header tonight */
};

/* --- what is known by what ------------------------------------------------*/

static bool key_needs(enum key key, enum field field)
{
    const enum field *at = key_fields(key);

    while (*at != FIELD_NONE && *at != field)
        at++;
    return *at != FIELD_NONE;
}

static void note_key(struct gone *gone, enum field field)
{
    const struct policy *policy = gone->plan->with->policy;

    buffer_print(&gone->lost_keys, "%s%s", gone->lost_keys.size > 0 ? ", " : "",
                 field_name(field));
    for (size_t i = 0; i < policy->match_count; i++)
        gone->without[policy->match[i]] = gone->without[policy->match[i]] ||
                                          key_needs(policy->match[i], field);
    gone->matched[field] = false; /* told */
}

/* --- facts ----------------------------------------------------------------*/

/* "email=12", each ended like a name. */
static enum status recall_held(struct gone *gone, struct err *err)
{
    struct plan *plan = gone->plan;
    struct text value, entry;
    enum status status = store_fact(plan->with->store, plan_fact(plan, "held"),
                                    plan->work, &value, err);

    while (status == OK && plan_take_name(&value, &entry)) {
        size_t name = text_find(entry, "=");
        enum field field = field_named((struct text){entry.at, name});
        uint64_t count;

        if (name < entry.size && field >= 0 && field < FIELD_FIXED &&
            text_to_u64(
                (struct text){entry.at + name + 1, entry.size - name - 1},
                &count))
            gone->held[field] = count;
    }
    return status;
}

static enum status recall(struct gone *gone, struct err *err)
{
    struct plan *plan = gone->plan;
    const struct policy *policy = plan->with->policy;
    struct text rows;
    enum status status =
        store_fact(plan->with->store, plan_fact(plan, "columns"), plan->work,
                   &gone->columns, err);

    if (status == OK)
        status = recall_held(gone, err);
    if (status == OK)
        status = store_fact(plan->with->store, plan_fact(plan, "rows"),
                            plan->work, &rows, err);
    if (status == OK && !text_to_u64(rows, &gone->rows_before))
        gone->rows_before = 0;
    gone->rows = plan->valid;
    for (size_t i = 0; i < policy->match_count; i++) {
        for (enum field field = 0; field < FIELD_FIXED; field++)
            gone->matched[field] =
                gone->matched[field] || key_needs(policy->match[i], field);
    }
    return status;
}

/* --- columns --------------------------------------------------------------*/

static bool has_column(const char *const *columns, struct text name)
{
    for (; columns != NULL && *columns != NULL; columns++) {
        if (text_is(name, *columns))
            return true;
    }
    return false;
}

static const char *const *columns_of(const struct plan *plan, uint32_t file)
{
    struct reader *reader = source_reader(plan->with->source, file);

    /* Elsewhere the first record's members are no header. */
    return reader != NULL && reader_format(reader) == format_named("csv")
               ? reader_columns(reader)
               : NULL;
}

static bool stands(const struct plan *plan, struct text name)
{
    for (uint32_t i = 0; i < source_files(plan->with->source); i++) {
        if (has_column(columns_of(plan, i), name))
            return true;
    }
    return false;
}

/* Whether a column of tonight brings the field: any, or a new one. */
static bool is_fed(const struct gone *gone, enum field field, bool by_new)
{
    const struct source *source = gone->plan->with->source;

    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = columns_of(gone->plan, i);

        for (; columns != NULL && *columns != NULL; columns++) {
            if (mapping_feeds(source_mapping(source), text_of(*columns),
                              field) &&
                (!by_new || !plan_has_name(gone->columns, *columns)))
                return true;
        }
    }
    return false;
}

static void tell_gone(const struct gone *gone, const char *field,
                      const char *what, struct text name)
{
    const struct planning *with = gone->plan->with;

    report_problem(with->report,
                   source_files(with->source) == 1
                       ? source_file_name(with->source, 0)
                       : "",
                   0, "warning", "column_gone", field,
                   "%s %.*s was there last time and is not any more; what it "
                   "said is kept",
                   what, TEXT_ARGS(name));
}

/* A column that the mapping reads and that was not empty; and a new one in its
 * place is no loss. */
static void lose_column(struct gone *gone, struct text name)
{
    const struct mapping *mapping = source_mapping(gone->plan->with->source);
    bool lost = mapping_knows(mapping, name), fed = false, held = false;

    for (enum field field = 0; lost && field < FIELD_FIXED; field++) {
        if (!mapping_feeds(mapping, name, field))
            continue;
        fed = true;
        held = held || gone->held[field] > 0;
        if (gone->matched[field] && gone->held[field] > 0 &&
            !is_fed(gone, field, false)) {
            note_key(gone, field);
            lost = false;
        } else if (is_fed(gone, field, true)) {
            lost = false;
        }
    }
    if (lost && (held || !fed))
        tell_gone(gone, "", "column", name);
}

/* The same source in a format without a header is judged by its values. */
static void lose_columns(struct gone *gone)
{
    struct text columns = gone->columns, name;

    for (uint32_t i = 0; i < source_files(gone->plan->with->source); i++)
        gone->headed = gone->headed || columns_of(gone->plan, i) != NULL;
    while (gone->headed && plan_take_name(&columns, &name)) {
        if (!stands(gone->plan, name))
            lose_column(gone, name);
    }
}

/* --- values ---------------------------------------------------------------*/

/* By its last share some of tonight's rows should have it. */
static bool is_expected(const struct gone *gone, enum field field)
{
    return gone->held[field] > 0 && gone->rows_before > 0 &&
           gone->held[field] * gone->rows >=
               EXPECTED_AT_LEAST * gone->rows_before;
}

/* Half of them had it: what few rows there are tell something all the same. */
static bool is_usual(const struct gone *gone, enum field field)
{
    return gone->rows > 0 && gone->held[field] > 0 &&
           gone->held[field] * 2 >= gone->rows_before;
}

static bool is_missed(const struct gone *gone, enum field field)
{
    return gone->plan->held[field] == 0 &&
           (is_expected(gone, field) || is_usual(gone, field));
}

static bool any_missed(const struct gone *gone)
{
    for (enum field field = 0; field < FIELD_FIXED; field++) {
        if (is_missed(gone, field))
            return true;
    }
    return false;
}

/* What the row behind that print has a value of. */
static enum status look_at(struct plan *plan, const struct known_print *print,
                           struct arena *arena, struct err *err)
{
    struct spooled row;
    struct customer *customer;
    enum status status =
        spool_get(plan->spool, print->offset, arena, &row, err);

    if (status == OK)
        status = source_customer(plan->with->source, row.file, row.raw, arena,
                                 &customer, err);
    for (size_t field = 0; status == OK && field < FIELD_FIXED; field++)
        plan->held[field] += customer_has(customer, (enum field)field);
    return status;
}

/* Rows that did not change were not read: one of them may have it. */
static enum status look_closer(struct gone *gone, struct err *err)
{
    struct plan *plan = gone->plan;
    struct arena *arena = arena_open();
    enum status status = OK;

    for (size_t i = 0; i < plan->prints.count && status == OK; i++) {
        const struct known_print *print = &plan->prints.at[i];

        if (print->state != KNOWN_MET && print->state != KNOWN_JOINED)
            continue;
        if (!any_missed(gone))
            break;
        status = look_at(plan, print, arena, err);
        arena_reset(arena);
    }
    arena_close(arena);
    return status;
}

static enum status lose_values(struct gone *gone, struct err *err)
{
    enum status status = OK;

    if (gone->plan->slow == 0)
        return OK; /* what is read is what was read */
    if (any_missed(gone))
        status = look_closer(gone, err);
    for (enum field field = 0; status == OK && field < FIELD_FIXED; field++) {
        if (!is_missed(gone, field))
            continue;
        if (gone->matched[field] && is_expected(gone, field))
            note_key(gone, field);
        else if (!gone->headed)
            tell_gone(gone, field_name(field), "a value of",
                      text_of(field_name(field)));
    }
    return status;
}

/* --- kept for the next time -----------------------------------------------*/

static enum status keep_columns(const struct gone *gone, struct err *err)
{
    struct plan *plan = gone->plan;
    const struct source *source = plan->with->source;
    struct buffer names = {0};
    enum status status = OK;

    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = columns_of(plan, i);

        for (; columns != NULL && *columns != NULL; columns++) {
            if (!mapping_knows(source_mapping(source), text_of(*columns)) ||
                plan_has_name(buffer_view(&names), *columns))
                continue;
            buffer_string(&names, *columns);
            buffer_byte(&names, NAME_END);
        }
    }
    if (names.size > NAMES_KEPT)
        buffer_clear(&names);
    if (!text_equal(buffer_view(&names), gone->columns))
        status = store_fact_put(plan->with->store, plan_fact(plan, "columns"),
                                buffer_view(&names), err);
    buffer_free(&names);
    return status;
}

/* Of rows that were not read nobody knows: then the higher number stands. */
static enum status keep_held(const struct gone *gone, struct err *err)
{
    struct plan *plan = gone->plan;
    struct buffer counts = {0};
    enum status status;

    if (plan->slow == 0)
        return OK;
    for (enum field field = 0; field < FIELD_FIXED; field++) {
        uint64_t count = plan->held[field];

        if (plan->slow < gone->rows && gone->held[field] > count &&
            !is_missed(gone, field))
            count = gone->held[field];
        if (count == 0)
            continue;
        buffer_print(&counts, "%s=%llu", field_name(field),
                     (unsigned long long)count);
        buffer_byte(&counts, NAME_END);
    }
    status = store_fact_put(plan->with->store, plan_fact(plan, "held"),
                            buffer_view(&counts), err);
    buffer_free(&counts);
    return status;
}

static enum status stop(struct gone *gone, struct err *err)
{
    const struct policy *policy = gone->plan->with->policy;
    struct buffer rest = {0};

    for (size_t i = 0; i < policy->match_count; i++) {
        if (!gone->without[policy->match[i]])
            buffer_print(&rest, "%s%s", rest.size > 0 ? "," : "",
                         key_name(policy->match[i]));
    }
    fail(err, STOP, EXIT_DATA, "match_gone",
         "the source had %.*s last time and has none of it now: people known "
         "by that would be made a second time; nothing was sent",
         TEXT_ARGS(buffer_view(&gone->lost_keys)));
    if (rest.size > 0)
        err_hint(
            err,
            "look at the export; another source is named with --source; if "
            "it is meant, say so once with --match %.*s",
            TEXT_ARGS(buffer_view(&rest)));
    else
        err_hint(err, "look at the export; another source is named with "
                      "--source; if it is meant, name other keys with --match");
    buffer_free(&rest);
    return STOP;
}

enum status plan_gone(struct plan *plan, struct err *err)
{
    struct gone gone = {.plan = plan};
    enum status status;

    if (plan->with->account_id == 0)
        return OK;
    status = recall(&gone, err);
    if (status == OK)
        lose_columns(&gone);
    if (status == OK)
        status = lose_values(&gone, err);
    if (status == OK && gone.lost_keys.size > 0)
        status = stop(&gone, err);
    if (status == OK && !plan->with->policy->dry_run)
        status = keep_columns(&gone, err);
    if (status == OK && !plan->with->policy->dry_run)
        status = keep_held(&gone, err);
    buffer_free(&gone.lost_keys);
    return status;
}
