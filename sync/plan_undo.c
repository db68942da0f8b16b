/*
 * plan_undo.c - the writes of a run as changes that put back what they
 * replaced.
 */
#include "sync/undo.h"

#include <inttypes.h>
#include <stdio.h>

#include "sync/diff.h"
#include "sync/life.h"
#include "sync/plan_text.h"

/* Writes to one customer in one run; between the first and the last there is
 * nothing to go back to. */
enum {
    WRITES_MAX = 8,
    LATER_MAX = 100, /* events of one customer that are looked through */
};

struct reverse {
    const struct undoing *with;
    struct plan_totals *totals;
    struct arena *arena; /* of one customer */
    struct event events[WRITES_MAX];
    size_t count;
    bool made; /* the run created the record */
    struct customer *before, *after;
    struct link link;
    struct text record;
    const char *file; /* that messages name */
    size_t fields;    /* that can go back */
    size_t left;      /* that cannot */
};

/* --- what is told ---------------------------------------------------------*/

static void tell(const struct reverse *r, const char *outcome, const char *code,
                 enum field field, const char *why)
{
    report_problem(r->with->report, r->file, 0, outcome, code,
                   field != FIELD_NONE ? field_name(field) : "",
                   "record %.*s at %s: %s", TEXT_ARGS(r->record),
                   r->with->account->name, why);
}

static void refuse(const struct reverse *r, const char *code, const char *why)
{
    tell(r, "conflict", code, FIELD_NONE, why);
    report_count(r->with->report, ROWS_CONFLICT, 1);
}

/* --- fields ---------------------------------------------------------------*/

static const struct slot *slot_of(const struct reverse *r, enum field field)
{
    const struct slot *slot =
        mapping_slot(r->with->account->provider->mapping, field);

    return slot != NULL && slot->writable ? slot : NULL;
}

static void drop(struct reverse *r, enum field field)
{
    r->before->values[field].presence = VALUE_ABSENT;
    r->after->values[field].presence = VALUE_ABSENT;
}

/* Why the field cannot go back, whatever the record shows; NULL: it can. */
static const char *hindrance(const struct reverse *r, enum field field)
{
    const struct slot *slot = slot_of(r, field);

    if (slot == NULL)
        return "the provider's file does not write the field any more";
    if (!slot->readable)
        return "it does not show the field, so nobody knows whether it is "
               "still ours";
    if (slot->required && !customer_has(r->before, field))
        return "the field was blank before, and the provider needs a value";
    return NULL;
}

static void sift(struct reverse *r, const struct customer *held)
{
    for (size_t i = 0; i < r->before->count; i++) {
        enum field field = (enum field)i;
        const char *why;

        if (customer_get(r->before, field)->presence == VALUE_ABSENT)
            continue;
        if (customer_same(field, r->before, r->after, r->arena)) {
            drop(r, field); /* written, and written back in the same run */
            continue;
        }
        why = hindrance(r, field);
        if (why != NULL) {
            tell(r, "warning", "not_undone", field, why);
        } else if (r->with->dry &&
                   !customer_same(field, held, r->after, r->arena) &&
                   !customer_same(field, held, r->before, r->arena)) {
            tell(r, "warning", "changed_since", field,
                 "was changed since; it would be left as it is");
        } else {
            r->fields++;
            continue;
        }
        r->left++;
        drop(r, field);
    }
}

/* What the first write replaced, and what the last one left. */
static enum status gather(struct reverse *r, struct err *err)
{
    enum status status = OK;

    r->before = customer_new(r->arena);
    r->after = customer_new(r->arena);
    for (size_t i = 0; i < r->count && status == OK; i++) {
        struct names *names = names_open();
        struct customer *before, *after;
        struct node *body;

        status = json_parse(r->events[i].body, r->arena, names, &body, err);
        if (status == OK)
            status = life_fields(body, "before", r->arena, &before, err);
        if (status == OK)
            status = life_fields(body, "after", r->arena, &after, err);
        if (status == OK) {
            r->record = node_member_text(body, "record");
            r->before = diff_overlay(before, r->before, r->arena);
            r->after = diff_overlay(r->after, after, r->arena);
        }
        names_close(names);
        r->made = r->made || r->events[i].kind == EVENT_CREATED;
    }
    return status == REJECT ? STOP : status;
}

/* --- one customer ---------------------------------------------------------*/

/* Whose row made the record, as far as is known. */
static store_id maker(const struct reverse *r)
{
    store_id source = r->events[r->count - 1].source;

    return source != 0 ? source : r->with->source_id;
}

/* As `undo -n` shows it: what is put back, over what the run left. */
static enum status show(const struct reverse *r, enum change_kind kind,
                        struct err *err)
{
    bool *fields = arena_take(r->arena, field_count() * sizeof(bool));
    struct customer *held;
    struct plan_told told = {
        .kind = kind == CHANGE_UNMAKE ? CHANGE_DEACTIVATE : CHANGE_UPDATE,
        .remote_id = r->link.remote_id,
        .after = r->before,
        .fields = fields,
        .file = "",
        .matched = "undo",
    };
    enum status status;

    if (r->with->text == NULL)
        return OK;
    for (size_t i = 0; i < r->before->count; i++)
        fields[i] = r->before->values[i].presence != VALUE_ABSENT;
    status = customer_unpack(r->link.held, r->arena, &held, err);
    told.before = held;
    return status == OK ? plan_text_add(r->with->text, &told, err) : status;
}

static enum status add(struct reverse *r, enum change_kind kind,
                       struct err *err)
{
    const struct undoing *with = r->with;
    struct change change = {
        .run = with->run,
        .account = with->account_id,
        .source = with->source_id,
        .customer = r->link.customer,
        .link = r->link.id,
        .kind = kind,
        .values = customer_pack(r->before, r->arena),
        .wanted = customer_pack(r->after, r->arena),
        .keys =
            arena_print(r->arena, "[[\"source\",\"%" PRId64 "\"]]", maker(r)),
        .remote_id = r->link.remote_id,
        .file = arena_print(r->arena, "%s, %s:%.*s", r->file,
                            with->account->name, TEXT_ARGS(r->record)),
        .met = arena_print(r->arena, "{\"run\":%" PRId64 "}", with->undone),
    };
    enum status status = show(r, kind, err);

    r->totals->changes++;
    r->totals->updates += kind == CHANGE_UNDO;
    r->totals->deactivations += kind == CHANGE_UNMAKE;
    return status == OK ? store_change_add(with->store, &change, err) : status;
}

/* An earlier undo left something open. *open: and it may have been sent. */
static enum status clear_way(struct reverse *r, bool *open, struct err *err)
{
    const struct undoing *with = r->with;
    struct change change;
    enum status status =
        store_change_of(with->store, with->account_id, with->source_id,
                        r->link.customer, r->arena, &change, err);

    *open = change.state == CHANGE_SENDING || change.state == CHANGE_UNKNOWN;
    if (status != OK || change.id == 0 || *open)
        return status;
    return store_change_remove(with->store, change.id, err);
}

/* One write after the other, over what the source said. */
static enum status overlay_writes(struct reverse *r, const struct event *events,
                                  size_t count, struct err *err)
{
    enum status status = OK;

    for (size_t i = count; i > 0 && status == OK; i--) {
        struct names *names = names_open();
        struct customer *after;
        struct node *body;

        if (events[i - 1].account == r->with->account_id &&
            events[i - 1].kind >= EVENT_UPDATED) {
            status =
                json_parse(events[i - 1].body, r->arena, names, &body, err);
            if (status == OK)
                status = life_fields(body, "after", r->arena, &after, err);
            if (status == OK)
                r->after = diff_overlay(r->after, after, r->arena);
        }
        names_close(names);
    }
    return status;
}

/* All that we wrote to the record until now, as far as it is remembered. */
static enum status gather_all(struct reverse *r, struct err *err)
{
    struct event *events = arena_take(r->arena, LATER_MAX * sizeof(*events));
    struct text said = TEXT("");
    size_t count = 0;
    enum status status =
        store_said(r->with->store, r->events[r->count - 1].source, r->link.id,
                   r->arena, &said, err);

    if (status == OK)
        status = customer_unpack(said, r->arena, &r->after, err);
    if (status == OK)
        status = store_events(r->with->store, r->link.customer, 0, r->arena,
                              events, LATER_MAX, &count, err);
    if (status == OK)
        status = overlay_writes(r, events, count, err);
    return status == REJECT ? STOP : status;
}

static enum status unmake(struct reverse *r, struct err *err)
{
    const struct undoing *with = r->with;
    bool shared = false;
    enum status status;

    if (slot_of(r, FIELD_STATUS) == NULL) {
        refuse(r, "not_undone",
               "was made by that run, and the provider has no way to "
               "deactivate it; it stays");
        return OK;
    }
    status = store_has_other_source(with->store, maker(r), with->account_id,
                                    r->link.customer, &shared, err);
    if (status == OK && shared) {
        refuse(r, "not_undone",
               "was made by that run, and another source has the customer by "
               "now; it stays");
        return OK;
    }
    if (status == OK)
        status = gather_all(r, err);
    if (status != OK)
        return status;
    r->before = customer_new(r->arena);
    customer_set(r->before, FIELD_STATUS, TEXT("inactive"));
    return add(r, CHANGE_UNMAKE, err);
}

static enum status put_back(struct reverse *r, struct err *err)
{
    struct customer *held;
    enum status status = customer_unpack(r->link.held, r->arena, &held, err);

    if (status != OK)
        return status;
    sift(r, held);
    if (r->fields > 0)
        return add(r, CHANGE_UNDO, err);
    report_count(r->with->report, r->left > 0 ? ROWS_CONFLICT : ROWS_UNCHANGED,
                 1);
    return OK;
}

static enum status reverse_one(struct reverse *r, struct err *err)
{
    const struct undoing *with = r->with;
    bool open = false;
    enum status status = gather(r, err);

    if (status == OK)
        status = store_link_of(with->store, with->account_id,
                               r->events[0].customer, r->arena, &r->link, err);
    if (status != OK)
        return status;
    report_read(with->report, 1);
    if (r->link.id == 0 || !text_equal(r->link.remote_id, r->record)) {
        refuse(r, "not_undone", "is not the customer's any more");
        return OK;
    }
    if (r->link.state == LINK_GONE) {
        refuse(r, "gone", "was deleted there");
        return OK;
    }
    status = clear_way(r, &open, err);
    if (status != OK || open) /* in doubt: pending */
        return status;
    return r->made ? unmake(r, err) : put_back(r, err);
}

/* --- all of them ----------------------------------------------------------*/

static enum status reverse_all(const struct undoing *with,
                               struct plan_totals *totals, struct err *err)
{
    struct arena *arena = arena_open();
    store_id after = 0;
    enum status status;
    char file[40];
    size_t count;

    (void)snprintf(file, sizeof(file), "run %" PRId64, with->undone);
    do {
        struct reverse r = {
            .with = with, .totals = totals, .arena = arena, .file = file};

        arena_reset(arena);
        status =
            store_run_wrote(with->store, with->undone, with->account_id, after,
                            arena, r.events, WRITES_MAX, &r.count, err);
        count = r.count;
        if (status == OK && count > 0) {
            after = r.events[0].customer;
            status = reverse_one(&r, err);
        }
    } while (status == OK && count > 0);
    arena_close(arena);
    return status;
}

enum status undo_plan(const struct undoing *undoing, struct plan_totals *totals,
                      struct err *err)
{
    struct store *store = undoing->store;
    enum status status;

    *totals = (struct plan_totals){0};
    /* Of an undo that was cut short what was not sent is planned anew. */
    status = store_changes_drop(store, undoing->account_id, undoing->source_id,
                                true, err);
    if (status == OK)
        status = store_spares_drop(store, err);
    if (status == OK)
        status = reverse_all(undoing, totals, err);
    return status == OK
               ? plan_brake(store, undoing->account_id, undoing->policy,
                            totals->updates + totals->deactivations, err)
               : status;
}
