/*
 * server.c - a server that is never what one waits for.
 *
 * bench_server [DELAY-MS [PORT]]: one thread, epoll, kept connections, on a
 * port of loopback that it prints as its first line; ends with its standard
 * input.
 * It holds nobody: lists are empty, look-ups find nothing, every create gets
 * the next number, and DELAY-MS pass before each answer. It answers creates
 * as Kounta does (201 and a Location) and bulk creates as COUNT does, checks
 * nothing, and counts. For anything strict there is the sandbox.
 *
 * GET /_bench: "CREATES MICROSECONDS BYTES\n" since it was last asked: from
 * the first create's arrival to the last one's answer, and the bytes of their
 * bodies.
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, REQUEST_MAX = 4 * 1024 * 1024, FIRST_ROOM = 16 * 1024 };

/* What one client has sent so far. A descriptor has one of these. */
struct peer {
    char *bytes;
    size_t have, room;
};

/* An answer that is not due yet. All wait equally long: a queue. */
struct later {
    int64_t due_us;
    int fd;
    char *text;
    size_t size;
    bool counts;
};

struct server {
    int epoll, listener;
    int64_t delay_us;
    struct peer peer[FDS_MAX];
    struct later queue[FDS_MAX];
    unsigned head, waiting;
    struct tally tally;
};

static int64_t now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void hang_up(struct server *server, int fd)
{
    struct peer *peer = &server->peer[fd];

    for (unsigned i = 0; i < server->waiting; i++) {
        struct later *later = &server->queue[(server->head + i) % FDS_MAX];

        if (later->fd == fd)
            later->fd = -1;
    }
    free(peer->bytes);
    *peer = (struct peer){0};
    close(fd);
}

/* Answers are small beside a socket's buffer: a short write is a lost peer. */
static void send_now(struct server *server, int fd, const char *text,
                     size_t size, bool counts)
{
    if (write(fd, text, size) != (ssize_t)size)
        hang_up(server, fd);
    if (counts)
        server->tally.last_us = now_us();
}

static void send_later(struct server *server, int fd, const char *text,
                       size_t size, bool counts)
{
    struct later *later =
        &server->queue[(server->head + server->waiting) % FDS_MAX];

    if (server->waiting == FDS_MAX || (later->text = malloc(size)) == NULL) {
        hang_up(server, fd);
        return;
    }
    memcpy(later->text, text, size);
    later->size = size;
    later->fd = fd;
    later->counts = counts;
    later->due_us = now_us() + server->delay_us;
    server->waiting++;
}

/* Sends what is due; the wait for the next one, -1 when there is none. */
static int64_t send_due(struct server *server)
{
    while (server->waiting > 0) {
        struct later *later = &server->queue[server->head];
        int64_t wait_us = later->due_us - now_us();

        if (wait_us > 0)
            return wait_us;
        server->head = (server->head + 1) % FDS_MAX;
        server->waiting--;
        if (later->fd >= 0)
            send_now(server, later->fd, later->text, later->size,
                     later->counts);
        free(later->text);
    }
    return -1;
}

/* Answers all that is whole; false: what came is no request of ours. */
static bool serve(struct server *server, int fd)
{
    static char text[ANSWER_MAX];
    struct peer *peer = &server->peer[fd];
    size_t at = 0;
    struct request request;

    while (request_cut(peer->bytes + at, peer->have - at, &request)) {
        size_t size;
        bool counts = request_creates(&request);

        if (counts && server->tally.first_us == 0)
            server->tally.first_us = now_us();
        size = answer(&request, &server->tally, text);
        at += request.size;
        if (server->delay_us > 0)
            send_later(server, fd, text, size, counts);
        else
            send_now(server, fd, text, size, counts);
        if (peer->bytes == NULL)
            return true;
    }
    peer->have -= at;
    memmove(peer->bytes, peer->bytes + at, peer->have);
    return peer->have < REQUEST_MAX;
}

static void take(struct server *server, int fd)
{
    struct peer *peer = &server->peer[fd];
    ssize_t size;

    if (peer->room - peer->have < FIRST_ROOM) {
        size_t room = peer->room * 2 + FIRST_ROOM;
        char *bytes = realloc(peer->bytes, room);

        if (bytes == NULL) {
            hang_up(server, fd);
            return;
        }
        peer->bytes = bytes;
        peer->room = room;
    }
    size = read(fd, peer->bytes + peer->have, peer->room - peer->have);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size > 0)
        peer->have += (size_t)size;
    if (size <= 0 || !serve(server, fd))
        hang_up(server, fd);
}

static void welcome(struct server *server)
{
    int one = 1, fd = accept4(server->listener, NULL, NULL,
                              SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (fd < 0)
        return;
    if (fd >= FDS_MAX) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
}

static bool listen_on(struct server *server, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int one = 1;
    struct epoll_event event = {.events = EPOLLIN};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)port);
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->epoll < 0 || server->listener < 0 ||
        setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &one,
                   sizeof(one)) != 0 ||
        bind(server->listener, (void *)&address, sizeof(address)) != 0 ||
        listen(server->listener, FDS_MAX) != 0 ||
        getsockname(server->listener, (void *)&address, &size) != 0)
        return false;
    event.data.fd = server->listener;
    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->listener, &event) != 0)
        return false;
    event.data.fd = STDIN_FILENO;
    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
        return false;
    printf("%u\n", ntohs(address.sin_port));
    return fflush(stdout) == 0;
}

int main(int argc, char **argv)
{
    static struct server server;
    struct epoll_event events[EVENTS];

    server.delay_us = argc > 1 ? atol(argv[1]) * 1000 : 0;
    if (!listen_on(&server, argc > 2 ? atoi(argv[2]) : 0)) {
        perror("bench_server");
        return EXIT_FAILURE;
    }
    for (;;) {
        int64_t wait_us = send_due(&server);
        struct timespec wait = {.tv_sec = wait_us / 1000000,
                                .tv_nsec = wait_us % 1000000 * 1000};
        int count = epoll_pwait2(server.epoll, events, EVENTS,
                                 wait_us < 0 ? NULL : &wait, NULL);

        for (int i = 0; i < count; i++)
            if (events[i].data.fd == STDIN_FILENO)
                return EXIT_SUCCESS;
            else if (events[i].data.fd == server.listener)
                welcome(&server);
            else if (server.peer[events[i].data.fd].bytes != NULL ||
                     events[i].data.fd > STDERR_FILENO)
                take(&server, events[i].data.fd);
    }
}
