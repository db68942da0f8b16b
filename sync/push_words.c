/*
 * push_words.c - a provider's own words without whom they are about: messages
 * name a row by its line and a record by its id.
 */
#include "sync/push.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Numbers are written in many ways; of one with its country code and one
 * without, so many digits are the same. */
enum { DIGITS_MIN = 7, DIGITS_MAX = 8 };

/* Whole ones before their parts. */
static const enum field personal[] = {
    FIELD_EMAIL,           FIELD_NAME,
    FIELD_COMPANY,         FIELD_FIRST_NAME,
    FIELD_LAST_NAME,       FIELD_TAX_NUMBER,
    FIELD_BILLING_STREET,  FIELD_SHIPPING_STREET,
    FIELD_BILLING_STREET2, FIELD_SHIPPING_STREET2,
};

static const enum field numbers[] = {FIELD_MOBILE, FIELD_PHONE};

/* Of a word: letters beyond ASCII are part of one. */
static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool ends_word(struct text text, size_t at)
{
    return at >= text.size || !is_letter(text.at[at]) ||
           !is_letter(text.at[at - 1]);
}

/* How many bytes of the words are the value, from there. */
static size_t length_of(struct text words, size_t at, struct text value)
{
    return value.size > 1 && value.size <= words.size - at &&
                   strncasecmp(words.at + at, value.at, value.size) == 0 &&
                   ends_word(words, at + value.size)
               ? value.size
               : 0;
}

/* An address of anybody. */
static size_t length_of_email(struct text words, size_t at)
{
    size_t end = at, sign = 0;

    for (; end < words.size &&
           (is_letter(words.at[end]) || is_one_of("@._%+-'", words.at[end]));
         end++) {
        if (words.at[end] == '@')
            sign = end;
    }
    while (end > at && !is_letter(words.at[end - 1]))
        end--;
    return sign > at && sign + 1 < end ? end - at : 0;
}

/* The last digits of a number, last first; how many it has. */
static size_t last_digits(struct text number, char digits[DIGITS_MAX])
{
    size_t count = 0;

    for (size_t i = number.size; i-- > 0;) {
        if (!isdigit((unsigned char)number.at[i]))
            continue;
        if (count < DIGITS_MAX)
            digits[count] = number.at[i];
        count++;
    }
    return count;
}

static size_t length_of_number(struct text words, size_t at, struct text number)
{
    char theirs[DIGITS_MAX], mine[DIGITS_MAX];
    size_t end = at, least = last_digits(number, mine), count;

    if (words.at[at] != '+' && !isdigit((unsigned char)words.at[at]))
        return 0;
    while (end < words.size && (isdigit((unsigned char)words.at[end]) ||
                                is_one_of("+ -().", words.at[end])))
        end++;
    while (end > at && !isdigit((unsigned char)words.at[end - 1]))
        end--;
    count = last_digits((struct text){words.at + at, end - at}, theirs);
    if (count < least)
        least = count;
    if (least > DIGITS_MAX)
        least = DIGITS_MAX;
    return least >= DIGITS_MIN && memcmp(theirs, mine, least) == 0 ? end - at
                                                                   : 0;
}

/* What stands there of the customer; FIELD_NONE: nothing. */
static enum field find_personal(const struct customer *customer,
                                struct text words, size_t at, size_t *length)
{
    for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++) {
        *length = length_of(words, at, customer_text(customer, personal[i]));
        if (*length > 0)
            return personal[i];
    }
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (!customer_has(customer, numbers[i]))
            continue;
        *length =
            length_of_number(words, at, customer_text(customer, numbers[i]));
        if (*length > 0)
            return numbers[i];
    }
    *length = length_of_email(words, at);
    return *length > 0 ? FIELD_EMAIL : FIELD_NONE;
}

struct text push_words(const struct task *task, struct text words)
{
    struct buffer out = {0};
    struct text said;

    if (task->push->with->policy->verbosity > 0)
        return words;
    for (size_t at = 0; at < words.size;) {
        size_t length = 0;
        enum field field = at == 0 || ends_word(words, at)
                               ? find_personal(task->now, words, at, &length)
                               : FIELD_NONE;

        if (field == FIELD_NONE) {
            buffer_byte(&out, words.at[at++]);
        } else {
            buffer_print(&out, "<%s>", field_name(field));
            at += length;
        }
    }
    said = arena_text(task->arena, buffer_view(&out));
    buffer_free(&out);
    return said;
}
