/*
 * customer.c - the table of fields, and a customer's values.
 */
#include "mappings/customer.h"

#include "mappings/yaml.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field_row {
    const char *name;
    enum type type;
};

static const struct field_row fixed[FIELD_FIXED] = {
    [FIELD_REFERENCE_ID] = {"reference_id", TYPE_ID},
    [FIELD_NAME] = {"name", TYPE_TEXT},
    [FIELD_COMPANY] = {"company", TYPE_TEXT},
    [FIELD_FIRST_NAME] = {"first_name", TYPE_TEXT},
    [FIELD_LAST_NAME] = {"last_name", TYPE_TEXT},
    [FIELD_EMAIL] = {"email", TYPE_EMAIL},
    [FIELD_PHONE] = {"phone", TYPE_PHONE},
    [FIELD_MOBILE] = {"mobile", TYPE_PHONE},
    [FIELD_WEBSITE] = {"website", TYPE_URL},
    [FIELD_IMAGE] = {"image", TYPE_URL},
    [FIELD_TAX_NUMBER] = {"tax_number", TYPE_TEXT},
    [FIELD_NOTES] = {"notes", TYPE_TEXT},
    [FIELD_STATUS] = {"status", TYPE_STATUS},
    [FIELD_BILLING_STREET] = {"billing.street", TYPE_TEXT},
    [FIELD_BILLING_STREET2] = {"billing.street2", TYPE_TEXT},
    [FIELD_BILLING_CITY] = {"billing.city", TYPE_TEXT},
    [FIELD_BILLING_STATE] = {"billing.state", TYPE_TEXT},
    [FIELD_BILLING_POSTAL_CODE] = {"billing.postal_code", TYPE_TEXT},
    [FIELD_BILLING_COUNTRY] = {"billing.country", TYPE_COUNTRY},
    [FIELD_SHIPPING_STREET] = {"shipping.street", TYPE_TEXT},
    [FIELD_SHIPPING_STREET2] = {"shipping.street2", TYPE_TEXT},
    [FIELD_SHIPPING_CITY] = {"shipping.city", TYPE_TEXT},
    [FIELD_SHIPPING_STATE] = {"shipping.state", TYPE_TEXT},
    [FIELD_SHIPPING_POSTAL_CODE] = {"shipping.postal_code", TYPE_TEXT},
    [FIELD_SHIPPING_COUNTRY] = {"shipping.country", TYPE_COUNTRY},
    [FIELD_TAGS] = {"tags", TYPE_LIST},
    [FIELD_CONTACT_METHODS] = {"contact_methods", TYPE_METHODS},
    [FIELD_ACCEPTS_MARKETING] = {"accepts_marketing", TYPE_BOOLEAN},
    [FIELD_ACCEPTS_SMS] = {"accepts_sms", TYPE_BOOLEAN},
    [FIELD_CONTACTS] = {"contacts", TYPE_CONTACTS},
    [FIELD_CREATED_AT] = {"created_at", TYPE_TIME},
    [FIELD_UPDATED_AT] = {"updated_at", TYPE_TIME},
};

/* Metafield labels are sentences at times; longer is no name. */
enum { CUSTOM_NAME_MAX = 160 };

/* "custom.NAME" of the numbers from FIELD_FIXED on; they live as long as the
 * process, as the numbers do. */
static char *custom[CUSTOM_MAX];
static size_t custom_count;
/* The same in the order of names: found by halves, and written in an order that
 * is no run's own. */
static enum field custom_sorted[CUSTOM_MAX];

const char *field_name(enum field field)
{
    if (field < 0)
        return "";
    if (field < FIELD_FIXED)
        return fixed[field].name;
    assert((size_t)field < field_count());
    return custom[field - FIELD_FIXED];
}

enum type field_type(enum field field)
{
    return field >= 0 && field < FIELD_FIXED ? fixed[field].type : TYPE_TEXT;
}

enum field field_custom(size_t i)
{
    return i < custom_count ? custom_sorted[i] : FIELD_NONE;
}

/* How many custom names stand before this one. */
static size_t custom_before(struct text name)
{
    size_t low = 0, high = custom_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(text_of(field_name(custom_sorted[middle])), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum field field_named(struct text name)
{
    enum field field;

    if (text_starts(name, "custom.")) {
        field = field_custom(custom_before(name));
        return text_is(name, field_name(field)) ? field : FIELD_NONE;
    }
    for (int i = 0; i < FIELD_FIXED; i++)
        if (text_is(name, fixed[i].name))
            return (enum field)i;
    return FIELD_NONE;
}

enum field field_define(struct text name)
{
    enum field known = field_named(name);
    size_t before;
    char *copy;

    if (known != FIELD_NONE)
        return known;
    if (!text_starts(name, "custom.") || name.size == strlen("custom.") ||
        name.size > CUSTOM_NAME_MAX || custom_count == CUSTOM_MAX)
        return FIELD_NONE;
    copy = strndup(name.at, name.size);
    if (copy == NULL)
        abort();
    before = custom_before(name);
    memmove(&custom_sorted[before + 1], &custom_sorted[before],
            (custom_count - before) * sizeof(custom_sorted[0]));
    custom_sorted[before] = (enum field)(FIELD_FIXED + (int)custom_count);
    custom[custom_count++] = copy;
    return custom_sorted[before];
}

size_t field_count(void)
{
    return FIELD_FIXED + custom_count;
}

const char *field_suggest(struct text name)
{
    const char *names[FIELD_FIXED + CUSTOM_MAX + 1];
    char word[CUSTOM_NAME_MAX + 1];
    size_t count = field_count();

    if (name.size == 0 || name.size > CUSTOM_NAME_MAX)
        return NULL;
    memcpy(word, name.at, name.size);
    word[name.size] = '\0';
    for (size_t i = 0; i < count; i++)
        names[i] = field_name((enum field)i);
    names[count] = NULL;
    return suggest(word, names);
}

/* --- one customer ---------------------------------------------------------*/

struct customer *customer_new(struct arena *arena)
{
    struct customer *customer = arena_take(arena, sizeof(*customer));

    customer->count = field_count();
    customer->values =
        arena_take(arena, customer->count * sizeof(*customer->values));
    return customer;
}

const struct value *customer_get(const struct customer *customer,
                                 enum field field)
{
    static const struct value absent = {.presence = VALUE_ABSENT};

    if (field < 0 || (size_t)field >= customer->count)
        return &absent;
    return &customer->values[field];
}

struct text customer_text(const struct customer *customer, enum field field)
{
    const struct value *value = customer_get(customer, field);

    return value->presence == VALUE_SET ? value->text : (struct text){0};
}

bool customer_has(const struct customer *customer, enum field field)
{
    return customer_get(customer, field)->presence == VALUE_SET;
}

void customer_set(struct customer *customer, enum field field, struct text text)
{
    /* Mappings, and with them all fields, are loaded before any customer. */
    assert(field >= 0 && (size_t)field < customer->count);
    customer->values[field] =
        (struct value){.presence = VALUE_SET, .text = text};
}

/* What a stranger wrote may reach a terminal: control characters do not, and
 * no character is cut in two. */
static void tidy(char *message)
{
    size_t end = strlen(message);

    while (end > 0 && !text_is_utf8((struct text){message, end}))
        message[--end] = '\0';
    for (size_t i = 0; i < end; i++)
        if ((unsigned char)message[i] < 0x20 || message[i] == 0x7f)
            message[i] = ' ';
}

static struct problem *add_problem(struct customer *customer,
                                   struct arena *arena, enum field field,
                                   const char *code, const char *format,
                                   va_list arguments)
{
    struct problem *problem = arena_take(arena, sizeof(*problem));
    struct problem **end = &customer->problems;

    problem->field = field;
    problem->code = code;
    (void)vsnprintf(problem->message, sizeof(problem->message), format,
                    arguments);
    tidy(problem->message);
    while (*end != NULL)
        end = &(*end)->next;
    *end = problem;
    return problem;
}

void customer_problem(struct customer *customer, struct arena *arena,
                      enum field field, bool fatal, const char *code,
                      const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_problem(customer, arena, field, code, format, arguments)->fatal = fatal;
    va_end(arguments);
}

void customer_notice(struct customer *customer, struct arena *arena,
                     enum field field, const char *code, const char *format,
                     ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_problem(customer, arena, field, code, format, arguments)->notice = true;
    va_end(arguments);
}

void customer_once(struct customer *customer, struct arena *arena,
                   enum field field, const char *code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_problem(customer, arena, field, code, format, arguments)->once = true;
    va_end(arguments);
}
