/*
 * pace.c - leases from the shared window, penalties, backing off.
 */
#include "sync/pace.h"

/* Another process may have been told to wait: how old our knowledge may be. */
enum { LOOK_AGAIN_MS = 50, SHORT_WINDOW_MS = 10 * 1000 };

void pace_open(struct pace *pace, struct store *store, const char *scope,
               struct rate_spec rate)
{
    *pace = (struct pace){.store = store, .scope = scope, .rate = rate};
}

/* Small against the limit: what a killed process leased and never sent is lost
 * to the window. One of seconds soon forgets that. */
static uint32_t block_size(const struct pace *pace, uint32_t waiting)
{
    uint64_t block = PACE_BLOCK_MAX;

    if (pace->rate.limit > 0 && pace->rate.limit / 10 < block &&
        pace->rate.window_ms > SHORT_WINDOW_MS)
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
    if (until_ms > pace->until_ms)
        pace->until_ms = until_ms;
    return OK;
}

/* A lease counts in the window from when it was given: used much later it would
 * let more through than the limit. */
static int64_t lease_ms(const struct pace *pace)
{
    uint64_t part = pace->rate.window_ms / PACE_LEASE_PART;

    return part > 0 && part < PACE_LEASE_MS ? (int64_t)part : PACE_LEASE_MS;
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
    if (pace->rate.limit == 0) /* a penalty is all that could be in the way */
        return OK;
    if (pace->leased > 0 &&
        (now_ms < pace->leased_ms || now_ms - pace->leased_ms > lease_ms(pace)))
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

uint32_t pace_room(const struct pace *pace, int64_t now_ms)
{
    if (now_ms >= pace->left_until_ms || pace->left >= UINT32_MAX)
        return UINT32_MAX;
    return (uint32_t)pace->left;
}

enum status pace_late(struct pace *pace, int64_t now_ms, uint64_t late_ms,
                      struct err *err)
{
    int64_t given_ms = now_ms - (int64_t)late_ms;

    /* The window's margin stands for less. */
    if (pace->rate.limit == 0 || late_ms <= (uint64_t)lease_ms(pace))
        return OK;
    return store_pace_late(pace->store, pace->scope, given_ms - lease_ms(pace),
                           now_ms, err);
}

/* Resets are told in whole seconds, and so is the time of the clock they are
 * by. */
enum { RESET_ROUNDING_MS = 2000 };

/*
 * *others: sends of the provider's window that this host does not know of, and
 * *doubtful: the same if none of those under way is counted there yet.
 */
static enum status count_others(const struct pace *pace,
                                const struct pace_word *word,
                                uint32_t in_flight, uint64_t *others,
                                uint64_t *doubtful, struct err *err)
{
    uint64_t there = word->limit - word->remaining, ours = 0, unsure;
    int64_t since_ms =
        word->reset_ms - (int64_t)pace->rate.window_ms - RESET_ROUNDING_MS;
    enum status status =
        store_pace_since(pace->store, pace->scope, since_ms, &ours, err);

    unsure = (uint64_t)in_flight + pace->leased;
    if (unsure > ours)
        unsure = ours;
    *others = there > ours ? there - ours : 0;
    *doubtful = there > ours - unsure ? there - (ours - unsure) : 0;
    return status;
}

/* They count as long as they do there: to the reset. */
static enum status book_others(const struct pace *pace, int64_t now_ms,
                               int64_t reset_ms, uint64_t others,
                               struct err *err)
{
    int64_t at_ms =
        reset_ms - (int64_t)pace->rate.window_ms + RESET_ROUNDING_MS;

    return store_pace_book(pace->store, pace->scope, others,
                           at_ms < now_ms ? at_ms : now_ms, err);
}

enum status pace_heard(struct pace *pace, int64_t now_ms,
                       const struct pace_word *word, uint32_t in_flight,
                       struct err *err)
{
    uint64_t others = 0, doubtful = 1;
    enum status status = OK;

    if (word->reset_ms <= now_ms)
        return OK;
    if (pace->rate.limit > 0 && word->limit >= word->remaining) {
        status = count_others(pace, word, in_flight, &others, &doubtful, err);
        if (status == OK && others > 0)
            status = book_others(pace, now_ms, word->reset_ms, others, err);
    }
    /* All of it is ours: our own window is at least as strict. */
    if (status != OK || doubtful == 0)
        return status;
    /* Answers come in any order: within a window the least is the latest. */
    if (word->reset_ms > pace->left_until_ms + RESET_ROUNDING_MS ||
        word->remaining < pace->left)
        pace->left = word->remaining;
    pace->left_until_ms = word->reset_ms;
    if (word->remaining > 0)
        return OK;
    return pace_penalty(pace, now_ms, word->reset_ms, err);
}

void pace_limit(struct pace *pace, struct text header)
{
    uint64_t limit = 0;

    if (text_to_u64(text_trim(header), &limit) && limit > 0 &&
        limit < pace->rate.limit)
        pace->rate.limit = limit;
}

int64_t pace_reset_ms(const struct pace *pace, struct text header,
                      int64_t now_ms, int64_t date_ms)
{
    enum { EPOCH_FROM = 1000 * 1000 };
    uint64_t seconds = 0;
    int64_t wait_ms, most_ms = PACE_RESET_MAX_MS;

    if (!text_to_u64(text_trim(header), &seconds) ||
        seconds > (uint64_t)INT64_MAX / 2000)
        return 0;
    wait_ms = (int64_t)seconds * 1000;
    /* Two clocks that agree: ours is the finer one. */
    if (date_ms == 0 || (date_ms < now_ms + RESET_ROUNDING_MS &&
                         date_ms > now_ms - RESET_ROUNDING_MS))
        date_ms = now_ms;
    if (seconds > EPOCH_FROM)
        wait_ms -= date_ms;
    if (pace->rate.window_ms > PACE_RESET_MAX_MS / 2)
        most_ms = 2 * (int64_t)pace->rate.window_ms;
    if (wait_ms > most_ms)
        wait_ms = most_ms;
    /* A time that has passed still asks for a pause. */
    return now_ms + (wait_ms < 1000 ? 1000 : wait_ms);
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
