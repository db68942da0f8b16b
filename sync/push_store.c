/*
 * push_store.c - what a push puts to disk, within the transactions of
 * push_flush.c: what ended, and what is about to be sent.
 */
#include "sync/echo.h"
#include "sync/follow.h"
#include "sync/identity.h"
#include "sync/push.h"

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
    size_t count;
    enum status status = store_change_rows(store, task->change.id, task->arena,
                                           &rows, &count, err);

    if (status != OK)
        return status;
    prints = arena_take(task->arena, (count + 1) * sizeof(*prints));
    for (size_t i = 0; i < count; i++)
        prints[i] = rows[i].print;
    if (task->unsaid != NULL || (count > 0 && rows[0].role == ROLE_ANEW))
        count = 0;
    return store_fingerprints_put(store, task->change.source,
                                  task->change.account, task->change.customer,
                                  prints, count, err);
}

/* Edits that reads of this task found, and those that are no more. */
static enum status put_moved(struct task *task, struct err *err)
{
    bool done = task->change.state == CHANGE_DONE;

    return follow_moved(
        &(struct follow){
            .store = task->push->with->store,
            .link = task->link.id,
            .seen = task->seen,
            .written = done && task->change.result == RESULT_UPDATED
                           ? task->decision->send
                           : NULL,
            .source = task->change.source,
            .dealt =
                done && task->decision != NULL ? task->decision->dealt : NULL,
        },
        task->arena, err);
}

/*
 * Another record takes the place of the one that was deleted. With the old link
 * go its bases, and every other source has to say its part anew.
 */
static enum status leave_gone(struct task *task, struct err *err)
{
    struct store *store = task->push->with->store;
    struct link other;
    enum status status =
        store_link_by_remote(store, task->link.account, task->link.remote_id,
                             task->arena, &other, err);

    if (status != OK ||
        (other.id != 0 && other.customer != task->change.customer))
        return status; /* the new link is refused then */
    status = store_link_remove(store, task->gone.id, err);
    return status == OK ? store_fingerprints_drop(store, task->gone.account,
                                                  task->gone.customer, err)
                        : status;
}

/* What the source says is there already, unless something was left out of it
 * since. */
static struct text packed_of(const struct task *task,
                             const struct customer *customer)
{
    return customer == task->now && task->given_up == NULL
               ? task->change.values
               : customer_pack(customer, task->arena);
}

static enum status put_link(struct task *task, struct err *err)
{
    bool same, made = task->link.id == 0;
    enum status status = OK;

    if (made)
        task->loaded.id = 0; /* nobody reads what is not linked yet */
    task->link.held = task->held == task->now
                          ? packed_of(task, task->held)
                          : customer_pack_over(task->link.held, task->held,
                                               task->arena, &same);
    if (made && task->gone.id != 0)
        status = leave_gone(task, err);
    if (status == OK)
        status = store_link_put(task->push->with->store, &task->link, err);
    return status != OK || made ? status : put_moved(task, err);
}

/* Only now it is known that the record is the customer's. */
static void count_settled(struct task *task)
{
    static const enum column columns[] = {
        [RESULT_NONE] = ROWS_SKIPPED,
        [RESULT_CREATED] = ROWS_CREATED,
        [RESULT_UPDATED] = ROWS_UPDATED,
        [RESULT_EQUAL] = ROWS_UNCHANGED,
    };
    const struct push *push = task->push;

    finish_count(task, columns[task->change.result]);
    if (push->settling && task->change.result == RESULT_CREATED &&
        finish_counts(task))
        settled_counted(push->with->settled, task->change.account,
                        task->change.source, task->change.customer);
}

static void tell_recreated(const struct task *task)
{
    if (task->gone.id == 0 || task->change.result != RESULT_CREATED)
        return;
    report_problem(task->push->with->report, task->change.file.at,
                   task->change.line, "warning", "recreated", "",
                   "record %.*s was deleted at %s and was made anew",
                   TEXT_ARGS(task->gone.remote_id),
                   task->push->with->account->name);
}

/* Of an adopted create of ours only what we sent is an echo. */
static struct customer *echoed(const struct task *task)
{
    struct customer *after =
        diff_overlay(customer_new(task->arena), task->held, task->arena);

    for (size_t i = 0; task->unsaid != NULL && i < field_count(); i++) {
        if (task->unsaid[i])
            after->values[i] = (struct value){.presence = VALUE_ABSENT};
    }
    return after;
}

/* What we wrote is no edit of the account's people, when it is read as a
 * source. */
static enum status put_echo(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    bool created = task->change.result == RESULT_CREATED;
    const struct echo echo = {
        .store = with->store,
        .config = with->config,
        .account = with->account,
        .account_id = with->account_id,
        .customer = task->change.customer,
        .remote_id = task->link.remote_id,
        .before = created ? NULL : task->before,
        .after = echoed(task),
        .source = task->speaks != 0 ? task->speaks : task->change.source,
        .taken_back = task->speaks != 0,
    };

    return created || task->before != NULL ? echo_put(&echo, task->arena, err)
                                           : OK;
}

static enum status put_skipped(struct task *task, struct err *err)
{
    enum status status = OK;

    /* But found, or read: that is kept. */
    if (task->link.remote_id.size > 0 &&
        (task->link.id == 0 || (task->speaks != 0 && task->fresh)))
        status = put_link(task, err);
    if (status != OK && status != REJECT)
        return status;
    count_settled(task);
    return store_change_remove(task->push->with->store, task->change.id, err);
}

/* Ours to take back, should the customer return. */
static void note_deactivated(struct task *task)
{
    if (task->change.result != RESULT_UPDATED)
        return;
    if (task->change.kind == CHANGE_DEACTIVATE)
        task->link.deactivated = true;
    else if (task->decision->send[FIELD_STATUS])
        task->link.deactivated = false;
}

static bool is_equal(const struct value *a, const struct value *b)
{
    return a->presence == b->presence && text_equal(a->text, b->text);
}

/* A blank that erased nothing is no word of the source's. */
static bool is_word(const struct task *task, size_t field,
                    const struct value *value)
{
    return value->presence == VALUE_SET ||
           (task->decision != NULL && task->decision->send[field]);
}

/*
 * The other way's run, which locks another account, may have noted since that
 * the source has what we wrote there. That stands where this change says
 * nothing new of the field.
 */
static enum status store_words(struct task *task, struct customer *said,
                               struct err *err)
{
    struct store *store = task->push->with->store;
    struct customer *before, *noted;
    struct text kept = {0};
    enum status status = store_said(store, task->change.source, task->link.id,
                                    task->arena, &kept, err);

    if (status == OK && kept.size + task->said_before.size == 0)
        return store_said_put(store, task->change.source, task->link.id,
                              packed_of(task, said), err);
    if (status == OK)
        status = customer_unpack(task->said_before, task->arena, &before, err);
    if (status == OK)
        status = customer_unpack(kept, task->arena, &noted, err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < field_count(); i++) {
        struct value *value = &said->values[i];

        if (!is_equal(&noted->values[i], &before->values[i]) &&
            (is_equal(value, &before->values[i]) || !is_word(task, i, value)))
            *value = noted->values[i];
    }
    return store_said_put(store, task->change.source, task->link.id,
                          customer_pack(said, task->arena), err);
}

/* What the source says is dealt with. */
static enum status put_said(struct task *task, struct err *err)
{
    struct customer *said =
        task->said_before.size > 0 || task->unsaid != NULL
            ? diff_overlay(task->said, task->now, task->arena)
            : task->now;
    enum status status;

    for (size_t i = 0; task->unsaid != NULL && i < field_count(); i++) {
        if (task->unsaid[i])
            said->values[i].presence = VALUE_ABSENT;
    }
    if (task->given_up != NULL) /* decided against, so dealt with */
        said = diff_overlay(said, task->given_up, task->arena);
    status = store_words(task, said, err);
    if (status == OK)
        status = put_keys(task, err);
    return status == OK ? put_prints(task, err) : status;
}

/* The customer is settled: bases, keys and fingerprints follow at once. */
static enum status put_settled(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    enum status status = OK;

    if (task->change.result == RESULT_NONE) /* left out by --mode */
        return put_skipped(task, err);
    note_deactivated(task);
    if (task->link.remote_id.size > 0)
        status = put_link(task, err);
    if (status == REJECT) {
        finish_taken(task);
        return store_change_put(with->store, &task->change, err);
    }
    if (status == OK)
        status = put_echo(task, err);
    if (task->speaks == 0 && status == OK)
        status = put_said(task, err);
    task->change.link = task->link.id;
    /* The run that meets its row, and ends, is the one that counts it. */
    if (task->push->settling && task->change.result == RESULT_CREATED)
        task->change.run = 0;
    if (status == OK)
        status = store_change_put(with->store, &task->change, err);
    if (status != OK)
        return status;
    tell_recreated(task);
    count_settled(task);
    return OK;
}

/*
 * Bytes may leave now: the rows are not dealt with until an answer says so.
 * What they said last night must not be met again as if it still stood.
 */
static enum status forget_rows(struct task *task, struct err *err)
{
    return store_fingerprints_put(task->push->with->store, task->change.source,
                                  task->change.account, task->change.customer,
                                  NULL, 0, err);
}

static enum status put_outcome(struct task *task, struct err *err)
{
    struct store *store = task->push->with->store;
    enum status status = OK;

    if (task->change.state == CHANGE_DONE)
        return put_settled(task, err);
    if (task->change.state == CHANGE_PARKED)
        status = forget_rows(task, err);
    /* No source may take it for dealt with. */
    if (status == OK && task->link.id != 0 && task->link.state == LINK_GONE)
        status = store_fingerprints_drop(store, task->link.account,
                                         task->link.customer, err);
    /* What a read has shown is kept, whatever became of the change. */
    if (status == OK && task->link.remote_id.size > 0 &&
        (task->link.state == LINK_GONE || task->fresh || task->settled))
        status = put_link(task, err);
    if (status == REJECT) {
        finish_taken(task);
        status = OK;
    }
    if (status == OK && task->settled)
        status = put_echo(task, err);
    if (status == OK && task->settled && task->speaks == 0)
        status = store_words(task, task->said, err);
    if (status == OK)
        status = store_change_put(store, &task->change, err);
    return status;
}

/* With it goes what is told of it in the customer's life. */
enum status finish_put(struct task *task, struct err *err)
{
    store_id run = task->change.run;
    bool equal = task->change.state == CHANGE_DONE &&
                 task->change.result == RESULT_EQUAL;
    enum status status = equal ? anew_overtaken(task, err) : OK;

    if (status != OK || task->overtaken)
        return status;
    if (equal)
        write_tell(task);
    status = put_outcome(task, err);
    return status == OK ? life_put(task, run, err) : status;
}

enum status finish_intend(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    enum status status = anew_overtaken(task, err);

    if (status != OK || task->overtaken)
        return status;
    if (task->step == STEP_UPDATE && task->link.id == 0) {
        status = put_link(task, err); /* found: ours before we touch it */
        if (status == REJECT) {
            finish_taken(task);
            status = OK;
        }
    }
    if (task->step == STEP_UPDATE && task->change.state != CHANGE_PARKED)
        write_tell(task);
    if (status == OK && task->change.state != CHANGE_PARKED)
        status = forget_rows(task, err);
    if (task->change.state != CHANGE_PARKED) {
        task->change.state = CHANGE_SENDING;
        task->change.tries++;
        task->change.sent_ms = push_now(task->push);
    }
    /* A create of --recreate: with the old link, and no record yet. */
    task->change.link = task->link.id != 0 ? task->link.id : task->gone.id;
    if (task->step == STEP_CREATE)
        task->change.remote_id = TEXT("");
    if (status == OK)
        status = store_change_put(with->store, &task->change, err);
    return status;
}
