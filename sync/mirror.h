/*
 * mirror.h - FROM is an account too: its customers are linked to it.
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

#endif
