/*
 * auth_token.c - the token call: its request, and what its reply brings.
 */
#include "sync/auth.h"

#include "sync/crypto.h"
#include "sync/http_url.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Ten years: what lives longer than that is a slip of somebody's units. */
enum { EXPIRES_MAX_S = 10 * 365 * 24 * 3600 };

static enum status missing_name(const struct auth *auth, const char *name,
                                struct err *err)
{
    (void)fail(err, STOP, EXIT_CONFIG, "missing_setting",
               "'%s' is needed for a token and is not set", name);
    err_place(err, "%s", auth->account->name);
    return STOP;
}

/* The pairs of the body with their values, unescaped. */
static enum status fill_body(const struct auth *auth, const struct pairs *pairs,
                             const struct lookup *lookup, struct arena *arena,
                             struct http_header *filled, struct err *err)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const char *missing = NULL;

        filled[i].name = text_of(pairs->at[i].name);
        if (!template_fill(pairs->at[i].value, lookup_value, lookup, NULL,
                           arena, &filled[i].value, &missing))
            return missing_name(auth, missing, err);
    }
    return OK;
}

static struct text json_body(const struct http_header *pairs, size_t count,
                             struct arena *arena)
{
    struct node *object = node_new(arena, NODE_OBJECT);
    struct buffer out = {0};
    struct text made;

    for (size_t i = 0; i < count; i++)
        (void)node_add(object, pairs[i].name.at,
                       node_text(arena, pairs[i].value));
    json_write(&out, object);
    made = arena_text(arena, buffer_view(&out));
    crypto_wipe(buffer_view(&out));
    buffer_free(&out);
    return made;
}

/* What is signed of the address: as the file says, else its path. */
static enum status signed_path(const struct auth *auth, const char *path,
                               const struct lookup *lookup, struct arena *arena,
                               const char *url, struct text *out,
                               struct err *err)
{
    const char *missing = NULL;

    *out = http_path(arena, url);
    if (path != NULL && !template_fill(path, lookup_value, lookup, http_escape,
                                       arena, out, &missing))
        return missing_name(auth, missing, err);
    return OK;
}

static enum status token_headers(const struct auth *auth,
                                 const struct lookup *lookup,
                                 const struct text path, int64_t now_ms,
                                 struct http_request *request, struct err *err)
{
    const struct provider *provider = auth->account->provider;
    const struct auth_spec *spec = auth->account->auth;
    struct arena *arena = request->arena;
    struct signing signing = {request->method, path, request->body, now_ms};
    struct http_header *headers, *signature = NULL;
    size_t signed_count = 0, count = 0, first;

    if (spec->token_signed &&
        sign_request(auth->account, &signing, arena, &signature, &signed_count,
                     err) != OK)
        return STOP;
    headers = arena_take(arena, (provider->headers.count +
                                 spec->token_headers.count + signed_count + 2) *
                                    sizeof(*headers));
    headers[count++] =
        (struct http_header){TEXT("Accept"), TEXT("application/json")};
    headers[count++] = (struct http_header){
        TEXT("Content-Type"), spec->token_form == BODY_FORM
                                  ? TEXT("application/x-www-form-urlencoded")
                                  : TEXT("application/json")};
    first = count;
    if (fill_headers(&provider->headers, lookup, arena, headers + count, err) !=
        OK)
        return STOP;
    /* The form of this body is its own, whatever all other calls have. */
    for (size_t i = 0; i < provider->headers.count; i++)
        if (!text_is_nocase(headers[first + i].name, "Content-Type") &&
            !text_is_nocase(headers[first + i].name, "Accept"))
            headers[count++] = headers[first + i];
    if (fill_headers(&spec->token_headers, lookup, arena, headers + count,
                     err) != OK)
        return STOP;
    count += spec->token_headers.count;
    for (size_t i = 0; i < signed_count; i++)
        headers[count++] = signature[i];
    request->headers = headers;
    request->headers_count = count;
    return OK;
}

enum status auth_request(const struct auth *auth, int64_t now_ms,
                         const struct login_spec *login,
                         const struct setting *values, size_t count,
                         struct http_request *request, struct err *err)
{
    const struct auth_spec *spec = auth->account->auth;
    const struct pairs *pairs =
        login != NULL ? &login->code_body : &spec->token_body;
    struct arena *arena = request->arena;
    struct setting *all = arena_take(arena, (count + 1) * sizeof(*all));
    struct lookup lookup = {auth->account, all, count};
    struct http_header *filled =
        arena_take(arena, (pairs->count + 1) * sizeof(*filled));
    bool own_url = login != NULL && login->code_url != NULL;
    const char *missing = NULL;
    struct text url = text_of(auth->account->token_url), path;

    for (size_t i = 0; i < count; i++)
        all[i] = values[i];
    if (auth->token.refresh.size > 0)
        all[lookup.count++] =
            (struct setting){"refresh_token", auth->token.refresh};
    if (own_url && !template_fill(login->code_url, lookup_value, &lookup, NULL,
                                  arena, &url, &missing))
        return missing_name(auth, missing, err);
    request->method = "POST";
    request->url = url.at;
    if (signed_path(auth, own_url ? login->code_path : spec->token_path,
                    &lookup, arena, url.at, &path, err) != OK ||
        fill_body(auth, pairs, &lookup, arena, filled, err) != OK)
        return STOP;
    request->body = spec->token_form == BODY_FORM
                        ? http_form(arena, filled, pairs->count)
                        : json_body(filled, pairs->count, arena);
    return token_headers(auth, &lookup, path, now_ms, request, err);
}

void auth_wipe_request(const struct http_request *request)
{
    /* Other values may be literals, which nobody may write to. */
    for (size_t i = 0; i < request->headers_count; i++)
        if (text_is_nocase(request->headers[i].name, "Authorization"))
            crypto_wipe(request->headers[i].value);
}

/* --- the reply ------------------------------------------------------------*/

/* RFC 3339 UTC as clean_time writes it, or a number of seconds or ms; 0 none.
 */
static int64_t moment_ms(struct text raw, struct arena *arena)
{
    struct tm tm = {0};
    struct text canonical;
    uint64_t number;

    if (text_to_u64(raw, &number) && number < INT64_MAX / 1000)
        return number > 100LL * 1000 * 1000 * 1000 ? (int64_t)number
                                                   : (int64_t)number * 1000;
    if (raw.size == 0 || !clean_time(raw, NULL, arena, &canonical) ||
        strptime(canonical.at, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
        return 0;
    return (int64_t)timegm(&tm) * 1000;
}

/*
 * When the token ends, 0 unknown. One that is said to have ended already comes
 * from a clock that is not ours: a 401 will tell. One that lives so short that
 * renewing early would mean always is renewed at half its life.
 */
static int64_t expires_ms(const struct auth_spec *spec,
                          const struct node *reply, int64_t now_ms,
                          struct arena *arena)
{
    struct text in = provider_text(spec->expires_in, reply);
    uint64_t seconds = 0;
    int64_t life_ms = 0, at_ms;

    in.size = text_find(in, ".");
    if (text_to_u64(in, &seconds) && seconds > 0) {
        if (seconds > EXPIRES_MAX_S)
            seconds = EXPIRES_MAX_S;
        life_ms = (int64_t)seconds * 1000;
    } else {
        at_ms = moment_ms(provider_text(spec->expires_at, reply), arena);
        life_ms = at_ms > now_ms ? at_ms - now_ms : 0;
    }
    if (life_ms == 0)
        return 0;
    return life_ms < 2 * TOKEN_EARLY_MS ? now_ms + TOKEN_EARLY_MS + life_ms / 2
                                        : now_ms + life_ms;
}

/* The setting by which an account names its tenant: the first name in the
 * provider's template; NULL: none. */
static const char *tenant_setting(const struct auth *auth)
{
    const char *template = auth->account->provider->tenant;
    const char *open = template != NULL ? strchr(template, '{') : NULL;

    if (open == NULL)
        return NULL;
    return arena_string(auth->arena,
                        (struct text){open + 1, strcspn(open + 1, "|}")});
}

struct tenant {
    struct text token;   /* whose the reply's token is; empty: not told */
    struct text account; /* whom the account is; empty: not known */
    const char *setting;
    bool named;       /* by the account's setting, not by an earlier token */
    const char *fact; /* where the store knows it, or NULL */
};

/*
 * An account that names none is whom its first token was for: the store's links
 * are that one's, and whoever chose another on the page of a login would make
 * all of its customers anew there.
 */
static struct tenant find_tenant(struct auth *auth, const struct node *reply)
{
    struct tenant tenant = {
        .token = provider_text(auth->account->auth->token_tenant, reply),
        .setting = tenant_setting(auth)};
    const char *named = tenant.setting != NULL
                            ? account_setting(auth->account, tenant.setting)
                            : NULL;
    struct err ignored; /* the tokens are kept next, and fail the same way */

    tenant.named = named != NULL;
    if (tenant.named)
        tenant.account = text_of(named);
    else if (tenant.setting != NULL && tenant.token.size > 0)
        tenant.fact = arena_print(auth->arena, "tenant:%s", auth->login).at;
    if (tenant.fact != NULL)
        (void)store_fact(auth->store, tenant.fact, auth->arena, &tenant.account,
                         &ignored);
    return tenant;
}

static enum status other_tenant(const struct auth *auth,
                                const struct tenant *tenant, struct err *err)
{
    const char *name = auth->account->name;
    int size = (int)(tenant->token.size < 80 ? tenant->token.size : 80);

    (void)fail(err, STOP, EXIT_CREDENTIALS, "other_tenant",
               "the token is for '%.*s', the account %s '%.*s'", size,
               tenant->token.at, tenant->named ? "names" : "has been",
               TEXT_ARGS(tenant->account));
    err_place(err, "%s", name);
    if (auth->account->auth->login.url == NULL)
        err_hint(err, "give the account a refresh_token of that tenant");
    else if (tenant->named)
        err_hint(err, "custsync login %s:, and choose that one on the page",
                 name);
    else
        err_hint(err,
                 "custsync login %s:, and choose that one on the page; or "
                 "begin anew with the other: '%s: %.*s' in the account",
                 name, tenant->setting, size, tenant->token.at);
    return STOP;
}

enum status auth_read(struct auth *auth, const struct node *reply,
                      int64_t now_ms, struct err *err)
{
    const struct auth_spec *spec = auth->account->auth;
    struct text access = provider_text(spec->access_token, reply);
    struct text refresh = provider_text(spec->refresh_token, reply);
    struct tenant tenant = find_tenant(auth, reply);
    struct token token = auth->token;
    bool other = tenant.token.size > 0 && tenant.account.size > 0 &&
                 !text_equal(tenant.token, tenant.account);
    enum status status;

    if (access.size == 0)
        return fail(err, REJECT, EXIT_UNAVAILABLE, "no_token",
                    "the token reply holds no access token");
    token.access = arena_text(auth->arena, access);
    /* An answer without one means that the old one stays good. */
    if (refresh.size > 0)
        token.refresh = arena_text(auth->arena, refresh);
    if (auth->first_refresh.size > 0)
        token.first_refresh = auth->first_refresh;
    token.expires_ms = expires_ms(spec, reply, now_ms, auth->arena);
    /* Of a renewal the refresh token is kept even when it is another tenant's,
     * since the old one is dead now; its access token never is, or the next run
     * would write to that tenant. */
    if (other)
        token.access = TEXT("");
    if (!other || auth->code.size == 0) {
        status = store_token_put(auth->store, auth->login, &token, err);
        if (status != OK)
            return status;
        auth->token = token;
        auth->rejected = TEXT("");
    }
    if (other)
        return other_tenant(auth, &tenant, err);
    if (tenant.fact == NULL || tenant.account.size > 0)
        return OK;
    return store_fact_put(auth->store, tenant.fact, tenant.token, err);
}
