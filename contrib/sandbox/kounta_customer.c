/*
 * kounta_customer.c - Kounta's customer: what a write may hold, what a read
 * shows.
 *
 * An address comes in one of two shapes and is kept in a third: `lines`,
 * `city`, `state`, `postal_code`, `country`.
 */
#include "kounta.h"
#include "util.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const text_fields[] = {
    "first_name", "last_name", "email", "phone", "mobile", "image", NULL};
static const char *const read_only[] = {"id",
                                        "company_id",
                                        "created_at",
                                        "updated_at",
                                        "addresses",
                                        "reference_id",
                                        "primary_email_address",
                                        "email_addresses",
                                        NULL};

static void complain(char **message, const char *field, const char *what)
{
    char *longer = *message == NULL ? print("%s %s", field, what)
                                    : print("%s; %s %s", *message, field, what);

    free(*message);
    *message = longer;
}

static bool is_country(const char *text)
{
    return text != NULL && strlen(text) == 2 &&
           isupper((unsigned char)text[0]) && isupper((unsigned char)text[1]);
}

/* Either shape in, ours out (new reference); `message` NULL: not checked. */
static json_t *address_in(json_t *value, const char *field, char **message)
{
    static const char *const parts[][2] = {{"city", "city"},
                                           {"state", "zone"},
                                           {"postal_code", "postal_code"},
                                           {"country", "country"}};
    json_t *address, *lines;
    json_t *country = json_object_get(value, "country");

    if (json_is_null(value))
        return json_null();
    if (!json_is_object(value)) {
        if (message != NULL)
            complain(message, field, "must be an object");
        return json_null();
    }
    address = json_object();
    lines = json_object_get(value, "lines");
    if (json_is_array(lines))
        json_object_set(address, "lines", lines);
    else if (json_is_string(json_object_get(value, "address")))
        json_object_set_new(
            address, "lines",
            json_pack("[O]", json_object_get(value, "address")));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        json_t *part = json_object_get(value, parts[i][0]);

        if (part == NULL)
            part = json_object_get(value, parts[i][1]);
        if (part == NULL || json_is_null(part))
            continue;
        if (!json_is_string(part) && message != NULL)
            complain(message, field, "must hold texts");
        json_object_set(address, parts[i][0], part);
    }
    if (message != NULL && country != NULL && !json_is_null(country) &&
        !is_country(json_string_value(country)))
        complain(message, field,
                 "needs a country of two capital letters (ISO 3166-1)");
    return address;
}

static char *joined(json_t *lines)
{
    char *text = copy("");
    json_t *line;
    size_t i;

    json_array_foreach(lines, i, line)
    {
        const char *next = json_string_value(line);
        char *longer =
            print("%s%s%s", text, i == 0 ? "" : ", ", next == NULL ? "" : next);

        free(text);
        text = longer;
    }
    return text;
}

static json_t *address_out(struct sandbox *box, const struct row *row,
                           const char *field, int number)
{
    json_t *address = json_object_get(row->doc, field);
    json_t *out, *lines;
    char *text;

    if (!json_is_object(address))
        return json_null();
    lines = json_object_get(address, "lines");
    out = json_object();
    if (box->switches[SW_KOUNTA_ADDRESSES] == ADDRESSES_READ) {
        json_object_set_new(out, "id", json_integer(row->seq * 10 + number));
        json_object_set_new(out, "lines",
                            lines == NULL ? json_array() : json_incref(lines));
        take(out, "city", json_object_get(address, "city"));
        take(out, "zone", json_object_get(address, "state"));
    } else {
        text = joined(lines);
        json_object_set_new(out, "address", json_string(text));
        free(text);
        take(out, "city", json_object_get(address, "city"));
        take(out, "state", json_object_get(address, "state"));
    }
    take(out, "postal_code", json_object_get(address, "postal_code"));
    take(out, "country", json_object_get(address, "country"));
    return out;
}

json_t *kounta_addresses(struct sandbox *box, const struct row *row)
{
    static const char *const fields[] = {"primary_address", "shipping_address"};
    json_t *list = json_array();

    for (int i = 0; i < 2; i++) {
        json_t *address = address_out(box, row, fields[i], i + 1);

        if (json_is_object(address))
            json_object_set_new(address, "id",
                                json_integer(row->seq * 10 + i + 1));
        if (json_is_object(address))
            json_array_append_new(list, address);
        else
            json_decref(address);
    }
    return list;
}

static const char *reference(const struct row *row, int client)
{
    const char *text =
        member(json_object_get(row->doc, "references"), clients[client].id);

    return text == NULL ? "" : text;
}

static void set_reference(struct row *row, int client, const char *value)
{
    json_t *references = json_object_get(row->doc, "references");

    if (references == NULL) {
        references = json_object();
        json_object_set_new(row->doc, "references", references);
    }
    if (is_blank(value))
        json_object_del(references, clients[client].id);
    else
        json_object_set_new(references, clients[client].id, json_string(value));
}

json_t *kounta_full(struct sandbox *box, const struct row *row, int client)
{
    json_t *doc = row->doc;
    json_t *tags = json_object_get(doc, "tags");
    json_t *view = json_object();
    char *now = iso_time(now_ms(), "+00:00", false);

    json_object_set_new(view, "id", json_integer(row->seq));
    json_object_set_new(view, "company_id",
                        json_integer(atoll(tenants[row->tenant].id)));
    take(view, "first_name", json_object_get(doc, "first_name"));
    if (json_object_get(doc, "last_name") != NULL)
        take(view, "last_name", json_object_get(doc, "last_name"));
    take(view, "email", json_object_get(doc, "email"));
    if (box->switches[SW_KOUNTA_LEGACY_EMAIL] == ON)
        take(view, "primary_email_address", json_object_get(doc, "email"));
    take(view, "phone", json_object_get(doc, "phone"));
    take(view, "mobile", json_object_get(doc, "mobile"));
    json_object_set_new(view, "reference_id",
                        json_string(reference(row, client)));
    json_object_set_new(view, "tags",
                        tags == NULL ? json_array() : json_incref(tags));
    take(view, "image", json_object_get(doc, "image"));
    json_object_set_new(view, "primary_address",
                        address_out(box, row, "primary_address", 1));
    json_object_set_new(view, "shipping_address",
                        address_out(box, row, "shipping_address", 2));
    json_object_set_new(
        view, "accepts_marketing",
        json_boolean(json_is_true(json_object_get(doc, "accepts_marketing"))));
    /* Both are the time of the reading: the provider says so itself. */
    json_object_set_new(view, "created_at", json_string(now));
    json_object_set_new(view, "updated_at", json_string(now));
    free(now);
    return view;
}

json_t *kounta_brief(struct sandbox *box, const struct row *row, int client)
{
    bool legacy = box->switches[SW_KOUNTA_LEGACY_EMAIL] == ON;
    json_t *view = json_object();

    json_object_set_new(view, "id", json_integer(row->seq));
    json_object_set_new(view, "company_id",
                        json_integer(atoll(tenants[row->tenant].id)));
    take(view, "first_name", json_object_get(row->doc, "first_name"));
    take(view, "last_name", json_object_get(row->doc, "last_name"));
    take(view, legacy ? "primary_email_address" : "email",
         json_object_get(row->doc, "email"));
    take(view, "image", json_object_get(row->doc, "image"));
    json_object_set_new(view, "reference_id",
                        json_string(reference(row, client)));
    return view;
}

json_t *kounta_view(struct sandbox *box, const struct row *row)
{
    json_t *view = kounta_full(box, row, client_find(KOUNTA, "sandbox-shop"));

    json_object_del(view, "created_at");
    json_object_del(view, "updated_at");
    return view;
}

static void apply_texts(struct row *row, json_t *body, bool whole,
                        char **message)
{
    for (const char *const *name = text_fields; *name != NULL; name++) {
        json_t *value = json_object_get(body, *name);

        if (value == NULL && !whole)
            continue;
        if (value == NULL || json_is_null(value)) {
            json_object_del(row->doc, *name);
        } else if (!json_is_string(value)) {
            complain(message, *name, "must be a string");
        } else {
            /* A text of blanks is as good as none. */
            if (is_blank(json_string_value(value)))
                json_object_del(row->doc, *name);
            else
                json_object_set(row->doc, *name, value);
        }
    }
    if (member(row->doc, "image") != NULL &&
        strncmp(member(row->doc, "image"), "http", 4) != 0)
        complain(message, "image", "must be a public URL");
}

static void apply_others(struct call *call, struct row *row, json_t *body,
                         bool whole, char **message)
{
    static const char *const places[] = {"primary_address", "shipping_address",
                                         NULL};
    json_t *tags = json_object_get(body, "tags");
    json_t *marketing = json_object_get(body, "accepts_marketing");
    json_t *number = json_object_get(body, "reference_id");
    json_t *tag;
    size_t i;

    for (const char *const *name = places; *name != NULL; name++) {
        json_t *value = json_object_get(body, *name);

        if (value != NULL)
            json_object_set_new(row->doc, *name,
                                address_in(value, *name, message));
        else if (whole)
            json_object_del(row->doc, *name);
    }
    if (json_is_array(tags)) {
        json_array_foreach(tags, i, tag) if (!json_is_string(tag))
            complain(message, "tags", "must hold texts");
        json_object_set(row->doc, "tags", tags);
    } else if (tags != NULL && !json_is_null(tags)) {
        complain(message, "tags", "must be an array");
    } else if (whole || tags != NULL) {
        json_object_del(row->doc, "tags");
    }
    if (json_is_boolean(marketing))
        json_object_set(row->doc, "accepts_marketing", marketing);
    else if (marketing != NULL && !json_is_null(marketing))
        complain(message, "accepts_marketing", "must be a boolean");
    else if (whole || marketing != NULL)
        json_object_del(row->doc, "accepts_marketing");
    if (number != NULL && !json_is_string(number) && !json_is_null(number))
        complain(message, "reference_id", "must be a string");
    else if (number != NULL || whole)
        set_reference(row, call->client, json_string_value(number));
}

static bool is_taken(struct sandbox *box, const struct row *row,
                     const char *key, char *value)
{
    struct rows rows = {0};
    bool taken = false;

    if (value != NULL)
        rows = store_find(box->store, row->tenant, key, value, MATCH_EXACT, 2,
                          INT64_MAX);
    for (size_t i = 0; i < rows.count; i++)
        taken = taken || rows.item[i].seq != row->seq;
    rows_clear(&rows);
    free(value);
    return taken;
}

bool kounta_apply(struct call *call, struct row *row, json_t *body,
                  char **message)
{
    struct sandbox *box = call->box;
    bool whole = row->seq == 0 || box->switches[SW_KOUNTA_PUT] == PUT_REPLACE;

    *message = NULL;
    if (row->doc == NULL)
        row->doc = json_object();
    apply_texts(row, body, whole, message);
    apply_others(call, row, body, whole, message);
    if (member(row->doc, "first_name") == NULL)
        complain(message, "first_name", "is required");
    if (member(row->doc, "email") == NULL &&
        member(row->doc, "phone") == NULL && member(row->doc, "mobile") == NULL)
        complain(message, "one of email, phone, mobile", "is required");
    if (is_taken(box, row, "mobile", trim(member(row->doc, "mobile"))))
        complain(message, "mobile", "is in use by another customer");
    if (box->switches[SW_KOUNTA_UNIQUE_EMAIL] == ON &&
        is_taken(box, row, "email", fold(member(row->doc, "email"))))
        complain(message, "email", "is in use by another customer");
    return *message == NULL;
}

void kounta_merge(struct sandbox *box, struct row *row, json_t *record)
{
    const char *number = member(record, "reference_id");
    json_t *id = json_object_get(record, "id");
    json_t *value;
    const char *name;

    if (row->id == NULL) {
        row->doc = json_object();
        row->seq = json_integer_value(id);
        if (row->seq > 0)
            store_reserve(box->store, row->tenant, row->seq);
        else
            row->seq = store_next(box->store, row->tenant);
        row->id = print("%lld", (long long)row->seq);
    }
    json_object_foreach(record, name, value)
    {
        bool skip = false;

        for (const char *const *each = read_only; *each != NULL; each++)
            skip = skip || strcmp(*each, name) == 0;
        if (strcmp(name, "primary_address") == 0 ||
            strcmp(name, "shipping_address") == 0)
            json_object_set_new(row->doc, name, address_in(value, name, NULL));
        else if (!skip && json_is_null(value))
            json_object_del(row->doc, name);
        else if (!skip)
            json_object_set(row->doc, name, value);
    }
    if (number != NULL)
        set_reference(row, client_find(KOUNTA, "sandbox-shop"), number);
    value = json_object_get(record, "primary_email_address");
    if (json_is_string(value) && json_object_get(record, "email") == NULL)
        json_object_set(row->doc, "email", value);
}

void kounta_keys(const struct row *row, struct keyset *set)
{
    static const char *const names[] = {"reference:0", "reference:1"};
    char *first = trim(member(row->doc, "first_name"));
    char *last = trim(member(row->doc, "last_name"));
    char *phone = trim(member(row->doc, "phone"));

    keyset_add(set, "email", fold(member(row->doc, "email")));
    keyset_add(set, "mobile", trim(member(row->doc, "mobile")));
    if (first != NULL && last != NULL && phone != NULL)
        keyset_add(set, "person", print("%s\n%s\n%s", first, last, phone));
    for (int client = 0; client < 2; client++)
        if (*reference(row, client) != '\0')
            keyset_add(set, names[client], copy(reference(row, client)));
    free(first);
    free(last);
    free(phone);
}
