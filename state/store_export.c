/*
 * store_export.c - which run published an export, and what it gave.
 */
#include "state/store_export.h"

#include "state/inside.h"

static enum status find(struct store *store, const struct export_name *name,
                        store_id *export, struct err *err)
{
    struct query query = query_open(&store->main, EXPORT_FIND, err);

    *export = 0;
    query_int(&query, name->account);
    query_text(&query, text_of(name->job));
    query_text(&query, text_of(name->mapping));
    query_int(&query, name->changed);
    if (query_row(&query))
        *export = row_int(&query, 0);
    return query_close(&query);
}

static enum status add(struct store *store, const struct export_name *name,
                       struct err *err)
{
    struct query query = query_open(&store->main, EXPORT_ADD, err);

    query_int(&query, name->account);
    query_text(&query, text_of(name->job));
    query_text(&query, text_of(name->mapping));
    query_int(&query, name->changed);
    return query_run(&query);
}

enum status store_export(struct store *store, const struct export_name *name,
                         store_id *export, struct err *err)
{
    enum status status = find(store, name, export, err);
    bool own;

    if (status != OK || *export != 0 || store->mode != STORE_WRITE)
        return status;
    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    /* Once more under the write lock: another run may have come first. */
    status = find(store, name, export, err);
    if (status == OK && *export == 0) {
        status = add(store, name, err);
        if (status == OK)
            status = find(store, name, export, err);
    }
    return store_own_end(store, own, status, err);
}

enum status store_export_begin(struct store *store, store_id export, bool alone,
                               store_id *run, struct err *err)
{
    struct query query = query_open(&store->main, EXPORT_RUN, err);
    enum status status;
    bool own;

    *run = 0;
    query_int(&query, export);
    if (query_row(&query))
        *run = row_int(&query, 0);
    status = query_close(&query);
    if (status != OK || !alone || store->mode != STORE_WRITE)
        return status;
    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, EXPORTED_STRAYS, err);
    query_int(&query, export);
    query_int(&query, *run);
    return store_own_end(store, own, query_run(&query), err);
}

enum status store_exported(struct store *store, store_id export,
                           struct text record, store_id until,
                           struct fingerprint *print, bool *found,
                           struct err *err)
{
    struct query query = query_open(&store->main, EXPORTED_FIND, err);

    query_int(&query, export);
    query_text(&query, record);
    query_int(&query, until);
    *found = query_row(&query) &&
             row_bytes(&query, 0, print->bytes, sizeof(print->bytes));
    return query_close(&query);
}

enum status store_exported_put(struct store *store, store_id export,
                               struct text record, store_id run,
                               const struct fingerprint *print, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, EXPORTED_PUT, err);
    query_int(&query, export);
    query_text(&query, record);
    query_int(&query, run);
    query_blob(&query, print->bytes, sizeof(print->bytes));
    return query_run(&query);
}

enum status store_export_done(struct store *store, store_id export,
                              store_id run, struct err *err)
{
    static const enum statement each[] = {EXPORT_PUBLISHED, EXPORTED_OLD};
    enum status status;
    bool own;

    if (store->mode != STORE_WRITE)
        return OK;
    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]) && status == OK;
         i++) {
        struct query query = query_open(&store->main, each[i], err);

        query_int(&query, export);
        query_int(&query, run);
        status = query_run(&query);
    }
    return store_own_end(store, own, status, err);
}
