/*
 * pull.h - every customer of an account into the store.
 *
 * Reads the list, and each record by itself where the list is abridged. What a
 * read shows becomes `held` of linked records; what had changed there is
 * remembered as moved. A read never changes what a source said.
 */
#ifndef SYNC_PULL_H
#define SYNC_PULL_H

#include "sync/client.h"

struct pulling {
    struct store *store;
    struct client *client;
    const struct account *account;
    store_id account_id;
    const struct clock *clock;
    const volatile int *interrupted;
};

/* STOP 64 when the provider cannot list its customers; else as client_next. */
enum status pull_account(const struct pulling *pulling, uint64_t *records,
                         struct err *err);
/* pull_unseen.c: after a whole read, which linked records are gone. */
enum status pull_unseen(const struct pulling *pulling, struct err *err);

#endif
