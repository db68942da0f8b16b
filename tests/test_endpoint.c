/*
 * test_endpoint.c - what the ends of a sync may be written as.
 */
#include "sync/endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(endpoint, .timeout = 10);

static struct config *make_config(void)
{
    static const struct account accounts[] = {
        {.name = "shop"},
        {.name = "books"},
    };
    static struct config config;

    config = (struct config){
        .file = "custsync.yaml",
        .accounts = accounts,
        .accounts_count = 2,
        .arena = arena_open(),
    };
    return &config;
}

static const struct {
    const char *written;
    const char *name, *path; /* NULL: none */
    bool account;
} good[] = {
    {"shop:", "shop", NULL, true},
    {"shopify:export.csv", "shopify", "export.csv", false},
    {"shopify:-", "shopify", "-", false},
    {"shopify:a:b.csv", "shopify", "a:b.csv", false},
    {"customers.csv", NULL, "customers.csv", false},
    {"-", NULL, "-", false},
    {"./12:30.csv", NULL, "./12:30.csv", false},
    {"exports of 12:30.csv", NULL, "exports of 12:30.csv", false},
    {"./acme.yaml:export.csv", "./acme.yaml", "export.csv", false},
    {"shop.csv", NULL, "shop.csv", false},
    {"./shop", NULL, "./shop", false},
    /* An account does not hide the mapping of the same name. */
    {"books:export.csv", "books", "export.csv", false},
};

static void same(const char *got, const char *wanted, const char *written)
{
    if (wanted == NULL)
        cr_assert_null(got, "%s", written);
    else
        cr_assert(got != NULL && strcmp(got, wanted) == 0, "%s: %s", written,
                  got);
}

Test(endpoint, is_an_account_when_nothing_follows_the_colon_and_else_a_file)
{
    const struct config *config = make_config();

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct endpoint endpoint;
        struct err err;

        cr_assert_eq(endpoint_parse(&endpoint, good[i].written, config, &err),
                     OK, "%s: %s", good[i].written, err.message);
        cr_assert_eq(endpoint.is_account, good[i].account);
        same(endpoint.name, good[i].name, good[i].written);
        same(endpoint.path, good[i].path, good[i].written);
        same(endpoint.written, good[i].written, good[i].written);
        cr_assert_eq(endpoint.account != NULL, good[i].account);
    }
}

static const struct {
    const char *written;
    int exit;
    const char *hint; /* words of it */
} bad[] = {
    {"", EXIT_USAGE, "ACCOUNT:"},
    {":", EXIT_USAGE, "ACCOUNT:"},
    {":export.csv", EXIT_USAGE, "MAPPING:FILE"},
    {"shpo:", EXIT_CONFIG, "did you mean 'shop:'"},
    {"shop", EXIT_USAGE, "shop: for the account"},
};

Test(endpoint, that_is_neither_is_refused_with_a_hint)
{
    const struct config *config = make_config();

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct endpoint endpoint;
        struct err err;

        cr_assert_eq(endpoint_parse(&endpoint, bad[i].written, config, &err),
                     STOP, "%s", bad[i].written);
        cr_assert_eq(err.exit, bad[i].exit, "%s", bad[i].written);
        cr_assert(strstr(err.hint, bad[i].hint) != NULL, "%s: %s",
                  bad[i].written, err.hint);
    }
}

Test(endpoint, without_a_configuration_says_how_to_name_one)
{
    struct config config = {.arena = arena_open()};
    struct endpoint endpoint;
    struct err err;

    cr_assert_eq(endpoint_parse(&endpoint, "shop:", &config, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert(strstr(err.hint, "--config") != NULL, "%s", err.hint);
    arena_close(config.arena);
}
