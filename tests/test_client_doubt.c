/*
 * test_client_doubt.c - answers that are none: pages of somebody in between,
 * replies about another record, connections that die with a question in them.
 */
#include "tests/script_fixture.h"

TestSuite(doubt, .timeout = 60, .fini = fixture_fini);

static const char html[] = "<html><body>Please sign in</body></html>";

/* Who is asked, and what the answer may be. */
struct doubt {
    const char *provider, *lines, *body;
    int status;
    enum call_end end;
    enum meaning means; /* when it is answered */
};

#define GOOD  CALL_ANSWERED, MEANS_OK
#define GONE  CALL_ANSWERED, MEANS_ABSENT
#define DOUBT CALL_GAVE_UP, MEANS_RETRY

static void ask(const struct doubt *doubt, struct call *(*make)(void))
{
    struct server *server = server_open(answer_first);
    struct call *call;

    script[0].status = doubt->status;
    script[0].body = doubt->body;
    fixture_open(doubt->provider, server->port, doubt->lines);
    call = make();
    cr_assert_eq(client_do(client, call, &err), OK, "%s", err.message);
    cr_assert_eq(call->end, doubt->end, "%s %d %s", doubt->provider,
                 doubt->status, doubt->body);
    cr_assert_eq(call->means, doubt->means, "%s %d %s", doubt->provider,
                 doubt->status, doubt->body);
    cr_assert_eq(server_count(server), doubt->end == CALL_ANSWERED ? 1 : 5);
    client_call_free(call);
    fixture_close();
    remove(fixture_path("s.db"));
}

static struct call *update(void)
{
    struct node *body = node_new(arena, NODE_OBJECT);

    (void)node_add(body, "email", node_text(arena, TEXT("a@example.com")));
    return api_update(client, TEXT("u1"), body);
}

static struct call *look_up(void)
{
    const struct setting email = {"email", TEXT("a@example.com")};

    return api_find(client, spec_by("email"), &email, 1);
}

static struct call *get(void)
{
    return api_get(client, TEXT("u1"));
}

static struct call *create(void)
{
    return api_create(client, node_new(arena, NODE_OBJECT));
}

Test(doubt, an_update_is_done_when_the_answer_shows_the_record)
{
    static const struct doubt all[] = {
        {"count", COUNT_OAUTH, "{\"data\":{\"uuid\":\"u1\"}}", 200, GOOD},
        {"count", COUNT_OAUTH, "{\"data\":{\"customer\":{\"id\":\"u1\"}}}", 200,
         GOOD},
        {"count", COUNT_OAUTH, "{\"data\":{\"uuid\":\"u2\"}}", 200, DOUBT},
        {"count", COUNT_OAUTH, "{\"status\":\"error\"}", 200, DOUBT},
        {"count", COUNT_OAUTH, html, 200, DOUBT},
        {"count", COUNT_OAUTH, "", 200, DOUBT},
        {"fieldedge", FIELDEDGE_OAUTH, "{\"data\":{\"customerId\":\"u1\"}}",
         200, GOOD},
        {"fieldedge", FIELDEDGE_OAUTH, "{\"data\":{\"customerId\":\"u2\"}}",
         200, DOUBT},
        {"fieldedge", FIELDEDGE_OAUTH, "{\"status\":\"error\"}", 200, DOUBT},
        {"fieldedge", FIELDEDGE_OAUTH, html, 200, DOUBT},
        {"fieldedge", FIELDEDGE_OAUTH, "", 200, DOUBT},
        /* This one may say nothing, but nothing else. */
        {"kounta", KOUNTA_BASIC, "", 200, GOOD},
        {"kounta", KOUNTA_BASIC, "{\"id\":\"u1\"}", 200, GOOD},
        {"kounta", KOUNTA_BASIC, "{\"id\":7}", 200, DOUBT},
        {"kounta", KOUNTA_BASIC, "{\"status\":\"error\"}", 200, DOUBT},
        {"kounta", KOUNTA_BASIC, html, 200, DOUBT},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        ask(&all[i], update);
}

Test(doubt, a_page_that_says_404_is_no_word_of_the_provider)
{
    static const struct doubt all[] = {
        {"kounta", KOUNTA_BASIC, html, 404, DOUBT},
        {"kounta", KOUNTA_BASIC, "", 404, GONE},
        {"kounta", KOUNTA_BASIC, "{\"error\":\"not_found\"}", 404, GONE},
        {"count", COUNT_OAUTH, html, 404, DOUBT},
        {"count", COUNT_OAUTH, "{\"code\":\"not_found\"}", 404, GONE},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        ask(&all[i], update);
        ask(&all[i], look_up);
        ask(&all[i], get);
    }
}

/* --- a connection that dies -----------------------------------------------*/

/* The second request of a kept connection gets no answer. */
static bool answer_every_other(struct server *server, int socket,
                               unsigned index)
{
    (void)server;
    if (index == 1)
        return false;
    server_reply(socket, 200, "", "{\"id\":\"u1\"}");
    return true;
}

Test(doubt, a_read_that_died_is_asked_again_by_us_and_counted)
{
    struct server *server = server_open(answer_every_other);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    for (unsigned i = 0; i < 2; i++) {
        call = get();
        cr_assert_eq(client_do(client, call, &err), OK);
        cr_assert_eq(call->end, CALL_ANSWERED);
        cr_assert_eq(call->tries, 1 + i);
        client_call_free(call);
    }
    cr_assert_eq(server_count(server), 3);
    cr_assert_eq(client_stats(client)->total, 3);
    cr_assert_eq(client_stats(client)->retries, 1);
    fixture_close();
}

Test(doubt, a_create_that_died_with_a_kept_connection_is_unknown)
{
    struct server *server = server_open(answer_every_other);
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA_BASIC);
    call = get();
    cr_assert_eq(client_do(client, call, &err), OK);
    client_call_free(call);
    call = create();
    cr_assert_eq(client_do(client, call, &err), OK);
    cr_assert_eq(call->end, CALL_UNKNOWN);
    cr_assert_eq(server_count(server), 2);
    client_call_free(call);
    fixture_close();
}
