/*
 * listing.h - the list of an account, page by page, into the store.
 *
 * Each item is kept as a record seen, with the keys it carries. Who asks may
 * stop after any page: a list read in part proves nobody absent, but whoever it
 * showed is found.
 *
 * A list that contradicts itself is none: a page without a new record, or fewer
 * records than the provider counts. Records that others make or remove
 * meanwhile move pages, so the list is read once more before that is said.
 */
#ifndef SYNC_LISTING_H
#define SYNC_LISTING_H

#include "sync/api.h"
#include "sync/key_set.h"

struct listing {
    struct client *client;
    struct store *store;
    store_id account;
    int64_t now_ms;
    struct call *previous; /* the page before; owned */
    uint32_t page;         /* pages read so far */
    uint64_t count;        /* records so far, each counted once */
    uint64_t total;        /* as the provider says; 0: it does not */
    struct key_set *ids;   /* those records; owned */
    bool again;            /* it did not fit together, and is read once more */
    bool complete;
};

/* Reads the next page; END when there is none. The reply's records are put into
 * the store in one transaction. STOP as client_next. */
enum status listing_page(struct listing *listing, struct err *err);
/* To the end. */
enum status listing_all(struct listing *listing, struct err *err);
void listing_close(struct listing *listing);

/* Puts one record of the account, with its keys. Inside a transaction. */
enum status listing_put(struct store *store, store_id account,
                        struct text remote_id, const struct customer *customer,
                        bool full, int64_t now_ms, struct arena *arena,
                        struct err *err);

#endif
