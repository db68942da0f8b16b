/*
 * export.h - an account's customers as a file that somebody relies on: the file
 * and its manifest are published together, and it is remembered what was.
 *
 * An export is the same one tonight as last night when account, job and mapping
 * are the same, whatever the file is called; with --changed it is another one
 * than without. That one gives a record again when what would be written of it
 * differs from what its last published file said. What a run gave counts only
 * once its file has its name: who failed or died gives it again.
 */
#ifndef SYNC_EXPORT_H
#define SYNC_EXPORT_H

#include "formats/format.h"
#include "mappings/customer.h"
#include "state/store.h"
#include "sync/config.h"

struct export;

struct export_request {
    struct store *store;
    store_id account, run;
    const char *from, *job, *mapping; /* job: or NULL */
    const char *path;                 /* of the file */
    bool changed, dry;
    int64_t now_ms;
};

/* Whether a manifest can stand beside it: not for "-", devices and pipes. */
bool export_is_file(const char *path);

/* STOP as the store's. */
enum status export_open(struct export **out,
                        const struct export_request *request, struct err *err);
void export_close(struct export *export); /* NULL is fine */
/* What tells it from all others of the store; 0 in a dry run that meets it
 * first. */
store_id export_id(const struct export *export);
/*
 * Learns what was given before, and opens the manifest (not in a dry run). Only
 * one run may have got so far with an export. STOP 73.
 */
enum status export_begin(struct export *export, struct err *err);
/* Only customers that are known could be read: the manifest says so. NULL is
 * fine. */
void export_of_known(struct export *export);
/* The writer that writes the file, and its columns (or NULL). */
void export_watch(struct export *export, struct writer *writer,
                  const char *const *columns);
/* END when the last file already gave it like this; else OK. */
enum status export_sees(struct export *export, const struct customer *customer,
                        const struct node *object, struct err *err);
/* It was written. */
enum status export_wrote(struct export *export, const struct customer *customer,
                         const struct node *object, struct arena *arena,
                         struct err *err);
/*
 * Publishes: the file's bytes and the manifest's are on the disk before either
 * gets its name, the file its own first; then the store hears of it.
 */
enum status export_commit(struct export *export, struct writer *writer,
                          const struct format *format, struct err *err);

#endif
