/*
 * mapping_only.c - whom a shape is for: `only`, asked before a customer is
 * written.
 *
 * Some files mean something by holding somebody: whoever stands in a list of
 * subscribers has subscribed. Such a shape has no column for it, so whoever is
 * something else, or did not say, stays out.
 */
#include "mappings/path.h"
#include "mappings/rule.h"

#include <string.h>

/* Words that the field can have; of texts any. */
static bool is_word(enum field field, struct text word)
{
    switch (field_type(field)) {
    case TYPE_BOOLEAN:
        return text_is(word, "true") || text_is(word, "false");
    case TYPE_STATUS:
        return text_is(word, "active") || text_is(word, "inactive");
    case TYPE_TEXT:
    case TYPE_COUNTRY:
        return word.size > 0;
    default:
        return false;
    }
}

static void load_one(struct mapping *mapping, const struct node *node,
                     struct only *only, struct check *check)
{
    struct text *words =
        arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*words));
    const struct node *n = node->kind == NODE_LIST ? node->first : node;

    only->field = field_define(text_of(node->name));
    only->words = words;
    if (only->field == FIELD_NONE) {
        check_fault(check, node, "only: unknown field '%.80s'", node->name);
        return;
    }
    for (; n != NULL; n = node->kind == NODE_LIST ? n->next : NULL) {
        words[only->count] = node_words(n);
        if (!is_word(only->field, words[only->count++]))
            check_fault(check, n, "only: %s is never '%.40s'", node->name,
                        node_words(n).size > 0 ? node_words(n).at : "");
    }
}

void mapping_load_only(struct mapping *mapping, const struct node *tree,
                       struct check *check)
{
    const struct node *node = node_member(tree, "only");
    struct only *only;

    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (node->kind != NODE_OBJECT || node->first == NULL) {
        check_fault(check, node, "only must be our fields with their values");
        return;
    }
    only = arena_take(mapping->arena, node_count(node) * sizeof(*only));
    for (const struct node *n = node->first; n != NULL; n = n->next)
        load_one(mapping, n, &only[mapping->only_count++], check);
    mapping->only = only;
}

static bool is_meant(const struct only *only, const struct customer *customer)
{
    struct text text = customer_text(customer, only->field);

    for (size_t i = 0; i < only->count; i++)
        if (text_equal(text, only->words[i]))
            return true;
    return false;
}

bool mapping_wants(const struct mapping *mapping,
                   const struct customer *customer, enum field *why)
{
    for (size_t i = 0; i < mapping->only_count; i++)
        if (!is_meant(&mapping->only[i], customer)) {
            *why = mapping->only[i].field;
            return false;
        }
    return true;
}

bool mapping_asks(const struct mapping *mapping, enum field field)
{
    for (size_t i = 0; i < mapping->only_count; i++)
        if (mapping->only[i].field == field)
            return true;
    return false;
}

struct text mapping_only(const struct mapping *mapping, enum field field,
                         struct arena *arena)
{
    struct buffer all = {0};
    struct text text;

    for (size_t i = 0; i < mapping->only_count; i++)
        for (size_t w = 0;
             mapping->only[i].field == field && w < mapping->only[i].count; w++)
            buffer_print(&all, "%s%.*s", all.size > 0 ? " or " : "",
                         TEXT_ARGS(mapping->only[i].words[w]));
    text = arena_text(arena, buffer_view(&all));
    buffer_free(&all);
    return text;
}
