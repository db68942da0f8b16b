/*
 * push_bulk.c - many rows in one request, each with its own outcome. Where the
 * server turns out to have no such call, single requests do the same work.
 */
#include <string.h>

#include "sync/push.h"

static struct batch *batch_open(struct push *push, struct queue *queue,
                                const struct bulk_spec *spec)
{
    struct arena *arena = queue->first->arena;
    struct batch *batch = arena_take(arena, sizeof(*batch));
    size_t max = queue->count < spec->max ? queue->count : spec->max;

    batch->whole = max;
    batch->refusals = arena_take(push->arena, sizeof(*batch->refusals));
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

    for (size_t i = 0; i < batch->count && status == OK; i++)
        status = finish_intend(batch->tasks[i], err);
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

/* Those that were overtaken, or whose record turned out to be another's, leave
 * the batch; what becomes of them is seen when it is sent. */
static struct queue sift(struct batch **batch)
{
    struct batch *all = *batch, *left = all;
    struct queue out = {0};
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++) {
        struct task *task = all->tasks[i];

        if (task->overtaken || task->change.state == CHANGE_PARKED)
            queue_add(&out, task);
        else
            all->tasks[kept++] = task;
    }
    if (kept > 0 && all->arena != all->tasks[0]->arena) {
        left = arena_take(all->tasks[0]->arena, sizeof(*left));
        *left = *all;
        left->arena = all->tasks[0]->arena;
        left->tasks = arena_take(left->arena, kept * sizeof(left->tasks[0]));
        memcpy(left->tasks, all->tasks, kept * sizeof(left->tasks[0]));
    }
    left->count = kept;
    *batch = left;
    return out;
}

static enum status send_rows(struct push *push, struct batch *batch,
                             struct err *err)
{
    struct client *client = push->with->client;
    struct node **rows = arena_take(batch->arena, batch->count * sizeof(*rows));
    struct text *ids = arena_take(batch->arena, batch->count * sizeof(*ids));
    bool update = batch->spec == &push->provider->bulk_update;
    struct call *call;
    enum status status;

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
    return OK;
}

static enum status send_batch(struct push *push, struct batch *batch,
                              struct err *err)
{
    enum status status = put_intents(push, batch, err);
    struct queue out;
    struct task *task;

    if (status != OK)
        return status;
    out = sift(&batch);
    if (batch->count > 0)
        status = send_rows(push, batch, err);
    while (status == OK && (task = queue_take(&out)) != NULL)
        status = finish_unsent(task, err);
    return status;
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

/* What was read by itself is written while it still stands, so that it waits
 * for others that are read now, and for nothing else. What the list showed is
 * as old as the list. */
enum { FRESH_MS = 1000 };

void bulk_wait(struct task *update)
{
    struct push *push = update->push;

    queue_add(&push->updates, update);
    if (update->fresh && !update->from_list && push->fresh_until_ms == 0)
        push->fresh_until_ms = push_now(push) + FRESH_MS;
}

enum status bulk_send(struct push *push, bool all, struct err *err)
{
    bool stale =
        push->fresh_until_ms > 0 && push->fresh_until_ms <= push_now(push);
    enum status status = send_queue(push, &push->creates,
                                    &push->provider->bulk_create, all, err);

    if (status == OK)
        status = send_queue(push, &push->updates, &push->provider->bulk_update,
                            all || stale, err);
    if (push->updates.count == 0)
        push->fresh_until_ms = 0;
    return status;
}

/* --- answers --------------------------------------------------------------*/

static void one_by_one(struct push *push, struct task **tasks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tasks[i]->no_bulk = true;
        queue_add(&push->ready, tasks[i]);
    }
}

/* No bulk here: never again in this run. */
static void no_bulk_here(struct push *push, struct batch *batch)
{
    if (batch->spec == &push->provider->bulk_update)
        push->bulk_update_off = true;
    else
        push->bulk_create_off = true;
    one_by_one(push, batch->tasks, batch->count);
}

static enum status send_part(struct push *push, const struct batch *of,
                             struct task **tasks, size_t count, struct err *err)
{
    struct batch *part;

    if (count == 1) {
        one_by_one(push, tasks, 1);
        return OK;
    }
    part = arena_take(tasks[0]->arena, sizeof(*part));
    *part = *of;
    part->arena = tasks[0]->arena;
    part->tasks = arena_take(part->arena, count * sizeof(tasks[0]));
    part->count = count;
    memcpy(part->tasks, tasks, count * sizeof(tasks[0]));
    return send_batch(push, part, err);
}

/*
 * Refused as a whole, so nothing of it was carried out: for the sake of one
 * row, likely, which halving finds in a few requests. Where many rows are bad,
 * halving costs more than asking for each: then it ends.
 */
static enum status halve(struct push *push, struct batch *batch,
                         struct err *err)
{
    size_t half = batch->count / 2;
    enum status status;

    if (++*batch->refusals > batch->whole / 4 + 2) {
        one_by_one(push, batch->tasks, batch->count);
        return OK;
    }
    status = send_part(push, batch, batch->tasks, half, err);
    if (status == OK)
        status = send_part(push, batch, batch->tasks + half,
                           batch->count - half, err);
    return status;
}

/* Rows are believed, whatever the status says of the whole. */
static bool tells_rows(const struct api_outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (outcomes[i].row != ROW_UNKNOWN)
            return true;
    }
    return false;
}

static enum status share_out(struct push *push, struct batch *batch,
                             struct call *call, struct err *err)
{
    struct api_outcome *outcomes =
        arena_take(batch->arena, batch->count * sizeof(*outcomes));
    enum status status = OK;

    if (!api_bulk_outcomes(push->with->client, batch->spec, call, batch->count,
                           outcomes)) {
        no_bulk_here(push, batch);
        return OK;
    }
    if (!tells_rows(outcomes, batch->count) &&
        (call->means == MEANS_INVALID || call->means == MEANS_DUPLICATE))
        return halve(push, batch, err);
    push->bulk_used = true;
    for (size_t i = 0; i < batch->count && status == OK; i++) {
        life_outcome(batch->tasks[i], call, &outcomes[i]);
        status = write_outcome(batch->tasks[i], &outcomes[i], err);
    }
    return status;
}

enum status bulk_reply(struct push *push, struct batch *batch,
                       struct call *call, struct err *err)
{
    enum status status = OK;
    bool useless = call->means == MEANS_DENIED || call->means == MEANS_BROKEN;

    if (call->end == CALL_ANSWERED && !useless) {
        status = share_out(push, batch, call, err);
    } else {
        for (size_t i = 0; i < batch->count; i++) {
            life_asked(batch->tasks[i], call);
            (void)task_without_answer(batch->tasks[i], call);
        }
    }
    return status;
}
