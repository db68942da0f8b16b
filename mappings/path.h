/*
 * path.h - paths into a tree: `data.records`, `lines[]`, `a[0].b`,
 * `contacts[isPrimary=true].email`, "" for the tree itself.
 *
 * A dot goes into a member; [n] takes one element, [] all, [k=v] those whose
 * member k has that text. Where an element is wanted of something that is no
 * list, it counts as a list of one (XML), and members of the same name side by
 * side as one list. A backslash takes the next character as it is.
 */
#ifndef MAPPINGS_PATH_H
#define MAPPINGS_PATH_H

#include "formats/node.h"

/* Fills at most room nodes; returns how many there are, up to room. */
size_t path_all(const struct node *tree, const char *path,
                const struct node **out, size_t room);
/* False with a reason when it is no path. */
bool path_good(const char *path, const char **reason);
/* Outermost member that the path goes into, or NULL when it is but one. */
const char *path_outer(const char *path, struct arena *arena);
/*
 * Puts a value at a path of plain members, making the objects between. The
 * selectors of a path cannot be written: path_writable says so.
 */
void path_put(struct node *object, const char *path, struct node *value,
              struct arena *arena);
bool path_writable(const char *path);

/* Text of a text, number or boolean, or of an element with attributes. */
struct text node_words(const struct node *node);
/* Whether anything is said there: no blank, nothing empty. */
bool node_filled(const struct node *node);

#endif
