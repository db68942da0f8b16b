/*
 * sign.h - the headers that prove a request, and who fills their templates.
 *
 * The base string, its HMAC and the headers are described by the provider's
 * file (struct sign_spec). Pure: time is passed in, nothing is sent.
 */
#ifndef SYNC_SIGN_H
#define SYNC_SIGN_H

#include "sync/config.h"
#include "sync/http.h"

/*
 * Who answers for the {names} of a template: the values of the call first, then
 * the account's settings. Values are texts followed by a NUL byte.
 */
struct lookup {
    const struct account *account; /* or NULL */
    const struct setting *values;
    size_t count;
};

/* A template_value; self is a struct lookup. */
const char *lookup_value(const void *self, const char *name);

struct signing {
    const char *method;
    struct text path; /* as sent, escaped, without base_url and query */
    struct text body; /* the bytes that are sent; at NULL: none */
    int64_t now_ms;
};

/*
 * The headers of the signature, in the arena; none when the provider does not
 * sign. STOP 78 when a template names a value that is not there.
 */
enum status sign_request(const struct account *account,
                         const struct signing *signing, struct arena *arena,
                         struct http_header **headers, size_t *count,
                         struct err *err);
/* The base string alone: for tests and for `check`. */
enum status sign_base(const struct account *account,
                      const struct signing *signing, struct arena *arena,
                      struct text *base, struct err *err);

/* Fills templates of headers (values are not escaped). STOP 78 as above. */
enum status fill_headers(const struct pairs *pairs, const struct lookup *lookup,
                         struct arena *arena, struct http_header *headers,
                         struct err *err);

#endif
