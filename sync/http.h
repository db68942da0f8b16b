/*
 * http.h - requests over kept connections: one thread, one curl multi handle.
 *
 * The only home of libcurl. Never follows a redirect, never sends a request
 * twice, verifies TLS always, bounds every reply (REPLY_MAX). Knows nothing of
 * providers, tokens or pace.
 */
#ifndef SYNC_HTTP_H
#define SYNC_HTTP_H

#include "formats/arena.h"
#include "formats/err.h"

struct http;

struct http_header {
    struct text name, value;
};

enum { HTTP_TIMEOUT_MS = 60 * 1000 };

/* How far a request got; what may be done again follows from it. */
enum http_sent {
    HTTP_NOT_SENT, /* no byte of it left: may be repeated freely */
    HTTP_ANSWERED, /* a whole answer came */
    HTTP_UNKNOWN,  /* bytes left, no whole answer */
};

struct http_request {
    struct arena *arena; /* owns request and reply; the caller's */
    const char *method;
    const char *url;
    const struct http_header *headers;
    size_t headers_count;
    struct text body;  /* at NULL: no body */
    uint64_t limit_ms; /* given up after that; 0: HTTP_TIMEOUT_MS, which
                          is also the most */
    void *user;

    enum http_sent sent;
    int status; /* of the answer */
    struct text reply;
    struct http_header *reply_headers;
    size_t reply_headers_count;
    int64_t date_ms;         /* its Date, by the server's clock; 0 none */
    uint64_t retry_after_ms; /* Retry-After, seconds or date (by the server's
                                clock if it tells it); at most a day; 0 none */
    uint64_t under_way_ms;   /* from when it left, connected, to its end */
    char error[256];         /* when not ANSWERED; no secret in it */
    bool endless;            /* UNKNOWN since the reply passed a limit: to
                                ask again would end the same way */
    bool untrusted;          /* NOT_SENT since the certificate was refused,
                                as the next one would be */
    void *handle;            /* http's own */
};

/* concurrency: connections and requests at a time. ca_file NULL: the system's
 */
enum status http_open(struct http **out, uint32_t concurrency,
                      const char *ca_file, struct err *err);
void http_close(struct http *http); /* NULL is fine; drops what is in flight */
/* What is in flight is given up, and its requests are the caller's again. */
void http_drop(struct http *http);
/* Begins; the request must live until http_wait gives it back. */
enum status http_start(struct http *http, struct http_request *request,
                       struct err *err);
uint32_t http_active(const struct http *http);
/*
 * Waits at most wait_ms for a request to end; *done NULL when none did (also
 * when a signal came).
 */
enum status http_wait(struct http *http, uint64_t wait_ms,
                      struct http_request **done, struct err *err);

struct text http_reply_header(const struct http_request *request,
                              const char *name);
/* Escaping of one path segment or query or form value. */
struct text http_escape(struct arena *arena, struct text text);
/* base + path?name=value&...; values are raw and get escaped. */
struct text http_url(struct arena *arena, const char *base, struct text path,
                     const struct http_header *query, size_t count);
struct text http_form(struct arena *arena, const struct http_header *pairs,
                      size_t count);
/*
 * An address out of a reply (Location, X-Next-Page), relative or absolute,
 * against the address asked. False when scheme, host or port differ: then it
 * must not be followed.
 */
bool http_same_origin(struct arena *arena, const char *asked,
                      struct text location, struct text *absolute);

#endif
