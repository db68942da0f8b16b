/*
 * server.c - the only file that knows libmicrohttpd's connections.
 *
 * A request is carried out when its last byte is here. If its answer has to
 * wait, the connection is suspended and a second thread resumes it in time.
 */
#include "server.h"
#include "util.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CONNECTIONS_MAX = 2000,
    IDLE_SECONDS = 120,
    CONNECTION_MEMORY = 64 * 1024 /* request line and headers */
};

struct exchange {
    struct server *server;
    struct MHD_Connection *connection;
    char *uri;
    char *body;
    size_t size, room;
    bool begun, answered, too_big, wired;
    struct reply reply;
    int64_t wake_ms;       /* monotonic */
    struct exchange *next; /* in order of wake_ms */
};

struct server {
    struct sandbox *box;
    struct MHD_Daemon *daemon;
    pthread_t waker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct exchange *sleeping;
    struct wires *wires;
    bool stopping;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *waker_run(void *self)
{
    struct server *server = self;

    pthread_mutex_lock(&server->lock);
    while (!server->stopping || server->sleeping != NULL) {
        struct exchange *first = server->sleeping;
        struct timespec until;

        if (first == NULL) {
            pthread_cond_wait(&server->changed, &server->lock);
            continue;
        }
        if (server->stopping || first->wake_ms <= monotonic_ms()) {
            server->sleeping = first->next;
            MHD_resume_connection(first->connection);
            continue;
        }
        until.tv_sec = (time_t)(first->wake_ms / 1000);
        until.tv_nsec = (long)(first->wake_ms % 1000) * 1000000;
        pthread_cond_timedwait(&server->changed, &server->lock, &until);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* False: the server is on its way out and nobody waits any more. */
static bool put_to_sleep(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct exchange **place = &server->sleeping;
    bool sleeps;

    exchange->wake_ms = monotonic_ms() + exchange->reply.delay_ms;
    pthread_mutex_lock(&server->lock);
    sleeps = !server->stopping;
    if (sleeps) {
        while (*place != NULL && (*place)->wake_ms <= exchange->wake_ms)
            place = &(*place)->next;
        exchange->next = *place;
        *place = exchange;
        MHD_suspend_connection(exchange->connection);
        pthread_cond_signal(&server->changed);
    }
    pthread_mutex_unlock(&server->lock);
    return sleeps;
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                       name);
}

const char *request_query(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection,
                                       MHD_GET_ARGUMENT_KIND, name);
}

struct each {
    void (*call)(void *self, const char *name, const char *value);
    void *self;
};

static enum MHD_Result each_value(void *self, enum MHD_ValueKind kind,
                                  const char *name, const char *value)
{
    struct each *each = self;

    (void)kind;
    each->call(each->self, name, value == NULL ? "" : value);
    return MHD_YES;
}

void request_each_query(const struct request *request,
                        void (*call)(void *self, const char *name,
                                     const char *value),
                        void *self)
{
    struct each each = {.call = call, .self = self};

    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND,
                              each_value, &each);
}

/* Sends the first bytes of a body that promised more, then hangs up. */
static ssize_t read_cut(void *self, uint64_t position, char *buffer,
                        size_t size)
{
    const struct reply *reply = self;
    size_t left = reply->cut - (size_t)position;

    if (left == 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (left < size)
        size = left;
    memcpy(buffer, reply->body + position, size);
    return (ssize_t)size;
}

static void wire_done(void *self)
{
    struct exchange *exchange = self;

    MHD_resume_connection(exchange->connection);
}

/* By hand, and closed when it comes back. */
static enum MHD_Result send_by_hand(struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct reply *reply = &exchange->reply;
    struct server *server = exchange->server;
    bool begins;

    if (exchange->wired || info == NULL)
        return MHD_NO;
    if (reply->wire == WIRE_RESET && reply->cut == 0) {
        wire_reset(info->connect_fd);
        return MHD_NO;
    }
    exchange->wired = true;
    pthread_mutex_lock(&server->lock);
    begins = !server->stopping;
    if (begins) {
        MHD_suspend_connection(exchange->connection);
        wires_send(server->wires, info->connect_fd, reply, wire_done, exchange);
    }
    pthread_mutex_unlock(&server->lock);
    return begins ? MHD_YES : MHD_NO;
}

static enum MHD_Result send_reply(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    struct MHD_Response *response;
    enum MHD_Result result;
    char *date;

    if (reply->wire > WIRE_CUT)
        return send_by_hand(exchange);
    if (reply->status == 0)
        return MHD_NO;
    if (reply->wire == WIRE_CUT)
        response = MHD_create_response_from_callback(reply->size, 16 * 1024,
                                                     read_cut, reply, NULL);
    else
        response = MHD_create_response_from_buffer(reply->size, reply->body,
                                                   MHD_RESPMEM_PERSISTENT);
    must_alloc(response);
    date = http_date(now_ms()); /* the server's own clock may be wrong */
    MHD_add_response_header(response, "Date", date);
    free(date);
    if (reply->type != NULL)
        MHD_add_response_header(response, "Content-Type", reply->type);
    for (size_t i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name,
                                reply->headers[i].value);
    result = MHD_queue_response(exchange->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static void answer(struct exchange *exchange, const char *method,
                   const char *path)
{
    char *query = strchr(exchange->uri, '?');
    const char *host = MHD_lookup_connection_value(exchange->connection,
                                                   MHD_HEADER_KIND, "Host");
    struct request request;

    clock_shift(exchange->server->box->switches[SW_CLOCK] * 1000);
    request = (struct request){
        .connection = exchange->connection,
        .method = method,
        .path = path,
        .raw_path = exchange->uri,
        .query = query == NULL ? "" : query + 1,
        .body = exchange->body == NULL ? "" : exchange->body,
        .size = exchange->size,
        .scheme = exchange->server->box->tls != NULL ? "https" : "http",
        .host = host == NULL ? "127.0.0.1" : host,
        .now_ms = now_ms(),
    };

    if (query != NULL)
        *query = '\0';
    if (exchange->too_big)
        reply_text(&exchange->reply, MHD_HTTP_CONTENT_TOO_LARGE, "text/plain",
                   "the body is too large\n");
    else
        dispatch(exchange->server->box, &request, &exchange->reply);
    exchange->answered = true;
}

static void take_body(struct exchange *exchange, const char *data, size_t size)
{
    size_t need = exchange->size + size + 1;

    if (exchange->too_big || need > BODY_MAX) {
        exchange->too_big = true;
        return;
    }
    if (need > exchange->room) {
        exchange->room = need * 2;
        exchange->body = must_alloc(realloc(exchange->body, exchange->room));
    }
    memcpy(exchange->body + exchange->size, data, size);
    exchange->size += size;
    exchange->body[exchange->size] = '\0';
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **place)
{
    struct exchange *exchange = *place;

    (void)self, (void)version;
    exchange->connection = connection;
    if (!exchange->begun) {
        exchange->begun = true;
        return MHD_YES;
    }
    if (*size > 0) {
        take_body(exchange, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!exchange->answered) {
        answer(exchange, method, path);
        if (exchange->reply.delay_ms > 0 && put_to_sleep(exchange))
            return MHD_YES;
    }
    return send_reply(exchange);
}

/* The first MHD says of a request, and the only place with its raw form. */
static void *on_uri(void *self, const char *uri,
                    struct MHD_Connection *connection)
{
    struct exchange *exchange = must_alloc(calloc(1, sizeof(*exchange)));

    exchange->server = self;
    exchange->connection = connection;
    exchange->uri = copy(uri);
    return exchange;
}

static void on_end(void *self, struct MHD_Connection *connection, void **place,
                   enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *place;

    (void)self, (void)connection, (void)code;
    if (exchange == NULL)
        return;
    reply_clear(&exchange->reply);
    free(exchange->body);
    free(exchange->uri);
    free(exchange);
    *place = NULL;
}

struct server *server_start(struct sandbox *box)
{
    struct server *server = must_alloc(calloc(1, sizeof(*server)));
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)box->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const struct MHD_OptionItem tls[] = {
        {box->tls != NULL ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
         box->tls},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, box->tls},
        {MHD_OPTION_END, 0, NULL},
    };
    pthread_condattr_t clock;
    const union MHD_DaemonInfo *info;

    server->box = box;
    server->wires = wires_open();
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &clock);
    pthread_condattr_destroy(&clock);
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_SUPPRESS_DATE_NO_CLOCK |
            (box->tls != NULL ? MHD_USE_TLS : 0),
        (uint16_t)box->port, NULL, NULL, on_request, server,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, on_end,
        server, MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (server->daemon == NULL) {
        fprintf(stderr,
                "custsync-sandbox: cannot listen on 127.0.0.1:%u: "
                "%s\n",
                box->port, strerror(errno));
        wires_close(server->wires);
        free(server);
        return NULL;
    }
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    box->port = info->port;
    must_alloc(pthread_create(&server->waker, NULL, waker_run, server) == 0
                   ? server
                   : NULL);
    return server;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->waker, NULL);
    wires_close(server->wires);
    MHD_stop_daemon(server->daemon);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
