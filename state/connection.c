/*
 * connection.c - opening, transactions, the write lock, checkpoints.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/step.h"
#include "state/lock.h"
#include "state/pages.h"
#include "state/sqlite.h"

/* The file is private and its schema is ours, but it is still input. */
static const char settings[] =
    "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;"
    "PRAGMA mmap_size=0; PRAGMA cache_size=-32768;"
    "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST;";

/* SQLite's own waits hear a signal and the deadline like ours. */
static int wait_busy(void *self, int times)
{
    (void)self;
    if (times >= BUSY_MS / BUSY_LOOK_MS || lock_halted() != LOCK_GO_ON)
        return 0;
    (void)sqlite3_sleep(BUSY_LOOK_MS);
    return 1;
}

static int count_pages(void *self, sqlite3 *db, const char *name, int pages)
{
    struct connection *connection = self;

    (void)db;
    (void)name;
    connection->wal_pages = pages;
    return SQLITE_OK;
}

static enum status connection_harden(struct connection *connection,
                                     struct err *err)
{
    sqlite3 *db = connection->db;

    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_handler(db, wait_busy, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* Else a statement whose plan a value might better is planned anew each time
     * that it runs, and that takes ten times as long as running it. */
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    /* A reader that closes last would checkpoint without the lock. */
    if (connection->reading)
        (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return connection_run(connection, settings, err);
}

static char *string_add(const char *string, const char *suffix)
{
    char *sum;

    if (asprintf(&sum, "%s%s", string, suffix) < 0)
        abort();
    return sum;
}

/* The path as a URI that says that nobody writes the file. */
static char *frozen_uri(const char *path)
{
    char *uri = malloc(strlen(path) * 3 + sizeof("file:?immutable=1"));
    char *to = uri;

    if (uri == NULL)
        abort();
    to += sprintf(to, "file:");
    for (; *path != '\0'; path++) {
        if (*path == '%' || *path == '?' || *path == '#')
            to += sprintf(to, "%%%02X", (unsigned char)*path);
        else
            *to++ = *path;
    }
    (void)sprintf(to, "?immutable=1");
    return uri;
}

static int open_file(struct connection *connection, enum connection_use use)
{
    int flags =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    char *name = connection->path;
    int result;

    flags |=
        use == CONNECTION_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (use == CONNECTION_LOOK) {
        flags |= SQLITE_OPEN_URI;
        name = frozen_uri(connection->path);
    }
    result = sqlite3_open_v2(name, &connection->db, flags, pages_vfs());
    if (name != connection->path)
        free(name);
    if (result == SQLITE_OK && use == CONNECTION_WRITE)
        pages_reserve(connection->db);
    return result;
}

enum status connection_open(struct connection *connection, const char *path,
                            enum connection_use use, struct err *err)
{
    enum status status;
    int result;

    *connection = (struct connection){.lock_fd = -1,
                                      .patience_ms = PATIENCE_MS,
                                      .reading = use != CONNECTION_WRITE};
    /* Else each allocation is counted, under a lock. Once SQLite is in use it
     * stays as it is, which the first connection sees to. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (path != NULL) {
        connection->path = string_add(path, "");
        connection->lock_path = string_add(path, ".lock");
        result = open_file(connection, use);
    } else {
        /* The empty name is SQLite's own temporary file: unlike ":memory:" it
         * spills, so that a dry run over a million rows stays small. */
        result =
            sqlite3_open_v2("", &connection->db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                            NULL);
    }
    if (result != SQLITE_OK)
        return connection_fail(connection, result, err);
    /* The first look at the file may have to recover its log. */
    status = connection_lock(connection, err);
    if (status != OK)
        return status;
    status = connection_harden(connection, err);
    connection_unlock(connection);
    return status;
}

enum status connection_keep_log(struct connection *connection, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    const char *mode = NULL;
    char pragmas[128];
    int result;
    enum status status = OK;

    if (connection->path == NULL || connection->reading)
        return OK;
    result = sqlite3_prepare_v2(connection->db, "PRAGMA journal_mode=WAL", -1,
                                &statement, NULL);
    if (result == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        mode = (const char *)sqlite3_column_text(statement, 0);
    if (mode == NULL) {
        result = sqlite3_extended_errcode(connection->db);
        status = connection_fail(connection, result, err);
    } else if (strcmp(mode, "wal") != 0) {
        status = fail(err, STOP, EXIT_IO, "state_io",
                      "the state cannot keep a write-ahead log there");
        err_hint(err, "the state belongs on a local disk");
        err_place(err, "%s", connection->path);
    }
    (void)sqlite3_finalize(statement);
    if (status != OK)
        return status;

    /* FULL: a power cut must not forget a change that was already sent. A log
     * that a large plan made long is cut when it begins anew. */
    (void)snprintf(pragmas, sizeof(pragmas),
                   "PRAGMA synchronous=FULL;"
                   "PRAGMA wal_autocheckpoint=0;"
                   "PRAGMA journal_size_limit=%d;",
                   (int)WAL_MAX);
    status = connection_run(connection, pragmas, err);
    (void)sqlite3_wal_hook(connection->db, count_pages, connection);
    return status;
}

void connection_close(struct connection *connection)
{
    struct err ignored;

    if (connection->db != NULL) {
        connection_rollback(connection);
        for (size_t i = 0; i < STATEMENTS; i++)
            (void)sqlite3_finalize(connection->cached[i]);
        /* The last one to close moves the log into the file: a checkpoint. */
        if (connection->patience_ms > LOCK_LAST_PATIENCE_MS)
            connection->patience_ms = LOCK_LAST_PATIENCE_MS;
        if (connection_lock(connection, &ignored) != OK)
            (void)sqlite3_db_config(connection->db,
                                    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        (void)sqlite3_close(connection->db);
    }
    /* An open that failed leaves zeroes: then there is no lock file either. */
    if (connection->lock_path != NULL)
        lock_close(&connection->lock_fd);
    free(connection->path);
    free(connection->lock_path);
    *connection = (struct connection){.lock_fd = -1};
}

static enum status fail_busy(const struct connection *connection,
                             struct err *err)
{
    enum status status;

    switch (lock_halted()) {
    case LOCK_INTERRUPTED:
        return fail(err, STOP, EXIT_TRYLATER, "interrupted",
                    "a signal ended the wait for another run's writing");
    case LOCK_DEADLINE:
        return fail(err, STOP, EXIT_TRYLATER, "deadline",
                    "the deadline came while another run was writing");
    case LOCK_GO_ON:
        break;
    }
    status = fail(err, STOP, EXIT_TRYLATER, "state_busy",
                  "another run has been writing for %lld s",
                  (long long)(connection->patience_ms / 1000));
    err_hint(err, "try again when it is done");
    return status;
}

enum status connection_lock(struct connection *connection, struct err *err)
{
    enum status status;
    enum lock_result result;

    connection->waited_ms = 0;
    if (connection->path == NULL || connection->reading)
        return OK;
    if (connection->locks > 0) {
        connection->locks++;
        return OK;
    }
    result = lock_take(&connection->lock_fd, connection->lock_path,
                       connection->patience_ms, &connection->waited_ms);
    if (result == LOCK_TAKEN) {
        connection->locks = 1;
        return OK;
    }
    status = result == LOCK_BUSY ? fail_busy(connection, err)
                                 : lock_fail(result, err);
    err_place(err, "%s", connection->lock_path);
    return status;
}

void connection_unlock(struct connection *connection)
{
    if (connection->locks > 0 && --connection->locks == 0)
        lock_drop(connection->lock_fd);
}

enum status connection_run(struct connection *connection, const char *sql,
                           struct err *err)
{
    int result = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);

    return result == SQLITE_OK ? OK : connection_fail(connection, result, err);
}

enum status connection_begin(struct connection *connection, struct err *err)
{
    /* Plain BEGIN would fail at its first write if anybody wrote since. */
    const char *sql = connection->reading ? "BEGIN" : "BEGIN IMMEDIATE";
    enum status status = connection_lock(connection, err);

    if (status != OK)
        return status;
    status = connection_run(connection, sql, err);
    if (status != OK)
        connection_unlock(connection);
    return status;
}

/* Under the lock, and never waiting for readers: what they need stays. */
static enum status checkpoint(struct connection *connection, struct err *err)
{
    int result;

    step("before", "checkpoint");
    result = sqlite3_wal_checkpoint_v2(connection->db, "main",
                                       SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    step("after", "checkpoint");
    connection->wal_kept = connection->wal_pages;
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
        return connection_fail(connection, result, err);
    return OK;
}

/* The log restarts from its beginning once all of it was moved. */
static bool log_too_long(struct connection *connection)
{
    if (connection->wal_pages < connection->wal_kept)
        connection->wal_kept = 0;
    return connection->wal_pages - connection->wal_kept > WAL_MAX / 4096;
}

enum status connection_commit(struct connection *connection, struct err *err)
{
    enum status status;

    if (sqlite3_get_autocommit(connection->db)) {
        /* A full disk or an I/O error has undone all of it already. */
        connection_unlock(connection);
        return fail(err, STOP, EXIT_IO, "state_io",
                    "the transaction was undone by an earlier error");
    }
    if (connection->reading)
        return connection_run(connection, "COMMIT", err);
    step("before", "commit");
    status = connection_run(connection, "COMMIT", err);
    if (status != OK) {
        connection_rollback(connection);
        return status;
    }
    step("after", "commit");
    /* What was committed is safe: a checkpoint that fails may come later. */
    if (connection->path != NULL && log_too_long(connection)) {
        struct err later;

        (void)checkpoint(connection, &later);
    }
    connection_unlock(connection);
    return OK;
}

void connection_rollback(struct connection *connection)
{
    if (!sqlite3_get_autocommit(connection->db))
        (void)sqlite3_exec(connection->db, "ROLLBACK", NULL, NULL, NULL);
    connection_unlock(connection);
}

enum status connection_checkpoint(struct connection *connection,
                                  struct err *err)
{
    enum status status;

    assert(sqlite3_get_autocommit(connection->db));
    if (connection->path == NULL || connection->reading)
        return OK;
    status = connection_lock(connection, err);
    if (status != OK)
        return status;
    status = checkpoint(connection, err);
    connection_unlock(connection);
    return status;
}

/* Pages without a sum are what they seem, unless they do not fit together. */
static enum status check_structure(struct connection *connection, bool *damaged,
                                   struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(connection->db, "PRAGMA quick_check(1)", -1,
                                    &statement, NULL);

    if (result == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const unsigned char *word = sqlite3_column_text(statement, 0);

        *damaged = word == NULL || strcmp((const char *)word, "ok") != 0;
    } else {
        result = sqlite3_extended_errcode(connection->db);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_OK ? OK : connection_fail(connection, result, err);
}

enum status connection_verify(struct connection *connection, struct err *err)
{
    uint32_t bad = 0;
    bool unsummed = false, damaged = false;
    enum status status;
    int result;

    assert(sqlite3_get_autocommit(connection->db));
    if (connection->path == NULL || connection->reading)
        return OK;
    status = connection_lock(connection, err);
    if (status != OK)
        return status;
    /* A checkpoint that was killed may have torn pages: the log mends them. */
    status = checkpoint(connection, err);
    if (status == OK) {
        result = pages_verify(connection->db, &bad, &unsummed);
        if (result != SQLITE_OK)
            status = connection_fail(connection, result, err);
        else if (bad == 0 && unsummed)
            status = check_structure(connection, &damaged, err);
    }
    connection_unlock(connection);
    if (status != OK || (bad == 0 && !damaged))
        return status;
    return connection_damaged(connection, bad, err);
}
