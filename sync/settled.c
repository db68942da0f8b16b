/* settled.c - see settled.h. */
#include "sync/settled.h"

#include <stdlib.h>
#include <string.h>

#include "sync/key_set.h"

struct counted {
    store_id account, source, customer;
};

/* One that ended badly; it stood in a row of an earlier run. */
struct bad {
    struct bad *next;
    store_id source, customer;
    enum column column;
    const char *file, *code, *message;
    uint64_t line;
};

struct settled {
    struct arena *arena;
    struct key_set *created, *lost, *met;
    struct bad *bad, **bad_end;
    struct counted *counted;
    size_t count, room;
    store_id account, source; /* of what is recalled */
};

struct settled *settled_open(void)
{
    struct settled *settled = calloc(1, sizeof(*settled));

    if (settled == NULL)
        abort();
    settled->arena = arena_open();
    settled->created = key_set_open();
    settled->lost = key_set_open();
    settled->met = key_set_open();
    settled->bad_end = &settled->bad;
    return settled;
}

void settled_close(struct settled *settled)
{
    if (settled == NULL)
        return;
    key_set_close(settled->created);
    key_set_close(settled->lost);
    key_set_close(settled->met);
    arena_close(settled->arena);
    free(settled->counted);
    free(settled);
}

static struct print_key key_of(store_id account, store_id source,
                               store_id customer)
{
    static const uint8_t seed[16];
    store_id all[3] = {account, source, customer};
    char bytes[sizeof(all)];

    memcpy(bytes, all, sizeof(all));
    return print_key(seed, 's', (struct text){bytes, sizeof(bytes)});
}

static void add_untold(void *self, store_id customer)
{
    struct settled *settled = self;

    (void)key_set_add(settled->created,
                      key_of(settled->account, settled->source, customer));
}

enum status settled_recall(struct settled *settled, struct store *store,
                           store_id account, store_id source, struct err *err)
{
    settled->account = account;
    settled->source = source;
    return store_changes_untold(store, account, source, add_untold, settled,
                                err);
}

bool settled_created(struct settled *settled, store_id account, store_id source,
                     store_id customer)
{
    if (settled == NULL ||
        !key_set_has(settled->created, key_of(account, source, customer)))
        return false;
    settled_counted(settled, account, source, customer);
    return true;
}

void settled_counted(struct settled *settled, store_id account, store_id source,
                     store_id customer)
{
    if (settled == NULL)
        return;
    if (settled->count == settled->room) {
        settled->room = settled->room == 0 ? 16 : settled->room * 2;
        settled->counted =
            realloc(settled->counted, settled->room * sizeof(struct counted));
        if (settled->counted == NULL)
            abort();
    }
    settled->counted[settled->count++] =
        (struct counted){account, source, customer};
}

enum status settled_tell(const struct settled *settled, struct store *store,
                         struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; settled != NULL && i < settled->count && status == OK;
         i++) {
        const struct counted *counted = &settled->counted[i];

        status = store_change_tell(store, counted->account, counted->source,
                                   counted->customer, err);
    }
    return status;
}

bool settled_by_hand(const struct change *change)
{
    return text_is(change->code, "ambiguous_create") ||
           text_is(change->code, "found_other") ||
           text_is(change->code, "unsearchable");
}

void settled_lose(struct settled *settled, store_id source, store_id customer)
{
    if (settled != NULL)
        (void)key_set_add(settled->lost, key_of(0, source, customer));
}

bool settled_lost(const struct settled *settled, store_id source,
                  store_id customer)
{
    return settled != NULL &&
           key_set_has(settled->lost, key_of(0, source, customer));
}

/* --- what ended badly -----------------------------------------------------*/

bool settled_badly(struct settled *settled, const struct change *change,
                   enum column column)
{
    struct bad *bad;

    if (settled == NULL)
        return false;
    bad = arena_take(settled->arena, sizeof(*bad));
    *bad = (struct bad){
        .source = change->source,
        .customer = change->customer,
        .column = column,
        .file = arena_text(settled->arena, change->file).at,
        .code = arena_text(settled->arena, change->code).at,
        .message = arena_text(settled->arena, change->message).at,
        .line = change->line,
    };
    *settled->bad_end = bad;
    settled->bad_end = &bad->next;
    return true;
}

void settled_met(struct settled *settled, store_id source, store_id customer)
{
    if (settled != NULL && settled->bad != NULL)
        (void)key_set_add(settled->met, key_of(0, source, customer));
}

void settled_tell_rest(const struct settled *settled, struct report *report)
{
    const struct bad *bad = settled != NULL ? settled->bad : NULL;

    for (; bad != NULL; bad = bad->next) {
        if (key_set_has(settled->met, key_of(0, bad->source, bad->customer)))
            continue;
        report_problem(report, bad->file, bad->line, column_name(bad->column),
                       bad->code, "", "%s", bad->message);
        if (bad->column != ROWS_PENDING)
            report_leftover(report);
    }
}
