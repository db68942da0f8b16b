/*
 * mapping_carry.c - what of a customer goes along into a shape, and what has no
 * place there.
 *
 * Asked of every customer that is written, so it compares what is there and
 * takes no memory unless spellings differ.
 */
#include "mappings/rule.h"

#include <string.h>

static bool among(const enum field *fields, size_t count, enum field field)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i] == field)
            return true;
    return false;
}

/* Whether another field's rule writes the field at times. */
static bool takes(const struct rule *rule, enum field field)
{
    bool any = among(rule->append.fields, rule->append.count, field) ||
               among(rule->primary_from, rule->primary_from_count, field);

    for (size_t i = 0; !any && i < rule->ors_count; i++)
        any = among(rule->ors[i].fields, rule->ors[i].count, field);
    return any && rule_writes(rule);
}

static bool is_name(enum field field)
{
    return field == FIELD_NAME || field == FIELD_COMPANY ||
           field == FIELD_FIRST_NAME || field == FIELD_LAST_NAME;
}

/* One says at times what the other does: "Ana Silva" is Ana's first name. */
static bool are_kin(enum field a, enum field b)
{
    return (is_name(a) && is_name(b)) ||
           (field_type(a) == TYPE_PHONE && field_type(b) == TYPE_PHONE);
}

enum carrying mapping_carries(const struct mapping *mapping, enum field field)
{
    enum carrying carrying = CARRIED_NEVER;

    /* All of the file say so, by being in it. */
    if (mapping_asks(mapping, field))
        return CARRIED_ALWAYS;
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (rule->field == field && rule_writes(rule))
            return CARRIED_ALWAYS;
        if (takes(rule, field) ||
            (rule_writes(rule) && are_kin(rule->field, field)))
            carrying = CARRIED_AT_TIMES;
    }
    if (mapping->custom != NULL && field >= FIELD_FIXED &&
        !named_by_rule(mapping, field))
        return CARRIED_ALWAYS;
    return carrying;
}

/* --- one text within another -----------------------------------------------*/

static bool is_letter(char byte)
{
    return (byte >= '0' && byte <= '9') ||
           ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           (unsigned char)byte >= 0x80;
}

/* Al is not in Sally. */
static bool is_whole(struct text all, size_t at, size_t size)
{
    size_t end = at + size;

    return (at == 0 || !is_letter(all.at[at - 1]) || !is_letter(all.at[at])) &&
           (end == all.size || !is_letter(all.at[end]) ||
            !is_letter(all.at[end - 1]));
}

static bool has_bytes(struct text all, struct text part)
{
    size_t at = 0;

    while (part.size > 0 && at + part.size <= all.size) {
        const char *found =
            memmem(all.at + at, all.size - at, part.at, part.size);

        if (found == NULL)
            return false;
        at = (size_t)(found - all.at);
        if (is_whole(all, at, part.size))
            return true;
        at++;
    }
    return false;
}

static bool has_text(struct text all, struct text part, struct arena *arena)
{
    return has_bytes(all, part) ||
           has_bytes(fold_text(all, arena), fold_text(part, arena));
}

/* first, what stands between, last. */
static bool is_pair(struct text whole, struct text first, const char *between,
                    struct text last)
{
    size_t gap = strlen(between);

    return whole.size == first.size + gap + last.size && first.size > 0 &&
           last.size > 0 && memcmp(whole.at, first.at, first.size) == 0 &&
           memcmp(whole.at + first.size, between, gap) == 0 &&
           memcmp(whole.at + first.size + gap, last.at, last.size) == 0;
}

/* --- one customer ----------------------------------------------------------*/

/* A slot's value went there, or was told of when it did not fit. */
static bool is_dealt_with(const struct customer *projected, enum field field)
{
    enum presence presence = customer_get(projected, field)->presence;

    return presence == VALUE_SET || presence == VALUE_BAD;
}

/* Both parts have gone, so a name that says no more than they has, too. */
static bool in_parts(const struct customer *customer,
                     const struct customer *projected, struct arena *arena)
{
    struct text name = customer_text(customer, FIELD_NAME);
    struct text first = customer_text(customer, FIELD_FIRST_NAME);
    struct text last = customer_text(customer, FIELD_LAST_NAME);

    if (!is_dealt_with(projected, FIELD_FIRST_NAME) ||
        !is_dealt_with(projected, FIELD_LAST_NAME))
        return false;
    for (int folded = 0; folded < 2; folded++) {
        if (is_pair(name, first, " ", last) || is_pair(name, last, ", ", first))
            return true;
        name = fold_text(name, arena);
        first = fold_text(first, arena);
        last = fold_text(last, arena);
    }
    return false;
}

/* Made of these fields and no others, as the customer has no such list. */
static bool in_contact(const struct rule *rule, const struct customer *customer,
                       enum field field)
{
    return among(rule->primary_from, rule->primary_from_count, field) &&
           !customer_has(customer, rule->field);
}

static bool in_slot(const struct rule *rule, const struct customer *customer,
                    const struct customer *projected, enum field field,
                    struct arena *arena)
{
    const struct value *slot = customer_get(projected, rule->field);

    if (slot->presence == VALUE_SET)
        return in_contact(rule, customer, field) ||
               has_text(slot->text, customer_text(customer, field), arena);
    return slot->presence == VALUE_BAD && takes(rule, field);
}

bool mapping_carried(const struct mapping *mapping,
                     const struct customer *customer,
                     const struct customer *projected, enum field field,
                     enum field *beside, struct arena *arena)
{
    *beside = FIELD_NONE;
    if (field == FIELD_NAME && in_parts(customer, projected, arena))
        return true;
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];
        bool taken = takes(rule, field);

        if (!taken && (!rule_writes(rule) || !are_kin(rule->field, field)))
            continue;
        if (in_slot(rule, customer, projected, field, arena))
            return true;
        if (taken && *beside == FIELD_NONE)
            *beside = rule->field;
    }
    return false;
}
