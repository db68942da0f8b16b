/* fetch.c - see fetch.h. */
#include "sync/fetch.h"

#include "sync/api.h"
#include "sync/follow.h"
#include "sync/life.h"
#include "sync/listing.h"

enum { BATCH = 256 }; /* ids in memory at a time */

/* What somebody edited there, for the customer's life. */
static enum status tell_seen(const struct pulling *with,
                             const struct followed *followed,
                             struct arena *arena, struct err *err)
{
    const struct link *link = &followed->link;
    struct node *body = node_new(arena, NODE_OBJECT);
    struct node *saw = life_edits(followed->held, followed->seen, arena);
    struct event event = {
        .run = with->run,
        .customer = link->customer,
        .account = with->account_id,
        .kind = EVENT_SEEN,
        .at_ms = with->clock->now_ms(with->clock->self),
    };

    if (saw == NULL || !link->held_full) /* else nobody knows what was there */
        return OK;
    life_add(body, "record", link->remote_id, arena);
    (void)node_add(body, "saw", saw);
    event.body = life_json(body, arena);
    return store_event_add(with->store, &event, err);
}

enum status fetch_follow(void *self, struct text remote_id,
                         const struct customer *shown, struct arena *arena,
                         struct err *err)
{
    const struct pulling *with = self;

    struct followed followed;
    enum status status = follow_shown(with->store, with->account_id,
                                      with->account->provider->mapping,
                                      remote_id, shown, &followed, arena, err);

    if (status != OK || followed.seen == NULL)
        return status;
    return tell_seen(with, &followed, arena, err);
}

/* --- one record -----------------------------------------------------------*/

struct fetching {
    const struct pulling *with;
    int64_t begun_ms;
    struct fetched *fetched;
};

/* What the provider says is absent is gone, and its link with it. */
static enum status drop(const struct pulling *with, struct text id,
                        struct arena *arena, struct err *err)
{
    struct link link;
    enum status status = store_link_by_remote(with->store, with->account_id, id,
                                              arena, &link, err);

    if (status == OK && link.id != 0 && link.state == LINK_LIVE)
        status = follow_gone(with->store, &link, err);
    if (status == OK)
        status = store_record_drop(with->store, with->account_id, id, err);
    return status == REJECT ? STOP : status;
}

static enum status keep(const struct fetching *fetching, struct text id,
                        const struct customer *customer, struct arena *arena,
                        struct err *err)
{
    const struct pulling *with = fetching->with;
    int64_t now = with->clock->now_ms(with->clock->self);
    struct record_seen record = {.remote_id = id, .full = true};
    enum status status;

    /* A clock that was set back must not make it older than its list. */
    record.got_ms = record.seen_ms =
        now > fetching->begun_ms ? now : fetching->begun_ms;
    if (customer == NULL)
        return drop(with, id, arena, err);
    status = listing_put(with->store, with->account_id, &record, customer,
                         arena, err);
    return status == OK ? fetch_follow((void *)with, id, customer, arena, err)
                        : status;
}

static enum status take_record(const struct fetching *fetching,
                               struct call *call, struct text id,
                               struct err *err)
{
    const struct pulling *with = fetching->with;
    struct customer *customer = NULL;
    const struct node *node;
    enum status status;

    if (call->end != CALL_ANSWERED) {
        *err = call->err;
        return STOP;
    }
    status = api_got(with->client, call, &node, err);
    if (status == OK && node != NULL)
        status = api_customer(with->client, node, false, call->arena, &customer,
                              err);
    if (status == OK)
        status = store_begin(with->store, err);
    if (status != OK)
        return status == REJECT ? STOP : status;
    status = keep(fetching, id, customer, call->arena, err);
    if (status != OK) {
        store_rollback(with->store);
        return status;
    }
    fetching->fetched->there += customer != NULL;
    fetching->fetched->gone += customer == NULL;
    return store_commit(with->store, err);
}

/* --- several at a time ----------------------------------------------------*/

/* What is under way comes back before the client is used otherwise. */
static void drain(struct client *client)
{
    while (client_active(client) > 0) {
        struct call *call = NULL;
        struct err ignored;

        if (client_next(client, 0, &call, &ignored) == END)
            break;
        client_call_free(call);
    }
}

static enum status submit(struct client *client, struct text *id,
                          struct err *err)
{
    struct call *call = api_get(client, *id);
    enum status status;

    call->user = id;
    status = client_submit(client, call, err);
    if (status != OK)
        client_call_free(call);
    return status == REJECT ? STOP : status;
}

static enum status fetch_batch(const struct fetching *fetching,
                               struct text *ids, size_t count, struct err *err)
{
    const struct pulling *with = fetching->with;
    enum status status = OK;
    size_t begun = 0;

    while (status == OK && (begun < count || client_active(with->client) > 0)) {
        struct call *call = NULL;

        while (status == OK && begun < count &&
               client_active(with->client) < with->account->concurrency)
            status = submit(with->client, &ids[begun++], err);
        if (status == OK)
            status = client_next(with->client, 0, &call, err);
        if (call != NULL && status == OK)
            status =
                take_record(fetching, call, *(struct text *)call->user, err);
        client_call_free(call);
    }
    drain(with->client);
    return status == END ? OK : status;
}

enum status fetch_ids(const struct pulling *with,
                      const struct ids_wanted *wanted, int64_t begun_ms,
                      struct fetched *fetched, struct err *err)
{
    const struct fetching fetching = {with, begun_ms, fetched};
    struct arena *arena = arena_open();
    struct buffer after = {0};
    struct text ids[BATCH];
    enum status status;
    size_t count;

    *fetched = (struct fetched){0};
    do {
        arena_reset(arena);
        status = store_ids(with->store, with->account_id, wanted,
                           buffer_view(&after), arena, ids, BATCH, &count, err);
        if (status == OK)
            status = fetch_batch(&fetching, ids, count, err);
        if (count > 0) {
            buffer_clear(&after);
            buffer_text(&after, ids[count - 1]);
        }
    } while (status == OK && count == BATCH);
    buffer_free(&after);
    arena_close(arena);
    return status;
}
