/*
 * listing_item.c - what an item of a list says of a record, into the store.
 */
#include "sync/listing.h"

#include <inttypes.h>

#include "mappings/clean.h"
#include "sync/diff.h"
#include "sync/forgotten.h"

enum status listing_put(struct store *store, store_id account,
                        struct record_seen *record,
                        const struct customer *customer, struct arena *arena,
                        struct err *err)
{
    struct store_key keys[KEY_COUNT];
    size_t count = 0;
    bool forgotten;
    enum status status = forgotten_record(store, account, record->remote_id,
                                          customer, arena, &forgotten, err);

    if (status != OK)
        return status;
    /* That there is a record of that number, and nothing of it. */
    if (forgotten)
        customer = customer_new(arena);
    record->values = customer_pack(customer, arena);
    for (int key = 0; key < KEY_COUNT; key++) {
        struct text value = customer_key(customer, (enum key)key, arena);

        if (value.size > 0)
            keys[count++] = (struct store_key){.kind = key, .value = value};
    }
    return store_record_put(store, account, record, keys, count, err);
}

struct text listing_words(const struct account *account, struct arena *arena)
{
    const struct provider *provider = account->provider;

    return arena_print(arena, "%s %.*s %.*s %s", CLEAN_VERSION,
                       TEXT_ARGS(mapping_digest(provider->mapping)),
                       TEXT_ARGS(provider->digest),
                       account->region != NULL ? account->region : "");
}

/* What the list says of a record, its stamp too, and by what it is read: the
 * same words, the same digest. */
static struct text digest(const struct account *account,
                          const struct node *item,
                          const struct customer *customer, struct arena *arena)
{
    static const uint8_t seed[16];
    struct text words = listing_words(account, arena);
    struct text stamp = provider_text(account->provider->list.stamp, item);
    struct text json = customer_json(customer, arena);
    struct print_key key =
        print_key(seed, 'i',
                  arena_print(arena, "%.*s\n%.*s\n%.*s", TEXT_ARGS(words),
                              TEXT_ARGS(stamp), TEXT_ARGS(json)));

    return arena_print(arena, "%016" PRIx64 "%016" PRIx64, key.high, key.low);
}

/* The list shows something else than last time: its words go over what is
 * known, and the whole record has to be read. */
static enum status put_changed(const struct listing *listing,
                               struct record_seen *old, struct text item,
                               const struct customer *customer,
                               struct arena *arena, struct err *err)
{
    struct customer *known;
    enum status status = customer_unpack(old->values, arena, &known, err);

    if (status != OK)
        return status;
    old->full = false;
    old->seen_ms = listing->now_ms;
    old->item = item;
    return listing_put(listing->store, listing->account, old,
                       diff_overlay(known, customer, arena), arena, err);
}

enum status listing_item(const struct listing *listing,
                         const struct list_page *page,
                         const struct api_record *record, struct arena *arena,
                         struct err *err)
{
    const struct account *account = client_account(listing->client);
    bool whole = api_item_whole(account->provider, record->node);
    bool again = false;
    struct record_seen seen;
    struct customer *customer;
    struct text item;
    enum status status = api_customer(listing->client, record->node, false,
                                      arena, &customer, err);

    if (status != OK)
        return status;
    item = digest(account, record->node, customer, arena);
    status = store_record(listing->store, listing->account, record->id, arena,
                          &seen, err);
    if (status != OK)
        return status;
    seen.remote_id = record->id;
    if (!whole && listing->kept != NULL)
        listing->kept->abridged = true;
    /* A page may show again what was read by itself meanwhile. */
    if (!whole && text_equal(seen.item, item))
        return store_record_touch(
            listing->store, listing->account, record->id,
            seen.seen_ms > listing->now_ms ? seen.seen_ms : listing->now_ms,
            err);
    if (!whole)
        return put_changed(listing, &seen, item, customer, arena, err);
    if (listing->follow != NULL)
        status = listing->follow(listing->self, record->id, customer,
                                 page->asked_ms, &again, arena, err);
    if (status != OK)
        return status;
    seen.full = !again;
    seen.item = item;
    seen.got_ms = seen.seen_ms = listing->now_ms;
    return listing_put(listing->store, listing->account, &seen, customer, arena,
                       err);
}
