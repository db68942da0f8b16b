/*
 * mapping_knows.c - whether a column or member of a file is read by any rule.
 */
#include <string.h>

#include "mappings/path.h"
#include "mappings/rule.h"

/* Whether [key=value] chooses by the member, or by what is above it. */
static bool chooses_by(struct text inside, struct text member)
{
    size_t size = text_find(inside, "=");

    if (size == inside.size || member.size < 2 || member.at[0] != '.')
        return false;
    member = (struct text){member.at + 1, member.size - 1};
    return member.size <= size &&
           memcmp(member.at, inside.at, member.size) == 0 &&
           (member.size == size || inside.at[member.size] == '.');
}

/*
 * Whether the path, its brackets apart, goes to the member or above it; *rest
 * is what of the member lies below. A member that one of the brackets looks at
 * is read whole.
 */
static bool leads_to(const char *path, struct text member, struct text *rest)
{
    *rest = member;
    for (; *path != '\0'; path++) {
        if (*path == '[') {
            const char *end = strchr(path, ']');

            if (end == NULL)
                return false;
            if (chooses_by((struct text){path + 1, (size_t)(end - path - 1)},
                           *rest)) {
                *rest = (struct text){0};
                return true;
            }
            path = end;
            continue;
        }
        if (*path == '\\' && path[1] != '\0')
            path++;
        if (rest->size == 0 || *rest->at != *path)
            return false;
        *rest = (struct text){rest->at + 1, rest->size - 1};
    }
    if (rest->size > 0 && *rest->at != '.')
        return false;
    if (rest->size > 0)
        *rest = (struct text){rest->at + 1, rest->size - 1};
    return true;
}

/* The same of a column, whose name is folded: cut wherever it has a dot. */
static bool is_column(const char *path, struct text member, struct text *rest)
{
    for (size_t i = 0; i <= member.size; i++) {
        if (i < member.size && member.at[i] != '.')
            continue;
        if (!columns_same((struct text){member.at, i}, text_of(path)))
            continue;
        *rest = (struct text){0};
        if (i < member.size)
            *rest = (struct text){member.at + i + 1, member.size - i - 1};
        return true;
    }
    return false;
}

static bool is_read(const struct mapping *mapping, const struct place *place,
                    struct text member, struct text *rest)
{
    return mapping->flat ? is_column(place->path, member, rest)
                         : leads_to(place->path, member, rest);
}

/* What stands at the place itself: its text, where it has attributes. */
static bool is_whole(struct text rest)
{
    return rest.size == 0 || text_is(rest, "#text");
}

static bool holds_place(const struct mapping *mapping,
                        const struct place *place, struct text member)
{
    struct text rest;

    return is_read(mapping, place, member, &rest) && is_whole(rest);
}

static bool asks_for(const struct mapping *mapping,
                     const struct condition *condition, struct text member)
{
    for (size_t i = 0; condition != NULL && i < condition->places.count; i++)
        if (holds_place(mapping, &condition->places.at[i], member))
            return true;
    return false;
}

/* A member of a contact; "" where the contacts are. */
static bool is_contact_member(const struct mapping *mapping,
                              const struct rule *rule, struct text name)
{
    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const char *usual[] = {contact_members[i], NULL};
        const char *const *names =
            rule->each != NULL ? rule->each[i].reads : usual;

        for (; names != NULL && *names != NULL; names++) {
            struct place place = {.path = *names};

            if (holds_place(mapping, &place, name))
                return true;
        }
    }
    return false;
}

/* Whether the rule reads what lies so below its place. */
static bool reads_below(const struct mapping *mapping, const struct rule *rule,
                        struct text rest)
{
    size_t dot;

    if (rest.size == 0)
        return true;
    switch (rule->type) {
    case TYPE_LIST:
    case TYPE_METHODS:
        /* Elements of XML within one that holds them. */
        dot = text_find(rest, ".");
        return rest.at[0] != '@' &&
               (dot == rest.size ||
                is_whole(
                    (struct text){rest.at + dot + 1, rest.size - dot - 1}));
    case TYPE_CONTACTS:
        if (is_contact_member(mapping, rule, rest))
            return true;
        dot = text_find(rest, ".");
        return dot < rest.size &&
               is_contact_member(
                   mapping, rule,
                   (struct text){rest.at + dot + 1, rest.size - dot - 1});
    default:
        return is_whole(rest);
    }
}

static bool rule_knows(const struct mapping *mapping, const struct rule *rule,
                       struct text member)
{
    struct text rest;

    for (size_t p = 0; p < rule->reads.count; p++) {
        const struct place *place = &rule->reads.at[p];

        if ((is_read(mapping, place, member, &rest) &&
             reads_below(mapping, rule, rest)) ||
            asks_for(mapping, place->when, member))
            return true;
    }
    for (size_t p = 0; p < rule->flags_count; p++)
        if (holds_place(mapping, &rule->flags[p].place, member))
            return true;
    for (size_t n = 0; n < rule->people_count; n++)
        for (size_t i = 0; i < CONTACT_MEMBERS; i++)
            for (size_t p = 0; p < rule->people[n].reads[i].count; p++)
                if (holds_place(mapping, &rule->people[n].reads[i].at[p],
                                member))
                    return true;
    return asks_for(mapping, rule->when, member);
}

/* Columns know all but what lies below one; most are asked for by a header,
 * which has none such. */
static bool column_knows(const struct mapping *mapping, struct text column)
{
    static const char text[] = ".#text";
    const size_t size = sizeof(text) - 1;
    struct text rest;

    if (column.size > size &&
        memcmp(column.at + column.size - size, text, size) == 0)
        column.size -= size;
    if (columns_know(mapping->columns, column))
        return true;
    if (text_find(column, ".") == column.size)
        return false;
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        for (size_t p = 0; rule_of_many(rule) && p < rule->reads.count; p++)
            if (is_column(rule->reads.at[p].path, column, &rest) &&
                reads_below(mapping, rule, rest))
                return true;
    }
    return false;
}

bool mapping_knows(const struct mapping *mapping, struct text column)
{
    if (mapping->flat)
        return column_knows(mapping, column);
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (rule_knows(mapping, &mapping->rules[i], column))
            return true;
    for (size_t i = 0; i < mapping->skips_count; i++)
        if (asks_for(mapping, &mapping->skips[i], column))
            return true;
    return false;
}

bool mapping_feeds(const struct mapping *mapping, struct text column,
                   enum field field)
{
    struct text rest;

    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        for (size_t p = 0; rule->field == field && p < rule->reads.count; p++)
            if (is_read(mapping, &rule->reads.at[p], column, &rest) &&
                rest.size == 0)
                return true;
    }
    return false;
}
