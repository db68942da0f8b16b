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
    bool ours;                 /* the text is a value of ours: a default */
    const struct place *place; /* where the text stands; NULL: at several */
    struct decision *seeing;   /* sees what is read of open times; or NULL */
};

/* Reads one rule; problems go to the customer. */
void reading_rule(struct reading *r);
/* Cleans into the customer; whether there is a value now, good or bad. */
bool reading_take(const struct reading *r, struct text text);
/* Ours for an outside word; NULL and a warning when the table lacks it. */
const struct text *reading_translate(const struct reading *r, struct text text);
struct cleaning reading_cleaning(const struct reading *r);
bool reading_list(const struct reading *r);
bool reading_contacts(const struct reading *r);

/* --- rule_text.c -----------------------------------------------------------*/

/* MIXED is a text of XML with elements beside it that no rule reads. */
enum shape { SHAPE_TEXT, SHAPE_LIST, SHAPE_OBJECT, SHAPE_MIXED };

/* path: where it stands, NULL when no rule could read what is inside. */
enum shape reading_shape(const struct mapping *mapping, const struct node *node,
                         const char *path);
bool reading_attribute(const struct node *node);
/* Whether a rule reads the member of what stands at the path. */
bool reading_knows(const struct mapping *mapping, const char *path,
                   const char *member);

/* What stands where one text is wanted. */
struct standing {
    bool there;
    bool object;       /* an object: nothing to take, a place within it may */
    const char *wrong; /* "is a list of 2"; the text is empty then */
    struct text text;
};

void reading_stands(const struct reading *r, const struct place *place,
                    struct standing *out);
/* The same of a node by itself. */
void reading_node(const struct reading *r, const struct node *node,
                  struct standing *out);
void reading_bad_shape(const struct reading *r, const char *wrong);
/* What a rule's match and part mean of a text; false when it is not meant. */
bool reading_inner(const struct reading *r, struct text *text);
/* The same, and what strip and prefix take off. */
bool reading_meant(const struct reading *r, struct text *text);

/* --- decision.c ------------------------------------------------------------*/

struct meanings;
/* A text that is read by the rule, as cleaning would get it. */
void decision_note(struct decision *decision, const struct rule *rule,
                   const struct place *place, struct text text,
                   const struct meanings *meanings);

#endif
