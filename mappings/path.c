/*
 * path.c - walking paths; they are short, so nothing is compiled.
 */
#include "mappings/path.h"

#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/mapping.h"

/* What one element may have several of: the types of a number. */
enum { CHOICES_MAX = 32 };

struct walk {
    const struct node **out;
    size_t room, count;
};

struct text node_words(const struct node *node)
{
    if (node == NULL)
        return (struct text){0};
    switch (node->kind) {
    case NODE_TEXT:
    case NODE_NUMBER:
        return node->text;
    case NODE_TRUE:
        return TEXT("true");
    case NODE_FALSE:
        return TEXT("false");
    case NODE_OBJECT:
        return node_member_text(node, "#text");
    default:
        return (struct text){0};
    }
}

bool node_filled(const struct node *node)
{
    if (node->kind == NODE_OBJECT || node->kind == NODE_LIST)
        return node->first != NULL;
    return text_trim(node_words(node)).size > 0;
}

/* Length of the name that a path begins with, escapes counted as written. */
static size_t name_length(const char *path)
{
    size_t n = 0;

    while (path[n] != '\0' && path[n] != '.' && path[n] != '[')
        n += path[n] == '\\' && path[n + 1] != '\0' ? 2 : 1;
    return n;
}

static bool name_is(const char *name, const char *path, size_t size)
{
    size_t i = 0;

    if (name == NULL)
        return false;
    for (; i < size; i++, name++) {
        if (path[i] == '\\' && i + 1 < size)
            i++;
        if (*name != path[i])
            return false;
    }
    return *name == '\0';
}

static void step(const struct node *node, const char *path, struct walk *walk);

/* Whether any of what stands at the key has that text. */
static bool has_text(const struct node *element, const char *key,
                     struct text wanted)
{
    const struct node *found[CHOICES_MAX];
    size_t count = path_all(element, key, found, CHOICES_MAX);

    for (size_t i = 0; i < count; i++) {
        if (text_equal(node_words(found[i]), wanted))
            return true;
        for (const struct node *n =
                 found[i]->kind == NODE_LIST ? found[i]->first : NULL;
             n != NULL; n = n->next)
            if (text_equal(node_words(n), wanted))
                return true;
    }
    return false;
}

/* Whether the element at index is chosen by what stands in the brackets. */
static bool chosen(const struct node *element, size_t index, struct text inside)
{
    size_t sign = text_find(inside, "=");
    uint64_t number;
    char key[128];

    if (inside.size == 0)
        return true;
    if (sign == inside.size)
        return text_to_u64(inside, &number) && number == index;
    if (sign >= sizeof(key))
        return false;
    memcpy(key, inside.at, sign);
    key[sign] = '\0';
    return has_text(
        element, key,
        (struct text){inside.at + sign + 1, inside.size - sign - 1});
}

/* path stands on '['; first is the list, or the first of its elements. */
static void select_from(const struct node *first, const char *path,
                        struct walk *walk)
{
    const char *end = strchr(path, ']');
    const struct node *n = first;
    const char *name = first->name;
    bool listed = first->kind == NODE_LIST;
    struct text inside;
    size_t index = 0;

    if (end == NULL)
        return;
    inside = (struct text){path + 1, (size_t)(end - path - 1)};
    if (listed)
        n = first->first;
    while (n != NULL && walk->count < walk->room) {
        if (chosen(n, index++, inside))
            step(n, end + 1, walk);
        n = n->next;
        /* Beside a list's elements nothing else stands; members are mixed. */
        while (!listed && n != NULL && (name == NULL || n->name != name))
            n = n->next;
    }
}

static void step(const struct node *node, const char *path, struct walk *walk)
{
    size_t size;

    if (walk->count == walk->room || node == NULL)
        return;
    if (*path == '\0') {
        walk->out[walk->count++] = node;
        return;
    }
    if (*path == '[') {
        select_from(node, path, walk);
        return;
    }
    if (*path == '.')
        path++;
    size = name_length(path);
    if (node->kind != NODE_OBJECT)
        return;
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (!name_is(n->name, path, size))
            continue;
        if (path[size] == '[') {
            select_from(n, path + size, walk);
            return;
        }
        step(n, path + size, walk);
    }
}

size_t path_all(const struct node *tree, const char *path,
                const struct node **out, size_t room)
{
    struct walk walk = {out, room, 0};

    step(tree, path, &walk);
    return walk.count;
}

const struct node *path_find(const struct node *tree, const char *path)
{
    const struct node *found;

    return path_all(tree, path, &found, 1) == 1 ? found : NULL;
}

const struct node *path_first(const struct node *tree, const char *const *paths)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const struct node *found = path_find(tree, *paths);

        if (found != NULL && found->kind != NODE_NULL)
            return found;
    }
    return NULL;
}

bool path_good(const char *path, const char **reason)
{
    bool wanted = true; /* a name, at the start and after a dot */

    *reason = NULL;
    if (*path == '\0')
        return true;
    while (*reason == NULL && *path != '\0') {
        if (*path == '[') {
            const char *end = strchr(path, ']');

            if (end == NULL) {
                *reason = "a bracket that is not closed";
                break;
            }
            if (end[1] != '\0' && end[1] != '.' && end[1] != '[')
                *reason = "something follows a bracket";
            path = end + 1;
            wanted = false;
        } else if (*path == '.') {
            if (wanted)
                *reason = "two dots, or a dot at the start";
            path++;
            wanted = true;
        } else {
            path += name_length(path);
            wanted = false;
        }
    }
    if (*reason == NULL && wanted)
        *reason = "a dot at the end";
    return *reason == NULL;
}

static char *plain_name(const char *path, size_t size, struct arena *arena)
{
    char *name = arena_take(arena, size + 1);
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (path[i] == '\\' && i + 1 < size)
            i++;
        name[n++] = path[i];
    }
    name[n] = '\0';
    return name;
}

const char *path_outer(const char *path, struct arena *arena)
{
    size_t size = name_length(path);

    if (path[size] != '.')
        return NULL;
    return plain_name(path, size, arena);
}

bool path_writable(const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == '\\' && path[1] != '\0')
            path++;
        else if (*path == '[')
            return false;
    }
    return true;
}

void path_put(struct node *object, const char *path, struct node *value,
              struct arena *arena)
{
    size_t size = name_length(path);
    struct node *inner;

    while (path[size] == '.') {
        for (inner = object->first; inner != NULL; inner = inner->next)
            if (inner->kind == NODE_OBJECT && name_is(inner->name, path, size))
                break;
        if (inner == NULL)
            inner = node_add(object, plain_name(path, size, arena),
                             node_new(arena, NODE_OBJECT));
        object = inner;
        path += size + 1;
        size = name_length(path);
    }
    node_add(object, plain_name(path, size, arena), value);
}
