/*
 * rule_lists.c - the lists that rules hold: our fields, what stands in for a
 * value, conditions.
 */
#include "mappings/rule.h"

#include "mappings/path.h"

bool rule_word(const struct node *node)
{
    return node->kind == NODE_TEXT || node->kind == NODE_NUMBER;
}

struct place rule_place(struct mapping *mapping, const struct node *node,
                        struct check *check)
{
    struct place place = {.path = node->text.at, .column = -1};
    const char *reason;

    if (mapping->flat)
        place.column = columns_add(mapping->columns, place.path);
    else if (!path_good(place.path, &reason))
        check_fault(check, node, "'%.80s' is no path: %s", place.path, reason);
    return place;
}

const enum field *rule_fields(struct mapping *mapping, const struct node *node,
                              const char *what, struct check *check,
                              size_t *count)
{
    enum field *fields =
        arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*fields));
    const struct node *n = node->kind == NODE_LIST ? node->first : node;

    *count = 0;
    for (; n != NULL; n = node->kind == NODE_LIST ? n->next : NULL) {
        enum field field = rule_word(n) ? field_define(n->text) : FIELD_NONE;
        const char *near = rule_word(n) ? field_suggest(n->text) : NULL;

        if (field != FIELD_NONE) {
            fields[(*count)++] = field;
            continue;
        }
        check_fault(check, n, "%s: unknown field '%.80s'", what,
                    rule_word(n) ? n->text.at : "");
        if (near != NULL)
            check_hint(check, "did you mean '%s'?", near);
    }
    return fields;
}

struct fallback fallback_load(struct mapping *mapping, const struct node *node,
                              const char *what, const char *with,
                              struct check *check)
{
    static const char *const keys[] = {"join", "with", NULL};
    struct fallback fallback = {.with = with};
    const struct node *joined = node;

    if (node->kind == NODE_OBJECT) {
        struct text text = check_text(check, node, "with");

        check_keys(check, node, keys, what);
        joined = node_member(node, "join");
        if (text.at != NULL)
            fallback.with = text.at;
    }
    if (joined == NULL)
        check_fault(check, node, "join, the fields, is missing");
    else
        fallback.fields =
            rule_fields(mapping, joined, what, check, &fallback.count);
    return fallback;
}

const struct fallback *fallbacks_load(struct mapping *mapping,
                                      const struct node *node,
                                      struct check *check, size_t *count)
{
    struct fallback *ors;

    *count = 0;
    if (node == NULL)
        return NULL;
    if (node->kind != NODE_LIST) {
        check_fault(check, node, "or must be a list of our fields");
        return NULL;
    }
    ors = arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*ors));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (n->kind == NODE_LIST)
            check_fault(check, n, "fields are joined by {join: [..]}");
        else
            ors[(*count)++] = fallback_load(mapping, n, "or", " ", check);
    }
    return ors;
}

static void load_condition(struct mapping *mapping, const struct node *node,
                           struct check *check, struct condition *condition)
{
    static const char *const keys[] = {"column", "is", "filled", NULL};
    const struct node *column = node_member(node, "column");
    const struct node *is = node_member(node, "is");
    struct text *values;

    if (!check_keys(check, node, keys, "a condition"))
        return;
    condition->place.column = -1;
    if (column == NULL || !rule_word(column)) {
        check_fault(check, node, "column, whose value decides, is missing");
        return;
    }
    condition->place = rule_place(mapping, column, check);
    condition->filled = check_flag(check, node, "filled", true);
    if (is == NULL)
        return;
    values = arena_take(mapping->arena, (node_count(is) + 1) * sizeof(*values));
    if (is->kind != NODE_LIST)
        values[condition->count++] = node_words(is);
    else
        for (const struct node *n = is->first; n != NULL; n = n->next)
            values[condition->count++] = node_words(n);
    condition->is = values;
}

const struct condition *conditions_load(struct mapping *mapping,
                                        const struct node *node,
                                        struct check *check, size_t *count)
{
    struct condition *conditions = arena_take(
        mapping->arena, (node_count(node) + 1) * sizeof(*conditions));
    const struct node *n = node->kind == NODE_LIST ? node->first : node;

    *count = 0;
    for (; n != NULL; n = node->kind == NODE_LIST ? n->next : NULL)
        load_condition(mapping, n, check, &conditions[(*count)++]);
    return conditions;
}
