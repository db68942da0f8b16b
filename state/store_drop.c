/*
 * store_drop.c - changes that go: plans replaced, one taken back, old ones.
 */
#include "state/inside.h"

/* Dies with the connection, never in the file. */
static const char note_table[] =
    "CREATE TEMP TABLE IF NOT EXISTS dropped (customer INTEGER PRIMARY KEY)";

static enum status run_plain(struct store *store, enum statement statement,
                             struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    return query_run(&query);
}

static enum status run_chosen(struct store *store, enum statement statement,
                              store_id account, store_id source,
                              bool rejected_too, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    query_int(&query, account);
    query_int(&query, source);
    query_int(&query, rejected_too);
    return query_run(&query);
}

/*
 * A customer noted here goes with its only create unless a link (hence
 * something said) or another change, of any account and in any state, still
 * needs it.
 */
enum status store_changes_drop(struct store *store, store_id account,
                               store_id source, bool rejected_too,
                               struct err *err)
{
    enum status status = store_writing(store, err);

    if (status == OK)
        status = connection_run(&store->main, note_table, err);
    if (status == OK)
        status =
            run_chosen(store, DROP_NOTE, account, source, rejected_too, err);
    if (status == OK)
        status =
            run_chosen(store, DROP_CHANGES, account, source, rejected_too, err);
    return status;
}

enum status store_spares_drop(struct store *store, struct err *err)
{
    static const enum statement rest[] = {DROP_SPARE, DROP_KEYS, DROP_PRINTS,
                                          DROP_CUSTOMERS, DROP_END};
    enum status status = store_writing(store, err);

    if (status == OK)
        status = connection_run(&store->main, note_table, err);
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
        if (status == OK)
            status = run_plain(store, rest[i], err);
    return status;
}

/* The customer stays: who takes back one change plans it anew. */
enum status store_change_remove(struct store *store, store_id id,
                                struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, CHANGE_REMOVE, err);
    query_int(&query, id);
    return query_run(&query);
}

enum status store_changes_sweep(struct store *store, int64_t before_ms,
                                struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, CHANGES_SWEEP, err);
    query_int(&query, before_ms);
    return query_run(&query);
}
