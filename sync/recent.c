/* recent.c - see recent.h. */
#include "sync/recent.h"

#include "formats/limits.h"

bool recent_possible(const struct provider *provider)
{
    return provider->list.stamp != NULL && provider->list.newest.count > 0;
}

int64_t recent_mark(const struct reading *before, int64_t newest_ms,
                    int64_t begun_ms)
{
    if (newest_ms == 0)
        return 0;
    return newest_ms == before->top_ms &&
                   begun_ms - before->top_since_ms > RECENT_QUIET_MS
               ? newest_ms + 1
               : newest_ms - RECENT_OVERLAP_MS;
}

void recent_top(struct reading *reading, int64_t newest_ms, int64_t begun_ms)
{
    if (reading->top_ms != newest_ms)
        reading->top_since_ms = begun_ms;
    reading->top_ms = newest_ms;
}

struct recent {
    const struct listing *listing;
    const struct provider *provider;
    struct key_set *ids;
    struct buffer place;
    const struct reading *before;
    int64_t mark_ms; /* what the next read has to read again */
    int64_t top_ms;  /* the very first stamp */
    int64_t last_ms; /* of the record before */
    uint64_t total, fresh, young;
    uint32_t page;
    bool end;  /* one that is old enough was met, or the last page */
    bool lost; /* the order or the stamps are not what they should be */
};

static enum status ask(struct client *client, const struct list_at *at,
                       struct call **call, struct list_page *page,
                       struct err *err)
{
    enum status status;

    *call = api_list(client, at);
    if (*call == NULL)
        return END;
    status = client_do(client, *call, err);
    if (status == OK && (*call)->end != CALL_ANSWERED) {
        *err = (*call)->err;
        status = STOP;
    }
    if (status == OK)
        status = api_listed(client, *call, at, page, err);
    return status == REJECT ? STOP : status;
}

enum status recent_newest(struct client *client, int64_t *stamp_ms,
                          struct err *err)
{
    struct list_at at = {.newest = true};
    struct list_page page;
    struct call *call;
    enum status status = ask(client, &at, &call, &page, err);

    *stamp_ms = 0;
    if (status == OK && page.count > 0)
        *stamp_ms = api_item_stamp(client_account(client)->provider,
                                   page.records[0].node, call->arena);
    client_call_free(call);
    return status == END ? OK : status;
}

static void set_top(struct recent *recent, int64_t stamp_ms)
{
    const struct reading *before = recent->before;
    int64_t mark_ms = recent_mark(before, stamp_ms, recent->listing->now_ms);

    recent->top_ms = stamp_ms;
    recent->mark_ms = mark_ms > before->mark_ms ? mark_ms : before->mark_ms;
}

/* Up to the first record that is old enough. Inside a transaction. */
static enum status take_items(struct recent *recent,
                              const struct list_page *page, struct err *err)
{
    static const uint8_t seed[16];
    struct arena *arena = arena_open();
    enum status status = OK;

    for (size_t i = 0; i < page->count && status == OK; i++) {
        const struct api_record *record = &page->records[i];
        int64_t stamp_ms =
            api_item_stamp(recent->provider, record->node, arena);
        bool fresh;

        recent->lost = stamp_ms == 0 || stamp_ms > recent->last_ms;
        if (recent->lost)
            break;
        recent->last_ms = stamp_ms;
        if (recent->top_ms == 0)
            set_top(recent, stamp_ms);
        /* The rest of the page only has to be in order too. */
        recent->end = recent->end || stamp_ms < recent->before->mark_ms;
        if (recent->end)
            continue;
        fresh = key_set_add(recent->ids, print_key(seed, 'i', record->id));
        recent->fresh += fresh;
        recent->young += fresh && stamp_ms >= recent->mark_ms;
        status = listing_item(recent->listing, page, record, arena, err);
        arena_reset(arena);
    }
    arena_close(arena);
    return status;
}

static enum status read_page(struct recent *recent, struct err *err)
{
    const struct listing *listing = recent->listing;
    struct list_at at = {
        .page = recent->page,
        .place = buffer_view(&recent->place),
        .newest = true,
    };
    struct list_page page;
    struct call *call;
    enum status status = ask(listing->client, &at, &call, &page, err);

    if (status == OK)
        status = store_begin(listing->store, err);
    if (status != OK) {
        client_call_free(call);
        recent->lost = status == END;
        return status == END ? OK : status;
    }
    status = take_items(recent, &page, err);
    if (status == OK)
        status = store_commit(listing->store, err);
    else
        store_rollback(listing->store);
    recent->total = page.total > 0 ? page.total : recent->total;
    /* Nobody there, a page that is not full, or more than half of the list:
     * that is read whole. */
    recent->lost = recent->lost || page.cut ||
                   (recent->page == 0 && page.count == 0) ||
                   (page.pages > 1 && recent->page + 1 > page.pages / 2) ||
                   recent->page + 1 >= PAGES_MAX;
    recent->end = recent->end || !page.more;
    recent->page++;
    buffer_clear(&recent->place);
    buffer_text(&recent->place, page.place);
    client_call_free(call);
    return status;
}

/* From the newest on. Pages move while they are read, so what takes more than
 * one is read until a reading brings nothing new. */
static enum status read_passes(struct recent *recent, struct err *err)
{
    enum status status = OK;

    for (int pass = 0; pass < RECENT_PASSES_MAX; pass++) {
        recent->page = 0;
        recent->fresh = 0;
        recent->end = false;
        recent->last_ms = INT64_MAX;
        buffer_clear(&recent->place);
        do
            status = read_page(recent, err);
        while (status == OK && !recent->end && !recent->lost);
        if (status != OK || recent->lost || recent->page == 1 ||
            (pass > 0 && recent->fresh == 0))
            return status;
    }
    recent->lost = true;
    return OK;
}

enum status recent_read(const struct listing *listing, struct reading *reading,
                        bool *done, struct err *err)
{
    struct recent recent = {
        .listing = listing,
        .provider = client_account(listing->client)->provider,
        .ids = key_set_open(),
        .before = reading,
    };
    uint64_t known = 0;
    enum status status = read_passes(&recent, err);

    if (status == OK && !recent.lost)
        status =
            store_records_count(listing->store, listing->account, &known, err);
    *done = status == OK && !recent.lost &&
            (recent.total == 0 || recent.total + reading->unlisted == known);
    if (*done) {
        recent_top(reading, recent.top_ms, listing->now_ms);
        reading->mark_ms = recent.mark_ms;
        reading->young = recent.young;
        reading->read_ms = listing->now_ms;
    }
    key_set_close(recent.ids);
    buffer_free(&recent.place);
    return status;
}
