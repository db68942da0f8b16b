/*
 * store_fingerprint.c - which rows were dealt with: those of many customers in
 * one row of the table, see print_leaf.h, written when the transaction ends.
 */
#include "state/inside.h"
#include "state/print_leaf.h"
#include "state/waiting_prints.h"

/* A cursor is open meanwhile, for speed: seen must not use the store. */
enum status store_fingerprints(struct store *store, store_id source,
                               store_id account, store_fingerprint_seen *seen,
                               void *self, struct err *err)
{
    enum status status = store_prints_write(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, FINGERPRINTS, err);
    query_int(&query, source);
    query_int(&query, account);
    while (query_row(&query)) {
        int64_t leaf = row_int(&query, 0);
        struct text rest = row_view(&query, 1);
        struct fingerprint print;
        store_id customer = 0;
        bool own;

        while (leaf_next(&rest, leaf, &customer, &print, &own))
            seen(self, &print, customer, own ? ROLE_OWN : ROLE_MERGED);
    }
    return query_close(&query);
}

/* --- writing --------------------------------------------------------------*/

static enum status find_leaf(struct store *store,
                             const struct waiting_prints *of, store_id *id,
                             struct buffer *leaf, struct err *err)
{
    struct query query = query_open(&store->main, LEAF_FIND, err);

    *id = 0;
    query_int(&query, of->source);
    query_int(&query, of->account);
    query_int(&query, leaf_of(of->customer));
    if (query_row(&query)) {
        *id = row_int(&query, 0);
        buffer_text(leaf, row_view(&query, 1));
    }
    return query_close(&query);
}

static enum status put_leaf(struct store *store,
                            const struct waiting_prints *of, store_id id,
                            struct text leaf, struct err *err)
{
    struct query query;

    if (id == 0 && leaf.size == 0)
        return OK;
    if (id == 0) {
        query = query_open(&store->main, LEAF_ADD, err);
        query_int(&query, of->source);
        query_int(&query, of->account);
        query_int(&query, leaf_of(of->customer));
    } else {
        query = query_open(&store->main, leaf.size > 0 ? LEAF_PUT : LEAF_REMOVE,
                           err);
        query_int(&query, id);
    }
    if (leaf.size > 0)
        query_blob(&query, leaf.at, leaf.size);
    return query_run(&query);
}

static bool is_one_leaf(const struct waiting_prints *a,
                        const struct waiting_prints *b)
{
    return a->source == b->source && a->account == b->account &&
           leaf_of(a->customer) == leaf_of(b->customer);
}

enum status store_prints_write(struct store *store, struct err *err)
{
    struct buffer leaf = {0};
    size_t count, next;
    const struct waiting_prints *at = waiting_sorted(store->waiting, &count);
    enum status status = OK;

    for (size_t i = 0; i < count && status == OK; i = next) {
        bool moved = false;
        store_id id;

        buffer_clear(&leaf);
        status = find_leaf(store, &at[i], &id, &leaf, err);
        for (next = i; next < count && is_one_leaf(&at[i], &at[next]); next++)
            moved |=
                leaf_put(&leaf, at[next].customer,
                         waiting_at(store->waiting, &at[next]), at[next].count);
        if (status == OK && moved)
            status = put_leaf(store, &at[i], id, buffer_view(&leaf), err);
    }
    waiting_forget(store->waiting);
    buffer_free(&leaf);
    return status;
}

static enum status put(struct store *store, store_id source, store_id account,
                       store_id customer, const struct fingerprint *prints,
                       size_t count, struct err *err)
{
    waiting_put(store->waiting, source, account, customer, prints, count);
    return waiting_full(store->waiting) ? store_prints_write(store, err) : OK;
}

enum status store_fingerprints_put(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   const struct fingerprint *prints,
                                   size_t count, struct err *err)
{
    enum status status = store_writing(store, err);

    return status == OK
               ? put(store, source, account, customer, prints, count, err)
               : status;
}

/* --- of every source ------------------------------------------------------*/

/* account 0: of each. */
static struct query open_leaves(struct store *store, int64_t leaf,
                                store_id account, struct err *err)
{
    struct query query = query_open(&store->main, LEAVES_OF, err);

    query_int(&query, leaf);
    query_int(&query, account);
    return query;
}

enum status store_fingerprints_drop(struct store *store, store_id account,
                                    store_id customer, struct err *err)
{
    enum status status = store_writing(store, err);
    struct waiting *waiting = store->waiting;
    const struct waiting_prints *at;
    uint32_t place = 0;
    struct query query;

    if (status != OK)
        return status;
    while ((at = waiting_next(waiting, customer, &place)) != NULL) {
        if (at->account == account)
            waiting_put(waiting, at->source, account, customer, NULL, 0);
    }
    query = open_leaves(store, leaf_of(customer), account, err);
    while (query_row(&query)) {
        if (leaf_has(row_view(&query, 2), customer))
            waiting_put(waiting, row_int(&query, 0), account, customer, NULL,
                        0);
    }
    status = query_close(&query);
    return status == OK && waiting_full(waiting)
               ? store_prints_write(store, err)
               : status;
}

static bool other_waits(const struct waiting *waiting, store_id source,
                        store_id account, store_id customer)
{
    const struct waiting_prints *at;
    uint32_t place = 0;

    while ((at = waiting_next(waiting, customer, &place)) != NULL) {
        if (at->account == account && at->source != source && at->count > 0)
            return true;
    }
    return false;
}

static enum status other_has(struct store *store, store_id source,
                             store_id account, store_id customer, bool *has,
                             struct err *err)
{
    struct query query = open_leaves(store, leaf_of(customer), account, err);

    while (!*has && query_row(&query)) {
        store_id other = row_int(&query, 0);

        *has = other != source && leaf_has(row_view(&query, 2), customer) &&
               waiting_find(store->waiting, other, account, customer) == NULL;
    }
    return query_close(&query);
}

static enum status other_comes(struct store *store, store_id source,
                               store_id account, store_id customer, bool *comes,
                               struct err *err)
{
    struct query query = query_open(&store->main, CHANGE_OTHER, err);

    query_int(&query, customer);
    query_int(&query, source);
    query_int(&query, account);
    *comes = query_row(&query);
    return query_close(&query);
}

enum status store_has_other_source(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   bool *has, struct err *err)
{
    enum status status = OK;

    *has = other_waits(store->waiting, source, account, customer);
    if (!*has)
        status = other_has(store, source, account, customer, has, err);
    if (!*has && status == OK)
        status = other_comes(store, source, account, customer, has, err);
    return status;
}

/* --- many -----------------------------------------------------------------*/

enum status store_fingerprints_forget(struct store *store, store_id account,
                                      struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status == OK)
        status = store_prints_write(store, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, FINGERPRINTS_FORGET, err);
    query_int(&query, account);
    return query_run(&query);
}

/* Of the customers noted from that one on the first leaf; 0: no more. */
static enum status next_noted(struct store *store, store_id *customer,
                              struct err *err)
{
    struct query query = query_open(&store->main, DROP_FROM, err);

    query_int(&query, *customer);
    *customer = query_row(&query) ? row_int(&query, 0) : 0;
    return query_close(&query);
}

static enum status drop_noted(struct store *store, store_id source,
                              store_id account, int64_t leaf,
                              struct text prints, struct err *err)
{
    struct query query = query_open(&store->main, DROP_BETWEEN, err);

    query_int(&query, leaf << LEAF_BITS);
    query_int(&query, ((leaf + 1) << LEAF_BITS) - 1);
    while (query_row(&query)) {
        store_id customer = row_int(&query, 0);

        if (leaf_has(prints, customer))
            waiting_put(store->waiting, source, account, customer, NULL, 0);
    }
    return query_close(&query);
}

/* Few of them have any: who is dropped was never linked. */
enum status store_prints_drop_noted(struct store *store, struct err *err)
{
    enum status status = store_prints_write(store, err);
    store_id customer = 0;

    while (status == OK) {
        struct query query;
        int64_t leaf;

        status = next_noted(store, &customer, err);
        if (status != OK || customer == 0)
            break;
        leaf = leaf_of(customer);
        query = open_leaves(store, leaf, 0, err);
        while (status == OK && query_row(&query))
            status = drop_noted(store, row_int(&query, 0), row_int(&query, 1),
                                leaf, row_view(&query, 2), err);
        if (query_close(&query) != OK)
            status = STOP;
        if (status == OK && waiting_full(store->waiting))
            status = store_prints_write(store, err);
        customer = (leaf + 1) << LEAF_BITS;
    }
    return status;
}
