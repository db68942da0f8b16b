/*
 * rule_view.c - a record as rules see it: what stands at a place, conditions,
 * further rows.
 */
#include "mappings/rule.h"

#include <string.h>

#include "mappings/path.h"

size_t view_all(const struct view *view, const struct place *place,
                const struct node **out, size_t room)
{
    const struct node *node;
    const char *name;
    size_t count = 0;

    if (view_lacks(view, place))
        return 0;
    if (!view->mapping->flat)
        count = path_all(view->object, place->path, out, room);
    if (place->when != NULL && !condition_holds(place->when, view))
        return 0;
    if (!view->mapping->flat)
        return count;
    node = view->found.at[place->column];
    /* Elements that repeat are one list. */
    for (name = node->name; node != NULL && count < room; node = node->next)
        if (node->name == name)
            out[count++] = node;
    return count;
}

bool view_filled(const struct view *view, const struct place *place)
{
    const struct node *node;

    return view_all(view, place, &node, 1) == 1 && node_filled(node);
}

/* Of what stands at the places, the first that is not blank. */
static struct text asked(const struct condition *condition,
                         const struct view *view)
{
    const struct node *node;
    struct text words = {0};

    for (size_t i = 0; words.size == 0 && i < condition->places.count; i++)
        if (view_all(view, &condition->places.at[i], &node, 1) == 1)
            words = text_trim(node_words(node));
    return words;
}

bool condition_holds(const struct condition *condition, const struct view *view)
{
    struct text words = asked(condition, view);

    if (condition->match != NULL) {
        enum match match = pattern_found(condition->match, words);

        if (match == MATCH_UNKNOWN)
            *view->untold = true;
        return match == MATCH_YES;
    }
    for (size_t i = 0; i < condition->count; i++)
        if (condition->is[i].size == words.size &&
            (words.size == 0 || text_is_nocase(words, condition->is[i].at)))
            return !condition->none;
    if (condition->none)
        return true;
    return condition->count == 0 && condition->filled == (words.size > 0);
}

const struct condition *view_skipped(const struct view *view)
{
    const struct mapping *mapping = view->mapping;

    *view->untold = false;
    for (size_t i = 0; i < mapping->skips_count; i++)
        if (condition_holds(&mapping->skips[i], view))
            return &mapping->skips[i];
    return NULL;
}

/* --- further rows ----------------------------------------------------------*/

enum address address_of(enum field field)
{
    if (field >= FIELD_BILLING_STREET && field <= FIELD_BILLING_COUNTRY)
        return ADDRESS_BILLING;
    if (field >= FIELD_SHIPPING_STREET && field <= FIELD_SHIPPING_COUNTRY)
        return ADDRESS_SHIPPING;
    return ADDRESSES;
}

/* Whether one of the address stands where its rule looks at first, or second,
 * and so on. */
static bool has_address(const struct view *row, enum address address,
                        size_t nth)
{
    const struct mapping *mapping = row->mapping;

    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];

        if (rule->when == NULL && address_of(rule->field) == address &&
            nth < rule->reads.count && view_filled(row, &rule->reads.at[nth]))
            return true;
    }
    return false;
}

static size_t most_places(const struct mapping *mapping)
{
    size_t most = 0;

    for (size_t i = 0; i < mapping->rules_count; i++)
        if (mapping->rules[i].reads.count > most)
            most = mapping->rules[i].reads.count;
    return most;
}

static const struct view *row_with(const struct view *view,
                                   enum address address)
{
    size_t most = most_places(view->mapping);

    for (size_t nth = 0; nth < most; nth++)
        for (size_t i = 0; i <= view->more_count; i++) {
            const struct view *row = i == 0 ? view : &view->more[i - 1];

            if (has_address(row, address, nth))
                return row;
        }
    return view;
}

/* The street of one row and the town of another would be no address. */
static void choose_addresses(struct view *view)
{
    for (int address = 0; address < ADDRESSES; address++)
        view->address[address] = row_with(view, (enum address)address);
}

void view_open(struct view *view, struct arena *arena)
{
    const struct mapping *mapping = view->mapping;
    struct view *more;
    size_t count = 0;

    view->untold = arena_take(arena, sizeof(*view->untold));
    if (!mapping->flat)
        return;
    columns_find(mapping->columns, view->object, arena, &view->found);
    if (mapping->continues == NULL)
        return;
    for (const struct node *n = view->object->first; n != NULL; n = n->next)
        count += n->name != NULL && strcmp(n->name, NODE_ROW) == 0;
    if (count == 0)
        return;
    more = arena_take(arena, count * sizeof(*more));
    for (const struct node *n = view->object->first; n != NULL; n = n->next) {
        struct view *row = &more[view->more_count];

        if (n->name == NULL || strcmp(n->name, NODE_ROW) != 0 ||
            n->kind != NODE_OBJECT)
            continue;
        *row = (struct view){
            .mapping = mapping,
            .object = n,
            .taken = arena_take(arena, columns_count(mapping->columns)),
            .untold = view->untold,
        };
        columns_find(mapping->columns, n, arena, &row->found);
        view->more_count++;
    }
    view->more = more;
    view->taken = arena_take(arena, columns_count(mapping->columns));
    choose_addresses(view);
}
