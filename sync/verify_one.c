/*
 * verify_one.c - one record, as the provider shows it, beside what is held.
 */
#include "sync/diff.h"
#include "sync/follow.h"
#include "sync/key_set.h"
#include "sync/life.h"
#include "sync/verify_own.h"
#include "sync/who.h"

static const uint8_t no_seed[16];

static void tell(struct verify *verify, struct text id, store_id customer,
                 const char *code, struct node *entry)
{
    struct arena *arena = verify->arena;

    if (node_count(verify->records) >= VERIFY_TOLD)
        return;
    life_add(entry, "record", id, arena);
    if (customer != 0)
        life_number(entry, "customer", (uint64_t)customer, arena);
    life_add(entry, "code", text_of(code), arena);
    (void)node_add(verify->records, NULL, entry);
}

static void count_field(struct verify *verify, enum field field,
                        const char *named)
{
    struct verify_field *at = &verify->fields[field];

    if (at->count < VERIFY_FIRST)
        at->first[at->count] = named;
    at->count++;
}

/* What is held of nothing may be a default that the provider filled in: it is
 * no more a difference here than it is an edit to a read. */
static bool differs(const struct customer *held, const struct customer *seen,
                    const struct late *late, enum field field)
{
    return customer_get(seen, field)->presence != VALUE_ABSENT &&
           !(late->any && late->fields[field]) &&
           customer_get(held, field)->presence != VALUE_ABSENT;
}

static void tell_differences(struct verify *verify, const struct link *link,
                             const struct customer *held,
                             const struct customer *seen,
                             const struct late *late)
{
    struct arena *arena = verify->arena;
    bool *chosen = arena_take(arena, field_count() * sizeof(*chosen));
    const char *named = NULL;
    struct node *entry;

    for (size_t i = 0; i < field_count(); i++) {
        chosen[i] = differs(held, seen, late, (enum field)i);
        if (!chosen[i])
            continue;
        if (named == NULL)
            named =
                arena_print(arena, "%.*s (%s)", TEXT_ARGS(link->remote_id),
                            who_describe(verify->store, link->customer, arena))
                    .at;
        count_field(verify, (enum field)i, named);
    }
    if (named == NULL) {
        if (late->any)
            verify->unsettled++;
        else
            verify->equal++;
        return;
    }
    verify->differ++;
    entry = node_new(arena, NODE_OBJECT);
    life_moves(entry, held, seen, chosen, arena);
    tell(verify, link->remote_id, link->customer, "differs", entry);
}

/* Whoever was made twice has two records of one number. */
void verify_reference(struct verify *verify, struct text id,
                      const struct customer *shown)
{
    struct text reference = customer_text(shown, FIELD_REFERENCE_ID);

    if (reference.size == 0 ||
        !key_set_add(verify->references, print_key(no_seed, 'i', id)) ||
        key_set_add(verify->references, print_key(no_seed, 'r', reference)))
        return;
    verify->twice++;
    tell(verify, id, 0, "record_twice", node_new(verify->arena, NODE_OBJECT));
}

enum status verify_shown(struct verify *verify, struct text id,
                         struct customer *shown, int64_t asked_ms,
                         struct arena *arena, struct err *err)
{
    const struct account *account = client_account(verify->client);
    const struct mapping *mapping = account->provider->mapping;
    struct customer *held, *seen, *record;
    struct link link;
    struct late late;
    size_t count;
    const struct slot *slots = mapping_slots(mapping, &count);
    enum status status = store_link_by_remote(verify->store, verify->account_id,
                                              id, arena, &link, err);

    if (status != OK || !key_set_add(verify->seen, verify_id(id)))
        return status;
    verify_reference(verify, id, shown);
    if (link.id == 0 || link.state != LINK_LIVE || !verify_wants(verify, id))
        return OK;
    verify->read++;
    status = customer_unpack(link.held, arena, &held, err);
    if (status != OK)
        return status;
    record = mapping_project(mapping, shown, false, arena);
    seen = diff_moved(slots, count, held, record, arena);
    status = follow_late(
        &(struct late_asked){.store = verify->store,
                             .link = &link,
                             .mapping = mapping,
                             .held = held,
                             .record = record,
                             .seen = seen,
                             .settled_ms = follow_settled_ms(account, asked_ms),
                             .doubt = true},
        &late, arena, err);
    if (status == OK)
        tell_differences(verify, &link, held, seen, &late);
    return status;
}

enum status verify_absent(struct verify *verify, struct text id,
                          int64_t asked_ms, struct arena *arena,
                          struct err *err)
{
    struct link link;
    bool sure = true;
    enum status status = store_link_by_remote(verify->store, verify->account_id,
                                              id, arena, &link, err);

    if (status == OK)
        status = follow_sure(
            verify->store, &link,
            follow_settled_ms(client_account(verify->client), asked_ms), &sure,
            err);
    if (status != OK)
        return status;
    verify->read++;
    if (!sure) {
        verify->unsettled++;
        return OK;
    }
    verify->gone++;
    tell(verify, id, link.customer, "gone",
         node_new(verify->arena, NODE_OBJECT));
    return OK;
}
