/*
 * push.c - the loop: begin changes, send what is ready, take answers, put what
 * ended to disk; until nothing is left or nothing more may be sent.
 */
#include "sync/push.h"

#include "formats/helper.h"
#include "sync/progress.h"

#include <poll.h>
#include <string.h>

enum { ANSWERS_MAX = 64 }; /* taken before the first of them is worked on */

void push_stop(struct push *push, const struct err *why)
{
    if (push->stopping)
        return;
    push->stopping = true;
    push->why = *why;
    push->why.status = STOP;
}

/* These sets are of one run, and nobody can choose what is in them. */
static const uint8_t no_seed[16];

struct print_key push_chosen(store_id change)
{
    char bytes[sizeof(change)];

    memcpy(bytes, &change, sizeof(change));
    return print_key(no_seed, 'x', (struct text){bytes, sizeof(bytes)});
}

bool push_claim(struct push *push, struct text id)
{
    return key_set_add(push->claimed, print_key(no_seed, 'i', id));
}

/* How many changes are alive at once: enough to fill batches and connections,
 * and as many more as their answers soon make room for. */
static size_t window(const struct push *push)
{
    size_t wide = (size_t)push->with->account->concurrency + push->ahead;

    if (push->provider->bulk_create.request.method != NULL &&
        !push->bulk_create_off)
        wide += 2 * (size_t)push->provider->bulk_create.max;
    return wide;
}

static bool may_begin(const struct push *push)
{
    const struct pushing *with = push->with;

    return !push->drained && !push->stopping &&
           (with->interrupted == NULL || *with->interrupted == 0) &&
           push->resting.count < RESTING_MAX &&
           push->tasks - push->resting.count - push->ended.count < window(push);
}

static enum status begin_one(struct push *push, enum change_state state,
                             struct err *err)
{
    const struct pushing *with = push->with;
    struct task *task = task_open(push);
    size_t count = 0;
    enum status status = store_changes(
        with->store, with->account_id, push->settling ? 0 : with->source_id,
        state, push->last, task->arena, &task->change, 1, &count, err);

    if (status != OK || count == 0) {
        push->drained = true;
        task_close(task);
        return status;
    }
    push->last = task->change.id;
    if (push->settling || with->chosen == NULL ||
        key_set_has(with->chosen, push_chosen(task->change.id)))
        return task_begin(task, err);
    task_close(task);
    return OK;
}

static enum status begin_more(struct push *push, enum change_state state,
                              struct err *err)
{
    enum status status = OK;

    /* What ended in the beginning is put to disk before more of it is. */
    while (status == OK && may_begin(push) && !finish_full(push))
        status = begin_one(push, state, err);
    return status;
}

/* Nothing more is done in this run; or not before its time would be up. */
static bool wakes_in_time(const struct push *push, const struct task *task)
{
    const struct pushing *with = push->with;

    return !push->stopping &&
           (with->interrupted == NULL || *with->interrupted == 0) &&
           (with->deadline_ms == 0 || (task->wake_ms < with->deadline_ms &&
                                       push_now(push) < with->deadline_ms));
}

/* Whose time has come; *next is when the next one's does, 0 for none. */
static enum status wake(struct push *push, int64_t *next, struct err *err)
{
    struct queue resting = push->resting;
    struct task *task;
    enum status status = OK;

    *next = 0;
    push->resting = (struct queue){0};
    while ((task = queue_take(&resting)) != NULL) {
        if (!wakes_in_time(push, task)) {
            finish_later(task); /* in doubt, and settled by the next run */
        } else if (status == OK && task->wake_ms <= push_now(push)) {
            status = task->waited ? task_read_linked(task, err)
                                  : look_begin(task, REASON_UNKNOWN, err);
        } else {
            if (*next == 0 || task->wake_ms < *next)
                *next = task->wake_ms;
            queue_add(&push->resting, task);
        }
    }
    return status;
}

static enum status take_answer(struct push *push, struct call *call,
                               struct err *err)
{
    const char *name = call->name;
    enum status status;

    if (name != NULL && strncmp(name, "bulk", 4) == 0)
        status = bulk_reply(push, call->user, call, err);
    else
        status = task_reply(call->user, call, err);
    client_call_free(call);
    return status;
}

static enum status work_on(struct push *push, struct call **calls, size_t count,
                           struct err *err)
{
    struct store *store = push->with->store;
    enum status status = OK;

    for (size_t i = 0; i < count; i++) {
        if (status == OK)
            status = store_look_begin(store, err);
        if (status == OK)
            status = take_answer(push, calls[i], err);
        else
            client_call_free(calls[i]);
    }
    store_look_end(store);
    return status;
}

/* Waits for one answer, then takes all that are there: whoever made room is
 * followed by the next request before its own answer is worked on. */
static enum status take_answers(struct push *push, int64_t until,
                                struct err *err)
{
    struct client *client = push->with->client;
    struct call *calls[ANSWERS_MAX];
    size_t count = 0;

    while (count < ANSWERS_MAX && client_active(client) > 0) {
        enum status next = client_next(client, until, &calls[count], err);

        if (next == STOP)
            push_stop(push, err);
        if (calls[count] != NULL)
            count++;
        else if (next != STOP)
            break;
        until = push_now(push); /* the others only if they are there already */
    }
    return work_on(push, calls, count, err);
}

static void sleep_until(const struct push *push, int64_t until)
{
    int64_t wait = until - push_now(push);

    progress_tick();
    if (wait > 0)
        poll(NULL, 0, wait > 1000 ? 1000 : (int)wait);
}

static enum status begin_all(struct push *push, enum change_state state,
                             int64_t *next, struct err *err)
{
    struct store *store = push->with->store;
    enum status status = store_look_begin(store, err);

    if (status == OK)
        status = wake(push, next, err);
    if (status == OK)
        status = begin_more(push, state, err);
    store_look_end(store);
    return status;
}

static enum status push_loop(struct push *push, enum change_state state,
                             struct err *err)
{
    for (;;) {
        int64_t next = 0;
        enum status status = begin_all(push, state, &next, err);
        if (status == OK)
            status = bulk_send(push, false, err);
        /* A batch that nothing more can fill goes as it is. */
        if (status == OK && !may_begin(push) && push->ready.count == 0 &&
            client_active(push->with->client) == 0)
            status = bulk_send(push, true, err);
        if (status == OK)
            status = finish_flush(push, &next, err);
        if (status != OK)
            return status;
        push_progress(push); /* what follows may wait for a minute */
        if (push->fresh_until_ms > 0 &&
            (next == 0 || push->fresh_until_ms < next))
            next = push->fresh_until_ms;
        if (client_active(push->with->client) > 0)
            status = take_answers(push, next, err);
        else if (push->ended.count + push->ready.count > 0 ||
                 push->creates.count + push->updates.count > 0)
            continue;
        else if (push->resting.count > 0)
            sleep_until(push, next);
        else if (!may_begin(push))
            return OK;
        if (status != OK)
            return status;
    }
}

static struct push push_new(const struct pushing *with)
{
    struct push push = {
        .with = with,
        .provider = with->account->provider,
        .form = {.region = with->account->region,
                 .national = with->account->provider->phones_national},
    };

    push.slots = mapping_slots(push.provider->mapping, &push.slots_count);
    push.ahead = with->account->concurrency;
    push.names = names_open();
    push.claimed = key_set_open();
    push.arena = arena_open();
    push.helper = helper_open();
    return push;
}

static enum status push_end(struct push *push, enum status status,
                            struct err *err)
{
    /* Some are left only after a failure of the store. */
    while (push->newest != NULL)
        task_close(push->newest);
    helper_close(push->helper);
    names_close(push->names);
    key_set_close(push->claimed);
    arena_close(push->arena);
    if (status != OK)
        return status == REJECT ? STOP : status;
    if (push->stopping) {
        *err = push->why;
        return STOP;
    }
    return OK;
}

enum status push_leftovers(const struct pushing *pushing, struct err *err)
{
    static const enum change_state states[] = {CHANGE_SENDING, CHANGE_UNKNOWN};
    enum status status = OK;

    for (int i = 0; i < 2 && status == OK; i++) {
        struct push push = push_new(pushing);

        push.settling = true;
        status = push_end(&push, push_loop(&push, states[i], err), err);
    }
    return status;
}

enum status push_changes(const struct pushing *pushing, uint64_t *ended,
                         struct err *err)
{
    struct push push = push_new(pushing);
    struct report_strategy strategy;
    enum status status = OK;

    if (pushing->totals->creates > 0 &&
        (pushing->proven == NULL || pushing->only_look))
        status = push_choose_absence(&push, err);
    if (status == OK)
        status = push_loop(&push, CHANGE_PLANNED, err);
    strategy = (struct report_strategy){
        .absence = absence_name(push.absence),
        .bulk = push.bulk_used,
        .creates = pushing->totals->creates,
        .updates = pushing->totals->updates,
        .deactivations = pushing->totals->deactivations,
    };
    report_strategy(pushing->report, &strategy);
    *ended = push.counted;
    if (pushing->sent != NULL)
        *pushing->sent += push.sent;
    return push_end(&push, status, err);
}
