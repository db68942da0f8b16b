/*
 * test_auth.c - tokens: renewed once, kept before they are used, never shown.
 */
#include "tests/client_fixture.h"

#include "sync/crypto.h"

TestSuite(auth, .timeout = 60, .fini = fixture_fini);

/*
 * A provider whose tokens rotate: token number n is "access-n", good only while
 * it is the newest, and comes with "refresh-n", which is good once. number is
 * that of the newest.
 */
static unsigned token_calls, used_refresh;
static bool echo_secrets, lose_answer, refuse_all, no_rotation;

/* The first answer waits until so many processes are about to ask. */
static int arrivals[2] = {-1, -1};
static unsigned awaited;

static void await_arrivals(void)
{
    char byte;

    for (; awaited > 0; awaited--)
        cr_assert_eq(read(arrivals[0], &byte, 1), 1);
}

static bool arrive(void)
{
    return write(arrivals[1], "", 1) == 1;
}

static bool answer_token(struct server *server, int socket,
                         const struct server_request *request)
{
    char body[300], wanted[40];

    token_calls++;
    snprintf(wanted, sizeof(wanted), "refresh-%s", "first");
    if (used_refresh > 0)
        snprintf(wanted, sizeof(wanted), "refresh-%u", used_refresh);
    if (echo_secrets) {
        snprintf(body, sizeof(body),
                 "{\"error\":\"invalid_grant\",\"error_description\":"
                 "\"token refresh-first of sec-ret-key is unknown\"}");
        server_reply(socket, 400, "", body);
        return true;
    }
    if (strstr(request->body, wanted) == NULL) {
        server_reply(socket, 400, "", "{\"error\":\"invalid_grant\"}");
        return true;
    }
    pthread_mutex_lock(&server->mutex);
    server->number++;
    if (!no_rotation)
        used_refresh = server->number;
    pthread_mutex_unlock(&server->mutex);
    if (lose_answer) {
        lose_answer = false;
        return false;
    }
    if (no_rotation)
        snprintf(body, sizeof(body),
                 "{\"access_token\":\"access-%u\",\"expires_in\":3600}",
                 server->number);
    else
        snprintf(body, sizeof(body),
                 "{\"access_token\":\"access-%u\",\"refresh_token\":"
                 "\"refresh-%u\",\"expires_in\":3600}",
                 server->number, server->number);
    await_arrivals();
    server_reply(socket, 200, "", body);
    return true;
}

static bool answer(struct server *server, int socket, unsigned index)
{
    const struct server_request *request = &server->requests[index];
    char wanted[60];

    if (strstr(request->text, "/token ") != NULL)
        return answer_token(server, socket, request);
    snprintf(wanted, sizeof(wanted), "Authorization: Bearer access-%u\r\n",
             server->number);
    if (refuse_all || strstr(request->text, wanted) == NULL)
        server_reply(socket, 401, "", "{\"error\":\"invalid_token\"}");
    else
        server_reply(socket, 200, "", "{\"id\":7}");
    return true;
}

static enum status get_one(void)
{
    struct call *call = api_get(client, TEXT("7"));
    enum status status = client_do(client, call, &err);

    if (status == OK)
        cr_assert_eq(call->end, CALL_ANSWERED, "%s", call->err.message);
    client_call_free(call);
    return status;
}

static void reopen(void)
{
    client_close(client);
    cr_assert_eq(fixture_client(), OK);
}

static struct token kept(void)
{
    struct token token;
    char login[60];

    snprintf(login, sizeof(login), "%lld:oauth2", (long long)account_id);
    cr_assert_eq(store_token(store, login, arena, &token, &err), OK);
    return token;
}

Test(auth, a_first_token_is_asked_for_and_kept)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK, "%s", err.message);
    cr_assert_eq(token_calls, 1);
    cr_assert(strstr(server->requests[0].text,
                     "Content-Type: application/x-www-form-urlencoded\r\n"));
    cr_assert(strstr(server->requests[0].body, "grant_type=refresh_token"));
    cr_assert_null(strstr(server->requests[0].text, "Authorization"));
    cr_assert(text_is(kept().access, "access-1"));
    cr_assert(text_is(kept().refresh, "refresh-1"));
    cr_assert_eq(client_stats(client)->tokens, 1);
    cr_assert_eq(client_stats(client)->total, 2);
    reopen();
    cr_assert_eq(get_one(), OK);
    cr_assert_eq(token_calls, 1, "what is kept is used");
    fixture_close();
}

Test(auth, many_refused_at_once_renew_once)
{
    struct server *server = server_open(answer);
    struct call *back;

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK);
    server->number = 5; /* access-1 is dead for everybody, access-6 is next */
    used_refresh = 1;
    for (int i = 0; i < 12; i++)
        cr_assert_eq(client_submit(client, api_get(client, TEXT("7")), &err),
                     OK);
    for (int i = 0; i < 12; i++) {
        cr_assert_eq(client_next(client, 0, &back, &err), OK, "%s",
                     err.message);
        cr_assert_eq(back->means, MEANS_OK);
        client_call_free(back);
    }
    cr_assert_eq(token_calls, 2);
    fixture_close();
}

Test(auth, a_second_refusal_is_final)
{
    struct server *server = server_open(answer);

    refuse_all = true;
    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert_eq(token_calls, 2);
    cr_assert_eq(server_count(server), 4);
    fixture_close();
}

Test(auth, an_answer_without_a_refresh_token_keeps_the_old_one)
{
    struct server *server = server_open(answer);

    no_rotation = true;
    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK);
    cr_assert(text_is(kept().refresh, "refresh-first"));
    server->number = 5; /* the access token died */
    reopen();
    cr_assert_eq(get_one(), OK, "%s", err.message);
    cr_assert_eq(token_calls, 2);
    fixture_close();
}

Test(auth, another_refresh_token_in_the_configuration_begins_anew)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK);
    client_close(client);
    config_close(config);
    used_refresh = 77;
    server->number = 76;
    fixture_config("kounta", server->port,
                   "    company: 12\n    client_id: cid\n"
                   "    client_secret: sec-ret-key\n    rate: off\n"
                   "    refresh_token: refresh-77\n");
    cr_assert_eq(fixture_client(), OK);
    cr_assert_eq(get_one(), OK, "%s", err.message);
    cr_assert_eq(token_calls, 2);
    fixture_close();
}

Test(auth, a_token_is_renewed_a_minute_before_its_end)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK);
    clock_ahead_ms = 3500 * 1000;
    cr_assert_eq(get_one(), OK);
    cr_assert_eq(token_calls, 1);
    clock_ahead_ms = 3545 * 1000;
    cr_assert_eq(get_one(), OK);
    cr_assert_eq(token_calls, 2);
    fixture_close();
}

Test(auth, a_lost_renewal_is_tried_once_more_and_then_told)
{
    struct server *server = server_open(answer);

    lose_answer = true;
    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert(strstr(err.hint, "custsync login shop:"), "%s", err.hint);
    cr_assert_eq(token_calls, 2);
    fixture_close();
}

/* A dead refresh token, in words of a page in between or of the provider. */
static bool page_in_between;

static bool answer_dead(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 400, "",
                 page_in_between ? "<html>no</html>"
                                 : "{\"error\":\"invalid_grant\"}");
    return true;
}

Test(auth, a_dead_refresh_token_is_not_asked_about_night_after_night)
{
    struct server *server = server_open(answer_dead);

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    for (int night = 0; night < 3; night++) {
        cr_assert_eq(get_one(), STOP);
        cr_assert_eq(err.exit, EXIT_CREDENTIALS);
        cr_assert(strstr(err.hint, "custsync login shop:"), "%s", err.hint);
        cr_assert_eq(server_count(server), 1, "night %d", night);
        reopen();
    }
    cr_assert(strstr(err.hint, "custsync login shop:"), "%s", err.hint);
    /* A person who looks is shown what the provider says today. */
    cr_assert_eq(client_login(client, &err), STOP);
    cr_assert_eq(server_count(server), 2);
    client_close(client);
    config_close(config);
    server->answer = answer;
    used_refresh = server->number = 77;
    fixture_config("kounta", server->port,
                   "    company: 12\n    client_id: cid\n"
                   "    client_secret: sec-ret-key\n    rate: off\n"
                   "    refresh_token: refresh-77\n");
    cr_assert_eq(fixture_client(), OK);
    cr_assert_eq(get_one(), OK, "%s: %s", err.message, err.hint);
    cr_assert_eq(kept().refused.size, 0);
    fixture_close();
}

Test(auth, a_corrected_secret_is_tried_and_a_page_in_between_is_no_word)
{
    struct server *server = server_open(answer_dead);

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    page_in_between = true;
    cr_assert_eq(get_one(), STOP);
    reopen();
    page_in_between = false;
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(server_count(server), 2, "the page was not the provider");
    client_close(client);
    config_close(config);
    fixture_config("kounta", server->port,
                   "    company: 12\n    client_id: cid\n"
                   "    client_secret: another\n    rate: off\n"
                   "    refresh_token: refresh-first\n");
    cr_assert_eq(fixture_client(), OK);
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(server_count(server), 3);
    fixture_close();
}

Test(auth, a_run_killed_in_a_renewal_is_known_by_the_next)
{
    struct server *server = server_open(answer);
    char login[60];

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), OK);
    cr_assert_eq(kept().asked_ms, 0, "it was answered");
    snprintf(login, sizeof(login), "%lld:oauth2", (long long)account_id);
    cr_assert_eq(store_token_asked(store, login, fixture_now(NULL), &err), OK);
    used_refresh = 9; /* and the answer went with the run */
    clock_ahead_ms = 3545 * 1000;
    reopen();
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert(strstr(err.hint, "was lost"), "%s", err.hint);
    fixture_close();
}

static bool answer_busy(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 429, "Retry-After: 30\r\n", "");
    return true;
}

Test(auth, a_renewal_that_was_put_off_has_lost_nothing)
{
    struct server *server = server_open(answer_busy);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    client_deadline(client, fixture_now(NULL) + 3000);
    call = api_get(client, TEXT("7"));
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_str_eq(call->err.code, "deadline");
    cr_assert_eq(server_count(server), 1);
    cr_assert_eq(kept().asked_ms, 0);
    client_call_free(call);
    fixture_close();
}

Test(auth, secrets_are_in_no_message)
{
    struct server *server = server_open(answer);

    echo_secrets = true;
    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert(strstr(err.message, "is unknown"), "%s", err.message);
    cr_assert_null(strstr(err.message, "refresh-first"), "%s", err.message);
    cr_assert_null(strstr(err.message, "sec-ret"), "%s", err.message);
    cr_assert(strstr(err.message, "<redacted>"));
    fixture_close();
}

Test(auth, without_any_token_the_way_to_log_in_is_told)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port,
                 "    company: 12\n    client_id: cid\n"
                 "    client_secret: sec-ret-key\n");
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert(strstr(err.hint, "custsync login shop:"));
    cr_assert_eq(server_count(server), 0);
    fixture_close();
}

Test(auth, two_processes_renew_once)
{
    struct server *server = server_open(answer);
    pid_t children[3];

    fixture_config("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(pipe(arrivals), 0);
    awaited = 3;
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(fixture_client() == OK && arrive() && get_one() == OK ? 0
                                                                        : 1);
    }
    for (int i = 0; i < 3; i++) {
        int status = -1;

        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        cr_assert_eq(status, 0);
    }
    cr_assert_eq(token_calls, 1, "%u token calls", token_calls);
    config_close(config);
    arena_close(arena);
}

/* --- signed token calls ---------------------------------------------------*/

static struct text after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    size_t size;

    cr_assert_not_null(at, "%s in %s", name, text);
    at += strlen(name);
    size = strcspn(at, "\r\n");
    return (struct text){at, size};
}

static bool answer_count(struct server *server, int socket, unsigned index)
{
    const char *text = server->requests[index].text;

    if (strstr(text, "refresh-user-access-token") != NULL)
        server_reply(socket, 200, "",
                     "{\"status\":\"success\",\"data\":{\"result\":{"
                     "\"accessToken\":\"access-2\",\"refreshToken\":\"r2\","
                     "\"accessTokenExpiresAt\":\"2099-01-01T00:00:00.000Z\","
                     "\"workspaceId\":12345}}}");
    else if (strstr(text, "Bearer access-2") != NULL)
        server_reply(socket, 200, "", "{\"data\":{\"uuid\":\"u7\"}}");
    else
        server_reply(socket, 401, "", "{\"error\":\"invalid_token\"}");
    return true;
}

static void check_signature(const struct server_request *request,
                            const char *method, const char *path)
{
    struct text time = after(request->text, "x-timestamp: ");
    struct text hash = request->body[0] != '\0'
                           ? crypto_sha256_hex(arena, text_of(request->body))
                           : TEXT("");
    struct text base = arena_print(arena, "%s:%s:%.*s:%s", method, path,
                                   TEXT_ARGS(time), hash.at);
    uint8_t mac[SHA256_SIZE];

    crypto_hmac_sha256(TEXT("sec-ret-key"), base, mac);
    cr_assert(text_equal(after(request->text, "x-signature: "),
                         crypto_hex(arena, mac, sizeof(mac))),
              "%s", base.at);
}

Test(auth, what_is_sent_is_what_was_signed)
{
    struct server *server = server_open(answer_count);

    fixture_open("count", server->port, COUNT_OAUTH);
    cr_assert_eq(get_one(), OK, "%s", err.message);
    cr_assert_eq(server_count(server), 3);
    check_signature(&server->requests[0], "GET", "/customers/7");
    check_signature(&server->requests[1], "POST", "/refresh-user-access-token");
    cr_assert_str_eq(server->requests[1].body,
                     "{\"grantType\":\"refresh_token\","
                     "\"refreshToken\":\"refresh-first\"}");
    cr_assert_null(strstr(server->requests[1].text, "Authorization"));
    check_signature(&server->requests[2], "GET", "/customers/7");
    fixture_close();
}

Test(auth, a_token_of_another_workspace_is_refused)
{
    struct server *server = server_open(answer_count);

    fixture_open("count", server->port, COUNT_OAUTH "    workspace: other\n");
    cr_assert_eq(get_one(), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert_eq(server_count(server), 2);
    cr_assert(text_is(kept().refresh, "r2"));
    fixture_close();
}
