/*
 * client_answer.c - what came back, and what follows from what it means.
 */
#include "sync/client_own.h"

#include <stdio.h>

/* --- trying again ---------------------------------------------------------*/

static void wait_again(struct client *client, struct flight *flight,
                       uint64_t wait_ms)
{
    flight->not_before_ms = client_now(client) + (int64_t)wait_ms;
    flights_push(&client->waiting, flight);
}

/* The provider as a whole failed one call to the end of its tries. */
static void use_up(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;
    bool never_left = call->safety == CALL_ONCE && !flight->left;

    client_breaker_failed(client);
    if (!client->answered) {
        (void)client_stop(client, &call->err);
        if (client->stop.hint[0] == '\0')
            err_hint(&client->stop, "nothing answered at %s",
                     client->account->base_url);
    }
    client_end(client, flight, never_left ? CALL_NOT_BEGUN : CALL_GAVE_UP);
}

/* call->err says what went wrong. */
static void try_again(struct client *client, struct flight *flight)
{
    flight->failures++;
    if (flight->failures >= TRIES_MAX || flight->request.endless) {
        use_up(client, flight);
        return;
    }
    wait_again(
        client, flight,
        client_backoff(client, client->backoff_ms, flight->failures - 1));
}

/* cut: it was us who did not wait any longer. */
static void unknown(struct client *client, struct flight *flight, bool cut)
{
    if (!cut)
        client_breaker_failed(client);
    client_end(client, flight, CALL_UNKNOWN);
}

enum status client_untrusted(const struct client *client, struct text words,
                             struct err *err)
{
    (void)fail(err, STOP, EXIT_UNAVAILABLE, "untrusted", "not sent: %.*s",
               TEXT_ARGS(words));
    err_hint(err,
             "look at base_url and at this machine's clock; ca_file of account "
             "'%s' names a certificate of your own",
             client->account->name);
    return STOP;
}

static void land_failed(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;
    const struct http_request *request = &flight->request;
    bool left = request->sent == HTTP_UNKNOWN, cut;
    struct err halt;
    struct text words =
        client_redact(client, text_of(request->error), call->arena);

    (void)fail(&call->err, REJECT, EXIT_UNAVAILABLE,
               left ? "no_answer" : "unreachable", "%s: %.*s",
               left ? "no answer" : "not sent", TEXT_ARGS(words));
    flight->left = flight->left || left;
    if (request->untrusted && !flight->left) {
        (void)client_untrusted(client, words, &call->err);
        (void)client_stop(client, &call->err);
        client_end(client, flight, CALL_NOT_BEGUN);
        return;
    }
    cut = client_halted(client, &halt) != OK;
    if (left && call->safety == CALL_ONCE)
        unknown(client, flight, cut);
    else if (cut)
        wait_again(client, flight, 0); /* and comes back with all others */
    else
        try_again(client, flight);
}

/* --- what follows from it --------------------------------------------------*/

static void tell(struct client *client, struct call *call, int exit,
                 const char *code, const char *what)
{
    struct text words =
        client_redact(client,
                      provider_complaint(client->account->provider, call->reply,
                                         call->raw, call->arena),
                      call->arena);

    if (words.size > 0)
        (void)fail(&call->err, REJECT, exit, code, "%s (%d): %.*s", what,
                   call->status, TEXT_ARGS(words));
    else
        (void)fail(&call->err, REJECT, exit, code, "%s (%d)", what,
                   call->status);
}

static void stop_here(struct client *client, struct flight *flight)
{
    (void)client_stop(client, &flight->call->err);
    client_end(client, flight, CALL_ANSWERED);
}

static void land_denied(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    tell(client, call, EXIT_CREDENTIALS, "denied",
         "the provider refused the credentials");
    if (client->account->provider->sign.used && client_clock_off(client))
        client_hint_clock(client, &call->err);
    else if (client->account->auth->login.url != NULL)
        err_hint(&call->err,
                 "check the settings of account '%s', then log in anew: "
                 "custsync login %s:",
                 client->account->name, client->account->name);
    else if (client->account->auth->refreshes)
        err_hint(&call->err,
                 "check the settings of account '%s', and put a new "
                 "refresh_token there",
                 client->account->name);
    else
        err_hint(&call->err, "check the settings of account '%s'",
                 client->account->name);
    stop_here(client, flight);
}

static void land_broken(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    if (call->status / 100 == 3) {
        tell(client, call, EXIT_UNAVAILABLE, "redirected",
             "the provider redirects, which is not followed");
        err_hint(&call->err, "check base_url: %s", client->account->base_url);
    } else if (call->status / 100 == 4) {
        tell(client, call, EXIT_CONFIG, "broken",
             "the provider does not know this request");
        err_hint(&call->err, "check base_url and the settings of account '%s'",
                 client->account->name);
    } else {
        tell(client, call, EXIT_UNAVAILABLE, "broken",
             "the provider is broken");
    }
    stop_here(client, flight);
}

static void land_refresh(struct client *client, struct flight *flight)
{
    if (client->account->auth->kind != AUTH_OAUTH2 || flight->renewed) {
        flight->call->means = MEANS_DENIED;
        land_denied(client, flight);
        return;
    }
    flight->renewed = true;
    /* Renewed since it was sent: then it just goes again with the new one. */
    if (text_equal(flight->access, client->auth.token.access))
        auth_reject(&client->auth, flight->access);
    wait_again(client, flight, 0);
}

static void land_throttled(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    client_throttled(client, &flight->request, flight->begun_ms);
    flight->throttled++;
    tell(client, call, EXIT_TRYLATER, "throttled", "the provider asks to wait");
    if (flight->throttled <= THROTTLED_MAX)
        wait_again(client, flight, 0);
    else
        client_end(client, flight,
                   call->safety == CALL_ONCE ? CALL_NOT_BEGUN : CALL_GAVE_UP);
}

static void land_retry(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    tell(client, call, EXIT_UNAVAILABLE, "no_answer",
         call->status / 100 == 2 || call->status == 404
             ? "the reply is no answer to the call"
             : "the provider failed");
    flight->left = true;
    client_put_off(client, &flight->request);
    if (call->safety == CALL_ONCE)
        unknown(client, flight, false);
    else
        try_again(client, flight);
}

/* Signed by the provider's clock it may do; if not, the clock is to blame. */
static void land_clock(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    /* Another call may have set the time since this one was sent. */
    if (!flight->reset &&
        (client_sign_anew(client) || client->sign_ahead_ms != 0)) {
        flight->reset = true;
        wait_again(client, flight, 0);
        return;
    }
    tell(client, call, EXIT_CREDENTIALS, "clock_off",
         "the provider refuses the time of this host's clock");
    client_hint_clock(client, &call->err);
    stop_here(client, flight);
}

static void land_answered(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;

    switch (call->means) {
    case MEANS_REFRESH:
        land_refresh(client, flight);
        return;
    case MEANS_THROTTLED:
        land_throttled(client, flight);
        return;
    case MEANS_RETRY:
        land_retry(client, flight);
        return;
    case MEANS_CLOCK:
        land_clock(client, flight);
        return;
    case MEANS_DENIED:
    case MEANS_DEAD: /* a word of the token call, which is not this one's */
        land_denied(client, flight);
        return;
    case MEANS_BROKEN:
        land_broken(client, flight);
        return;
    case MEANS_ABSENT:
        tell(client, call, EXIT_SOME, "absent", "no such record");
        break;
    case MEANS_DUPLICATE:
        tell(client, call, EXIT_SOME, "duplicate",
             "another record has that key");
        break;
    case MEANS_INVALID:
        tell(client, call, EXIT_SOME, "rejected", "the provider said no");
        break;
    case MEANS_OK:
        call->err = (struct err){.status = OK};
        break;
    }
    client->throttles = 0;
    client_breaker_worked(client);
    client_end(client, flight, CALL_ANSWERED);
}

/* --- taking it ------------------------------------------------------------*/

/* The address of rel="next" in a Link header (RFC 8288), or empty. */
static struct text next_link(struct text link)
{
    while (link.size > 0) {
        size_t open = text_find(link, "<"), close, end;
        struct text target, rest;

        if (open == link.size)
            break;
        target = (struct text){link.at + open + 1, link.size - open - 1};
        close = text_find(target, ">");
        if (close == target.size)
            break;
        rest = (struct text){target.at + close + 1, target.size - close - 1};
        target.size = close;
        end = text_find(rest, "<");
        link = (struct text){rest.at + end, rest.size - end};
        rest.size = end;
        if (text_find(rest, "rel=\"next\"") < rest.size ||
            text_find(rest, "rel=next") < rest.size)
            return target;
    }
    return TEXT("");
}

static void take_answer(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;
    const struct http_request *request = &flight->request;
    const struct list_spec *list = &client->account->provider->list;
    struct err err;

    client->answered = true;
    if (request->status >= 0 && request->status < 600)
        client->stats.by_status[request->status]++;
    if (request->status == 429)
        tempo_refused(&client->tempo, client_now(client));
    call->status = request->status;
    call->raw = request->reply;
    call->reply = NULL;
    call->location = http_reply_header(request, "Location");
    call->next = TEXT("");
    if (list->paging == PAGING_LINK)
        call->next = next_link(http_reply_header(request, "Link"));
    else if (list->paging == PAGING_NEXT_HEADER && list->header != NULL)
        call->next = http_reply_header(request, list->header);
    if (text_trim(call->raw).size > 0 &&
        json_parse(call->raw, call->arena, client->names, &call->reply, &err) !=
            OK)
        call->reply = NULL;
    client_read_limits(client, request, flight->begun_ms);
    call->means = client_meaning(client, call);
}

void client_land(struct client *client, struct http_request *request)
{
    struct flight *flight = request->user;

    client->running--;
    auth_wipe_request(request);
    if (request->sent == HTTP_ANSWERED) {
        take_answer(client, flight);
        land_answered(client, flight);
    } else {
        land_failed(client, flight);
    }
}
