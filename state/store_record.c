/*
 * store_record.c - records as an account last showed them.
 */
#include "state/inside.h"

static struct record_seen record_row(const struct query *query,
                                     struct arena *arena)
{
    return (struct record_seen){
        .remote_id = row_text(query, 0, arena),
        .values = row_text(query, 1, arena),
        .full = row_int(query, 2) != 0,
        .seen_ms = row_int(query, 3),
        .got_ms = row_int(query, 4),
        .item = row_text(query, 5, arena),
    };
}

static enum status record_key_add(struct store *store, store_id account,
                                  int64_t record, const struct store_key *key,
                                  struct err *err)
{
    struct query query = query_open(&store->main, RECORD_KEY_ADD, err);

    query_int(&query, account);
    query_int(&query, key->kind);
    query_text(&query, key->value);
    query_int(&query, record);
    return query_run(&query);
}

enum status store_record_put(struct store *store, store_id account,
                             const struct record_seen *record,
                             const struct store_key *keys, size_t count,
                             struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;
    int64_t id = 0;

    if (status != OK)
        return status;
    query = query_open(&store->main, RECORD_PUT, err);
    query_int(&query, account);
    query_text(&query, record->remote_id);
    query_text(&query, record->values);
    query_int(&query, record->full);
    query_int(&query, record->seen_ms);
    query_int(&query, record->got_ms);
    query_text(&query, record->item);
    while (query_row(&query))
        id = row_int(&query, 0);
    status = query_close(&query);
    if (status != OK)
        return status;
    query = query_open(&store->main, RECORD_KEYS_DROP, err);
    query_int(&query, id);
    status = query_run(&query);
    for (size_t i = 0; i < count && status == OK; i++)
        status = record_key_add(store, account, id, &keys[i], err);
    return status;
}

/* An empty remote_id comes back when the record is not known. */
enum status store_record(struct store *store, store_id account,
                         struct text remote_id, struct arena *arena,
                         struct record_seen *record, struct err *err)
{
    struct query query = query_open(&store->main, RECORD_FIND, err);

    *record = (struct record_seen){.seen_ms = 0};
    query_int(&query, account);
    query_text(&query, remote_id);
    if (query_row(&query))
        *record = record_row(&query, arena);
    return query_close(&query);
}

/* Looks for one more than asked for: *count may be max + 1. */
enum status store_records_by_key(struct store *store, store_id account,
                                 int kind, struct text value,
                                 struct arena *arena, struct text *remote_ids,
                                 size_t max, size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, RECORDS_BY_KEY, err);

    *count = 0;
    query_int(&query, account);
    query_int(&query, kind);
    query_text(&query, value);
    query_int(&query, (int64_t)max + 1);
    while (query_row(&query)) {
        if (*count < max)
            remote_ids[*count] = row_text(&query, 0, arena);
        (*count)++;
    }
    return query_close(&query);
}

/*
 * One record at a time, so that each may write, commit and reset the arena. The
 * place is kept in a buffer of our own for that reason.
 */
enum status store_records(struct store *store, store_id account,
                          struct arena *arena, store_record_each *each,
                          void *self, struct err *err)
{
    struct buffer after = {.at = NULL};
    struct record_seen record;
    enum status status;
    bool found;

    do {
        struct query query = query_open(&store->main, RECORD_NEXT, err);

        query_int(&query, account);
        query_text(&query, buffer_view(&after));
        found = query_row(&query);
        if (found)
            record = record_row(&query, arena);
        status = query_close(&query);
        if (status == OK && found) {
            buffer_clear(&after);
            buffer_text(&after, record.remote_id);
            status = each(self, &record, err);
        }
    } while (status == OK && found);
    buffer_free(&after);
    return status;
}

enum status store_listed(struct store *store, store_id account,
                         int64_t *listed_ms, uint64_t *count, struct err *err)
{
    struct query query = query_open(&store->main, LISTED_FIND, err);

    *listed_ms = 0;
    *count = 0;
    query_int(&query, account);
    if (query_row(&query)) {
        *listed_ms = row_int(&query, 0);
        *count = (uint64_t)row_int(&query, 1);
    }
    return query_close(&query);
}

enum status store_listed_put(struct store *store, store_id account,
                             int64_t listed_ms, uint64_t count, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, LISTED_PUT, err);
    query_int(&query, account);
    query_int(&query, listed_ms);
    query_int(&query, (int64_t)count);
    return query_run(&query);
}
