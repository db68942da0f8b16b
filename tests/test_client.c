/*
 * test_client.c - retry, penalty, breaker and deadline against a real socket.
 */
#include "tests/client_fixture.h"

TestSuite(client, .timeout = 60, .fini = fixture_fini);

static struct call *a_get(const char *id)
{
    return api_get(client, text_of(id));
}

static struct call *a_create(void)
{
    struct node *body = node_new(arena, NODE_OBJECT);

    (void)node_add(body, "first_name", node_text(arena, TEXT("Ann")));
    return api_create(client, body);
}

/* --- servers --------------------------------------------------------------*/

static bool answer_record(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 200, "", "{\"id\":7,\"first_name\":\"Ann\"}");
    return true;
}

static bool answer_hang_up(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)socket;
    (void)index;
    return false;
}

/* The number of the test's own says which status. */
static bool answer_status(struct server *server, int socket, unsigned index)
{
    (void)index;
    server_reply(socket, (int)server->number, "",
                 "{\"error\":\"bad\",\"error_description\":\"its words\"}");
    return true;
}

static bool answer_garbage(struct server *server, int socket, unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 200, "", "<html>sign in to this network</html>");
    return true;
}

static bool answer_slow_down_first(struct server *server, int socket,
                                   unsigned index)
{
    if (index > 0)
        return answer_record(server, socket, index);
    server_reply(socket, 429, "Retry-After: 1\r\n", "{}");
    return true;
}

static bool answer_slow_down_long(struct server *server, int socket,
                                  unsigned index)
{
    (void)server;
    (void)index;
    server_reply(socket, 429, "Retry-After: 100\r\n", "{}");
    return true;
}

static bool answer_none_left_first(struct server *server, int socket,
                                   unsigned index)
{
    (void)server;
    server_reply(socket, 200,
                 index == 0 ? "X-Ratelimit-Remaining: 0\r\n"
                              "X-Ratelimit-Reset: 1\r\n"
                            : "",
                 "{\"id\":7}");
    return true;
}

static bool answer_after_two(struct server *server, int socket, unsigned index)
{
    if (index >= 2)
        return answer_record(server, socket, index);
    server_reply(socket, index == 0 ? 503 : 500, "", "oops");
    return true;
}

/* --- trying again ---------------------------------------------------------*/

Test(client, a_read_is_repeated_until_it_works)
{
    struct server *server = server_open(answer_after_two);
    struct call *call;
    const struct node *record;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_ANSWERED);
    cr_assert_eq(call->means, MEANS_OK);
    cr_assert_eq(call->tries, 3);
    cr_assert_eq(api_got(client, call, &record, &err), OK);
    cr_assert_not_null(record);
    cr_assert_eq(client_stats(client)->total, 3);
    cr_assert_eq(client_stats(client)->retries, 2);
    cr_assert_eq(client_stats(client)->by_status[503], 1);
    cr_assert(
        strstr(server->requests[0].text, "GET /v1/companies/12/customers/7 "));
    cr_assert(strstr(server->requests[0].text,
                     "Authorization: Basic Y2lkOnNlYy1yZXQta2V5\r\n"));
    cr_assert(strstr(server->requests[0].text, "Accept: application/json"));
    client_call_free(call);
    fixture_close();
}

Test(client, a_read_gives_up_after_five_tries)
{
    struct server *server = server_open(answer_status);
    struct call *call;

    server->number = 500;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_GAVE_UP);
    cr_assert_eq(server_count(server), 5);
    cr_assert(strstr(call->err.message, "its words"), "%s", call->err.message);
    client_call_free(call);
    fixture_close();
}

Test(client, a_create_without_an_answer_is_never_repeated)
{
    struct server *server = server_open(answer_hang_up);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_UNKNOWN);
    cr_assert_eq(server_count(server), 1);
    cr_assert(
        strstr(server->requests[0].text, "Content-Type: application/json\r\n"));
    cr_assert_str_eq(server->requests[0].body, "{\"first_name\":\"Ann\"}");
    client_call_free(call);
    fixture_close();
}

Test(client, a_create_that_a_gateway_lost_is_unknown)
{
    static const unsigned statuses[] = {500, 502, 503, 504};
    struct server *server = server_open(answer_status);

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (unsigned i = 0; i < 4; i++) {
        struct call *call = a_create();

        server->number = statuses[i];
        cr_assert_eq(client_do(client, call, &err), OK);
        cr_assert_eq(call->end, CALL_UNKNOWN);
        cr_assert_eq(server_count(server), i + 1);
        client_call_free(call);
    }
    fixture_close();
}

Test(client, garbage_after_a_create_is_not_knowledge)
{
    struct server *server = server_open(answer_garbage);
    struct call *call, *read;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_UNKNOWN);
    cr_assert_eq(server_count(server), 1);
    read = a_get("7");
    cr_assert_eq(client_do(client, read, &err), OK);
    cr_assert_eq(read->end, CALL_GAVE_UP);
    cr_assert_eq(server_count(server), 6);
    client_call_free(call);
    client_call_free(read);
    fixture_close();
}

Test(client, a_create_that_never_left_may_be_made_later)
{
    struct call *call;

    fixture_open("kounta", server_closed_port(), KOUNTA_BASIC);
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), STOP);
    cr_assert_eq(err.exit, EXIT_UNAVAILABLE);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_eq(call->tries, 5);
    client_call_free(call);
    fixture_close();
}

Test(client, a_provider_that_never_answers_stops_the_run)
{
    struct call *call, *more, *back;
    bool first = false, second = false;

    fixture_open("kounta", server_closed_port(), KOUNTA_BASIC);
    call = a_get("7");
    more = a_get("8");
    cr_assert_eq(client_submit(client, call, &err), OK);
    cr_assert_eq(client_submit(client, more, &err), OK);
    cr_assert_eq(client_next(client, 0, &back, &err), STOP);
    cr_assert_null(back);
    cr_assert_eq(err.exit, EXIT_UNAVAILABLE);
    cr_assert_eq(client_active(client), 2);
    while (client_next(client, 0, &back, &err) == OK) {
        first = first || back == call;
        second = second || back == more;
    }
    cr_assert(first && second);
    cr_assert_eq(client_submit(client, call, &err), STOP);
    client_call_free(call);
    client_call_free(more);
    fixture_close();
}

/* --- no, in several ways --------------------------------------------------*/

Test(client, refusals_come_back_with_the_providers_words)
{
    struct server *server = server_open(answer_status);
    struct call *call;

    server->number = 422;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_ANSWERED);
    cr_assert_eq(call->means, MEANS_INVALID);
    cr_assert(strstr(call->err.message, "its words"));
    cr_assert_eq(server_count(server), 1);
    client_call_free(call);
    fixture_close();
}

Test(client, refused_credentials_stop_the_run)
{
    static const unsigned statuses[] = {401, 403};
    struct server *server = server_open(answer_status);

    for (unsigned i = 0; i < 2; i++) {
        struct call *call;

        server->number = statuses[i];
        fixture_open("kounta", server->port, KOUNTA_BASIC);
        call = a_get("1");
        cr_assert_eq(client_do(client, call, &err), STOP);
        cr_assert_eq(err.exit, EXIT_CREDENTIALS);
        cr_assert(strstr(err.message, "its words"));
        cr_assert_eq(call->means, MEANS_DENIED);
        client_call_free(call);
        fixture_close();
    }
}

Test(client, an_unknown_route_is_our_configuration)
{
    struct server *server = server_open(answer_status);
    struct call *call;

    server->number = 404;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = api_list(client, &(struct list_at){.page = 0});
    cr_assert_eq(client_do(client, call, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    client_call_free(call);
    fixture_close();
}

Test(client, calls_that_cannot_be_asked_are_not_sent)
{
    static const char *const ids[] = {"", ".", ".."};
    struct server *server = server_open(answer_record);

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (size_t i = 0; i < 3; i++) {
        struct call *call = a_get(ids[i]);

        cr_assert_eq(client_submit(client, call, &err), REJECT, "'%s'", ids[i]);
        client_call_free(call);
    }
    cr_assert_eq(client_active(client), 0);
    cr_assert_eq(server_count(server), 0);
    fixture_close();
}

/* --- pace -----------------------------------------------------------------*/

Test(client, after_a_429_nobody_is_asked_until_its_time)
{
    struct server *server = server_open(answer_slow_down_first);
    struct call *calls[12], *back;
    int64_t refused_ms;
    unsigned before;

    fixture_open("kounta", server->port, KOUNTA_BASIC "    concurrency: 1\n");
    for (unsigned i = 0; i < 12; i++) {
        calls[i] = a_get("7");
        cr_assert_eq(client_submit(client, calls[i], &err), OK);
    }
    for (unsigned i = 0; i < 12; i++) {
        cr_assert_eq(client_next(client, 0, &back, &err), OK);
        cr_assert_eq(back->means, MEANS_OK);
        client_call_free(back);
    }
    refused_ms = server->requests[0].at_ms;
    before = 0;
    for (unsigned i = 1; i < server_count(server); i++)
        before += server->requests[i].at_ms < refused_ms + 990;
    cr_assert_eq(before, 0, "%u inside the window", before);
    cr_assert_eq(server_count(server), 13);
    cr_assert_geq(client_stats(client)->throttled_ms, 900);
    fixture_close();
}

Test(client, a_penalty_holds_for_another_client_too)
{
    struct server *server = server_open(answer_slow_down_long);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    client_deadline(client, fixture_now(NULL) + 3000);
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_str_eq(call->err.code, "deadline");
    cr_assert_eq(call->err.status, RETRY);
    cr_assert_eq(server_count(server), 1);
    client_call_free(call);
    client_close(client);
    cr_assert_eq(fixture_client(), OK);
    client_deadline(client, fixture_now(NULL) + 3000);
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_eq(server_count(server), 1);
    client_call_free(call);
    fixture_close();
}

Test(client, a_window_used_up_is_waited_for)
{
    struct server *server = server_open(answer_none_left_first);

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (int i = 0; i < 2; i++) {
        struct call *call = a_get("7");

        cr_assert_eq(client_do(client, call, &err), OK);
        cr_assert_eq(call->means, MEANS_OK);
        client_call_free(call);
    }
    cr_assert_geq(server->requests[1].at_ms - server->requests[0].at_ms, 990);
    fixture_close();
}

Test(client, the_limit_is_kept)
{
    struct server *server = server_open(answer_record);
    struct call *back;

    fixture_open("kounta", server->port,
                 "    company: 12\n    client_id: cid\n"
                 "    client_secret: sec-ret-key\n    auth: basic\n"
                 "    rate: 10/s\n");
    for (int i = 0; i < 15; i++)
        cr_assert_eq(client_submit(client, a_get("7"), &err), OK);
    for (int i = 0; i < 15; i++) {
        cr_assert_eq(client_next(client, 0, &back, &err), OK);
        client_call_free(back);
    }
    for (unsigned i = 10; i < 15; i++)
        cr_assert_geq(
            server->requests[i].at_ms - server->requests[i - 10].at_ms, 1000);
    fixture_close();
}

/* --- deadline, signal, breaker --------------------------------------------*/

Test(client, a_signal_brings_waiting_calls_back)
{
    static volatile int interrupted;
    struct server *server = server_open(answer_record);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    client_interrupt_by(client, &interrupted);
    interrupted = 2;
    call = a_create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_NOT_BEGUN);
    cr_assert_eq(server_count(server), 0);
    client_call_free(call);
    fixture_close();
}

Test(client, waiting_for_a_call_ends_at_the_given_time)
{
    struct server *server = server_open(answer_slow_down_long);
    struct call *call, *back = NULL;
    int64_t begun_ms = server_now_ms();

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = a_get("7");
    cr_assert_eq(client_submit(client, call, &err), OK);
    cr_assert_eq(client_next(client, fixture_now(NULL) + 300, &back, &err), OK);
    cr_assert_null(back);
    cr_assert_lt(server_now_ms() - begun_ms, 5000);
    cr_assert_eq(client_active(client), 1);
    client_deadline(client, 1);
    cr_assert_eq(client_next(client, 0, &back, &err), OK);
    cr_assert_eq(back, call);
    client_call_free(call);
    fixture_close();
}

Test(client, a_breaker_that_another_run_opened_is_seen)
{
    struct server *server = server_open(answer_status);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    cr_assert_eq(store_breaker_put(store, account_id, 10,
                                   fixture_now(NULL) + 60 * 1000, &err),
                 OK);
    clock_ahead_ms = 2000;
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), STOP);
    cr_assert_str_eq(err.code, "breaker_open");
    cr_assert_eq(server_count(server), 0);
    client_call_free(call);
    fixture_close();
}

Test(client, ten_failures_open_the_breaker_and_success_closes_it)
{
    struct server *server = server_open(answer_status);
    enum status status = OK;
    struct call *call;
    int tried = 0;

    setenv("CUSTSYNC_BACKOFF_MS", "0", 1);
    server->number = 500;
    fixture_open("kounta", server->port, KOUNTA_BASIC);
    while (status == OK && tried < 20) {
        call = a_get("7");
        status = client_do(client, call, &err);
        client_call_free(call);
        tried++;
    }
    cr_assert_eq(status, STOP);
    cr_assert_eq(err.exit, EXIT_TRYLATER);
    cr_assert_str_eq(err.code, "breaker_open");
    cr_assert_eq(tried, 10);
    client_close(client);

    cr_assert_eq(fixture_client(), STOP);
    cr_assert_eq(err.exit, EXIT_TRYLATER);
    clock_ahead_ms = 61 * 1000;
    cr_assert_eq(fixture_client(), OK);
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), STOP);
    client_call_free(call);
    client_close(client);
    clock_ahead_ms = 2 * 61 * 1000;
    cr_assert_eq(fixture_client(), STOP, "the second time is twice as long");
    clock_ahead_ms = 4 * 61 * 1000;
    cr_assert_eq(fixture_client(), OK);
    server->answer = answer_record;
    call = a_get("7");
    cr_assert_eq(client_do(client, call, &err), OK);
    client_call_free(call);
    client_close(client);
    clock_ahead_ms = 0;
    cr_assert_eq(fixture_client(), OK);
    fixture_close();
}
