/*
 * explain_now.c - what stands now: keys, links, what each side says, and what
 * did not get there.
 */
#include "sync/explain.h"

#include <inttypes.h>

#include "sync/codes.h"
#include "sync/command.h"
#include "sync/identity.h"
#include "sync/life.h"
#include "sync/show.h"
#include "sync/status_own.h"

/* --- showing --------------------------------------------------------------*/

void explain_show(struct explaining *e, struct text text)
{
    show_safely(&e->out, text, EXPLAIN_LETTERS);
}

void explain_value(struct explaining *e, const struct node *value)
{
    if (value->kind == NODE_NULL)
        buffer_string(&e->out, "nothing");
    else if (value->kind == NODE_TEXT)
        explain_show(e, value->text);
    else
        explain_show(e, life_json(value, e->arena));
}

enum status explain_account(struct explaining *e, store_id account,
                            struct text *name, struct err *err)
{
    struct account_about about;
    enum status status =
        store_account_about(e->store, account, e->arena, &about, err);

    if (about.label.size > 0)
        *name = arena_print(e->arena, "%.*s:", TEXT_ARGS(about.label));
    else
        *name = arena_print(e->arena, "%.*s %.*s", TEXT_ARGS(about.provider),
                            TEXT_ARGS(about.tenant));
    return status;
}

enum status explain_source(struct explaining *e, store_id source,
                           struct text *name, struct err *err)
{
    struct text kind;
    uint64_t account;
    enum status status =
        store_source_about(e->store, source, e->arena, &kind, name, err);

    if (status == OK && text_is(kind, "account") &&
        text_to_u64(*name, &account))
        status = explain_account(e, (store_id)account, name, err);
    return status;
}

/* --- keys -----------------------------------------------------------------*/

static enum status tell_keys(struct explaining *e, store_id customer,
                             struct node *entry, struct err *err)
{
    struct node *list = node_add(entry, "keys", node_new(e->arena, NODE_LIST));
    struct store_key *keys = NULL;
    size_t count = 0;
    enum status status =
        store_customer_keys(e->store, customer, e->arena, &keys, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        struct node *one;
        struct text source;
        const char *name;

        if (keys[i].kind >= KEY_CONTENT)
            continue; /* a digest, for nobody's eyes */
        name = key_name((enum key)keys[i].kind);
        status = explain_source(e, keys[i].source, &source, err);
        one = node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
        json_text(one, "key", text_of(name), e->arena);
        json_text(one, "value", keys[i].value, e->arena);
        json_text(one, "source", source, e->arena);
        buffer_print(&e->out, "  %s ", name);
        explain_show(e, keys[i].value);
        buffer_string(&e->out, " (");
        explain_show(e, source);
        buffer_string(&e->out, ")\n");
    }
    return status;
}

/* --- both bases -----------------------------------------------------------*/

/* "    title: email ann@example.com, name Ann" */
static enum status tell_values(struct explaining *e, const char *title,
                               struct text kept, struct node *entry,
                               const char *member, struct err *err)
{
    const char *between = " ";
    struct node *values;
    struct text json;
    enum status status = customer_unpack_json(kept, e->arena, &json, err);

    if (status == OK && json.size > 0)
        status = json_parse(json, e->arena, e->names, &values, err);
    if (json.size == 0 || status != OK)
        return status == REJECT ? STOP : status;
    (void)node_add(entry, member, values);
    buffer_string(&e->out, "    ");
    explain_show(e, text_of(title));
    buffer_byte(&e->out, ':');
    for (const struct node *at = values->first; at != NULL; at = at->next) {
        if (at->kind == NODE_NULL)
            continue; /* blank: only JSON tells that */
        buffer_print(&e->out, "%s%s ", between, at->name);
        explain_value(e, at);
        between = ", ";
    }
    buffer_string(&e->out, values->first == NULL ? " nothing\n" : "\n");
    return OK;
}

static enum status tell_said(struct explaining *e, store_id link,
                             struct node *entry, struct err *err)
{
    struct node *list = node_add(entry, "said", node_new(e->arena, NODE_LIST));
    struct said *said = arena_take(e->arena, EXPLAIN_SAID * sizeof(*said));
    size_t count;
    enum status status = store_link_said(e->store, link, e->arena, said,
                                         EXPLAIN_SAID, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        struct node *one =
            node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
        struct text name;

        status = explain_source(e, said[i].source, &name, err);
        if (status != OK)
            return status;
        json_text(one, "source", name, e->arena);
        status = tell_values(
            e, arena_print(e->arena, "%.*s said", TEXT_ARGS(name)).at,
            said[i].values, one, "values", err);
    }
    return status;
}

static enum status tell_link(struct explaining *e, const struct link *link,
                             struct node *list, struct err *err)
{
    struct node *entry = node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
    struct text name;
    enum status status = explain_account(e, link->account, &name, err);

    if (status != OK)
        return status;
    json_text(entry, "account", name, e->arena);
    json_text(entry, "record", link->remote_id, e->arena);
    json_flag(entry, "gone", link->state == LINK_GONE, e->arena);
    json_flag(entry, "by_hand", link->by_hand, e->arena);
    buffer_string(&e->out, "  ");
    explain_show(e, name);
    buffer_string(&e->out, " record ");
    explain_show(e, link->remote_id);
    buffer_print(&e->out, "%s%s\n",
                 link->state == LINK_GONE ? ", which was deleted there" : "",
                 link->by_hand ? ", linked by hand" : "");
    status = tell_said(e, link->id, entry, err);
    if (status == OK)
        status = tell_values(e, "holds", link->held, entry, "held", err);
    return status;
}

/* --- what is not done -----------------------------------------------------*/

static void tell_place(struct explaining *e, const struct change *change)
{
    explain_show(e, change->file);
    if (change->line > 0)
        buffer_print(&e->out, ":%" PRIu64, change->line);
}

static enum status tell_change(struct explaining *e,
                               const struct change *change, struct node *list,
                               struct err *err)
{
    struct node *entry = node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
    const char *remedy = code_remedy(arena_string(e->arena, change->code));
    const char *state = status_word(change->state);
    struct text name;
    enum status status = explain_account(e, change->account, &name, err);

    if (status != OK)
        return status;
    json_text(entry, "account", name, e->arena);
    json_text(entry, "do", text_of(life_word(change->kind)), e->arena);
    json_text(entry, "state", text_of(state), e->arena);
    json_number(entry, "run", (uint64_t)change->run, e->arena);
    json_text(entry, "file", change->file, e->arena);
    if (change->line > 0)
        json_number(entry, "line", change->line, e->arena);
    json_time(entry, "sent_at", change->sent_ms, e->arena);
    json_text(entry, "code", change->code, e->arena);
    json_text(entry, "message", change->message, e->arena);
    if (remedy != NULL)
        json_text(entry, "remedy", text_of(remedy), e->arena);
    buffer_print(&e->out, "  %s: %s at ", state, life_word(change->kind));
    explain_show(e, name);
    buffer_string(&e->out, ", ");
    tell_place(e, change);
    buffer_print(&e->out, ", of run %" PRId64, change->run);
    if (change->code.size > 0) {
        buffer_string(&e->out, ": ");
        explain_show(e, change->message);
        buffer_string(&e->out, " [");
        explain_show(e, change->code);
        buffer_byte(&e->out, ']');
    }
    buffer_byte(&e->out, '\n');
    if (remedy != NULL)
        buffer_print(&e->out, "      %s\n", remedy);
    return OK;
}

enum status explain_now(struct explaining *e, store_id customer,
                        struct node *entry, struct err *err)
{
    struct link *links =
        arena_take(e->arena, EXPLAIN_ACCOUNTS * sizeof(*links));
    struct change *changes =
        arena_take(e->arena, EXPLAIN_ACCOUNTS * sizeof(*changes));
    struct node *list;
    size_t count = 0;
    enum status status = tell_keys(e, customer, entry, err);

    if (status == OK)
        status = store_customer_links(e->store, customer, e->arena, links,
                                      EXPLAIN_ACCOUNTS, &count, err);
    list = node_add(entry, "links", node_new(e->arena, NODE_LIST));
    for (size_t i = 0; i < count && status == OK; i++)
        status = tell_link(e, &links[i], list, err);
    if (status == OK)
        status = store_customer_changes(e->store, customer, e->arena, changes,
                                        EXPLAIN_ACCOUNTS, &count, err);
    list = node_add(entry, "changes", node_new(e->arena, NODE_LIST));
    for (size_t i = 0; status == OK && i < count; i++)
        status = tell_change(e, &changes[i], list, err);
    return status;
}
