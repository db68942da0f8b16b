/*
 * push_conclude.c - every look-up has answered: adopt who was found, create who
 * was not, or leave it to a person.
 */
#include "sync/push.h"

static const char *account_name(const struct task *task)
{
    return task->push->with->account->name;
}

/* --- nobody ---------------------------------------------------------------*/

static enum status after_proof(struct task *task, struct err *err)
{
    if (task->reused) {
        finish_badly(task, CHANGE_PARKED, "id_reused",
                     "%s has this reference id on another person's record: "
                     "name, email and mobile all differ",
                     account_name(task));
        return OK;
    }
    if (task->push->with->policy->mode == MODE_UPDATE) {
        finish_skipped(task);
        return OK;
    }
    return write_create(task, err);
}

static void rest_longer(struct task *task)
{
    uint64_t ms = task_settle_ms(task);

    for (uint32_t i = 0; i < task->lost; i++)
        ms *= 2; /* what keeps going wrong gets more time to show */
    task_rest(task, ms);
}

static enum status after_duplicate(struct task *task, struct err *err)
{
    if (task->stranger && write_without_key(task)) {
        task->no_bulk = true;
        return write_create(task, err);
    }
    /* Then it is ours, which does not show yet. */
    if (!task->stranger && task->ours_sent && ++task->lost < LOST_MAX) {
        task->reason = REASON_UNKNOWN;
        task->absent = 0;
        rest_longer(task);
        return OK;
    }
    if (task->stranger)
        finish_badly(task, CHANGE_PARKED, "key_taken",
                     "%s has another customer with this email or number",
                     account_name(task));
    else
        finish_badly(task, CHANGE_REJECTED, "duplicate_denied",
                     "%s says it is there already, but its look-ups do not "
                     "find it: %.*s",
                     account_name(task), TEXT_ARGS(task->change.message));
    return OK;
}

static enum status after_refusal(struct task *task, struct err *err)
{
    if (task->stranger && write_without_key(task)) {
        task->no_bulk = true;
        return task->link.remote_id.size > 0 ? write_update(task, err)
                                             : write_create(task, err);
    }
    finish_badly(task, task->stranger ? CHANGE_PARKED : CHANGE_REJECTED,
                 task->stranger ? "key_taken" : "rejected", "%.*s",
                 TEXT_ARGS(task->change.message));
    return OK;
}

/* Not there twice: the create never arrived. */
static enum status after_unknown(struct task *task, struct err *err)
{
    struct push *push = task->push;

    /* Who may be there unseen is not made again. */
    if (!task->asked || task->vague) {
        finish_badly(task, CHANGE_PARKED, "unsearchable",
                     "sent without an answer, and %s cannot be searched for "
                     "it; see there, then `custsync link`",
                     account_name(task));
        return OK;
    }
    if (++task->absent < 2) {
        rest_longer(task);
        return OK;
    }
    task->absent = 0;
    task->change.state = CHANGE_PLANNED;
    if (push->settling) { /* its code stays: a retry finds it by that */
        settled_lose(push->with->settled, task->change.source,
                     task->change.customer);
        finish_later(task);
        return OK;
    }
    task->change.code = task->change.message = TEXT("");
    if (++task->lost >= LOST_MAX) {
        finish_badly(task, CHANGE_FAILED, "no_answer",
                     "created %u times without an answer, and not there",
                     task->lost);
        return OK;
    }
    return write_create(task, err);
}

static enum status nobody_there(struct task *task, struct err *err)
{
    switch (task->reason) {
    case REASON_PROOF:
        return after_proof(task, err);
    case REASON_DUPLICATE:
        return after_duplicate(task, err);
    case REASON_REFUSED:
        return after_refusal(task, err);
    case REASON_UNKNOWN:
        break;
    }
    return after_unknown(task, err);
}

/* --- somebody -------------------------------------------------------------*/

static enum status too_many(struct task *task)
{
    const char *code =
        task_in_doubt(task) ? "ambiguous_create" : "ambiguous_target";

    if (task->found_count < 2)
        finish_badly(task, CHANGE_PARKED, code,
                     "fits more records at %s than can be told apart",
                     account_name(task));
    else
        finish_badly(task, CHANGE_PARKED, code,
                     "fits several records at %s: %.*s and %.*s%s",
                     account_name(task), TEXT_ARGS(task->found[0].id),
                     TEXT_ARGS(task->found[1].id),
                     task->crowded ? " and others" : "");
    return OK;
}

/* The linked one, and another. */
static enum status two_there(struct task *task, const char *code)
{
    finish_badly(task, CHANGE_PARKED, code,
                 "fits two records at %s: %.*s and %.*s", account_name(task),
                 TEXT_ARGS(task->link.remote_id), TEXT_ARGS(task->found[0].id));
    return OK;
}

/* Those that a create of ours may have made come first; how many. */
static size_t ours_first(struct task *task)
{
    size_t ours = 0;

    for (size_t i = 0; i < task->found_count; i++) {
        struct candidate candidate = task->found[i];

        if (!candidate_ours(task, candidate.record))
            continue;
        task->found[i] = task->found[ours];
        task->found[ours++] = candidate;
    }
    return ours;
}

/* A key of ours, and yet not what we made: never ours to write over. */
static enum status found_other(struct task *task)
{
    /* Ours may be as late as nobody's would be. */
    if (task->reason == REASON_UNKNOWN && ++task->absent < 2) {
        rest_longer(task);
        return OK;
    }
    finish_badly(task, CHANGE_PARKED, "found_other",
                 "sent without an answer; record %.*s at %s has a key of it, "
                 "but is not what was sent",
                 TEXT_ARGS(task->found[0].id), account_name(task));
    return OK;
}

static enum status conclude_doubt(struct task *task, struct err *err)
{
    size_t ours = ours_first(task);

    if (ours == 0)
        return found_other(task);
    if (ours > 1)
        return too_many(task);
    if (task->link.id != 0)
        return two_there(task, "ambiguous_create");
    if (push_claim(task->push, task->found[0].id))
        return write_adopt(task, &task->found[0], err);
    task->found_count = 0;
    task->stranger = true;
    return nobody_there(task, err);
}

enum status look_conclude(struct task *task, struct err *err)
{
    struct candidate *candidate = &task->found[0];

    if (task->crowded)
        return too_many(task);
    if (task->found_count == 0)
        return nobody_there(task, err);
    if (task_in_doubt(task))
        return conclude_doubt(task, err);
    /* Ours holds one key, another record that fits us the one refused. */
    if (task->found_count == 1 && task->link.remote_id.size > 0)
        return two_there(task, "ambiguous_target");
    if (task->found_count > 1)
        return too_many(task);
    if (!push_claim(task->push, candidate->id)) {
        task->found_count = 0;
        task->stranger = true;
        return nobody_there(task, err);
    }
    return write_adopt(task, candidate, err);
}
