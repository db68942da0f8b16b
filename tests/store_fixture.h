/*
 * store_fixture.h - a folder of its own for each test of the store.
 *
 * One test program includes it once: everything here is static.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <criterion/criterion.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/store_change.h"
#include "state/store_pace.h"

static char folder[64];
static char path[128]; /* of the state file, in the folder */
static struct err err;
static struct arena *arena;

static inline void folder_make(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/test_store_XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/custsync.db", folder);
    arena = arena_open();
}

static inline int folder_forget(const char *name, const struct stat *info,
                                int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(name);
}

static inline void folder_remove(void)
{
    arena_close(arena);
    (void)nftw(folder, folder_forget, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void ok(enum status status)
{
    cr_assert_eq(status, OK, "%s: %s", err.place, err.message);
}

static inline struct store *open_as(enum store_mode mode)
{
    struct store *store;

    ok(store_open(&store, path, mode, &err));
    return store;
}

static inline struct text fact(struct store *store, const char *name)
{
    struct text value;

    ok(store_fact(store, name, arena, &value, &err));
    return value;
}

/* A process of its own, as a second run is; its exit code, or 128 and the
 * number of the signal that ended it. */
static inline int in_child(int (*run)(void))
{
    pid_t pid = fork();
    int state = 0;

    if (pid == 0)
        _exit(run());
    cr_assert(pid > 0 && waitpid(pid, &state, 0) == pid);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

#endif
