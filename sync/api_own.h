/*
 * api_own.h - what the api*.c files share.
 */
#ifndef SYNC_API_OWN_H
#define SYNC_API_OWN_H

#include "sync/api.h"

struct call *api_call(struct client *client, const char *name,
                      const struct request_spec *spec, enum safety safety);
/* Adds copies of the values to those the call has. */
void api_values(struct call *call, const struct setting *values, size_t count);
void api_body(struct call *call, const struct node *body);
/* An id out of a reply as it may be kept and shown: empty when it is none, or
 * has a secret of ours in it. */
struct text api_id_shown(struct client *client, const struct call *call,
                         struct text id);
/* The id in the address of one record of the provider's; empty when it is the
 * address of anything else. */
struct text api_id_of_address(struct client *client, const struct call *call,
                              struct text location);
/*
 * The elements of an array as records. REJECT when one is no object or has no
 * id, or there are more than most.
 */
enum status api_records(struct client *client, const struct call *call,
                        const struct node *list, size_t most,
                        struct api_record **records, size_t *count,
                        struct err *err);

#endif
