/*
 * push_candidate.c - records that may be the customer, and which of them are.
 */
#include <string.h>

#include "sync/push.h"

/* A refusal may be about a value that identifies nobody here: what counts then
 * is what was sent. */
struct text candidate_key(const struct task *task, enum key key)
{
    struct text value = task_key(task, key);

    if (value.size == 0 && key == KEY_NAME_PHONE)
        return task->stand_in;
    if (value.size == 0 &&
        (task->reason == REASON_REFUSED || task->reason == REASON_DUPLICATE))
        value = customer_key(task->now, key, task->arena);
    return value;
}

void candidate_add(struct task *task, struct text id, struct customer *record,
                   bool full)
{
    for (size_t i = 0; i < task->found_count; i++) {
        if (!text_equal(task->found[i].id, id))
            continue;
        if (record != NULL && (task->found[i].record == NULL || full)) {
            task->found[i].record = record;
            task->found[i].full = full;
        }
        return;
    }
    if (task->found_count < CANDIDATES_MAX)
        task->found[task->found_count++] =
            (struct candidate){arena_text(task->arena, id), record, full};
}

/* Records that the list in the store shows for our keys. */
enum status candidate_add_listed(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    enum status status = OK;

    for (size_t i = 0; i < with->policy->match_count && status == OK; i++) {
        enum key key = with->policy->match[i];
        struct text value = task_key(task, key), ids[CANDIDATES_MAX];
        size_t count = 0;

        if (value.size == 0 || !absence_held(task->push->provider, key))
            continue;
        status =
            store_records_by_key(with->store, with->account_id, (int)key, value,
                                 task->arena, ids, CANDIDATES_MAX, &count, err);
        for (size_t j = 0; j < count && j < CANDIDATES_MAX && status == OK;
             j++) {
            struct record_seen seen;
            struct customer *record;

            status = store_record(with->store, with->account_id, ids[j],
                                  task->arena, &seen, err);
            if (status == OK)
                status = diff_parse(seen.values, task->arena, &record, err);
            /* An older record is a hint only: it may have changed or gone. */
            if (status == OK)
                candidate_add(task, ids[j], record,
                              seen.full && task->push->listed &&
                                  seen.seen_ms >= task->push->listed_ms);
        }
    }
    return status;
}

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
    const struct policy *policy = task->push->with->policy;

    for (size_t i = 0; i < policy->match_count; i++) {
        enum key key = policy->match[i];
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

/* Drops candidates that are somebody else's; those left fit, or must be read.
 */
enum status candidate_sift(struct task *task, struct err *err)
{
    const struct pushing *with = task->push->with;
    size_t kept = 0;

    for (size_t i = 0; i < task->found_count; i++) {
        struct candidate candidate = task->found[i];
        struct link link;
        enum status status =
            store_link_by_remote(with->store, with->account_id, candidate.id,
                                 task->arena, &link, err);
        enum verdict verdict = VERDICT_UNSURE;

        if (status != OK)
            return status;
        if (text_equal(candidate.id, task->link.remote_id))
            continue; /* our own, of an update */
        if (link.id != 0 && link.customer != task->change.customer) {
            task->stranger = true; /* never adopted */
            continue;
        }
        if (candidate.record != NULL)
            verdict = compare(task, candidate.record);
        task->reused = task->reused || verdict == VERDICT_REUSED;
        if (verdict == VERDICT_OTHER || verdict == VERDICT_REUSED ||
            (verdict == VERDICT_UNSURE && candidate.full)) {
            task->stranger = true;
            continue;
        }
        task->found[kept++] = candidate;
    }
    task->found_count = kept;
    return OK;
}
