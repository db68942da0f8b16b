/*
 * test_pull.c - a read of an account: proved to be whole, gone on with, and
 * only of what changed.
 */
#include "tests/script_fixture.h"

#include "sync/listing.h"
#include "sync/pull.h"
#include "sync/recent.h"

TestSuite(pull, .timeout = 60, .fini = fixture_fini);

#define KOUNTA KOUNTA_BASIC
#define COUNT  COUNT_OAUTH

static struct pulled pulled;

static struct pulling pulling;

static enum status pull(void)
{
    pulling = (struct pulling){
        .store = store,
        .client = client,
        .account = account,
        .account_id = account_id,
        .clock = &fixture_clock,
        .whole = pulling.whole,
        .full = pulling.full,
    };
    return pull_account(&pulling, &pulled, &err);
}

static uint64_t cost(void)
{
    struct pull_cost told;

    cr_assert_eq(pull_cost(&pulling, &told, &err), OK, "%s", err.message);
    return told.requests;
}

/* By which the fixture's account is read. */
static struct text words(void)
{
    return listing_words(account, arena);
}

static void say(int at, const char *headers, const char *body)
{
    script[at].status = 200;
    script[at].headers = headers;
    script[at].body = body;
}

static void put(const struct reading *reading)
{
    cr_assert_eq(store_begin(store, &err), OK);
    cr_assert_eq(store_reading_put(store, account_id, reading, &err), OK);
    cr_assert_eq(store_commit(store, &err), OK);
}

#define NEXT(query) "X-Next-Page: /v1/companies/12/customers?" query "\r\n"

Test(pull, pages_that_may_move_are_read_until_nobody_is_missing)
{
    struct server *server = server_open(answer);
    struct listing listing = {.now_ms = fixture_now(NULL)};

    fixture_open("kounta", server->port, KOUNTA);
    listing.client = client;
    listing.store = store;
    listing.account = account_id;
    /* 1 goes when the first page was read, and 2 moves to it. */
    say(0, NEXT("page=2"), "[{\"id\":1}]");
    say(1, NULL, "[{\"id\":3}]");
    for (int pass = 1; pass < 3; pass++) {
        say(2 * pass, NEXT("page=2"), "[{\"id\":2}]");
        say(2 * pass + 1, NULL, "[{\"id\":3}]");
    }
    cr_assert_eq(listing_all(&listing, &err), OK, "%s", err.message);
    cr_assert_eq(listing.count, 3);
    cr_assert_eq(server_count(server), 6);
    listing_close(&listing);
    fixture_close();
}

Test(pull, a_list_that_is_never_still_is_none)
{
    static char bodies[5][20];
    struct server *server = server_open(answer);
    struct listing listing = {.now_ms = fixture_now(NULL)};

    fixture_open("kounta", server->port, KOUNTA);
    listing.client = client;
    listing.store = store;
    listing.account = account_id;
    for (int i = 0; i < 5; i++) {
        (void)snprintf(bodies[i], sizeof(bodies[i]), "[{\"id\":%d}]", i + 1);
        say(2 * i, NEXT("page=2"), bodies[i]);
        say(2 * i + 1, NULL, "[{\"id\":99}]");
    }
    cr_assert_eq(listing_all(&listing, &err), STOP);
    cr_assert_str_eq(err.code, "bad_list", "%s", err.message);
    cr_assert_eq(listing.passes, 4, "the fifth was the last");
    listing_close(&listing);
    fixture_close();
}

Test(pull, it_goes_on_at_the_address_where_it_stopped)
{
    struct server *server = server_open(answer);
    struct reading reading = {
        .place = TEXT("F 7 0 0 /v1/companies/12/customers?start=9")};

    fixture_open("kounta", server->port, KOUNTA);
    reading.place = arena_print(
        arena, "F 7 0 0 http://127.0.0.1:%d/v1/companies/12/customers?start=9",
        server->port);
    reading.words = words();
    reading.begun_ms = fixture_now(NULL) - READ_RESUMED_MS + 60000;
    put(&reading);
    say(0, NULL, "[{\"id\":10}]");
    say(1, NULL, "{\"id\":10,\"first_name\":\"Ann\"}");
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert(pulled.resumed);
    cr_assert(strstr(server->requests[0].text, "customers?start=9 "));
    cr_assert_eq(server_count(server), 2);
    fixture_close();
}

Test(pull, an_old_beginning_or_one_elsewhere_is_not_gone_on_with)
{
    static const char *const places[] = {
        "F 7 0 0 http://127.0.0.1:9/v1/companies/12/customers?start=9",
        "F 7 0 0", "F x", "D 4000000000", "?"};
    struct server *server = server_open(answer);
    struct reading reading = {.place = TEXT("F 7 0 0 /never")};

    fixture_open("kounta", server->port, KOUNTA);
    say(0, NULL, "[]");
    reading.words = words();
    reading.begun_ms = fixture_now(NULL) - READ_RESUMED_MS;
    put(&reading);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_not(pulled.resumed);
    cr_assert(strstr(server->requests[0].text, "/customers HTTP"));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        server->count = 0;
        reading.begun_ms = fixture_now(NULL) - 1000;
        reading.place = text_of(places[i]);
        put(&reading);
        cr_assert_eq(pull(), OK, "%s: %s", places[i], err.message);
        cr_assert(strstr(server->requests[0].text, "/customers HTTP"), "%s",
                  places[i]);
    }
    fixture_close();
}

Test(pull, an_address_that_has_had_its_day_costs_a_new_beginning)
{
    struct server *server = server_open(answer);
    struct reading reading = {.begun_ms = 1};

    fixture_open("kounta", server->port, KOUNTA);
    reading.words = words();
    reading.begun_ms = fixture_now(NULL) - 1000;
    reading.place = arena_print(
        arena, "F 7 0 0 http://127.0.0.1:%d/v1/companies/12/customers?t=9",
        server->port);
    put(&reading);
    script[0].status = 400;
    script[0].body = "{\"error\":\"invalid_request\"}";
    say(1, NULL, "[]");
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert(strstr(server->requests[1].text, "/customers HTTP"));
    fixture_close();
}

/* --- what changed ---------------------------------------------------------*/

static int64_t stamp(const char *json)
{
    struct names *names = names_open();
    struct node *item = NULL;
    int64_t ms;

    cr_assert_eq(json_parse(text_of(json), arena, names, &item, &err), OK);
    ms = api_item_stamp(account->provider, item, arena);
    names_close(names);
    return ms;
}

Test(pull, stamps_are_compared_whatever_their_zone)
{
    fixture_open("count", 1, COUNT);
    cr_assert_eq(stamp("{\"updatedAt\":\"1970-01-01T00:00:02.500Z\"}"), 2000);
    cr_assert_eq(stamp("{\"updatedAt\":\"1970-01-01T10:00:02+10:00\"}"), 2000);
    cr_assert_eq(stamp("{\"updatedAt\":\"yesterday\"}"), 0);
    cr_assert_eq(stamp("{\"updatedAt\":null}"), 0);
    cr_assert_eq(stamp("{}"), 0);
    fixture_close();
}

Test(pull, the_mark_leaves_an_overlap_unless_nothing_changed_for_long)
{
    int64_t day = RECENT_QUIET_MS;
    struct reading reading = {.top_ms = 0};

    cr_assert_eq(recent_mark(&reading, 0, 5 * day), 0);
    /* Our clock may be days ahead of the provider's, or behind. */
    cr_assert_eq(recent_mark(&reading, day, 9 * day), day - RECENT_OVERLAP_MS);
    cr_assert_eq(recent_mark(&reading, 9 * day, day),
                 9 * day - RECENT_OVERLAP_MS);
    recent_top(&reading, day, 9 * day);
    recent_top(&reading, day, 9 * day + 1000);
    cr_assert_eq(recent_mark(&reading, day, 10 * day), day - RECENT_OVERLAP_MS);
    cr_assert_eq(recent_mark(&reading, day, 10 * day + 1), day + 1);
    cr_assert_eq(recent_mark(&reading, day + 5, 10 * day + 1),
                 day + 5 - RECENT_OVERLAP_MS);
}

#define PAGE(total, records)                                                   \
    "{\"data\":{\"records\":[" records "],\"totalRecords\":" total             \
    ",\"totalPages\":1}}"
#define ITEM(id, time)                                                         \
    "{\"uuid\":\"" id "\",\"updatedAt\":\"" time "\",\"customer\":\"A\","      \
    "\"billingAddress\":null,\"shippingAddress\":null,\"contacts\":[]}"

Test(pull, the_whole_list_is_read_again_after_a_week)
{
    struct server *server = server_open(answer);

    fixture_open("count", server->port, COUNT);
    say(0, NULL, PAGE("1", ITEM("a", "2024-01-01T00:00:00Z")));
    for (int i = 1; i < 4; i++)
        say(i, NULL, script[0].body);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert(pulled.whole);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_not(pulled.whole);
    cr_assert(strstr(server->requests[1].text, "orderDirection=DESC"));
    clock_ahead_ms += WHOLE_EVERY_MS;
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert(pulled.whole);
    cr_assert(strstr(server->requests[2].text, "orderDirection=ASC"));
    cr_assert_eq(server_count(server), 3);
    fixture_close();
}

Test(pull, what_it_costs_is_told_without_asking)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA);
    say(0, NULL, "[{\"id\":1},{\"id\":2}]");
    say(1, NULL, "{\"id\":1,\"first_name\":\"Ann\"}");
    say(2, NULL, "{\"id\":2,\"first_name\":\"Bo\"}");
    ((struct account *)account)->concurrency = 1;
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(pulled.records, 2);
    clock_ahead_ms += 5;
    cr_assert_eq(cost(), 3);
    ((struct account *)account)->refetch_ms = 60000;
    cr_assert_eq(cost(), 1);
    fixture_close();
}

/* --- by other words -------------------------------------------------------*/

Test(pull, nothing_is_unchanged_that_was_read_by_other_words)
{
    struct server *server = server_open(answer);

    fixture_open("kounta", server->port, KOUNTA);
    ((struct account *)account)->refetch_ms = 1000000000;
    say(0, NULL, "[{\"id\":1}]");
    say(1, NULL, "{\"id\":1,\"first_name\":\"Ann\"}");
    for (int i = 2; i < 7; i++)
        say(i, NULL, script[i % 2].body);
    cr_assert_eq(pull(), OK, "%s", err.message);
    clock_ahead_ms += 5;
    cr_assert_eq(cost(), 1);
    ((struct account *)account)->region = "NZ";
    cr_assert_eq(cost(), 2);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(server_count(server), 4, "read again");
    clock_ahead_ms += 5;
    pulling.full = true;
    cr_assert_eq(cost(), 2);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(server_count(server), 6, "and with --full");
    clock_ahead_ms += 5;
    pulling.full = false;
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(server_count(server), 7, "and not without");
    fixture_close();
}

Test(pull, a_whole_list_is_read_again_by_other_words)
{
    struct server *server = server_open(answer);

    fixture_open("count", server->port, COUNT);
    for (int i = 0; i < 4; i++)
        say(i, NULL, PAGE("1", ITEM("a", "2024-01-01T00:00:00Z")));
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_not(pulled.whole);
    ((struct account *)account)->region = "NZ";
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert(pulled.whole);
    fixture_close();
}

Test(pull, one_the_list_never_shows_is_no_reason_to_read_it_all)
{
    struct server *server = server_open(answer);

    fixture_open("count", server->port, COUNT);
    say(0, NULL,
        PAGE("2", ITEM("a", "2024-01-01T00:00:00Z") "," ITEM(
                      "b", "2024-01-01T00:00:00Z")));
    say(1, NULL, PAGE("1", ITEM("a", "2024-01-01T00:00:00Z")));
    say(2, NULL, "{\"data\":" ITEM("b", "2024-01-01T00:00:00Z") "}");
    say(3, NULL, script[1].body);
    cr_assert_eq(pull(), OK, "%s", err.message);
    clock_ahead_ms += 5;
    pulling.whole = true; /* b was archived, and its list hides it */
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(pulled.unlisted, 1);
    cr_assert_eq(cost(), 2);
    pulling.whole = false;
    cr_assert_eq(cost(), 1);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_not(pulled.whole);
    cr_assert_eq(server_count(server), 4);
    fixture_close();
}

/* --- what it will take ----------------------------------------------------*/

enum { LONG = 8 };

/* Record n of LONG, one a page; the last one changed an hour after the rest. */
static void say_page(int at, int n)
{
    static char bodies[16][400];

    (void)snprintf(
        bodies[at], sizeof(bodies[at]),
        "{\"data\":{\"records\":[{\"uuid\":\"%d\",\"customer\":\"A\","
        "\"updatedAt\":\"2024-01-01T1%d:00:00Z\",\"billingAddress\":null,"
        "\"shippingAddress\":null,\"contacts\":[]}],\"totalRecords\":%d,"
        "\"totalPages\":%d}}",
        n, n == LONG, LONG, LONG);
    say(at, NULL, bodies[at]);
}

static void open_long(struct server *server)
{
    fixture_open("count", server->port, COUNT);
    ((struct provider *)account->provider)->list.size = 1;
    say_page(0, 1);
    say_page(1, LONG); /* the newest */
    for (int n = LONG; n >= 1; n--)
        say_page(2 + LONG - n, n);
}

Test(pull, what_the_overlap_reads_again_is_counted)
{
    struct server *server = server_open(answer);

    open_long(server);
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_eq(server_count(server), 2 + LONG);
    cr_assert_eq(cost(), 4);
    for (int at = 2 + LONG; at < 6 + LONG; at += 2) {
        say_page(at, LONG);
        say_page(at + 1, LONG - 1);
    }
    cr_assert_eq(pull(), OK, "%s", err.message);
    cr_assert_not(pulled.whole);
    cr_assert_eq(server_count(server), 2 + LONG + 4);
    cr_assert_eq(cost(), 4);
    pulling.whole = true;
    cr_assert_eq(cost(), 2 + LONG);
    fixture_close();
}

Test(pull, a_read_that_was_begun_is_counted_from_where_it_stands)
{
    struct server *server = server_open(answer);

    open_long(server);
    script[5].status = 401; /* page 5 of 8, and no new token either */
    script[6].status = 400;
    cr_assert_eq(pull(), STOP);
    pulling.whole = true;
    cr_assert_eq(cost(), 5);
    fixture_close();
}

/* --- pages that are not what they should be -------------------------------*/

/* A page of many, which shows count records from first on. */
static void say_part(int at, int first, int count, int total, int pages)
{
    static char bodies[16][2000];
    size_t size = 0;

    size += (size_t)snprintf(bodies[at], sizeof(bodies[at]),
                             "{\"data\":{\"totalRecords\":%d,"
                             "\"totalPages\":%d,\"records\":[",
                             total, pages);
    for (int n = first; n < first + count; n++)
        size += (size_t)snprintf(
            bodies[at] + size, sizeof(bodies[at]) - size,
            "%s{\"uuid\":\"%d\",\"customer\":\"A\",\"billingAddress\":null,"
            "\"shippingAddress\":null,\"contacts\":[]}",
            n > first ? "," : "", n);
    (void)snprintf(bodies[at] + size, sizeof(bodies[at]) - size, "]}}");
    say(at, NULL, bodies[at]);
}

static struct listing listing;

static enum status list(struct server *server, uint32_t size)
{
    fixture_open("count", server->port, COUNT);
    ((struct provider *)account->provider)->list.size = size;
    listing = (struct listing){
        .client = client,
        .store = store,
        .account = account_id,
        .now_ms = fixture_now(NULL),
    };
    return listing_all(&listing, &err);
}

/* 3 to 6 were there throughout; two went, so that the number alone is right. */
Test(pull, removals_do_not_hide_a_blank_page_or_a_short_one)
{
    struct server *server = server_open(answer);

    for (int count = 0; count < 2; count++) {
        server->count = 0;
        say_part(0, 1, 2, 6, 3);
        say_part(1, 5, 2, 6, 3);
        say_part(2, 3, count, 6, 3);
        say_part(3, 3, 2, 6, 3);
        say_part(4, 1, 2, 4, 2);
        cr_assert_eq(list(server, 2), OK, "%s", err.message);
        cr_assert_eq(listing.count, 6);
        cr_assert_eq(server_count(server), 5);
        listing_close(&listing);
    }
    fixture_close();
}

Test(pull, a_page_that_stays_blank_or_short_is_no_list)
{
    struct server *server = server_open(answer);

    for (int count = 0; count < 2; count++) {
        server->count = 0;
        for (int round = 0; round < 2; round++) {
            say_part(4 * round, 1, 2, 6, 3);
            say_part(4 * round + 1, 5, 2, 6, 3);
            say_part(4 * round + 2, 3, count, 6, 3);
            say_part(4 * round + 3, 3, count, 6, 3);
        }
        cr_assert_eq(list(server, 2), STOP);
        cr_assert_str_eq(err.code, "bad_list", "%s", err.message);
        listing_close(&listing);
    }
    fixture_close();
}

/* It was asked for a hundred and gives two: its pages are its own. */
Test(pull, a_server_that_gives_less_than_it_is_asked_for_has_full_pages)
{
    struct server *server = server_open(answer);

    say_part(0, 1, 2, 5, 3);
    say_part(1, 5, 1, 5, 3);
    say_part(2, 3, 2, 5, 3);
    say_part(3, 1, 2, 5, 3);
    cr_assert_eq(list(server, 100), OK, "%s", err.message);
    cr_assert_eq(listing.count, 5);
    listing_close(&listing);
    fixture_close();
}
