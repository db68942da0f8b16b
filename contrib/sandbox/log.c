/*
 * log.c - what was asked, in order, and the sums over it.
 */
#include "sandbox.h"
#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct logged {
    int64_t n, at_ms;
    enum provider_id provider;
    char *method, *path, *query, *body, *content_type, *accept, *fault;
    const char *auth;
    unsigned status;
};

static char *maybe(const char *text)
{
    return text == NULL ? NULL : copy(text);
}

/* A body with credentials is not kept, one that is too big neither. */
static char *body_to_keep(struct log *log, const struct call *call)
{
    const struct request *request = call->request;

    if (call->provider->is_token(request->path))
        return copy("<redacted>");
    if (request->size > LOG_BODY_MAX ||
        log->body_bytes + request->size > LOG_BODIES_MAX) {
        log->bodies_forgotten++;
        return copy("<not kept>");
    }
    log->body_bytes += request->size;
    return copy(request->body);
}

static const char *auth_kind(const struct request *request)
{
    const char *header = request_header(request, "Authorization");

    if (header == NULL)
        return "none";
    return strncasecmp(header, "Basic ", 6) == 0 ? "basic" : "bearer";
}

static void count(struct log *log, const struct call *call)
{
    struct totals *totals = &log->totals[call->provider->id];
    const char *method = call->request->method;
    unsigned status = call->reply->status;

    totals->requests++;
    totals->by_status[status < 600 ? status : 599]++;
    if (call->auth_failed)
        totals->auth_failures++;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 &&
        !call->provider->is_token(call->request->path))
        totals->writes++;
}

void log_add(struct log *log, const struct call *call, const char *fault)
{
    const struct request *request = call->request;
    struct logged *item;

    count(log, call);
    log->next++;
    if (log->count == LOG_MAX) {
        log->forgotten++;
        return;
    }
    if (log->count == log->room) {
        log->room = log->room == 0 ? 1024 : log->room * 2;
        log->item =
            must_alloc(realloc(log->item, log->room * sizeof(*log->item)));
    }
    item = &log->item[log->count++];
    *item = (struct logged){
        .n = log->next,
        .at_ms = request->now_ms,
        .provider = call->provider->id,
        .method = copy(request->method),
        .path = copy(request->path),
        .query = copy(request->query),
        .body = body_to_keep(log, call),
        .content_type = maybe(request_header(request, "Content-Type")),
        .accept = maybe(request_header(request, "Accept")),
        .fault = maybe(fault),
        .auth = auth_kind(request),
        .status = call->reply->status,
    };
}

void log_reset(struct log *log)
{
    for (size_t i = 0; i < log->count; i++) {
        struct logged *item = &log->item[i];

        free(item->method);
        free(item->path);
        free(item->query);
        free(item->body);
        free(item->content_type);
        free(item->accept);
        free(item->fault);
    }
    free(log->item);
    *log = (struct log){0};
}

/* A path or a body may hold bytes that are no UTF-8: then it is not shown. */
static void set_text(json_t *object, const char *name, const char *text)
{
    json_t *value = text == NULL ? json_null() : json_string(text);

    json_object_set_new(object, name,
                        value == NULL ? json_string("<not utf-8>") : value);
}

json_t *log_requests_json(const struct log *log)
{
    json_t *array = json_array();

    for (size_t i = 0; i < log->count; i++) {
        const struct logged *item = &log->item[i];
        json_t *object = json_object();

        json_object_set_new(object, "n", json_integer(item->n));
        json_object_set_new(object, "at_ms", json_integer(item->at_ms));
        set_text(object, "provider", providers[item->provider]->name);
        set_text(object, "method", item->method);
        set_text(object, "path", item->path);
        set_text(object, "query", item->query);
        set_text(object, "body", item->body);
        set_text(object, "content_type", item->content_type);
        set_text(object, "accept", item->accept);
        set_text(object, "auth", item->auth);
        json_object_set_new(object, "status", json_integer(item->status));
        if (item->fault != NULL)
            set_text(object, "fault", item->fault);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *log_totals_json(const struct log *log)
{
    json_t *all = json_object();

    for (int i = 0; i < PROVIDER_COUNT; i++) {
        const struct totals *totals = &log->totals[i];
        json_t *by_status = json_object();

        for (int status = 0; status < 600; status++) {
            char name[8];

            if (totals->by_status[status] == 0)
                continue;
            snprintf(name, sizeof(name), "%d", status);
            json_object_set_new(by_status, name,
                                json_integer(totals->by_status[status]));
        }
        json_object_set_new(
            all, providers[i]->name,
            json_pack("{s:I s:I s:I s:I s:I s:I s:I s:I s:o}", "requests",
                      (json_int_t)totals->requests, "writes",
                      (json_int_t)totals->writes, "created",
                      (json_int_t)totals->created, "updated",
                      (json_int_t)totals->updated, "deleted",
                      (json_int_t)totals->deleted, "tokens",
                      (json_int_t)totals->tokens, "violations",
                      (json_int_t)totals->violations, "auth_failures",
                      (json_int_t)totals->auth_failures, "by_status",
                      by_status));
    }
    return all;
}
