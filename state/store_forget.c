/*
 * store_forget.c - a person goes, and nobody else with it.
 */
#include "state/forget.h"

#include "formats/step.h"
#include "state/event_form.h"
#include "state/inside.h"

static const char wipe_fact[] = "wipe";

/* --- marks ----------------------------------------------------------------*/

enum status store_salt(struct store *store, uint8_t salt[SALT_SIZE],
                       struct err *err)
{
    struct query query = query_open(&store->main, SALT_TAKE, err);
    bool found = query_row(&query) && row_bytes(&query, 0, salt, SALT_SIZE);
    enum status status = query_close(&query);

    if (status != OK || found)
        return status;
    status = fail(err, STOP, EXIT_IO, "state_corrupt",
                  "the state file is damaged: it has lost its salt");
    err_hint(err, "put it aside and restore a backup of it");
    return status;
}

enum status store_any_forgotten(struct store *store, bool *any, struct err *err)
{
    struct query query = query_open(&store->main, FORGOTTEN_ANY, err);

    *any = query_row(&query) && row_int(&query, 0) != 0;
    return query_close(&query);
}

enum status store_is_forgotten(struct store *store,
                               const struct forgotten_mark *mark, bool *is,
                               struct err *err)
{
    struct query query = query_open(&store->main, FORGOTTEN_FIND, err);

    query_blob(&query, mark->bytes, MARK_SIZE);
    *is = query_row(&query);
    return query_close(&query);
}

enum status store_forgotten_add(struct store *store,
                                const struct forgotten_mark *mark,
                                struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status != OK)
        return status;
    query = query_open(&store->main, FORGOTTEN_ADD, err);
    query_blob(&query, mark->bytes, MARK_SIZE);
    return query_run(&query);
}

/* --- what is to be known before -------------------------------------------*/

enum status store_records_unlinked(struct store *store, int kind,
                                   struct text value, struct arena *arena,
                                   struct record_named *records, size_t max,
                                   size_t *count, struct err *err)
{
    struct query query = query_open(&store->main, RECORDS_UNLINKED, err);

    *count = 0;
    query_int(&query, kind);
    query_text(&query, value);
    query_int(&query, (int64_t)max);
    while (*count < max && query_row(&query))
        records[(*count)++] = (struct record_named){
            .account = row_int(&query, 0),
            .remote_id = row_text(&query, 1, arena),
            .values = row_text(&query, 2, arena),
        };
    return query_close(&query);
}

enum status store_nobody_any(struct store *store, int kind, struct text value,
                             bool *is, struct err *err)
{
    struct query query = query_open(&store->main, NOBODY_ANY, err);

    query_int(&query, kind);
    query_text(&query, value);
    *is = query_row(&query) && row_int(&query, 0) != 0;
    return query_close(&query);
}

enum status store_account_next(struct store *store, store_id after,
                               store_id *account, struct err *err)
{
    struct query query = query_open(&store->main, ACCOUNT_NEXT, err);

    query_int(&query, after);
    *account = query_row(&query) ? row_int(&query, 0) : 0;
    return query_close(&query);
}

/* --- going ----------------------------------------------------------------*/

static enum status run_of(struct store *store, enum statement statement,
                          store_id id, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    query_int(&query, id);
    return query_run(&query);
}

static enum status drop_customer(struct store *store, store_id customer,
                                 struct err *err)
{
    static const enum statement before[] = {FORGET_CHANGES, FORGET_MOVED,
                                            FORGET_LINKS, FORGET_FACTS};
    enum status status = store_lives_free(store, customer, err);

    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
        if (status == OK)
            status = run_of(store, before[i], customer, err);
    return status == OK ? store_customer_drop(store, customer, err) : status;
}

static enum status drop_record(struct store *store,
                               const struct record_named *record,
                               struct err *err)
{
    static const enum statement each[] = {RECORD_DROP, FORGET_EXPORTED};
    enum status status = OK;

    for (size_t i = 0; i < 2 && status == OK; i++) {
        struct query query = query_open(&store->main, each[i], err);

        query_int(&query, record->account);
        query_text(&query, record->remote_id);
        status = query_run(&query);
    }
    return status;
}

enum status store_forget(struct store *store,
                         const struct forgetting *forgetting, struct err *err)
{
    enum status status = store_writing(store, err);
    struct query query;

    if (status == OK && forgetting->customer != 0)
        status = drop_customer(store, forgetting->customer, err);
    for (size_t i = 0; i < forgetting->records_count && status == OK; i++)
        status = drop_record(store, &forgetting->records[i], err);
    if (status == OK)
        status = store_lives_drop(store, forgetting->keys,
                                  forgetting->keys_count, err);
    forms_forget(store->forms);
    if (status == OK) {
        query = query_open(&store->main, FORGET_REPORTS, err);
        status = query_run(&query);
    }
    for (size_t i = 0; i < forgetting->marks_count && status == OK; i++)
        status = store_forgotten_add(store, &forgetting->marks[i], err);
    return status == OK ? store_fact_put(store, wipe_fact, TEXT("1"), err)
                        : status;
}

/* --- the bytes ------------------------------------------------------------*/

enum status store_wipe_due(struct store *store, bool *due, struct err *err)
{
    struct text value;

    enum status status;

    arena_reset(store->work);
    status = store_fact(store, wipe_fact, store->work, &value, err);
    *due = status == OK && value.size > 0;
    return status;
}

/* All of the log goes into the file, and the log is cut: whoever still reads by
 * it is waited for, and then named. */
static enum status empty_log(struct connection *connection, struct err *err)
{
    int result = sqlite3_wal_checkpoint_v2(
        connection->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    if ((result & 0xff) != SQLITE_BUSY)
        return result == SQLITE_OK ? OK
                                   : connection_fail(connection, result, err);
    return fail(err, STOP, EXIT_TRYLATER, "state_busy",
                "somebody reads the state");
}

/* The copy stands in a file without a name and not in memory: it is as large as
 * the state. */
static enum status rewrite(struct connection *connection, struct err *err)
{
    enum status status = connection_lock(connection, err);

    if (status != OK)
        return status;
    status = connection_run(connection, "PRAGMA temp_store=FILE", err);
    step("before", "vacuum");
    if (status == OK)
        status = connection_run(connection, "VACUUM", err);
    step("after", "vacuum");
    if (status == OK)
        status = empty_log(connection, err);
    connection_unlock(connection);
    return status;
}

enum status store_wipe(struct store *store, struct err *err)
{
    enum status status;

    if (store->in_transaction || store->mode != STORE_WRITE)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "bytes are wiped between transactions");
    store_look_end(store);
    status = rewrite(&store->main, err);
    if (status != OK)
        err_hint(err, "the person is forgotten, but old bytes are still in the "
                      "files: give the same command again");
    if (status == OK)
        status = store_begin(store, err);
    if (status != OK)
        return status;
    status = store_fact_put(store, wipe_fact, TEXT(""), err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}
