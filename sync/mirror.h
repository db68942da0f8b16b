/*
 * mirror.h - FROM is an account too: it is a source, and its customers are
 * linked to it.
 *
 * A customer read from an account is that account's record, and is linked to it
 * like to any other; a row is then known by the record it is, whatever became
 * of its email. Within a transaction of the caller; never asks a provider
 * anything.
 */
#ifndef SYNC_MIRROR_H
#define SYNC_MIRROR_H

#include "mappings/mapping.h"
#include "state/store.h"
#include "sync/config.h"

struct mirror {
    struct store *store;
    const struct account *from;
    store_id from_id;
};

/* Links the customer to FROM's record that its row is, unless it or the record
 * is linked already. */
enum status mirror_link(const struct mirror *mirror, store_id customer,
                        struct text remote_id, struct arena *arena,
                        struct err *err);

/* The account as a source, made when it is new: the tenant is the source,
 * whatever its label says today. */
enum status mirror_source(struct store *store, store_id account,
                          store_id *source, struct err *err);
/* The account that is the source; 0: a file is, or `undo`. */
enum status mirror_account(struct store *store, store_id source,
                           struct arena *arena, store_id *account,
                           struct err *err);

#endif
