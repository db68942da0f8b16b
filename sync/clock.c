/*
 * clock.c - the real time and real randomness behind struct clock.
 */
#include "sync/client.h"
#include "sync/crypto.h"

#include <time.h>

static int64_t real_now_ms(void *self)
{
    struct timespec now;

    (void)self;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Evenly from 0 to below - 1; 0 when below is 0. */
static uint64_t real_random(void *self, uint64_t below)
{
    uint64_t number, limit;

    (void)self;
    if (below == 0)
        return 0;
    /* What lies past the last whole multiple would favour small numbers. */
    limit = UINT64_MAX - UINT64_MAX % below;
    do
        crypto_random(&number, sizeof(number));
    while (number >= limit);
    return number % below;
}

const struct clock clock_real = {
    .now_ms = real_now_ms,
    .random = real_random,
};
