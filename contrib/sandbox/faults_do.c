/*
 * faults_do.c - what the actions of a fault script do to an answer.
 */
#include "faults.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

static const char page_html[] =
    "<!DOCTYPE html>\n<html><head><title>Notice</title></head>"
    "<body><h1>Gateway notice</h1></body></html>\n";

/* Ends when the header says so, so that an obedient client never violates. */
static void throttle(const struct fault *fault, struct call *call)
{
    int64_t now = call->request->now_ms;
    int64_t until_ms = now + fault->wait_s * 1000;
    int64_t until_s = (until_ms + 999) / 1000;
    char *date;

    reply_clear(call->reply); /* a Location of the work must not show */
    call->provider->error(call, 429, "Too many requests");
    switch (fault->wait) {
    case WAIT_NONE:
        until_ms = 0;
        break;
    case WAIT_SECONDS:
        reply_header(call->reply, "Retry-After", "%lld",
                     (long long)fault->wait_s);
        break;
    case WAIT_DATE:
        date = http_date(until_s * 1000);
        reply_header(call->reply, "Retry-After", "%s", date);
        free(date);
        until_ms = until_s * 1000;
        break;
    case WAIT_RESET:
        reply_header(call->reply, "X-Ratelimit-Remaining", "0");
        reply_header(call->reply, "X-Ratelimit-Reset", "%lld",
                     (long long)until_s);
        until_ms = until_s * 1000;
        break;
    case WAIT_RAW:
        reply_header(call->reply, "Retry-After", "%s", fault->text);
        until_ms = 0;
        break;
    }
    if (fault->penalty_s >= 0)
        until_ms = now + fault->penalty_s * 1000;
    if (until_ms > 0)
        rate_penalty_begin(call, until_ms);
}

static void status(const struct fault *fault, struct call *call)
{
    struct reply *reply = call->reply;

    reply_clear(reply);
    if (fault->body != NULL && *fault->body != '\0')
        reply_text(reply, (unsigned)fault->number, "application/json",
                   fault->body);
    else if (fault->body != NULL)
        reply_empty(reply, (unsigned)fault->number);
    else
        call->provider->error(call, (unsigned)fault->number,
                              "Fault injected by the sandbox");
    for (size_t i = 0; i < fault->headers.header_count; i++)
        reply_header(reply, fault->headers.headers[i].name, "%s",
                     fault->headers.headers[i].value);
}

static void html(struct reply *reply, int64_t code)
{
    reply_clear(reply);
    reply_text(reply, (unsigned)code, "text/html", page_html);
}

static void garbage(struct reply *reply)
{
    reply_clear(reply);
    reply_text(reply, 200, "application/json",
               "<html><body>Gateway notice</body></html>");
}

static void deep(struct reply *reply, int64_t depth)
{
    char *text = must_alloc(malloc((size_t)depth * 2 + 1));

    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    text[depth * 2] = '\0';
    reply_text(reply, 200, "application/json", text);
    free(text);
}

/* `other` is reachable under a second name, so that whoever goes there shows
 * up in the log. */
static void redirect(const struct fault *fault, struct call *call)
{
    const struct request *request = call->request;
    const char *name = call->provider->name;
    const char *mark = *request->query == '\0' ? "" : "?";

    reply_empty(call->reply, (unsigned)fault->code);
    if (fault->number == REDIRECT_SAME)
        reply_header(call->reply, "Location", "%s://%s/%s/login",
                     request->scheme, request->host, name);
    else if (fault->number == REDIRECT_OTHER)
        reply_header(call->reply, "Location", "%s://localhost:%u/%s%s%s%s",
                     request->scheme, call->box->port, name, request->raw_path,
                     mark, request->query);
    else
        reply_header(call->reply, "Location", "%s://%s/%s%s%s%s",
                     fault->number == REDIRECT_LOOP ? request->scheme : "https",
                     request->host, name, request->raw_path, mark,
                     request->query);
}

void fault_instead(const struct fault *fault, struct call *call)
{
    struct reply *reply = call->reply;

    switch (fault->action) {
    case ACT_STATUS:
        status(fault, call);
        break;
    case ACT_429:
        throttle(fault, call);
        break;
    case ACT_HTML:
        html(reply, fault->number);
        break;
    case ACT_GARBAGE:
        garbage(reply);
        break;
    case ACT_DEEP:
        deep(reply, fault->number);
        break;
    case ACT_REDIRECT:
        redirect(fault, call);
        break;
    case ACT_DRIP:
        call->provider->error(call, 503, "Fault injected by the sandbox");
        reply->wire = WIRE_DRIP;
        reply->drip_ms = fault->number;
        break;
    case ACT_ENDLESS:
        reply_empty(reply, 200);
        reply->wire = fault->number == ENDLESS_BODY ? WIRE_ENDLESS_BODY
                                                    : WIRE_ENDLESS_HEADERS;
        break;
    case ACT_RESET:
        reply_empty(reply, 0);
        reply->wire = WIRE_RESET;
        break;
    case ACT_HANG:
        reply->delay_ms += fault->number;
        reply_empty(reply, 0);
        break;
    default:
        reply_empty(reply, 0);
    }
}

static void cut(struct reply *reply, enum wire wire, int64_t bytes)
{
    if (reply->size == 0) { /* nothing that could be cut */
        reply_empty(reply, 0);
        return;
    }
    reply->wire = wire;
    reply->cut = (size_t)bytes < reply->size ? (size_t)bytes : reply->size - 1;
}

void fault_bend(const struct fault *fault, struct call *call)
{
    struct reply *reply = call->reply;

    switch (fault->action) {
    case ACT_STATUS_AFTER:
        status(fault, call);
        break;
    case ACT_429_AFTER:
        throttle(fault, call);
        break;
    case ACT_HTML_AFTER:
        html(reply, fault->number);
        break;
    case ACT_GARBAGE_AFTER:
        garbage(reply);
        break;
    case ACT_TYPE:
        reply->type = NULL;
        reply_header(reply, "Content-Type", "%s", fault->text);
        break;
    case ACT_DELAY:
        reply->delay_ms += fault->number;
        break;
    case ACT_DRIP_AFTER:
        reply->wire = WIRE_DRIP;
        reply->drip_ms = fault->number;
        break;
    case ACT_TRUNCATE:
        cut(reply, WIRE_CUT, fault->number);
        break;
    case ACT_RESET_AFTER:
        if (fault->number > 0)
            cut(reply, WIRE_RESET, fault->number);
        else
            reply_empty(reply, 0);
        reply->wire = WIRE_RESET;
        break;
    case ACT_ID:
        lie_id(call, fault->number);
        break;
    case ACT_LIST:
        lie_list(call, fault->number);
        break;
    case ACT_BULK:
        lie_bulk(call, fault->number);
        break;
    case ACT_CHANGE:
        change_records(call, fault->number, fault->code);
        break;
    default:
        reply_empty(reply, 0);
    }
}
