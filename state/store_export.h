/*
 * store_export.h - the store's part in exports: files that were published, by
 * which run, and what they gave.
 */
#ifndef STATE_STORE_EXPORT_H
#define STATE_STORE_EXPORT_H

#include "state/store.h"

/* What makes an export the same one tonight as last night; job "" for none. */
struct export_name {
    store_id account;
    const char *job, *mapping;
    bool changed; /* gives only what changed since its last success */
};

/* The export of that name, made when new; commits by itself. 0 in a dry store
 * that has not met it. */
enum status store_export(struct store *store, const struct export_name *name,
                         store_id *export, struct err *err);
/*
 * *run: that published it last, 0: none. alone: no other run is at it, so that
 * what a run left behind that published nothing is forgotten; that commits by
 * itself.
 */
enum status store_export_begin(struct store *store, store_id export, bool alone,
                               store_id *run, struct err *err);
/* What a record was given as by the run `until` or before; or *found false. */
enum status store_exported(struct store *store, store_id export,
                           struct text record, store_id until,
                           struct fingerprint *print, bool *found,
                           struct err *err);
/* It will have been given so, once that run has published. */
enum status store_exported_put(struct store *store, store_id export,
                               struct text record, store_id run,
                               const struct fingerprint *print,
                               struct err *err);
/* The run has published the export. Commits by itself. */
enum status store_export_done(struct store *store, store_id export,
                              store_id run, struct err *err);

#endif
