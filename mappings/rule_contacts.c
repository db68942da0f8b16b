/*
 * rule_contacts.c - the contacts of a record, read: a list of objects, or
 * columns of their own.
 */
#include <string.h>

#include "formats/limits.h"
#include "mappings/clean.h"
#include "mappings/path.h"
#include "mappings/reading.h"

/* What a member is cleaned as; FIELD_NONE: a boolean. */
static const enum field member_fields[CONTACT_MEMBERS] = {
    FIELD_FIRST_NAME, FIELD_LAST_NAME, FIELD_EMAIL, FIELD_PHONE, FIELD_NONE};

/* --- members ---------------------------------------------------------------*/

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

/* The contacts that were found at one place. */
struct found_contacts {
    struct node *list;
    bool there; /* one of the places is */
    bool bad;   /* something was left out */
    bool ours;  /* in a cell, where members have our names, too */
};

static void bad_element(const struct reading *r, struct found_contacts *found,
                        const char *what)
{
    found->bad = true;
    customer_problem(r->customer, r->arena, r->rule->field, false,
                     "bad_element", "%s is left out", what);
}

/* The words of a member, if they are all that it is. */
static struct text member_words(const struct reading *r,
                                struct found_contacts *found,
                                const struct node *element, const char *name)
{
    const struct node *member = member_of(r, element, name);

    if (member == NULL)
        return (struct text){0};
    if (reading_shape(r->view->mapping, member, NULL) == SHAPE_TEXT)
        return node_words(member);
    if (member->first != NULL)
        bad_element(
            r, found,
            arena_print(r->arena, "%s of a contact, which is no text,", name)
                .at);
    return (struct text){0};
}

/* XML: what is beside the elements of a contact, or of the list of them. */
static void stray_text(const struct reading *r, struct found_contacts *found,
                       const struct node *object)
{
    if (text_trim(node_words(object)).size > 0)
        bad_element(r, found, "text beside the elements of contacts");
}

/* Whether both come to the same when they are cleaned. */
static bool is_same(const struct reading *r, size_t member, struct text a,
                    struct text b)
{
    struct cleaning cleaning = reading_cleaning(r);
    struct customer *scratch = customer_new(r->arena);
    enum field field = member_fields[member];
    struct value left = {0}, right = {0};
    bool yes, too;

    if (field == FIELD_NONE)
        return clean_boolean(a, &yes) && clean_boolean(b, &too) && yes == too;
    clean_value(field, a, &cleaning, r->arena, scratch, &left);
    clean_value(field, b, &cleaning, r->arena, scratch, &right);
    return left.presence == VALUE_SET && right.presence == VALUE_SET &&
           value_same(field, left.text, right.text, r->arena);
}

/* The first name of a member that is filled is taken: *taken. */
static void put_member(const struct reading *r, struct node *contact,
                       size_t index, const char *name, struct text words,
                       const char **taken)
{
    const char *member = contact_members[index];
    struct text first;

    words = text_trim(words);
    if (words.size == 0)
        return;
    if (*taken == NULL) {
        node_add(contact, member, node_text(r->arena, words));
        *taken = name;
        return;
    }
    first = node_member_text(contact, member);
    if (!text_equal(first, words) && !is_same(r, index, first, words))
        customer_once(r->customer, r->arena, r->rule->field, "passed_over",
                      "the value of %s of contacts is left out where %s has "
                      "another one",
                      name, *taken);
}

/* Where the member is looked for: by the rule's names, in a cell first by
 * ours. NULL-ended. */
static const char *const *names_of(const struct reading *r,
                                   const struct found_contacts *found,
                                   size_t index)
{
    const char *const *reads =
        r->rule->each != NULL ? r->rule->each[index].reads : NULL;
    const char **names;
    size_t count = 0, used = 0;

    if (r->rule->each != NULL && !found->ours)
        return reads;
    while (reads != NULL && reads[count] != NULL)
        count++;
    names = arena_take(r->arena, (count + 2) * sizeof(*names));
    names[used++] = contact_members[index];
    for (size_t i = 0; i < count; i++)
        if (strcmp(reads[i], contact_members[index]) != 0)
            names[used++] = reads[i];
    return names;
}

/* What no name of a member is. */
static void see_unread(const struct reading *r,
                       const struct found_contacts *found,
                       const struct node *element, const char *above)
{
    const struct mapping *mapping = r->view->mapping;

    /* Of paths all members are seen, wherever they are. */
    for (const struct node *n = mapping->flat ? element->first : NULL;
         n != NULL; n = n->next) {
        bool known = !node_filled(n);

        for (size_t i = 0; !known && i < CONTACT_MEMBERS; i++) {
            const char *const *names = names_of(r, found, i);

            for (; !known && names != NULL && *names != NULL; names++)
                known = columns_same(text_of(n->name), text_of(*names));
        }
        if (!known)
            columns_unread_in(mapping->columns, above, n->name);
    }
}

/* --- lists of objects ------------------------------------------------------*/

static void add_contact(const struct reading *r, const struct node *element,
                        const char *above, struct found_contacts *found)
{
    struct node *contact;

    if (element->kind != NODE_OBJECT) {
        if (element->kind == NODE_LIST ||
            text_trim(node_words(element)).size > 0)
            bad_element(r, found, "a contact that is no object");
        return;
    }
    stray_text(r, found, element);
    contact = node_add(found->list, NULL, node_new(r->arena, NODE_OBJECT));
    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const char *const *names = names_of(r, found, i);
        const char *taken = NULL;

        for (; names != NULL && *names != NULL; names++)
            put_member(r, contact, i, *names,
                       member_words(r, found, element, *names), &taken);
    }
    see_unread(r, found, element, above);
}

static bool is_text(const struct node *node)
{
    return node->name != NULL && strcmp(node->name, "#text") == 0;
}

/* <contacts><contact>..</contact></contacts>: all that is inside is objects. */
static bool holds_objects(const struct node *node)
{
    bool any = false;

    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (reading_attribute(n) || is_text(n))
            continue;
        if (n->kind != NODE_OBJECT)
            return false;
        any = true;
    }
    return any;
}

static void add_contacts(const struct reading *r, const struct node *node,
                         const char *above, struct found_contacts *found)
{
    bool list = node->kind == NODE_LIST;

    if (!list && (node->kind != NODE_OBJECT || !holds_objects(node))) {
        add_contact(r, node, above, found);
        return;
    }
    if (!list)
        stray_text(r, found, node);
    for (const struct node *n = node->first; n != NULL; n = n->next)
        if (list || n->kind == NODE_OBJECT)
            add_contact(r, n, above, found);
}

/* A JSON list, or one contact, in a cell. */
static void add_cell(const struct reading *r, const struct node *cell,
                     const char *above, struct found_contacts *found)
{
    struct text text = cell->text;
    struct names *names;
    struct node *tree;
    struct err err;

    if (!reading_meant(r, &text) || text_trim(text).size == 0)
        return;
    names = names_open();
    found->ours = true;
    if (json_parse(text_trim(text), r->arena, names, &tree, &err) == OK &&
        (tree->kind == NODE_LIST || tree->kind == NODE_OBJECT)) {
        add_contacts(r, tree, above, found);
    } else {
        found->bad = reading_take(r, text) || found->bad;
    }
    found->ours = false;
    names_close(names);
}

static void read_place(const struct reading *r, const struct place *place,
                       struct found_contacts *found)
{
    const struct node *nodes[PLACE_NODES_MAX];
    size_t count = view_all(r->view, place, nodes, PLACE_NODES_MAX);

    found->there = found->there || count > 0;
    if (count == 1 && nodes[0]->kind == NODE_TEXT) {
        add_cell(r, nodes[0], place->path, found);
        return;
    }
    for (size_t n = 0; n < count && n < LIST_MAX; n++)
        add_contacts(r, nodes[n], place->path, found);
    if (count == PLACE_NODES_MAX)
        customer_problem(
            r->customer, r->arena, r->rule->field, false, "too_many",
            "more than %d contacts: the rest is left out", LIST_MAX);
}

static bool take_list(const struct reading *r, const struct node *list)
{
    struct buffer json = {0};
    bool taken;

    if (list->first != NULL)
        json_write(&json, list);
    taken = reading_take(r, arena_text(r->arena, buffer_view(&json)));
    buffer_free(&json);
    return taken;
}

/* All that stands at any of the places is of the list. */
static bool read_places(const struct reading *r)
{
    struct found_contacts found = {.list = node_new(r->arena, NODE_LIST)};

    for (size_t i = 0; i < r->rule->reads.count; i++)
        read_place(r, &r->rule->reads.at[i], &found);
    if (!found.there)
        return false;
    if (found.list->first == NULL && found.bad) {
        /* Nothing good is not nothing: it takes nothing away. */
        r->customer->values[r->rule->field] =
            (struct value){.presence = VALUE_BAD};
        return true;
    }
    return take_list(r, found.list);
}

/* --- columns of their own --------------------------------------------------*/

/* What stands at the places of one member. */
static void read_member(const struct reading *r, const struct places *places,
                        size_t index, struct node *contact, bool *there)
{
    const struct node *node;
    const char *taken = NULL;

    for (size_t i = 0; i < places->count; i++) {
        if (view_all(r->view, &places->at[i], &node, 1) == 0)
            continue;
        *there = true;
        put_member(r, contact, index, places->at[i].path, node_words(node),
                   &taken);
    }
}

/* Contacts in columns of their own; those with nothing in them are none. */
static bool read_people(const struct reading *r)
{
    struct node *list = node_new(r->arena, NODE_LIST);
    bool there = false;

    for (size_t n = 0; n < r->rule->people_count; n++) {
        struct node *contact = node_new(r->arena, NODE_OBJECT);

        for (size_t i = 0; i < CONTACT_MEMBERS; i++)
            read_member(r, &r->rule->people[n].reads[i], i, contact, &there);
        if (contact->first != NULL)
            node_add(list, NULL, contact);
    }
    return there && take_list(r, list);
}

bool reading_contacts(const struct reading *r)
{
    return r->rule->people_count > 0 ? read_people(r) : read_places(r);
}
