/*
 * kounta.h - what Kounta's files share.
 */
#ifndef SANDBOX_KOUNTA_H
#define SANDBOX_KOUNTA_H

#include "sandbox.h"

/* A path below /v1/companies without its extension, in pieces or NULL. */
struct place {
    char *path;         /* owned; the pieces point into it */
    const char *suffix; /* ".json" or "" */
    char *company, *what, *id, *part, *part_id;
};

void kounta_error(struct call *call, unsigned status, const char *message);

/* kounta_auth.c. False: answered with 401. */
bool kounta_auth(struct call *call);
void kounta_identify(struct call *call);
void kounta_token(struct call *call);
void kounta_authorize(struct call *call);

/* kounta_find.c: the list and the look-ups. */
void kounta_find(struct call *call, const struct place *place);
/* Where a record is, as the client is told; caller frees. */
char *kounta_location(struct call *call, const struct place *place, int64_t id);

/* kounta_customer.c. False: `message` says why, caller frees it. */
bool kounta_apply(struct call *call, struct row *row, json_t *body,
                  char **message);
/* A record as that client sees it: in full, in a list, its addresses. */
json_t *kounta_full(struct sandbox *box, const struct row *row, int client);
json_t *kounta_brief(struct sandbox *box, const struct row *row, int client);
json_t *kounta_addresses(struct sandbox *box, const struct row *row);
/* The full record of the first client, without the two meaningless stamps. */
json_t *kounta_view(struct sandbox *box, const struct row *row);
void kounta_merge(struct sandbox *box, struct row *row, json_t *record);
void kounta_keys(const struct row *row, struct keyset *set);

/* hooks.c: /v1/companies/{company}/webhooks, and /{id} unless NULL. */
void hooks_handle(struct call *call, const char *id);
/* Tells the subscribers of customers/EVENT. */
void hooks_fire(struct sandbox *box, const struct row *row, const char *event);

#endif
