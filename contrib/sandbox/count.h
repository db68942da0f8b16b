/*
 * count.h - what COUNT's files share.
 */
#ifndef SANDBOX_COUNT_H
#define SANDBOX_COUNT_H

#include "sandbox.h"

/* Signature, then bearer. False: answered with 401. */
bool count_signed(struct call *call);
bool count_bearer(struct call *call);
/* The two token endpoints; the start of a consent, and its page. */
void count_token(struct call *call, bool is_refresh);
void count_authorize(struct call *call, bool page);

/* An error in the shape that the switch asks for; takes errors, maybe NULL. */
void count_error(struct call *call, unsigned status, const char *code,
                 const char *message, json_t *errors);

/* What became of one write. */
struct count_write {
    json_t *errors;   /* owned; of {field, message} */
    json_t *warnings; /* owned; of {field, reason, message} */
    bool is_clash;    /* the email is another customer's */
};

/*
 * Lays a write over the row, which stays in memory: the caller saves it when
 * this says true. The row's doc is changed either way.
 */
bool count_apply(struct sandbox *box, struct row *row, json_t *body,
                 struct count_write *result);
json_t *count_view(struct sandbox *box, const struct row *row);
void count_merge(struct sandbox *box, struct row *row, json_t *record);
void count_keys(const struct row *row, struct keyset *set);

void count_bulk(struct call *call, bool is_update);

#endif
