/*
 * fieldedge_customer.c - FieldEdge's customer: write names in, read names out.
 *
 * A record is kept under the read names, plus the two opt-ins, which the API
 * takes and never shows.
 */
#include "fieldedge.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { NAME_MIN = 2, NAME_MAX = 50 };

/* Written under the first name, kept and read under the second. */
static const char *const names[][2] = {
    {"firstName", "firstName"},
    {"lastName", "lastName"},
    {"companyName", "companyName"},
    {"email", "primaryEmail"},
    {"phoneNumber", "primaryPhone"},
    {"address1", "address1"},
    {"address2", "address2"},
    {"city", "city"},
    {"state", "state"},
    {"zip", "zip"},
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static const char *const opt_ins[] = {"marketingEmailOptIn",
                                      "marketingSmsOptIn"};

static const char *const methods[][2] = {{"Email", "contactOnEmail"},
                                         {"Phone", "contactOnPhone"},
                                         {"SMS", "contactOnSms"}};
enum { METHODS = 3 };

static const char *const billing[][2] = {
    {"billingAddress1", "address1"}, {"billingAddress2", "address2"},
    {"billingCity", "city"},         {"billingState", "state"},
    {"billingZip", "zip"},
};
enum { BILLING = 5 };

static void wrong(json_t *errors, const char *field, const char *code,
                  const char *what)
{
    char *message = print("%s %s", field, what);

    json_array_append_new(errors, json_pack("{s:s s:s s:s}", "field", field,
                                            "code", code, "message", message));
    free(message);
}

/* Unicode's decimal digits of everyday scripts: each begins a run of ten. */
static bool has_digit(const char *text)
{
    static const unsigned zeros[] = {
        0x30,   0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,
        0xB66,  0xBE6,  0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,
        0xF20,  0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
        0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
        0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};
    mbstate_t state = {0};
    wchar_t wide;
    size_t used;

    while ((used = mbrtowc(&wide, text, strlen(text), &state)) != 0) {
        if (used > 8)
            return false;
        for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
            if ((unsigned)wide - zeros[i] < 10)
                return true;
        text += used;
    }
    return false;
}

static bool is_e164(const char *text)
{
    size_t size = strlen(text);

    return size >= 9 && size <= 16 && text[0] == '+' && text[1] != '0' &&
           is_all_digits(text + 1);
}

static void check_name(json_t *errors, const char *field, const char *text)
{
    char *name = trim(text);

    if (is_blank(name)) {
        wrong(errors, field, "REQUIRED", "is required");
    } else {
        if (characters(name) < NAME_MIN || characters(name) > NAME_MAX)
            wrong(errors, field, "INVALID_LENGTH",
                  "must be 2 to 50 characters");
        if (has_digit(name))
            wrong(errors, field, "CONTAINS_DIGITS", "must not hold digits");
    }
    free(name);
}

/* The record as it would be, judged as a whole. */
static void check_whole(json_t *errors, const json_t *doc)
{
    const char *email = member(doc, "primaryEmail");
    const char *phone = member(doc, "primaryPhone");

    check_name(errors, "firstName", member(doc, "firstName"));
    check_name(errors, "lastName", member(doc, "lastName"));
    if (!is_blank(email) && !is_email(email))
        wrong(errors, "email", "INVALID_FORMAT", "must be an email address");
    if (!is_blank(phone) && !is_e164(phone))
        wrong(errors, "phoneNumber", "INVALID_FORMAT",
              "must be like +14155552671");
    if (is_blank(email) && is_blank(phone)) {
        wrong(errors, "email", "REQUIRED", "is required without a phone");
        wrong(errors, "phoneNumber", "REQUIRED",
              "is required without an email");
    }
    if (is_blank(email) && json_is_true(json_object_get(doc, opt_ins[0])))
        wrong(errors, "email", "REQUIRED", "is required for the email opt-in");
    if (is_blank(phone) && json_is_true(json_object_get(doc, opt_ins[1])))
        wrong(errors, "phoneNumber", "REQUIRED",
              "is required for the SMS opt-in");
}

static void apply_methods(json_t *doc, json_t *value, json_t *errors)
{
    json_t *each;
    size_t i;

    if (!json_is_array(value)) {
        wrong(errors, "preferredContactMethods", "INVALID_VALUE",
              "must be an array");
        return;
    }
    for (int m = 0; m < METHODS; m++)
        json_object_set_new(doc, methods[m][1], json_false());
    json_array_foreach(value, i, each)
    {
        const char *text = json_string_value(each);
        bool known = false;

        for (int m = 0; m < METHODS && text != NULL; m++) {
            if (strcmp(methods[m][0], text) != 0)
                continue;
            json_object_set_new(doc, methods[m][1], json_true());
            known = true;
        }
        if (!known)
            wrong(errors, "preferredContactMethods", "INVALID_VALUE",
                  "takes Email, Phone and SMS");
    }
}

/* Without `errors` nothing is judged: what fits is taken. */
static void lay_over(json_t *doc, json_t *body, json_t *errors)
{
    json_t *value = json_object_get(body, "preferredContactMethods");

    for (int i = 0; i < NAMES; i++) {
        json_t *text = json_object_get(body, names[i][0]);

        if (json_is_string(text))
            json_object_set(doc, names[i][1], text);
        else if (text != NULL)
            wrong(errors, names[i][0], "INVALID_VALUE", "must be a string");
    }
    for (int i = 0; i < 2; i++) {
        json_t *flag = json_object_get(body, opt_ins[i]);

        if (json_is_boolean(flag))
            json_object_set(doc, opt_ins[i], flag);
        else if (flag != NULL)
            wrong(errors, opt_ins[i], "INVALID_VALUE", "must be a boolean");
    }
    if (value != NULL)
        apply_methods(doc, value, errors);
}

static void blank_record(json_t *doc)
{
    for (int i = 0; i < NAMES; i++)
        json_object_set_new(doc, names[i][1], json_null());
    for (int i = 0; i < METHODS; i++)
        json_object_set_new(doc, methods[i][1], json_false());
    for (int i = 0; i < 2; i++)
        json_object_set_new(doc, opt_ins[i], json_false());
}

static void copy_to_billing(json_t *doc)
{
    for (int i = 0; i < BILLING; i++)
        take(doc, billing[i][0], json_object_get(doc, billing[i][1]));
}

bool fieldedge_apply(struct sandbox *box, struct row *row, json_t *body,
                     json_t *errors)
{
    bool is_new = row->seq == 0;

    if (row->doc == NULL)
        row->doc = json_object();
    if (is_new || box->switches[SW_FIELDEDGE_PUT] == PUT_REPLACE)
        blank_record(row->doc);
    if (json_object_get(body, "customerId") != NULL)
        wrong(errors, "customerId", "INVALID_VALUE", "must not be sent");
    lay_over(row->doc, body, errors);
    check_whole(errors, row->doc);
    if (is_new)
        copy_to_billing(row->doc);
    return json_array_size(errors) == 0;
}

/* +12145550198 is shown as +1-214-555-0198, others as they are. */
static json_t *phone_shown(const char *phone)
{
    char *shown;
    json_t *value;

    if (phone == NULL)
        return json_null();
    if (strlen(phone) != 12 || strncmp(phone, "+1", 2) != 0 ||
        !is_all_digits(phone + 1))
        return json_string(phone);
    shown = print("+1-%.3s-%.3s-%s", phone + 2, phone + 5, phone + 8);
    value = json_string(shown);
    free(shown);
    return value;
}

json_t *fieldedge_read(const struct row *row)
{
    json_t *doc = row->doc;
    json_t *view = json_object();
    const char *company = member(doc, "companyName");
    const char *first = member(doc, "firstName");
    const char *last = member(doc, "lastName");
    char *person = print("%s%s%s", first == NULL ? "" : first,
                         first == NULL || last == NULL ? "" : " ",
                         last == NULL ? "" : last);

    json_object_set_new(view, "id", json_string(row->id));
    for (int i = 0; i < NAMES; i++)
        take(view, names[i][1], json_object_get(doc, names[i][1]));
    json_object_set_new(view, "displayName",
                        json_string(is_blank(company) ? person : company));
    json_object_set_new(view, "primaryPhone",
                        phone_shown(member(doc, "primaryPhone")));
    for (int i = 0; i < BILLING; i++)
        take(view, billing[i][0], json_object_get(doc, billing[i][0]));
    for (int i = 0; i < METHODS; i++)
        take(view, methods[i][1], json_object_get(doc, methods[i][1]));
    free(person);
    return view;
}

json_t *fieldedge_view(struct sandbox *box, const struct row *row)
{
    json_t *view = fieldedge_read(row);

    (void)box;
    for (int i = 0; i < 2; i++)
        take(view, opt_ins[i], json_object_get(row->doc, opt_ins[i]));
    return view;
}

/* Takes read names and write names alike. */
void fieldedge_merge(struct sandbox *box, struct row *row, json_t *record)
{
    const char *id = member(record, "id");
    json_t *ignored = json_array();
    json_t *value;
    const char *name;

    (void)box;
    if (row->id == NULL) {
        row->id = id == NULL ? uuid_make() : copy(id);
        row->doc = json_object();
        blank_record(row->doc);
        lay_over(row->doc, record, ignored);
        copy_to_billing(row->doc);
    } else {
        lay_over(row->doc, record, ignored);
    }
    json_decref(ignored);
    json_object_foreach(record, name,
                        value) if (json_object_get(row->doc, name) != NULL)
        json_object_set(row->doc, name, value);
}

void fieldedge_keys(const struct row *row, struct keyset *set)
{
    keyset_add(set, "email", fold(member(row->doc, "primaryEmail")));
    keyset_add(set, "phone", digits(member(row->doc, "primaryPhone")));
    keyset_add(set, "first", fold(member(row->doc, "firstName")));
    keyset_add(set, "at:address1", fold(member(row->doc, "address1")));
    keyset_add(set, "at:address2", fold(member(row->doc, "address2")));
    keyset_add(set, "at:city", fold(member(row->doc, "city")));
    keyset_add(set, "at:state", fold(member(row->doc, "state")));
    keyset_add(set, "at:zip", fold(member(row->doc, "zip")));
}
