/*
 * reading.h - what the files that read rules share.
 */
#ifndef MAPPINGS_READING_H
#define MAPPINGS_READING_H

#include "mappings/rule.h"

/* One rule at one record. */
struct reading {
    const struct rule *rule;
    const struct view *view;
    const struct cleaning *cleaning;
    struct arena *arena;
    struct customer *customer;
    bool ours; /* the text is a value of ours: a default */
};

/* Cleans into the customer; whether there is a value now, good or bad. */
bool reading_take(const struct reading *r, struct text text);
/* Ours for an outside word; NULL and a warning when the table lacks it. */
const struct text *reading_translate(const struct reading *r, struct text text);
/* What a rule's match and part mean of a text; false when it is not meant. */
bool reading_inner(const struct reading *r, struct text *text);
struct cleaning reading_cleaning(const struct reading *r);
bool reading_attribute(const struct node *node);
bool reading_list(const struct reading *r);
bool reading_contacts(const struct reading *r);

#endif
