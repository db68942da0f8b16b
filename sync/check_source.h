/*
 * check_source.h - what a source would be read as, and what would come of it.
 *
 * For `custsync check` alone: reads the source to its end, keeps nothing.
 */
#ifndef SYNC_CHECK_SOURCE_H
#define SYNC_CHECK_SOURCE_H

#include "sync/command.h"

/*
 * Appends to out, for people. target: whose refusals are foreseen, or NULL.
 * *troubled: rows that would not get there. STOP when the source is unusable;
 * what was found out before that is in out.
 */
enum status check_source(const struct ends *ends, const struct config *config,
                         const struct account *target, struct buffer *out,
                         bool *troubled, struct err *err);

#endif
