/*
 * auth.h - the credentials of one account, and the words of its token calls.
 *
 * Builds requests and reads replies; sends nothing and waits for nothing. A
 * rotated refresh token is on disk before auth_read returns, so before its
 * access token can be used. Tokens live in the store under a login, which tells
 * account and kind of authentication apart.
 */
#ifndef SYNC_AUTH_H
#define SYNC_AUTH_H

#include "state/store_pace.h"
#include "sync/http.h"
#include "sync/sign.h"

/* Tokens are renewed so long before their end, so that none dies on its way. */
enum { TOKEN_EARLY_MS = 60 * 1000 };

struct auth {
    const struct account *account; /* borrowed */
    struct store *store;           /* borrowed */
    struct arena *arena;           /* own; holds the tokens */
    const char *login;
    const char *lock;          /* store_lock's name for it */
    struct text first_refresh; /* digest of the configuration's token */
    struct text basic;         /* base64 of user and password */
    struct text rejected;      /* an access token the provider refused */
    struct text code;          /* of a login under way */
    struct token token;
};

/* The name under which the store keeps the account's tokens. */
struct text auth_login(const struct account *account, store_id account_id,
                       struct arena *arena);

/* Loads what is kept. STOP when the store fails or a setting is missing. */
enum status auth_open(struct auth *auth, const struct account *account,
                      store_id account_id, struct store *store,
                      struct err *err);
void auth_close(struct auth *auth); /* overwrites the secrets; zeroed is fine */

/* Reads the store again: another process may have renewed. */
enum status auth_load(struct auth *auth, struct err *err);
/* Whether calls can be made now: there is a token, or none is needed. */
bool auth_good(const struct auth *auth, int64_t now_ms);
/* The access token is no good any more. */
void auth_reject(struct auth *auth, struct text access);
/* STOP 77 when a new token cannot be asked for at all, or was refused to these
 * same credentials; by_hand: a person wants to see that again. */
enum status auth_can_renew(const struct auth *auth, bool by_hand,
                           struct err *err);
/* On disk before a renewal leaves, until its answer is: whoever finds it later
 * knows that the answer was lost. */
enum status auth_asked(struct auth *auth, int64_t now_ms, struct err *err);
/* On disk: these credentials were refused, and the old tokens still stand. */
enum status auth_refused(struct auth *auth, struct err *err);

/*
 * The token call, all of it in the request's arena. login: of the exchange of a
 * code, NULL for a refresh or client credentials. values: what the body needs
 * beyond the settings and {refresh_token}: {code}, {redirect_uri}, {state}.
 */
enum status auth_request(const struct auth *auth, int64_t now_ms,
                         const struct login_spec *login,
                         const struct setting *values, size_t count,
                         struct http_request *request, struct err *err);
/*
 * The tokens of a good reply, kept in the store and then here. REJECT when the
 * reply has none; STOP 77 when it is for another tenant: of a login none of it
 * is kept then, since what was there may still be good.
 */
enum status auth_read(struct auth *auth, const struct node *reply,
                      int64_t now_ms, struct err *err);
/* Tokens as the store had them: those that came after are of no use. */
enum status auth_put_back(struct auth *auth, const struct token *before,
                          struct err *err);
/* How a person gets the account new tokens, as the hint of err. */
void auth_hint_login(const struct auth *auth, struct err *err);
/* Overwrites what a request that ended carried in Authorization. */
void auth_wipe_request(const struct http_request *request);

/*
 * The headers of a call: the provider's, the type of the body, authentication
 * and signature; the later one of a name wins.
 */
enum status auth_headers(const struct auth *auth, const char *method,
                         struct text path, struct text body, int64_t now_ms,
                         struct arena *arena, struct http_header **headers,
                         size_t *count, struct err *err);

/* The text with every secret of the account in it taken out. */
struct text auth_redact(const struct auth *auth, struct text text,
                        struct arena *arena);

#endif
