/*
 * who.h - the customer that a KEY=VALUE of the command line means.
 */
#ifndef SYNC_WHO_H
#define SYNC_WHO_H

#include "mappings/customer.h"
#include "state/store.h"
#include "sync/config.h"

struct who {
    struct store *store;
    const struct config *config;
    const char *region; /* of phones; or NULL */
    const char *source; /* whose reference ids; NULL: any source's */
    struct arena *arena;
};

/*
 * reference_id=7, email=.., mobile=.., name+phone=FIRST,LAST,PHONE, shop:=ID
 * (the record at an account). STOP 64 when it is none of these, 65 when nobody
 * or several customers have it.
 */
enum status who_find(const struct who *who, const char *written,
                     store_id *customer, struct err *err);
/* All who have it, at most max; *count may say more. Nobody is no fault. */
enum status who_all(const struct who *who, const char *written,
                    store_id *customers, size_t max, size_t *count,
                    struct err *err);
struct asked_key {
    enum key key;
    struct text value; /* in normal form; empty: a record was asked for */
    store_id source;   /* of a reference id; 0: any */
    store_id account;  /* of a record; 0: there is none of that name */
    struct text remote_id;
};

/* What was asked for. STOP 64 as above. */
enum status who_key(const struct who *who, const char *written,
                    struct asked_key *asked, struct err *err);
/* "with reference_id 17" or the like: how a person would find the customer. */
const char *who_describe(struct store *store, store_id customer,
                         struct arena *arena);

#endif
