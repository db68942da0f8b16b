/*
 * push_look.c - is the customer there already? From the list in the store, from
 * look-ups key by key, and from reading the record itself.
 */
#include <string.h>

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
    /* What the list does not show is looked up, unless a second record with
     * that key would be refused anyway. Who was found is to be adopted, though,
     * and must not be adopted while another record fits as well. */
    return !absence_listed(push->provider, key) &&
           (task->found_count > 0 || !absence_guarded(push->provider, key));
}

static bool has_key(const struct task *task, enum key key)
{
    return candidate_key(task, key).size > 0;
}

static void choose_looks(struct task *task)
{
    const struct provider *provider = task->push->provider;
    const struct policy *policy = task->push->with->policy;

    task->looks_count = task->look_at = 0;
    for (size_t i = 0; i < policy->match_count; i++) {
        enum key key = policy->match[i];

        if (has_key(task, key) && absence_held(provider, key) &&
            needs_look(task, key))
            add_look(task, api_find_for(provider, key), key);
    }
    if (task->reason != REASON_DUPLICATE)
        return;
    /* When the look-up denies a duplicate, the look-up may be what is wrong. */
    for (size_t i = 0; i < provider->finds_count; i++) {
        const struct find_spec *spec = &provider->finds[i];

        if (spec->fallback && spec->by_count == 1 &&
            spec->by[0] == FIELD_EMAIL && has_key(task, KEY_EMAIL))
            add_look(task, spec, KEY_EMAIL);
    }
}

/* --- the conclusion -------------------------------------------------------*/

static enum status fetch(struct task *task, struct text id, struct err *err)
{
    return task_submit(task, api_get(task->push->with->client, id), STEP_FETCH,
                       err);
}

static enum status unsearchable(struct task *task)
{
    finish_badly(task, CHANGE_PARKED, "unsearchable",
                 "sent without an answer, and %s cannot be searched for it; "
                 "see there, then `custsync link`",
                 task->push->with->account->name);
    return OK;
}

static enum status nobody_there(struct task *task, struct err *err)
{
    struct push *push = task->push;

    if (task->reused && task->reason == REASON_PROOF) {
        finish_badly(task, CHANGE_PARKED, "id_reused",
                     "%s has this reference id on another person's record: "
                     "name, email and mobile all differ",
                     push->with->account->name);
        return OK;
    }
    switch (task->reason) {
    case REASON_PROOF:
        if (push->with->policy->mode == MODE_UPDATE) {
            finish_skipped(task);
            return OK;
        }
        return write_create(task, err);
    case REASON_DUPLICATE:
        if (task->stranger && write_without_key(task)) {
            task->no_bulk = true;
            return write_create(task, err);
        }
        if (task->stranger)
            finish_badly(task, CHANGE_PARKED, "key_taken",
                         "%s has another customer with this email or number",
                         push->with->account->name);
        else
            finish_badly(task, CHANGE_REJECTED, "duplicate_denied",
                         "%s says it is there already, but its look-ups do "
                         "not find it: %.*s",
                         push->with->account->name,
                         TEXT_ARGS(task->change.message));
        return OK;
    case REASON_REFUSED:
        if (task->stranger && write_without_key(task)) {
            task->no_bulk = true;
            return task->link.remote_id.size > 0 ? write_update(task, err)
                                                 : write_create(task, err);
        }
        finish_badly(task, task->stranger ? CHANGE_PARKED : CHANGE_REJECTED,
                     task->stranger ? "key_taken" : "rejected", "%.*s",
                     TEXT_ARGS(task->change.message));
        return OK;
    case REASON_UNKNOWN:
        break;
    }
    if (!task->asked)
        return unsearchable(task);
    if (++task->absent < 2) {
        task_rest(task, task_settle_ms(task));
        return OK;
    }
    task->absent = 0;
    task->change.state = CHANGE_PLANNED; /* it never arrived */
    if (push->settling) {
        finish_later(task);
        return OK;
    }
    if (task->change.tries >= 3) {
        finish_badly(task, CHANGE_FAILED, "no_answer",
                     "created %u times without an answer, and not there",
                     task->change.tries);
        return OK;
    }
    return write_create(task, err);
}

static struct print_key record_key(struct text id)
{
    static const uint8_t seed[16];

    return print_key(seed, 'i', id);
}

static enum status conclude(struct task *task, struct err *err)
{
    struct candidate *candidate = &task->found[0];

    if (task->found_count == 0)
        return nobody_there(task, err);
    /* Ours holds one key, another record that fits us the one refused. */
    if (task->found_count == 1 && task->link.remote_id.size > 0) {
        finish_badly(task, CHANGE_PARKED, "ambiguous_target",
                     "fits two records at %s: %.*s and %.*s",
                     task->push->with->account->name,
                     TEXT_ARGS(task->link.remote_id), TEXT_ARGS(candidate->id));
        return OK;
    }
    if (task->found_count > 1) {
        finish_badly(task, CHANGE_PARKED,
                     task->reason == REASON_UNKNOWN ? "ambiguous_create"
                                                    : "ambiguous_target",
                     "fits several records at %s: %.*s and %.*s",
                     task->push->with->account->name,
                     TEXT_ARGS(task->found[0].id),
                     TEXT_ARGS(task->found[1].id));
        return OK;
    }
    if (!candidate->full)
        return fetch(task, candidate->id, err);
    /* Another change of this run may just be adopting it. */
    if (!key_set_add(task->push->claimed, record_key(candidate->id))) {
        task->found_count = 0;
        task->stranger = true;
        return nobody_there(task, err);
    }
    return write_adopt(task, candidate, err);
}

enum status look_next(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    enum status status = candidate_sift(task, err);

    if (status != OK)
        return status;
    /* Only an id: who it is must be read before anything is concluded. */
    for (size_t i = 0; i < task->found_count; i++) {
        if (task->found[i].record == NULL)
            return fetch(task, task->found[i].id, err);
    }
    while (task->look_at < task->looks_count) {
        const struct look *look = &task->looks[task->look_at];
        struct setting *values;
        size_t count;

        /* A fallback is for when the better look-up denies everything. */
        if ((look->spec->fallback && task->found_count > 0) ||
            !api_find_values(with->client, look->spec,
                             look->key == KEY_NAME_PHONE ? task->person
                                                         : task->now,
                             task->arena, &values, &count)) {
            task->look_at++;
            continue;
        }
        task->asked = true;
        return task_submit(task,
                           api_find(with->client, look->spec, values, count),
                           STEP_LOOK, err);
    }
    return conclude(task, err);
}

enum status look_begin(struct task *task, enum reason reason, struct err *err)
{
    enum status status = OK;

    task->reason = reason;
    task->found_count = 0;
    task->stranger = task->reused = task->asked = false;
    if (reason == REASON_PROOF)
        status = candidate_add_listed(task, err);
    if (status != OK)
        return status;
    choose_looks(task);
    if (reason == REASON_UNKNOWN && task->looks_count == 0)
        return unsearchable(task);
    return look_next(task, err);
}

enum status look_reply(struct task *task, struct call *call, struct err *err)
{
    const struct look *look = &task->looks[task->look_at];
    struct client *client = task->push->with->client;
    struct api_record *records;
    size_t count;
    enum status status;

    if (task_without_answer(task, call))
        return OK;
    status = api_found(client, look->spec, call, &records, &count, err);
    if (status == REJECT) {
        finish_badly(task,
                     task->change.state == CHANGE_UNKNOWN ? CHANGE_UNKNOWN
                                                          : CHANGE_FAILED,
                     "lookup_broken", "%s", err->message);
        return OK;
    }
    for (size_t i = 0; i < count && status == OK; i++) {
        struct customer *record = NULL;

        if (records[i].id.size == 0)
            continue;
        if (records[i].node != NULL)
            status = api_customer(client, records[i].node, false, task->arena,
                                  &record, err);
        if (status == OK)
            candidate_add(task, records[i].id, record,
                          record != NULL && !look->spec->abridged);
    }
    if (status != OK)
        return status;
    task->look_at++;
    return look_next(task, err);
}

enum status look_fetched(struct task *task, struct call *call, struct err *err)
{
    struct client *client = task->push->with->client;
    const struct node *node;
    struct customer *record;
    enum status status;

    if (task_without_answer(task, call))
        return OK;
    status = api_got(client, call, &node, err);
    if (status == REJECT) {
        finish_badly(task,
                     task->change.state == CHANGE_UNKNOWN ? CHANGE_UNKNOWN
                                                          : CHANGE_FAILED,
                     "lookup_broken", "%s", err->message);
        return OK;
    }
    if (status != OK)
        return status;
    if (task->link.id != 0 && task->found_count == 0) { /* before an update */
        if (node == NULL && task->push->settling) {
            task->link.state = LINK_GONE;
            task->change.state = CHANGE_PLANNED; /* the plan tells of it */
            finish_later(task);
            return OK;
        }
        if (node == NULL) {
            task->link.state = LINK_GONE;
            finish_badly(task, CHANGE_PARKED, "gone",
                         "its record was deleted at the provider");
            return OK;
        }
        status = api_customer(client, node, false, task->arena, &record, err);
        if (status != OK)
            return status;
        record = mapping_project(task->push->provider->mapping, record, false,
                                 task->arena);
        if (task->push->settling) {
            write_settle(task, record);
            return OK;
        }
        task->moved =
            diff_overlay(task->moved,
                         diff_moved(task->push->slots, task->push->slots_count,
                                    task->held, record, task->arena),
                         task->arena);
        task->held = record;
        task->link.held_full = true;
        task->fresh = true;
        write_settle_reference(task, record);
        return write_update(task, err);
    }
    for (size_t i = 0; i < task->found_count; i++) {
        struct candidate *candidate = &task->found[i];

        if (candidate->record != NULL && candidate->full)
            continue;
        if (node == NULL) { /* deleted since it was listed */
            *candidate = task->found[--task->found_count];
            break;
        }
        status = api_customer(client, node, false, task->arena,
                              &candidate->record, err);
        candidate->full = true;
        break;
    }
    return status == OK ? look_next(task, err) : status;
}
