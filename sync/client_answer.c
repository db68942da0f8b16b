/*
 * client_answer.c - what came back, what it means, and what follows from it.
 */
#include "sync/client_own.h"

#include <stdio.h>
#include <string.h>

static bool is_named(const struct call *call, const char *name)
{
    return strcmp(call->name, name) == 0;
}

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

/* call->err says what went wrong. floor_ms: the provider's own wish. */
static void try_again(struct client *client, struct flight *flight,
                      uint64_t floor_ms)
{
    uint64_t wait_ms;

    flight->failures++;
    if (flight->failures >= TRIES_MAX || flight->request.endless) {
        use_up(client, flight);
        return;
    }
    wait_ms = client_backoff(client, client->backoff_ms, flight->failures - 1);
    if (floor_ms > PACE_PENALTY_MAX_MS)
        floor_ms = PACE_PENALTY_MAX_MS;
    wait_again(client, flight, wait_ms > floor_ms ? wait_ms : floor_ms);
}

static void unknown(struct client *client, struct flight *flight)
{
    client_breaker_failed(client);
    client_end(client, flight, CALL_UNKNOWN);
}

static void land_failed(struct client *client, struct flight *flight)
{
    struct call *call = flight->call;
    const struct http_request *request = &flight->request;
    bool left = request->sent == HTTP_UNKNOWN;
    struct text words =
        client_redact(client, text_of(request->error), call->arena);

    (void)fail(&call->err, REJECT, EXIT_UNAVAILABLE,
               left ? "no_answer" : "unreachable", "%s: %.*s",
               left ? "no answer" : "not sent", TEXT_ARGS(words));
    flight->left = flight->left || left;
    if (left && call->safety == CALL_ONCE)
        unknown(client, flight);
    else
        try_again(client, flight, 0);
}

/* --- what it means --------------------------------------------------------*/

static bool has_status(const int *statuses, int status)
{
    for (; statuses != NULL && *statuses != 0; statuses++)
        if (*statuses == status)
            return true;
    return false;
}

static const struct find_spec *find_of(const struct client *client,
                                       const struct call *call)
{
    const struct provider *provider = client->account->provider;

    for (size_t i = 0; i < provider->finds_count; i++)
        if (call->spec == &provider->finds[i].request)
            return &provider->finds[i];
    return NULL;
}

/* The provider's file says what a server without bulk calls answers. */
static bool bulk_missing(const struct client *client, const struct call *call)
{
    const struct provider *provider = client->account->provider;

    return (call->spec == &provider->bulk_create.request &&
            has_status(provider->bulk_create.missing, call->status)) ||
           (call->spec == &provider->bulk_update.request &&
            has_status(provider->bulk_update.missing, call->status));
}

/* Whether a good reply to this call must hold JSON. */
static bool needs_json(const struct client *client, const struct call *call)
{
    if (is_named(call, "create"))
        return !client->account->provider->create.id_from_location ||
               call->location.size == 0;
    return is_named(call, "list") || is_named(call, "get") ||
           is_named(call, "find") || is_named(call, "bulk_create") ||
           is_named(call, "bulk_update");
}

static enum meaning meaning_of(struct client *client, struct call *call)
{
    const struct provider *provider = client->account->provider;
    const struct find_spec *find = find_of(client, call);
    enum meaning means;

    if (find != NULL && has_status(find->absent, call->status))
        return MEANS_ABSENT;
    if (bulk_missing(client, call))
        return MEANS_ABSENT;
    if (is_named(call, "probe") &&
        has_status(provider->probe.absent, call->status))
        return MEANS_OK;
    if (find != NULL && find->style == FOUND_REDIRECT && call->status >= 301 &&
        call->status <= 308 && call->location.size > 0)
        return MEANS_OK;
    means = provider_meaning(provider, call->name, call->status, call->reply,
                             call->raw);
    if (means != MEANS_OK)
        return means;
    /* A page of a portal in between says 200 too. */
    if (call->status / 100 == 2 && call->reply == NULL &&
        needs_json(client, call))
        return MEANS_RETRY;
    return MEANS_OK;
}

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
    if (client->account->auth->refreshes)
        err_hint(&call->err,
                 "check the account's settings, or: custsync "
                 "login %s:",
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
         call->status / 100 == 2 ? "the reply is no JSON"
                                 : "the provider failed");
    flight->left = true;
    if (call->safety == CALL_ONCE)
        unknown(client, flight);
    else
        try_again(client, flight, flight->request.retry_after_ms);
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
    case MEANS_DENIED:
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
    client_read_limits(client, request);
    call->means = meaning_of(client, call);
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
