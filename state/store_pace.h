/*
 * store_pace.h - what all processes that speak with a provider share: tokens,
 * pace, penalties and the breaker.
 *
 * As store.h says of all operations, but where one says otherwise.
 */
#ifndef STATE_STORE_PACE_H
#define STATE_STORE_PACE_H

#include "state/store.h"

struct token {
    struct text access, refresh; /* empty: none */
    struct text first_refresh;   /* digest of the configuration's refresh token
                                    this one descends from: another one in the
                                    configuration replaces what is kept */
    int64_t expires_ms;          /* of access; 0 unknown */
    int64_t asked_ms;    /* a renewal left then, and nobody wrote down what
                            came back; 0: none is open */
    struct text refused; /* digest of the credentials that the provider refused
                            for good; empty: none */
};

/* login: what tells logins apart (account id and auth name). */
enum status store_token(struct store *store, const char *login,
                        struct arena *arena, struct token *token,
                        struct err *err);
/*
 * These three commit by themselves, durably, before they return; also in a dry
 * store. The put keeps new tokens, so nothing is asked or refused after it,
 * whatever the members say. The other two touch their own member only, and make
 * the login (without tokens) when it is new: asked is called before a renewal
 * leaves, and with 0 when an answer shows that the old tokens still stand;
 * refused (empty takes it back) when there is no use in asking that way again.
 */
enum status store_token_put(struct store *store, const char *login,
                            const struct token *token, struct err *err);
enum status store_token_asked(struct store *store, const char *login,
                              int64_t asked_ms, struct err *err);
enum status store_token_refused(struct store *store, const char *login,
                                struct text refused, struct err *err);

/*
 * A sliding window shared by every process: asks for up to `want` sends now.
 * *granted 0..want; when 0, *wait_ms says how long (at least 1). Commits by
 * itself. limit 0: no limit, all granted (penalties still count).
 */
enum status store_pace(struct store *store, const char *scope, uint64_t limit,
                       uint64_t window_ms, uint32_t want, int64_t now_ms,
                       uint32_t *granted, uint64_t *wait_ms, struct err *err);
/* Nothing may be sent in that scope until then. Commits by itself. */
enum status store_penalty(struct store *store, const char *scope,
                          int64_t until_ms, struct err *err);
/* Sends that no grant was asked for: they count from at_ms. Commits by itself.
 */
enum status store_pace_book(struct store *store, const char *scope,
                            uint64_t number, int64_t at_ms, struct err *err);
/* One send of what was given at that time or a little later left only at
 * left_ms: it counts from then. Commits by itself. */
enum status store_pace_late(struct store *store, const char *scope,
                            int64_t given_ms, int64_t left_ms, struct err *err);
/* How many were granted or booked after that time. */
enum status store_pace_since(struct store *store, const char *scope,
                             int64_t since_ms, uint64_t *number,
                             struct err *err);
/* How many of the window are used now (status). */
enum status store_pace_used(struct store *store, const char *scope,
                            uint64_t window_ms, int64_t now_ms, uint64_t *used,
                            int64_t *penalty_until_ms, struct err *err);
/* Consecutive provider-wide failures and until when the breaker is open. */
enum status store_breaker(struct store *store, store_id account,
                          uint32_t *failures, int64_t *open_until_ms,
                          struct err *err);
enum status store_breaker_put(struct store *store, store_id account,
                              uint32_t failures, int64_t open_until_ms,
                              struct err *err); /* commits by itself */

#endif
