/*
 * accounts.c - who may ask: made-up credentials, the same in every sandbox.
 *
 * The first of each provider is the one that the printed configuration uses.
 * The others let a test see that tenants and clients are kept apart.
 */
#include "sandbox.h"
#include "util.h"

#include <string.h>

enum { SHOP, SHOP_TWO, BOOKS, BOOKS_TWO, FIELD, FIELD_TWO, TENANTS };

const struct tenant tenants[] = {
    [SHOP] = {KOUNTA, "5678", "Sandbox Cafe", 500001},
    [SHOP_TWO] = {KOUNTA, "9012", "Second Cafe", 900001},
    [BOOKS] = {COUNT, "0d8f3c1e-5a64-4b7a-9c02-6f1d2e3b4a50", "Sandbox Books",
               1},
    [BOOKS_TWO] = {COUNT, "7b1e9a42-3c5d-4f08-8e6a-1a2b3c4d5e60",
                   "Second Books", 1},
    [FIELD] = {FIELDEDGE, "70001", "Sandbox Plumbing", 1},
    [FIELD_TWO] = {FIELDEDGE, "70002", "Second Plumbing", 1},
};
const int tenant_count = TENANTS;

enum { SHOP_APP, OTHER_APP, BOOKS_APP, FIELD_APP, CLIENTS };

const struct client clients[] = {
    [SHOP_APP] = {KOUNTA, "sandbox-shop", "sandbox-shop-secret", SHOP},
    [OTHER_APP] = {KOUNTA, "sandbox-other", "sandbox-other-secret", SHOP},
    [BOOKS_APP] = {COUNT, "sandbox-books", "sandbox-books-secret", BOOKS},
    [FIELD_APP] = {FIELDEDGE, "sandbox-field", "sandbox-field-secret", FIELD},
};
const int client_count = CLIENTS;

const struct grant grants[] = {
    {"sandbox-shop-refresh", SHOP_APP, SHOP},
    {"sandbox-shop-two-refresh", SHOP_APP, SHOP_TWO},
    {"sandbox-other-refresh", OTHER_APP, SHOP},
    {"sandbox-books-refresh", BOOKS_APP, BOOKS},
    {"sandbox-books-two-refresh", BOOKS_APP, BOOKS_TWO},
};
const int grant_count = sizeof(grants) / sizeof(grants[0]);

int client_find(enum provider_id provider, const char *id)
{
    for (int i = 0; id != NULL && i < client_count; i++)
        if (clients[i].provider == provider && strcmp(clients[i].id, id) == 0)
            return i;
    return -1;
}

int tenant_find(enum provider_id provider, const char *id)
{
    for (int i = 0; id != NULL && i < tenant_count; i++)
        if (tenants[i].provider == provider && strcmp(tenants[i].id, id) == 0)
            return i;
    return -1;
}

bool client_secret_ok(int client, const char *secret)
{
    return client >= 0 && secret != NULL &&
           same_secret(clients[client].secret, secret);
}
