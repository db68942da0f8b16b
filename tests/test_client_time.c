/*
 * test_client_time.c - deadlines of requests, long silences, clocks that
 * differ.
 */
#include "sync/client_own.h"
#include "tests/script_fixture.h"

TestSuite(time, .timeout = 60, .fini = fixture_fini);

/* Until the client hangs up. */
static bool answer_never(struct server *server, int socket, unsigned index)
{
    char byte;

    (void)server;
    (void)index;
    return recv(socket, &byte, 1, 0) > 0;
}

static struct call *get(void)
{
    return api_get(client, TEXT("7"));
}

static int64_t silent_until(void)
{
    uint64_t used;
    int64_t until_ms;

    cr_assert_eq(store_pace_used(store, account->rate_scope, 60000,
                                 fixture_now(NULL), &used, &until_ms, &err),
                 OK);
    return until_ms;
}

static void about(int64_t wanted_ms, int64_t got_ms)
{
    cr_assert(got_ms > wanted_ms - 2500 && got_ms < wanted_ms + 2500,
              "%ld ms off", (long)(got_ms - wanted_ms));
}

static const char *http_date(int64_t ms)
{
    static char dates[4][40];
    static int next;
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;
    char *date = dates[next++ % 4];

    strftime(date, 40, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &tm));
    return date;
}

/* --- the deadline ---------------------------------------------------------*/

Test(time, a_read_without_an_answer_ends_at_the_deadline)
{
    struct server *server = server_open(answer_never);
    int64_t begun_ms = server_now_ms();
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    client_deadline(client, fixture_now(NULL) + 300);
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_lt(server_now_ms() - begun_ms, 5000);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_str_eq(call->err.code, "deadline");
    cr_assert_eq(call->err.status, RETRY);
    cr_assert_eq(server_count(server), 1);
    client_call_free(call);
    fixture_close();
}

Test(time, a_write_at_the_deadline_has_some_seconds_for_its_answer)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    cr_assert_eq(client_limit_ms(client, true), account->timeout_ms,
                 "without a deadline");
    client_deadline(client, fixture_now(NULL) + 10000);
    cr_assert_leq(client_limit_ms(client, false), 10000);
    cr_assert_gt(client_limit_ms(client, false), 5000);
    cr_assert_gt(client_limit_ms(client, true), 10000);
    cr_assert_leq(client_limit_ms(client, true), 10000 + WRITE_GRACE_MS);
    client_deadline(client, 1);
    cr_assert_eq(client_limit_ms(client, false), 1);
    cr_assert_eq(client_limit_ms(client, true), 1 + WRITE_GRACE_MS);
    fixture_close();
}

Test(time, what_the_deadline_cut_is_no_fault_of_the_provider)
{
    struct server *server = server_open(answer_never);
    uint32_t failures;
    int64_t until_ms;
    struct call *call;

    /* Given up after the deadline, and long before the seconds of grace. */
    fixture_open("kounta", server->port, KOUNTA_BASIC "    timeout: 600ms\n");
    client_deadline(client, fixture_now(NULL) + 200);
    call = api_create(client, node_new(arena, NODE_OBJECT));
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_UNKNOWN);
    client_call_free(call);
    cr_assert_eq(store_breaker(store, account_id, &failures, &until_ms, &err),
                 OK);
    cr_assert_eq(failures, 0);
    fixture_close();
}

Test(time, a_token_whose_turn_comes_after_the_deadline_is_not_waited_for)
{
    struct server *server = server_open(answer);
    int64_t begun_ms = server_now_ms();
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_OAUTH);
    cr_assert_eq(store_penalty(store, account->rate_scope,
                               fixture_now(NULL) + 100 * 1000, &err),
                 OK);
    client_deadline(client, fixture_now(NULL) + 8000);
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_str_eq(call->err.code, "deadline");
    cr_assert_lt(server_now_ms() - begun_ms, 4000);
    cr_assert_eq(server_count(server), 0);
    client_call_free(call);
    fixture_close();
}

/* --- to be left alone -----------------------------------------------------*/

Test(time, an_hour_of_silence_ends_the_run_and_holds_for_the_next)
{
    struct server *server = server_open(answer_first);
    struct call *call;

    script[0].status = 429;
    script[0].headers = "Retry-After: 3600\r\n";
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (int run = 0; run < 2; run++) {
        call = get();
        cr_assert_eq(client_do(client, call, &err), STOP);
        cr_assert_eq(err.exit, EXIT_TRYLATER);
        cr_assert_str_eq(err.code, "throttled");
        cr_assert_eq(call->end, CALL_NOT_BEGUN);
        cr_assert_eq(server_count(server), 1, "it was asked again");
        client_call_free(call);
        client_close(client);
        /* What is 100 s away would be waited for. */
        clock_ahead_ms = run == 0 ? 3000 * 1000 : 3700 * 1000;
        cr_assert_eq(fixture_client(), OK);
    }
    script[0].status = 200;
    script[0].headers = NULL;
    script[0].body = "{\"id\":7}";
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->means, MEANS_OK);
    client_call_free(call);
    fixture_close();
}

Test(time, a_server_that_is_down_may_say_for_how_long)
{
    struct server *server = server_open(answer_first);
    struct call *call;

    script[0].status = 503;
    script[0].headers = "Retry-After: 30\r\n";
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = api_create(client, node_new(arena, NODE_OBJECT));
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_UNKNOWN);
    about(fixture_now(NULL) + 30000, silent_until());
    client_call_free(call);
    fixture_close();
}

Test(time, a_date_to_come_back_is_by_the_servers_clock)
{
    static const int hours[] = {-2, 2};
    struct server *server = server_open(answer_first);
    char headers[200];
    struct call *call;

    script[0].status = 429;
    script[0].headers = headers;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (int i = 0; i < 2; i++) {
        int64_t there_ms = fixture_now(NULL) + hours[i] * 3600 * 1000;

        snprintf(headers, sizeof(headers), "Date: %s\r\nRetry-After: %s\r\n",
                 http_date(there_ms), http_date(there_ms + 40 * 1000));
        client_deadline(client, fixture_now(NULL) + 3000);
        call = get();
        cr_assert_eq(client_do(client, call, &err), OK);
        cr_assert_str_eq(call->err.code, "deadline");
        about(fixture_now(NULL) + 40000, silent_until());
        cr_assert_eq(store_penalty(store, account->rate_scope, 0, &err), OK);
        client_call_free(call);
        client_close(client);
        cr_assert_eq(fixture_client(), OK);
    }
    fixture_close();
}

Test(time, a_reset_is_by_the_servers_clock_too)
{
    struct server *server = server_open(answer_first);
    int64_t there_ms = server_now_ms() - 2 * 3600 * 1000;
    char headers[200];
    struct call *call;

    snprintf(headers, sizeof(headers), "Date: %s\r\nX-Ratelimit-Reset: %ld\r\n",
             http_date(there_ms), (long)(there_ms / 1000 + 30));
    script[0].status = 429;
    script[0].headers = headers;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    client_deadline(client, fixture_now(NULL) + 3000);
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK);
    about(fixture_now(NULL) + 30000, silent_until());
    client_call_free(call);
    fixture_close();
}

Test(time, no_more_are_under_way_than_the_provider_has_left)
{
    struct server *server = server_open(answer);
    struct call *back;
    static const char headers[] =
        "X-Ratelimit-Limit: 180\r\nX-Ratelimit-Remaining: 2\r\n"
        "X-Ratelimit-Reset: 30\r\n";

    for (int i = 0; i < 8; i++) {
        script[i].status = 200;
        script[i].headers = headers;
        script[i].body = "{\"id\":7}";
    }
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    back = get();
    cr_assert_eq(client_do(client, back, &err), OK);
    client_call_free(back);
    server->answer = answer_never;
    for (int i = 0; i < 6; i++)
        cr_assert_eq(client_submit(client, get(), &err), OK);
    cr_assert_eq(client_next(client, fixture_now(NULL) + 300, &back, &err), OK);
    cr_assert_null(back);
    cr_assert_eq(client->running, 2);
    client_deadline(client, 1);
    fixture_close();
}

/* --- the clock ------------------------------------------------------------*/

static const char late[] = "{\"code\":\"invalid_signature\",\"message\":\"The "
                           "timestamp is not within the allowed window\"}";

Test(time, a_signature_is_made_by_the_providers_clock_when_it_refuses_ours)
{
    struct server *server = server_open(answer);
    int64_t there_ms = server_now_ms() + 2 * 3600 * 1000;
    char headers[100];
    const char *stamp;
    struct call *call;

    snprintf(headers, sizeof(headers), "Date: %s\r\n", http_date(there_ms));
    script[0].status = 401;
    script[0].headers = headers;
    script[0].body = late;
    script[1].status = script[2].status = 200;
    script[1].headers = script[2].headers = headers;
    script[1].body = script[2].body = "{\"data\":{\"uuid\":\"7\"}}";
    fixture_open("count", server->port, COUNT_OAUTH);
    for (unsigned i = 1; i < 3; i++) {
        call = get();
        cr_assert_eq(client_do(client, call, &err), OK, "%s", err.message);
        cr_assert_eq(call->means, MEANS_OK);
        client_call_free(call);
        stamp = strcasestr(server->requests[i].text, "x-timestamp:");
        cr_assert_not_null(stamp);
        about(there_ms,
              strtol(stamp + strlen("x-timestamp:"), NULL, 10) * 1000);
    }
    cr_assert_eq(server_count(server), 3);
    fixture_close();
}

Test(time, a_refused_clock_is_named_and_nobody_sent_to_log_in)
{
    struct server *server = server_open(answer_first);
    struct call *call;

    script[0].status = 401;
    script[0].body = late;
    fixture_open("count", server->port, COUNT_OAUTH);
    call = get();
    cr_assert_eq(client_do(client, call, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert_str_eq(err.code, "clock_off");
    cr_assert_not_null(strstr(err.hint, "clock"));
    cr_assert_null(strstr(err.hint, "login"));
    client_call_free(call);
    fixture_close();
}

Test(time, a_token_call_may_meet_the_clock_first)
{
    struct server *server = server_open(answer);
    char headers[100];
    struct call *call;

    snprintf(headers, sizeof(headers), "Date: %s\r\n",
             http_date(server_now_ms() - 2 * 3600 * 1000));
    script[0].status = 401;
    script[0].headers = headers;
    script[0].body = late;
    script[1].status = script[2].status = 200;
    script[1].body = "{\"data\":{\"result\":{\"accessToken\":\"at\","
                     "\"refreshToken\":\"rt\"}}}";
    script[2].body = "{\"data\":{\"uuid\":\"7\"}}";
    fixture_open("count", server->port,
                 "    client_id: cid\n    client_secret: sec-ret-key\n"
                 "    rate: off\n    refresh_token: refresh-first\n");
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK, "%s", err.message);
    cr_assert_eq(call->means, MEANS_OK);
    cr_assert_eq(server_count(server), 3);
    client_call_free(call);
    fixture_close();
}
