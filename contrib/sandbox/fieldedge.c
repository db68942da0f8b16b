/*
 * fieldedge.c - FieldEdge's token endpoint and customer endpoints. The prefix
 * /fieldedge is gone here.
 */
#include "fieldedge.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_token(const char *path)
{
    return strcmp(path, "/oauth/token") == 0;
}

void fieldedge_error(struct call *call, unsigned status, const char *code,
                     const char *message, json_t *errors)
{
    char *id = uuid_make();
    json_t *body = json_pack("{s:s s:s s:s}", "code", code, "message", message,
                             "requestId", id);

    if (errors != NULL)
        json_object_set(body, "errors", errors);
    if (call->box->switches[SW_FIELDEDGE_WRAP] == ON)
        body = json_pack("{s:o}", "error", body);
    reply_json(call->reply, status, body);
    free(id);
}

static void error(struct call *call, unsigned status, const char *message)
{
    const char *code = status == 401   ? "UNAUTHORIZED"
                       : status == 404 ? "NOT_FOUND"
                       : status == 429 ? "TOO_MANY_REQUESTS"
                       : status < 500  ? "VALIDATION_ERROR"
                                       : "INTERNAL_ERROR";

    fieldedge_error(call, status, code, message, NULL);
}

static void throttled(struct call *call, int64_t until_ms)
{
    int64_t wait_ms = until_ms - call->request->now_ms;

    error(call, 429, "Too many requests.");
    reply_header(call->reply, "Retry-After", "%lld",
                 (long long)((wait_ms + 999) / 1000));
}

static int64_t limit(const struct call *call)
{
    (void)call;
    return 0;
}

/* A member of the token request, whichever way it is written; caller frees. */
static char *token_field(const struct request *request, const char *name)
{
    json_t *body;
    json_t *value;
    char *text = NULL;

    if (!request_has_type(request, "application/json"))
        return form_value(request->body, name);
    body = request_json(request);
    value = json_object_get(body, name);
    if (json_is_string(value))
        text = copy(json_string_value(value));
    else if (json_is_integer(value))
        text = print("%lld", (long long)json_integer_value(value));
    json_decref(body);
    return text;
}

static void identify(struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    struct token token;
    char *id, *target;

    if (is_token(call->request->path)) {
        id = token_field(call->request, "client_id");
        target = token_field(call->request, "target_id");
        call->client = client_find(FIELDEDGE, id);
        call->tenant = tenant_find(FIELDEDGE, target);
        free(id);
        free(target);
    } else if (header != NULL && strncasecmp(header, "Bearer ", 7) == 0 &&
               token_get(call->box->store, TOKEN_ACCESS, header + 7, &token) &&
               clients[token.client].provider == FIELDEDGE) {
        call->client = token.client;
        call->tenant = token.tenant;
    }
}

static void token_error(struct call *call, unsigned status, const char *code,
                        const char *message)
{
    call->auth_failed = true;
    reply_json(
        call->reply, status,
        json_pack("{s:s s:s}", "error", code, "error_description", message));
}

static void hand_out(struct call *call)
{
    int64_t life_s = call->box->switches[SW_TOKEN_TTL];
    struct token token = {
        call->client,
        call->tenant,
        call->request->now_ms + life_s * 1000,
    };
    char *access =
        token_make(call->box->store, FIELDEDGE, TOKEN_ACCESS, &token);

    reply_json(call->reply, 200,
               json_pack("{s:s s:s s:I}", "access_token", access, "token_type",
                         "Bearer", "expires_in", (json_int_t)life_s));
    call->box->log.totals[FIELDEDGE].tokens++;
    free(access);
}

static void token_request(struct call *call)
{
    const struct request *request = call->request;
    char *grant = token_field(request, "grant_type");
    char *secret = token_field(request, "client_secret");
    char *target = token_field(request, "target_id");

    if (strcmp(request->method, "POST") != 0)
        error(call, 404, "Not found.");
    else if (!request_has_type(request, "application/json") &&
             !request_has_type(request, "application/x-www-form-urlencoded"))
        token_error(call, 400, "invalid_request",
                    "The body must be a form or JSON");
    else if (grant == NULL || strcmp(grant, "client_credentials") != 0)
        token_error(call, 400, "unsupported_grant_type",
                    "The grant type must be client_credentials");
    else if (!client_secret_ok(call->client, secret))
        token_error(call, 401, "invalid_client",
                    "The client credentials are invalid");
    else if (call->box->removed)
        token_error(call, 401, "unauthorized_client", "The app was removed");
    else if (is_blank(target))
        token_error(call, 400, "invalid_request", "target_id is required");
    else if (call->tenant < 0)
        token_error(call, 403, "unauthorized_client",
                    "The app is not installed for this tenant");
    else if (rate_gate(call))
        hand_out(call);
    free(grant);
    free(secret);
    free(target);
}

static bool authorised(struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    struct token token;

    if (call->client >= 0 &&
        token_get(call->box->store, TOKEN_ACCESS, header + 7, &token) &&
        token.expires_ms > call->request->now_ms)
        return true;
    call->auth_failed = true;
    error(call, 401, "The credentials are missing or invalid.");
    return false;
}

static char *moment(int64_t ms)
{
    return iso_time(ms, "Z", false);
}

/* Creates or updates with the request's body; row is new or loaded. */
static void put(struct call *call, struct row *row)
{
    bool is_new = row->seq == 0;
    int64_t now = call->request->now_ms;
    json_t *body = request_json(call->request);
    json_t *errors = json_array();
    char *at = moment(now);

    if (!request_has_type(call->request, "application/json")) {
        error(call, 400, "Content-Type must be application/json.");
    } else if (body == NULL) {
        error(call, 400, "The body must be a JSON object.");
    } else if (!fieldedge_apply(call->box, row, body, errors)) {
        fieldedge_error(call, 400, "VALIDATION_ERROR",
                        "One or more fields are invalid.", errors);
    } else {
        if (is_new)
            row->visible_ms =
                now + call->box->switches[SW_FIELDEDGE_VISIBLE_AFTER];
        save_row(call, row);
        reply_json(call->reply, is_new ? 201 : 200,
                   json_pack("{s:{s:s s:s}}", "data", "customerId", row->id,
                             is_new ? "createdAt" : "updatedAt", at));
    }
    free(at);
    json_decref(errors);
    json_decref(body);
}

static void create(struct call *call)
{
    struct row row = {.tenant = call->tenant, .id = uuid_make()};

    put(call, &row);
    row_clear(&row);
}

static void update(struct call *call, const char *id)
{
    struct row row = {0};

    if (!is_uuid(id, false))
        error(call, 400, "The customer id is no UUID.");
    else if (!store_get(call->box->store, call->tenant, id, &row))
        fieldedge_error(call, 400, "CUSTOMER_NOT_FOUND",
                        "There is no such customer.", NULL);
    else
        put(call, &row);
    row_clear(&row);
}

static void get(struct call *call, const char *id)
{
    struct row row = {0};

    if (!is_uuid(id, false))
        error(call, 400, "The customer id is no UUID.");
    else if (!store_get(call->box->store, call->tenant, id, &row))
        reply_empty(call->reply, 204);
    else
        reply_json(call->reply, 200,
                   json_pack("{s:o}", "data", fieldedge_read(&row)));
    row_clear(&row);
}

static void customers(struct call *call, const char *rest)
{
    const char *method = call->request->method;
    bool is_get = strcmp(method, "GET") == 0;

    if (*rest == '\0' && strcmp(method, "POST") == 0)
        create(call);
    else if (strcmp(rest, "/search") == 0 && is_get)
        fieldedge_search(call);
    else if (strcmp(rest, "/by-address") == 0 && is_get)
        fieldedge_by_address(call);
    else if (strncmp(rest, "/id/", 4) == 0 && is_get)
        get(call, rest + 4);
    else if (*rest == '/' && rest[1] != '\0' && strchr(rest + 1, '/') == NULL &&
             strcmp(method, "PUT") == 0)
        update(call, rest + 1);
    else
        error(call, 404, "Not found.");
}

static void handle(struct call *call)
{
    static const char *const prefixes[] = {"", "/leads", "/open-api"};
    const char *prefix = prefixes[call->box->switches[SW_FIELDEDGE_PREFIX]];
    static const char root[] = "/v1/customers";
    const char *path = call->request->path;

    if (is_token(path)) {
        token_request(call);
        return;
    }
    /* The gateway knows its routes before it looks at credentials. */
    if (strncmp(path, prefix, strlen(prefix)) != 0 ||
        strncmp(path + strlen(prefix), root, sizeof(root) - 1) != 0) {
        error(call, 404, "Not found.");
        return;
    }
    path += strlen(prefix) + sizeof(root) - 1;
    if (*path != '\0' && *path != '/')
        error(call, 404, "Not found.");
    else if (authorised(call) && rate_gate(call))
        customers(call, path);
}

const struct provider fieldedge_provider = {
    .id = FIELDEDGE,
    .name = "fieldedge",
    .identify = identify,
    .handle = handle,
    .error = error,
    .throttled = throttled,
    .is_token = is_token,
    .view = fieldedge_view,
    .merge = fieldedge_merge,
    .keys = fieldedge_keys,
    .limit = limit,
};
