/*
 * rule_time.h - times whose rule has several formats, and how times are
 * written.
 */
#ifndef MAPPINGS_RULE_TIME_H
#define MAPPINGS_RULE_TIME_H

#include "mappings/rule.h"

/* What one text can mean, by the rule's formats. */
struct meanings {
    struct text times[FORMATS_MAX]; /* empty: this format does not read it */
    size_t count;                   /* formats that do */
    bool differ;                    /* they do not all read the same */
};

struct meanings time_meanings(const struct rule *rule, struct text text,
                              struct arena *arena);
/* Takes those out that the column has decided against. */
void decision_choose(const struct decision *decision, const struct rule *rule,
                     struct meanings *meanings);
/* A canonical time in a format; NULL is ISO 8601. */
struct text time_outside(struct text canonical, const char *format,
                         struct arena *arena);
/* format: of a rule; a word or a list. */
void formats_load(struct mapping *mapping, const struct node *node,
                  struct check *check, struct rule *rule);

#endif
