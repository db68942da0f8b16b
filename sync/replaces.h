/*
 * replaces.h - what a write wipes out beside what it sends.
 *
 * A question about a provider's file, answered for the planner's estimate and
 * for the push alike.
 */
#ifndef SYNC_REPLACES_H
#define SYNC_REPLACES_H

#include "mappings/mapping.h"
#include "mappings/provider.h"

/* Is slot i replaced together with those that are sent (by field)? */
bool replaces_slot(const struct write_spec *update, const struct slot *slots,
                   size_t count, const bool *send, size_t i);
/*
 * Is one replaced that is not sent by itself? Only a read just before the write
 * tells what is there. Not where the source has all of the object, and the
 * target as far as we know the same (ours, by field): that is sent as it is. Of
 * a whole record all is anybody's to edit, so it is read in any case.
 */
bool replaces_unsent(const struct write_spec *update, const struct slot *slots,
                     size_t count, const bool *send, const bool *ours);

#endif
