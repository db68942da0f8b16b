/*
 * sqlite.c - statements, and what SQLite's failures mean.
 */
#include "state/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "state/history.h"

const struct statement_text statement_texts[STATEMENTS] = {
#define STATEMENT(name, hot, sql) [name] = {#name, sql, hot},
#include "state/statements.h"
#undef STATEMENT
};

/* The system's word for the last failure. SQLite has lost it by the time a
 * commit fails; the files remember. */
static int last_errno(const struct connection *connection)
{
    static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER,
                                SQLITE_FCNTL_FILE_POINTER};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        sqlite3_file *file = NULL;
        int number = 0;

        if (sqlite3_file_control(connection->db, "main", files[i], &file) ==
                SQLITE_OK &&
            file != NULL && file->pMethods != NULL &&
            file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO,
                                         &number) == SQLITE_OK &&
            number != 0)
            return number;
    }
    return sqlite3_system_errno(connection->db);
}

/* Where the disk takes no more: also a quota, or a limit on the size of files.
 */
static bool is_full(const struct connection *connection, int result)
{
    int number = last_errno(connection);

    if ((result & 0xff) == SQLITE_FULL || result == SQLITE_IOERR_SHMSIZE)
        return true;
    return (result & 0xff) == SQLITE_IOERR &&
           (number == ENOSPC || number == EDQUOT || number == EFBIG);
}

static enum status fail_io(const struct connection *connection, int result,
                           struct err *err)
{
    enum status status;

    if (is_full(connection, result)) {
        status = fail(err, STOP, EXIT_IO, "disk_full",
                      "cannot write the state: no room on its disk");
        err_hint(err,
                 "make room on that disk (or in its quota, or the limit on "
                 "files) and run again; what was committed before is "
                 "kept");
        return status;
    }
    /* Of this failure: what the connection says may be of a later call. */
    status = fail(err, STOP, EXIT_IO, "state_io", "the state: %s (%d)",
                  sqlite3_errstr(result), result);
    if ((result & 0xff) == SQLITE_READONLY ||
        (result & 0xff) == SQLITE_CANTOPEN)
        err_hint(err, "look at the rights and the owner of the file, of its "
                      "-wal and -shm, and of their folder, then run again");
    else
        err_hint(err, "look at the disk and at the rights of the file and its "
                      "folder, then run again");
    return status;
}

static void hint_damaged(struct err *err)
{
    err_hint(err, "look at the disk and run again; if it stays so, put the "
                  "file aside and restore a backup of it; without one a new "
                  "state finds its customers again by look-up");
}

enum status connection_damaged(const struct connection *connection,
                               uint32_t page, struct err *err)
{
    if (page != 0)
        (void)fail(err, STOP, EXIT_IO, "state_corrupt",
                   "the state file is damaged: page %u is not as it was "
                   "written",
                   (unsigned)page);
    else
        (void)fail(err, STOP, EXIT_IO, "state_corrupt",
                   "the state file is damaged: a page is not as it was "
                   "written");
    if (connection->path != NULL)
        err_place(err, "%s", connection->path);
    hint_damaged(err);
    return STOP;
}

enum status connection_fail(const struct connection *connection, int result,
                            struct err *err)
{
    enum status status;

    if (result == SQLITE_IOERR_DATA)
        return connection_damaged(connection, 0, err);
    switch (result & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        status = fail_io(connection, result, err);
        break;
    case SQLITE_CORRUPT:
        status = fail(err, STOP, EXIT_IO, "state_corrupt",
                      "the state file is damaged: %s",
                      sqlite3_errmsg(connection->db));
        hint_damaged(err);
        break;
    case SQLITE_NOTADB:
        status = fail(err, STOP, EXIT_CONFIG, "state_foreign",
                      "this is not a state file of custsync");
        err_hint(err, "name another file with --state");
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        status = fail(err, STOP, EXIT_TRYLATER, "state_busy",
                      "the state is in use by another program");
        err_hint(err, "try again when it is done");
        break;
    default:
        status = fail(err, STOP, EXIT_BUG, "state_bug", "the state: %s (%d)",
                      sqlite3_errmsg(connection->db), result);
    }
    if (connection->path != NULL)
        err_place(err, "%s", connection->path);
    return status;
}

struct query query_open(struct connection *connection, enum statement statement,
                        struct err *err)
{
    sqlite3_stmt **cached = &connection->cached[statement];
    struct query query = {.connection = connection, .err = err};

    if (*cached == NULL)
        query.result =
            sqlite3_prepare_v3(connection->db, statement_texts[statement].sql,
                               -1, SQLITE_PREPARE_PERSISTENT, cached, NULL);
    query.statement = *cached;
    /* Two uses of one statement at a time would lose the first one's place. */
    assert(*cached == NULL || !sqlite3_stmt_busy(*cached));
    return query;
}

void query_int(struct query *query, int64_t number)
{
    if (query->result == SQLITE_OK)
        query->result =
            sqlite3_bind_int64(query->statement, ++query->bound, number);
}

void query_id(struct query *query, int64_t id)
{
    if (id != 0)
        query_int(query, id);
    else if (query->result == SQLITE_OK)
        query->result = sqlite3_bind_null(query->statement, ++query->bound);
}

void query_text(struct query *query, struct text text)
{
    if (query->result == SQLITE_OK)
        query->result = sqlite3_bind_text64(
            query->statement, ++query->bound, text.at != NULL ? text.at : "",
            text.size, SQLITE_STATIC, SQLITE_UTF8);
}

void query_blob(struct query *query, const void *bytes, size_t size)
{
    if (query->result == SQLITE_OK)
        query->result = sqlite3_bind_blob64(query->statement, ++query->bound,
                                            bytes != NULL ? bytes : "", size,
                                            SQLITE_STATIC);
}

bool query_row(struct query *query)
{
    int result;

    if (query->result != SQLITE_OK)
        return false;
    result = sqlite3_step(query->statement);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        query->result = sqlite3_extended_errcode(query->connection->db);
    return false;
}

bool query_refused(const struct query *query)
{
    return (query->result & 0xff) == SQLITE_CONSTRAINT;
}

enum status query_close(struct query *query)
{
    enum status status = OK;

    /* The message is the connection's last one: read it before the reset. */
    if (query->result != SQLITE_OK)
        status = connection_fail(query->connection, query->result, query->err);
    if (query->statement != NULL) {
        (void)sqlite3_reset(query->statement);
        (void)sqlite3_clear_bindings(query->statement);
    }
    return status;
}

enum status query_run(struct query *query)
{
    while (query_row(query))
        continue;
    return query_close(query);
}

int64_t row_int(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

struct text row_view(const struct query *query, int column)
{
    const char *at = sqlite3_column_blob(query->statement, column);
    int size = sqlite3_column_bytes(query->statement, column);

    return at == NULL || size <= 0 ? TEXT("") : (struct text){at, (size_t)size};
}

struct text row_text(const struct query *query, int column, struct arena *arena)
{
    struct text view = row_view(query, column);

    return view.size == 0 ? view : arena_text(arena, view);
}

bool row_bytes(const struct query *query, int column, void *to, size_t size)
{
    const void *at = sqlite3_column_blob(query->statement, column);

    if (at == NULL ||
        (size_t)sqlite3_column_bytes(query->statement, column) != size)
        return false;
    memcpy(to, at, size);
    return true;
}
