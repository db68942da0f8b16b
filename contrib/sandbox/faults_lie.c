/*
 * faults_lie.c - answers that are well formed and not true: another record's
 * id, a list without its records, outcomes that name no row.
 *
 * The request was carried out before; only what is said of it changes.
 */
#include "faults.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_FOR_OTHERS = 1000, LOOP_PAGE = 100 };

static const char *const id_names[] = {"uuid", "id", "id_str", "customerId"};
enum { ID_NAMES = sizeof(id_names) / sizeof(id_names[0]) };

/* The answer as JSON, or NULL; `put_back` takes it. */
static json_t *take_out(const struct reply *reply)
{
    return reply->size == 0 ? NULL
                            : json_loadb(reply->body, reply->size, 0, NULL);
}

static void put_back(struct reply *reply, json_t *body)
{
    reply_json(reply, reply->status, body);
}

/* The record that an answer shows, or its bare id; borrowed, NULL for none. */
static json_t *record_of(json_t *body)
{
    json_t *data = json_object_get(body, "data");
    json_t *inner = json_object_get(data, "customer");

    if (json_is_object(inner))
        return inner;
    return json_is_object(data) ? data : json_is_object(body) ? body : NULL;
}

static char *id_text(const json_t *record)
{
    for (int i = 0; i < ID_NAMES; i++) {
        const json_t *id = json_object_get(record, id_names[i]);

        if (json_is_string(id))
            return copy(json_string_value(id));
        if (json_is_integer(id))
            return print("%lld", (long long)json_integer_value(id));
    }
    return NULL;
}

/* A record of the same tenant that is not this one; a made-up id if none. */
static char *other_id(struct call *call, const char *own, struct row *other)
{
    struct rows rows = store_after(call->box->store, call->tenant, 0,
                                   LOOK_FOR_OTHERS, 0, INT64_MAX);
    char *id = NULL;

    for (size_t i = 0; i < rows.count && id == NULL; i++) {
        if (own != NULL && strcmp(rows.item[i].id, own) == 0)
            continue;
        id = copy(rows.item[i].id);
        *other = rows.item[i];
        rows.item[i] = (struct row){0};
    }
    rows_clear(&rows);
    if (id == NULL && call->provider->id == KOUNTA)
        id = copy("999999999");
    return id == NULL ? uuid_make() : id;
}

static void set_id(json_t *record, const char *text)
{
    for (int i = 0; i < ID_NAMES; i++) {
        json_t *old = json_object_get(record, id_names[i]);
        int64_t number;

        if (old == NULL)
            continue;
        if (text == NULL)
            json_object_del(record, id_names[i]);
        else if (json_is_integer(old) && parse_number(text, INT64_MAX, &number))
            json_object_set_new(record, id_names[i], json_integer(number));
        else
            json_object_set_new(record, id_names[i], json_string(text));
    }
}

/* An answer that shows a whole record shows the other one whole. */
static void show_other(struct call *call, json_t *record,
                       const struct row *other, const char *id)
{
    json_t *view;

    if (other->id == NULL || call->provider->id == FIELDEDGE ||
        json_object_size(record) < 3) {
        set_id(record, id);
        return;
    }
    view = call->provider->view(call->box, other);
    json_object_update_existing(record, view);
    json_decref(view);
}

static char *header_of(const struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, name) == 0)
            return copy(reply->headers[i].value);
    return NULL;
}

void lie_id(struct call *call, int64_t how)
{
    struct reply *reply = call->reply;
    json_t *body = take_out(reply);
    json_t *record = record_of(body);
    char *location = header_of(reply, "Location");
    char *last = location == NULL ? NULL : strrchr(location, '/');
    char *own = last != NULL ? copy(last + 1) : id_text(record);
    char *id = how == ID_BAD ? copy("../x") : NULL;
    struct row other = {0};

    if (how == ID_OTHER)
        id = other_id(call, own, &other);
    if (how == ID_OTHER && record != NULL)
        show_other(call, record, &other, id);
    else
        set_id(record, id);
    if (last != NULL) {
        *last = '\0'; /* bad: the address of all of them */
        if (how == ID_NONE)
            reply_header_remove(reply, "Location");
        else
            reply_header(reply, "Location", "%s%s%s", location,
                         how == ID_OTHER ? "/" : "", how == ID_OTHER ? id : "");
    }
    if (body != NULL)
        put_back(reply, body);
    row_clear(&other);
    free(location);
    free(own);
    free(id);
}

/* The array of a list's or a search's answer; borrowed, NULL for none. */
static json_t *items_of(json_t *body)
{
    json_t *data = json_object_get(body, "data");
    json_t *items = body;

    if (json_is_object(data))
        items = json_object_get(data, "records") != NULL
                    ? json_object_get(data, "records")
                    : json_object_get(data, "customers");
    else if (json_is_object(body))
        items = json_object_get(body, "customers");
    return json_is_array(items) ? items : NULL;
}

/* The first page once more, and always a next one. */
static void loop(struct call *call, json_t *body, json_t *items)
{
    json_t *data = json_object_get(body, "data");
    struct rows rows;

    if (call->provider->id == KOUNTA) {
        reply_header(call->reply, "X-Next-Page", "%s://%s/kounta%s?start=0",
                     call->request->scheme, call->request->host,
                     call->request->raw_path);
        return;
    }
    rows =
        store_after(call->box->store, call->tenant, 0, LOOP_PAGE, 0, INT64_MAX);
    json_array_clear(items);
    for (size_t i = 0; i < rows.count; i++)
        json_array_append_new(items,
                              call->provider->view(call->box, &rows.item[i]));
    rows_clear(&rows);
    json_object_set_new(data, "totalPages", json_integer(LOOP_PAGE * 100));
    json_object_set_new(data, "totalRecords",
                        json_integer(LOOP_PAGE * LOOP_PAGE * 100));
}

void lie_list(struct call *call, int64_t how)
{
    json_t *body = take_out(call->reply);
    json_t *items = items_of(body);
    size_t left = how == LIST_EMPTY ? 0 : json_array_size(items) / 2;

    if (items == NULL) {
        json_decref(body);
        return;
    }
    if (how == LIST_LOOP)
        loop(call, body, items);
    while (how != LIST_LOOP && json_array_size(items) > left)
        json_array_remove(items, json_array_size(items) - 1);
    put_back(call->reply, body);
}

static void reverse(json_t *array)
{
    size_t size = json_array_size(array);

    for (size_t i = 0; i + 1 < size; i++) {
        json_t *last = json_incref(json_array_get(array, size - 1));

        json_array_remove(array, size - 1);
        json_array_insert_new(array, i, last);
    }
}

void lie_bulk(struct call *call, int64_t how)
{
    json_t *body = take_out(call->reply);
    json_t *results = json_object_get(body, "results");
    json_t *row;
    size_t i;

    if (!json_is_array(results)) {
        json_decref(body);
        return;
    }
    json_array_foreach(results, i, row)
    {
        if (how == BULK_ONE)
            json_object_set_new(row, "index", json_integer((json_int_t)i + 1));
        else
            json_object_del(row, "index");
    }
    if (how == BULK_REORDERED)
        reverse(results);
    if (how == BULK_FEWER && json_array_size(results) > 0)
        json_array_remove(results, 0);
    put_back(call->reply, body);
}
