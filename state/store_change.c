/*
 * store_change.c - intents, and what became of them.
 */
#include "state/inside.h"

/* Columns as CHANGE_COLUMNS names them. */
struct change store_change_row(const struct query *query, struct arena *arena)
{
    return (struct change){
        .id = row_int(query, 0),
        .run = row_int(query, 1),
        .account = row_int(query, 2),
        .source = row_int(query, 3),
        .customer = row_int(query, 4),
        .link = row_int(query, 5),
        .kind = (enum change_kind)row_int(query, 6),
        .state = (enum change_state)row_int(query, 7),
        .result = (enum change_result)row_int(query, 8),
        .values = row_text(query, 9, arena),
        .keys = row_text(query, 10, arena),
        .wanted = row_text(query, 11, arena),
        .remote_id = row_text(query, 12, arena),
        .code = row_text(query, 13, arena),
        .message = row_text(query, 14, arena),
        .tries = (uint32_t)row_int(query, 15),
        .not_before_ms = row_int(query, 16),
        .sent_ms = row_int(query, 17),
        .line = (uint64_t)row_int(query, 18),
        .file = row_text(query, 19, arena),
        .met = row_text(query, 20, arena),
    };
}

static enum status change_row_add(struct store *store, store_id change,
                                  size_t n, const struct change_row *row,
                                  struct err *err)
{
    struct query query = query_open(&store->main, CHANGE_ROW_ADD, err);

    query_int(&query, change);
    query_int(&query, (int64_t)n);
    query_int(&query, (int64_t)row->line);
    query_blob(&query, row->print.bytes, sizeof(row->print.bytes));
    query_int(&query, row->role);
    query_text(&query, row->file);
    query_blob(&query, row->raw.at, row->raw.size);
    return query_run(&query);
}

static void change_bind(struct query *query, const struct change *change,
                        uint64_t line, struct text file)
{
    query_id(query, change->run);
    query_int(query, change->account);
    query_int(query, change->source);
    query_int(query, change->customer);
    query_id(query, change->link);
    query_int(query, change->kind);
    query_int(query, change->state);
    query_int(query, change->result);
    query_text(query, change->values);
    query_text(query, change->keys);
    query_text(query, change->wanted);
    query_text(query, change->remote_id);
    query_text(query, change->code);
    query_text(query, change->message);
    query_int(query, change->tries);
    query_int(query, change->not_before_ms);
    query_int(query, change->sent_ms);
    query_int(query, (int64_t)line);
    query_text(query, file);
    query_text(query, change->met);
}

/* line and file are the first row's unless the change says its own. */
enum status store_change_add(struct store *store, struct change *change,
                             struct err *err)
{
    enum status status = store_writing(store, err);
    const struct change_row *first =
        change->rows_count > 0 ? &change->rows[0] : NULL;
    struct query query;
    bool refused;

    if (status != OK)
        return status;
    if (first != NULL && change->line == 0)
        change->line = first->line;
    if (first != NULL && change->file.size == 0)
        change->file = first->file;
    query = query_open(&store->main, CHANGE_ADD, err);
    change_bind(&query, change, change->line, change->file);
    refused = !query_row(&query) && query_refused(&query);
    status = query_close(&query);
    if (refused)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "a change for customer %lld that has an unsettled one,"
                    " or of an unknown run, account, source or customer",
                    (long long)change->customer);
    if (status != OK)
        return status;
    change->id = sqlite3_last_insert_rowid(store->main.db);
    for (size_t i = 0; i < change->rows_count && status == OK; i++)
        status = change_row_add(store, change->id, i, &change->rows[i], err);
    return status;
}

/* What is done is told by the customer's life, and by the ledger of its run. */
static bool is_over(const struct change *change)
{
    return change->state == CHANGE_DONE &&
           (change->run != 0 || change->result != RESULT_CREATED);
}

static enum status run_of_change(struct store *store, enum statement statement,
                                 store_id change, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    query_int(&query, change);
    return query_run(&query);
}

static enum status fail_missing(store_id change, struct err *err)
{
    return fail(err, STOP, EXIT_BUG, "state_bug", "no change %lld",
                (long long)change);
}

enum status store_change_put(struct store *store, const struct change *change,
                             struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    if (is_over(change)) {
        status = run_of_change(store, CHANGE_REMOVE, change->id, err);
        return status == OK && sqlite3_changes(store->main.db) != 1
                   ? fail_missing(change->id, err)
                   : status;
    }
    query = query_open(&store->main, CHANGE_PUT, err);
    query_int(&query, change->id);
    query_id(&query, change->link);
    query_int(&query, change->kind);
    query_int(&query, change->state);
    query_int(&query, change->result);
    query_text(&query, change->wanted);
    query_text(&query, change->remote_id);
    query_text(&query, change->code);
    query_text(&query, change->message);
    query_int(&query, change->tries);
    query_int(&query, change->not_before_ms);
    query_int(&query, change->sent_ms);
    query_id(&query, change->run);
    status = query_run(&query);
    if (status == OK && sqlite3_changes(store->main.db) != 1)
        return fail_missing(change->id, err);
    if (status == OK && change->state == CHANGE_DONE)
        status = run_of_change(store, CHANGE_ROWS_REMOVE, change->id, err);
    return status;
}

/* id 0 comes back when there is none. */
enum status store_change(struct store *store, store_id id, struct arena *arena,
                         struct change *change, struct err *err)
{
    struct query query = query_open(&store->main, CHANGE_FIND, err);

    *change = (struct change){.id = 0};
    query_int(&query, id);
    if (query_row(&query))
        *change = store_change_row(&query, arena);
    return query_close(&query);
}

enum status store_change_rows(struct store *store, store_id id,
                              struct arena *arena, struct change_row **rows,
                              size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, CHANGE_ROWS, err);
    size_t room = 4;

    *count = 0;
    *rows = arena_take(arena, room * sizeof(**rows));
    query_int(&query, id);
    while (query_row(&query)) {
        struct change_row *row;

        if (*count == room) {
            struct change_row *more =
                arena_take(arena, room * 2 * sizeof(*more));

            for (size_t i = 0; i < room; i++)
                more[i] = (*rows)[i];
            *rows = more;
            room *= 2;
        }
        row = &(*rows)[(*count)++];
        row->line = (uint64_t)row_int(&query, 0);
        (void)row_bytes(&query, 1, row->print.bytes, sizeof(row->print.bytes));
        row->role = (enum role)row_int(&query, 2);
        row->file = row_text(&query, 3, arena);
        row->raw = row_text(&query, 4, arena);
    }
    return query_close(&query);
}

enum status store_change_of(struct store *store, store_id account,
                            store_id source, store_id customer,
                            struct arena *arena, struct change *change,
                            struct err *err)
{
    struct query query = query_open(&store->main, CHANGE_OF, err);

    *change = (struct change){.id = 0};
    query_int(&query, account);
    query_int(&query, source);
    query_int(&query, customer);
    if (query_row(&query))
        *change = store_change_row(&query, arena);
    return query_close(&query);
}

enum status store_changes(struct store *store, store_id account,
                          store_id source, enum change_state state,
                          store_id after, struct arena *arena,
                          struct change *changes, size_t max, size_t *count,
                          struct err *err)
{
    struct query query = query_open(&store->main, CHANGES_DUE, err);

    *count = 0;
    query_int(&query, account);
    query_int(&query, state);
    query_int(&query, after);
    query_int(&query, source);
    query_int(&query, (int64_t)max);
    while (query_row(&query))
        changes[(*count)++] = store_change_row(&query, arena);
    return query_close(&query);
}

enum status store_changes_count(struct store *store, store_id account,
                                store_id source, store_id run,
                                uint64_t counts[CHANGE_PARKED + 1],
                                struct err *err)
{
    struct query query = query_open(&store->main, CHANGES_COUNT, err);

    for (int i = 0; i <= CHANGE_PARKED; i++)
        counts[i] = 0;
    query_int(&query, account);
    query_int(&query, source);
    query_int(&query, run);
    while (query_row(&query)) {
        int64_t state = row_int(&query, 0);

        if (state >= 0 && state <= CHANGE_PARKED)
            counts[state] = (uint64_t)row_int(&query, 1);
    }
    return query_close(&query);
}

enum status store_changes_untold(struct store *store, store_id account,
                                 store_id source, store_untold_seen *seen,
                                 void *self, struct err *err)
{
    struct query query = query_open(&store->main, CHANGES_UNTOLD, err);

    query_int(&query, account);
    query_int(&query, source);
    while (query_row(&query))
        seen(self, row_int(&query, 0));
    return query_close(&query);
}

enum status store_change_tell(struct store *store, store_id account,
                              store_id source, store_id customer,
                              struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, CHANGE_TELL, err);
    query_int(&query, account);
    query_int(&query, source);
    query_int(&query, customer);
    return query_run(&query);
}
