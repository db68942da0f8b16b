/*
 * client_fixture.h - an account at a local server, with a store of its own.
 *
 * For the tests of client.c and api.c. One per test process.
 */
#ifndef TESTS_CLIENT_FIXTURE_H
#define TESTS_CLIENT_FIXTURE_H

#include <criterion/criterion.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include "state/store_pace.h"
#include "sync/api.h"
#include "tests/local_server.h"

static char fixture_folder[64];
static struct config *config;
static const struct account *account;
static struct store *store;
static struct client *client;
static struct arena *arena;
static store_id account_id;
static struct err err;
static int64_t clock_ahead_ms; /* moves the test's time */

static int64_t fixture_now(void *self)
{
    (void)self;
    return clock_real.now_ms(NULL) + clock_ahead_ms;
}

static uint64_t fixture_random(void *self, uint64_t below)
{
    return clock_real.random(self, below);
}

static const struct clock fixture_clock = {.now_ms = fixture_now,
                                           .random = fixture_random};

static inline char *fixture_path(const char *name)
{
    static char path[128];

    if (fixture_folder[0] == '\0') {
        snprintf(fixture_folder, sizeof(fixture_folder),
                 "/tmp/custsync-client-XXXXXX");
        cr_assert_not_null(mkdtemp(fixture_folder));
    }
    snprintf(path, sizeof(path), "%s/%s", fixture_folder, name);
    return path;
}

static inline void fixture_fini(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf '%s'", fixture_folder);
    if (fixture_folder[0] != '\0' && system(command) != 0)
        cr_log_warn("%s stays", fixture_folder);
}

/* lines: the account's keys beside provider and base_url, each "    k: v\n". */
static inline void fixture_config(const char *provider, int port,
                                  const char *lines)
{
    FILE *file = fopen(fixture_path("custsync.yaml"), "w");

    cr_assert_not_null(file);
    chmod(fixture_path("custsync.yaml"), 0600);
    fprintf(file,
            "region: AU\naccounts:\n  shop:\n    provider: %s\n"
            "    base_url: http://127.0.0.1:%d\n%s",
            provider, port, lines);
    fclose(file);
    setenv("CUSTSYNC_BACKOFF_MS", "1", 0);
    cr_assert_eq(config_load(&config, fixture_path("custsync.yaml"), &err), OK,
                 "%s: %s", err.place, err.message);
    account = config_account(config, TEXT("shop"));
    cr_assert_not_null(account);
    if (arena == NULL)
        arena = arena_open();
}

static inline enum status fixture_client(void)
{
    bool renamed;

    if (store == NULL)
        cr_assert_eq(
            store_open(&store, fixture_path("s.db"), STORE_WRITE, &err), OK,
            "%s", err.message);
    cr_assert_eq(store_account(store, account->provider->name,
                               account->base_url, account->tenant,
                               account->name, &account_id, &renamed, &err),
                 OK);
    return client_open(&client, account, account_id, store, &fixture_clock,
                       &err);
}

static inline void fixture_open(const char *provider, int port,
                                const char *lines)
{
    fixture_config(provider, port, lines);
    cr_assert_eq(fixture_client(), OK, "%s", err.message);
}

static inline void fixture_close(void)
{
    client_close(client);
    client = NULL;
    store_close(store);
    store = NULL;
    config_close(config);
    config = NULL;
    arena_close(arena);
    arena = NULL;
}

#define KOUNTA_BASIC                                                           \
    "    company: 12\n    client_id: cid\n    client_secret: sec-ret-key\n"    \
    "    auth: basic\n    rate: off\n"
#define KOUNTA_OAUTH                                                           \
    "    company: 12\n    client_id: cid\n    client_secret: sec-ret-key\n"    \
    "    rate: off\n    refresh_token: refresh-first\n"
#define COUNT_OAUTH                                                            \
    "    client_id: cid\n    client_secret: sec-ret-key\n    rate: off\n"      \
    "    access_token: access-first\n    refresh_token: refresh-first\n"
#define FIELDEDGE_OAUTH                                                        \
    "    client_id: cid\n    client_secret: sec-ret-key\n    target_id: t\n"   \
    "    access_token: access-first\n    rate: off\n"

#endif
