/*
 * push_look.c - is the customer there already? From the list in the store, from
 * look-ups key by key, and from reading the record itself.
 */
#include <string.h>

#include "sync/follow.h"
#include "sync/push.h"

/* --- which look-ups -------------------------------------------------------*/

static void add_look(struct task *task, const struct find_spec *spec,
                     enum key key)
{
    if (spec != NULL && task->looks_count < LOOKS_MAX)
        task->looks[task->looks_count++] = (struct look){spec, key};
}

static bool needs_look(const struct task *task, enum key key)
{
    const struct push *push = task->push;

    switch (task->reason) {
    case REASON_REFUSED:
        return absence_guarded(push->provider, key);
    case REASON_DUPLICATE:
    case REASON_UNKNOWN:
        return true;
    case REASON_PROOF:
        break;
    }
    if (push->absence == ABSENCE_CREATE)
        return false;
    if (!push->listed)
        return true;
    if (push->known)
        return false;
    /* What the list does not show is looked up, unless a second record with
     * that key would be refused anyway. Who was found is to be adopted, though,
     * and must not be adopted while another record fits as well. */
    return !absence_listed(push->provider, key) &&
           (task->found_count > 0 || !absence_guarded(push->provider, key));
}

/* Ours is found by what it was sent with, even by what identifies nobody. */
static bool has_key(const struct task *task, enum key key)
{
    if (candidate_key(task, key).size > 0)
        return true;
    return task_in_doubt(task) &&
           ((key == KEY_EMAIL && customer_has(task->now, FIELD_EMAIL)) ||
            (key == KEY_MOBILE && customer_has(task->now, FIELD_MOBILE)));
}

static void choose_looks(struct task *task)
{
    const struct provider *provider = task->push->provider;
    enum key keys[KEY_COUNT];
    size_t count = task_keys(task, keys);

    task->looks_count = task->look_at = 0;
    for (size_t i = 0; i < count; i++) {
        if (has_key(task, keys[i]) && absence_held(provider, keys[i]) &&
            needs_look(task, keys[i]))
            add_look(task, api_find_for(provider, keys[i]), keys[i]);
    }
    if (task->reason != REASON_DUPLICATE && task->reason != REASON_UNKNOWN)
        return;
    /* When the look-up denies what is there, the look-up may be what is wrong.
     */
    for (size_t i = 0; i < provider->finds_count; i++) {
        const struct find_spec *spec = &provider->finds[i];

        if (spec->fallback && spec->by_count == 1 &&
            spec->by[0] == FIELD_EMAIL && has_key(task, KEY_EMAIL))
            add_look(task, spec, KEY_EMAIL);
    }
}

/* --- asking ---------------------------------------------------------------*/

static enum status fetch(struct task *task, struct text id, struct err *err)
{
    task->fetching = id;
    return task_submit(task, api_get(task->push->with->client, id), STEP_FETCH,
                       err);
}

/* Who it is must be read before anything is concluded; whether it is ours only
 * the whole record tells. */
static const struct candidate *unread(const struct task *task, bool whole)
{
    for (size_t i = 0; i < task->found_count; i++) {
        const struct candidate *candidate = &task->found[i];

        if (candidate->record == NULL || (whole && !candidate->full))
            return candidate;
    }
    return NULL;
}

/*
 * The one record that was found shows this key as well: whoever asked for it
 * would be shown this record. Another with that key the provider refused, or it
 * is less like the customer than this one, if this is the customer by name.
 */
static bool answered(const struct task *task, const struct look *look)
{
    const struct customer *found = task->found[0].record;
    struct text theirs;

    if (task->reason != REASON_PROOF || task->found_count != 1 ||
        !task->found[0].full)
        return false;
    theirs = customer_key(found, look->key, task->arena);
    return theirs.size > 0 &&
           text_equal(theirs, candidate_key(task, look->key)) &&
           (absence_guarded(task->push->provider, look->key) ||
            !customer_names_differ(task->now, found, task->arena));
}

/* Asks the next of its look-ups that is worth it; false: there is none. */
static bool ask_next(struct task *task, enum status *status, struct err *err)
{
    struct client *client = task->push->with->client;

    for (; task->look_at < task->looks_count; task->look_at++) {
        const struct look *look = &task->looks[task->look_at];
        struct setting *values;
        size_t count;

        /* A fallback is for when the better look-up denies everything. */
        if ((look->spec->fallback && task->found_count > 0) ||
            answered(task, look) ||
            !api_find_values(client, look->spec,
                             look->key == KEY_NAME_PHONE ? task->person
                                                         : task->now,
                             task->arena, &values, &count))
            continue;
        task->asked = true;
        *status = task_submit(task, api_find(client, look->spec, values, count),
                              STEP_LOOK, err);
        return true;
    }
    return false;
}

static enum status look_next(struct task *task, struct err *err)
{
    const struct candidate *candidate;
    enum status status = candidate_sift(task, err);

    if (status != OK)
        return status;
    /* One that fits is read whole before it is adopted, and may answer what is
     * still to be asked; of several, it depends on the whole records only where
     * one of them may be ours. */
    candidate =
        unread(task, task->reason == REASON_PROOF && task->found_count == 1);
    if (candidate != NULL)
        return fetch(task, candidate->id, err);
    if (ask_next(task, &status, err))
        return status;
    candidate = unread(task, task->found_count == 1 || task_in_doubt(task));
    if (candidate != NULL)
        return fetch(task, candidate->id, err);
    return look_conclude(task, err);
}

enum status look_begin(struct task *task, enum reason reason, struct err *err)
{
    enum status status = OK;

    task->reason = reason;
    task->found_count = 0;
    task->stranger = task->reused = task->asked = task->crowded = false;
    task->vague = false;
    if (reason == REASON_PROOF)
        status = candidate_add_listed(task, err);
    if (status != OK)
        return status;
    choose_looks(task);
    return look_next(task, err);
}

/* --- answers --------------------------------------------------------------*/

/* A look-up that cannot be believed: nothing is concluded from it. */
static void look_broken(struct task *task, const char *message)
{
    bool sent = task->change.state == CHANGE_UNKNOWN;

    if (sent)
        report_unanswered(task->push->with->report);
    finish_badly(task, sent ? CHANGE_UNKNOWN : CHANGE_FAILED, "lookup_broken",
                 "%s", message);
}

/* Asked for one number, a row with another one is no answer, be it as like the
 * customer as it may: a filter that is not obeyed gives anybody. Who shares
 * another key is found by that key's own look-up. */
static bool answers(const struct task *task, const struct look *look,
                    const struct customer *record)
{
    struct text theirs;

    if (record == NULL || !look->spec->partial || look->key != KEY_REFERENCE_ID)
        return true;
    theirs = customer_key(record, look->key, task->arena);
    return theirs.size == 0 ||
           text_equal(theirs, candidate_key(task, look->key));
}

static enum status take_records(struct task *task, const struct look *look,
                                const struct api_record *records, size_t count,
                                struct err *err)
{
    struct client *client = task->push->with->client;
    enum status status = OK;

    for (size_t i = 0; i < count && status == OK; i++) {
        struct candidate candidate = {.id = records[i].id, .shown = true};

        if (records[i].id.size == 0)
            continue;
        if (records[i].node != NULL)
            status = api_customer(client, records[i].node, false, task->arena,
                                  &candidate.record, err);
        candidate.full = candidate.record != NULL && !look->spec->abridged;
        if (status == OK && answers(task, look, candidate.record))
            status = candidate_add(task, &candidate, err);
    }
    return status;
}

enum status look_reply(struct task *task, struct call *call, struct err *err)
{
    const struct look *look = &task->looks[task->look_at];
    uint32_t page = task->push->provider->list.size;
    size_t before = task->found_count;
    struct api_record *records;
    size_t count;
    enum status status;

    if (task_without_answer(task, call))
        return OK;
    status = api_found(task->push->with->client, look->spec, call, &records,
                       &count, err);
    if (status == REJECT) {
        look_broken(task, err->message);
        return OK;
    }
    if (status == OK) {
        life_found(task, count);
        status = take_records(task, look, records, count, err);
    }
    if (status != OK)
        return status;
    if (look->spec->partial && page > 0 && count >= page &&
        task->found_count == before) {
        look_broken(task, "a full page of other customers came, which proves "
                          "nothing");
        return OK;
    }
    if (count > 0 && task->found_count == before &&
        candidate_key(task, look->key).size == 0)
        task->vague = true;
    task->look_at++;
    return look_next(task, err);
}

/*
 * Another job, or the run before this undo, wrote the record a moment ago, and
 * it is shown as it was before: that is waited for once, so that no write of
 * ours is taken for somebody's edit.
 */
static enum status waits_for_ours(struct task *task,
                                  const struct customer *record,
                                  const struct customer *seen, int64_t asked_ms,
                                  bool *waits, struct err *err)
{
    const struct pushing *with = task->push->with;
    int64_t rest;
    struct late late;
    enum status status;

    *waits = false;
    if (task->waited)
        return OK;
    status = follow_late(
        &(struct late_asked){.store = with->store,
                             .link = &task->link,
                             .mapping = task->push->provider->mapping,
                             .held = task->held,
                             .record = record,
                             .seen = seen,
                             .settled_ms =
                                 follow_settled_ms(with->account, asked_ms)},
        &late, task->arena, err);
    if (status != OK || !late.any)
        return status;
    rest = late.written_ms -
           follow_settled_ms(with->account, push_now(task->push));
    *waits = task->waited = true;
    task_rest(task, rest > 0 ? (uint64_t)rest : 0);
    return OK;
}

/* The record of the customer's link, before an update or in doubt of one. */
static enum status fetched_linked(struct task *task, const struct node *node,
                                  int64_t asked_ms, struct err *err)
{
    struct push *push = task->push;
    struct customer *record, *seen;
    const char *moved;
    bool waits;
    enum status status;

    if (node == NULL)
        return write_missed(task, err);
    status = api_customer(push->with->client, node, false, task->arena, &record,
                          err);
    if (status != OK)
        return status;
    record =
        mapping_project(push->provider->mapping, record, false, task->arena);
    if (push->settling) {
        write_settle(task, record);
        return OK;
    }
    seen = diff_moved(push->slots, push->slots_count, task->held, record,
                      task->arena);
    status = waits_for_ours(task, record, seen, asked_ms, &waits, err);
    if (status != OK || waits)
        return status;
    moved = exact_moved(task, record);
    if (task->link.held_full) /* else nobody knows what was there */
        life_saw(task, seen);
    task->seen = diff_overlay(task->seen != NULL ? task->seen
                                                 : customer_new(task->arena),
                              seen, task->arena);
    task->moved = diff_overlay(task->moved, task->seen, task->arena);
    if (task->speaks != 0)
        undo_keep_hidden(task, record);
    task->held = record;
    follow_status(&task->link, record);
    task->link.held_full = true;
    task->link.state = LINK_LIVE;
    task->fresh = true;
    if (task->speaks != 0)
        return undo_decide(task, err);
    write_settle_reference(task, record);
    if (moved == NULL)
        return write_update(task, err);
    exact_stop(task, task->link.remote_id, moved);
    return OK;
}

enum status look_fetched(struct task *task, struct call *call, struct err *err)
{
    struct client *client = task->push->with->client;
    const struct node *node;
    enum status status;

    if (task_without_answer(task, call))
        return OK;
    status = api_got(client, call, &node, err);
    if (status == REJECT) {
        look_broken(task, err->message);
        return OK;
    }
    if (status != OK)
        return status;
    if (task->fetching.size == 0)
        return fetched_linked(task, node, call->handed_ms, err);
    for (size_t i = 0; i < task->found_count; i++) {
        struct candidate *candidate = &task->found[i];

        if (!text_equal(candidate->id, task->fetching))
            continue;
        if (node == NULL && candidate->shown) {
            look_broken(task, "a look-up shows a record that is not there");
            return OK;
        }
        if (node == NULL) { /* deleted since it was listed */
            *candidate = task->found[--task->found_count];
            break;
        }
        status = api_customer(client, node, false, task->arena,
                              &candidate->record, err);
        candidate->full = candidate->read = true;
        break;
    }
    return status == OK ? look_next(task, err) : status;
}
