/*
 * api.h - the calls of a provider as functions: build one, read its reply.
 *
 * Builders fill a struct call of the client; the caller submits it, alone or
 * among others. Readers turn the reply into ids and records. Nothing here waits
 * except the ones that say so.
 */
#ifndef SYNC_API_H
#define SYNC_API_H

#include "sync/client.h"

struct api_record {
    struct text id;
    const struct node *node; /* NULL when only the id is known (redirects) */
};

/*
 * What the provider does not have, or what lacks a value (an empty id, a key
 * that is not given), is refused by client_submit with REJECT: builders never
 * return NULL, except for a page that does not exist. All is copied.
 */
struct call *api_get(struct client *client, struct text id);
/* The same, handed over; its user is id. STOP also where it cannot be asked. */
enum status api_get_for(struct client *client, struct text *id,
                        struct err *err);
/* The harmless call that shows that address and credentials are right. */
struct call *api_probe(struct client *client);
/* values: what the spec's names ask for, already in the target's form. */
struct call *api_find(struct client *client, const struct find_spec *spec,
                      const struct setting *values, size_t count);
struct call *api_create(struct client *client, const struct node *body);
struct call *api_update(struct client *client, struct text id,
                        const struct node *body);
/* rows: the bodies; ids: for updates, else NULL. */
struct call *api_bulk(struct client *client, const struct bulk_spec *spec,
                      struct node *const *rows, const struct text *ids,
                      size_t count);
/* One page of the list. */
struct list_at {
    uint32_t page;     /* from 0; counts on where pages have no numbers */
    struct text place; /* as api_listed gave it with the page before; empty
                          where pages are numbered, and of the first one */
    bool newest;       /* of the list that gives what changed last first */
    bool down; /* from its last page to its first: a page may be behind the last
                  one by now */
};
/* NULL: no such page. */
struct call *api_list(struct client *client, const struct list_at *at);

/* Whether it can name a record: one segment of a path, and not "0". All ids
 * that come from here do. */
bool api_id_valid(struct text id);
/*
 * OK with the records (0: absent). REJECT when the reply is no answer to what
 * was asked (an array where a redirect was due: filter ignored; a redirect to
 * something that is no record; a page of more rows than it shows).
 */
enum status api_found(struct client *client, const struct find_spec *spec,
                      const struct call *call, struct api_record **records,
                      size_t *count, struct err *err);
/* The record of a get; *record NULL when absent. REJECT when it shows another
 * record than the one asked for, or none. */
enum status api_got(struct client *client, const struct call *call,
                    const struct node **record, struct err *err);
/* Id out of a create's reply; empty when the reply has none that is valid, or
 * two. */
struct text api_created_id(struct client *client, const struct call *call);

enum api_row { ROW_OK, ROW_DUPLICATE, ROW_INVALID, ROW_UNKNOWN };
struct api_outcome {
    enum api_row row;
    struct text id;
    struct text message;
};
/*
 * One outcome for each row sent, in the order sent; rows that the reply does
 * not mention are ROW_UNKNOWN, and all of them are when it does not tell for
 * certain which outcome is whose. False when the provider has no bulk
 * (missing).
 */
bool api_bulk_outcomes(struct client *client, const struct bulk_spec *spec,
                       const struct call *call, size_t rows,
                       struct api_outcome *outcomes);
struct list_page {
    struct api_record *records;
    size_t count;
    uint64_t total; /* records in all, where the provider tells it, or 0 */
    uint32_t pages; /* pages in all, where they are numbered and it can be told
                       from the reply, or 0 */
    bool more;      /* a further page is to be asked for */
    bool cut;       /* by its own numbers it should hold more */
    int64_t asked_ms;  /* not asked for before that time of ours */
    struct text place; /* of that page; empty where pages are numbered */
    bool steady;       /* place goes on behind the last record of this page,
                          whoever is made or removed meanwhile */
};
/* That the total is reached, and that pages bring something new, is for the
 * caller to see. All lives as long as the call. */
enum status api_listed(struct client *client, const struct call *call,
                       const struct list_at *at, struct list_page *page,
                       struct err *err);
/* An item of the list that the provider's file calls a whole record. */
bool api_item_whole(const struct provider *provider, const struct node *item);
/* When the record was last changed by the provider's own stamp, in ms since
 * 1970, to be compared with its like only; 0: the item does not tell. */
int64_t api_item_stamp(const struct provider *provider, const struct node *item,
                       struct arena *arena);

/* A record read into a customer of ours (reference_id is the record's id when
 * as_source). Waits for nothing. */
enum status api_customer(struct client *client, const struct node *record,
                         bool as_source, struct arena *arena,
                         struct customer **out, struct err *err);
/* The look-up for a key of ours, or NULL: which find_spec reaches it. */
const struct find_spec *api_find_for(const struct provider *provider,
                                     enum key key);
/* The values of such a look-up from a customer, in the target's form; false
 * when the customer lacks one. */
bool api_find_values(struct client *client, const struct find_spec *spec,
                     const struct customer *customer, struct arena *arena,
                     struct setting **values, size_t *count);

#endif
