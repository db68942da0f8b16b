/*
 * rule_contacts.c - the contacts of a record: a list of objects, or columns of
 * their own; read, written, and what a shape has room for.
 */
#include <string.h>

#include "mappings/path.h"
#include "mappings/reading.h"
#include "mappings/rule_writing.h"

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

bool reading_contacts(const struct reading *r)
{
    const struct node *nodes[PLACE_NODES_MAX];

    if (r->rule->people_count > 0)
        return read_people(r);

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

/* --- written ------------------------------------------------------------*/

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

/* A member of a contact as it stands outside. */
static struct node *member_outside(const struct writing *w, size_t index,
                                   const struct node *member)
{
    struct node *copy;

    if (strcmp(contact_members[index], "phone") == 0 && w->form.national)
        return node_text(
            w->arena, phone_national(member->text, w->form.region, w->arena));
    if (w->form.cells)
        return node_text(w->arena, node_words(member));
    copy = node_copy(w->arena, member);
    copy->name = NULL;
    return copy;
}

static void contact_member(const struct writing *w, const struct node *from,
                           size_t index, struct node *to)
{
    const struct node *member = node_member(from, contact_members[index]);
    const char *name = contact_members[index];

    if (w->rule->each != NULL)
        name = w->rule->each[index].write;
    if (member != NULL && name != NULL)
        path_put(to, name, member_outside(w, index, member), w->arena);
}

struct node *writing_contacts(const struct writing *w, struct text canonical)
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

void writing_people(const struct writing *w, struct text canonical,
                    struct node *object)
{
    struct names *names = names_open();
    const struct node *tree = contacts_tree(canonical, names, w->arena);
    const struct node *contact = tree->first;

    for (size_t n = 0; n < w->rule->people_written && contact != NULL;
         n++, contact = contact->next)
        for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
            const struct node *member =
                node_member(contact, contact_members[i]);
            const char *name = w->rule->people[n].write[i];

            if (member != NULL && name != NULL)
                writing_put(w, object, name, member_outside(w, i, member));
        }
    names_close(names);
}

/* --- what a shape has room for
 * ----------------------------------------------*/

static bool carries(const struct rule *rule, size_t index)
{
    if (rule->people_written > 0)
        return rule->people[0].write[index] != NULL;
    return rule->each == NULL || rule->each[index].write != NULL;
}

static bool carries_all(const struct rule *rule)
{
    for (size_t i = 0; i < CONTACT_MEMBERS; i++)
        if (!carries(rule, i))
            return false;
    return rule->people_written == 0;
}

/* The contact without the members that have no place; NULL when nothing of a
 * person is left. Canonical contacts always say whether they are primary. */
static struct node *contact_carried(const struct rule *rule,
                                    const struct node *contact,
                                    struct arena *arena)
{
    struct node *copy = node_new(arena, NODE_OBJECT);
    bool somebody = false;

    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const struct node *member = node_member(contact, contact_members[i]);
        bool primary = strcmp(contact_members[i], "primary") == 0;

        if (primary && !carries(rule, i))
            node_add(copy, contact_members[i], node_new(arena, NODE_FALSE));
        else if (member != NULL && carries(rule, i)) {
            node_add(copy, contact_members[i], node_copy(arena, member));
            somebody = somebody || !primary;
        }
    }
    return somebody ? copy : NULL;
}

struct text contacts_carried(const struct rule *rule, struct text canonical,
                             struct arena *arena, struct customer *out)
{
    struct names *names;
    struct node *list;
    struct buffer json = {0};
    size_t count = 0;

    if (carries_all(rule))
        return canonical;
    names = names_open();
    list = node_new(arena, NODE_LIST);
    for (const struct node *n = contacts_tree(canonical, names, arena)->first;
         n != NULL; n = n->next) {
        struct node *contact = contact_carried(rule, n, arena);

        if (contact == NULL)
            continue;
        if (rule->people_written > 0 && count == rule->people_written) {
            customer_problem(out, arena, rule->field, false, "too_many",
                             "more than %zu contacts: the rest is left out",
                             count);
            break;
        }
        node_add(list, NULL, contact);
        count++;
    }
    if (count > 0)
        json_write(&json, list);
    canonical = arena_text(arena, buffer_view(&json));
    buffer_free(&json);
    names_close(names);
    return canonical;
}
