/* pull.c - see pull.h. */
#include "sync/pull.h"

#include <string.h>

#include "sync/api.h"
#include "sync/diff.h"
#include "sync/follow.h"
#include "sync/listing.h"

struct ids {
    struct arena *arena;
    struct text *at;
    size_t count, room;
};

static enum status take_id(void *self, const struct record_seen *record,
                           struct err *err)
{
    struct ids *ids = self;

    (void)err;
    if (ids->count == ids->room) {
        size_t room = ids->room == 0 ? 256 : ids->room * 2;
        struct text *wider = arena_take(ids->arena, room * sizeof(*wider));

        if (ids->count > 0)
            memcpy(wider, ids->at, ids->count * sizeof(*wider));
        ids->at = wider;
        ids->room = room;
    }
    ids->at[ids->count++] = arena_text(ids->arena, record->remote_id);
    return OK;
}

static enum status follow_link(const struct pulling *with,
                               struct text remote_id,
                               const struct customer *shown,
                               struct arena *arena, struct err *err)
{
    return follow_shown(with->store, with->account_id,
                        with->account->provider->mapping, remote_id, shown,
                        arena, err);
}

static enum status keep(const struct pulling *with, struct text remote_id,
                        const struct customer *record, int64_t now,
                        struct arena *arena, struct err *err)
{
    enum status status = listing_put(with->store, with->account_id, remote_id,
                                     record, true, now, arena, err);

    return status == OK ? follow_link(with, remote_id, record, arena, err)
                        : status;
}

/* --- records of an abridged list, one by one ------------------------------*/

static enum status take_record(const struct pulling *with, struct call *call,
                               struct text id, struct err *err)
{
    const struct node *node;
    struct customer *record;
    enum status status;

    if (call->end != CALL_ANSWERED) {
        *err = call->err;
        return STOP;
    }
    status = api_got(with->client, call, &node, err);
    if (status != OK || node == NULL)
        return status == REJECT ? STOP : status; /* deleted since: no record */
    status = api_customer(with->client, node, false, call->arena, &record, err);
    if (status == OK)
        status = store_begin(with->store, err);
    if (status != OK)
        return status;
    status = keep(with, id, record, with->clock->now_ms(with->clock->self) + 1,
                  call->arena, err);
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

static enum status fetch_all(const struct pulling *with, struct ids *ids,
                             struct err *err)
{
    size_t begun = 0;
    enum status status = OK;

    while (status == OK &&
           (begun < ids->count || client_active(with->client) > 0)) {
        struct call *call = NULL;
        struct text *id;

        while (begun < ids->count && status == OK &&
               client_active(with->client) < with->account->concurrency) {
            call = api_get(with->client, ids->at[begun]);
            call->user = &ids->at[begun++];
            status = client_submit(with->client, call, err);
            if (status != OK)
                client_call_free(call);
        }
        if (status != OK)
            break;
        call = NULL;
        status = client_next(with->client, 0, &call, err);
        if (call == NULL)
            continue;
        id = call->user;
        if (status == OK)
            status = take_record(with, call, *id, err);
        client_call_free(call);
    }
    /* What is under way comes back before the client is closed. */
    while (client_active(with->client) > 0) {
        struct call *call = NULL;
        struct err ignored;

        if (client_next(with->client, 0, &call, &ignored) == END)
            break;
        client_call_free(call);
    }
    return status == END ? OK : status;
}

static enum status prune(const struct pulling *with, int64_t before,
                         struct err *err)
{
    enum status status = store_begin(with->store, err);

    if (status == OK)
        status =
            store_records_prune(with->store, with->account_id, before, err);
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

/* --- records of a full list -----------------------------------------------*/

struct following {
    const struct pulling *with;
    struct arena *arena;
};

static enum status follow_record(void *self, const struct record_seen *record,
                                 struct err *err)
{
    struct following *following = self;
    struct customer *customer;
    enum status status =
        diff_parse(record->values, following->arena, &customer, err);

    if (status == OK)
        status = follow_link(following->with, record->remote_id, customer,
                             following->arena, err);
    arena_reset(following->arena);
    return status;
}

static enum status follow_list(const struct pulling *with, struct err *err)
{
    struct arena *arena = arena_open();
    struct following following = {with, arena_open()};
    enum status status = store_begin(with->store, err);

    if (status == OK)
        status = store_records(with->store, with->account_id, arena,
                               follow_record, &following, err);
    if (status == OK)
        status = store_commit(with->store, err);
    else
        store_rollback(with->store);
    arena_close(following.arena);
    arena_close(arena);
    return status;
}

enum status pull_account(const struct pulling *pulling, uint64_t *records,
                         struct err *err)
{
    const struct provider *provider = pulling->account->provider;
    struct listing listing = {
        .client = pulling->client,
        .store = pulling->store,
        .account = pulling->account_id,
        .now_ms = pulling->clock->now_ms(pulling->clock->self),
    };
    struct ids ids = {.arena = arena_open()};
    enum status status;

    if (provider->list.request.method == NULL) {
        arena_close(ids.arena);
        fail(err, STOP, EXIT_USAGE, "no_list",
             "%s has no way to list its customers", provider->title);
        err_place(err, "%s", pulling->account->name);
        err_hint(err, "it can be TO of a sync, and `find` looks single "
                      "customers up");
        return STOP;
    }
    status = listing_all(&listing, err);
    *records = listing.count;
    listing_close(&listing);
    if (status == OK && provider->list.full) {
        status = follow_list(pulling, err);
    } else if (status == OK) {
        struct arena *arena = arena_open();

        status = store_records(pulling->store, pulling->account_id, arena,
                               take_id, &ids, err);
        arena_close(arena);
        if (status == OK)
            status = fetch_all(pulling, &ids, err);
        /* Listed, but gone when it was to be read: no record any more. */
        if (status == OK)
            status = prune(pulling, listing.now_ms + 1, err);
    }
    if (status == OK)
        status = pull_unseen(pulling, err);
    arena_close(ids.arena);
    return status;
}
