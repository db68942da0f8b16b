/*
 * http_own.h - between http.c, which has the connections, and http_slot.c,
 * which makes one request of them and reads its answer.
 */
#ifndef SYNC_HTTP_OWN_H
#define SYNC_HTTP_OWN_H

#include "sync/http.h"

#include <curl/curl.h>

struct slot {
    struct http *http;
    CURL *easy;
    struct http_request *request; /* NULL: free */
    struct curl_slist *headers;
    struct buffer reply;
    size_t headers_bytes;
    uint32_t sends; /* times that libcurl was about to send it */
    char error[CURL_ERROR_SIZE];
};

struct http {
    CURLM *multi;
    struct slot *slots;
    uint32_t slots_count, active;
    char *ca_file; /* or NULL */
};

/* Sets up the slot's handle for its request. STOP: a header cannot be sent, and
 * the slot holds nothing. */
enum status http_slot_set(struct slot *slot, struct err *err);
/* What became of the request, as far as libcurl can prove. */
void http_slot_tell(struct slot *slot, CURLcode code);

#endif
