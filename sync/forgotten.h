/*
 * forgotten.h - whom nobody makes anew: `custsync forget` leaves a mark of each
 * key, and a row or a record that carries one of them is left out.
 *
 * A mark is HMAC-SHA256 of the key in normal form under the store's salt. That
 * hides the key from whoever sees the marks alone; who has the state file has
 * the salt, and can try all phone numbers there are.
 */
#ifndef SYNC_FORGOTTEN_H
#define SYNC_FORGOTTEN_H

#include "mappings/customer.h"
#include "state/forget.h"

struct forgotten {
    struct store *store;
    bool any; /* else nothing is looked for */
    uint8_t salt[SALT_SIZE];
};

enum status forgotten_open(struct forgotten *forgotten, struct store *store,
                           struct err *err);
/* kind: an enum key, or KEY_CONTENT. source counts for what compares only
 * within one: reference ids and contents. */
struct forgotten_mark forgotten_mark(const struct forgotten *forgotten,
                                     int kind, store_id source,
                                     struct text value);
enum status forgotten_has(const struct forgotten *forgotten, int kind,
                          store_id source, struct text value, bool *is,
                          struct err *err);
/*
 * Does a customer that this source gave carry a key of somebody forgotten?
 * *key names it, or is NULL. Whoever has no key of its own is known by its
 * content.
 */
enum status forgotten_customer(const struct forgotten *forgotten,
                               store_id source, const uint8_t seed[16],
                               const struct customer *customer,
                               struct arena *arena, const char **key,
                               struct err *err);
/* Is that record of somebody forgotten? By its number, or by a key that it
 * shows; customer: what is known of it, or NULL. */
enum status forgotten_shown(struct store *store, store_id account,
                            struct text remote_id,
                            const struct customer *customer,
                            struct arena *arena, bool *is, struct err *err);
/*
 * The same of a record that is to be kept: from now on its number alone tells.
 * Not of one that is linked to a customer, who shows a key of another only as
 * long as nobody corrects it. Within a transaction.
 */
enum status forgotten_record(struct store *store, store_id account,
                             struct text remote_id,
                             const struct customer *customer,
                             struct arena *arena, bool *is, struct err *err);

#endif
