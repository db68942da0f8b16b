/*
 * dispatch.c - a request's way: which provider, penalty, fault, work, log.
 */
#include "sandbox.h"
#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct provider *const providers[PROVIDER_COUNT] = {
    [KOUNTA] = &kounta_provider,
    [COUNT] = &count_provider,
    [FIELDEDGE] = &fieldedge_provider,
};

/* What follows "/NAME" in the path, or NULL. */
static const char *below(const char *path, const char *name)
{
    size_t size = strlen(name);

    if (path[0] != '/' || strncmp(path + 1, name, size) != 0 ||
        (path[size + 1] != '/' && path[size + 1] != '\0'))
        return NULL;
    return path + size + 1;
}

static void work(struct call *call)
{
    store_begin(call->box->store);
    call->provider->handle(call);
    store_commit(call->box->store);
}

static void to_provider(struct call *call)
{
    const char *fault = NULL;
    struct sandbox *box = call->box;

    call->provider->identify(call);
    if (rate_penalty_over(call))
        fault = faults_apply(box->faults, call, work);
    call->reply->delay_ms += box->latency_ms;
    log_add(&box->log, call, fault);
    if (box->verbose)
        fprintf(stderr, "%s %s %s%s%s -> %u%s%s\n", call->provider->name,
                call->request->method, call->request->path,
                *call->request->query == '\0' ? "" : "?", call->request->query,
                call->reply->status, fault == NULL ? "" : " ",
                fault == NULL ? "" : fault);
}

void dispatch(struct sandbox *box, struct request *request, struct reply *reply)
{
    for (int i = 0; i < PROVIDER_COUNT; i++) {
        const char *path = below(request->path, providers[i]->name);
        const char *raw = below(request->raw_path, providers[i]->name);
        struct call call = {
            .box = box,
            .request = request,
            .reply = reply,
            .provider = providers[i],
            .client = -1,
            .tenant = -1,
        };

        if (path == NULL || raw == NULL)
            continue;
        request->path = path;
        request->raw_path = raw;
        to_provider(&call);
        return;
    }
    if (below(request->path, "_sandbox") != NULL)
        page_handle(box, request, reply);
    else
        reply_text(reply, 404, "text/plain",
                   "there is /kounta, /count, /fieldedge and /_sandbox\n");
}

void keep_row(struct sandbox *box, struct row *row)
{
    const struct provider *provider = providers[tenants[row->tenant].provider];
    struct keyset keys = {0};
    bool is_new = row->created_ms == 0;

    if (is_new)
        row->created_ms = row->updated_ms;
    provider->keys(row, &keys);
    store_put(box->store, row, &keys);
    if (provider->changed != NULL)
        provider->changed(box, row, is_new ? "created" : "updated");
}

void drop_row(struct sandbox *box, const struct row *row)
{
    const struct provider *provider = providers[tenants[row->tenant].provider];

    store_remove(box->store, row);
    if (provider->changed != NULL)
        provider->changed(box, row, "deleted");
}

void save_row(struct call *call, struct row *row)
{
    struct totals *totals = &call->box->log.totals[call->provider->id];

    if (row->created_ms == 0)
        totals->created++;
    else
        totals->updated++;
    row->updated_ms = call->request->now_ms;
    keep_row(call->box, row);
}

void remove_row(struct call *call, const struct row *row)
{
    call->box->log.totals[call->provider->id].deleted++;
    drop_row(call->box, row);
}
