/*
 * api_read.c - what replies show, believed only when it answers what was asked.
 */
#include "sync/api_own.h"

#include "sync/http.h"
#include "sync/http_url.h"
#include "sync/sign.h"

#include <string.h>

/* Of one look-up: more than that is a list whose filter was ignored. */
enum { FOUND_MAX = 1000, ID_BYTES_MAX = 200 };

/* --- ids ------------------------------------------------------------------*/

bool api_id_valid(struct text id)
{
    if (id.size == 0 || id.size > ID_BYTES_MAX || text_is(id, ".") ||
        text_is(id, "..") || text_is(id, "0"))
        return false;
    for (size_t i = 0; i < id.size; i++)
        if ((unsigned char)id.at[i] <= 0x20 || id.at[i] == 0x7f ||
            id.at[i] == '/' || id.at[i] == '\\')
            return false;
    return true;
}

struct text api_id_shown(struct client *client, const struct call *call,
                         struct text id)
{
    if (!api_id_valid(id) ||
        !text_equal(client_redact(client, id, call->arena), id))
        return TEXT("");
    return id;
}

/* What stands before and after the id in the path of a record. */
static bool record_path(struct client *client, const struct call *call,
                        struct text *before, struct text *after)
{
    const struct account *account = client_account(client);
    const char *path = account->provider->get.request.path, *missing;
    const char *mark = path != NULL ? strstr(path, "{id}") : NULL;
    struct lookup lookup = {account, NULL, 0};
    struct text head;

    if (mark == NULL)
        return false;
    head = arena_text(call->arena, (struct text){path, (size_t)(mark - path)});
    return template_fill(head.at, lookup_value, &lookup, http_escape,
                         call->arena, before, &missing) &&
           template_fill(mark + strlen("{id}"), lookup_value, &lookup,
                         http_escape, call->arena, after, &missing);
}

static struct text without_end(struct text path, const char *end)
{
    size_t size = strlen(end);

    if (path.size >= size && memcmp(path.at + path.size - size, end, size) == 0)
        path.size -= size;
    return path;
}

/* The last part of the path, if the path is that of one record. A server behind
 * a gateway may not know what the gateway put before its paths. */
struct text api_id_of_address(struct client *client, const struct call *call,
                              struct text location)
{
    struct text none = TEXT(""), absolute, path, before, after, id;
    size_t size;

    if (!http_same_origin(call->arena, call->asked.at, location, &absolute) ||
        !record_path(client, call, &before, &after))
        return none;
    path = client_path(client, absolute.at, call->arena);
    if (!text_starts(path, before.at))
        return none;
    path.at += before.size;
    path.size -= before.size;
    path = without_end(path, "/");
    size = path.size;
    path = without_end(path, after.size > 0 ? after.at : ".json");
    if (after.size > 0 && path.size == size)
        return none;
    if (memchr(path.at, '/', path.size) != NULL)
        return none;
    id = http_unescape(call->arena, path);
    return api_id_valid(id) ? id : none;
}

/* --- records --------------------------------------------------------------*/

static enum status no_answer(const struct call *call, const char *why,
                             struct err *err)
{
    return fail(err, REJECT, EXIT_UNAVAILABLE, "bad_reply", "%s: %s",
                call->name, why);
}

enum status api_records(struct client *client, const struct call *call,
                        const struct node *list, size_t most,
                        struct api_record **records, size_t *count,
                        struct err *err)
{
    const struct provider *provider = client_account(client)->provider;
    size_t n = 0;

    *count = 0;
    *records =
        arena_take(call->arena, (node_count(list) + 1) * sizeof(**records));
    for (const struct node *node = list->first; node != NULL;
         node = node->next) {
        struct text id = provider_id(provider, node);

        if (n == most)
            return no_answer(call, "more records than can be an answer", err);
        if (node->kind != NODE_OBJECT || !api_id_valid(id))
            return no_answer(call, "a record without an id", err);
        (*records)[n++] = (struct api_record){id, node};
    }
    *count = n;
    return OK;
}

static enum status one_record(struct client *client, const struct call *call,
                              const struct node *node,
                              struct api_record **records, size_t *count,
                              struct err *err)
{
    struct text id = provider_id(client_account(client)->provider, node);

    if (node == NULL || !api_id_valid(id))
        return no_answer(call, "the reply holds no record", err);
    (*records)[0] = (struct api_record){id, node};
    *count = 1;
    return OK;
}

static enum status found_redirect(struct client *client,
                                  const struct find_spec *spec,
                                  const struct call *call,
                                  struct api_record **records, size_t *count,
                                  struct err *err)
{
    static const char *const whole[] = {"", NULL};
    struct text id, absolute;

    if (call->status / 100 != 3) {
        const char *const *paths = spec->items != NULL ? spec->items : whole;

        /* An array here means that the filter was ignored: no match. */
        if (call->reply == NULL || call->reply->kind != NODE_OBJECT)
            return no_answer(call, "no redirect where one was due", err);
        return one_record(client, call, provider_record(paths, call->reply),
                          records, count, err);
    }
    if (!http_same_origin(call->arena, call->asked.at, call->location,
                          &absolute))
        return fail(err, REJECT, EXIT_UNAVAILABLE, "foreign_redirect",
                    "%s: a redirect to another host is not followed",
                    call->name);
    id = api_id_of_address(client, call, call->location);
    if (id.size == 0)
        return no_answer(call, "a redirect that leads to no record", err);
    (*records)[0] = (struct api_record){id, NULL};
    *count = 1;
    return OK;
}

enum status api_found(struct client *client, const struct find_spec *spec,
                      const struct call *call, struct api_record **records,
                      size_t *count, struct err *err)
{
    const struct node *list;

    *records = arena_take(call->arena, sizeof(**records));
    *count = 0;
    if (call->means == MEANS_ABSENT)
        return OK;
    if (call->means != MEANS_OK) {
        *err = call->err;
        return err->status = REJECT;
    }
    switch (spec->style) {
    case FOUND_REDIRECT:
        return found_redirect(client, spec, call, records, count, err);
    case FOUND_OBJECT:
        return one_record(client, call,
                          provider_record(spec->items, call->reply), records,
                          count, err);
    case FOUND_ARRAY:
        break;
    }
    list = provider_items(spec->items, call->reply);
    if (list == NULL)
        return no_answer(call, "the reply holds no list", err);
    /* Those that are not shown may be the ones that were meant. */
    if (spec->most > 0 && node_count(list) >= spec->most)
        return no_answer(call, "the reply may be cut short", err);
    return api_records(client, call, list, FOUND_MAX, records, count, err);
}

enum status api_got(struct client *client, const struct call *call,
                    const struct node **record, struct err *err)
{
    const struct provider *provider = client_account(client)->provider;

    *record = NULL;
    if (call->means == MEANS_ABSENT)
        return OK;
    if (call->means != MEANS_OK) {
        *err = call->err;
        return err->status = REJECT;
    }
    *record = provider_record(provider->get.items, call->reply);
    if (*record == NULL)
        return no_answer(call, "the reply holds no record", err);
    if (provider_shows(provider->id, *record, call_value(call, "id")))
        return OK;
    *record = NULL;
    return no_answer(call, "the reply holds another record, or none", err);
}

struct text api_created_id(struct client *client, const struct call *call)
{
    const struct provider *provider = client_account(client)->provider;
    const struct write_spec *spec = &provider->create;
    struct text place = TEXT(""), id = provider_text(spec->id, call->reply);

    if (spec->id_from_location)
        place = api_id_of_address(client, call, call->location);
    if (id.size == 0 && spec->items != NULL)
        id = provider_id(provider, provider_record(spec->items, call->reply));
    if (place.size == 0)
        return api_id_shown(client, call, id);
    /* Two that disagree name nobody. */
    return id.size == 0 || provider_shows(spec->id, call->reply, place)
               ? place
               : TEXT("");
}
