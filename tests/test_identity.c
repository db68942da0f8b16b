/*
 * test_identity.c - accounts, customers, keys, links and records in the store.
 */
#include "state/reading.h"
#include "tests/accounts_fixture.h"

#include <string.h>

#include "state/inside.h"
#include "state/number_leaf.h"
#include "state/waiting_numbers.h"

TestSuite(identity, .init = set_up, .fini = tear_down, .timeout = 60);

static struct link linked(store_id account, store_id customer, const char *id)
{
    struct link link = {.account = account,
                        .customer = customer,
                        .remote_id = text_of(id),
                        .held = TEXT("{}")};

    ok(store_link_put(store, &link, &err));
    cr_assert_gt(link.id, 0);
    return link;
}

Test(identity, a_label_that_moves_to_another_account_is_said_once)
{
    store_id account;
    bool renamed;

    ok(store_account(store, "kounta", "https://x.example", "1", "shop",
                     &account, &renamed, &err));
    cr_assert_eq(account, shop);
    cr_assert_not(renamed);
    ok(store_account(store, "kounta", "https://x.example", "2", "shop",
                     &account, &renamed, &err));
    cr_assert_neq(account, shop);
    cr_assert(renamed);
    ok(store_account(store, "kounta", "https://x.example", "2", "shop",
                     &account, &renamed, &err));
    cr_assert_not(renamed);
}

Test(identity, runs_come_newest_first)
{
    struct store_run *runs;
    size_t count;
    store_id next;

    ok(store_run_begin(store, "pull", "", "", "books:", 2000, &next, &err));
    ok(store_run_end(store, run, 1, TEXT("{\"a\":1}"), 3000, &err));
    ok(store_runs(store, arena, 50, &runs, &count, &err));
    cr_assert_eq(count, 2);
    cr_assert_eq(runs[0].id, next);
    cr_assert_eq(runs[0].exit, -1);
    cr_assert_eq(runs[0].finished_ms, 0);
    cr_assert_eq(runs[1].exit, 1);
    cr_assert_eq(runs[1].finished_ms, 3000);
    cr_assert(text_is(runs[1].job, "nightly"));
    cr_assert(text_is(runs[1].report, "{\"a\":1}"));
    ok(store_runs(store, arena, 1, &runs, &count, &err));
    cr_assert_eq(count, 1);
}

Test(identity, weak_keys_meet_across_sources_and_reference_ids_do_not)
{
    store_id ann = customer_with("ann@example.com", crm), found[2];
    struct store_key keys[2] = {
        {.kind = KIND_EMAIL, .value = TEXT("ann@example.com")},
        {.kind = KIND_REFERENCE, .value = TEXT("007")},
    };
    struct store_key *all;
    size_t count;
    bool empty;

    ok(store_customer_keys_put(store, ann, till, keys, 2, &err));
    cr_assert_eq(known("ann@example.com"), 1);
    ok(store_customers_by_key(store, KIND_REFERENCE, TEXT("007"), till, found,
                              2, &count, &err));
    cr_assert(count == 1 && found[0] == ann);
    ok(store_customers_by_key(store, KIND_REFERENCE, TEXT("007"), crm, found, 2,
                              &count, &err));
    cr_assert_eq(count, 0);
    ok(store_customers_by_key(store, KIND_REFERENCE, TEXT("7"), till, found, 2,
                              &count, &err));
    cr_assert_eq(count, 0);
    ok(store_customer_keys(store, ann, arena, &all, &count, &err));
    cr_assert_eq(count, 3);
    ok(store_customer_keys_put(store, ann, till, NULL, 0, &err));
    ok(store_customer_keys(store, ann, arena, &all, &count, &err));
    cr_assert(count == 1 && all[0].source == crm);
    ok(store_is_empty(store, &empty, &err));
    cr_assert_not(empty);
}

Test(identity, a_key_of_many_is_counted_only_as_far_as_asked)
{
    store_id found[3];
    size_t count;
    bool is;

    for (int i = 0; i < 10; i++)
        (void)customer_with("desk@example.org", crm);
    ok(store_customers_by_key(store, KIND_EMAIL, TEXT("desk@example.org"), 0,
                              found, 3, &count, &err));
    cr_assert_eq(count, 4);
    cr_assert(found[0] < found[1] && found[1] < found[2]);
    ok(store_nobody_add(store, crm, KIND_EMAIL, TEXT("desk@example.org"),
                        &err));
    ok(store_nobody(store, crm, KIND_EMAIL, TEXT("desk@example.org"), &is,
                    &err));
    cr_assert(is);
    ok(store_nobody(store, till, KIND_EMAIL, TEXT("desk@example.org"), &is,
                    &err));
    cr_assert_not(is);
}

static int64_t numbers_in(sqlite3 *db)
{
    sqlite3_stmt *statement;
    int64_t count = 0;

    cr_assert_eq(sqlite3_prepare_v2(db,
                                    "SELECT first, entries FROM customer_key"
                                    " ORDER BY first",
                                    -1, &statement, NULL),
                 SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        int64_t key = sqlite3_column_int64(statement, 0);
        struct text rest = {sqlite3_column_blob(statement, 1),
                            (size_t)sqlite3_column_bytes(statement, 1)};

        cr_assert_gt(rest.size, 0);
        for (; rest.size > 0; count++)
            cr_assert(number_next(&rest, &key));
    }
    (void)sqlite3_finalize(statement);
    return count;
}

static int64_t numbers_on_disk(void)
{
    sqlite3 *db;
    int64_t count;

    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL),
                 SQLITE_OK);
    count = numbers_in(db);
    (void)sqlite3_close(db);
    return count;
}

/* Numbers of keys wait for the end of the transaction, or to be many. */
Test(identity, keys_are_found_before_and_after_they_are_written)
{
    enum { COUNT = 200000, SHARED = 5 };
    store_id found[SHARED], ids[SHARED];
    size_t count;
    bool empty;

    for (int i = 0; i < COUNT; i++) {
        const char *email = i % (COUNT / SHARED) == 7
                                ? "five@example.org"
                                : arena_print(arena, "%d@example.com", i).at;
        store_id id = customer_with(email, crm);

        if (i % (COUNT / SHARED) == 7)
            ids[i / (COUNT / SHARED)] = id;
        if (i == COUNT / 2) { /* the one half written, the other waiting */
            ok(store_commit(store, &err));
            ok(store_begin(store, &err));
        }
    }
    for (int round = 0; round < 3; round++) {
        ok(store_is_empty(store, &empty, &err));
        cr_assert_not(empty);
        ok(store_customers_by_key(store, KIND_EMAIL, TEXT("five@example.org"),
                                  0, found, SHARED, &count, &err));
        cr_assert_eq(count, SHARED);
        cr_assert_eq(memcmp(found, ids, sizeof(ids)), 0);
        ok(store_customers_by_key(store, KIND_EMAIL, TEXT("199999@example.com"),
                                  0, found, SHARED, &count, &err));
        cr_assert_eq(count, round < 2);
        if (round == 0) {
            ok(store_commit(store, &err));
            ok(store_begin(store, &err));
        }
        if (round == 1) /* and what was to go goes */
            ok(store_customer_keys_put(store, (store_id)COUNT, crm, NULL, 0,
                                       &err));
    }
    (void)customer_with("late@example.com", crm);
    store_rollback(store);
    ok(store_begin(store, &err));
    ok(store_customers_by_key(store, KIND_EMAIL, TEXT("late@example.com"), 0,
                              found, 1, &count, &err));
    cr_assert_eq(count, 0);
    ok(store_commit(store, &err));
    /* The one that lost its key was rolled back with the rest. */
    cr_assert_eq(numbers_on_disk(), COUNT);
    ok(store_begin(store, &err));
}

static int64_t numbers_written(void)
{
    return numbers_in(store->main.db);
}

static void give(store_id customer, const char *email)
{
    struct store_key key = {.kind = KIND_EMAIL, .value = text_of(email)};

    ok(store_customer_keys_put(store, customer, crm, &key, email != NULL,
                               &err));
}

/* One after the other they would each write all that wait. */
Test(identity, many_that_lose_a_key_write_nothing_before_the_end)
{
    enum { COUNT = 1000 };
    store_id ids[COUNT];
    int64_t changes, written;

    for (int i = 0; i < COUNT; i++)
        ids[i] = customer_with(arena_print(arena, "%d@example.com", i).at, crm);
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    written = numbers_written();
    changes = sqlite3_total_changes64(store->main.db);
    for (int i = 0; i < COUNT; i++)
        give(ids[i], arena_print(arena, "%d@example.org", i).at);
    /* What came, went and came again; and what came and went. */
    give(ids[0], NULL);
    give(ids[0], "0@example.org");
    give(ids[1], NULL);
    cr_assert_eq(known("0@example.org"), 1);
    cr_assert_eq(known("1@example.org"), 0);
    cr_assert_eq(known("2@example.com"), 0);
    cr_assert_eq(numbers_written(), written);
    cr_assert_eq(sqlite3_total_changes64(store->main.db) - changes, COUNT + 3);
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    cr_assert_eq(numbers_written(), written - 1);
    cr_assert_eq(known("0@example.org"), 1);
    cr_assert_eq(known("0@example.com"), 0);
    cr_assert_eq(known("1@example.org"), 0);
    cr_assert_eq(known("999@example.org"), 1);
}

/* They are not passed again and again, and those who have it are found. */
Test(identity, a_key_that_many_have_just_lost_is_found_at_the_others)
{
    enum { COUNT = 100, OTHERS = 2 };
    store_id ids[COUNT], found[OTHERS + 1];
    size_t count;

    for (int i = 0; i < COUNT; i++)
        ids[i] =
            customer_with(i < OTHERS ? arena_print(arena, "%d@x.example", i).at
                                     : "desk@example.org",
                          crm);
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    for (int i = OTHERS; i < COUNT; i++)
        give(ids[i], arena_print(arena, "%d@x.example", i).at);
    for (int i = 0; i < OTHERS; i++)
        give(ids[i], "desk@example.org");
    for (int round = 0; round < 2; round++) {
        ok(store_customers_by_key(store, KIND_EMAIL, TEXT("desk@example.org"),
                                  0, found, OTHERS + 1, &count, &err));
        cr_assert_eq(count, OTHERS);
        cr_assert_eq(memcmp(found, ids, OTHERS * sizeof(ids[0])), 0);
        cr_assert_not(numbers_any(store->numbers));
    }
}

struct seen {
    size_t count;
    uint8_t first[8];
    enum role roles[8];
};

static void see(void *self, const struct fingerprint *print, store_id customer,
                enum role role)
{
    struct seen *seen = self;

    cr_assert_gt(customer, 0);
    seen->first[seen->count] = print->bytes[0];
    seen->roles[seen->count++] = role;
}

Test(identity, fingerprints_are_replaced_per_customer)
{
    struct fingerprint prints[4] = {{{9}}, {{1}}, {{1}}, {{1}}};
    store_id ann = customer_with("ann@example.com", crm);
    store_id bob = customer_with("bob@example.com", crm);
    struct seen seen = {.count = 0};

    /* Rows that are equal to the byte are several rows all the same. */
    ok(store_fingerprints_put(store, crm, shop, ann, prints, 4, &err));
    ok(store_fingerprints_put(store, crm, books, ann, prints, 1, &err));
    prints[0].bytes[0] = 5;
    ok(store_fingerprints_put(store, crm, shop, bob, prints, 1, &err));
    ok(store_fingerprints(store, crm, shop, see, &seen, &err));
    cr_assert_eq(seen.count, 5);
    cr_assert_eq(memcmp(seen.first, "\11\1\1\1\5", 5), 0);
    cr_assert_eq(seen.roles[0], ROLE_OWN); /* where ann is counted */
    cr_assert_eq(seen.roles[1], ROLE_MERGED);
    cr_assert_eq(seen.roles[3], ROLE_MERGED);
    cr_assert_eq(seen.roles[4], ROLE_OWN);

    ok(store_fingerprints_put(store, crm, shop, ann, prints, 0, &err));
    seen.count = 0;
    ok(store_fingerprints(store, crm, shop, see, &seen, &err));
    cr_assert_eq(seen.count, 1);
    ok(store_fingerprints_forget(store, shop, &err));
    seen.count = 0;
    ok(store_fingerprints(store, crm, shop, see, &seen, &err));
    cr_assert_eq(seen.count, 0);
    ok(store_fingerprints(store, crm, books, see, &seen, &err));
    cr_assert_eq(seen.count, 1);
}

/* "5 1o 1m, 6 2o": of customers in order the first byte, own or merged. */
static void say(void *self, const struct fingerprint *print, store_id customer,
                enum role role)
{
    buffer_print(self, "%lld:%d%c ", (long long)customer, print->bytes[0],
                 role == ROLE_OWN ? 'o' : 'm');
}

static const char *said(store_id source, store_id account)
{
    struct buffer out = {0};
    const char *all;

    ok(store_fingerprints(store, source, account, say, &out, &err));
    all = arena_text(arena, buffer_view(&out)).at;
    buffer_free(&out);
    return all;
}

static void print(store_id source, store_id customer, const char *first)
{
    struct fingerprint prints[8] = {{{0}}};
    size_t count = strlen(first);

    for (size_t i = 0; i < count; i++)
        prints[i].bytes[0] = (uint8_t)(first[i] - '0');
    ok(store_fingerprints_put(store, source, shop, customer, prints, count,
                              &err));
}

static bool other(store_id source, store_id customer)
{
    bool has;

    ok(store_has_other_source(store, source, shop, customer, &has, &err));
    return has;
}

static void settle(void)
{
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
}

/* Of which customers stand together nothing can be told from outside. */
Test(identity, fingerprints_of_neighbours_leave_each_other_alone)
{
    const store_id at[] = {1, 2, 255, 256, 257, 511, 512, 70000};

    for (int round = 0; round < 2; round++) {
        for (size_t i = 8; i-- > 0;)
            print(crm, at[i], i % 2 == 0 ? "34" : "5");
        settle();
        cr_expect_str_eq(said(crm, shop),
                         "1:3o 1:4m 2:5o 255:3o 255:4m 256:5o 257:3o 257:4m "
                         "511:5o 512:3o 512:4m 70000:5o ");
        print(crm, 2, "678");
        print(crm, 255, "9");
        print(crm, 256, "");
        print(crm, 511, "");
        print(crm, 258, "1");
        if (round == 0)
            settle();
        print(crm, 258, "22");
        print(crm, 512, "");
        print(crm, 512, "5");
        if (round == 0)
            settle();
        cr_expect_str_eq(said(crm, shop),
                         "1:3o 1:4m 2:6o 2:7m 2:8m 255:9o 257:3o 257:4m "
                         "258:2o 258:2m 512:5o 70000:5o ");
        cr_expect_str_eq(said(till, shop), "");
        cr_expect_str_eq(said(crm, books), "");
        ok(store_fingerprints_forget(store, shop, &err));
        cr_expect_str_eq(said(crm, shop), "");
    }
}

static void expect_known_to_till_alone(store_id customer, bool others)
{
    cr_expect_eq(other(crm, customer), true);
    cr_expect_eq(other(till, customer), others);
}

/* What waits to be written counts like what is written. */
Test(identity, another_source_is_known_before_and_after_it_is_written)
{
    store_id customer = customer_with("ann@example.com", crm);

    print(till, customer, "1");
    print(till, customer + 1, "1");
    expect_known_to_till_alone(customer, false);
    settle();
    expect_known_to_till_alone(customer, false);
    print(crm, customer, "2");
    expect_known_to_till_alone(customer, true);
    print(crm, customer, "");
    expect_known_to_till_alone(customer, false);
    print(crm, customer, "2");
    settle();
    print(crm, customer, "");
    expect_known_to_till_alone(customer, false);
    cr_expect_not(other(crm, customer + 2));

    print(crm, customer, "2"); /* the one written, the other waiting */
    settle();
    print(crm, customer + 3, "2");
    ok(store_fingerprints_drop(store, shop, customer, &err));
    ok(store_fingerprints_drop(store, shop, customer + 3, &err));
    cr_expect_not(other(0, customer));
    cr_expect_not(other(0, customer + 3));
    cr_expect(other(0, customer + 1));
    settle();
    cr_expect_not(other(0, customer));
    cr_expect_str_eq(said(crm, shop), "");
    store_rollback(store);
    ok(store_begin(store, &err));
    print(crm, customer, "7");
    store_rollback(store);
    ok(store_begin(store, &err));
    cr_expect_str_eq(said(crm, shop), "");
}

/* A leaf is written once, however many of its customers move, and not at all
 * when they say the same again. */
Test(identity, fingerprints_are_written_together)
{
    enum { COUNT = 1024 };
    int64_t before;

    for (store_id i = COUNT; i > 0; i--)
        print(crm, i, "1");
    for (store_id i = 1; i <= COUNT; i++)
        cr_expect_not(other(crm, i));
    before = sqlite3_total_changes64(store->main.db);
    settle();
    cr_expect_eq(sqlite3_total_changes64(store->main.db) - before, 5);
    before = sqlite3_total_changes64(store->main.db);
    for (store_id i = 1; i <= COUNT; i++)
        print(crm, i, "1");
    print(crm, COUNT + 1, "");
    settle();
    cr_expect_eq(sqlite3_total_changes64(store->main.db) - before, 0);
    print(crm, 300, "2");
    print(crm, 600, "");
    settle();
    cr_expect_eq(sqlite3_total_changes64(store->main.db) - before, 2);
}

static void count_print(void *self, const struct fingerprint *print,
                        store_id customer, enum role role)
{
    size_t *count = self;

    cr_assert(print->bytes[0] == 1 && role == ROLE_OWN && customer > 0);
    (*count)++;
}

/* More than may wait. */
Test(identity, fingerprints_of_a_night_that_judges_all_anew)
{
    enum { COUNT = 300000 };
    struct fingerprint one = {{1}};
    size_t count = 0;

    for (store_id i = 1; i <= COUNT; i++)
        ok(store_fingerprints_put(store, crm, shop, i * 7919 % 300007, &one, 1,
                                  &err));
    ok(store_fingerprints(store, crm, shop, count_print, &count, &err));
    cr_expect_eq(count, COUNT);
}

Test(identity, a_record_belongs_to_one_customer_and_the_other_way_round)
{
    store_id ann = customer_with("ann@example.com", crm);
    store_id bob = customer_with("bob@example.com", crm);
    struct link link = linked(shop, ann, "r1"), other;
    uint64_t count;
    bool reach;

    other = (struct link){
        .account = shop, .customer = bob, .remote_id = TEXT("r1")};
    cr_assert_eq(store_link_put(store, &other, &err), REJECT);
    cr_assert_str_eq(err.code, "record_taken");
    other.customer = ann;
    other.remote_id = TEXT("r2");
    cr_assert_eq(store_link_put(store, &other, &err), REJECT);
    cr_assert_str_eq(err.code, "already_linked");
    other = linked(shop, bob, "r2");
    other.remote_id = TEXT("r1");
    cr_assert_eq(store_link_put(store, &other, &err), REJECT);
    cr_assert_str_eq(err.code, "record_taken");
    (void)linked(books, ann, "r1");
    ok(store_links_count(store, shop, &count, &err));
    cr_assert_eq(count, 2);
    ok(store_links_reach(store, shop, 2, &reach, &err));
    cr_assert(reach);
    ok(store_links_reach(store, shop, 3, &reach, &err));
    cr_assert_not(reach);

    link.state = LINK_GONE;
    link.held = TEXT("{\"name\":\"Ann\"}");
    link.by_hand = true;
    link.reference_source = crm;
    link.held_full = true;
    ok(store_link_put(store, &link, &err));
    ok(store_link_of(store, shop, ann, arena, &other, &err));
    cr_assert_eq(other.id, link.id);
    cr_assert_eq(other.state, LINK_GONE);
    cr_assert(other.by_hand && other.held_full);
    cr_assert_eq(other.reference_source, crm);
    link.reference_source = STORE_FOREIGN;
    ok(store_link_put(store, &link, &err));
    ok(store_link_of(store, shop, ann, arena, &other, &err));
    cr_assert_eq(other.reference_source, STORE_FOREIGN);
    cr_assert(text_equal(other.held, link.held));
    ok(store_links_count(store, shop, &count, &err));
    cr_assert_eq(count, 1);
    ok(store_links_reach(store, shop, 1, &reach, &err));
    cr_assert(reach);
    ok(store_links_reach(store, shop, 2, &reach, &err));
    cr_assert_not(reach);
    ok(store_link_by_remote(store, shop, TEXT("r9"), arena, &other, &err));
    cr_assert_eq(other.id, 0);
}

static enum status see_link(void *self, const struct link *link,
                            struct err *failure)
{
    size_t *count = self;

    (void)failure;
    cr_assert_eq(link->account, shop);
    (*count)++;
    arena_reset(arena);
    return OK;
}

Test(identity, links_of_a_source_are_those_it_spoke_about)
{
    size_t count = 0;

    for (int i = 0; i < 5; i++) {
        char id[16];
        store_id customer = customer_with("x@example.com", crm);
        struct link link;

        (void)snprintf(id, sizeof(id), "r%d", i);
        link = linked(shop, customer, id);
        (void)linked(books, customer, id);
        if (i > 0)
            ok(store_said_put(store, i == 1 ? till : crm, link.id, TEXT("{}"),
                              &err));
    }
    ok(store_links_of_source(store, shop, crm, arena, see_link, &count, &err));
    cr_assert_eq(count, 3);
}

static enum status see_record(void *self, const struct record_seen *record,
                              struct err *failure)
{
    struct buffer *ids = self;

    buffer_text(ids, record->remote_id);
    arena_reset(arena);
    if (record->seen_ms == 99)
        return fail(failure, STOP, EXIT_DATA, "enough", "enough");
    return OK;
}

Test(identity, records_are_found_by_key_in_order_and_pruned)
{
    struct store_key key = {.kind = KIND_EMAIL,
                            .value = TEXT("ann@example.com")};
    struct record_seen record = {.values = TEXT("{}")};
    struct buffer ids = {.at = NULL};
    struct text found[2];
    int64_t listed_ms;
    uint64_t listed;
    size_t count;

    for (int i = 3; i > 0; i--) {
        record.remote_id = arena_print(arena, "r%d", i);
        record.seen_ms = 10 * i;
        ok(store_record_put(store, books, &record, &key, 1, &err));
    }
    ok(store_records_by_key(store, books, KIND_EMAIL, key.value, arena, found,
                            2, &count, &err));
    cr_assert_eq(count, 3);
    ok(store_records(store, books, arena, see_record, &ids, &err));
    cr_assert(text_is(buffer_view(&ids), "r1r2r3"));

    record.remote_id = TEXT("r2");
    record.full = true;
    record.seen_ms = 99;
    ok(store_record_put(store, books, &record, NULL, 0, &err));
    ok(store_record_drop(store, books, TEXT("r1"), &err));
    ok(store_records_by_key(store, books, KIND_EMAIL, key.value, arena, found,
                            2, &count, &err));
    cr_assert_eq(count, 1); /* r2 has lost the key, and r1 is gone */
    cr_assert(text_is(found[0], "r3"));
    buffer_clear(&ids);
    cr_assert_eq(store_records(store, books, arena, see_record, &ids, &err),
                 STOP);
    cr_assert(text_is(buffer_view(&ids), "r2"));
    buffer_free(&ids);
    ok(store_record(store, books, TEXT("r2"), arena, &record, &err));
    cr_assert(record.full);
    ok(store_record(store, books, TEXT("r1"), arena, &record, &err));
    cr_assert_eq(record.remote_id.size, 0);

    ok(store_listed(store, books, &listed_ms, &listed, &err));
    cr_assert_eq(listed_ms, 0);
    ok(store_listed_put(store, books, 5, 2, &err));
    ok(store_listed(store, books, &listed_ms, &listed, &err));
    cr_assert(listed_ms == 5 && listed == 2);
}
