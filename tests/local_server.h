/*
 * local_server.h - a server on loopback that does whatever a test says, also
 * what no decent server does: hang up, cut short, never end.
 *
 * Each connection has a thread of its own; answers come from the test's
 * function, which writes to the socket itself. Requests are kept with the time
 * at which they were read whole.
 */
#ifndef TESTS_LOCAL_SERVER_H
#define TESTS_LOCAL_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SERVER_REQUESTS = 256, SERVER_REQUEST_BYTES = 4096 };

struct server_request {
    char text[SERVER_REQUEST_BYTES]; /* head and body */
    const char *body;
    int64_t at_ms;
};

struct server {
    /* Answers request number `index`; false closes the connection. */
    bool (*answer)(struct server *server, int socket, unsigned index);
    int socket;
    int port;
    pthread_t thread;
    pthread_mutex_t mutex;
    unsigned count, connections;
    unsigned number; /* for the test's own use */
    struct server_request requests[SERVER_REQUESTS];
};

static inline int64_t server_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void server_say(int socket, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t sent = send(socket, text, left, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        text += sent;
        left -= (size_t)sent;
    }
}

/* A whole reply; headers end each line with CR LF. */
static inline void server_reply(int socket, int status, const char *headers,
                                const char *body)
{
    char head[2048];

    snprintf(head, sizeof(head),
             "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", status,
             strlen(body), headers);
    server_say(socket, head);
    server_say(socket, body);
}

/* One request off the socket; false at its end. */
static inline bool server_read(struct server *server, int socket,
                               unsigned *index)
{
    char text[SERVER_REQUEST_BYTES];
    size_t size = 0, wanted = 0;
    char *end = NULL;
    struct server_request *to;

    for (;;) {
        ssize_t got;

        if (end != NULL && size >= wanted)
            break;
        if (size == sizeof(text) - 1)
            return false;
        got = recv(socket, text + size, sizeof(text) - 1 - size, 0);
        if (got <= 0)
            return false;
        size += (size_t)got;
        text[size] = '\0';
        if (end == NULL && (end = strstr(text, "\r\n\r\n")) != NULL) {
            const char *length = strcasestr(text, "content-length:");

            wanted = (size_t)(end + 4 - text);
            if (length != NULL && length < end)
                wanted += strtoul(length + 15, NULL, 10);
        }
    }
    pthread_mutex_lock(&server->mutex);
    *index = server->count;
    if (server->count == SERVER_REQUESTS) {
        pthread_mutex_unlock(&server->mutex);
        return false;
    }
    to = &server->requests[server->count++];
    memcpy(to->text, text, size + 1);
    to->body = to->text + (end + 4 - text);
    to->at_ms = server_now_ms();
    pthread_mutex_unlock(&server->mutex);
    return true;
}

struct server_connection {
    struct server *server;
    int socket;
};

static inline void *server_talk(void *self)
{
    struct server_connection connection = *(struct server_connection *)self;
    unsigned index;

    free(self);
    while (
        server_read(connection.server, connection.socket, &index) &&
        connection.server->answer(connection.server, connection.socket, index))
        continue;
    close(connection.socket);
    return NULL;
}

static inline void *server_accept(void *self)
{
    struct server *server = self;
    int socket;

    while ((socket = accept(server->socket, NULL, NULL)) >= 0) {
        struct server_connection *connection = malloc(sizeof(*connection));
        pthread_t thread;

        *connection = (struct server_connection){server, socket};
        pthread_mutex_lock(&server->mutex);
        server->connections++;
        pthread_mutex_unlock(&server->mutex);
        pthread_create(&thread, NULL, server_talk, connection);
        pthread_detach(thread);
    }
    return NULL;
}

/* A port of loopback on which nobody listens. */
static inline int server_closed_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    int port;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(probe, (struct sockaddr *)&address, sizeof(address));
    getsockname(probe, (struct sockaddr *)&address, &size);
    port = ntohs(address.sin_port);
    close(probe);
    return port;
}

/* Lives until the test's process ends. */
static inline struct server *server_open(bool (*answer)(struct server *, int,
                                                        unsigned))
{
    struct server *server = calloc(1, sizeof(*server));
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);

    server->answer = answer;
    pthread_mutex_init(&server->mutex, NULL);
    server->socket = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server->socket, (struct sockaddr *)&address, sizeof(address)) !=
            0 ||
        listen(server->socket, 64) != 0 ||
        getsockname(server->socket, (struct sockaddr *)&address, &size) != 0)
        abort();
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, server_accept, server);
    return server;
}

static inline unsigned server_count(struct server *server)
{
    unsigned count;

    pthread_mutex_lock(&server->mutex);
    count = server->count;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

#endif
