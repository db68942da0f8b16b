/*
 * test_store_export.c - what an export gave counts once it was published.
 */
#include "store_fixture.h"

#include "state/reading.h"
#include "state/store_export.h"

TestSuite(store_export, .init = folder_make, .fini = folder_remove,
          .timeout = 60);

static const struct fingerprint one = {.bytes = {1}}, two = {.bytes = {2}};

static store_id the_account(struct store *store)
{
    store_id account;
    bool renamed;

    ok(store_account(store, "p", "http://p", "t", "shop", &account, &renamed,
                     &err));
    return account;
}

static store_id the_export(struct store *store, const char *job, bool changed)
{
    struct export_name name = {.account = the_account(store),
                               .job = job,
                               .mapping = "xero",
                               .changed = changed};
    store_id export;

    ok(store_export(store, &name, &export, &err));
    return export;
}

static store_id last_run(struct store *store, store_id export)
{
    store_id run;

    ok(store_export_begin(store, export, true, &run, &err));
    return run;
}

static void begun_beside(struct store *store, store_id export)
{
    store_id run;

    ok(store_export_begin(store, export, false, &run, &err));
}

static void give(struct store *store, store_id export, store_id run,
                 const struct fingerprint *print)
{
    ok(store_begin(store, &err));
    ok(store_exported_put(store, export, TEXT("r1"), run, print, &err));
    ok(store_commit(store, &err));
}

/* The first byte of what r1 was given as; 0: not at all. */
static int given(struct store *store, store_id export)
{
    struct fingerprint print;
    bool found;

    ok(store_exported(store, export, TEXT("r1"), last_run(store, export),
                      &print, &found, &err));
    return found ? print.bytes[0] : 0;
}

static void record(struct store *store)
{
    struct record_seen seen = {
        .remote_id = TEXT("r1"), .values = TEXT("{}"), .seen_ms = 5};

    ok(store_begin(store, &err));
    ok(store_record_put(store, the_account(store), &seen, NULL, 0, &err));
    ok(store_commit(store, &err));
}

Test(store_export, account_job_mapping_and_changed_tell_exports_apart)
{
    struct store *store = open_as(STORE_WRITE);
    store_id export = the_export(store, "", false);

    cr_assert_neq(export, 0);
    cr_assert_eq(the_export(store, "", false), export);
    cr_assert_neq(the_export(store, "", true), export);
    cr_assert_neq(the_export(store, "night", false), export);
    store_close(store);
}

Test(store_export, a_plan_beside_it_takes_nothing_from_an_export)
{
    struct store *store = open_as(STORE_WRITE);
    store_id export = the_export(store, "", true);

    record(store);
    give(store, export, 5, &two);
    begun_beside(store, export);
    ok(store_export_done(store, export, 5, &err));
    cr_assert_eq(given(store, export), 2);
    store_close(store);
}

Test(store_export, what_was_not_published_was_not_given)
{
    struct store *store = open_as(STORE_WRITE);
    store_id export = the_export(store, "", true);

    record(store);
    give(store, export, 3, &one);
    cr_assert_eq(last_run(store, export), 0);
    cr_assert_eq(given(store, export), 0);
    give(store, export, 4, &one);
    ok(store_export_done(store, export, 4, &err));
    cr_assert_eq(last_run(store, export), 4);
    cr_assert_eq(given(store, export), 1);
    give(store, export, 5, &two);
    cr_assert_eq(given(store, export), 1, "run 5 has not published");
    give(store, export, 6, &two);
    ok(store_export_done(store, export, 6, &err));
    cr_assert_eq(given(store, export), 2);
    /* A run that gives nothing moves on, and keeps what it knows. */
    ok(store_export_done(store, export, 7, &err));
    cr_assert_eq(given(store, export), 2);
    store_close(store);
}

Test(store_export, who_is_gone_from_the_account_is_forgotten)
{
    struct store *store = open_as(STORE_WRITE);
    store_id export = the_export(store, "", true);

    record(store);
    give(store, export, 3, &one);
    ok(store_export_done(store, export, 3, &err));
    ok(store_begin(store, &err));
    ok(store_record_drop(store, the_account(store), TEXT("r1"), &err));
    ok(store_commit(store, &err));
    ok(store_export_done(store, export, 4, &err));
    cr_assert_eq(given(store, export), 0);
    store_close(store);
}

Test(store_export, a_dry_store_makes_none)
{
    struct store *store = open_as(STORE_WRITE);

    (void)the_account(store);
    store_close(store);
    store = open_as(STORE_DRY);
    cr_assert_eq(the_export(store, "", true), 0);
    cr_assert_eq(last_run(store, 0), 0);
    ok(store_export_done(store, 0, 9, &err));
    store_close(store);
}
