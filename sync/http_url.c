/*
 * http_url.c - addresses: built, taken apart and compared by libcurl.
 */
#include "sync/http_url.h"
#include "sync/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

struct text http_escape(struct arena *arena, struct text text)
{
    struct text escaped = TEXT("");
    char *made;

    if (text.size == 0)
        return escaped;
    if (text.size > INT_MAX / 4)
        return escaped;
    made = curl_easy_escape(NULL, text.at, (int)text.size);
    if (made != NULL)
        escaped = arena_text(arena, text_of(made));
    curl_free(made);
    return escaped;
}

struct text http_unescape(struct arena *arena, struct text text)
{
    struct text plain = text;
    int size = 0;
    char *made;

    if (text.size == 0 || text.size > INT_MAX / 4)
        return text;
    made = curl_easy_unescape(NULL, text.at, (int)text.size, &size);
    if (made != NULL && memchr(made, '\0', (size_t)size) == NULL)
        plain = arena_text(arena, (struct text){made, (size_t)size});
    curl_free(made);
    return plain;
}

bool http_query_value(struct arena *arena, struct text query, const char *name,
                      struct text *value)
{
    size_t size = strlen(name);

    while (query.size > 0) {
        size_t end = text_find(query, "&");

        if (end > size && query.at[size] == '=' &&
            memcmp(query.at, name, size) == 0) {
            char *plain = arena_string(
                arena, (struct text){query.at + size + 1, end - size - 1});

            for (char *c = plain; *c != '\0'; c++)
                if (*c == '+')
                    *c = ' ';
            *value = http_unescape(arena, text_of(plain));
            return true;
        }
        end += end < query.size ? 1 : 0;
        query.at += end;
        query.size -= end;
    }
    *value = TEXT("");
    return false;
}

static void add_pairs(struct buffer *out, struct arena *arena,
                      const struct http_header *pairs, size_t count,
                      const char *before)
{
    for (size_t i = 0; i < count; i++) {
        buffer_string(out, i == 0 ? before : "&");
        buffer_text(out, http_escape(arena, pairs[i].name));
        buffer_byte(out, '=');
        buffer_text(out, http_escape(arena, pairs[i].value));
    }
}

struct text http_url(struct arena *arena, const char *base, struct text path,
                     const struct http_header *query, size_t count)
{
    struct buffer url = {0};
    struct text made;

    buffer_string(&url, base);
    buffer_text(&url, path);
    add_pairs(&url, arena, query, count,
              text_find(path, "?") < path.size ? "&" : "?");
    made = arena_text(arena, buffer_view(&url));
    buffer_free(&url);
    return made;
}

struct text http_form(struct arena *arena, const struct http_header *pairs,
                      size_t count)
{
    struct buffer form = {0};
    struct text made;

    add_pairs(&form, arena, pairs, count, "");
    made = arena_text(arena, buffer_view(&form));
    /* A form is where secrets stand. */
    if (form.size > 0)
        explicit_bzero(form.at, form.size);
    buffer_free(&form);
    return made;
}

/* NULL when it is no address at all. The caller cleans up. */
static CURLU *parse(const char *url)
{
    CURLU *parsed = curl_url();

    if (parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == 0)
        return parsed;
    curl_url_cleanup(parsed);
    return NULL;
}

/* A part in the arena; empty when the address has none. */
static struct text part(CURLU *parsed, CURLUPart which, unsigned int flags,
                        struct arena *arena)
{
    struct text text = TEXT("");
    char *made = NULL;

    if (curl_url_get(parsed, which, &made, flags) == 0)
        text = arena_text(arena, text_of(made));
    curl_free(made);
    return text;
}

static bool has_part(CURLU *parsed, CURLUPart which)
{
    char *made = NULL;
    bool has = curl_url_get(parsed, which, &made, 0) == 0;

    curl_free(made);
    return has;
}

static bool is_loopback_host(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    char bare[INET6_ADDRSTRLEN + 2];
    size_t size = strlen(host);

    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (size < 3 || size > sizeof(bare) || host[0] != '[')
        return false;
    memcpy(bare, host + 1, size - 2);
    bare[size - 2] = '\0';
    return inet_pton(AF_INET6, bare, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool is_loopback(CURLU *parsed)
{
    char *host = NULL;
    bool is = curl_url_get(parsed, CURLUPART_HOST, &host, 0) == 0 &&
              is_loopback_host(host);

    curl_free(host);
    return is;
}

const char *http_unfit(const char *url)
{
    CURLU *parsed = parse(url);
    char *scheme = NULL;
    const char *why = NULL;

    if (parsed == NULL ||
        curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) != 0)
        why = "is no address";
    else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
        why = "is neither https:// nor http://";
    else if (strcmp(scheme, "http") == 0 && !is_loopback(parsed))
        why = "would send credentials in clear text";
    else if (has_part(parsed, CURLUPART_USER) ||
             has_part(parsed, CURLUPART_PASSWORD))
        why = "holds a user or password";
    else if (has_part(parsed, CURLUPART_QUERY) ||
             has_part(parsed, CURLUPART_FRAGMENT))
        why = "has more than a host and a path";
    curl_free(scheme);
    curl_url_cleanup(parsed);
    return why;
}

/* --- addresses that need no parser -----------------------------------------*/

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/*
 * A path that stands in an address as it is: no dots to fold, nothing escaped
 * or to be escaped, no query. That is how nearly all of them look, and libcurl
 * takes longer over the addresses of a create than over its answer.
 */
static bool is_plain_path(struct text path)
{
    if (path.size == 0 || path.at[0] != '/' ||
        (path.size > 1 && path.at[1] == '/'))
        return false;
    for (size_t i = 1; i < path.size; i++)
        if (!is_plain(path.at[i]) && path.at[i] != '/')
            return false;
    return true;
}

/* Scheme, host and port of a plain absolute address; 0 when it is none. */
static size_t plain_origin(struct text url)
{
    size_t at = text_starts(url, "https://")  ? 8
                : text_starts(url, "http://") ? 7
                                              : 0;
    size_t host = at, port = 0;

    if (at == 0)
        return 0;
    while (at < url.size && (is_plain(url.at[at]) || url.at[at] == '.'))
        at++;
    if (at == host || at == url.size || url.at[host] == '.')
        return 0;
    if (url.at[at] == ':') /* at most 5 digits that are a port */
        for (at++; at < url.size && url.at[at] >= '0' && url.at[at] <= '9';
             at++)
            if ((port = port * 10 + (size_t)(url.at[at] - '0')) > UINT16_MAX)
                return 0;
    if (at == url.size || url.at[at] != '/' || url.at[at - 1] == ':' ||
        !is_plain_path((struct text){url.at + at, url.size - at}))
        return 0;
    return at;
}

/* Same origin as it is written: a path alone, or all of it again. */
static bool plain_absolute(struct arena *arena, struct text asked,
                           struct text location, struct text *absolute)
{
    size_t origin = plain_origin(asked);

    if (origin == 0)
        return false;
    if (plain_origin(location) == origin &&
        memcmp(location.at, asked.at, origin) == 0)
        *absolute = arena_text(arena, location);
    else if (is_plain_path(location))
        *absolute = arena_print(arena, "%.*s%.*s", (int)origin, asked.at,
                                TEXT_ARGS(location));
    else
        return false;
    return true;
}

/* --- paths, origins and hosts ----------------------------------------------*/

/* The host as it is written; libcurl knows 127.1 for a loopback address, too.
 */
static bool is_plain_loopback(const char *url)
{
    size_t origin = plain_origin(text_of(url)), size;
    const char *host = strstr(url, "//");
    char name[64];

    if (origin == 0)
        return false;
    host += 2;
    size = strcspn(host, ":/");
    if (size >= sizeof(name))
        return false;
    memcpy(name, host, size);
    name[size] = '\0';
    return is_loopback_host(name);
}

bool http_is_loopback(const char *url)
{
    CURLU *parsed;
    bool is;

    if (is_plain_loopback(url))
        return true;
    parsed = parse(url);
    is = parsed != NULL && is_loopback(parsed);
    curl_url_cleanup(parsed);
    return is;
}

uint16_t http_port(const char *url)
{
    CURLU *parsed = parse(url);
    char *made = NULL;
    uint64_t port = 0;

    if (parsed != NULL &&
        curl_url_get(parsed, CURLUPART_PORT, &made, CURLU_DEFAULT_PORT) == 0)
        (void)text_to_u64(text_of(made), &port);
    curl_free(made);
    curl_url_cleanup(parsed);
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

struct text http_path(struct arena *arena, const char *url)
{
    struct text whole = text_of(url);
    size_t origin = plain_origin(whole);
    struct text path = TEXT("/");
    CURLU *parsed;

    if (origin > 0)
        return arena_text(arena,
                          (struct text){url + origin, whole.size - origin});
    parsed = parse(url);

    if (parsed != NULL)
        path = part(parsed, CURLUPART_PATH, 0, arena);
    curl_url_cleanup(parsed);
    return path;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart which, struct arena *arena)
{
    struct text left = part(a, which, CURLU_DEFAULT_PORT, arena);
    struct text right = part(b, which, CURLU_DEFAULT_PORT, arena);

    return left.size > 0 && text_is_nocase(left, right.at);
}

bool http_same_origin(struct arena *arena, const char *asked,
                      struct text location, struct text *absolute)
{
    CURLU *from, *to;
    bool same = false;

    if (plain_absolute(arena, text_of(asked), location, absolute))
        return true;
    from = parse(asked);
    to = parse(asked);
    /* Setting an address on a handle that has one resolves a relative one. */
    if (from != NULL && to != NULL && location.size > 0 &&
        memchr(location.at, '\0', location.size) == NULL &&
        curl_url_set(to, CURLUPART_URL, arena_string(arena, location), 0) == 0)
        same = same_part(from, to, CURLUPART_SCHEME, arena) &&
               same_part(from, to, CURLUPART_HOST, arena) &&
               same_part(from, to, CURLUPART_PORT, arena) &&
               !has_part(to, CURLUPART_USER) &&
               !has_part(to, CURLUPART_PASSWORD);
    if (same) {
        (void)curl_url_set(to, CURLUPART_FRAGMENT, NULL, 0);
        *absolute = part(to, CURLUPART_URL, 0, arena);
        same = absolute->size > 0;
    }
    curl_url_cleanup(from);
    curl_url_cleanup(to);
    return same;
}
