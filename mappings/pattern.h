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
void pattern_close(struct pattern *pattern); /* NULL is fine */
/* Whether it is found anywhere in text; false for what is not UTF-8. */
bool pattern_found(const struct pattern *pattern, struct text text);

#endif
