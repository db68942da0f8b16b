/*
 * manifest.h - what stands beside an exported file, NAME.manifest.json: how
 * many rows, the file's SHA-256, which run wrote it and which one before, and
 * in how many rows each column is filled.
 *
 * One line of JSON, about a file and never about a person. It gets its name
 * right after the file gets its own: whoever finds that the SHA-256 is not the
 * file's met the two in between, or after a death in between, and the next run
 * mends that.
 */
#ifndef SYNC_MANIFEST_H
#define SYNC_MANIFEST_H

#include "formats/format.h"
#include "state/store.h"

struct manifest;

struct manifest_about {
    const char *from, *job, *mapping, *format; /* job: or NULL */
    store_id run, previous;                    /* previous 0: none */
    int64_t now_ms;
    bool changed;  /* only what changed since the previous run */
    bool complete; /* everybody that the account has was read */
};

#define MANIFEST_SUFFIX ".manifest.json"

/* Beside the file of that path. STOP 73. */
enum status manifest_open(struct manifest **out, const char *path,
                          struct err *err);
void manifest_close(struct manifest *manifest); /* NULL is fine */
/* The file's columns, ended by NULL: told even when nothing is in them. */
void manifest_columns(struct manifest *manifest, const char *const *columns);
/* A record that was written. */
void manifest_row(struct manifest *manifest, const struct node *object,
                  struct arena *arena);
/* The bytes of the file, in order; a writer_watch. */
void manifest_bytes(void *manifest, struct text bytes);
/* On the disk, and then under its name. STOP 74. */
enum status manifest_settle(struct manifest *manifest,
                            const struct manifest_about *about,
                            struct err *err);
enum status manifest_publish(struct manifest *manifest, struct err *err);
/* The file of that path was published without one: what stands beside it tells
 * of a file that is no more, and goes. STOP 74. */
enum status manifest_forget(const char *path, struct err *err);

#endif
