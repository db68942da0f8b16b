/*
 * check_members.c - which members the records of a JSON or XML file have.
 *
 * A file of columns tells them in its header. Here any record may bring others,
 * so all are looked at.
 */
#include "sync/check_own.h"

#include "formats/limits.h"

#include <string.h>

/* A longer path is nobody's column, and each of many would repeat it. */
enum { PATH_BYTES_MAX = 1000 };

struct walk {
    const struct checking *checking;
    struct file_facts *facts;
    struct buffer path; /* of the node that the walk stands at */
};

/* Records are mostly alike: the member behind the last one comes next. */
static bool is_known(struct file_facts *facts, struct text path)
{
    for (size_t i = 1; i <= facts->members_count; i++) {
        size_t at = (facts->members_last + i) % facts->members_count;

        if (text_is(path, facts->members[at])) {
            facts->members_last = at;
            return true;
        }
    }
    return false;
}

static void add_path(struct walk *walk)
{
    struct file_facts *facts = walk->facts;
    struct text path = buffer_view(&walk->path);

    if (path.size == 0 || facts->members_count == COLUMNS_MAX ||
        is_known(facts, path))
        return;
    facts->members_last = facts->members_count;
    facts->members[facts->members_count++] =
        arena_string(walk->checking->arena, path);
}

static void see_node(struct walk *walk, const struct node *node, int depth);

/* The text of an element is the element itself. */
static void see_member(struct walk *walk, const struct node *member, int depth)
{
    size_t size = walk->path.size;

    if (size + strlen(member->name) > PATH_BYTES_MAX)
        return;
    if (strcmp(member->name, "#text") != 0)
        buffer_print(&walk->path, "%s%s", size > 0 ? "." : "", member->name);
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
    if (!inner)
        add_path(walk);
}

void check_members_see(const struct checking *checking, uint32_t file,
                       const struct node *object)
{
    struct walk walk = {.checking = checking, .facts = &checking->files[file]};

    if (walk.facts->members == NULL)
        return;
    see_node(&walk, object, 0);
    buffer_free(&walk.path);
}
