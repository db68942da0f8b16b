/*
 * client_breaker.c - when a provider as a whole wants to be left alone.
 */
#include "sync/client_own.h"

enum status client_breaker_look(struct client *client, struct err *err)
{
    client->breaker_looked_ms = client_now(client);
    return store_breaker(client->store, client->account_id, &client->failures,
                         &client->open_until_ms, err);
}

/* Another process on the account may have opened it. */
static enum status look_again(struct client *client, int64_t now_ms,
                              struct err *err)
{
    int64_t age_ms = now_ms - client->breaker_looked_ms;

    if (age_ms >= 0 && age_ms < BREAKER_LOOK_MS)
        return OK;
    return client_breaker_look(client, err);
}

enum status client_breaker_check(struct client *client, struct err *err)
{
    int64_t now_ms = client_now(client);
    enum status status = look_again(client, now_ms, err);
    char until[TIME_TEXT];

    if (status != OK)
        return status;
    /* A clock that was set back must not keep it open for ever. */
    if (client->open_until_ms <= now_ms ||
        client->open_until_ms > now_ms + BREAKER_OPEN_MAX_MS)
        return OK;
    client_time_text(client->open_until_ms, until);
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
    if (client_breaker_look(client, &err) != OK) {
        (void)client_stop(client, &err);
        return;
    }
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
