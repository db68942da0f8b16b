/* echo.c - see echo.h. */
#include "sync/echo.h"

#include "state/history.h"
#include "sync/diff.h"
#include "sync/follow.h"
#include "sync/listing.h"
#include "sync/mirror.h"

enum { LINKS_MAX = 64 }; /* accounts that have one customer */

/* The echo on its way to those who hear it. */
struct sounding {
    const struct echo *what;
    struct customer *was, *is; /* as the account shows them */
    store_id own;              /* the account as a source */
    store_id from;             /* the account the word came from; 0: none */
    struct arena *arena;
};

/* --- what a record shows --------------------------------------------------*/

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

void echo_over(const struct account *account, const struct customer *was,
               const struct customer *is, struct customer *record,
               struct arena *arena)
{
    size_t count;
    const struct customer *change =
        difference(shown_by(account, was, arena), shown_by(account, is, arena),
                   arena, &count);

    for (size_t i = 0; i < change->count; i++) {
        if (change->values[i].presence != VALUE_ABSENT)
            record->values[i] = change->values[i];
    }
}

/* The copy of the record; none yet when we made it: the next read brings it. */
static enum status put_record(const struct sounding *s, struct err *err)
{
    const struct echo *what = s->what;
    struct record_seen record;
    struct customer *customer, *change;
    size_t count;
    enum status status;

    change = difference(s->was, s->is, s->arena, &count);
    if (count == 0)
        return OK;
    status = store_record(what->store, what->account_id, what->remote_id,
                          s->arena, &record, err);
    if (status != OK || record.remote_id.size == 0)
        return status;
    status = customer_unpack(record.values, s->arena, &customer, err);
    if (status != OK)
        return status;
    return listing_put(what->store, what->account_id, &record,
                       diff_overlay(customer, change, s->arena), s->arena, err);
}

/* --- what is heard of it --------------------------------------------------*/

/* The mapping is the provider's, whichever of its accounts it is. */
static enum status mapping_of(const struct sounding *s, store_id account,
                              const struct mapping **mapping, struct err *err)
{
    const struct config *config = s->what->config;
    struct account_about about;
    enum status status =
        store_account_about(s->what->store, account, s->arena, &about, err);

    *mapping = NULL;
    for (size_t i = 0; status == OK && i < config->accounts_count; i++) {
        if (text_is(about.provider, config->accounts[i].provider->name))
            *mapping = config->accounts[i].provider->mapping;
    }
    return status;
}

/* As the hearer's mapping can hold what the account says as a source. */
static struct customer *heard(const struct sounding *s,
                              const struct mapping *mapping,
                              const struct customer *shown)
{
    struct customer *customer =
        diff_overlay(customer_new(s->arena), shown, s->arena);

    mapping_as_source(s->what->account->provider->mapping, s->what->remote_id,
                      customer);
    return mapping == NULL
               ? customer /* no account of that kind is configured any more */
               : mapping_project(mapping, customer, false, s->arena);
}

static struct text list_of(const struct customer *customer, enum field field)
{
    return customer_has(customer, field) ? customer_text(customer, field)
                                         : (struct text){0};
}

/* Of a list only the elements are ours that our write brought or took: the
 * others its people may have put there since it last spoke. */
static void sift_lists(struct customer *echo, const struct customer *said,
                       const struct customer *was, const struct customer *is,
                       struct arena *arena)
{
    for (size_t i = 0; i < echo->count; i++) {
        enum field field = (enum field)i;
        struct text list;

        if (!value_unites(field) || echo->values[i].presence == VALUE_ABSENT)
            continue;
        list = value_merge_list(list_of(said, field), list_of(was, field),
                                list_of(is, field), arena);
        customer_set(echo, field, list);
        if (text_is(list, "[]"))
            echo->values[i] = (struct value){.presence = VALUE_BLANK};
    }
}

/* An edit over there that was carried here is dealt with; one that an undo
 * takes back from here is not. */
static enum status strike_edits(const struct sounding *s, store_id link,
                                const struct customer *echo, struct err *err)
{
    bool *agreed = arena_take(s->arena, field_count() * sizeof(*agreed));
    const struct follow follow = {.store = s->what->store,
                                  .link = link,
                                  .source = s->own,
                                  .dealt = agreed};

    for (size_t i = 0; i < field_count(); i++)
        agreed[i] = customer_get(echo, (enum field)i)->presence != VALUE_ABSENT;
    return s->what->taken_back ? OK : follow_moved(&follow, s->arena, err);
}

static enum status hear(const struct sounding *s, const struct link *link,
                        const struct customer *said, struct err *err)
{
    const struct mapping *mapping;
    struct customer *was, *is, *echo;
    size_t count;
    enum status status = mapping_of(s, link->account, &mapping, err);

    if (status != OK)
        return status;
    was = s->what->before == NULL ? s->was : heard(s, mapping, s->was);
    is = heard(s, mapping, s->is);
    echo = difference(was, is, s->arena, &count);
    if (count == 0)
        return OK;
    sift_lists(echo, said, was, is, s->arena);
    status = store_said_put(
        s->what->store, s->own, link->id,
        customer_pack(diff_overlay(said, echo, s->arena), s->arena), err);
    return status == OK ? strike_edits(s, link->id, echo, err) : status;
}

/* --- who hears it ---------------------------------------------------------*/

static enum status maybe_hear(const struct sounding *s, const struct link *link,
                              struct err *err)
{
    struct customer *said;
    struct text kept;
    enum status status;

    if (link->account == s->what->account_id)
        return OK;
    status = store_said(s->what->store, s->own, link->id, s->arena, &kept, err);
    if (status == OK)
        status = customer_unpack(kept, s->arena, &said, err);
    if (status != OK)
        return status;
    return link->account == s->from || (s->what->taken_back && kept.size > 0)
               ? hear(s, link, said, err)
               : OK;
}

static enum status sound(struct sounding *s, struct err *err)
{
    const struct echo *what = s->what;
    struct link *links = arena_take(s->arena, LINKS_MAX * sizeof(*links));
    size_t count = 0;
    enum status status =
        mirror_source(what->store, what->account_id, &s->own, err);

    if (status == OK)
        status = store_customer_links(what->store, what->customer, s->arena,
                                      links, LINKS_MAX, &count, err);
    if (status != OK || count < 2)
        return status; /* it is the only one that has the customer */
    s->was = what->before == NULL
                 ? customer_new(s->arena)
                 : shown_by(what->account, what->before, s->arena);
    s->is = shown_by(what->account, what->after, s->arena);
    status = put_record(s, err);
    for (size_t i = 0; i < count && status == OK; i++)
        status = maybe_hear(s, &links[i], err);
    return status;
}

enum status echo_put(const struct echo *echo, struct arena *arena,
                     struct err *err)
{
    struct sounding s = {.what = echo, .arena = arena};
    enum status status =
        mirror_account(echo->store, echo->source, arena, &s.from, err);

    if (status != OK || (s.from == 0 && !echo->taken_back))
        return status;
    return sound(&s, err);
}
