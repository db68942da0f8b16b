/*
 * rule_people.c - contacts: the members of each, and contacts that stand in
 * numbered columns of the record itself.
 */
#include "mappings/rule_loading.h"

#include "mappings/path.h"

const char *const contact_members[CONTACT_MEMBERS + 1] = {
    "first_name", "last_name", "email", "phone", "primary", NULL};

/* The members of an element of a list, or of an object. */
static void load_members(struct ruling *ruling, const struct node *node)
{
    struct each *each =
        arena_take(ruling->arena, CONTACT_MEMBERS * sizeof(*each));

    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const struct node *member = node_member(node, contact_members[i]);
        struct places places;
        const char **reads;

        if (member == NULL)
            continue;
        places = places_of(ruling, member, "each");
        reads = arena_take(ruling->arena, (places.count + 1) * sizeof(*reads));
        for (size_t p = 0; p < places.count; p++) {
            if (places.at[p].when != NULL)
                check_fault(ruling->check, member,
                            "each has no when for its columns");
            reads[p] = places.at[p].path;
        }
        each[i].reads = reads;
        each[i].write = places.count > 0 ? reads[0] : NULL;
    }
    ruling->rule->each = each;
}

/* One member of one contact: a column, or a list of them. */
static struct places person_places(struct ruling *ruling,
                                   const struct node *node, unsigned number)
{
    bool list = node->kind == NODE_LIST;
    const struct node *n = list ? node->first : node;
    struct places places = {0};

    places.at =
        arena_take(ruling->arena, (node_count(node) + 1) * sizeof(*places.at));
    for (; n != NULL; n = list ? n->next : NULL)
        places.at[places.count++] = place_named(
            ruling->mapping, numbered(n->text, number, ruling->arena), n,
            ruling->check);
    return places;
}

/* Whether the members count; a fault when only some do. */
static bool counts(struct ruling *ruling, const struct node *node)
{
    bool any = false, all = true;

    for (const struct node *m = node->first; m != NULL; m = m->next) {
        bool list = m->kind == NODE_LIST;
        const struct node *n = list ? m->first : m;

        for (; n != NULL; n = list ? n->next : NULL) {
            bool numbered = is_numbered(n->text);

            if (!rule_word(n))
                check_fault(ruling->check, n, "each must hold column names");
            any = any || numbered;
            all = all && numbered;
        }
    }
    if (any && !all)
        check_fault(ruling->check, node,
                    "in each all columns count with {n}, or none");
    return any;
}

/* As many as the vendor's header has columns for; without one, all. */
static bool has_columns(const struct mapping *mapping,
                        const struct person *person)
{
    const char *const *columns =
        mapping->by_position != NULL ? mapping->by_position : mapping->header;

    if (columns == NULL)
        return true;
    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const char *const *column = columns;

        if (person->write[i] == NULL)
            continue;
        while (*column != NULL &&
               !columns_same(text_of(*column), text_of(person->write[i])))
            column++;
        if (*column == NULL)
            return false;
    }
    return true;
}

static void load_people(struct ruling *ruling, const struct node *node)
{
    struct rule *rule = ruling->rule;
    unsigned faults = ruling->check->count;
    unsigned last = counts(ruling, node) ? NUMBERED_MAX : 1;
    bool writes = !check_flag(ruling->check, ruling->node, "read_only", false);

    if (ruling->check->count > faults)
        return;
    rule->people = arena_take(ruling->arena, last * sizeof(*rule->people));
    for (unsigned n = 1; n <= last && ruling->check->count == faults; n++) {
        struct person *person = &rule->people[rule->people_count++];

        for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
            const struct node *member = node_member(node, contact_members[i]);

            if (member == NULL)
                continue;
            person->reads[i] = person_places(ruling, member, n);
            if (person->reads[i].count == 0)
                check_fault(ruling->check, member,
                            "each must hold column names");
            else if (ruling->mapping->flat ||
                     path_writable(person->reads[i].at[0].path))
                person->write[i] = person->reads[i].at[0].path;
        }
        if (writes && rule->people_written + 1 == rule->people_count &&
            has_columns(ruling->mapping, person))
            rule->people_written++;
    }
}

void each_load(struct ruling *ruling)
{
    const struct node *node = node_member(ruling->node, "each");

    if (node == NULL)
        return;
    if (!check_keys(ruling->check, node, contact_members, "each"))
        return;
    if (ruling->rule->type != TYPE_CONTACTS)
        check_fault(ruling->check, node, "each is for contacts only");
    else if (node->first != NULL && ruling->rule->reads.count == 0 &&
             ruling->rule->write.path == NULL)
        load_people(ruling, node);
    else
        load_members(ruling, node);
}
