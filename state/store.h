/*
 * store.h - what is remembered between runs: one file, one interface.
 *
 * The halves of the program meet only here. Operations, no SQL outside state/,
 * so that another store can stand beside the SQLite one later. Accounts, runs,
 * rows, customers, links and records are in this file; changes, pace, exports,
 * lives and reads have theirs beside it. Texts returned live in the arena that
 * was passed. Values of customers are opaque texts here (customer_pack's form),
 * but that "{}" is none. Times are milliseconds UTC and always passed in.
 *
 * Every operation may fail with STOP: exit 74 (disk full, I/O), 75 (locked past
 * the patience), 70 (our bug), 78 (a newer or a foreign file).
 *
 * Writes happen between store_begin and store_commit, except where an operation
 * says that it commits by itself. In a store opened dry, store_commit rolls
 * back: that is all a dry run is.
 */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include <sys/types.h>

#include "formats/arena.h"
#include "formats/err.h"

struct store;

enum store_mode {
    STORE_WRITE,
    STORE_DRY,  /* as WRITE, but store_commit undoes; nothing is kept */
    STORE_READ, /* status, runs: never waits for a writer, never writes */
};

/*
 * Creates the file (mode 0600) and its folder when they are missing; checks
 * application id and schema version, upgrades older ones step by step. Dry over
 * a missing file, and any mode over path NULL, works on a temporary store.
 */
enum status store_open(struct store **out, const char *path,
                       enum store_mode mode, struct err *err);
void store_close(struct store *store); /* NULL is fine; rolls back */
const char *store_path(const struct store *store);

enum status store_begin(struct store *store, struct err *err);
enum status store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store); /* no transaction is fine */
/*
 * Between these, reads show the store as of one moment and cost less. Not to be
 * left open while anything is waited for: what others write is not seen, and
 * the log cannot begin anew. The first write ends it; within a transaction it
 * is nothing.
 */
enum status store_look_begin(struct store *store, struct err *err);
void store_look_end(struct store *store); /* none is fine */
/* Moves the log into the file; between transactions, now and then. */
enum status store_checkpoint(struct store *store, struct err *err);
/*
 * Reads the whole file once (a gigabyte takes about a second; others wait that
 * long), between transactions: 74 "state_corrupt" when a page is not as it was
 * written. For before the first send: a page that lost its customers must not
 * make them anew. Single pages are checked whenever they are read.
 */
enum status store_verify(struct store *store, struct err *err);

/* 16 random bytes made with the store: the seed of fingerprints. */
enum status store_seed(struct store *store, uint8_t seed[16], struct err *err);

/* --- accounts, sources, runs ----------------------------------------------*/

typedef int64_t store_id; /* > 0; 0 is none */

/*
 * The account of that provider, address and tenant, made when new (commits by
 * itself unless in a transaction). *renamed: the label was last used for
 * another account of this store.
 */
enum status store_account(struct store *store, const char *provider,
                          const char *base_url, const char *tenant,
                          const char *label, store_id *id, bool *renamed,
                          struct err *err);
/* The account that the label meant last; 0: none. */
enum status store_account_labelled(struct store *store, struct text label,
                                   store_id *id, struct err *err);
/* kind "file" or "account"; name as DESIGN 7.0 says. */
enum status store_source(struct store *store, const char *kind,
                         const char *name, store_id *id, struct err *err);

/*
 * A kernel lock on the account (or on any name) that dies with the process.
 * RETRY with exit 75 and the holder's pid in the message when it is taken; the
 * caller adds what the name stands for as the place.
 * Held until store_unlock or store_close. Dry and read stores take none.
 */
enum status store_lock(struct store *store, const char *name, struct err *err);
void store_unlock(struct store *store, const char *name);
/* The living process that took the lock last, as far as its file tells: for
 * showing, in every mode. 0: none, or not known. */
pid_t store_lock_holder(const struct store *store, const char *name);

/*
 * Waits for other processes end soon (2 s, in which what is in hand can still
 * be written down) once *interrupted is not 0 or that many ms have passed (0:
 * no end): STOP, 75 with code "interrupted" or "deadline". For the process, all
 * its stores, and store_open itself; borrowed. store_halted: it has come.
 */
void store_heed(const volatile int *interrupted, uint64_t within_ms);
bool store_halted(void);

struct store_run {
    store_id id;
    int64_t started_ms, finished_ms; /* 0: not finished */
    int exit;                        /* -1: not finished */
    struct text command, job, from, to;
    struct text report; /* JSON, may be empty */
};

/* Begins a run (commits by itself); in a dry store gives the next number. */
enum status store_run_begin(struct store *store, const char *command,
                            const char *job, const char *from, const char *to,
                            int64_t now_ms, store_id *run, struct err *err);
enum status store_run_end(struct store *store, store_id run, int exit,
                          struct text report, int64_t now_ms, struct err *err);
/* The last ones, newest first; at most max. */
enum status store_runs(struct store *store, struct arena *arena, size_t max,
                       struct store_run **runs, size_t *count, struct err *err);
/* Only those from or to an end written like that ("shop:"). */
enum status store_runs_of(struct store *store, const char *end,
                          struct arena *arena, size_t max,
                          struct store_run **runs, size_t *count,
                          struct err *err);

/* --- fingerprints of dealt-with rows --------------------------------------*/

struct fingerprint {
    uint8_t bytes[16];
};

enum role {
    ROLE_OWN,    /* the row at which the customer is counted */
    ROLE_MERGED, /* another row of the same customer */
    ROLE_ANEW,   /* of a change's row: no fingerprint is kept, since something
                    was left out that may go tomorrow */
};

/* All of one source and account, in no order that means anything. */
typedef void store_fingerprint_seen(void *self, const struct fingerprint *print,
                                    store_id customer, enum role role);
enum status store_fingerprints(struct store *store, store_id source,
                               store_id account, store_fingerprint_seen *seen,
                               void *self, struct err *err);
/* Replaces all of that customer for source and account; the first is that of
 * the row at which the customer is counted. count 0 forgets. */
enum status store_fingerprints_put(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   const struct fingerprint *prints,
                                   size_t count, struct err *err);
/* Those of every source: each judges the customer anew. */
enum status store_fingerprints_drop(struct store *store, store_id account,
                                    store_id customer, struct err *err);
/* Does another source have the customer there, or is about to? */
enum status store_has_other_source(struct store *store, store_id source,
                                   store_id account, store_id customer,
                                   bool *has, struct err *err);
/* Forgets those of a whole account (pull --forget, tests): all sources. */
enum status store_fingerprints_forget(struct store *store, store_id account,
                                      struct err *err);

/* --- customers and their keys ---------------------------------------------*/

/* kind is mappings' enum key as a number; value its normal form. */
struct store_key {
    int kind;
    store_id source;
    struct text value;
};

enum status store_customer_new(struct store *store, store_id *customer,
                               struct err *err);
/*
 * Customers that carry the key. source 0: of any source (weak keys); else only
 * keys given by that source (reference ids). At most max; *count may say more.
 */
enum status store_customers_by_key(struct store *store, int kind,
                                   struct text value, store_id source,
                                   store_id *customers, size_t max,
                                   size_t *count, struct err *err);
/* Every key of a customer, of all sources. */
enum status store_customer_keys(struct store *store, store_id customer,
                                struct arena *arena, struct store_key **keys,
                                size_t *count, struct err *err);
/* Replaces the keys that this source gave to the customer. */
enum status store_customer_keys_put(struct store *store, store_id customer,
                                    store_id source,
                                    const struct store_key *keys, size_t count,
                                    struct err *err);
/* True when no customer has any key: the first run skips its look-ups. */
enum status store_is_empty(struct store *store, bool *empty, struct err *err);
/* Keys that identify nobody (carried by too many); sticky per source. */
enum status store_nobody(struct store *store, store_id source, int kind,
                         struct text value, bool *is, struct err *err);
enum status store_nobody_add(struct store *store, store_id source, int kind,
                             struct text value, struct err *err);

/* --- links and the two bases ----------------------------------------------*/

enum link_state {
    LINK_LIVE,
    LINK_GONE, /* the record was deleted at the provider */
};

/* Somebody else's: neither 0 nor any source of this store. */
enum { STORE_FOREIGN = -1 };

struct link {
    store_id id;
    store_id account, customer;
    struct text remote_id;
    enum link_state state;
    bool by_hand;              /* custsync link; never undone by itself */
    store_id reference_source; /* whose id fills the target's reference: a
                                  source, 0 nobody's, STORE_FOREIGN unknown */
    struct text held; /* packed: what the target acknowledged or showed */
    bool held_full;   /* held came from a whole record */
    bool deactivated; /* by us, since a source had lost the customer; nobody
                         has touched that since */
};

/* link->id 0 when there is none. */
enum status store_link_of(struct store *store, store_id account,
                          store_id customer, struct arena *arena,
                          struct link *link, struct err *err);
enum status store_link_by_remote(struct store *store, store_id account,
                                 struct text remote_id, struct arena *arena,
                                 struct link *link, struct err *err);
/*
 * Makes the link (id 0) or replaces its members. REJECT with code
 * "record_taken" when the record belongs to another customer, "already_linked"
 * when the customer has another record there.
 */
enum status store_link_put(struct store *store, struct link *link,
                           struct err *err);
enum status store_link_remove(struct store *store, store_id link,
                              struct err *err);
/* Number of live links of the account made before that time (the brake). */
enum status store_links_count(struct store *store, store_id account,
                              uint64_t *count, struct err *err);
/* Whether that number is at least `wanted`, at the cost of counting so far. */
enum status store_links_reach(struct store *store, store_id account,
                              uint64_t wanted, bool *reach, struct err *err);
/* A number that grows whenever a link of the account comes, goes, or is found
 * to hold something else; what a run merely reads again does not move it. */
enum status store_links_moved(struct store *store, store_id account,
                              uint64_t *times, struct err *err);
/* Customers of that source linked at the account: for --missing. */
typedef enum status store_link_seen(void *self, const struct link *link,
                                    struct err *err);
enum status store_links_of_source(struct store *store, store_id account,
                                  store_id source, struct arena *arena,
                                  store_link_seen *seen, void *self,
                                  struct err *err);

/* What the source last said about the link, packed; empty when it never did. */
enum status store_said(struct store *store, store_id source, store_id link,
                       struct arena *arena, struct text *values,
                       struct err *err);
enum status store_said_put(struct store *store, store_id source, store_id link,
                           struct text values, struct err *err);

/*
 * What somebody changed at the target since that source was last compared with
 * it: fields with what a read found there, packed; "{}" when nothing did. Kept
 * beside said, so each source deals with an edit in its own time. Put does
 * nothing for a source that never spoke: it has no base to move from.
 */
enum status store_moved(struct store *store, store_id source, store_id link,
                        struct arena *arena, struct text *moved,
                        struct err *err);
/* Both at once: as store_said and store_moved, at the cost of one. */
enum status store_said_and_moved(struct store *store, store_id source,
                                 store_id link, struct arena *arena,
                                 struct text *values, struct text *moved,
                                 struct err *err);
enum status store_moved_put(struct store *store, store_id source, store_id link,
                            struct text moved, struct err *err);
/* Of every source that spoke of the link; seen may put it. */
typedef enum status store_moved_seen(void *self, store_id source,
                                     struct text said, struct text moved,
                                     struct err *err);
enum status store_moved_each(struct store *store, store_id link,
                             struct arena *arena, store_moved_seen *seen,
                             void *self, struct err *err);
/* Customers with an edit that the source has not dealt with. */
typedef void store_customer_seen(void *self, store_id customer);
enum status store_moved_customers(struct store *store, store_id account,
                                  store_id source, store_customer_seen *seen,
                                  void *self, struct err *err);

/* --- records seen at an account (pull, proof of absence by list) ----------*/

struct record_seen {
    struct text remote_id;
    struct text values; /* packed, as the target showed them */
    bool full;          /* a whole record, not an abridged list item */
    int64_t seen_ms;
    int64_t got_ms;   /* when the whole of it was last read; 0 never */
    struct text item; /* a digest of what the list said of it; empty: none */
};

/* Puts or replaces it with its keys (source is not used). An empty item leaves
 * the one that is known. */
enum status store_record_put(struct store *store, store_id account,
                             const struct record_seen *record,
                             const struct store_key *keys, size_t count,
                             struct err *err);
enum status store_record(struct store *store, store_id account,
                         struct text remote_id, struct arena *arena,
                         struct record_seen *record, struct err *err);
/* Ids of records that carry the key; at most max. */
enum status store_records_by_key(struct store *store, store_id account,
                                 int kind, struct text value,
                                 struct arena *arena, struct text *remote_ids,
                                 size_t max, size_t *count, struct err *err);
/* In order of remote_id, all of the account; stops when seen does. */
typedef enum status store_record_each(void *self,
                                      const struct record_seen *record,
                                      struct err *err);
enum status store_records(struct store *store, store_id account,
                          struct arena *arena, store_record_each *each,
                          void *self, struct err *err);
/* When the whole list was last read, and how many it had; 0 never. */
enum status store_listed(struct store *store, store_id account,
                         int64_t *listed_ms, uint64_t *count, struct err *err);
enum status store_listed_put(struct store *store, store_id account,
                             int64_t listed_ms, uint64_t count,
                             struct err *err);

/* --- small facts ----------------------------------------------------------*/

/* A text under a name ("rows:<source>:<account>": rows of last night). */
enum status store_fact(struct store *store, const char *name,
                       struct arena *arena, struct text *value,
                       struct err *err);
enum status store_fact_put(struct store *store, const char *name,
                           struct text value, struct err *err);

#endif
