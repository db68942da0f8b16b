/* mirror.c - see mirror.h. */
#include "sync/mirror.h"

#include "state/history.h"
#include "sync/diff.h"

#include <stdio.h>

/* Somebody's number stands in the record's own reference field. */
static bool has_reference(const struct mapping *mapping,
                          const struct customer *held)
{
    size_t count;
    const struct slot *slots = mapping_slots(mapping, &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].reference && customer_has(held, slots[i].field))
            return true;
    }
    return false;
}

static enum status make_link(const struct mirror *mirror, store_id customer,
                             const struct record_seen *record,
                             struct arena *arena, struct err *err)
{
    const struct mapping *mapping = mirror->from->provider->mapping;
    struct customer *shown, *held;
    struct link link;
    enum status status = customer_unpack(record->values, arena, &shown, err);

    if (status != OK)
        return status;
    held = mapping_project(mapping, shown, false, arena);
    link = (struct link){
        .account = mirror->from_id,
        .customer = customer,
        .remote_id = record->remote_id,
        .reference_source = has_reference(mapping, held) ? STORE_FOREIGN : 0,
        .held = customer_pack(held, arena),
        .held_full = record->full,
    };
    return store_link_put(mirror->store, &link, err);
}

enum status mirror_link(const struct mirror *mirror, store_id customer,
                        struct text remote_id, struct arena *arena,
                        struct err *err)
{
    struct record_seen record;
    struct link link;
    enum status status = store_link_of(mirror->store, mirror->from_id, customer,
                                       arena, &link, err);

    if (status != OK || link.id != 0 || remote_id.size == 0)
        return status;
    status = store_link_by_remote(mirror->store, mirror->from_id, remote_id,
                                  arena, &link, err);
    if (status != OK || link.id != 0)
        return status;
    status = store_record(mirror->store, mirror->from_id, remote_id, arena,
                          &record, err);
    if (status != OK || record.remote_id.size == 0)
        return status;
    return make_link(mirror, customer, &record, arena, err);
}

enum status mirror_source(struct store *store, store_id account,
                          store_id *source, struct err *err)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "%lld", (long long)account);
    return store_source(store, "account", name, source, err);
}

enum status mirror_account(struct store *store, store_id source,
                           struct arena *arena, store_id *account,
                           struct err *err)
{
    struct text kind, name;
    uint64_t number = 0;
    enum status status =
        store_source_about(store, source, arena, &kind, &name, err);

    if (status == OK && text_is(kind, "account"))
        (void)text_to_u64(name, &number);
    *account = (store_id)number;
    return status;
}
