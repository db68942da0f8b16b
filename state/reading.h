/*
 * reading.h - the store's part in reading an account: how far a read has come,
 * and which records it still has to ask for.
 *
 * What writes stands between store_begin and store_commit, as in store.h.
 */
#ifndef STATE_READING_H
#define STATE_READING_H

#include "state/store.h"

/* The list showed it again, with nothing new. */
enum status store_record_touch(struct store *store, store_id account,
                               struct text remote_id, int64_t seen_ms,
                               struct err *err);
/* It is gone at the provider. Links to it stay. */
enum status store_record_drop(struct store *store, store_id account,
                              struct text remote_id, struct err *err);
enum status store_records_count(struct store *store, store_id account,
                                uint64_t *count, struct err *err);
/* Live links to records that were never read. */
enum status store_links_bare(struct store *store, store_id account,
                             uint64_t *count, struct err *err);

/*
 * Ids in order, those after `after`, at most max; *count 0: no more. Records
 * seen since since_ms of which the whole was not read since fresh_ms; all seen
 * since then; those not seen since then, and those that live links name and
 * that were never seen; all that live links name, whether there is a record or
 * not, of which no whole was read since then; and those not seen since then
 * that no live link names.
 */
struct ids_wanted {
    enum { IDS_DUE, IDS_SEEN, IDS_UNSEEN, IDS_LINKED, IDS_LEFT } which;
    int64_t since_ms, fresh_ms; /* fresh_ms: of IDS_DUE alone */
};
enum status store_ids(struct store *store, store_id account,
                      const struct ids_wanted *wanted, struct text after,
                      struct arena *arena, struct text *ids, size_t max,
                      size_t *count, struct err *err);
/* All of them; the text dies with the call. A cursor is open meanwhile: seen
 * must not use the store. */
typedef void store_id_seen(void *self, struct text id);
enum status store_each_id(struct store *store, store_id account,
                          const struct ids_wanted *wanted, store_id_seen *seen,
                          void *self, struct err *err);

/* How far a read of the account's list has come, and what the last one left. */
struct reading {
    int64_t begun_ms;  /* 0: none is under way */
    int64_t newest_ms; /* the newest of the provider's stamps when it began */
    bool listed;       /* its list was read to the end */
    struct text place; /* where it goes on, in the reader's own words */
    int64_t whole_ms;  /* when the last whole read that ended began */
    int64_t mark_ms;   /* changes with an older stamp were read; 0: none */
    struct text words; /* by which records were read, in the reader's words: of
                          the read under way, or of the last one */
    int64_t top_ms, top_since_ms; /* the newest stamp that ended reads found,
                                     and our time when it was first found */
    int64_t read_ms;              /* when the last read that ended began */
    uint64_t young;    /* records that had a stamp of the mark or newer */
    uint64_t unlisted; /* records that the last whole list did not show */
    bool abridged;     /* not all that it showed were whole */
};

/* All zero when nothing is known. */
enum status store_reading(struct store *store, store_id account,
                          struct arena *arena, struct reading *reading,
                          struct err *err);
enum status store_reading_put(struct store *store, store_id account,
                              const struct reading *reading, struct err *err);

#endif
