/*
 * client_own.h - what the client*.c files share.
 *
 * A call handed over is a flight: it waits (for its time, its turn, a token),
 * runs, and ends. One queue for those that wait, one for those that ended; what
 * runs is held by http.
 */
#ifndef SYNC_CLIENT_OWN_H
#define SYNC_CLIENT_OWN_H

#include "sync/auth.h"
#include "sync/client.h"
#include "sync/pace.h"

enum {
    TRIES_MAX = 5,      /* of what may be repeated */
    THROTTLED_MAX = 50, /* repeats of one call that the provider put off */
    THROTTLE_BASE_MS = 1000,
    SLICE_MS = 500,        /* how long a signal may go unnoticed */
    BREAKER_FAILURES = 10, /* in a row, until the breaker opens */
    BREAKER_OPEN_MS = 60 * 1000,
    BREAKER_OPEN_MAX_MS = 60 * 60 * 1000,
    LOCK_PATIENCE_MS = 90 * 1000, /* longer than a token call may take */
    LOCK_AGAIN_MS = 50,
    PATIENCE_MS = 5 * 60 * 1000, /* a provider that wants longer peace gets it
                                    from the next run */
    WRITE_GRACE_MS = 5 * 1000,   /* of a write under way at the deadline */
    BREAKER_LOOK_MS = 1000,      /* how old our knowledge of others' may be */
    CLOCK_OFF_MS = 30 * 1000,    /* more is no matter of slow networks */
};

struct flight {
    struct call *call;
    struct flight *next;             /* waiting or ended */
    struct flight *older, **forward; /* handed over: who points here; NULL */
    struct http_request request;
    struct text path;   /* of the address, as signed */
    struct text access; /* the token it was sent with */
    int64_t not_before_ms, begun_ms;
    uint32_t failures, throttled;
    bool begun;   /* at least one try was made */
    bool renewed; /* a new token was tried for it */
    bool reset;   /* it was signed again, by the provider's clock */
    bool left;    /* bytes left in some try that counts */
};

struct flights {
    struct flight *first, *last;
};

struct client {
    const struct account *account; /* borrowed */
    store_id account_id;
    struct store *store; /* borrowed */
    const struct clock *clock;
    struct http *http;
    struct names *names; /* of replies */
    struct auth auth;
    struct pace pace;
    struct client_stats stats;
    struct tempo tempo;
    int64_t deadline_ms;
    const volatile int *interrupted;
    struct flights waiting, ended;
    struct flight *handed; /* over and not given back; the newest */
    uint32_t active;       /* handed over and not given back */
    uint32_t running;      /* with http */
    uint64_t backoff_ms;
    bool answered; /* anything ever was */
    bool stopped, stop_told;
    struct err stop;
    uint32_t throttles;   /* in a row */
    int64_t throttled_ms; /* when the last penalty was spoken */
    uint32_t failures;    /* provider-wide, in a row; as in the store */
    int64_t open_until_ms;
    int64_t breaker_looked_ms;
    int64_t ahead_ms;      /* the provider's clock before ours, by its Date */
    int64_t sign_ahead_ms; /* the same, where it is signed by: only after the
                              provider has refused our own time */
    bool by_hand;          /* a person asks: what was refused is tried again */
};

int64_t client_now(const struct client *client);
uint64_t client_backoff(const struct client *client, uint64_t base_ms,
                        uint32_t tries);

/* client.c */
void flights_push(struct flights *flights, struct flight *flight);
struct flight *flights_take(struct flights *flights);
/* Ends the account's use; the first reason stays. Always STOP. */
enum status client_stop(struct client *client, const struct err *err);
void client_end(struct client *client, struct flight *flight,
                enum call_end end);
/* RETRY, with err, when a signal or the deadline says so. */
enum status client_halted(const struct client *client, struct err *err);

/* A wait for the limit, from then until now. */
void client_waited(struct client *client, int64_t since_ms);

/* client_send.c */
/* The address and what is signed of it; REJECT when it cannot be asked. */
enum status client_prepare(struct client *client, struct flight *flight,
                           struct err *err);
/*
 * Begins what may begin now. *wait_ms: until more may; *paced: the limit or a
 * penalty is what it waits for. OK, or STOP.
 */
enum status client_start_due(struct client *client, uint64_t *wait_ms,
                             bool *paced, struct err *err);

/* client_answer.c */
/* Why a request that was not sent never will be: STOP, 69. */
enum status client_untrusted(const struct client *client, struct text words,
                             struct err *err);
/* Takes what came (or did not) and ends the call or lets it wait again. */
void client_land(struct client *client, struct http_request *request);

/* client_meaning.c */
/* What the answer to that call means: the provider's file, and beyond it
 * whether the answer is about what was asked. */
enum meaning client_meaning(const struct client *client,
                            const struct call *call);

/* client_breaker.c */
enum status client_breaker_look(struct client *client, struct err *err);
enum status client_breaker_check(struct client *client, struct err *err);
void client_breaker_failed(struct client *client);
void client_breaker_worked(struct client *client);

/* client_limits.c */
/* How long a request may take: the account's timeout, or less by the deadline.
 */
uint64_t client_limit_ms(const struct client *client, bool write);
enum { TIME_TEXT = 32 };
/* A time as people read it, in UTC; empty when no calendar has it. */
void client_time_text(int64_t ms, char text[TIME_TEXT]);
/* STOP, 75, when the provider asked for more peace than a run waits for. */
enum status client_silenced(struct client *client, struct err *err);
/* A penalty of the provider's, put down before anything else is sent. */
void client_throttled(struct client *client, const struct http_request *request,
                      int64_t begun_ms);
/* Retry-After on any other answer. */
void client_put_off(struct client *client, const struct http_request *request);
/* The reply's word on limits, and the time by its clock. begun_ms: when its
 * turn was given. */
void client_read_limits(struct client *client,
                        const struct http_request *request, int64_t begun_ms);
/* Signs by the provider's clock from now on; false when that changes nothing.
 */
bool client_sign_anew(struct client *client);
/* Our clock and the provider's differ by so much that it may be the reason. */
bool client_clock_off(const struct client *client);
/* What to do about it, as the hint of err. */
void client_hint_clock(const struct client *client, struct err *err);

/* client_tell.c */
/* That nothing can be sent for so long; paced: by the limit or a penalty. */
void client_tell_wait(const struct client *client, uint64_t wait_ms,
                      bool paced);
/* That only what is under way is waited for, if that is so. */
void client_tell_halt(const struct client *client);

/* client_token.c */
/*
 * Sends one request now, in its turn, and waits for it alone; calls that end
 * meanwhile land. RETRY when halted.
 */
enum status client_exchange(struct client *client, struct http_request *request,
                            struct err *err);
/* A new access token, by whoever renews first. OK, RETRY (halted), STOP. */
enum status client_renew(struct client *client, struct err *err);
/*
 * The turn of one process among all that renew the same login, with what the
 * store has now; store_unlock ends it. *renewed: another one was faster, its
 * token is here, and there is no turn; at NULL the turn is wanted all the same.
 */
enum status client_token_lock(struct client *client, bool *renewed,
                              struct err *err);
/* Asks until there is a token, which is kept, a no, or no use in asking. The
 * rest as auth_request takes it. */
enum status client_token_ask(struct client *client,
                             const struct login_spec *login,
                             const struct setting *values, size_t count,
                             struct err *err);

#endif
