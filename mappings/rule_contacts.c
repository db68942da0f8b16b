/*
 * rule_contacts.c - the contacts of a record, read: a list of objects, or
 * columns of their own.
 */
#include <string.h>

#include "mappings/path.h"
#include "mappings/reading.h"

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
    bool bad; /* something was left out */
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

static void add_contact(const struct reading *r, const struct node *element,
                        struct found_contacts *found)
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
        const char *usual[] = {contact_members[i], NULL};
        const char *const *names =
            r->rule->each != NULL ? r->rule->each[i].reads : usual;

        for (; names != NULL && *names != NULL; names++) {
            struct text words = member_words(r, found, element, *names);

            if (text_trim(words).size == 0)
                continue;
            node_add(contact, contact_members[i], node_text(r->arena, words));
            break;
        }
    }
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
                         struct found_contacts *found)
{
    bool list = node->kind == NODE_LIST;

    if (!list && (node->kind != NODE_OBJECT || !holds_objects(node))) {
        add_contact(r, node, found);
        return;
    }
    if (!list)
        stray_text(r, found, node);
    for (const struct node *n = node->first; n != NULL; n = n->next)
        if (list || n->kind == NODE_OBJECT)
            add_contact(r, n, found);
}

/* What stands at the first of the places that is not blank. */
static struct text first_words(const struct reading *r,
                               const struct places *places, bool *there)
{
    const struct node *node;

    for (size_t i = 0; i < places->count; i++) {
        struct text words;

        if (view_all(r->view, &places->at[i], &node, 1) == 0)
            continue;
        *there = true;
        words = text_trim(node_words(node));
        if (words.size > 0)
            return words;
    }
    return (struct text){0};
}

/* Contacts in columns of their own; those with nothing in them are none. */
static bool read_people(const struct reading *r)
{
    struct node *list = node_new(r->arena, NODE_LIST);
    struct buffer json = {0};
    bool there = false, taken = false;

    for (size_t n = 0; n < r->rule->people_count; n++) {
        const struct person *person = &r->rule->people[n];
        struct node *contact = NULL;

        for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
            struct text words = first_words(r, &person->reads[i], &there);

            if (words.size == 0)
                continue;
            if (contact == NULL)
                contact = node_add(list, NULL, node_new(r->arena, NODE_OBJECT));
            node_add(contact, contact_members[i], node_text(r->arena, words));
        }
    }
    if (list->first != NULL)
        json_write(&json, list);
    if (there)
        taken = reading_take(r, arena_text(r->arena, buffer_view(&json)));
    buffer_free(&json);
    return taken;
}

/* Contacts at one place; whether there is a value now. */
static bool read_place(const struct reading *r, const struct place *place)
{
    const struct node *nodes[PLACE_NODES_MAX];
    size_t count = view_all(r->view, place, nodes, PLACE_NODES_MAX);
    struct found_contacts found = {.bad = false};
    struct buffer json = {0};
    bool taken;

    if (count == 0)
        return false;
    if (count == 1 && nodes[0]->kind == NODE_TEXT)
        return reading_take(r, nodes[0]->text);
    found.list = node_new(r->arena, NODE_LIST);
    for (size_t n = 0; n < count; n++)
        add_contacts(r, nodes[n], &found);
    if (found.list->first == NULL && found.bad) {
        /* Nothing good is not nothing: it takes nothing away. */
        r->customer->values[r->rule->field] =
            (struct value){.presence = VALUE_BAD};
        return true;
    }
    if (found.list->first != NULL)
        json_write(&json, found.list);
    taken = reading_take(r, arena_text(r->arena, buffer_view(&json)));
    buffer_free(&json);
    return taken;
}

bool reading_contacts(const struct reading *r)
{
    bool taken = false;

    if (r->rule->people_count > 0)
        return read_people(r);
    for (size_t i = 0; !taken && i < r->rule->reads.count; i++)
        taken = read_place(r, &r->rule->reads.at[i]);
    return taken;
}
