/*
 * pattern.h - regular expressions (PCRE2), bounded.
 *
 * Patterns come from mapping files, the texts from strangers: match and depth
 * limits make `^(a+)+$` end at once. What runs into a limit neither matches nor
 * fails to: that is told apart, because a value must not be lost by it unsaid.
 */
#ifndef MAPPINGS_PATTERN_H
#define MAPPINGS_PATTERN_H

#include "formats/text.h"

struct pattern;

/* NULL with a reason when it is no pattern. */
struct pattern *pattern_open(struct text source, bool caseless,
                             char reason[128]);
/* The same for the text of a cell, which may have lines: a dot is any character
 * there. */
struct pattern *pattern_open_lines(struct text source, char reason[128]);
void pattern_close(struct pattern *pattern); /* NULL is fine */

/* UNKNOWN: it took too many steps, or the text is larger than a pattern may
 * look at, or no UTF-8. */
enum match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

/* Whether it is found anywhere in text. */
enum match pattern_found(const struct pattern *pattern, struct text text);
/*
 * The same, and what of it is meant: the first group, else all that matched;
 * *out points into text. One thread at a time.
 */
enum match pattern_take(struct pattern *pattern, struct text text,
                        struct text *out);
/* As much of the text's start as a pattern may look at: a message stands at the
 * start of a body. */
struct text pattern_start(struct text text);

#endif
