/*
 * run_lock.c - one run per account at a time.
 */
#include "sync/run_own.h"

#include <poll.h>
#include <stdio.h>

#include "state/forget.h"
#include "state/history.h"
#include "sync/progress.h"

static void name_lock(char name[LOCK_NAME], store_id id)
{
    snprintf(name, LOCK_NAME, "account-%lld", (long long)id);
}

bool run_is_locked(const struct store *store, store_id id)
{
    char name[LOCK_NAME];

    name_lock(name, id);
    return store_lock_holder(store, name) != 0;
}

enum status run_lock_named(struct store *store, const char *name,
                           const char *place, uint64_t wait_ms, struct err *err)
{
    int64_t until = clock_real.now_ms(clock_real.self) + (int64_t)wait_ms;
    enum status status;

    while ((status = store_lock(store, name, err)) == RETRY &&
           !store_halted() && clock_real.now_ms(clock_real.self) < until) {
        progress_phase("waiting for another run on", place, 0, "");
        poll(NULL, 0, 200);
    }
    if (status == RETRY) {
        err_place(err, "%s", place);
        err->status = status = STOP;
    }
    return status;
}

enum status run_lock(struct store *store, const struct account *account,
                     store_id id, uint64_t wait_ms, struct err *err)
{
    char name[LOCK_NAME];

    name_lock(name, id);
    return run_lock_named(store, name, account->name, wait_ms, err);
}

void run_unlock(struct store *store, store_id id)
{
    char name[LOCK_NAME];

    name_lock(name, id);
    store_unlock(store, name);
}

/* --- all of them ----------------------------------------------------------*/

static enum status lock_one(struct store *store, store_id id, uint64_t wait_ms,
                            struct err *err)
{
    struct arena *arena = arena_open();
    struct account_about about;
    enum status status = store_account_about(store, id, arena, &about, err);
    char name[LOCK_NAME];

    name_lock(name, id);
    if (status == OK)
        status = run_lock_named(store, name, arena_string(arena, about.label),
                                wait_ms, err);
    (void)snprintf(name, sizeof(name), "reading-%lld", (long long)id);
    if (status == OK)
        status = run_lock_named(store, name, arena_string(arena, about.label),
                                wait_ms, err);
    arena_close(arena);
    return status;
}

enum status run_lock_all(struct store *store, uint64_t wait_ms, struct err *err)
{
    store_id id = 0;
    enum status status = store_account_next(store, id, &id, err);

    while (status == OK && id != 0) {
        status = lock_one(store, id, wait_ms, err);
        if (status == OK)
            status = store_account_next(store, id, &id, err);
    }
    return status;
}
