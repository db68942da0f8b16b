/*
 * pace.h - when the next request may leave.
 *
 * The window itself is in the store, shared by every process of this host;
 * here are the small blocks leased from it, the penalties a provider spoke, and
 * the arithmetic of backing off. All of it on a time that is passed in: nothing
 * here waits or asks the clock.
 */
#ifndef SYNC_PACE_H
#define SYNC_PACE_H

#include "mappings/provider.h"
#include "state/store.h"

enum {
    PACE_BLOCK_MAX = 16, /* sends leased at a time */
    PACE_LEASE_MS = 200, /* an unused lease is dropped after that */
    PACE_PENALTY_MAX_MS = 5 * 60 * 1000,
    BACKOFF_BASE_MS = 500,
    BACKOFF_MAX_MS = 60 * 1000,
};

struct pace {
    struct store *store; /* borrowed */
    const char *scope;   /* borrowed */
    struct rate_spec rate;
    uint32_t leased;
    int64_t leased_ms; /* when */
    int64_t until_ms;  /* nothing may leave before that */
    int64_t looked_ms; /* when the store was last asked about penalties */
};

void pace_open(struct pace *pace, struct store *store, const char *scope,
               struct rate_spec rate);
/*
 * Takes leave for one send now: *wait_ms 0. Else how long to wait before asking
 * again. waiting: sends that would go now if they could (at least 1), so that
 * no more is leased than is used.
 */
enum status pace_take(struct pace *pace, int64_t now_ms, uint32_t waiting,
                      uint64_t *wait_ms, struct err *err);
/*
 * Nothing leaves before until_ms, in any process: on disk when this returns.
 * Never shortens what was said before; at most PACE_PENALTY_MAX_MS from now.
 */
enum status pace_penalty(struct pace *pace, int64_t now_ms, int64_t until_ms,
                         struct err *err);
/* The provider's own word on the limit: a lower one is obeyed. */
void pace_limit(struct pace *pace, struct text header);

/*
 * When a reset header says that requests are welcome again: seconds since 1970
 * when the number is above a million, else seconds from now; never less than a
 * second off. 0 when it is no number.
 */
int64_t pace_reset_ms(struct text header, int64_t now_ms);
/*
 * Full jitter: evenly between 0 and base doubled tries times, capped. random
 * gives a number below its argument.
 */
uint64_t pace_backoff(uint64_t base_ms, uint32_t tries,
                      uint64_t (*random)(void *self, uint64_t below),
                      void *self);

#endif
