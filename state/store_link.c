/*
 * store_link.c - which record is which customer, and the two bases.
 */
#include "state/inside.h"

/* Columns as LINK_COLUMNS names them. */
struct link store_link_row(const struct query *query, struct arena *arena)
{
    return (struct link){
        .id = row_int(query, 0),
        .account = row_int(query, 1),
        .customer = row_int(query, 2),
        .remote_id = row_text(query, 3, arena),
        .state = (enum link_state)row_int(query, 4),
        .by_hand = row_int(query, 5) != 0,
        .reference_source = row_int(query, 6),
        .held = row_text(query, 7, arena),
        .held_full = row_int(query, 8) != 0,
        .deactivated = row_int(query, 9) != 0,
    };
}

enum status store_link_of(struct store *store, store_id account,
                          store_id customer, struct arena *arena,
                          struct link *link, struct err *err)
{
    struct query query = query_open(&store->main, LINK_OF, err);

    *link = (struct link){.id = 0};
    query_int(&query, account);
    query_int(&query, customer);
    if (query_row(&query))
        *link = store_link_row(&query, arena);
    return query_close(&query);
}

enum status store_link_by_remote(struct store *store, store_id account,
                                 struct text remote_id, struct arena *arena,
                                 struct link *link, struct err *err)
{
    struct query query = query_open(&store->main, LINK_BY_REMOTE, err);

    *link = (struct link){.id = 0};
    query_int(&query, account);
    query_text(&query, remote_id);
    if (query_row(&query))
        *link = store_link_row(&query, arena);
    return query_close(&query);
}

/* A put was refused; which of the two rules it broke, a look tells. */
static enum status link_refused(struct store *store, const struct link *link,
                                struct err *err)
{
    struct query query = query_open(&store->main, LINK_BY_REMOTE, err);
    store_id id = 0, customer = 0;
    enum status status;

    query_int(&query, link->account);
    query_text(&query, link->remote_id);
    if (query_row(&query)) {
        id = row_int(&query, 0);
        customer = row_int(&query, 2);
    }
    status = query_close(&query);
    if (status != OK)
        return status;
    if (id != 0 && customer != link->customer)
        return fail(err, REJECT, EXIT_SOME, "record_taken",
                    "record %.*s belongs to another customer",
                    TEXT_ARGS(link->remote_id));

    id = 0;
    query = query_open(&store->main, LINK_OF, err);
    query_int(&query, link->account);
    query_int(&query, link->customer);
    if (query_row(&query))
        id = row_int(&query, 0);
    status = query_close(&query);
    if (status != OK)
        return status;
    if (id != 0 && id != link->id)
        return fail(err, REJECT, EXIT_SOME, "already_linked",
                    "the customer has another record there than %.*s",
                    TEXT_ARGS(link->remote_id));
    return fail(err, STOP, EXIT_BUG, "state_bug",
                "a link to an account or customer that does not exist");
}

/* Counted here, by hand: the triggers of a strange file are never run, so ours
 * are not either. */
static enum status count_move(struct store *store, const struct link *link,
                              struct err *err)
{
    struct query query =
        query_open(&store->main, link->id == 0 ? LINK_MADE : LINK_MOVES, err);

    query_int(&query, link->account);
    if (link->id != 0) {
        query_int(&query, link->id);
        query_int(&query, link->customer);
        query_text(&query, link->remote_id);
        query_int(&query, link->state);
        query_text(&query, link->held);
    }
    return query_run(&query);
}

/* Events of its customer do not name the record as long as it is the link's. */
static enum status name_record(struct store *store, store_id link,
                               store_id customer, struct text remote_id,
                               struct err *err)
{
    struct query query = query_open(&store->main, EVENTS_NAME_RECORD, err);

    query_int(&query, link);
    query_int(&query, customer);
    query_text(&query, remote_id);
    return query_run(&query);
}

enum status store_link_put(struct store *store, struct link *link,
                           struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;
    bool refused;

    if (status == OK)
        status = count_move(store, link, err);
    if (status == OK && link->id != 0)
        status =
            name_record(store, link->id, link->customer, link->remote_id, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, link->id == 0 ? LINK_ADD : LINK_PUT, err);
    query_int(&query, link->account);
    query_int(&query, link->customer);
    query_text(&query, link->remote_id);
    query_int(&query, link->state);
    query_int(&query, link->by_hand);
    query_id(&query, link->reference_source);
    query_text(&query, link->held);
    query_int(&query, link->held_full);
    query_int(&query, link->deactivated);
    if (link->id != 0)
        query_int(&query, link->id);
    refused = !query_row(&query) && query_refused(&query);
    status = query_close(&query);
    if (refused)
        return link_refused(store, link, err);
    if (status == OK && link->id == 0)
        link->id = sqlite3_last_insert_rowid(store->main.db);
    return status;
}

/* Changes that named it stay, as of a customer not yet met there. */
enum status store_link_remove(struct store *store, store_id link,
                              struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, LINK_GOES, err);
    query_int(&query, link);
    status = query_run(&query);
    if (status != OK)
        return status;
    status = name_record(store, link, 0, TEXT(""), err);
    if (status != OK)
        return status;
    query = query_open(&store->main, LINK_UNBIND_CHANGES, err);
    query_int(&query, link);
    status = query_run(&query);
    if (status != OK)
        return status;
    query = query_open(&store->main, LINK_REMOVE, err);
    query_int(&query, link);
    return query_run(&query);
}

enum status store_links_count(struct store *store, store_id account,
                              uint64_t *count, struct err *err)
{
    struct query query = query_open(&store->main, LINKS_COUNT, err);

    *count = 0;
    query_int(&query, account);
    if (query_row(&query))
        *count = (uint64_t)row_int(&query, 0);
    return query_close(&query);
}

enum status store_links_reach(struct store *store, store_id account,
                              uint64_t wanted, bool *reach, struct err *err)
{
    struct query query = query_open(&store->main, LINKS_REACH, err);

    *reach = false;
    query_int(&query, account);
    query_int(&query, (int64_t)wanted);
    if (query_row(&query))
        *reach = row_int(&query, 0) != 0;
    return query_close(&query);
}

enum status store_links_moved(struct store *store, store_id account,
                              uint64_t *times, struct err *err)
{
    struct query query = query_open(&store->main, ACCOUNT_MOVED, err);

    *times = 0;
    query_int(&query, account);
    if (query_row(&query))
        *times = (uint64_t)row_int(&query, 0);
    return query_close(&query);
}

/*
 * Of that source is whom it has said something about. One link at a time, so
 * that seen may write, commit and reset the arena.
 */
enum status store_links_of_source(struct store *store, store_id account,
                                  store_id source, struct arena *arena,
                                  store_link_seen *seen, void *self,
                                  struct err *err)
{
    struct link link = {.id = 0};
    enum status status;

    for (;;) {
        struct query query = query_open(&store->main, LINK_OF_SOURCE_NEXT, err);
        bool found;

        query_int(&query, account);
        query_int(&query, source);
        query_int(&query, link.id);
        found = query_row(&query);
        if (found)
            link = store_link_row(&query, arena);
        status = query_close(&query);
        if (status != OK || !found)
            return status;
        status = seen(self, &link, err);
        if (status != OK)
            return status;
    }
}

enum status store_said(struct store *store, store_id source, store_id link,
                       struct arena *arena, struct text *values,
                       struct err *err)
{
    struct query query = query_open(&store->main, SAID_FIND, err);

    *values = TEXT("");
    query_int(&query, source);
    query_int(&query, link);
    if (query_row(&query))
        *values = row_text(&query, 0, arena);
    return query_close(&query);
}

enum status store_said_put(struct store *store, store_id source, store_id link,
                           struct text values, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, SAID_PUT, err);
    query_int(&query, source);
    query_int(&query, link);
    query_text(&query, values);
    return query_run(&query);
}
