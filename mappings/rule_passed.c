/*
 * rule_passed.c - the columns that were passed over: of several the first that
 * is filled is taken, and another one had another value.
 */
#include "mappings/fold.h"
#include "mappings/reading.h"

/* One of its places is taken, as it stands; of a list all are. */
static bool takes_one(const struct rule *rule, const struct view *view)
{
    return rule->reads.count > 1 && rule->join == NULL && !rule->others &&
           rule->people_count == 0 && !rule_of_many(rule) &&
           (rule->when == NULL || condition_holds(rule->when, view));
}

/* Most names of a list are in no file, so that is asked before all else. */
static bool several_stand(const struct rule *rule, const struct view *view)
{
    size_t count = 0;

    if (view->mapping->flat && rule->bit != 0 &&
        (view->found.twice & rule->bit) == 0)
        return false;
    for (size_t i = 0; i < rule->reads.count; i++)
        count += !view_lacks(view, &rule->reads.at[i]);
    return count > 1;
}

/* Where the next text stands, from *at on. */
static bool next_filled(const struct reading *r, size_t *at, struct text *text)
{
    for (; *at < r->rule->reads.count; ++*at) {
        const struct place *place = &r->rule->reads.at[*at];
        struct standing standing;

        if (!view_filled(r->view, place))
            continue;
        reading_stands(r, place, &standing);
        *text = text_trim(standing.text);
        if (text->size > 0)
            return true;
    }
    return false;
}

/* What the text would have been. */
static struct value read_again(const struct reading *r, struct text text)
{
    struct reading again = *r;

    again.customer = customer_new(r->arena);
    if (!reading_take(&again, text))
        return (struct value){0};
    return again.customer->values[r->rule->field];
}

/* The same by its type; in words capitals make no other value. */
static bool is_same(const struct reading *r, struct text a, struct text b)
{
    enum field field = r->rule->field;

    if (field_type(field) == TYPE_TEXT)
        return text_equal(fold_case(a, r->arena), fold_case(b, r->arena));
    return value_same(field, a, b, r->arena);
}

/* In its own field, or in another that reads the same column or was given the
 * number. */
static bool is_held(const struct reading *r, struct text text)
{
    for (size_t i = 0; i < r->customer->count; i++) {
        const struct value *value = &r->customer->values[i];

        if (value->presence == VALUE_SET &&
            (text_equal(value->text, text) ||
             (i == (size_t)r->rule->field && is_same(r, value->text, text))))
            return true;
    }
    return false;
}

static void say_rule(const struct reading *r)
{
    const struct place *taken = NULL;
    struct text first, text;
    size_t at = 0;

    if (!next_filled(r, &at, &first))
        return;
    for (size_t begin = at++; next_filled(r, &at, &text); at++) {
        struct value value;

        if (taken == NULL && read_again(r, first).presence != VALUE_ABSENT)
            taken = &r->rule->reads.at[begin];
        if (text_equal(text, first))
            continue;
        value = read_again(r, text);
        if (value.presence == VALUE_ABSENT)
            continue;
        if (taken == NULL)
            taken = &r->rule->reads.at[at];
        else if (value.presence != VALUE_SET || !is_held(r, value.text))
            customer_once(
                r->customer, r->arena, r->rule->field, "passed_over",
                "the value of %s is left out where %s has another one",
                r->rule->reads.at[at].path, taken->path);
    }
}

void view_say_passed(const struct view *view, const struct cleaning *cleaning,
                     struct arena *arena, struct customer *customer)
{
    const struct mapping *mapping = view->mapping;

    /* Of several rows it is told what of them is left. */
    for (size_t i = 0; view->more_count == 0 && i < mapping->rules_count; i++) {
        struct reading r = {.rule = &mapping->rules[i],
                            .view = view,
                            .cleaning = cleaning,
                            .arena = arena,
                            .customer = customer};

        if (several_stand(r.rule, view) && takes_one(r.rule, view))
            say_rule(&r);
    }
}
