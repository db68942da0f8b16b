/* verify.c - see verify.h. */
#include "sync/verify_own.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "state/reading.h"
#include "sync/api.h"
#include "sync/key_set.h"
#include "sync/progress.h"

enum {
    BATCH = 256,        /* ids in memory at a time */
    FAILED_IN_A_ROW = 5 /* then it is no matter of single records */
};

/* All that live links name, whenever they were read. */
static const struct ids_wanted linked = {.which = IDS_LINKED,
                                         .since_ms = INT64_MAX};

/* --- who is in the sample -------------------------------------------------*/

struct print_key verify_id(struct text id)
{
    static const uint8_t seed[16];

    return print_key(seed, 'i', id);
}

/* As good as random, and the same for the same seed. */
static uint64_t number_of(const struct verify *verify, struct text id)
{
    uint8_t seed[16] = {0};

    memcpy(seed + 8, &verify->seed, sizeof(verify->seed));
    return print_key(seed, 'v', id).high;
}

bool verify_wants(const struct verify *verify, struct text id)
{
    return verify->sample == 0 || number_of(verify, id) <= verify->most;
}

struct numbers {
    const struct verify *verify;
    uint64_t *at;
    size_t count, room;
};

static void take_number(void *self, struct text id)
{
    struct numbers *numbers = self;

    if (numbers->count == numbers->room) {
        numbers->room = numbers->room == 0 ? 1024 : numbers->room * 2;
        numbers->at =
            realloc(numbers->at, numbers->room * sizeof(numbers->at[0]));
        if (numbers->at == NULL)
            abort();
    }
    numbers->at[numbers->count++] = number_of(numbers->verify, id);
}

static int order(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* The sample are those of the lowest numbers. */
static enum status choose(struct verify *verify, struct err *err)
{
    struct numbers numbers = {.verify = verify};
    enum status status = store_each_id(verify->store, verify->account_id,
                                       &linked, take_number, &numbers, err);

    verify->linked = verify->wanted = numbers.count;
    if (verify->sample >= numbers.count)
        verify->sample = 0;
    if (verify->sample > 0) {
        qsort(numbers.at, numbers.count, sizeof(numbers.at[0]), order);
        verify->most = numbers.at[verify->sample - 1];
        verify->wanted = verify->sample;
    }
    free(numbers.at);
    return status;
}

/* --- the list -------------------------------------------------------------*/

/* Whether it shows records whole, as far as anybody here knows: else each would
 * be asked for all the same. */
static enum status list_is_whole(const struct verify *verify, bool *is,
                                 struct err *err)
{
    const struct list_spec *list =
        &client_account(verify->client)->provider->list;
    struct arena *arena = arena_open();
    struct reading reading;
    enum status status =
        store_reading(verify->store, verify->account_id, arena, &reading, err);

    *is = list->request.method != NULL &&
          (list->full ||
           (list->whole != NULL &&
            (reading.whole_ms > 0 ? !reading.abridged : list->stamp != NULL)));
    arena_close(arena);
    return status;
}

/* Who is there twice only the list shows. */
static bool shows_references(const struct list_spec *list)
{
    for (size_t i = 0; i < list->carries_count; i++)
        if (list->carries[i] == FIELD_REFERENCE_ID)
            return list->request.method != NULL;
    return false;
}

/* Where all that are wanted cost more than its pages. */
static enum status list_is_due(const struct verify *verify, bool *is,
                               struct err *err)
{
    const struct list_spec *list =
        &client_account(verify->client)->provider->list;
    uint64_t listed = 0, pages;
    int64_t listed_ms;
    enum status status = list_is_whole(verify, is, err);

    if (status == OK)
        status = store_listed(verify->store, verify->account_id, &listed_ms,
                              &listed, err);
    if (listed < verify->linked)
        listed = verify->linked;
    pages = list->size > 0 ? listed / list->size + 1 : 1;
    *is = (*is && pages < verify->wanted) ||
          (verify->sample == 0 && shows_references(list));
    return status;
}

static enum status take_page(struct verify *verify,
                             const struct list_page *page, struct arena *arena,
                             struct err *err)
{
    const struct provider *provider = client_account(verify->client)->provider;
    enum status status = OK;

    for (size_t i = 0; i < page->count && status == OK; i++) {
        const struct api_record *record = &page->records[i];
        struct customer *shown;

        if (record->node == NULL)
            continue;
        status = api_customer(verify->client, record->node, false, arena,
                              &shown, err);
        /* Of an abridged one the whole is asked for. */
        if (status == OK && !api_item_whole(provider, record->node))
            verify_reference(verify, record->id, shown);
        else if (status == OK)
            status = verify_shown(verify, record->id, shown, page->asked_ms,
                                  arena, err);
    }
    return status;
}

static enum status read_page(struct verify *verify, struct list_at *at,
                             struct buffer *place, bool *more, struct err *err)
{
    struct call *call = api_list(verify->client, at);
    struct list_page page;
    enum status status;

    *more = false;
    if (call == NULL)
        return OK;
    status = client_do(verify->client, call, err);
    if (status == OK && call->end != CALL_ANSWERED) {
        *err = call->err;
        status = STOP;
    }
    if (status == OK)
        status = api_listed(verify->client, call, at, &page, err);
    if (status == OK)
        status = take_page(verify, &page, call->arena, err);
    if (status == OK) {
        *more = page.more;
        buffer_clear(place);
        buffer_text(place, page.place);
    }
    client_call_free(call);
    return status == REJECT ? STOP : status;
}

/* Whoever moves meanwhile is asked for afterwards. */
static enum status read_list(struct verify *verify, struct err *err)
{
    struct buffer place = {0};
    struct list_at at = {0};
    enum status status = OK;
    bool more = true;

    for (; status == OK && more && at.page < PAGES_MAX; at.page++) {
        at.place = buffer_view(&place);
        status = read_page(verify, &at, &place, &more, err);
        progress_count(verify->read);
    }
    buffer_free(&place);
    return status;
}

/* --- one by one -----------------------------------------------------------*/

struct asking {
    struct verify *verify;
    struct err first; /* of those that could not be read */
    uint64_t failed;
    uint32_t in_a_row;
};

static enum status pass_over(struct asking *asking, struct text id,
                             struct err *err)
{
    if (err->exit == EXIT_SOME) /* no row is to blame */
        err->exit = EXIT_UNAVAILABLE;
    err_place(err, "%s:%.*s", client_account(asking->verify->client)->name,
              TEXT_ARGS(id));
    if (asking->failed++ == 0)
        asking->first = *err;
    return ++asking->in_a_row == FAILED_IN_A_ROW ? STOP : OK;
}

static enum status take(struct asking *asking, const struct call *call,
                        struct err *err)
{
    struct verify *verify = asking->verify;
    struct text id = *(struct text *)call->user;
    const struct node *node = NULL;
    struct customer *shown = NULL;
    enum status status = OK;

    if (call->end != CALL_ANSWERED) {
        *err = call->err;
        status =
            call->end == CALL_GAVE_UP && err->status != RETRY ? REJECT : STOP;
    }
    if (status == OK)
        status = api_got(verify->client, call, &node, err);
    if (status == OK && node != NULL)
        status =
            api_customer(verify->client, node, false, call->arena, &shown, err);
    if (status == REJECT)
        return pass_over(asking, id, err);
    if (status != OK)
        return status;
    asking->in_a_row = 0;
    status =
        shown != NULL
            ? verify_shown(verify, id, shown, call->handed_ms, call->arena, err)
            : verify_absent(verify, id, call->handed_ms, call->arena, err);
    progress_count(verify->read);
    return status;
}

static enum status ask_batch(struct asking *asking, struct text *ids,
                             size_t count, struct err *err)
{
    struct client *client = asking->verify->client;
    enum status status = OK;
    size_t begun = 0;

    while (status == OK && (begun < count || client_active(client) > 0)) {
        uint32_t most =
            asking->in_a_row > 0 ? 1 : client_account(client)->concurrency;
        struct call *call = NULL;

        while (status == OK && begun < count && client_active(client) < most)
            status = api_get_for(client, &ids[begun++], err);
        if (status == OK)
            status = client_next(client, 0, &call, err);
        if (call != NULL && status == OK)
            status = take(asking, call, err);
        client_call_free(call);
    }
    client_drain(client);
    return status == END ? OK : status;
}

/* Those of a batch that are wanted and were not in the list. */
static size_t keep_wanted(const struct verify *verify, struct text *ids,
                          size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (verify_wants(verify, ids[i]) &&
            !key_set_has(verify->seen, verify_id(ids[i])))
            ids[kept++] = ids[i];
    return kept;
}

static enum status ask_all(struct asking *asking, struct err *err)
{
    struct verify *verify = asking->verify;
    struct arena *arena = arena_open();
    struct buffer after = {0};
    struct text ids[BATCH];
    enum status status;
    size_t count;

    do {
        arena_reset(arena);
        status = store_ids(verify->store, verify->account_id, &linked,
                           buffer_view(&after), arena, ids, BATCH, &count, err);
        if (count > 0) {
            buffer_clear(&after);
            buffer_text(&after, ids[count - 1]);
        }
        if (status == OK)
            status =
                ask_batch(asking, ids, keep_wanted(verify, ids, count), err);
    } while (status == OK && count == BATCH);
    buffer_free(&after);
    arena_close(arena);
    return status;
}

enum status verify_account(struct verify *verify, struct err *err)
{
    struct asking asking = {.verify = verify};
    bool by_list = false;
    enum status status;

    verify->seen = key_set_open();
    verify->references = key_set_open();
    verify->records = node_new(verify->arena, NODE_LIST);
    verify->fields =
        arena_take(verify->arena, field_count() * sizeof(verify->fields[0]));
    memset(verify->fields, 0, field_count() * sizeof(verify->fields[0]));
    status = choose(verify, err);
    if (status == OK)
        status = list_is_due(verify, &by_list, err);
    progress_phase(
        "reading back",
        arena_print(verify->arena, "%s:", client_account(verify->client)->name)
            .at,
        verify->wanted, "records");
    if (status == OK && by_list)
        status = read_list(verify, err);
    if (status == OK)
        status = ask_all(&asking, err);
    if (status != OK || asking.failed == 0)
        return status;
    *err = asking.first;
    err_hint(err, "so it is with %" PRIu64 " records; all others were read",
             asking.failed);
    return err->status = STOP;
}

void verify_close(struct verify *verify)
{
    key_set_close(verify->seen);
    key_set_close(verify->references);
}
