/*
 * fetch.h - records of an account read one by one, by their ids.
 *
 * Each is kept, and its link follows, as soon as it is read, so whoever is
 * stopped goes on with those that are left.
 */
#ifndef SYNC_FETCH_H
#define SYNC_FETCH_H

#include "sync/pull.h"

struct fetched {
    uint64_t there, gone;
};

/* Those that are wanted, several at a time; STOP as client_next, and when one
 * cannot be read, after all others were. A record that is gone is dropped.
 * begun_ms: when the read began; they were seen then. */
enum status fetch_ids(const struct pulling *with,
                      const struct ids_wanted *wanted, int64_t begun_ms,
                      struct fetched *fetched, struct err *err);
/* A linked record was read: held follows, what moved is remembered; what is
 * shown late is put right in customer. The listing_follow of a pull; self is
 * its struct pulling. */
enum status fetch_follow(void *self, struct text remote_id,
                         struct customer *customer, int64_t asked_ms,
                         bool *again, struct arena *arena, struct err *err);

#endif
