/*
 * spool.h - the rows of this run on disk, so that memory stays flat.
 *
 * An unlinked temporary file (in TMPDIR). Appended while the source is read,
 * read back at random afterwards; gone with the process however it ends.
 *
 * Of a row that was not read further only its place is kept, where the source
 * gives its bytes again: most nights most rows are such, and are never asked
 * for.
 */
#ifndef SYNC_SPOOL_H
#define SYNC_SPOOL_H

#include "sync/source.h"

#include <stdio.h>

struct spool;

/* A row as it was read. */
struct spooled {
    uint32_t line;
    uint32_t file;
    struct text raw;
    uint64_t place;       /* of raw in the source; not given back */
    struct text customer; /* packed; empty: not read further */
};

/* An unlinked file in TMPDIR, /var/tmp or /tmp; STOP 73, and what it is for. */
enum status spool_temporary(FILE **out, const char *what, struct err *err);

/* source is borrowed; NULL: of no source. 73 */
enum status spool_open(struct spool **out, struct source *source,
                       struct err *err);
void spool_close(struct spool *spool); /* NULL is fine */
/* *offset finds it again; later rows have larger ones. */
enum status spool_add(struct spool *spool, const struct spooled *row,
                      uint64_t *offset, struct err *err); /* 74 */
/* In the arena. Nothing may be added after the first read. 74, or 65 when the
 * source was written to meanwhile. */
enum status spool_get(struct spool *spool, uint64_t offset, struct arena *arena,
                      struct spooled *row, struct err *err);

#endif
