/*
 * message.c - building replies, reading request bodies.
 */
#include "sandbox.h"
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool request_has_type(const struct request *request, const char *type)
{
    const char *header = request_header(request, "Content-Type");
    size_t size = strlen(type);

    return header != NULL && strncasecmp(header, type, size) == 0 &&
           strchr("; \t", header[size]) != NULL;
}

json_t *request_json(const struct request *request)
{
    json_t *body =
        json_loadb(request->body, request->size, JSON_REJECT_DUPLICATES, NULL);

    if (body != NULL && !json_is_object(body)) {
        json_decref(body);
        return NULL;
    }
    return body;
}

static void set_body(struct reply *reply, unsigned status, const char *type,
                     char *body)
{
    free(reply->body);
    reply->status = status;
    reply->type = type;
    reply->body = body;
    reply->size = body == NULL ? 0 : strlen(body);
}

void reply_json(struct reply *reply, unsigned status, json_t *owned)
{
    char *body = must_alloc(
        json_dumps(must_alloc(owned), JSON_COMPACT | JSON_REAL_PRECISION(15)));

    json_decref(owned);
    set_body(reply, status, "application/json; charset=utf-8", body);
}

void reply_text(struct reply *reply, unsigned status, const char *type,
                const char *text)
{
    set_body(reply, status, type, copy(text));
}

void reply_empty(struct reply *reply, unsigned status)
{
    set_body(reply, status, NULL, NULL);
}

void reply_header(struct reply *reply, const char *name, const char *format,
                  ...)
{
    va_list arguments;
    char *value = NULL;
    size_t i = 0;

    va_start(arguments, format);
    if (vasprintf(&value, format, arguments) < 0)
        value = NULL;
    va_end(arguments);
    must_alloc(value);

    while (i < reply->header_count &&
           strcasecmp(reply->headers[i].name, name) != 0)
        i++;
    if (i == REPLY_HEADERS_MAX) {
        free(value);
        return;
    }
    if (i == reply->header_count) {
        reply->headers[i].name = copy(name);
        reply->headers[i].value = NULL;
        reply->header_count++;
    }
    free(reply->headers[i].value);
    reply->headers[i].value = value;
}

void reply_header_remove(struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcasecmp(reply->headers[i].name, name) != 0)
            continue;
        free(reply->headers[i].name);
        free(reply->headers[i].value);
        reply->headers[i] = reply->headers[--reply->header_count];
        return;
    }
}

void reply_clear(struct reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        free(reply->headers[i].name);
        free(reply->headers[i].value);
    }
    free(reply->body);
    *reply = (struct reply){0};
}
