/*
 * run_due.c - which changes a retry does again: they are made due, each with
 * its job's policy.
 */
#include "sync/retry_own.h"

#include "state/history.h"

#include <string.h>

enum { FETCH = 64 };

/* In the order in which they are chosen: whatever becomes one of these states
 * does so after that state was gone through. */
static const enum change_state retried[] = {
    CHANGE_SENDING,  CHANGE_UNKNOWN, CHANGE_PLANNED,
    CHANGE_REJECTED, CHANGE_FAILED,  CHANGE_PARKED,
};
enum { RETRIED = sizeof(retried) / sizeof(retried[0]) };

/* --- which ----------------------------------------------------------------*/

static bool is_chosen(const struct retrying *retrying,
                      const struct change *change)
{
    const struct retry_request *request = retrying->request;

    return (request->run == 0 || request->run == change->run) &&
           (request->code == NULL || text_is(change->code, request->code));
}

/* Written as an end it is the account at hand. */
static bool is_end(const struct retrying *retrying, struct text end)
{
    const char *name = retrying->run->to_account->name;

    return text_starts(end, name) && end.size == strlen(name) + 1 &&
           end.at[end.size - 1] == ':';
}

/* The change is of the way back: written to the account that its job, or its
 * run, is FROM. No other run writes there. */
static bool goes_back(const struct retrying *retrying, struct text from,
                      const struct job *job)
{
    if (job != NULL)
        return job->policy.two_way && is_end(retrying, text_of(job->from[0]));
    return is_end(retrying, from);
}

/* The job's policy with the command line's over it. */
static enum status policy_of(const struct retrying *retrying,
                             const struct job *job, bool turned,
                             const struct policy **out, struct err *err)
{
    const struct options *options = retrying->request->options;
    struct policy *policy = arena_take(retrying->arena, sizeof(*policy));

    *policy = options->policy;
    if (job != NULL) {
        *policy = job->policy;
        policy->limit = policy->deadline_ms = 0; /* of the job's own nights */
        if (options_apply(options, policy, err) != OK)
            return STOP;
    }
    if (turned)
        *policy = policy_turned(policy, retrying->arena);
    *out = policy;
    return OK;
}

static enum status due_of_job(struct retrying *retrying, struct text name,
                              struct text from, struct due **out,
                              struct err *err)
{
    const struct job *job =
        name.size > 0 ? config_job(retrying->request->config, name) : NULL;
    bool turned = goes_back(retrying, from, job);
    struct due **at = &retrying->dues;

    while (*at != NULL &&
           !(text_equal((*at)->job, name) && (*at)->turned == turned))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_take(retrying->arena, sizeof(**at));
        (*at)->job = arena_text(retrying->arena, name);
        (*at)->turned = turned;
        (*at)->chosen = key_set_open();
    }
    *out = *at;
    return (*at)->policy == NULL
               ? policy_of(retrying, job, turned, &(*at)->policy, err)
               : OK;
}

/* Changes of one run stand together: its job is asked for once. */
static enum status due_of(struct retrying *retrying, store_id run,
                          struct due **out, struct err *err)
{
    struct text job, from;
    enum status status;

    if (retrying->last == NULL || retrying->last_run != run) {
        status = store_run_job(retrying->run->store, run, retrying->work, &job,
                               &from, err);
        if (status == OK)
            status = due_of_job(retrying, job, from, &retrying->last, err);
        if (status != OK)
            return status;
        retrying->last_run = run;
    }
    *out = retrying->last;
    return OK;
}

void retry_forget(struct retrying *retrying)
{
    for (struct due *due = retrying->dues; due != NULL; due = due->next)
        key_set_close(due->chosen);
    retrying->dues = retrying->last = NULL;
    key_set_close(retrying->chosen);
    retrying->chosen = NULL;
}

/* --- due again ------------------------------------------------------------*/

/* Those of a retry that was cut short are planned or in doubt, and have their
 * code still; what is only planned has none. */
static bool is_due(const struct change *change)
{
    return change->code.size > 0 || change->state == CHANGE_SENDING ||
           change->state == CHANGE_UNKNOWN;
}

/* Whether the record is there again only a read can tell, and all of it. */
static enum status revive(const struct retrying *retrying,
                          const struct change *change, struct err *err)
{
    struct store *store = retrying->run->store;
    struct link link;
    enum status status = store_link_of(store, change->account, change->customer,
                                       retrying->work, &link, err);

    if (status != OK || link.id == 0 || link.state != LINK_GONE ||
        change->kind == CHANGE_CREATE) /* of --recreate: it is looked for */
        return status;
    link.state = LINK_LIVE;
    link.held = TEXT("{}");
    link.held_full = false;
    status = store_link_put(store, &link, err);
    return status == REJECT ? STOP : status;
}

static void count_in(struct due *due, const struct change *change)
{
    due->totals.changes++;
    due->rows += change->kind != CHANGE_DEACTIVATE;
    due->totals.creates += change->kind == CHANGE_CREATE;
    due->totals.updates += change->kind == CHANGE_UPDATE;
    due->totals.deactivations += change->kind == CHANGE_DEACTIVATE;
    /* By two keys each, say, of which a list has one. */
    due->totals.lookups = 2 * due->totals.creates;
    due->totals.uncovered = due->totals.creates;
}

static enum status make_due(struct retrying *retrying, struct change *change,
                            struct err *err)
{
    struct due *due;
    enum status status = due_of(retrying, change->run, &due, err);

    if (status == OK)
        status = revive(retrying, change, err);
    if (status != OK)
        return status;
    count_in(due, change);
    (void)key_set_add(due->chosen, push_chosen(change->id));
    (void)key_set_add(retrying->chosen, push_chosen(change->id));
    if (change->state == CHANGE_UNKNOWN || change->state == CHANGE_SENDING)
        return OK; /* settled before anything else is sent */
    /* It keeps its code: should this run be cut short, the next finds it. */
    change->state = settled_by_hand(change)
                        ? CHANGE_UNKNOWN /* looked for, not made */
                        : CHANGE_PLANNED;
    return store_change_put(retrying->run->store, change, err);
}

/* What is done with each change that is to be retried. */
typedef enum status each_change(struct retrying *retrying,
                                struct change *change, struct err *err);

static enum status each_in_state(struct retrying *retrying, struct store *store,
                                 store_id account, enum change_state state,
                                 each_change *each, struct err *err)
{
    struct change changes[FETCH];
    size_t count = FETCH;
    store_id after = 0;
    enum status status = OK;

    while (status == OK && count == FETCH) {
        status = store_changes(store, account, 0, state, after, retrying->work,
                               changes, FETCH, &count, err);
        for (size_t i = 0; i < count && status == OK; i++) {
            after = changes[i].id;
            if (is_chosen(retrying, &changes[i]) && is_due(&changes[i]))
                status = each(retrying, &changes[i], err);
        }
        arena_reset(retrying->work);
    }
    return status;
}

static enum status each_retried(struct retrying *retrying, struct store *store,
                                store_id account, each_change *each,
                                struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < RETRIED && status == OK; i++)
        status = each_in_state(retrying, store, account, retried[i], each, err);
    return status;
}

/* In one transaction: either all of them are due, or none. */
enum status retry_choose(struct retrying *retrying, struct err *err)
{
    struct store *store = retrying->run->store;
    enum status status = store_begin(store, err);

    retrying->chosen = key_set_open();
    if (status == OK)
        status =
            each_retried(retrying, store, retrying->run->to_id, make_due, err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

static enum status note_any(struct retrying *retrying, struct change *change,
                            struct err *err)
{
    (void)retrying;
    (void)change;
    (void)err;
    return END; /* one is enough */
}

enum status retry_concerns(void *self, struct store *store, store_id account,
                           bool *is, struct err *err)
{
    enum status status = each_retried(self, store, account, note_any, err);

    *is = status == END;
    return *is ? OK : status;
}
