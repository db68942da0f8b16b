/*
 * push_flush.c - what ended and what is about to be sent go to disk together;
 * then the one is closed and the other sent. What was overtaken on its way
 * there does neither, and begins anew.
 */
#include "sync/push.h"

/* --- overtaken ------------------------------------------------------------*/

/* A reader that never ends must not keep a change from its end. */
enum { ANEW_MAX = 3 };

/*
 * The link as it was decided by, and as it is. Of one that is set aside nothing
 * was used but that the record is gone.
 */
static bool is_as_loaded(const struct task *task, const struct link *is)
{
    const struct link *was = &task->loaded;

    return is->id == was->id && is->state == was->state &&
           (task->gone.id != 0 || (is->held_full == was->held_full &&
                                   text_equal(is->held, was->held)));
}

/* From the intent on follow_sure keeps readers off; before it, nothing does. */
enum status anew_overtaken(struct task *task, struct err *err)
{
    struct link link;
    enum status status;

    if (task->loaded.id == 0 || task->change.state == CHANGE_SENDING)
        return OK;
    status = store_link_of(task->push->with->store, task->loaded.account,
                           task->loaded.customer, task->arena, &link, err);
    task->overtaken = status == OK && !is_as_loaded(task, &link);
    return status;
}

enum status anew_begin(struct task *task, struct err *err)
{
    struct push *push = task->push;

    task->overtaken = false;
    task->change.state = CHANGE_PLANNED;
    task->change.result = RESULT_NONE;
    push->sent -= task->sent;
    task->sent = task->fresh = task->checked = task->missed = false;
    task->seen = task->before = task->given_up = NULL;
    task->gone = (struct link){.id = 0};
    if (++task->anew <= ANEW_MAX)
        return task_begin(task, err);
    finish_later(task);
    return OK;
}

/* --- to disk, and away ----------------------------------------------------*/

static enum status send_one(struct task *task, struct err *err)
{
    struct client *client = task->push->with->client;
    struct node *body = write_body(task);
    struct call *call = task->step == STEP_CREATE
                            ? api_create(client, body)
                            : api_update(client, task->link.remote_id, body);

    return task_submit(task, call, task->step, err);
}

enum status finish_unsent(struct task *task, struct err *err)
{
    if (task->overtaken)
        return anew_begin(task, err);
    task->step = STEP_ENDED; /* told already */
    queue_add(&task->push->ended, task);
    return OK;
}

static enum status send_ready(struct task *task, struct err *err)
{
    return task->overtaken || task->change.state == CHANGE_PARKED
               ? finish_unsent(task, err)
               : send_one(task, err);
}

static enum status put_all(struct push *push, struct err *err)
{
    struct task *task;
    enum status status = store_begin(push->with->store, err);

    for (task = push->ended.first; task != NULL && status == OK;
         task = task->next)
        status = finish_put(task, err);
    for (task = push->ready.first; task != NULL && status == OK;
         task = task->next)
        status = finish_intend(task, err);
    if (status == OK)
        return store_commit(push->with->store, err);
    store_rollback(push->with->store);
    return status == REJECT ? STOP : status;
}

static enum status flush(struct push *push, struct err *err)
{
    struct queue ended, ready;
    struct task *task;
    enum status status = put_all(push, err);

    if (status != OK)
        return status;
    ended = push->ended;
    ready = push->ready;
    push->ended = push->ready = (struct queue){0};
    while (status == OK && (task = queue_take(&ended)) != NULL) {
        push->done += !task->overtaken;
        if (task->overtaken)
            status = anew_begin(task, err);
        else
            task_close(task);
    }
    while (status == OK && (task = queue_take(&ready)) != NULL)
        status = send_ready(task, err);
    return status;
}

/* --- when -----------------------------------------------------------------*/

/*
 * A commit waits for the disk as long as some ten creates take, so what ended
 * and what is ready go there together and as seldom as the provider's speed
 * allows. As many intents are on disk ahead of the connections as it answers in
 * about this time: a run that is killed leaves them in doubt, and each has to
 * be looked for.
 */
enum {
    AHEAD_MS = 50,
    AHEAD_MAX = 128,
    LATE_MS = 100, /* an outcome or intent waits no longer for others */
};

bool finish_full(const struct push *push)
{
    return push->ended.count >= AHEAD_MAX;
}

static bool is_due(const struct push *push, int64_t now_ms)
{
    const struct client *client = push->with->client;

    return client_active(client) == 0 || finish_full(push) ||
           (push->ready.count > 0 && client_waiting(client) == 0) ||
           now_ms < push->oldest_ms || now_ms - push->oldest_ms >= LATE_MS;
}

/* Half or twice as many, by how long the last ones lasted. */
static void set_ahead(struct push *push, int64_t now_ms)
{
    size_t least = push->with->account->concurrency;
    int64_t lasted_ms = now_ms - push->flushed_ms;

    if (lasted_ms < AHEAD_MS && client_waiting(push->with->client) == 0)
        push->ahead *= 2;
    else if (lasted_ms > 4 * AHEAD_MS)
        push->ahead /= 2;
    if (push->ahead > AHEAD_MAX)
        push->ahead = AHEAD_MAX;
    if (push->ahead < least)
        push->ahead = least;
    push->flushed_ms = now_ms;
}

enum status finish_flush(struct push *push, int64_t *next, struct err *err)
{
    int64_t now_ms = push_now(push);

    if (push->ended.count + push->ready.count == 0)
        return OK;
    if (push->oldest_ms == 0)
        push->oldest_ms = now_ms;
    if (!is_due(push, now_ms)) {
        if (*next == 0 || push->oldest_ms + LATE_MS < *next)
            *next = push->oldest_ms + LATE_MS;
        return OK;
    }
    set_ahead(push, now_ms);
    push->oldest_ms = 0;
    return flush(push, err);
}
