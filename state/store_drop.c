/*
 * store_drop.c - changes that go: plans replaced, one taken back.
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

/* One after the other: only their keys say which numbers are theirs. */
static enum status drop_keys(struct store *store, struct err *err)
{
    store_id customer = 0;
    enum status status;
    bool found;

    do {
        struct query query = query_open(&store->main, DROP_NEXT, err);
        struct text keys = TEXT("");

        arena_reset(store->work);
        query_int(&query, customer);
        found = query_row(&query);
        if (found) {
            customer = row_int(&query, 0);
            keys = row_text(&query, 1, store->work);
        }
        status = query_close(&query);
        if (status == OK && found)
            status = store_numbers_drop(store, customer, keys, err);
    } while (status == OK && found);
    return status;
}

/* Those that were noted, with all that is theirs. */
static enum status drop_noted(struct store *store, struct err *err)
{
    static const enum statement rest[] = {DROP_EVENTS, DROP_CUSTOMERS,
                                          DROP_END};
    enum status status = drop_keys(store, err);

    if (status == OK)
        status = store_prints_drop_noted(store, err);
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
        if (status == OK)
            status = run_plain(store, rest[i], err);
    return status;
}

enum status store_spares_drop(struct store *store, struct err *err)
{
    enum status status = store_writing(store, err);

    if (status == OK)
        status = connection_run(&store->main, note_table, err);
    if (status == OK)
        status = run_plain(store, DROP_SPARE, err);
    return status == OK ? drop_noted(store, err) : status;
}

/* Whatever needs it: links and changes went before. */
enum status store_customer_drop(struct store *store, store_id customer,
                                struct err *err)
{
    enum status status = connection_run(&store->main, note_table, err);
    struct query query;

    if (status != OK)
        return status;
    status = run_plain(store, DROP_END, err);
    if (status == OK) {
        query = query_open(&store->main, DROP_NOTE_ONE, err);
        query_int(&query, customer);
        status = query_run(&query);
    }
    return status == OK ? drop_noted(store, err) : status;
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
