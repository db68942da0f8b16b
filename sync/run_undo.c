/*
 * run_undo.c - undoes a run: at each account that it wrote to, what it left in
 * doubt is settled, then its reverse is planned and sent.
 *
 * All accounts are locked and asked, and all of it is planned, before the first
 * write: what would stop the one stops the other.
 */
#include "sync/undo_own.h"

#include <inttypes.h>

#include "sync/absence.h"
#include "sync/plan_text.h"

static bool is_listed(const struct undo *undo, store_id account)
{
    for (size_t i = 0; i < undo->wrote_count; i++) {
        if (undo->wrote[i] == account)
            return true;
    }
    return false;
}

/* Did the run write there, or send what nobody knows of yet? */
static enum status concerns(void *self, struct store *store, store_id account,
                            bool *is, struct err *err)
{
    const struct undo *undo = self;
    uint64_t counts[CHANGE_PARKED + 1] = {0};
    enum status status =
        store_changes_count(store, account, 0, undo->old.id, counts, err);

    *is = is_listed(undo, account) ||
          counts[CHANGE_SENDING] + counts[CHANGE_UNKNOWN] > 0;
    return status;
}

/* --- all accounts are there -----------------------------------------------*/

/* The run is at work there. */
static void go_to(struct undo *undo, const struct undo_place *place)
{
    undo->run->to_account = place->account;
    undo->run->to_id = place->id;
    undo->run->to_client = place->client;
    undo->run->totals = place->totals;
}

static enum status open_place(struct undo *undo, struct undo_place *place,
                              struct err *err)
{
    struct run *run = undo->run;
    enum status status = run_enter(run, place->account, err);

    place->client = run->to_client; /* closed with its place */
    run->to_client = NULL;
    return status;
}

/* One that refuses us now would leave the others undone alone. */
static enum status ask_place(const struct undo_place *place, struct err *err)
{
    struct call *call;
    enum status status;

    if (place->client == NULL ||
        place->account->provider->probe.request.method == NULL)
        return OK;
    call = api_probe(place->client);
    status = client_do(place->client, call, err);
    client_call_free(call);
    if (status != OK)
        err_place(err, "%s", place->account->name);
    return status;
}

static enum status open_all(struct undo *undo, struct err *err)
{
    struct run_place *found;
    enum status status = run_places(undo->run, concerns, undo, undo->arena,
                                    &found, &undo->places_count, err);

    undo->places = arena_take(undo->arena,
                              (undo->places_count + 1) * sizeof(*undo->places));
    for (size_t i = 0; i < undo->places_count && status == OK; i++) {
        undo->places[i].account = found[i].account;
        undo->places[i].id = found[i].id;
        status = open_place(undo, &undo->places[i], err);
    }
    for (size_t i = 0; undo->places_count > 1 && i < undo->places_count; i++)
        if (status == OK)
            status = ask_place(&undo->places[i], err);
    return status;
}

static void close_all(struct undo *undo)
{
    for (size_t i = 0; i < undo->places_count; i++) {
        struct undo_place *place = &undo->places[i];

        if (place->client != NULL)
            report_client(undo->run->report, place->client);
        client_close(place->client);
    }
    undo->run->to_client = NULL;
}

/* --- settled, planned, sent -----------------------------------------------*/

static enum status settle_all(struct undo *undo, struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < undo->places_count && status == OK; i++) {
        struct pushing pushing;

        if (undo->places[i].client == NULL)
            continue;
        go_to(undo, &undo->places[i]);
        pushing = run_pushing(undo->run);
        status = store_verify(undo->run->store, err);
        if (status == OK)
            status = push_leftovers(&pushing, err);
    }
    return status;
}

static enum status plan_place(struct undo *undo, struct undo_place *place,
                              struct err *err)
{
    struct run *run = undo->run;
    struct undoing undoing = {
        .store = run->store,
        .account = place->account,
        .account_id = place->id,
        .source_id = run->source_id,
        .run = run->id,
        .undone = undo->old.id,
        .policy = run->policy,
        .report = run->report,
        .text = undo->request->text,
        .dry = run->policy->dry_run,
    };

    if (undoing.text != NULL)
        plan_text_way(undoing.text,
                      arena_print(undo->arena, "run %" PRId64, undo->old.id).at,
                      arena_print(undo->arena, "%s:", place->account->name).at);
    return undo_plan(&undoing, &place->totals, err);
}

static enum status plan_all(struct undo *undo, struct err *err)
{
    struct store *store = undo->run->store;
    enum status status = store_begin(store, err);

    for (size_t i = 0; i < undo->places_count && status == OK; i++)
        status = plan_place(undo, &undo->places[i], err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

/* Of all places; the requests and their time as far as they can be told before
 * anything is sent. */
static void tell_strategy(struct undo *undo, bool estimate)
{
    struct report_strategy all = {.absence = "none"};

    for (size_t i = 0; i < undo->places_count; i++) {
        const struct undo_place *place = &undo->places[i];
        bool bulk;
        uint64_t requests =
            place->totals.changes +
            absence_writes(place->account->provider, &place->totals, &bulk);

        all.updates += place->totals.updates;
        all.deactivations += place->totals.deactivations;
        if (!estimate)
            continue;
        all.requests += requests;
        all.time_ms += absence_time_ms(&place->account->rate, requests);
    }
    report_strategy(undo->run->report, &all);
}

/* --limit is for the whole undo. */
static enum status send_all(struct undo *undo, struct err *err)
{
    struct run *run = undo->run;
    struct policy policy = *run->policy;
    uint64_t ended;
    enum status status = OK;

    for (size_t i = 0; i < undo->places_count && status == OK; i++) {
        struct pushing pushing;

        if (policy.limit > 0 && run->sent >= policy.limit)
            break;
        go_to(undo, &undo->places[i]);
        pushing = run_pushing(run);
        policy.limit -= policy.limit > 0 ? run->sent : 0;
        run->sent = 0;
        pushing.policy = &policy;
        status = push_changes(&pushing, &ended, err);
    }
    tell_strategy(undo, false);
    return status;
}

static enum status undo_all(struct undo *undo, struct err *err)
{
    enum status status = undo_check_accounts(undo, err);

    if (status == OK)
        status = open_all(undo, err);
    if (status == OK)
        status = settle_all(undo, err);
    if (status == OK)
        status = plan_all(undo, err);
    if (status == OK && undo->run->policy->dry_run)
        tell_strategy(undo, true);
    else if (status == OK)
        status = send_all(undo, err);
    close_all(undo);
    return status;
}

/* --- the run --------------------------------------------------------------*/

static enum status begin(struct undo *undo, struct err *err)
{
    struct run *run = undo->run;
    const char *from, *to;
    enum status status = run_open_store(run, err);

    if (status == OK)
        status = undo_find(undo, err);
    if (status != OK)
        return status;
    from = arena_print(undo->arena, "run %" PRId64, undo->old.id).at;
    to = arena_string(undo->arena, undo->old.to);
    status = store_source(run->store, "undo", "undo", &run->source_id, err);
    if (status == OK)
        status = store_run_begin(run->store, "undo", NULL, from, to,
                                 run->started_ms, &run->id, err);
    report_about(run->report, "undo", run->id, NULL, from, to, run->started_ms);
    return status;
}

enum status run_undo(const struct undo_request *request, struct report *report,
                     bool *ledger, int *exit, struct err *err)
{
    struct run_request as = {
        .command = "undo",
        .config = request->config,
        .state_path = request->state_path,
        .policy = request->policy,
    };
    struct run run = {
        .request = &as,
        .policy = as.policy,
        .report = report,
        .clock = &clock_real,
        .to_account = request->config->accounts,
        .settled = settled_open(),
    };
    struct undo undo = {.request = request, .run = &run, .arena = arena_open()};
    enum status status;

    run.started_ms = run_now(&run);
    status = begin(&undo, err);
    *ledger = run.ledger = status == OK;
    if (status == OK)
        status = undo_all(&undo, err);
    run_count_rest(report);
    arena_close(undo.arena);
    return run_conclude(&run, status, exit, err);
}
