/*
 * rule_write.c - from a projected value to the outside record.
 */
#include "mappings/rule_time.h"
#include "mappings/rule_writing.h"

#include <string.h>

#include "mappings/path.h"

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
    out.elements = out.elements || mapping->elements;
    return out;
}

bool rule_writes(const struct rule *rule)
{
    return rule->write.path != NULL || rule->people_written > 0;
}

bool rule_written(const struct rule *rule, size_t index, const char ***path)
{
    if (index == 0) {
        *path = (const char **)&rule->write.path;
        return true;
    }
    if (--index < rule->also_count) {
        *path = &rule->also[index].path;
        return true;
    }
    index -= rule->also_count;
    if (index >= rule->people_written * CONTACT_MEMBERS)
        return false;
    *path =
        &rule->people[index / CONTACT_MEMBERS].write[index % CONTACT_MEMBERS];
    return true;
}

bool rule_is_guarded(const struct rule *rule, struct text text)
{
    size_t size = rule->strip != NULL ? strlen(rule->strip) : 0, at = 0;

    if (size == 0 || !text_starts(text, rule->strip))
        return false;
    while (
        text_starts((struct text){text.at + at, text.size - at}, rule->strip))
        at += size;
    return at < text.size &&
           ((text.at[at] >= '0' && text.at[at] <= '9') ||
            (text.at[at] != '\0' && strchr("=+-@", text.at[at]) != NULL));
}

static struct text before(const char *prefix, struct text text,
                          struct arena *arena)
{
    size_t size = strlen(prefix);
    char *all = arena_take(arena, size + text.size + 1);

    memcpy(all, prefix, size);
    if (text.size > 0)
        memcpy(all + size, text.at, text.size);
    return (struct text){all, size + text.size};
}

struct text rule_national(const struct target_form *form, struct text e164,
                          struct arena *arena)
{
    for (size_t i = 0; i < form->nationals_count; i++) {
        const struct national *found = &form->nationals[i];

        if (text_equal(found->e164, e164))
            return found->local[0] != '\0'
                       ? arena_text(arena, text_of(found->local))
                       : e164;
    }
    return phone_national(e164, form->region, arena);
}

static struct text plain_outside(const struct rule *rule, enum field field,
                                 struct text canonical,
                                 const struct target_form *form,
                                 struct arena *arena)
{
    const struct text *word;

    if (rule != NULL && rule->table.count > 0) {
        word = table_outside(&rule->table, canonical);
        return word != NULL ? *word : (struct text){0};
    }
    if (field_type(field) == TYPE_PHONE && form->national)
        return rule_national(form, canonical, arena);
    if (field_type(field) == TYPE_TIME && rule != NULL && rule->format != NULL)
        return time_outside(canonical, rule->format, arena);
    if (rule != NULL && rule->as == AS_NAME)
        return country_name(canonical);
    return canonical;
}

struct text rule_outside(const struct rule *rule, enum field field,
                         struct text canonical, const struct target_form *form,
                         struct arena *arena)
{
    struct text text = plain_outside(rule, field, canonical, form, arena);

    if (rule != NULL && rule->prefix != NULL)
        text = before(rule->prefix, text, arena);
    /* Reading takes one off. */
    if (rule != NULL && rule_is_guarded(rule, text))
        text = before(rule->strip, text, arena);
    return text;
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

struct text rule_mark(const struct rule *rule)
{
    struct text whole = text_of(rule->split), mark = text_trim(whole);

    return mark.size > 0 ? mark : whole;
}

bool rule_splits(const struct mapping *mapping, const struct rule *rule)
{
    return mapping->flat || rule->split != NULL || !mapping->elements;
}

/* Whether reading a cell would cut the element, or take it for JSON. */
static bool needs_array(const struct writing *w, struct text element)
{
    struct text mark = rule_mark(w->rule);

    if (text_starts(element, "[") || text_starts(element, "\""))
        return true;
    if (mark.size == 0)
        return text_find(element, ",") < element.size ||
               text_find(element, ";") < element.size;
    return text_find(element, arena_string(w->arena, mark)) < element.size;
}

static struct node *list_node(const struct writing *w, struct text canonical)
{
    const char *between = ", ";
    struct node *list = node_new(w->arena, NODE_LIST);
    struct buffer cell = {0};
    size_t count;
    struct text *elements = value_elements(canonical, w->arena, &count);
    bool cells = w->form.cells || w->rule->as == AS_TEXT;
    bool array = false;

    if (w->rule->split != NULL && *w->rule->split != '\0')
        between = w->rule->split;
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
    /* One element of XML alone is read as a cell is. */
    if (w->form.elements && list->first == list->last && array &&
        rule_splits(w->mapping, w->rule))
        cells = true;
    if (cells && array) {
        buffer_clear(&cell);
        json_write(&cell, list);
    }
    if (cells)
        list = node_text(w->arena, buffer_view(&cell));
    buffer_free(&cell);
    return list;
}

static struct node *cleared(const struct writing *w)
{
    if (w->rule->clear_text || w->form.cells)
        return node_text(w->arena, w->rule->cleared);
    if (rule_of_many(w->rule) && w->rule->as != AS_TEXT)
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
        return writing_contacts(w, text);
    default:
        return scalar(w,
                      rule_outside(rule, rule->field, text, &w->form, w->arena),
                      truth);
    }
}

void writing_put(const struct writing *w, struct node *object, const char *path,
                 struct node *node)
{
    if (w->mapping->flat)
        node_add(object, path, node);
    else
        path_put(object, path, node, w->arena);
}

/* Several fields of one address say alike what it is. */
static bool is_there(const struct writing *w, const struct node *object,
                     const char *path)
{
    return w->mapping->flat ? node_member(object, path) != NULL
                            : path_find(object, path) != NULL;
}

void rule_write(const struct mapping *mapping, const struct rule *rule,
                const struct value *value, const struct target_form *form,
                struct arena *arena, struct node *object)
{
    struct writing w;
    struct node *node;

    if ((value->presence != VALUE_SET && value->presence != VALUE_BLANK) ||
        !rule_writes(rule))
        return;
    w = (struct writing){mapping, rule, mapping_form(mapping, form), arena};
    if (rule->people_written > 0) {
        writing_people(&w, value->text, object);
        return;
    }
    node = value->presence == VALUE_SET ? outside_node(&w, value->text)
                                        : cleared(&w);
    writing_put(&w, object, rule->write.path, node);
    for (size_t i = 0; value->presence == VALUE_SET && i < rule->also_count;
         i++)
        if (!is_there(&w, object, rule->also[i].path))
            writing_put(&w, object, rule->also[i].path,
                        node_text(arena, rule->also[i].text));
}
