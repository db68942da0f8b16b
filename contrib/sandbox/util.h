/*
 * util.h - text, JSON, time and crypto in the few forms the sandbox needs.
 *
 * Texts that are returned as char * belong to the caller, who frees them.
 */
#ifndef SANDBOX_UTIL_H
#define SANDBOX_UTIL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory that is never NULL. */
void *must_alloc(void *pointer);
char *copy(const char *text);
char *print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Outer blanks off, inner ones one space, lower case; NULL for NULL. */
char *fold(const char *text);
char *trim(const char *text);
char *digits(const char *text);
size_t characters(const char *text); /* of UTF-8 */
bool is_blank(const char *text);
bool is_email(const char *text);
bool is_uuid(const char *text, bool only_v4);
bool is_all_digits(const char *text);
/* Whole text, in 0 to max. */
bool parse_number(const char *text, int64_t max, int64_t *number);
/* Whether this compact text is what JSON.stringify would have written. */
bool is_stringified(const char *text, size_t size);

/* Borrowed text of a member, or NULL. */
const char *member(const json_t *object, const char *name);
/* A copy of the member that the other object has; null when it has none. */
void take(json_t *to, const char *name, json_t *value);

int64_t now_ms(void); /* UTC, as the sandbox's own clock has it */
void clock_shift(int64_t ms);
char *http_date(int64_t ms);
char *iso_time(int64_t ms, const char *zone, bool with_ms);

char *random_hex(size_t bytes);
char *uuid_make(void);
char *sha256_hex(const void *data, size_t size);
char *hmac_hex(const char *key, const void *data, size_t size);
bool same_secret(const char *a, const char *b);
/* "id:secret" out of "Basic ...", or NULL. */
char *basic_decode(const char *header);
/* Value of a form body's field, decoded, or NULL. */
char *form_value(const char *body, const char *name);
char *url_encode(const char *text);

#endif
