/*
 * status_troubles.c - the changes that did not get there, in the provider's own
 * words, each with what to do about it.
 */
#include "sync/status_own.h"

#include "sync/codes.h"
#include "sync/run.h"

#include <inttypes.h>

enum { TROUBLES_SHOWN = 20 }; /* by state */

const char *status_word(enum change_state state)
{
    static const char *const words[CHANGE_PARKED + 1] = {
        [CHANGE_PLANNED] = "pending",   [CHANGE_SENDING] = "sending",
        [CHANGE_UNKNOWN] = "unknown",   [CHANGE_DONE] = "done",
        [CHANGE_REJECTED] = "rejected", [CHANGE_FAILED] = "failed",
        [CHANGE_PARKED] = "conflict",
    };

    return words[state];
}

/* Killed between the sending and the answer, a change has no words of its own.
 */
static void name_sending(struct change *change)
{
    if (change->code.size > 0)
        return;
    change->code = TEXT("no_answer");
    change->message = TEXT("sent, and its run came to no answer");
}

static void add_change(struct telling *telling, const struct change *change,
                       struct node *list)
{
    struct arena *arena = telling->arena;
    struct node *entry = node_new(arena, NODE_OBJECT);
    const char *code = arena_string(arena, change->code);
    const char *remedy = code_remedy(code);

    json_text(entry, "state", text_of(status_word(change->state)), arena);
    json_number(entry, "run", (uint64_t)change->run, arena);
    json_text(entry, "file", change->file, arena);
    if (change->line != 0)
        json_number(entry, "line", change->line, arena);
    json_text(entry, "code", change->code, arena);
    json_text(entry, "message", change->message, arena);
    if (remedy != NULL)
        json_text(entry, "remedy", text_of(remedy), arena);
    (void)node_add(list, NULL, entry);

    buffer_print(&telling->out, "  %s: %.*s", status_word(change->state),
                 TEXT_ARGS(change->file));
    if (change->line != 0)
        buffer_print(&telling->out, ":%" PRIu64, change->line);
    buffer_print(&telling->out, ": %.*s [%s]\n", TEXT_ARGS(change->message),
                 code);
    if (remedy != NULL)
        buffer_print(&telling->out, "      %s\n", remedy);
}

/* There are more than is shown. */
static enum status tell_more(struct telling *telling, store_id account,
                             enum change_state state, struct err *err)
{
    uint64_t counts[CHANGE_PARKED + 1] = {0};
    enum status status =
        store_changes_count(telling->store, account, 0, 0, counts, err);

    if (status == OK && counts[state] > TROUBLES_SHOWN)
        buffer_print(&telling->out, "  %s: and %" PRIu64 " more\n",
                     status_word(state), counts[state] - TROUBLES_SHOWN);
    return status;
}

/* While a run is at work, what it has just sent is no trouble. */
static bool is_trouble(const struct telling *telling, store_id account,
                       enum change_state state)
{
    return state != CHANGE_SENDING || !run_is_locked(telling->store, account);
}

enum status status_troubles(struct telling *telling, store_id account,
                            struct node *entry, struct err *err)
{
    static const enum change_state states[] = {CHANGE_PARKED, CHANGE_SENDING,
                                               CHANGE_UNKNOWN, CHANGE_REJECTED,
                                               CHANGE_FAILED};
    struct change *changes =
        arena_take(telling->arena, TROUBLES_SHOWN * sizeof(*changes));
    struct node *list = node_new(telling->arena, NODE_LIST);

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        size_t count = 0;
        enum status status = OK;

        if (is_trouble(telling, account, states[i]))
            status = store_changes(telling->store, account, 0, states[i], 0,
                                   telling->arena, changes, TROUBLES_SHOWN,
                                   &count, err);
        if (status != OK)
            return status;
        for (size_t k = 0; k < count; k++) {
            if (states[i] == CHANGE_SENDING || states[i] == CHANGE_UNKNOWN)
                name_sending(&changes[k]);
            add_change(telling, &changes[k], list);
        }
        if (count == TROUBLES_SHOWN)
            status = tell_more(telling, account, states[i], err);
        if (status != OK)
            return status;
    }
    (void)node_add(entry, "problems", list);
    return OK;
}
