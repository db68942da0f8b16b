/*
 * push_candidate.c - records that may be the customer, and which of them are.
 */
#include "sync/forgotten.h"
#include "sync/push.h"

bool task_in_doubt(const struct task *task)
{
    return task->reason == REASON_UNKNOWN ||
           (task->ours_sent && (task->reason == REASON_DUPLICATE ||
                                task->reason == REASON_REFUSED));
}

size_t task_keys(const struct task *task, enum key keys[KEY_COUNT])
{
    const struct policy *policy = task->push->with->policy;
    bool taken[KEY_COUNT] = {false};
    size_t count = 0;

    for (size_t i = 0; i < policy->match_count; i++) {
        if (!taken[policy->match[i]])
            keys[count++] = policy->match[i];
        taken[policy->match[i]] = true;
    }
    for (int key = 0; key < KEY_COUNT && task_in_doubt(task); key++) {
        if (!taken[key])
            keys[count++] = (enum key)key;
    }
    return count;
}

/* A refusal may be about a value that identifies nobody here, and what may have
 * arrived is found by any: what counts then is what was sent. */
struct text candidate_key(const struct task *task, enum key key)
{
    struct text value = task_key(task, key);
    bool sent = task->reason == REASON_REFUSED ||
                task->reason == REASON_DUPLICATE || task_in_doubt(task);

    if (value.size == 0 && key == KEY_NAME_PHONE)
        value = task->stand_in;
    if (value.size == 0 && sent)
        value = customer_key(task->now, key, task->arena);
    return value;
}

/* --- one record against the customer --------------------------------------*/

enum verdict { VERDICT_SAME, VERDICT_OTHER, VERDICT_REUSED, VERDICT_UNSURE };

/* The number agrees and nothing else does: given out a second time. */
static bool only_number(const struct task *task, const struct customer *record)
{
    bool compared = false;

    if (!customer_names_differ(task->now, record, task->arena))
        return false;
    for (int key = KEY_EMAIL; key <= KEY_MOBILE; key++) {
        struct text mine = task_key(task, (enum key)key);
        struct text theirs = customer_key(record, (enum key)key, task->arena);

        if (mine.size > 0 && text_equal(mine, theirs))
            return false;
        compared = compared || (mine.size > 0 && theirs.size > 0);
    }
    return compared;
}

/*
 * One customer when a key is shared and no stronger one disagrees. The target's
 * own reference field may have been filled by another source: it can tie, but
 * not disagree.
 */
static enum verdict compare(const struct task *task,
                            const struct customer *record)
{
    enum key keys[KEY_COUNT];
    size_t count = task_keys(task, keys);

    for (size_t i = 0; i < count; i++) {
        enum key key = keys[i];
        struct text mine = candidate_key(task, key);
        struct text theirs = customer_key(record, key, task->arena);

        if (mine.size == 0 || theirs.size == 0)
            continue;
        /* A key that many share ties only people of one name. */
        if (text_equal(mine, theirs) && key != KEY_NAME_PHONE &&
            task_key(task, key).size == 0)
            return customer_names_differ(task->now, record, task->arena)
                       ? VERDICT_OTHER
                       : VERDICT_SAME;
        if (text_equal(mine, theirs))
            return key == KEY_REFERENCE_ID && only_number(task, record)
                       ? VERDICT_REUSED
                       : VERDICT_SAME;
        if (key != KEY_REFERENCE_ID)
            return VERDICT_OTHER;
    }
    return VERDICT_UNSURE;
}

/* --- is it what we made? --------------------------------------------------*/

/* Where a second record is never refused, only the whole of it tells. */
static bool shows_all(const struct task *task, const struct customer *shown)
{
    for (size_t i = 0; i < task->push->slots_count; i++) {
        const struct slot *slot = &task->push->slots[i];

        if (!slot->writable || !slot->readable ||
            !customer_has(task->now, slot->field))
            continue;
        if (!customer_has(shown, slot->field) ||
            !value_same(slot->field, customer_text(task->now, slot->field),
                        customer_text(shown, slot->field), task->arena))
            return false;
    }
    return true;
}

static bool keys_agree(const struct task *task, const struct customer *record)
{
    for (int key = KEY_EMAIL; key <= KEY_MOBILE; key++) {
        struct text mine = customer_key(task->now, (enum key)key, task->arena);
        struct text theirs = customer_key(record, (enum key)key, task->arena);

        if (mine.size > 0 && theirs.size > 0 && !text_equal(mine, theirs))
            return false;
    }
    return true;
}

static bool reference_agrees(const struct task *task,
                             const struct customer *record)
{
    store_id owner = write_reference_owner(task, record);

    return owner == 0 || owner == task->change.source;
}

bool candidate_ours(const struct task *task, const struct customer *record)
{
    const struct provider *provider = task->push->provider;

    if (provider->unique_count == 0)
        return shows_all(task, mapping_project(provider->mapping, record, false,
                                               task->arena));
    return reference_agrees(task, record) && keys_agree(task, record) &&
           !customer_names_differ(task->now, record, task->arena);
}

/* --- who stays ------------------------------------------------------------*/

/* Of another customer, or of somebody who was forgotten: never adopted. */
static enum status is_anothers(const struct task *task,
                               const struct candidate *candidate, bool *is,
                               struct err *err)
{
    const struct pushing *with = task->push->with;
    struct link link = {.id = 0};
    enum status status = store_link_by_remote(
        with->store, with->account_id, candidate->id, task->arena, &link, err);

    *is = link.id != 0 && link.customer != task->change.customer;
    if (status != OK || link.id != 0)
        return status;
    return forgotten_shown(with->store, with->account_id, candidate->id,
                           candidate->record, task->arena, is, err);
}

/* *fits: it may be the customer, or has to be read before anybody knows. */
static enum status judge(struct task *task, const struct candidate *candidate,
                         bool *fits, struct err *err)
{
    enum verdict verdict = VERDICT_UNSURE;
    bool anothers;
    enum status status;

    *fits = false;
    if (text_equal(candidate->id, task->link.remote_id))
        return OK; /* our own, of an update */
    status = is_anothers(task, candidate, &anothers, err);
    task->stranger = task->stranger || anothers;
    if (status != OK || anothers)
        return status;
    if (candidate->record != NULL)
        verdict = compare(task, candidate->record);
    task->reused = task->reused || verdict == VERDICT_REUSED;
    *fits = verdict == VERDICT_SAME ||
            (verdict == VERDICT_UNSURE &&
             (!candidate->full || (task_in_doubt(task) &&
                                   candidate_ours(task, candidate->record))));
    task->stranger = task->stranger || !*fits;
    return OK;
}

enum status candidate_add(struct task *task, const struct candidate *candidate,
                          struct err *err)
{
    struct candidate *known;
    enum status status;
    bool fits;

    for (size_t i = 0; i < task->found_count; i++) {
        known = &task->found[i];
        if (!text_equal(known->id, candidate->id))
            continue;
        if (candidate->record != NULL &&
            (known->record == NULL || (candidate->full && !known->full))) {
            known->record = candidate->record;
            known->full = candidate->full;
        }
        known->shown = known->shown || candidate->shown;
        return OK;
    }
    status = judge(task, candidate, &fits, err);
    if (status != OK || !fits)
        return status;
    if (task->found_count == CANDIDATES_MAX) {
        task->crowded = true;
        return OK;
    }
    known = &task->found[task->found_count++];
    *known = *candidate;
    known->id = arena_text(task->arena, candidate->id);
    return OK;
}

enum status candidate_sift(struct task *task, struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < task->found_count; i++) {
        struct candidate candidate = task->found[i];
        bool fits;
        enum status status = judge(task, &candidate, &fits, err);

        if (status != OK)
            return status;
        if (fits)
            task->found[kept++] = candidate;
    }
    task->found_count = kept;
    return OK;
}

/* --- from the list --------------------------------------------------------*/

enum { LISTED_MAX = 100 }; /* of one key; more share it than a person has */

static enum status add_listed(struct task *task, struct text id,
                              struct err *err)
{
    const struct push *push = task->push;
    struct candidate candidate = {.id = id};
    struct record_seen seen;
    enum status status = store_record(push->with->store, push->with->account_id,
                                      id, task->arena, &seen, err);

    if (status == OK)
        status =
            customer_unpack(seen.values, task->arena, &candidate.record, err);
    if (status != OK)
        return status;
    /* An older record is a hint only: it may have changed or gone. */
    candidate.full =
        seen.full && push->listed && seen.seen_ms >= push->listed_ms;
    return candidate_add(task, &candidate, err);
}

enum status candidate_add_listed(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    struct text *ids = NULL;
    enum status status = OK;

    for (size_t i = 0; i < with->policy->match_count && status == OK; i++) {
        enum key key = with->policy->match[i];
        struct text value = task_key(task, key);
        size_t count = 0;

        if (value.size == 0 || !absence_held(task->push->provider, key))
            continue;
        if (ids == NULL)
            ids = arena_take(task->arena, LISTED_MAX * sizeof(*ids));
        status =
            store_records_by_key(with->store, with->account_id, (int)key, value,
                                 task->arena, ids, LISTED_MAX, &count, err);
        task->crowded = task->crowded || count >= LISTED_MAX;
        for (size_t j = 0; j < count && j < LISTED_MAX && status == OK; j++)
            status = add_listed(task, ids[j], err);
    }
    return status;
}
