/*
 * push_finish.c - how a change ends, and the transactions in which it does:
 * what ended and what is about to be sent go to disk together.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sync/identity.h"
#include "sync/push.h"

void queue_add(struct queue *queue, struct task *task)
{
    task->next = NULL;
    if (queue->last == NULL)
        queue->first = task;
    else
        queue->last->next = task;
    queue->last = task;
    queue->count++;
}

struct task *queue_take(struct queue *queue)
{
    struct task *task = queue->first;

    if (task == NULL)
        return NULL;
    queue->first = task->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    task->next = NULL;
    return task;
}

static void end(struct task *task)
{
    task->step = STEP_ENDED;
    queue_add(&task->push->ended, task);
}

/* Only rows of this run are counted; a deactivation has none. */
static void count_row(struct task *task, enum column column)
{
    struct push *push = task->push;

    if (push->settling || task->change.kind == CHANGE_DEACTIVATE)
        return;
    report_count(push->with->report, column, 1);
    push->counted++;
}

void finish_done(struct task *task, enum change_result result)
{
    static const enum column columns[] = {
        [RESULT_NONE] = ROWS_SKIPPED,
        [RESULT_CREATED] = ROWS_CREATED,
        [RESULT_UPDATED] = ROWS_UPDATED,
        [RESULT_EQUAL] = ROWS_UNCHANGED,
    };

    task->change.state = CHANGE_DONE;
    task->change.result = result;
    count_row(task, columns[result]);
    end(task);
}

void finish_skipped(struct task *task)
{
    task->change.state = CHANGE_DONE;
    task->change.result = RESULT_NONE;
    count_row(task, ROWS_SKIPPED);
    end(task);
}

void finish_later(struct task *task)
{
    if (task->change.state == CHANGE_SENDING)
        task->change.state = CHANGE_PLANNED; /* not one byte left */
    end(task);
}

void finish_in_doubt(struct task *task, const char *code, const char *message)
{
    finish_badly(task, CHANGE_FAILED, code, "%s", message);
    task->change.state = CHANGE_UNKNOWN; /* the next run asks before all else */
}

static enum status reject_rows(struct task *task, const char *code,
                               const char *message, struct err *err)
{
    const struct pushing *with = task->push->with;
    struct change_row *rows;
    size_t count;
    enum status status = store_change_rows(with->store, task->change.id,
                                           task->arena, &rows, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        uint32_t file = 0;

        while (file + 1 < source_files(with->source) &&
               !text_is(rows[i].file, source_file_name(with->source, file)))
            file++;
        status = rejects_add(with->rejects, file, rows[i].line, rows[i].raw,
                             code, message, err);
    }
    return status;
}

void finish_badly(struct task *task, enum change_state state, const char *code,
                  const char *format, ...)
{
    static const enum column columns[] = {
        [CHANGE_UNKNOWN] = ROWS_PENDING,
        [CHANGE_REJECTED] = ROWS_REJECTED,
        [CHANGE_FAILED] = ROWS_FAILED,
        [CHANGE_PARKED] = ROWS_CONFLICT,
    };
    const struct pushing *with = task->push->with;
    char message[400];
    struct err err;
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    task->change.state = state;
    task->change.code = arena_text(task->arena, text_of(code));
    task->change.message = arena_text(task->arena, text_of(message));
    count_row(task, columns[state]);
    report_problem(with->report, task->change.file.at, task->change.line,
                   column_name(columns[state]), code, "", "%s", message);
    if (with->rejects != NULL && state != CHANGE_UNKNOWN &&
        reject_rows(task, code, message, &err) != OK)
        push_stop(task->push, &err);
    end(task);
}

/* --- into the store -------------------------------------------------------*/

static enum status put_keys(struct task *task, struct err *err)
{
    struct store_key keys[2 * KEY_COUNT + 1];
    size_t count = 0;

    if (task->change.kind == CHANGE_DEACTIVATE)
        return OK;
    for (int key = 0; key < KEY_COUNT; key++) {
        struct text value = task_key(task, (enum key)key);

        if (value.size > 0)
            keys[count++] = (struct store_key){.kind = key, .value = value};
    }
    if (task->content.size > 0)
        keys[count++] =
            (struct store_key){.kind = KEY_CONTENT, .value = task->content};
    count = absence_still_held(task->push->provider, task->held, keys, count,
                               task->arena);
    return store_customer_keys_put(task->push->with->store,
                                   task->change.customer, task->change.source,
                                   keys, count, err);
}

static enum status put_prints(struct task *task, struct err *err)
{
    struct store *store = task->push->with->store;
    struct fingerprint *prints;
    struct change_row *rows;
    enum role *roles;
    size_t count;
    enum status status = store_change_rows(store, task->change.id, task->arena,
                                           &rows, &count, err);

    if (status != OK)
        return status;
    prints = arena_take(task->arena, (count + 1) * sizeof(*prints));
    roles = arena_take(task->arena, (count + 1) * sizeof(*roles));
    for (size_t i = 0; i < count; i++) {
        prints[i] = rows[i].print;
        roles[i] = rows[i].role;
    }
    if (count > 0 && rows[0].role == ROLE_ANEW)
        count = 0;
    return store_fingerprints_put(store, task->change.source,
                                  task->change.account, task->change.customer,
                                  prints, roles, count, err);
}

static enum status put_link(struct task *task, struct err *err)
{
    task->link.held = diff_json(task->held, task->arena);
    if (task->change.state == CHANGE_DONE)
        task->link.moved = TEXT("{}"); /* both bases moved on */
    else
        task->link.moved = diff_json(
            task->moved != NULL ? task->moved : customer_new(task->arena),
            task->arena);
    return store_link_put(task->push->with->store, &task->link, err);
}

static void record_taken(struct task *task)
{
    task->change.state = CHANGE_PARKED;
    task->change.result = RESULT_NONE;
    task->change.code = TEXT("record_taken");
    task->change.message = arena_print(
        task->arena, "record %.*s at %s belongs to another customer",
        TEXT_ARGS(task->change.remote_id), task->push->with->account->name);
}

/* The customer is settled: bases, keys and fingerprints follow at once. */
static enum status put_settled(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    struct customer *said;
    enum status status = OK;

    if (task->change.result == RESULT_NONE) { /* left out by --mode */
        if (task->link.remote_id.size > 0 && task->link.id == 0)
            status = put_link(task, err); /* but found: that is kept */
        return status == OK || status == REJECT
                   ? store_change_remove(with->store, task->change.id, err)
                   : status;
    }
    if (task->link.remote_id.size > 0)
        status = put_link(task, err);
    if (status == REJECT) {
        record_taken(task);
        report_problem(with->report, task->change.file.at, task->change.line,
                       "conflict", "record_taken", "", "%.*s",
                       TEXT_ARGS(task->change.message));
        return store_change_put(with->store, &task->change, err);
    }
    said = diff_overlay(task->said, task->now, task->arena);
    if (task->given_up != NULL) /* decided against, so dealt with */
        said = diff_overlay(said, task->given_up, task->arena);
    if (status == OK)
        status = store_said_put(with->store, task->change.source, task->link.id,
                                diff_json(said, task->arena), err);
    if (status == OK)
        status = put_keys(task, err);
    if (status == OK)
        status = put_prints(task, err);
    task->change.link = task->link.id;
    if (status == OK)
        status = store_change_put(with->store, &task->change, err);
    return status;
}

/*
 * Bytes may leave now: the rows are not dealt with until an answer says so.
 * What they said last night must not be met again as if it still stood.
 */
enum status finish_forget(struct task *task, struct err *err)
{
    return store_fingerprints_put(task->push->with->store, task->change.source,
                                  task->change.account, task->change.customer,
                                  NULL, NULL, 0, err);
}

static enum status put_ended(struct task *task, struct err *err)
{
    struct store *store = task->push->with->store;
    enum status status = OK;

    if (task->change.state == CHANGE_DONE)
        return put_settled(task, err);
    if (task->change.state == CHANGE_PARKED)
        status = finish_forget(task, err);
    /* What a read has shown is kept, whatever became of the change. */
    if (status == OK && task->link.remote_id.size > 0 &&
        (task->link.state == LINK_GONE || task->fresh || task->settled))
        status = put_link(task, err);
    if (status == REJECT) {
        record_taken(task);
        status = OK;
    }
    if (status == OK && task->settled)
        status = store_said_put(store, task->change.source, task->link.id,
                                diff_json(task->said, task->arena), err);
    if (status == OK)
        status = store_change_put(store, &task->change, err);
    return status;
}

/* The intent: after this, somebody has to ask what became of it. */
static enum status put_intent(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    enum status status = OK;

    if (task->step == STEP_UPDATE && task->link.id == 0) {
        status = put_link(task, err); /* found: ours before we touch it */
        if (status == REJECT) {
            record_taken(task);
            status = OK;
        }
    }
    if (status == OK && task->change.state != CHANGE_PARKED)
        status = finish_forget(task, err);
    if (task->change.state != CHANGE_PARKED) {
        task->change.state = CHANGE_SENDING;
        task->change.tries++;
        task->change.sent_ms = with->clock->now_ms(with->clock->self);
    }
    task->change.link = task->link.id;
    if (status == OK)
        status = store_change_put(with->store, &task->change, err);
    return status;
}

static enum status send_one(struct task *task, struct err *err)
{
    struct client *client = task->push->with->client;
    struct node *body = write_body(task);
    struct call *call = task->step == STEP_CREATE
                            ? api_create(client, body)
                            : api_update(client, task->link.remote_id, body);

    return task_submit(task, call, task->step, err);
}

static enum status put_all(struct push *push, struct err *err)
{
    struct task *task;
    enum status status = store_begin(push->with->store, err);

    for (task = push->ended.first; task != NULL && status == OK;
         task = task->next)
        status = put_ended(task, err);
    for (task = push->ready.first; task != NULL && status == OK;
         task = task->next)
        status = put_intent(task, err);
    if (status == OK)
        return store_commit(push->with->store, err);
    store_rollback(push->with->store);
    return status == REJECT ? STOP : status;
}

enum status finish_flush(struct push *push, struct err *err)
{
    struct queue ready;
    struct task *task;
    enum status status;

    if (push->ended.count == 0 && push->ready.count == 0)
        return OK;
    status = put_all(push, err);
    if (status != OK)
        return status;
    while ((task = queue_take(&push->ended)) != NULL)
        task_close(task);
    ready = push->ready;
    push->ready = (struct queue){0};
    while (status == OK && (task = queue_take(&ready)) != NULL) {
        if (task->change.state == CHANGE_PARKED) {
            struct text message = task->change.message;

            finish_badly(task, CHANGE_PARKED, "record_taken", "%.*s",
                         TEXT_ARGS(message));
        } else {
            status = send_one(task, err);
        }
    }
    return status;
}
