/*
 * accounts_fixture.h - a store with two accounts, two sources and a run, inside
 * a transaction: where tests of customers and changes begin.
 *
 * One test program includes it once: everything here is static.
 */
#ifndef TESTS_ACCOUNTS_FIXTURE_H
#define TESTS_ACCOUNTS_FIXTURE_H

#include "tests/store_fixture.h"

enum { KIND_REFERENCE = 1, KIND_EMAIL = 2 };

static struct store *store;
static store_id shop, books, crm, till, run;

static void set_up(void)
{
    bool renamed;

    folder_make();
    store = open_as(STORE_WRITE);
    ok(store_account(store, "kounta", "https://x.example", "1", "shop", &shop,
                     &renamed, &err));
    ok(store_account(store, "count", "https://y.example", "1", "books", &books,
                     &renamed, &err));
    ok(store_source(store, "file", "crm", &crm, &err));
    ok(store_source(store, "account", "till", &till, &err));
    ok(store_run_begin(store, "sync", "nightly", "crm.csv", "shop:", 1000, &run,
                       &err));
    ok(store_begin(store, &err));
}

static void tear_down(void)
{
    store_close(store);
    folder_remove();
}

static store_id customer_with(const char *email, store_id source)
{
    struct store_key key = {.kind = KIND_EMAIL, .value = text_of(email)};
    store_id customer;

    ok(store_customer_new(store, &customer, &err));
    ok(store_customer_keys_put(store, customer, source, &key, 1, &err));
    return customer;
}

static size_t known(const char *email)
{
    store_id customers[4];
    size_t count;

    ok(store_customers_by_key(store, KIND_EMAIL, text_of(email), 0, customers,
                              4, &count, &err));
    return count;
}

#endif
