/*
 * follow_late.c - of which fields a read shows what was before our own writes.
 */
#include "sync/diff.h"
#include "sync/follow.h"
#include "sync/life.h"

/* Of one customer in one settle delay; those before them are as good as
 * settled. */
enum { WRITES_MAX = 32, CHANGES_MAX = 32 };

struct judging_late {
    const struct late_asked *asked;
    struct late *late;
    const struct customer *record; /* asked's; who shows no status is active,
                                      as life.h has it of what was before */
    const struct slot *slots;
    size_t slots_count;
    struct names *names;
    struct arena *arena;
};

int64_t follow_settled_ms(const struct account *account, int64_t asked_ms)
{
    return asked_ms - (int64_t)(account->provider->unique_count > 0
                                    ? account->settle_ms
                                    : account->settle_unguarded_ms);
}

enum status follow_sure(struct store *store, const struct link *link,
                        int64_t settled_ms, bool *sure, struct err *err)
{
    bool written = false;
    enum status status =
        link->id == 0
            ? OK
            : store_written_since(store, link->account, link->customer,
                                  settled_ms, &written, err);

    *sure = !written;
    return status;
}

/* What it held is known, and it shows something else. */
static bool contradicts(const struct late_asked *asked, enum field field)
{
    return customer_get(asked->seen, field)->presence != VALUE_ABSENT &&
           (asked->link->held_full ||
            customer_get(asked->held, field)->presence != VALUE_ABSENT);
}

static bool contradicts_any(const struct late_asked *asked)
{
    for (size_t i = 0; i < field_count(); i++) {
        if (contradicts(asked, (enum field)i))
            return true;
    }
    return false;
}

static void add(const struct judging_late *j, enum field field)
{
    if (!contradicts(j->asked, field))
        return;
    j->late->fields[field] = true;
    j->late->any = true;
}

/* Fields of values that are shown as they are there. */
static void add_shown_as(const struct judging_late *j,
                         const struct customer *values)
{
    const struct customer *other =
        diff_moved(j->slots, j->slots_count, values, j->record, j->arena);

    for (size_t i = 0; i < values->count; i++) {
        if (customer_get(values, (enum field)i)->presence != VALUE_ABSENT &&
            customer_get(other, (enum field)i)->presence == VALUE_ABSENT)
            add(j, (enum field)i);
    }
}

/* --- what was written -----------------------------------------------------*/

/* Before a create all was blank. */
static struct customer *nothing(const struct customer *held,
                                struct arena *arena)
{
    struct customer *out = customer_new(arena);

    for (size_t i = 0; i < out->count; i++) {
        if (customer_get(held, (enum field)i)->presence != VALUE_ABSENT)
            out->values[i].presence = VALUE_BLANK;
    }
    return out;
}

static enum status add_write(const struct judging_late *j,
                             const struct event *event, struct err *err)
{
    struct late write = {.fields = j->late->fields};
    const struct judging_late one = {j->asked, &write,         j->record,
                                     j->slots, j->slots_count, j->names,
                                     j->arena};
    struct customer *before = NULL;
    struct node *body;
    enum status status = OK;

    if (event->kind == EVENT_CREATED) {
        before = nothing(j->asked->held, j->arena);
    } else {
        status = json_parse(event->body, j->arena, j->names, &body, err);
        if (status == OK)
            status = life_fields(body, "before", j->arena, &before, err);
    }
    if (status != OK)
        return fail(err, STOP, EXIT_BUG, "bug",
                    "the store holds an event that cannot be read");
    add_shown_as(&one, before);
    if (write.any && event->at_ms > j->late->written_ms)
        j->late->written_ms = event->at_ms;
    j->late->any = j->late->any || write.any;
    return OK;
}

static enum status add_writes(const struct judging_late *j, struct err *err)
{
    const struct late_asked *asked = j->asked;
    struct event *events = arena_take(j->arena, WRITES_MAX * sizeof(*events));
    size_t count = 0;
    enum status status = store_writes_since(
        asked->store, asked->link->account, asked->link->customer,
        asked->settled_ms, j->arena, events, WRITES_MAX, &count, err);

    for (size_t i = 0; i < count && status == OK; i++)
        status = add_write(j, &events[i], err);
    return status;
}

/* --- what is in doubt -----------------------------------------------------*/

static bool in_doubt(const struct change *change)
{
    return change->state == CHANGE_SENDING || change->state == CHANGE_UNKNOWN;
}

/* What was planned, and what it may have been sent with after all. */
static enum status add_change(const struct judging_late *j,
                              const struct change *change, struct err *err)
{
    struct node *wanted = NULL;
    struct customer *values;
    enum status status =
        customer_unpack(change->values, j->arena, &values, err);

    if (status != OK)
        return status;
    if (customer_is_kept(change->wanted))
        wanted = node_new(j->arena, NODE_LIST); /* what it was judged by */
    else if (change->wanted.size > 0 &&
             json_parse(change->wanted, j->arena, j->names, &wanted, err) != OK)
        return fail(err, STOP, EXIT_BUG, "bug",
                    "the store holds a change that cannot be read");
    add_shown_as(j, values);
    for (size_t i = 0; i < field_count(); i++) {
        const struct node *name = wanted != NULL ? wanted->first : NULL;
        bool named =
            wanted == NULL &&
            customer_get(values, (enum field)i)->presence != VALUE_ABSENT;

        for (; name != NULL && !named; name = name->next)
            named = text_is(name->text, field_name((enum field)i));
        if (named)
            add(j, (enum field)i);
    }
    return OK;
}

static enum status add_doubts(const struct judging_late *j, struct err *err)
{
    const struct late_asked *asked = j->asked;
    struct change *changes =
        arena_take(j->arena, CHANGES_MAX * sizeof(*changes));
    size_t count = 0;
    enum status status =
        store_customer_changes(asked->store, asked->link->customer, j->arena,
                               changes, CHANGES_MAX, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        if (changes[i].account == asked->link->account && in_doubt(&changes[i]))
            status = add_change(j, &changes[i], err);
    }
    return status;
}

enum status follow_late(const struct late_asked *asked, struct late *late,
                        struct arena *arena, struct err *err)
{
    struct customer *record =
        diff_overlay(customer_new(arena), asked->record, arena);
    struct judging_late j = {
        .asked = asked, .late = late, .record = record, .arena = arena};
    enum status status;

    *late = (struct late){
        .fields = arena_take(arena, field_count() * sizeof(*late->fields))};
    if (!contradicts_any(asked))
        return OK;
    if (!customer_has(record, FIELD_STATUS))
        customer_set(record, FIELD_STATUS, TEXT("active"));
    j.slots = mapping_slots(asked->mapping, &j.slots_count);
    j.names = names_open();
    status = add_writes(&j, err);
    if (status == OK && asked->doubt)
        status = add_doubts(&j, err);
    names_close(j.names);
    return status;
}
