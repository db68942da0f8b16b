/*
 * store_token.c - tokens, the breaker, and small facts.
 */
#include "state/inside.h"

enum status store_token(struct store *store, const char *login,
                        struct arena *arena, struct token *token,
                        struct err *err)
{
    struct query query = query_open(store_outside_look(store), TOKEN_FIND, err);

    *token = (struct token){.expires_ms = 0};
    query_text(&query, text_of(login));
    if (query_row(&query)) {
        token->access = row_text(&query, 0, arena);
        token->refresh = row_text(&query, 1, arena);
        token->first_refresh = row_text(&query, 2, arena);
        token->expires_ms = row_int(&query, 3);
        token->asked_ms = row_int(&query, 4);
        token->refused = row_text(&query, 5, arena);
    }
    return query_close(&query);
}

/*
 * One statement, run by itself on what is durable in every mode. A login names
 * an account by its id: that must mean the same later.
 */
static enum status outside_begin(struct store *store,
                                 struct connection **connection,
                                 struct err *err)
{
    enum status status = store_outside(store, connection, err);

    if (status == OK)
        status = connection_begin(*connection, err);
    if (status != OK)
        return status;
    status = store_pending_keep(store, *connection, err);
    if (status != OK)
        connection_rollback(*connection);
    return status;
}

static enum status outside_end(struct connection *connection,
                               struct query *query, struct err *err)
{
    enum status status = query_run(query);

    if (status == OK)
        return connection_commit(connection, err);
    connection_rollback(connection);
    return status;
}

enum status store_token_put(struct store *store, const char *login,
                            const struct token *token, struct err *err)
{
    struct connection *connection;
    enum status status = outside_begin(store, &connection, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(connection, TOKEN_PUT, err);
    query_text(&query, text_of(login));
    query_text(&query, token->access);
    query_text(&query, token->refresh);
    query_text(&query, token->first_refresh);
    query_int(&query, token->expires_ms);
    return outside_end(connection, &query, err);
}

enum status store_token_asked(struct store *store, const char *login,
                              int64_t asked_ms, struct err *err)
{
    struct connection *connection;
    enum status status = outside_begin(store, &connection, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(connection, TOKEN_ASKED, err);
    query_text(&query, text_of(login));
    query_int(&query, asked_ms);
    return outside_end(connection, &query, err);
}

enum status store_token_refused(struct store *store, const char *login,
                                struct text refused, struct err *err)
{
    struct connection *connection;
    enum status status = outside_begin(store, &connection, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(connection, TOKEN_REFUSED, err);
    query_text(&query, text_of(login));
    query_text(&query, refused);
    return outside_end(connection, &query, err);
}

enum status store_breaker(struct store *store, store_id account,
                          uint32_t *failures, int64_t *open_until_ms,
                          struct err *err)
{
    struct query query =
        query_open(store_outside_look(store), BREAKER_FIND, err);

    *failures = 0;
    *open_until_ms = 0;
    query_int(&query, account);
    if (query_row(&query)) {
        *failures = (uint32_t)row_int(&query, 0);
        *open_until_ms = row_int(&query, 1);
    }
    return query_close(&query);
}

/* Durable in a dry store too: the provider is down for whoever asks. */
enum status store_breaker_put(struct store *store, store_id account,
                              uint32_t failures, int64_t open_until_ms,
                              struct err *err)
{
    struct connection *connection;
    enum status status = outside_begin(store, &connection, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(connection, BREAKER_PUT, err);
    query_int(&query, account);
    query_int(&query, failures);
    query_int(&query, open_until_ms);
    return outside_end(connection, &query, err);
}

enum status store_fact(struct store *store, const char *name,
                       struct arena *arena, struct text *value, struct err *err)
{
    struct query query = query_open(&store->main, FACT_FIND, err);

    *value = TEXT("");
    query_text(&query, text_of(name));
    if (query_row(&query))
        *value = row_text(&query, 0, arena);
    return query_close(&query);
}

/* In a transaction or, outside, by itself; a dry store keeps none. */
enum status store_fact_put(struct store *store, const char *name,
                           struct text value, struct err *err)
{
    struct query query;
    enum status status;
    bool own;

    if (store->mode == STORE_DRY && !store->in_transaction)
        return OK;
    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, FACT_PUT, err);
    query_text(&query, text_of(name));
    query_text(&query, value);
    status = query_run(&query);
    return store_own_end(store, own, status, err);
}
