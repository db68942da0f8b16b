/*
 * plan_life.c - how a row was met, for the customer's life: kept with its
 * change, or as an event where no change comes of it. A row that says nothing
 * new leaves no trace.
 */
#include "sync/life.h"
#include "sync/plan_own.h"

enum status decide_known_by(const struct deciding *d,
                            const struct store_key **by, struct err *err)
{
    const struct planning *with = d->plan->with;
    struct store_key *known = NULL;
    size_t count = 0;
    enum status status = OK;

    *by = NULL;
    if (d->composed->known != 0)
        status = store_customer_keys(with->store, d->composed->known,
                                     d->plan->work, &known, &count, err);
    for (size_t i = 0; status == OK && i < d->keys_count; i++) {
        const struct store_key *key = &d->keys[i];

        for (size_t k = 0; k < count && *by == NULL; k++) {
            if (known[k].kind == key->kind &&
                text_equal(known[k].value, key->value) &&
                (key->kind != KEY_REFERENCE_ID ||
                 known[k].source == with->source_id))
                *by = key;
        }
    }
    return status;
}

static const char *known_word(const struct store_key *by)
{
    if (by == NULL)
        return "";
    return by->kind < KEY_COUNT ? key_name((enum key)by->kind) : "content";
}

/* The other rows, by their lines; an account's records by their ids. */
static void add_lines(const struct deciding *d, struct node *row,
                      struct arena *arena)
{
    const struct composed *composed = d->composed;
    struct source *source = d->plan->with->source;
    struct node *also;

    if (composed->count < 2)
        return;
    also = node_add(row, "also", node_new(arena, NODE_LIST));
    for (size_t i = 1; i < composed->count && i < LIFE_LINES_MAX; i++) {
        const struct row *other = composed->rows[i];

        if (other->line > 0)
            life_number(also, NULL, other->line, arena);
        else
            life_add(
                also, NULL,
                source_row_id(source, other->file, composed->raws[i], arena),
                arena);
    }
}

enum status plan_meet(struct deciding *d, struct err *err)
{
    struct arena *arena = d->plan->work;
    const struct composed *composed = d->composed;
    struct node *row = node_new(arena, NODE_OBJECT);
    const struct store_key *by;
    enum status status = decide_known_by(d, &by, err);

    if (status != OK)
        return status;
    life_add(row, "file", text_of(composed->place.file), arena);
    if (composed->place.line > 0)
        life_number(row, "line", composed->place.line, arena);
    life_add(row, "known", text_of(known_word(by)), arena);
    add_lines(d, row, arena);
    if (composed->cleaned != NULL && d->wanted != NULL)
        life_cleaned(composed->cleaned, d->wanted, composed->place.line, arena);
    if (composed->cleaned != NULL && composed->cleaned->first != NULL)
        (void)node_add(row, "cleaned", composed->cleaned);
    d->met = life_json(row, arena);
    return OK;
}

static struct event event_of(const struct plan *plan,
                             const struct composed *composed,
                             const struct node *body)
{
    const struct planning *with = plan->with;

    return (struct event){
        .run = with->run,
        .customer = composed->known,
        .account = with->account_id,
        .source = with->source_id,
        .kind = EVENT_ROW,
        .at_ms = with->now_ms,
        .body = life_json(body, plan->work),
    };
}

enum status plan_tell_equal(struct deciding *d, const bool *kept,
                            struct err *err)
{
    struct arena *arena = d->plan->work;
    struct node *body = node_new(arena, NODE_OBJECT);
    struct node *fields = node_new(arena, NODE_LIST);
    struct event event;
    enum status status = plan_meet(d, err);

    if (status != OK)
        return status;
    (void)node_add(body, "row", life_written(d->met, arena));
    for (size_t i = 0; i < field_count(); i++) {
        if (kept[i])
            life_add(fields, NULL, text_of(field_name((enum field)i)), arena);
    }
    if (fields->first != NULL)
        (void)node_add(body, "kept", fields);
    life_add(body, "end", TEXT("unchanged"), arena);
    event = event_of(d->plan, d->composed, body);
    return store_event_add(d->plan->with->store, &event, err);
}

enum status plan_tell_refused(struct plan *plan,
                              const struct composed *composed,
                              enum column column, const char *code,
                              const char *message, struct err *err)
{
    struct arena *arena = plan->work;
    struct node *body = node_new(arena, NODE_OBJECT);
    struct node *row = node_new(arena, NODE_OBJECT);
    struct event event;

    if (composed->known == 0 || plan->with->account_id == 0 || composed->told ||
        column == ROWS_SKIPPED)
        return OK;
    life_add(row, "file", text_of(composed->place.file), arena);
    if (composed->place.line > 0)
        life_number(row, "line", composed->place.line, arena);
    (void)node_add(body, "row", row);
    life_add(body, "end", text_of(column_name(column)), arena);
    life_add(body, "code", text_of(code), arena);
    life_add(body, "message", text_of(message), arena);
    event = event_of(plan, composed, body);
    return store_event_news(plan->with->store, &event, err);
}
