/*
 * client_limits.c - deadlines of requests, and what replies say of pace and
 * time.
 */
#include "sync/client_own.h"

#include <inttypes.h>
#include <time.h>

uint64_t client_limit_ms(const struct client *client, bool write)
{
    int64_t left_ms = client->deadline_ms - client_now(client);
    uint64_t limit_ms;

    if (client->deadline_ms == 0)
        return client->account->timeout_ms;
    if (left_ms < 1)
        left_ms = 1;
    limit_ms = (uint64_t)left_ms + (write ? WRITE_GRACE_MS : 0);
    return limit_ms < client->account->timeout_ms ? limit_ms
                                                  : client->account->timeout_ms;
}

void client_time_text(int64_t ms, char text[TIME_TEXT])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        text[0] = '\0';
}

/* --- pace -----------------------------------------------------------------*/

enum status client_silenced(struct client *client, struct err *err)
{
    int64_t until_ms = client->pace.until_ms;
    char until[TIME_TEXT];

    if (until_ms - client_now(client) <= PATIENCE_MS)
        return OK;
    client_time_text(until_ms, until);
    (void)fail(err, STOP, EXIT_TRYLATER, "throttled",
               "the provider asks to be left alone until %s", until);
    err_hint(err, "what is pending is kept; a run after that carries on");
    return STOP;
}

static struct text header_of(const struct http_request *request,
                             const char *name)
{
    return name != NULL ? http_reply_header(request, name) : TEXT("");
}

static int64_t reset_of(const struct client *client,
                        const struct http_request *request)
{
    const struct provider *provider = client->account->provider;

    return pace_reset_ms(&client->pace,
                         header_of(request, provider->reset_header),
                         client_now(client), request->date_ms);
}

static void penalty(struct client *client, int64_t until_ms)
{
    struct err err;

    if (pace_penalty(&client->pace, client_now(client), until_ms, &err) != OK)
        (void)client_stop(client, &err);
}

void client_throttled(struct client *client, const struct http_request *request,
                      int64_t begun_ms)
{
    int64_t now_ms = client_now(client), until_ms, reset_ms;

    /* Several under way are told at once: that is one refusal, not many. */
    if (begun_ms >= client->throttled_ms)
        client->throttles++;
    client->throttled_ms = now_ms + 1;
    until_ms = now_ms + 1 +
               (int64_t)client_backoff(client, THROTTLE_BASE_MS,
                                       client->throttles - 1);
    if (request->retry_after_ms > 0 &&
        now_ms + (int64_t)request->retry_after_ms > until_ms)
        until_ms = now_ms + (int64_t)request->retry_after_ms;
    reset_ms = reset_of(client, request);
    if (reset_ms > until_ms)
        until_ms = reset_ms;
    penalty(client, until_ms);
}

void client_put_off(struct client *client, const struct http_request *request)
{
    if (request->retry_after_ms > 0)
        penalty(client, client_now(client) + (int64_t)request->retry_after_ms);
}

/* --- the provider's count and clock ---------------------------------------*/

static enum status read_count(struct client *client,
                              const struct http_request *request,
                              struct err *err)
{
    const struct provider *provider = client->account->provider;
    struct pace_word word = {.reset_ms = reset_of(client, request)};

    pace_limit(&client->pace, header_of(request, provider->limit_header));
    if (!text_to_u64(header_of(request, provider->remaining_header),
                     &word.remaining))
        return OK;
    if (!text_to_u64(header_of(request, provider->limit_header), &word.limit))
        word.limit = client->pace.rate.limit;
    return pace_heard(&client->pace, client_now(client), &word, client->running,
                      err);
}

void client_read_limits(struct client *client,
                        const struct http_request *request, int64_t begun_ms)
{
    int64_t now_ms = client_now(client);
    int64_t left_ms = now_ms - (int64_t)request->under_way_ms;
    uint64_t late_ms = left_ms > begun_ms ? (uint64_t)(left_ms - begun_ms) : 0;
    struct err err;

    /* A Date has whole seconds: it was half of one ago, on average. */
    if (request->date_ms != 0)
        client->ahead_ms = request->date_ms + 500 - now_ms;
    if (pace_late(&client->pace, left_ms, late_ms, &err) != OK ||
        read_count(client, request, &err) != OK)
        (void)client_stop(client, &err);
}

static uint64_t apart(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)(a - b) : (uint64_t)(b - a);
}

bool client_sign_anew(struct client *client)
{
    if (apart(client->ahead_ms, client->sign_ahead_ms) < CLOCK_OFF_MS)
        return false;
    client->sign_ahead_ms = client->ahead_ms;
    return true;
}

bool client_clock_off(const struct client *client)
{
    return apart(client->ahead_ms, 0) >= CLOCK_OFF_MS;
}

void client_hint_clock(const struct client *client, struct err *err)
{
    if (client_clock_off(client))
        err_hint(err, "set the clock: it is %" PRIu64 " s %s the provider's",
                 apart(client->ahead_ms, 0) / 1000,
                 client->ahead_ms > 0 ? "behind" : "ahead of");
    else
        err_hint(err, "look at the clock of this host, and at its time zone");
}
