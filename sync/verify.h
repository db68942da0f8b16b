/*
 * verify.h - the records that customers are linked to, read back and held
 * against what the store says of them.
 *
 * Reads only: nothing is written at the provider, and what is held stays, for a
 * later sync has to see an edit as one. What is shown otherwise because a write
 * of ours is not shown yet is no difference.
 */
#ifndef SYNC_VERIFY_H
#define SYNC_VERIFY_H

#include "sync/client.h"
#include "sync/print.h"

enum {
    VERIFY_FIRST = 3,  /* records named of each field */
    VERIFY_TOLD = 1000 /* records told one by one */
};

struct verify_field {
    uint64_t count;
    const char *first[VERIFY_FIRST];
};

struct key_set;

struct verify {
    struct client *client;
    struct store *store;
    store_id account_id;
    uint64_t sample; /* so many of them; 0: all */
    uint64_t seed;   /* by which they are chosen */
    /* filled */
    uint64_t linked; /* records */
    uint64_t wanted; /* of them, in the sample */
    uint64_t read, equal, differ, gone, unsettled, twice;
    struct verify_field *fields; /* by number */
    struct node *records;        /* a list: those that are not as held */
    struct arena *arena;         /* of what was found */
    /* inside */
    uint64_t most;              /* the sample: whose number is not above it */
    struct key_set *seen;       /* ids that were compared */
    struct key_set *references; /* reference ids that a record has */
};

/*
 * client, store, account_id, sample and seed are given, arena is borrowed. STOP
 * as client_next; 69 too when single records could not be read, once all others
 * were.
 */
enum status verify_account(struct verify *verify, struct err *err);
void verify_close(struct verify *verify);

#endif
