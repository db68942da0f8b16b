/*
 * store_sql.h - the statements, for store.c and tokens.c alone.
 */
#ifndef SANDBOX_STORE_SQL_H
#define SANDBOX_STORE_SQL_H

#include "sandbox.h"

#include <sqlite3.h>

enum statement {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_GET,
    SQL_NEXT,
    SQL_RESERVE,
    SQL_PUT,
    SQL_REMOVE,
    SQL_KEY_ADD,
    SQL_KEY_CLEAR,
    SQL_FIND,
    SQL_FIND_PREFIX,
    SQL_FIND_PART,
    SQL_AFTER,
    SQL_PAGE_UP,
    SQL_PAGE_DOWN,
    SQL_SEARCH_UP,
    SQL_SEARCH_DOWN,
    SQL_COUNT,
    SQL_COUNT_SEARCH,
    SQL_EMPTY_CUSTOMERS,
    SQL_EMPTY_KEYS,
    SQL_EMPTY_TOKENS,
    SQL_TOKEN_ADD,
    SQL_TOKEN_GET,
    SQL_TOKEN_DROP,
    SQL_TOKEN_EXPIRE,
    SQL_STATEMENTS
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_STATEMENTS];
};

/* Ready to be bound; prepared once. */
sqlite3_stmt *store_statement(struct store *store, enum statement which);
/* True: a row is there. False: done, and the statement is reset. */
bool store_step(struct store *store, sqlite3_stmt *statement);
void bind_text(sqlite3_stmt *statement, int place, const char *text);

#endif
