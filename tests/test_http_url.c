/*
 * test_http_url.c - addresses that are taken apart without libcurl's parser, on
 * the way of every create, beside that parser: all that can be put together
 * from awkward pieces comes to the same.
 */
#include <criterion/criterion.h>

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "sync/http.h"
#include "sync/http_url.h"

TestSuite(url, .timeout = 120);

static const char *const schemes[] = {
    "https://", "http://", "HTTPS://", "https:/", "https:", "ftp://", "//", "",
};
static const char *const hosts[] = {
    "api.example.com",
    "API.example.com",
    "a",
    "a-b_c.example.com",
    "localhost",
    "LocalHost",
    "127.0.0.1",
    "127.1",
    "127.8.9.1",
    "0127.0.0.1",
    "128.0.0.1",
    "127.0.0.1.example.com",
    "[::1]",
    ".example.com",
    "api..example.com",
    "api.example.com.",
    "-",
    "me@api.example.com",
    "me:secret@api.example.com",
    "api.exa%6dple.com",
    "api example.com",
    "api.example.com\\x",
    "",
};
static const char *const ports[] = {
    "",     ":443",    ":0",           ":8080",
    ":",    ":65535",  ":65536",       ":080",
    ":+80", ":80443x", ":18446744073", ":00000000443",
    ":4-3", ":443:443"};
static const char *const paths[] = {
    "",        "/",       "/v1/c/7",    "/v1//c",   "//v1",     "/v1/../c",
    "/v1/./c", "/.",      "/v1/c/7.5",  "/v1/c?x=", "/?x=/a/b", "/v1/c#f",
    "?x=1",    "#f",      "/v1/a%20b",  "/v1/a b",  "/v1/a+b",  "/v1/\xc3\xa9",
    "/v1/c/",  "/-_Az09", "/a:443/b@c", "/v1\\c",   "/~me"};

enum { URL_MAX = 200 };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
enum { URLS = COUNT(schemes) * COUNT(hosts) * COUNT(ports) * COUNT(paths) };

static void put_url(char url[URL_MAX], size_t i)
{
    const char *path = paths[i % COUNT(paths)];
    const char *port = ports[i / COUNT(paths) % COUNT(ports)];
    size_t rest = i / COUNT(paths) / COUNT(ports);

    (void)snprintf(url, URL_MAX, "%s%s%s%s", schemes[rest / COUNT(hosts)],
                   hosts[rest % COUNT(hosts)], port, path);
}

/* A part by libcurl's parser; empty when there is none. Freed by curl_free. */
static char *part_of(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;

    if (curl_url_get(parsed, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return NULL;
    return text;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && curl_strequal(a, b);
}

Test(url, a_path_is_what_libcurl_says)
{
    struct arena *arena = arena_open();
    size_t good = 0;

    for (size_t i = 0; i < URLS; i++) {
        char url[URL_MAX];
        CURLU *parsed = curl_url();
        char *path = NULL;

        put_url(url, i);
        if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
            path = part_of(parsed, CURLUPART_PATH);
        cr_assert_str_eq(http_path(arena, url).at, path != NULL ? path : "/",
                         "%s", url);
        good += path != NULL;
        curl_free(path);
        curl_url_cleanup(parsed);
        arena_reset(arena);
    }
    cr_assert_gt(good, 1000);
    arena_close(arena);
}

Test(url, loopback_is_what_libcurl_takes_for_one)
{
    size_t good = 0;

    for (size_t i = 0; i < URLS; i++) {
        char url[URL_MAX];
        CURLU *parsed = curl_url();
        char *host = NULL;
        bool is;

        put_url(url, i);
        if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
            host = part_of(parsed, CURLUPART_HOST);
        is = is_same(host, "localhost") || is_same(host, "127.0.0.1") ||
             is_same(host, "127.8.9.1") || is_same(host, "[::1]");
        cr_assert_eq(http_is_loopback(url), is, "%s", url);
        good += is;
        curl_free(host);
        curl_url_cleanup(parsed);
    }
    cr_assert_gt(good, 100);
}

/* Where the location leads from there by libcurl's parser alone; NULL: away. */
static char *resolved(const char *asked, const char *location)
{
    static const CURLUPart same[] = {CURLUPART_SCHEME, CURLUPART_HOST,
                                     CURLUPART_PORT};
    CURLU *from = curl_url(), *to = curl_url();
    bool good = location[0] != '\0' &&
                curl_url_set(from, CURLUPART_URL, asked, 0) == CURLUE_OK &&
                curl_url_set(to, CURLUPART_URL, asked, 0) == CURLUE_OK &&
                curl_url_set(to, CURLUPART_URL, location, 0) == CURLUE_OK &&
                curl_url_set(to, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK;
    char *url = NULL, *user = good ? part_of(to, CURLUPART_USER) : NULL;

    for (size_t i = 0; i < COUNT(same) && good; i++) {
        char *a = part_of(from, same[i]), *b = part_of(to, same[i]);

        good = is_same(a, b);
        curl_free(a);
        curl_free(b);
    }
    if (good && user == NULL)
        (void)curl_url_get(to, CURLUPART_URL, &url, 0);
    curl_free(user);
    curl_url_cleanup(from);
    curl_url_cleanup(to);
    return url;
}

Test(url, what_is_followed_is_what_libcurl_resolves)
{
    static const char *const asked[] = {
        "https://api.example.com/v1/c/x", "https://api.example.com:443/v1/c/x",
        "http://127.0.0.1:8080/v1/c/x", "http://127.0.0.1/", "http://a:/v1"};
    struct arena *arena = arena_open();
    size_t good = 0;

    for (size_t i = 0; i < URLS * COUNT(asked); i++) {
        const char *from = asked[i % COUNT(asked)];
        struct text absolute = TEXT("");
        char url[URL_MAX], *to;
        bool same;

        put_url(url, i / COUNT(asked));
        to = resolved(from, url);
        same = http_same_origin(arena, from, text_of(url), &absolute);
        cr_assert_eq(same, to != NULL, "%s from %s", url, from);
        if (to != NULL)
            cr_assert_str_eq(absolute.at, to, "%s from %s", url, from);
        good += to != NULL;
        curl_free(to);
        arena_reset(arena);
    }
    cr_assert_gt(good, 100);
    arena_close(arena);
}
