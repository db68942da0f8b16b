/*
 * test_store.c - the store as a file: modes, transactions, damage.
 */
#include "tests/store_fixture.h"

#include <string.h>

#include "state/inside.h"
#include "state/pages.h"
#include "state/reading.h"

static void set_up(void)
{
    folder_make();
    (void)snprintf(path, sizeof(path), "%s/deep/er/custsync.db", folder);
}

TestSuite(store, .init = set_up, .fini = folder_remove, .timeout = 60);

/* As another program does it; vfs NULL: without the sums of our pages. */
static void raw_sql_by(const char *vfs, const char *sql)
{
    sqlite3 *db;

    cr_assert_eq(sqlite3_open_v2(path, &db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                 vfs),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void raw_sql(const char *sql)
{
    raw_sql_by(pages_vfs(), sql);
}

static unsigned mode_of(const char *name)
{
    struct stat info;

    cr_assert_eq(stat(name, &info), 0, "%s", name);
    return info.st_mode & 0777;
}

Test(store, file_log_and_folder_are_for_their_owner_only)
{
    struct store *store;
    char name[256];

    (void)umask(0);
    store = open_as(STORE_WRITE);
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    ok(store_commit(store, &err));
    ok(store_lock(store, "shop", &err));
    cr_assert_eq(mode_of(path), 0600);
    (void)snprintf(name, sizeof(name), "%s-wal", path);
    cr_assert_eq(mode_of(name), 0600);
    (void)snprintf(name, sizeof(name), "%s.lock", path);
    cr_assert_eq(mode_of(name), 0600);
    (void)snprintf(name, sizeof(name), "%s/deep/er", folder);
    cr_assert_eq(mode_of(name), 0700);
    (void)snprintf(name, sizeof(name), "%s/deep", folder);
    cr_assert_eq(mode_of(name), 0700);
    store_close(store);
}

Test(store, remembers_and_closes_without_a_log_left)
{
    struct store *store = open_as(STORE_WRITE);
    uint8_t one[16], two[16];
    char name[256];

    ok(store_seed(store, one, &err));
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "rows:1:2", TEXT("12"), &err));
    ok(store_commit(store, &err));
    ok(store_checkpoint(store, &err));
    store_close(store);
    (void)snprintf(name, sizeof(name), "%s-wal", path);
    cr_assert_neq(access(name, F_OK), 0);

    store = open_as(STORE_WRITE);
    cr_assert(text_is(fact(store, "rows:1:2"), "12"));
    ok(store_seed(store, two, &err));
    cr_assert_eq(memcmp(one, two, 16), 0);
    cr_assert_str_eq(store_path(store), path);
    store_close(store);
}

Test(store, rollback_and_close_undo)
{
    struct store *store = open_as(STORE_WRITE);

    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    store_rollback(store);
    store_rollback(store);
    cr_assert_eq(fact(store, "a").size, 0);
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    store_close(store);
    store = open_as(STORE_WRITE);
    cr_assert_eq(fact(store, "a").size, 0);
    store_close(store);
    store_close(NULL);
}

Test(store, writes_outside_a_transaction_are_a_bug)
{
    struct store *store = open_as(STORE_WRITE);
    store_id customer;

    cr_assert_eq(store_customer_new(store, &customer, &err), STOP);
    cr_assert_eq(err.exit, EXIT_BUG);
    ok(store_begin(store, &err));
    cr_assert_eq(store_begin(store, &err), STOP);
    cr_assert_eq(store_penalty(store, "x", 1, &err), STOP);
    cr_assert_eq(store_checkpoint(store, &err), STOP);
    store_close(store);
}

static int64_t size_of(const char *name)
{
    struct stat info;

    return stat(name, &info) == 0 ? (int64_t)info.st_size : -1;
}

Test(store, dry_over_a_missing_file_makes_nothing)
{
    struct store *store = open_as(STORE_DRY);
    store_id account, again, source, run, customer;
    bool renamed;

    ok(store_run_begin(store, "plan", "", "a.csv", "shop:", 1, &run, &err));
    cr_assert_eq(run, 1);
    ok(store_account(store, "kounta", "https://x.example", "1", "shop",
                     &account, &renamed, &err));
    ok(store_source(store, "file", "crm", &source, &err));
    for (int i = 0; i < 2; i++) {
        struct change change = {
            .run = run, .account = account, .source = source};

        ok(store_begin(store, &err));
        ok(store_account(store, "kounta", "https://x.example", "1", "shop",
                         &again, &renamed, &err));
        cr_assert_eq(again, account);
        ok(store_customer_new(store, &customer, &err));
        change.customer = customer;
        ok(store_change_add(store, &change, &err));
        ok(store_change(store, change.id, arena, &change, &err));
        cr_assert_eq(change.customer, customer);
        ok(store_commit(store, &err));
        ok(store_change(store, change.id, arena, &change, &err));
        cr_assert_eq(change.id, 0);
    }
    ok(store_lock(store, "shop", &err));
    ok(store_run_end(store, run, 0, TEXT("{}"), 2, &err));
    store_close(store);
    cr_assert_eq(size_of(path), -1);
    (void)snprintf(path, sizeof(path), "%s/deep", folder);
    cr_assert_eq(size_of(path), -1);
}

Test(store, dry_over_a_file_leaves_no_trace_but_sees_what_is_known)
{
    struct store *store = open_as(STORE_WRITE);
    store_id account, source, run;
    struct store_run *runs;
    size_t count;
    bool renamed;

    ok(store_account(store, "count", "https://x.example", "1", "books",
                     &account, &renamed, &err));
    ok(store_run_begin(store, "sync", "j", "a", "b", 1, &run, &err));
    store_close(store);

    store = open_as(STORE_DRY);
    ok(store_run_begin(store, "plan", "j", "a", "b", 2, &run, &err));
    cr_assert_eq(run, 2);
    ok(store_source(store, "file", "crm", &source, &err));
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    cr_assert(text_is(fact(store, "a"), "1"));
    ok(store_commit(store, &err));
    cr_assert_eq(fact(store, "a").size, 0);
    ok(store_account(store, "count", "https://x.example", "1", "books", &run,
                     &renamed, &err));
    cr_assert_eq(run, account);
    store_close(store);

    store = open_as(STORE_READ);
    ok(store_runs(store, arena, 10, &runs, &count, &err));
    cr_assert_eq(count, 1);
    ok(store_source(store, "file", "crm", &source, &err));
    cr_assert_eq(source, 0);
    cr_assert_eq(fact(store, "a").size, 0);
    store_close(store);
}

Test(store, dry_keeps_tokens_under_an_account_that_stays_the_same)
{
    struct store *store = open_as(STORE_DRY);
    struct token token = {.refresh = TEXT("rotated"), .expires_ms = 5};
    store_id account, again;
    uint32_t granted;
    uint64_t wait_ms;
    bool renamed;

    ok(store_account(store, "kounta", "https://x.example", "1", "shop",
                     &account, &renamed, &err));
    ok(store_token_put(store, "login", &token, &err));
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert(text_is(token.refresh, "rotated"));
    ok(store_token_asked(store, "other", 7, &err));
    ok(store_pace(store, "s", 2, 60000, 2, 1000, &granted, &wait_ms, &err));
    cr_assert_eq(granted, 2);
    store_close(store);

    store = open_as(STORE_WRITE);
    ok(store_account(store, "kounta", "https://x.example", "1", "shop", &again,
                     &renamed, &err));
    cr_assert_eq(again, account);
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert(text_is(token.refresh, "rotated"));
    cr_assert_eq(token.expires_ms, 5);
    ok(store_pace(store, "s", 2, 60000, 2, 1000, &granted, &wait_ms, &err));
    cr_assert_eq(granted, 0);
    store_close(store);
}

Test(store, a_renewal_is_remembered_until_tokens_are_kept)
{
    struct store *store = open_as(STORE_WRITE);
    struct token token;

    ok(store_token_asked(store, "login", 7, &err));
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert_eq(token.asked_ms, 7);
    cr_assert_eq(token.refresh.size + token.access.size, 0);
    ok(store_token_refused(store, "login", TEXT("digest"), &err));
    store_close(store);

    store = open_as(STORE_WRITE);
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert_eq(token.asked_ms, 7);
    cr_assert(text_is(token.refused, "digest"));
    ok(store_token_refused(store, "login", TEXT(""), &err));
    ok(store_token_refused(store, "other", TEXT("x"), &err));
    ok(store_token_asked(store, "login", 0, &err));
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert_eq(token.asked_ms + (int64_t)token.refused.size, 0);
    ok(store_token_asked(store, "login", 9, &err));
    ok(store_token_refused(store, "login", TEXT("digest"), &err));
    token.refresh = TEXT("new");
    token.asked_ms = 3;
    ok(store_token_put(store, "login", &token, &err));
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert(text_is(token.refresh, "new"));
    cr_assert_eq(token.asked_ms + (int64_t)token.refused.size, 0);
    ok(store_token(store, "other", arena, &token, &err));
    cr_assert(text_is(token.refused, "x"));
    store_close(store);
}

/* Tables that later versions made anew, as they were. */
static const char as_in_version_6[] =
    "DROP TABLE fingerprint; DROP TABLE event; DROP TABLE event_form;"
    "DROP TABLE customer_key; ALTER TABLE customer DROP COLUMN keys;"
    "CREATE TABLE customer_key ("
    " kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " customer INTEGER NOT NULL REFERENCES customer,"
    " source INTEGER NOT NULL,"
    " PRIMARY KEY (kind, value, customer, source)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX customer_key_customer ON customer_key (customer, source);"
    "CREATE TABLE fingerprint ("
    " source INTEGER NOT NULL, account INTEGER NOT NULL, print BLOB NOT NULL,"
    " customer INTEGER NOT NULL REFERENCES customer, role INTEGER NOT NULL,"
    " times INTEGER NOT NULL DEFAULT 1,"
    " PRIMARY KEY (source, account, print, customer, role))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX fingerprint_customer"
    " ON fingerprint (customer, source, account);"
    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY, run INTEGER,"
    " customer INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE,"
    " account INTEGER, source INTEGER, kind INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX event_customer ON event (customer);"
    "CREATE INDEX event_run ON event (run, account, customer);"
    "CREATE INDEX change_done ON change (run) WHERE state = 3;";

/* What a first version left: without what the later ones added. */
Test(store, a_file_of_version_1_is_brought_up_to_date)
{
    struct store *store = open_as(STORE_WRITE);
    struct token token = {.access = TEXT("a"), .refresh = TEXT("r")};
    struct text moved;

    ok(store_token_put(store, "login", &token, &err));
    store_close(store);
    raw_sql(as_in_version_6);
    raw_sql("DROP TABLE event; DROP INDEX change_done;"
            "ALTER TABLE change DROP COLUMN met;"
            "ALTER TABLE token DROP COLUMN asked_ms;"
            "ALTER TABLE token DROP COLUMN refused; DROP TABLE reading;"
            "ALTER TABLE record DROP COLUMN item;"
            "ALTER TABLE record DROP COLUMN got_ms;"
            "DROP INDEX change_untold; DROP INDEX said_moved;"
            "DROP TABLE account_moved; DROP TABLE exported; DROP TABLE export;"
            "ALTER TABLE said DROP COLUMN moved;"
            "ALTER TABLE link DROP COLUMN deactivated;"
            "ALTER TABLE link ADD COLUMN moved TEXT NOT NULL DEFAULT '{}';"
            "INSERT INTO account VALUES (1, 'p', 'u', 't');"
            "INSERT INTO source VALUES (1, 'file', 'a'), (2, 'file', 'b');"
            "INSERT INTO customer VALUES (1);"
            "INSERT INTO link VALUES (1, 1, 1, 'r', 0, 0, 0, '{}', 1,"
            " '{\"name\":\"Cid\"}');"
            "INSERT INTO said VALUES (1, 1, '{}'), (1, 2, '{}');"
            "DROP TABLE salt; DROP TABLE forgotten;"
            "PRAGMA user_version=1");
    cr_assert_eq(store_open(&store, path, STORE_READ, &err), STOP);
    cr_assert_str_eq(err.code, "state_older");
    store = open_as(STORE_WRITE);
    ok(store_token_asked(store, "login", 5, &err));
    ok(store_token(store, "login", arena, &token, &err));
    cr_assert(text_is(token.refresh, "r"));
    cr_assert_eq(token.asked_ms, 5);
    /* An edit that nobody has dealt with is each source's to deal with. */
    for (store_id source = 1; source <= 2; source++) {
        ok(store_moved(store, source, 1, arena, &moved, &err));
        cr_assert(text_is(moved, "{\"name\":\"Cid\"}"));
    }
    store_close(store);
}

/* What a version 5 left of a read: by which words is not known of it. */
Test(store, a_read_of_version_5_is_kept)
{
    struct store *store = open_as(STORE_WRITE);
    struct reading reading;

    store_close(store);
    raw_sql(as_in_version_6);
    raw_sql("INSERT INTO account VALUES (1, 'p', 'u', 't');"
            "INSERT INTO reading (account, begun_ms, newest_ms, listed, place,"
            " whole_ms, mark_ms) VALUES (1, 2, 3, 1, 'F 1 2 0', 5, 7);"
            "ALTER TABLE reading DROP COLUMN words;"
            "ALTER TABLE reading DROP COLUMN top_ms;"
            "ALTER TABLE reading DROP COLUMN top_since_ms;"
            "ALTER TABLE reading DROP COLUMN read_ms;"
            "ALTER TABLE reading DROP COLUMN young;"
            "ALTER TABLE reading DROP COLUMN unlisted;"
            "ALTER TABLE reading DROP COLUMN abridged;"
            "DROP TABLE salt; DROP TABLE forgotten;"
            "PRAGMA user_version=5");
    store = open_as(STORE_WRITE);
    ok(store_reading(store, 1, arena, &reading, &err));
    cr_assert_eq(reading.begun_ms, 2);
    cr_assert_eq(reading.whole_ms, 5);
    cr_assert_eq(reading.mark_ms, 7);
    cr_assert(text_is(reading.place, "F 1 2 0"));
    cr_assert_eq(reading.words.size, 0);
    cr_assert_not(reading.abridged);
    store_close(store);
}

static void say_print(void *self, const struct fingerprint *print,
                      store_id customer, enum role role)
{
    buffer_print(self, "%lld %.16s %d\n", (long long)customer,
                 (const char *)print->bytes, (int)role);
}

/* What a version 8 knew of rows is known: by source, account and customer. */
Test(store, the_prints_of_version_8_are_kept)
{
    static const char wanted[] = "1 aaaaaaaaaaaaaaaa 0\n1 bbbbbbbbbbbbbbbb 1\n"
                                 "255 cccccccccccccccc 0\n"
                                 "256 aaaaaaaaaaaaaaaa 0\n"
                                 "1000000 dddddddddddddddd 0\n";
    static const char *const others[] = {"1 eeeeeeeeeeeeeeee 0\n",
                                         "2 ffffffffffffffff 0\n"};
    struct store *store = open_as(STORE_WRITE);
    struct buffer out = {0};

    store_close(store);
    raw_sql("DROP TABLE fingerprint; CREATE TABLE fingerprint ("
            " source INTEGER NOT NULL, account INTEGER NOT NULL,"
            " customer INTEGER NOT NULL, prints BLOB NOT NULL,"
            " PRIMARY KEY (source, account, customer)) STRICT, WITHOUT ROWID;"
            "INSERT INTO fingerprint SELECT column1, column2, column3,"
            " CAST(column4 AS BLOB) FROM (VALUES"
            " (1, 2, 1000000, 'dddddddddddddddd'),"
            " (1, 2, 256, 'aaaaaaaaaaaaaaaa'),"
            " (2, 2, 1, 'eeeeeeeeeeeeeeee'), (1, 1, 2, 'ffffffffffffffff'),"
            " (1, 2, 1, 'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb'),"
            " (1, 2, 255, 'cccccccccccccccc'));"
            "DROP TABLE customer_key; CREATE TABLE customer_key ("
            " number INTEGER NOT NULL, customer INTEGER NOT NULL,"
            " PRIMARY KEY (number, customer)) STRICT, WITHOUT ROWID;"
            "DROP TABLE salt; DROP TABLE forgotten;"
            "PRAGMA user_version=8");
    store = open_as(STORE_WRITE);
    ok(store_fingerprints(store, 1, 2, say_print, &out, &err));
    cr_expect(text_is(buffer_view(&out), wanted), "%s", out.at);
    for (int i = 0; i < 2; i++) {
        buffer_clear(&out);
        ok(store_fingerprints(store, i == 0 ? 2 : 1, i == 0 ? 2 : 1, say_print,
                              &out, &err));
        cr_expect(text_is(buffer_view(&out), others[i]), "%s", out.at);
    }
    buffer_free(&out);
    store_close(store);
}

/* And whom a number stood for in version 9, from the lowest to the highest. */
Test(store, the_numbers_of_version_9_are_kept)
{
    struct store *store = open_as(STORE_WRITE);
    store_id found[NUMBERS_AT_ONCE];
    size_t count;

    store_close(store);
    raw_sql("DROP TABLE customer_key; CREATE TABLE customer_key ("
            " number INTEGER NOT NULL, customer INTEGER NOT NULL,"
            " PRIMARY KEY (number, customer)) STRICT, WITHOUT ROWID;"
            "INSERT INTO customer_key WITH RECURSIVE n (i) AS"
            " (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
            " SELECT i * 4299266 - 2147483648, 1000 - i FROM n;"
            "INSERT INTO customer_key VALUES (2147483647, 7), (5, 4294967295),"
            " (5, 1), (-1, 3);"
            "DROP TABLE salt; DROP TABLE forgotten;"
            "PRAGMA user_version=9");
    store = open_as(STORE_WRITE);
    for (int64_t i = 0; i < 1000; i++) {
        ok(store_numbers_find(store, i * 4299266 - 2147483648, 0, found, &count,
                              &err));
        cr_assert(count == 1 && found[0] == 1000 - i, "%d", (int)i);
    }
    ok(store_numbers_find(store, 5, 0, found, &count, &err));
    cr_assert(count == 2 && found[0] == 1 && found[1] == UINT32_MAX);
    ok(store_numbers_find(store, -1, 0, found, &count, &err));
    cr_assert(count == 1 && found[0] == 3);
    ok(store_numbers_find(store, INT32_MAX, 0, found, &count, &err));
    cr_assert(count == 1 && found[0] == 7);
    store_close(store);
}

Test(store, runs_are_listed_by_the_end_they_are_from_or_to)
{
    struct store *store = open_as(STORE_WRITE);
    static const char *const ends[][2] = {
        {"a.csv", "shop:"}, {"a.csv", "books:"}, {"shop:", "books:"}};
    struct store_run *runs;
    store_id run;
    size_t count;

    for (int i = 0; i < 3; i++)
        ok(store_run_begin(store, "sync", "", ends[i][0], ends[i][1], i + 1,
                           &run, &err));
    ok(store_runs_of(store, "shop:", arena, 10, &runs, &count, &err));
    cr_assert_eq(count, 2);
    cr_assert_eq(runs[0].id, 3);
    cr_assert_eq(runs[1].id, 1);
    ok(store_runs_of(store, "books:", arena, 1, &runs, &count, &err));
    cr_assert_eq(count, 1);
    ok(store_runs_of(store, "book:", arena, 9, &runs, &count, &err));
    cr_assert_eq(count, 0);
    ok(store_runs(store, arena, 9, &runs, &count, &err));
    cr_assert_eq(count, 3);
    store_close(store);
}

Test(store, reading_a_missing_file_knows_nothing_and_makes_nothing)
{
    struct store *store = open_as(STORE_READ);
    struct store_run *runs;
    size_t count;
    bool empty;

    ok(store_runs(store, arena, 10, &runs, &count, &err));
    cr_assert_eq(count, 0);
    ok(store_is_empty(store, &empty, &err));
    cr_assert(empty);
    cr_assert_eq(store_fact_put(store, "a", TEXT("1"), &err), STOP);
    store_close(store);
    cr_assert_eq(size_of(path), -1);
}

Test(store, reading_works_while_a_writer_is_busy)
{
    struct store *writer = open_as(STORE_WRITE), *reader;

    ok(store_begin(writer, &err));
    ok(store_fact_put(writer, "a", TEXT("1"), &err));
    ok(store_commit(writer, &err));
    ok(store_begin(writer, &err));
    ok(store_fact_put(writer, "a", TEXT("2"), &err));
    reader = open_as(STORE_READ);
    cr_assert(text_is(fact(reader, "a"), "1"));
    ok(store_commit(writer, &err));
    cr_assert(text_is(fact(reader, "a"), "2"));
    store_close(writer);
    cr_assert(text_is(fact(reader, "a"), "2"));
    store_close(reader);
}

Test(store, a_newer_file_is_refused)
{
    struct store *store = open_as(STORE_WRITE);
    static const enum store_mode modes[] = {STORE_WRITE, STORE_DRY, STORE_READ};

    store_close(store);
    raw_sql("PRAGMA user_version=99");
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(store_open(&store, path, modes[i], &err), STOP);
        cr_assert_null(store);
        cr_assert_eq(err.exit, EXIT_CONFIG);
        cr_assert_str_eq(err.code, "state_newer");
    }
}

Test(store, a_foreign_file_is_refused_and_left_alone)
{
    struct store *store;
    FILE *file;
    char text[16] = "";

    (void)snprintf(path, sizeof(path), "%s/other", folder);
    (void)umask(077);
    raw_sql_by(NULL, "CREATE TABLE theirs (a)");
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_str_eq(err.code, "state_foreign");
    raw_sql_by(NULL, "PRAGMA integrity_check");

    file = fopen(path, "w");
    for (int i = 0; i < 400; i++)
        cr_assert(fputs("id,email\n", file) >= 0);
    (void)fclose(file);
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_str_eq(err.code, "state_foreign");
    file = fopen(path, "r");
    cr_assert_eq(fread(text, 1, 8, file), 8);
    (void)fclose(file);
    cr_assert_str_eq(text, "id,email");
    cr_assert_eq(size_of(path), 3600);
}

Test(store, a_full_disk_is_told_and_undone)
{
    struct store *store = open_as(STORE_WRITE);
    enum status status = OK;
    char name[64];

    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    ok(store_commit(store, &err));
    ok(connection_run(&store->main, "PRAGMA max_page_count=60", &err));
    ok(store_begin(store, &err));
    for (int i = 0; i < 5000 && status == OK; i++) {
        (void)snprintf(name, sizeof(name), "fact number %d", i);
        status = store_fact_put(store, name, TEXT("some value"), &err);
    }
    cr_assert_eq(status, STOP);
    cr_assert_eq(err.exit, EXIT_IO);
    cr_assert_str_eq(err.code, "disk_full");
    store_rollback(store);
    cr_assert(text_is(fact(store, "a"), "1"));
    cr_assert_eq(fact(store, "fact number 1").size, 0);
    store_close(store);
}

Test(store, a_long_log_is_moved_into_the_file_at_a_commit)
{
    struct store *store = open_as(STORE_WRITE);
    struct buffer big = {.at = NULL};
    char name[256];
    enum { TIMES = 3 * (WAL_MAX >> 20) };

    for (int i = 0; i < 1024 * 1024; i++)
        buffer_byte(&big, (char)('a' + i % 26));
    for (int i = 0; i < TIMES; i++) {
        (void)snprintf(name, sizeof(name), "big %d", i);
        ok(store_begin(store, &err));
        ok(store_fact_put(store, name, buffer_view(&big), &err));
        ok(store_commit(store, &err));
        cr_assert(i > 2 || size_of(path) < WAL_MAX / 2);
    }
    /* The log has begun anew: it never held all of it. */
    (void)snprintf(name, sizeof(name), "%s-wal", path);
    cr_assert_leq(size_of(name), WAL_MAX * 3 / 2);
    cr_assert_gt(size_of(path), WAL_MAX);
    (void)snprintf(name, sizeof(name), "big %d", TIMES - 1);
    cr_assert(text_equal(fact(store, name), buffer_view(&big)));
    store_close(store);
    buffer_free(&big);
}

Test(store, a_log_that_one_large_plan_made_long_is_cut)
{
    struct store *store = open_as(STORE_WRITE);
    struct buffer big = {.at = NULL};
    char name[256];

    for (int i = 0; i < 3 * WAL_MAX; i++)
        buffer_byte(&big, (char)('a' + i % 26));
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "plan", buffer_view(&big), &err));
    ok(store_commit(store, &err));
    for (int i = 0; i < 2; i++) {
        ok(store_begin(store, &err));
        ok(store_fact_put(store, "after", i == 0 ? TEXT("0") : TEXT("1"),
                          &err));
        ok(store_commit(store, &err));
    }
    (void)snprintf(name, sizeof(name), "%s-wal", path);
    cr_assert_leq(size_of(name), WAL_MAX);
    store_close(store);
    buffer_free(&big);
}

Test(store, a_folder_that_cannot_be_made_is_told)
{
    struct store *store;

    (void)snprintf(path, sizeof(path), "/proc/none/custsync.db");
    cr_assert_eq(store_open(&store, path, STORE_WRITE, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CANTCREAT);
    cr_assert_str_eq(err.code, "state_create");
    cr_assert_neq(err.place[0], '\0');
}

Test(store, no_hot_statement_scans_a_table)
{
    struct store *store = open_as(STORE_WRITE);

    ok(connection_run(&store->main,
                      "CREATE TEMP TABLE dropped (customer INTEGER PRIMARY"
                      " KEY)",
                      &err));
    for (size_t i = 0; i < STATEMENTS; i++) {
        char sql[2048];
        sqlite3_stmt *statement;

        (void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
                       statement_texts[i].sql);
        cr_assert_eq(
            sqlite3_prepare_v2(store->main.db, sql, -1, &statement, NULL),
            SQLITE_OK, "%s: %s", statement_texts[i].name,
            sqlite3_errmsg(store->main.db));
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *line = (const char *)sqlite3_column_text(statement, 3);

            if (!statement_texts[i].hot)
                continue;
            cr_assert(strncmp(line, "SCAN", 4) != 0 ||
                          strcmp(line, "SCAN CONSTANT ROW") == 0,
                      "%s: %s", statement_texts[i].name, line);
            cr_assert_null(strstr(line, "TEMP B-TREE"), "%s: %s",
                           statement_texts[i].name, line);
        }
        sqlite3_finalize(statement);
    }
    store_close(store);
}
