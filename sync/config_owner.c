/*
 * config_owner.c - whose word counts for a field: `owner:` of a job.
 */
#include "sync/config_parts.h"
#include "sync/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const policy_owner_words[] = {"source", "target", "union", "fill",
                                          NULL};
static const enum owner owners[] = {OWNER_SOURCE, OWNER_TARGET, OWNER_UNION,
                                    OWNER_FILL};

enum owner policy_owner(const struct policy *policy, enum field field)
{
    for (size_t i = 0; i < policy->owners_count; i++) {
        if (policy->owners[i].field == field)
            return policy->owners[i].owner;
    }
    return OWNER_NONE;
}

static enum status bad(struct err *err, const char *what, struct text name)
{
    return fail(err, STOP, EXIT_USAGE, "bad_value", "%s '%.*s'", what,
                (int)(name.size < 60 ? name.size : 60), name.at);
}

static enum status no_field(struct text name, struct arena *arena,
                            struct err *err)
{
    const char *names[FIELD_FIXED + 1] = {NULL};

    for (enum field field = 0; field < FIELD_FIXED; field++)
        names[field] = field_name(field);
    (void)bad(err, "owner: there is no field", name);
    (void)near_hint(err, arena_string(arena, name), names,
                    "written FIELD=WHO; 'custsync help fields' names them");
    return STOP;
}

static enum status read_rule(struct text text, struct arena *arena,
                             struct owner_rule *rule, struct err *err)
{
    size_t sign = text_find(text, "=");
    struct text name = text_trim((struct text){text.at, sign});
    struct text who = {0};
    size_t i = 0;

    if (sign < text.size)
        who =
            text_trim((struct text){text.at + sign + 1, text.size - sign - 1});
    rule->field = field_named(name);
    if (rule->field == FIELD_NONE && text_starts(name, "custom."))
        rule->field = field_define(name);
    if (rule->field == FIELD_NONE)
        return no_field(name, arena, err);
    while (policy_owner_words[i] != NULL &&
           !text_is(who, policy_owner_words[i]))
        i++;
    if (policy_owner_words[i] == NULL) {
        (void)bad(err, "no owner of a field is", who);
        near_hint_and(err, arena_string(arena, who), policy_owner_words,
                      "one of source target union fill");
        return STOP;
    }
    rule->owner = owners[i];
    if (rule->owner == OWNER_UNION && !value_unites(rule->field)) {
        (void)bad(err, "owner: union is for lists, not for", name);
        err_hint(err, "lists are %s and %s", field_name(FIELD_TAGS),
                 field_name(FIELD_CONTACT_METHODS));
        return STOP;
    }
    return OK;
}

/* By name, whatever the order in which they are written, and in which custom
 * fields got their numbers: what is the same policy prints the same. */
static int by_name(const void *a, const void *b)
{
    return strcmp(field_name(((const struct owner_rule *)a)->field),
                  field_name(((const struct owner_rule *)b)->field));
}

enum status policy_set_owner(struct policy *policy, struct text value,
                             struct arena *arena, struct err *err)
{
    size_t room = 1, count = 0;
    struct owner_rule *rules;

    for (size_t i = 0; i < value.size; i++)
        room += value.at[i] == ',';
    rules = arena_take(arena, room * sizeof(*rules));
    for (;;) {
        size_t comma = text_find(value, ",");

        if (read_rule((struct text){value.at, comma}, arena, &rules[count],
                      err) != OK)
            return STOP;
        for (size_t i = 0; i < count; i++) {
            if (rules[i].field == rules[count].field)
                return bad(err, "owner: named twice is",
                           text_of(field_name(rules[i].field)));
        }
        count++;
        if (comma == value.size)
            break;
        value = (struct text){value.at + comma + 1, value.size - comma - 1};
    }
    qsort(rules, count, sizeof(*rules), by_name);
    policy->owners = rules;
    policy->owners_count = count;
    return OK;
}

struct policy policy_turned(const struct policy *policy, struct arena *arena)
{
    struct policy turned = *policy;
    struct owner_rule *rules =
        arena_take(arena, (policy->owners_count + 1) * sizeof(*rules));

    for (size_t i = 0; i < policy->owners_count; i++) {
        rules[i] = policy->owners[i];
        if (rules[i].owner == OWNER_SOURCE)
            rules[i].owner = OWNER_TARGET;
        else if (rules[i].owner == OWNER_TARGET)
            rules[i].owner = OWNER_SOURCE;
    }
    turned.owners = rules;
    turned.prefer_target = !policy->prefer_target;
    return turned;
}
