/*
 * scripted - answers HTTP requests from transcripts, and judges them.
 *
 *   scripted --port-file FILE SCRIPT...
 *   scripted --compare WANTED GOT
 *
 * Serves the first script; SIGUSR1 closes it and goes on with the next one at
 * the same address, SIGTERM closes the last; so does SIGINT, and tells what
 * happened in any case. Standard output says `ready PORT`, then `step N ok` or
 * `step N failed` for each script closed. Exit code: 0 when all went as wanted,
 * 1 when not, 2 when a script is wrong.
 */
#include "scripted.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <microhttpd.h>

/* One request on its way, from its first byte to its answer. */
struct flight {
    struct request request;
    struct flight *next; /* of those that wait for their time */
    struct MHD_Connection *connection;
    const struct reply *reply; /* NULL until the request is whole */
    int64_t due_ms;
    bool waiting;
};

struct server {
    struct MHD_Daemon *daemon;
    char base[64];
    struct script **scripts;
    unsigned scripts_count;
    unsigned now; /* the script being played */
    struct flight *waiting;
    int64_t last_reply_ms; /* -1: none yet */
    bool failed;
};

static int64_t now_ms(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* The only place that still has the target as it was sent. */
static void *on_target(void *self, const char *target,
                       struct MHD_Connection *connection)
{
    struct flight *flight = calloc(1, sizeof(*flight));

    (void)self;
    if (flight == NULL)
        abort();
    flight->connection = connection;
    flight->request.target = strdup(target);
    flight->request.body = calloc(1, 1);
    if (flight->request.target == NULL || flight->request.body == NULL)
        abort();
    return flight;
}

static enum MHD_Result on_header(void *self, enum MHD_ValueKind kind,
                                 const char *name, const char *value)
{
    struct request *request = self;

    (void)kind;
    if (request->headers_count == HEADERS_MAX)
        return MHD_NO;
    request->headers[request->headers_count++] =
        (struct header){.name = name, .value = value == NULL ? "" : value};
    return MHD_YES;
}

static enum MHD_Result add_body(struct request *request, const char *data,
                                size_t bytes)
{
    char *longer;

    if (request->body_bytes + bytes > BODY_MAX)
        return MHD_NO;
    longer = realloc(request->body, request->body_bytes + bytes + 1);
    if (longer == NULL)
        return MHD_NO;
    memcpy(longer + request->body_bytes, data, bytes);
    request->body = longer;
    request->body_bytes += bytes;
    longer[request->body_bytes] = '\0';
    return MHD_YES;
}

static enum MHD_Result send_reply(struct server *server, struct flight *flight)
{
    const struct reply *reply = flight->reply;
    char *body =
        script_expand(reply->body == NULL ? "" : reply->body, server->base);
    struct MHD_Response *response;
    enum MHD_Result result;

    server->last_reply_ms = now_ms();
    if (reply->drop) {
        free(body);
        return MHD_NO; /* closes the connection without a word */
    }
    response = MHD_create_response_from_buffer(strlen(body), body,
                                               MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        abort();
    for (unsigned i = 0; i < reply->headers_count; i++) {
        char *value = script_expand(reply->headers[i].value, server->base);

        MHD_add_response_header(response, reply->headers[i].name, value);
        free(value);
    }
    result = MHD_queue_response(flight->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* What no script has is answered so that a client does not try again. */
static const struct reply no_reply = {
    .status = 400,
    .headers = {{"Content-Type", "application/json"}},
    .headers_count = 1,
    .body = "{\"error\":\"unscripted\",\"message\":\"not in the script\"}",
};

static enum MHD_Result judge(struct server *server, struct flight *flight)
{
    struct request *request = &flight->request;
    struct wanted *wanted;

    request->since_reply_ms =
        server->last_reply_ms < 0 ? -1 : now_ms() - server->last_reply_ms;
    MHD_get_connection_values(flight->connection, MHD_HEADER_KIND, on_header,
                              request);
    wanted = script_take(server->scripts[server->now], request);
    flight->reply = wanted == NULL ? &no_reply : &wanted->reply;
    if (flight->reply->delay_ms == 0)
        return send_reply(server, flight);
    flight->due_ms = now_ms() + flight->reply->delay_ms;
    flight->next = server->waiting;
    flight->waiting = true;
    server->waiting = flight;
    MHD_suspend_connection(flight->connection);
    return MHD_YES;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *data,
                                  size_t *bytes, void **held)
{
    struct flight *flight = *held;
    size_t taken = *bytes;

    (void)connection;
    (void)path;
    (void)version;
    *bytes = 0;
    if (flight->request.method == NULL) {
        flight->request.method = strdup(method);
        return flight->request.method == NULL ? MHD_NO : MHD_YES;
    }
    if (taken > 0)
        return add_body(&flight->request, data, taken);
    return flight->reply == NULL ? judge(self, flight)
                                 : send_reply(self, flight);
}

static void forget(struct server *server, const struct flight *flight)
{
    struct flight **at = &server->waiting;

    while (*at != NULL && *at != flight)
        at = &(*at)->next;
    if (*at != NULL)
        *at = flight->next;
}

static void on_end(void *self, struct MHD_Connection *connection, void **held,
                   enum MHD_RequestTerminationCode how)
{
    struct flight *flight = *held;

    (void)connection;
    (void)how;
    if (flight == NULL)
        return;
    forget(self, flight);
    free(flight->request.method);
    free(flight->request.target);
    free(flight->request.body);
    free(flight);
    *held = NULL;
}

/* Wake whoever's time has come; how long until the next, or -1. */
static int wake(struct server *server)
{
    int64_t now = now_ms(), soonest = -1;

    for (struct flight *at = server->waiting, *next; at != NULL; at = next) {
        next = at->next;
        if (at->due_ms <= now) {
            forget(server, at);
            MHD_resume_connection(at->connection);
            soonest = 0;
        } else if (soonest < 0 || at->due_ms - now < soonest) {
            soonest = at->due_ms - now;
        }
    }
    return (int)soonest;
}

/* End the script being played; false when there is none left. */
static bool close_script(struct server *server, bool tell)
{
    bool well = script_verdict(server->scripts[server->now], tell);

    server->failed |= !well;
    server->last_reply_ms = -1;
    printf("step %u %s\n", server->now + 1, well ? "ok" : "failed");
    fflush(stdout);
    if (server->now + 1 == server->scripts_count)
        return false;
    server->now++;
    return true;
}

static void serve(struct server *server, int signals)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd ready[] = {
        {.fd = info->epoll_fd, .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };

    for (;;) {
        struct signalfd_siginfo signal;
        MHD_UNSIGNED_LONG_LONG theirs;
        int wait_ms;

        MHD_run(server->daemon);
        wait_ms = wake(server);
        if (MHD_get_timeout(server->daemon, &theirs) == MHD_YES &&
            (wait_ms < 0 || theirs < (unsigned)wait_ms))
            wait_ms = (int)theirs;
        if (poll(ready, 2, wait_ms) <= 0 || (ready[1].revents & POLLIN) == 0)
            continue;
        if (read(signals, &signal, sizeof(signal)) != sizeof(signal))
            continue;
        if (signal.ssi_signo != SIGUSR1) {
            close_script(server, signal.ssi_signo == SIGINT);
            return;
        }
        if (!close_script(server, false))
            return;
    }
}

static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static uint16_t open_daemon(struct server *server)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const union MHD_DaemonInfo *info;

    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request,
        server, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_CONNECTION_LIMIT, 128u, MHD_OPTION_END);
    if (server->daemon == NULL) {
        fprintf(stderr, "scripted: no server: %s\n", strerror(errno));
        exit(2);
    }
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info->port;
}

/* Published by a rename, so that nobody reads half a number. */
static void write_port(const char *path, uint16_t port)
{
    char temporary[4096];
    FILE *file;

    snprintf(temporary, sizeof(temporary), "%s.new", path);
    file = fopen(temporary, "w");
    if (file == NULL || fprintf(file, "%u\n", port) < 0 || fclose(file) != 0 ||
        rename(temporary, path) != 0) {
        fprintf(stderr, "scripted: %s: %s\n", path, strerror(errno));
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static struct server server = {.last_reply_ms = -1};
    int signals;
    uint16_t port;

    if (argc == 4 && strcmp(argv[1], "--compare") == 0)
        return match_files(argv[2], argv[3]);
    if (argc < 4 || strcmp(argv[1], "--port-file") != 0) {
        fputs("usage: scripted --port-file FILE SCRIPT...\n"
              "       scripted --compare WANTED GOT\n",
              stderr);
        return 2;
    }
    signals = open_signals();
    port = open_daemon(&server);
    snprintf(server.base, sizeof(server.base), "http://127.0.0.1:%u", port);
    server.scripts_count = (unsigned)argc - 3;
    server.scripts = calloc(server.scripts_count, sizeof(*server.scripts));
    if (server.scripts == NULL)
        abort();
    for (unsigned i = 0; i < server.scripts_count; i++)
        server.scripts[i] = script_read(argv[i + 3], server.base);
    write_port(argv[2], port);
    printf("ready %u\n", port);
    fflush(stdout);
    serve(&server, signals);
    MHD_stop_daemon(server.daemon);
    return server.failed ? 1 : 0;
}
