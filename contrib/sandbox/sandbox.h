/*
 * sandbox.h - what the files of custsync-sandbox share.
 *
 * The sandbox plays three provider APIs (Kounta, COUNT, FieldEdge) on one
 * loopback port. It is written from the providers' published facts alone and
 * shares no line with the client, so that one cannot repeat the other's error.
 *
 * All provider state is touched by one thread only, the server's own: nothing
 * here needs a lock, except the list of sleeping replies inside server.c.
 * Out of memory and a broken data file end the program, with a message.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BODY_MAX = 4 * 1024 * 1024,         /* a bulk of 100 rows is 100 KiB */
    DEEP_MAX = 1000 * 1000,             /* arrays within arrays */
    LOG_MAX = 200 * 1000,               /* requests kept for the page */
    LOG_BODY_MAX = 256 * 1024,          /* of one request */
    LOG_BODIES_MAX = 256 * 1024 * 1024, /* of all requests */
    SCRIPT_MAX = 1024 * 1024,           /* a fault script */
    FAULTS_MAX = 10 * 1000,             /* lines in one */
    SEED_LINE_MAX = 1024 * 1024,        /* one record to start with */
    REPLY_HEADERS_MAX = 12,
    KEYS_MAX = 16,                    /* look-up keys of one record */
    BUCKETS_MAX = 64,                 /* clients times tenants is 6 */
    WAIT_MAX_MS = 24 * 60 * 60 * 1000 /* any delay, from any place */
};

enum provider_id { KOUNTA, COUNT, FIELDEDGE, PROVIDER_COUNT };

struct call;
struct sandbox;
struct store;

/* ---- who may ask: fixed, made-up credentials (accounts.c) ---- */

struct tenant {
    enum provider_id provider;
    const char *id; /* company, workspace or target id */
    const char *name;
    int64_t first_seq; /* Kounta's record ids grow from here */
};

struct client {
    enum provider_id provider;
    const char *id;
    const char *secret;
    int home; /* tenant reached without a consent: Basic, client grant */
};

struct grant {
    const char *refresh_token;
    int client, tenant;
};

extern const struct tenant tenants[];
extern const int tenant_count;
extern const struct client clients[];
extern const int client_count;
extern const struct grant grants[];
extern const int grant_count;

/* Index, or -1. */
int client_find(enum provider_id provider, const char *id);
int tenant_find(enum provider_id provider, const char *id);
bool client_secret_ok(int client, const char *secret);

/* ---- switches (switches.c) ---- */

enum switch_id {
    SW_COUNT_ERRORS,
    SW_COUNT_LIST_KEY,
    SW_COUNT_LIST_ITEMS,
    SW_COUNT_ID_KEY,
    SW_COUNT_BULK,
    SW_COUNT_FIND,
    SW_COUNT_SKEW,
    SW_COUNT_TIMESTAMP,
    SW_COUNT_STRICT_JSON,
    SW_COUNT_PUT,
    SW_COUNT_RETRY_AFTER,
    SW_COUNT_VISIBLE_AFTER,
    SW_KOUNTA_LOCATION,
    SW_KOUNTA_ADDRESSES,
    SW_KOUNTA_FORMAT,
    SW_KOUNTA_ROTATE,
    SW_KOUNTA_UNIQUE_EMAIL,
    SW_KOUNTA_LEGACY_EMAIL,
    SW_KOUNTA_EMPTY_PAGE,
    SW_KOUNTA_PAGING,
    SW_KOUNTA_ME,
    SW_KOUNTA_PUT,
    SW_KOUNTA_SEARCH,
    SW_KOUNTA_VISIBLE_AFTER,
    SW_FIELDEDGE_PUT,
    SW_FIELDEDGE_SEARCH,
    SW_FIELDEDGE_SEARCH_MATCH,
    SW_FIELDEDGE_VISIBLE_AFTER,
    SW_FIELDEDGE_WRAP,
    SW_FIELDEDGE_PREFIX,
    SW_TOKEN_TTL,
    SW_CODE_TTL,
    SW_CONSENT,
    SW_CLOCK,
    SWITCH_COUNT
};

/* Indexes of the choices, in the order in which switches.c spells them. */
enum { OFF, ON };
enum { ERRORS_DOCUMENTED, ERRORS_OBSERVED };
enum { LIST_RECORDS, LIST_CUSTOMERS };
enum { ITEMS_FULL, ITEMS_BRIEF };
enum { ID_UUID, ID_ID };
enum { TIMESTAMP_ANY, TIMESTAMP_SECONDS, TIMESTAMP_MILLISECONDS };
enum { PUT_PARTIAL, PUT_REPLACE };
enum { LOCATION_ABSOLUTE, LOCATION_RELATIVE };
enum { ADDRESSES_WRITE, ADDRESSES_READ };
enum { FORMAT_EITHER, FORMAT_ACCEPT, FORMAT_EXTENSION };
enum { PAGING_START, PAGING_PAGE };
enum { ME_OBJECT, ME_REDIRECT };
enum { SEARCH_OR, SEARCH_AND };
enum { SEARCH_EXACT, SEARCH_PARTIAL };
enum { CONSENT_YES, CONSENT_NO };
enum { PREFIX_NONE, PREFIX_LEADS, PREFIX_OPEN_API };

void switches_default(int64_t values[SWITCH_COUNT]);
/* "name=value" or name and value; false: nothing of that name or value. */
bool switches_set(int64_t values[SWITCH_COUNT], const char *name,
                  const char *value);
/* "name=a|b (default a)" lines; caller frees. */
char *switches_help(void);
json_t *switches_json(const int64_t values[SWITCH_COUNT]);

/* ---- a request, its answer ---- */

struct request {
    void *connection; /* belongs to server.c */
    const char *method;
    const char *path;     /* below the provider's base, decoded */
    const char *raw_path; /* the same as it came */
    const char *query;    /* as it came, "" when none */
    const char *body;     /* NUL after the last byte; may contain others */
    size_t size;
    const char *scheme; /* http or https */
    const char *host;   /* as the client wrote it */
    int64_t now_ms;     /* UTC */
};

/* NULL when absent. Owned by the server, alive during the call. */
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
void request_each_query(const struct request *request,
                        void (*each)(void *self, const char *name,
                                     const char *value),
                        void *self);
/* Whether the media type, without its parameters, is this one. */
bool request_has_type(const struct request *request, const char *type);
/* The object in the body, or NULL when it is none. */
json_t *request_json(const struct request *request);

/* How it leaves; from WIRE_RESET on by hand, see wire.h. */
enum wire {
    WIRE_WHOLE,
    WIRE_CUT,
    WIRE_RESET,
    WIRE_DRIP,
    WIRE_ENDLESS_HEADERS,
    WIRE_ENDLESS_BODY
};

struct reply {
    unsigned status; /* 0: the connection is closed without an answer */
    char *body;      /* owned */
    size_t size;
    enum wire wire;
    size_t cut; /* bytes of the body that are sent, when cut or reset */
    int64_t drip_ms;
    int64_t delay_ms;
    const char *type;
    struct {
        char *name, *value; /* owned */
    } headers[REPLY_HEADERS_MAX];
    size_t header_count;
};

void reply_json(struct reply *reply, unsigned status, json_t *owned);
void reply_text(struct reply *reply, unsigned status, const char *type,
                const char *text);
void reply_empty(struct reply *reply, unsigned status);
void reply_header(struct reply *reply, const char *name, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));
void reply_header_remove(struct reply *reply, const char *name);
void reply_clear(struct reply *reply);

/* One request on its way through a provider. */
struct call {
    struct sandbox *box;
    const struct request *request;
    struct reply *reply;
    const struct provider *provider;
    int client, tenant; /* -1 until known */
    bool basic;         /* came with Basic credentials */
    bool auth_failed;   /* for the totals */
};

/* ---- records (store.c) ---- */

struct row {
    int tenant;
    int64_t seq; /* grows by creation within a tenant; 0: not stored yet */
    char *id;    /* owned */
    json_t *doc; /* owned: the record in the provider's own shape */
    int64_t created_ms, updated_ms;
    int64_t visible_ms; /* searches do not show it before */
};

struct rows {
    struct row *item;
    size_t count;
};

struct keyset {
    struct {
        const char *name;
        char *value; /* owned */
    } item[KEYS_MAX];
    size_t count;
};

enum match { MATCH_EXACT, MATCH_PREFIX, MATCH_PART };

void row_clear(struct row *row);
void rows_clear(struct rows *rows);
/* Takes value; NULL is no key. */
void keyset_add(struct keyset *set, const char *name, char *value);

/* NULL path: in memory. NULL: said on standard error. */
struct store *store_open(const char *path);
void store_close(struct store *store);
void store_begin(struct store *store);
void store_commit(struct store *store);

bool store_get(struct store *store, int tenant, const char *id,
               struct row *row);
/* Gives row->seq when it is 0. Replaces the keys; clears the set. */
void store_put(struct store *store, struct row *row, struct keyset *keys);
int64_t store_next(struct store *store, int tenant);
/* From now on store_next gives more than this. */
void store_reserve(struct store *store, int tenant, int64_t seq);
void store_remove(struct store *store, const struct row *row);
/*
 * From here on only rows that were to be seen at `seen_ms`; INT64_MAX: all.
 * Rows with that key, in order of seq.
 */
struct rows store_find(struct store *store, int tenant, const char *key,
                       const char *value, enum match match, int64_t limit,
                       int64_t seen_ms);
/* Rows in order of seq, those after `after`. */
struct rows store_after(struct store *store, int tenant, int64_t after,
                        int64_t limit, int64_t offset, int64_t seen_ms);
/* Rows in order of a key's value; `text` "" or part of the key "text". */
struct rows store_page(struct store *store, int tenant, const char *key,
                       bool descending, const char *text, int64_t limit,
                       int64_t offset, int64_t seen_ms);
int64_t store_count(struct store *store, int tenant, const char *text,
                    int64_t seen_ms);
/* Every record of every tenant, and every token; ids do not begin anew. */
void store_empty(struct store *store);

/* ---- tokens (tokens.c) ---- */

enum token_kind { TOKEN_ACCESS, TOKEN_REFRESH, TOKEN_CODE };

struct token {
    int client, tenant;
    int64_t expires_ms; /* INT64_MAX: never */
};

/* A new random token of that kind, kept; caller frees. */
char *token_make(struct store *store, enum provider_id provider,
                 enum token_kind kind, const struct token *token);
void token_keep(struct store *store, enum token_kind kind, const char *text,
                const struct token *token);
bool token_get(struct store *store, enum token_kind kind, const char *text,
               struct token *token);
void token_drop(struct store *store, enum token_kind kind, const char *text);
void token_expire_all(struct store *store, int64_t now_ms);
/* As if each user had just logged in: a used first token works once more. */
void grants_keep(struct sandbox *box);
/* No token is worth anything any more, and FieldEdge's app is removed. */
void grants_revoke(struct sandbox *box);

/* ---- the person at the browser (consent.c) ---- */

/* Back to the redirect address, with a code or with a no. */
void consent_answer(struct call *call, const char *redirect, const char *state,
                    int client);
/* Whether the code was asked for with that redirect address. */
bool consent_fits(const char *code, const char *redirect);

/* ---- pace (rate.c) ---- */

struct rate_spec {
    bool is_set, is_off;
    int64_t limit, window_ms;
};

struct bucket {
    char key[128];
    int64_t window_start_ms, used, penalty_until_ms;
};

struct rate {
    struct rate_spec spec; /* the user's, before the documented ones */
    struct bucket buckets[BUCKETS_MAX];
    size_t count;
};

bool rate_parse(struct rate_spec *spec, const char *text);
/*
 * Counts the call against its client. False: over the limit, and the reply is
 * the provider's 429. Sets the headers the provider has for it.
 */
bool rate_gate(struct call *call);
/* False: a penalty is running for this client, and the reply is a 429. */
bool rate_penalty_over(struct call *call);
void rate_penalty_begin(struct call *call, int64_t until_ms);
/* No window and no penalty is remembered. */
void rate_forget(struct rate *rate);

/* ---- faults (faults.c) ---- */

struct faults;

/* NULL: `message` says why, caller frees it. */
struct faults *faults_parse(const char *script, char **message);
void faults_free(struct faults *faults);
/* Does nothing, answers, or bends the answer; `handle` does the real work. */
const char *faults_apply(struct faults *faults, struct call *call,
                         void (*handle)(struct call *call));
extern const char faults_help[];

/* ---- request log and totals (log.c) ---- */

struct totals {
    int64_t requests, writes, tokens, violations, auth_failures;
    int64_t created, updated, deleted;
    int64_t by_status[600];
};

struct logged;

struct log {
    struct logged *item;
    size_t count, room, body_bytes;
    int64_t next, forgotten, bodies_forgotten;
    struct totals totals[PROVIDER_COUNT];
};

/* `fault` is NULL or the action's name. Never keeps a credential. */
void log_add(struct log *log, const struct call *call, const char *fault);
void log_reset(struct log *log);
json_t *log_requests_json(const struct log *log);
json_t *log_totals_json(const struct log *log);

/* ---- providers ---- */

struct provider {
    enum provider_id id;
    const char *name;
    /* Finds call->client and ->tenant without judging the credentials. */
    void (*identify)(struct call *call);
    void (*handle)(struct call *call);
    /* An error in the provider's own shape, for faults and limits. */
    void (*error)(struct call *call, unsigned status, const char *message);
    void (*throttled)(struct call *call, int64_t until_ms);
    /* Whether the path takes credentials in its body. */
    bool (*is_token)(const char *path);
    /* The whole native record; new reference. */
    json_t *(*view)(struct sandbox *box, const struct row *row);
    /* Takes a native record (borrowed) in; row is new or loaded. */
    void (*merge)(struct sandbox *box, struct row *row, json_t *record);
    void (*keys)(const struct row *row, struct keyset *set);
    /* Told of "created", "updated", "deleted"; may be NULL. */
    void (*changed)(struct sandbox *box, const struct row *row,
                    const char *event);
    /* Documented pace: requests in 60 s, 0 when there is no limit. */
    int64_t (*limit)(const struct call *call);
};

extern const struct provider kounta_provider, count_provider,
    fieldedge_provider;
extern const struct provider *const providers[PROVIDER_COUNT];

struct sandbox {
    int64_t switches[SWITCH_COUNT];
    struct rate rate;
    struct faults *faults;
    struct log log;
    struct store *store;
    struct hooks *hooks;
    int64_t latency_ms;
    unsigned port;
    char *tls;    /* certificate and key, as PEM; NULL: in clear */
    bool removed; /* FieldEdge's app, by who could install it */
    bool verbose;
};

/* Answers one request of any path (dispatch.c). */
void dispatch(struct sandbox *box, struct request *request,
              struct reply *reply);
/* `/_sandbox` and below (page.c). */
void page_handle(struct sandbox *box, struct request *request,
                 struct reply *reply);
/* Stores the row with its provider's keys and tells who subscribed. */
void keep_row(struct sandbox *box, struct row *row);
void drop_row(struct sandbox *box, const struct row *row);
/* The same for what came through the API: stamped, and counted. */
void save_row(struct call *call, struct row *row);
void remove_row(struct call *call, const struct row *row);
/* Records to start with, NDJSON; false: said on standard error. */
bool seed_load(struct sandbox *box, const char *path);

/* Kounta's webhooks have a thread and a list on the page (hooks.c). */
void hooks_open(struct sandbox *box);
void hooks_close(struct sandbox *box);
json_t *hooks_json(struct sandbox *box);

#endif
