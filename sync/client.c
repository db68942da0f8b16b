/*
 * client.c - calls handed over, waited for and given back.
 */
#include "sync/client_own.h"

#include <stdlib.h>
#include <string.h>

int64_t client_now(const struct client *client)
{
    return client->clock->now_ms(client->clock->self);
}

uint64_t client_backoff(const struct client *client, uint64_t base_ms,
                        uint32_t tries)
{
    return pace_backoff(base_ms, tries, client->clock->random,
                        client->clock->self);
}

void flights_push(struct flights *flights, struct flight *flight)
{
    flight->next = NULL;
    if (flights->last != NULL)
        flights->last->next = flight;
    else
        flights->first = flight;
    flights->last = flight;
}

struct flight *flights_take(struct flights *flights)
{
    struct flight *flight = flights->first;

    if (flight == NULL)
        return NULL;
    flights->first = flight->next;
    if (flights->first == NULL)
        flights->last = NULL;
    flight->next = NULL;
    return flight;
}

/* --- calls that were handed over ------------------------------------------*/

static void hand_over(struct client *client, struct flight *flight)
{
    flight->older = client->handed;
    flight->forward = &client->handed;
    if (flight->older != NULL)
        flight->older->forward = &flight->older;
    client->handed = flight;
    client->active++;
}

static void let_go(struct flight *flight)
{
    if (flight->forward == NULL)
        return;
    *flight->forward = flight->older;
    if (flight->older != NULL)
        flight->older->forward = flight->forward;
    flight->forward = NULL;
}

static struct call *give_back(struct client *client, struct flight *flight)
{
    let_go(flight);
    client->active--;
    return flight->call;
}

/* --- open, close ----------------------------------------------------------*/

static uint64_t backoff_base(void)
{
    const char *given = getenv("CUSTSYNC_BACKOFF_MS");
    uint64_t base_ms = BACKOFF_BASE_MS;

    if (given != NULL && !text_to_u64(text_of(given), &base_ms))
        base_ms = BACKOFF_BASE_MS;
    return base_ms;
}

enum status client_open(struct client **out, const struct account *account,
                        store_id account_id, struct store *store,
                        const struct clock *clock, struct err *err)
{
    struct client *client = calloc(1, sizeof(*client));
    enum status status;

    *out = NULL;
    if (client == NULL)
        abort();
    client->account = account;
    client->account_id = account_id;
    client->store = store;
    client->clock = clock;
    client->names = names_open();
    client->backoff_ms = backoff_base();
    pace_open(&client->pace, store, account->rate_scope, account->rate);
    status = client_breaker_look(client, err);
    if (status == OK)
        status = client_breaker_check(client, err);
    if (status == OK)
        status = auth_open(&client->auth, account, account_id, store, err);
    if (status == OK)
        status = http_open(&client->http, account->concurrency,
                           account->ca_file, err);
    if (status != OK) {
        client_close(client);
        return status;
    }
    *out = client;
    return OK;
}

void client_close(struct client *client)
{
    if (client == NULL)
        return;
    if (client->http != NULL)
        http_drop(client->http);
    while (client->handed != NULL)
        client_call_free(client->handed->call);
    http_close(client->http);
    auth_close(&client->auth);
    names_close(client->names);
    free(client);
}

void client_deadline(struct client *client, int64_t at_ms)
{
    client->deadline_ms = at_ms;
}

void client_interrupt_by(struct client *client, const volatile int *interrupted)
{
    client->interrupted = interrupted;
}

struct call *client_call(struct client *client)
{
    struct arena *arena = arena_open();
    struct call *call = arena_take(arena, sizeof(*call));
    struct flight *flight = arena_take(arena, sizeof(*flight));

    (void)client;
    call->arena = arena;
    call->own = flight;
    call->raw = call->location = call->next = call->asked = TEXT("");
    return call;
}

void client_call_free(struct call *call)
{
    if (call == NULL)
        return;
    let_go(call->own);
    arena_close(call->arena);
}

struct text call_value(const struct call *call, const char *name)
{
    for (size_t i = call->values_count; i > 0; i--)
        if (strcmp(call->values[i - 1].name, name) == 0)
            return call->values[i - 1].value;
    return TEXT("");
}

/* --- ends -----------------------------------------------------------------*/

enum status client_stop(struct client *client, const struct err *err)
{
    if (!client->stopped) {
        client->stopped = true;
        client->stop = *err;
        client->stop.status = STOP;
        if (client->stop.place[0] == '\0')
            err_place(&client->stop, "%s", client->account->name);
    }
    return STOP;
}

void client_end(struct client *client, struct flight *flight, enum call_end end)
{
    flight->call->end = end;
    flights_push(&client->ended, flight);
}

enum status client_halted(const struct client *client, struct err *err)
{
    if (client->interrupted != NULL && *client->interrupted != 0)
        return fail(err, RETRY, EXIT_TRYLATER, "interrupted",
                    "a signal ended the run");
    if (client->deadline_ms != 0 && client_now(client) >= client->deadline_ms)
        return fail(err, RETRY, EXIT_TRYLATER, "deadline",
                    "the deadline has come");
    return OK;
}

/*
 * None of those that wait will be sent. A write whose earlier try may have been
 * carried out has begun, whatever comes now.
 */
static void cut_waiting(struct client *client, const struct err *why)
{
    struct flight *flight;

    while ((flight = flights_take(&client->waiting)) != NULL) {
        bool begun = flight->left && flight->call->safety == CALL_IDEMPOTENT;

        flight->call->err = *why;
        flight->call->err.status = RETRY;
        client_end(client, flight, begun ? CALL_GAVE_UP : CALL_NOT_BEGUN);
    }
}

/* --- the loop -------------------------------------------------------------*/

enum status client_submit(struct client *client, struct call *call,
                          struct err *err)
{
    struct flight *flight = call->own;
    enum status status;

    if (!client->stopped && client_breaker_check(client, err) != OK)
        (void)client_stop(client, err);
    if (client->stopped) {
        *err = client->stop;
        return STOP;
    }
    *flight = (struct flight){.call = call};
    call->handed_ms = client_now(client);
    call->end = CALL_NOT_BEGUN;
    call->means = MEANS_OK;
    call->status = 0;
    call->reply = NULL;
    call->raw = call->location = call->next = TEXT("");
    call->err = (struct err){.status = OK};
    call->tries = 0;
    status = client_prepare(client, flight, err);
    if (status != OK)
        return status;
    hand_over(client, flight);
    flights_push(&client->waiting, flight);
    return OK;
}

uint32_t client_active(const struct client *client)
{
    return client->active;
}

uint32_t client_waiting(const struct client *client)
{
    return client->active - client->running;
}

void client_waited(struct client *client, int64_t since_ms)
{
    int64_t now_ms = client_now(client);

    if (now_ms > since_ms)
        client->stats.throttled_ms += (uint64_t)(now_ms - since_ms);
    tempo_waited(&client->tempo, since_ms, now_ms);
}

/* Begins what may, waits for what runs. *idle: until_ms came. */
static enum status turn(struct client *client, int64_t until_ms, bool *idle,
                        struct err *err)
{
    struct http_request *done = NULL;
    uint64_t wait_ms = UINT64_MAX;
    bool paced = false;
    enum status status = client_start_due(client, &wait_ms, &paced, err);
    int64_t now_ms = client_now(client);

    if (status == STOP)
        return client_stop(client, err);
    /* Nothing more can begin, and to ask again would not change that. */
    if (status != OK)
        cut_waiting(client, err);
    if (client->ended.first != NULL)
        return OK;
    if (client->deadline_ms > now_ms && wait_ms != UINT64_MAX &&
        wait_ms >= (uint64_t)(client->deadline_ms - now_ms)) {
        (void)fail(err, RETRY, EXIT_TRYLATER, "deadline",
                   "its turn would come after the deadline");
        cut_waiting(client, err);
        return OK;
    }
    client_tell_wait(client, wait_ms, paced);
    client_tell_halt(client);
    *idle = until_ms != 0 && now_ms >= until_ms;
    if (*idle)
        wait_ms = 0;
    else if (until_ms != 0 && (uint64_t)(until_ms - now_ms) < wait_ms)
        wait_ms = (uint64_t)(until_ms - now_ms);
    status = http_wait(client->http, wait_ms < SLICE_MS ? wait_ms : SLICE_MS,
                       &done, err);
    if (paced)
        client_waited(client, now_ms);
    if (done != NULL)
        client_land(client, done);
    return status;
}

enum status client_next(struct client *client, int64_t until_ms,
                        struct call **call, struct err *err)
{
    bool idle = false;

    *call = NULL;
    for (;;) {
        struct flight *flight;

        if (client->stopped && !client->stop_told) {
            client->stop_told = true;
            *err = client->stop;
            return STOP;
        }
        if (client->stopped)
            cut_waiting(client, &client->stop);
        else if (client->waiting.first != NULL &&
                 client_halted(client, err) != OK)
            cut_waiting(client, err);
        flight = flights_take(&client->ended);
        if (flight != NULL) {
            *call = give_back(client, flight);
            return OK;
        }
        if (client->active == 0)
            return END;
        if (idle)
            return OK;
        if (turn(client, until_ms, &idle, err) != OK && !client->stopped) {
            /* libcurl itself is broken: what runs will never come back. */
            http_drop(client->http);
            client->active = client->running = 0;
            client->waiting = (struct flights){NULL, NULL};
            return client_stop(client, err);
        }
    }
}

void client_drain(struct client *client)
{
    while (client_active(client) > 0) {
        struct call *call = NULL;
        struct err ignored;

        if (client_next(client, 0, &call, &ignored) == END)
            break;
        client_call_free(call);
    }
}

enum status client_do(struct client *client, struct call *call, struct err *err)
{
    struct err stop;
    struct call *ended = NULL;
    enum status status = client_submit(client, call, err);
    bool stopped = false;

    if (status != OK)
        return status;
    while (ended != call) {
        status = client_next(client, 0, &ended, err);
        if (status == END || (status == STOP && stopped))
            break;
        if (status == STOP) {
            stopped = true;
            stop = *err;
        }
    }
    if (!stopped)
        return OK;
    *err = stop;
    return STOP;
}

const struct client_stats *client_stats(const struct client *client)
{
    return &client->stats;
}

const struct tempo *client_tempo(const struct client *client)
{
    return &client->tempo;
}

const struct account *client_account(const struct client *client)
{
    return client->account;
}

struct text client_redact(const struct client *client, struct text text,
                          struct arena *arena)
{
    return auth_redact(&client->auth, text, arena);
}
