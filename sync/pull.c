/* pull.c - see pull.h. */
#include "sync/pull.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sync/fetch.h"
#include "sync/recent.h"

struct pull {
    const struct pulling *with;
    struct pulled *pulled;
    struct reading reading;
    struct text words; /* by which it reads */
    bool kept;         /* this run alone goes on with what was read */
    int64_t now_ms;
    struct arena *arena; /* of the reading's place */
};

static enum status put_reading(struct pull *pull, struct err *err)
{
    const struct pulling *with = pull->with;
    enum status status = store_begin(with->store, err);

    if (status == OK)
        status = store_reading_put(with->store, with->account_id,
                                   &pull->reading, err);
    if (status == OK)
        return store_commit(with->store, err);
    store_rollback(with->store);
    return status;
}

/* --- the whole list -------------------------------------------------------*/

/* To ask there again would bring the same. */
static bool hopeless(const struct err *err)
{
    static const char *const codes[] = {"bad_list", "endless_list",
                                        "foreign_redirect"};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    return err->exit == EXIT_CONFIG;
}

static enum status read_list(struct pull *pull, struct err *err)
{
    const struct pulling *with = pull->with;
    struct listing listing = {
        .client = with->client,
        .store = with->store,
        .account = with->account_id,
        .now_ms = pull->reading.begun_ms,
        .follow = fetch_follow,
        .self = (void *)with,
        .kept = pull->kept ? &pull->reading : NULL,
    };
    enum status status = OK;
    struct err second;

    if (pull->pulled->resumed)
        status = listing_resume(&listing, err);
    if (status == OK)
        status = listing_all(&listing, err);
    listing_close(&listing);
    if (status == OK || !pull->kept || !hopeless(err))
        return status;
    pull->reading.begun_ms = 0;
    pull->reading.place = TEXT("");
    if (put_reading(pull, &second) != OK)
        *err = second;
    return status;
}

static enum status fetch(struct pull *pull, int which, int64_t begun_ms,
                         struct fetched *fetched, struct err *err)
{
    const struct ids_wanted wanted = {
        .which = which,
        .since_ms = begun_ms,
        .fresh_ms =
            pull_fresh_since(pull->with->account, pull->with->full, begun_ms),
    };
    enum status status = fetch_ids(pull->with, &wanted, begun_ms, fetched, err);

    pull->pulled->gone += fetched->gone;
    return status;
}

static enum status end(struct pull *pull, struct err *err)
{
    struct reading *reading = &pull->reading;

    reading->read_ms = reading->begun_ms;
    reading->begun_ms = reading->newest_ms = 0;
    reading->listed = false;
    reading->place = TEXT("");
    return put_reading(pull, err);
}

/* What was read by other words is not what is recent, until all is read. */
static void begin(struct pull *pull)
{
    struct reading *reading = &pull->reading;

    reading->begun_ms = pull->now_ms;
    if (!text_equal(reading->words, pull->words))
        reading->mark_ms = 0;
    reading->words = pull->words;
}

static enum status read_whole(struct pull *pull, struct err *err)
{
    struct reading *reading = &pull->reading;
    struct fetched fetched;
    enum status status = OK;

    if (!pull->pulled->resumed) {
        begin(pull);
        reading->newest_ms = 0;
        reading->listed = reading->abridged = false;
        reading->place = TEXT("");
        reading->young = 0;
        if (pull->kept)
            status = put_reading(pull, err);
    }
    if (status == OK && !reading->listed)
        status = read_list(pull, err);
    if (status == OK)
        status = fetch(pull, IDS_DUE, reading->begun_ms, &fetched, err);
    if (status == OK)
        status = fetch(pull, IDS_UNSEEN, reading->begun_ms, &fetched, err);
    if (status != OK)
        return status;
    pull->pulled->whole = true;
    pull->pulled->unlisted = fetched.there;
    if (!pull->kept)
        return OK;
    reading->mark_ms =
        recent_mark(reading, reading->newest_ms, reading->begun_ms);
    recent_top(reading, reading->newest_ms, reading->begun_ms);
    reading->unlisted = fetched.there;
    reading->whole_ms = reading->begun_ms;
    return end(pull, err);
}

/* --- only what is new -----------------------------------------------------*/

static enum status read_recent(struct pull *pull, bool *done, struct err *err)
{
    const struct pulling *with = pull->with;
    const struct listing listing = {
        .client = with->client,
        .store = with->store,
        .account = with->account_id,
        .now_ms = pull->now_ms,
        .follow = fetch_follow,
        .self = (void *)with,
    };
    struct fetched fetched;
    enum status status = recent_read(&listing, &pull->reading, done, err);

    if (status == OK && *done)
        status = fetch(pull, IDS_DUE, pull->now_ms, &fetched, err);
    if (status == OK && *done && pull->kept)
        status = put_reading(pull, err);
    return status;
}

/* --- those that are known -------------------------------------------------*/

static enum status no_list(const struct account *account, struct err *err)
{
    (void)fail(err, STOP, EXIT_USAGE, "no_list",
               "%s has no way to list its customers, and none of them is known",
               account->provider->title);
    err_place(err, "%s", account->name);
    err_hint(err, "those that a sync links are read from then on, and `find` "
                  "looks single customers up");
    return STOP;
}

static enum status read_known(struct pull *pull, struct err *err)
{
    const struct pulling *with = pull->with;
    struct reading *reading = &pull->reading;
    struct fetched fetched, rest;
    enum status status = OK;

    pull->pulled->known_only = true;
    if (!pull->pulled->resumed) {
        begin(pull);
        if (pull->kept)
            status = put_reading(pull, err);
    }
    if (status == OK)
        status = fetch(pull, IDS_LINKED, reading->begun_ms, &fetched, err);
    if (status == OK) /* whose link was taken away meanwhile */
        status = fetch(pull, IDS_LEFT, reading->begun_ms, &rest, err);
    if (status == OK)
        status = store_records_count(with->store, with->account_id,
                                     &pull->pulled->records, err);
    if (status == OK && pull->kept)
        status = end(pull, err);
    if (status == OK && pull->pulled->records + fetched.gone + rest.gone == 0)
        status = no_list(with->account, err);
    return status;
}

/* --- which of them --------------------------------------------------------*/

static enum status read_account(struct pull *pull, struct err *err)
{
    const struct provider *provider = pull->with->account->provider;
    bool done = false;
    enum status status = OK;

    if (provider->list.request.method == NULL)
        return read_known(pull, err);
    if (!pull->pulled->resumed &&
        pull_may_be_recent(provider, &pull->reading, pull->words,
                           pull->with->whole, pull->now_ms))
        status = read_recent(pull, &done, err);
    if (status == OK && !done)
        status = read_whole(pull, err);
    return status;
}

/* Runs that use the account as FROM may read side by side; the first of them
 * alone keeps where it stands. */
static enum status recall(struct pull *pull, struct err *err)
{
    const struct pulling *with = pull->with;
    const struct reading *reading = &pull->reading;
    char name[40];
    enum status status;

    (void)snprintf(name, sizeof(name), "reading-%lld",
                   (long long)with->account_id);
    status = store_lock(with->store, name, err);
    pull->kept = status == OK;
    if (status != OK && status != RETRY)
        return status;
    status = store_reading(with->store, with->account_id, pull->arena,
                           &pull->reading, err);
    pull->pulled->resumed =
        pull->kept && pull_may_resume(reading, pull->words, pull->now_ms);
    return status;
}

enum status pull_account(const struct pulling *pulling, struct pulled *pulled,
                         struct err *err)
{
    struct pull pull = {
        .with = pulling,
        .pulled = pulled,
        .now_ms = pulling->clock->now_ms(pulling->clock->self),
        .arena = arena_open(),
    };
    enum status status;
    char name[40];

    *pulled = (struct pulled){0};
    pull.words = listing_words(pulling->account, pull.arena);
    status = recall(&pull, err);
    if (status == OK)
        status = read_account(&pull, err);
    if (status == OK)
        status = store_records_count(pulling->store, pulling->account_id,
                                     &pulled->records, err);
    (void)snprintf(name, sizeof(name), "reading-%lld",
                   (long long)pulling->account_id);
    if (pull.kept)
        store_unlock(pulling->store, name);
    arena_close(pull.arena);
    return status;
}
