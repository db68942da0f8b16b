/*
 * spool.h - the rows of this run on disk, so that memory stays flat.
 *
 * An unlinked temporary file (in TMPDIR). Appended while the source is read,
 * read back at random afterwards; gone with the process however it ends.
 */
#ifndef SYNC_SPOOL_H
#define SYNC_SPOOL_H

#include "formats/arena.h"
#include "formats/err.h"

#include <stdio.h>

struct spool;

/* A row as it was read. */
struct spooled {
    uint32_t line;
    uint32_t file;
    struct text raw;
    struct text customer; /* packed; empty: not read further */
};

/* An unlinked file in TMPDIR, /var/tmp or /tmp; STOP 73, and what it is for. */
enum status spool_temporary(FILE **out, const char *what, struct err *err);

enum status spool_open(struct spool **out, struct err *err); /* 73 */
void spool_close(struct spool *spool);                       /* NULL is fine */
/* *offset finds it again; later rows have larger ones. */
enum status spool_add(struct spool *spool, const struct spooled *row,
                      uint64_t *offset, struct err *err); /* 74 */
/* In the arena. Nothing may be added after the first read. */
enum status spool_get(struct spool *spool, uint64_t offset, struct arena *arena,
                      struct spooled *row, struct err *err);

#endif
