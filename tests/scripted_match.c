/* What "the same" means for a target, a header, a form and a JSON value. */
#include "scripted.h"

#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

enum {
    PAIRS_MAX = 64,
    PATH_MAX_BYTES = 512,
    SKEW_MAX_S = 300 /* the COUNT sheet's reading of a fresh timestamp */
};

__attribute__((format(printf, 2, 3))) static bool
differ(FILE *why, const char *format, ...)
{
    va_list list;

    if (why != NULL) {
        fputs("    ", why);
        va_start(list, format);
        vfprintf(why, format, list);
        va_end(list);
        fputc('\n', why);
    }
    return false;
}

static bool fits(const char *pattern, const char *text)
{
    regex_t regex;
    bool result;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        fprintf(stderr, "scripted: \"%s\" is no pattern\n", pattern);
        exit(2);
    }
    result = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return result;
}

/*
 * One spelling for all that mean the same: in a query `@` and `%40` do, `+`
 * and `%20` do, `%2b` and `%2B` do; `+` and `%2B` do not, and stay apart.
 */
static char *canonical(const char *text, size_t bytes, bool query)
{
    const char *keep = query ? "+&=#%" : "/?#%";
    char *result = malloc(3 * bytes + 1);
    char *to = result;

    if (result == NULL)
        abort();
    for (size_t at = 0; at < bytes; at++) {
        char hex[3] = {0};
        int byte;

        if (text[at] != '%' || at + 2 >= bytes ||
            !isxdigit((unsigned char)text[at + 1]) ||
            !isxdigit((unsigned char)text[at + 2])) {
            *to++ = text[at];
            continue;
        }
        memcpy(hex, text + at + 1, 2);
        byte = (int)strtol(hex, NULL, 16);
        at += 2;
        if (query && byte == ' ')
            *to++ = '+';
        else if (byte == 0 || strchr(keep, byte) != NULL)
            to += sprintf(to, "%%%02X", (unsigned)byte);
        else
            *to++ = (char)byte;
    }
    *to = '\0';
    return result;
}

static int by_text(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The canonical pairs of a query or a form, sorted. */
static unsigned split_pairs(const char *text, char **pairs)
{
    unsigned count = 0;

    while (*text != '\0' && count < PAIRS_MAX) {
        size_t bytes = strcspn(text, "&");

        pairs[count++] = canonical(text, bytes, true);
        text += bytes + (text[bytes] == '&');
    }
    qsort(pairs, count, sizeof(*pairs), by_text);
    return count;
}

static bool same_pairs(const char *wanted, const char *got)
{
    char *ours[PAIRS_MAX], *theirs[PAIRS_MAX];
    unsigned our_count = split_pairs(wanted, ours);
    unsigned their_count = split_pairs(got, theirs);
    bool same = our_count == their_count;

    for (unsigned i = 0; same && i < our_count; i++)
        same = strcmp(ours[i], theirs[i]) == 0;
    for (unsigned i = 0; i < our_count; i++)
        free(ours[i]);
    for (unsigned i = 0; i < their_count; i++)
        free(theirs[i]);
    return same;
}

static bool same_path(const char *wanted, const char *got)
{
    char *ours = canonical(wanted, strcspn(wanted, "?"), false);
    char *theirs = canonical(got, strcspn(got, "?"), false);
    bool same = strcmp(ours, theirs) == 0;

    free(ours);
    free(theirs);
    return same;
}

static bool same_target(const char *wanted, const char *got)
{
    const char *query = wanted + strcspn(wanted, "?");
    const char *their_query = got + strcspn(got, "?");

    if (wanted[0] == '~')
        return fits(wanted + 1, got);
    return same_path(wanted, got) && *query == *their_query &&
           same_pairs(query + (*query == '?'),
                      their_query + (*their_query == '?'));
}

bool match_place(const struct wanted *wanted, const struct request *request)
{
    if (strcmp(wanted->method, request->method) != 0)
        return false;
    if (wanted->target[0] == '~')
        return fits(wanted->target + 1, request->target);
    return same_path(wanted->target, request->target);
}

static const char *header(const struct request *request, const char *name)
{
    for (unsigned i = 0; i < request->headers_count; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return NULL;
}

static void to_hex(const unsigned char *bytes, size_t count, char *hex)
{
    for (size_t i = 0; i < count; i++)
        sprintf(hex + 2 * i, "%02x", bytes[i]);
}

/* The part of the target that COUNT signs: no query, no "/partners", nor what a
 * gateway has put before it. */
static void signed_path(const char *target, char *path)
{
    const char *base = strstr(target, "/partners");
    size_t bytes;

    if (base != NULL && base < target + strcspn(target, "?") &&
        strchr("/?", base[9]) != NULL) /* its end, too */
        target = base + 9;
    bytes = strcspn(target, "?");
    if (bytes == 0) {
        strcpy(path, "/");
        return;
    }
    if (bytes >= PATH_MAX_BYTES)
        bytes = PATH_MAX_BYTES - 1;
    memcpy(path, target, bytes);
    path[bytes] = '\0';
}

/* METHOD ":" path ":" timestamp ":" body hash, keyed with the secret. */
static bool check_count_hmac(const struct request *request, const char *secret,
                             FILE *why)
{
    const char *stamp = header(request, "x-timestamp");
    const char *signature = header(request, "x-signature");
    unsigned char digest[EVP_MAX_MD_SIZE];
    char path[PATH_MAX_BYTES], body_hash[65] = "", wanted[65] = "";
    char base[PATH_MAX_BYTES + 128];
    unsigned bytes = 0;
    long long at;

    if (stamp == NULL || signature == NULL)
        return differ(why, "signature: x-timestamp or x-signature is missing");
    if (!fits("^([0-9]{10}|[0-9]{13})$", stamp))
        return differ(why, "x-timestamp: %s is no UNIX time", stamp);
    at = strtoll(stamp, NULL, 10) / (strlen(stamp) == 13 ? 1000 : 1);
    if (llabs(at - (long long)time(NULL)) > SKEW_MAX_S)
        return differ(why, "x-timestamp: %s is not now", stamp);
    signed_path(request->target, path);
    if (strcmp(request->method, "GET") != 0 &&
        strcmp(request->method, "DELETE") != 0) {
        SHA256((const unsigned char *)request->body, request->body_bytes,
               digest);
        to_hex(digest, SHA256_DIGEST_LENGTH, body_hash);
    }
    snprintf(base, sizeof(base), "%s:%s:%s:%s", request->method, path, stamp,
             body_hash);
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)base,
         strlen(base), digest, &bytes);
    to_hex(digest, bytes, wanted);
    if (strcmp(wanted, signature) == 0)
        return true;
    return differ(why,
                  "x-signature of \"%s\"\n        wanted %s\n"
                  "        got    %s",
                  base, wanted, signature);
}

/* Whether the body is what JSON.stringify would have written. */
static bool check_compact(const struct request *request, FILE *why)
{
    json_t *value = json_loadb(request->body, request->body_bytes,
                               JSON_REJECT_DUPLICATES, NULL);
    char *compact =
        value == NULL
            ? NULL
            : json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(15));
    bool same = request->body_bytes == 0 ||
                (compact != NULL && strcmp(compact, request->body) == 0);

    json_decref(value);
    free(compact);
    return same ||
           differ(why, "the body is not compact JSON: %s", request->body);
}

static bool check_one(const struct check *check, const struct request *request,
                      FILE *why)
{
    const char *got = header(request, check->name);
    const char *shown = got == NULL ? "nothing" : got;

    switch (check->kind) {
    case CHECK_EQUAL:
        return (got != NULL && strcmp(check->value, got) == 0) ||
               differ(why, "%s\n        wanted %s\n        got    %s",
                      check->name, check->value, shown);
    case CHECK_REGEX:
        return (got != NULL && fits(check->value, got)) ||
               differ(why, "%s\n        wanted ~%s\n        got    %s",
                      check->name, check->value, shown);
    case CHECK_PRESENT:
        return got != NULL || differ(why, "%s is missing", check->name);
    case CHECK_ABSENT:
        return got == NULL ||
               differ(why, "%s must not be there: %s", check->name, shown);
    case CHECK_COUNT_HMAC:
        return check_count_hmac(request, check->value, why);
    case CHECK_COMPACT_JSON:
        return check_compact(request, why);
    case CHECK_NOT_BEFORE:
        return request->since_reply_ms < 0 ||
               request->since_reply_ms >= atoll(check->value) ||
               differ(why, "came %lld ms after the last reply, not %s",
                      (long long)request->since_reply_ms, check->value);
    }
    return false;
}

static bool match_body(const struct wanted *wanted,
                       const struct request *request, FILE *why)
{
    json_t *got;
    bool same;

    switch (wanted->body_kind) {
    case BODY_ANY:
        return true;
    case BODY_NONE:
        same = request->body_bytes == 0;
        break;
    case BODY_FORM:
        same = same_pairs(wanted->body, request->body);
        break;
    case BODY_RAW:
        same = strlen(wanted->body) == request->body_bytes &&
               memcmp(wanted->body, request->body, request->body_bytes) == 0;
        break;
    default:
        got = json_loadb(request->body, request->body_bytes,
                         JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
        if (got == NULL)
            return differ(why, "the body is no JSON: %s", request->body);
        same = match_json(wanted->json, got, wanted->body_kind == BODY_SUBSET,
                          why);
        json_decref(got);
        break;
    }
    return same ||
           differ(why, "body\n        wanted %s\n        got    %s",
                  wanted->body == NULL ? "none" : wanted->body, request->body);
}

bool match_request(const struct wanted *wanted, const struct wanted *always,
                   const struct request *request, FILE *why)
{
    bool same = strcmp(wanted->method, request->method) == 0 &&
                same_target(wanted->target, request->target);

    if (!same)
        differ(why, "request\n        wanted %s %s\n        got    %s %s",
               wanted->method, wanted->target, request->method,
               request->target);
    for (unsigned i = 0; i < wanted->checks_count; i++)
        same &= check_one(&wanted->checks[i], request, why);
    for (unsigned i = 0; i < always->checks_count; i++)
        same &= check_one(&always->checks[i], request, why);
    return match_body(wanted, request, why) && same;
}
