/*
 * sign.c - a base string, its HMAC-SHA256, and the headers they go into.
 */
#include "sync/sign.h"

#include "sync/crypto.h"

#include <inttypes.h>
#include <string.h>

const char *lookup_value(const void *self, const char *name)
{
    const struct lookup *lookup = self;

    for (size_t i = 0; i < lookup->count; i++)
        if (strcmp(lookup->values[i].name, name) == 0)
            return lookup->values[i].value.at != NULL
                       ? lookup->values[i].value.at
                       : "";
    return lookup->account != NULL ? account_setting(lookup->account, name)
                                   : NULL;
}

static enum status missing_name(const struct lookup *lookup, const char *name,
                                struct err *err)
{
    (void)fail(err, STOP, EXIT_CONFIG, "missing_setting",
               "'%s' is needed for a request and is not set",
               name != NULL ? name : "?");
    if (lookup->account != NULL)
        err_place(err, "%s", lookup->account->name);
    return STOP;
}

enum status fill_headers(const struct pairs *pairs, const struct lookup *lookup,
                         struct arena *arena, struct http_header *headers,
                         struct err *err)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const char *missing = NULL;

        headers[i].name = text_of(pairs->at[i].name);
        if (!template_fill(pairs->at[i].value, lookup_value, lookup, NULL,
                           arena, &headers[i].value, &missing))
            return missing_name(lookup, missing, err);
    }
    return OK;
}

/* "/partners" alone is "/"; "/partners/x" is "/x"; "/partnersx" stays. */
static struct text strip_prefix(struct text path, const char *prefix)
{
    size_t size = prefix != NULL ? strlen(prefix) : 0;

    if (size == 0 || !text_starts(path, prefix))
        return path;
    if (path.size == size)
        return TEXT("/");
    if (path.at[size] != '/')
        return path;
    return (struct text){path.at + size, path.size - size};
}

enum { SIGN_VALUES = 5 };

/* values has room for SIGN_VALUES; the signature itself is the caller's. */
static size_t base_values(const struct sign_spec *spec,
                          const struct signing *signing, struct arena *arena,
                          struct setting *values)
{
    int64_t time =
        spec->milliseconds ? signing->now_ms : signing->now_ms / 1000;
    struct text path = strip_prefix(signing->path, spec->strip_path);
    bool has_body = signing->body.at != NULL;

    values[0] = (struct setting){"method", text_of(signing->method)};
    values[1] = (struct setting){"path", arena_text(arena, path)};
    values[2] =
        (struct setting){"timestamp", arena_print(arena, "%" PRId64, time)};
    /* Without a body the part is empty, not the digest of nothing. */
    values[3] = (struct setting){
        "body_sha256",
        has_body ? crypto_sha256_hex(arena, signing->body) : TEXT("")};
    return 4;
}

static enum status base_string(const struct lookup *lookup, struct arena *arena,
                               struct text *base, struct err *err)
{
    const char *missing = NULL;

    if (!template_fill(lookup->account->provider->sign.base, lookup_value,
                       lookup, NULL, arena, base, &missing))
        return missing_name(lookup, missing, err);
    return OK;
}

enum status sign_base(const struct account *account,
                      const struct signing *signing, struct arena *arena,
                      struct text *base, struct err *err)
{
    struct setting values[SIGN_VALUES];
    struct lookup lookup = {account, values, 0};

    lookup.count =
        base_values(&account->provider->sign, signing, arena, values);
    return base_string(&lookup, arena, base, err);
}

enum status sign_request(const struct account *account,
                         const struct signing *signing, struct arena *arena,
                         struct http_header **headers, size_t *count,
                         struct err *err)
{
    const struct sign_spec *spec = &account->provider->sign;
    struct setting values[SIGN_VALUES];
    struct lookup lookup = {account, values, 0};
    struct text base, key;
    uint8_t mac[SHA256_SIZE];
    const char *missing = NULL;

    *headers = NULL;
    *count = 0;
    if (!spec->used)
        return OK;
    lookup.count = base_values(spec, signing, arena, values);
    if (base_string(&lookup, arena, &base, err) != OK)
        return STOP;
    if (!template_fill(spec->key, lookup_value, &lookup, NULL, arena, &key,
                       &missing))
        return missing_name(&lookup, missing, err);
    crypto_hmac_sha256(key, base, mac);
    crypto_wipe(key);
    values[lookup.count++] = (struct setting){
        "signature",
        spec->base64
            ? crypto_base64(arena, (struct text){(char *)mac, sizeof(mac)})
            : crypto_hex(arena, mac, sizeof(mac))};
    *headers = arena_take(arena, (spec->headers.count + 1) * sizeof(**headers));
    *count = spec->headers.count;
    return fill_headers(&spec->headers, &lookup, arena, *headers, err);
}
