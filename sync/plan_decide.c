/*
 * plan_decide.c - one customer of the source against what the store knows: a
 * change, nothing, or a reason why not.
 */
#include "sync/plan_own.h"

/* --- what an earlier run left unsettled -----------------------------------*/

static enum column column_of(enum change_state state)
{
    if (state == CHANGE_PARKED)
        return ROWS_CONFLICT;
    return state == CHANGE_REJECTED ? ROWS_REJECTED : ROWS_PENDING;
}

/* What the row said when the change was judged last. */
static struct text judged_by(const struct change *change)
{
    return customer_is_kept(change->wanted) ? change->wanted : change->values;
}

/*
 * A refusal or a conflict met at the provider stands until the row changes, so
 * that a night without changes asks nothing.
 */
static bool judged_anew(struct deciding *d, const struct change *change)
{
    bool same;

    if (change->state != CHANGE_REJECTED && change->state != CHANGE_PARKED)
        return false;
    /* The record is back, or may be made anew. */
    if (text_is(change->code, "gone") &&
        (d->link.state == LINK_LIVE || decide_recreates(d)))
        return true;
    if (text_is(change->code, "unsearchable"))
        return false;
    (void)customer_pack_over(judged_by(change), d->wanted, d->plan->work,
                             &same);
    return !same;
}

/* What was sent stays what is looked for; what the row says now is noted, so
 * that it is one look for each time it changes. */
static enum status look_again(struct deciding *d, struct change *change,
                              struct err *err)
{
    const struct planning *with = d->plan->with;

    change->state = CHANGE_UNKNOWN;
    change->wanted = customer_pack(d->wanted, d->plan->work);
    report_count(with->report, ROWS_PENDING, 1);
    report_problem(with->report, d->composed->place.file,
                   d->composed->place.line, "pending", change->code.at, "",
                   "the row has changed: the next run looks once more for what "
                   "was sent");
    return store_change_put(with->store, change, err);
}

/* *stays: the earlier change still stands, and the row with it. */
static enum status earlier(struct deciding *d, bool *stays, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct change change;
    enum status status;

    *stays = false;
    if (d->composed->known == 0)
        return OK;
    status = store_change_of(with->store, with->account_id, with->source_id,
                             d->composed->known, d->plan->work, &change, err);
    if (status != OK || change.id == 0)
        return status;
    *stays = true;
    settled_met(with->settled, with->source_id, d->composed->known);
    if (judged_anew(d, &change)) {
        if (settled_by_hand(&change)) /* only a look tells whether it arrived */
            return look_again(d, &change, err);
        *stays = false;
        return store_change_remove(with->store, change.id, err);
    }
    if (column_of(change.state) == ROWS_PENDING) {
        report_count(with->report, ROWS_PENDING, 1);
        if (change.code.size > 0)
            report_problem(with->report, d->composed->place.file,
                           d->composed->place.line, "pending", change.code.at,
                           "", "%.*s", TEXT_ARGS(change.message));
        return OK;
    }
    d->composed->told = true;
    return plan_refuse(d->plan, d->composed, column_of(change.state),
                       change.code.at, "", change.message.at, err);
}

bool decide_recreates(const struct deciding *d)
{
    return d->link.id != 0 && d->link.state == LINK_GONE &&
           d->plan->with->policy->recreate;
}

bool decide_new(const struct deciding *d)
{
    return d->link.id == 0 || decide_recreates(d);
}

/* --- the way through ------------------------------------------------------*/

static void drop_blanks(struct deciding *d)
{
    for (size_t i = 0; i < d->wanted->count; i++) {
        if (d->wanted->values[i].presence == VALUE_BLANK)
            d->wanted->values[i].presence = VALUE_ABSENT;
    }
}

/* A reference field that another source filled is neither changed nor compared.
 */
static void yield_reference(struct deciding *d)
{
    size_t count;
    const struct slot *slots = mapping_slots(d->plan->with->target, &count);

    if (decide_new(d) || d->link.reference_source == 0 ||
        d->link.reference_source == d->plan->with->source_id)
        return;
    for (size_t i = 0; i < count; i++) {
        if (slots[i].reference)
            d->wanted->values[slots[i].field].presence = VALUE_ABSENT;
    }
}

static enum status project(struct deciding *d, bool *refused, struct err *err)
{
    const struct planning *with = d->plan->with;
    const struct problem *problem;

    *refused = false;
    d->wanted = mapping_project(with->target, d->composed->customer,
                                decide_new(d), d->plan->work);
    if (with->sink.fit != NULL)
        with->sink.fit(with->sink.self, d->wanted, d->plan->work);
    for (problem = d->wanted->problems; problem != NULL;
         problem = problem->next) {
        const char *field =
            problem->field == FIELD_NONE ? "" : field_name(problem->field);

        if (problem->fatal) {
            *refused = true;
            return plan_refuse(d->plan, d->composed, ROWS_INVALID,
                               problem->code, field, problem->message, err);
        }
        if (problem->notice || !plan_is_news(d->plan, problem))
            continue;
        report_problem(with->report, d->composed->place.file,
                       d->composed->place.line, "warning", problem->code, field,
                       "%s", problem->message);
    }
    plan_see_dropped(d->plan, d->composed, d->wanted);
    return OK;
}

static enum status to_sink(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    bool refused;
    enum status status;

    if (plan_unwanted(d->plan, d->composed))
        return OK;
    status = project(d, &refused, err);
    if (status != OK || refused)
        return status;
    /* A blank cell says nothing; in a file that is no cell at all. */
    drop_blanks(d);
    status = with->sink.write(with->sink.self, d->composed->customer, d->wanted,
                              d->plan->work, err);
    if (status == REJECT)
        return plan_refuse(
            d->plan, d->composed, ROWS_INVALID, err->code, err->field,
            arena_text(d->plan->work, text_of(err->message)).at, err);
    if (status != OK && status != END)
        return status;
    report_count(with->report, status == OK ? ROWS_CREATED : ROWS_UNCHANGED, 1);
    return OK;
}

static enum status to_account(struct deciding *d, struct err *err)
{
    const struct planning *with = d->plan->with;
    bool done = false;
    enum status status = decide_keys(d, err);

    if (status == OK && d->composed->known != 0)
        status =
            store_link_of(with->store, with->account_id, d->composed->known,
                          d->plan->work, &d->link, err);
    if (status == OK)
        status = project(d, &done, err);
    if (status != OK || done)
        return status;
    /* Blank is not a value, unless --blank clear makes it one. */
    if (!with->policy->blank_clear)
        drop_blanks(d);
    yield_reference(d);
    status = decide_unique(d, &done, err);
    if (status == OK && done) {
        const char *field = field_name(d->taken);

        return plan_refuse(d->plan, d->composed, ROWS_CONFLICT, "key_taken",
                           field,
                           arena_print(d->plan->work,
                                       "another customer has this %s, which "
                                       "%s needs and allows only once",
                                       field, with->account->name)
                               .at,
                           err);
    }
    if (status == OK)
        status = earlier(d, &done, err);
    if (status != OK || done)
        return status;
    if (decide_new(d))
        status = decide_create(d, err);
    else if (d->link.state == LINK_GONE)
        status = decide_gone(d, err);
    else
        status = decide_update(d, err);
    if (status == OK && with->mirror != NULL && d->composed->known != 0)
        status = mirror_link(
            with->mirror, d->composed->known,
            customer_text(d->composed->customer, FIELD_REFERENCE_ID),
            d->plan->work, err);
    return status;
}

enum status plan_decide(struct plan *plan, struct composed *composed,
                        struct err *err)
{
    struct deciding d = {.plan = plan, .composed = composed};

    return plan->with->sink.write != NULL ? to_sink(&d, err)
                                          : to_account(&d, err);
}
