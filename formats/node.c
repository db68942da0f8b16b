/*
 * node.c - building and asking the tree.
 */
#include "formats/node.h"

#include <string.h>

struct node *node_new(struct arena *arena, enum node_kind kind)
{
    struct node *node = arena_take(arena, sizeof(*node));

    node->kind = kind;
    return node;
}

struct node *node_add(struct node *parent, const char *name, struct node *child)
{
    child->name = name;
    child->next = NULL;
    if (parent->last != NULL)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    return child;
}

struct node *node_text(struct arena *arena, struct text text)
{
    struct node *node = node_new(arena, NODE_TEXT);

    node->text = arena_text(arena, text);
    return node;
}

struct node *node_member(const struct node *object, const char *name)
{
    if (object == NULL || object->kind != NODE_OBJECT)
        return NULL;
    for (struct node *child = object->first; child != NULL; child = child->next)
        if (child->name == name || strcmp(child->name, name) == 0)
            return child;
    return NULL;
}

struct text node_member_text(const struct node *object, const char *name)
{
    const struct node *member = node_member(object, name);

    if (member == NULL ||
        (member->kind != NODE_TEXT && member->kind != NODE_NUMBER))
        return (struct text){NULL, 0};
    return member->text;
}

size_t node_count(const struct node *parent)
{
    size_t count = 0;

    if (parent != NULL)
        for (const struct node *child = parent->first; child != NULL;
             child = child->next)
            count++;
    return count;
}

/* Recursion ends: every source of nodes is bounded by DEPTH_MAX. */
struct node *node_copy(struct arena *arena, const struct node *node)
{
    struct node *copy;

    if (node == NULL)
        return NULL;
    copy = node_new(arena, node->kind);
    copy->marks = node->marks;
    copy->line = node->line;
    copy->column = node->column;
    copy->name = node->name;
    if (node->text.at != NULL)
        copy->text = arena_text(arena, node->text);
    for (const struct node *child = node->first; child != NULL;
         child = child->next)
        node_add(copy, child->name, node_copy(arena, child));
    return copy;
}
