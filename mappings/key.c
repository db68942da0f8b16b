/*
 * key.c - what identifies a customer, in the form in which it is compared.
 */
#include "mappings/clean.h"
#include "mappings/fold.h"

#include <string.h>

/* A name of more words is a sentence; the rest is not compared. */
enum { WORDS_MAX = 32 };

static const char *const names[KEY_COUNT] = {
    [KEY_REFERENCE_ID] = "reference_id",
    [KEY_EMAIL] = "email",
    [KEY_MOBILE] = "mobile",
    [KEY_NAME_PHONE] = "name+phone",
};

const char *key_name(enum key key)
{
    return names[key];
}

const enum field *key_fields(enum key key)
{
    static const enum field fields[KEY_COUNT][4] = {
        [KEY_REFERENCE_ID] = {FIELD_REFERENCE_ID, FIELD_NONE},
        [KEY_EMAIL] = {FIELD_EMAIL, FIELD_NONE},
        [KEY_MOBILE] = {FIELD_MOBILE, FIELD_NONE},
        [KEY_NAME_PHONE] = {FIELD_FIRST_NAME, FIELD_LAST_NAME, FIELD_PHONE,
                            FIELD_NONE},
    };

    return fields[key];
}

bool key_named(struct text name, enum key *out)
{
    for (int i = 0; i < KEY_COUNT; i++)
        if (text_is(name, names[i])) {
            *out = (enum key)i;
            return true;
        }
    return false;
}

/* E.164 of a number that is valid, whoever filled the field in. */
static struct text valid_number(struct text text, struct arena *arena,
                                bool *mobile)
{
    static const char *const nowhere[4] = {NULL};
    struct text e164;

    if (text.size == 0 || !clean_phone(text, nowhere, arena, &e164, mobile))
        return (struct text){0};
    return e164;
}

static struct text name_phone(const struct customer *customer,
                              struct arena *arena)
{
    struct text first = customer_text(customer, FIELD_FIRST_NAME);
    struct text last = customer_text(customer, FIELD_LAST_NAME);
    struct text phone = customer_text(customer, FIELD_PHONE);
    bool mobile;

    if (first.size == 0 || last.size == 0 || phone.size == 0)
        return (struct text){0};
    for (int i = 0; i < KEY_NAME_PHONE; i++)
        if (customer_key(customer, (enum key)i, arena).size > 0)
            return (struct text){0};
    first = fold_name(first, arena);
    last = fold_name(last, arena);
    phone = valid_number(phone, arena, &mobile);
    if (first.size == 0 || last.size == 0 || phone.size == 0)
        return (struct text){0};
    return arena_print(arena, "%.*s\x1f%.*s\x1f%.*s", TEXT_ARGS(first),
                       TEXT_ARGS(last), TEXT_ARGS(phone));
}

static struct text normal(const struct customer *customer, enum key key,
                          struct arena *arena)
{
    struct text text = {0};
    bool mobile = false;

    switch (key) {
    case KEY_REFERENCE_ID:
        return customer_text(customer, FIELD_REFERENCE_ID);
    case KEY_EMAIL:
        text = customer_text(customer, FIELD_EMAIL);
        return text.size > 0 ? email_fold(text, arena) : text;
    case KEY_MOBILE:
        text =
            valid_number(customer_text(customer, FIELD_MOBILE), arena, &mobile);
        return mobile ? text : (struct text){0};
    case KEY_NAME_PHONE:
        return name_phone(customer, arena);
    case KEY_COUNT:
        break;
    }
    return text;
}

struct text customer_key(const struct customer *customer, enum key key,
                         struct arena *arena)
{
    struct text text = normal(customer, key, arena);

    if (text.size > 0 && is_placeholder(key, text))
        return (struct text){0};
    return text;
}

/* --- names ----------------------------------------------------------------*/

struct words {
    struct text list[WORDS_MAX];
    size_t count;
};

static void add_words(struct words *words, struct text name,
                      struct arena *arena)
{
    struct text folded = fold_name(name, arena);
    size_t at = 0, begin = 0, end = 0;

    while (words->count < WORDS_MAX && end < folded.size) {
        end = at;
        if (at < folded.size && fold_is_word(fold_next(folded, &at)))
            continue;
        if (end > begin)
            words->list[words->count++] =
                (struct text){folded.at + begin, end - begin};
        begin = at;
    }
}

static void words_of(struct words *words, const struct customer *customer,
                     struct arena *arena)
{
    words->count = 0;
    add_words(words, customer_text(customer, FIELD_FIRST_NAME), arena);
    add_words(words, customer_text(customer, FIELD_LAST_NAME), arena);
    add_words(words, customer_text(customer, FIELD_NAME), arena);
    /* Two people of one company are two people; but where nobody is named the
     * company is who it is. */
    if (words->count == 0)
        add_words(words, customer_text(customer, FIELD_COMPANY), arena);
}

bool customer_names_differ(const struct customer *a, const struct customer *b,
                           struct arena *arena)
{
    struct words left, right;

    words_of(&left, a, arena);
    words_of(&right, b, arena);
    for (size_t i = 0; i < left.count; i++)
        for (size_t j = 0; j < right.count; j++)
            if (text_equal(left.list[i], right.list[j]))
                return false;
    return left.count > 0 && right.count > 0;
}
