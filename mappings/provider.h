/*
 * provider.h - an API described by a file: a new provider is one file and no C.
 *
 * mappings/providers/NAME.yaml holds addresses, authentication, calls, paging,
 * what replies mean, limits, and (under fields:) the mapping of the body. This
 * header is that file as C structs; every pointer lives as long as the struct
 * provider. Nothing here sends anything.
 *
 * Templates: texts with {name} in them. Names come from the account's settings
 * (company, client_id, ...), from the call ({id}, {email}, ...) or from the
 * sender ({method}, {path}, {timestamp}, {body_sha256}, {access_token}). How a
 * value is escaped depends on where it stands, and is the sender's business.
 * {a|b} takes the first of the two that has a value that is not empty.
 *
 * Paths: of several paths the first that gives a value of the kind wanted (a
 * record an object, a list an array, an id a text or number) is taken, all
 * others are passed over. The path "" is the whole body.
 */
#ifndef MAPPINGS_PROVIDER_H
#define MAPPINGS_PROVIDER_H

#include "mappings/mapping.h"

struct pair {
    const char *name;
    const char *value; /* template */
};

struct pairs {
    const struct pair *at;
    size_t count;
};

struct request_spec {
    const char *method; /* NULL: the provider has no such call */
    const char *path;   /* template, begins with "/" */
    struct pairs query; /* a pair whose value comes out empty is left out */
};

/* --- authentication -------------------------------------------------------*/

enum auth_kind {
    AUTH_NONE,
    AUTH_BASIC,   /* Authorization: Basic of user:password */
    AUTH_HEADERS, /* fixed headers: API keys, a static bearer */
    AUTH_OAUTH2,  /* a token endpoint gives access tokens */
};

enum body_form {
    BODY_JSON,
    BODY_FORM,
};

struct auth_spec {
    const char *name; /* "oauth2", "basic": the account's `auth` */
    enum auth_kind kind;
    const char *user, *password; /* templates; AUTH_BASIC */
    struct pairs headers;        /* on every data call; templates */
    const char *const *needs;    /* settings an account must have, NULL-ended */
    /* AUTH_OAUTH2 */
    const char *token_url;  /* template, {base_url} allowed */
    const char *token_path; /* what is signed of it, or NULL */
    enum body_form token_form;
    struct pairs token_body;
    struct pairs token_headers;
    bool token_signed; /* sign: applies to the token call too */
    bool refreshes;    /* a refresh token is needed, and may rotate */
    const char *const *access_token; /* paths in the reply: the first set */
    const char *const *refresh_token;
    const char *const *expires_in; /* seconds */
    const char *const *expires_at; /* ISO 8601 */
    struct pairs rate;             /* "default" -> "180/min" when it differs */
    /* Where a token reply names the tenant it is for; NULL: nowhere. When the
     * account names another one, the token is not for it (77). */
    const char *const *token_tenant;
    struct login_spec {             /* of the authorization code grant */
        const char *url;            /* template; NULL: no such login */
        struct pairs query;         /* {redirect_uri} {state} {client_id} */
        const char *const *address; /* set: url is asked (GET), and the page to
                                       open stands here in the JSON reply;
                                       NULL: url itself is the page to open */
        const char *code_url;       /* template; NULL: the token call's */
        const char *code_path;      /* what is signed of it, or NULL */
        struct pairs code_body;     /* {code} {redirect_uri} {state} ..., in the
                                       form and with the headers of the token
                                       call; the reply is read like a token's */
    } login;
};

/* HMAC-SHA256 over a described base string; applies to every call if set. */
struct sign_spec {
    bool used;
    const char *key;        /* template: "{client_secret}" */
    const char *base;       /* template: "{method}:{path}:{timestamp}:..." */
    const char *strip_path; /* prefix taken off {path}, or NULL */
    bool milliseconds;      /* {timestamp} in ms instead of s */
    bool base64;            /* signature in base64 instead of hex */
    struct pairs headers;   /* templates with {signature}, {timestamp} */
};

/* --- calls ----------------------------------------------------------------*/

enum paging_kind {
    PAGING_NONE,        /* one reply is the whole list */
    PAGING_PAGE,        /* page=1,2,... until short or past the last */
    PAGING_NEXT_HEADER, /* a header holds the address of the next page */
    PAGING_CURSOR,      /* a member of the reply is the next {cursor} */
    PAGING_LINK,        /* RFC 8288 Link: <..>; rel="next" */
    PAGING_OFFSET,      /* offset=0,size,2*size ... */
};

struct list_spec {
    struct request_spec request;
    enum paging_kind paging;
    const char *header;           /* PAGING_NEXT_HEADER */
    const char *page, *size_name; /* query names of page (or offset, cursor)
                                     and of the page size; may be NULL */
    uint32_t first;               /* number of the first page */
    uint32_t size;                /* records in a full page */
    const char *const *items;     /* paths to the array */
    const char *const *total;     /* paths to the number of records, or NULL */
    const char *const *pages;     /* paths to the number of pages, or NULL */
    const char *const *cursor;    /* PAGING_CURSOR: paths to the next one */
    const enum field *carries;    /* fields that list items show */
    size_t carries_count;
    bool full;                /* items are whole records: no get needed */
    const char *const *whole; /* else: an item that has all of these members
                                 is a whole record; NULL: none ever is */
    bool steady; /* of any paging but page and offset: a page goes on behind
                    the last record, whoever is made or removed meanwhile */
    const char *const *stamp; /* paths in an item to the time when the record
                                 was last changed; NULL: items tell none */
    struct pairs newest; /* query that gives the records with the newest stamp
                            first, in place of pairs of the same name; none:
                            that order cannot be had */
};

enum found_style {
    FOUND_OBJECT,   /* 200 with the record (item paths) */
    FOUND_ARRAY,    /* 200 with an array (items paths) of 0..n records */
    FOUND_REDIRECT, /* 302 with Location of the record, 404 for none; 200 with
                       an object is the record, 200 with an array means that
                       the filter was ignored: never a match */
};

struct find_spec {
    const enum field *by; /* all of them are needed; none: the command line
                             alone uses this look-up, identity never does */
    size_t by_count;
    const char *const *names;    /* as the command line calls them: "email",
                                    "search", "street"; NULL-ended, one for each
                                    of by, in the same order. {phone} may so hold
                                    the value of the field mobile */
    struct request_spec request; /* {email} and so on: the same names */
    enum found_style style;
    const char *const *items; /* paths; FOUND_ARRAY, FOUND_OBJECT */
    const int *absent;        /* statuses that mean none, 0-ended */
    bool partial;  /* rows are candidates: each is compared with the key;
                      without by there is none, all of them are found */
    bool optional; /* by: any subset of the names may be given (search) */
    bool abridged; /* rows are as list items: get the record for all fields */
    bool fallback; /* only used when a better look-up proved broken */
    uint32_t most; /* so many rows may be a page of more: no answer; 0: all of
                      them always come */
};

struct get_spec {
    struct request_spec request; /* {id} */
    const char *const *items;    /* paths to the record */
    const int *absent;
};

enum replaces {
    REPLACES_MEMBER, /* what is sent changes, the rest stays */
    REPLACES_OBJECT, /* as member, but a nested object is replaced whole */
    REPLACES_RECORD, /* what is not sent is gone */
};

struct write_spec {
    struct request_spec request;
    struct pairs constants;   /* members added to every body */
    const char *wrap;         /* member the body goes into, or NULL */
    bool id_from_location;    /* last path segment of Location */
    const char *const *id;    /* else: paths in the reply */
    const char *const *items; /* paths to the record in the reply, or NULL */
    enum replaces replaces;   /* of an update */
    bool reply_needed;        /* of an update: an answer that does not show the
                                 record's id is none; else an empty one will do,
                                 but not one that shows another */
};

struct bulk_spec {
    struct request_spec request;
    const char *rows;           /* member that holds the array */
    const char *row_id;         /* update: member that takes the id */
    uint32_t max;               /* rows in one request */
    const char *const *results; /* paths to the array of outcomes */
    const char *index;          /* member: position in the request, or NULL */
    const char *ok;             /* member: true when the row was accepted */
    const char *const *id;      /* paths in an outcome */
    const char *const *message; /* paths in an outcome */
    const char *const *items;   /* paths to the record in an outcome, or NULL */
    const int *missing;         /* statuses: no bulk here, 0-ended */
};

/* --- what replies mean ----------------------------------------------------*/

enum meaning {
    MEANS_OK,
    MEANS_ABSENT,    /* no such record (get, update of one that is gone) */
    MEANS_DUPLICATE, /* refused: another record has that key */
    MEANS_INVALID,   /* refused: the data */
    MEANS_RETRY,     /* broken for now; a write may have been carried out */
    MEANS_THROTTLED, /* not carried out; wait */
    MEANS_REFRESH,   /* the access token is no good any more */
    MEANS_CLOCK,     /* refused for the time it was signed with */
    MEANS_DENIED,    /* credentials refused: the run ends, 77 */
    MEANS_DEAD,      /* so is the refresh token, for good: not asked again */
    MEANS_BROKEN,    /* our configuration or the service is: run ends, 69 */
};

/* One line of replies:, tried in order; all given conditions must hold. */
struct reply_rule {
    const int *statuses;      /* exact, or the class alone: 4 is 4xx; 0-ended;
                                 NULL: any */
    const char *path;         /* member looked at, or NULL */
    const char *pattern;      /* PCRE2, caseless, on that member or the body */
    void *compiled;           /* owned by the provider */
    const char *const *calls; /* "create", "update", "get" ...; NULL: all */
    enum meaning means;
};

struct rate_spec {
    uint64_t limit; /* requests; 0: no limit */
    uint64_t window_ms;
};

struct provider {
    const char *name, *title, *file;
    const char *base_url;        /* default; no slash at the end */
    const char *const *settings; /* names an account may set, NULL-ended */
    const char *const *needs;    /* those it must set */
    const char *const *secrets;  /* those that are secret */
    struct pairs about;          /* a setting, and where people find it */
    const char *tenant;          /* template: what tells accounts apart */
    const char *rate_scope;      /* template: what shares one limit */
    const char *region_hint;     /* default region, or NULL */
    struct pairs headers;        /* on every call */
    struct rate_spec rate;       /* default; an auth may have its own */
    const char *reset_header, *remaining_header, *limit_header; /* or NULL */
    uint64_t settle_ms;           /* how late a write may become visible */
    uint64_t settle_unguarded_ms; /* the same for a customer that has none of
                                     the unique keys: nothing would refuse a
                                     second create (default 60 s) */
    bool phones_national;         /* phones: national */

    const struct auth_spec *auths; /* the first is the default */
    size_t auths_count;
    struct sign_spec sign;

    struct get_spec probe; /* harmless call that shows that address,
                              tenant and credentials are right, before
                              any "absent" is believed; or none */
    struct list_spec list;
    struct get_spec get;
    const struct find_spec *finds;
    size_t finds_count;
    struct write_spec create, update;
    struct write_spec deactivate; /* method NULL: by update of status */
    struct bulk_spec bulk_create, bulk_update;

    const enum field *unique; /* keys the provider keeps unique */
    size_t unique_count;
    const char *const *id; /* paths to the id in a record */

    const struct reply_rule *replies;
    size_t replies_count;
    const char *const *error_code; /* paths in an error body */
    const char *const *error_message;
    const char *const *error_fields;     /* path to a list of field errors */
    const char *const *error_field_name; /* in such an entry */
    const char *const *error_field_message;

    struct mapping *mapping; /* fields: */
    struct text digest;      /* changes when the file's meaning does */
};

/* name or path; STOP 78 with every fault printed. */
enum status provider_load(struct provider **out, const char *name,
                          struct err *err);
void provider_close(struct provider *provider); /* NULL is fine */
/* The names that can be loaded, NULL-ended, in *arena. */
const char *const *provider_names(struct arena *arena);

/*
 * The meaning of a reply to that call: "probe", "list", "get", "find",
 * "create", "update", "bulk_create", "bulk_update", "token"; "bulk_row" for one
 * refused row of a bulk reply, with status 0, its outcome as body and its
 * message as raw. body may be NULL. A status in a look-up's own `absent` is the
 * caller's to see first; get's is known here.
 *
 * Where no rule of the file speaks: 2xx ok; 400 409 413 415 422 invalid; 401
 * refresh; 403 denied; 404 405 406 410 and 3xx broken, but 404 and 410 to an
 * update absent; 429 throttled; a refused bulk row invalid; to "token" 400 401
 * 403 denied; all else retry.
 */
enum meaning provider_meaning(const struct provider *provider, const char *call,
                              int status, const struct node *body,
                              struct text raw);
/* One line for people: code and message of an error body, at most 300 bytes. */
struct text provider_complaint(const struct provider *provider,
                               const struct node *body, struct text raw,
                               struct arena *arena);
/* The id of a record; empty when it has none. */
struct text provider_id(const struct provider *provider,
                        const struct node *record);
/* Whether any of paths has that id: a record may have several names of it. */
bool provider_shows(const char *const *paths, const struct node *body,
                    struct text id);
/* The first of paths where body has a record (an object), or NULL. */
const struct node *provider_record(const char *const *paths,
                                   const struct node *body);
/* The first of paths where body has an array, or NULL. */
const struct node *provider_items(const char *const *paths,
                                  const struct node *body);
/* The first of paths where body has a text or number that is not empty. */
struct text provider_text(const char *const *paths, const struct node *body);
/* "100/min" "10/s" "off"; false when it is neither. */
bool rate_parse(struct text text, struct rate_spec *out);
/* "200ms" "10s" "5m" "2h"; false when it is none. */
bool duration_parse(struct text text, uint64_t *ms);

/* --- templates ------------------------------------------------------------*/

/* The value of a name, or NULL when there is none (then the template fails). */
typedef const char *template_value(const void *self, const char *name);

/*
 * Replaces every {name}, or {name|other}; escape (may be NULL) is applied to
 * each value, not to the text around. False, with the missing name in *missing,
 * when a value is not there.
 */
bool template_fill(const char *template, template_value *value,
                   const void *self,
                   struct text (*escape)(struct arena *arena, struct text),
                   struct arena *arena, struct text *out, const char **missing);

#endif
