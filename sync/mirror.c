/* mirror.c - see mirror.h. */
#include "sync/mirror.h"

#include "sync/diff.h"
#include "sync/follow.h"
#include "sync/listing.h"

#include <stdio.h>

static enum status source_of(struct store *store, store_id account,
                             store_id *source, struct err *err)
{
    char name[32];

    /* The tenant is the source, whatever its label says today. */
    (void)snprintf(name, sizeof(name), "%lld", (long long)account);
    return store_source(store, "account", name, source, err);
}

enum status mirror_open(struct mirror *mirror, struct store *store,
                        const struct account *from, store_id from_id,
                        const struct account *to, store_id to_id,
                        struct err *err)
{
    enum status status;

    *mirror = (struct mirror){.store = store,
                              .from = from,
                              .to = to,
                              .from_id = from_id,
                              .to_id = to_id};
    status = source_of(store, from_id, &mirror->from_source, err);
    if (status == OK)
        status = source_of(store, to_id, &mirror->to_source, err);
    return status;
}

struct mirror mirror_turned(const struct mirror *mirror)
{
    return (struct mirror){
        .store = mirror->store,
        .from = mirror->to,
        .to = mirror->from,
        .from_id = mirror->to_id,
        .to_id = mirror->from_id,
        .from_source = mirror->to_source,
        .to_source = mirror->from_source,
    };
}

/* --- links ----------------------------------------------------------------*/

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
    enum status status = diff_parse(record->values, arena, &shown, err);

    if (status != OK)
        return status;
    held = mapping_project(mapping, shown, false, arena);
    link = (struct link){
        .account = mirror->from_id,
        .customer = customer,
        .remote_id = record->remote_id,
        .reference_source = has_reference(mapping, held) ? STORE_FOREIGN : 0,
        .held = diff_json(held, arena),
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

/* --- echoes ---------------------------------------------------------------*/

/* A record that holds this, as it will be read: written and read again, since
 * what is read by other rules than it is written by follows too. */
static struct customer *shown_by(const struct account *account,
                                 const struct customer *held,
                                 struct arena *arena)
{
    const struct provider *provider = account->provider;
    const struct target_form form = {.region = account->region,
                                     .national = provider->phones_national};
    const struct cleaning cleaning = {
        .regions = {NULL, mapping_region(provider->mapping), account->region,
                    provider->region_hint},
    };
    bool *set = arena_take(arena, field_count() * sizeof(*set));
    struct customer *read;
    struct err ignored;

    for (size_t i = 0; i < field_count(); i++)
        set[i] = customer_has(held, (enum field)i);
    if (mapping_read(provider->mapping,
                     mapping_write(provider->mapping, held, set, &form, arena),
                     &cleaning, arena, &read, &ignored) != OK)
        read = customer_new(arena);
    return diff_overlay(held, read, arena);
}

static bool differs(enum field field, const struct customer *a,
                    const struct customer *b, struct arena *arena)
{
    bool has = customer_has(a, field);

    if (has != customer_has(b, field))
        return true;
    return has && !value_same(field, customer_text(a, field),
                              customer_text(b, field), arena);
}

/* What of after is not in before; blank what is no more. */
static struct customer *difference(const struct customer *before,
                                   const struct customer *after,
                                   struct arena *arena, size_t *count)
{
    struct customer *out = customer_new(arena);

    *count = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (!differs((enum field)i, before, after, arena))
            continue;
        ++*count;
        out->values[i] = *customer_get(after, (enum field)i);
        if (!customer_has(after, (enum field)i))
            out->values[i] = (struct value){.presence = VALUE_BLANK};
    }
    return out;
}

/* As FROM's mapping can hold what TO says as a source. */
static struct customer *heard(const struct mirror *mirror,
                              struct text remote_id,
                              const struct customer *shown, struct arena *arena)
{
    struct customer *customer = diff_overlay(customer_new(arena), shown, arena);

    mapping_as_source(mirror->to->provider->mapping, remote_id, customer);
    return mapping_project(mirror->from->provider->mapping, customer, false,
                           arena);
}

/* TO has said it, and what FROM's people had edited there is carried over. */
static enum status put_said(const struct mirror *mirror, store_id link,
                            const struct customer *echo, struct arena *arena,
                            struct err *err)
{
    bool *agreed = arena_take(arena, field_count() * sizeof(*agreed));
    const struct follow follow = {.store = mirror->store,
                                  .link = link,
                                  .source = mirror->to_source,
                                  .dealt = agreed};
    struct customer *said;
    struct text json;
    enum status status =
        store_said(mirror->store, mirror->to_source, link, arena, &json, err);

    if (status == OK)
        status = diff_parse(json, arena, &said, err);
    if (status == OK)
        status = store_said_put(
            mirror->store, mirror->to_source, link,
            diff_json(diff_overlay(said, echo, arena), arena), err);
    for (size_t i = 0; i < field_count(); i++)
        agreed[i] = customer_get(echo, (enum field)i)->presence != VALUE_ABSENT;
    return status == OK ? follow_moved(&follow, arena, err) : status;
}

/* The copy of the record; none yet when we made it: the next read brings it. */
static enum status put_record(const struct mirror *mirror,
                              struct text remote_id,
                              const struct customer *change,
                              struct arena *arena, struct err *err)
{
    struct record_seen record;
    struct customer *customer;
    enum status status = store_record(mirror->store, mirror->to_id, remote_id,
                                      arena, &record, err);

    if (status != OK || record.remote_id.size == 0)
        return status;
    status = diff_parse(record.values, arena, &customer, err);
    if (status != OK)
        return status;
    return listing_put(mirror->store, mirror->to_id, &record,
                       diff_overlay(customer, change, arena), arena, err);
}

enum status mirror_echo(const struct mirror *mirror, store_id customer,
                        struct text remote_id, const struct customer *before,
                        const struct customer *after, struct arena *arena,
                        struct err *err)
{
    struct customer *was, *is, *echo;
    struct link link;
    size_t count;
    enum status status = store_link_of(mirror->store, mirror->from_id, customer,
                                       arena, &link, err);

    if (status != OK || link.id == 0)
        return status;
    was = before == NULL ? customer_new(arena)
                         : shown_by(mirror->to, before, arena);
    is = shown_by(mirror->to, after, arena);
    echo = difference(was, is, arena, &count);
    if (count > 0)
        status = put_record(mirror, remote_id, echo, arena, err);
    if (status != OK)
        return status;
    if (before != NULL)
        was = heard(mirror, remote_id, was, arena);
    echo = difference(was, heard(mirror, remote_id, is, arena), arena, &count);
    return count > 0 ? put_said(mirror, link.id, echo, arena, err) : OK;
}
