/*
 * client_send.c - from a described call to a request that leaves in its turn.
 */
#include "sync/client_own.h"

#include "sync/http_url.h"

#include <string.h>

/* An empty value would turn the path of one record into that of all. */
static const char *path_value(const void *self, const char *name)
{
    const char *value = lookup_value(self, name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

static enum status fill_path(struct client *client, struct flight *flight,
                             const struct lookup *lookup, struct text *path,
                             struct err *err)
{
    const struct call *call = flight->call;
    const char *missing = NULL;

    if (call->spec == NULL)
        return fail(err, REJECT, EXIT_CONFIG, "missing_value",
                    "%s lacks a value it asks by", call->name);
    if (call->spec->method == NULL || call->spec->path == NULL)
        return fail(err, REJECT, EXIT_CONFIG, "no_such_call", "%s has no %s",
                    client->account->provider->title, call->name);
    if (!template_fill(call->spec->path, path_value, lookup, http_escape,
                       call->arena, path, &missing))
        return fail(err, REJECT, EXIT_CONFIG, "missing_value", "%s needs %s",
                    call->name, missing);
    return OK;
}

/* Pairs whose value is missing or empty are left out. */
static struct http_header *
fill_query(const struct call *call, const struct lookup *lookup, size_t *count)
{
    const struct pairs *pairs = &call->spec->query;
    struct http_header *query =
        arena_take(call->arena, (pairs->count + 1) * sizeof(*query));

    *count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        struct text value = TEXT("");
        const char *missing = NULL;

        if (template_fill(pairs->at[i].value, lookup_value, lookup, NULL,
                          call->arena, &value, &missing) &&
            value.size > 0)
            query[(*count)++] =
                (struct http_header){text_of(pairs->at[i].name), value};
    }
    return query;
}

struct text client_path(const struct client *client, const char *url,
                        struct arena *arena)
{
    struct text base = http_path(arena, client->account->base_url);
    struct text path = http_path(arena, url);

    while (base.size > 0 && base.at[base.size - 1] == '/')
        base.size--;
    if (base.size == 0 || path.size < base.size ||
        memcmp(path.at, base.at, base.size) != 0)
        return path;
    path.at += base.size;
    path.size -= base.size;
    return path.size > 0 ? path : TEXT("/");
}

enum status client_prepare(struct client *client, struct flight *flight,
                           struct err *err)
{
    struct call *call = flight->call;
    const struct account *account = client->account;
    struct lookup lookup = {account, call->values, call->values_count};
    struct text path = TEXT("");
    struct http_header *query;
    struct text plain;
    size_t count;

    if (call->url.size > 0) {
        if (!http_same_origin(call->arena, account->base_url, call->url,
                              &call->asked))
            return fail(err, REJECT, EXIT_UNAVAILABLE, "foreign_redirect",
                        "the provider points to another host");
        flight->path = client_path(client, call->asked.at, call->arena);
        return OK;
    }
    if (fill_path(client, flight, &lookup, &path, err) != OK)
        return REJECT;
    query = fill_query(call, &lookup, &count);
    call->asked = http_url(call->arena, account->base_url, path, query, count);
    flight->path = client_path(client, call->asked.at, call->arena);
    /* An id such as ".." would be folded into another path. */
    plain = (struct text){path.at, text_find(path, "?")};
    if (!text_equal(flight->path, plain))
        return fail(err, REJECT, EXIT_DATA, "bad_id",
                    "%s: a value cannot stand in the path", call->name);
    return OK;
}

static enum status begin(struct client *client, struct flight *flight,
                         int64_t now_ms, struct err *err)
{
    struct call *call = flight->call;
    struct http_request *request = &flight->request;
    struct http_header *headers;
    size_t count;
    const char *method = call->spec != NULL ? call->spec->method : "GET";
    enum status status = auth_headers(
        &client->auth, method, flight->path, call->body,
        now_ms + client->sign_ahead_ms, call->arena, &headers, &count, err);

    if (status != OK)
        return status;
    *request = (struct http_request){
        .arena = call->arena,
        .method = method,
        .url = call->asked.at,
        .headers = headers,
        .headers_count = count,
        .body = call->body,
        .limit_ms = client_limit_ms(client, call->safety != CALL_READ),
        .user = flight,
    };
    flight->access = arena_text(call->arena, client->auth.token.access);
    status = http_start(client->http, request, err);
    if (status != OK)
        return status;
    if (flight->begun)
        client->stats.retries++;
    flight->begun = true;
    flight->begun_ms = now_ms;
    call->tries++;
    client->running++;
    client->stats.total++;
    tempo_sent(&client->tempo, now_ms);
    return OK;
}

/* How many wait for nothing but their turn; *wait_ms until the next does. */
static uint32_t count_due(const struct client *client, int64_t now_ms,
                          uint64_t *wait_ms)
{
    uint32_t due = 0;

    *wait_ms = UINT64_MAX;
    for (const struct flight *f = client->waiting.first; f != NULL;
         f = f->next) {
        if (f->not_before_ms <= now_ms)
            due++;
        else if ((uint64_t)(f->not_before_ms - now_ms) < *wait_ms)
            *wait_ms = (uint64_t)(f->not_before_ms - now_ms);
    }
    return due;
}

/* The first that is due, taken out of the queue. */
static struct flight *take_due(struct client *client, int64_t now_ms)
{
    struct flight *before = NULL, *f = client->waiting.first;

    while (f != NULL && f->not_before_ms > now_ms) {
        before = f;
        f = f->next;
    }
    if (f == NULL)
        return NULL;
    if (before != NULL)
        before->next = f->next;
    else
        client->waiting.first = f->next;
    if (client->waiting.last == f)
        client->waiting.last = before;
    f->next = NULL;
    return f;
}

/* How many more may be under way: connections, and what the provider has left.
 * With nothing under way one is always tried, since pace knows of penalties. */
static uint32_t free_slots(const struct client *client, uint32_t room)
{
    uint32_t most = client->account->concurrency;

    if (room < most)
        most = room > 0 ? room : 1;
    return client->running < most ? most - client->running : 0;
}

enum status client_start_due(struct client *client, uint64_t *wait_ms,
                             bool *paced, struct err *err)
{
    *wait_ms = UINT64_MAX;
    *paced = false;
    for (;;) {
        int64_t now_ms = client_now(client);
        uint32_t room = pace_room(&client->pace, now_ms);
        uint32_t free = free_slots(client, room);
        uint32_t due = count_due(client, now_ms, wait_ms);
        uint64_t pace_ms = 0;
        struct flight *flight;
        enum status status;

        if (client->stopped || client_halted(client, err) != OK)
            return OK;
        if (free == 0) /* until one of them comes back */
            *wait_ms = UINT64_MAX;
        if (due == 0 || free == 0)
            return OK;
        if (!auth_good(&client->auth, now_ms)) {
            status = client_renew(client, err);
            if (status != OK)
                return status;
            continue;
        }
        status = pace_take(&client->pace, now_ms, due < free ? due : free,
                           &pace_ms, err);
        if (status == OK)
            status = client_silenced(client, err);
        if (status != OK)
            return STOP;
        if (pace_ms > 0) {
            *wait_ms = pace_ms;
            *paced = true;
            return OK;
        }
        flight = take_due(client, now_ms);
        if (begin(client, flight, now_ms, err) != OK) {
            flight->call->err = *err;
            client_end(client, flight, CALL_NOT_BEGUN);
            return STOP;
        }
    }
}
