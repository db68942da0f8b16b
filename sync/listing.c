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
    size_t count;
    bool more;
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
                            &count, &listing->total, &more, err);
    if (status == OK)
        status = keep_page(listing, records, count, err);
    if (status != OK) {
        client_call_free(call);
        return status == REJECT ? STOP : status;
    }
    client_call_free(listing->previous);
    listing->previous = call;
    listing->page++;
    listing->count += count;
    listing->complete = !more;
    return OK;
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
    listing->previous = NULL;
}
