/*
 * client_breaker.c - when a provider as a whole wants to be left alone.
 */
#include "sync/client_own.h"

#include <time.h>

enum status client_breaker_check(struct client *client, struct err *err)
{
    int64_t now_ms = client_now(client);
    char until[32];
    struct tm tm;
    time_t seconds;

    /* A clock that was set back must not keep it open for ever. */
    if (client->open_until_ms <= now_ms ||
        client->open_until_ms > now_ms + BREAKER_OPEN_MAX_MS)
        return OK;
    seconds = (time_t)(client->open_until_ms / 1000);
    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(until, sizeof(until), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        until[0] = '\0';
    (void)fail(err, STOP, EXIT_TRYLATER, "breaker_open",
               "the breaker is open until %s after %u failures in a row", until,
               client->failures);
    err_place(err, "%s", client->account->name);
    err_hint(err, "the provider did not work lately; what is pending is kept");
    return STOP;
}

/* Ten in a row open it for a minute, each further one for twice as long. */
void client_breaker_failed(struct client *client)
{
    int64_t now_ms = client_now(client);
    int64_t open_ms = BREAKER_OPEN_MS;
    struct err err;

    /* Those that were under way when it opened say nothing new. */
    if (client->open_until_ms > now_ms)
        return;
    client->failures++;
    if (client->failures >= BREAKER_FAILURES) {
        for (uint32_t i = BREAKER_FAILURES;
             i < client->failures && open_ms < BREAKER_OPEN_MAX_MS; i++)
            open_ms *= 2;
        if (open_ms > BREAKER_OPEN_MAX_MS)
            open_ms = BREAKER_OPEN_MAX_MS;
        client->open_until_ms = now_ms + open_ms;
    }
    if (store_breaker_put(client->store, client->account_id, client->failures,
                          client->open_until_ms, &err) != OK ||
        client_breaker_check(client, &err) != OK)
        (void)client_stop(client, &err);
}

void client_breaker_worked(struct client *client)
{
    struct err err;

    if (client->failures == 0)
        return;
    client->failures = 0;
    client->open_until_ms = 0;
    if (store_breaker_put(client->store, client->account_id, 0, 0, &err) != OK)
        (void)client_stop(client, &err);
}

/* --- what replies say about pace ------------------------------------------*/

static struct text header_of(const struct http_request *request,
                             const char *name)
{
    return name != NULL ? http_reply_header(request, name) : TEXT("");
}

void client_throttled(struct client *client, const struct http_request *request,
                      int64_t begun_ms)
{
    const struct provider *provider = client->account->provider;
    int64_t now_ms = client_now(client), until_ms, reset_ms;
    struct err err;

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
    reset_ms =
        pace_reset_ms(header_of(request, provider->reset_header), now_ms);
    if (reset_ms > until_ms)
        until_ms = reset_ms;
    if (pace_penalty(&client->pace, now_ms, until_ms, &err) != OK)
        (void)client_stop(client, &err);
}

void client_read_limits(struct client *client,
                        const struct http_request *request)
{
    const struct provider *provider = client->account->provider;
    struct text remaining = header_of(request, provider->remaining_header);
    int64_t now_ms = client_now(client);
    int64_t reset_ms =
        pace_reset_ms(header_of(request, provider->reset_header), now_ms);
    uint64_t left = 1;
    struct err err;

    pace_limit(&client->pace, header_of(request, provider->limit_header));
    if (text_to_u64(remaining, &left) && left == 0 && reset_ms > 0 &&
        pace_penalty(&client->pace, now_ms, reset_ms, &err) != OK)
        (void)client_stop(client, &err);
}
