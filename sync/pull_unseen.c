/*
 * pull_unseen.c - linked records that a whole read did not show: each is asked
 * for by its id, since a list may hide what is there, and only what the
 * provider says is absent is gone.
 */
#include "sync/pull.h"

#include "sync/api.h"
#include "sync/follow.h"
#include "sync/listing.h"

struct unseen {
    const struct pulling *with;
    struct arena *arena; /* of one record */
};

static enum status put_gone(struct unseen *unseen, struct link *link,
                            struct err *err)
{
    struct store *store = unseen->with->store;
    enum status status = store_begin(store, err);

    if (status == OK)
        status = follow_gone(store, link, err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status == REJECT ? STOP : status;
}

static enum status put_shown(struct unseen *unseen, const struct link *link,
                             const struct node *node, struct err *err)
{
    const struct pulling *with = unseen->with;
    struct customer *record;
    enum status status =
        api_customer(with->client, node, false, unseen->arena, &record, err);

    if (status == OK)
        status = store_begin(with->store, err);
    if (status != OK)
        return status;
    status = listing_put(with->store, with->account_id, link->remote_id, record,
                         true, with->clock->now_ms(with->clock->self) + 1,
                         unseen->arena, err);
    if (status == OK)
        status = follow_shown(with->store, with->account_id,
                              with->account->provider->mapping, link->remote_id,
                              record, unseen->arena, err);
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

static enum status ask(void *self, const struct link *found, struct err *err)
{
    struct unseen *unseen = self;
    const struct pulling *with = unseen->with;
    struct link link = *found;
    struct call *call = api_get(with->client, link.remote_id);
    const struct node *node = NULL;
    enum status status = client_do(with->client, call, err);

    if (status == OK && call->end != CALL_ANSWERED) {
        *err = call->err;
        status = STOP;
    }
    if (status == OK)
        status = api_got(with->client, call, &node, err);
    if (status == OK)
        status = node == NULL ? put_gone(unseen, &link, err)
                              : put_shown(unseen, &link, node, err);
    client_call_free(call);
    arena_reset(unseen->arena);
    return status == REJECT ? STOP : status;
}

enum status pull_unseen(const struct pulling *pulling, struct err *err)
{
    struct unseen unseen = {pulling, arena_open()};
    struct arena *arena = arena_open();
    enum status status = store_links_unseen(pulling->store, pulling->account_id,
                                            arena, ask, &unseen, err);

    arena_close(arena);
    arena_close(unseen.arena);
    return status;
}
