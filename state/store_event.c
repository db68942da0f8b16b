/*
 * store_event.c - what happened to a customer.
 */
#include "state/history.h"
#include "state/inside.h"

/* Columns as EVENT_COLUMNS names them. */
static struct event event_row(const struct query *query, struct arena *arena)
{
    return (struct event){
        .id = row_int(query, 0),
        .run = row_int(query, 1),
        .customer = row_int(query, 2),
        .account = row_int(query, 3),
        .source = row_int(query, 4),
        .kind = (enum event_kind)row_int(query, 5),
        .at_ms = row_int(query, 6),
        .body = row_text(query, 7, arena),
    };
}

enum status store_event_add(struct store *store, const struct event *event,
                            struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, EVENT_ADD, err);
    query_id(&query, event->run);
    query_int(&query, event->customer);
    query_id(&query, event->account);
    query_id(&query, event->source);
    query_int(&query, event->kind);
    query_int(&query, event->at_ms);
    query_text(&query, event->body);
    return query_run(&query);
}

enum status store_event_news(struct store *store, const struct event *event,
                             struct err *err)
{
    struct query query = query_open(&store->main, EVENT_LAST_IS, err);
    bool told = false;
    enum status status;

    query_int(&query, event->customer);
    query_id(&query, event->account);
    query_id(&query, event->source);
    query_int(&query, event->kind);
    query_text(&query, event->body);
    if (query_row(&query))
        told = row_int(&query, 0) != 0;
    status = query_close(&query);
    return status == OK && !told ? store_event_add(store, event, err) : status;
}

enum status store_written_since(struct store *store, store_id account,
                                store_id customer, int64_t since_ms,
                                bool *written, struct err *err)
{
    struct query query = query_open(&store->main, WRITTEN_SINCE, err);

    *written = false;
    query_int(&query, account);
    query_int(&query, customer);
    query_int(&query, since_ms);
    if (query_row(&query))
        *written = row_int(&query, 0) != 0;
    return query_close(&query);
}

enum status store_writes_since(struct store *store, store_id account,
                               store_id customer, int64_t since_ms,
                               struct arena *arena, struct event *events,
                               size_t max, size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, WRITES_SINCE, err);

    *count = 0;
    query_int(&query, account);
    query_int(&query, customer);
    query_int(&query, since_ms);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        events[(*count)++] = event_row(&query, arena);
    return query_close(&query);
}

enum status store_written_count(struct store *store, store_id account,
                                int64_t since_ms, uint64_t *count,
                                struct err *err)
{
    struct query query = query_open(&store->main, WRITTEN_COUNT, err);

    *count = 0;
    query_int(&query, account);
    query_int(&query, since_ms);
    if (query_row(&query))
        *count = (uint64_t)row_int(&query, 0);
    return query_close(&query);
}

enum status store_events(struct store *store, store_id customer,
                         store_id before, struct arena *arena,
                         struct event *events, size_t max, size_t *count,
                         struct err *err)
{
    struct query query = query_open(&store->main, EVENTS_OF_CUSTOMER, err);

    *count = 0;
    query_int(&query, customer);
    query_int(&query, before > 0 ? before : INT64_MAX);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        events[(*count)++] = event_row(&query, arena);
    return query_close(&query);
}

enum status store_run_accounts(struct store *store, store_id run,
                               store_id *accounts, size_t max, size_t *count,
                               struct err *err)
{
    store_id last = 0;
    enum status status = OK;
    bool found;

    *count = 0;
    do {
        struct query query = query_open(&store->main, RUN_ACCOUNT_NEXT, err);

        query_int(&query, run);
        query_int(&query, last);
        found = query_row(&query) && row_int(&query, 0) > 0;
        if (found)
            last = row_int(&query, 0);
        status = query_close(&query);
        if (found && *count < max)
            accounts[(*count)++] = last;
    } while (status == OK && found && *count < max);
    return status;
}

static enum status wrote_next(struct store *store, store_id run,
                              store_id account, store_id after, store_id *next,
                              struct err *err)
{
    struct query query = query_open(&store->main, RUN_WROTE_NEXT, err);

    *next = 0;
    query_int(&query, run);
    query_int(&query, account);
    query_int(&query, after);
    if (query_row(&query))
        *next = row_int(&query, 0);
    return query_close(&query);
}

enum status store_run_wrote(struct store *store, store_id run, store_id account,
                            store_id after, struct arena *arena,
                            struct event *events, size_t max, size_t *count,
                            struct err *err)
{
    store_id customer;
    struct query query;
    enum status status = wrote_next(store, run, account, after, &customer, err);

    *count = 0;
    if (status != OK || customer == 0)
        return status;
    query = query_open(&store->main, RUN_WROTE, err);
    query_int(&query, run);
    query_int(&query, account);
    query_int(&query, customer);
    while (query_row(&query)) {
        if (*count < max)
            (*count)++;
        events[*count - 1] = event_row(&query, arena);
    }
    return query_close(&query);
}

/* --- pruning --------------------------------------------------------------*/

static enum status prune(struct store *store, enum statement statement,
                         int64_t before, bool limited, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    query_int(&query, before);
    if (limited)
        query_int(&query, PRUNED_AT_ONCE);
    return query_run(&query);
}

enum status store_history_prune(struct store *store, store_id run,
                                int64_t now_ms, struct err *err)
{
    const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;
    enum status status = store_writing(store, err);
    struct query query;
    const int64_t since_ms = now_ms - HISTORY_DAYS * day_ms;
    store_id young = 0;

    if (status != OK)
        return status;
    query = query_open(&store->main, RUN_FIRST_SINCE, err);
    query_int(&query, since_ms);
    if (query_row(&query))
        young = row_int(&query, 0);
    status = query_close(&query);
    if (status == OK && young > 0)
        status = prune(store, EVENTS_PRUNE, young, true, err);
    if (status == OK)
        status = prune(store, HAND_PRUNE, since_ms, true, err);
    if (status == OK && young > 0)
        status = prune(store, FACTS_PRUNE, young, false, err);
    if (status == OK && young > 0)
        status = prune(store, REPORTS_PRUNE, young, false, err);
    if (status == OK)
        status = prune(store, CHANGES_PRUNE, run, true, err);
    return status;
}
