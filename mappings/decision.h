/*
 * decision.h - which of several formats a column's times are written in.
 *
 * 03/04/2026 does not say whether it is in March or in April, 13/04/2026 does,
 * and speaks for its whole column. So all records are seen once before any is
 * read; where a column does not decide, its open values are left out
 * (ambiguous_time), never guessed.
 */
#ifndef MAPPINGS_DECISION_H
#define MAPPINGS_DECISION_H

#include "mappings/mapping.h"

struct decision;

/* NULL when nothing is open in this mapping. Lives in the arena; the mapping
 * must outlive it. NULL is fine below. */
struct decision *decision_open(const struct mapping *mapping,
                               struct arena *arena);
void decision_see(struct decision *decision, const struct node *record);
/* A line for each column that was seen, for people: "Since: %d/%m/%Y, ..." */
void decision_tell(const struct decision *decision, struct buffer *out);

#endif
