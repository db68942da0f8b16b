/*
 * kounta_auth.c - Kounta's credentials: Basic, bearer, the token endpoint.
 */
#include "kounta.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void kounta_error(struct call *call, unsigned status, const char *message)
{
    const char *code = status == 401   ? "invalid_token"
                       : status == 403 ? "forbidden"
                       : status == 404 ? "not_found"
                       : status == 406 ? "not_acceptable"
                       : status == 429 ? "rate_limit_exceeded"
                       : status < 500  ? "invalid_request"
                                       : "server_error";

    reply_json(
        call->reply, status,
        json_pack("{s:s s:s}", "error", code, "error_description", message));
}

static void identify_token_request(struct call *call)
{
    const char *body = call->request->body;
    char *id = form_value(body, "client_id");
    char *refresh = form_value(body, "refresh_token");
    struct token token;

    call->client = client_find(KOUNTA, id);
    if (call->client >= 0)
        call->tenant = clients[call->client].home;
    if (refresh != NULL &&
        token_get(call->box->store, TOKEN_REFRESH, refresh, &token) &&
        token.client == call->client)
        call->tenant = token.tenant;
    free(id);
    free(refresh);
}

void kounta_identify(struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    char *plain = basic_decode(header);
    struct token token;

    if (call->provider->is_token(call->request->path)) {
        identify_token_request(call);
    } else if (plain != NULL) {
        plain[strcspn(plain, ":")] = '\0';
        call->client = client_find(KOUNTA, plain);
        call->basic = true;
        if (call->client >= 0)
            call->tenant = clients[call->client].home;
    } else if (header != NULL && strncasecmp(header, "Bearer ", 7) == 0 &&
               token_get(call->box->store, TOKEN_ACCESS, header + 7, &token)) {
        call->client = token.client;
        call->tenant = token.tenant;
    }
    free(plain);
}

static bool refuse(struct call *call, const char *message)
{
    call->auth_failed = true;
    kounta_error(call, 401, message);
    return false;
}

bool kounta_auth(struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    struct token token;

    if (header == NULL)
        return refuse(call, "The access token is missing");
    if (call->basic) {
        char *plain = basic_decode(header);
        char *secret = strchr(plain, ':');
        bool good =
            secret != NULL && client_secret_ok(call->client, secret + 1);

        free(plain);
        return good || refuse(call, "The client credentials are invalid");
    }
    if (strncasecmp(header, "Bearer ", 7) != 0 || call->client < 0 ||
        !token_get(call->box->store, TOKEN_ACCESS, header + 7, &token) ||
        clients[token.client].provider != KOUNTA)
        return refuse(call, "The access token provided is invalid");
    if (token.expires_ms <= call->request->now_ms)
        return refuse(call, "The access token provided has expired");
    return true;
}

static void token_error(struct call *call, unsigned status, const char *code,
                        const char *message)
{
    call->auth_failed = true;
    reply_json(
        call->reply, status,
        json_pack("{s:s s:s}", "error", code, "error_description", message));
}

/* `refresh` is the one to hand out, or NULL when the old one stays. */
static void hand_out(struct call *call, struct token token, const char *refresh)
{
    int64_t life_s = call->box->switches[SW_TOKEN_TTL];
    char *access;
    json_t *body;

    token.expires_ms = call->request->now_ms + life_s * 1000;
    access = token_make(call->box->store, KOUNTA, TOKEN_ACCESS, &token);
    body = json_pack("{s:s s:I s:s}", "access_token", access, "expires_in",
                     (json_int_t)life_s, "token_type", "Bearer");
    if (refresh != NULL)
        json_object_set_new(body, "refresh_token", json_string(refresh));
    reply_json(call->reply, 200, body);
    call->box->log.totals[KOUNTA].tokens++;
    free(access);
}

/* Only where the person was sent back to may the code come from. */
static bool same_redirect(const struct call *call, const char *code)
{
    char *redirect = form_value(call->request->body, "redirect_uri");
    bool same = redirect != NULL && consent_fits(code, redirect);

    free(redirect);
    return same;
}

/* A refresh token or a code is exchanged. */
static void exchange(struct call *call, enum token_kind kind, const char *field)
{
    struct store *store = call->box->store;
    char *text = form_value(call->request->body, field);
    char *refresh = NULL;
    struct token token;

    if (text == NULL) {
        token_error(call, 400, "invalid_request", "A parameter is missing");
        return;
    }
    if (!token_get(store, kind, text, &token) || token.client != call->client ||
        token.expires_ms <= call->request->now_ms ||
        (kind == TOKEN_CODE && !same_redirect(call, text))) {
        token_error(call, 400, "invalid_grant", "The grant is invalid");
        free(text);
        return;
    }
    if (kind == TOKEN_CODE || call->box->switches[SW_KOUNTA_ROTATE] == ON) {
        token_drop(store, kind, text);
        token.expires_ms = INT64_MAX;
        refresh = token_make(store, KOUNTA, TOKEN_REFRESH, &token);
    }
    hand_out(call, token, refresh);
    free(refresh);
    free(text);
}

void kounta_token(struct call *call)
{
    const char *body = call->request->body;
    char *grant = form_value(body, "grant_type");
    char *secret = form_value(body, "client_secret");

    if (strcmp(call->request->method, "POST") != 0)
        kounta_error(call, 405, "The token endpoint takes POST");
    else if (!request_has_type(call->request,
                               "application/x-www-form-urlencoded"))
        kounta_error(call, 400, "The token endpoint takes a form");
    else if (!client_secret_ok(call->client, secret))
        token_error(call, 401, "invalid_client",
                    "The client credentials are invalid");
    else if (!rate_gate(call))
        ; /* answered */
    else if (grant != NULL && strcmp(grant, "refresh_token") == 0)
        exchange(call, TOKEN_REFRESH, "refresh_token");
    else if (grant != NULL && strcmp(grant, "authorization_code") == 0)
        exchange(call, TOKEN_CODE, "code");
    else if (grant != NULL && strcmp(grant, "client_credentials") == 0)
        hand_out(call, (struct token){call->client, call->tenant, INT64_MAX},
                 NULL);
    else
        kounta_error(call, 400, "The grant type is unsupported");
    free(grant);
    free(secret);
}

/* What https://my.kounta.com/authorize is: here everyone answers at once. */
void kounta_authorize(struct call *call)
{
    const struct request *request = call->request;
    const char *redirect = request_query(request, "redirect_uri");
    const char *state = request_query(request, "state");
    const char *type = request_query(request, "response_type");
    int client = client_find(KOUNTA, request_query(request, "client_id"));

    if (client < 0 || redirect == NULL || state == NULL ||
        strncmp(redirect, "http", 4) != 0 || strpbrk(redirect, "\r\n") ||
        type == NULL || strcmp(type, "code") != 0) {
        kounta_error(call, 400,
                     "client_id, redirect_uri, response_type=code "
                     "and state are required");
        return;
    }
    consent_answer(call, redirect, state, client);
}
