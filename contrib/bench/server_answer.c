/*
 * server_answer.c - requests cut out of bytes, and their fixed answers.
 */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool path_is(const struct request *request, const char *path)
{
    return strlen(path) == request->path_size &&
           memcmp(path, request->path, request->path_size) == 0;
}

static bool path_ends(const struct request *request, const char *end)
{
    size_t size = strlen(end);

    return request->path_size >= size &&
           memcmp(request->path + request->path_size - size, end, size) == 0;
}

/* The size of the body, by the header that says so; 0 when none does. */
static size_t body_size(const char *head, size_t size)
{
    static const char name[] = "content-length:";
    const char *end = head + size;

    for (const char *line = head; line != NULL && line < end;
         line = memchr(line, '\n', (size_t)(end - line))) {
        line += *line == '\n';
        if ((size_t)(end - line) > sizeof(name) &&
            strncasecmp(line, name, sizeof(name) - 1) == 0)
            return (size_t)strtoul(line + sizeof(name) - 1, NULL, 10);
    }
    return 0;
}

bool request_cut(const char *bytes, size_t size, struct request *request)
{
    const char *end = size == 0 ? NULL : memmem(bytes, size, "\r\n\r\n", 4);
    const char *space, *stop;
    size_t head;

    if (end == NULL)
        return false;
    head = (size_t)(end - bytes) + 4;
    *request = (struct request){.head = bytes, .body = bytes + head};
    request->body_size = body_size(bytes, head);
    request->size = head + request->body_size;
    if (request->size > size)
        return false;
    space = memchr(bytes, ' ', head);
    request->path = space == NULL ? end : space + 1;
    stop = request->path;
    while (stop < end && *stop != ' ' && *stop != '?' && *stop != '\r')
        stop++;
    request->path_size = (size_t)(stop - request->path);
    request->is_get = strncmp(bytes, "GET ", 4) == 0;
    request->is_post = strncmp(bytes, "POST ", 5) == 0;
    return true;
}

static bool is_bulk(const struct request *request)
{
    return request->is_post && path_ends(request, "/customers/bulk");
}

bool request_creates(const struct request *request)
{
    return request->is_post &&
           (is_bulk(request) || path_ends(request, "/customers"));
}

/* Objects directly within the body's array: COUNT's rows. */
static unsigned rows_of(const struct request *request)
{
    bool in_text = false;
    unsigned depth = 0, rows = 0;

    for (size_t i = 0; i < request->body_size; i++) {
        char c = request->body[i];

        if (in_text) {
            if (c == '\\')
                i++;
            else
                in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{') {
            rows += depth++ == 1;
        } else if (c == '}') {
            depth--;
        }
    }
    return rows < BULK_MAX ? rows : BULK_MAX;
}

static size_t reply(char *text, const char *status, const char *body)
{
    return (size_t)snprintf(text, ANSWER_MAX,
                            "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                            "Content-Length: %zu\r\n\r\n%s",
                            status, strlen(body), body);
}

static size_t bulk(const struct request *request, struct tally *tally,
                   char *text)
{
    static char body[ANSWER_MAX - 256];
    unsigned rows = rows_of(request);
    size_t at;

    at = (size_t)snprintf(body, sizeof(body),
                          "{\"successCount\":%u,\"errorCount\":0,\"results\":[",
                          rows);
    for (unsigned i = 0; i < rows; i++)
        at += (size_t)snprintf(
            body + at, sizeof(body) - at,
            "%s{\"index\":%u,\"success\":true,\"customer\":{\"uuid\":"
            "\"00000000-0000-4000-8000-%012lu\"}}",
            i > 0 ? "," : "", i, ++tally->next_id);
    (void)snprintf(body + at, sizeof(body) - at, "]}");
    tally->creates += rows;
    return reply(text, "201 Created", body);
}

static size_t create(const struct request *request, struct tally *tally,
                     char *text)
{
    tally->creates++;
    return (size_t)snprintf(text, ANSWER_MAX,
                            "HTTP/1.1 201 Created\r\nLocation: %.*s/%lu\r\n"
                            "Content-Length: 0\r\n\r\n",
                            (int)request->path_size, request->path,
                            ++tally->next_id);
}

static size_t told(struct tally *tally, char *text)
{
    char body[96];

    (void)snprintf(body, sizeof(body), "%lu %lld %lu\n", tally->creates,
                   (long long)(tally->last_us - tally->first_us), tally->bytes);
    *tally = (struct tally){.next_id = tally->next_id};
    return reply(text, "200 OK", body);
}

size_t answer(const struct request *request, struct tally *tally, char *text)
{
    bool is_count =
        memmem(request->path, request->path_size, "/partners/", 10) != NULL;

    if (request_creates(request)) {
        tally->bytes += request->body_size;
        return is_bulk(request) ? bulk(request, tally, text)
                                : create(request, tally, text);
    }
    if (request->is_get && path_is(request, "/_bench"))
        return told(tally, text);
    if (request->is_get && path_ends(request, "/customers"))
        return reply(text, "200 OK",
                     is_count ? "{\"status\":\"success\",\"data\":{\"records\":"
                                "[],\"totalRecords\":0,\"totalPages\":0,"
                                "\"page\":1,\"limit\":100}}"
                              : "[]");
    return reply(text, "404 Not Found", "{\"error\":\"not_found\"}");
}
