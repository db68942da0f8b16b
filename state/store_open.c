/*
 * store_open.c - opening and closing, transactions, the three modes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/event_form.h"
#include "state/inside.h"
#include "state/private.h"
#include "state/schema.h"
#include "state/waiting_numbers.h"
#include "state/waiting_prints.h"

static enum status fail_create(const char *path, struct err *err)
{
    enum status status = fail(err, STOP, EXIT_CANTCREAT, "state_create",
                              "cannot make the state: %s", strerror(errno));

    err_hint(err, "name another place with --state, or make its folder");
    err_place(err, "%s", path);
    return status;
}

/* The folder of path, and those above it, each for its owner only. */
static enum status make_folders(const char *path, struct err *err)
{
    char folder[PATH_MAX];
    size_t size = strlen(path);

    if (size >= sizeof(folder)) {
        errno = ENAMETOOLONG;
        return fail_create(path, err);
    }
    memcpy(folder, path, size + 1);
    for (char *at = folder + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return fail_create(folder, err);
        *at = '/';
    }
    return OK;
}

/* A power cut must not take the name of a file that was synced. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    int fd;

    if (slash == path)
        slash++;
    if (slash != NULL && slash - path < PATH_MAX) {
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
    }
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

/*
 * Made by us, not by SQLite, so that it is private from its first instant; the
 * log takes its rights from it. An existing file is not touched, not even
 * opened: closing it again would drop SQLite's own locks in this process.
 */
static enum status make_file(const char *path, struct err *err)
{
    struct stat info;
    int fd;

    /* Behind a folder that nobody may enter there may well be a state: whoever
     * opens it tells why that does not go. */
    if (lstat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR))
        return OK;
    if (make_folders(path, err) != OK)
        return STOP;
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? OK : fail_create(path, err);
    (void)close(fd);
    sync_folder(path);
    return OK;
}

enum status store_open_file(struct connection *connection, const char *path,
                            struct err *err)
{
    enum schema_found found = SCHEMA_EMPTY;
    enum status status;
    char *real;

    *connection = (struct connection){.lock_fd = -1};
    status = make_file(path, err);
    if (status == OK)
        status = private_state(path, true, err);
    if (status == OK)
        status = private_path(path, &real, err);
    if (status != OK)
        return status;

    status = connection_open(connection, real, CONNECTION_WRITE, err);
    free(real);
    if (status == OK)
        status = connection_lock(connection, err);
    if (status != OK)
        return status;
    status = schema_check(connection, &found, err);
    if (status == OK)
        status = connection_keep_log(connection, err);
    if (status == OK && found != SCHEMA_CURRENT)
        status = schema_upgrade(connection, err);
    connection_unlock(connection);
    return status;
}

static enum status open_memory(struct store *store, struct err *err)
{
    enum status status;

    store->in_memory = true;
    status = connection_open(&store->main, NULL, CONNECTION_WRITE, err);
    if (status == OK)
        status = schema_upgrade(&store->main, err);
    if (status == OK && store->mode == STORE_READ)
        status = connection_run(&store->main, "PRAGMA query_only=ON", err);
    return status;
}

static enum status open_reading(struct store *store, struct err *err)
{
    enum schema_found found = SCHEMA_EMPTY;
    enum status status = private_state(store->path, false, err);
    char *real;

    if (status == OK)
        status = private_path(store->path, &real, err);
    if (status != OK)
        return status;
    status = connection_open(
        &store->main, real,
        private_frozen(real) ? CONNECTION_LOOK : CONNECTION_READ, err);
    free(real);
    if (status == OK)
        status = schema_check(&store->main, &found, err);
    if (status == OK && found == SCHEMA_EMPTY) {
        /* Its maker has not come to the first commit: nothing is known. */
        connection_close(&store->main);
        return open_memory(store, err);
    }
    if (status == OK && found == SCHEMA_OLDER) {
        status = fail(err, STOP, EXIT_CONFIG, "state_older",
                      "the state was made by an older custsync");
        err_hint(err, "the next sync upgrades it");
    }
    return status;
}

/* A file that is not there is nothing to read, and nothing to try upon. */
static bool is_missing(const char *path)
{
    struct stat info;

    return lstat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

enum status store_open(struct store **out, const char *path,
                       enum store_mode mode, struct err *err)
{
    struct store *store = calloc(1, sizeof(*store));
    enum status status;

    *out = NULL;
    if (store == NULL ||
        (store->path = strdup(path != NULL ? path : "")) == NULL)
        abort();
    store->mode = mode;
    store->main.lock_fd = store->side.lock_fd = -1;
    store->arena = arena_open();
    store->work = arena_open();
    store->forms = forms_open();
    store->numbers = numbers_open();
    store->waiting = waiting_open();

    if (path == NULL || (mode != STORE_WRITE && is_missing(path)))
        status = open_memory(store, err);
    else if (mode == STORE_READ)
        status = open_reading(store, err);
    else
        status = store_open_file(&store->main, path, err);

    if (status != OK) {
        err_place(err, "%s", store->path);
        store_close(store);
        return status;
    }
    *out = store;
    return OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_rollback(store);
    connection_close(&store->main);
    connection_close(&store->side);
    store_unlock_all(store);
    arena_close(store->arena);
    arena_close(store->work);
    forms_close(store->forms);
    numbers_close(store->numbers);
    waiting_close(store->waiting);
    free(store->path);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

/* Without it every statement takes SQLite's lock on the file and drops it. */
enum status store_look_begin(struct store *store, struct err *err)
{
    struct query query;
    enum status status = OK;

    if (store->in_transaction || store->looking)
        return OK;
    query = query_open(&store->main, LOOK_BEGIN, err);
    status = query_run(&query);
    store->looking = status == OK;
    return status;
}

void store_look_end(struct store *store)
{
    struct err ignored;
    struct query query;

    if (store->looking) {
        query = query_open(&store->main, LOOK_END, &ignored);
        (void)query_run(&query);
    }
    store->looking = false;
}

enum status store_begin(struct store *store, struct err *err)
{
    enum status status;

    if (store->in_transaction)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "a transaction is open already");
    store_look_end(store);
    status = connection_begin(&store->main, err);
    if (status != OK)
        return status;
    store->in_transaction = true;
    if (store->mode == STORE_DRY)
        status = store_pending_begin(store, err);
    if (status != OK)
        store_rollback(store);
    return status;
}

enum status store_commit(struct store *store, struct err *err)
{
    enum status status;

    if (!store->in_transaction)
        return fail(err, STOP, EXIT_BUG, "state_bug", "no transaction is open");
    if (store->mode == STORE_DRY) {
        store_rollback(store);
        return OK;
    }
    status = store_numbers_write(store, err);
    if (status == OK)
        status = store_prints_write(store, err);
    if (status != OK) {
        store_rollback(store);
        return status;
    }
    store->in_transaction = false;
    status = connection_commit(&store->main, err);
    if (status != OK)
        forms_forget(store->forms);
    return status;
}

void store_rollback(struct store *store)
{
    if (!store->in_transaction)
        return;
    store->in_transaction = false;
    forms_forget(store->forms);
    numbers_forget(store->numbers);
    waiting_forget(store->waiting);
    connection_rollback(&store->main);
}

enum status store_checkpoint(struct store *store, struct err *err)
{
    if (store->in_transaction)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "no checkpoint inside a transaction");
    store_look_end(store);
    return connection_checkpoint(&store->main, err);
}

enum status store_verify(struct store *store, struct err *err)
{
    if (store->in_transaction)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "no checking inside a transaction");
    store_look_end(store);
    return connection_verify(&store->main, err);
}

enum status store_writing(struct store *store, struct err *err)
{
    if (store->in_transaction && store->mode != STORE_READ)
        return OK;
    return fail(err, STOP, EXIT_BUG, "state_bug",
                "the state was to be written outside a transaction");
}

enum status store_own_begin(struct store *store, bool *own, struct err *err)
{
    *own = !store->in_transaction;
    if (!*own)
        return store_writing(store, err);
    if (store->mode != STORE_WRITE)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "this store keeps nothing");
    store_look_end(store);
    return connection_begin(&store->main, err);
}

enum status store_own_end(struct store *store, bool own, enum status status,
                          struct err *err)
{
    if (!own)
        return status;
    if (status == OK)
        return connection_commit(&store->main, err);
    connection_rollback(&store->main);
    return status;
}

enum status store_outside(struct store *store, struct connection **connection,
                          struct err *err)
{
    enum status status;

    if (store->mode == STORE_READ || store->in_transaction)
        return fail(err, STOP, EXIT_BUG, "state_bug",
                    "tokens and pace commit by themselves: not %s",
                    store->in_transaction ? "inside a transaction"
                                          : "in a store that only reads");
    store_look_end(store);
    *connection = &store->main;
    if (!store->in_memory)
        return OK;
    if (!store->side_open) {
        status = store_open_file(&store->side, store->path, err);
        if (status != OK) {
            err_place(err, "%s", store->path);
            connection_close(&store->side);
            return status;
        }
        store->side_open = true;
    }
    *connection = &store->side;
    return OK;
}

struct connection *store_outside_look(struct store *store)
{
    return store->side_open ? &store->side : &store->main;
}

enum status store_seed(struct store *store, uint8_t seed[16], struct err *err)
{
    struct query query = query_open(&store->main, SEED_TAKE, err);
    bool found = query_row(&query) && row_bytes(&query, 0, seed, 16);
    enum status status = query_close(&query);

    if (status != OK || found)
        return status;
    status = fail(err, STOP, EXIT_IO, "state_corrupt",
                  "the state file is damaged: it has lost its seed");
    err_hint(err, "put it aside and restore a backup of it");
    return status;
}
