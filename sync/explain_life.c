/*
 * explain_life.c - the events of a life as a person reads them; life.h says
 * what stands in them.
 */
#include "sync/explain.h"

#include <inttypes.h>
#include <string.h>

#include "sync/command.h"
#include "sync/report_own.h"

/* --- one event, in text ---------------------------------------------------*/

static struct text text_member(const struct node *body, const char *name)
{
    return node_member_text(body, name);
}

static const struct node *child(const struct node *list, size_t index)
{
    const struct node *at = list->first;

    while (at != NULL && index-- > 0)
        at = at->next;
    return at;
}

static struct text part(const struct node *list, size_t index)
{
    const struct node *at = child(list, index);

    return at != NULL ? at->text : (struct text){0};
}

static void show_after(struct explaining *e, const char *before,
                       struct text text)
{
    buffer_string(&e->out, before);
    explain_show(e, text);
}

static void tell_cleaned(struct explaining *e, const struct node *list)
{
    const struct node *one = list != NULL ? list->first : NULL;

    for (; one != NULL; one = one->next) {
        show_after(e, "      line ", part(one, 0));
        buffer_string(&e->out, ": ");
        if (part(one, 1).size > 0) {
            explain_show(e, part(one, 1));
            buffer_string(&e->out, ": ");
        }
        explain_show(e, part(one, 3));
        show_after(e, " [", part(one, 2));
        buffer_string(&e->out, "]\n");
    }
}

static void tell_row(struct explaining *e, const struct node *row)
{
    const struct node *also = node_member(row, "also");
    struct text known = text_member(row, "known");

    if (row == NULL)
        return;
    if (text_member(row, "run").size > 0) {
        show_after(e, "    undoes run ", text_member(row, "run"));
        buffer_byte(&e->out, '\n');
        return;
    }
    show_after(e, "    ", text_member(row, "file"));
    /* A record of an account has no line: its place names it. */
    if (text_member(row, "line").size > 0)
        show_after(e, ":", text_member(row, "line"));
    if (known.size > 0)
        show_after(e, ": known by ", known);
    if (also != NULL)
        buffer_string(&e->out, text_member(row, "line").size > 0
                                   ? ", merged with line"
                                   : ", merged with");
    for (const struct node *at = also != NULL ? also->first : NULL; at != NULL;
         at = at->next)
        show_after(e, " ", at->text);
    buffer_byte(&e->out, '\n');
    tell_cleaned(e, node_member(row, "cleaned"));
}

/* [call, status, answer, words, tries, found] */
static void tell_asked(struct explaining *e, const struct node *list)
{
    const struct node *one = list != NULL ? list->first : NULL;

    for (; one != NULL; one = one->next) {
        struct text answer = part(one, 2), words = part(one, 3);

        show_after(e, "    ", part(one, 0));
        buffer_byte(&e->out, ':');
        if (!text_is(part(one, 1), "0"))
            show_after(e, " ", part(one, 1));
        if (answer.size > 0)
            show_after(e, " ", answer);
        if (part(one, 5).size > 0) {
            show_after(e, ", ", part(one, 5));
            buffer_string(&e->out, " found");
        }
        if (part(one, 4).size > 0) {
            show_after(e, ", after ", part(one, 4));
            buffer_string(&e->out, " tries");
        }
        if (words.size > 0)
            show_after(e, ": ", words);
        buffer_byte(&e->out, '\n');
    }
}

/* "      email: a -> b" */
static void tell_moves(struct explaining *e, const struct node *object)
{
    const struct node *after = node_member(object, "after");
    const struct node *before = node_member(object, "before");

    for (const struct node *at = after != NULL ? after->first : NULL;
         at != NULL; at = at->next) {
        const struct node *was = node_member(before, at->name);

        show_after(e, "      ", text_of(at->name));
        buffer_string(&e->out, ": ");
        if (was != NULL)
            explain_value(e, was);
        buffer_string(&e->out, " -> ");
        explain_value(e, at);
        buffer_byte(&e->out, '\n');
    }
}

static void tell_matched(struct explaining *e, struct text matched,
                         struct text record)
{
    if (matched.size == 0)
        return;
    show_after(e, "    record ", record);
    if (text_is(matched, "lost"))
        buffer_string(&e->out, " is what we made when the answer was lost");
    else
        show_after(e, " is the customer, by ", matched);
    buffer_byte(&e->out, '\n');
}

static void tell_found(struct explaining *e, struct text found,
                       struct text record)
{
    if (found.size == 0)
        return;
    buffer_string(&e->out, "    record ");
    explain_show(e, record);
    buffer_string(&e->out, text_is(found, "gone")
                               ? " was not there any more, as a read showed\n"
                               : " was there again, as a read showed\n");
}

static void tell_end(struct explaining *e, const struct event *event,
                     const struct node *body)
{
    static const char *const done[] = {
        [EVENT_CREATED] = "created",
        [EVENT_UPDATED] = "updated",
        [EVENT_DEACTIVATED] = "deactivated",
    };
    struct text end = text_member(body, "end");

    if (event->kind >= EVENT_CREATED && event->kind <= EVENT_DEACTIVATED) {
        buffer_print(&e->out, "    %s record ", done[event->kind]);
        explain_show(e, text_member(body, "record"));
        buffer_byte(&e->out, '\n');
        return;
    }
    if (end.size == 0)
        return;
    show_after(e, "    ", end);
    if (text_member(body, "code").size > 0) {
        show_after(e, ": ", text_member(body, "message"));
        show_after(e, " [", text_member(body, "code"));
        buffer_byte(&e->out, ']');
    }
    buffer_byte(&e->out, '\n');
}

static void tell_kept(struct explaining *e, const struct node *kept)
{
    const struct node *at = kept != NULL ? kept->first : NULL;

    if (at == NULL)
        return;
    buffer_string(&e->out, "    changed on both sides, the target's kept:");
    for (; at != NULL; at = at->next)
        show_after(e, " ", at->text);
    buffer_byte(&e->out, '\n');
}

static void tell_event(struct explaining *e, const struct event *event,
                       const struct node *body)
{
    const struct node *saw = node_member(body, "saw");
    struct text hand = text_member(body, "hand");

    if (hand.size > 0) {
        show_after(e, "    by hand: ", hand);
        show_after(e, " ", text_member(body, "record"));
        buffer_byte(&e->out, '\n');
    }
    tell_row(e, node_member(body, "row"));
    tell_asked(e, node_member(body, "asked"));
    tell_matched(e, text_member(body, "matched"), text_member(body, "record"));
    tell_found(e, text_member(body, "found"), text_member(body, "record"));
    if (saw != NULL) {
        buffer_string(&e->out, "    edited there, as a read showed\n");
        tell_moves(e, saw);
    }
    tell_kept(e, node_member(body, "kept"));
    tell_end(e, event, body);
    tell_moves(e, body);
}

/* --- the order ------------------------------------------------------------*/

static const char *event_word(enum event_kind kind)
{
    static const char *const words[] = {
        [EVENT_ROW] = "row",
        [EVENT_SEEN] = "seen",
        [EVENT_HAND] = "by_hand",
        [EVENT_TRIED] = "tried",
        [EVENT_CREATED] = "created",
        [EVENT_UPDATED] = "updated",
        [EVENT_DEACTIVATED] = "deactivated",
    };

    return kind <= EVENT_DEACTIVATED ? words[kind] : "";
}

static void tell_run(struct explaining *e, const struct event *event,
                     const struct store_run *run, struct text account)
{
    buffer_print(&e->out, "  %.*s",
                 TEXT_ARGS(report_time(event->at_ms, e->arena)));
    if (run->id == 0) {
        show_after(e, "  at ", account);
        buffer_byte(&e->out, '\n');
        e->at = account;
        return;
    }
    e->at = run->to.size > 0 ? run->to : run->from;
    buffer_print(&e->out, "  run %" PRId64 ": ", run->id);
    explain_show(e, run->command);
    buffer_byte(&e->out, ' ');
    explain_show(e, run->from);
    if (run->to.size > 0) {
        buffer_string(&e->out, " -> ");
        explain_show(e, run->to);
    }
    buffer_byte(&e->out, '\n');
}

/* A run may work at two: its heading names the one. */
static void tell_where(struct explaining *e, struct text account)
{
    if (text_equal(e->at, account))
        return;
    e->at = account;
    show_after(e, "   at ", account);
    buffer_byte(&e->out, '\n');
}

static enum status add_event(struct explaining *e, const struct event *event,
                             struct store_run *run, struct node *list,
                             struct err *err)
{
    struct node *entry = node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
    bool begins = event->run == 0 || event->run != run->id;
    struct text account, source = TEXT("");
    struct node *body;
    enum status status = explain_account(e, event->account, &account, err);

    if (status == OK && begins)
        status = store_run(e->store, event->run, e->arena, run, err);
    if (status == OK && event->source != 0)
        status = explain_source(e, event->source, &source, err);
    if (status == OK)
        status = json_parse(event->body, e->arena, e->names, &body, err);
    if (status != OK)
        return status == REJECT ? STOP : status;
    json_text(entry, "event", text_of(event_word(event->kind)), e->arena);
    json_time(entry, "at", event->at_ms, e->arena);
    if (run->id != 0) {
        json_number(entry, "run", (uint64_t)run->id, e->arena);
        json_text(entry, "command", run->command, e->arena);
    }
    json_text(entry, "account", account, e->arena);
    if (source.size > 0)
        json_text(entry, "source", source, e->arena);
    for (const struct node *at = body->first; at != NULL; at = at->next)
        (void)node_add(entry, at->name, node_copy(e->arena, at));
    if (begins)
        tell_run(e, event, run, account);
    tell_where(e, account);
    tell_event(e, event, body);
    return OK;
}

/* Newest first, as the store gives them. */
static enum status load(struct explaining *e, store_id customer,
                        struct event *events, size_t *count, struct err *err)
{
    enum { PAGE = 100 };
    store_id before = 0;
    size_t got = PAGE;
    enum status status = OK;

    *count = 0;
    while (status == OK && got == PAGE && *count < EXPLAIN_EVENTS) {
        status = store_events(e->store, customer, before, e->arena,
                              events + *count, PAGE, &got, err);
        *count += status == OK ? got : 0;
        before = *count > 0 ? events[*count - 1].id : 0;
    }
    return status;
}

enum status explain_life(struct explaining *e, store_id customer,
                         struct node *entry, struct err *err)
{
    struct node *list = node_add(entry, "life", node_new(e->arena, NODE_LIST));
    struct event *events =
        arena_take(e->arena, EXPLAIN_EVENTS * sizeof(*events));
    struct store_run run = {.id = 0};
    size_t count;
    enum status status = load(e, customer, events, &count, err);

    buffer_string(&e->out, "life:\n");
    if (status == OK && count == 0)
        buffer_print(&e->out, "  nothing happened in the last %d days\n",
                     (int)HISTORY_DAYS);
    if (count == EXPLAIN_EVENTS)
        buffer_print(&e->out, "  (the last %d events)\n", (int)EXPLAIN_EVENTS);
    for (size_t i = count; i > 0 && status == OK; i--)
        status = add_event(e, &events[i - 1], &run, list, err);
    return status;
}
