/*
 * client_meaning.c - what an answer means, beyond what its status says.
 *
 * A page of a portal or gateway in between speaks every status, and a broken
 * server answers one question with the answer to another. Neither is knowledge.
 */
#include "sync/client_own.h"

#include <string.h>

static bool is_named(const struct call *call, const char *name)
{
    return strcmp(call->name, name) == 0;
}

static bool has_status(const int *statuses, int status)
{
    for (; statuses != NULL && *statuses != 0; statuses++)
        if (*statuses == status)
            return true;
    return false;
}

static const struct find_spec *find_of(const struct client *client,
                                       const struct call *call)
{
    const struct provider *provider = client->account->provider;

    for (size_t i = 0; i < provider->finds_count; i++)
        if (call->spec == &provider->finds[i].request)
            return &provider->finds[i];
    return NULL;
}

/* The provider's file says what a server without bulk calls answers. */
static bool bulk_missing(const struct client *client, const struct call *call)
{
    const struct provider *provider = client->account->provider;

    return (call->spec == &provider->bulk_create.request &&
            has_status(provider->bulk_create.missing, call->status)) ||
           (call->spec == &provider->bulk_update.request &&
            has_status(provider->bulk_update.missing, call->status));
}

static bool is_empty(const struct call *call)
{
    return text_trim(call->raw).size == 0;
}

/* Whether a good reply to this call must hold JSON. */
static bool needs_json(const struct client *client, const struct call *call)
{
    if (is_named(call, "create"))
        return !client->account->provider->create.id_from_location ||
               call->location.size == 0;
    return is_named(call, "list") || is_named(call, "get") ||
           is_named(call, "find") || is_named(call, "bulk_create") ||
           is_named(call, "bulk_update");
}

/* An update was carried out when the answer shows the record that was meant; a
 * provider that shows none may say nothing, but nothing else. */
static bool shows_update(const struct client *client, const struct call *call)
{
    const struct provider *provider = client->account->provider;
    const struct write_spec *spec = &provider->update;
    struct text id = call_value(call, "id");

    if (is_empty(call))
        return !spec->reply_needed;
    if (call->reply == NULL)
        return false;
    if (spec->id == NULL && spec->items == NULL)
        return true;
    return provider_shows(spec->id, call->reply, id) ||
           provider_shows(provider->id,
                          provider_record(spec->items, call->reply), id);
}

static enum meaning file_meaning(const struct client *client,
                                 const struct call *call)
{
    const struct provider *provider = client->account->provider;
    const struct find_spec *find = find_of(client, call);

    if (find != NULL && has_status(find->absent, call->status))
        return MEANS_ABSENT;
    if (is_named(call, "probe") &&
        has_status(provider->probe.absent, call->status))
        return MEANS_OK;
    if (find != NULL && find->style == FOUND_REDIRECT && call->status >= 301 &&
        call->status <= 308 && call->location.size > 0)
        return MEANS_OK;
    return provider_meaning(provider, call->name, call->status, call->reply,
                            call->raw);
}

enum meaning client_meaning(const struct client *client,
                            const struct call *call)
{
    enum meaning means;

    /* Whatever says so, no row of it was carried out. */
    if (bulk_missing(client, call))
        return MEANS_ABSENT;
    means = file_meaning(client, call);
    if (means == MEANS_ABSENT && call->reply == NULL && !is_empty(call))
        return MEANS_RETRY;
    if (means != MEANS_OK || call->status / 100 != 2)
        return means;
    if (call->reply == NULL && needs_json(client, call))
        return MEANS_RETRY;
    if (is_named(call, "update") && !shows_update(client, call))
        return MEANS_RETRY;
    return MEANS_OK;
}
