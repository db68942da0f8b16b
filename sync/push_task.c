/*
 * push_task.c - the life of one change: begun, answered, woken, ended.
 */
#include <string.h>

#include "sync/push.h"

struct task *task_open(struct push *push)
{
    struct arena *arena = arena_open();
    struct task *task = arena_take(arena, sizeof(*task));

    task->arena = arena;
    task->push = push;
    task->older = push->newest;
    task->forward = &push->newest;
    if (task->older != NULL)
        task->older->forward = &task->older;
    push->newest = task;
    push->tasks++;
    return task;
}

void task_close(struct task *task)
{
    if (task == NULL)
        return;
    *task->forward = task->older;
    if (task->older != NULL)
        task->older->forward = task->forward;
    task->push->tasks--;
    body_drop(task);
    arena_close(task->arena);
}

struct text task_key(const struct task *task, enum key key)
{
    return task->keys[key];
}

/* Keys as the planner put them down: without those that identify nobody. */
static enum status load_keys(struct task *task, struct err *err)
{
    uint64_t speaks = 0;
    struct node *list;
    enum status status = json_parse(task->change.keys, task->arena,
                                    task->push->names, &list, err);

    for (const struct node *pair = status == OK ? list->first : NULL;
         pair != NULL; pair = pair->next) {
        enum key key;

        if (pair->first == NULL)
            continue;
        if (key_named(pair->first->text, &key))
            task->keys[key] = pair->last->text;
        else if (text_is(pair->first->text, "content"))
            task->content = pair->last->text;
        else if (text_is(pair->first->text, "source"))
            (void)text_to_u64(pair->last->text, &speaks);
    }
    task->speaks = (store_id)speaks;
    return status == OK ? OK
                        : fail(err, STOP, EXIT_BUG, "bug",
                               "the store holds keys that cannot be read");
}

/*
 * A target with one number shows a landline in it. Where it can hold none of
 * the customer's keys, name and number are all there is to know somebody by.
 */
static void load_person(struct task *task)
{
    const struct provider *provider = task->push->provider;
    const struct customer *now = task->now;
    bool held = false;

    task->person = customer_new(task->arena);
    customer_set(task->person, FIELD_FIRST_NAME,
                 customer_text(now, FIELD_FIRST_NAME));
    customer_set(task->person, FIELD_LAST_NAME,
                 customer_text(now, FIELD_LAST_NAME));
    customer_set(task->person, FIELD_PHONE,
                 customer_text(now, customer_has(now, FIELD_PHONE)
                                        ? FIELD_PHONE
                                        : FIELD_MOBILE));
    for (int key = 0; key < KEY_COUNT; key++)
        held = held || (task->keys[key].size > 0 &&
                        absence_held(provider, (enum key)key));
    if (!held)
        task->stand_in =
            customer_key(task->person, KEY_NAME_PHONE, task->arena);
}

static enum status load_bases(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    struct text said = {0}, edits = {0};
    enum status status =
        customer_unpack(task->change.values, task->arena, &task->now, err);

    if (status == OK)
        status = load_keys(task, err);
    if (status == OK)
        load_person(task);
    if (status == OK)
        status =
            store_link_of(with->store, with->account_id, task->change.customer,
                          task->arena, &task->link, err);
    task->loaded = task->link;
    if (status == OK && task->link.id != 0)
        status = store_said(
            with->store, task->speaks != 0 ? task->speaks : task->change.source,
            task->link.id, task->arena, &said, err);
    if (status == OK && task->link.id != 0)
        status = store_moved(with->store, task->change.source, task->link.id,
                             task->arena, &edits, err);
    task->said_before = said;
    task->met = said.size > 0;
    if (status == OK)
        status = customer_unpack(said, task->arena, &task->said, err);
    if (status == OK)
        status =
            customer_unpack(task->link.held, task->arena, &task->held, err);
    if (status == OK)
        status = customer_unpack(edits, task->arena, &task->moved, err);
    return status;
}

/* "link ... new": a person said that this one is to be made without looking. */
static enum status ordered_new(struct task *task, bool *ordered,
                               struct err *err)
{
    const struct pushing *with = task->push->with;
    struct text name =
        arena_print(task->arena, "new:%lld:%lld", (long long)with->account_id,
                    (long long)task->change.customer);
    struct text value;
    enum status status =
        store_fact(with->store, name.at, task->arena, &value, err);

    *ordered = status == OK && value.size > 0;
    return status;
}

/* --recreate, and a read has shown the old record again since it was sent. */
static bool is_back(const struct task *task)
{
    return task->change.kind == CHANGE_CREATE &&
           task->change.remote_id.size == 0 &&
           task->change.link == task->link.id && task->link.state == LINK_LIVE;
}

/* A change that an earlier run may have sent. */
static enum status begin_doubtful(struct task *task, struct err *err)
{
    int64_t now = push_now(task->push);
    int64_t due = task->change.sent_ms + (int64_t)task_settle_ms(task);

    task->change.state = CHANGE_UNKNOWN;
    if (task->link.id != 0 && !is_back(task))
        return task_read_linked(task, err);
    if (task->change.kind != CHANGE_CREATE) {
        task->change.state = CHANGE_PLANNED; /* unlinked by hand since */
        finish_later(task);
        return OK;
    }
    if (task->change.code.size == 0) {
        task->change.code = TEXT("no_answer");
        task->change.message = TEXT("the run that sent it came to no answer");
    }
    task->reason = REASON_UNKNOWN;
    task->ours_sent = true;
    task_rest(task, due > now ? (uint64_t)(due - now) : 0);
    return OK;
}

/*
 * --recreate: the customer's record is gone for good. It is unknown like any
 * other, and looked for before it is made; but until it has another record the
 * old link stays, so that what is not made tonight is not made tomorrow by a
 * run that was not asked to.
 */
static void set_aside(struct task *task)
{
    task->gone = task->link;
    task->link = (struct link){.id = 0};
    task->met = false;
    task->said_before = TEXT("");
    task->said = customer_new(task->arena);
    task->held = customer_new(task->arena);
    task->moved = customer_new(task->arena);
}

static bool is_recreate(const struct task *task)
{
    return task->change.kind == CHANGE_CREATE && task->link.id != 0 &&
           task->link.state == LINK_GONE;
}

/* A moment ago nobody was there. */
static bool is_proven(const struct task *task)
{
    const struct pushing *with = task->push->with;

    return !with->only_look && with->proven != NULL &&
           push_now(task->push) < with->proven_until_ms &&
           key_set_has(with->proven, push_chosen(task->change.id));
}

enum status task_begin(struct task *task, struct err *err)
{
    bool ordered = false;
    enum status status = load_bases(task, err);

    if (status == OK && is_recreate(task))
        set_aside(task);
    if (status != OK)
        return status;
    if (task->push->settling)
        return begin_doubtful(task, err);
    task->ours_sent = settled_lost(task->push->with->settled,
                                   task->change.source, task->change.customer);
    if (task->speaks != 0 && task->link.id != 0)
        return task_read_linked(task, err);
    if (task->link.id != 0)
        return task->push->with->read_all || task->anew > 0
                   ? task_read_linked(task, err)
                   : write_update(task, err);
    if (task->change.kind != CHANGE_CREATE || task->anew > 0) {
        /* Unlinked since it was planned: the next plan sees it as unknown. */
        finish_later(task);
        return OK;
    }
    status = ordered_new(task, &ordered, err);
    if (status != OK)
        return status;
    return ordered || is_proven(task) ? write_create(task, err)
                                      : look_begin(task, REASON_PROOF, err);
}

enum status task_submit(struct task *task, struct call *call, enum step step,
                        struct err *err)
{
    enum status status;

    task->step = step;
    call->user = task;
    status = client_submit(task->push->with->client, call, err);
    if (status == REJECT) { /* this call cannot be made; others can */
        client_call_free(call);
        finish_badly(task, CHANGE_FAILED, err->code, "%s", err->message);
        return OK;
    }
    if (status != OK) {
        client_call_free(call);
        push_stop(task->push, err);
        finish_later(task);
        return OK;
    }
    return OK;
}

uint64_t task_settle_ms(const struct task *task)
{
    const struct provider *provider = task->push->provider;
    const struct account *account = task->push->with->account;

    for (size_t i = 0; i < provider->unique_count; i++) {
        if (customer_has(task->now, provider->unique[i]))
            return account->settle_ms;
    }
    return account->settle_unguarded_ms;
}

void task_rest(struct task *task, uint64_t ms)
{
    task->step = STEP_REST;
    task->wake_ms = push_now(task->push) + (int64_t)ms;
    queue_add(&task->push->resting, task);
}

enum status task_read_linked(struct task *task, struct err *err)
{
    task->fetching = TEXT("");
    return task_submit(task,
                       api_get(task->push->with->client, task->link.remote_id),
                       STEP_FETCH, err);
}

static bool is_write(const struct task *task)
{
    return task->step == STEP_CREATE || task->step == STEP_UPDATE;
}

/* The account is of no use: the answer is about that, not about the change. */
static void account_refused(struct task *task, const struct call *call)
{
    /* Sent elsewhere or failed, a write may have been carried out all the
     * same; 4xx says that it was not. */
    if (is_write(task) && call->status / 100 != 4) {
        write_unknown(task, call->err.code, call->err.message);
        return;
    }
    finish_later(task);
}

/* Cut short by the deadline, a signal or a stop: no fault of the change. */
static bool cut_short(const struct call *call)
{
    return call->end != CALL_UNKNOWN &&
           (call->err.status == RETRY || call->err.exit == EXIT_TRYLATER);
}

bool task_without_answer(struct task *task, const struct call *call)
{
    struct push *push = task->push;

    if (call->end == CALL_ANSWERED) {
        if (call->means != MEANS_DENIED && call->means != MEANS_BROKEN)
            return false;
        account_refused(task, call);
    } else if (cut_short(call)) {
        if (call->err.exit == EXIT_TRYLATER)
            push_stop(push, &call->err);
        /* Between two tries of an update: the first may have arrived. */
        if (call->end == CALL_GAVE_UP && task->step == STEP_UPDATE)
            task->change.state = CHANGE_UNKNOWN;
        finish_later(task);
    } else if (call->end == CALL_NOT_BEGUN) {
        finish_later(task);
    } else if (call->end == CALL_UNKNOWN) {
        write_unknown(task, call->err.code, call->err.message);
    } else if (task->change.state == CHANGE_UNKNOWN) {
        report_unanswered(push->with->report);
        finish_later(task); /* still in doubt: the next run looks again */
    } else if (task->step == STEP_UPDATE) {
        finish_in_doubt(task, call->err.code,
                        push_words(task, text_of(call->err.message)).at);
    } else {
        finish_badly(task, CHANGE_FAILED, call->err.code, "%s",
                     push_words(task, text_of(call->err.message)).at);
    }
    return true;
}

enum status task_reply(struct task *task, struct call *call, struct err *err)
{
    life_asked(task, call);
    switch (task->step) {
    case STEP_LOOK:
        return look_reply(task, call, err);
    case STEP_FETCH:
        return look_fetched(task, call, err);
    default:
        return write_reply(task, call, err);
    }
}
