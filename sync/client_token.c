/*
 * client_token.c - renewing a token, one renewal at a time on this host.
 *
 * A refresh token that rotates is dead once it was used, so two renewals at the
 * same time would lose the login. Whoever holds the lock asks; whoever waited
 * for it finds the new token in the store.
 */
#include "sync/client_own.h"

#include "sync/crypto.h"

#include <stdio.h>
#include <string.h>

/* Waits, while calls under way land. RETRY when halted. */
static enum status pause_ms(struct client *client, uint64_t wait_ms,
                            struct err *err)
{
    int64_t until_ms = client_now(client) + (int64_t)wait_ms;

    for (;;) {
        struct http_request *done = NULL;
        int64_t left_ms = until_ms - client_now(client);
        enum status status = client_halted(client, err);

        if (status != OK || left_ms <= 0)
            return status;
        status = http_wait(client->http,
                           left_ms < SLICE_MS ? (uint64_t)left_ms : SLICE_MS,
                           &done, err);
        if (status != OK)
            return status;
        if (done != NULL)
            client_land(client, done);
    }
}

static enum status take_turn(struct client *client, struct err *err)
{
    for (;;) {
        int64_t before_ms = client_now(client);
        uint64_t wait_ms = 0;
        enum status status = client_halted(client, err);

        if (status == OK)
            status = pace_take(&client->pace, before_ms, 1, &wait_ms, err);
        if (status == OK)
            status = client_silenced(client, err);
        if (status != OK || wait_ms == 0)
            return status;
        if (client->deadline_ms != 0 &&
            wait_ms >= (uint64_t)(client->deadline_ms - before_ms))
            return fail(err, RETRY, EXIT_TRYLATER, "deadline",
                        "its turn would come after the deadline");
        status = pause_ms(client, wait_ms, err);
        if (status != OK)
            return status;
        client_waited(client, before_ms);
    }
}

/* Sends one request whose turn it is, and waits for it alone. */
static enum status send_alone(struct client *client,
                              struct http_request *request, struct err *err)
{
    struct http_request *done = NULL;
    enum status status;

    /* A token asked for and not taken may be lost for good. */
    request->limit_ms =
        client_limit_ms(client, strcmp(request->method, "GET") != 0);
    status = http_start(client->http, request, err);
    if (status != OK)
        return status;
    client->stats.total++;
    tempo_sent(&client->tempo, client_now(client));
    while (done != request) {
        status = http_wait(client->http, SLICE_MS, &done, err);
        if (status != OK)
            return status;
        if (done != NULL && done != request)
            client_land(client, done);
    }
    if (request->sent == HTTP_ANSWERED && request->status >= 0 &&
        request->status < 600)
        client->stats.by_status[request->status]++;
    return OK;
}

enum status client_exchange(struct client *client, struct http_request *request,
                            struct err *err)
{
    enum status status = take_turn(client, err);

    return status == OK ? send_alone(client, request, err) : status;
}

/* --- one try --------------------------------------------------------------*/

struct renewal {
    struct arena *arena; /* of this try */
    uint32_t failures, throttled, unknown;
    bool renews; /* the kept refresh token, which may rotate */
    bool once;   /* what it asks with may be dead once it was used */
    bool lost;   /* no good answer came, in this run or the one before */
    bool again;  /* worth another try */
    bool reset;  /* it was signed by the provider's clock */
};

/* Remembered, so that no later run asks in the same way for the same no. */
static enum status remember(struct client *client,
                            const struct renewal *renewal, struct err *err)
{
    struct err stop = *err;

    if (renewal->renews && auth_refused(&client->auth, err) != OK)
        return STOP;
    *err = stop;
    return STOP;
}

/* RFC 6749, 5.2: the program's own credentials, which no login renews. */
static bool refused_client(const struct node *reply)
{
    return text_is(node_member_text(reply, "error"), "invalid_client");
}

/* dead: the provider says that it is the refresh token. */
static enum status refused(struct client *client, const struct renewal *renewal,
                           int status, bool dead, const struct node *reply,
                           struct text words, struct err *err)
{
    const char *name = client->account->name;

    (void)fail(err, STOP, EXIT_CREDENTIALS, "denied",
               "the provider refused to give a token (%d)%s%.*s", status,
               words.size > 0 ? ": " : "", TEXT_ARGS(words));
    err_place(err, "%s", name);
    if (refused_client(reply))
        err_hint(err, "look at client_id and client_secret of account '%s'",
                 name);
    else if (renewal->lost)
        err_hint(err,
                 client->account->auth->login.url != NULL
                     ? "the answer to an earlier renewal was lost, and "
                       "with it the new refresh token: custsync login %s:"
                     : "the answer to an earlier renewal of %s: was lost, "
                       "and with it the new refresh token; put another "
                       "one into the configuration",
                 name);
    else if (client->auth.code.size > 0)
        err_hint(err,
                 "a code is good for a short time, once, and for the "
                 "redirect address it was asked with, and client_id and "
                 "client_secret have to be right: custsync login %s:",
                 name);
    else if (renewal->renews && dead)
        auth_hint_login(&client->auth, err);
    else if (client->account->auth->login.url != NULL)
        err_hint(err,
                 "look at client_id and client_secret of account '%s'; where "
                 "they are right, log in: custsync login %s:",
                 name, name);
    else
        err_hint(err, "check the settings of account '%s'", name);
    if (client->account->auth->token_signed && client_clock_off(client))
        client_hint_clock(client, err);
    return STOP;
}

/* Written down before it leaves, and taken back when nothing came of it: the
 * tokens that are kept still stand, unless an earlier answer was lost. */
static enum status still_stands(struct client *client,
                                const struct renewal *renewal, struct err *err)
{
    struct err stop = *err;

    if (renewal->renews && !renewal->lost &&
        auth_asked(&client->auth, 0, err) != OK)
        return STOP;
    *err = stop;
    return STOP;
}

static enum status refused_time(struct client *client, struct renewal *renewal,
                                int status, struct err *err)
{
    renewal->again = !renewal->reset && client_sign_anew(client);
    renewal->reset = true;
    (void)fail(err, STOP, EXIT_CREDENTIALS, "clock_off",
               "the provider refuses the time of this host's clock (%d)",
               status);
    err_place(err, "%s", client->account->name);
    client_hint_clock(client, err);
    return still_stands(client, renewal, err);
}

static enum status read_answer(struct client *client, struct renewal *renewal,
                               const struct http_request *request,
                               int64_t begun_ms, struct err *err)
{
    const struct provider *provider = client->account->provider;
    struct node *reply = NULL;
    struct text words;
    int status = request->status;
    enum meaning means;
    enum status read;

    if (request->reply.size > 0 && json_parse(request->reply, renewal->arena,
                                              client->names, &reply, err) != OK)
        reply = NULL;
    words = client_redact(
        client,
        provider_complaint(provider, reply,
                           status / 100 == 2 ? TEXT("") : request->reply,
                           renewal->arena),
        renewal->arena);
    client_read_limits(client, request, begun_ms);
    means = provider_meaning(provider, "token", status, reply, request->reply);
    if (means == MEANS_OK && status / 100 == 2) {
        read = auth_read(&client->auth, reply, client_now(client), err);
        renewal->again = read == REJECT;
        return read == REJECT ? STOP : read;
    }
    if (means == MEANS_CLOCK)
        return refused_time(client, renewal, status, err);
    if (means == MEANS_THROTTLED || status == 429) {
        client_throttled(client, request, begun_ms);
        renewal->throttled++;
        renewal->again = renewal->throttled <= THROTTLED_MAX;
        (void)fail(err, STOP, EXIT_TRYLATER, "throttled",
                   "the provider asks to wait before it gives a token");
        return still_stands(client, renewal, err);
    }
    if (status == 400 || status == 401 || status == 403 ||
        means == MEANS_DENIED || means == MEANS_DEAD) {
        (void)refused(client, renewal, status, means == MEANS_DEAD, reply,
                      words, err);
        return means == MEANS_DEAD ? remember(client, renewal, err)
                                   : still_stands(client, renewal, err);
    }
    renewal->again = means == MEANS_RETRY;
    renewal->lost = renewal->lost || renewal->renews;
    client_put_off(client, request);
    /* A redirect, as of any other call, is the service's; the rest is ours. */
    (void)fail(err, STOP,
               means == MEANS_RETRY || status / 100 == 3 ? EXIT_UNAVAILABLE
                                                         : EXIT_CONFIG,
               means == MEANS_RETRY ? "no_answer" : "broken",
               "no token was given (%d)%s%.*s", status,
               words.size > 0 ? ": " : "", TEXT_ARGS(words));
    if (means != MEANS_RETRY)
        err_hint(err, "check token_url: %s", client->account->token_url);
    return STOP;
}

static enum status ask(struct client *client, struct renewal *renewal,
                       const struct login_spec *login,
                       const struct setting *values, size_t count,
                       struct err *err)
{
    struct http_request request = {.arena = renewal->arena};
    struct text words;
    enum status status = take_turn(client, err);
    int64_t begun_ms = client_now(client);

    renewal->again = false;
    if (status == OK) /* now: a signature has the time in it */
        status = auth_request(&client->auth, begun_ms + client->sign_ahead_ms,
                              login, values, count, &request, err);
    if (status == OK && renewal->renews)
        status = auth_asked(&client->auth, begun_ms, err);
    if (status == OK)
        status = send_alone(client, &request, err);
    if (status != OK)
        return status;
    client->stats.tokens++;
    crypto_wipe(request.body);
    if (request.sent == HTTP_ANSWERED) {
        status = read_answer(client, renewal, &request, begun_ms, err);
        crypto_wipe(request.reply);
        return status;
    }
    /* Nobody knows whether the old token still lives: one more try shows. */
    renewal->again = request.sent == HTTP_NOT_SENT || !renewal->once ||
                     renewal->unknown == 0;
    renewal->unknown += request.sent == HTTP_UNKNOWN ? 1 : 0;
    renewal->lost = renewal->lost || (renewal->once && renewal->unknown > 0);
    words = client_redact(client, text_of(request.error), renewal->arena);
    if (request.untrusted) {
        renewal->again = false;
        (void)client_untrusted(client, words, err);
    } else {
        (void)fail(err, STOP, EXIT_UNAVAILABLE,
                   request.sent == HTTP_NOT_SENT ? "unreachable" : "no_answer",
                   "no token was given: %.*s", TEXT_ARGS(words));
    }
    return request.sent == HTTP_NOT_SENT ? still_stands(client, renewal, err)
                                         : STOP;
}

enum status client_token_ask(struct client *client,
                             const struct login_spec *login,
                             const struct setting *values, size_t count,
                             struct err *err)
{
    struct renewal renewal = {
        .arena = arena_open(),
        .renews = login == NULL && client->account->auth->refreshes,
        .once = login != NULL || client->account->auth->refreshes,
        .lost = login == NULL && client->auth.token.asked_ms != 0,
    };
    enum status status;

    for (;;) {
        uint64_t wait_ms = 0;
        uint32_t throttled = renewal.throttled;

        arena_reset(renewal.arena);
        status = ask(client, &renewal, login, values, count, err);
        if (status != STOP || !renewal.again || client->stopped)
            break;
        if (renewal.throttled == throttled) {
            renewal.failures++;
            if (renewal.failures >= TRIES_MAX)
                break;
            wait_ms = client_backoff(client, client->backoff_ms,
                                     renewal.failures - 1);
        }
        client->stats.retries++;
        status = pause_ms(client, wait_ms, err);
        if (status != OK)
            break;
    }
    arena_close(renewal.arena);
    if (client->stopped) {
        *err = client->stop;
        return STOP;
    }
    if (status == STOP && err->exit == EXIT_UNAVAILABLE)
        client_breaker_failed(client);
    return status;
}

/* --- one renewal at a time ------------------------------------------------*/

enum status client_token_lock(struct client *client, bool *renewed,
                              struct err *err)
{
    int64_t until_ms = client_now(client) + LOCK_PATIENCE_MS;

    for (;;) {
        struct err halt;
        bool faster;
        enum status status = store_lock(client->store, client->auth.lock, err);

        if (status != OK && status != RETRY)
            return status;
        if (auth_load(&client->auth, &halt) != OK) {
            if (status == OK)
                store_unlock(client->store, client->auth.lock);
            *err = halt;
            return STOP;
        }
        faster =
            renewed != NULL && auth_good(&client->auth, client_now(client));
        if (faster && status == OK)
            store_unlock(client->store, client->auth.lock);
        if (renewed != NULL)
            *renewed = faster;
        if (faster || status == OK)
            return OK;
        if (client_now(client) >= until_ms) {
            err->status = STOP;
            return STOP;
        }
        status = pause_ms(client, LOCK_AGAIN_MS, &halt);
        if (status != OK) {
            *err = halt;
            return status;
        }
    }
}

enum status client_renew(struct client *client, struct err *err)
{
    bool renewed = false;
    enum status status = client_token_lock(client, &renewed, err);

    if (status != OK || renewed)
        return status;
    status = auth_can_renew(&client->auth, client->by_hand, err);
    if (status == OK)
        status = client_token_ask(client, NULL, NULL, 0, err);
    store_unlock(client->store, client->auth.lock);
    return status;
}
