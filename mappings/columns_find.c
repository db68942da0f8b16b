/*
 * columns_find.c - which columns and custom fields a record has.
 */
#include "mappings/columns_own.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"

static bool is_blank(const struct node *node)
{
    return node->kind == NODE_NULL ||
           (node->kind == NODE_TEXT && text_trim(node->text).size == 0);
}

/* An address that is an object is no street: only what is inside counts. */
static bool is_group(const struct node *node, struct answer answer)
{
    return node->kind == NODE_OBJECT && answer.scope > 0 &&
           node_member(node, "#text") == NULL;
}

/* Of several the first that is not blank. */
static void take_column(const struct columns *columns, struct found *found,
                        int column, const struct node *n)
{
    const struct readers *readers = &columns->readers[column];
    const struct node **at = &found->at[column];

    if (*at == NULL) {
        found->twice |= (found->read & readers->read) | readers->twice;
        found->read |= readers->read;
    }
    if (*at == NULL || (is_blank(*at) && !is_blank(n)))
        *at = n;
}

static void nothing_found(const struct columns *columns, struct arena *arena,
                          struct found *found)
{
    *found = (struct found){
        .at = arena_take(arena, (columns->count + 1) * sizeof(*found->at))};
}

/* Whether anything in it is a column or a custom field. */
static bool walk(struct columns *columns, const struct node *object, int scope,
                 int depth, struct arena *arena, struct found *found)
{
    bool any = false;

    for (const struct node *n = object->first; n != NULL; n = n->next) {
        struct entry *entry;
        struct answer answer;
        bool within = false;

        if (n->name == NULL)
            continue;
        entry = columns_entry(columns, scope, n->name);
        answer = entry->answer;
        if (answer.column >= 0 && !is_group(n, answer)) {
            take_column(columns, found, answer.column, n);
        } else if (answer.field != FIELD_NONE) {
            struct extra *extra = arena_take(arena, sizeof(*extra));

            *extra = (struct extra){answer.field, n, found->extras};
            found->extras = extra;
        } else if (!entry->met && node_filled(n) &&
                   (n->kind != NODE_OBJECT || answer.scope == 0)) {
            entry->met = true;
            columns_unread_in(columns, columns->scopes[scope], entry->copy);
        }
        if (n->kind == NODE_OBJECT && answer.scope > 0 && depth < DEPTH_MAX)
            within = walk(columns, n, answer.scope, depth + 1, arena, found);
        /* Nothing of it is read: its rule says that it is no text. */
        if (answer.column >= 0 && is_group(n, answer) && !within &&
            found->at[answer.column] == NULL)
            take_column(columns, found, answer.column, n);
        any = any || within || answer.column >= 0 || answer.field != FIELD_NONE;
    }
    return any;
}

void columns_find(struct columns *columns, const struct node *object,
                  struct arena *arena, struct found *found)
{
    nothing_found(columns, arena, found);
    walk(columns, object, 0, 1, arena, found);
}

void columns_glance(const struct columns *columns, const struct node *object,
                    struct arena *arena, struct found *found)
{
    nothing_found(columns, arena, found);
    for (const struct node *n = object->first; n != NULL; n = n->next) {
        const struct entry *entry =
            n->name != NULL ? columns_known(columns, 0, n->name) : NULL;

        if (entry != NULL && entry->answer.column >= 0)
            take_column(columns, found, entry->answer.column, n);
    }
}
