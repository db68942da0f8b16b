/*
 * customer.h - the record in our own words: the hub every mapping speaks to.
 *
 * One flat set of named fields; a field's type says how its values are cleaned,
 * compared and shown. A custom field (custom.NAME) gets its number when a
 * mapping that names it is loaded; numbers hold for one process only, stores
 * and files use names.
 */
#ifndef MAPPINGS_CUSTOMER_H
#define MAPPINGS_CUSTOMER_H

#include "formats/arena.h"
#include "formats/err.h"
#include "formats/node.h"

/* Stores hold the numbers of the fixed ones: a new field goes to their end. */
enum field {
    FIELD_NONE = -1,
    FIELD_REFERENCE_ID,
    FIELD_NAME,
    FIELD_COMPANY,
    FIELD_FIRST_NAME,
    FIELD_LAST_NAME,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_MOBILE,
    FIELD_WEBSITE,
    FIELD_IMAGE,
    FIELD_TAX_NUMBER,
    FIELD_NOTES,
    FIELD_STATUS,
    FIELD_BILLING_STREET,
    FIELD_BILLING_STREET2,
    FIELD_BILLING_CITY,
    FIELD_BILLING_STATE,
    FIELD_BILLING_POSTAL_CODE,
    FIELD_BILLING_COUNTRY,
    FIELD_SHIPPING_STREET,
    FIELD_SHIPPING_STREET2,
    FIELD_SHIPPING_CITY,
    FIELD_SHIPPING_STATE,
    FIELD_SHIPPING_POSTAL_CODE,
    FIELD_SHIPPING_COUNTRY,
    FIELD_TAGS,
    FIELD_CONTACT_METHODS,
    FIELD_ACCEPTS_MARKETING,
    FIELD_ACCEPTS_SMS,
    FIELD_CONTACTS,
    FIELD_CREATED_AT,
    FIELD_UPDATED_AT,
    FIELD_FIXED /* custom fields are numbered from here */
};

enum { CUSTOM_MAX = 500 };

enum type {
    TYPE_ID,
    TYPE_TEXT,
    TYPE_EMAIL,
    TYPE_PHONE,
    TYPE_URL,
    TYPE_STATUS,
    TYPE_COUNTRY,
    TYPE_BOOLEAN,
    TYPE_LIST,
    TYPE_METHODS, /* list of email, phone, sms */
    TYPE_CONTACTS,
    TYPE_TIME,
};

/* "billing.city"; custom fields "custom.NAME". */
const char *field_name(enum field field);
enum type field_type(enum field field);
/* By the exact name; FIELD_NONE when there is none. */
enum field field_named(struct text name);
/* As above, and registers custom.NAME when new; FIELD_NONE when full. */
enum field field_define(struct text name);
/* The custom field that is the i-th in the order of names; FIELD_NONE past the
 * last one. */
enum field field_custom(size_t i);
/* How many numbers are in use now: FIELD_FIXED and the custom ones. */
size_t field_count(void);
/* The nearest known name for "did you mean", or NULL. */
const char *field_suggest(struct text name);

enum presence {
    VALUE_ABSENT = 0, /* the column or member is not there: says nothing */
    VALUE_BLANK,      /* it is there and empty; only --blank clear cares */
    VALUE_BAD,        /* it is there and unusable; treated as absent */
    VALUE_SET,
};

/*
 * text is the canonical form: what is stored and what a writer starts from.
 *   id, text, url      as given, outer blanks and invisible characters off
 *   email              as given, trimmed     phone     E.164
 *   country            alpha-2               boolean   "true" "false"
 *   status             "active" "inactive"   time      "2026-11-20T01:02:03Z"
 *   lists              JSON array of texts   contacts  JSON array of objects
 */
struct value {
    enum presence presence;
    struct text text; /* of VALUE_SET */
    struct text raw; /* what stood outside, for messages and for text targets */
};

struct problem {
    enum field field; /* FIELD_NONE: the row */
    bool fatal;       /* the row is invalid; else the value was left out */
    bool notice;      /* only odd, or mended without loss: `check` counts it, a
                         sync does not report it */
    bool once;        /* the mapping's doing and true of many rows: a sync tells
                         it of the first, by its message */
    const char *code; /* static: "bad_email" */
    char message[200]; /* holds no more of a person than the value at fault */
    struct problem *next;
};

struct customer {
    size_t count; /* == field_count() when it was made */
    struct value *values;
    struct problem *problems; /* in order of appearance */
};

struct customer *customer_new(struct arena *arena);
/* A value of a field; a static absent one for numbers past the end. */
const struct value *customer_get(const struct customer *customer,
                                 enum field field);
struct text customer_text(const struct customer *customer, enum field field);
bool customer_has(const struct customer *customer, enum field field);
void customer_set(struct customer *customer, enum field field,
                  struct text text); /* borrowed */
void customer_problem(struct customer *customer, struct arena *arena,
                      enum field field, bool fatal, const char *code,
                      const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* A problem that is a notice. */
void customer_notice(struct customer *customer, struct arena *arena,
                     enum field field, const char *code, const char *format,
                     ...) __attribute__((format(printf, 5, 6)));
/* A problem that is told once; the message says nothing of the row. */
void customer_once(struct customer *customer, struct arena *arena,
                   enum field field, const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * As one JSON object {"email":"..","billing.city":"..","tags":["a"]} of the
 * fields that are set (blank ones as null when with_blank), fields in order.
 * The form in which find prints, people are shown and files are written. Lists
 * and contacts are real JSON arrays; booleans true and false.
 */
void customer_write(struct buffer *out, const struct customer *customer,
                    bool with_blank);
/* The same with blanks, in the arena. */
struct text customer_json(const struct customer *customer, struct arena *arena);
/* One of its values alone, as it stands there; null when it is not set. */
void customer_write_value(struct buffer *out, enum field field,
                          const struct value *value);
/* Back again. REJECT when it is not such an object. Unknown names are left. */
enum status customer_parse(struct customer **out, struct text json,
                           struct arena *arena, struct err *err);

/*
 * As the store and the spool keep it: values that are set or blank, no problems
 * and no raw. The same values give the same bytes in every run, of whatever
 * numbers its custom fields are, and {} when there are none. Older stores hold
 * the JSON object; both are read, and only this is written.
 */
struct text customer_pack(const struct customer *customer, struct arena *arena);
/*
 * As above; but where kept says the same as JSON, kept itself, so that whoever
 * compares bytes sees no change of form. *same: so it does.
 */
struct text customer_pack_over(struct text kept,
                               const struct customer *customer,
                               struct arena *arena, bool *same);
/* Whether a text is one of the two forms, and not a JSON list, say. */
bool customer_is_kept(struct text text);
/*
 * Back again; an empty text is an empty customer, and names that nobody has
 * defined are left. The values are in the arena. STOP 70 when it is broken.
 */
enum status customer_unpack(struct text kept, struct arena *arena,
                            struct customer **out, struct err *err);
/* The JSON object of what is kept, with the names that nobody has defined. */
enum status customer_unpack_json(struct text kept, struct arena *arena,
                                 struct text *json, struct err *err);

/*
 * Comparison form of a canonical text: two values are the same exactly when
 * their folds are equal. Text: NFC, inner blanks collapsed, case kept; email:
 * case and IDNA folded; lists: sorted, folded elements.
 */
struct text value_fold(enum field field, struct text canonical,
                       struct arena *arena);
bool value_same(enum field field, struct text a, struct text b,
                struct arena *arena);
/* The same of what two customers have of it; neither has one is the same too.
 */
bool customer_same(enum field field, const struct customer *a,
                   const struct customer *b, struct arena *arena);
/*
 * List elements of a canonical list text, in order; *count texts.
 */
struct text *value_elements(struct text list, struct arena *arena,
                            size_t *count);
struct text value_list(const struct text *elements, size_t count,
                       struct arena *arena);
/* Whether it merges by element: a list whose elements have no other identity
 * than their text. */
bool value_unites(enum field field);
/* held + (now - said) - (said - now), by folded element. */
struct text value_merge_list(struct text held, struct text said,
                             struct text now, struct arena *arena);

/* --- identity -------------------------------------------------------------*/

enum key { KEY_REFERENCE_ID, KEY_EMAIL, KEY_MOBILE, KEY_NAME_PHONE, KEY_COUNT };

const char *key_name(enum key key); /* "reference_id" ... "name+phone" */
bool key_named(struct text name, enum key *out);
/* The fields that a key is made of, ended by FIELD_NONE: all have to be there.
 */
const enum field *key_fields(enum key key);
/*
 * The key in normal form, or empty when the customer has none: absent, a
 * placeholder (mappings/data/placeholders.txt), or no valid number.
 */
struct text customer_key(const struct customer *customer, enum key key,
                         struct arena *arena);
/*
 * Names for comparing people: case folded, marks stripped, words split at
 * anything not a letter or digit. True when both have words and share none.
 */
bool customer_names_differ(const struct customer *a, const struct customer *b,
                           struct arena *arena);

#endif
