/*
 * run_open.c - opens what one execution needs: the store, accounts under their
 * locks, the source (pulled first when it is an account), the target.
 */
#include "sync/run_own.h"

#include "sync/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t run_now(const struct run *run)
{
    return run->clock->now_ms(run->clock->self);
}

/* --- opening --------------------------------------------------------------*/

enum status run_open_store(struct run *run, struct err *err)
{
    bool plan = run->policy->dry_run;

    /* Without an account nothing is remembered, so nothing is opened. */
    if (run->from_account == NULL && run->to_account == NULL)
        return store_open(&run->store, NULL, STORE_DRY, err);
    store_heed(&run_interrupted, run->policy->deadline_ms);
    return store_open(&run->store, run->request->state_path,
                      plan && !run->policy->look ? STORE_DRY : STORE_WRITE,
                      err);
}

enum status run_open_account(struct run *run, const struct account *account,
                             store_id *id, struct err *err)
{
    bool renamed = false;
    enum status status =
        store_account(run->store, account->provider->name, account->base_url,
                      account->tenant, account->name, id, &renamed, err);

    if (status == OK && renamed)
        report_problem(run->report, "", 0, "warning", "new_account", "",
                       "%s: is another tenant or address than last time: "
                       "nothing is known of it yet",
                       account->name);
    return status;
}

enum status run_open_client(struct run *run, const struct account *account,
                            store_id id, struct client **client,
                            struct err *err)
{
    enum status status =
        client_open(client, account, id, run->store, run->clock, err);

    if (status != OK)
        return status;
    if (run->policy->deadline_ms > 0)
        client_deadline(*client,
                        run->started_ms + (int64_t)run->policy->deadline_ms);
    client_interrupt_by(*client, &run_interrupted);
    return OK;
}

enum status run_open_accounts(struct run *run, struct err *err)
{
    bool plan = run->policy->dry_run, locked;
    enum status status = OK;

    run->useless = (struct err){.status = OK};
    if (run->to_account != NULL) {
        status = run_open_account(run, run->to_account, &run->to_id, err);
        if (status == OK && (!plan || run->policy->look))
            status = run_lock(run->store, run->to_account, run->to_id,
                              run->policy->wait_ms, err);
        locked = status == OK;
        if (status == OK && (!plan || run->policy->look))
            status = run_open_client(run, run->to_account, run->to_id,
                                     &run->to_client, err);
        if (status != OK && run->to_client == NULL && locked &&
            run_can_wait(err)) {
            run->useless = *err;
            status = OK;
        }
    }
    if (status == OK && run->from_account != NULL) {
        status = run_open_account(run, run->from_account, &run->from_id, err);
        if (status == OK && (!plan || run->policy->look))
            status = run_open_client(run, run->from_account, run->from_id,
                                     &run->from_client, err);
    }
    return status;
}

enum status run_enter(struct run *run, const struct account *account,
                      struct err *err)
{
    enum status status;

    run->to_account = account;
    status = run_open_accounts(run, err);
    if (status != OK || run->useless.exit == 0)
        return status;
    *err = run->useless;
    return STOP;
}

/* What a read could not do as one would think. */
static void tell_pulled(struct run *run, const struct account *account,
                        const struct pulled *pulled)
{
    if (pulled->known_only)
        report_problem(run->report, "", 0, "warning", "known_only", "",
                       "%s: %s has no list: only the %" PRIu64
                       " customers that are known were read",
                       account->name, account->provider->title,
                       pulled->records);
    if (pulled->unlisted > 0)
        report_problem(run->report, "", 0, "warning", "unlisted", "",
                       "%s: %" PRIu64 " customers are there though the list "
                       "does not show them; they were read by their ids",
                       account->name, pulled->unlisted);
}

void run_tell_pull(struct run *run, const struct pulled *pulled)
{
    const char *name = run->from_account->name;

    if (pulled->resumed)
        report_problem(run->report, "", 0, "warning", "listed_before", "",
                       "%s: went on with a read that an earlier run had begun",
                       name);
    if (pulled->gone > 0)
        report_problem(run->report, "", 0, "warning", "records_gone", "",
                       "%s: %" PRIu64
                       " customers who were known are not there any more",
                       name, pulled->gone);
}

struct pulling run_pulling(const struct run *run, struct client *client,
                           const struct account *account, store_id id)
{
    return (struct pulling){
        .store = run->store,
        .client = client,
        .account = account,
        .account_id = id,
        .run = run->id,
        .clock = run->clock,
        .whole = run->policy->full || run->policy->missing != MISSING_KEEP,
        .full = run->policy->full,
    };
}

enum status run_pull_from(struct run *run, struct client *client,
                          const struct account *account, store_id id,
                          struct pulled *pulled, struct err *err)
{
    struct pulling pulling = run_pulling(run, client, account, id);
    enum status status = pull_account(&pulling, pulled, err);

    if (status == OK)
        tell_pulled(run, account, pulled);
    return status;
}

/* FROM as it was written; of the way back of --two-way that is TO. */
static const struct endpoint *from_of(const struct run *run)
{
    const struct run_request *request = run->request;

    return run->from_account == request->from[0].account ? &request->from[0]
                                                         : request->to;
}

enum status run_reopen_source(struct run *run, struct err *err)
{
    const struct run_request *request = run->request;

    source_close(run->source);
    run->source = NULL;
    return run->from_account == NULL
               ? source_open(&run->source, request->from, request->from_count,
                             run->policy, request->config, run->to_account, err)
               : source_of_account(&run->source, run->store, run->from_id,
                                   from_of(run), run->policy, request->config,
                                   run->to_account, err);
}

enum status run_open_source(struct run *run, struct err *err)
{
    struct pulled pulled = {0};
    enum status status = OK;

    if (run->from_client != NULL && !run->pulled)
        status = run_pull_from(run, run->from_client, run->from_account,
                               run->from_id, &pulled, err);
    if (status == OK && pulled.known_only)
        export_of_known(run->export);
    if (status == OK)
        status = run_reopen_source(run, err);
    if (status == OK && run->from_account == NULL)
        return run->to_account == NULL
                   ? OK
                   : store_source(run->store, "file", source_name(run->source),
                                  &run->source_id, err);
    return status == OK
               ? mirror_source(run->store, run->from_id, &run->source_id, err)
               : status;
}

enum status run_open_target(struct run *run, struct err *err)
{
    if (run->to_account != NULL)
        return OK;
    return sink_open(&run->sink, run->request->to, run->policy,
                     run->policy->dry_run, run->export, err);
}

/* The file itself, by whatever way it is named. */
static struct print_key file_key(const char *path, struct arena *arena)
{
    static const uint8_t seed[16];
    const char *slash = strrchr(path, '/');
    char *whole = realpath(path, NULL), *folder;
    struct text name = text_of(whole != NULL ? whole : path);

    if (whole == NULL) { /* to be made yet */
        folder = realpath(
            slash == NULL ? "."
            : slash == path
                ? "/"
                : arena_print(arena, "%.*s", (int)(slash - path), path).at,
            NULL);
        if (folder != NULL)
            name = arena_print(arena, "%s/%s", folder,
                               slash != NULL ? slash + 1 : path);
        free(folder);
    } else {
        name = arena_text(arena, name);
    }
    free(whole);
    return print_key(seed, 'f', name);
}

/* Two runs would publish the file of the one and the manifest of the other. Two
 * exports may have one file: its lock is always taken last. */
static enum status lock_export(struct run *run, struct err *err)
{
    const struct endpoint *to = run->request->to;
    struct arena *arena = arena_open();
    struct print_key key = file_key(to->path, arena);
    char name[LOCK_NAME];
    enum status status;

    snprintf(name, sizeof(name), "export-%lld",
             (long long)export_id(run->export));
    status = run_lock_named(run->store, name, to->written, run->policy->wait_ms,
                            err);
    snprintf(name, sizeof(name), "file-%016" PRIx64 "%016" PRIx64, key.high,
             key.low);
    if (status == OK)
        status = run_lock_named(run->store, name, to->written,
                                run->policy->wait_ms, err);
    arena_close(arena);
    return status;
}

enum status run_open_export(struct run *run, struct err *err)
{
    const struct endpoint *to = run->request->to;
    const struct export_request request = {
        .store = run->store,
        .account = run->from_id,
        .run = run->id,
        .from = run->request->from[0].written,
        .job = run->request->job,
        .mapping = to->name != NULL ? to->name : "generic",
        .path = to->path,
        .changed = run->policy->changed,
        .dry = run->policy->dry_run,
        .now_ms = run->started_ms,
    };
    enum status status;

    if (run->from_account == NULL || run->to_account != NULL ||
        !export_is_file(to->path))
        return OK;
    status = export_open(&run->export, &request, err);
    return status == OK && !request.dry ? lock_export(run, err) : status;
}

const char *run_from_names(const struct run_request *request,
                           struct arena *arena)
{
    struct text names = text_of(request->from[0].written);

    for (size_t i = 1; i < request->from_count; i++)
        names = arena_print(arena, "%.*s %s", TEXT_ARGS(names),
                            request->from[i].written);
    return names.at;
}

enum status run_begin(struct run *run, struct err *err)
{
    const struct run_request *request = run->request;
    struct arena *arena = arena_open();
    const char *from = run_from_names(request, arena);
    const char *to = request->to != NULL ? request->to->written : "";
    enum status status =
        store_run_begin(run->store, request->command, request->job, from, to,
                        run->started_ms, &run->id, err);

    report_about(run->report, request->command, run->id, request->job, from, to,
                 run->started_ms);
    arena_close(arena);
    return status;
}

void run_close(struct run *run)
{
    run_watch_close(run);
    settled_close(run->settled);
    client_close(run->to_client);
    client_close(run->from_client);
    rejects_close(run->rejects);
    sink_close(run->sink);
    export_close(run->export);
    source_close(run->source);
    store_close(run->store);
}
