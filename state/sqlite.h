/*
 * sqlite.h - one connection to one SQLite file, and its statements.
 *
 * Never two writers or checkpointers at one instant, for this reason: SQLite
 * from 3.7.0 to 3.51.2 may lose a transaction when one connection writes a
 * first frame into a log that was just moved whole into the file while another
 * one checkpoints (the "WAL-reset bug"): the checkpointer takes the old log's
 * length for the new one's, marks pages as moved that never were, and the file
 * is corrupt. It needs a writer and a checkpointer side by side, or two of the
 * latter; distributions ship such versions for years to come. So every write
 * transaction, every checkpoint, every recovery of a log at opening and every
 * close happens under a kernel lock on PATH.lock, also between connections of
 * one process. SQLite checkpoints nothing by itself (wal_autocheckpoint=0); a
 * connection that closes without the lock does not either, nor does a reader
 * ever (NO_CKPT_ON_CLOSE), so readers take no lock. Another journal mode would
 * make status wait for a sync and the other way round.
 */
#ifndef STATE_SQLITE_H
#define STATE_SQLITE_H

#include <sqlite3.h>

#include "formats/arena.h"
#include "formats/err.h"

enum statement {
#define STATEMENT(name, hot, sql) name,
#include "state/statements.h"
#undef STATEMENT
    STATEMENTS
};

/* For the test that asks how each would run. */
struct statement_text {
    const char *name, *sql;
    bool hot;
};
extern const struct statement_text statement_texts[STATEMENTS];

enum {
    /* A plan of millions becomes visible in one transaction: others wait. */
    PATIENCE_MS = 120 * 1000,
    /* Only for SQLite's own short locks; writers queue at PATH.lock. */
    BUSY_MS = 10 * 1000,
    BUSY_LOOK_MS = 10,
    /* Past this the log is moved into the file at the next commit. Small: the
     * log of a run must not need more room than the file itself will. */
    WAL_MAX = 4 * 1024 * 1024,
};

struct connection {
    sqlite3 *db;
    sqlite3_stmt *cached[STATEMENTS];
    char *path;          /* the real one, owned; NULL: in memory */
    char *lock_path;     /* owned */
    int lock_fd;         /* -1: not opened yet */
    int locks;           /* how many times taken by this connection */
    int64_t patience_ms; /* for the lock */
    int64_t waited_ms;   /* that the last connection_begin took */
    bool reading;        /* read-only: no lock, no checkpoint */
    int wal_pages;       /* in the log after the last commit */
    int wal_kept;        /* of them, that a checkpoint has dealt with */
};

enum connection_use {
    CONNECTION_WRITE,
    CONNECTION_READ,
    CONNECTION_LOOK, /* nobody writes it: read as it lies, nothing beside it */
};

/*
 * path NULL: a store in memory. Else the file exists and no part of the path
 * is a link. connection is filled whole; on failure connection_close is due.
 */
enum status connection_open(struct connection *connection, const char *path,
                            enum connection_use use, struct err *err);
/* Write-ahead log; once it is sure that the file is ours. */
enum status connection_keep_log(struct connection *connection, struct err *err);
void connection_close(struct connection *connection);

/* Counted. 75 when the patience ends. In memory and reading: nothing. */
enum status connection_lock(struct connection *connection, struct err *err);
void connection_unlock(struct connection *connection);

enum status connection_begin(struct connection *connection, struct err *err);
/* When it fails nothing was kept and the transaction is over. */
enum status connection_commit(struct connection *connection, struct err *err);
void connection_rollback(struct connection *connection);
enum status connection_checkpoint(struct connection *connection,
                                  struct err *err);
/* 74 state_corrupt unless every page is as it was written. Takes the lock. */
enum status connection_verify(struct connection *connection, struct err *err);
/* Constant SQL without rows. */
enum status connection_run(struct connection *connection, const char *sql,
                           struct err *err);
/* What SQLite's result means, told to a person. */
enum status connection_fail(const struct connection *connection, int result,
                            struct err *err);
/* page 0: it is not known which. */
enum status connection_damaged(const struct connection *connection,
                               uint32_t page, struct err *err);

/*
 * A statement under way. The first failure sticks: the rest does nothing, and
 * query_close returns it. So:
 *
 *     struct query query = query_open(connection, LINK_OF, err);
 *     query_int(&query, account);
 *     while (query_row(&query))
 *         id = row_int(&query, 0);
 *     return query_close(&query);
 *
 * Texts given must live until query_close. One use of a statement at a time.
 */
struct query {
    struct connection *connection;
    sqlite3_stmt *statement;
    struct err *err;
    int bound;  /* parameters so far */
    int result; /* of SQLite; SQLITE_OK while all is well */
};

struct query query_open(struct connection *connection, enum statement statement,
                        struct err *err);
void query_int(struct query *query, int64_t number);
void query_id(struct query *query, int64_t id); /* 0 becomes NULL */
void query_text(struct query *query, struct text text);
void query_blob(struct query *query, const void *bytes, size_t size);
bool query_row(struct query *query); /* false: no more, or a failure */
/* True when the failure is a broken constraint: the caller may know why. */
bool query_refused(const struct query *query);
enum status query_close(struct query *query);
enum status query_run(struct query *query); /* to its end, then closes */

int64_t row_int(const struct query *query, int column); /* NULL gives 0 */
struct text row_text(const struct query *query, int column,
                     struct arena *arena); /* a copy; blobs too */
/* Borrowed: until the next row, or the query's end. */
struct text row_view(const struct query *query, int column);
/* Exactly size bytes; false when the column has another size. */
bool row_bytes(const struct query *query, int column, void *to, size_t size);

#endif
