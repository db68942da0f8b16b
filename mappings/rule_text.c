/*
 * rule_text.c - the one text that stands at a place, and what of it is meant.
 *
 * A field has one value. Where a list or an object stands instead, there is
 * none: what is glued together or cut short would be nobody's value.
 */
#include "mappings/reading.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/address_lines.h"
#include "mappings/path.h"

/* --- shapes ----------------------------------------------------------------*/

bool reading_attribute(const struct node *node)
{
    return node->name != NULL && node->name[0] == '@';
}

/* An element of XML; in JSON a member. */
static bool is_inner(const struct node *node)
{
    return !reading_attribute(node) && strcmp(node->name, "#text") != 0;
}

/* The path as members are named: without what is in brackets. */
static void plain_path(const char *path, struct buffer *out)
{
    for (; *path != '\0'; path++)
        if (*path == '[' && strchr(path, ']') != NULL)
            path = strchr(path, ']');
        else
            buffer_byte(out, *path);
}

bool reading_knows(const struct mapping *mapping, const char *path,
                   const char *member)
{
    struct buffer name = {0};
    bool known;

    plain_path(path, &name);
    buffer_print(&name, "%s%s", name.size > 0 ? "." : "", member);
    known = mapping_knows(mapping, buffer_view(&name));
    buffer_free(&name);
    return known;
}

enum shape reading_shape(const struct mapping *mapping, const struct node *node,
                         const char *path)
{
    bool words, inner = false;

    if (node->kind != NODE_OBJECT)
        return node->kind == NODE_LIST ? SHAPE_LIST : SHAPE_TEXT;
    words = text_trim(node_words(node)).size > 0;
    for (const struct node *n = node->first; n != NULL; n = n->next)
        inner =
            inner || (is_inner(n) && (!words || path == NULL ||
                                      !reading_knows(mapping, path, n->name)));
    if (!inner)
        return SHAPE_TEXT;
    return words ? SHAPE_MIXED : SHAPE_OBJECT;
}

/* --- the text --------------------------------------------------------------*/

static struct text without(struct text text, size_t size)
{
    return (struct text){text.at + size, text.size - size};
}

static struct text without_prefix(const struct rule *rule, struct text text)
{
    size_t size = strlen(rule->prefix);
    struct text trimmed = text_trim(text);

    if (trimmed.size < size ||
        !text_is_nocase((struct text){trimmed.at, size}, rule->prefix))
        return text;
    return without(trimmed, size);
}

/* What is gathered at one place. */
struct gathering {
    const struct reading *r;
    const char *path;
    struct text first;
    size_t count; /* different texts */
    struct buffer all;
    struct standing *standing;
};

/* Of several texts the rule's match takes the first that it is found in. */
static bool is_passed_over(struct gathering *g, struct text words)
{
    struct pattern *match = g->r->rule->match;
    struct text part;

    if (match == NULL)
        return false;
    switch (pattern_take(match, words, &part)) {
    case MATCH_YES:
        return g->count > 0;
    case MATCH_UNKNOWN:
        *g->r->view->untold = true;
        return true;
    default:
        return true;
    }
}

static void gather_words(struct gathering *g, struct text words, bool single)
{
    const char *between = g->r->rule->join;

    if (text_trim(words).size == 0 || (!single && is_passed_over(g, words)))
        return;
    /* In a text of several it would only be taken off the first. */
    if (!single && g->r->rule->prefix != NULL)
        words = without_prefix(g->r->rule, words);
    if (g->count == 0) {
        g->first = words;
    } else {
        if (text_equal(text_trim(words), text_trim(g->first)))
            return;
        buffer_string(&g->all, between != NULL ? between : ", ");
    }
    buffer_text(&g->all, words);
    g->count++;
}

static void gather(struct gathering *g, const struct node *node, bool single)
{
    switch (reading_shape(g->r->view->mapping, node, g->path)) {
    case SHAPE_LIST:
        for (const struct node *n = node->first; n != NULL; n = n->next)
            gather(g, n, single && n->next == NULL && n == node->first);
        break;
    case SHAPE_OBJECT:
        g->standing->object = true;
        break;
    case SHAPE_MIXED:
        g->standing->wrong = "has elements beside its text";
        break;
    case SHAPE_TEXT:
        gather_words(g, node_words(node), single);
        break;
    }
}

/* Texts of several lines may be a list of them; and of several addresses or
 * numbers cleaning takes the first good one, and tells the others. */
static bool may_join(const struct rule *rule)
{
    return rule->join != NULL || rule->type == TYPE_EMAIL ||
           rule->type == TYPE_PHONE || rule->field == FIELD_NOTES ||
           rule->field == FIELD_BILLING_STREET ||
           rule->field == FIELD_BILLING_STREET2 ||
           rule->field == FIELD_SHIPPING_STREET ||
           rule->field == FIELD_SHIPPING_STREET2 || rule->field >= FIELD_FIXED;
}

static void gather_end(struct gathering *g)
{
    struct standing *standing = g->standing;

    if (standing->object && g->count > 0)
        standing->wrong = "is a list with an object in it";
    else if (g->count == 1)
        standing->text = g->first;
    else if (may_join(g->r->rule))
        standing->text = arena_text(g->r->arena, buffer_view(&g->all));
    else if (g->count > 1)
        standing->wrong =
            arena_print(g->r->arena, "is a list of %zu", g->count).at;
    buffer_free(&g->all);
    if (standing->wrong != NULL)
        standing->text = (struct text){0};
}

void reading_node(const struct reading *r, const struct node *node,
                  struct standing *out)
{
    struct gathering g = {.r = r, .standing = out};

    *out = (struct standing){.there = true};
    gather(&g, node, true);
    gather_end(&g);
}

void reading_stands(const struct reading *r, const struct place *place,
                    struct standing *out)
{
    const struct node *nodes[PLACE_NODES_MAX];
    struct gathering g;
    size_t count;

    *out = (struct standing){0};
    if (view_lacks(r->view, place))
        return;
    count = view_all(r->view, place, nodes, PLACE_NODES_MAX);
    out->there = count > 0;
    if (count == 1 && nodes[0]->kind != NODE_LIST &&
        nodes[0]->kind != NODE_OBJECT) {
        out->text = node_words(nodes[0]);
        return;
    }
    g = (struct gathering){.r = r, .path = place->path, .standing = out};
    if (count == PLACE_NODES_MAX)
        out->wrong =
            arena_print(r->arena, "is a list of more than %d", LIST_MAX).at;
    for (size_t i = 0; i < count; i++)
        gather(&g, nodes[i], count == 1);
    gather_end(&g);
}

void reading_bad_shape(const struct reading *r, const char *wrong)
{
    r->customer->values[r->rule->field] = (struct value){.presence = VALUE_BAD};
    customer_problem(r->customer, r->arena, r->rule->field, false, "bad_shape",
                     "%s %s, where one text is expected: it is left out",
                     field_name(r->rule->field), wrong);
}

/* --- what of it is meant ---------------------------------------------------*/

static struct text address_inner(const struct reading *r, struct text text)
{
    struct text parts[ADDRESS_PARTS];

    address_take_apart(text, r->customer, r->cleaning->regions, r->arena,
                       parts);
    return parts[r->rule->part - PART_ADDRESS];
}

bool reading_inner(const struct reading *r, struct text *text)
{
    const struct rule *rule = r->rule;

    if ((rule->match == NULL && rule->part == PART_ALL) ||
        text_trim(*text).size == 0)
        return true;
    if (rule->match != NULL) {
        enum match match = pattern_take(rule->match, *text, text);

        if (match == MATCH_UNKNOWN)
            *r->view->untold = true;
        if (match != MATCH_YES)
            return false;
    }
    if (rule->part == PART_ALL)
        return true;
    *text = rule->part >= PART_ADDRESS ? address_inner(r, *text)
                                       : name_part(*text, rule->part);
    return text->size > 0;
}

bool reading_meant(const struct reading *r, struct text *text)
{
    if (rule_is_guarded(r->rule, *text))
        *text = without(*text, strlen(r->rule->strip));
    if (r->rule->prefix != NULL)
        *text = without_prefix(r->rule, *text);
    return reading_inner(r, text);
}
