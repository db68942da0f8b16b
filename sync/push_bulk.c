/*
 * push_bulk.c - many rows in one request, each with its own outcome. Where the
 * server turns out to have no such call, single requests do the same work.
 */
#include <string.h>

#include "sync/push.h"

static struct batch *batch_open(struct push *push, struct queue *queue,
                                const struct bulk_spec *spec)
{
    struct arena *arena = arena_open();
    struct batch *batch = arena_take(arena, sizeof(*batch));
    size_t max = queue->count < spec->max ? queue->count : spec->max;

    (void)push;
    batch->arena = arena;
    batch->spec = spec;
    batch->tasks = arena_take(arena, max * sizeof(batch->tasks[0]));
    while (batch->count < max)
        batch->tasks[batch->count++] = queue_take(queue);
    return batch;
}

/* All intents of the batch in one transaction, before its first byte. */
static enum status put_intents(struct push *push, struct batch *batch,
                               struct err *err)
{
    const struct pushing *with = push->with;
    enum status status = store_begin(with->store, err);

    for (size_t i = 0; i < batch->count && status == OK; i++) {
        struct change *change = &batch->tasks[i]->change;

        change->state = CHANGE_SENDING;
        change->tries++;
        change->sent_ms = with->clock->now_ms(with->clock->self);
        status = finish_forget(batch->tasks[i], err);
        if (status == OK)
            status = store_change_put(with->store, change, err);
    }
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

static enum status send_batch(struct push *push, struct batch *batch,
                              struct err *err)
{
    struct client *client = push->with->client;
    struct node **rows = arena_take(batch->arena, batch->count * sizeof(*rows));
    struct text *ids = arena_take(batch->arena, batch->count * sizeof(*ids));
    bool update = batch->spec == &push->provider->bulk_update;
    struct call *call;
    enum status status = put_intents(push, batch, err);

    if (status != OK)
        return status;
    for (size_t i = 0; i < batch->count; i++) {
        rows[i] = write_body(batch->tasks[i]);
        ids[i] = batch->tasks[i]->link.remote_id;
    }
    call =
        api_bulk(client, batch->spec, rows, update ? ids : NULL, batch->count);
    call->user = batch;
    status = client_submit(client, call, err);
    if (status == OK)
        return OK;
    client_call_free(call);
    push_stop(push, err);
    for (size_t i = 0; i < batch->count; i++)
        finish_later(batch->tasks[i]);
    arena_close(batch->arena);
    return OK;
}

static enum status send_queue(struct push *push, struct queue *queue,
                              const struct bulk_spec *spec, bool all,
                              struct err *err)
{
    enum status status = OK;

    while (status == OK && queue->count > 0 &&
           (all || queue->count >= spec->max)) {
        /* One row alone is a plain request, with a plain answer. */
        if (queue->count == 1) {
            queue_add(&push->ready, queue_take(queue));
            break;
        }
        status = send_batch(push, batch_open(push, queue, spec), err);
    }
    return status;
}

enum status bulk_send(struct push *push, bool all, struct err *err)
{
    enum status status = send_queue(push, &push->creates,
                                    &push->provider->bulk_create, all, err);

    if (status == OK)
        status = send_queue(push, &push->updates, &push->provider->bulk_update,
                            all, err);
    return status;
}

/* No bulk here: never again in this run. The envelope was refused: this once.
 * Either way nothing was carried out, and the rows go one by one. */
static void fall_back(struct push *push, struct batch *batch, bool missing)
{
    if (missing && batch->spec == &push->provider->bulk_update)
        push->bulk_update_off = true;
    else if (missing)
        push->bulk_create_off = true;
    for (size_t i = 0; i < batch->count; i++) {
        batch->tasks[i]->no_bulk = true;
        queue_add(&push->ready, batch->tasks[i]);
    }
}

static enum status share_out(struct push *push, struct batch *batch,
                             struct call *call, struct err *err)
{
    struct api_outcome *outcomes =
        arena_take(batch->arena, batch->count * sizeof(*outcomes));
    enum status status = OK;

    if (!api_bulk_outcomes(push->with->client, batch->spec, call, batch->count,
                           outcomes)) {
        fall_back(push, batch, true);
        return OK;
    }
    if (call->means == MEANS_INVALID || call->means == MEANS_DUPLICATE) {
        fall_back(push, batch, false);
        return OK;
    }
    push->bulk_used = true;
    for (size_t i = 0; i < batch->count && status == OK; i++)
        status = write_outcome(batch->tasks[i], &outcomes[i], err);
    return status;
}

enum status bulk_reply(struct push *push, struct batch *batch,
                       struct call *call, struct err *err)
{
    enum status status = OK;

    if (call->end == CALL_ANSWERED) {
        status = share_out(push, batch, call, err);
    } else {
        for (size_t i = 0; i < batch->count; i++)
            task_without_answer(batch->tasks[i], call);
    }
    arena_close(batch->arena);
    return status;
}
