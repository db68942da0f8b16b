/*
 * store_change.h - the store's part in changes: intents, and what became of
 * them.
 *
 * As store.h says of all operations, but where one says otherwise.
 */
#ifndef STATE_STORE_CHANGE_H
#define STATE_STORE_CHANGE_H

#include "state/store.h"

enum change_kind {
    CHANGE_CREATE,
    CHANGE_UPDATE,
    CHANGE_DEACTIVATE,
    CHANGE_UNDO,   /* puts back what an update took away; see undo.h */
    CHANGE_UNMAKE, /* deactivates what a create made */
};

enum change_state {
    CHANGE_PLANNED, /* no byte was ever sent */
    CHANGE_SENDING, /* the intent is on disk; bytes may have left */
    CHANGE_UNKNOWN, /* sent, no whole answer: look before doing it again */
    CHANGE_DONE,
    CHANGE_REJECTED, /* the provider said no, in its own words */
    CHANGE_FAILED,   /* tries used up */
    CHANGE_PARKED,   /* ambiguous: a person must say (conflict) */
};

/* What became of a change that is CHANGE_DONE. */
enum change_result {
    RESULT_NONE,
    RESULT_CREATED,
    RESULT_UPDATED,
    RESULT_EQUAL, /* found at the target and equal, or decided against */
};

struct change_row {
    uint64_t line;
    struct fingerprint print;
    enum role role;
    struct text file; /* as the messages name it */
    struct text raw;  /* the record, for --rejects */
};

struct change {
    store_id id;
    store_id run; /* that planned it, or whose ledger counts what is DONE */
    store_id account, source, customer;
    store_id link; /* 0 for a customer not yet met there */
    enum change_kind kind;
    enum change_state state;
    enum change_result result;
    struct text values;    /* packed: the projected customer, with its blanks */
    struct text keys;      /* JSON list of [kind, value]: the source's keys,
                              put in force when the change is settled */
    struct text wanted;    /* JSON list of field names to send (update); packed
                              where it is a customer: of an undo, and what a
                              change was judged by last */
    struct text remote_id; /* once known */
    struct text code, message; /* why it did not get there */
    uint32_t tries;
    int64_t not_before_ms;   /* backoff, settle delay */
    int64_t sent_ms;         /* first byte of the last try */
    struct change_row *rows; /* only filled by store_change_rows and for add */
    size_t rows_count;
    uint64_t line; /* of the first row */
    struct text file;
    struct text met; /* JSON: how its row was met, for history.h; kept as given
                        to add */
};

/* Adds the change with its rows; sets change->id. One unsettled change per
 * customer, source and account: an older one must be gone. */
enum status store_change_add(struct store *store, struct change *change,
                             struct err *err);
/* Replaces run, state, result, link, remote_id, code, message, tries, times,
 * wanted, kind. One that is DONE goes, with its rows: the customer's life tells
 * of it. Only a create that belongs to no run is kept until one tells it. */
enum status store_change_put(struct store *store, const struct change *change,
                             struct err *err);
enum status store_change(struct store *store, store_id id, struct arena *arena,
                         struct change *change, struct err *err);
enum status store_change_rows(struct store *store, store_id id,
                              struct arena *arena, struct change_row **rows,
                              size_t *count, struct err *err);
/* The unsettled (not DONE) change of a customer, or id 0. */
enum status store_change_of(struct store *store, store_id account,
                            store_id source, store_id customer,
                            struct arena *arena, struct change *change,
                            struct err *err);
/*
 * Removes changes of that source and account in state PLANNED, FAILED and
 * REJECTED (rejected only when rejected_too), with their rows. Customers that
 * such a create had brought in stay until store_spares_drop, later in the same
 * transaction: the plan in between may need them again.
 */
enum status store_changes_drop(struct store *store, store_id account,
                               store_id source, bool rejected_too,
                               struct err *err);
/* Those that no link and no other change needs now go, with their keys. */
enum status store_spares_drop(struct store *store, struct err *err);
enum status store_change_remove(struct store *store, store_id id,
                                struct err *err);
/*
 * The next changes of that account in the given state, in order of id, after
 * the id `after`; source 0: all. At most max; texts in the arena.
 */
enum status store_changes(struct store *store, store_id account,
                          store_id source, enum change_state state,
                          store_id after, struct arena *arena,
                          struct change *changes, size_t max, size_t *count,
                          struct err *err);
/* By state, of one account and source (0: all) and run (0: all). */
enum status store_changes_count(struct store *store, store_id account,
                                store_id source, store_id run,
                                uint64_t counts[CHANGE_PARKED + 1],
                                struct err *err);
/*
 * Customers of DONE creates that belong to no run (0): they were found, and no
 * ledger has counted them yet. tell: now one does, and they go.
 */
typedef void store_untold_seen(void *self, store_id customer);
enum status store_changes_untold(struct store *store, store_id account,
                                 store_id source, store_untold_seen *seen,
                                 void *self, struct err *err);
enum status store_change_tell(struct store *store, store_id account,
                              store_id source, store_id customer,
                              struct err *err);

#endif
