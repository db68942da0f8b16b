/*
 * batch.h - the rows of a source, some at a time, with their fingerprints.
 *
 * What is known of a row lies anywhere in the memory of last night's prints.
 * Fetched for one row it is waited for longer than all else takes that is done
 * for the row; fetched for many at once it is there when it is needed.
 *
 * A batch is read while the one before it still has to be dealt with, so that
 * the phone numbers of its rows can be worked out meanwhile (phones_ahead.h).
 */
#ifndef SYNC_BATCH_H
#define SYNC_BATCH_H

#include "formats/helper.h"
#include "mappings/phones_ahead.h"
#include "sync/prints.h"
#include "sync/source.h"

/* Enough to fetch side by side, few enough to stay in the fastest memory; of
 * large rows one is a batch. */
enum { BATCH_ROWS = 64, BATCH_BYTES = 64 * 1024 };

enum verdict {
    ROW_READ,    /* is new, or to be looked at like one */
    ROW_AS_EVER, /* says what known says */
    ROW_AGAIN,   /* once more than known was kept */
};

struct batch {
    struct source_row rows[BATCH_ROWS]; /* raw dies at the next batch_read */
    struct fingerprint prints[BATCH_ROWS];
    enum verdict verdicts[BATCH_ROWS]; /* whoever read the batch gives them */
    struct known_print *known[BATCH_ROWS];
    const struct node *fields[BATCH_ROWS]; /* NULL: not taken apart yet */
    size_t asked[BATCH_ROWS + 1];          /* its first one in phones */
    size_t count;
    struct phones_ahead phones;
    struct errand errand; /* to work them out */
    struct arena *arena;
    enum status read;      /* OK, END behind the rows, STOP or REJECT */
    struct source_row bad; /* REJECT: what comes behind the rows */
    struct err err;        /* why it is; or STOP's */
};

void batch_open(struct batch *batch);
void batch_close(struct batch *batch);
/* The next rows, which may be none; seeds by file. */
void batch_read(struct batch *batch, struct source *source,
                const uint64_t *seeds);
/* Takes apart the rows that are to be read, and asks for their numbers. */
void batch_foresee(struct batch *batch, struct source *source,
                   struct arena *work);
/* The customer of a row; as source_customer. */
enum status batch_customer(const struct batch *batch, size_t i,
                           struct source *source, struct arena *arena,
                           struct customer **customer, struct err *err);

#endif
