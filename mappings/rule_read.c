/*
 * rule_read.c - from a record's places to a customer's value.
 */
#include "mappings/reading.h"

#include <string.h>

#include "mappings/cleaners.h"
#include "mappings/rule_time.h"

/* Ours for an outside word; NULL and a warning when the table lacks it. */
const struct text *reading_translate(const struct reading *r, struct text text)
{
    const struct text *ours = table_ours(&r->rule->table, text);

    if (ours == NULL)
        customer_problem(r->customer, r->arena, r->rule->field, false,
                         "unknown_value", "\"%.*s\" is not in the table of %s",
                         TEXT_ARGS(shown(text)), field_name(r->rule->field));
    return ours;
}

struct cleaning reading_cleaning(const struct reading *r)
{
    struct cleaning cleaning = *r->cleaning;

    if (r->rule->region != NULL)
        cleaning.regions[1] = r->rule->region;
    cleaning.time_format = r->rule->format;
    return cleaning;
}

/* Whether the table says what an empty cell means. */
static bool blank_is_a_word(const struct reading *r)
{
    const struct text *ours;

    if (r->rule->table.count == 0 || r->ours)
        return false;
    ours = table_ours(&r->rule->table, (struct text){0});
    return ours != NULL && ours->size > 0;
}

/* Which of several formats a time is read by; false when that is open. */
static bool settle_format(const struct reading *r, struct text text,
                          struct cleaning *cleaning)
{
    const struct rule *rule = r->rule;
    struct meanings meanings = time_meanings(rule, text, r->arena);

    if (r->seeing != NULL)
        decision_note(r->seeing, rule, r->place, text, &meanings);
    if (meanings.differ)
        decision_choose(r->cleaning->decision, rule, &meanings);
    for (size_t i = 0; !meanings.differ && i < rule->formats_count; i++)
        if (meanings.times[i].size > 0) {
            cleaning->time_format = rule->formats[i];
            break;
        }
    if (!meanings.differ)
        return true;
    customer_problem(r->customer, r->arena, rule->field, false,
                     "ambiguous_time",
                     "\"%.*s\" may be several times, and its column does not "
                     "say which",
                     TEXT_ARGS(shown(text)));
    return false;
}

/* Cleans into the customer; whether there is a value, good or bad. */
bool reading_take(const struct reading *r, struct text text)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct cleaning cleaning = reading_cleaning(r);

    /* What is not meant says nothing, not even that there is nothing. */
    if (!r->ours && !reading_meant(r, &text))
        return false;
    if (value->presence == VALUE_ABSENT)
        value->presence = VALUE_BLANK;
    if (text_trim(text).size == 0 && !blank_is_a_word(r))
        return false;
    if (r->rule->table.count > 0 && !r->ours) {
        const struct text *ours = reading_translate(r, text);

        if (ours == NULL) {
            *value = (struct value){.presence = VALUE_BAD, .raw = text};
            return true;
        }
        if (ours->size == 0)
            return false;
        text = *ours;
    }
    if (r->rule->formats_count > 1 && !r->ours &&
        !settle_format(r, text, &cleaning)) {
        *value = (struct value){.presence = VALUE_BAD,
                                .raw = arena_text(r->arena, text)};
        return true;
    }
    clean_value(r->rule->field, text, &cleaning, r->arena, r->customer, value);
    return value->presence == VALUE_SET || value->presence == VALUE_BAD;
}

/* Why what stands there is no text; NULL when it may be one. */
static const char *wrong_of(const struct standing *standing)
{
    if (standing->wrong == NULL && standing->object)
        return "is an object";
    return standing->wrong;
}

static bool read_joined(const struct reading *r)
{
    struct buffer all = {0};
    const char *wrong = NULL;
    bool there = false, taken = false;

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct standing standing;
        struct text text;

        reading_stands(r, &r->rule->reads.at[i], &standing);
        if (wrong_of(&standing) != NULL)
            wrong = wrong_of(&standing);
        if (!standing.there)
            continue;
        there = true;
        text = text_trim(standing.text);
        if (text.size > 0 && all.size > 0)
            buffer_string(&all, r->rule->join);
        buffer_text(&all, text);
    }
    if (wrong != NULL)
        reading_bad_shape(r, wrong);
    else if (there)
        taken = reading_take(r, arena_text(r->arena, buffer_view(&all)));
    buffer_free(&all);
    return taken || wrong != NULL;
}

/* To the field beside the mobile, unless it has a number already. */
static void give_other(const struct reading *r, const struct value *value)
{
    struct value *other = &r->customer->values[r->rule->mobile_else];

    if (other->presence != VALUE_SET)
        *other = *value;
    else if (!text_equal(other->text, value->text))
        customer_problem(r->customer, r->arena, r->rule->field, false,
                         "several_values", "a further number is left out: %.*s",
                         TEXT_ARGS(value->text));
}

/*
 * All numbers of the list: the first that can be a mobile is the mobile, the
 * first of the others is the other field's.
 */
static bool read_numbers(const struct reading *r)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct value mobile = {0}, first = {0}, last = {0};

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct standing standing;
        struct text e164;
        bool can = false;

        reading_stands(r, &r->rule->reads.at[i], &standing);
        if (!standing.there)
            continue;
        if (wrong_of(&standing) != NULL)
            reading_bad_shape(r, wrong_of(&standing));
        else
            (void)reading_take(r, standing.text);
        last = *value;
        if (value->presence != VALUE_SET)
            continue;
        (void)clean_phone(value->text, r->cleaning->regions, r->arena, &e164,
                          &can);
        if (can && mobile.presence != VALUE_SET)
            mobile = *value;
        else if (first.presence != VALUE_SET &&
                 !text_equal(value->text, mobile.text))
            first = *value;
        else if (!text_equal(value->text, mobile.text) &&
                 !text_equal(value->text, first.text))
            customer_problem(
                r->customer, r->arena, r->rule->field, false, "several_values",
                "a further number is left out: %.*s", TEXT_ARGS(value->text));
    }
    if (first.presence == VALUE_SET && !text_equal(first.text, mobile.text))
        give_other(r, &first);
    if (last.presence == VALUE_SET)
        last = (struct value){.presence = VALUE_BLANK, .raw = last.raw};
    *value = mobile.presence == VALUE_SET ? mobile : last;
    return mobile.presence == VALUE_SET || first.presence == VALUE_SET;
}

static bool read_text(struct reading *r)
{
    bool object = false, taken = false;

    if (r->rule->others)
        return read_numbers(r);
    if (r->rule->join != NULL && r->rule->reads.count > 1)
        return read_joined(r);
    if (view_lacks_all(r->view, r->rule))
        return false;
    for (size_t i = 0; !taken && i < r->rule->reads.count; i++) {
        struct standing standing;

        r->place = &r->rule->reads.at[i];
        if (view_lacks(r->view, r->place))
            continue;
        reading_stands(r, r->place, &standing);
        if (standing.wrong != NULL) {
            reading_bad_shape(r, standing.wrong);
            return true;
        }
        /* A text may stand within it, where a further place looks. */
        object = object || standing.object;
        taken = standing.there && reading_take(r, standing.text);
    }
    if (taken || !object)
        return taken;
    reading_bad_shape(r, "is an object");
    return true;
}

/* --- all kinds -------------------------------------------------------------*/

/* One number outside, two fields here: a landline is no mobile. */
static void divide_phones(const struct reading *r)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct text e164;
    bool mobile;

    if (value->presence != VALUE_SET ||
        !clean_phone(value->text, r->cleaning->regions, r->arena, &e164,
                     &mobile) ||
        mobile)
        return;
    give_other(r, value);
    *value = (struct value){.presence = VALUE_BLANK, .raw = value->raw};
}

static bool read_row(struct reading *r)
{
    if (r->rule->constant_set)
        return reading_take(r, r->rule->constant);
    if (r->rule->type == TYPE_CONTACTS)
        return reading_contacts(r);
    if (r->rule->type == TYPE_LIST || r->rule->type == TYPE_METHODS)
        return reading_list(r);
    return read_text(r);
}

/* Of several rows the first where the condition holds; without one the first
 * that has a value, of an address that of its other fields. False when the
 * condition holds in none. */
static bool read_rows(struct reading *r, bool *taken)
{
    const struct view *first = r->view;
    const struct condition *when = r->rule->when;
    enum address address = address_of(r->rule->field);
    bool met = when == NULL;

    *taken = false;
    for (size_t i = 0; !*taken && i <= first->more_count; i++) {
        r->view = i == 0 ? first : &first->more[i - 1];
        if (when != NULL
                ? !condition_holds(when, r->view)
                : address < ADDRESSES && first->address[address] != r->view)
            continue;
        met = true;
        row_taken(r->view, r->rule);
        *taken = read_row(r);
        if (when != NULL)
            break;
    }
    r->view = first;
    return met;
}

static void read_rule(struct reading *r)
{
    const struct rule *rule = r->rule;
    bool taken;

    if (r->view->more_count > 0) {
        if (!read_rows(r, &taken))
            return;
    } else {
        if (rule->when != NULL && !condition_holds(rule->when, r->view))
            return;
        taken = read_row(r);
    }
    if (!taken && rule->otherwise_set) {
        r->ours = true;
        reading_take(r, rule->otherwise);
    }
    if (rule->mobile_else != FIELD_NONE)
        divide_phones(r);
}

void reading_rule(struct reading *r)
{
    *r->view->untold = false;
    read_rule(r);
    if (!*r->view->untold)
        return;
    /* Whatever was read, another value may have been meant. */
    r->customer->values[r->rule->field] = (struct value){.presence = VALUE_BAD};
    customer_problem(r->customer, r->arena, r->rule->field, false,
                     "pattern_limit",
                     "a pattern of the mapping gave up on the value of %s",
                     field_name(r->rule->field));
}

void rule_read(const struct rule *rule, const struct view *view,
               const struct cleaning *cleaning, struct arena *arena,
               struct customer *customer)
{
    struct reading r = {.rule = rule,
                        .view = view,
                        .cleaning = cleaning,
                        .arena = arena,
                        .customer = customer};

    reading_rule(&r);
}

void rule_read_extra(const struct extra *extra, const struct view *view,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct customer *customer)
{
    const struct rule rule = {.field = extra->field, .type = TYPE_TEXT};
    const struct reading r = {.rule = &rule,
                              .view = view,
                              .cleaning = cleaning,
                              .arena = arena,
                              .customer = customer};
    struct standing standing;

    if (customer->values[extra->field].presence == VALUE_SET)
        return;
    reading_node(&r, extra->node, &standing);
    if (wrong_of(&standing) != NULL)
        reading_bad_shape(&r, wrong_of(&standing));
    else
        reading_take(&r, standing.text);
}
