/*
 * rule_read_list.c - tags, ways to make contact and contacts from a record.
 *
 * Whatever shape a list has outside, cleaning gets it as one JSON array.
 */
#include "mappings/reading.h"

#include <string.h>

#include "mappings/path.h"

struct elements {
    struct text at[PLACE_NODES_MAX];
    size_t count;
};

static void add_element(const struct reading *r, struct elements *elements,
                        struct text text)
{
    const struct text *ours = &text;

    text = text_trim(text);
    if (text.size == 0 || elements->count == PLACE_NODES_MAX)
        return;
    if (r->rule->table.count > 0)
        ours = reading_translate(r, text);
    if (ours != NULL && ours->size > 0)
        elements->at[elements->count++] = *ours;
}

/* At the rule's own mark, else where people put them: at , and ; */
static size_t mark_in(const struct reading *r, struct text text, size_t *size)
{
    struct text mark = text_trim(text_of(r->rule->split));

    if (mark.size > 0) {
        *size = mark.size;
        return text_find(text, arena_string(r->arena, mark));
    }
    *size = r->rule->split != NULL ? strlen(r->rule->split) : 1;
    if (r->rule->split != NULL && *size > 0)
        return text_find(text, r->rule->split);
    *size = 1;
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] == ',' || text.at[i] == ';')
            return i;
    return text.size;
}

static void split_element(const struct reading *r, struct elements *elements,
                          struct text text)
{
    while (text.size > 0) {
        size_t size, end = mark_in(r, text, &size);

        add_element(r, elements, (struct text){text.at, end});
        if (end + size > text.size)
            break;
        text.at += end + size;
        text.size -= end + size;
    }
}

static void add_node(const struct reading *r, struct elements *elements,
                     const struct node *node, bool single)
{
    struct text words = node_words(node);

    if (node->kind == NODE_LIST ||
        (node->kind == NODE_OBJECT && words.size == 0)) {
        for (const struct node *n = node->first; n != NULL; n = n->next)
            if (!reading_attribute(n))
                add_element(r, elements, node_words(n));
    } else if (single && node->kind == NODE_TEXT) {
        split_element(r, elements, words);
    } else {
        add_element(r, elements, words);
    }
}

static bool take_elements(const struct reading *r,
                          const struct elements *elements)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct cleaning cleaning = reading_cleaning(r);

    if (value->presence == VALUE_ABSENT)
        value->presence = VALUE_BLANK;
    if (elements->count == 0)
        return false;
    clean_value(r->rule->field,
                value_list(elements->at, elements->count, r->arena), &cleaning,
                r->arena, r->customer, value);
    return value->presence == VALUE_SET || value->presence == VALUE_BAD;
}

static bool read_flags(const struct reading *r, struct elements *elements)
{
    const struct node *node;
    bool there = false, truth;

    for (size_t i = 0; i < r->rule->flags_count; i++) {
        const struct flag *flag = &r->rule->flags[i];

        if (view_all(r->view, &flag->place, &node, 1) == 0)
            continue;
        there = true;
        if (clean_boolean(node_words(node), &truth) && truth)
            elements->at[elements->count++] = flag->ours;
    }
    return there;
}

bool reading_list(const struct reading *r)
{
    const struct node *nodes[PLACE_NODES_MAX];
    struct elements elements; /* large: not cleared as a whole */

    elements.count = 0;
    if (read_flags(r, &elements))
        return take_elements(r, &elements);
    for (size_t i = 0; i < r->rule->reads.count; i++) {
        size_t count =
            view_all(r->view, &r->rule->reads.at[i], nodes, PLACE_NODES_MAX);

        if (count == 1 && nodes[0]->kind == NODE_TEXT &&
            r->rule->table.count == 0 && r->rule->split == NULL) {
            if (reading_take(r, nodes[0]->text))
                return true;
            continue;
        }
        for (size_t n = 0; n < count; n++)
            add_node(r, &elements, nodes[n], count == 1);
        if (count > 0 && r->rule->join == NULL && take_elements(r, &elements))
            return true;
    }
    return r->rule->join != NULL && take_elements(r, &elements);
}

/* --- contacts --------------------------------------------------------------*/

static const struct node *
member_of(const struct reading *r, const struct node *element, const char *name)
{
    if (!r->view->mapping->flat)
        return path_find(element, name);
    for (const struct node *n = element->first; n != NULL; n = n->next)
        if (n->name != NULL && columns_same(text_of(n->name), text_of(name)))
            return n;
    return NULL;
}

static void add_contact(const struct reading *r, const struct node *element,
                        struct node *list)
{
    struct node *contact;

    if (element->kind != NODE_OBJECT)
        return;
    contact = node_add(list, NULL, node_new(r->arena, NODE_OBJECT));
    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const char *usual[] = {contact_members[i], NULL};
        const char *const *names =
            r->rule->each != NULL ? r->rule->each[i].reads : usual;

        for (; names != NULL && *names != NULL; names++) {
            struct text words = node_words(member_of(r, element, *names));

            if (text_trim(words).size == 0)
                continue;
            node_add(contact, contact_members[i], node_text(r->arena, words));
            break;
        }
    }
}

/* <contacts><contact>..</contact></contacts>: all that is inside is objects. */
static bool holds_objects(const struct node *node)
{
    bool any = false;

    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (reading_attribute(n))
            continue;
        if (n->kind != NODE_OBJECT)
            return false;
        any = true;
    }
    return any;
}

static void add_contacts(const struct reading *r, const struct node *node,
                         struct node *list)
{
    if (node->kind == NODE_LIST ||
        (node->kind == NODE_OBJECT && holds_objects(node)))
        for (const struct node *n = node->first; n != NULL; n = n->next)
            add_contact(r, n, list);
    else
        add_contact(r, node, list);
}

bool reading_contacts(const struct reading *r)
{
    const struct node *nodes[PLACE_NODES_MAX];

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct node *list = node_new(r->arena, NODE_LIST);
        struct buffer json = {0};
        size_t count =
            view_all(r->view, &r->rule->reads.at[i], nodes, PLACE_NODES_MAX);
        bool taken;

        if (count == 0)
            continue;
        if (nodes[0]->kind == NODE_TEXT) {
            if (reading_take(r, nodes[0]->text))
                return true;
            continue;
        }
        for (size_t n = 0; n < count; n++)
            add_contacts(r, nodes[n], list);
        if (list->first != NULL)
            json_write(&json, list);
        taken = reading_take(r, arena_text(r->arena, buffer_view(&json)));
        buffer_free(&json);
        if (taken)
            return true;
    }
    return false;
}
