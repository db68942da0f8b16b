/*
 * inside.h - what the store's files share; nobody outside state/ includes it.
 *
 * A dry store works on the real file and rolls back, so it sees what is known
 * and keeps nothing. Accounts, sources and runs that only it has met are kept
 * in memory and put into each of its transactions anew, so that their ids hold
 * for as long as the store is open. What describes the outside world - tokens,
 * grants, penalties, an open breaker - is kept all the same: store_outside().
 */
#ifndef STATE_INSIDE_H
#define STATE_INSIDE_H

#include "state/sqlite.h"
#include "state/store_change.h"
#include "state/store_pace.h"

struct forms;
struct numbers;
struct waiting;
struct store_held; /* a lock of store_lock */

/* An account (a, b, c: provider, base_url, tenant), a source (kind, name) or a
 * run (command, job, from, to) that only this dry store knows. */
struct store_pending {
    struct store_pending *next;
    enum { PENDING_ACCOUNT, PENDING_SOURCE, PENDING_RUN } what;
    store_id id;
    int64_t started_ms;
    struct text a, b, c, d;
};

struct store {
    struct connection main;
    struct connection side; /* of a dry store in memory; else unused */
    char *path;             /* as given */
    enum store_mode mode;
    bool in_memory; /* there was no file (dry or reading) */
    bool side_open;
    bool in_transaction; /* between store_begin and commit or rollback */
    bool looking;        /* between store_look_begin and its end */
    struct store_held *held;
    struct forms *forms; /* of events */
    struct numbers *numbers;
    struct waiting *waiting; /* prints */
    uint8_t seed[16];        /* once seeded */
    bool seeded;
    struct store_pending *pending;
    struct arena *arena; /* of the pending; dies with the store */
    struct arena *work;  /* of one operation; who begins with it resets it */
};

/* 70 unless between store_begin and store_commit of a store that writes. */
enum status store_writing(struct store *store, struct err *err);
/* A transaction of its own unless one is open; never in a dry store. */
enum status store_own_begin(struct store *store, bool *own, struct err *err);
enum status store_own_end(struct store *store, bool own, enum status status,
                          struct err *err);

/*
 * The connection for what is durable whatever the mode; makes the file of a
 * dry store when it is missing. 70 inside a transaction and when reading. The
 * caller begins and commits on it.
 */
enum status store_outside(struct store *store, struct connection **connection,
                          struct err *err);
/* The same for looking only: never makes the file. */
struct connection *store_outside_look(struct store *store);
/* Ids that only this dry store knows become real: within a transaction on a
 * connection of store_outside(), before something that names them is kept. */
enum status store_pending_keep(struct store *store,
                               struct connection *connection, struct err *err);
/* Puts all pending into the dry transaction that has just begun. */
enum status store_pending_begin(struct store *store, struct err *err);

/* Opens the file, which exists, for writing: schema checked and upgraded. */
enum status store_open_file(struct connection *connection, const char *path,
                            struct err *err);
void store_unlock_all(struct store *store);
/* Takes away the numbers of those keys. */
enum status store_numbers_drop(struct store *store, store_id customer,
                               struct text keys, struct err *err);
/* Of whom the table says that they have the number, in order, those behind
 * that one; at most so many. They may have lost it meanwhile. */
enum { NUMBERS_AT_ONCE = 16 };
enum status store_numbers_find(struct store *store, int64_t number,
                               store_id after, store_id *customers,
                               size_t *count, struct err *err);
/* Those that wait: before the transaction ends. */
enum status store_numbers_write(struct store *store, struct err *err);
enum status store_prints_write(struct store *store, struct err *err);
/* Those of the customers noted as dropped, of all sources and accounts. */
enum status store_prints_drop_noted(struct store *store, struct err *err);

/* The customer with keys, prints and life. */
enum status store_customer_drop(struct store *store, store_id customer,
                                struct err *err);

/* When a customer is forgotten, before the life goes: what others' events share
 * with it. And after: those that tell a key of the person. */
enum status store_lives_free(struct store *store, store_id customer,
                             struct err *err);
enum status store_lives_drop(struct store *store, const struct store_key *keys,
                             size_t count, struct err *err);

/* A row of LINK_COLUMNS, CHANGE_COLUMNS and RUN_COLUMNS. */
struct link store_link_row(const struct query *query, struct arena *arena);
struct change store_change_row(const struct query *query, struct arena *arena);
struct store_run store_run_row(const struct query *query, struct arena *arena);

#endif
