/* met.c - see met.h. */
#include "mappings/met.h"

#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"

/* A longer path is nobody's column, and each of many would repeat it. */
enum { PATH_BYTES_MAX = 1000 };

/* Records are mostly alike: the name behind the last one comes next. */
static bool is_met(struct met *met, struct text name)
{
    for (size_t i = 1; i <= met->count; i++) {
        size_t at = (met->last + i) % met->count;

        if (text_is(name, met->names[at])) {
            met->last = at;
            return true;
        }
    }
    return false;
}

void met_add(struct met *met, struct text name)
{
    char *copy;

    if (met->count == met->max || is_met(met, name))
        return;
    if (met->names == NULL)
        met->names = calloc(met->max + 1, sizeof(*met->names));
    copy = strndup(name.at, name.size);
    if (met->names == NULL || copy == NULL)
        abort();
    met->last = met->count;
    met->names[met->count++] = copy;
}

void met_close(struct met *met)
{
    for (size_t i = 0; met != NULL && i < met->count; i++)
        free(met->names[i]);
    if (met != NULL)
        free(met->names);
}

/* --- members ---------------------------------------------------------------*/

struct walk {
    struct met *met;
    bool filled;
    struct buffer path; /* of the node that the walk stands at */
};

static void see_node(struct walk *walk, const struct node *node, int depth);

/* The text of an element is the element itself. */
static void see_member(struct walk *walk, const struct node *member, int depth)
{
    size_t size = walk->path.size;

    if (size + strlen(member->name) > PATH_BYTES_MAX)
        return;
    if (strcmp(member->name, "#text") != 0) {
        buffer_string(&walk->path, size > 0 ? "." : "");
        buffer_string(&walk->path, member->name);
    }
    see_node(walk, member, depth);
    walk->path.size = size;
}

/* Elements of a list have no names: what they hold is named after the list. */
static void see_node(struct walk *walk, const struct node *node, int depth)
{
    bool inner = false;

    if (depth == DEPTH_MAX)
        return;
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (node->kind == NODE_OBJECT) {
            see_member(walk, n, depth + 1);
            inner = true;
        } else if (n->kind == NODE_OBJECT || n->kind == NODE_LIST) {
            see_node(walk, n, depth + 1);
            inner = true;
        }
    }
    if (!inner && walk->path.size > 0 && (!walk->filled || node_filled(node)))
        met_add(walk->met, buffer_view(&walk->path));
}

void met_members(struct met *met, const struct node *record, bool filled)
{
    struct walk walk = {.met = met, .filled = filled};

    see_node(&walk, record, 0);
    buffer_free(&walk.path);
}
