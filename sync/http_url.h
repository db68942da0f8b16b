/*
 * http_url.h - what http.c and the configuration need to know of an address.
 *
 * With the other http files the only home of libcurl. Pure: asks no
 * network.
 */
#ifndef SYNC_HTTP_URL_H
#define SYNC_HTTP_URL_H

#include "formats/arena.h"

/* 127.0.0.0/8, ::1 or localhost: the only hosts that may be asked in clear. */
bool http_is_loopback(const char *url);
/*
 * NULL when requests may go there; else why not, as the end of a sentence:
 * not an absolute http(s) address, clear text to another host, a user or
 * password in it, a query or fragment.
 */
const char *http_unfit(const char *url);
/* The path of an address, escaped as it stands, without query; "/" if none. */
struct text http_path(struct arena *arena, const char *url);
/* %XX back to bytes; the text itself when it holds a NUL then. */
struct text http_unescape(struct arena *arena, struct text text);
/* The first pair of that name in "a=b&c=d", as a form's: + is a blank. */
bool http_query_value(struct arena *arena, struct text query, const char *name,
                      struct text *value);
/* The port of an address, the scheme's own when it names none; 0: none. */
uint16_t http_port(const char *url);

#endif
