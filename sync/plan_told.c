/*
 * plan_told.c - a change as it is planned, told to whoever listens, with what
 * ties the source's row to the target's record.
 */
#include "sync/plan_own.h"

struct tie {
    const char *by;
    struct text key;
};

/* They meet here for the first time: what both show, strongest first. */
static struct tie tie_of_record(const struct deciding *d)
{
    const struct policy *policy = d->plan->with->policy;

    for (size_t i = 0; i < policy->match_count; i++) {
        struct text key = d->composed->keys[i];

        if (key.size > 0 &&
            text_equal(key,
                       customer_key(d->held, policy->match[i], d->plan->work)))
            return (struct tie){key_name(policy->match[i]), key};
    }
    return (struct tie){"", {0}};
}

/* The known customer's strongest key that the row has too. */
static enum status tie_of_customer(const struct deciding *d, struct tie *tie,
                                   struct err *err)
{
    const struct store_key *by;
    enum status status = decide_known_by(d, &by, err);

    if (status == OK && by != NULL && by->kind < KEY_COUNT)
        *tie = (struct tie){key_name((enum key)by->kind), by->value};
    return status;
}

static enum status find_tie(const struct deciding *d, struct tie *tie,
                            struct err *err)
{
    *tie = (struct tie){"", {0}};
    if (d->link.by_hand) {
        tie->by = "hand";
        return OK;
    }
    if (!d->spoken)
        *tie = tie_of_record(d);
    return tie->by[0] != '\0' ? OK : tie_of_customer(d, tie, err);
}

static enum status tell(const struct plan *plan, const struct plan_told *told,
                        bool *admit, struct err *err)
{
    const struct plan_listener *listener = plan->with->listener;

    return listener->change(listener->self, told, admit, err);
}

static bool heard(const struct plan *plan)
{
    return plan->with->listener != NULL && plan->with->listener->change != NULL;
}

static bool asks(const struct plan *plan)
{
    const struct plan_listener *listener = plan->with->listener;

    return listener->asks == NULL || listener->asks(listener->self);
}

enum status decide_tell(const struct deciding *d, enum change_kind kind,
                        bool *admit, struct err *err)
{
    struct arena *arena = d->plan->work;
    bool *fields = arena_take(arena, field_count() * sizeof(bool));
    struct tie tie = {"", {0}};
    struct plan_told told = {
        .kind = kind,
        .before = d->held,
        .after = d->wanted,
        .fields = fields,
        .file = d->composed->place.file,
        .line = d->composed->place.line,
        .rows = d->composed->count,
    };
    enum status status = OK;

    *admit = true;
    if (!heard(d->plan))
        return OK;
    if (kind == CHANGE_CREATE) {
        for (size_t i = 0; i < d->wanted->count; i++)
            fields[i] = customer_has(d->wanted, (enum field)i);
        if (decide_recreates(d))
            told.recreates = d->link.remote_id;
    } else {
        told.remote_id = d->link.remote_id;
        told.fields = d->decision->send;
        told.after = d->decision->values;
        if (asks(d->plan))
            status = find_tie(d, &tie, err);
    }
    told.matched = tie.by;
    told.key = tie.key;
    return status == OK ? tell(d->plan, &told, admit, err) : status;
}

enum status plan_tell_deactivation(struct plan *plan, const struct link *link,
                                   const struct customer *wanted, bool *admit,
                                   struct err *err)
{
    bool *fields = arena_take(plan->work, field_count() * sizeof(bool));
    struct customer *held;
    struct plan_told told = {
        .kind = CHANGE_DEACTIVATE,
        .remote_id = link->remote_id,
        .after = wanted,
        .fields = fields,
        .file = "",
        .matched = "",
    };
    enum status status;

    *admit = true;
    if (!heard(plan))
        return OK;
    fields[FIELD_STATUS] = true;
    status = customer_unpack(link->held, plan->work, &held, err);
    told.before = held;
    return status == OK ? tell(plan, &told, admit, err) : status;
}
