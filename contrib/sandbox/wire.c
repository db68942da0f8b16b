/*
 * wire.c - one thread for each answer that is written by hand. There are few.
 */
#include "wire.h"
#include "util.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    LOOK_MS = 50,                    /* how soon the end is noticed */
    ENDLESS_MAX = 1024 * 1024 * 1024 /* even that has one */
};

struct wires {
    pthread_mutex_t lock;
    pthread_cond_t fewer;
    size_t running;
    atomic_bool stopping;
};

struct writing {
    struct wires *wires;
    int fd;
    const struct reply *reply;
    void (*done)(void *self);
    void *self;
};

void wire_reset(int fd)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    /* Before libmicrohttpd shuts it down, which would send a FIN first: to
     * dissolve the association resets it and leaves the descriptor valid. */
    (void)connect(fd, &nowhere, sizeof(nowhere));
}

/* False: the client has gone, or the sandbox is to end. */
static bool nap(const struct writing *writing, int64_t ms)
{
    struct pollfd end = {.fd = writing->fd, .events = POLLRDHUP};

    while (ms > 0 && !writing->wires->stopping) {
        int slice = ms < LOOK_MS ? (int)ms : LOOK_MS;

        if (poll(&end, 1, slice) > 0)
            return false;
        ms -= slice;
    }
    return !writing->wires->stopping;
}

static bool write_all(const struct writing *writing, const char *data,
                      size_t size)
{
    struct pollfd room = {.fd = writing->fd, .events = POLLOUT};

    while (size > 0 && !writing->wires->stopping) {
        ssize_t sent =
            send(writing->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent > 0) {
            data += sent;
            size -= (size_t)sent;
        } else if (errno == EAGAIN || errno == EINTR) {
            (void)poll(&room, 1, LOOK_MS);
        } else {
            return false;
        }
    }
    return size == 0;
}

/* Status line and headers; with a length unless the body has no end. */
static char *head_of(const struct reply *reply, bool endless)
{
    char *date = http_date(now_ms());
    char *head = print("HTTP/1.1 %u Sandbox\r\nDate: %s\r\n"
                       "Connection: close\r\n",
                       reply->status, date);
    char *longer;

    for (size_t i = 0; i < reply->header_count; i++) {
        longer = print("%s%s: %s\r\n", head, reply->headers[i].name,
                       reply->headers[i].value);
        free(head);
        head = longer;
    }
    if (endless)
        longer = print("%sContent-Type: application/json\r\n", head);
    else if (reply->type != NULL)
        longer = print("%sContent-Type: %s\r\nContent-Length: %zu\r\n", head,
                       reply->type, reply->size);
    else
        longer = print("%sContent-Length: %zu\r\n", head, reply->size);
    free(head);
    free(date);
    return longer;
}

static void write_endless(const struct writing *writing)
{
    char block[1024];
    bool body = writing->reply->wire == WIRE_ENDLESS_BODY;
    char *head = head_of(writing->reply, true);
    bool good = write_all(writing, head, strlen(head));

    memset(block, 'x', sizeof(block));
    if (body) {
        good = good && write_all(writing, "\r\n{\"x\":\"", 8);
    } else {
        memcpy(block, "X-Sandbox: ", 11);
        memcpy(block + sizeof(block) - 2, "\r\n", 2);
    }
    for (int64_t n = 0; n < ENDLESS_MAX && good; n += (int64_t)sizeof(block))
        good = write_all(writing, block, sizeof(block));
    free(head);
}

static void write_whole(const struct writing *writing)
{
    const struct reply *reply = writing->reply;
    bool drips = reply->wire == WIRE_DRIP;
    size_t body = drips ? reply->size : reply->cut;
    char *head = head_of(reply, false);
    char *text = print("%s\r\n%.*s", head, (int)body,
                       reply->body == NULL ? "" : reply->body);
    size_t size = strlen(text);

    for (size_t i = 0; drips && i < size; i++)
        if (!write_all(writing, text + i, 1) || !nap(writing, reply->drip_ms))
            break;
    if (!drips) {
        write_all(writing, text, size);
        /* What is still in the queue would be lost with the reset. */
        nap(writing, 1);
        wire_reset(writing->fd);
    }
    free(text);
    free(head);
}

static void *run(void *self)
{
    struct writing *writing = self;
    struct wires *wires = writing->wires;
    int on = 1;

    setsockopt(writing->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (writing->reply->wire == WIRE_ENDLESS_HEADERS ||
        writing->reply->wire == WIRE_ENDLESS_BODY)
        write_endless(writing);
    else
        write_whole(writing);
    writing->done(writing->self);
    free(writing);
    pthread_mutex_lock(&wires->lock);
    wires->running--;
    pthread_cond_signal(&wires->fewer);
    pthread_mutex_unlock(&wires->lock);
    return NULL;
}

struct wires *wires_open(void)
{
    struct wires *wires = must_alloc(calloc(1, sizeof(*wires)));

    pthread_mutex_init(&wires->lock, NULL);
    pthread_cond_init(&wires->fewer, NULL);
    return wires;
}

void wires_close(struct wires *wires)
{
    if (wires == NULL)
        return;
    wires->stopping = true;
    pthread_mutex_lock(&wires->lock);
    while (wires->running > 0)
        pthread_cond_wait(&wires->fewer, &wires->lock);
    pthread_mutex_unlock(&wires->lock);
    pthread_cond_destroy(&wires->fewer);
    pthread_mutex_destroy(&wires->lock);
    free(wires);
}

void wires_send(struct wires *wires, int fd, const struct reply *reply,
                void (*done)(void *self), void *self)
{
    struct writing *writing = must_alloc(calloc(1, sizeof(*writing)));
    pthread_attr_t detached;
    pthread_t thread;

    *writing = (struct writing){wires, fd, reply, done, self};
    pthread_mutex_lock(&wires->lock);
    wires->running++;
    pthread_mutex_unlock(&wires->lock);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    must_alloc(pthread_create(&thread, &detached, run, writing) == 0 ? wires
                                                                     : NULL);
    pthread_attr_destroy(&detached);
}
