/*
 * rate.c - fixed windows per client, and the penalties that faults begin.
 */
#include "sandbox.h"
#include "util.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

bool rate_parse(struct rate_spec *spec, const char *text)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"s", 1000}, {"min", MINUTE_MS}, {"h", 3600000}};
    char number[16];
    const char *slash = strchr(text, '/');

    *spec = (struct rate_spec){.is_set = true};
    if (strcmp(text, "off") == 0) {
        spec->is_off = true;
        return true;
    }
    if (slash == NULL || (size_t)(slash - text) >= sizeof(number))
        return false;
    snprintf(number, sizeof(number), "%.*s", (int)(slash - text), text);
    if (!parse_number(number, 1000000, &spec->limit) || spec->limit == 0)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(slash + 1, units[i].name) == 0)
            spec->window_ms = units[i].ms;
    return spec->window_ms != 0;
}

/* NULL: it is not known who asks, so nothing is counted. */
static struct bucket *bucket_of(struct call *call)
{
    struct rate *rate = &call->box->rate;
    char key[sizeof(rate->buckets[0].key)];

    if (call->client < 0)
        return NULL;
    /* COUNT counts a client's workspaces together. */
    snprintf(key, sizeof(key), "%s/%d/%d/%d", call->provider->name,
             call->client, call->provider->id == COUNT ? -1 : call->tenant,
             call->basic);
    for (size_t i = 0; i < rate->count; i++)
        if (strcmp(rate->buckets[i].key, key) == 0)
            return &rate->buckets[i];
    if (rate->count == BUCKETS_MAX)
        return NULL;
    strcpy(rate->buckets[rate->count].key, key);
    return &rate->buckets[rate->count++];
}

static void violation(struct call *call, int64_t until_ms)
{
    call->box->log.totals[call->provider->id].violations++;
    call->provider->throttled(call, until_ms);
}

bool rate_penalty_over(struct call *call)
{
    struct bucket *bucket = bucket_of(call);

    if (bucket == NULL || call->request->now_ms >= bucket->penalty_until_ms)
        return true;
    violation(call, bucket->penalty_until_ms);
    return false;
}

void rate_penalty_begin(struct call *call, int64_t until_ms)
{
    struct bucket *bucket = bucket_of(call);

    if (bucket != NULL && bucket->penalty_until_ms < until_ms)
        bucket->penalty_until_ms = until_ms;
}

void rate_forget(struct rate *rate)
{
    memset(rate->buckets, 0, sizeof(rate->buckets));
    rate->count = 0;
}

bool rate_gate(struct call *call)
{
    struct rate_spec *spec = &call->box->rate.spec;
    int64_t limit = call->provider->limit(call);
    int64_t window_ms = MINUTE_MS;
    int64_t now = call->request->now_ms, reset_ms;
    struct bucket *bucket = bucket_of(call);

    if (spec->is_set) {
        limit = spec->is_off ? 0 : spec->limit;
        window_ms = spec->window_ms;
    }
    if (limit == 0 || bucket == NULL)
        return true;
    if (now >= bucket->window_start_ms + window_ms ||
        now < bucket->window_start_ms) {
        bucket->window_start_ms = now;
        bucket->used = 0;
    }
    bucket->used++;
    reset_ms = bucket->window_start_ms + window_ms;
    if (call->provider->id == KOUNTA) {
        int64_t left = limit - bucket->used;

        reply_header(call->reply, "X-Ratelimit-Limit", "%lld",
                     (long long)limit);
        reply_header(call->reply, "X-Ratelimit-Remaining", "%lld",
                     (long long)(left < 0 ? 0 : left));
        reply_header(call->reply, "X-Ratelimit-Reset", "%lld",
                     (long long)((reset_ms + 999) / 1000));
    }
    if (bucket->used <= limit)
        return true;
    violation(call, reset_ms);
    return false;
}
