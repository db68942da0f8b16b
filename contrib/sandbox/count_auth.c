/*
 * count_auth.c - COUNT's two layers: the signature and the bearer token.
 *
 * Checked in the order of the facts: client, timestamp, signature, bearer,
 * limit. Also the token endpoints and the start of a consent.
 */
#include "count.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const int64_t REFRESH_LIFE_MS = INT64_C(30) * 24 * 3600 * 1000;

void count_error(struct call *call, unsigned status, const char *code,
                 const char *message, json_t *errors)
{
    bool observed = call->box->switches[SW_COUNT_ERRORS] == ERRORS_OBSERVED;
    char *id;
    json_t *body;

    if (!observed) {
        body = json_pack("{s:s s:s s:s}", "status", "error", "message", message,
                         "code", code);
        if (strcmp(code, "invalid_signature") == 0)
            json_object_set_new(body, "error",
                                json_string("Invalid HMAC signature"));
        if (errors != NULL)
            json_object_set(body, "errors", errors);
        json_decref(errors);
        reply_json(call->reply, status, body);
        return;
    }
    json_decref(errors);
    if (strcmp(code, "token_expired") == 0)
        code = "invalid_token";
    if (strcmp(code, "invalid_signature") == 0)
        code = "Invalid HMAC signature";
    if (status == 401) {
        body =
            json_pack("{s:s s:s}", "error", code, "error_description", message);
    } else {
        id = uuid_make();
        body =
            json_pack("{s:s s:i s:b s:s s:s s:s}", "message", message,
                      "statusCode", (int)status, "isOperational", status < 500,
                      "status", "Error", "customMsg", message, "requestId", id);
        if (status == 429)
            json_object_set_new(body, "type", json_string("RATE_LIMITED"));
        free(id);
    }
    reply_json(call->reply, status, body);
}

static bool refuse(struct call *call, const char *code, const char *message)
{
    call->auth_failed = true;
    count_error(call, 401, code, message, NULL);
    return false;
}

static bool timestamp_fresh(const struct call *call, const char *timestamp)
{
    int64_t skew_ms = call->box->switches[SW_COUNT_SKEW] * 1000;
    int64_t unit = call->box->switches[SW_COUNT_TIMESTAMP];
    int64_t sent, apart;
    bool is_ms = strlen(timestamp) >= 13;

    if (!parse_number(timestamp, INT64_MAX, &sent) ||
        (unit == TIMESTAMP_SECONDS && is_ms) ||
        (unit == TIMESTAMP_MILLISECONDS && !is_ms))
        return false;
    apart = call->request->now_ms - (is_ms ? sent : sent * 1000);
    return skew_ms == 0 || (apart <= skew_ms && apart >= -skew_ms);
}

static bool signature_fits(const struct call *call, const char *timestamp,
                           const char *signature, const void *body, size_t size,
                           bool has_body)
{
    const char *path = call->request->raw_path;
    char *hash = has_body ? sha256_hex(body, size) : copy("");
    char *base, *expected;
    bool fits;

    if (strcmp(path, "/partners") == 0)
        path = "/";
    else if (strncmp(path, "/partners/", 10) == 0)
        path += 9;
    base = print("%s:%s:%s:%s", call->request->method, path, timestamp, hash);
    expected = hmac_hex(clients[call->client].secret, base, strlen(base));
    fits = same_secret(expected, signature);
    free(expected);
    free(base);
    free(hash);
    return fits;
}

bool count_signed(struct call *call)
{
    const struct request *request = call->request;
    const char *timestamp = request_header(request, "x-timestamp");
    const char *signature = request_header(request, "x-signature");
    bool has_body = strcmp(request->method, "POST") == 0 ||
                    strcmp(request->method, "PUT") == 0 ||
                    strcmp(request->method, "PATCH") == 0;
    bool is_empty = request->size == 0 ||
                    (request->size == 2 && memcmp(request->body, "{}", 2) == 0);
    bool fits;

    if (request_header(request, "x-client-id") == NULL || timestamp == NULL ||
        signature == NULL)
        return refuse(call, "missing_credentials",
                      "x-client-id, x-timestamp and x-signature are required");
    if (call->client < 0)
        return refuse(call, "missing_credentials", "Unknown client id");
    if (!timestamp_fresh(call, timestamp))
        return refuse(call, "invalid_signature",
                      "The timestamp is not within the allowed window");
    fits = signature_fits(call, timestamp, signature, request->body,
                          request->size, has_body);
    if (!fits && has_body && is_empty) /* the vendor's clients disagree */
        fits = signature_fits(call, timestamp, signature, "{}", 2, true) ||
               signature_fits(call, timestamp, signature, "", 0, true);
    if (fits && has_body && call->box->switches[SW_COUNT_STRICT_JSON] == ON)
        fits = is_stringified(request->body, request->size);
    return fits || refuse(call, "invalid_signature", "Invalid HMAC signature");
}

bool count_bearer(struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    struct token token;

    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0)
        return refuse(call, "missing_credentials",
                      "A bearer token is required");
    if (!token_get(call->box->store, TOKEN_ACCESS, header + 7, &token) ||
        token.client != call->client)
        return refuse(call, "invalid_token", "Invalid access token.");
    if (token.expires_ms <= call->request->now_ms)
        return refuse(call, "token_expired", "The access token expired");
    call->tenant = token.tenant;
    return true;
}

static json_t *token_set(struct call *call, struct token token)
{
    struct store *store = call->box->store;
    int64_t now = call->request->now_ms;
    char *access, *refresh, *access_end, *refresh_end;
    json_t *result;

    token.expires_ms = now + call->box->switches[SW_TOKEN_TTL] * 1000;
    access = token_make(store, COUNT, TOKEN_ACCESS, &token);
    access_end = iso_time(token.expires_ms, "Z", true);
    token.expires_ms = now + REFRESH_LIFE_MS;
    refresh = token_make(store, COUNT, TOKEN_REFRESH, &token);
    refresh_end = iso_time(token.expires_ms, "Z", true);
    result = json_pack("{s:s s:s s:s s:s s:s s:s}", "accessToken", access,
                       "refreshToken", refresh, "accessTokenExpiresAt",
                       access_end, "refreshTokenExpiresAt", refresh_end,
                       "workspaceId", tenants[token.tenant].id, "workspaceName",
                       tenants[token.tenant].name);
    free(access);
    free(refresh);
    free(access_end);
    free(refresh_end);
    call->box->log.totals[COUNT].tokens++;
    return result;
}

/* The docs write these members in snake case, the vendor's clients do not. */
static const char *either(json_t *body, const char *camel, const char *snake)
{
    const char *text = member(body, camel);

    return text != NULL ? text : member(body, snake);
}

void count_token(struct call *call, bool is_refresh)
{
    enum token_kind kind = is_refresh ? TOKEN_REFRESH : TOKEN_CODE;
    const char *type = is_refresh ? "refresh_token" : "authorization_code";
    json_t *body = request_json(call->request);
    const char *grant = either(body, "grantType", "grant_type");
    const char *secret = is_refresh
                             ? either(body, "refreshToken", "refresh_token")
                             : member(body, "code");
    struct token token;

    if (grant == NULL || strcmp(grant, type) != 0 || is_blank(secret)) {
        count_error(call, 400, "validation_error",
                    is_refresh ? "grantType refresh_token and refreshToken "
                                 "are required"
                               : "grantType authorization_code and code are "
                                 "required",
                    NULL);
    } else if (!token_get(call->box->store, kind, secret, &token) ||
               token.client != call->client ||
               token.expires_ms <= call->request->now_ms) {
        refuse(call, "invalid_grant", "The grant is unknown, used or expired");
    } else {
        token_drop(call->box->store, kind, secret);
        reply_json(call->reply, 200,
                   json_pack("{s:s s:s s:{s:o}}", "status", "success",
                             "message", "Success on exchanging access token.",
                             "data", "result", token_set(call, token)));
    }
    json_decref(body);
}

/* What the sandbox's app has registered: any port of the own machine, and one
 * host that is nowhere. Never with a query. */
static bool redirect_fits(const char *redirect)
{
    static const char *const registered[] = {
        "http://127.0.0.1:", "http://127.0.0.1/",
        "http://localhost:", "http://localhost/", "https://sandbox.example/"};

    for (size_t i = 0; i < sizeof(registered) / sizeof(registered[0]); i++)
        if (strncmp(redirect, registered[i], strlen(registered[i])) == 0)
            return strpbrk(redirect, "?#\r\n") == NULL;
    return false;
}

/* Where a login begins, and the page that the first names: one check. */
void count_authorize(struct call *call, bool page)
{
    const struct request *request = call->request;
    const char *redirect = request_query(request, "redirectUri");
    const char *state = request_query(request, "state");
    int client = client_find(COUNT, request_query(request, "clientId"));
    json_t *as_text = json_string(redirect); /* NULL when it is no UTF-8 */
    char *address;

    if (client < 0 || redirect == NULL || state == NULL) {
        count_error(call, 400, "validation_error",
                    "clientId, redirectUri and state are required", NULL);
    } else if (as_text == NULL || !redirect_fits(redirect)) {
        count_error(call, 400, "validation_error", "Invalid redirect uri",
                    NULL);
    } else if (page) {
        consent_answer(call, redirect, state, client);
    } else {
        address = print("%s://%s/count/login?%s", request->scheme,
                        request->host, request->query);
        reply_json(call->reply, 200,
                   json_pack("{s:s s:s s:{s:s}}", "status", "success",
                             "message", "Continue in the browser.", "data",
                             "redirectUri", address));
        free(address);
    }
    json_decref(as_text);
}
