/* run_places.c - see run_places.h. */
#include "sync/run_places.h"

#include <stdlib.h>

/* One with two labels keeps the first one of the configuration. */
static int by_id(const void *a, const void *b)
{
    const struct run_place *one = a, *two = b;

    if (one->id != two->id)
        return one->id < two->id ? -1 : 1;
    return (one->account > two->account) - (one->account < two->account);
}

static size_t drop_doubles(struct run_place *places, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || places[kept - 1].id != places[i].id)
            places[kept++] = places[i];
    }
    return kept;
}

static enum status find_known(struct store *store, const struct config *config,
                              struct run_place *places, size_t *count,
                              struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < config->accounts_count && status == OK; i++) {
        const struct account *account = &config->accounts[i];
        store_id id = 0;
        bool renamed;

        status =
            store_account(store, account->provider->name, account->base_url,
                          account->tenant, account->name, &id, &renamed, err);
        if (status == OK && id != 0)
            places[(*count)++] = (struct run_place){account, id};
    }
    return status;
}

static enum status keep_concerned(struct store *store, run_concerns *concerns,
                                  void *self, struct run_place *places,
                                  size_t *count, struct err *err)
{
    size_t kept = 0;
    enum status status = OK;

    for (size_t i = 0; i < *count && status == OK; i++) {
        bool is = false;

        status = concerns(self, store, places[i].id, &is, err);
        if (status == OK && is)
            places[kept++] = places[i];
    }
    *count = kept;
    return status;
}

enum status run_places(const struct run *run, run_concerns *concerns,
                       void *self, struct arena *arena,
                       struct run_place **places, size_t *count,
                       struct err *err)
{
    const struct config *config = run->request->config;
    struct store *store = NULL;
    enum status status =
        store_open(&store, run->request->state_path, STORE_READ, err);

    *count = 0;
    *places =
        arena_take(arena, (config->accounts_count + 1) * sizeof(**places));
    if (status == OK)
        status = find_known(store, config, *places, count, err);
    qsort(*places, *count, sizeof(**places), by_id);
    *count = drop_doubles(*places, *count);
    if (status == OK)
        status = keep_concerned(store, concerns, self, *places, count, err);
    store_close(store);
    return status;
}
