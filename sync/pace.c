/*
 * pace.c - leases from the shared window, penalties, backing off.
 */
#include "sync/pace.h"

/* Another process may have been told to wait: how old our knowledge may be. */
enum { LOOK_AGAIN_MS = 50 };

void pace_open(struct pace *pace, struct store *store, const char *scope,
               struct rate_spec rate)
{
    *pace = (struct pace){.store = store, .scope = scope, .rate = rate};
}

/* Small against the limit: what a killed process leased and never sent is lost
 * to the window. */
static uint32_t block_size(const struct pace *pace, uint32_t waiting)
{
    uint64_t block = PACE_BLOCK_MAX;

    if (pace->rate.limit > 0 && pace->rate.limit / 10 < block)
        block = pace->rate.limit / 10;
    if (waiting < block)
        block = waiting;
    return block > 0 ? (uint32_t)block : 1;
}

static enum status look(struct pace *pace, int64_t now_ms, struct err *err)
{
    uint64_t used = 0;
    int64_t until_ms = 0;
    enum status status;

    if (now_ms >= pace->looked_ms && now_ms - pace->looked_ms < LOOK_AGAIN_MS)
        return OK;
    status = store_pace_used(pace->store, pace->scope, pace->rate.window_ms,
                             now_ms, &used, &until_ms, err);
    if (status != OK)
        return status;
    pace->looked_ms = now_ms;
    /* The clock may have been set back since a penalty was written down. */
    if (until_ms > now_ms + PACE_PENALTY_MAX_MS)
        until_ms = now_ms + PACE_PENALTY_MAX_MS;
    if (until_ms > pace->until_ms)
        pace->until_ms = until_ms;
    return OK;
}

enum status pace_take(struct pace *pace, int64_t now_ms, uint32_t waiting,
                      uint64_t *wait_ms, struct err *err)
{
    enum status status = look(pace, now_ms, err);
    uint32_t granted = 0;

    *wait_ms = 0;
    if (status != OK)
        return status;
    if (pace->until_ms > now_ms) {
        pace->leased = 0;
        *wait_ms = (uint64_t)(pace->until_ms - now_ms);
        return OK;
    }
    /* A lease counts in the window from when it was given: used much later it
     * would let more through than the limit. */
    if (pace->leased > 0 &&
        (now_ms < pace->leased_ms || now_ms - pace->leased_ms > PACE_LEASE_MS))
        pace->leased = 0;
    if (pace->leased == 0) {
        status = store_pace(pace->store, pace->scope, pace->rate.limit,
                            pace->rate.window_ms, block_size(pace, waiting),
                            now_ms, &granted, wait_ms, err);
        if (status != OK)
            return status;
        pace->leased = granted;
        pace->leased_ms = now_ms;
        if (granted == 0) {
            *wait_ms = *wait_ms > 0 ? *wait_ms : 1;
            return OK;
        }
    }
    *wait_ms = 0;
    pace->leased--;
    return OK;
}

enum status pace_penalty(struct pace *pace, int64_t now_ms, int64_t until_ms,
                         struct err *err)
{
    if (until_ms > now_ms + PACE_PENALTY_MAX_MS)
        until_ms = now_ms + PACE_PENALTY_MAX_MS;
    if (until_ms <= pace->until_ms)
        return OK;
    pace->until_ms = until_ms;
    pace->leased = 0;
    return store_penalty(pace->store, pace->scope, until_ms, err);
}

void pace_limit(struct pace *pace, struct text header)
{
    uint64_t limit = 0;

    if (text_to_u64(text_trim(header), &limit) && limit > 0 &&
        limit < pace->rate.limit)
        pace->rate.limit = limit;
}

int64_t pace_reset_ms(struct text header, int64_t now_ms)
{
    enum { EPOCH_FROM = 1000 * 1000 };
    uint64_t seconds = 0;
    int64_t at_ms;

    if (!text_to_u64(text_trim(header), &seconds) ||
        seconds > (uint64_t)INT64_MAX / 2000)
        return 0;
    at_ms = (int64_t)seconds * 1000;
    if (seconds <= EPOCH_FROM)
        at_ms += now_ms;
    /* Clocks differ: a time that has passed still asks for a pause. */
    return at_ms < now_ms + 1000 ? now_ms + 1000 : at_ms;
}

uint64_t pace_backoff(uint64_t base_ms, uint32_t tries,
                      uint64_t (*random)(void *self, uint64_t below),
                      void *self)
{
    uint64_t most = base_ms < BACKOFF_MAX_MS ? base_ms : BACKOFF_MAX_MS;

    for (uint32_t i = 0; i < tries && most < BACKOFF_MAX_MS; i++)
        most *= 2;
    if (most > BACKOFF_MAX_MS)
        most = BACKOFF_MAX_MS;
    return random(self, most + 1);
}
