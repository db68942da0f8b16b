/*
 * store_fingerprint.c - which rows were dealt with.
 */
#include "state/inside.h"

/* A cursor is open meanwhile, for speed: seen must not use the store. */
enum status store_fingerprints(struct store *store, store_id source,
                               store_id account, store_fingerprint_seen *seen,
                               void *self, struct err *err)
{
    struct query query = query_open(&store->main, FINGERPRINTS, err);
    struct fingerprint print;

    query_int(&query, source);
    query_int(&query, account);
    while (query_row(&query)) {
        store_id customer = row_int(&query, 1);
        enum role role = (enum role)row_int(&query, 2);
        int64_t times = row_int(&query, 3);

        if (!row_bytes(&query, 0, print.bytes, sizeof(print.bytes)))
            continue;
        for (int64_t i = 0; i < times; i++)
            seen(self, &print, customer, role);
    }
    return query_close(&query);
}

static enum status fingerprint_add(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   const struct fingerprint *print,
                                   enum role role, struct err *err)
{
    struct query query = query_open(&store->main, FINGERPRINT_ADD, err);

    query_int(&query, source);
    query_int(&query, account);
    query_blob(&query, print->bytes, sizeof(print->bytes));
    query_int(&query, customer);
    query_int(&query, role);
    return query_run(&query);
}

enum status store_fingerprints_put(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   const struct fingerprint *prints,
                                   const enum role *roles, size_t count,
                                   struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, FINGERPRINTS_DROP, err);
    query_int(&query, customer);
    query_int(&query, source);
    query_int(&query, account);
    status = query_run(&query);
    for (size_t i = 0; i < count && status == OK; i++)
        status = fingerprint_add(store, source, account, customer, &prints[i],
                                 roles[i], err);
    return status;
}

enum status store_fingerprints_drop(struct store *store, store_id account,
                                    store_id customer, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, FINGERPRINTS_DROP_ALL, err);
    query_int(&query, customer);
    query_int(&query, account);
    return query_run(&query);
}

enum status store_has_other_source(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   bool *has, struct err *err)
{
    struct query query = query_open(&store->main, FINGERPRINT_OTHER, err);

    query_int(&query, customer);
    query_int(&query, source);
    query_int(&query, account);
    *has = query_row(&query);
    return query_close(&query);
}

enum status store_fingerprints_forget(struct store *store, store_id account,
                                      struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, FINGERPRINTS_FORGET, err);
    query_int(&query, account);
    return query_run(&query);
}
