/*
 * pattern.h - regular expressions (PCRE2), bounded.
 *
 * Patterns come from mapping files, the texts from strangers: match and depth
 * limits make `^(a+)+$` end at once. What runs into a limit does not match.
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
/* Whether it is found anywhere in text; false for what is not UTF-8. */
bool pattern_found(const struct pattern *pattern, struct text text);
/*
 * The same, and what of it is meant: the first group, else all that matched;
 * *out points into text. One thread at a time.
 */
bool pattern_take(struct pattern *pattern, struct text text, struct text *out);

#endif
