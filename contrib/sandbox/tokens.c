/*
 * tokens.c - access tokens, refresh tokens and codes, kept with the records.
 */
#include "store_sql.h"
#include "util.h"

#include <stdlib.h>

static const int64_t MONTH_MS = INT64_C(30) * 24 * 3600 * 1000;

void token_keep(struct store *store, enum token_kind kind, const char *text,
                const struct token *token)
{
    sqlite3_stmt *statement = store_statement(store, SQL_TOKEN_ADD);

    sqlite3_bind_int(statement, 1, (int)kind);
    bind_text(statement, 2, text);
    sqlite3_bind_int(statement, 3, token->client);
    sqlite3_bind_int(statement, 4, token->tenant);
    sqlite3_bind_int64(statement, 5, token->expires_ms);
    store_step(store, statement);
}

char *token_make(struct store *store, enum provider_id provider,
                 enum token_kind kind, const struct token *token)
{
    static const char letter[] = {'k', 'c', 'f'};
    static const char *const names[] = {"access", "refresh", "code"};
    char *secret = random_hex(24);
    char *text = print("%c-%s-%s", letter[provider], names[kind], secret);

    free(secret);
    token_keep(store, kind, text, token);
    return text;
}

bool token_get(struct store *store, enum token_kind kind, const char *text,
               struct token *token)
{
    sqlite3_stmt *statement = store_statement(store, SQL_TOKEN_GET);
    bool found = false;

    sqlite3_bind_int(statement, 1, (int)kind);
    bind_text(statement, 2, text);
    while (store_step(store, statement)) {
        token->client = sqlite3_column_int(statement, 0);
        token->tenant = sqlite3_column_int(statement, 1);
        token->expires_ms = sqlite3_column_int64(statement, 2);
        found = token->client >= 0 && token->client < client_count &&
                token->tenant >= 0 && token->tenant < tenant_count;
    }
    return found;
}

void token_drop(struct store *store, enum token_kind kind, const char *text)
{
    sqlite3_stmt *statement = store_statement(store, SQL_TOKEN_DROP);

    sqlite3_bind_int(statement, 1, (int)kind);
    bind_text(statement, 2, text);
    store_step(store, statement);
}

void token_expire_all(struct store *store, int64_t now_ms)
{
    sqlite3_stmt *statement = store_statement(store, SQL_TOKEN_EXPIRE);

    sqlite3_bind_int(statement, 1, TOKEN_ACCESS);
    sqlite3_bind_int64(statement, 2, now_ms);
    store_step(store, statement);
}

void grants_keep(struct sandbox *box)
{
    box->removed = false;
    for (int i = 0; i < grant_count; i++) {
        struct token token = {grants[i].client, grants[i].tenant, INT64_MAX};

        if (tenants[token.tenant].provider == COUNT)
            token.expires_ms = now_ms() + MONTH_MS;
        token_keep(box->store, TOKEN_REFRESH, grants[i].refresh_token, &token);
    }
}

void grants_revoke(struct sandbox *box)
{
    sqlite3_stmt *statement = store_statement(box->store, SQL_EMPTY_TOKENS);

    store_step(box->store, statement);
    box->removed = true;
}
