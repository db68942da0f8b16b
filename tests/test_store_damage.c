/*
 * test_store_damage.c - pages that are not as they were written.
 *
 * Whatever a disk does to a page, it is noticed: when the page is read, or by
 * store_verify before anything is sent. Nothing is ever told from a page that
 * nobody wrote.
 */
#include "tests/store_fixture.h"

#include <fcntl.h>
#include <string.h>

#include "state/inside.h"

enum { PAGE = 4096 };

static char kept[160]; /* a copy of the whole file */

/* Facts enough for a tree of two levels, overflowing texts, freed pages. */
static void make_state(void)
{
    struct store *store = open_as(STORE_WRITE);
    struct buffer big = {.at = NULL};
    char name[64], command[700];

    for (int i = 0; i < 20000; i++)
        buffer_byte(&big, (char)('a' + i % 26));
    ok(store_begin(store, &err));
    for (int i = 0; i < 600; i++) {
        (void)snprintf(name, sizeof(name), "fact number %d", i);
        ok(store_fact_put(store, name,
                          i % 100 == 0 ? buffer_view(&big)
                                       : TEXT("some value or other"),
                          &err));
    }
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    ok(store_fact_put(store, "fact number 300", TEXT("short"), &err));
    ok(store_commit(store, &err));
    ok(store_verify(store, &err));
    store_close(store);
    buffer_free(&big);
    (void)snprintf(kept, sizeof(kept), "%s/kept", folder);
    (void)snprintf(command, sizeof(command), "cp -p %s %s", path, kept);
    cr_assert_eq(system(command), 0);
}

static void set_up(void)
{
    folder_make();
    make_state();
}

TestSuite(damage, .init = set_up, .fini = folder_remove, .timeout = 120);

static long pages(void)
{
    struct stat info;

    cr_assert_eq(stat(kept, &info), 0);
    cr_assert_eq(info.st_size % PAGE, 0);
    return (long)info.st_size / PAGE;
}

static void restore(void)
{
    char command[700];

    (void)snprintf(command, sizeof(command), "rm -f %s-* && cp -p %s %s", path,
                   kept, path);
    cr_assert_eq(system(command), 0);
}

static void overwrite(long at, const void *bytes, size_t size)
{
    int file = open(path, O_WRONLY);

    cr_assert_eq(pwrite(file, bytes, size, at), (ssize_t)size);
    (void)close(file);
}

/* The same; false when that changed nothing. */
static bool overwrite_anew(long at, const void *bytes, size_t size)
{
    unsigned char before[PAGE];
    int file = open(path, O_RDONLY);

    cr_assert_eq(pread(file, before, size, at), (ssize_t)size);
    (void)close(file);
    overwrite(at, bytes, size);
    return memcmp(before, bytes, size) != 0;
}

/* Opens and checks; what came out. */
static enum status verified(void)
{
    struct store *store = NULL;
    enum status status = store_open(&store, path, STORE_WRITE, &err);

    if (status == OK)
        status = store_verify(store, &err);
    store_close(store);
    return status;
}

static void found(const char *how, long page)
{
    cr_assert_eq(verified(), STOP, "%s, page %ld", how, page + 1);
    cr_assert(err.exit == EXIT_IO ||
                  (page == 0 && strcmp(err.code, "state_foreign") == 0),
              "%s, page %ld: %s", how, page + 1, err.message);
    cr_assert_neq(err.hint[0], '\0');
    if (page > 0)
        cr_assert_str_eq(err.code, "state_corrupt");
}

Test(damage, every_page_that_was_torn_is_found)
{
    unsigned char noise[PAGE], zero[PAGE] = {0};
    uint32_t random = 7;
    long sectors = 0;

    for (int i = 0; i < PAGE; i++)
        noise[i] =
            (unsigned char)((random = random * 1103515245u + 12345) >> 16);
    for (long page = 0; page < pages(); page++) {
        restore();
        overwrite(page * PAGE, noise, PAGE);
        found("noise", page);
        restore();
        overwrite(page * PAGE + PAGE / 2, noise, PAGE / 2);
        found("second half", page);
        restore();
        if (overwrite_anew(page * PAGE + 512, zero, 512)) {
            sectors++;
            found("a sector", page);
        }
    }
    cr_assert_gt(sectors, pages() / 3, "%ld of %ld", sectors, pages());
    restore();
    ok(verified());
}

Test(damage, a_single_bit_anywhere_is_found)
{
    unsigned char before[PAGE];
    int file = open(kept, O_RDONLY);

    for (long page = 1; page < pages(); page++) {
        long at = (page * 997) % PAGE;

        cr_assert_eq(pread(file, before, PAGE, page * PAGE), PAGE);
        before[at] ^= 4;
        restore();
        overwrite(page * PAGE + at, before + at, 1);
        found("a bit", page);
    }
    (void)close(file);
}

Test(damage, a_page_in_the_place_of_another_is_found)
{
    unsigned char page[PAGE];
    int file = open(kept, O_RDONLY);

    cr_assert_eq(pread(file, page, PAGE, 3 * PAGE), PAGE);
    (void)close(file);
    restore();
    overwrite(4 * PAGE, page, PAGE);
    found("another page", 4);
}

Test(damage, a_file_cut_short_is_found)
{
    restore();
    cr_assert_eq(truncate(path, (pages() - 2) * PAGE), 0);
    found("cut", 1);
    restore();
    cr_assert_eq(truncate(path, (pages() - 2) * PAGE + PAGE / 2), 0);
    found("cut in a page", 1);
}

Test(damage, a_page_of_zeroes_is_found_where_something_stood)
{
    unsigned char zero[PAGE] = {0};
    long missed = 0;

    for (long page = 1; page < pages(); page++) {
        restore();
        overwrite(page * PAGE, zero, PAGE);
        if (verified() == OK)
            missed++;
        else
            found("zeroes", page);
    }
    /* The free ones, and the ends of the texts that overflow: reading such a
     * text gives no text of ours, which is told then. */
    cr_assert_leq(missed, 12, "%ld of %ld", missed, pages());
}

Test(damage, a_damaged_page_is_told_when_it_is_read_too)
{
    struct store *store;
    struct text value;
    enum status status = OK;

    for (long at = PAGE * 4L; at < pages() * PAGE; at += 64)
        overwrite(at, "garbage garbage", 15);
    status = store_open(&store, path, STORE_READ, &err);
    if (status == OK) {
        status = store_fact(store, "fact number 299", arena, &value, &err);
        store_close(store);
    }
    cr_assert_eq(status, STOP);
    cr_assert_eq(err.exit, EXIT_IO);
    cr_assert_str_eq(err.code, "state_corrupt");
    cr_assert_not_null(strstr(err.message, "not as it was written"));
    cr_assert_not_null(strstr(err.hint, "backup"));
}

/* A power cut tears pages while the log is moved; the log still has them. */
Test(damage, what_the_log_can_mend_is_no_damage)
{
    struct store *store = open_as(STORE_WRITE);
    char command[700];

    ok(store_begin(store, &err));
    ok(store_fact_put(store, "fact number 7", TEXT("new"), &err));
    ok(store_commit(store, &err));
    /* As a process that died here leaves it; then moving it is torn. */
    (void)snprintf(command, sizeof(command),
                   "cp -p %s %s/torn.db && cp -p %s-wal %s/torn.db-wal", path,
                   folder, path, folder);
    cr_assert_eq(system(command), 0);
    store_close(store);
    (void)snprintf(command, sizeof(command),
                   "cmp -l %s %s/torn.db | head -1 | awk '{print $1}'", path,
                   folder);
    {
        FILE *out = popen(command, "r");
        long at = 0;

        cr_assert(out != NULL && fscanf(out, "%ld", &at) == 1);
        (void)pclose(out);
        (void)snprintf(path, sizeof(path), "%s/torn.db", folder);
        overwrite((at - 1) / PAGE * PAGE + PAGE / 2, "torn torn torn", 14);
    }
    ok(verified());
    store = open_as(STORE_WRITE);
    cr_assert(text_is(fact(store, "fact number 7"), "new"));
    store_close(store);
}

/* A backup made by SQLite's own means has no sums, and is as good. */
Test(damage, a_copy_that_another_program_made_is_read)
{
    struct store *store;
    sqlite3 *db;
    char sql[300];

    (void)umask(077);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    (void)snprintf(sql, sizeof(sql), "VACUUM INTO '%s/copy.db'", folder);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    (void)snprintf(path, sizeof(path), "%s/copy.db", folder);
    for (int i = 0; i < 2; i++) {
        ok(verified());
        store = open_as(STORE_WRITE);
        cr_assert_eq(fact(store, "fact number 100").size, 20000);
        ok(store_begin(store, &err));
        ok(store_fact_put(store, "fact number 100", TEXT("short"), &err));
        ok(store_fact_put(store, "one more", TEXT("x"), &err));
        store_rollback(store);
        ok(store_begin(store, &err));
        ok(store_fact_put(store, "one more", TEXT("x"), &err));
        ok(store_commit(store, &err));
        store_close(store);
    }
}
