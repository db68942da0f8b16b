/*
 * store_fingerprint.c - which rows were dealt with: of each customer one row of
 * the table, its prints one after the other.
 */
#include "state/inside.h"

#include <string.h>

/* A cursor is open meanwhile, for speed: seen must not use the store. */
enum status store_fingerprints(struct store *store, store_id source,
                               store_id account, store_fingerprint_seen *seen,
                               void *self, struct err *err)
{
    struct query query = query_open(&store->main, FINGERPRINTS, err);

    query_int(&query, source);
    query_int(&query, account);
    while (query_row(&query)) {
        store_id customer = row_int(&query, 0);
        struct text prints = row_view(&query, 1);
        struct fingerprint print;

        for (size_t at = 0; at + sizeof(print) <= prints.size;
             at += sizeof(print)) {
            memcpy(&print, prints.at + at, sizeof(print));
            seen(self, &print, customer, at == 0 ? ROLE_OWN : ROLE_MERGED);
        }
    }
    return query_close(&query);
}

enum status store_fingerprints_put(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   const struct fingerprint *prints,
                                   size_t count, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main,
                       count > 0 ? FINGERPRINTS_PUT : FINGERPRINTS_DROP, err);
    query_int(&query, source);
    query_int(&query, account);
    query_int(&query, customer);
    if (count > 0)
        query_blob(&query, prints, count * sizeof(*prints));
    return query_run(&query);
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
