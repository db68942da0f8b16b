/*
 * mirror.h - FROM is an account too: links both ways, and no echo.
 *
 * A customer read from an account is that account's record, and is linked to it
 * like to any other; a row is then known by the record it is, whatever became
 * of its email. And what we write to one end the other end's reader must not
 * take for an edit made there: it is noted as said at once. Within a
 * transaction of the caller; never asks a provider anything.
 */
#ifndef SYNC_MIRROR_H
#define SYNC_MIRROR_H

#include "mappings/mapping.h"
#include "state/store.h"
#include "sync/config.h"

struct mirror {
    struct store *store;
    const struct account *from, *to;
    store_id from_id, to_id;         /* the accounts */
    store_id from_source, to_source; /* the same as sources */
};

/* Finds (or makes) both sources. */
enum status mirror_open(struct mirror *mirror, struct store *store,
                        const struct account *from, store_id from_id,
                        const struct account *to, store_id to_id,
                        struct err *err);
/* The other way round. */
struct mirror mirror_turned(const struct mirror *mirror);
/* Links the customer to FROM's record that its row is, unless it or the record
 * is linked already. */
enum status mirror_link(const struct mirror *mirror, store_id customer,
                        struct text remote_id, struct arena *arena,
                        struct err *err);
/*
 * TO's record held `before` (NULL: it was not there) and by our write holds
 * `after`. As a source TO has said the difference, and the store's copy of the
 * record shows it.
 */
enum status mirror_echo(const struct mirror *mirror, store_id customer,
                        struct text remote_id, const struct customer *before,
                        const struct customer *after, struct arena *arena,
                        struct err *err);

#endif
