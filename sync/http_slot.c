/*
 * http_slot.c - one request of libcurl's: what it is told before, what it calls
 * under way, and what its end proves.
 */
#include "sync/http_own.h"

#include "formats/limits.h"
#include "sync/http_time.h"
#include "sync/http_url.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef CUSTSYNC_VERSION
#define CUSTSYNC_VERSION "0"
#endif

enum {
    CONNECT_MS = 15 * 1000,
    LOW_SPEED_BYTES = 1, /* a second, over LOW_SPEED_S */
    LOW_SPEED_S = 30,
    IDLE_S = 25, /* below the 30 s after which many servers hang up */
    HEADERS_BYTES_MAX = 256 * 1024,
    HEADERS_MAX = 200,
};

/* --- what libcurl calls ---------------------------------------------------*/

/*
 * When a kept connection dies before an answer, libcurl would send the request
 * a second time over a new one, and report nothing. It must not: the first may
 * have been carried out, and a second one has its own place in the limit.
 */
static int refuse_again(void *self, char *to_ip, char *from_ip, int to_port,
                        int from_port)
{
    struct slot *slot = self;

    (void)to_ip;
    (void)from_ip;
    (void)to_port;
    (void)from_port;
    return slot->sends++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* Counts what was unpacked: libcurl's own limit sees packed bytes only. */
static size_t take_body(char *bytes, size_t size, size_t count, void *self)
{
    struct slot *slot = self;
    size_t got = size * count;

    if (got > REPLY_MAX - slot->reply.size) {
        slot->request->endless = true;
        return 0;
    }
    buffer_add(&slot->reply, bytes, got);
    return got;
}

static void add_header(struct http_request *request, struct text line)
{
    size_t colon = text_find(line, ":");
    struct http_header *header;

    if (colon == line.size || request->reply_headers_count == HEADERS_MAX)
        return;
    if (request->reply_headers == NULL)
        request->reply_headers = arena_take(
            request->arena, HEADERS_MAX * sizeof(*request->reply_headers));
    header = &request->reply_headers[request->reply_headers_count++];
    header->name = arena_text(request->arena, (struct text){line.at, colon});
    header->value = arena_text(
        request->arena,
        text_trim((struct text){line.at + colon + 1, line.size - colon - 1}));
}

static size_t take_header(char *bytes, size_t size, size_t count, void *self)
{
    struct slot *slot = self;
    struct text line = {bytes, size * count};

    slot->headers_bytes += line.size;
    if (slot->headers_bytes > HEADERS_BYTES_MAX) {
        slot->request->endless = true;
        return 0;
    }
    /* A status line begins the headers anew: 100 Continue has its own. */
    if (text_starts(line, "HTTP/"))
        slot->request->reply_headers_count = 0;
    else
        add_header(slot->request, line);
    return line.size;
}

/* --- beginning ------------------------------------------------------------*/

static bool is_clean(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
            return false;
    return true;
}

static enum status set_headers(struct slot *slot, struct err *err)
{
    const struct http_request *request = slot->request;
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (size_t i = 0; list != NULL && i < request->headers_count; i++) {
        const struct http_header *header = &request->headers[i];
        struct text line;

        if (!is_clean(header->name) || !is_clean(header->value)) {
            curl_slist_free_all(list);
            return fail(err, STOP, EXIT_CONFIG, "bad_header",
                        "header %.*s would hold a line end or a control "
                        "character",
                        TEXT_ARGS(header->name));
        }
        /* libcurl leaves out a header that ends in ":" and sends one that ends
         * in ";" with no value. */
        line =
            header->value.size > 0
                ? arena_print(request->arena, "%.*s: %.*s",
                              TEXT_ARGS(header->name), TEXT_ARGS(header->value))
                : arena_print(request->arena, "%.*s;", TEXT_ARGS(header->name));
        slot->headers = list;
        list = curl_slist_append(list, line.at);
        /* It may be the one with the secret in it. */
        explicit_bzero((void *)(uintptr_t)line.at, line.size);
    }
    if (list == NULL)
        abort();
    slot->headers = list;
    return OK;
}

static void set_fixed(struct slot *slot, bool loopback)
{
    CURL *easy = slot->easy;
    uint64_t limit_ms = slot->request->limit_ms;
    long total_ms = limit_ms > 0 && limit_ms < HTTP_TIMEOUT_MS
                        ? (long)limit_ms
                        : (long)HTTP_TIMEOUT_MS;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, total_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_S);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "custsync/" CUSTSYNC_VERSION);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    /* In clear only to ourselves, and never by way of a proxy. */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
                     loopback ? "https,http" : "https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, loopback ? "*" : NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* With the folder beside it, every connection would read all of it. */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (slot->http->ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, slot->http->ca_file);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, refuse_again);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot);
}

static void set_body(struct slot *slot)
{
    const struct http_request *request = slot->request;
    CURL *easy = slot->easy;
    bool is_get = strcmp(request->method, "GET") == 0;

    if (request->body.at == NULL && is_get) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    if (request->body.at != NULL) {
        /* As one piece it leaves in one packet with its header, where it is
         * small; what libcurl asks for piece by piece leaves after it. */
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.at);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

enum status http_slot_set(struct slot *slot, struct err *err)
{
    const char *url = slot->request->url;

    curl_easy_reset(slot->easy);
    if (set_headers(slot, err) != OK) {
        slot->headers = NULL;
        return STOP;
    }
    set_fixed(slot, http_is_loopback(url));
    set_body(slot);
    curl_easy_setopt(slot->easy, CURLOPT_URL, url);
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
    return OK;
}

/* --- ending ---------------------------------------------------------------*/

/*
 * Nothing left only when libcurl counts not one byte of the request and failed
 * where there is no request yet. All else may have been carried out.
 */
static bool provably_not_sent(struct slot *slot, CURLcode code)
{
    long request_bytes = 0;
    curl_off_t body_bytes = 0;

    (void)curl_easy_getinfo(slot->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_SIZE_UPLOAD_T, &body_bytes);
    if (request_bytes > 0 || body_bytes > 0 || slot->sends > 1)
        return false;
    switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PROXY:
    case CURLE_OPERATION_TIMEDOUT:
        return true;
    default:
        return false;
    }
}

static void tell_failure(struct slot *slot, CURLcode code)
{
    struct http_request *request = slot->request;

    request->untrusted = code == CURLE_PEER_FAILED_VERIFICATION ||
                         code == CURLE_SSL_ISSUER_ERROR ||
                         code == CURLE_SSL_INVALIDCERTSTATUS;
    request->sent =
        provably_not_sent(slot, code) ? HTTP_NOT_SENT : HTTP_UNKNOWN;
    if (request->endless)
        (void)snprintf(request->error, sizeof(request->error),
                       "the reply is larger than %d MiB", REPLY_MAX >> 20);
    else if (slot->sends > 1)
        (void)snprintf(request->error, sizeof(request->error),
                       "the connection died before an answer");
    else
        (void)snprintf(request->error, sizeof(request->error), "%s",
                       slot->error[0] != '\0' ? slot->error
                                              : curl_easy_strerror(code));
}

static void tell_answer(struct slot *slot)
{
    struct http_request *request = slot->request;
    curl_off_t left_us = 0, total_us = 0;
    long status = 0;

    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &left_us);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    request->sent = HTTP_ANSWERED;
    request->status = (int)status;
    if (total_us > left_us)
        request->under_way_ms = (uint64_t)(total_us - left_us) / 1000;
    request->date_ms =
        http_date_ms(request->arena, http_reply_header(request, "Date"));
    request->retry_after_ms = http_retry_after_ms(
        request->arena, http_reply_header(request, "Retry-After"),
        request->date_ms != 0 ? request->date_ms : (int64_t)time(NULL) * 1000);
    request->reply = arena_text(request->arena, buffer_view(&slot->reply));
}

void http_slot_tell(struct slot *slot, CURLcode code)
{
    if (code == CURLE_OK)
        tell_answer(slot);
    else
        tell_failure(slot, code);
}
