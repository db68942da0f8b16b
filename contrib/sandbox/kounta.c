/*
 * kounta.c - Kounta's endpoints. The prefix /kounta is gone here, and the
 * paths begin with /v1.
 */
#include "kounta.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { BASIC_LIMIT = 60, OAUTH_LIMIT = 180 };

static bool is_token(const char *path)
{
    return strcmp(path, "/v1/token") == 0 ||
           strcmp(path, "/v1/token.json") == 0;
}

static void throttled(struct call *call, int64_t until_ms)
{
    kounta_error(call, 429, "Too many requests");
    reply_header(call->reply, "X-Ratelimit-Remaining", "0");
    reply_header(call->reply, "X-Ratelimit-Reset", "%lld",
                 (long long)((until_ms + 999) / 1000));
}

static int64_t limit(const struct call *call)
{
    return call->basic ? BASIC_LIMIT : OAUTH_LIMIT;
}

static bool place_parse(const char *path, struct place *place)
{
    char **const pieces[] = {&place->company, &place->what, &place->id,
                             &place->part, &place->part_id};
    static const char root[] = "/v1/companies/";
    size_t size = strlen(path), used = 0;
    char *save = NULL;

    *place = (struct place){.suffix = ""};
    if (strncmp(path, root, sizeof(root) - 1) != 0)
        return false;
    place->path = copy(path + sizeof(root) - 1);
    size = strlen(place->path);
    if (size > 5 && strcmp(place->path + size - 5, ".json") == 0) {
        place->path[size - 5] = '\0';
        place->suffix = ".json";
    }
    for (char *piece = strtok_r(place->path, "/", &save); piece != NULL;
         piece = strtok_r(NULL, "/", &save)) {
        if (used == sizeof(pieces) / sizeof(pieces[0]))
            return false;
        *pieces[used++] = piece;
    }
    return used > 0;
}

static bool acceptable(const struct call *call, const struct place *place)
{
    const char *accept = request_header(call->request, "Accept");
    bool extension = *place->suffix != '\0';
    bool header = accept != NULL && strstr(accept, "application/json") != NULL;

    switch (call->box->switches[SW_KOUNTA_FORMAT]) {
    case FORMAT_ACCEPT:
        return header;
    case FORMAT_EXTENSION:
        return extension;
    default:
        return header || extension;
    }
}

static json_t *company_view(int tenant)
{
    char *now = iso_time(now_ms(), "+00:00", false);
    json_t *view = json_pack(
        "{s:I s:s s:n s:n s:{s:i s:s} s:s s:s s:{s:s s:s} s:{s:i s:s}"
        " s:s s:s}",
        "id", (json_int_t)atoll(tenants[tenant].id), "name",
        tenants[tenant].name, "shipping_address", "postal_address", "addresses",
        "count", 0, "updated_at", now, "business_number", "", "currency", "AUD",
        "timezone", "offset", "+10:00", "name", "Australia/Sydney", "sites",
        "count", 1, "updated_at", now, "created_at", now, "updated_at", now);

    free(now);
    return view;
}

static void company(struct call *call, const struct place *place)
{
    const char *what = place->what;

    if (strcmp(call->request->method, "GET") != 0)
        kounta_error(call, 405, "Method not allowed");
    else if (what == NULL)
        reply_json(call->reply, 200, company_view(call->tenant));
    else if (strcmp(what, "sites") == 0)
        reply_json(call->reply, 200,
                   json_pack("[{s:i s:s s:s}]", "id", 1, "name", "Main site",
                             "code", "MAIN"));
    else if (strcmp(what, "status") == 0)
        reply_json(call->reply, 200, json_pack("{s:s}", "status", "ok"));
    else
        kounta_error(call, 404, "Not found");
}

/* Creates or updates with the request's body; row is new or loaded. */
static void put(struct call *call, const struct place *place, struct row *row)
{
    bool is_new = row->seq == 0;
    json_t *body = request_json(call->request);
    char *message = NULL, *address;

    if (!request_has_type(call->request, "application/json")) {
        kounta_error(call, 400, "Content-Type must be application/json");
    } else if (body == NULL) {
        kounta_error(call, 400, "The body must be a JSON object");
    } else if (!kounta_apply(call, row, body, &message)) {
        kounta_error(call, 400, message);
    } else {
        if (is_new) {
            row->seq = store_next(call->box->store, row->tenant);
            row->id = print("%lld", (long long)row->seq);
            row->visible_ms = call->request->now_ms +
                              call->box->switches[SW_KOUNTA_VISIBLE_AFTER];
        }
        save_row(call, row);
        if (is_new) {
            address = kounta_location(call, place, row->seq);
            reply_empty(call->reply, 201);
            reply_header(call->reply, "Location", "%s", address);
            free(address);
        } else {
            reply_json(call->reply, 200,
                       kounta_full(call->box, row, call->client));
        }
    }
    free(message);
    json_decref(body);
}

static void addresses(struct call *call, const struct place *place,
                      const struct row *row)
{
    json_t *all = kounta_addresses(call->box, row);
    json_t *address, *found = NULL;
    size_t i;

    if (place->part_id == NULL) {
        reply_json(call->reply, 200, all);
        return;
    }
    json_array_foreach(
        all, i,
        address) if (json_integer_value(json_object_get(address, "id")) ==
                     atoll(place->part_id)) found = address;
    if (found == NULL)
        kounta_error(call, 404, "No such address");
    else
        reply_json(call->reply, 200, json_incref(found));
    json_decref(all);
}

static void customer(struct call *call, const struct place *place)
{
    bool is_get = strcmp(call->request->method, "GET") == 0;
    const char *part = place->part;
    struct row row = {0};

    if (!store_get(call->box->store, call->tenant, place->id, &row))
        kounta_error(call, 404, "No such customer");
    else if (part != NULL && is_get && strcmp(part, "addresses") == 0)
        addresses(call, place, &row);
    else if (part != NULL && is_get && strcmp(part, "orders") == 0)
        reply_json(call->reply, 200, json_array());
    else if (part != NULL)
        kounta_error(call, 404, "Not found");
    else if (is_get)
        reply_json(call->reply, 200,
                   kounta_full(call->box, &row, call->client));
    else if (strcmp(call->request->method, "PUT") == 0)
        put(call, place, &row);
    else
        kounta_error(call, 405, "Method not allowed");
    row_clear(&row);
}

static void customers(struct call *call, const struct place *place)
{
    struct row row = {.tenant = call->tenant};

    if (place->id != NULL)
        customer(call, place);
    else if (strcmp(call->request->method, "GET") == 0)
        kounta_find(call, place);
    else if (strcmp(call->request->method, "POST") == 0)
        put(call, place, &row);
    else
        kounta_error(call, 405, "Method not allowed");
    row_clear(&row);
}

static void at_company(struct call *call, const struct place *place)
{
    bool me = strcmp(place->company, "me") == 0;

    if (!me && strcmp(place->company, tenants[call->tenant].id) != 0) {
        call->auth_failed = true;
        kounta_error(call, 403, "The token is for another company");
    } else if (me && call->box->switches[SW_KOUNTA_ME] == ME_REDIRECT) {
        reply_empty(call->reply, 302);
        reply_header(call->reply, "Location",
                     "%s://%s/kounta/v1/companies/%s%s", call->request->scheme,
                     call->request->host, tenants[call->tenant].id,
                     place->suffix);
    } else if (place->what != NULL && strcmp(place->what, "customers") == 0) {
        customers(call, place);
    } else if (place->what != NULL && strcmp(place->what, "webhooks") == 0) {
        hooks_handle(call, place->id);
    } else {
        company(call, place);
    }
}

static void handle(struct call *call)
{
    const char *path = call->request->path;
    struct place place = {0};

    if (is_token(path)) {
        kounta_token(call);
        return;
    }
    if (strcmp(path, "/authorize") == 0) {
        kounta_authorize(call);
        return;
    }
    if (kounta_auth(call) && rate_gate(call)) {
        bool known = place_parse(path, &place);

        if (!acceptable(call, &place))
            kounta_error(call, 406, "Ask for JSON by extension or Accept");
        else if (!known)
            kounta_error(call, 404, "Not found");
        else
            at_company(call, &place);
    }
    free(place.path);
}

const struct provider kounta_provider = {
    .id = KOUNTA,
    .name = "kounta",
    .identify = kounta_identify,
    .handle = handle,
    .error = kounta_error,
    .throttled = throttled,
    .is_token = is_token,
    .view = kounta_view,
    .merge = kounta_merge,
    .keys = kounta_keys,
    .changed = hooks_fire,
    .limit = limit,
};
