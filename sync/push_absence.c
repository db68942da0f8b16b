/*
 * push_absence.c - chooses how unknown customers are looked for, with what the
 * first page of the list tells, and reads the list when that is cheapest.
 */
#include "sync/listing.h"
#include "sync/push.h"

enum { LISTED_PROVES_MS = 60 * 60 * 1000 };

/* With --limit only so many have to be looked for. */
static struct plan_totals canary(const struct pushing *with)
{
    struct plan_totals totals = *with->totals;
    uint64_t limit = with->policy->limit;

    /* Who only looks makes nothing, so that nothing is refused either. */
    if (with->only_look)
        totals.blind = 0;
    if (limit == 0 || totals.creates <= limit || with->only_look)
        return totals;
    totals.lookups = totals.lookups * limit / totals.creates;
    totals.uncovered = totals.uncovered * limit / totals.creates;
    totals.blind = totals.blind == totals.creates ? limit : 0;
    totals.creates = limit;
    return totals;
}

/*
 * Reads pages while the list is still the cheapest proof. A provider that does
 * not tell how long its list is gets as many pages as look-ups would cost: at
 * worst the proof costs twice the cheapest.
 */
static enum status read_list(struct push *push, struct listing *listing,
                             const struct plan_totals *totals, struct err *err)
{
    uint64_t most = totals->lookups > 1 ? totals->lookups : 1;
    enum status status = listing_page(listing, err);

    while (status == OK && !listing->complete) {
        uint64_t cost;

        if (listing->total > 0) {
            push->absence = absence_choose(push->provider, totals, true,
                                           listing->total, &cost);
            if (push->absence != ABSENCE_LIST)
                return OK;
        } else if (listing->read >= most &&
                   !absence_only_listed(push->provider, totals)) {
            push->absence = totals->blind == totals->creates ? ABSENCE_CREATE
                                                             : ABSENCE_LOOKUP;
            return OK;
        }
        status = listing_page(listing, err);
    }
    if (status != OK && status != END)
        return status;
    push->listed = true;
    return listing_all(listing, err); /* at its end: counted */
}

/* What its list had when it was read last, and what was made there since. */
enum status push_known_records(struct store *store, store_id account,
                               bool *known, uint64_t *records, struct err *err)
{
    int64_t listed_ms = 0;
    uint64_t linked = 0;
    enum status status = store_listed(store, account, &listed_ms, records, err);

    if (status == OK)
        status = store_links_count(store, account, &linked, err);
    *known = listed_ms > 0 || linked > 0;
    if (*records < linked)
        *records = linked;
    return status;
}

/* A list proves for a while; one that was followed by hours of fetches is read
 * again, or those it does not have are looked for. */
static bool was_just_listed(const struct pushing *with, int64_t now_ms)
{
    return with->listed_ms > 0 && now_ms - with->listed_ms <= LISTED_PROVES_MS;
}

enum status push_choose_absence(struct push *push, struct err *err)
{
    const struct pushing *with = push->with;
    struct plan_totals totals = canary(with);
    struct listing listing = {
        .client = with->client,
        .store = with->store,
        .account = with->account_id,
        .now_ms = push_now(push),
    };
    bool known;
    uint64_t records, cost;
    enum status status = push_known_records(with->store, with->account_id,
                                            &known, &records, err);

    if (status != OK)
        return status;
    if (was_just_listed(with, listing.now_ms)) {
        push->listed_ms = with->listed_ms;
        push->absence = ABSENCE_LIST;
        push->listed = push->known = true;
        return OK;
    }
    push->listed_ms = listing.now_ms;
    push->absence =
        absence_choose(push->provider, &totals, known, records, &cost);
    if (push->absence == ABSENCE_LIST)
        status = read_list(push, &listing, &totals, err);
    listing_close(&listing);
    return status;
}
