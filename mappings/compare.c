/*
 * compare.c - when two values are the same, and lists as sets.
 */
#include "mappings/clean.h"
#include "mappings/fold.h"

#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>

/* An element of a list with the form in which it is compared. */
struct element {
    struct text text, folded;
    bool is_text; /* else text is JSON: a contact */
};

struct elements {
    struct element *list;
    size_t count;
};

static struct text json_text(const struct node *node, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text text;

    json_write(&buffer, node);
    text = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return text;
}

/*
 * A canonical list as a tree; empty for an empty text. Lists are of our own
 * making, so the names in them are few and their table is kept.
 */
static const struct node *list_tree(struct text list, struct arena *arena)
{
    static struct names *names;
    struct node *node;
    struct err err;

    if (list.size == 0)
        return node_new(arena, NODE_LIST);
    if (names == NULL)
        names = names_open();
    if (json_parse(list, arena, names, &node, &err) != OK ||
        node->kind != NODE_LIST)
        return node_new(arena, NODE_LIST);
    return node;
}

/* A contact with each member in its own comparison form, in our order. */
static struct text fold_contact(const struct node *contact, struct arena *arena)
{
    struct text email = node_member_text(contact, "email");
    const struct node *primary = node_member(contact, "primary");
    bool first = primary != NULL && primary->kind == NODE_TRUE;

    return arena_print(
        arena, "%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%d",
        TEXT_ARGS(fold_text(node_member_text(contact, "first_name"), arena)),
        TEXT_ARGS(fold_text(node_member_text(contact, "last_name"), arena)),
        TEXT_ARGS(email_fold(email, arena)),
        TEXT_ARGS(node_member_text(contact, "phone")), first);
}

static struct elements elements_of(struct text list, struct arena *arena)
{
    const struct node *tree = list_tree(list, arena);
    struct elements elements = {
        arena_take(arena, (node_count(tree) + 1) * sizeof(struct element)), 0};

    for (const struct node *node = tree->first; node != NULL;
         node = node->next) {
        struct element *element = &elements.list[elements.count++];

        element->is_text = node->kind == NODE_TEXT;
        if (element->is_text) {
            element->text = node->text;
            element->folded = fold_case(node->text, arena);
        } else {
            element->text = json_text(node, arena);
            element->folded = node->kind == NODE_OBJECT
                                  ? fold_contact(node, arena)
                                  : element->text;
        }
    }
    return elements;
}

static struct text write_elements(const struct elements *elements, bool folded,
                                  struct arena *arena)
{
    struct buffer out = {0};
    struct text text;

    buffer_byte(&out, '[');
    for (size_t i = 0; i < elements->count; i++) {
        const struct element *element = &elements->list[i];
        struct node node = {.kind = NODE_TEXT,
                            .text = folded ? element->folded : element->text};

        if (i > 0)
            buffer_byte(&out, ',');
        if (folded || element->is_text)
            json_write(&out, &node);
        else
            buffer_text(&out, element->text);
    }
    buffer_byte(&out, ']');
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

static int by_fold(const void *a, const void *b)
{
    return text_compare(((const struct element *)a)->folded,
                        ((const struct element *)b)->folded);
}

/* Sorted and without repetitions: a list is compared as a set. */
static struct text fold_list(struct text list, struct arena *arena)
{
    struct elements elements = elements_of(list, arena);
    size_t kept = 0;

    if (elements.count > 0)
        qsort(elements.list, elements.count, sizeof(*elements.list), by_fold);
    for (size_t i = 0; i < elements.count; i++)
        if (i == 0 || by_fold(&elements.list[i], &elements.list[kept - 1]) != 0)
            elements.list[kept++] = elements.list[i];
    elements.count = kept;
    return write_elements(&elements, true, arena);
}

struct text value_fold(enum field field, struct text canonical,
                       struct arena *arena)
{
    switch (field_type(field)) {
    case TYPE_TEXT:
    case TYPE_URL:
        return fold_text(canonical, arena);
    case TYPE_EMAIL:
        return email_fold(canonical, arena);
    case TYPE_LIST:
    case TYPE_METHODS:
    case TYPE_CONTACTS:
        return fold_list(canonical, arena);
    case TYPE_ID:
    case TYPE_PHONE:
    case TYPE_STATUS:
    case TYPE_COUNTRY:
    case TYPE_BOOLEAN:
    case TYPE_TIME:
        break;
    }
    return canonical;
}

bool value_same(enum field field, struct text a, struct text b,
                struct arena *arena)
{
    if (text_equal(a, b))
        return true;
    return text_equal(value_fold(field, a, arena), value_fold(field, b, arena));
}

bool customer_same(enum field field, const struct customer *a,
                   const struct customer *b, struct arena *arena)
{
    if (!customer_has(a, field) || !customer_has(b, field))
        return customer_has(a, field) == customer_has(b, field);
    return value_same(field, customer_text(a, field), customer_text(b, field),
                      arena);
}

/* --- lists ----------------------------------------------------------------*/

struct text *value_elements(struct text list, struct arena *arena,
                            size_t *count)
{
    const struct node *tree = list_tree(list, arena);
    struct text *texts =
        arena_take(arena, (node_count(tree) + 1) * sizeof(*texts));

    *count = 0;
    for (const struct node *node = tree->first; node != NULL; node = node->next)
        texts[(*count)++] =
            node->kind == NODE_TEXT ? node->text : json_text(node, arena);
    return texts;
}

struct text value_list(const struct text *elements, size_t count,
                       struct arena *arena)
{
    struct buffer out = {0};
    struct text text;

    buffer_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        struct node node = {.kind = NODE_TEXT, .text = elements[i]};

        if (i > 0)
            buffer_byte(&out, ',');
        json_write(&out, &node);
    }
    buffer_byte(&out, ']');
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

/* Lists have at most LIST_MAX elements, so a look from end to end will do. */
static bool holds(const struct elements *elements, struct text folded)
{
    for (size_t i = 0; i < elements->count; i++)
        if (text_equal(elements->list[i].folded, folded))
            return true;
    return false;
}

bool value_unites(enum field field)
{
    enum type type = field_type(field);

    return type == TYPE_LIST || type == TYPE_METHODS;
}

struct text value_merge_list(struct text held, struct text said,
                             struct text now, struct arena *arena)
{
    struct elements target = elements_of(held, arena);
    struct elements before = elements_of(said, arena);
    struct elements after = elements_of(now, arena);
    struct elements merged = {
        arena_take(arena,
                   (target.count + after.count + 1) * sizeof(struct element)),
        0};

    for (size_t i = 0; i < target.count; i++) {
        const struct element *element = &target.list[i];

        /* Taken away by the source since it last spoke. */
        if (holds(&before, element->folded) && !holds(&after, element->folded))
            continue;
        if (!holds(&merged, element->folded))
            merged.list[merged.count++] = *element;
    }
    for (size_t i = 0; i < after.count; i++) {
        const struct element *element = &after.list[i];

        if (!holds(&before, element->folded) &&
            !holds(&merged, element->folded))
            merged.list[merged.count++] = *element;
    }
    return write_elements(&merged, false, arena);
}
