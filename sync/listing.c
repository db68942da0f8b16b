/* listing.c - page after page; see listing.h. */
#include "sync/listing_own.h"

#include <inttypes.h>
#include <stdio.h>

#include "formats/limits.h"
#include "sync/progress.h"
#include "sync/recent.h"

/* --- is it whole? ---------------------------------------------------------*/

static enum status contradiction(const char *why, struct err *err)
{
    (void)fail(err, STOP, EXIT_UNAVAILABLE, "bad_list",
               "the list cannot be read to its end: %s", why);
    err_hint(err, "nothing was made of it; run it again later");
    return STOP;
}

/* Back to the first page, or STOP when that was tried. */
static enum status once_more(struct listing *listing, const char *why,
                             struct err *err)
{
    if (listing->again)
        return contradiction(why, err);
    listing_forget(listing);
    listing->again = true;
    return OK;
}

/* The last page of a way down was read. */
static enum status end_round(struct listing *listing,
                             const struct list_page *page, struct err *err)
{
    listing->complete = listing->count >= listing->total;
    if (listing->complete)
        return OK;
    /* New ones came behind the page where it began, or pages were cut. */
    if (listing->rounds == ROUNDS_MAX ||
        (listing->rounds > 0 && listing->fresh == 0))
        return contradiction("it holds fewer records than it counts", err);
    listing->rounds++;
    listing->fresh = 0;
    listing->way = LISTING_DOWN;
    listing->page = page->pages > 0 ? page->pages - 1 : 0;
    return OK;
}

/* Holds somebody new. The first page was read before, as those of a further
 * round were, and behind the last one there is nobody. */
static bool is_fruitful(const struct listing *listing,
                        const struct list_page *page, size_t fresh)
{
    return fresh > 0 || listing->page == 0 || listing->rounds > 0 ||
           listing->page >= page->pages;
}

/*
 * A page that is cut, or holds nobody new, is read again where it is: whom it
 * did not show would be missed, and those removed meanwhile hide that from
 * whoever only counts. A page's worth was removed since the one before, when it
 * then shows the same again; twice in a row that is no list.
 */
static enum status go_down(struct listing *listing,
                           const struct list_page *page, size_t fresh,
                           struct err *err)
{
    bool again = listing->doubted;

    listing->found = listing->found || is_fruitful(listing, page, fresh);
    listing->doubted = page->cut || !listing->found;
    if (listing->doubted && !again)
        return OK;
    if (page->cut)
        return once_more(listing, "a page of it is not full", err);
    listing->barren = listing->found ? 0 : listing->barren + 1;
    if (listing->barren == BARREN_MAX || (!listing->found && page->count == 0))
        return once_more(listing, "a page of it holds nothing new", err);
    listing->found = listing->doubted = false;
    if (listing->page == 0 ||
        (listing->rounds > 0 && listing->count >= listing->total))
        return end_round(listing, page, err);
    listing->page--;
    return OK;
}

/* The last page of a way forward was read. */
static enum status end_pass(struct listing *listing, struct err *err)
{
    if (listing->count < listing->total)
        return once_more(listing, "it holds fewer records than it counts", err);
    listing->complete = !listing->moves || listing->page == 0 ||
                        (listing->passes > 0 && listing->missed == 0);
    if (listing->complete)
        return OK;
    if (listing->passes == PASSES_MAX - 1)
        return contradiction("it changes faster than it can be read", err);
    listing_next_pass(listing);
    return OK;
}

/* The page is read; does it fit what was read before it, and what is next? */
static enum status go_on(struct listing *listing, const struct list_page *page,
                         size_t fresh, struct err *err)
{
    const struct list_spec *list =
        &client_account(listing->client)->provider->list;
    bool numbered =
        list->paging == PAGING_PAGE || list->paging == PAGING_OFFSET;

    listing->read++;
    listing->fresh += fresh;
    if (page->total > 0) /* not every page need tell it */
        listing->total = page->total;
    if (listing->way == LISTING_DOWN)
        return go_down(listing, page, fresh, err);
    if (numbered && listing->page == 0 && !page->more)
        return end_round(listing, page, err);
    if (numbered && listing->page == 0 && page->pages > 1 && page->count > 0) {
        listing->way = LISTING_DOWN;
        listing->page = page->pages - 1;
        return OK;
    }
    if (fresh == 0 && (page->count > 0 || page->more))
        return once_more(listing, "a page of it holds nothing new", err);
    listing->moves = listing->moves || (page->more && !page->steady);
    if (!page->more)
        return end_pass(listing, err);
    listing->page++;
    buffer_clear(&listing->place);
    buffer_text(&listing->place, page->place);
    return OK;
}

/* --- one page -------------------------------------------------------------*/

/* Will the next read of what changed last meet it again? */
static bool is_young(const struct listing *listing, const struct node *item,
                     struct arena *arena)
{
    const struct provider *provider = client_account(listing->client)->provider;
    const struct reading *kept = listing->kept;

    return kept != NULL && kept->newest_ms != 0 &&
           api_item_stamp(provider, item, arena) >=
               recent_mark(kept, kept->newest_ms, kept->begun_ms);
}

/* How many of the page are new to this pass. */
static size_t count_new(struct listing *listing, const struct list_page *page,
                        struct arena *arena)
{
    size_t fresh = 0;

    for (size_t i = 0; i < page->count; i++) {
        struct print_key key = listing_key(page->records[i].id);
        bool met = listing->before != NULL && key_set_has(listing->before, key);
        bool new = key_set_add(listing->all, key);

        listing->count += new;
        if (new &&is_young(listing, page->records[i].node, arena))
            listing->kept->young++;
        if (listing->passes > 0)
            new = key_set_add(listing->pass, key);
        fresh += new;
        if (listing->passes > 0 && new &&met)
            listing->missed--;
    }
    return fresh;
}

static enum status keep_items(struct listing *listing,
                              const struct list_page *page, struct err *err)
{
    struct arena *arena = arena_open();
    enum status status = OK;

    for (size_t i = 0; i < page->count && status == OK; i++) {
        status = listing_item(listing, page, &page->records[i], arena, err);
        arena_reset(arena);
    }
    arena_close(arena);
    return status;
}

/* Its records and the place of the next page, in one transaction. */
static enum status keep_page(struct listing *listing,
                             const struct list_page *page, struct err *err)
{
    struct arena *arena = arena_open();
    size_t fresh = count_new(listing, page, arena);
    struct err no;
    enum status status = store_begin(listing->store, err), went;

    if (status != OK) {
        arena_close(arena);
        return status;
    }
    status = keep_items(listing, page, err);
    went = status == OK ? go_on(listing, page, fresh, &no) : OK;
    if (status == OK && went == OK && listing->kept != NULL) {
        listing->kept->place = listing_place(listing, arena);
        listing->kept->listed = listing->complete;
        status = store_reading_put(listing->store, listing->account,
                                   listing->kept, err);
        listing->kept->place = TEXT("");
    }
    arena_close(arena);
    if (status == OK)
        status = store_commit(listing->store, err);
    else
        store_rollback(listing->store);
    if (status == OK && went != OK)
        *err = no;
    return status == OK ? went : status;
}

/*
 * The newest stamp is asked for while the list is read: whatever changes later
 * has a newer one. One page needs no question, being of one moment.
 */
static enum status mark_newest(struct listing *listing,
                               const struct list_page *page,
                               struct arena *arena, struct err *err)
{
    const struct provider *provider = client_account(listing->client)->provider;
    struct reading *kept = listing->kept;

    if (kept == NULL || kept->newest_ms != 0 || listing->read > 0 ||
        !recent_possible(provider))
        return OK;
    if (page->more)
        return recent_newest(listing->client, &kept->newest_ms, err);
    for (size_t i = 0; i < page->count; i++) {
        int64_t stamp_ms =
            api_item_stamp(provider, page->records[i].node, arena);

        if (stamp_ms > kept->newest_ms)
            kept->newest_ms = stamp_ms;
    }
    return OK;
}

/* By what a page held so far. */
static void tell_progress(const struct listing *listing)
{
    const struct account *account = client_account(listing->client);
    uint64_t left = 0, least_ms = 0;
    char subject[100];

    if (!progress_watched())
        return;
    if (listing->count > 0 && listing->total > listing->count)
        left =
            (listing->total - listing->count) * listing->read / listing->count +
            1;
    if (account->rate.limit > 0)
        least_ms = left * account->rate.window_ms / account->rate.limit;
    (void)snprintf(subject, sizeof(subject), "%s:", account->name);
    progress_phase("reading", subject, listing->total, "customers");
    progress_requests(left, least_ms);
    progress_count(listing->count);
}

enum status listing_page(struct listing *listing, struct err *err)
{
    struct list_at at = {
        .page = listing->page,
        .place = buffer_view(&listing->place),
        .down = listing->way == LISTING_DOWN,
    };
    struct list_page page;
    struct call *call;
    enum status status;

    if (listing->complete)
        return END;
    tell_progress(listing);
    if (listing->all == NULL)
        listing_forget(listing);
    if (listing->read >= PAGES_MAX)
        return fail(err, STOP, EXIT_UNAVAILABLE, "endless_list",
                    "the list does not end after %d pages", PAGES_MAX);
    call = api_list(listing->client, &at);
    if (call == NULL)
        return once_more(listing, "its next page has no address", err);
    status = client_do(listing->client, call, err);
    if (status == OK && call->end != CALL_ANSWERED) {
        *err = call->err;
        status = STOP;
    } else {
        if (status == OK)
            status = api_listed(listing->client, call, &at, &page, err);
        else if (status == STOP)
            listing->resumed = false; /* nobody can be asked at all */
        if (status != OK && listing->resumed) {
            client_call_free(call);
            return once_more(listing, "where it was left it does not go on",
                             err);
        }
    }
    if (status == OK)
        status = mark_newest(listing, &page, call->arena, err);
    listing->resumed = false;
    if (status == OK)
        status = keep_page(listing, &page, err);
    client_call_free(call);
    if (status != OK && at.page > 0)
        err_place(err, "%s: page %" PRIu32 " of its list",
                  client_account(listing->client)->name, at.page + 1);
    return status == REJECT ? STOP : status;
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
        status = store_listed_put(listing->store, listing->account,
                                  listing->now_ms, listing->count, err);
    if (status == OK)
        return store_commit(listing->store, err);
    store_rollback(listing->store);
    return status;
}

void listing_close(struct listing *listing)
{
    if (listing->before != listing->all)
        key_set_close(listing->before);
    key_set_close(listing->pass);
    key_set_close(listing->all);
    listing->all = listing->pass = listing->before = NULL;
    buffer_free(&listing->place);
}
