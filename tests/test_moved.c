/*
 * test_moved.c - what moves the number by which a plan knows that it is stale.
 */
#include "tests/store_fixture.h"

static store_id account;

static uint64_t moved(struct store *store)
{
    uint64_t times;

    ok(store_links_moved(store, account, &times, &err));
    return times;
}

/* A link of a new customer to that record. */
static struct link linked(struct store *store, const char *record)
{
    struct link link = {
        .account = account,
        .remote_id = text_of(record),
        .held = TEXT("{\"email\":\"ann@example.com\"}"),
    };

    ok(store_customer_new(store, &link.customer, &err));
    ok(store_link_put(store, &link, &err));
    return link;
}

static struct store *begun(void)
{
    struct store *store = open_as(STORE_WRITE);
    bool renamed;

    ok(store_account(store, "kounta", "https://shop.example", "5678", "shop",
                     &account, &renamed, &err));
    ok(store_begin(store, &err));
    return store;
}

TestSuite(moved, .init = folder_make, .fini = folder_remove);

Test(moved, a_link_that_comes_or_goes_moves_it)
{
    struct store *store = begun();
    struct link link;

    cr_assert_eq(moved(store), 0);
    link = linked(store, "r1");
    cr_assert_eq(moved(store), 1);
    ok(store_link_remove(store, link.id, &err));
    cr_assert_eq(moved(store), 2);
    store_close(store);
}

Test(moved, what_a_link_holds_moves_it_when_it_is_something_else)
{
    struct store *store = begun();
    struct link link = linked(store, "r1");

    ok(store_link_put(store, &link, &err));
    link.held_full = true;
    ok(store_link_put(store, &link, &err));
    cr_assert_eq(moved(store), 1, "read again, and nothing new");
    link.held = TEXT("{\"email\":\"bob@example.com\"}");
    ok(store_link_put(store, &link, &err));
    cr_assert_eq(moved(store), 2);
    link.state = LINK_GONE;
    ok(store_link_put(store, &link, &err));
    cr_assert_eq(moved(store), 3);
    link.remote_id = TEXT("r2");
    ok(store_link_put(store, &link, &err));
    cr_assert_eq(moved(store), 4);
    store_close(store);
}

Test(moved, another_account_does_not_move_it)
{
    struct store *store = begun();
    store_id mine = account;
    bool renamed;

    ok(store_account(store, "kounta", "https://shop.example", "9012", "two",
                     &account, &renamed, &err));
    (void)linked(store, "r1");
    cr_assert_eq(moved(store), 1);
    account = mine;
    cr_assert_eq(moved(store), 0);
    store_close(store);
}

Test(moved, is_undone_with_the_link)
{
    struct store *store = begun();

    (void)linked(store, "r1");
    store_rollback(store);
    cr_assert_eq(moved(store), 0);
    store_close(store);
}
