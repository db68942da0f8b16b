/*
 * store_reading.c - how far the read of an account has come, and which records
 * it still has to ask for.
 */
#include "state/reading.h"

#include "state/inside.h"

enum status store_record_touch(struct store *store, store_id account,
                               struct text remote_id, int64_t seen_ms,
                               struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, RECORD_TOUCH, err);
    query_int(&query, account);
    query_text(&query, remote_id);
    query_int(&query, seen_ms);
    return query_run(&query);
}

enum status store_record_drop(struct store *store, store_id account,
                              struct text remote_id, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, RECORD_DROP, err);
    query_int(&query, account);
    query_text(&query, remote_id);
    return query_run(&query);
}

static enum status count(struct store *store, enum statement statement,
                         store_id account, uint64_t *number, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    *number = 0;
    query_int(&query, account);
    if (query_row(&query))
        *number = (uint64_t)row_int(&query, 0);
    return query_close(&query);
}

enum status store_records_count(struct store *store, store_id account,
                                uint64_t *number, struct err *err)
{
    return count(store, RECORDS_COUNT, account, number, err);
}

enum status store_links_bare(struct store *store, store_id account,
                             uint64_t *number, struct err *err)
{
    return count(store, LINKS_BARE, account, number, err);
}

static struct query ids_query(struct store *store, store_id account,
                              const struct ids_wanted *wanted,
                              struct text after, int64_t max, struct err *err)
{
    static const enum statement statements[] = {
        [IDS_DUE] = RECORDS_DUE,       [IDS_SEEN] = RECORDS_SEEN,
        [IDS_UNSEEN] = RECORDS_UNSEEN, [IDS_LINKED] = LINKS_DUE,
        [IDS_LEFT] = RECORDS_LEFT,
    };
    struct query query =
        query_open(&store->main, statements[wanted->which], err);

    query_int(&query, account);
    query_text(&query, after);
    query_int(&query, wanted->since_ms);
    if (wanted->which == IDS_DUE)
        query_int(&query, wanted->fresh_ms);
    query_int(&query, max);
    return query;
}

enum status store_ids(struct store *store, store_id account,
                      const struct ids_wanted *wanted, struct text after,
                      struct arena *arena, struct text *ids, size_t max,
                      size_t *count, struct err *err)
{
    struct query query =
        ids_query(store, account, wanted, after, (int64_t)max, err);

    *count = 0;
    while (*count < max && query_row(&query))
        ids[(*count)++] = row_text(&query, 0, arena);
    return query_close(&query);
}

enum status store_each_id(struct store *store, store_id account,
                          const struct ids_wanted *wanted, store_id_seen *seen,
                          void *self, struct err *err)
{
    /* SQLite takes a negative limit for none. */
    struct query query = ids_query(store, account, wanted, TEXT(""), -1, err);
    struct arena *arena = arena_open();

    while (query_row(&query)) {
        seen(self, row_text(&query, 0, arena));
        arena_reset(arena);
    }
    arena_close(arena);
    return query_close(&query);
}

enum status store_reading(struct store *store, store_id account,
                          struct arena *arena, struct reading *reading,
                          struct err *err)
{
    struct query query = query_open(&store->main, READING_FIND, err);

    *reading = (struct reading){.begun_ms = 0};
    query_int(&query, account);
    if (query_row(&query))
        *reading = (struct reading){
            .begun_ms = row_int(&query, 0),
            .newest_ms = row_int(&query, 1),
            .listed = row_int(&query, 2) != 0,
            .place = row_text(&query, 3, arena),
            .whole_ms = row_int(&query, 4),
            .mark_ms = row_int(&query, 5),
            .words = row_text(&query, 6, arena),
            .top_ms = row_int(&query, 7),
            .top_since_ms = row_int(&query, 8),
            .read_ms = row_int(&query, 9),
            .young = (uint64_t)row_int(&query, 10),
            .unlisted = (uint64_t)row_int(&query, 11),
            .abridged = row_int(&query, 12) != 0,
        };
    return query_close(&query);
}

enum status store_reading_put(struct store *store, store_id account,
                              const struct reading *reading, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, READING_PUT, err);
    query_int(&query, account);
    query_int(&query, reading->begun_ms);
    query_int(&query, reading->newest_ms);
    query_int(&query, reading->listed);
    query_text(&query, reading->place);
    query_int(&query, reading->whole_ms);
    query_int(&query, reading->mark_ms);
    query_text(&query, reading->words);
    query_int(&query, reading->top_ms);
    query_int(&query, reading->top_since_ms);
    query_int(&query, reading->read_ms);
    query_int(&query, (int64_t)reading->young);
    query_int(&query, (int64_t)reading->unlisted);
    query_int(&query, reading->abridged);
    return query_run(&query);
}
