/*
 * mapping_run.c - records to customers and back, rule by rule.
 */
#include <stdlib.h>
#include <string.h>

#include "mappings/path.h"
#include "mappings/rule.h"

static bool is_country(const struct rule *rule)
{
    return rule->type == TYPE_COUNTRY;
}

static bool is_phone(const struct rule *rule)
{
    return rule->type == TYPE_PHONE;
}

/* Phones are read in the row's own country, so countries come first. */
static void read_countries(const struct view *view, struct cleaning *cleaning,
                           struct arena *arena, struct customer *customer)
{
    const struct mapping *mapping = view->mapping;
    struct text country;

    for (size_t i = 0; i < mapping->rules_count; i++)
        if (is_country(&mapping->rules[i]))
            rule_read(&mapping->rules[i], view, cleaning, arena, customer);
    country = customer_text(customer, FIELD_BILLING_COUNTRY);
    if (country.size == 0)
        country = customer_text(customer, FIELD_SHIPPING_COUNTRY);
    if (country.size > 0)
        cleaning->regions[0] = arena_string(arena, country);
}

static void read_rules(const struct view *view, struct cleaning *cleaning,
                       struct arena *arena, struct customer *customer)
{
    const struct mapping *mapping = view->mapping;

    read_countries(view, cleaning, arena, customer);
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (!is_country(&mapping->rules[i]))
            rule_read(&mapping->rules[i], view, cleaning, arena, customer);
    for (const struct extra *extra = view->found.extras; extra != NULL;
         extra = extra->next)
        rule_read_extra(extra, view, cleaning, arena, customer);
    view_say_left(view, arena, customer);
    view_say_passed(view, cleaning, arena, customer);
}

static bool is_somebody(const struct customer *customer)
{
    static const enum field fields[] = {
        FIELD_NAME,  FIELD_COMPANY, FIELD_FIRST_NAME, FIELD_LAST_NAME,
        FIELD_EMAIL, FIELD_PHONE,   FIELD_MOBILE};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (customer_has(customer, fields[i]))
            return true;
    return false;
}

static struct cleaning cleaning_of(const struct mapping *mapping,
                                   const struct cleaning *cleaning)
{
    struct cleaning own = {0};

    if (cleaning != NULL)
        own = *cleaning;
    own.regions[0] = NULL;
    own.time_format = NULL;
    own.repair |= mapping->repair;
    if (mapping->region != NULL)
        own.regions[1] = mapping->region;
    return own;
}

/* Whether something stands where a rule looks for a phone number. */
static bool has_phone(const struct view *view)
{
    const struct mapping *mapping = view->mapping;

    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (!is_phone(rule) || view_lacks_all(view, rule))
            continue;
        for (size_t p = 0; p < rule->reads.count; p++)
            if (!view_lacks(view, &rule->reads.at[p]) &&
                view_filled(view, &rule->reads.at[p]))
                return true;
    }
    return false;
}

void mapping_foresee(const struct mapping *mapping, const struct node *object,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct phones_ahead *phones)
{
    bool untold = false;
    struct view view = {
        .mapping = mapping, .object = object, .untold = &untold};
    struct cleaning own = cleaning_of(mapping, cleaning);
    struct customer *nobody;

    if (object->kind != NODE_OBJECT)
        return;
    if (mapping->flat)
        columns_glance(mapping->columns, object, arena, &view.found);
    if (!has_phone(&view))
        return;
    nobody = customer_new(arena);
    read_countries(&view, &own, arena, nobody);
    own.ahead = phones;
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (is_phone(&mapping->rules[i]))
            rule_read(&mapping->rules[i], &view, &own, arena, nobody);
}

enum status mapping_read(const struct mapping *mapping,
                         const struct node *object,
                         const struct cleaning *cleaning, struct arena *arena,
                         struct customer **out, struct err *err)
{
    struct view view = {.mapping = mapping, .object = object};
    struct cleaning own = cleaning_of(mapping, cleaning);
    const struct condition *skip;

    if (object->kind != NODE_OBJECT)
        return fail(err, REJECT, EXIT_DATA, "bad_record",
                    "the record is no object");
    view_open(&view, arena);
    skip = view_skipped(&view);
    if (skip != NULL)
        return fail(err, REJECT, EXIT_DATA, "skipped", "left out by %s: %s",
                    mapping->name, skip->places.at[0].path);
    if (*view.untold)
        return fail(err, REJECT, EXIT_DATA, "pattern_limit",
                    "a pattern of skip_when gave up on the record");
    if (mapping->members != NULL)
        met_members(mapping->members, object, true);
    *out = customer_new(arena);
    read_rules(&view, &own, arena, *out);
    if (!is_somebody(*out))
        customer_problem(*out, arena, FIELD_NONE, true, "nobody",
                         "neither a name nor a way to reach anybody");
    return OK;
}

void mapping_as_source(const struct mapping *mapping, struct text id,
                       struct customer *customer)
{
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (rule->reads_as == FIELD_NONE ||
            (size_t)rule->reads_as >= customer->count)
            continue;
        customer->values[rule->reads_as] = customer->values[rule->field];
        customer->values[rule->field] = (struct value){0};
    }
    customer->values[FIELD_REFERENCE_ID] = (struct value){0};
    if (id.size > 0)
        customer_set(customer, FIELD_REFERENCE_ID, id);
}

/* --- slots -----------------------------------------------------------------*/

bool named_by_rule(const struct mapping *mapping, enum field field)
{
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (mapping->rules[i].field == field)
            return true;
    return false;
}

static struct slot slot_of(const struct mapping *mapping,
                           const struct rule *rule)
{
    return (struct slot){
        .field = rule->field,
        .readable = !rule->write_only &&
                    (rule->reads.count > 0 || rule->flags_count > 0 ||
                     rule->people_count > 0),
        .writable = rule_writes(rule),
        .required = rule->required,
        .reference = rule->reference,
        .object = rule->write.path == NULL || mapping->flat
                      ? NULL
                      : path_outer(rule->write.path, mapping->arena),
    };
}

const struct slot *mapping_slots(const struct mapping *mapping, size_t *count)
{
    /* Slots are kept for the caller; they grow with the custom fields. */
    struct mapping *keep = (struct mapping *)mapping;
    size_t fields = field_count();
    struct slot *slots;

    if (keep->slots != NULL && keep->slots_fields == fields) {
        *count = keep->slots_count;
        return keep->slots;
    }
    slots = arena_take(keep->arena,
                       (keep->rules_count + fields + 1) * sizeof(*slots));
    keep->slots_count = 0;
    for (size_t i = 0; i < keep->rules_count; i++)
        slots[keep->slots_count++] = slot_of(keep, &keep->rules[i]);
    for (size_t f = FIELD_FIXED; keep->custom != NULL && f < fields; f++)
        if (!named_by_rule(keep, (enum field)f))
            slots[keep->slots_count++] = (struct slot){
                .field = (enum field)f, .readable = true, .writable = true};
    keep->slots = slots;
    keep->slots_fields = fields;
    *count = keep->slots_count;
    return slots;
}

const struct slot *mapping_slot(const struct mapping *mapping, enum field field)
{
    size_t count;
    const struct slot *slots = mapping_slots(mapping, &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].field == field)
            return &slots[i];
    }
    return NULL;
}

/* --- customer -> outside ---------------------------------------------------*/

/* Custom fields pass through a shape that has room for all of them. */
static struct rule custom_rule(enum field field)
{
    return (struct rule){.field = field,
                         .type = TYPE_TEXT,
                         .write = {.path = field_name(field), .column = -1},
                         .mobile_else = FIELD_NONE,
                         .reads_as = FIELD_NONE};
}

static void check_groups(const struct mapping *mapping, struct arena *arena,
                         struct customer *out)
{
    for (size_t i = 0; i < mapping->groups_count; i++) {
        const struct group *group = &mapping->groups[i];
        struct buffer names = {0};
        bool any = group->count == 0;

        for (size_t f = 0; f < group->count; f++) {
            any = any || customer_has(out, group->fields[f]);
            buffer_print(&names, "%s%s", f > 0 ? ", " : "",
                         field_name(group->fields[f]));
        }
        if (!any)
            customer_problem(out, arena, group->fields[0], true,
                             "missing_required", "one of %.*s is needed",
                             (int)names.size, names.at);
        buffer_free(&names);
    }
}

struct customer *mapping_project(const struct mapping *mapping,
                                 const struct customer *customer,
                                 bool for_create, struct arena *arena)
{
    struct customer *out = customer_new(arena);

    for (size_t i = 0; i < mapping->rules_count; i++)
        if (rule_writes(&mapping->rules[i]))
            rule_project(mapping, &mapping->rules[i], customer, for_create,
                         arena, out);
    for (size_t f = FIELD_FIXED; mapping->custom != NULL && f < out->count; f++)
        if (customer_get(customer, (enum field)f)->presence != VALUE_ABSENT &&
            !named_by_rule(mapping, (enum field)f))
            out->values[f] = *customer_get(customer, (enum field)f);
    if (for_create)
        check_groups(mapping, arena, out);
    return out;
}

struct node *mapping_write(const struct mapping *mapping,
                           const struct customer *projected, const bool *wanted,
                           const struct target_form *form, struct arena *arena)
{
    struct node *object = node_new(arena, NODE_OBJECT);

    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (wanted == NULL || wanted[rule->field])
            rule_write(mapping, rule, customer_get(projected, rule->field),
                       form, arena, object);
    }
    for (size_t f = FIELD_FIXED;
         mapping->custom != NULL && f < projected->count; f++) {
        const struct value *value = customer_get(projected, (enum field)f);
        struct rule rule;

        /* Few have one, and any file may have defined the field. */
        if (value->presence == VALUE_ABSENT || (wanted != NULL && !wanted[f]) ||
            named_by_rule(mapping, (enum field)f))
            continue;
        rule = custom_rule((enum field)f);
        rule_write(mapping, &rule, value, form, arena, object);
    }
    return object;
}

struct text mapping_outside(const struct mapping *mapping, enum field field,
                            struct text canonical,
                            const struct target_form *form, struct arena *arena)
{
    struct target_form own = mapping_form(mapping, form);
    const struct rule *rule = NULL;

    for (size_t i = 0; rule == NULL && i < mapping->rules_count; i++)
        if (mapping->rules[i].field == field)
            rule = &mapping->rules[i];
    return rule_outside(rule, field, canonical, &own, arena);
}
