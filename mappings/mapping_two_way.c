/*
 * mapping_two_way.c - what comes back from a shape as it went.
 *
 * Whether a rule works both ways is not argued but tried: customers made up for
 * it are written and read again.
 */
#include <string.h>

#include "mappings/path.h"
#include "mappings/rule.h"

/* A value of the field's type that no cleaning changes. */
static struct text made_up(const struct mapping *mapping, enum field field,
                           struct arena *arena)
{
    const struct rule *rule = NULL;

    for (size_t i = 0; i < mapping->rules_count; i++)
        if (mapping->rules[i].field == field && rule_writes(&mapping->rules[i]))
            rule = &mapping->rules[i];
    if (rule != NULL && rule->table.count > 0 &&
        field_type(field) != TYPE_LIST && field_type(field) != TYPE_METHODS)
        for (size_t i = 0; i < rule->table.count; i++)
            if (rule->table.rows[i].ours.size > 0)
                return rule->table.rows[i].ours;
    switch (field_type(field)) {
    case TYPE_ID:
        return TEXT("C17");
    case TYPE_EMAIL:
        return TEXT("ana@example.com");
    case TYPE_PHONE:
        return field == FIELD_MOBILE ? TEXT("+61491570156")
                                     : TEXT("+61255501234");
    case TYPE_URL:
        return TEXT("https://example.com/");
    case TYPE_STATUS:
        return TEXT("inactive");
    case TYPE_COUNTRY:
        return TEXT("NZ");
    case TYPE_LIST:
        return TEXT("[\"vip\",\"blog\"]");
    case TYPE_METHODS:
        return TEXT("[\"email\",\"sms\"]");
    case TYPE_BOOLEAN:
        return TEXT("true");
    case TYPE_CONTACTS:
        return TEXT("[{\"first_name\":\"Jo\",\"last_name\":\"Day\","
                    "\"email\":\"jo@example.org\",\"phone\":\"+61255501235\","
                    "\"primary\":true},{\"first_name\":\"Al\",\"last_name\":"
                    "\"Kay\",\"primary\":false}]");
    case TYPE_TIME:
        return TEXT("2026-11-20T13:14:15Z");
    case TYPE_TEXT:
        break;
    }
    /* Short, for there are limits, and another one for each field. */
    return arena_print(arena, "T%d", (int)field);
}

/* All fields but one, or only that one and what makes it somebody. */
enum trial { ALL, ALONE, ALL_OTHERS, TRIALS };

static struct customer *trial_customer(const struct mapping *mapping,
                                       enum field field, enum trial trial,
                                       struct arena *arena)
{
    struct customer *customer = customer_new(arena);

    for (size_t f = 0; f < customer->count; f++) {
        bool one = (enum field)f == field;

        if (trial == ALL ? true : trial == ALONE ? one : !one)
            customer_set(customer, (enum field)f,
                         made_up(mapping, (enum field)f, arena));
    }
    return customer;
}

/* An opt-in without an address goes as no: that is no fault of the shape. */
static bool is_opt_in(const struct mapping *mapping, enum field field)
{
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (mapping->rules[i].field == field &&
            mapping->rules[i].needs_count > 0)
            return true;
    return false;
}

static bool comes_back(const struct mapping *mapping, enum field field,
                       enum trial trial, struct arena *arena)
{
    const struct customer *customer =
        trial_customer(mapping, field, trial, arena);
    const struct customer *out =
        mapping_project(mapping, customer, false, arena);
    struct customer *again;
    struct node *record = mapping_write(mapping, out, NULL, NULL, arena);
    struct err err;

    if (is_opt_in(mapping, field))
        customer = out;
    return mapping_read(mapping, record, NULL, arena, &again, &err) == OK &&
           text_equal(customer_text(again, field),
                      customer_text(customer, field));
}

bool mapping_two_way(const struct mapping *mapping, enum field field)
{
    struct arena *arena = arena_open();
    bool good = mapping_carries(mapping, field) == CARRIED_ALWAYS;

    for (int trial = ALL; good && trial < TRIALS; trial++)
        good = comes_back(mapping, field, (enum trial)trial, arena);
    arena_close(arena);
    return good;
}
