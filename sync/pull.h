/*
 * pull.h - every customer of an account into the store.
 *
 * Reads the list, and each record by itself where the list does not show all of
 * it. What a read shows becomes `held` of linked records; what had changed
 * there is remembered as moved. A read never changes what a source said.
 *
 * A whole read: the list to its end (listing.h says why it is complete); then
 * every record of which the whole may have changed since it was last read; then
 * those that are known and were not listed, since only their own absence proves
 * that they are gone. Stopped anywhere, it goes on there.
 *
 * A record's whole may have changed unless the list says the same of it as last
 * time and the list tells when records change, or the account's `refetch` takes
 * such records as unchanged for a while. And nothing is known to be unchanged
 * that was read by another mapping, provider file or region.
 *
 * Where what changed last can be had first, only that is read (recent.h), and
 * the whole list every WHOLE_EVERY_MS, or when somebody needs to know who is
 * gone.
 */
#ifndef SYNC_PULL_H
#define SYNC_PULL_H

#include "state/reading.h"
#include "sync/client.h"

/* A read that began longer ago is not gone on with: shorter than a day, so that
 * no night goes on with what the last one left, and longer than the first read
 * of 20,000 records at 60 a minute takes. */
#define READ_RESUMED_MS (12LL * 60 * 60 * 1000)
/* A removal and a creation hide each other from what only counts. */
#define WHOLE_EVERY_MS (7LL * 24 * 60 * 60 * 1000)

struct pulling {
    struct store *store;
    struct client *client;
    const struct account *account;
    store_id account_id;
    store_id run; /* that reads, for the lives of customers */
    const struct clock *clock;
    bool whole; /* who is gone has to be known */
    bool full;  /* every record is read, whatever the list says of it */
};

struct pulled {
    uint64_t records;  /* of the account, now in the store */
    bool whole;        /* everybody that is not among them is gone */
    bool known_only;   /* there is no list: who is linked was read */
    bool resumed;      /* an earlier run had begun it */
    uint64_t unlisted; /* there, though the list does not show them */
    uint64_t gone;     /* were known, and are not there any more */
};

/* STOP 64 when the provider cannot list its customers and nobody is linked;
 * else as client_next. */
enum status pull_account(const struct pulling *pulling, struct pulled *pulled,
                         struct err *err);
struct pull_cost {
    uint64_t requests;
    bool whole; /* the list will be read from its beginning to its end */
};
/* What it will take, as far as can be told without asking; client is not used.
 */
enum status pull_cost(const struct pulling *pulling, struct pull_cost *cost,
                      struct err *err);
/* Whether only what changed may be read now, by these words (listing.h). */
bool pull_may_be_recent(const struct provider *provider,
                        const struct reading *reading, struct text words,
                        bool whole, int64_t now_ms);
/* Whether a read that was begun is gone on with. */
bool pull_may_resume(const struct reading *reading, struct text words,
                     int64_t now_ms);
/* Records that were read before that are read again when the list shows them;
 * 0: none, unless the list shows something new. */
int64_t pull_fresh_since(const struct account *account, bool full,
                         int64_t begun_ms);

#endif
