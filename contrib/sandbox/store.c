/*
 * store.c - records and their look-up keys in SQLite.
 *
 * A record is its JSON; whatever it can be found by stands in a table of keys,
 * so that three providers with different look-ups need one shape only.
 */
#include "store_sql.h"
#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char schema[] =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=OFF;"
    "CREATE TABLE IF NOT EXISTS customer("
    " tenant INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,"
    " doc TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,"
    " visible INTEGER NOT NULL, PRIMARY KEY(tenant, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX IF NOT EXISTS customer_id ON customer(tenant, id);"
    "CREATE TABLE IF NOT EXISTS key("
    " tenant INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    " seq INTEGER NOT NULL, PRIMARY KEY(tenant, name, value, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS key_seq ON key(tenant, seq);"
    "CREATE TABLE IF NOT EXISTS last(tenant INTEGER PRIMARY KEY,"
    " seq INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS token("
    " kind INTEGER NOT NULL, text TEXT NOT NULL, client INTEGER NOT NULL,"
    " tenant INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " PRIMARY KEY(kind, text)) STRICT, WITHOUT ROWID;";

#define COLUMNS "c.tenant, c.seq, c.id, c.doc, c.created, c.updated, c.visible"
#define BY_KEY                                                                 \
    "SELECT " COLUMNS " FROM key k JOIN customer c"                            \
    " ON c.tenant = k.tenant AND c.seq = k.seq"                                \
    " WHERE k.tenant = ?1 AND k.name = ?2 AND c.visible <= ?6"
#define HAS_TEXT                                                               \
    " EXISTS(SELECT 1 FROM key t WHERE t.tenant = ?1 AND t.seq = k.seq"        \
    " AND t.name = 'text' AND instr(t.value, ?3) > 0)"

static const char *const sql[SQL_STATEMENTS] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_GET] = "SELECT " COLUMNS " FROM customer c"
                " WHERE c.tenant = ?1 AND c.id = ?2",
    [SQL_NEXT] = "INSERT INTO last VALUES(?1, ?2)"
                 " ON CONFLICT(tenant) DO UPDATE SET seq = seq + 1"
                 " RETURNING seq",
    [SQL_RESERVE] = "INSERT INTO last VALUES(?1, ?2)"
                    " ON CONFLICT(tenant) DO UPDATE SET"
                    " seq = max(seq, excluded.seq)",
    [SQL_PUT] = "INSERT INTO customer VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                " ON CONFLICT(tenant, seq) DO UPDATE SET id = excluded.id,"
                " doc = excluded.doc, updated = excluded.updated,"
                " visible = excluded.visible",
    [SQL_REMOVE] = "DELETE FROM customer WHERE tenant = ?1 AND seq = ?2",
    [SQL_KEY_ADD] = "INSERT OR IGNORE INTO key VALUES(?1, ?2, ?3, ?4)",
    [SQL_KEY_CLEAR] = "DELETE FROM key WHERE tenant = ?1 AND seq = ?2",
    [SQL_FIND] = BY_KEY " AND k.value = ?3 ORDER BY k.seq LIMIT ?4",
    [SQL_FIND_PREFIX] = BY_KEY " AND k.value >= ?3"
                               " AND k.value < ?3 || char(1114111)"
                               " ORDER BY k.seq LIMIT ?4",
    [SQL_FIND_PART] = BY_KEY " AND instr(k.value, ?3) > 0"
                             " ORDER BY k.seq LIMIT ?4",
    [SQL_AFTER] = "SELECT " COLUMNS " FROM customer c WHERE c.tenant = ?1"
                  " AND c.seq > ?2 AND c.visible <= ?6"
                  " ORDER BY c.seq LIMIT ?3 OFFSET ?4",
    [SQL_PAGE_UP] = BY_KEY " ORDER BY k.value, k.seq LIMIT ?4 OFFSET ?5",
    [SQL_PAGE_DOWN] =
        BY_KEY " ORDER BY k.value DESC, k.seq DESC LIMIT ?4 OFFSET ?5",
    [SQL_SEARCH_UP] =
        BY_KEY " AND" HAS_TEXT " ORDER BY k.value, k.seq LIMIT ?4 OFFSET ?5",
    [SQL_SEARCH_DOWN] = BY_KEY
    " AND" HAS_TEXT " ORDER BY k.value DESC, k.seq DESC LIMIT ?4 OFFSET ?5",
    [SQL_COUNT] = "SELECT count(*) FROM customer"
                  " WHERE tenant = ?1 AND visible <= ?6",
    [SQL_COUNT_SEARCH] = "SELECT count(*) FROM key k JOIN customer c"
                         " ON c.tenant = k.tenant AND c.seq = k.seq"
                         " WHERE k.tenant = ?1 AND k.name = 'text'"
                         " AND c.visible <= ?6 AND instr(k.value, ?3) > 0",
    [SQL_EMPTY_CUSTOMERS] = "DELETE FROM customer",
    [SQL_EMPTY_KEYS] = "DELETE FROM key",
    [SQL_EMPTY_TOKENS] = "DELETE FROM token",
    [SQL_TOKEN_ADD] = "INSERT OR REPLACE INTO token"
                      " VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_TOKEN_GET] = "SELECT client, tenant, expires FROM token"
                      " WHERE kind = ?1 AND text = ?2",
    [SQL_TOKEN_DROP] = "DELETE FROM token WHERE kind = ?1 AND text = ?2",
    [SQL_TOKEN_EXPIRE] = "UPDATE token SET expires = min(expires, ?2)"
                         " WHERE kind = ?1",
};

static void die(struct store *store)
{
    fprintf(stderr, "custsync-sandbox: data: %s\n", sqlite3_errmsg(store->db));
    exit(EX_IOERR);
}

sqlite3_stmt *store_statement(struct store *store, enum statement which)
{
    sqlite3_stmt **statement = &store->statements[which];

    if (*statement == NULL &&
        sqlite3_prepare_v3(store->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK)
        die(store);
    return *statement;
}

bool store_step(struct store *store, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);

    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        die(store);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return false;
}

void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

struct store *store_open(const char *path)
{
    struct store *store = must_alloc(calloc(1, sizeof(*store)));
    char *message = NULL;

    if (sqlite3_open(path == NULL ? ":memory:" : path, &store->db) !=
            SQLITE_OK ||
        sqlite3_exec(store->db, schema, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "custsync-sandbox: %s: %s\n",
                path == NULL ? "data" : path, sqlite3_errmsg(store->db));
        sqlite3_free(message);
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < SQL_STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    free(store);
}

void store_begin(struct store *store)
{
    store_step(store, store_statement(store, SQL_BEGIN));
}

void store_commit(struct store *store)
{
    store_step(store, store_statement(store, SQL_COMMIT));
}

void row_clear(struct row *row)
{
    free(row->id);
    json_decref(row->doc);
    *row = (struct row){0};
}

void rows_clear(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        row_clear(&rows->item[i]);
    free(rows->item);
    *rows = (struct rows){0};
}

void keyset_add(struct keyset *set, const char *name, char *value)
{
    if (value == NULL || set->count == KEYS_MAX) {
        free(value);
        return;
    }
    set->item[set->count].name = name;
    set->item[set->count].value = value;
    set->count++;
}

static void read_row(sqlite3_stmt *statement, struct row *row)
{
    const char *doc = (const char *)sqlite3_column_text(statement, 3);

    row->tenant = sqlite3_column_int(statement, 0);
    row->seq = sqlite3_column_int64(statement, 1);
    row->id = copy((const char *)sqlite3_column_text(statement, 2));
    row->doc = must_alloc(json_loads(doc, 0, NULL));
    row->created_ms = sqlite3_column_int64(statement, 4);
    row->updated_ms = sqlite3_column_int64(statement, 5);
    row->visible_ms = sqlite3_column_int64(statement, 6);
}

static struct rows read_rows(struct store *store, sqlite3_stmt *statement)
{
    struct rows rows = {0};
    size_t room = 0;

    while (store_step(store, statement)) {
        if (rows.count == room) {
            room = room == 0 ? 32 : room * 2;
            rows.item =
                must_alloc(realloc(rows.item, room * sizeof(*rows.item)));
        }
        read_row(statement, &rows.item[rows.count++]);
    }
    return rows;
}

bool store_get(struct store *store, int tenant, const char *id, struct row *row)
{
    sqlite3_stmt *statement = store_statement(store, SQL_GET);
    struct rows rows;

    *row = (struct row){0};
    sqlite3_bind_int(statement, 1, tenant);
    bind_text(statement, 2, id);
    rows = read_rows(store, statement);
    if (rows.count == 0)
        return false;
    *row = rows.item[0]; /* ids are unique: there is no second */
    free(rows.item);
    return true;
}

int64_t store_next(struct store *store, int tenant)
{
    sqlite3_stmt *statement = store_statement(store, SQL_NEXT);
    int64_t seq = 0;

    sqlite3_bind_int(statement, 1, tenant);
    sqlite3_bind_int64(statement, 2, tenants[tenant].first_seq);
    while (store_step(store, statement))
        seq = sqlite3_column_int64(statement, 0);
    return seq;
}

void store_reserve(struct store *store, int tenant, int64_t seq)
{
    sqlite3_stmt *statement = store_statement(store, SQL_RESERVE);

    sqlite3_bind_int(statement, 1, tenant);
    sqlite3_bind_int64(statement, 2, seq);
    store_step(store, statement);
}

static void clear_keys(struct store *store, const struct row *row)
{
    sqlite3_stmt *statement = store_statement(store, SQL_KEY_CLEAR);

    sqlite3_bind_int(statement, 1, row->tenant);
    sqlite3_bind_int64(statement, 2, row->seq);
    store_step(store, statement);
}

void store_put(struct store *store, struct row *row, struct keyset *keys)
{
    sqlite3_stmt *statement;
    char *doc = must_alloc(
        json_dumps(row->doc, JSON_COMPACT | JSON_REAL_PRECISION(15)));

    if (row->seq == 0)
        row->seq = store_next(store, row->tenant);
    else
        clear_keys(store, row);
    statement = store_statement(store, SQL_PUT);
    sqlite3_bind_int(statement, 1, row->tenant);
    sqlite3_bind_int64(statement, 2, row->seq);
    bind_text(statement, 3, row->id);
    sqlite3_bind_text(statement, 4, doc, -1, free);
    sqlite3_bind_int64(statement, 5, row->created_ms);
    sqlite3_bind_int64(statement, 6, row->updated_ms);
    sqlite3_bind_int64(statement, 7, row->visible_ms);
    store_step(store, statement);

    statement = store_statement(store, SQL_KEY_ADD);
    for (size_t i = 0; i < keys->count; i++) {
        sqlite3_bind_int(statement, 1, row->tenant);
        bind_text(statement, 2, keys->item[i].name);
        sqlite3_bind_text(statement, 3, keys->item[i].value, -1, free);
        sqlite3_bind_int64(statement, 4, row->seq);
        store_step(store, statement);
    }
    keys->count = 0;
}

void store_remove(struct store *store, const struct row *row)
{
    sqlite3_stmt *statement = store_statement(store, SQL_REMOVE);

    clear_keys(store, row);
    sqlite3_bind_int(statement, 1, row->tenant);
    sqlite3_bind_int64(statement, 2, row->seq);
    store_step(store, statement);
}

struct rows store_find(struct store *store, int tenant, const char *key,
                       const char *value, enum match match, int64_t limit,
                       int64_t seen_ms)
{
    static const enum statement by_match[] = {
        [MATCH_EXACT] = SQL_FIND,
        [MATCH_PREFIX] = SQL_FIND_PREFIX,
        [MATCH_PART] = SQL_FIND_PART,
    };
    sqlite3_stmt *statement = store_statement(store, by_match[match]);

    sqlite3_bind_int(statement, 1, tenant);
    bind_text(statement, 2, key);
    bind_text(statement, 3, value);
    sqlite3_bind_int64(statement, 4, limit);
    sqlite3_bind_int64(statement, 6, seen_ms);
    return read_rows(store, statement);
}

struct rows store_after(struct store *store, int tenant, int64_t after,
                        int64_t limit, int64_t offset, int64_t seen_ms)
{
    sqlite3_stmt *statement = store_statement(store, SQL_AFTER);

    sqlite3_bind_int(statement, 1, tenant);
    sqlite3_bind_int64(statement, 2, after);
    sqlite3_bind_int64(statement, 3, limit);
    sqlite3_bind_int64(statement, 4, offset);
    sqlite3_bind_int64(statement, 6, seen_ms);
    return read_rows(store, statement);
}

struct rows store_page(struct store *store, int tenant, const char *key,
                       bool descending, const char *text, int64_t limit,
                       int64_t offset, int64_t seen_ms)
{
    sqlite3_stmt *statement;

    if (*text == '\0')
        statement =
            store_statement(store, descending ? SQL_PAGE_DOWN : SQL_PAGE_UP);
    else
        statement = store_statement(store, descending ? SQL_SEARCH_DOWN
                                                      : SQL_SEARCH_UP);
    sqlite3_bind_int(statement, 1, tenant);
    bind_text(statement, 2, key);
    bind_text(statement, 3, text); /* unused without a search */
    sqlite3_bind_int64(statement, 4, limit);
    sqlite3_bind_int64(statement, 5, offset);
    sqlite3_bind_int64(statement, 6, seen_ms);
    return read_rows(store, statement);
}

int64_t store_count(struct store *store, int tenant, const char *text,
                    int64_t seen_ms)
{
    sqlite3_stmt *statement =
        store_statement(store, *text == '\0' ? SQL_COUNT : SQL_COUNT_SEARCH);
    int64_t count = 0;

    sqlite3_bind_int(statement, 1, tenant);
    bind_text(statement, 3, text); /* unused without a search */
    sqlite3_bind_int64(statement, 6, seen_ms);
    while (store_step(store, statement))
        count = sqlite3_column_int64(statement, 0);
    return count;
}

void store_empty(struct store *store)
{
    store_step(store, store_statement(store, SQL_EMPTY_CUSTOMERS));
    store_step(store, store_statement(store, SQL_EMPTY_KEYS));
    store_step(store, store_statement(store, SQL_EMPTY_TOKENS));
}
