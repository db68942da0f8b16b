/*
 * rule_read.c - from a record's places to a customer's value.
 */
#include "mappings/reading.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"

size_t view_all(const struct view *view, const struct place *place,
                const struct node **out, size_t room)
{
    const struct node *node;
    const char *name;
    size_t count = 0;

    if (!view->mapping->flat)
        return path_all(view->object, place->path, out, room);
    if (place->column < 0 || view->found.at[place->column] == NULL)
        return 0;
    node = view->found.at[place->column];
    /* Elements that repeat are one list. */
    for (name = node->name; node != NULL && count < room; node = node->next)
        if (node->name == name)
            out[count++] = node;
    return count;
}

bool reading_attribute(const struct node *node)
{
    return node->name != NULL && node->name[0] == '@';
}

/* A scalar, or NULL: the words of what has none are bad, of an empty element
 * blank. */
static bool add_words(const struct node *node, struct buffer *out, bool *bad)
{
    struct text words = node_words(node);

    if (node->kind == NODE_LIST) {
        for (const struct node *n = node->first; n != NULL; n = n->next)
            add_words(n, out, bad);
        return out->size > 0;
    }
    if (node->kind == NODE_OBJECT && words.size == 0)
        for (const struct node *n = node->first; n != NULL; n = n->next)
            *bad = *bad || !reading_attribute(n);
    if (text_trim(words).size == 0)
        return false;
    if (out->size > 0)
        buffer_string(out, ", ");
    buffer_text(out, words);
    return true;
}

/* The text that stands at one place; several elements are joined. False when
 * nothing is there. */
static bool text_at(const struct reading *r, const struct place *place,
                    struct text *out, bool *bad)
{
    const struct node *nodes[PLACE_NODES_MAX];
    size_t count = view_all(r->view, place, nodes, PLACE_NODES_MAX);
    struct buffer words = {0};

    *out = (struct text){0};
    if (count == 0)
        return false;
    if (count == 1 && nodes[0]->kind != NODE_LIST &&
        nodes[0]->kind != NODE_OBJECT) {
        *out = node_words(nodes[0]);
        return true;
    }
    for (size_t i = 0; i < count; i++)
        add_words(nodes[i], &words, bad);
    *out = arena_text(r->arena, buffer_view(&words));
    buffer_free(&words);
    return true;
}

/* Exporters put a ' before what a spreadsheet would take for a formula. */
static struct text stripped(const struct rule *rule, struct text text)
{
    size_t size = rule->strip != NULL ? strlen(rule->strip) : 0;
    char next;

    if (size == 0 || text.size <= size || !text_starts(text, rule->strip))
        return text;
    next = text.at[size];
    if ((next >= '0' && next <= '9') || strchr("=+-@", next) != NULL)
        return (struct text){text.at + size, text.size - size};
    return text;
}

/* Ours for an outside word; NULL and a warning when the table lacks it. */
const struct text *reading_translate(const struct reading *r, struct text text)
{
    const struct text *ours = table_ours(&r->rule->table, text);

    if (ours == NULL)
        customer_problem(r->customer, r->arena, r->rule->field, false,
                         "unknown_value", "\"%.*s\" is not in the table of %s",
                         (int)(text.size < 60 ? text.size : 60), text.at,
                         field_name(r->rule->field));
    return ours;
}

struct cleaning reading_cleaning(const struct reading *r)
{
    struct cleaning cleaning = *r->cleaning;

    if (r->rule->region != NULL)
        cleaning.regions[1] = r->rule->region;
    cleaning.time_format = r->rule->format;
    return cleaning;
}

/* Cleans into the customer; whether there is a value, good or bad. */
bool reading_take(const struct reading *r, struct text text)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct cleaning cleaning = reading_cleaning(r);

    text = stripped(r->rule, text);
    if (value->presence == VALUE_ABSENT)
        value->presence = VALUE_BLANK;
    if (text_trim(text).size == 0)
        return false;
    if (r->rule->table.count > 0) {
        const struct text *ours = reading_translate(r, text);

        if (ours == NULL) {
            *value = (struct value){.presence = VALUE_BAD, .raw = text};
            return true;
        }
        if (ours->size == 0)
            return false;
        text = *ours;
    }
    clean_value(r->rule->field, text, &cleaning, r->arena, r->customer, value);
    return value->presence == VALUE_SET || value->presence == VALUE_BAD;
}

static void bad_shape(const struct reading *r)
{
    r->customer->values[r->rule->field].presence = VALUE_BAD;
    customer_problem(r->customer, r->arena, r->rule->field, false, "bad_shape",
                     "%s is an object where a text is expected",
                     field_name(r->rule->field));
}

static bool read_joined(const struct reading *r)
{
    struct buffer all = {0};
    bool there = false, bad = false, taken = false;

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct text text;

        if (!text_at(r, &r->rule->reads.at[i], &text, &bad))
            continue;
        there = true;
        text = text_trim(text);
        if (text.size > 0 && all.size > 0)
            buffer_string(&all, r->rule->join);
        buffer_text(&all, text);
    }
    if (there)
        taken = reading_take(r, arena_text(r->arena, buffer_view(&all)));
    buffer_free(&all);
    return taken;
}

static bool read_text(const struct reading *r)
{
    bool bad = false;

    if (r->rule->join != NULL && r->rule->reads.count > 1)
        return read_joined(r);
    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct text text;

        if (text_at(r, &r->rule->reads.at[i], &text, &bad) &&
            reading_take(r, text))
            return true;
    }
    if (bad)
        bad_shape(r);
    return bad;
}

/* --- all kinds -------------------------------------------------------------*/

/* One number outside, two fields here: a landline is no mobile. */
static void divide_phones(const struct reading *r)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct value *other = &r->customer->values[r->rule->mobile_else];
    struct text e164;
    bool mobile;

    if (value->presence != VALUE_SET ||
        !clean_phone(value->text, r->cleaning->regions, r->arena, &e164,
                     &mobile) ||
        mobile)
        return;
    if (other->presence != VALUE_SET)
        *other = *value;
    *value = (struct value){.presence = VALUE_BLANK, .raw = value->raw};
}

bool condition_holds(const struct condition *condition, const struct view *view)
{
    const struct node *node;
    struct text words = {0};

    if (view_all(view, &condition->place, &node, 1) == 1)
        words = text_trim(node_words(node));
    for (size_t i = 0; i < condition->count; i++)
        if (condition->is[i].size == words.size &&
            (words.size == 0 || text_is_nocase(words, condition->is[i].at)))
            return true;
    return condition->count == 0 && condition->filled == (words.size > 0);
}

void rule_read(const struct rule *rule, const struct view *view,
               const struct cleaning *cleaning, struct arena *arena,
               struct customer *customer)
{
    struct reading r = {rule, view, cleaning, arena, customer};
    bool taken = false;

    if (rule->when != NULL && !condition_holds(rule->when, view))
        return;
    if (rule->constant_set)
        taken = reading_take(&r, rule->constant);
    else if (rule->type == TYPE_CONTACTS)
        taken = reading_contacts(&r);
    else if (rule->type == TYPE_LIST || rule->type == TYPE_METHODS)
        taken = reading_list(&r);
    else
        taken = read_text(&r);
    if (!taken && rule->otherwise_set) {
        struct rule plain = *rule;

        /* A default is one of our values already. */
        plain.table.count = 0;
        plain.strip = NULL;
        r.rule = &plain;
        reading_take(&r, rule->otherwise);
    }
    if (rule->mobile_else != FIELD_NONE)
        divide_phones(&r);
}

void rule_read_extra(const struct extra *extra, const struct view *view,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct customer *customer)
{
    const struct rule rule = {.field = extra->field, .type = TYPE_TEXT};
    struct reading r = {&rule, view, cleaning, arena, customer};
    struct buffer words = {0};
    bool bad = false;

    if (customer->values[extra->field].presence == VALUE_SET)
        return;
    add_words(extra->node, &words, &bad);
    if (bad)
        bad_shape(&r);
    else
        reading_take(&r, arena_text(arena, buffer_view(&words)));
    buffer_free(&words);
}
