/*
 * store_event.c - what happened to a customer.
 */
#include "state/event_form.h"
#include "state/inside.h"

#include <stdio.h>

/* Columns as EVENT_COLUMNS names them. */
static struct event event_row(const struct query *query, struct arena *arena)
{
    const struct kept_event kept = {
        .line = row_int(query, 8),
        .record = row_view(query, 9),
        .differs = row_view(query, 10),
    };

    return (struct event){
        .id = row_int(query, 0),
        .run = row_int(query, 1),
        .customer = row_int(query, 2),
        .account = row_int(query, 3),
        .source = row_int(query, 4),
        .kind = (enum event_kind)row_int(query, 5),
        .at_ms = row_int(query, 6),
        .body = forms_body(row_view(query, 7), &kept, arena),
    };
}

static enum status form_add(struct store *store, const struct event *event,
                            struct kept_event *kept, struct err *err)
{
    struct query query = query_open(&store->main, FORM_ADD, err);
    enum status status;

    query_id(&query, event->run);
    query_id(&query, event->account);
    query_id(&query, event->source);
    query_int(&query, event->kind);
    query_int(&query, event->at_ms);
    query_text(&query, kept->form_text);
    status = query_run(&query);
    if (status != OK)
        return status;
    kept->form = sqlite3_last_insert_rowid(store->main.db);
    forms_add(store->forms, kept->form, event, kept->form_text);
    return OK;
}

enum status store_event_add(struct store *store, const struct event *event,
                            struct err *err)
{
    enum status status = store_writing(store, err);
    struct kept_event kept;
    struct query query;

    if (status != OK)
        return status;
    kept = forms_choose(store->forms, event);
    if (kept.form == 0)
        status = form_add(store, event, &kept, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, EVENT_ADD, err);
    query_int(&query, event->customer);
    query_int(&query, kept.form);
    query_int(&query, kept.late_ms);
    if (kept.has_line)
        query_int(&query, kept.line);
    else
        query_id(&query, 0);
    if (kept.record.size > 0)
        query_text(&query, kept.record);
    else
        query_id(&query, 0);
    query_id(&query, event->account);
    if (kept.differs.size > 0)
        query_blob(&query, kept.differs.at, kept.differs.size);
    return query_run(&query);
}

enum status store_event_news(struct store *store, const struct event *event,
                             struct err *err)
{
    struct query query = query_open(&store->main, EVENT_LAST, err);
    struct arena *arena = arena_open();
    bool told = false;
    enum status status;

    query_int(&query, event->customer);
    query_id(&query, event->account);
    query_id(&query, event->source);
    query_int(&query, event->kind);
    if (query_row(&query))
        told = text_equal(event_row(&query, arena).body, event->body);
    status = query_close(&query);
    arena_close(arena);
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
                         int64_t before, bool *pruned, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);
    enum status status;

    query_int(&query, before);
    status = query_run(&query);
    *pruned = *pruned || sqlite3_changes(store->main.db) > 0;
    return status;
}

static enum status sweep_end(struct store *store, store_id from, store_id *end,
                             struct err *err)
{
    struct query query = query_open(&store->main, EVENTS_SWEEP_END, err);

    query_int(&query, from);
    query_int(&query, PRUNED_AT_ONCE);
    *end = query_row(&query) ? row_int(&query, 0) : 0;
    return query_close(&query);
}

/*
 * With its form an event is gone; its row goes when the sweep comes by, which
 * goes round and round, a little further each night: no run's end takes long.
 */
static enum status sweep(struct store *store, bool begin, struct err *err)
{
    static const char fact[] = "events swept";
    struct text place = {0};
    char number[24];
    uint64_t from = 0;
    store_id end = 0;
    struct query query;
    struct arena *arena = arena_open();
    enum status status = store_fact(store, fact, arena, &place, err);
    bool begun = text_to_u64(place, &from);

    arena_close(arena);
    if (status != OK || (!begun && !begin))
        return status;
    status = sweep_end(store, (store_id)from, &end, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, EVENTS_SWEEP, err);
    query_int(&query, (store_id)from);
    query_int(&query, end);
    status = query_run(&query);
    (void)snprintf(number, sizeof(number), "%lld", (long long)end);
    return status == OK ? store_fact_put(store, fact, text_of(number), err)
                        : status;
}

enum status store_history_prune(struct store *store, int64_t now_ms,
                                struct err *err)
{
    const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;
    enum status status = store_writing(store, err);
    struct query query;
    const int64_t since_ms = now_ms - HISTORY_DAYS * day_ms;
    bool pruned = false, ignored = false;
    store_id young = 0;

    if (status != OK)
        return status;
    query = query_open(&store->main, RUN_FIRST_SINCE, err);
    query_int(&query, since_ms);
    if (query_row(&query))
        young = row_int(&query, 0);
    status = query_close(&query);
    if (status == OK && young > 0)
        status = prune(store, FORMS_PRUNE, young, &pruned, err);
    if (status == OK)
        status = prune(store, HAND_PRUNE, since_ms, &pruned, err);
    if (status == OK && young > 0)
        status = prune(store, FACTS_PRUNE, young, &ignored, err);
    if (status == OK && young > 0)
        status = prune(store, REPORTS_PRUNE, young, &ignored, err);
    return status == OK ? sweep(store, pruned, err) : status;
}
