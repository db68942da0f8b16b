/*
 * pace.h - when the next request may leave.
 *
 * The window itself is in the store, shared by every process of this host;
 * here are the small blocks leased from it, what the provider said, and the
 * arithmetic of backing off. All of it on a time that is passed in: nothing
 * here waits or asks the clock.
 */
#ifndef SYNC_PACE_H
#define SYNC_PACE_H

#include "mappings/provider.h"
#include "state/store_pace.h"

enum {
    PACE_BLOCK_MAX = 16,   /* sends leased at a time */
    PACE_LEASE_MS = 200,   /* an unused lease is dropped after that, ... */
    PACE_LEASE_PART = 100, /* ... and after this part of the window */
    PACE_PENALTY_MAX_MS = 24 * 60 * 60 * 1000,
    PACE_RESET_MAX_MS = 2 * 60 * 1000, /* or two windows */
    BACKOFF_BASE_MS = 500,
    BACKOFF_MAX_MS = 60 * 1000,
};

struct pace {
    struct store *store; /* borrowed */
    const char *scope;   /* borrowed */
    struct rate_spec rate;
    uint32_t leased;
    int64_t leased_ms;     /* when */
    int64_t until_ms;      /* nothing may leave before that: a penalty */
    int64_t looked_ms;     /* when the store was last asked about penalties */
    uint64_t left;         /* so many more the provider takes, ... */
    int64_t left_until_ms; /* ... until then; 0: it did not say */
};

/* What a reply says of the limit. */
struct pace_word {
    uint64_t limit;     /* of the provider's window; 0: not told */
    uint64_t remaining; /* of it, when the reply was made */
    int64_t reset_ms;   /* when it is new; 0: not told */
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
 * How many may be under way at a time, by what the provider said it has left;
 * UINT32_MAX when it said nothing that still counts.
 */
uint32_t pace_room(const struct pace *pace, int64_t now_ms);
/* One whose turn was given late_ms ago left only now: it counts from now. */
enum status pace_late(struct pace *pace, int64_t now_ms, uint64_t late_ms,
                      struct err *err);
/*
 * Nothing leaves before until_ms, in any process: on disk when this returns.
 * Never shortens what was said before; at most PACE_PENALTY_MAX_MS from now.
 */
enum status pace_penalty(struct pace *pace, int64_t now_ms, int64_t until_ms,
                         struct err *err);
/*
 * The provider's own count. in_flight: requests under way, of which nobody
 * knows whether they are counted in it. What others use of the limit, away from
 * this host, is booked in the window; the rest of it is not overdrawn.
 */
enum status pace_heard(struct pace *pace, int64_t now_ms,
                       const struct pace_word *word, uint32_t in_flight,
                       struct err *err);
/* The provider's own word on the limit: a lower one is obeyed. */
void pace_limit(struct pace *pace, struct text header);

/*
 * When a reset header says that requests are welcome again: seconds since 1970
 * by the provider's clock when the number is above a million, else seconds from
 * now; never less than a second off, and not further than the limit's window
 * makes sense. date_ms: that clock, as the reply tells it; 0: ours will do. 0
 * when it is no number.
 */
int64_t pace_reset_ms(const struct pace *pace, struct text header,
                      int64_t now_ms, int64_t date_ms);
/*
 * Full jitter: evenly between 0 and base doubled tries times, capped. random
 * gives a number below its argument.
 */
uint64_t pace_backoff(uint64_t base_ms, uint32_t tries,
                      uint64_t (*random)(void *self, uint64_t below),
                      void *self);

#endif
