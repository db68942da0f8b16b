/*
 * pull_cost.c - how many requests a read of an account will take, from what is
 * known of it.
 */
#include "sync/pull.h"

#include "state/history.h"
#include "sync/recent.h"

static void count_one(void *self, struct text id)
{
    (void)id;
    ++*(uint64_t *)self;
}

/* With those counted before. */
static enum status count_ids(struct store *store, store_id account,
                             const struct ids_wanted *wanted, uint64_t before,
                             uint64_t *number, struct err *err)
{
    *number = before;
    return store_each_id(store, account, wanted, count_one, number, err);
}

bool pull_may_be_recent(const struct provider *provider,
                        const struct reading *reading, struct text words,
                        bool whole, int64_t now_ms)
{
    return !whole && recent_possible(provider) && reading->mark_ms > 0 &&
           reading->whole_ms <= now_ms &&
           now_ms - reading->whole_ms < WHOLE_EVERY_MS &&
           text_equal(reading->words, words);
}

bool pull_may_resume(const struct reading *reading, struct text words,
                     int64_t now_ms)
{
    return reading->begun_ms > 0 && reading->begun_ms <= now_ms &&
           now_ms - reading->begun_ms < READ_RESUMED_MS &&
           text_equal(reading->words, words);
}

int64_t pull_fresh_since(const struct account *account, bool full,
                         int64_t begun_ms)
{
    if (full)
        return begun_ms;
    if (account->provider->list.stamp != NULL)
        return 0;
    return begun_ms - (int64_t)account->refetch_ms;
}

/* --- what is known --------------------------------------------------------*/

struct knowing {
    const struct pulling *with;
    const struct list_spec *list;
    struct arena *arena;
    struct reading reading;
    struct text words;
    int64_t now_ms;
    uint64_t rows, bare; /* records; and live links without one */
    uint64_t known;      /* as many as it holds, as far as anybody here knows */
    uint64_t pages;      /* of a list that holds so many */
    bool resumed;
};

static enum status know(struct knowing *knowing, struct err *err)
{
    const struct pulling *with = knowing->with;
    uint64_t listed = 0, linked = 0;
    int64_t listed_ms;
    uint32_t size = knowing->list->size;
    enum status status = store_reading(with->store, with->account_id,
                                       knowing->arena, &knowing->reading, err);

    if (status == OK)
        status = store_records_count(with->store, with->account_id,
                                     &knowing->rows, err);
    if (status == OK)
        status = store_links_bare(with->store, with->account_id, &knowing->bare,
                                  err);
    if (status == OK)
        status = store_listed(with->store, with->account_id, &listed_ms,
                              &listed, err);
    if (status == OK)
        status = store_links_count(with->store, with->account_id, &linked, err);
    knowing->known = knowing->rows > listed ? knowing->rows : listed;
    if (knowing->known < linked)
        knowing->known = linked;
    knowing->pages = size > 0 ? (knowing->known + size - 1) / size : 1;
    if (knowing->pages == 0)
        knowing->pages = 1;
    knowing->resumed =
        pull_may_resume(&knowing->reading, knowing->words, knowing->now_ms);
    return status;
}

/* Of one that was never read only the provider's file can tell: a list that
 * shows when a record changed is taken to show the rest as well. */
static bool is_abridged(const struct knowing *knowing)
{
    if (knowing->list->full)
        return false;
    /* A state of before this was noted has no words in it. */
    return (knowing->reading.whole_ms > 0 && knowing->reading.words.size > 0) ||
                   knowing->resumed
               ? knowing->reading.abridged
               : knowing->list->stamp == NULL;
}

/* --- what it takes --------------------------------------------------------*/

/* Records to be asked for one by one. */
static enum status cost_of_gets(const struct knowing *knowing,
                                uint64_t *requests, struct err *err)
{
    const struct pulling *with = knowing->with;
    const struct reading *reading = &knowing->reading;
    int64_t begun_ms = knowing->resumed ? reading->begun_ms : knowing->now_ms;
    const struct ids_wanted due = {
        .which = IDS_DUE,
        .fresh_ms = pull_fresh_since(with->account, with->full, begun_ms),
    };
    bool anew = (reading->read_ms > 0 || reading->whole_ms > 0) &&
                !knowing->resumed &&
                !text_equal(reading->words, knowing->words);

    /* Those that the list does not show are asked for again each time. */
    *requests = reading->unlisted;
    if (!is_abridged(knowing))
        return OK;
    if (anew) {
        *requests = knowing->rows + knowing->bare;
        return OK;
    }
    /* Those that the list does not show may be among the others. */
    return count_ids(with->store, with->account_id, &due,
                     knowing->bare + (due.fresh_ms > 0 ? 0 : *requests),
                     requests, err);
}

static enum status cost_of_whole(const struct knowing *knowing,
                                 struct pull_cost *cost, struct err *err)
{
    const struct list_spec *list = knowing->list;
    uint64_t gets, pages = knowing->pages;
    enum status status = cost_of_gets(knowing, &gets, err);

    /* The first of several is read twice, and the newest stamp asked for. */
    if (pages > 1 && recent_possible(knowing->with->account->provider))
        pages++;
    if (knowing->pages > 1 &&
        (list->paging == PAGING_PAGE || list->paging == PAGING_OFFSET))
        pages++;
    if (knowing->resumed)
        pages = knowing->reading.listed
                    ? 0
                    : listing_left(knowing->reading.place, pages);
    cost->whole = !knowing->resumed;
    cost->requests += pages + gets;
    return status;
}

/* Read again are those of the overlap, and what we wrote since. What takes more
 * than a page is read until a reading brings nothing new; what takes more than
 * half of the list, whole after all. */
static enum status cost_of_recent(const struct knowing *knowing,
                                  struct pull_cost *cost, struct err *err)
{
    const struct pulling *with = knowing->with;
    uint64_t again = 0, pages, most = knowing->pages / 2;
    enum status status = store_written_count(
        with->store, with->account_id, knowing->reading.read_ms, &again, err);

    again += knowing->reading.young;
    pages = knowing->list->size > 0 ? again / knowing->list->size + 1 : 1;
    if (status == OK && knowing->pages > 1 && pages > most) {
        cost->requests = most + 1;
        return cost_of_whole(knowing, cost, err);
    }
    cost->requests = pages > 1 ? 2 * pages : 1;
    return status;
}

static enum status cost_of_known(const struct knowing *knowing,
                                 struct pull_cost *cost, struct err *err)
{
    const struct pulling *with = knowing->with;
    struct ids_wanted wanted = {
        .which = IDS_LINKED,
        .since_ms =
            knowing->resumed ? knowing->reading.begun_ms : knowing->now_ms,
    };
    enum status status = count_ids(with->store, with->account_id, &wanted, 0,
                                   &cost->requests, err);

    wanted.which = IDS_LEFT;
    return status == OK ? count_ids(with->store, with->account_id, &wanted,
                                    cost->requests, &cost->requests, err)
                        : status;
}

enum status pull_cost(const struct pulling *pulling, struct pull_cost *cost,
                      struct err *err)
{
    const struct provider *provider = pulling->account->provider;
    struct knowing knowing = {
        .with = pulling,
        .list = &provider->list,
        .arena = arena_open(),
        .now_ms = pulling->clock->now_ms(pulling->clock->self),
    };
    enum status status;

    *cost = (struct pull_cost){0};
    knowing.words = listing_words(pulling->account, knowing.arena);
    status = know(&knowing, err);
    if (status == OK && provider->list.request.method == NULL)
        status = cost_of_known(&knowing, cost, err);
    else if (status == OK && !knowing.resumed &&
             pull_may_be_recent(provider, &knowing.reading, knowing.words,
                                pulling->whole, knowing.now_ms))
        status = cost_of_recent(&knowing, cost, err);
    else if (status == OK)
        status = cost_of_whole(&knowing, cost, err);
    arena_close(knowing.arena);
    return status;
}
