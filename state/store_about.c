/*
 * store_about.c - who and what the ids are, for showing.
 */
#include "state/history.h"
#include "state/inside.h"

enum status store_account_about(struct store *store, store_id account,
                                struct arena *arena,
                                struct account_about *about, struct err *err)
{
    struct query query = query_open(&store->main, ACCOUNT_ABOUT, err);

    *about = (struct account_about){.label = TEXT("")};
    query_int(&query, account);
    if (query_row(&query))
        *about = (struct account_about){
            .provider = row_text(&query, 0, arena),
            .base_url = row_text(&query, 1, arena),
            .tenant = row_text(&query, 2, arena),
            .label = row_text(&query, 3, arena),
        };
    return query_close(&query);
}

enum status store_source_about(struct store *store, store_id source,
                               struct arena *arena, struct text *kind,
                               struct text *name, struct err *err)
{
    struct query query = query_open(&store->main, SOURCE_ABOUT, err);

    *kind = *name = TEXT("");
    query_int(&query, source);
    if (query_row(&query)) {
        *kind = row_text(&query, 0, arena);
        *name = row_text(&query, 1, arena);
    }
    return query_close(&query);
}

enum status store_run(struct store *store, store_id id, struct arena *arena,
                      struct store_run *run, struct err *err)
{
    struct query query = query_open(&store->main, RUN_FIND, err);

    *run = (struct store_run){.id = 0};
    query_int(&query, id);
    if (query_row(&query))
        *run = store_run_row(&query, arena);
    return query_close(&query);
}

enum status store_run_job(struct store *store, store_id run,
                          struct arena *arena, struct text *job,
                          struct text *from, struct err *err)
{
    struct query query = query_open(&store->main, RUN_JOB, err);

    *job = *from = TEXT("");
    query_int(&query, run);
    if (query_row(&query)) {
        *job = row_text(&query, 0, arena);
        *from = row_text(&query, 1, arena);
    }
    return query_close(&query);
}

enum status store_customer_links(struct store *store, store_id customer,
                                 struct arena *arena, struct link *links,
                                 size_t max, size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, LINKS_OF_CUSTOMER, err);

    *count = 0;
    query_int(&query, customer);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        links[(*count)++] = store_link_row(&query, arena);
    return query_close(&query);
}

enum status store_customer_changes(struct store *store, store_id customer,
                                   struct arena *arena, struct change *changes,
                                   size_t max, size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, CHANGES_OF_CUSTOMER, err);

    *count = 0;
    query_int(&query, customer);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        changes[(*count)++] = store_change_row(&query, arena);
    return query_close(&query);
}

enum status store_link_said(struct store *store, store_id link,
                            struct arena *arena, struct said *said, size_t max,
                            size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, SAID_OF_LINK, err);

    *count = 0;
    query_int(&query, link);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        said[(*count)++] = (struct said){
            .source = row_int(&query, 0),
            .values = row_text(&query, 1, arena),
        };
    return query_close(&query);
}
