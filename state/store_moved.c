/*
 * store_moved.c - edits seen at a target, by source.
 */
#include "state/inside.h"

enum status store_moved(struct store *store, store_id source, store_id link,
                        struct arena *arena, struct text *moved,
                        struct err *err)
{
    struct query query = query_open(&store->main, MOVED_FIND, err);

    *moved = TEXT("{}");
    query_int(&query, source);
    query_int(&query, link);
    if (query_row(&query))
        *moved = row_text(&query, 0, arena);
    return query_close(&query);
}

enum status store_said_and_moved(struct store *store, store_id source,
                                 store_id link, struct arena *arena,
                                 struct text *values, struct text *moved,
                                 struct err *err)
{
    struct query query = query_open(&store->main, SAID_AND_MOVED, err);

    *values = TEXT("");
    *moved = TEXT("{}");
    query_int(&query, source);
    query_int(&query, link);
    if (query_row(&query)) {
        *values = row_text(&query, 0, arena);
        *moved = row_text(&query, 1, arena);
    }
    return query_close(&query);
}

enum status store_moved_put(struct store *store, store_id source, store_id link,
                            struct text moved, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, MOVED_PUT, err);
    query_int(&query, source);
    query_int(&query, link);
    query_text(&query, moved);
    return query_run(&query);
}

enum status store_moved_each(struct store *store, store_id link,
                             struct arena *arena, store_moved_seen *seen,
                             void *self, struct err *err)
{
    store_id source = 0;

    for (;;) {
        struct query query = query_open(&store->main, MOVED_NEXT, err);
        struct text said = TEXT(""), moved = TEXT("");
        enum status status;
        bool found;

        query_int(&query, link);
        query_int(&query, source);
        found = query_row(&query);
        if (found) {
            source = row_int(&query, 0);
            said = row_text(&query, 1, arena);
            moved = row_text(&query, 2, arena);
        }
        status = query_close(&query);
        if (status != OK || !found)
            return status;
        status = seen(self, source, said, moved, err);
        if (status != OK)
            return status;
    }
}

enum status store_moved_customers(struct store *store, store_id account,
                                  store_id source, store_customer_seen *seen,
                                  void *self, struct err *err)
{
    struct query query = query_open(&store->main, MOVED_CUSTOMERS, err);

    query_int(&query, account);
    query_int(&query, source);
    while (query_row(&query))
        seen(self, row_int(&query, 0));
    return query_close(&query);
}
