/*
 * loopback.c - as much of HTTP as the redirect of a browser needs.
 *
 * A request is read to the end of its headers and has no body that matters. A
 * Host of another name is refused: that is a page elsewhere whose name was made
 * to mean this machine.
 */
#include "sync/loopback.h"

#include "sync/login_answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* The answer's address, and as much again for a browser's headers. */
    REQUEST_MAX = 2 * LOGIN_ANSWER_MAX,
    /* A browser on the same machine that needs longer has nothing to say. */
    REQUEST_MS = 10 * 1000,
};

struct connection {
    int fd; /* -1: free */
    int64_t until_ms;
    size_t size;
    char bytes[REQUEST_MAX + 1];
};

struct loopback {
    int fd;
    uint16_t port;
    const char *path;
    struct connection *current; /* an answer is due */
    struct connection connections[LOOPBACK_CONNECTIONS];
};

static enum status no_port(struct err *err, uint16_t port)
{
    (void)fail(err, STOP, EXIT_TRYLATER, "port_taken",
               "cannot listen on 127.0.0.1:%u: %m", (unsigned)port);
    err_hint(err, "give another with --port, or none and paste the address");
    return STOP;
}

enum status loopback_open(struct loopback **out, uint16_t port,
                          const char *path, struct err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    socklen_t size = sizeof(address);
    struct loopback *loopback = calloc(1, sizeof(*loopback));
    int on = 1;

    *out = NULL;
    if (loopback == NULL)
        abort();
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++)
        loopback->connections[i].fd = -1;
    loopback->path = path;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    loopback->fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The login before this one may just have used the same port. */
    if (loopback->fd < 0 ||
        setsockopt(loopback->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) !=
            0 ||
        bind(loopback->fd, (struct sockaddr *)&address, size) != 0 ||
        listen(loopback->fd, LOOPBACK_CONNECTIONS) != 0 ||
        getsockname(loopback->fd, (struct sockaddr *)&address, &size) != 0) {
        (void)no_port(err, port);
        loopback_close(loopback);
        return STOP;
    }
    loopback->port = ntohs(address.sin_port);
    *out = loopback;
    return OK;
}

static void drop(struct connection *connection)
{
    if (connection->fd >= 0)
        (void)close(connection->fd);
    connection->fd = -1;
    /* A code may have stood there. */
    explicit_bzero(connection->bytes, connection->size);
    connection->size = 0;
}

void loopback_close(struct loopback *loopback)
{
    if (loopback == NULL)
        return;
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++)
        drop(&loopback->connections[i]);
    if (loopback->fd >= 0)
        (void)close(loopback->fd);
    free(loopback);
}

uint16_t loopback_port(const struct loopback *loopback)
{
    return loopback->port;
}

size_t loopback_polls(const struct loopback *loopback, struct pollfd *polls)
{
    size_t count = 0;

    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++)
        if (loopback->connections[i].fd >= 0)
            polls[count++] = (struct pollfd){.fd = loopback->connections[i].fd,
                                             .events = POLLIN};
    /* Where nobody can be taken in, who knocks would only keep it awake. */
    if (count < LOOPBACK_CONNECTIONS)
        polls[count++] = (struct pollfd){.fd = loopback->fd, .events = POLLIN};
    return count;
}

/* --- answers --------------------------------------------------------------*/

/* Nothing of it may stay in a cache, or go on to where a page links to. */
static void send_page(struct connection *connection, const char *status,
                      const char *sentence)
{
    struct buffer page = {0}, out = {0};

    buffer_print(&page,
                 "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                 "<title>custsync</title><p>%s</p></html>\n",
                 sentence);
    buffer_print(&out,
                 "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
                 "Content-Length: %zu\r\nCache-Control: no-store\r\n"
                 "Referrer-Policy: no-referrer\r\n"
                 "Content-Security-Policy: default-src 'none'\r\n"
                 "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
                 status, page.size);
    buffer_text(&out, buffer_view(&page));
    /* It fits the socket's buffer; a browser that left needs no page. */
    (void)!send(connection->fd, out.at, out.size, MSG_NOSIGNAL);
    (void)shutdown(connection->fd, SHUT_WR);
    buffer_free(&page);
    buffer_free(&out);
    drop(connection);
}

void loopback_answer(struct loopback *loopback, bool good, const char *sentence)
{
    send_page(loopback->current, good ? "200 OK" : "400 Bad Request", sentence);
    loopback->current = NULL;
}

/* --- requests -------------------------------------------------------------*/

static void take_connection(struct loopback *loopback, int64_t now_ms)
{
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++) {
        struct connection *connection = &loopback->connections[i];

        if (connection->fd >= 0)
            continue;
        connection->fd =
            accept4(loopback->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connection->fd < 0)
            return;
        connection->size = 0;
        connection->until_ms = now_ms + REQUEST_MS;
    }
}

/* Whether a whole request stands there now; it may have been dropped. */
static bool take_bytes(struct connection *connection, int64_t now_ms)
{
    ssize_t got = recv(connection->fd, connection->bytes + connection->size,
                       REQUEST_MAX - connection->size, 0);

    if (got > 0)
        connection->size += (size_t)got;
    connection->bytes[connection->size] = '\0';
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) ||
        memchr(connection->bytes, '\0', connection->size) != NULL)
        drop(connection);
    else if (strstr(connection->bytes, "\r\n\r\n") != NULL)
        return true;
    else if (connection->size == REQUEST_MAX)
        send_page(connection, "431 Request Header Fields Too Large",
                  "That is too long.");
    else if (now_ms >= connection->until_ms)
        drop(connection);
    return false;
}

/* This machine by its own name, and no other; an ssh tunnel's port may do. */
static bool is_ours(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t size = strlen(names[i]);
        size_t digits;

        if (strncasecmp(host, names[i], size) != 0)
            continue;
        if (host[size] == '\r')
            return true;
        digits = strspn(host + size + 1, "0123456789");
        if (host[size] == ':' && digits > 0 && host[size + 1 + digits] == '\r')
            return true;
    }
    return false;
}

/* Exactly one Host, and it is ours. */
static bool good_host(const char *head)
{
    size_t hosts = 0;
    bool ours = false;

    for (const char *at = strstr(head, "\r\n"); at[2] != '\r';
         at = strstr(at + 2, "\r\n")) {
        const char *value = at + 2 + strlen("Host:");

        if (strncasecmp(at + 2, "Host:", strlen("Host:")) != 0)
            continue;
        hosts++;
        ours = is_ours(value + strspn(value, " \t"));
    }
    return hosts == 1 && ours;
}

/* "GET TARGET HTTP/1.1": the target, or why not. */
static const char *read_head(const struct loopback *loopback,
                             const struct connection *connection,
                             struct text *target)
{
    const char *head = connection->bytes;
    size_t path = strlen(loopback->path);
    const char *end;

    if (strncmp(head, "GET /", 5) != 0)
        return "405 Method Not Allowed";
    *target = (struct text){head + 4, strcspn(head + 4, " \r\n")};
    end = target->at + target->size;
    if (strncmp(end, " HTTP/1.", 8) != 0 || strcspn(end, "\r") != 9 ||
        !text_is_printable(*target))
        return "400 Bad Request";
    if (!good_host(head))
        return "421 Misdirected Request";
    if (!text_starts(*target, loopback->path) ||
        (target->size > path && target->at[path] != '?'))
        return "404 Not Found";
    return NULL;
}

bool loopback_next(struct loopback *loopback, int64_t now_ms,
                   struct text *target)
{
    take_connection(loopback, now_ms);
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS; i++) {
        struct connection *connection = &loopback->connections[i];
        const char *wrong;

        if (connection->fd < 0 || !take_bytes(connection, now_ms))
            continue;
        wrong = read_head(loopback, connection, target);
        if (wrong == NULL) {
            loopback->current = connection;
            return true;
        }
        send_page(connection, wrong, "This address only takes a login.");
    }
    return false;
}
