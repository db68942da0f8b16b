/*
 * rule_writing.h - what rule_write.c and rule_contacts_write.c share.
 */
#ifndef MAPPINGS_RULE_WRITING_H
#define MAPPINGS_RULE_WRITING_H

#include "mappings/rule.h"

/* One rule at one record. */
struct writing {
    const struct mapping *mapping;
    const struct rule *rule;
    struct target_form form;
    struct arena *arena;
};

/* Adds the node at a column or path. */
void writing_put(const struct writing *w, struct node *object, const char *path,
                 struct node *node);
struct node *writing_contacts(const struct writing *w, struct text canonical);
/* Contacts into columns of their own. */
void writing_people(const struct writing *w, struct text canonical,
                    struct node *object);

#endif
