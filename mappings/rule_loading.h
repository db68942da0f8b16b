/*
 * rule_loading.h - what the files that load rules share.
 *
 * A place with {n} in its name stands for NUMBERED_MAX places, with 1, 2, ...
 * in its stead: it is loaded as so many places, and written as the first.
 */
#ifndef MAPPINGS_RULE_LOADING_H
#define MAPPINGS_RULE_LOADING_H

#include "mappings/rule.h"

/* Exports repeat as many groups as their fullest record has; none was seen
 * with more. */
enum { NUMBERED_MAX = 20 };

/* What loading one rule needs at hand. */
struct ruling {
    struct mapping *mapping;
    struct arena *arena;
    struct check *check;
    const struct node *node; /* the rule's value */
    struct rule *rule;
    const struct node *when; /* its condition, when that has a {n}; else NULL */
};

bool is_numbered(struct text name);
/* The name with the number in place of each {n}. */
const char *numbered(struct text name, unsigned number, struct arena *arena);
/* A place by its name, which must hold no {n} any more. Faults go to node. */
struct place place_named(struct mapping *mapping, const char *name,
                         const struct node *node, struct check *check);
/* The expression that the member holds, or NULL; the mapping keeps it. */
struct pattern *pattern_member(struct mapping *mapping, const struct node *node,
                               const char *name, bool lines,
                               struct check *check);
/* One condition; number 0 where a {n} has nothing to stand for. */
void condition_load(struct mapping *mapping, const struct node *node,
                    unsigned number, struct check *check,
                    struct condition *condition);

/* rule_places.c: from, read, write, when, also, each, flags. */
void places_load(struct ruling *ruling);
/* rule_people.c: each. */
void each_load(struct ruling *ruling);
/* One column or path, or a list of them. */
struct places places_of(struct ruling *ruling, const struct node *node,
                        const char *what);

#endif
