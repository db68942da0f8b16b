/*
 * test_event.c - lives in the store: kept, told once, pruned with time.
 */
#include "tests/store_fixture.h"

#include "state/history.h"

TestSuite(event, .init = folder_make, .fini = folder_remove);

static const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;

static store_id new_customer(struct store *store)
{
    store_id customer;

    ok(store_customer_new(store, &customer, &err));
    return customer;
}

static store_id new_run(struct store *store, int64_t at_ms)
{
    store_id run;

    ok(store_run_begin(store, "sync", "", "a.csv", "shop:", at_ms, &run, &err));
    return run;
}

static void add(struct store *store, store_id run, store_id customer,
                enum event_kind kind, const char *body)
{
    struct event event = {.run = run,
                          .customer = customer,
                          .account = 1,
                          .source = 1,
                          .kind = kind,
                          .at_ms = 5,
                          .body = text_of(body)};

    ok(store_event_add(store, &event, &err));
}

static size_t count_of(struct store *store, store_id customer)
{
    struct event events[50];
    size_t count;

    ok(store_events(store, customer, 0, arena, events, 50, &count, &err));
    return count;
}

Test(event, a_life_comes_back_newest_first_a_page_at_a_time)
{
    struct store *store = open_as(STORE_WRITE);
    store_id run = new_run(store, 1000), customer, other;
    struct event events[2];
    size_t count;

    ok(store_begin(store, &err));
    customer = new_customer(store);
    other = new_customer(store);
    add(store, run, customer, EVENT_CREATED, "one");
    add(store, run, other, EVENT_CREATED, "not his");
    add(store, 0, customer, EVENT_HAND, "two");
    add(store, run, customer, EVENT_UPDATED, "three");
    ok(store_commit(store, &err));
    ok(store_events(store, customer, 0, arena, events, 2, &count, &err));
    cr_assert_eq(count, 2);
    cr_assert(text_is(events[0].body, "three"));
    cr_assert(text_is(events[1].body, "two"));
    cr_assert_eq(events[1].run, 0);
    ok(store_events(store, customer, events[1].id, arena, events, 2, &count,
                    &err));
    cr_assert_eq(count, 1);
    cr_assert(text_is(events[0].body, "one"));
    store_close(store);
}

Test(event, what_stays_the_same_every_night_is_told_once)
{
    struct store *store = open_as(STORE_WRITE);
    store_id run = new_run(store, 1000);
    struct event event = {.run = run, .account = 1, .source = 1, .at_ms = 5};

    ok(store_begin(store, &err));
    event.customer = new_customer(store);
    event.body = TEXT("a");
    ok(store_event_news(store, &event, &err));
    ok(store_event_news(store, &event, &err));
    cr_assert_eq(count_of(store, event.customer), 1);
    event.account = 2; /* another account's is another's */
    ok(store_event_news(store, &event, &err));
    event.account = 1;
    event.body = TEXT("b");
    ok(store_event_news(store, &event, &err));
    event.body = TEXT("a"); /* and back again is news */
    ok(store_event_news(store, &event, &err));
    cr_assert_eq(count_of(store, event.customer), 4);
    store_close(store);
}

Test(event, what_a_run_wrote_comes_customer_by_customer)
{
    struct store *store = open_as(STORE_WRITE);
    store_id run = new_run(store, 1000), a, b, accounts[4];
    struct event events[2];
    size_t count;

    ok(store_begin(store, &err));
    a = new_customer(store);
    b = new_customer(store);
    add(store, run, b, EVENT_UPDATED, "b1");
    add(store, run, a, EVENT_UPDATED, "a1");
    add(store, run, a, EVENT_TRIED, "nothing was written");
    add(store, run, a, EVENT_UPDATED, "a2");
    add(store, run, a, EVENT_UPDATED, "a3");
    add(store, run + 1, a, EVENT_UPDATED, "another run's");
    ok(store_run_accounts(store, run, accounts, 4, &count, &err));
    cr_assert_eq(count, 1);
    cr_assert_eq(accounts[0], 1);
    ok(store_run_wrote(store, run, 1, 0, arena, events, 2, &count, &err));
    cr_assert_eq(count, 2); /* the first and the latest */
    cr_assert(text_is(events[0].body, "a1"));
    cr_assert(text_is(events[1].body, "a3"));
    ok(store_run_wrote(store, run, 1, a, arena, events, 2, &count, &err));
    cr_assert_eq(count, 1);
    cr_assert_eq(events[0].customer, b);
    ok(store_run_wrote(store, run, 1, b, arena, events, 2, &count, &err));
    cr_assert_eq(count, 0);
    store_close(store);
}

static void end_run(struct store *store, store_id run, int64_t at_ms)
{
    ok(store_run_end(store, run, 0, TEXT("{\"rows\":{}}"), at_ms, &err));
}

static void put_fact(struct store *store, const char *name, store_id run)
{
    ok(store_fact_put(store, name, arena_print(arena, "%lld", (long long)run),
                      &err));
}

static bool has_fact(struct store *store, const char *name)
{
    struct text value;

    ok(store_fact(store, name, arena, &value, &err));
    return value.size > 0;
}

Test(event, lives_and_reports_go_when_their_days_are_over)
{
    struct store *store = open_as(STORE_WRITE);
    int64_t now = 1000 * day_ms;
    store_id old = new_run(store, now - (HISTORY_DAYS + 1) * day_ms);
    store_id young = new_run(store, now - (HISTORY_DAYS - 1) * day_ms);
    struct store_run run;
    store_id customer;

    end_run(store, old, now);
    end_run(store, young, now);
    ok(store_begin(store, &err));
    customer = new_customer(store);
    add(store, old, customer, EVENT_CREATED, "old");
    add(store, young, customer, EVENT_UPDATED, "young");
    add(store, 0, customer, EVENT_HAND, "by hand, long ago");
    ok(store_event_add(store,
                       &(struct event){.customer = customer,
                                       .kind = EVENT_HAND,
                                       .at_ms = now - day_ms,
                                       .body = TEXT("by hand")},
                       &err));
    put_fact(store, "plan:0a", old);
    put_fact(store, "plan:0b", young);
    put_fact(store, "planned", old); /* another kind of fact */
    ok(store_history_prune(store, now, &err));
    cr_assert_eq(count_of(store, customer), 2);
    cr_assert_not(has_fact(store, "plan:0a"));
    cr_assert(has_fact(store, "plan:0b"));
    cr_assert(has_fact(store, "planned"));
    ok(store_run(store, old, arena, &run, &err));
    cr_assert_eq(run.id, old); /* its line stays */
    cr_assert_eq(run.report.size, 0);
    ok(store_run(store, young, arena, &run, &err));
    cr_assert_gt(run.report.size, 0);
    ok(store_run(store, 77, arena, &run, &err));
    cr_assert_eq(run.id, 0);
    store_close(store);
}
