/*
 * api_list.c - reading a whole list, page by page, and knowing when it ends.
 *
 * A list that looks complete and is not would prove absences that are none, so
 * whatever does not fit together ends the run.
 */
#include "sync/api_own.h"

#include "formats/limits.h"
#include "mappings/clean.h"
#include "mappings/path.h"
#include "sync/http.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static bool named(const struct pairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->at[i].name, name) == 0)
            return true;
    return false;
}

/* The list's request with the names of paging, and of the order in which the
 * newest come first, added to its query. */
static const struct request_spec *
with_paging(struct call *call, const struct list_spec *list, bool newest)
{
    const char *const values[] = {NULL, "{page_number}", NULL, "{cursor}",
                                  NULL, "{offset}"};
    const char *value = list->paging < sizeof(values) / sizeof(values[0])
                            ? values[list->paging]
                            : NULL;
    const struct pairs none = {0}, *over = newest ? &list->newest : &none;
    struct request_spec *spec = arena_take(call->arena, sizeof(*spec));
    struct pair *pairs =
        arena_take(call->arena, (list->request.query.count + over->count + 2) *
                                    sizeof(*pairs));
    size_t count = 0;

    for (size_t i = 0; i < list->request.query.count; i++)
        if (!named(over, list->request.query.at[i].name))
            pairs[count++] = list->request.query.at[i];
    for (size_t i = 0; i < over->count; i++)
        pairs[count++] = over->at[i];
    if (list->page != NULL && value != NULL)
        pairs[count++] = (struct pair){list->page, value};
    if (list->size_name != NULL && list->size > 0)
        pairs[count++] = (struct pair){list->size_name, "{page_size}"};
    *spec = list->request;
    spec->query = (struct pairs){pairs, count};
    return spec;
}

static bool goes_by_address(const struct list_spec *list)
{
    return list->paging == PAGING_NEXT_HEADER || list->paging == PAGING_LINK;
}

struct call *api_list(struct client *client, const struct list_at *at)
{
    const struct account *account = client_account(client);
    const struct list_spec *list = &account->provider->list;
    bool placed = goes_by_address(list) || list->paging == PAGING_CURSOR;
    struct call *call;

    if (list->request.method == NULL || at->page >= PAGES_MAX ||
        (at->page > 0 &&
         (list->paging == PAGING_NONE || (placed && at->place.size == 0))))
        return NULL;
    call = api_call(client, "list", NULL, CALL_READ);
    if (at->page > 0 && goes_by_address(list)) {
        /* It may have been kept since an earlier run. */
        if (!http_same_origin(call->arena, account->base_url, at->place,
                              &call->url)) {
            client_call_free(call);
            return NULL;
        }
        return call;
    }
    call->spec = with_paging(call, list, at->newest);
    api_values(
        call,
        (const struct setting[]){
            {"page_number", arena_print(call->arena, "%" PRIu64,
                                        (uint64_t)list->first + at->page)},
            {"offset", arena_print(call->arena, "%" PRIu64,
                                   (uint64_t)list->size * at->page)},
            {"page_size", arena_print(call->arena, "%" PRIu32, list->size)},
            {"cursor", at->page > 0 ? at->place : TEXT("")},
        },
        4);
    return call;
}

static enum status bad_list(const char *why, struct err *err)
{
    return fail(err, STOP, EXIT_UNAVAILABLE, "bad_list",
                "the list cannot be read to its end: %s", why);
}

/* A page with others behind it is full. Where the server counts its pages in
 * another way than we ask for them, full is what goes into each of them. */
static bool is_cut(const struct list_spec *list, const struct list_page *page)
{
    uint64_t full = list->size;

    if (!page->more || page->pages == 0 || page->total == 0 || full == 0)
        return false;
    if ((page->total + full - 1) / full != page->pages)
        full = (page->total + page->pages - 1) / page->pages;
    return page->count < full;
}

/* Whether a page of a numbered list has another one after it. */
static enum status more_numbered(const struct list_spec *list,
                                 const struct call *call, uint32_t at,
                                 struct list_page *page, struct err *err)
{
    uint64_t pages = 0, seen = (uint64_t)at * list->size + page->count;

    /* An empty page where there are further ones is for the caller to see. */
    if (text_to_u64(provider_text(list->pages, call->reply), &pages)) {
        page->more = (uint64_t)at + 1 < pages;
    } else if (page->count > 0 && page->total > 0) {
        /* A server that gives less than it was asked for counts its pages in
         * another way than we do. */
        if (page->count < list->size && seen < page->total)
            return bad_list("its pages are shorter than asked for", err);
        page->more = seen < page->total;
        pages = (page->total + list->size - 1) / list->size;
    } else if (page->count > 0) {
        page->more = list->size > 0 && page->count >= list->size;
    }
    if (pages > PAGES_MAX)
        return bad_list("it has too many pages", err);
    page->pages = (uint32_t)pages;
    page->cut = is_cut(list, page);
    return OK;
}

/*
 * ?start=ID, where ID is the last record's: the page behind that record, not
 * the page of some number.
 */
static bool names_last(const struct list_page *page, struct text address)
{
    const char *end = address.at + address.size;
    struct text id;

    if (page->count == 0)
        return false;
    id = page->records[page->count - 1].id;
    for (const char *at = memchr(address.at, '?', address.size); at != NULL;
         at = memchr(at, '=', (size_t)(end - at))) {
        at++;
        if ((size_t)(end - at) >= id.size && memcmp(at, id.at, id.size) == 0 &&
            (at + id.size == end || at[id.size] == '&') && at[-1] == '=')
            return true;
    }
    return false;
}

static enum status more_by_address(const struct list_spec *list,
                                   const struct call *call,
                                   struct list_page *page, struct err *err)
{
    if (call->next.size == 0)
        return OK;
    if (!http_same_origin(call->arena, call->asked.at, call->next,
                          &page->place))
        return fail(err, STOP, EXIT_UNAVAILABLE, "foreign_redirect",
                    "the next page of the list is on another host");
    if (text_equal(page->place, call->asked))
        return bad_list("the next page is the same page", err);
    page->more = true;
    page->steady = list->steady || names_last(page, page->place);
    return OK;
}

static enum status more_pages(const struct list_spec *list,
                              const struct call *call, uint32_t at,
                              struct list_page *page, struct err *err)
{
    enum status status = OK;

    switch (list->paging) {
    case PAGING_NONE:
        break;
    case PAGING_PAGE:
    case PAGING_OFFSET:
        status = more_numbered(list, call, at, page, err);
        break;
    case PAGING_NEXT_HEADER:
    case PAGING_LINK:
        status = more_by_address(list, call, page, err);
        break;
    case PAGING_CURSOR:
        page->place = provider_text(list->cursor, call->reply);
        page->more = page->place.size > 0;
        page->steady = list->steady;
        break;
    }
    if (status == OK && page->more && at + 1 >= PAGES_MAX)
        return bad_list("it has too many pages", err);
    return status;
}

enum status api_listed(struct client *client, const struct call *call,
                       const struct list_at *at, struct list_page *page,
                       struct err *err)
{
    const struct list_spec *list = &client_account(client)->provider->list;
    const struct node *items;

    *page = (struct list_page){.place = TEXT(""), .asked_ms = call->handed_ms};
    if (call->means == MEANS_ABSENT)
        return at->down && at->page > 0
                   ? OK
                   : bad_list("one of its pages is said not to be there", err);
    if (call->means != MEANS_OK) {
        *err = call->err;
        if (err->exit == EXIT_SOME) /* no record is to blame */
            err->exit = EXIT_UNAVAILABLE;
        return err->status = STOP;
    }
    items = provider_items(list->items, call->reply);
    if (items == NULL)
        return bad_list("the reply holds no array of records", err);
    if (api_records(client, call, items, SIZE_MAX, &page->records, &page->count,
                    err) != OK)
        return err->status = STOP;
    if (!text_to_u64(provider_text(list->total, call->reply), &page->total))
        page->total = 0;
    return more_pages(list, call, at->page, page, err);
}

/* --- what an item tells ---------------------------------------------------*/

bool api_item_whole(const struct provider *provider, const struct node *item)
{
    const char *const *path = provider->list.whole;

    if (provider->list.full || path == NULL)
        return provider->list.full;
    while (*path != NULL && path_find(item, *path) != NULL)
        path++;
    return *path == NULL;
}

int64_t api_item_stamp(const struct provider *provider, const struct node *item,
                       struct arena *arena)
{
    struct text raw = provider_text(provider->list.stamp, item), time;
    struct tm tm = {0};

    if (raw.size == 0 || !clean_time(raw, NULL, arena, &time) ||
        strptime(arena_string(arena, time), "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
        return 0;
    return (int64_t)timegm(&tm) * 1000;
}
