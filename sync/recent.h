/*
 * recent.h - only what changed since the last read, where a provider can show
 * what changed last first.
 *
 * The mark up to which all changes are known is one of the provider's own
 * stamps, never a time of our clock, which may be days off. Records are read
 * from the newest down to RECENT_OVERLAP_MS before it: a provider stamps a
 * change when it begins to write it and shows it when that is done, on several
 * machines. Unless a read has found the same newest stamp a long while before.
 *
 * Removals are not seen that way. So the read counts for nothing, and the whole
 * list is to be read, when the provider counts another number of records than
 * are known (those aside that its list did not show either, when it was read
 * last); when its stamps are missing or out of order; when pages move so
 * much that several readings differ; or when that many changed that the whole
 * list costs less.
 */
#ifndef SYNC_RECENT_H
#define SYNC_RECENT_H

#include "sync/listing.h"

enum {
    RECENT_OVERLAP_MS = 10 * 60 * 1000,
    RECENT_PASSES_MAX = 4,
    /* The newest stamp was found so long before: whatever else has it or an
     * older one can be seen by now, and need not be read again. */
    RECENT_QUIET_MS = 24 * 60 * 60 * 1000,
};

/* From the newest stamp that a read found when it began: changes with an older
 * stamp than this are known. 0: no stamp was found. */
int64_t recent_mark(const struct reading *before, int64_t newest_ms,
                    int64_t begun_ms);
/* The newest stamp that a read found which began then, and has ended. */
void recent_top(struct reading *reading, int64_t newest_ms, int64_t begun_ms);
bool recent_possible(const struct provider *provider);
/* The newest stamp there is; 0 when it cannot be told. STOP as client_next. */
enum status recent_newest(struct client *client, int64_t *stamp_ms,
                          struct err *err);
/*
 * *done false: the whole list is to be read. reading holds the mark, and what
 * the next read has to know when done; the caller keeps it. The listing is only
 * where records go.
 */
enum status recent_read(const struct listing *listing, struct reading *reading,
                        bool *done, struct err *err);

#endif
