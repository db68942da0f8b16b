/*
 * api_list.c - reading a whole list, page by page, and knowing when it ends.
 *
 * A list that looks complete and is not would prove absences that are none, so
 * whatever does not fit together ends the run.
 */
#include "sync/api_own.h"

#include "formats/limits.h"
#include "sync/http.h"

#include <inttypes.h>
#include <string.h>

/* The list's request with the names of paging added to its query. */
static const struct request_spec *with_paging(struct call *call,
                                              const struct list_spec *list)
{
    const char *const values[] = {NULL, "{page_number}", NULL, "{cursor}",
                                  NULL, "{offset}"};
    const char *value = list->paging < sizeof(values) / sizeof(values[0])
                            ? values[list->paging]
                            : NULL;
    struct request_spec *spec = arena_take(call->arena, sizeof(*spec));
    struct pair *pairs = arena_take(
        call->arena, (list->request.query.count + 2) * sizeof(*pairs));
    size_t count = list->request.query.count;

    if (count > 0)
        memcpy(pairs, list->request.query.at, count * sizeof(*pairs));
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

struct call *api_list(struct client *client, const struct call *previous,
                      uint32_t page)
{
    const struct list_spec *list = &client_account(client)->provider->list;
    struct call *call;
    struct text cursor = TEXT(""), next;

    if (list->request.method == NULL || page >= PAGES_MAX ||
        (page > 0 && list->paging == PAGING_NONE))
        return NULL;
    call = api_call(client, "list", NULL, CALL_READ);
    if (page > 0 && goes_by_address(list)) {
        if (previous == NULL ||
            !http_same_origin(call->arena, previous->asked.at, previous->next,
                              &next)) {
            client_call_free(call);
            return NULL;
        }
        call->url = next;
        return call;
    }
    if (page > 0 && list->paging == PAGING_CURSOR) {
        cursor = previous != NULL ? provider_text(list->cursor, previous->reply)
                                  : TEXT("");
        if (cursor.size == 0) {
            client_call_free(call);
            return NULL;
        }
    }
    call->spec = with_paging(call, list);
    api_values(
        call,
        (const struct setting[]){
            {"page_number", arena_print(call->arena, "%" PRIu64,
                                        (uint64_t)list->first + page)},
            {"offset",
             arena_print(call->arena, "%" PRIu64, (uint64_t)list->size * page)},
            {"page_size", arena_print(call->arena, "%" PRIu32, list->size)},
            {"cursor", cursor},
        },
        4);
    return call;
}

static enum status bad_list(const char *why, struct err *err)
{
    return fail(err, STOP, EXIT_UNAVAILABLE, "bad_list",
                "the list cannot be read to its end: %s", why);
}

/* Whether a page of a numbered list has another one after it. */
static enum status more_numbered(const struct list_spec *list,
                                 const struct call *call, uint32_t page,
                                 size_t count, uint64_t total, bool *more,
                                 struct err *err)
{
    uint64_t pages = 0, seen = (uint64_t)page * list->size + count;

    *more = false;
    /* An empty page where there are further ones is for the caller to see. */
    if (text_to_u64(provider_text(list->pages, call->reply), &pages)) {
        *more = (uint64_t)page + 1 < pages;
        return OK;
    }
    if (count == 0)
        return OK;
    if (total > 0) {
        /* A server that gives less than it was asked for counts its pages in
         * another way than we do. */
        if (count < list->size && seen < total)
            return bad_list("its pages are shorter than asked for", err);
        *more = seen < total;
        return OK;
    }
    *more = list->size > 0 && count >= list->size;
    return OK;
}

static enum status more_by_address(const struct call *call, bool *more,
                                   struct err *err)
{
    struct text next;

    *more = false;
    if (call->next.size == 0)
        return OK;
    if (!http_same_origin(call->arena, call->asked.at, call->next, &next))
        return fail(err, STOP, EXIT_UNAVAILABLE, "foreign_redirect",
                    "the next page of the list is on another host");
    if (text_equal(next, call->asked))
        return bad_list("the next page is the same page", err);
    *more = true;
    return OK;
}

static enum status more_pages(const struct list_spec *list,
                              const struct call *call, uint32_t page,
                              size_t count, uint64_t total, bool *more,
                              struct err *err)
{
    enum status status = OK;

    *more = false;
    switch (list->paging) {
    case PAGING_NONE:
        break;
    case PAGING_PAGE:
    case PAGING_OFFSET:
        status = more_numbered(list, call, page, count, total, more, err);
        break;
    case PAGING_NEXT_HEADER:
    case PAGING_LINK:
        status = more_by_address(call, more, err);
        break;
    case PAGING_CURSOR:
        *more = provider_text(list->cursor, call->reply).size > 0;
        break;
    }
    if (status == OK && *more && page + 1 >= PAGES_MAX)
        return bad_list("it has too many pages", err);
    return status;
}

enum status api_listed(struct client *client, const struct call *call,
                       uint32_t page, struct api_record **records,
                       size_t *count, uint64_t *total, bool *more,
                       struct err *err)
{
    const struct list_spec *list = &client_account(client)->provider->list;
    const struct node *items;

    *records = NULL;
    *count = 0;
    *total = 0;
    *more = false;
    if (call->means == MEANS_ABSENT)
        return OK;
    if (call->means != MEANS_OK) {
        *err = call->err;
        if (err->exit == EXIT_SOME) /* no record is to blame */
            err->exit = EXIT_UNAVAILABLE;
        return err->status = STOP;
    }
    items = provider_items(list->items, call->reply);
    if (items == NULL)
        return bad_list("the reply holds no array of records", err);
    if (api_records(client, call, items, SIZE_MAX, records, count, err) != OK)
        return err->status = STOP;
    if (!text_to_u64(provider_text(list->total, call->reply), total))
        *total = 0;
    return more_pages(list, call, page, *count, *total, more, err);
}
