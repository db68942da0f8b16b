/*
 * auth.c - tokens kept, and the headers made of them.
 */
#include "sync/auth.h"

#include "sync/crypto.h"

#include <inttypes.h>
#include <string.h>

struct text auth_login(const struct account *account, store_id account_id,
                       struct arena *arena)
{
    return arena_print(arena, "%" PRId64 ":%s", account_id,
                       account->auth->name);
}

static enum status load_basic(struct auth *auth, struct err *err)
{
    const struct auth_spec *spec = auth->account->auth;
    const char *missing = NULL;
    struct text user, password, both;

    if (!template_fill(spec->user, account_setting, auth->account, NULL,
                       auth->arena, &user, &missing) ||
        !template_fill(spec->password != NULL ? spec->password : "",
                       account_setting, auth->account, NULL, auth->arena,
                       &password, &missing)) {
        (void)fail(err, STOP, EXIT_CONFIG, "missing_setting",
                   "account '%s' needs %s", auth->account->name, missing);
        return STOP;
    }
    both = arena_print(auth->arena, "%s:%s", user.at, password.at);
    auth->basic = crypto_base64(auth->arena, both);
    crypto_wipe(both);
    crypto_wipe(password);
    return OK;
}

enum status auth_open(struct auth *auth, const struct account *account,
                      store_id account_id, struct store *store, struct err *err)
{
    const char *refresh = account_setting(account, "refresh_token");

    *auth = (struct auth){
        .account = account, .store = store, .arena = arena_open()};
    auth->login = auth_login(account, account_id, auth->arena).at;
    auth->lock = arena_print(auth->arena, "token:%s", auth->login).at;
    if (refresh != NULL)
        auth->first_refresh = crypto_sha256_hex(auth->arena, text_of(refresh));
    if (account->auth->kind == AUTH_BASIC)
        return load_basic(auth, err);
    return auth_load(auth, err);
}

void auth_close(struct auth *auth)
{
    if (auth->arena == NULL)
        return;
    crypto_wipe(auth->token.access);
    crypto_wipe(auth->token.refresh);
    crypto_wipe(auth->rejected);
    crypto_wipe(auth->code);
    crypto_wipe(auth->basic);
    arena_close(auth->arena);
    *auth = (struct auth){.arena = NULL};
}

enum status auth_load(struct auth *auth, struct err *err)
{
    const struct account *account = auth->account;
    struct token *token = &auth->token;
    enum status status;

    if (account->auth->kind != AUTH_OAUTH2) {
        token->access = arena_text(auth->arena, account->access_token);
        return OK;
    }
    status = store_token(auth->store, auth->login, auth->arena, token, err);
    if (status != OK)
        return status;
    /* Another refresh token in the configuration means: begin anew with it. */
    if (auth->first_refresh.size > 0 &&
        !text_equal(token->first_refresh, auth->first_refresh))
        *token = (struct token){
            .refresh =
                arena_text(auth->arena,
                           text_of(account_setting(account, "refresh_token"))),
            .first_refresh = auth->first_refresh,
            /* Of the very first renewal, or of the one before. */
            .asked_ms = token->first_refresh.size == 0 ? token->asked_ms : 0,
            .refused = token->refused, /* it names the token it is about */
        };
    if (token->access.size == 0) {
        token->access = arena_text(auth->arena, account->access_token);
        token->expires_ms = 0;
    }
    return OK;
}

bool auth_good(const struct auth *auth, int64_t now_ms)
{
    const struct token *token = &auth->token;

    if (auth->account->auth->kind != AUTH_OAUTH2)
        return true;
    return token->access.size > 0 &&
           !text_equal(token->access, auth->rejected) &&
           (token->expires_ms == 0 ||
            token->expires_ms - TOKEN_EARLY_MS > now_ms);
}

void auth_reject(struct auth *auth, struct text access)
{
    if (access.size > 0)
        auth->rejected = arena_text(auth->arena, access);
}

/* All that a token call is made of: when it is the same, so is the answer. */
static struct text credentials(const struct auth *auth, struct arena *arena)
{
    const struct account *account = auth->account;
    struct buffer all = {0};
    struct text digest;

    buffer_string(&all, account->auth->name);
    buffer_byte(&all, '\n');
    buffer_string(&all, account->token_url);
    for (size_t i = 0; i < account->settings_count; i++) {
        buffer_byte(&all, '\n');
        buffer_string(&all, account->settings[i].name);
        buffer_byte(&all, '=');
        buffer_text(&all, account->settings[i].value);
    }
    buffer_byte(&all, '\n');
    buffer_text(&all, auth->token.refresh);
    digest = crypto_sha256_hex(arena, buffer_view(&all));
    crypto_wipe(buffer_view(&all));
    buffer_free(&all);
    return digest;
}

enum status auth_asked(struct auth *auth, int64_t now_ms, struct err *err)
{
    auth->token.asked_ms = now_ms;
    return store_token_asked(auth->store, auth->login, now_ms, err);
}

enum status auth_refused(struct auth *auth, struct err *err)
{
    auth->token.refused = credentials(auth, auth->arena);
    return store_token_refused(auth->store, auth->login, auth->token.refused,
                               err);
}

enum status auth_put_back(struct auth *auth, const struct token *before,
                          struct err *err)
{
    enum status status = store_token_put(auth->store, auth->login, before, err);

    if (status == OK && before->asked_ms != 0)
        status =
            store_token_asked(auth->store, auth->login, before->asked_ms, err);
    if (status == OK && before->refused.size > 0)
        status =
            store_token_refused(auth->store, auth->login, before->refused, err);
    return status == OK ? auth_load(auth, err) : STOP;
}

void auth_hint_login(const struct auth *auth, struct err *err)
{
    const struct account *account = auth->account;

    if (account->auth->login.url != NULL)
        err_hint(err, "log in: custsync login %s:", account->name);
    else
        err_hint(err, "put a new refresh_token into the configuration");
}

enum status auth_can_renew(const struct auth *auth, bool by_hand,
                           struct err *err)
{
    const struct account *account = auth->account;

    if (!account->auth->refreshes)
        return OK;
    if (auth->token.refused.size > 0 && !by_hand &&
        text_equal(auth->token.refused, credentials(auth, auth->arena))) {
        (void)fail(err, STOP, EXIT_CREDENTIALS, "denied",
                   "the provider refused the refresh token, and was not asked "
                   "again");
        err_place(err, "%s", account->name);
        auth_hint_login(auth, err);
        return STOP;
    }
    if (auth->token.refresh.size > 0)
        return OK;
    (void)fail(err, STOP, EXIT_CREDENTIALS, "no_token",
               auth->rejected.size > 0
                   ? "the access token was refused and there is no refresh "
                     "token"
                   : "there is neither an access token nor a refresh token");
    err_place(err, "%s", account->name);
    auth_hint_login(auth, err);
    return STOP;
}

/* --- headers --------------------------------------------------------------*/

static void put_header(struct http_header *headers, size_t *count,
                       struct http_header header)
{
    for (size_t i = 0; i < *count; i++)
        if (text_is_nocase(headers[i].name, header.name.at)) {
            headers[i] = header;
            return;
        }
    headers[(*count)++] = header;
}

static enum status put_headers(const struct pairs *pairs,
                               const struct lookup *lookup, struct arena *arena,
                               struct http_header *headers, size_t *count,
                               struct err *err)
{
    struct http_header *more =
        arena_take(arena, (pairs->count + 1) * sizeof(*more));

    if (fill_headers(pairs, lookup, arena, more, err) != OK)
        return STOP;
    for (size_t i = 0; i < pairs->count; i++)
        put_header(headers, count, more[i]);
    return OK;
}

enum status auth_headers(const struct auth *auth, const char *method,
                         struct text path, struct text body, int64_t now_ms,
                         struct arena *arena, struct http_header **headers,
                         size_t *count, struct err *err)
{
    const struct account *account = auth->account;
    const struct provider *provider = account->provider;
    const struct auth_spec *spec = account->auth;
    struct setting access = {"access_token", auth->token.access};
    struct lookup lookup = {account, &access, 1};
    struct signing signing = {method, path, body, now_ms};
    struct http_header *signature;
    size_t signed_count = 0;

    *count = 0;
    *headers =
        arena_take(arena, (provider->headers.count + spec->headers.count +
                           provider->sign.headers.count + 3) *
                              sizeof(**headers));
    put_header(*headers, count,
               (struct http_header){TEXT("Accept"), TEXT("application/json")});
    if (body.at != NULL)
        put_header(*headers, count,
                   (struct http_header){TEXT("Content-Type"),
                                        TEXT("application/json")});
    if (put_headers(&provider->headers, &lookup, arena, *headers, count, err) !=
        OK)
        return STOP;
    if (spec->kind == AUTH_BASIC)
        put_header(*headers, count,
                   (struct http_header){
                       TEXT("Authorization"),
                       arena_print(arena, "Basic %s", auth->basic.at)});
    if (put_headers(&spec->headers, &lookup, arena, *headers, count, err) !=
            OK ||
        sign_request(account, &signing, arena, &signature, &signed_count,
                     err) != OK)
        return STOP;
    for (size_t i = 0; i < signed_count; i++)
        put_header(*headers, count, signature[i]);
    return OK;
}

/* --- words without secrets ------------------------------------------------*/

/* Shorter ones would blank out ordinary words, and are no secrets. */
enum { SECRET_MIN = 4, CUT_MIN = 8 };

static const char redacted[] = "<redacted>";

static struct text take_out(struct text text, struct text secret,
                            struct arena *arena)
{
    struct buffer out = {0};
    struct text left = text, made;

    if (secret.size < SECRET_MIN || left.size == 0)
        return text;
    for (;;) {
        const char *at = memmem(left.at, left.size, secret.at, secret.size);
        size_t before = at != NULL ? (size_t)(at - left.at) : left.size;

        if (at == NULL)
            break;
        buffer_add(&out, left.at, before);
        buffer_string(&out, redacted);
        left.at += before + secret.size;
        left.size -= before + secret.size;
    }
    /* The words may have been cut in the middle of the secret. */
    for (size_t n = secret.size - 1; n >= CUT_MIN; n--)
        if (left.size >= n &&
            memcmp(left.at + left.size - n, secret.at, n) == 0) {
            buffer_add(&out, left.at, left.size - n);
            buffer_string(&out, redacted);
            left.size = 0;
            break;
        }
    buffer_text(&out, left);
    made = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return made;
}

static bool is_secret(const struct provider *provider, const char *name)
{
    const char *const *secrets = provider->secrets;

    for (; secrets != NULL && *secrets != NULL; secrets++)
        if (strcmp(*secrets, name) == 0)
            return true;
    return strcmp(name, "refresh_token") == 0;
}

struct text auth_redact(const struct auth *auth, struct text text,
                        struct arena *arena)
{
    const struct account *account = auth->account;

    for (size_t i = 0; i < account->settings_count; i++)
        if (is_secret(account->provider, account->settings[i].name))
            text = take_out(text, account->settings[i].value, arena);
    text = take_out(text, account->access_token, arena);
    text = take_out(text, auth->token.access, arena);
    text = take_out(text, auth->token.refresh, arena);
    text = take_out(text, auth->rejected, arena);
    text = take_out(text, auth->code, arena);
    return take_out(text, auth->basic, arena);
}
