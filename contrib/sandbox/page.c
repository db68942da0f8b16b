/*
 * page.c - /_sandbox: what the providers hold, what was asked of them, and
 * the levers of whoever rehearses.
 *
 *   GET    /_sandbox[?requests=0][&customers=0]
 *   POST   /_sandbox/reset                  forget requests and totals
 *   POST   /_sandbox/set?NAME=VALUE...      switches
 *   POST   /_sandbox/restart                forget all else, too
 *   POST   /_sandbox/expire                 all access tokens, now
 *   POST   /_sandbox/revoke                 all tokens, now
 *   POST   /_sandbox/login                  the first tokens work once more
 *   POST   /_sandbox/faults                 the body is the new script
 *   POST   /_sandbox/customers/PROVIDER     add a native record
 *   POST   /_sandbox/customers/PROVIDER/ID  change it by hand
 *   DELETE /_sandbox/customers/PROVIDER/ID  remove it
 *
 * Records are those of the main tenant, unless `?tenant=ID` names another.
 */
#include "sandbox.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

static void say(struct reply *reply, unsigned status, const char *name,
                const char *text)
{
    reply_json(reply, status, json_pack("{s:s}", name, text));
}

static json_t *records(struct sandbox *box, int tenant)
{
    const struct provider *provider = providers[tenants[tenant].provider];
    json_t *list = json_array();
    int64_t after = 0;
    bool more = true;

    while (more) {
        struct rows rows =
            store_after(box->store, tenant, after, 1000, 0, INT64_MAX);

        more = rows.count > 0;
        for (size_t i = 0; i < rows.count; i++) {
            json_array_append_new(list, provider->view(box, &rows.item[i]));
            after = rows.item[i].seq;
        }
        rows_clear(&rows);
    }
    return list;
}

static json_t *provider_json(struct sandbox *box, enum provider_id id,
                             bool with_customers)
{
    json_t *object = json_object();
    json_t *others = json_object();
    bool main = true;

    for (int i = 0; i < tenant_count; i++) {
        int64_t count = store_count(box->store, i, "", INT64_MAX);

        if (tenants[i].provider != id)
            continue;
        if (main) {
            if (with_customers)
                json_object_set_new(object, "customers", records(box, i));
            json_object_set_new(object, "count", json_integer(count));
        } else if (with_customers && count > 0) {
            json_object_set_new(others, tenants[i].id, records(box, i));
        }
        main = false;
    }
    if (json_object_size(others) > 0)
        json_object_set(object, "other_tenants", others);
    json_decref(others);
    return object;
}

static bool wanted(const struct request *request, const char *name)
{
    const char *value = request_query(request, name);

    return value == NULL || strcmp(value, "0") != 0;
}

static void show(struct sandbox *box, const struct request *request,
                 struct reply *reply)
{
    json_t *all = json_object();
    json_t *page = json_object();

    for (int i = 0; i < PROVIDER_COUNT; i++)
        json_object_set_new(all, providers[i]->name,
                            provider_json(box, (enum provider_id)i,
                                          wanted(request, "customers")));
    json_object_set_new(page, "providers", all);
    if (wanted(request, "requests"))
        json_object_set_new(page, "requests", log_requests_json(&box->log));
    json_object_set_new(page, "totals", log_totals_json(&box->log));
    json_object_set_new(page, "webhooks", hooks_json(box));
    json_object_set_new(page, "switches", switches_json(box->switches));
    json_object_set_new(
        page, "log",
        json_pack("{s:I s:I s:I}", "kept", (json_int_t)box->log.count,
                  "not_kept", (json_int_t)box->log.forgotten, "bodies_not_kept",
                  (json_int_t)box->log.bodies_forgotten));
    reply_json(reply, 200, page);
}

struct setting_run {
    struct sandbox *box;
    char *refused; /* owned */
};

static void set_one(void *self, const char *name, const char *value)
{
    struct setting_run *run = self;

    if (run->refused == NULL && !switches_set(run->box->switches, name, value))
        run->refused = print("%s=%s", name, value);
}

static void set(struct sandbox *box, const struct request *request,
                struct reply *reply)
{
    struct setting_run run = {.box = box};
    char *help;
    json_t *refused;

    request_each_query(request, set_one, &run);
    if (run.refused == NULL) {
        reply_json(reply, 200, switches_json(box->switches));
        return;
    }
    help = switches_help();
    refused = json_string(run.refused); /* NULL when it is no UTF-8 */
    reply_json(reply, 400,
               json_pack("{s:o* s:s}", "refused", refused, "known", help));
    free(help);
    free(run.refused);
}

static void new_script(struct sandbox *box, const struct request *request,
                       struct reply *reply)
{
    char *message = NULL;
    struct faults *faults = faults_parse(request->body, &message);

    if (faults == NULL) {
        say(reply, 400, "error", message);
        free(message);
        return;
    }
    faults_free(box->faults);
    box->faults = faults;
    say(reply, 200, "status", "ok");
}

/* As after a start, but for the switches and the numbers already given. */
static void restart(struct sandbox *box)
{
    store_empty(box->store);
    log_reset(&box->log);
    rate_forget(&box->rate);
    faults_free(box->faults);
    box->faults = NULL;
    grants_keep(box);
}

/* What needs no body and always succeeds; false: there is no such lever. */
static bool pull(struct sandbox *box, const struct request *request,
                 const char *path)
{
    bool known = true;

    store_begin(box->store);
    if (strcmp(path, "/reset") == 0)
        log_reset(&box->log);
    else if (strcmp(path, "/restart") == 0)
        restart(box);
    else if (strcmp(path, "/expire") == 0)
        token_expire_all(box->store, request->now_ms);
    else if (strcmp(path, "/revoke") == 0)
        grants_revoke(box);
    else if (strcmp(path, "/login") == 0)
        grants_keep(box);
    else
        known = false;
    store_commit(box->store);
    return known;
}

/* Adds, changes or removes; id is NULL for a new record. */
static void edit(struct sandbox *box, const struct request *request,
                 struct reply *reply, int tenant, const char *id)
{
    const struct provider *provider = providers[tenants[tenant].provider];
    bool removes = strcmp(request->method, "DELETE") == 0;
    json_t *record = removes ? NULL : request_json(request);
    struct row row = {.tenant = tenant};
    struct row old = {0};

    if (id != NULL && !store_get(box->store, tenant, id, &row)) {
        say(reply, 404, "error", "there is no such record");
    } else if (removes && id != NULL) {
        drop_row(box, &row);
        say(reply, 200, "status", "ok");
    } else if (record == NULL) {
        say(reply, 400, "error", "the body must be a JSON object");
    } else {
        provider->merge(box, &row, record);
        row.updated_ms = request->now_ms;
        if (id == NULL && store_get(box->store, tenant, row.id, &old)) {
            say(reply, 409, "error", "there is a record with that id");
        } else {
            keep_row(box, &row);
            reply_json(reply, 200, provider->view(box, &row));
        }
    }
    json_decref(record);
    row_clear(&old);
    row_clear(&row);
}

/* `rest` is PROVIDER or PROVIDER/ID. */
static void customers(struct sandbox *box, const struct request *request,
                      struct reply *reply, const char *rest)
{
    const char *wanted_tenant = request_query(request, "tenant");
    size_t size = strcspn(rest, "/");
    int tenant = -1;

    for (int i = tenant_count - 1; i >= 0; i--) {
        const char *name = providers[tenants[i].provider]->name;

        if (strlen(name) == size && strncmp(name, rest, size) == 0 &&
            (wanted_tenant == NULL ||
             strcmp(wanted_tenant, tenants[i].id) == 0))
            tenant = i; /* the first one in the table is the main one */
    }
    if (tenant < 0) {
        say(reply, 404, "error", "there is no such provider or tenant");
        return;
    }
    store_begin(box->store);
    edit(box, request, reply, tenant,
         rest[size] == '/' && rest[size + 1] != '\0' ? rest + size + 1 : NULL);
    store_commit(box->store);
}

void page_handle(struct sandbox *box, struct request *request,
                 struct reply *reply)
{
    static const char records_path[] = "/customers/";
    const char *path = request->path + strlen("/_sandbox");
    bool is_get = strcmp(request->method, "GET") == 0;
    bool is_post = strcmp(request->method, "POST") == 0;

    if (is_get && (*path == '\0' || strcmp(path, "/") == 0)) {
        show(box, request, reply);
    } else if (is_post && pull(box, request, path)) {
        say(reply, 200, "status", "ok");
    } else if (is_post && strcmp(path, "/set") == 0) {
        set(box, request, reply);
    } else if (is_post && strcmp(path, "/faults") == 0) {
        new_script(box, request, reply);
    } else if (!is_get &&
               strncmp(path, records_path, sizeof(records_path) - 1) == 0) {
        customers(box, request, reply, path + sizeof(records_path) - 1);
    } else {
        say(reply, 404, "error", "there is no such page");
    }
}
