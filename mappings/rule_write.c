/*
 * rule_write.c - from a projected value to the outside record.
 */
#include "mappings/rule.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mappings/path.h"

struct writing {
    const struct mapping *mapping;
    const struct rule *rule;
    struct target_form form;
    struct arena *arena;
};

struct target_form mapping_form(const struct mapping *mapping,
                                const struct target_form *form)
{
    struct target_form out = {.region = mapping->region,
                              .national = mapping->national};

    if (form != NULL)
        out = *form;
    if (out.region == NULL)
        out.region = mapping->region;
    if (mapping->format != NULL && strcmp(mapping->format, "csv") == 0)
        out.cells = true;
    return out;
}

/* Canonical times are UTC to the second. */
static struct text time_outside(struct text canonical, const char *format,
                                struct arena *arena)
{
    char copy[32], out[128];
    struct tm tm = {0};
    size_t size;

    if (canonical.size >= sizeof(copy))
        return canonical;
    memcpy(copy, canonical.at, canonical.size);
    copy[canonical.size] = '\0';
    if (strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
        return canonical;
    size = strftime(out, sizeof(out), format, &tm);
    return size == 0 ? canonical : arena_text(arena, (struct text){out, size});
}

struct text rule_outside(const struct rule *rule, enum field field,
                         struct text canonical, const struct target_form *form,
                         struct arena *arena)
{
    const struct text *word;

    if (rule != NULL && rule->table.count > 0) {
        word = table_outside(&rule->table, canonical);
        return word != NULL ? *word : (struct text){0};
    }
    if (field_type(field) == TYPE_PHONE && form->national)
        return phone_national(canonical, form->region, arena);
    if (field_type(field) == TYPE_TIME && rule != NULL && rule->format != NULL)
        return time_outside(canonical, rule->format, arena);
    return canonical;
}

/* Whether JSON may hold these digits as a number, unchanged. */
static bool is_number(struct text text)
{
    size_t i = text.size > 1 && text.at[0] == '-' ? 1 : 0;

    if (i == text.size ||
        (text.at[i] == '0' && text.size > i + 1 && text.at[i + 1] != '.'))
        return false;
    for (bool dot = false; i < text.size; i++) {
        if (text.at[i] == '.' && !dot && i + 1 < text.size && i > 0 &&
            text.at[i - 1] != '-')
            dot = true;
        else if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return true;
}

/* A single value in the kind of JSON that is wanted. */
static struct node *scalar(const struct writing *w, struct text outside,
                           bool truth_wanted)
{
    struct node *node;
    bool truth;

    if (!w->form.cells && truth_wanted && clean_boolean(outside, &truth))
        return node_new(w->arena, truth ? NODE_TRUE : NODE_FALSE);
    node = node_text(w->arena, outside);
    if (!w->form.cells && w->rule->as == AS_NUMBER && is_number(outside))
        node->kind = NODE_NUMBER;
    return node;
}

/* Whether reading a cell would cut the element, or take it for JSON. */
static bool needs_array(const struct writing *w, struct text element)
{
    return w->rule->split == NULL &&
           (text_find(element, ",") < element.size ||
            text_find(element, ";") < element.size ||
            text_starts(element, "[") || text_starts(element, "\""));
}

static struct node *list_node(const struct writing *w, struct text canonical)
{
    const char *between = w->rule->split != NULL ? w->rule->split : ", ";
    struct node *list = node_new(w->arena, NODE_LIST);
    struct buffer cell = {0};
    size_t count;
    struct text *elements = value_elements(canonical, w->arena, &count);
    bool cells =
        (w->form.cells && w->rule->as != AS_LIST) || w->rule->as == AS_TEXT;
    bool array = false;

    for (size_t i = 0; i < count; i++) {
        const struct text *word = &elements[i];

        if (w->rule->table.count > 0)
            word = table_outside(&w->rule->table, elements[i]);
        if (word == NULL)
            continue;
        if (cell.size > 0)
            buffer_string(&cell, between);
        buffer_text(&cell, *word);
        array = array || needs_array(w, *word);
        node_add(list, NULL, node_text(w->arena, *word));
    }
    if (cells && array) {
        buffer_clear(&cell);
        json_write(&cell, list);
    }
    if (cells)
        list = node_text(w->arena, buffer_view(&cell));
    buffer_free(&cell);
    return list;
}

struct node *contacts_tree(struct text canonical, struct names *names,
                           struct arena *arena)
{
    struct node *tree;
    struct err err;

    if (json_parse(canonical, arena, names, &tree, &err) != OK ||
        tree->kind != NODE_LIST)
        return node_new(arena, NODE_LIST);
    return tree;
}

static void contact_member(const struct writing *w, const struct node *from,
                           size_t index, struct node *to)
{
    const struct node *member = node_member(from, contact_members[index]);
    const char *name = contact_members[index];
    struct node *copy;

    if (w->rule->each != NULL)
        name = w->rule->each[index].write;
    if (member == NULL || name == NULL)
        return;
    copy = node_copy(w->arena, member);
    copy->name = NULL;
    if (strcmp(contact_members[index], "phone") == 0 && w->form.national)
        copy = node_text(
            w->arena, phone_national(member->text, w->form.region, w->arena));
    path_put(to, name, copy, w->arena);
}

static struct node *contacts_node(const struct writing *w,
                                  struct text canonical)
{
    struct names *names;
    struct node *list;
    const struct node *tree;

    if (w->form.cells || w->rule->as == AS_TEXT)
        return node_text(w->arena, canonical);
    names = names_open();
    tree = contacts_tree(canonical, names, w->arena);
    list = node_new(w->arena, NODE_LIST);
    for (const struct node *n = tree->first; n != NULL; n = n->next) {
        struct node *contact = node_new(w->arena, NODE_OBJECT);

        for (size_t i = 0; i < CONTACT_MEMBERS; i++)
            contact_member(w, n, i, contact);
        node_add(list, NULL, contact);
    }
    names_close(names);
    return list;
}

static struct node *cleared(const struct writing *w)
{
    enum type type = w->rule->type;

    if (w->rule->clear_text || w->form.cells)
        return node_text(w->arena, w->rule->cleared);
    if ((type == TYPE_LIST || type == TYPE_METHODS || type == TYPE_CONTACTS) &&
        w->rule->as != AS_TEXT)
        return node_new(w->arena, NODE_LIST);
    return node_new(w->arena, NODE_NULL);
}

static struct node *outside_node(const struct writing *w, struct text text)
{
    const struct rule *rule = w->rule;
    bool truth = rule->as == AS_BOOLEAN ||
                 (rule->as == AS_USUAL && rule->type == TYPE_BOOLEAN &&
                  rule->table.count == 0);

    switch (rule->type) {
    case TYPE_LIST:
    case TYPE_METHODS:
        return list_node(w, text);
    case TYPE_CONTACTS:
        return contacts_node(w, text);
    default:
        return scalar(w,
                      rule_outside(rule, rule->field, text, &w->form, w->arena),
                      truth);
    }
}

void rule_write(const struct mapping *mapping, const struct rule *rule,
                const struct value *value, const struct target_form *form,
                struct arena *arena, struct node *object)
{
    struct writing w = {mapping, rule, mapping_form(mapping, form), arena};
    struct node *node;

    if (rule->write.path == NULL ||
        (value->presence != VALUE_SET && value->presence != VALUE_BLANK))
        return;
    node = value->presence == VALUE_SET ? outside_node(&w, value->text)
                                        : cleared(&w);
    if (mapping->flat)
        node_add(object, rule->write.path, node);
    else
        path_put(object, rule->write.path, node, arena);
}
