/*
 * met.h - names that were met in a file, each once, in the order in which they
 * came.
 *
 * A stranger chooses them, so there is an end to how many are kept.
 */
#ifndef MAPPINGS_MET_H
#define MAPPINGS_MET_H

#include "formats/node.h"

struct met {
    size_t max;   /* set by whoever has it; names beyond it are not kept */
    char **names; /* NULL-ended; NULL until the first one */
    size_t count;
    size_t last; /* where the one stands that was met last */
};

void met_add(struct met *met, struct text name);
/*
 * The members of a record by their paths: "contacts.role" in an object or in
 * the elements of a list. filled: only those that hold something.
 */
void met_members(struct met *met, const struct node *record, bool filled);
void met_close(struct met *met); /* NULL is fine; not met itself */

#endif
