/*
 * check_source.h - what a source would be read as, and what would come of it.
 *
 * For `custsync check` alone: reads the source to its end, keeps nothing.
 */
#ifndef SYNC_CHECK_SOURCE_H
#define SYNC_CHECK_SOURCE_H

#include "sync/command.h"

/* What a check found out, for people and for programs. */
struct findings {
    struct buffer text;
    struct node *json; /* an object */
    struct arena *arena;
    bool troubled; /* some rows would not get there */
};

/*
 * Adds to the findings. target: whose refusals are foreseen; NULL: those of
 * every provider that ships are, and count for nothing. STOP when the source is
 * unusable; what was found out before that is in the findings.
 */
enum status check_source(const struct ends *ends, const struct config *config,
                         const struct account *target,
                         struct findings *findings, struct err *err);

#endif
