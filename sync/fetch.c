/* fetch.c - see fetch.h. */
#include "sync/fetch.h"

#include <inttypes.h>
#include <stdio.h>

#include "sync/api.h"
#include "sync/echo.h"
#include "sync/follow.h"
#include "sync/life.h"
#include "sync/listing.h"
#include "sync/progress.h"

enum {
    BATCH = 256,        /* ids in memory at a time */
    FAILED_IN_A_ROW = 5 /* then it is no matter of single records */
};

/* What a read showed, for the customer's life: an edit, or that the record is
 * "gone" or "back". */
static enum status tell_seen(const struct pulling *with,
                             const struct link *link, const char *found,
                             struct node *saw, struct arena *arena,
                             struct err *err)
{
    struct node *body = node_new(arena, NODE_OBJECT);
    struct event event = {
        .run = with->run,
        .customer = link->customer,
        .account = with->account_id,
        .kind = EVENT_SEEN,
        .at_ms = with->clock->now_ms(with->clock->self),
    };

    life_add(body, "record", link->remote_id, arena);
    life_add(body, "found", text_of(found), arena);
    if (saw != NULL)
        (void)node_add(body, "saw", saw);
    event.body = life_json(body, arena);
    return store_event_add(with->store, &event, err);
}

enum status fetch_follow(void *self, struct text remote_id,
                         struct customer *customer, int64_t asked_ms,
                         bool *again, struct arena *arena, struct err *err)
{
    const struct pulling *with = self;
    const struct provider *provider = with->account->provider;
    const struct shown shown = {
        .account = with->account_id,
        .mapping = provider->mapping,
        .remote_id = remote_id,
        .customer = customer,
        .settled_ms = follow_settled_ms(with->account, asked_ms),
    };
    struct followed followed;
    struct node *saw = NULL;
    bool back;
    enum status status =
        follow_shown(with->store, &shown, &followed, arena, err);

    *again = followed.late != NULL && provider->get.request.method != NULL;
    if (status != OK || followed.link.id == 0)
        return status;
    if (followed.late != NULL) /* nor does it go out again as a source */
        echo_over(with->account, followed.late, followed.held, customer, arena);
    back = followed.link.state == LINK_GONE;
    /* What was not known before is nobody's edit. */
    if (followed.seen != NULL && followed.link.held_full)
        saw = life_edits(followed.held, followed.seen, arena);
    return saw != NULL || back ? tell_seen(with, &followed.link,
                                           back ? "back" : "", saw, arena, err)
                               : OK;
}

/* --- one record -----------------------------------------------------------*/

struct fetching {
    const struct pulling *with;
    int64_t begun_ms;
    struct fetched *fetched;
    struct err first; /* of those that could not be read */
    uint64_t asked, failed;
    uint32_t in_a_row;
};

/* What the provider says is absent is gone, and its link with it; unless it may
 * only not be shown yet. Then it stays as it is, and is asked for again. */
static enum status drop(const struct pulling *with, struct text id,
                        int64_t asked_ms, bool *gone, struct arena *arena,
                        struct err *err)
{
    struct link link;
    bool live;
    enum status status = store_link_by_remote(with->store, with->account_id, id,
                                              arena, &link, err);

    *gone = true;
    if (status == OK)
        status =
            follow_sure(with->store, &link,
                        follow_settled_ms(with->account, asked_ms), gone, err);
    if (status != OK || !*gone)
        return status;
    live = link.id != 0 && link.state == LINK_LIVE;
    if (live)
        status = follow_gone(with->store, &link, err);
    if (live && status == OK)
        status = tell_seen(with, &link, "gone", NULL, arena, err);
    if (status == OK)
        status = store_record_drop(with->store, with->account_id, id, err);
    return status == REJECT ? STOP : status;
}

static enum status keep(const struct fetching *fetching, struct text id,
                        struct customer *customer, int64_t asked_ms,
                        struct arena *arena, struct err *err)
{
    const struct pulling *with = fetching->with;
    int64_t now = with->clock->now_ms(with->clock->self);
    struct record_seen record = {.remote_id = id};
    bool again;
    enum status status =
        fetch_follow((void *)with, id, customer, asked_ms, &again, arena, err);

    /* A clock that was set back must not make it older than its list. */
    record.got_ms = record.seen_ms =
        now > fetching->begun_ms ? now : fetching->begun_ms;
    record.full = !again;
    return status == OK ? listing_put(with->store, with->account_id, &record,
                                      customer, arena, err)
                        : status;
}

/* What the provider said of one record. */
static enum status read_record(const struct fetching *fetching,
                               const struct call *call,
                               struct customer **customer, struct err *err)
{
    struct client *client = fetching->with->client;
    const struct node *node;
    enum status status;

    *customer = NULL;
    if (call->end != CALL_ANSWERED) {
        *err = call->err;
        return call->end == CALL_GAVE_UP && err->status != RETRY ? REJECT
                                                                 : STOP;
    }
    status = api_got(client, call, &node, err);
    if (status == OK && node != NULL)
        status = api_customer(client, node, false, call->arena, customer, err);
    return status;
}

static enum status put_record(const struct fetching *fetching,
                              const struct call *call, struct text id,
                              struct customer *customer, struct err *err)
{
    const struct pulling *with = fetching->with;
    bool gone = false;
    enum status status = store_begin(with->store, err);

    if (status != OK)
        return status;
    status =
        customer != NULL
            ? keep(fetching, id, customer, call->handed_ms, call->arena, err)
            : drop(with, id, call->handed_ms, &gone, call->arena, err);
    if (status != OK) {
        store_rollback(with->store);
        return status == REJECT ? STOP : status;
    }
    fetching->fetched->there += customer != NULL;
    fetching->fetched->gone += gone;
    return store_commit(with->store, err);
}

/* The others are read all the same; it is left for the next run, and named. */
static enum status pass_over(struct fetching *fetching, struct text id,
                             struct err *err)
{
    if (err->exit == EXIT_SOME) /* no row is to blame */
        err->exit = EXIT_UNAVAILABLE;
    err_place(err, "%s:%.*s", fetching->with->account->name, TEXT_ARGS(id));
    if (fetching->failed++ == 0)
        fetching->first = *err;
    return ++fetching->in_a_row == FAILED_IN_A_ROW ? STOP : OK;
}

static enum status take_record(struct fetching *fetching, struct call *call,
                               struct text id, struct err *err)
{
    struct customer *customer;
    enum status status = read_record(fetching, call, &customer, err);

    progress_count(++fetching->asked);
    if (status == REJECT)
        return pass_over(fetching, id, err);
    if (status != OK)
        return status;
    fetching->in_a_row = 0;
    return put_record(fetching, call, id, customer, err);
}

/* --- several at a time ----------------------------------------------------*/

/* Where one fails, who is under way is waited for: an outage must not be met
 * so often that the breaker opens for the next run. */
static uint32_t at_a_time(const struct fetching *fetching)
{
    return fetching->in_a_row > 0 ? 1 : fetching->with->account->concurrency;
}

static enum status fetch_batch(struct fetching *fetching, struct text *ids,
                               size_t count, struct err *err)
{
    const struct pulling *with = fetching->with;
    enum status status = OK;
    size_t begun = 0;

    while (status == OK && (begun < count || client_active(with->client) > 0)) {
        struct call *call = NULL;

        while (status == OK && begun < count &&
               client_active(with->client) < at_a_time(fetching))
            status = api_get_for(with->client, &ids[begun++], err);
        if (status == OK)
            status = client_next(with->client, 0, &call, err);
        if (call != NULL && status == OK)
            status =
                take_record(fetching, call, *(struct text *)call->user, err);
        client_call_free(call);
    }
    client_drain(with->client);
    return status == END ? OK : status;
}

/* A read that lacks one is no whole read. */
static enum status unread(const struct fetching *fetching, struct err *err)
{
    *err = fetching->first;
    if (fetching->failed > 1)
        err_hint(err,
                 "so it is with %" PRIu64 " records; all others were read, "
                 "and the next run asks for these alone",
                 fetching->failed);
    else
        err_hint(err, "all others were read; the next run asks for this one "
                      "alone");
    return err->status = STOP;
}

enum status fetch_ids(const struct pulling *with,
                      const struct ids_wanted *wanted, int64_t begun_ms,
                      struct fetched *fetched, struct err *err)
{
    struct fetching fetching = {
        .with = with, .begun_ms = begun_ms, .fetched = fetched};
    struct arena *arena = arena_open();
    struct buffer after = {0};
    struct text ids[BATCH];
    char subject[100];
    enum status status;
    size_t count;

    *fetched = (struct fetched){0};
    (void)snprintf(subject, sizeof(subject), "%s:", with->account->name);
    progress_phase("reading records of", subject, 0, "records");
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
    return status == OK && fetching.failed > 0 ? unread(&fetching, err)
                                               : status;
}
