/*
 * listing.h - the list of an account, page by page, into the store.
 *
 * Each item is kept as a record seen, with the keys it carries. Who asks may
 * stop after any page: a list read in part proves nobody absent, but whoever it
 * showed is found.
 *
 * A list read to its end holds everybody who was there from its first page to
 * its last, once, whoever is made or removed meanwhile. Why that is so depends
 * on how the provider pages:
 *
 * - One page is one moment.
 * - Pages that go on behind the last record of the page before (cursors, and
 *   addresses that name that record) move with nobody.
 * - Numbered pages move towards the first one when a record is removed, and at
 *   their end grow, as long as the order is by creation, which is the provider
 *   file's to ask for. So they are read from the last to the first: whoever
 *   moves, moves to a page that is still to be read. The first is read twice,
 *   since it alone tells how many there are.
 * - Pages that may move and do not tell their number are read again, until
 *   everybody of one pass was met in the next. A record is only missed when one
 *   before it is removed; the first such one had been read; so a pass of which
 *   nobody was removed has missed nobody.
 *
 * A list that contradicts itself is none: a page without a new record, or with
 * less than a page holds, or fewer records than the provider counts. The page,
 * where it has a number, and then the list are read once more before that is
 * said.
 */
#ifndef SYNC_LISTING_H
#define SYNC_LISTING_H

#include "state/reading.h"
#include "sync/api.h"
#include "sync/key_set.h"

enum {
    PASSES_MAX = 5, /* of pages that may move: then it is never still */
    BARREN_MAX = 2, /* pages in a row of a way down without anybody new */
    ROUNDS_MAX = 5, /* of numbered pages, for those who came meanwhile */
};

/* A whole record that the list showed, in the transaction of its page, asked
 * for at asked_ms. What it shows late is put into customer as it is; *again:
 * there was such a field, so the record is to be read by itself. */
typedef enum status listing_follow(void *self, struct text remote_id,
                                   struct customer *customer, int64_t asked_ms,
                                   bool *again, struct arena *arena,
                                   struct err *err);

struct listing {
    struct client *client;
    struct store *store;
    store_id account;
    int64_t now_ms;         /* when it began */
    listing_follow *follow; /* or NULL */
    void *self;
    struct reading *kept; /* borrowed; place and newest stamp go there and to
                             the store with each page; NULL: nobody goes on */
    uint32_t read;        /* pages read so far */
    uint64_t count;       /* records so far, each counted once */
    uint64_t total;       /* as the provider says; 0: it does not */
    bool complete;

    /* Where it stands; its own. */
    enum { LISTING_FORWARD, LISTING_DOWN } way;
    uint32_t page;
    struct buffer place; /* of that page, where pages have no numbers */
    uint32_t passes, rounds;
    uint32_t barren; /* pages in a row that held nothing new */
    uint64_t fresh;  /* new records of this pass or round */
    uint64_t missed; /* of the pass before, not met in this one so far */
    bool moves;      /* a page did not say that it is steady */
    bool found;      /* on the page of a way down, somebody new */
    bool doubted;    /* that page is read again */
    bool again;      /* it did not fit together, and is read once more */
    bool resumed;    /* the next page is the first of this run */
    struct key_set *all, *pass, *before; /* before may be all */
};

/* Goes on where listing->kept says; from the start when it cannot. */
enum status listing_resume(struct listing *listing, struct err *err);
/* How many pages of so many it then still reads. */
uint64_t listing_left(struct text place, uint64_t pages);
/* Reads the next page; END when there is none. The reply's records are put into
 * the store in one transaction. STOP as client_next. */
enum status listing_page(struct listing *listing, struct err *err);
/* To the end; then it is noted when the list was read and how long it is. */
enum status listing_all(struct listing *listing, struct err *err);
void listing_close(struct listing *listing);

/* One item of the page. Inside a transaction. */
enum status listing_item(const struct listing *listing,
                         const struct list_page *page,
                         const struct api_record *record, struct arena *arena,
                         struct err *err);
/* By what a record of the account is read: of another text than last time
 * nothing is known to be unchanged. */
struct text listing_words(const struct account *account, struct arena *arena);
/* Puts one record of the account, with its keys. Inside a transaction. */
enum status listing_put(struct store *store, store_id account,
                        struct record_seen *record,
                        const struct customer *customer, struct arena *arena,
                        struct err *err);

#endif
