/*
 * hooks.c - Kounta's webhooks: registration, and delivery with a signature.
 *
 * Deliveries go to loopback addresses only: a rehearsal tells nobody outside.
 * A thread of its own sends them in order, each once, as the facts promise no
 * more. Registrations live as long as the program.
 */
#include "kounta.h"
#include "util.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { HOOKS_MAX = 100, QUEUE_MAX = 10000, SECONDS_TO_ANSWER = 2 };

struct hook {
    int64_t id;
    int client, tenant;
    json_t *record; /* what the API shows; owned */
    int64_t delivered, failed;
    struct hook *next;
};

struct delivery {
    int64_t hook;
    unsigned port;
    char *message; /* the whole request */
    struct delivery *next;
};

struct hooks {
    struct hook *first;
    int64_t last_id, count;
    pthread_t sender;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct delivery *queue, **end;
    size_t waiting;
    bool stopping;
};

/* True: the other side said 2xx. */
static bool send_now(const struct delivery *delivery)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)delivery->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct timeval wait = {.tv_sec = SECONDS_TO_ANSWER};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t size = strlen(delivery->message), sent = 0;
    char answer[16] = "";
    bool good = fd >= 0;

    if (good) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
        good = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    }
    while (good && sent < size) {
        ssize_t step =
            send(fd, delivery->message + sent, size - sent, MSG_NOSIGNAL);

        good = step > 0;
        sent += good ? (size_t)step : 0;
    }
    good = good && recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL) > 9 &&
           strncmp(answer, "HTTP/1.", 7) == 0 && answer[9] == '2';
    if (fd >= 0)
        close(fd);
    return good;
}

static struct hook *find(struct hooks *hooks, int64_t id)
{
    struct hook *hook = hooks->first;

    while (hook != NULL && hook->id != id)
        hook = hook->next;
    return hook;
}

static void *sender_run(void *self)
{
    struct hooks *hooks = self;

    pthread_mutex_lock(&hooks->lock);
    while (!hooks->stopping) {
        struct delivery *delivery = hooks->queue;
        struct hook *hook;
        bool good;

        if (delivery == NULL) {
            pthread_cond_wait(&hooks->changed, &hooks->lock);
            continue;
        }
        hooks->queue = delivery->next;
        if (hooks->queue == NULL)
            hooks->end = &hooks->queue;
        hooks->waiting--;
        pthread_mutex_unlock(&hooks->lock);
        good = send_now(delivery);
        pthread_mutex_lock(&hooks->lock);
        hook = find(hooks, delivery->hook);
        if (hook != NULL && good)
            hook->delivered++;
        else if (hook != NULL)
            hook->failed++;
        free(delivery->message);
        free(delivery);
    }
    pthread_mutex_unlock(&hooks->lock);
    return NULL;
}

void hooks_open(struct sandbox *box)
{
    struct hooks *hooks = must_alloc(calloc(1, sizeof(*hooks)));

    hooks->end = &hooks->queue;
    pthread_mutex_init(&hooks->lock, NULL);
    pthread_cond_init(&hooks->changed, NULL);
    must_alloc(pthread_create(&hooks->sender, NULL, sender_run, hooks) == 0
                   ? hooks
                   : NULL);
    box->hooks = hooks;
}

void hooks_close(struct sandbox *box)
{
    struct hooks *hooks = box->hooks;

    if (hooks == NULL)
        return;
    pthread_mutex_lock(&hooks->lock);
    hooks->stopping = true;
    pthread_cond_signal(&hooks->changed);
    pthread_mutex_unlock(&hooks->lock);
    pthread_join(hooks->sender, NULL);
    for (struct hook *hook = hooks->first, *next; hook != NULL; hook = next) {
        next = hook->next;
        json_decref(hook->record);
        free(hook);
    }
    for (struct delivery *each = hooks->queue, *next; each; each = next) {
        next = each->next;
        free(each->message);
        free(each);
    }
    pthread_mutex_destroy(&hooks->lock);
    pthread_cond_destroy(&hooks->changed);
    free(hooks);
    box->hooks = NULL;
}

/* "http://127.0.0.1:PORT/PATH" in pieces; false: not on loopback. */
static bool on_loopback(const char *address, unsigned *port, const char **path)
{
    static const char *const hosts[] = {"http://127.0.0.1:",
                                        "http://localhost:"};

    for (int i = 0; i < 2; i++) {
        char *end;
        unsigned long number;

        if (strncmp(address, hosts[i], strlen(hosts[i])) != 0)
            continue;
        number = strtoul(address + strlen(hosts[i]), &end, 10);
        *port = (unsigned)number;
        *path = *end == '\0' ? "/" : end;
        return number > 0 && number < 65536 && **path == '/' &&
               strpbrk(*path, " \r\n") == NULL;
    }
    return false;
}

static char *own_headers(const struct hook *hook)
{
    json_t *headers = json_object_get(hook->record, "headers");
    char *text = copy("");
    const char *name;
    json_t *value;

    json_object_foreach(headers, name, value)
    {
        char *longer =
            print("%s%s: %s\r\n", text, name, json_string_value(value));

        free(text);
        text = longer;
    }
    return text;
}

static void enqueue(struct hooks *hooks, struct hook *hook, json_t *record)
{
    const char *address = member(hook->record, "address");
    struct delivery *delivery;
    const char *path;
    unsigned port;
    char *body, *signature, *headers;

    if (!on_loopback(address, &port, &path) || hooks->waiting == QUEUE_MAX) {
        hook->failed++;
        return;
    }
    body = must_alloc(json_dumps(record, JSON_COMPACT));
    signature = hmac_hex(clients[hook->client].secret, body, strlen(body));
    headers = own_headers(hook);
    delivery = must_alloc(calloc(1, sizeof(*delivery)));
    delivery->hook = hook->id;
    delivery->port = port;
    delivery->message =
        print("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n"
              "Content-Type: application/json\r\nContent-Length: %zu\r\n"
              "X-Kounta-Signature: %s\r\n%s\r\n%s",
              path, port, strlen(body), signature, headers, body);
    *hooks->end = delivery;
    hooks->end = &delivery->next;
    hooks->waiting++;
    pthread_cond_signal(&hooks->changed);
    free(body);
    free(signature);
    free(headers);
}

void hooks_fire(struct sandbox *box, const struct row *row, const char *event)
{
    struct hooks *hooks = box->hooks;
    char topic[32];

    if (hooks == NULL || hooks->first == NULL)
        return;
    snprintf(topic, sizeof(topic), "customers/%s", event);
    pthread_mutex_lock(&hooks->lock);
    for (struct hook *hook = hooks->first; hook; hook = hook->next) {
        json_t *record;

        if (hook->tenant != row->tenant ||
            strcmp(member(hook->record, "topic"), topic) != 0)
            continue;
        record = kounta_full(box, row, hook->client);
        enqueue(hooks, hook, record);
        json_decref(record);
    }
    pthread_mutex_unlock(&hooks->lock);
}

static bool headers_allowed(json_t *headers)
{
    const char *name;
    json_t *value;

    if (!json_is_object(headers))
        return headers == NULL;
    json_object_foreach(headers, name, value)
    {
        const char *text = json_string_value(value);

        if (text == NULL || strpbrk(text, "\r\n") != NULL ||
            strpbrk(name, "\r\n: ") != NULL ||
            strncasecmp(name, "X-Kounta", 8) == 0 ||
            (strncasecmp(name, "X-", 2) != 0 &&
             strcasecmp(name, "Authorization") != 0))
            return false;
    }
    return true;
}

/* NULL, or what is wrong with a registration as it would be. */
static const char *registration_fault(json_t *record)
{
    const char *topic = member(record, "topic");
    const char *address = member(record, "address");

    if (topic == NULL || strchr(topic, '/') == NULL)
        return "topic is required";
    if (address == NULL || strncmp(address, "http", 4) != 0)
        return "address must be a URL";
    if (!headers_allowed(json_object_get(record, "headers")))
        return "headers may be Authorization and X-*, but not X-Kounta*";
    if (!json_is_object(json_object_get(record, "filter")))
        return "filter must be an object";
    return NULL;
}

static void lay_over(json_t *record, json_t *body)
{
    static const char *const names[] = {"topic", "address", "format", "filter",
                                        "headers"};
    char *now = iso_time(now_ms(), "+00:00", false);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (json_object_get(body, names[i]) != NULL)
            json_object_set(record, names[i], json_object_get(body, names[i]));
    json_object_set_new(record, "updated_at", json_string(now));
    free(now);
}

/* Makes one, or changes `hook`. */
static void put(struct call *call, struct hook *hook)
{
    struct hooks *hooks = call->box->hooks;
    json_t *body = request_json(call->request);
    char *now = iso_time(now_ms(), "+00:00", false);
    json_t *record = hook != NULL ? json_deep_copy(hook->record)
                                  : json_pack("{s:I s:s s:{} s:{} s:s}", "id",
                                              (json_int_t)hooks->last_id + 1,
                                              "format", "json", "filter",
                                              "headers", "created_at", now);
    const char *fault;

    lay_over(record, body);
    fault = !request_has_type(call->request, "application/json")
                ? "Content-Type must be application/json"
                : registration_fault(record);
    if (fault == NULL && hook == NULL && hooks->count == HOOKS_MAX)
        fault = "there are too many webhooks";
    if (fault != NULL) {
        kounta_error(call, 400, fault);
        json_decref(record);
    } else if (hook != NULL) {
        json_decref(hook->record);
        hook->record = record;
        reply_json(call->reply, 200, json_incref(record));
    } else {
        hook = must_alloc(calloc(1, sizeof(*hook)));
        hook->id = ++hooks->last_id;
        hook->client = call->client;
        hook->tenant = call->tenant;
        hook->record = record;
        hook->next = hooks->first;
        hooks->first = hook;
        hooks->count++;
        reply_empty(call->reply, 201);
        reply_header(call->reply, "Location",
                     "%s://%s/kounta/v1/companies/%s/webhooks/%lld",
                     call->request->scheme, call->request->host,
                     tenants[call->tenant].id, (long long)hook->id);
    }
    free(now);
    json_decref(body);
}

static void forget(struct hooks *hooks, struct hook *hook)
{
    struct hook **place = &hooks->first;

    while (*place != hook)
        place = &(*place)->next;
    *place = hook->next;
    hooks->count--;
    json_decref(hook->record);
    free(hook);
}

static void list(struct call *call)
{
    json_t *all = json_array();

    for (struct hook *hook = call->box->hooks->first; hook; hook = hook->next)
        if (hook->client == call->client && hook->tenant == call->tenant)
            json_array_insert(all, 0, hook->record);
    reply_json(call->reply, 200, all);
}

void hooks_handle(struct call *call, const char *id)
{
    struct hooks *hooks = call->box->hooks;
    const char *method = call->request->method;
    struct hook *hook;
    int64_t number = 0;

    pthread_mutex_lock(&hooks->lock);
    if (id != NULL)
        parse_number(id, INT64_MAX, &number);
    hook = find(hooks, number);
    if (id == NULL && strcmp(method, "GET") == 0) {
        list(call);
    } else if (id == NULL && strcmp(method, "POST") == 0) {
        put(call, NULL);
    } else if (id == NULL) {
        kounta_error(call, 405, "Method not allowed");
    } else if (hook == NULL || hook->client != call->client ||
               hook->tenant != call->tenant) {
        kounta_error(call, 404, "No such webhook");
    } else if (strcmp(method, "GET") == 0) {
        reply_json(call->reply, 200, json_incref(hook->record));
    } else if (strcmp(method, "PUT") == 0) {
        put(call, hook);
    } else if (strcmp(method, "DELETE") == 0) {
        forget(hooks, hook);
        reply_empty(call->reply, 204);
    } else {
        kounta_error(call, 405, "Method not allowed");
    }
    pthread_mutex_unlock(&hooks->lock);
}

json_t *hooks_json(struct sandbox *box)
{
    json_t *all = json_array();

    pthread_mutex_lock(&box->hooks->lock);
    for (struct hook *hook = box->hooks->first; hook; hook = hook->next)
        json_array_append_new(
            all, json_pack("{s:I s:O s:O s:I s:I}", "id", (json_int_t)hook->id,
                           "topic", json_object_get(hook->record, "topic"),
                           "address", json_object_get(hook->record, "address"),
                           "delivered", (json_int_t)hook->delivered, "failed",
                           (json_int_t)hook->failed));
    pthread_mutex_unlock(&box->hooks->lock);
    return all;
}
