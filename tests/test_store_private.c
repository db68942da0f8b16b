/*
 * test_store_private.c - rights, owners and links of the state and its locks.
 */
#include "tests/store_fixture.h"

#include <fcntl.h>
#include <string.h>

#include "state/inside.h"

TestSuite(private, .init = folder_make, .fini = folder_remove, .timeout = 60);

static const enum store_mode modes[] = {STORE_WRITE, STORE_DRY, STORE_READ};

static void make_state(void)
{
    struct store *store = open_as(STORE_WRITE);

    ok(store_begin(store, &err));
    ok(store_fact_put(store, "a", TEXT("1"), &err));
    ok(store_commit(store, &err));
    store_close(store);
}

static void refused_as(const char *name, const char *code, int exit,
                       const char *word)
{
    for (size_t i = 0; i < 3; i++) {
        struct store *store;

        cr_assert_eq(store_open(&store, name, modes[i], &err), STOP, "%zu", i);
        cr_assert_null(store);
        cr_assert_eq(err.exit, exit, "%zu: %s", i, err.message);
        cr_assert_str_eq(err.code, code);
        cr_assert_not_null(strstr(err.message, word), "%s", err.message);
        cr_assert_neq(err.hint[0], '\0');
        cr_assert_neq(err.place[0], '\0');
    }
}

Test(private, a_state_that_others_can_read_or_write_is_refused)
{
    static const mode_t shared[] = {0640, 0604, 0620, 0602, 0666, 0611};

    make_state();
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        cr_assert_eq(chmod(path, shared[i]), 0);
        refused_as(path, "state_exposed", EXIT_CONFIG, "others can");
    }
    cr_assert_eq(chmod(path, 0600), 0);
    store_close(open_as(STORE_WRITE));
}

Test(private, a_link_in_the_place_of_the_state_is_refused)
{
    char name[160], target[160];

    make_state();
    (void)snprintf(name, sizeof(name), "%s/link", folder);
    cr_assert_eq(symlink(path, name), 0);
    refused_as(name, "state_exposed", EXIT_CONFIG, "link");
    /* Also one that would make a file somewhere else. */
    (void)snprintf(name, sizeof(name), "%s/dangling", folder);
    (void)snprintf(target, sizeof(target), "%s/elsewhere", folder);
    cr_assert_eq(symlink(target, name), 0);
    refused_as(name, "state_exposed", EXIT_CONFIG, "link");
    cr_assert_neq(access(target, F_OK), 0);
    (void)snprintf(name, sizeof(name), "%s/pipe", folder);
    cr_assert_eq(mkfifo(name, 0600), 0);
    refused_as(name, "state_exposed", EXIT_CONFIG, "plain file");
}

Test(private, a_folder_may_be_a_link_and_its_locks_are_one)
{
    struct store *one, *two;
    char linked[160], name[200];

    make_state();
    (void)snprintf(linked, sizeof(linked), "%s.link", folder);
    cr_assert_eq(symlink(folder, linked), 0);
    (void)snprintf(name, sizeof(name), "%s/custsync.db", linked);
    one = open_as(STORE_WRITE);
    ok(store_open(&two, name, STORE_WRITE, &err));
    ok(store_lock(one, "account-1", &err));
    cr_assert_eq(store_lock(two, "account-1", &err), RETRY);
    store_close(two);
    store_close(one);
    (void)unlink(linked);
}

Test(private, a_log_that_is_a_link_or_shared_is_refused)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    char name[160], victim[160];
    struct stat info;
    int file;

    make_state();
    (void)snprintf(victim, sizeof(victim), "%s/victim", folder);
    for (int i = 0; i < 2; i++) {
        file = open(victim, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        cr_assert_eq(write(file, "precious", 8), 8);
        (void)close(file);
        (void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        cr_assert_eq(symlink(victim, name), 0);
        refused_as(path, "state_exposed", EXIT_CONFIG, "link");
        cr_assert_eq(unlink(name), 0);
        cr_assert(stat(victim, &info) == 0 && info.st_size == 8);
        cr_assert_eq(rename(victim, name), 0);
        cr_assert_eq(chmod(name, 0644), 0);
        refused_as(path, "state_exposed", EXIT_CONFIG, "others can");
        cr_assert_eq(unlink(name), 0);
    }
    store_close(open_as(STORE_WRITE));
}

Test(private, the_state_of_another_user_is_refused)
{
    make_state();
    if (geteuid() != 0)
        cr_skip_test("only root can give a file away");
    cr_assert_eq(chown(path, 65534, 65534), 0);
    /* Root works for others. */
    store_close(open_as(STORE_WRITE));
    cr_assert_eq(chown(folder, 65533, 65533), 0);
    cr_assert_eq(seteuid(65533), 0);
    refused_as(path, "state_exposed", EXIT_CONFIG, "another user");
    cr_assert_eq(seteuid(0), 0);
}

Test(private, a_folder_that_may_not_be_entered_is_told_as_such)
{
    char inner[160];

    if (geteuid() == 0)
        cr_assert_eq(chown(folder, 65533, 65533) + seteuid(65533), 0);
    (void)snprintf(inner, sizeof(inner), "%s/shut", folder);
    cr_assert_eq(mkdir(inner, 0), 0);
    (void)snprintf(path, sizeof(path), "%s/shut/custsync.db", folder);
    refused_as(path, "state_io", EXIT_IO, "cannot open");
    cr_assert_eq(chmod(inner, 0700), 0);
    if (getuid() == 0)
        cr_assert_eq(seteuid(0), 0);
}

/* SQLite would leave a log of the same rights, which no later run could use. */
Test(private, looking_at_a_state_that_is_read_only_leaves_nothing_behind)
{
    struct store *store;
    char name[160];

    if (geteuid() == 0)
        cr_assert_eq(chown(folder, 65533, 65533) + seteuid(65533), 0);
    (void)snprintf(path, sizeof(path), "%s/a %%20?b#c.db", folder);
    make_state();
    cr_assert_eq(chmod(path, 0400), 0);
    store = open_as(STORE_READ);
    cr_assert(text_is(fact(store, "a"), "1"));
    (void)snprintf(name, sizeof(name), "%s-shm", path);
    cr_assert_neq(access(name, F_OK), 0);
    store_close(store);
    (void)snprintf(name, sizeof(name), "%s-wal", path);
    cr_assert_neq(access(name, F_OK), 0);
    cr_assert_eq(chmod(path, 0600), 0);
    make_state();
    if (getuid() == 0)
        cr_assert_eq(seteuid(0), 0);
}

Test(private, a_log_that_was_left_read_only_is_taken_over)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    char name[160];

    if (geteuid() == 0)
        cr_assert_eq(chown(folder, 65533, 65533) + seteuid(65533), 0);
    make_state();
    for (int i = 0; i < 2; i++) {
        (void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        (void)close(open(name, O_WRONLY | O_CREAT, 0400));
    }
    make_state();
    if (getuid() == 0)
        cr_assert_eq(seteuid(0), 0);
}

/* --- lock files -----------------------------------------------------------*/

/* The lock file of the account, made by a first run. */
static void lock_name(char *name, size_t size)
{
    struct store *store = open_as(STORE_WRITE);
    char pattern[160];
    FILE *found;

    ok(store_lock(store, "account-1", &err));
    store_close(store);
    (void)snprintf(pattern, sizeof(pattern), "ls %s/*account*lock", folder);
    found = popen(pattern, "r");
    cr_assert(found != NULL && fgets(name, (int)size, found) != NULL);
    (void)pclose(found);
    name[strcspn(name, "\n")] = '\0';
}

Test(private, what_is_no_lock_file_is_neither_locked_nor_written)
{
    char name[256], precious[160], text[16] = "";
    struct store *store;
    int file;

    lock_name(name, sizeof(name));
    (void)snprintf(precious, sizeof(precious), "%s/precious", folder);
    file = open(precious, O_RDWR | O_CREAT, 0600);
    cr_assert_eq(write(file, "precious", 8), 8);
    store = open_as(STORE_WRITE);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(unlink(name), 0);
        if (i == 0)
            cr_assert_eq(link(precious, name), 0);
        else if (i == 1)
            cr_assert_eq(symlink(precious, name), 0);
        else
            cr_assert_eq(mkfifo(name, 0600), 0);
        cr_assert_eq(store_lock(store, "account-1", &err), STOP, "%d", i);
        cr_assert_eq(err.exit, EXIT_IO);
        cr_assert_str_eq(err.place, name);
        cr_assert_not_null(strstr(err.message, "not a lock file"), "%s",
                           err.message);
    }
    cr_assert_eq(pread(file, text, 15, 0), 8);
    cr_assert_str_eq(text, "precious");
    (void)close(file);
    cr_assert_eq(unlink(name), 0);
    ok(store_lock(store, "account-1", &err));
    cr_assert_eq(store_lock_holder(store, "account-1"), getpid());
    cr_assert_eq(store_lock_holder(store, "account-2"), 0);
    store_close(store);
}

static int lock_and_die(void)
{
    struct store *store = open_as(STORE_WRITE);

    return store_lock(store, "account-1", &err) == OK ? 0 : 1;
}

Test(private, a_lock_that_the_dead_have_signed_has_no_holder)
{
    struct store *store;

    make_state();
    cr_assert_eq(in_child(lock_and_die), 0);
    store = open_as(STORE_READ);
    cr_assert_eq(store_lock_holder(store, "account-1"), 0);
    store_close(store);
}
