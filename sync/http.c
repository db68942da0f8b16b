/*
 * http.c - libcurl's multi interface, with its traps closed.
 *
 * A handle keeps pointers to what it was given (header lists, the error
 * buffer): all of it lives in the slot until the handle is taken off the multi
 * handle.
 */
#include "sync/http_own.h"

#include "formats/step.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum status http_open(struct http **out, uint32_t concurrency,
                      const char *ca_file, struct err *err)
{
    struct http *http = calloc(1, sizeof(*http));
    uint32_t most = concurrency > 0 ? concurrency : 1;

    if (http == NULL)
        abort();
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
        free(http);
        return fail(err, STOP, EXIT_BUG, "no_curl", "libcurl does not start");
    }
    /* TLS writes with write(), and NOSIGNAL leaves SIGPIPE as it is. */
    (void)signal(SIGPIPE, SIG_IGN);
    http->multi = curl_multi_init();
    /* One more than asked: a token may be renewed while all others wait. */
    http->slots_count = most + 1;
    http->slots = calloc(http->slots_count, sizeof(*http->slots));
    http->ca_file = ca_file != NULL ? strdup(ca_file) : NULL;
    if (http->multi == NULL || http->slots == NULL ||
        (ca_file != NULL && http->ca_file == NULL))
        abort();
    for (uint32_t i = 0; i < http->slots_count; i++) {
        http->slots[i].http = http;
        http->slots[i].easy = curl_easy_init();
        if (http->slots[i].easy == NULL)
            abort();
    }
    (void)curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)http->slots_count);
    (void)curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS,
                            (long)http->slots_count);
    *out = http;
    return OK;
}

static void slot_clear(struct slot *slot)
{
    if (slot->request != NULL) {
        (void)curl_multi_remove_handle(slot->http->multi, slot->easy);
        slot->http->active--;
    }
    slot->request = NULL;
    curl_slist_free_all(slot->headers);
    slot->headers = NULL;
    buffer_clear(&slot->reply);
}

void http_drop(struct http *http)
{
    for (uint32_t i = 0; i < http->slots_count; i++)
        slot_clear(&http->slots[i]);
}

void http_close(struct http *http)
{
    if (http == NULL)
        return;
    http_drop(http);
    for (uint32_t i = 0; i < http->slots_count; i++) {
        curl_easy_cleanup(http->slots[i].easy);
        buffer_free(&http->slots[i].reply);
    }
    (void)curl_multi_cleanup(http->multi);
    free(http->slots);
    free(http->ca_file);
    free(http);
    curl_global_cleanup();
}

uint32_t http_active(const struct http *http)
{
    return http->active;
}

enum status http_start(struct http *http, struct http_request *request,
                       struct err *err)
{
    struct slot *slot = NULL;

    for (uint32_t i = 0; slot == NULL && i < http->slots_count; i++)
        if (http->slots[i].request == NULL)
            slot = &http->slots[i];
    if (slot == NULL)
        return fail(err, STOP, EXIT_BUG, "no_slot",
                    "more requests at a time than connections");
    slot->request = request;
    slot->headers_bytes = 0;
    slot->sends = 0;
    slot->error[0] = '\0';
    buffer_clear(&slot->reply);
    request->sent = HTTP_NOT_SENT;
    request->status = 0;
    request->reply = TEXT("");
    request->reply_headers_count = 0;
    request->date_ms = 0;
    request->retry_after_ms = request->under_way_ms = 0;
    request->error[0] = '\0';
    request->endless = false;
    request->handle = slot;

    if (http_slot_set(slot, err) != OK) {
        slot->request = NULL;
        return STOP;
    }
    step("before", request->method);
    if (curl_multi_add_handle(http->multi, slot->easy) != CURLM_OK)
        abort();
    http->active++;
    return OK;
}

/* The next request that ended, or NULL. */
static struct http_request *take_done(struct http *http)
{
    CURLMsg *message;
    int left = 0;

    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        struct http_request *request;
        struct slot *slot = NULL;
        CURLcode code;

        if (message->msg != CURLMSG_DONE)
            continue;
        code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        request = slot->request;
        http_slot_tell(slot, code);
        slot_clear(slot);
        request->handle = NULL;
        step("after", request->method);
        return request;
    }
    return NULL;
}

enum status http_wait(struct http *http, uint64_t wait_ms,
                      struct http_request **done, struct err *err)
{
    int running = 0;
    int wait = wait_ms > 60 * 1000 ? 60 * 1000 : (int)wait_ms;
    CURLMcode code;

    *done = take_done(http);
    if (*done != NULL)
        return OK;
    code = curl_multi_perform(http->multi, &running);
    if (code == CURLM_OK && (*done = take_done(http)) == NULL && wait > 0) {
        code = curl_multi_poll(http->multi, NULL, 0, wait, NULL);
        if (code == CURLM_OK)
            code = curl_multi_perform(http->multi, &running);
        if (code == CURLM_OK)
            *done = take_done(http);
    }
    if (code != CURLM_OK)
        return fail(err, STOP, EXIT_BUG, "no_curl", "libcurl: %s",
                    curl_multi_strerror(code));
    return OK;
}

struct text http_reply_header(const struct http_request *request,
                              const char *name)
{
    for (size_t i = 0; i < request->reply_headers_count; i++)
        if (text_is_nocase(request->reply_headers[i].name, name))
            return request->reply_headers[i].value;
    return TEXT("");
}
