/*
 * store_identity.c - customers, the keys they carry, and keys of nobody.
 */
#include "state/inside.h"

enum status store_customer_new(struct store *store, store_id *customer,
                               struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    *customer = 0;
    if (status != OK)
        return status;
    query = query_open(&store->main, CUSTOMER_ADD, err);
    status = query_run(&query);
    if (status == OK)
        *customer = sqlite3_last_insert_rowid(store->main.db);
    return status;
}

/* Looks for one more than asked for and no further: a key on everybody's row
 * would otherwise cost the square of the rows. */
enum status store_customers_by_key(struct store *store, int kind,
                                   struct text value, store_id source,
                                   store_id *customers, size_t max,
                                   size_t *count, struct err *err)
{
    struct query query =
        query_open(&store->main,
                   source != 0 ? CUSTOMERS_BY_KEY_OF : CUSTOMERS_BY_KEY, err);

    *count = 0;
    query_int(&query, kind);
    query_text(&query, value);
    query_int(&query, (int64_t)max + 1);
    if (source != 0)
        query_int(&query, source);
    while (query_row(&query)) {
        if (*count < max)
            customers[*count] = row_int(&query, 0);
        (*count)++;
    }
    return query_close(&query);
}

enum status store_customer_keys(struct store *store, store_id customer,
                                struct arena *arena, struct store_key **keys,
                                size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEYS, err);
    size_t room = 8;

    *count = 0;
    *keys = arena_take(arena, room * sizeof(**keys));
    query_int(&query, customer);
    while (query_row(&query)) {
        if (*count == room) {
            struct store_key *more =
                arena_take(arena, room * 2 * sizeof(*more));

            for (size_t i = 0; i < room; i++)
                more[i] = (*keys)[i];
            *keys = more;
            room *= 2;
        }
        (*keys)[(*count)++] = (struct store_key){
            .kind = (int)row_int(&query, 0),
            .source = row_int(&query, 1),
            .value = row_text(&query, 2, arena),
        };
    }
    return query_close(&query);
}

static enum status key_add(struct store *store, store_id customer,
                           store_id source, const struct store_key *key,
                           struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEY_ADD, err);

    query_int(&query, key->kind);
    query_text(&query, key->value);
    query_int(&query, customer);
    query_int(&query, source);
    return query_run(&query);
}

enum status store_customer_keys_put(struct store *store, store_id customer,
                                    store_id source,
                                    const struct store_key *keys, size_t count,
                                    struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, CUSTOMER_KEYS_DROP, err);
    query_int(&query, customer);
    query_int(&query, source);
    status = query_run(&query);
    for (size_t i = 0; i < count && status == OK; i++)
        status = key_add(store, customer, source, &keys[i], err);
    return status;
}

enum status store_is_empty(struct store *store, bool *empty, struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEY_ANY, err);

    *empty = !query_row(&query) || row_int(&query, 0) == 0;
    return query_close(&query);
}

enum status store_nobody(struct store *store, store_id source, int kind,
                         struct text value, bool *is, struct err *err)
{
    struct query query = query_open(&store->main, NOBODY_FIND, err);

    query_int(&query, source);
    query_int(&query, kind);
    query_text(&query, value);
    *is = query_row(&query);
    return query_close(&query);
}

enum status store_nobody_add(struct store *store, store_id source, int kind,
                             struct text value, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, NOBODY_ADD, err);
    query_int(&query, source);
    query_int(&query, kind);
    query_text(&query, value);
    return query_run(&query);
}
