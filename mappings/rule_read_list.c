/*
 * rule_read_list.c - tags and ways to make contact from a record.
 *
 * Whatever shape a list has outside, cleaning gets it as one JSON array.
 */
#include "mappings/reading.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/cleaners.h"
#include "mappings/path.h"

struct elements {
    struct text at[LIST_MAX];
    size_t count;
    bool there; /* one of the places is */
    bool bad;   /* some were left out */
    bool full;  /* there may be more: the rest is left out */
};

static void add_ours(struct elements *elements, struct text ours)
{
    if (elements->count == LIST_MAX)
        elements->full = true;
    else
        elements->at[elements->count++] = ours;
}

static void add_element(const struct reading *r, struct elements *elements,
                        struct text text)
{
    const struct text *ours = &text;

    text = text_trim(text);
    if (text.size == 0 || elements->full || !reading_inner(r, &text))
        return;
    if (r->rule->table.count > 0)
        ours = reading_translate(r, text);
    elements->bad = elements->bad || ours == NULL;
    if (ours != NULL && ours->size > 0)
        add_ours(elements, *ours);
}

/* Where the element ends that the text begins with; *size is that of the mark.
 * The rule's own mark, else where people put them: at , and ; */
static size_t mark_in(const struct rule *rule, struct text text, size_t *size)
{
    struct text mark = rule_mark(rule);

    for (size_t i = 0; i < text.size; i++) {
        struct text rest = {text.at + i, text.size - i};

        if (mark.size > 0 ? rest.size >= mark.size &&
                                memcmp(rest.at, mark.at, mark.size) == 0
                          : text.at[i] == ',' || text.at[i] == ';') {
            *size = mark.size > 0 ? mark.size : 1;
            return i;
        }
    }
    *size = 0;
    return text.size;
}

/*
 * An element in double quotes, as in "VIP","a, b": what is inside is taken as
 * it is, a doubled quote mark is one. False when it is not such a one, up to
 * the next mark.
 */
static bool take_quoted(const struct reading *r, struct elements *elements,
                        struct text *text)
{
    struct text rest = text_trim(*text), after;
    struct buffer inside = {0};
    size_t i = 1, size;

    if (rest.size < 2 || rest.at[0] != '"')
        return false;
    for (; i < rest.size; i++) {
        if (rest.at[i] == '"' && (i + 1 == rest.size || rest.at[i + 1] != '"'))
            break;
        i += rest.at[i] == '"';
        buffer_byte(&inside, rest.at[i]);
    }
    after = (struct text){rest.at + i, rest.size - i};
    if (after.size > 0)
        after = text_trim((struct text){after.at + 1, after.size - 1});
    if (i == rest.size ||
        (after.size > 0 && mark_in(r->rule, after, &size) != 0)) {
        buffer_free(&inside);
        return false;
    }
    add_element(r, elements, arena_text(r->arena, buffer_view(&inside)));
    buffer_free(&inside);
    if (after.size > 0)
        after = (struct text){after.at + size, after.size - size};
    *text = after;
    return true;
}

static void split_element(const struct reading *r, struct elements *elements,
                          struct text text)
{
    while (text.size > 0) {
        size_t size, end;

        if (take_quoted(r, elements, &text))
            continue;
        end = mark_in(r->rule, text, &size);
        add_element(r, elements, (struct text){text.at, end});
        text.at += end + size;
        text.size -= end + size;
    }
}

static void bad_element(const struct reading *r, struct elements *elements)
{
    elements->bad = true;
    customer_problem(r->customer, r->arena, r->rule->field, false,
                     "bad_element", "an element that is no text is left out");
}

/* A JSON list in a cell: how elements are written that hold a mark. */
static bool take_json(const struct reading *r, struct elements *elements,
                      struct text text)
{
    struct names *names;
    struct node *list;
    struct err err;
    bool is;

    text = text_trim(text);
    if (text.size < 2 || text.at[0] != '[' || text.at[text.size - 1] != ']')
        return false;
    names = names_open();
    is = json_parse(text, r->arena, names, &list, &err) == OK &&
         list->kind == NODE_LIST;
    for (const struct node *n = is ? list->first : NULL; n != NULL;
         n = n->next) {
        if (n->kind == NODE_LIST || n->kind == NODE_OBJECT)
            bad_element(r, elements);
        else
            add_element(r, elements, node_words(n));
    }
    names_close(names);
    return is;
}

/* An element of a list, or of an element of XML that holds a list. */
static void add_inner(const struct reading *r, struct elements *elements,
                      const struct node *node)
{
    if (reading_shape(r->view->mapping, node, NULL) == SHAPE_TEXT)
        add_element(r, elements, node_words(node));
    else if (node->first != NULL)
        bad_element(r, elements);
}

static void add_node(const struct reading *r, struct elements *elements,
                     const struct node *node, bool single)
{
    enum shape shape = reading_shape(r->view->mapping, node, NULL);
    struct text words = node_words(node);

    if (shape == SHAPE_LIST || shape == SHAPE_OBJECT) {
        for (const struct node *n = node->first; n != NULL; n = n->next)
            if (!reading_attribute(n))
                add_inner(r, elements, n);
    } else if (shape == SHAPE_MIXED) {
        bad_element(r, elements);
    } else if (single && node->kind == NODE_TEXT &&
               rule_splits(r->view->mapping, r->rule)) {
        if (!take_json(r, elements, words))
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

    if (elements->there && value->presence == VALUE_ABSENT)
        value->presence = VALUE_BLANK;
    if (elements->full)
        customer_problem(
            r->customer, r->arena, r->rule->field, false, "too_many",
            "more than %d elements: the rest is left out", LIST_MAX);
    /* Nothing good is not nothing: it takes nothing away. */
    if (elements->count == 0 && elements->bad)
        *value = (struct value){.presence = VALUE_BAD};
    if (elements->count == 0)
        return elements->bad;
    clean_value(r->rule->field,
                value_list(elements->at, elements->count, r->arena), &cleaning,
                r->arena, r->customer, value);
    return value->presence == VALUE_SET || value->presence == VALUE_BAD;
}

static bool read_flags(const struct reading *r, struct elements *elements)
{
    const struct node *node;
    bool truth;

    for (size_t i = 0; i < r->rule->flags_count; i++) {
        const struct flag *flag = &r->rule->flags[i];
        struct text words;

        if (view_all(r->view, &flag->place, &node, 1) == 0)
            continue;
        elements->there = true;
        words = text_trim(node_words(node));
        if (clean_boolean(words, &truth)) {
            if (truth)
                add_ours(elements, flag->ours);
        } else if (words.size > 0 && !is_blank_word(words)) {
            elements->bad = true;
            customer_problem(r->customer, r->arena, r->rule->field, false,
                             "bad_boolean", "\"%.*s\" is neither yes nor no",
                             TEXT_ARGS(shown(words)));
        }
    }
    return elements->there;
}

/* A cell that cleaning splits as well as we do. */
static bool is_simple(const struct reading *r, const struct node *node)
{
    const struct rule *rule = r->rule;

    return node->kind == NODE_TEXT && rule->table.count == 0 &&
           rule->split == NULL && rule->match == NULL &&
           rule_splits(r->view->mapping, rule) &&
           text_find(node->text, "\"") == node->text.size;
}

/* What stands at one place; a cell that is left to cleaning is *alone, as long
 * as it is the only thing there is. */
static void read_place(const struct reading *r, const struct place *place,
                       struct elements *elements, const struct node **alone)
{
    const struct node *nodes[PLACE_NODES_MAX];
    size_t count = view_all(r->view, place, nodes, PLACE_NODES_MAX);

    elements->there = elements->there || count > 0;
    if (count == 1 && nodes[0]->kind == NODE_TEXT &&
        text_trim(nodes[0]->text).size == 0)
        return;
    if (*alone == NULL && elements->count == 0 && !elements->bad &&
        count == 1 && is_simple(r, nodes[0])) {
        *alone = nodes[0];
        return;
    }
    if (*alone != NULL && count > 0)
        add_node(r, elements, *alone, true);
    if (count > 0)
        *alone = NULL;
    for (size_t n = 0; n < count && n < LIST_MAX; n++)
        add_node(r, elements, nodes[n], count == 1);
    elements->full = elements->full || count == PLACE_NODES_MAX;
}

bool reading_list(const struct reading *r)
{
    const struct node *alone = NULL;
    struct elements elements; /* large: not cleared as a whole */

    elements.count = 0;
    elements.there = elements.bad = elements.full = false;
    if (read_flags(r, &elements))
        return take_elements(r, &elements);
    /* All that stands anywhere is of the list. */
    for (size_t i = 0; i < r->rule->reads.count; i++)
        read_place(r, &r->rule->reads.at[i], &elements, &alone);
    return alone != NULL ? reading_take(r, alone->text)
                         : take_elements(r, &elements);
}
