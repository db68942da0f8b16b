/*
 * client.h - one account's API: authentication, pace, retry, meaning.
 *
 * A call is described by the provider's file and filled with values; the client
 * signs it, waits for its turn, sends it, repeats what may be repeated, renews
 * tokens (one renewal at a time, the rotated refresh token on disk before the
 * new access token is used) and says what the reply means. Calls run
 * side by side, `concurrency` at most; client_next gives back the next one that
 * ended. Time and randomness come through struct clock, so tests need no wait.
 */
#ifndef SYNC_CLIENT_H
#define SYNC_CLIENT_H

#include "state/store.h"
#include "sync/config.h"
#include "sync/tempo.h"

struct clock {
    int64_t (*now_ms)(void *self); /* UTC */
    uint64_t (*random)(void *self, uint64_t below);
    void *self;
};

extern const struct clock clock_real;

enum safety {
    CALL_READ,       /* may be repeated freely */
    CALL_IDEMPOTENT, /* a write that may be repeated (full body, same patch) */
    CALL_ONCE,       /* a create: an unknown outcome goes back to the caller */
};

enum call_end {
    CALL_ANSWERED,  /* means, status, body are set */
    CALL_UNKNOWN,   /* sent, and nobody knows; only for CALL_ONCE writes */
    CALL_GAVE_UP,   /* tries used up on a read or idempotent call; see err */
    CALL_NOT_BEGUN, /* deadline, interrupt or stop: no byte left */
};

struct call {
    const char *name;                /* "list" "get" "find" "create" ... */
    const struct request_spec *spec; /* or NULL with url (next pages) */
    struct text url;                 /* absolute, checked to be same origin */
    const struct setting *values;    /* for {names} beside account settings */
    size_t values_count;
    struct text body;        /* JSON; at NULL: none */
    const struct node *sent; /* the body as a tree; NULL: none, or not told */
    enum safety safety;
    void *user;
    struct arena *arena; /* of the call: made by client_call */

    int64_t handed_ms; /* when client_submit took it: no byte left before */
    enum call_end end;
    enum meaning means;
    int status;
    struct node *reply; /* JSON tree or NULL */
    struct text raw;
    struct text location; /* header, as sent */
    struct text next;     /* the paging header's value */
    struct text asked;    /* the whole address asked */
    struct err err;       /* when not OK: what to tell */
    uint32_t tries;
    void *own; /* the client's */
};

/*
 * What err tells besides the words: its status is RETRY when a deadline, a
 * signal or a STOP cut the call short (so a write that is not settled may be
 * tried later), else REJECT. Values that stand in {names} are texts followed by
 * a NUL byte; an empty one never fills a path.
 *
 * CUSTSYNC_BACKOFF_MS in the environment replaces the 500 ms from which backing
 * off grows: for tests.
 */

struct client_stats {
    uint64_t total, retries, throttled_ms, tokens;
    uint32_t by_status[600];
};

struct client;

/* store and account are borrowed. *broken* store operations end calls. */
enum status client_open(struct client **out, const struct account *account,
                        store_id account_id, struct store *store,
                        const struct clock *clock, struct err *err);
/* NULL is fine; frees the calls that were not given back. */
void client_close(struct client *client);
/*
 * No send after that time (0: none). What is under way then is given up: a read
 * at once, a write after a few seconds in which its answer may still come.
 */
void client_deadline(struct client *client, int64_t at_ms);
/* Set by a signal handler: waiting calls come back CALL_NOT_BEGUN. */
void client_interrupt_by(struct client *client,
                         const volatile int *interrupted);

/* An empty call with its own arena; freed by client_call_free. */
struct call *client_call(struct client *client);
void client_call_free(struct call *call); /* NULL is fine */
/* The path of an address of the provider's without that of base_url: what the
 * provider's file describes. */
struct text client_path(const struct client *client, const char *url,
                        struct arena *arena);
/* The last of its values with that name; empty when it has none. */
struct text call_value(const struct call *call, const char *name);
/*
 * Hands it over until client_next gives it back. REJECT when it cannot be asked
 * (an empty id, an address on another host): the call stays the caller's. STOP
 * as client_next.
 */
enum status client_submit(struct client *client, struct call *call,
                          struct err *err);
/* What is under way comes back and is dropped, before the client is used
 * otherwise, or what the calls' user points at goes. */
void client_drain(struct client *client);
/* Calls handed over and not yet given back. */
uint32_t client_active(const struct client *client);
/* Those of them that are not under way: they wait for a connection, for their
 * turn or for their time. */
uint32_t client_waiting(const struct client *client);
/*
 * The next call that ended. STOP when the account is of no use any more
 * (credentials refused 77, unreachable 69, breaker 75): then every other call
 * still comes back, with CALL_NOT_BEGUN or its answer, by further calls here.
 * *call is NULL with STOP: the call that brought it comes back like the others.
 * STOP is told once; submitting tells it again.
 * END when none is active. until_ms: return OK with *call NULL at that time
 * (0: wait for a call).
 */
enum status client_next(struct client *client, int64_t until_ms,
                        struct call **call, struct err *err);
/* Submit and wait for this one alone; others must not be active. */
enum status client_do(struct client *client, struct call *call,
                      struct err *err);
const struct client_stats *client_stats(const struct client *client);
/* The same over time. */
const struct tempo *client_tempo(const struct client *client);
const struct account *client_account(const struct client *client);
/*
 * Gets a token or checks that basic credentials are there, then asks the
 * provider's probe where it has one: `check`. STOP when the account is of no
 * use.
 */
enum status client_login(struct client *client, struct err *err);

/*
 * The authorization code grant, for `login`. The page a person must open, in
 * the arena; then the code that came back, for tokens that are kept in the
 * store when the provider's probe takes them; else what was there before is.
 * STOP 78 when the provider's file describes no such login.
 */
enum status client_login_page(struct client *client, const char *redirect_uri,
                              const char *state, struct arena *arena,
                              struct text *page, struct err *err);
enum status client_login_code(struct client *client, const char *code,
                              const char *redirect_uri, const char *state,
                              struct err *err);
/* A text without the account's secrets in it, for messages and reports. */
struct text client_redact(const struct client *client, struct text text,
                          struct arena *arena);

#endif
