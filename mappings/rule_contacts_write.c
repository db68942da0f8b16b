/*
 * rule_contacts_write.c - contacts on their way outside: what a shape has room
 * for, and what is told of the rest.
 */
#include "mappings/rule_writing.h"

#include <string.h>

#include "mappings/path.h"

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
        return node_text(w->arena,
                         rule_national(&w->form, member->text, w->arena));
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

/* --- what a shape has room for ------------------------------------------*/

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

/* What the contacts of one customer lose. */
struct loss {
    bool members[CONTACT_MEMBERS];
    size_t contacts, all;
};

/* A contact says that it is not the primary one as well by saying nothing. */
static bool says_nothing(const struct node *member)
{
    return member == NULL || member->kind == NODE_FALSE;
}

/* The contact without the members that have no place; NULL when nothing of a
 * person is left. Canonical contacts always say whether they are primary. */
static struct node *contact_carried(const struct rule *rule,
                                    const struct node *contact,
                                    struct loss *loss, struct arena *arena)
{
    struct node *copy = node_new(arena, NODE_OBJECT);
    bool somebody = false;

    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const struct node *member = node_member(contact, contact_members[i]);
        bool primary = strcmp(contact_members[i], "primary") == 0;

        if (!carries(rule, i) && !says_nothing(member))
            loss->members[i] = true;
        if (primary && !carries(rule, i))
            node_add(copy, contact_members[i], node_new(arena, NODE_FALSE));
        else if (member != NULL && carries(rule, i)) {
            node_add(copy, contact_members[i], node_copy(arena, member));
            somebody = somebody || !primary;
        }
    }
    return somebody ? copy : NULL;
}

static void say_loss(const struct rule *rule, const struct loss *loss,
                     struct arena *arena, struct customer *out)
{
    struct buffer names = {0};

    for (size_t i = 0; i < CONTACT_MEMBERS; i++)
        if (loss->members[i])
            buffer_print(&names, "%s%s", names.size > 0 ? ", " : "",
                         contact_members[i]);
    if (names.size > 0)
        customer_once(out, arena, rule->field, "not_carried",
                      "there is no place for %.*s of contacts: left out",
                      (int)names.size, names.at);
    if (loss->contacts > 0)
        customer_problem(out, arena, rule->field, false, "too_many",
                         "%zu of %zu contacts are left out: there is room for "
                         "%zu",
                         loss->contacts, loss->all, rule->people_written);
    buffer_free(&names);
}

struct text contacts_carried(const struct rule *rule, struct text canonical,
                             struct arena *arena, struct customer *out)
{
    struct names *names;
    struct node *list;
    struct buffer json = {0};
    struct loss loss = {.all = 0};
    size_t count = 0;

    if (carries_all(rule))
        return canonical;
    names = names_open();
    list = node_new(arena, NODE_LIST);
    for (const struct node *n = contacts_tree(canonical, names, arena)->first;
         n != NULL; n = n->next) {
        struct loss of_one = loss;
        struct node *contact = contact_carried(rule, n, &of_one, arena);

        loss.all++;
        if (contact != NULL && rule->people_written > 0 &&
            count == rule->people_written) {
            loss.contacts++;
            continue;
        }
        memcpy(loss.members, of_one.members, sizeof(loss.members));
        if (contact == NULL)
            continue;
        node_add(list, NULL, contact);
        count++;
    }
    say_loss(rule, &loss, arena, out);
    if (count > 0)
        json_write(&json, list);
    canonical = arena_text(arena, buffer_view(&json));
    buffer_free(&json);
    names_close(names);
    return canonical;
}
