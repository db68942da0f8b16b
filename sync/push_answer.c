/*
 * push_answer.c - what the answer to a write means.
 */
#include "sync/push.h"

/* --- done -----------------------------------------------------------------*/

void write_unknown(struct task *task, const char *code, const char *message)
{
    message = push_words(task, text_of(message)).at;
    if (task->step == STEP_UPDATE) {
        finish_in_doubt(task, code, message);
        return;
    }
    task->change.state = CHANGE_UNKNOWN;
    task->change.code = arena_text(task->arena, text_of(code));
    task->change.message = arena_text(task->arena, text_of(message));
    task->reason = REASON_UNKNOWN;
    task->ours_sent = true;
    task->absent = 0;
    task_rest(task, task_settle_ms(task));
}

/* An id that is another record's, or a reply that shows somebody else: it was
 * made perhaps, but what it is nobody has said. */
static enum status believable(struct task *task, struct text id,
                              const struct node *shown, bool *is,
                              struct err *err)
{
    struct push *push = task->push;
    struct customer *record;
    struct link link;
    enum status status;

    *is = false;
    if (id.size == 0 || !push_claim(push, id))
        return OK;
    status = store_link_by_remote(push->with->store, push->with->account_id, id,
                                  task->arena, &link, err);
    if (status != OK ||
        (link.id != 0 && link.customer != task->change.customer))
        return status;
    if (shown != NULL)
        status = api_customer(push->with->client, shown, false, task->arena,
                              &record, err);
    if (status == OK)
        *is = shown == NULL || candidate_ours(task, record);
    return status;
}

static enum status created(struct task *task, struct text id,
                           const struct node *shown, struct err *err)
{
    bool is;
    enum status status = believable(task, id, shown, &is, err);

    if (status != OK)
        return status;
    if (!is) {
        write_unknown(task, "bad_reply",
                      id.size == 0 ? "created, but the reply holds no id"
                                   : "the reply to the create is about "
                                     "another record");
        return OK;
    }
    task->link = (struct link){
        .account = task->push->with->account_id,
        .customer = task->change.customer,
        .remote_id = arena_text(task->arena, id),
        .held_full = true,
    };
    task->link.reference_source = write_reference_owner(task, task->now);
    task->change.remote_id = task->link.remote_id;
    task->held = task->now;
    finish_done(task, RESULT_CREATED);
    return OK;
}

static void updated(struct task *task)
{
    struct customer *sent = customer_new(task->arena);

    for (size_t i = 0; i < field_count(); i++) {
        if (task->decision->send[i])
            sent->values[i] = task->decision->values->values[i];
    }
    life_wrote(task, sent);
    task->before = task->held;
    task->held = diff_overlay(task->held, sent, task->arena);
    if (task->link.reference_source == 0 && task->speaks == 0)
        task->link.reference_source = write_reference_owner(task, sent);
    finish_done(task, RESULT_UPDATED);
}

/* --- gone -----------------------------------------------------------------*/

/* Anything between us and the provider can say 404 once. */
enum status write_missed(struct task *task, struct err *err)
{
    if (!task->missed) {
        task->missed = true;
        if (task->change.state == CHANGE_SENDING)
            task->change.state = CHANGE_PLANNED; /* answered: not done */
        return task_read_linked(task, err);
    }
    if (task->step == STEP_UPDATE) { /* read since, and there */
        finish_badly(task, CHANGE_FAILED, "unexpected_answer",
                     "the provider shows the record, and says to an update "
                     "that it is not there");
        return OK;
    }
    task->link.state = LINK_GONE;
    if (task->push->settling) {
        task->change.state = CHANGE_PLANNED; /* the plan tells of it */
        finish_later(task);
    } else {
        finish_badly(task, CHANGE_PARKED, "gone",
                     "its record was deleted at the provider");
    }
    return OK;
}

/* --- refused --------------------------------------------------------------*/

bool write_without_key(struct task *task)
{
    const struct push *push = task->push;

    for (size_t i = 0; i < push->provider->unique_count; i++) {
        enum field field = push->provider->unique[i];

        for (size_t j = 0; j < push->slots_count; j++) {
            if (push->slots[j].field != field ||
                !customer_has(task->now, field) ||
                !absence_spares(push->provider, task->now, field,
                                task->link.remote_id.size == 0, task->arena))
                continue;
            if (task->given_up == NULL)
                task->given_up = customer_new(task->arena);
            customer_set(task->given_up, field,
                         customer_text(task->now, field));
            task->now->values[field].presence = VALUE_ABSENT;
            report_problem(push->with->report, task->change.file.at,
                           task->change.line, "warning", "key_taken",
                           field_name(field),
                           "%s has another customer with this %s and allows "
                           "it once; sent without it",
                           push->with->account->name, field_name(field));
            return true;
        }
    }
    return false;
}

static bool sends_unique(const struct task *task)
{
    const struct push *push = task->push;

    for (size_t i = 0; i < push->provider->unique_count; i++) {
        if (task->decision->send[push->provider->unique[i]])
            return true;
    }
    return false;
}

static enum status refused(struct task *task, enum meaning means,
                           struct text complaint, struct err *err)
{
    task->change.code = TEXT("no_answer");
    task->change.message = arena_text(task->arena, push_words(task, complaint));
    if (task->step == STEP_UPDATE) {
        bool taken = means == MEANS_DUPLICATE;

        task->change.state = CHANGE_PLANNED;
        if (!task->checked && sends_unique(task) && task->speaks == 0) {
            task->checked = true; /* whose is it? */
            return look_begin(task, REASON_REFUSED, err);
        }
        finish_badly(task, taken ? CHANGE_PARKED : CHANGE_REJECTED,
                     taken ? "key_taken" : "rejected", "%.*s",
                     TEXT_ARGS(task->change.message));
        return OK;
    }
    /* Answered: this one made nothing. One before it may have. */
    task->change.state = task->ours_sent ? CHANGE_UNKNOWN : CHANGE_PLANNED;
    if (means == MEANS_DUPLICATE)
        return look_begin(task, REASON_DUPLICATE, err);
    if (task->push->provider->unique_count > 0 && !task->checked) {
        task->checked = true;
        return look_begin(task, REASON_REFUSED, err);
    }
    finish_badly(task, CHANGE_REJECTED, "rejected", "%.*s",
                 TEXT_ARGS(task->change.message));
    return OK;
}

/* --- the answer -----------------------------------------------------------*/

/* An update may be repeated, and alone it gets a status, and with it a meaning.
 */
static enum status alone(struct task *task)
{
    task->no_bulk = true;
    queue_add(&task->push->ready, task);
    return OK;
}

enum status write_outcome(struct task *task, const struct api_outcome *outcome,
                          struct err *err)
{
    switch (outcome->row) {
    case ROW_OK:
        if (task->step == STEP_CREATE)
            return created(task, outcome->id, NULL, err);
        updated(task);
        return OK;
    case ROW_DUPLICATE:
        return refused(task, MEANS_DUPLICATE, outcome->message, err);
    case ROW_INVALID:
        if (task->step == STEP_UPDATE)
            return alone(task);
        return refused(task, MEANS_INVALID, outcome->message, err);
    case ROW_UNKNOWN:
        if (task->step == STEP_UPDATE)
            return alone(task);
        break;
    }
    write_unknown(task, "no_answer",
                  "the reply to the bulk does not tell of this row");
    return OK;
}

/* The record that the reply to a create shows, where it shows one. */
static const struct node *shown_by(const struct task *task,
                                   const struct call *call)
{
    const struct provider *provider = task->push->provider;

    return provider->create.items != NULL && call->reply != NULL
               ? provider_record(provider->create.items, call->reply)
               : NULL;
}

enum status write_reply(struct task *task, struct call *call, struct err *err)
{
    struct client *client = task->push->with->client;

    if (task_without_answer(task, call))
        return OK;
    switch (call->means) {
    case MEANS_OK:
        if (task->step == STEP_CREATE)
            return created(task, api_created_id(client, call),
                           shown_by(task, call), err);
        updated(task);
        return OK;
    case MEANS_ABSENT:
        if (task->step == STEP_UPDATE)
            return write_missed(task, err);
        break;
    case MEANS_DUPLICATE:
    case MEANS_INVALID:
        return refused(
            task, call->means,
            client_redact(client,
                          provider_complaint(task->push->provider, call->reply,
                                             call->raw, task->arena),
                          task->arena),
            err);
    default:
        break;
    }
    finish_badly(task, CHANGE_FAILED, "unexpected_answer",
                 "the provider answered %d, which means nothing here",
                 call->status);
    return OK;
}
