/*
 * count_customer.c - COUNT's customer: what a write may hold, what a read
 * shows.
 */
#include "count.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

/* The vendor's own client also writes the last five. */
enum kind { TEXT, ADDRESS, CONTACTS, STATUS, BOOLEAN, INTEGERS };

static const struct field {
    const char *name;
    enum kind kind;
    size_t max;
    bool required, no_null;
} fields[] = {
    {"customer", TEXT, 255, true, true},
    {"email", TEXT, 255, true, true},
    {"mainPhone", TEXT, 50, false, false},
    {"website", TEXT, 255, false, false},
    {"status", STATUS, 0, false, true},
    {"billingAddress", ADDRESS, 0, false, false},
    {"shippingAddress", ADDRESS, 0, false, false},
    {"contacts", CONTACTS, 0, false, false},
    {"notes", TEXT, 0, false, false},
    {"paymentTerm", TEXT, 0, false, false},
    {"taxNumber", TEXT, 0, false, false},
    {"taxAutoCalculate", BOOLEAN, 0, false, false},
    {"taxExcluded", BOOLEAN, 0, false, false},
    {"taxes", INTEGERS, 0, false, false},
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]), FIELDS_IN_SEEDS = 8 };

static const char *const address_names[] = {"street",  "city",    "state",
                                            "zipCode", "country", NULL};
static const char *const contact_names[] = {"firstName", "lastName", "email",
                                            "phone",     "name",     NULL};
static const char *const internal_names[] = {
    "id", "uuid", "createdAt", "updatedAt", "teamId", "isDeleted", NULL};

static bool is_in(const char *const names[], const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static void wrong(struct count_write *result, const char *field,
                  const char *message)
{
    json_array_append_new(result->errors, json_pack("{s:s s:s}", "field", field,
                                                    "message", message));
}

static void warn(struct count_write *result, const char *field,
                 const char *reason)
{
    json_array_append_new(result->warnings,
                          json_pack("{s:s s:s s:s}", "field", field, "reason",
                                    reason, "message",
                                    "The field was ignored."));
}

static void check_text(struct count_write *result, const struct field *field,
                       json_t *value)
{
    const char *text = json_string_value(value);

    if (text == NULL)
        wrong(result, field->name, "must be a string");
    else if (field->max != 0 && characters(text) > field->max)
        wrong(result, field->name, "is too long");
    else if (field->required && is_blank(text))
        wrong(result, field->name, "must not be empty");
    else if (strcmp(field->name, "email") == 0) {
        char *email = trim(text);

        if (!is_email(email))
            wrong(result, field->name, "must be a valid email address");
        free(email);
    }
}

/* An object of texts; members it does not know are dropped with a warning. */
static json_t *check_texts(struct count_write *result, const char *field,
                           json_t *value, const char *const names[])
{
    json_t *kept = json_object();
    const char *name;
    json_t *each;

    if (!json_is_object(value)) {
        wrong(result, field, "must be an object");
        return kept;
    }
    json_object_foreach(value, name, each)
    {
        char *place = print("%s.%s", field, name);

        if (strcmp(name, "isPrimary") == 0 && names == contact_names) {
            if (json_is_boolean(each))
                json_object_set(kept, name, each);
            else
                wrong(result, place, "must be a boolean");
        } else if (!is_in(names, name)) {
            warn(result, place,
                 is_in(internal_names, name) ? "internal_only"
                                             : "unknown_field");
        } else if (!json_is_string(each) && !json_is_null(each)) {
            wrong(result, place, "must be a string");
        } else {
            json_object_set(kept, name, each);
        }
        free(place);
    }
    return kept;
}

static json_t *check_contacts(struct count_write *result, json_t *value)
{
    json_t *kept = json_array();
    json_t *each;
    size_t i, primaries = 0;

    if (!json_is_array(value)) {
        wrong(result, "contacts", "must be an array");
        return kept;
    }
    json_array_foreach(value, i, each)
    {
        char *place = print("contacts[%zu]", i);
        json_t *contact = check_texts(result, place, each, contact_names);
        const char *email = member(contact, "email");
        char *uuid = uuid_make();

        if (!is_blank(email) && !is_email(email))
            wrong(result, place, "has no valid email address");
        if (json_is_true(json_object_get(contact, "isPrimary")))
            primaries++;
        json_object_set_new(contact, "uuid", json_string(uuid));
        json_array_append_new(kept, contact);
        free(uuid);
        free(place);
    }
    if (primaries > 1)
        wrong(result, "contacts", "only one contact may be primary");
    return kept;
}

/* What is stored for a value, new reference; faults go into result. */
static json_t *check_field(struct count_write *result,
                           const struct field *field, json_t *value)
{
    const char *text = json_string_value(value);

    if (json_is_null(value)) {
        if (field->no_null)
            wrong(result, field->name, "must not be null");
        return field->kind == CONTACTS ? json_array() : json_null();
    }
    switch (field->kind) {
    case TEXT:
        check_text(result, field, value);
        break;
    case ADDRESS:
        return check_texts(result, field->name, value, address_names);
    case CONTACTS:
        return check_contacts(result, value);
    case STATUS:
        if (text == NULL ||
            (strcmp(text, "active") != 0 && strcmp(text, "inactive") != 0))
            wrong(result, field->name, "must be active or inactive");
        break;
    case BOOLEAN:
        if (!json_is_boolean(value))
            wrong(result, field->name, "must be a boolean");
        break;
    case INTEGERS:
        if (!json_is_array(value))
            wrong(result, field->name, "must be an array of integers");
        break;
    }
    return json_incref(value);
}

static void warn_unknown(struct count_write *result, json_t *body, bool in_bulk)
{
    const char *name;
    json_t *value;

    json_object_foreach(body, name, value)
    {
        bool known = in_bulk && strcmp(name, "uuid") == 0;

        for (int i = 0; i < FIELDS && !known; i++)
            known = strcmp(fields[i].name, name) == 0;
        if (!known)
            warn(result, name,
                 is_in(internal_names, name) ? "internal_only"
                                             : "unknown_field");
    }
}

/* Another customer of the workspace with the same address. */
static bool email_taken(struct sandbox *box, const struct row *row)
{
    char *email = fold(member(row->doc, "email"));
    struct rows rows;
    bool taken = false;

    if (email == NULL)
        return false;
    rows = store_find(box->store, row->tenant, "email", email, MATCH_EXACT, 2,
                      INT64_MAX);
    for (size_t i = 0; i < rows.count; i++)
        taken = taken || rows.item[i].seq != row->seq;
    rows_clear(&rows);
    free(email);
    return taken;
}

bool count_apply(struct sandbox *box, struct row *row, json_t *body,
                 struct count_write *result)
{
    bool is_new = row->seq == 0;
    bool whole = is_new || box->switches[SW_COUNT_PUT] == PUT_REPLACE;

    *result = (struct count_write){json_array(), json_array(), false};
    if (row->doc == NULL)
        row->doc = json_object();
    for (int i = 0; i < FIELDS; i++) {
        const struct field *field = &fields[i];
        json_t *value = json_object_get(body, field->name);

        if (value != NULL) {
            json_object_set_new(row->doc, field->name,
                                check_field(result, field, value));
            continue;
        }
        if (!whole)
            continue;
        if (field->required)
            wrong(result, field->name, "is required");
        else if (field->kind == STATUS)
            json_object_set_new(row->doc, field->name, json_string("active"));
        else if (field->kind == CONTACTS)
            json_object_set_new(row->doc, field->name, json_array());
        else if (i < FIELDS_IN_SEEDS)
            json_object_set_new(row->doc, field->name, json_null());
        else
            json_object_del(row->doc, field->name);
    }
    warn_unknown(result, body, !is_new);
    if (json_array_size(result->errors) > 0)
        return false;
    result->is_clash = email_taken(box, row);
    return !result->is_clash;
}

json_t *count_view(struct sandbox *box, const struct row *row)
{
    json_t *view = json_object();
    char *created = iso_time(row->created_ms, "Z", true);
    char *updated = iso_time(row->updated_ms, "Z", true);

    json_object_set_new(view,
                        box->switches[SW_COUNT_ID_KEY] == ID_ID ? "id" : "uuid",
                        json_string(row->id));
    json_object_update(view, row->doc);
    json_object_set_new(view, "createdAt", json_string(created));
    json_object_set_new(view, "updatedAt", json_string(updated));
    free(created);
    free(updated);
    return view;
}

void count_merge(struct sandbox *box, struct row *row, json_t *record)
{
    const char *name = member(record, "uuid");

    (void)box;
    if (row->id == NULL) {
        if (name == NULL)
            name = member(record, "id");
        row->id = name == NULL ? uuid_make() : copy(name);
        row->doc =
            json_pack("{s:n s:n s:n s:n s:s s:n s:n s:[]}", "customer", "email",
                      "mainPhone", "website", "status", "active",
                      "billingAddress", "shippingAddress", "contacts");
    }
    json_object_update(row->doc, record);
    for (const char *const *each = internal_names; *each != NULL; each++)
        json_object_del(row->doc, *each);
}

void count_keys(const struct row *row, struct keyset *set)
{
    char *name = fold(member(row->doc, "customer"));
    char *email = fold(member(row->doc, "email"));
    char *phone = fold(member(row->doc, "mainPhone"));

    /* The list is in order of these, so that everyone has them. */
    name = name == NULL ? copy("") : name;
    email = email == NULL ? copy("") : email;
    keyset_add(set, "text",
               print("%s\n%s\n%s", name, email, phone == NULL ? "" : phone));
    keyset_add(set, "customer", name);
    keyset_add(set, "email", email);
    keyset_add(set, "createdAt", print("%015lld", (long long)row->created_ms));
    keyset_add(set, "updatedAt", print("%015lld", (long long)row->updated_ms));
    free(phone);
}
