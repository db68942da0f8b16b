/* listing.c - see listing.h. */
#include "sync/listing.h"

#include "formats/limits.h"
#include "sync/diff.h"

enum status listing_put(struct store *store, store_id account,
                        struct text remote_id, const struct customer *customer,
                        bool full, int64_t now_ms, struct arena *arena,
                        struct err *err)
{
    struct record_seen record = {
        .remote_id = remote_id,
        .values = diff_json(customer, arena),
        .full = full,
        .seen_ms = now_ms,
    };
    struct store_key keys[KEY_COUNT];
    size_t count = 0;

    for (int key = 0; key < KEY_COUNT; key++) {
        struct text value = customer_key(customer, (enum key)key, arena);

        if (value.size > 0)
            keys[count++] = (struct store_key){.kind = key, .value = value};
    }
    return store_record_put(store, account, &record, keys, count, err);
}

/* How many of the page were not on an earlier one. */
static size_t count_new(struct listing *listing,
                        const struct api_record *records, size_t count)
{
    static const uint8_t seed[16];
    size_t fresh = 0;

    if (listing->ids == NULL)
        listing->ids = key_set_open();
    for (size_t i = 0; i < count; i++)
        fresh += key_set_add(listing->ids, print_key(seed, 'i', records[i].id));
    return fresh;
}

/* Back to the first page, or STOP when that was tried. */
static enum status once_more(struct listing *listing, const char *why,
                             struct err *err)
{
    if (listing->again)
        return fail(err, STOP, EXIT_UNAVAILABLE, "bad_list",
                    "the list cannot be read to its end: %s", why);
    listing_close(listing);
    listing->page = 0;
    listing->count = listing->total = 0;
    listing->again = true;
    return OK;
}

/* The page is in the store; does it fit what was read before it? */
static enum status take_page(struct listing *listing, size_t count,
                             size_t fresh, uint64_t total, bool more,
                             struct err *err)
{
    uint64_t before = listing->total;

    if (total == 0) /* not every page need tell it */
        total = before;
    listing->page++;
    listing->count += fresh;
    listing->total = total;
    if (fresh == 0 && (count > 0 || more))
        return once_more(listing, "a page of it holds nothing new", err);
    /* Who was removed moved others to pages that were read already. */
    if (total < before)
        return once_more(listing, "it shrinks while it is read", err);
    if (!more && listing->count < total)
        return once_more(listing, "it holds fewer records than it counts", err);
    listing->complete = !more;
    return OK;
}

static enum status keep_page(struct listing *listing,
                             const struct api_record *records, size_t count,
                             struct err *err)
{
    const struct provider *provider = client_account(listing->client)->provider;
    struct arena *arena = arena_open();
    enum status status = store_begin(listing->store, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        struct customer *customer;

        if (records[i].id.size == 0 || records[i].node == NULL)
            continue; /* nothing that could ever be linked */
        status = api_customer(listing->client, records[i].node, false, arena,
                              &customer, err);
        if (status == OK)
            status = listing_put(listing->store, listing->account,
                                 records[i].id, customer, provider->list.full,
                                 listing->now_ms, arena, err);
        arena_reset(arena);
    }
    if (status == OK)
        status = store_commit(listing->store, err);
    else
        store_rollback(listing->store);
    arena_close(arena);
    return status;
}

enum status listing_page(struct listing *listing, struct err *err)
{
    struct call *call;
    struct api_record *records;
    uint64_t total = 0;
    size_t count = 0, fresh = 0;
    bool more = false;
    enum status status;

    if (listing->complete)
        return END;
    if (listing->page >= PAGES_MAX)
        return fail(err, STOP, EXIT_UNAVAILABLE, "endless_list",
                    "the list does not end after %d pages", PAGES_MAX);
    call = api_list(listing->client, listing->previous, listing->page);
    if (call == NULL) {
        listing->complete = true;
        return END;
    }
    status = client_do(listing->client, call, err);
    if (status == OK && call->end != CALL_ANSWERED) {
        *err = call->err;
        status = STOP;
    }
    if (status == OK)
        status = api_listed(listing->client, call, listing->page, &records,
                            &count, &total, &more, err);
    if (status == OK) {
        fresh = count_new(listing, records, count);
        status = keep_page(listing, records, count, err);
    }
    if (status != OK) {
        client_call_free(call);
        return status == REJECT ? STOP : status;
    }
    client_call_free(listing->previous);
    listing->previous = call;
    return take_page(listing, count, fresh, total, more, err);
}

enum status listing_all(struct listing *listing, struct err *err)
{
    enum status status;

    do
        status = listing_page(listing, err);
    while (status == OK);
    if (status != END)
        return status;
    status = store_begin(listing->store, err);
    if (status == OK)
        status = store_records_prune(listing->store, listing->account,
                                     listing->now_ms, err);
    if (status == OK)
        status = store_listed_put(listing->store, listing->account,
                                  listing->now_ms, listing->count, err);
    if (status == OK)
        return store_commit(listing->store, err);
    store_rollback(listing->store);
    return status;
}

void listing_close(struct listing *listing)
{
    client_call_free(listing->previous);
    key_set_close(listing->ids);
    listing->previous = NULL;
    listing->ids = NULL;
}
