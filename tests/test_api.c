/*
 * test_api.c - the calls of the shipped providers, and reading their replies.
 */
#include "tests/script_fixture.h"

TestSuite(api, .timeout = 60, .fini = fixture_fini);

#define KOUNTA    KOUNTA_BASIC
#define COUNT     COUNT_OAUTH
#define FIELDEDGE FIELDEDGE_OAUTH

/* --- look-ups -------------------------------------------------------------*/

Test(api, a_redirect_names_the_record_and_is_not_followed)
{
    static const char *const places[] = {
        "Location: /v1/companies/12/customers/389427.json?x=1\r\n",
        "Location: /v1/companies/12/customers/389427\r\n",
    };
    struct server *server = server_open(answer);
    struct api_record *records;
    size_t count;

    fixture_open("kounta", server->port, KOUNTA);
    for (unsigned i = 0; i < 2; i++) {
        struct call *call;

        script[i].status = 302;
        script[i].headers = places[i];
        call = find("email", "a+b@example.com");
        cr_assert_eq(
            api_found(client, spec_by("email"), call, &records, &count, &err),
            OK);
        cr_assert_eq(count, 1);
        cr_assert(text_is(records[0].id, "389427"));
        cr_assert_null(records[0].node);
        client_call_free(call);
    }
    cr_assert_eq(server_count(server), 2);
    cr_assert(strstr(server->requests[0].text,
                     "GET /v1/companies/12/customers?email=a%2Bb%40example.com "
                     "HTTP/1.1"));
    fixture_close();
}

Test(api, a_redirect_to_another_host_gets_nothing)
{
    struct server *other = server_open(answer);
    struct server *server = server_open(answer);
    struct api_record *records;
    char location[100];
    struct call *call;
    size_t count;

    snprintf(location, sizeof(location),
             "Location: http://127.0.0.1:%d/v1/companies/12/customers/1\r\n",
             other->port);
    script[0].status = 302;
    script[0].headers = location;
    fixture_open("kounta", server->port, KOUNTA);
    call = find("mobile", "0491570156");
    cr_assert_eq(
        api_found(client, spec_by("mobile"), call, &records, &count, &err),
        REJECT);
    cr_assert_str_eq(err.code, "foreign_redirect");
    cr_assert_eq(server_count(other), 0);
    client_call_free(call);
    fixture_close();
}

Test(api, absent_is_no_error_and_an_ignored_filter_is_no_match)
{
    struct server *server = server_open(answer);
    struct api_record *records;
    struct call *call;
    size_t count = 9;

    script[0].status = 404;
    script[1].status = 200;
    script[1].body = "[{\"id\":1},{\"id\":2}]";
    fixture_open("kounta", server->port, KOUNTA);
    call = find("email", "a@example.com");
    cr_assert_eq(call->means, MEANS_ABSENT);
    cr_assert_eq(
        api_found(client, spec_by("email"), call, &records, &count, &err), OK);
    cr_assert_eq(count, 0);
    client_call_free(call);
    call = find("email", "a@example.com");
    cr_assert_eq(
        api_found(client, spec_by("email"), call, &records, &count, &err),
        REJECT);
    client_call_free(call);
    fixture_close();
}

Test(api, arrays_are_found_wherever_they_stand)
{
    static const char *const bodies[] = {
        "{\"customers\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
        "{\"data\":{\"customers\":[{\"id\":\"a\"},{\"id\":\"b\"}]}}",
        "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
        "[{\"id\":\"a\"},{\"id\":\"b\"}]",
    };
    struct server *server = server_open(answer);
    struct api_record *records;
    struct call *call;
    size_t count;

    fixture_open("fieldedge", server->port, FIELDEDGE);
    for (unsigned i = 0; i < 4; i++) {
        script[i].status = 200;
        script[i].body = bodies[i];
        call = find("email", "a@example.com");
        cr_assert_eq(
            api_found(client, spec_by("email"), call, &records, &count, &err),
            OK, "%s", bodies[i]);
        cr_assert_eq(count, 2);
        cr_assert(text_is(records[1].id, "b"));
        client_call_free(call);
    }
    script[4].status = 204;
    call = find("phone", "+14155552671");
    cr_assert_eq(
        api_found(client, spec_by("phone"), call, &records, &count, &err), OK);
    cr_assert_eq(count, 0);
    cr_assert(strstr(server->requests[4].text, "phone=%2B14155552671"));
    client_call_free(call);
    fixture_close();
}

Test(api, a_look_up_without_its_key_is_not_asked)
{
    struct server *server = server_open(answer);
    const struct setting empty = {"email", TEXT("")};
    struct call *call;

    fixture_open("kounta", server->port, KOUNTA);
    call = api_find(client, spec_by("email"), &empty, 1);
    cr_assert_eq(client_submit(client, call, &err), REJECT);
    client_call_free(call);
    cr_assert_eq(server_count(server), 0);
    fixture_close();
}

Test(api, a_name_of_a_string_is_not_the_record)
{
    struct server *server = server_open(answer);
    const struct node *record;
    struct call *call;

    script[0].status = script[1].status = 200;
    script[0].body = "{\"data\":{\"uuid\":\"u1\",\"customer\":\"Acme\"}}";
    script[1].body =
        "{\"data\":{\"customer\":{\"uuid\":\"u1\",\"customer\":\"Acme\"}}}";
    fixture_open("count", server->port, COUNT);
    for (int i = 0; i < 2; i++) {
        call = done(api_get(client, TEXT("u1")));
        cr_assert_eq(api_got(client, call, &record, &err), OK);
        cr_assert(text_is(node_member_text(record, "customer"), "Acme"));
        client_call_free(call);
    }
    fixture_close();
}

Test(api, look_ups_are_chosen_by_key_and_valued_in_the_targets_form)
{
    struct server *server = server_open(answer);
    struct customer *customer;
    struct setting *values;
    size_t count;

    fixture_open("kounta", server->port, KOUNTA);
    cr_assert_eq(api_find_for(account->provider, KEY_MOBILE),
                 spec_by("mobile"));
    cr_assert_not_null(api_find_for(account->provider, KEY_NAME_PHONE));
    customer = customer_new(arena);
    cr_assert_not(api_find_values(client, spec_by("mobile"), customer, arena,
                                  &values, &count));
    customer_set(customer, FIELD_MOBILE, TEXT("+61491570156"));
    cr_assert(api_find_values(client, spec_by("mobile"), customer, arena,
                              &values, &count));
    cr_assert_eq(count, 1);
    cr_assert_str_eq(values[0].name, "mobile");
    cr_assert(text_is(values[0].value, "0491570156"));
    fixture_close();
}

/* --- writes ---------------------------------------------------------------*/

Test(api, the_id_of_a_new_record_is_taken_from_where_it_stands)
{
    struct server *server = server_open(answer);
    struct node *body;
    struct call *call;

    script[0].status = 201;
    script[0].headers = "Location: /v1/companies/12/customers/55\r\n";
    fixture_open("kounta", server->port, KOUNTA);
    body = node_new(arena, NODE_OBJECT);
    (void)node_add(body, "first_name", node_text(arena, TEXT("Zo\xc3\xab")));
    call = done(api_create(client, body));
    cr_assert(text_is(api_created_id(client, call), "55"));
    cr_assert_str_eq(server->requests[0].body,
                     "{\"first_name\":\"Zo\xc3\xab\"}");
    client_call_free(call);
    fixture_close();
}

Test(api, a_body_that_wraps_its_id_gives_it_too)
{
    static const char *const bodies[] = {
        "{\"data\":{\"uuid\":\"u9\"}}",
        "{\"data\":{\"customer\":{\"id\":\"u9\"}}}",
    };
    struct server *server = server_open(answer);
    struct call *call;

    fixture_open("count", server->port, COUNT);
    for (unsigned i = 0; i < 2; i++) {
        script[i].status = 201;
        script[i].body = bodies[i];
        call = done(api_create(client, node_new(arena, NODE_OBJECT)));
        cr_assert(text_is(api_created_id(client, call), "u9"));
        client_call_free(call);
    }
    fixture_close();
}

/* --- lists ----------------------------------------------------------------*/

static size_t read_list(enum status *status)
{
    struct call *calls[8] = {NULL};
    struct list_page page = {.more = true};
    struct list_at at = {.page = 0};
    size_t all = 0;

    *status = OK;
    for (; page.more && at.page < 8; at.page++) {
        at.place = page.place;
        calls[at.page] = api_list(client, &at);
        if (calls[at.page] == NULL)
            break;
        *status = api_listed(client, done(calls[at.page]), &at, &page, &err);
        if (*status != OK)
            break;
        all += page.count;
    }
    for (int i = 0; i < 8; i++)
        client_call_free(calls[i]);
    return all;
}

Test(api, pages_follow_the_header_on_the_same_host_only)
{
    struct server *server = server_open(answer);
    char next[120], foreign[120];
    enum status status;

    script[0].status = script[1].status = 200;
    script[2].status = script[3].status = 200;
    fixture_open("kounta", server->port, KOUNTA);
    snprintf(next, sizeof(next),
             "X-Next-Page: http://127.0.0.1:%d/v1/companies/12/customers"
             "?start=1\r\n",
             server->port);
    snprintf(foreign, sizeof(foreign),
             "X-Next-Page: http://127.0.0.1:%d/v1\r\n", server->port + 1);
    script[0].headers = next;
    script[0].body = "[{\"id\":1}]";
    script[1].body = "[{\"id\":2},{\"id\":3}]";
    cr_assert_eq(read_list(&status), 3);
    cr_assert_eq(status, OK);
    cr_assert(strstr(server->requests[1].text,
                     "GET /v1/companies/12/customers?start=1 "));
    cr_assert(strstr(server->requests[1].text, "Authorization: Basic"));
    script[2].headers = foreign;
    script[2].body = "[{\"id\":1}]";
    (void)read_list(&status);
    cr_assert_eq(status, STOP);
    cr_assert_str_eq(err.code, "foreign_redirect");
    fixture_close();
}

Test(api, numbered_pages_end_where_the_provider_says)
{
    struct server *server = server_open(answer);
    enum status status;

    for (int i = 0; i < 4; i++)
        script[i].status = 200;
    script[0].body = "{\"data\":{\"records\":[{\"uuid\":\"a\"}],"
                     "\"totalRecords\":2,\"totalPages\":2}}";
    script[1].body = "{\"data\":{\"records\":[{\"uuid\":\"b\"}],"
                     "\"totalRecords\":2,\"totalPages\":2}}";
    script[2].body = "{\"customers\":[{\"id\":\"a\"}]}";
    script[3].body = "{\"data\":{\"rows\":[]}}";
    fixture_open("count", server->port, COUNT);
    cr_assert_eq(read_list(&status), 2);
    cr_assert_eq(status, OK);
    cr_assert(strstr(server->requests[0].text,
                     "orderBy=createdAt&orderDirection=ASC&page=1&limit=100"));
    cr_assert(strstr(server->requests[1].text, "page=2"));
    cr_assert_eq(read_list(&status), 1);
    cr_assert_eq(status, OK);
    (void)read_list(&status);
    cr_assert_eq(status, STOP, "a reply without a list is no empty list");
    fixture_close();
}

Test(api, a_record_without_an_id_ends_a_list)
{
    struct server *server = server_open(answer);
    enum status status;

    script[0].status = 200;
    script[0].body = "[{\"id\":1},{\"name\":\"x\"}]";
    fixture_open("kounta", server->port, KOUNTA);
    (void)read_list(&status);
    cr_assert_eq(status, STOP);
    fixture_close();
}

/* --- customers, login -----------------------------------------------------*/

Test(api, a_record_of_a_source_has_its_own_number_as_reference)
{
    struct server *server = server_open(answer);
    struct customer *customer;
    const struct node *record;
    struct call *call;

    script[0].status = 200;
    script[0].body = "{\"id\":12345678901234567890,\"first_name\":\"Ann\","
                     "\"reference_id\":\"CRM-1\",\"mobile\":\"0491 570 156\"}";
    fixture_open("kounta", server->port, KOUNTA);
    call = done(api_get(client, TEXT("12345678901234567890")));
    cr_assert_eq(api_got(client, call, &record, &err), OK);
    cr_assert_eq(api_customer(client, record, true, arena, &customer, &err),
                 OK);
    cr_assert(text_is(customer_text(customer, FIELD_REFERENCE_ID),
                      "12345678901234567890"));
    cr_assert(text_is(
        customer_text(customer, field_named(TEXT("custom.reference_id"))),
        "CRM-1"));
    cr_assert(text_is(customer_text(customer, FIELD_MOBILE), "+61491570156"));
    cr_assert_eq(api_customer(client, record, false, arena, &customer, &err),
                 OK);
    cr_assert(text_is(customer_text(customer, FIELD_REFERENCE_ID), "CRM-1"));
    client_call_free(call);
    fixture_close();
}

Test(api, a_wrong_company_is_told_by_the_probe)
{
    struct server *server = server_open(answer);

    script[0].status = 200;
    script[1].status = 404;
    fixture_open("kounta", server->port, KOUNTA);
    cr_assert_eq(client_login(client, &err), OK);
    cr_assert(strstr(server->requests[0].text, "GET /v1/companies/12 "));
    cr_assert_eq(client_login(client, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    fixture_close();
}

Test(api, a_login_by_page_ends_in_kept_tokens)
{
    struct server *server = server_open(answer);
    struct token token;
    struct text page;
    char login[60];

    script[0].status = script[1].status = 200;
    script[0].body = "{\"data\":{\"redirectUri\":\"https://a.example/p\"}}";
    script[1].body = "{\"data\":{\"result\":{\"accessToken\":\"at\","
                     "\"refreshToken\":\"rt\",\"accessTokenExpiresAt\":"
                     "\"2099-01-01T00:00:00.000Z\",\"workspaceId\":7}}}";
    script[2].status = 200;
    script[2].body = "{\"data\":{\"records\":[]}}";
    fixture_open("count", server->port,
                 "    client_id: cid\n    client_secret: sec-ret-key\n");
    cr_assert_eq(client_login_page(client, "http://127.0.0.1:1/cb", "st", arena,
                                   &page, &err),
                 OK, "%s", err.message);
    cr_assert(text_is(page, "https://a.example/p"));
    cr_assert(strstr(server->requests[0].text,
                     "GET /auth2/authorize-intiate?clientId=cid&redirectUri="
                     "http%3A%2F%2F127.0.0.1%3A1%2Fcb&state=st "));
    cr_assert_eq(
        client_login_code(client, "c0de", "http://127.0.0.1:1/cb", "st", &err),
        OK, "%s", err.message);
    cr_assert_str_eq(server->requests[1].body,
                     "{\"grantType\":\"authorization_code\","
                     "\"code\":\"c0de\"}");
    snprintf(login, sizeof(login), "%lld:oauth2", (long long)account_id);
    cr_assert_eq(store_token(store, login, arena, &token, &err), OK);
    cr_assert(text_is(token.refresh, "rt"));
    cr_assert_eq(token.expires_ms, 4070908800000);

    /* An account that names no workspace stays with its first. */
    script[3].status = 200;
    script[3].body = "{\"data\":{\"result\":{\"accessToken\":\"at3\","
                     "\"refreshToken\":\"rt3\",\"workspaceId\":8}}}";
    cr_assert_eq(
        client_login_code(client, "c1de", "http://127.0.0.1:1/cb", "st", &err),
        STOP);
    cr_assert_str_eq(err.code, "other_tenant");
    cr_assert_str_eq(err.message,
                     "the token is for '8', the account has been '7'");
    cr_assert(strstr(err.hint, "'workspace: 8' in the account"));
    cr_assert_eq(store_token(store, login, arena, &token, &err), OK);
    cr_assert(text_is(token.refresh, "rt"));

    /* The next ones are good, and not for this account: the first stand. */
    script[4].status = 200;
    script[4].body = "{\"data\":{\"result\":{\"accessToken\":\"at2\","
                     "\"refreshToken\":\"rt2\",\"workspaceId\":7}}}";
    script[5].status = 403;
    script[5].body = "{\"message\":\"not yours\"}";
    cr_assert_eq(
        client_login_code(client, "c2de", "http://127.0.0.1:1/cb", "st", &err),
        STOP);
    cr_assert_eq(err.exit, EXIT_CREDENTIALS);
    cr_assert_eq(store_token(store, login, arena, &token, &err), OK);
    cr_assert(text_is(token.access, "at"));
    cr_assert(text_is(token.refresh, "rt"));
    cr_assert_eq(token.expires_ms, 4070908800000);
    fixture_close();
}
