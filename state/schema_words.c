/*
 * schema_words.c - what the steps of the schema say beside SQLite's own words:
 * key_number(kind, value) and packed_key(source, kind, value), as keys.h has
 * them, and print_leaf(customer, prints) and number_leaf(key) of all customers,
 * or keys, of a leaf.
 */
#include <stdlib.h>

#include "state/keys.h"
#include "state/number_leaf.h"
#include "state/print_leaf.h"
#include "state/schema.h"
#include "state/sqlite.h"

enum { SEED_SIZE = 16 };

static struct text text_argument(sqlite3_value *value)
{
    const char *at = (const char *)sqlite3_value_blob(value);

    return (struct text){at != NULL ? at : "",
                         (size_t)sqlite3_value_bytes(value)};
}

static void key_number(sqlite3_context *context, int count,
                       sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int64(context, keys_number(sqlite3_user_data(context),
                                              sqlite3_value_int(values[0]),
                                              text_argument(values[1])));
}

static void packed_key(sqlite3_context *context, int count,
                       sqlite3_value **values)
{
    struct store_key key = {.source = sqlite3_value_int64(values[0]),
                            .kind = sqlite3_value_int(values[1]),
                            .value = text_argument(values[2])};
    struct buffer packed = {0};

    (void)count;
    keys_pack(&packed, &key, 1);
    sqlite3_result_blob64(context, packed.at, packed.size, SQLITE_TRANSIENT);
    buffer_free(&packed);
}

/* In any order; those of a customer in one piece. */
static void print_leaf_step(sqlite3_context *context, int count,
                            sqlite3_value **values)
{
    struct buffer *leaf = sqlite3_aggregate_context(context, sizeof(*leaf));
    struct text prints = text_argument(values[1]);

    (void)count;
    if (leaf == NULL) {
        sqlite3_result_error_nomem(context);
        return;
    }
    /* Bytes, which lie anywhere. */
    (void)leaf_put(leaf, sqlite3_value_int64(values[0]),
                   (const struct fingerprint *)(const void *)prints.at,
                   prints.size / sizeof(struct fingerprint));
}

static void print_leaf_end(sqlite3_context *context)
{
    struct buffer *leaf = sqlite3_aggregate_context(context, 0);

    if (leaf == NULL)
        return;
    sqlite3_result_blob64(context, leaf->at != NULL ? leaf->at : "", leaf->size,
                          SQLITE_TRANSIENT);
    buffer_free(leaf);
}

static void number_leaf_step(sqlite3_context *context, int count,
                             sqlite3_value **values)
{
    struct buffer *keys = sqlite3_aggregate_context(context, sizeof(*keys));
    int64_t key = sqlite3_value_int64(values[0]);

    (void)count;
    if (keys == NULL)
        sqlite3_result_error_nomem(context);
    else
        buffer_add(keys, &key, sizeof(key));
}

static int order(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* They came in any order; the place is the first of them. */
static void number_leaf_end(sqlite3_context *context)
{
    struct buffer *keys = sqlite3_aggregate_context(context, 0), leaf = {0};
    int64_t *at, last;
    size_t count;

    if (keys == NULL)
        return;
    at = (int64_t *)(void *)keys->at;
    count = keys->size / sizeof(*at);
    qsort(at, count, sizeof(*at), order);
    last = at[0];
    for (size_t i = 0; i < count; i++)
        number_add(&leaf, &last, at[i]);
    sqlite3_result_blob64(context, leaf.at, leaf.size, SQLITE_TRANSIENT);
    buffer_free(&leaf);
    buffer_free(keys);
}

enum status schema_words(struct connection *connection, struct err *err)
{
    struct query query = query_open(connection, SEED_TAKE, err);
    uint8_t *seed = calloc(1, SEED_SIZE);
    enum status status;
    int result;

    if (seed == NULL)
        abort();
    if (query_row(&query))
        (void)row_bytes(&query, 0, seed, SEED_SIZE);
    status = query_close(&query);
    if (status != OK) {
        free(seed);
        return status;
    }
    result =
        sqlite3_create_function_v2(connection->db, "key_number", 2, SQLITE_UTF8,
                                   seed, key_number, NULL, NULL, free);
    if (result == SQLITE_OK)
        result =
            sqlite3_create_function(connection->db, "packed_key", 3,
                                    SQLITE_UTF8, NULL, packed_key, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_create_function(connection->db, "print_leaf", 2,
                                         SQLITE_UTF8, NULL, NULL,
                                         print_leaf_step, print_leaf_end);
    if (result == SQLITE_OK)
        result = sqlite3_create_function(connection->db, "number_leaf", 1,
                                         SQLITE_UTF8, NULL, NULL,
                                         number_leaf_step, number_leaf_end);
    return result == SQLITE_OK ? OK : connection_fail(connection, result, err);
}
