/*
 * store_identity.c - customers, the keys they carry, and keys of nobody.
 */
#include "state/inside.h"
#include "state/keys.h"
#include "state/waiting_numbers.h"

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

static enum status number_of(struct store *store, int kind, struct text value,
                             int64_t *number, struct err *err)
{
    enum status status =
        store->seeded ? OK : store_seed(store, store->seed, err);

    store->seeded = status == OK;
    *number = keys_number(store->seed, kind, value);
    return status;
}

static enum status take_keys(struct store *store, store_id customer,
                             struct arena *arena, struct text *packed,
                             struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEYS, err);

    query_int(&query, customer);
    *packed = query_row(&query) ? row_text(&query, 0, arena) : TEXT("");
    return query_close(&query);
}

/* Customers in order, each once; one more than `max` is enough. */
struct finding {
    store_id *customers;
    size_t max, count;
};

static void found(struct finding *finding, store_id customer)
{
    size_t at;

    for (at = 0; at < finding->count && at < finding->max; at++) {
        if (finding->customers[at] == customer)
            return;
    }
    for (at = finding->count++; at > 0 && at <= finding->max; at--) {
        if (finding->customers[at - 1] < customer)
            break;
        if (at < finding->max)
            finding->customers[at] = finding->customers[at - 1];
    }
    if (at < finding->max)
        finding->customers[at] = customer;
}

static enum status look_at(struct store *store, const struct store_key *key,
                           store_id customer, struct finding *finding,
                           struct err *err)
{
    struct text packed;
    enum status status;

    arena_reset(store->work);
    status = take_keys(store, customer, store->work, &packed, err);
    if (status == OK && keys_have(packed, key->kind, key->value, key->source))
        found(finding, customer);
    return status;
}

static enum status find_written(struct store *store, int64_t number,
                                const struct store_key *key,
                                struct finding *finding, struct err *err)
{
    store_id at[NUMBERS_AT_ONCE], after = 0;
    enum status status;
    size_t count;

    do {
        size_t before = finding->count;

        status = store_numbers_find(store, number, after, at, &count, err);
        for (size_t i = 0;
             i < count && status == OK && finding->count <= finding->max; i++)
            status = look_at(store, key, after = at[i], finding, err);
        /* So many that lost it are not to be passed again and again. */
        if (status == OK && finding->count == before &&
            count == NUMBERS_AT_ONCE && numbers_any(store->numbers)) {
            status = store_numbers_write(store, err);
            after = 0;
        }
    } while (status == OK && count == NUMBERS_AT_ONCE &&
             finding->count <= finding->max);
    return status;
}

static enum status find_waiting(struct store *store, int64_t number,
                                const struct store_key *key,
                                struct finding *finding, struct err *err)
{
    enum status status = OK;
    uint32_t place = 0;
    store_id customer;

    while (status == OK && finding->count <= finding->max &&
           numbers_find(store->numbers, number, &place, &customer))
        status = look_at(store, key, customer, finding, err);
    return status;
}

/* Looks for one more than asked for and no further: a key on everybody's row
 * would otherwise cost the square of the rows. */
enum status store_customers_by_key(struct store *store, int kind,
                                   struct text value, store_id source,
                                   store_id *customers, size_t max,
                                   size_t *count, struct err *err)
{
    const struct store_key key = {kind, source, value};
    struct finding finding = {.customers = customers, .max = max};
    int64_t number;
    enum status status = number_of(store, kind, value, &number, err);

    if (status == OK)
        status = find_written(store, number, &key, &finding, err);
    if (status == OK)
        status = find_waiting(store, number, &key, &finding, err);
    *count = finding.count;
    return status;
}

/* Those of one source left out, and room for `more`. */
static struct store_key *list_keys(struct text packed, store_id without,
                                   size_t more, struct arena *arena,
                                   size_t *count)
{
    struct store_key key, *keys;
    struct text rest = packed;
    size_t all = 0;

    while (keys_next(&rest, &key))
        all++;
    keys = arena_take(arena, (all + more + 1) * sizeof(*keys));
    *count = 0;
    while (keys_next(&packed, &key)) {
        if (without == 0 || key.source != without)
            keys[(*count)++] = key;
    }
    return keys;
}

enum status store_customer_keys(struct store *store, store_id customer,
                                struct arena *arena, struct store_key **keys,
                                size_t *count, struct err *err)
{
    struct text packed;
    enum status status = take_keys(store, customer, arena, &packed, err);

    *keys = list_keys(packed, 0, 0, arena, count);
    return status;
}

/* One number may stand for several keys. */
static enum status has_number(struct store *store, struct text packed,
                              int64_t number, bool *has, struct err *err)
{
    struct store_key key;
    enum status status = OK;

    *has = false;
    while (status == OK && !*has && keys_next(&packed, &key)) {
        int64_t other = 0;

        status = number_of(store, key.kind, key.value, &other, err);
        *has = other == number;
    }
    return status;
}

/* The numbers of those keys come or go, but for those that `but` has too. */
static enum status move_numbers(struct store *store, store_id customer,
                                struct text keys, struct text but, bool come,
                                struct err *err)
{
    struct store_key key;
    enum status status = OK;

    while (status == OK && keys_next(&keys, &key)) {
        int64_t number = 0;
        bool has = false;

        status = number_of(store, key.kind, key.value, &number, err);
        if (status == OK)
            status = has_number(store, but, number, &has, err);
        if (status != OK || has)
            continue;
        if (come)
            numbers_add(store->numbers, number, customer);
        else
            numbers_take(store->numbers, number, customer);
    }
    return status == OK && numbers_full(store->numbers)
               ? store_numbers_write(store, err)
               : status;
}

enum status store_numbers_drop(struct store *store, store_id customer,
                               struct text keys, struct err *err)
{
    return move_numbers(store, customer, keys, TEXT(""), false, err);
}

static enum status keys_put(struct store *store, store_id customer,
                            struct text before, struct text after,
                            struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEYS_PUT, err);
    enum status status;

    query_int(&query, customer);
    query_blob(&query, after.at, after.size);
    status = query_run(&query);
    if (status == OK && sqlite3_changes(store->main.db) != 1)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "keys for customer %lld, who does not exist",
                    (long long)customer);
    if (status == OK)
        status = move_numbers(store, customer, after, before, true, err);
    if (status == OK)
        status = move_numbers(store, customer, before, after, false, err);
    return status;
}

enum status store_customer_keys_put(struct store *store, store_id customer,
                                    store_id source,
                                    const struct store_key *keys, size_t count,
                                    struct err *err)
{
    enum status status = store_writing(store, err);
    struct buffer packed = {0};
    struct store_key *all;
    struct text before;
    size_t others;

    if (status != OK)
        return status;
    arena_reset(store->work);
    status = take_keys(store, customer, store->work, &before, err);
    if (status != OK)
        return status;
    all = list_keys(before, source, count, store->work, &others);
    for (size_t i = 0; i < count; i++) {
        all[others + i] = keys[i];
        all[others + i].source = source;
    }
    keys_pack(&packed, all, others + count);
    if (!text_equal(before, buffer_view(&packed)))
        status = keys_put(store, customer, before, buffer_view(&packed), err);
    buffer_free(&packed);
    return status;
}

enum status store_is_empty(struct store *store, bool *empty, struct err *err)
{
    struct query query = query_open(&store->main, CUSTOMER_KEY_ANY, err);

    *empty = (!query_row(&query) || row_int(&query, 0) == 0) &&
             !numbers_any(store->numbers);
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
