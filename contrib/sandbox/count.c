/*
 * count.c - COUNT's customer endpoints. The prefix /count is gone here, and
 * the paths begin with /partners.
 */
#include "count.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 20, PAGE_MAX = 100, PAGES_MAX = 10000, TEXT_MAX = 255 };

static void identify(struct call *call)
{
    call->client =
        client_find(COUNT, request_header(call->request, "x-client-id"));
}

static bool is_token(const char *path)
{
    return strcmp(path, "/partners/refresh-user-access-token") == 0 ||
           strcmp(path, "/partners/grant-access-token") == 0;
}

static void error(struct call *call, unsigned status, const char *message)
{
    const char *code = status == 429   ? "rate_limited"
                       : status == 401 ? "invalid_token"
                       : status == 404 ? "not_found"
                       : status == 409 ? "email_exists"
                       : status < 500  ? "validation_error"
                                       : "internal_error";

    count_error(call, status, code, message, NULL);
}

static void throttled(struct call *call, int64_t until_ms)
{
    int64_t wait_ms = until_ms - call->request->now_ms;

    error(call, 429, "Too many requests");
    if (call->box->switches[SW_COUNT_RETRY_AFTER] == ON)
        reply_header(call->reply, "Retry-After", "%lld",
                     (long long)((wait_ms + 999) / 1000));
}

static int64_t limit(const struct call *call)
{
    (void)call;
    return 100;
}

static void success(struct call *call, unsigned status, const char *message,
                    json_t *data, json_t *warnings)
{
    json_t *body =
        json_pack("{s:s s:s}", "status", "success", "message", message);

    if (data != NULL)
        json_object_set_new(body, "data", data);
    if (json_array_size(warnings) > 0)
        json_object_set(body, "_partnerWarnings", warnings);
    reply_json(call->reply, status, body);
}

/* A number from the query within 1 to max; false: answered. */
static bool query_number(struct call *call, const char *name, int64_t max,
                         int64_t *number)
{
    const char *text = request_query(call->request, name);

    if (text == NULL || (parse_number(text, max, number) && *number >= 1))
        return true;
    count_error(
        call, 400, "validation_error", "A query parameter is invalid",
        json_pack("[{s:s s:s}]", "field", name, "message", "is out of range"));
    return false;
}

static bool query_choice(struct call *call, const char *name,
                         const char *const choices[], const char **chosen)
{
    const char *text = request_query(call->request, name);

    *chosen = choices[0];
    if (text == NULL)
        return true;
    for (; *choices != NULL; choices++) {
        *chosen = *choices;
        if (strcmp(*choices, text) == 0)
            return true;
    }
    count_error(call, 400, "validation_error", "A query parameter is invalid",
                json_pack("[{s:s s:s}]", "field", name, "message",
                          "is none of the allowed values"));
    return false;
}

static json_t *list_item(struct call *call, const struct row *row)
{
    json_t *item = count_view(call->box, row);

    if (call->box->switches[SW_COUNT_LIST_ITEMS] == ITEMS_BRIEF) {
        json_object_del(item, "billingAddress");
        json_object_del(item, "shippingAddress");
        json_object_del(item, "contacts");
    }
    return item;
}

static void list(struct call *call)
{
    static const char *const orders[] = {"customer", "email", "createdAt",
                                         "updatedAt", NULL};
    static const char *const directions[] = {"ASC", "DESC", NULL};
    const char *key = call->box->switches[SW_COUNT_LIST_KEY] == LIST_CUSTOMERS
                          ? "customers"
                          : "records";
    const char *search = request_query(call->request, "search");
    const char *order, *direction;
    int64_t page = 1, size = PAGE_DEFAULT, total, now = call->request->now_ms;
    json_t *items = NULL;
    struct rows rows;
    char *text;

    if (!query_number(call, "page", PAGES_MAX, &page) ||
        !query_number(call, "limit", PAGE_MAX, &size) ||
        !query_choice(call, "orderBy", orders, &order) ||
        !query_choice(call, "orderDirection", directions, &direction))
        return;
    if (search != NULL && characters(search) > TEXT_MAX) {
        error(call, 400, "search is too long");
        return;
    }
    text = search == NULL ? copy("") : fold(search);
    total = store_count(call->box->store, call->tenant, text, now);
    rows = store_page(call->box->store, call->tenant, order,
                      strcmp(direction, "DESC") == 0, text, size,
                      (page - 1) * size, now);
    items = json_array();
    for (size_t i = 0; i < rows.count; i++)
        json_array_append_new(items, list_item(call, &rows.item[i]));
    success(call, 200, "Customers.",
            json_pack("{s:o s:I s:I s:I s:I}", key, items, "totalRecords",
                      (json_int_t)total, "totalPages",
                      (json_int_t)((total + size - 1) / size), "page",
                      (json_int_t)page, "limit", (json_int_t)size),
            NULL);
    rows_clear(&rows);
    free(text);
}

static void find_by_email(struct call *call)
{
    const char *given = request_query(call->request, "email");
    char *email = fold(given);
    struct rows rows = {0};

    if (call->box->switches[SW_COUNT_FIND] == OFF) {
        error(call, 404, "Not found");
    } else if (email == NULL || !is_email(email)) {
        count_error(call, 400, "validation_error",
                    "email must be a valid email address",
                    json_pack("[{s:s s:s}]", "field", "email", "message",
                              "must be a valid email address"));
    } else {
        rows = store_find(call->box->store, call->tenant, "email", email,
                          MATCH_EXACT, 1, call->request->now_ms);
        if (rows.count == 0)
            error(call, 404, "Customer not found");
        else
            success(call, 200, "Customer.",
                    count_view(call->box, &rows.item[0]), NULL);
    }
    rows_clear(&rows);
    free(email);
}

static void write_failed(struct call *call, struct count_write *result)
{
    if (result->is_clash)
        count_error(call, 409, "email_exists", "Email already exists", NULL);
    else
        count_error(call, 400, "validation_error",
                    "One or more fields are invalid",
                    json_incref(result->errors));
}

/* Creates or updates with the request's body; row is new or loaded. */
static void put(struct call *call, struct row *row)
{
    bool is_new = row->seq == 0;
    json_t *body = request_json(call->request);
    struct count_write result = {0};

    if (!request_has_type(call->request, "application/json")) {
        error(call, 400, "Content-Type must be application/json");
    } else if (body == NULL) {
        error(call, 400, "The body must be a JSON object");
    } else if (!count_apply(call->box, row, body, &result)) {
        write_failed(call, &result);
    } else {
        if (is_new)
            row->visible_ms = call->request->now_ms +
                              call->box->switches[SW_COUNT_VISIBLE_AFTER];
        save_row(call, row);
        success(call, is_new ? 201 : 200,
                is_new ? "Customer created." : "Customer updated.",
                count_view(call->box, row), result.warnings);
    }
    json_decref(result.errors);
    json_decref(result.warnings);
    json_decref(body);
}

static void create(struct call *call)
{
    struct row row = {.tenant = call->tenant, .id = uuid_make()};

    put(call, &row);
    row_clear(&row);
}

static void one(struct call *call, const char *id)
{
    const char *method = call->request->method;
    struct row row = {0};

    if (!is_uuid(id, true)) {
        count_error(call, 400, "invalid_uuid", "The id is no UUID v4", NULL);
    } else if (!store_get(call->box->store, call->tenant, id, &row)) {
        error(call, 404, "Customer not found");
    } else if (strcmp(method, "GET") == 0) {
        success(call, 200, "Customer.", count_view(call->box, &row), NULL);
    } else if (strcmp(method, "PUT") == 0) {
        put(call, &row);
    } else if (strcmp(method, "DELETE") == 0) {
        remove_row(call, &row);
        success(call, 200, "Customer deleted.", NULL, NULL);
    } else {
        error(call, 404, "Not found");
    }
    row_clear(&row);
}

static void customers(struct call *call, const char *rest)
{
    const char *method = call->request->method;
    bool is_get = strcmp(method, "GET") == 0;
    bool is_post = strcmp(method, "POST") == 0;

    /* These two stand where an id stands: they come first. */
    if (strcmp(rest, "/find-by-email") == 0 && is_get)
        find_by_email(call);
    else if (strcmp(rest, "/bulk") == 0 &&
             call->box->switches[SW_COUNT_BULK] == ON &&
             (is_post || strcmp(method, "PATCH") == 0))
        count_bulk(call, !is_post);
    else if (strcmp(rest, "/bulk") == 0)
        error(call, 404, "Not found");
    else if (*rest == '/' && rest[1] != '\0' && strchr(rest + 1, '/') == NULL)
        one(call, rest + 1);
    else if (*rest == '\0' && is_get)
        list(call);
    else if (*rest == '\0' && is_post)
        create(call);
    else
        error(call, 404, "Not found");
}

static void handle(struct call *call)
{
    static const char root[] = "/partners/customers";
    const char *path = call->request->path;
    const char *rest = path + sizeof(root) - 1;

    if (strcmp(path, "/auth2/authorize-intiate") == 0 ||
        strcmp(path, "/auth2/authorize-initiate") == 0) {
        count_authorize(call, false);
        return;
    }
    if (strcmp(path, "/login") == 0) {
        count_authorize(call, true);
        return;
    }
    if (strncmp(path, "/partners/", 10) != 0) {
        error(call, 404, "Not found");
        return;
    }
    if (!count_signed(call) || (!is_token(path) && !count_bearer(call)) ||
        !rate_gate(call))
        return;
    if (is_token(path) && strcmp(call->request->method, "POST") == 0)
        count_token(call, strstr(path, "refresh") != NULL);
    else if (strncmp(path, root, sizeof(root) - 1) == 0 &&
             (*rest == '\0' || *rest == '/'))
        customers(call, rest);
    else
        error(call, 404, "Not found");
}

const struct provider count_provider = {
    .id = COUNT,
    .name = "count",
    .identify = identify,
    .handle = handle,
    .error = error,
    .throttled = throttled,
    .is_token = is_token,
    .view = count_view,
    .merge = count_merge,
    .keys = count_keys,
    .limit = limit,
};
