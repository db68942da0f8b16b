/*
 * store_lock.c - one run per account: locks by name beside the state file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/inside.h"
#include "state/lock.h"

struct store_held {
    struct store_held *next;
    int fd;
    char name[]; /* as the caller gave it */
};

/*
 * PATH.NAME-HASH.lock: readable for whoever looks into the folder, and the
 * hash (FNV-1a) keeps apart the names that only differ in other characters.
 */
static char *lock_path(const struct store *store, const char *name)
{
    char readable[49] = "";
    uint64_t hash = 14695981039346656037u;
    size_t size = 0;
    char *path;

    for (const char *at = name; *at != '\0'; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9');

        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
        if (size < sizeof(readable) - 1)
            readable[size++] = plain ? *at : '_';
    }
    if (asprintf(&path, "%s.%s-%016llx.lock", store->main.path, readable,
                 (unsigned long long)hash) < 0)
        abort();
    return path;
}

static struct store_held **held_find(struct store *store, const char *name)
{
    struct store_held **at = &store->held;

    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

/* Whoever asked knows what the lock stands for, and adds it as the place. */
static enum status fail_held(int fd, struct err *err)
{
    pid_t pid = lock_signed(fd);
    enum status status;

    if (pid > 0)
        status = fail(err, RETRY, EXIT_TRYLATER, "locked",
                      "held by another run (process %ld)", (long)pid);
    else
        status =
            fail(err, RETRY, EXIT_TRYLATER, "locked", "held by another run");
    err_hint(err, "try again when it is done, or wait for it with --wait");
    return status;
}

enum status store_lock(struct store *store, const char *name, struct err *err)
{
    struct store_held *held;
    enum lock_result result;
    enum status status;
    size_t size = strlen(name) + 1;
    char *path;
    int fd = -1;

    if (store->mode != STORE_WRITE || *held_find(store, name) != NULL)
        return OK;
    path = lock_path(store, name);
    result = lock_take(&fd, path, 0, NULL);
    if (result == LOCK_TAKEN) {
        lock_sign(fd);
        held = malloc(sizeof(*held) + size);
        if (held == NULL)
            abort();
        *held = (struct store_held){.next = store->held, .fd = fd};
        memcpy(held->name, name, size);
        store->held = held;
        free(path);
        return OK;
    }
    if (result == LOCK_BUSY) {
        status = fail_held(fd, err);
    } else {
        status = lock_fail(result, err);
        err_place(err, "%s", path);
    }
    lock_close(&fd);
    free(path);
    return status;
}

pid_t store_lock_holder(const struct store *store, const char *name)
{
    char *path;
    pid_t pid;

    if (store->main.path == NULL)
        return 0;
    path = lock_path(store, name);
    pid = lock_holder(path);
    free(path);
    return pid;
}

void store_heed(const volatile int *interrupted, uint64_t within_ms)
{
    lock_heed(interrupted, within_ms);
}

bool store_halted(void)
{
    return lock_halted() != LOCK_GO_ON;
}

void store_unlock(struct store *store, const char *name)
{
    struct store_held **at = held_find(store, name);
    struct store_held *held = *at;

    if (held == NULL)
        return;
    *at = held->next;
    lock_close(&held->fd);
    free(held);
}

void store_unlock_all(struct store *store)
{
    while (store->held != NULL)
        store_unlock(store, store->held->name);
}
