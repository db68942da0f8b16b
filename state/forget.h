/*
 * forget.h - the store's part in forgetting a person: everything that is known
 * of one goes, and a mark of each key stays, by which the person is not made
 * anew.
 *
 * What a mark is made of is the caller's matter: here it is so many bytes. The
 * salt goes into it, 32 random bytes made with the store. store.h's rules hold
 * here too.
 */
#ifndef STATE_FORGET_H
#define STATE_FORGET_H

#include "state/store.h"

enum { SALT_SIZE = 32, MARK_SIZE = 32 };

struct forgotten_mark {
    uint8_t bytes[MARK_SIZE];
};

enum status store_salt(struct store *store, uint8_t salt[SALT_SIZE],
                       struct err *err);
/* Was anybody ever forgotten? */
enum status store_any_forgotten(struct store *store, bool *any,
                                struct err *err);
enum status store_is_forgotten(struct store *store,
                               const struct forgotten_mark *mark, bool *is,
                               struct err *err);

enum status store_forgotten_add(struct store *store,
                                const struct forgotten_mark *mark,
                                struct err *err);

struct record_named {
    store_id account;
    struct text remote_id;
    struct text values; /* packed */
};

/* Records of every account that carry the key and are linked to nobody; at most
 * max. */
enum status store_records_unlinked(struct store *store, int kind,
                                   struct text value, struct arena *arena,
                                   struct record_named *records, size_t max,
                                   size_t *count, struct err *err);
/* The key identifies nobody, for some source. */
enum status store_nobody_any(struct store *store, int kind, struct text value,
                             bool *is, struct err *err);
/* The next account after that one; 0: no more. */
enum status store_account_next(struct store *store, store_id after,
                               store_id *account, struct err *err);

/* Whom to forget. All borrowed. */
struct forgetting {
    store_id customer;                  /* 0: nobody was ever made of it */
    const struct record_named *records; /* that are the person, linked or not */
    size_t records_count;
    /* That nobody else has. Where other customers' lives and changes have the
     * value in them, it goes there too. */
    const struct store_key *keys;
    size_t keys_count;
    const struct forgotten_mark *marks;
    size_t marks_count;
};

/*
 * Within a transaction: the customer with all that hangs on it, the records,
 * and what the runs before told in words go; the marks are put. The bytes are
 * out of the file after store_wipe alone, which is due from now on.
 */
enum status store_forget(struct store *store,
                         const struct forgetting *forgetting, struct err *err);
enum status store_wipe_due(struct store *store, bool *due, struct err *err);
/*
 * Writes the file anew without what is no more in it, and empties the log.
 * Outside a transaction; needs room for a second file meanwhile. STOP 75 while
 * somebody reads the store.
 */
enum status store_wipe(struct store *store, struct err *err);

#endif
