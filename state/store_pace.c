/*
 * store_pace.c - a sliding window that every process on the host shares.
 *
 * Grants are rows (scope, time, number). At most `limit` of them lie within any
 * window plus a margin. The margin is there because a grant is not yet a send:
 * it is used a little after it was given, and the way through the network does
 * not always take the same time. A fiftieth of the window: what was given at
 * one end of it and used late can then not meet, in the provider's window, what
 * is given when it has passed, and 98 of 100 allowed sends are still made. A
 * grant that is used later than that is moved to when it was.
 *
 * The clock may be set back. Grants that then lie in the future count as they
 * are if that is less than a window and its margin away; any further ones are
 * taken as given now. So nobody waits longer than two windows, and nobody gets
 * more than the limit either.
 */
#include "state/inside.h"

enum { MARGIN_PART = 50 };

/* Longer windows do not exist, and sums of times must not overflow. */
static const uint64_t window_max_ms = 32LL * 24 * 3600 * 1000;
/* Callers cap a penalty far below this: one further away than that was written
 * down by a clock that was wrong, and would silence us for ever. */
static const int64_t penalty_max_ms = 25LL * 3600 * 1000;

struct pace {
    struct connection *connection;
    struct text scope;
    int64_t span_ms; /* window and margin */
    int64_t now_ms;
    uint64_t limit;
    bool written; /* something to commit */
};

static int64_t span_of(uint64_t window_ms)
{
    uint64_t window = window_ms < window_max_ms ? window_ms : window_max_ms;

    return (int64_t)(window + window / MARGIN_PART);
}

static enum status pace_ask(struct connection *connection,
                            enum statement statement, struct text scope,
                            int64_t ms, int64_t *number, struct err *err)
{
    struct query query = query_open(connection, statement, err);

    query_text(&query, scope);
    query_int(&query, ms);
    if (query_row(&query))
        *number = row_int(&query, 0);
    return query_close(&query);
}

static enum status pace_add(struct pace *pace, int64_t number, struct err *err)
{
    struct query query = query_open(pace->connection, GRANT_ADD, err);

    pace->written = true;
    query_text(&query, pace->scope);
    query_int(&query, pace->now_ms);
    query_int(&query, number);
    return query_run(&query);
}

/* What lies further ahead than any honest clock allows counts from now. */
static enum status pace_clamp(struct pace *pace, struct err *err)
{
    int64_t ahead = 0, edge_ms = pace->now_ms + pace->span_ms, none;
    enum status status = pace_ask(pace->connection, GRANTS_AHEAD, pace->scope,
                                  edge_ms, &ahead, err);

    if (status != OK || ahead == 0)
        return status;
    status = pace_ask(pace->connection, GRANTS_AHEAD_DROP, pace->scope, edge_ms,
                      &none, err);
    return status == OK ? pace_add(pace, ahead, err) : status;
}

/* When the first of the grants beyond the limit leaves the window. */
static enum status pace_free(struct pace *pace, int64_t used, int64_t *free_ms,
                             struct err *err)
{
    struct query query = query_open(pace->connection, GRANTS, err);

    query_text(&query, pace->scope);
    query_int(&query, pace->now_ms - pace->span_ms);
    while ((uint64_t)used >= pace->limit && query_row(&query)) {
        *free_ms = row_int(&query, 0) + pace->span_ms;
        used -= row_int(&query, 1);
    }
    return query_close(&query);
}

static enum status penalty_find(struct connection *connection,
                                struct text scope, int64_t now_ms,
                                int64_t *until_ms, struct err *err)
{
    struct query query = query_open(connection, PENALTY_FIND, err);

    *until_ms = 0;
    query_text(&query, scope);
    if (query_row(&query))
        *until_ms = row_int(&query, 0);
    if (*until_ms <= now_ms || *until_ms - now_ms > penalty_max_ms)
        *until_ms = 0;
    return query_close(&query);
}

static enum status penalty_remove(struct connection *connection,
                                  struct text scope, struct err *err)
{
    struct query query = query_open(connection, PENALTY_REMOVE, err);

    query_text(&query, scope);
    return query_run(&query);
}

static enum status pace_window(struct pace *pace, uint32_t want,
                               uint32_t *granted, int64_t *free_ms,
                               struct err *err)
{
    int64_t used = 0, none;
    uint64_t left;
    enum status status = pace_clamp(pace, err);

    if (status == OK)
        status = pace_ask(pace->connection, GRANTS_USED, pace->scope,
                          pace->now_ms - pace->span_ms, &used, err);
    if (status != OK)
        return status;
    if ((uint64_t)used >= pace->limit)
        return pace_free(pace, used, free_ms, err);

    left = pace->limit - (uint64_t)used;
    if (*free_ms > pace->now_ms || want == 0)
        return OK; /* a penalty: nothing is given, nothing is used up */
    *granted = left < want ? (uint32_t)left : want;
    status = pace_ask(pace->connection, GRANTS_DROP, pace->scope,
                      pace->now_ms - pace->span_ms, &none, err);
    return status == OK ? pace_add(pace, *granted, err) : status;
}

static enum status pace_grant(struct pace *pace, uint32_t want,
                              uint32_t *granted, uint64_t *wait_ms,
                              struct err *err)
{
    int64_t penalty_ms, free_ms;
    enum status status = penalty_find(pace->connection, pace->scope,
                                      pace->now_ms, &penalty_ms, err);

    if (status != OK)
        return status;
    free_ms = penalty_ms;
    if (pace->limit != 0)
        status = pace_window(pace, want, granted, &free_ms, err);
    else if (penalty_ms == 0)
        *granted = want;
    if (status != OK || *granted > 0)
        return status;
    if (free_ms < penalty_ms)
        free_ms = penalty_ms;
    *wait_ms = free_ms > pace->now_ms ? (uint64_t)(free_ms - pace->now_ms) : 1;
    return OK;
}

/*
 * A power cut may forget what was granted in its last moments: what was sent is
 * on the disk elsewhere, and the window is over when the power is back. So no
 * send waits for the disk here.
 */
static enum status pace_begin(struct store *store, struct pace *pace,
                              struct err *err)
{
    enum status status = store_outside(store, &pace->connection, err);

    if (status == OK)
        status =
            connection_run(pace->connection, "PRAGMA synchronous=NORMAL", err);
    if (status != OK)
        return status;
    status = connection_begin(pace->connection, err);
    if (status != OK)
        (void)connection_run(pace->connection, "PRAGMA synchronous=FULL", err);
    return status;
}

static enum status pace_end(struct pace *pace, enum status status,
                            struct err *err)
{
    struct err full;

    if (status == OK && pace->written)
        status = connection_commit(pace->connection, err);
    else
        connection_rollback(pace->connection);
    if (connection_run(pace->connection, "PRAGMA synchronous=FULL", &full) !=
            OK &&
        status == OK) {
        *err = full;
        status = full.status;
    }
    return status;
}

enum status store_pace(struct store *store, const char *scope, uint64_t limit,
                       uint64_t window_ms, uint32_t want, int64_t now_ms,
                       uint32_t *granted, uint64_t *wait_ms, struct err *err)
{
    struct pace pace = {
        .scope = text_of(scope), .span_ms = span_of(window_ms), .limit = limit};
    enum status status = pace_begin(store, &pace, err);

    *granted = 0;
    *wait_ms = 0;
    if (status != OK)
        return status;
    /* now_ms was read before we waited for the others. */
    pace.now_ms = now_ms + pace.connection->waited_ms;
    status = pace_grant(&pace, want, granted, wait_ms, err);
    status = pace_end(&pace, status, err);
    if (status != OK)
        *granted = 0;
    return status;
}

enum status store_pace_book(struct store *store, const char *scope,
                            uint64_t number, int64_t at_ms, struct err *err)
{
    struct pace pace = {.scope = text_of(scope), .now_ms = at_ms};
    enum status status = pace_begin(store, &pace, err);

    if (status == OK)
        status = pace_end(&pace, pace_add(&pace, (int64_t)number, err), err);
    return status;
}

enum status store_pace_late(struct store *store, const char *scope,
                            int64_t given_ms, int64_t left_ms, struct err *err)
{
    struct pace pace = {.scope = text_of(scope), .now_ms = left_ms};
    enum status status = pace_begin(store, &pace, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(pace.connection, GRANT_TAKE, err);
    query_text(&query, pace.scope);
    query_int(&query, given_ms);
    query_int(&query, left_ms);
    status = query_run(&query);
    if (status == OK)
        status = pace_add(&pace, 1, err);
    return pace_end(&pace, status, err);
}

enum status store_pace_since(struct store *store, const char *scope,
                             int64_t since_ms, uint64_t *number,
                             struct err *err)
{
    int64_t sum = 0;
    enum status status = pace_ask(store_outside_look(store), GRANTS_USED,
                                  text_of(scope), since_ms, &sum, err);

    *number = (uint64_t)sum;
    return status;
}

/* A shorter penalty never ends a longer one; one of 0 lifts them all. */
enum status store_penalty(struct store *store, const char *scope,
                          int64_t until_ms, struct err *err)
{
    struct connection *connection;
    struct query query;
    enum status status = store_outside(store, &connection, err);

    if (status == OK)
        status = connection_begin(connection, err);
    if (status != OK)
        return status;
    if (until_ms <= 0) {
        status = penalty_remove(connection, text_of(scope), err);
    } else {
        query = query_open(connection, PENALTY_PUT, err);
        query_text(&query, text_of(scope));
        query_int(&query, until_ms);
        status = query_run(&query);
    }
    if (status == OK)
        return connection_commit(connection, err);
    connection_rollback(connection);
    return status;
}

enum status store_pace_used(struct store *store, const char *scope,
                            uint64_t window_ms, int64_t now_ms, uint64_t *used,
                            int64_t *penalty_until_ms, struct err *err)
{
    struct connection *connection = store_outside_look(store);
    int64_t number = 0;
    enum status status = pace_ask(connection, GRANTS_USED, text_of(scope),
                                  now_ms - span_of(window_ms), &number, err);

    *used = (uint64_t)number;
    *penalty_until_ms = 0;
    if (status == OK)
        status = penalty_find(connection, text_of(scope), now_ms,
                              penalty_until_ms, err);
    return status;
}
