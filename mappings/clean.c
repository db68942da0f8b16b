/*
 * clean.c - from an outside text to a value, by the field's type.
 */
#include "mappings/cleaners.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text shown(struct text text)
{
    if (text.size <= SHOWN_MAX)
        return text;
    text.size = SHOWN_MAX;
    while (text.size > 0 && !text_is_utf8(text))
        text.size--;
    return text;
}

void wash_bad(const struct washing *washing, const char *code,
              const char *format, ...)
{
    char message[sizeof(((struct problem *)NULL)->message)];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    washing->value->presence = VALUE_BAD;
    washing->value->text = (struct text){0};
    wash_warn(washing, code, "%s", message);
}

void wash_set(const struct washing *washing, struct text canonical)
{
    washing->value->presence = VALUE_SET;
    washing->value->text = canonical;
}

bool clean_boolean(struct text raw, bool *out)
{
    static const char *const words[2][5] = {
        {"no", "false", "0", "n", "off"},
        {"yes", "true", "1", "y", "on"},
    };
    struct text text = text_trim(raw);

    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 5; i++)
            if (text_is_nocase(text, words[truth][i])) {
                *out = truth == 1;
                return true;
            }
    return false;
}

/* Types whose words are few: one that says nothing is blank, not wrong. */
static void wash_unknown(const struct washing *washing, struct text text,
                         const char *code, const char *what)
{
    if (is_blank_word(text)) {
        washing->value->presence = VALUE_BLANK;
        return;
    }
    wash_bad(washing, code, "\"%.*s\" is %s", TEXT_ARGS(shown(text)), what);
}

static void wash_boolean(const struct washing *washing, struct text text)
{
    bool truth;

    if (clean_boolean(text, &truth))
        wash_set(washing, truth ? TEXT("true") : TEXT("false"));
    else
        wash_unknown(washing, text, "bad_boolean", "neither yes nor no");
}

static void wash_status(const struct washing *washing, struct text text)
{
    if (text_is_nocase(text, "active"))
        wash_set(washing, TEXT("active"));
    else if (text_is_nocase(text, "inactive"))
        wash_set(washing, TEXT("inactive"));
    else
        wash_unknown(washing, text, "bad_status",
                     "neither active nor inactive");
}

static void wash_country(const struct washing *washing, struct text text)
{
    enum country_found found = COUNTRY_NONE;
    struct text alpha2;

    /* NA is Namibia, N/A is not. */
    if (text.size == 2 || !is_blank_word(text))
        found = country_read(text, washing->arena, &alpha2);
    if (found == COUNTRY_ONE)
        wash_set(washing, alpha2);
    else if (found == COUNTRY_SEVERAL)
        wash_bad(washing, "bad_country",
                 "\"%.*s\" is the name of more than one country",
                 TEXT_ARGS(shown(text)));
    else
        wash_unknown(washing, text, "bad_country", "no country that we know");
}

/* "0000-00-00 00:00:00", "0/0/00": what databases write for no date. */
static bool is_no_date(struct text text)
{
    bool zero = false;

    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == '0')
            zero = true;
        else if (strchr("-/.: TZ", text.at[i]) == NULL)
            return false;
    }
    return zero;
}

static void wash_time(const struct washing *washing, struct text text)
{
    const char *format = washing->cleaning->time_format;
    struct text time;

    if (is_no_date(text))
        washing->value->presence = VALUE_BLANK;
    else if (clean_time(text, format, washing->arena, &time))
        wash_set(washing, time);
    else if (is_serial(text))
        wash_bad(washing, "date_serial",
                 "\"%.*s\" is the number of a day in a spreadsheet: format "
                 "the column as a date, or set format: serial in the mapping",
                 TEXT_ARGS(shown(text)));
    else
        wash_bad(washing, "bad_time", "\"%.*s\" is not a time as %s writes it",
                 TEXT_ARGS(shown(text)), format != NULL ? format : "ISO 8601");
}

static void wash_id(const struct washing *washing, struct text text)
{
    note_id(washing, text);
    wash_set(washing, text);
}

static void warn_error_word(const struct washing *washing, struct text text)
{
    if (is_error_word(text))
        wash_warn(washing, "error_word",
                  "\"%.*s\" is what a spreadsheet shows for an error: it is "
                  "kept",
                  TEXT_ARGS(shown(text)));
}

static void wash_text(const struct washing *washing, struct text text)
{
    warn_error_word(washing, text);
    if (washing->field == FIELD_BILLING_POSTAL_CODE ||
        washing->field == FIELD_SHIPPING_POSTAL_CODE) {
        if (text.at[0] == '\'' && text.size > 1 && text.at[1] >= '0' &&
            text.at[1] <= '9')
            note_apostrophe(washing, text);
        text = wash_postcode(washing, text);
    }
    wash_set(washing, text);
}

static void wash_list(const struct washing *washing, struct text text)
{
    warn_error_word(washing, text);
    clean_list_value(washing, text);
}

/* Cells that say nothing are looked for where a value is a key, a number or a
 * date; a person may well be named Null. */
static bool blank_words_count(enum type type)
{
    return type == TYPE_ID || type == TYPE_EMAIL || type == TYPE_PHONE ||
           type == TYPE_TIME;
}

static void (*const washers[])(const struct washing *, struct text) = {
    [TYPE_ID] = wash_id,
    [TYPE_TEXT] = wash_text,
    [TYPE_EMAIL] = clean_email_value,
    [TYPE_PHONE] = clean_phone_value,
    [TYPE_URL] = wash_text,
    [TYPE_STATUS] = wash_status,
    [TYPE_COUNTRY] = wash_country,
    [TYPE_BOOLEAN] = wash_boolean,
    [TYPE_LIST] = wash_list,
    [TYPE_METHODS] = clean_methods_value,
    [TYPE_CONTACTS] = clean_contacts_value,
    [TYPE_TIME] = wash_time,
};

/*
 * The text without what nobody meant to write. One that was encoded twice is
 * kept as it is, or put right when that was asked for: taking what cannot be
 * seen out of it would make it past mending.
 */
static struct text strip_value(const struct washing *washing, struct text raw)
{
    struct text meant = {0};

    /* The members of contacts are cleaned one by one. */
    if (field_type(washing->field) != TYPE_CONTACTS)
        meant = undouble(raw, washing->arena);
    if (meant.size == 0)
        return clean_text(raw, washing->arena);
    if (washing->cleaning->repair & REPAIR_DOUBLE_ENCODED) {
        wash_note(washing, "double_encoded",
                  "\"%.*s\" was encoded twice and is read as \"%.*s\"",
                  TEXT_ARGS(shown(raw)), TEXT_ARGS(shown(meant)));
        return clean_text(meant, washing->arena);
    }
    wash_warn(washing, "double_encoded",
              "\"%.*s\" looks like \"%.*s\", encoded twice: it is kept",
              TEXT_ARGS(shown(raw)), TEXT_ARGS(shown(meant)));
    return arena_text(washing->arena, text_trim(raw));
}

void clean_value(enum field field, struct text raw,
                 const struct cleaning *cleaning, struct arena *arena,
                 struct customer *customer, struct value *value)
{
    const struct washing washing = {field, cleaning, arena, customer, value};
    enum type type = field_type(field);
    struct text text;

    *value = (struct value){.presence = VALUE_BLANK};
    if (raw.size == 0)
        return;
    value->raw = arena_text(arena, raw);
    if (is_plain_text(raw)) {
        text = text_trim(raw);
        /* A whole copy ends in a NUL as it is; a part of one would not. */
        text = text.size == raw.size ? value->raw : arena_text(arena, text);
    } else if (text_is_utf8(raw)) {
        text = strip_value(&washing, value->raw);
    } else {
        wash_bad(&washing, "bad_encoding", "the value is not UTF-8");
        return;
    }
    if (text.size == 0 || (blank_words_count(type) && is_blank_word(text)))
        return;
    washers[type](&washing, text);
}

enum status clean_open(struct err *err)
{
    enum status status = placeholders_open(err);

    if (status == OK)
        status = countries_open(err);
    return status == OK ? postcodes_open(err) : status;
}
