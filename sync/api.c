/*
 * api.c - calls for single records, and what a record says in our words.
 */
#include "sync/api_own.h"

#include <string.h>

/* --- building -------------------------------------------------------------*/

struct call *api_call(struct client *client, const char *name,
                      const struct request_spec *spec, enum safety safety)
{
    struct call *call = client_call(client);

    call->name = name;
    call->spec = spec;
    call->safety = safety;
    return call;
}

void api_values(struct call *call, const struct setting *values, size_t count)
{
    struct setting *all = arena_take(
        call->arena, (call->values_count + count + 1) * sizeof(*all));

    for (size_t i = 0; i < call->values_count; i++)
        all[i] = call->values[i];
    for (size_t i = 0; i < count; i++) {
        struct setting *to = &all[call->values_count + i];

        to->name = arena_string(call->arena, text_of(values[i].name));
        to->value = arena_text(call->arena, values[i].value);
    }
    call->values = all;
    call->values_count += count;
}

void api_body(struct call *call, const struct node *body)
{
    struct buffer out = {0};

    json_write(&out, body);
    call->body = arena_text(call->arena, buffer_view(&out));
    call->sent = body;
    buffer_free(&out);
}

/* The body of a write, with the members that every such body has. */
static void write_body(struct call *call, const struct write_spec *spec,
                       const struct node *body)
{
    struct node *whole, *inside;

    if (spec->wrap == NULL && spec->constants.count == 0) {
        api_body(call, body);
        return;
    }
    inside = node_copy(call->arena, body);
    inside->name = NULL;
    inside->next = NULL;
    whole = inside;
    if (spec->wrap != NULL) {
        whole = node_new(call->arena, NODE_OBJECT);
        (void)node_add(whole, spec->wrap, inside);
    }
    for (size_t i = 0; i < spec->constants.count; i++)
        if (node_member(whole, spec->constants.at[i].name) == NULL)
            (void)node_add(
                whole, spec->constants.at[i].name,
                node_text(call->arena, text_of(spec->constants.at[i].value)));
    api_body(call, whole);
}

static void id_value(struct call *call, struct text id)
{
    struct setting value = {"id", id};

    api_values(call, &value, 1);
}

struct call *api_get(struct client *client, struct text id)
{
    struct call *call =
        api_call(client, "get", &client_account(client)->provider->get.request,
                 CALL_READ);

    id_value(call, id);
    return call;
}

enum status api_get_for(struct client *client, struct text *id, struct err *err)
{
    struct call *call = api_get(client, *id);
    enum status status;

    call->user = id;
    status = client_submit(client, call, err);
    if (status != OK)
        client_call_free(call);
    return status == REJECT ? STOP : status;
}

struct call *api_probe(struct client *client)
{
    return api_call(client, "probe",
                    &client_account(client)->provider->probe.request,
                    CALL_READ);
}

/* A look-up without its key would be a list of everybody. */
static bool has_values(const struct find_spec *spec,
                       const struct setting *values, size_t count)
{
    size_t given = 0, wanted = 0;

    for (; spec->names != NULL && spec->names[wanted] != NULL; wanted++)
        for (size_t i = 0; i < count; i++)
            if (strcmp(values[i].name, spec->names[wanted]) == 0 &&
                values[i].value.size > 0) {
                given++;
                break;
            }
    return given > 0 && (spec->optional || given == wanted);
}

struct call *api_find(struct client *client, const struct find_spec *spec,
                      const struct setting *values, size_t count)
{
    struct call *call = api_call(
        client, "find", has_values(spec, values, count) ? &spec->request : NULL,
        CALL_READ);

    api_values(call, values, count);
    return call;
}

struct call *api_create(struct client *client, const struct node *body)
{
    const struct write_spec *spec = &client_account(client)->provider->create;
    struct call *call = api_call(client, "create", &spec->request, CALL_ONCE);

    write_body(call, spec, body);
    return call;
}

struct call *api_update(struct client *client, struct text id,
                        const struct node *body)
{
    const struct write_spec *spec = &client_account(client)->provider->update;
    struct call *call =
        api_call(client, "update", &spec->request, CALL_IDEMPOTENT);

    id_value(call, id);
    write_body(call, spec, body);
    return call;
}

/* --- customers ------------------------------------------------------------*/

enum status api_customer(struct client *client, const struct node *record,
                         bool as_source, struct arena *arena,
                         struct customer **out, struct err *err)
{
    const struct account *account = client_account(client);
    const struct provider *provider = account->provider;
    const struct cleaning cleaning = {
        .regions = {NULL, mapping_region(provider->mapping), account->region,
                    provider->region_hint},
    };
    enum field theirs =
        as_source ? field_define(TEXT("custom.reference_id")) : FIELD_NONE;
    enum status status =
        mapping_read(provider->mapping, record, &cleaning, arena, out, err);

    if (status != OK || !as_source)
        return status;
    /* The record's own number is at home here; what its reference field holds
     * is somebody else's. */
    if (theirs != FIELD_NONE && customer_has(*out, FIELD_REFERENCE_ID))
        customer_set(*out, theirs, customer_text(*out, FIELD_REFERENCE_ID));
    customer_set(*out, FIELD_REFERENCE_ID,
                 arena_text(arena, provider_id(provider, record)));
    return OK;
}

/* By these fields and no other. */
static bool asks_by(const struct find_spec *spec, const enum field *fields)
{
    size_t count = 0;

    for (; fields[count] != FIELD_NONE; count++) {
        bool has = false;

        for (size_t k = 0; k < spec->by_count; k++)
            has = has || spec->by[k] == fields[count];
        if (!has)
            return false;
    }
    return spec->by_count == count;
}

const struct find_spec *api_find_for(const struct provider *provider,
                                     enum key key)
{
    for (size_t i = 0; i < provider->finds_count; i++)
        if (!provider->finds[i].fallback &&
            asks_by(&provider->finds[i], key_fields(key)))
            return &provider->finds[i];
    return NULL;
}

bool api_find_values(struct client *client, const struct find_spec *spec,
                     const struct customer *customer, struct arena *arena,
                     struct setting **values, size_t *count)
{
    const struct account *account = client_account(client);
    const struct target_form form = {
        .region = account->region,
        .national = account->provider->phones_national,
    };

    *values = arena_take(arena, (spec->by_count + 1) * sizeof(**values));
    *count = 0;
    for (size_t i = 0; i < spec->by_count; i++) {
        struct text canonical = customer_text(customer, spec->by[i]);
        struct text value = TEXT("");

        if (canonical.size > 0)
            value = mapping_outside(account->provider->mapping, spec->by[i],
                                    canonical, &form, arena);
        if (value.size == 0 && !spec->optional)
            return false;
        if (value.size > 0)
            (*values)[(*count)++] =
                (struct setting){spec->names != NULL && spec->names[i] != NULL
                                     ? spec->names[i]
                                     : field_name(spec->by[i]),
                                 value};
    }
    return *count > 0;
}
