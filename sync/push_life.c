/*
 * push_life.c - what becomes of a change, for its customer's life: noted while
 * it is worked on, put down in the transaction that puts its end to disk.
 */
#include "sync/life.h"
#include "sync/push.h"

static struct node *asked_list(struct task *task)
{
    struct life *life = &task->life;

    if (life->asked == NULL)
        life->asked = node_new(task->arena, NODE_LIST);
    return life->asked;
}

static const char *answer_word(const struct call *call)
{
    static const char *const words[] = {
        [MEANS_OK] = "",
        [MEANS_ABSENT] = "absent",
        [MEANS_DUPLICATE] = "duplicate",
        [MEANS_INVALID] = "refused",
        [MEANS_RETRY] = "failed",
        [MEANS_THROTTLED] = "throttled",
        [MEANS_REFRESH] = "denied",
        [MEANS_CLOCK] = "denied",
        [MEANS_DENIED] = "denied",
        [MEANS_DEAD] = "denied",
        [MEANS_BROKEN] = "broken",
    };

    if (call->end == CALL_UNKNOWN)
        return "unknown";
    if (call->end == CALL_GAVE_UP)
        return "gave up";
    return words[call->means];
}

/* The provider's own words, where it has any; secrets are not among them. */
static struct text words_of(const struct task *task, const struct call *call)
{
    struct client *client = task->push->with->client;

    if (call->end != CALL_ANSWERED)
        return client_redact(client, text_of(call->err.message), task->arena);
    if (call->means == MEANS_OK || call->means == MEANS_ABSENT)
        return TEXT("");
    return client_redact(client,
                         provider_complaint(task->push->provider, call->reply,
                                            call->raw, task->arena),
                         task->arena);
}

static struct node *add(struct task *task, const char *name, int status,
                        struct text answer, struct text words, uint32_t tries)
{
    struct node *list = asked_list(task);
    struct arena *arena = task->arena;
    struct node *entry;

    if (++task->life.asked_count > LIFE_ASKED_MAX)
        return NULL;
    entry = node_add(list, NULL, node_new(arena, NODE_LIST));
    (void)node_add(entry, NULL, node_text(arena, text_of(name)));
    life_number(entry, NULL, (uint64_t)(status > 0 ? status : 0), arena);
    if (answer.size + words.size == 0 && tries < 2)
        return entry;
    (void)node_add(entry, NULL, node_text(arena, answer));
    (void)node_add(entry, NULL, node_text(arena, words));
    if (tries > 1)
        life_number(entry, NULL, tries, arena);
    return entry;
}

/* A look-up is told with the key it asked by. */
static const char *name_of(const struct task *task, const struct call *call)
{
    if (task->step == STEP_LOOK && task->look_at < task->looks_count)
        return arena_print(task->arena, "find %s",
                           key_name(task->looks[task->look_at].key))
            .at;
    return call->name != NULL ? call->name : "";
}

void life_asked(struct task *task, const struct call *call)
{
    if (call->end == CALL_NOT_BEGUN)
        return;
    (void)add(task, name_of(task, call),
              call->end == CALL_ANSWERED ? call->status : 0,
              text_of(answer_word(call)), words_of(task, call), call->tries);
}

void life_outcome(struct task *task, const struct call *call,
                  const struct api_outcome *outcome)
{
    static const char *const words[] = {
        [ROW_OK] = "",
        [ROW_DUPLICATE] = "duplicate",
        [ROW_INVALID] = "refused",
        [ROW_UNKNOWN] = "unknown",
    };

    (void)add(
        task, call->name, call->status, text_of(words[outcome->row]),
        client_redact(task->push->with->client, outcome->message, task->arena),
        call->tries);
}

void life_found(struct task *task, size_t count)
{
    struct node *entry =
        task->life.asked != NULL ? task->life.asked->last : NULL;

    if (entry == NULL || task->life.asked_count > LIFE_ASKED_MAX)
        return;
    while (node_count(entry) < 5)
        (void)node_add(entry, NULL, node_text(task->arena, TEXT("")));
    life_number(entry, NULL, count, task->arena);
}

void life_matched(struct task *task, const struct customer *record)
{
    enum key keys[KEY_COUNT];
    size_t count = task_keys(task, keys);

    if (task_in_doubt(task)) {
        task->life.matched = TEXT("lost");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct text mine = candidate_key(task, keys[i]);

        if (mine.size == 0 ||
            !text_equal(mine, customer_key(record, keys[i], task->arena)))
            continue;
        task->life.matched = text_of(key_name(keys[i]));
        return;
    }
}

static bool *chosen_of(struct task *task, const struct customer *set)
{
    bool *chosen = arena_take(task->arena, field_count() * sizeof(bool));

    for (size_t i = 0; i < set->count; i++)
        chosen[i] = set->values[i].presence == VALUE_SET ||
                    set->values[i].presence == VALUE_BLANK;
    return chosen;
}

void life_saw(struct task *task, const struct customer *moved)
{
    task->life.saw = life_edits(task->held, moved, task->arena);
}

void life_wrote(struct task *task, const struct customer *sent)
{
    struct node *wrote = node_new(task->arena, NODE_OBJECT);
    struct customer *before =
        diff_overlay(customer_new(task->arena), task->held, task->arena);

    /* Who says nothing of a status is active. */
    if (!customer_has(before, FIELD_STATUS))
        customer_set(before, FIELD_STATUS, TEXT("active"));
    task->life.written = chosen_of(task, sent);
    task->life.fields = sent->count;
    life_moves(wrote, before, sent, task->life.written, task->arena);
    task->life.wrote = wrote;
}

/* --- put down -------------------------------------------------------------*/

static enum event_kind kind_of(const struct task *task)
{
    const struct change *change = &task->change;

    if (change->state == CHANGE_DONE && change->result == RESULT_CREATED)
        return EVENT_CREATED;
    if (task->life.wrote == NULL)
        return EVENT_TRIED;
    return change->kind == CHANGE_DEACTIVATE ? EVENT_DEACTIVATED
                                             : EVENT_UPDATED;
}

static const char *end_word(const struct change *change)
{
    static const char *const words[] = {
        [CHANGE_PLANNED] = "pending",   [CHANGE_SENDING] = "unknown",
        [CHANGE_UNKNOWN] = "unknown",   [CHANGE_DONE] = "unchanged",
        [CHANGE_REJECTED] = "rejected", [CHANGE_FAILED] = "failed",
        [CHANGE_PARKED] = "conflict",
    };

    if (change->state != CHANGE_DONE || change->result != RESULT_NONE)
        return words[change->state];
    return change->code.size > 0 ? "conflict" : "skipped";
}

static void add_end(struct node *body, const struct task *task,
                    enum event_kind kind)
{
    const struct change *change = &task->change;
    struct arena *arena = task->arena;

    if (kind != EVENT_TRIED)
        return;
    life_add(body, "end", text_of(end_word(change)), arena);
    life_add(body, "code", change->code, arena);
    life_add(body, "message", change->message, arena);
}

static struct text body_of(const struct task *task, enum event_kind kind)
{
    const struct life *life = &task->life;
    struct arena *arena = task->arena;
    struct node *body = node_new(arena, NODE_OBJECT);
    struct node *row = life_written(task->change.met, arena);

    if (row != NULL)
        (void)node_add(body, "row", row);
    if (kind == EVENT_TRIED || task->speaks != 0)
        life_add(body, "do", text_of(life_word(task->change.kind)), arena);
    if (life->asked != NULL)
        (void)node_add(body, "asked", life->asked);
    life_add(body, "matched", life->matched, arena);
    life_add(body, "record", task->link.remote_id, arena);
    if (life->saw != NULL)
        (void)node_add(body, "saw", life->saw);
    for (const struct node *side = life->wrote != NULL ? life->wrote->first
                                                       : NULL;
         side != NULL; side = side->next)
        (void)node_add(body, side->name, life_written(side->text, arena));
    add_end(body, task, kind);
    return life_json(body, arena);
}

/* For the report: which fields went out. */
static void count_fields(const struct task *task, enum event_kind kind)
{
    struct report *report = task->push->with->report;
    const struct customer *now = task->now;
    bool *filled;

    if (kind == EVENT_UPDATED)
        report_fields(report, false, task->life.written, task->life.fields);
    if (kind != EVENT_CREATED || now == NULL)
        return;
    filled = arena_take(task->arena, now->count * sizeof(bool));
    for (size_t i = 0; i < now->count; i++)
        filled[i] = now->values[i].presence == VALUE_SET;
    report_fields(report, true, filled, now->count);
}

enum status life_put(const struct task *task, store_id planned_by,
                     struct err *err)
{
    const struct pushing *with = task->push->with;
    const struct change *change = &task->change;
    struct event event = {
        .run = task->push->settling && planned_by != 0 ? planned_by : with->run,
        .customer = change->customer,
        .account = change->account,
        .source = task->speaks != 0 ? task->speaks : change->source,
        .kind = kind_of(task),
        .at_ms = push_now(task->push),
    };

    /* Not begun: the store still has it, and nothing happened. */
    if (change->state == CHANGE_PLANNED && task->life.asked == NULL)
        return OK;
    count_fields(task, event.kind);
    event.body = body_of(task, event.kind);
    /* Who waits is told of once, not at every plan. */
    return change->state == CHANGE_PLANNED && event.kind == EVENT_TRIED
               ? store_event_news(with->store, &event, err)
               : store_event_add(with->store, &event, err);
}
