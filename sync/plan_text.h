/*
 * plan_text.h - a plan as people read it: like a diff.
 *
 * Per customer what would be done, where it comes from, what ties it to the
 * record, and per field what was and what would be. The first ones only, unless
 * all are asked for; kept in an unlinked file until they are shown.
 */
#ifndef SYNC_PLAN_TEXT_H
#define SYNC_PLAN_TEXT_H

#include "sync/plan.h"

/* A million lines would drown what follows them. */
enum { CHANGES_SHOWN = 20 };

struct plan_text;

enum status plan_text_open(struct plan_text **out, bool all, struct err *err);
void plan_text_close(struct plan_text *text); /* NULL is fine */
enum status plan_text_add(struct plan_text *text, const struct plan_told *told,
                          struct err *err);
/* Whether the next one is shown, and not only counted. */
bool plan_text_shows(const struct plan_text *text);
/* What follows goes that way: for plans of --two-way. */
void plan_text_way(struct plan_text *text, const char *from, const char *to);
/* To standard output, with how many more there are. */
enum status plan_text_show(struct plan_text *text,
                           struct err *err); /* NULL is fine */

#endif
