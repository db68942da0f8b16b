/*
 * test_api_lies.c - replies that are not about what was asked: none is
 * believed.
 */
#include "tests/script_fixture.h"

#include "sync/listing.h"

TestSuite(lies, .timeout = 60, .fini = fixture_fini);

#define KOUNTA KOUNTA_BASIC
#define COUNT  COUNT_OAUTH

/* --- records and ids ------------------------------------------------------*/

Test(lies, a_redirect_to_anything_but_a_record_is_no_answer)
{
    static const char *const places[] = {
        "Location: /login\r\n",
        "Location: /v1/companies/12/customers\r\n",
        "Location: /v1/companies/12/customers/\r\n",
        "Location: /v1/companies/12/customers/0\r\n",
        "Location: /v1/companies/12/customers/7/addresses\r\n",
        "Location: /v1/companies/13/customers/7\r\n",
        "Location: /v1/companies/12/customers/%2e%2e\r\n",
        "Location: /v1/companies/12/customers/a%2Fb\r\n",
    };
    struct server *server = server_open(answer_first);
    struct api_record *records;
    size_t count;

    fixture_open("kounta", server->port, KOUNTA);
    script[0].status = 302;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct call *call;

        script[0].headers = places[i];
        call = find("email", "a@example.com");
        cr_assert_eq(
            api_found(client, spec_by("email"), call, &records, &count, &err),
            REJECT, "%s", places[i]);
        client_call_free(call);
    }
    fixture_close();
}

Test(lies, a_record_is_believed_when_it_is_the_one_asked_for)
{
    static const char *const others[] = {
        "{\"data\":{\"uuid\":\"u2\",\"customer\":\"Zed\"}}",
        "{\"status\":\"success\"}",
        "{\"data\":{\"customer\":\"Acme\"}}",
    };
    struct server *server = server_open(answer_first);
    const struct node *record;
    struct call *call;

    fixture_open("count", server->port, COUNT);
    script[0].status = 200;
    for (int i = 0; i < 3; i++) {
        script[0].body = others[i];
        call = done(api_get(client, TEXT("u1")));
        cr_assert_eq(api_got(client, call, &record, &err), REJECT, "%s",
                     others[i]);
        cr_assert_null(record);
        client_call_free(call);
    }
    /* Either of its names will do. */
    script[0].body = "{\"data\":{\"uuid\":\"u9\",\"id\":\"u1\"}}";
    call = done(api_get(client, TEXT("u1")));
    cr_assert_eq(api_got(client, call, &record, &err), OK);
    client_call_free(call);
    fixture_close();
}

Test(lies, a_page_of_rows_that_may_go_on_proves_nothing)
{
    struct server *server = server_open(answer_first);
    const struct find_spec *spec = NULL;
    const struct setting email = {"email", TEXT("a@example.com")};
    struct api_record *records;
    struct buffer body = {0};
    struct call *call;
    size_t count;

    fixture_open("count", server->port, COUNT);
    for (size_t i = 0; i < account->provider->finds_count; i++)
        if (account->provider->finds[i].fallback)
            spec = &account->provider->finds[i];
    cr_assert_not_null(spec);
    buffer_string(&body, "{\"data\":{\"records\":[");
    for (int i = 0; i < 100; i++)
        buffer_text(&body, arena_print(arena, "%s{\"uuid\":\"u%d\"}",
                                       i > 0 ? "," : "", i));
    buffer_string(&body, "]}}");
    script[0].status = 200;
    script[0].body = arena_text(arena, buffer_view(&body)).at;
    buffer_free(&body);
    call = done(api_find(client, spec, &email, 1));
    cr_assert_eq(api_found(client, spec, call, &records, &count, &err), REJECT);
    client_call_free(call);
    fixture_close();
}

Test(lies, an_id_that_is_none_is_not_taken)
{
    static const char *const places[] = {
        "Location: /v1/companies/12/customers\r\n",
        "Location: /v1/companies/12/customers/0\r\n",
        "Location: /kounta/login\r\n",
    };
    static const char *const bodies[] = {
        "{\"data\":{\"uuid\":\"../x\"}}",
        "{\"data\":{\"uuid\":\"a/b\"}}",
        "{\"data\":{\"uuid\":0}}",
        "{\"data\":{\"uuid\":\"..\"}}",
        "{\"data\":{\"name\":\"x\"}}",
        "{\"data\":{\"uuid\":\"sec-ret-key\"}}",
    };
    struct server *server = server_open(answer_first);
    struct call *call;

    script[0].status = 201;
    fixture_open("kounta", server->port, KOUNTA);
    for (int i = 0; i < 3; i++) {
        script[0].headers = places[i];
        call = done(api_create(client, node_new(arena, NODE_OBJECT)));
        cr_assert_eq(api_created_id(client, call).size, 0, "%s", places[i]);
        client_call_free(call);
    }
    /* Two that disagree. */
    script[0].headers = "Location: /v1/companies/12/customers/5\r\n";
    script[0].body = "{\"id\":6}";
    call = done(api_create(client, node_new(arena, NODE_OBJECT)));
    cr_assert_eq(api_created_id(client, call).size, 0);
    client_call_free(call);
    fixture_close();

    script[0].headers = NULL;
    fixture_open("count", server->port, COUNT);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        script[0].body = bodies[i];
        call = done(api_create(client, node_new(arena, NODE_OBJECT)));
        cr_assert_eq(api_created_id(client, call).size, 0, "%s", bodies[i]);
        client_call_free(call);
    }
    fixture_close();
}

/* --- bulk -----------------------------------------------------------------*/

static struct api_outcome outcomes[4];

/* Four rows, a to d, and what is made of the reply. */
static void bulk(bool creates, const char *reply)
{
    static const char *const emails[] = {"a@example.com", "b@example.com",
                                         "c@example.com", "d@example.com"};
    const struct text ids[] = {TEXT("a"), TEXT("b"), TEXT("c"), TEXT("d")};
    const struct bulk_spec *spec = creates ? &account->provider->bulk_create
                                           : &account->provider->bulk_update;
    struct node *rows[4];
    struct call *call;

    script[0].status = 201;
    script[0].body = reply;
    for (int i = 0; i < 4; i++) {
        rows[i] = node_new(arena, NODE_OBJECT);
        (void)node_add(rows[i], "email", node_text(arena, text_of(emails[i])));
    }
    call = done(api_bulk(client, spec, rows, creates ? NULL : ids, 4));
    cr_assert(api_bulk_outcomes(client, spec, call, 4, outcomes));
    /* The texts outlive the call. */
    for (int i = 0; i < 4; i++) {
        outcomes[i].id = arena_text(arena, outcomes[i].id);
        outcomes[i].message = arena_text(arena, outcomes[i].message);
    }
    client_call_free(call);
}

Test(lies, every_row_of_a_bulk_call_has_an_outcome)
{
    struct server *server = server_open(answer_first);

    fixture_open("count", server->port, COUNT);
    bulk(false, "{\"successCount\":1,\"errorCount\":2,\"results\":["
                "{\"index\":2,\"success\":true,\"customer\":{\"uuid\":\"c\"}},"
                "{\"index\":0,\"success\":false,\"error\":\"Email already "
                "exists\"},"
                "{\"index\":1,\"success\":false,\"error\":\"email is not "
                "valid\"}]}");
    cr_assert(strstr(server->requests[0].text,
                     "PATCH /partners/customers/bulk HTTP/1.1"));
    cr_assert(strstr(server->requests[0].body,
                     "{\"customers\":[{\"uuid\":\"a\",\"email\":"));
    cr_assert_eq(outcomes[0].row, ROW_DUPLICATE);
    cr_assert_eq(outcomes[1].row, ROW_INVALID);
    cr_assert(text_is(outcomes[1].message, "email is not valid"));
    cr_assert_eq(outcomes[2].row, ROW_OK);
    cr_assert(text_is(outcomes[2].id, "c"));
    cr_assert_eq(outcomes[3].row, ROW_UNKNOWN);
    fixture_close();
}

#define MADE(place, id, email)                                                 \
    "{" place "\"success\":true,\"customer\":{\"uuid\":\"" id                  \
    "\",\"email\":\"" email "@example.com\"}}"

Test(lies, results_without_places_are_those_of_all_rows_in_order)
{
    struct server *server = server_open(answer_first);

    fixture_open("count", server->port, COUNT);
    bulk(true,
         "{\"results\":[" MADE("", "1", "a") "," MADE("", "2", "B") "," MADE(
             "", "3", "c") "," MADE("", "4", "d") "]}");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(outcomes[i].row, ROW_OK, "%d", i);
    cr_assert(text_is(outcomes[1].id, "2"));
    fixture_close();
}

Test(lies, results_that_may_be_anybodys_are_nobodys)
{
    static const char *const replies[] = {
        /* counted from one */
        "{\"results\":[" MADE("\"index\":1,", "1", "a") "," MADE(
            "\"index\":2,", "2", "b") "," MADE("\"index\":3,", "3",
                                               "c") "," MADE("\"index\":4,",
                                                             "4", "d") "]}",
        /* the same, and one was refused */
        "{\"results\":[" MADE("\"index\":1,", "1", "a") "," MADE(
            "\"index\":2,", "2", "b") ",{\"index\":3,\"success\":false,"
                                      "\"error\":\"no\"}]}",
        /* one place twice */
        "{\"results\":[" MADE("\"index\":0,", "1", "a") "," MADE("\"index\":0,",
                                                                 "2", "a") "]}",
        /* in another order */
        "{\"results\":[" MADE("", "2", "b") "," MADE("", "1", "a") "," MADE(
            "", "3", "c") "," MADE("", "4", "d") "]}",
        /* only those that were made */
        "{\"results\":[" MADE("", "1", "a") "," MADE("", "3", "c") "]}",
        "{\"results\":[{\"success\":true,\"customer\":{\"uuid\":\"1\"}}]}",
        /* some have a place */
        "{\"results\":[" MADE("\"index\":0,", "1", "a") "," MADE(
            "", "2", "b") "," MADE("", "3", "c") "," MADE("", "4", "d") "]}",
        "{\"results\":[" MADE("\"index\":-1,", "1", "a") "]}",
        "{\"results\":{}}",
    };
    struct server *server = server_open(answer_first);

    fixture_open("count", server->port, COUNT);
    for (size_t n = 0; n < sizeof(replies) / sizeof(replies[0]); n++) {
        bulk(true, replies[n]);
        for (int i = 0; i < 4; i++)
            cr_assert_eq(outcomes[i].row, ROW_UNKNOWN, "%s: %d", replies[n], i);
    }
    /* An update that tells of another record. */
    bulk(false, "{\"results\":[{\"index\":0,\"success\":true,"
                "\"customer\":{\"uuid\":\"x\"}}]}");
    cr_assert_eq(outcomes[0].row, ROW_UNKNOWN);
    fixture_close();
}

/* --- lists ----------------------------------------------------------------*/

static enum status read_all(uint64_t *count)
{
    struct listing listing = {.client = client,
                              .store = store,
                              .account = account_id,
                              .now_ms = fixture_now(NULL)};
    enum status status = listing_all(&listing, &err);

    *count = listing.count;
    listing_close(&listing);
    return status;
}

static void pages(int count, const char *const *bodies)
{
    for (int i = 0; i < count; i++) {
        script[i].status = 200;
        script[i].body = bodies[i];
    }
}

Test(lies, a_list_that_contradicts_itself_is_read_once_more_and_then_none)
{
    static const char *const empty =
        "{\"data\":{\"records\":[],\"totalRecords\":57,\"totalPages\":0}}";
    static const char *const one =
        "{\"data\":{\"records\":[{\"uuid\":\"a\"}],\"totalRecords\":2,"
        "\"totalPages\":1}}";
    static const char *const both =
        "{\"data\":{\"records\":[{\"uuid\":\"a\"},{\"uuid\":\"b\"}],"
        "\"totalRecords\":2,\"totalPages\":1}}";
    static const char *const first =
        "{\"data\":{\"records\":[{\"uuid\":\"a\"}],\"totalRecords\":3,"
        "\"totalPages\":2}}";
    struct server *server = server_open(answer);
    uint64_t count;

    fixture_open("count", server->port, COUNT);
    pages(2, (const char *const[]){empty, empty});
    cr_assert_eq(read_all(&count), STOP, "57 that are not shown");
    cr_assert_str_eq(err.code, "bad_list");
    cr_assert_eq(server_count(server), 2);
    server->count = 0;
    pages(2, (const char *const[]){one, both});
    cr_assert_eq(read_all(&count), OK, "pages move: %s", err.message);
    cr_assert_eq(count, 2);
    server->count = 0;
    pages(3, (const char *const[]){first, one, both});
    cr_assert_eq(read_all(&count), OK, "one was removed: %s", err.message);
    cr_assert_eq(count, 2);
    cr_assert_eq(server_count(server), 3);
    fixture_close();
}

Test(lies, a_list_that_goes_in_a_circle_ends)
{
    static const char a[] =
        "X-Next-Page: /v1/companies/12/customers?start=a\r\n";
    static const char b[] =
        "X-Next-Page: /v1/companies/12/customers?start=b\r\n";
    struct server *server = server_open(answer);
    uint64_t count;

    fixture_open("kounta", server->port, KOUNTA);
    for (int i = 0; i < 8; i++) {
        script[i].status = 200;
        script[i].headers = i % 2 == 0 ? b : a;
        script[i].body = i % 2 == 0 ? "[{\"id\":1}]" : "[{\"id\":2}]";
    }
    script[3].headers = b;
    script[3].body = "[{\"id\":1}]";
    script[4].headers = a;
    script[4].body = "[{\"id\":2}]";
    cr_assert_eq(read_all(&count), STOP);
    cr_assert_str_eq(err.code, "bad_list");
    cr_assert_eq(server_count(server), 6);
    fixture_close();
}
