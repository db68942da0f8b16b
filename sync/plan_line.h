/*
 * plan_line.h - one change as one line of a plan file.
 *
 * The same change is always the same bytes: that is how a plan is applied
 * exactly. Nothing in it depends on the store's own numbers.
 */
#ifndef SYNC_PLAN_LINE_H
#define SYNC_PLAN_LINE_H

#include "sync/plan.h"

/* "create" "update" "deactivate". */
const char *plan_verb(enum change_kind kind);
/* A JSON object, without a line end. */
void plan_line(struct buffer *out, const struct plan_told *told);
/* A JSON text. */
void plan_quote(struct buffer *out, struct text text);

#endif
