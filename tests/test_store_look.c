/*
 * test_store_look.c - many reads as of one moment, and what they cost.
 */
#include "tests/store_fixture.h"

#include "state/inside.h"

static void set_up(void)
{
    folder_make();
    (void)snprintf(path, sizeof(path), "%s/custsync.db", folder);
}

TestSuite(store_look, .init = set_up, .fini = folder_remove, .timeout = 60);

static void put(struct store *store, const char *value)
{
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", text_of(value), &err));
    ok(store_commit(store, &err));
}

Test(store_look, sees_one_moment_until_its_end)
{
    struct store *one = open_as(STORE_WRITE), *two = open_as(STORE_WRITE);

    put(one, "1");
    ok(store_look_begin(one, &err));
    cr_assert(text_is(fact(one, "a"), "1"));
    put(two, "2");
    ok(store_look_begin(one, &err)); /* once more is nothing */
    cr_assert(text_is(fact(one, "a"), "1"));
    store_look_end(one);
    cr_assert(text_is(fact(one, "a"), "2"));
    store_look_end(one);
    store_close(one);
    store_close(two);
}

/* What is then decided is by what is. */
Test(store_look, ends_with_whatever_is_written)
{
    struct store *one = open_as(STORE_WRITE), *two = open_as(STORE_WRITE);
    struct token token = {.access = TEXT("x")};

    put(one, "1");
    ok(store_look_begin(one, &err));
    cr_assert(text_is(fact(one, "a"), "1"));
    put(two, "2");
    put(one, "3"); /* not "busy": by another moment than now nothing begins */
    cr_assert(text_is(fact(two, "a"), "3"));

    ok(store_look_begin(one, &err));
    cr_assert(text_is(fact(one, "a"), "3"));
    put(two, "4");
    ok(store_token_put(one, "login", &token, &err));
    cr_assert(text_is(fact(one, "a"), "4"));

    ok(store_look_begin(one, &err));
    ok(store_checkpoint(one, &err));
    ok(store_look_begin(one, &err));
    store_close(one);
    store_close(two);
}

Test(store_look, within_a_transaction_is_nothing)
{
    struct store *store = open_as(STORE_WRITE);

    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    ok(store_look_begin(store, &err));
    store_look_end(store);
    ok(store_commit(store, &err));
    cr_assert(text_is(fact(store, "a"), "1"));
    store_close(store);
}

/* SQLite plans a statement anew whose plan the values might better, and a plan
 * takes longer than what nearly all of ours do. */
Test(store_look, no_hot_statement_is_planned_at_each_use)
{
    struct store *store = open_as(STORE_WRITE);

    ok(connection_run(&store->main,
                      "CREATE TEMP TABLE dropped (customer INTEGER PRIMARY"
                      " KEY)",
                      &err));
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_stmt *statement;

        if (!statement_texts[i].hot)
            continue;
        cr_assert_eq(sqlite3_prepare_v2(store->main.db, statement_texts[i].sql,
                                        -1, &statement, NULL),
                     SQLITE_OK, "%s", statement_texts[i].name);
        for (int use = 0; use < 3; use++) {
            for (int n = sqlite3_bind_parameter_count(statement); n > 0; n--)
                cr_assert_eq(sqlite3_bind_int64(statement, n, use), SQLITE_OK);
            (void)sqlite3_step(statement);
            (void)sqlite3_reset(statement);
            (void)sqlite3_clear_bindings(statement);
        }
        cr_assert_eq(
            sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0), 0,
            "%s", statement_texts[i].name);
        sqlite3_finalize(statement);
    }
    store_close(store);
}
