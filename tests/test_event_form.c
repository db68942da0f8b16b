/*
 * test_event_form.c - what events have in common is kept once, and each body
 * comes back to the byte.
 */
#include "tests/store_fixture.h"

#include "state/history.h"
#include "state/sqlite.h"

TestSuite(event_form, .init = folder_make, .fini = folder_remove,
          .timeout = 60);

static const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;
static struct store *store;
static store_id run, account, source;

static void begin(void)
{
    bool renamed;

    store = open_as(STORE_WRITE);
    ok(store_run_begin(store, "sync", "", "a.csv", "shop:", 1, &run, &err));
    ok(store_account(store, "p", "u", "t", "shop", &account, &renamed, &err));
    ok(store_source(store, "file", "crm", &source, &err));
    ok(store_begin(store, &err));
}

static store_id new_customer(void)
{
    store_id customer;

    ok(store_customer_new(store, &customer, &err));
    return customer;
}

static struct link link_to(store_id customer, const char *record)
{
    struct link link = {.account = account,
                        .customer = customer,
                        .remote_id = text_of(record),
                        .held = TEXT("{}")};

    ok(store_link_put(store, &link, &err));
    return link;
}

static void add(store_id customer, struct text body, int64_t at_ms)
{
    struct event event = {.run = run,
                          .customer = customer,
                          .account = account,
                          .source = source,
                          .kind = EVENT_CREATED,
                          .at_ms = at_ms,
                          .body = body};

    ok(store_event_add(store, &event, &err));
}

static struct event last_of(store_id customer)
{
    struct event event = {.id = 0};
    size_t count;

    ok(store_events(store, customer, 0, arena, &event, 1, &count, &err));
    return event;
}

static void told_as(store_id customer, const char *body)
{
    struct text got = last_of(customer).body;

    cr_assert(text_is(got, body), "%.*s, wanted %s", TEXT_ARGS(got), body);
}

/* How many rows a table has on disk. */
static int64_t rows(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t count;

    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return count;
}

Test(event_form, a_body_comes_back_to_the_byte)
{
    static const char *const bodies[] = {
        "{\"row\":{\"file\":\"a.csv\",\"line\":2},\"record\":\"r1\"}",
        "{\"row\":{\"file\":\"a.csv\",\"line\":2,\"also\":[3,77]},"
        "\"record\":\"r1\"}",
        "{\"row\":{\"file\":\"a.csv\",\"line\":1000000000000000000000}}",
        "{\"row\":{\"file\":\"a.csv\",\"line\":007}}",
        "{\"row\":{\"file\":\"a.csv\",\"line\":0}}",
        "{\"row\":{\"file\":\"a.csv\",\"line\":-1}}",
        "{\"record\":\"r1\",\"row\":{\"line\":5}}",
        "{\"record\":\"r\\\"1\"}",
        "{\"record\":\"\"}",
        "{\"record\":\"another's\"}",
        "{\"record\":\"r1\",\"note\":\"\\\"line\\\":3, \\\"record\\\":\"}",
        "{\"line\":4,\"line\":5,\"record\":\"r1\",\"record\":\"r2\"}",
        "{\"record\":\"r1",
        "{\"line\":",
        "{}",
        "x",
        "",
    };
    enum { COUNT = sizeof(bodies) / sizeof(bodies[0]), ROUNDS = 3 };
    store_id ids[ROUNDS][COUNT];

    begin();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            ids[round][i] = new_customer();
            if (round > 0 && i % 2 == 0) /* r1 is whose it is, or nobody's */
                (void)link_to(
                    ids[round][i],
                    arena_print(arena, round == 1 && i == 0 ? "r1" : "x%d%zu",
                                round, i)
                        .at);
            add(ids[round][i], text_of(bodies[i]), 5 + round);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            told_as(ids[round][i], bodies[i]);
            cr_assert_eq(last_of(ids[round][i]).at_ms, 5 + round);
        }
    }
    store_close(store);
}

Test(event_form, bodies_that_are_long_or_share_little_come_back_too)
{
    enum { COUNT = 300 };
    store_id ids[COUNT];
    const char *bodies[COUNT];
    uint32_t random = 1;

    begin();
    for (int i = 0; i < COUNT; i++) {
        struct buffer body = {0};
        int size = i % 3 == 0 ? i * 7 : 40;

        buffer_string(&body, i % 2 == 0 ? "{\"line\":7,\"a\":\"" : "{\"b\":\"");
        for (int k = 0; k < size; k++)
            buffer_byte(
                &body,
                (char)('a' + (random = random * 1664525 + 1013904223) % 26));
        buffer_string(&body, i % 5 == 0 ? "\"}" : "\",\"record\":\"r\"}");
        bodies[i] = arena_text(arena, buffer_view(&body)).at;
        buffer_free(&body);
        ids[i] = new_customer();
        add(ids[i], text_of(bodies[i]), 5);
    }
    for (int i = 0; i < COUNT; i++)
        told_as(ids[i], bodies[i]);
    ok(store_commit(store, &err));
    cr_assert_lt(rows("SELECT count(*) FROM event_form"), 10);
    store_close(store);
}

Test(event_form, a_first_night_needs_few_bytes_a_row)
{
    begin();
    for (int i = 0; i < 5000; i++) {
        store_id customer = new_customer();
        const char *id = arena_print(arena, "id-%d", i).at;

        (void)link_to(customer, id);
        add(customer,
            arena_print(arena,
                        "{\"row\":{\"file\":\"a.csv\",\"line\":%d%s},"
                        "\"record\":\"%s\"}",
                        i + 2, i % 20 == 0 ? ",\"also\":[9]" : "", id),
            5 + i);
    }
    ok(store_commit(store, &err));
    cr_assert_leq(rows("SELECT count(*) FROM event_form"), 2);
    cr_assert_eq(rows("SELECT count(*) FROM event WHERE record IS NOT NULL"),
                 0);
    cr_assert_leq(rows("SELECT count(*) FROM event WHERE differs IS NOT NULL"),
                  250);
    store_close(store);
}

Test(event_form, what_was_told_of_a_record_stays_when_the_link_moves)
{
    static const char body[] = "{\"record\":\"r1\"}";
    store_id ann, bob, cid;
    struct link of_ann, of_bob, of_cid;

    begin();
    ann = new_customer();
    bob = new_customer();
    cid = new_customer();
    of_ann = link_to(ann, "r1");
    add(ann, text_of(body), 5);
    of_ann.remote_id = TEXT("r2");
    ok(store_link_put(store, &of_ann, &err));
    told_as(ann, body);
    add(ann, TEXT("{\"record\":\"r2\"}"), 5);
    told_as(ann, "{\"record\":\"r2\"}");

    of_bob = link_to(bob, "r1");
    add(bob, text_of(body), 5);
    ok(store_link_remove(store, of_bob.id, &err));
    told_as(bob, body);
    of_bob = link_to(bob, "r3");
    told_as(bob, body);

    of_cid = link_to(cid, "r1");
    add(cid, text_of(body), 5);
    of_cid.held = TEXT("{\"name\":\"Cid\"}");
    ok(store_link_put(store, &of_cid, &err));
    ok(store_commit(store, &err));
    /* Where nothing moved nothing is written. */
    cr_assert_eq(rows("SELECT count(*) FROM event WHERE record IS NULL"), 2);
    told_as(cid, body);
    store_close(store);
}

Test(event_form, a_form_that_was_rolled_back_is_made_again)
{
    store_id customer;

    begin();
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    add(new_customer(), TEXT("{\"line\":1}"), 5);
    store_rollback(store);
    ok(store_begin(store, &err));
    customer = new_customer();
    add(customer, TEXT("{\"line\":2}"), 5);
    ok(store_commit(store, &err));
    told_as(customer, "{\"line\":2}");
    store_close(store);
}

Test(event_form, a_form_is_of_one_day)
{
    store_id customer;

    begin();
    customer = new_customer();
    add(customer, TEXT("{\"line\":1}"), 5);
    add(customer, TEXT("{\"line\":1}"), 4); /* a clock that was put back */
    cr_assert_eq(last_of(customer).at_ms, 4);
    add(customer, TEXT("{\"line\":1}"), 5 + day_ms);
    cr_assert_eq(last_of(customer).at_ms, 5 + day_ms);
    ok(store_commit(store, &err));
    cr_assert_eq(rows("SELECT count(*) FROM event_form"), 3);
    store_close(store);
}

/* An id that is given out again would bring a pruned life back, since its row
 * may wait for the sweep. */
Test(event_form, what_is_over_goes_and_does_not_come_back)
{
    int64_t now = (HISTORY_DAYS + 2) * day_ms;
    store_id customer = 0, young;

    begin();
    for (int i = 0; i <= PRUNED_AT_ONCE; i++) {
        customer = new_customer();
        add(customer, TEXT("{\"line\":1}"), 5);
    }
    ok(store_commit(store, &err));
    ok(store_run_begin(store, "sync", "", "a.csv", "shop:", now, &young, &err));
    ok(store_begin(store, &err));
    ok(store_history_prune(store, now, &err));
    cr_assert_eq(last_of(customer).id, 0);
    run = young;
    add(new_customer(), TEXT("{\"line\":2}"), now);
    cr_assert_eq(last_of(customer).id, 0);
    ok(store_commit(store, &err));
    cr_assert_eq(rows("SELECT count(*) FROM event"), 2);
    /* The sweep goes on where it was, and over what it has seen. */
    ok(store_begin(store, &err));
    add(customer, TEXT("{\"line\":3}"), now);
    for (int i = 0; i < 3; i++)
        ok(store_history_prune(store, now + 1, &err));
    told_as(customer, "{\"line\":3}");
    ok(store_history_prune(store, now + 200 * day_ms, &err));
    ok(store_commit(store, &err));
    cr_assert_eq(rows("SELECT count(*) FROM event"), 2); /* no younger run */
    store_close(store);
}
