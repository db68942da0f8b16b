/*
 * client_login.c - showing that an account works, and the page for a person.
 */
#include "sync/client_own.h"

#include "sync/crypto.h"

#include <string.h>

static enum status probe(struct client *client, struct err *err)
{
    const struct get_spec *spec = &client->account->provider->probe;
    struct call *call;
    enum status status;

    if (spec->request.method == NULL)
        return OK;
    call = client_call(client);
    call->name = "probe";
    call->spec = &spec->request;
    status = client_do(client, call, err);
    if (status == OK &&
        (call->end != CALL_ANSWERED || call->err.status != OK)) {
        *err = call->err;
        err_place(err, "%s", client->account->name);
        err->exit = err->exit > EXIT_SOME ? err->exit : EXIT_CONFIG;
        status = err->status = STOP;
    }
    client_call_free(call);
    return status;
}

enum status client_login(struct client *client, struct err *err)
{
    enum status status = client_breaker_check(client, err);

    client->by_hand = true;
    if (status == OK && !auth_good(&client->auth, client_now(client)))
        status = client_renew(client, err);
    if (status == OK)
        status = probe(client, err);
    if (status != OK)
        err_place(err, "%s", client->account->name);
    return status == OK ? OK : STOP;
}

/* The address of the page stands in a reply: it is asked for first. */
static enum status ask_page(struct client *client, struct text url,
                            struct arena *arena, struct text *page,
                            struct err *err)
{
    const struct account *account = client->account;
    const struct http_header accept = {TEXT("Accept"),
                                       TEXT("application/json")};
    struct http_request request = {.arena = arena,
                                   .method = "GET",
                                   .url = url.at,
                                   .headers = &accept,
                                   .headers_count = 1};
    struct node *reply = NULL;
    struct err ignored;
    struct text words;
    enum status status = client_exchange(client, &request, err);

    if (status != OK)
        return STOP;
    if (request.sent != HTTP_ANSWERED)
        return fail(err, STOP, EXIT_UNAVAILABLE, "no_answer", "%s",
                    request.error);
    if (json_parse(request.reply, arena, client->names, &reply, &ignored) != OK)
        reply = NULL;
    *page = provider_text(account->auth->login.address, reply);
    if (request.status / 100 == 2 && page->size > 0)
        return OK;
    words = client_redact(
        client,
        provider_complaint(account->provider, reply, request.reply, arena),
        arena);
    return fail(err, STOP, EXIT_CREDENTIALS, "denied",
                "the provider does not begin a login (%d): %.*s",
                request.status, TEXT_ARGS(words));
}

enum status client_login_page(struct client *client, const char *redirect_uri,
                              const char *state, struct arena *arena,
                              struct text *page, struct err *err)
{
    const struct login_spec *login = &client->account->auth->login;
    const struct setting values[] = {
        {"redirect_uri", text_of(redirect_uri)},
        {"state", text_of(state)},
    };
    const struct lookup lookup = {client->account, values, 2};
    struct http_header *query =
        arena_take(arena, (login->query.count + 1) * sizeof(*query));
    const char *missing = NULL;
    struct text url;

    if (login->url == NULL)
        return fail(err, STOP, EXIT_CONFIG, "no_such_call",
                    "%s has no login by a page",
                    client->account->provider->title);
    if (client->account->login_url != NULL)
        url = text_of(client->account->login_url);
    else if (!template_fill(login->url, lookup_value, &lookup, NULL, arena,
                            &url, &missing))
        return fail(err, STOP, EXIT_CONFIG, "missing_setting",
                    "'%s' is needed for a login and is not set", missing);
    if (fill_headers(&login->query, &lookup, arena, query, err) != OK)
        return STOP;
    url = http_url(arena, url.at, TEXT(""), query, login->query.count);
    if (login->address != NULL)
        return ask_page(client, url, arena, page, err);
    *page = url;
    return OK;
}

/* --- the code that came back ----------------------------------------------*/

/* The code for tokens. What was kept until then goes to *before. */
static enum status exchange(struct client *client, const char *code,
                            const char *redirect_uri, const char *state,
                            struct token *before, struct err *err)
{
    struct auth *auth = &client->auth;
    const struct setting values[] = {
        {"code", text_of(code)},
        {"redirect_uri", text_of(redirect_uri)},
        {"state", text_of(state)},
    };
    /* A code is good once: it is not lost because a run renews just now. */
    enum status status = client_token_lock(client, NULL, err);

    if (status != OK)
        return STOP;
    status = store_token(client->store, auth->login, auth->arena, before, err);
    if (status == OK) {
        auth->code = arena_text(auth->arena, text_of(code));
        status = client_token_ask(client, &client->account->auth->login, values,
                                  sizeof(values) / sizeof(values[0]), err);
        crypto_wipe(auth->code);
        auth->code = TEXT("");
    }
    store_unlock(client->store, auth->lock);
    return status == OK ? OK : STOP;
}

enum status client_login_code(struct client *client, const char *code,
                              const char *redirect_uri, const char *state,
                              struct err *err)
{
    struct token before;
    struct err refused;
    enum status status;

    if (client->account->auth->login.url == NULL)
        return fail(err, STOP, EXIT_CONFIG, "no_such_call",
                    "%s has no login by code",
                    client->account->provider->title);
    status = exchange(client, code, redirect_uri, state, &before, err);
    if (status != OK || client_login(client, &refused) == OK)
        return status;
    *err = refused;
    /* Good for another company, say: what was there before may still be good
     * for this one. Where nobody said no, the new ones are. */
    if (err->exit == EXIT_CREDENTIALS || err->exit == EXIT_CONFIG)
        status = auth_put_back(&client->auth, &before, &refused);
    if (status != OK)
        *err = refused;
    return STOP;
}
