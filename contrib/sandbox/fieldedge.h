/*
 * fieldedge.h - what FieldEdge's files share.
 */
#ifndef SANDBOX_FIELDEDGE_H
#define SANDBOX_FIELDEDGE_H

#include "sandbox.h"

/* `errors` is borrowed and may be NULL. */
void fieldedge_error(struct call *call, unsigned status, const char *code,
                     const char *message, json_t *errors);

/* Lays a write over the row. False: `errors` (borrowed) says why. */
bool fieldedge_apply(struct sandbox *box, struct row *row, json_t *body,
                     json_t *errors);
/* What the API shows, and what the provider holds. */
json_t *fieldedge_read(const struct row *row);
json_t *fieldedge_view(struct sandbox *box, const struct row *row);
void fieldedge_merge(struct sandbox *box, struct row *row, json_t *record);
void fieldedge_keys(const struct row *row, struct keyset *set);

/* fieldedge_search.c */
void fieldedge_search(struct call *call);
void fieldedge_by_address(struct call *call);

#endif
