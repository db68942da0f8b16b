/*
 * batch.h - the rows of a source, some at a time, with their fingerprints.
 *
 * What is known of a row lies anywhere in the memory of last night's prints.
 * Fetched for one row it is waited for longer than all else takes that is done
 * for the row; fetched for many at once it is there when it is needed.
 */
#ifndef SYNC_BATCH_H
#define SYNC_BATCH_H

#include "sync/source.h"

/* Enough to fetch side by side, few enough to stay in the fastest memory; of
 * large rows one is a batch. */
enum { BATCH_ROWS = 64, BATCH_BYTES = 64 * 1024 };

struct batch {
    struct source_row rows[BATCH_ROWS]; /* raw dies at the next batch_read */
    struct fingerprint prints[BATCH_ROWS];
    size_t count;
    struct arena *arena;
};

void batch_open(struct batch *batch);
void batch_close(struct batch *batch);
/*
 * The next rows, which may be none; seeds by file. OK, END behind them, STOP,
 * or REJECT: behind them comes *bad, and err says why it is.
 */
enum status batch_read(struct batch *batch, struct source *source,
                       const uint64_t *seeds, struct source_row *bad,
                       struct err *err);

#endif
