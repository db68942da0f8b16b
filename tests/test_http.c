/*
 * test_http.c - what http.c does when a server misbehaves.
 */
#include <criterion/criterion.h>

#include "formats/limits.h"
#include "sync/http.h"
#include "sync/http_time.h"
#include "sync/http_url.h"
#include "tests/local_server.h"

TestSuite(http, .timeout = 60);
TestSuite(address, .timeout = 10);

static struct http *http;
static struct arena *arena;
static struct err err;

static void open_all(void)
{
    arena = arena_open();
    cr_assert_eq(http_open(&http, 4, NULL, &err), OK);
}

static void close_all(void)
{
    http_close(http);
    arena_close(arena);
}

static struct http_request *ask_with(const char *method, int port,
                                     const char *path, const char *body,
                                     const struct http_header *headers,
                                     size_t count)
{
    struct http_request *request = arena_take(arena, sizeof(*request));
    struct http_request *done = NULL;

    *request = (struct http_request){
        .arena = arena,
        .method = method,
        .url = arena_print(arena, "http://127.0.0.1:%d%s", port, path).at,
        .headers = headers,
        .headers_count = count,
        .body = body != NULL ? text_of(body) : (struct text){NULL, 0},
    };
    cr_assert_eq(http_start(http, request, &err), OK);
    while (done == NULL)
        cr_assert_eq(http_wait(http, 1000, &done, &err), OK);
    cr_assert_eq(done, request);
    cr_assert_eq(http_active(http), 0);
    return request;
}

static struct http_request *ask(const char *method, int port, const char *path,
                                const char *body)
{
    static const struct http_header json = {{"Content-Type", 12},
                                            {"application/json", 16}};

    return ask_with(method, port, path, body, &json, body != NULL ? 1 : 0);
}

/* --- answers --------------------------------------------------------------*/

static bool answer_plain(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 200, "X-One: a b \r\nRetry-After: 7\r\n", "{\"a\":1}");
    return true;
}

static bool answer_then_die(struct server *server, int socket, unsigned index)
{
    (void)server;
    if (index > 0)
        return false; /* read whole, never answered */
    server_reply(socket, 200, "", "{}");
    return true;
}

static bool answer_redirect(struct server *server, int socket, unsigned index)
{
    char headers[200];

    (void)index;
    snprintf(headers, sizeof(headers),
             "Location: http://127.0.0.1:%d/secret\r\n", server->port);
    server_reply(socket, 302, headers, "");
    return true;
}

static bool answer_endless(struct server *server, int socket, unsigned index)
{
    static char block[64 * 1024];

    (void)server;
    (void)index;
    memset(block, 'x', sizeof(block) - 1);
    server_say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 64 * 1024; i++)
        if (send(socket, block, sizeof(block) - 1, MSG_NOSIGNAL) <= 0)
            break;
    return false;
}

static bool answer_endless_head(struct server *server, int socket,
                                unsigned index)
{
    (void)server;
    (void)index;
    server_say(socket, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100 * 1000; i++) {
        char line[64];

        snprintf(line, sizeof(line), "X-Filler-%d: abcdefghij\r\n", i);
        if (send(socket, line, strlen(line), MSG_NOSIGNAL) <= 0)
            break;
    }
    return false;
}

static bool answer_cut(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"");
    return false;
}

static bool answer_cut_chunk(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\n{\"a\":\r\n");
    return false;
}

static bool answer_nothing(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)socket;
    (void)index;
    return false;
}

static bool answer_old(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_say(socket, "just text, as in 1991");
    return false;
}

/* --- tests ----------------------------------------------------------------*/

Test(http, an_answer_comes_whole)
{
    struct server *server = server_open(answer_plain);
    struct http_request *request;

    open_all();
    request = ask("POST", server->port, "/v1/x?a=b", "{\"n\":2}");
    cr_assert_eq(request->sent, HTTP_ANSWERED);
    cr_assert_eq(request->status, 200);
    cr_assert(text_is(request->reply, "{\"a\":1}"));
    cr_assert(text_is(http_reply_header(request, "x-one"), "a b"));
    cr_assert_eq(request->retry_after_ms, 7000);
    cr_assert_str_eq(server->requests[0].body, "{\"n\":2}");
    cr_assert(strstr(server->requests[0].text, "POST /v1/x?a=b HTTP/1.1"));
    cr_assert(
        strstr(server->requests[0].text, "Content-Type: application/json\r\n"));
    cr_assert(strstr(server->requests[0].text, "User-Agent: custsync/"));
    cr_assert_null(strstr(server->requests[0].text, "Expect"));
    close_all();
}

Test(http, connections_are_kept_and_methods_are_as_given)
{
    struct server *server = server_open(answer_plain);
    static const char *const methods[] = {"GET", "PUT", "PATCH"};

    open_all();
    for (int i = 0; i < 9; i++) {
        const char *method = methods[i % 3];

        cr_assert_eq(
            ask(method, server->port, "/", i % 3 > 0 ? "{}" : NULL)->sent,
            HTTP_ANSWERED);
        cr_assert_eq(strncmp(server->requests[i].text, method, strlen(method)),
                     0);
    }
    cr_assert_eq(server->connections, 1);
    close_all();
}

Test(http, a_post_on_a_dying_kept_connection_is_sent_once)
{
    struct server *server = server_open(answer_then_die);
    struct http_request *request;

    open_all();
    cr_assert_eq(ask("GET", server->port, "/", NULL)->sent, HTTP_ANSWERED);
    request = ask("POST", server->port, "/customers", "{\"name\":\"x\"}");
    cr_assert_eq(request->sent, HTTP_UNKNOWN);
    cr_assert_eq(server_count(server), 2, "the body went out %u times",
                 server_count(server) - 1);
    cr_assert_neq(request->error[0], '\0');
    close_all();
}

Test(http, a_read_is_not_sent_twice_behind_our_back)
{
    struct server *server = server_open(answer_then_die);

    open_all();
    cr_assert_eq(ask("GET", server->port, "/", NULL)->sent, HTTP_ANSWERED);
    cr_assert_eq(ask("GET", server->port, "/1", NULL)->sent, HTTP_UNKNOWN);
    cr_assert_eq(server_count(server), 2);
    close_all();
}

Test(http, a_write_without_a_body_is_sent_once_too)
{
    struct server *server = server_open(answer_then_die);

    open_all();
    cr_assert_eq(ask("GET", server->port, "/", NULL)->sent, HTTP_ANSWERED);
    cr_assert_eq(ask("DELETE", server->port, "/1", NULL)->sent, HTTP_UNKNOWN);
    cr_assert_eq(server_count(server), 2);
    close_all();
}

Test(http, a_redirect_is_not_followed)
{
    struct server *server = server_open(answer_redirect);
    struct http_request *request;

    open_all();
    request = ask("GET", server->port, "/", NULL);
    cr_assert_eq(request->sent, HTTP_ANSWERED);
    cr_assert_eq(request->status, 302);
    cr_assert(http_reply_header(request, "location").size > 0);
    cr_assert_eq(server_count(server), 1);
    close_all();
}

Test(http, an_endless_body_ends_at_the_limit)
{
    struct server *server = server_open(answer_endless);
    struct http_request *request;

    open_all();
    request = ask("GET", server->port, "/", NULL);
    cr_assert_eq(request->sent, HTTP_UNKNOWN);
    cr_assert(request->endless);
    cr_assert_eq(request->reply.size, 0);
    close_all();
}

Test(http, endless_headers_end_at_the_limit)
{
    struct server *server = server_open(answer_endless_head);
    struct http_request *request;

    open_all();
    request = ask("GET", server->port, "/", NULL);
    cr_assert_eq(request->sent, HTTP_UNKNOWN);
    close_all();
}

Test(http, a_truncated_reply_is_unknown)
{
    bool (*const answers[])(struct server *, int, unsigned) = {
        answer_cut, answer_cut_chunk, answer_nothing, answer_old};

    open_all();
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct server *server = server_open(answers[i]);

        cr_assert_eq(ask("POST", server->port, "/", "{}")->sent, HTTP_UNKNOWN,
                     "answer %zu", i);
        cr_assert_eq(server_count(server), 1);
    }
    close_all();
}

Test(http, a_refused_connection_sent_nothing)
{
    struct http_request *request;

    open_all();
    request = ask("POST", server_closed_port(), "/", "{}");
    cr_assert_eq(request->sent, HTTP_NOT_SENT);
    cr_assert_neq(request->error[0], '\0');
    close_all();
}

Test(http, clear_text_to_another_host_is_never_sent)
{
    struct http_request *request;
    struct http_request *done = NULL;

    open_all();
    request = arena_take(arena, sizeof(*request));
    *request = (struct http_request){
        .arena = arena, .method = "GET", .url = "http://192.0.2.1/"};
    cr_assert_eq(http_start(http, request, &err), OK);
    while (done == NULL)
        cr_assert_eq(http_wait(http, 1000, &done, &err), OK);
    cr_assert_eq(request->sent, HTTP_NOT_SENT);
    close_all();
}

Test(http, a_header_with_a_line_end_is_refused)
{
    const struct http_header bad = {TEXT("X-Key"), TEXT("a\r\nX-Evil: b")};
    struct http_request request;

    open_all();
    request = (struct http_request){.arena = arena,
                                    .method = "GET",
                                    .url = "http://127.0.0.1:1/",
                                    .headers = &bad,
                                    .headers_count = 1};
    cr_assert_eq(http_start(http, &request, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_null(strstr(err.message, "X-Evil"));
    close_all();
}

Test(http, loopback_is_never_asked_through_a_proxy)
{
    struct server *server = server_open(answer_plain);

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    open_all();
    cr_assert_eq(ask("GET", server->port, "/", NULL)->sent, HTTP_ANSWERED);
    close_all();
}

Test(http, many_run_side_by_side)
{
    struct server *server = server_open(answer_plain);
    struct http_request requests[4] = {0};
    struct http_request *done;

    open_all();
    for (int i = 0; i < 4; i++) {
        requests[i] = (struct http_request){
            .arena = arena,
            .method = "GET",
            .url = arena_print(arena, "http://127.0.0.1:%d/%d", server->port, i)
                       .at};
        cr_assert_eq(http_start(http, &requests[i], &err), OK);
    }
    for (int ended = 0; ended < 4;) {
        cr_assert_eq(http_wait(http, 1000, &done, &err), OK);
        ended += done != NULL;
    }
    cr_assert_eq(server_count(server), 4);
    close_all();
}

/* --- addresses ------------------------------------------------------------*/

Test(address, values_are_escaped)
{
    const struct http_header query[] = {
        {TEXT("email"), TEXT("a+b@example.com")},
        {TEXT("first_name"), TEXT("J\xc3\xb6rg & Co")},
    };

    arena = arena_open();
    cr_assert_str_eq(http_url(arena, "https://api.example.com/open-api",
                              TEXT("/v1/customers/search"), query, 2)
                         .at,
                     "https://api.example.com/open-api/v1/customers/search"
                     "?email=a%2Bb%40example.com"
                     "&first_name=J%C3%B6rg%20%26%20Co");
    cr_assert_str_eq(http_escape(arena, TEXT("a/b?c#d")).at, "a%2Fb%3Fc%23d");
    cr_assert_str_eq(http_form(arena, query, 1).at,
                     "email=a%2Bb%40example.com");
    arena_close(arena);
}

Test(address, only_the_same_origin_is_followed)
{
    static const struct {
        const char *location;
        const char *absolute; /* NULL: refused */
    } cases[] = {
        {"https://API.example.com/v1/c/7", "https://API.example.com/v1/c/7"},
        {"https://api.example.com:443/v1/c/7",
         "https://api.example.com:443/v1/c/7"},
        {"/v1/c/7?x=1#f", "https://api.example.com/v1/c/7?x=1"},
        {"7", "https://api.example.com/v1/c/7"},
        {"/v1/c/7", "https://api.example.com/v1/c/7"},
        {"/v1/c//7", "https://api.example.com/v1/c//7"},
        {"/v1/c/../x/7", "https://api.example.com/v1/x/7"},
        {"https://api.example.com/v1/c/./7", "https://api.example.com/v1/c/7"},
        {"https://api.example.com/v1/c/7#f", "https://api.example.com/v1/c/7"},
        {"https://api.example.com", "https://api.example.com/"},
        {"https://api.example.com.evil.example.org/v1/c/7", NULL},
        {"https://api.example.community/v1/c/7", NULL},
        {"https://api.example.com:80443/v1/c/7", NULL},
        {"https://api.example.com:/v1/c/7", "https://api.example.com/v1/c/7"},
        {"https://evil.example.org/v1/c/7", NULL},
        {"//evil.example.org/v1/c/7", NULL},
        {"http://api.example.com/v1/c/7", NULL},
        {"https://api.example.com:8443/v1/c/7", NULL},
        {"https://api.example.com@evil.example.org/", NULL},
        {"https://me@api.example.com/", NULL},
        {"ftp://api.example.com/", NULL},
        {"", NULL},
    };

    arena = arena_open();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text absolute = TEXT("");
        bool same = http_same_origin(arena, "https://api.example.com/v1/c/x",
                                     text_of(cases[i].location), &absolute);

        cr_assert_eq(same, cases[i].absolute != NULL, "%s", cases[i].location);
        if (same)
            cr_assert(text_is(absolute, cases[i].absolute) ||
                          text_is_nocase(absolute, cases[i].absolute),
                      "%s gave %s", cases[i].location, absolute.at);
    }
    arena_close(arena);
}

Test(address, a_path_stands_as_it_is_unless_it_has_to_be_folded)
{
    static const struct {
        const char *url, *path;
    } cases[] = {
        {"https://api.example.com/v1/c/7", "/v1/c/7"},
        {"http://127.0.0.1:8080/kounta/v1/c", "/kounta/v1/c"},
        {"https://api.example.com:443/", "/"},
        {"https://api.example.com", "/"},
        {"https://api.example.com/v1/c/7?page=2", "/v1/c/7"},
        {"https://api.example.com/v1/x/../c/7", "/v1/c/7"},
        {"https://api.example.com/v1/c/a%20b", "/v1/c/a%20b"},
        {"https://api.example.com:99999/v1", "/"},
        {"https://:443/v1", "/"},
        {"/v1/c", "/"},
    };

    arena = arena_open();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text path = http_path(arena, cases[i].url);

        cr_assert(text_is(path, cases[i].path), "%s gave %s", cases[i].url,
                  path.at);
    }
    arena_close(arena);
}

Test(address, clear_text_is_for_loopback_only)
{
    static const char *const good[] = {"https://api.example.com",
                                       "http://127.0.0.1:8080",
                                       "http://127.8.9.1/open-api",
                                       "http://localhost:1",
                                       "http://[::1]:9",
                                       NULL};
    static const char *const bad[] = {"http://api.example.com",
                                      "http://127.0.0.1.example.com",
                                      "http://128.0.0.1",
                                      "ftp://127.0.0.1",
                                      "api.example.com",
                                      "",
                                      "https://user:word@api.example.com",
                                      "https://api.example.com/?a=b",
                                      "http://localhost.example.com",
                                      NULL};

    for (size_t i = 0; good[i] != NULL; i++)
        cr_assert_null(http_unfit(good[i]), "%s %s", good[i],
                       http_unfit(good[i]));
    for (size_t i = 0; bad[i] != NULL; i++)
        cr_assert_not_null(http_unfit(bad[i]), "%s", bad[i]);
}

/* --- times ----------------------------------------------------------------*/

static uint64_t retry_after(const char *value, int64_t now_ms)
{
    struct arena *own = arena_open();
    uint64_t ms = http_retry_after_ms(own, text_of(value), now_ms);

    arena_close(own);
    return ms;
}

Test(address, retry_after_is_seconds_or_a_date_and_never_absurd)
{
    const int64_t now = 1795219200000; /* Sat, 21 Nov 2026 00:00:00 GMT */
    const uint64_t day = 24 * 3600 * 1000;

    cr_assert_eq(retry_after("3", now), 3000);
    cr_assert_eq(retry_after("0", now), 0);
    cr_assert_eq(retry_after("-5", now), 0);
    cr_assert_eq(retry_after("soon", now), 0);
    cr_assert_eq(retry_after("", now), 0);
    cr_assert_eq(retry_after("3600", now), 3600 * 1000);
    cr_assert_eq(retry_after("86401", now), day);
    cr_assert_eq(retry_after("99999999999999999999", now), day);
    cr_assert_eq(retry_after("Sat, 21 Nov 2026 00:00:40 GMT", now), 40000);
    cr_assert_eq(retry_after("Sat, 21 Nov 2026 00:00:40 GMT", now + 50000), 0);
    cr_assert_eq(retry_after("Sat, 21 Nov 2037 00:00:40 GMT", now), day);
}
