/*
 * pull_cost.c - how many requests a read of an account will take, from what is
 * known of it.
 */
#include "sync/pull.h"

#include "sync/recent.h"

static enum status count_ids(struct store *store, store_id account,
                             const struct ids_wanted *wanted, uint64_t *number,
                             struct err *err)
{
    struct arena *arena = arena_open();
    struct buffer after = {0};
    struct text ids[256];
    enum status status;
    size_t count;

    *number = 0;
    do {
        status = store_ids(store, account, wanted, buffer_view(&after), arena,
                           ids, sizeof(ids) / sizeof(ids[0]), &count, err);
        *number += count;
        if (count > 0) {
            buffer_clear(&after);
            buffer_text(&after, ids[count - 1]);
        }
        arena_reset(arena);
    } while (status == OK && count > 0);
    buffer_free(&after);
    arena_close(arena);
    return status;
}

bool pull_may_be_recent(const struct provider *provider,
                        const struct reading *reading, bool whole,
                        int64_t now_ms)
{
    return !whole && recent_possible(provider) && reading->mark_ms > 0 &&
           reading->whole_ms <= now_ms &&
           now_ms - reading->whole_ms < WHOLE_EVERY_MS;
}

int64_t pull_fresh_since(const struct account *account, int64_t begun_ms)
{
    if (account->provider->list.stamp != NULL)
        return 0;
    return begun_ms - (int64_t)account->refetch_ms;
}

enum status pull_cost(struct store *store, const struct account *account,
                      store_id account_id, bool whole, int64_t now_ms,
                      uint64_t *requests, struct err *err)
{
    const struct list_spec *list = &account->provider->list;
    bool listed = list->request.method != NULL;
    const struct ids_wanted wanted = {
        .which = listed ? IDS_DUE : IDS_LINKED,
        .since_ms = listed ? 0 : now_ms,
        .fresh_ms = pull_fresh_since(account, now_ms),
    };
    struct arena *arena = arena_open();
    struct reading reading;
    uint64_t known = 0, due = 0, pages;
    enum status status = store_reading(store, account_id, arena, &reading, err);

    arena_close(arena);
    if (status == OK)
        status = store_records_count(store, account_id, &known, err);
    if (status == OK)
        status = count_ids(store, account_id, &wanted, &due, err);
    pages = list->size > 0 ? (known + list->size - 1) / list->size : 1;
    pages = pages > 0 ? pages : 1;
    /* The first of several is read twice, and the newest stamp asked for. */
    if (recent_possible(account->provider) && pages > 1)
        pages += 2;
    if (pull_may_be_recent(account->provider, &reading, whole, now_ms))
        pages = 1;
    *requests = due + (listed ? pages : 0);
    return status;
}
