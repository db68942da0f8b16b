/*
 * rule_lists.c - the lists that rules hold: our fields, what stands in for a
 * value, conditions.
 */
#include "mappings/rule_loading.h"

#include <string.h>

#include "mappings/path.h"

bool rule_word(const struct node *node)
{
    return node->kind == NODE_TEXT || node->kind == NODE_NUMBER;
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
        const char *near;

        if (field != FIELD_NONE) {
            fields[(*count)++] = field;
            continue;
        }
        near = rule_word(n) ? field_suggest(n->text) : NULL;
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
    static const char *const or_keys[] = {"join", "with", NULL};
    static const char *const append_keys[] = {"join", "with", "after", NULL};
    bool append = strcmp(what, "append") == 0;
    struct fallback fallback = {.with = with};
    const struct node *joined = node;

    if (node->kind == NODE_OBJECT) {
        struct text text = check_text(check, node, "with");

        check_keys(check, node, append ? append_keys : or_keys, what);
        joined = node_member(node, "join");
        if (text.at != NULL)
            fallback.with = text.at;
        if (append)
            fallback.after = check_text(check, node, "after").at;
    }
    if (fallback.after == NULL)
        fallback.after = fallback.with;
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

/* The words of is or not; NULL when it is not there. */
static const struct text *words_of(struct mapping *mapping,
                                   const struct node *node, size_t *count)
{
    struct text *words;

    *count = 0;
    if (node == NULL)
        return NULL;
    words = arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*words));
    if (node->kind != NODE_LIST)
        words[(*count)++] = node_words(node);
    else
        for (const struct node *n = node->first; n != NULL; n = n->next)
            words[(*count)++] = node_words(n);
    return words;
}

/* A column, or a list of them. */
static void load_asked(struct mapping *mapping, const struct node *node,
                       unsigned number, struct check *check,
                       struct places *places)
{
    bool list = node->kind == NODE_LIST;

    places->at = arena_take(mapping->arena,
                            (node_count(node) + 1) * sizeof(*places->at));
    for (const struct node *n = list ? node->first : node; n != NULL;
         n = list ? n->next : NULL)
        if (!rule_word(n))
            check_fault(check, n, "column must be a column or a list of them");
        else
            places->at[places->count++] =
                number == 0
                    ? rule_place(mapping, n, check)
                    : place_named(mapping,
                                  numbered(n->text, number, mapping->arena), n,
                                  check);
}

void condition_load(struct mapping *mapping, const struct node *node,
                    unsigned number, struct check *check,
                    struct condition *condition)
{
    static const char *const keys[] = {"column", "is",     "not",
                                       "match",  "filled", NULL};
    const struct node *column = node_member(node, "column");
    const struct node *is = node_member(node, "is");
    const struct node *not = node_member(node, "not");

    if (!check_keys(check, node, keys, "a condition"))
        return;
    if (column == NULL || (column->kind == NODE_LIST ? column->first == NULL
                                                     : !rule_word(column))) {
        check_fault(check, node, "column, whose value decides, is missing");
        return;
    }
    if ((is != NULL) + (not != NULL) + (node_member(node, "match") != NULL) > 1)
        check_fault(check, node, "is, not and match: only one of them");
    condition->match = pattern_member(mapping, node, "match", true, check);
    load_asked(mapping, column, number, check, &condition->places);
    condition->filled = check_flag(check, node, "filled", true);
    condition->none = is == NULL && not != NULL;
    condition->is = words_of(mapping, is != NULL ? is : not, &condition->count);
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
        condition_load(mapping, n, 0, check, &conditions[(*count)++]);
    return conditions;
}
