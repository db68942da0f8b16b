/*
 * rule_project.c - what a shape can hold of a customer, field by field.
 */
#include "mappings/rule_time.h"

#include <string.h>

#include "mappings/cleaners.h"
#include "mappings/path.h"

struct projecting {
    const struct mapping *mapping;
    const struct rule *rule;
    const struct customer *customer;
    bool for_create;
    struct arena *arena;
    struct customer *out;
};

/* The values of several fields in one text; empty when none has one. */
static struct text joined(const struct projecting *p,
                          const struct fallback *fallback, struct text first)
{
    const char *between = fallback->after;
    struct buffer all = {0};
    struct text text;

    buffer_text(&all, first);
    for (size_t i = 0; i < fallback->count; i++) {
        text = customer_text(p->customer, fallback->fields[i]);
        if (text.size == 0)
            continue;
        if (all.size > 0)
            buffer_string(&all, between);
        buffer_text(&all, text);
        between = fallback->with;
    }
    text = arena_text(p->arena, buffer_view(&all));
    buffer_free(&all);
    return text;
}

/* [{"first_name":"Ana","last_name":"Silva","primary":true}] */
static struct text primary_contact(const struct projecting *p)
{
    struct node *list = node_new(p->arena, NODE_LIST);
    struct node *contact =
        node_add(list, NULL, node_new(p->arena, NODE_OBJECT));
    struct buffer json = {0};
    struct text text = {0};

    for (size_t m = 0; m < CONTACT_MEMBERS; m++)
        for (size_t i = 0; i < p->rule->primary_from_count; i++) {
            enum field field = p->rule->primary_from[i];

            if (strcmp(contact_members[m], field_name(field)) == 0 &&
                customer_has(p->customer, field))
                node_add(
                    contact, contact_members[m],
                    node_text(p->arena, customer_text(p->customer, field)));
        }
    if (contact->first != NULL) {
        node_add(contact, "primary", node_new(p->arena, NODE_TRUE));
        json_write(&json, list);
        text = arena_text(p->arena, buffer_view(&json));
    }
    buffer_free(&json);
    return text;
}

/* The value, with what stands in for it; empty when there is none. */
static struct text value_of(const struct projecting *p)
{
    const struct rule *rule = p->rule;
    struct text text = customer_text(p->customer, rule->field);

    for (size_t i = 0; text.size == 0 && i < rule->ors_count; i++)
        text = joined(p, &rule->ors[i], (struct text){0});
    if (rule->append.count > 0)
        text = joined(p, &rule->append, text);
    if (text.size == 0 && rule->primary_from_count > 0)
        text = primary_contact(p);
    return text;
}

/* Whether the source said that there is nothing. */
static bool said_blank(const struct projecting *p)
{
    const struct rule *rule = p->rule;

    if (customer_get(p->customer, rule->field)->presence == VALUE_BLANK)
        return true;
    for (size_t i = 0; i < rule->ors_count; i++)
        for (size_t f = 0; f < rule->ors[i].count; f++)
            if (customer_get(p->customer, rule->ors[i].fields[f])->presence ==
                VALUE_BLANK)
                return true;
    return false;
}

/* An opt-in is a promise to reach somebody: it needs an address. */
static struct text opt_in(const struct projecting *p, struct text text)
{
    if (p->rule->needs_count == 0 || !text_is(text, "true"))
        return text;
    for (size_t i = 0; i < p->rule->needs_count; i++)
        if (customer_has(p->customer, p->rule->needs[i]))
            return text;
    customer_problem(p->out, p->arena, p->rule->field, false,
                     "opt_in_without_address", "goes as no: there is no %s",
                     field_name(p->rule->needs[0]));
    return TEXT("false");
}

/* A fault of the value: it is left out, and the row with it if needed. */
static void left_out(const struct projecting *p, const char *code,
                     const char *what, size_t number, const char *unit)
{
    bool fatal = p->rule->required && p->for_create;

    p->out->values[p->rule->field].presence = VALUE_BAD;
    if (number > 0)
        customer_problem(p->out, p->arena, p->rule->field, fatal, code,
                         "%s %s %zu%s", field_name(p->rule->field), what,
                         number, unit);
    else
        customer_problem(p->out, p->arena, p->rule->field, fatal, code, "%s %s",
                         field_name(p->rule->field), what);
}

/* It is the table's doing, and true of many customers. */
static void say_no_word(const struct projecting *p, struct text ours)
{
    customer_once(p->out, p->arena, p->rule->field, "no_outside_value",
                  "%s: \"%.*s\" has no word there", field_name(p->rule->field),
                  TEXT_ARGS(shown(ours)));
}

static void no_word(const struct projecting *p, struct text ours)
{
    if (p->rule->required && p->for_create) {
        left_out(p, "no_outside_value", "has no word there", 0, "");
        return;
    }
    p->out->values[p->rule->field].presence = VALUE_BAD;
    say_no_word(p, ours);
}

/* Elements without a word outside cannot be said there. */
static struct text sayable(const struct projecting *p, struct text list)
{
    size_t count, kept = 0;
    struct text *elements = value_elements(list, p->arena, &count);

    for (size_t i = 0; i < count; i++) {
        if (table_outside(&p->rule->table, elements[i]) != NULL)
            elements[kept++] = elements[i];
        else
            say_no_word(p, elements[i]);
    }
    if (kept == count)
        return list;
    return kept > 0 ? value_list(elements, kept, p->arena) : (struct text){0};
}

static bool fits_pattern(const struct projecting *p, struct text outside)
{
    const struct rule *rule = p->rule;
    enum match match = rule->pattern == NULL
                           ? MATCH_YES
                           : pattern_found(rule->pattern, outside);

    if (match == MATCH_NO)
        left_out(p, "bad_pattern",
                 rule->message != NULL ? rule->message
                                       : "is not written as it has to be",
                 0, "");
    else if (match == MATCH_UNKNOWN)
        left_out(p, "pattern_limit", "is more than its pattern can look at", 0,
                 "");
    return match == MATCH_YES;
}

static bool within_limits(const struct projecting *p, struct text text)
{
    const struct rule *rule = p->rule;
    struct target_form form = mapping_form(p->mapping, NULL);
    struct text outside =
        text_trim(rule_outside(rule, rule->field, text, &form, p->arena));
    size_t length = text_length(outside);

    if (rule->max > 0 && length > rule->max)
        left_out(p, "too_long", "is longer than", rule->max, " characters");
    else if (length < rule->min)
        left_out(p, "too_short", "is shorter than", rule->min, " characters");
    else
        return fits_pattern(p, outside);
    return false;
}

static bool is_list(const struct rule *rule)
{
    return rule->type == TYPE_LIST || rule->type == TYPE_METHODS;
}

/* Of a time what the format has room for: most have no seconds. */
static struct text time_held(const struct rule *rule, struct text canonical,
                             struct arena *arena)
{
    struct text held;

    if (clean_time(time_outside(canonical, rule->format, arena), rule->format,
                   arena, &held))
        return held;
    return canonical;
}

void rule_project(const struct mapping *mapping, const struct rule *rule,
                  const struct customer *customer, bool for_create,
                  struct arena *arena, struct customer *out)
{
    struct projecting p = {mapping, rule, customer, for_create, arena, out};
    struct value *value = &out->values[rule->field];
    struct text text = value_of(&p);

    if (text.size > 0 && rule->table.count > 0 && is_list(rule))
        text = sayable(&p, text);
    if (text.size > 0 && rule->type == TYPE_CONTACTS)
        text = contacts_carried(rule, text, arena, out);
    if (text.size == 0) {
        if (rule->required && for_create)
            customer_problem(out, arena, rule->field, true, "missing_required",
                             "%s is needed and has no value",
                             field_name(rule->field));
        else if (!rule->required && said_blank(&p))
            value->presence = VALUE_BLANK;
        return;
    }
    text = opt_in(&p, text);
    if (rule->type == TYPE_TIME && rule->format != NULL)
        text = time_held(rule, text, arena);
    if (rule->table.count > 0 && !is_list(rule) &&
        table_outside(&rule->table, text) == NULL) {
        no_word(&p, text);
        return;
    }
    if ((rule->limits || rule->pattern != NULL) && !rule_of_many(rule) &&
        !within_limits(&p, text))
        return;
    *value = (struct value){
        .presence = VALUE_SET,
        .text = text,
        .raw = customer_get(customer, rule->field)->raw,
    };
}
