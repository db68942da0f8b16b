/*
 * api_bulk.c - many rows in one request, an outcome for each.
 */
#include "sync/api_own.h"

#include <string.h>

/* A row as it is sent: its id first, then the members of its body. */
static struct node *bulk_row(struct call *call, const struct bulk_spec *spec,
                             const struct node *body, struct text id)
{
    struct node *row = node_new(call->arena, NODE_OBJECT);
    struct node *copy = node_copy(call->arena, body), *next;

    if (spec->row_id != NULL && id.size > 0)
        (void)node_add(row, spec->row_id, node_text(call->arena, id));
    for (struct node *member = copy->first; member != NULL; member = next) {
        next = member->next;
        member->next = NULL;
        if (node_member(row, member->name) == NULL)
            (void)node_add(row, member->name, member);
    }
    return row;
}

struct call *api_bulk(struct client *client, const struct bulk_spec *spec,
                      struct node *const *rows, const struct text *ids,
                      size_t count)
{
    bool creates = ids == NULL;
    struct call *call =
        api_call(client, creates ? "bulk_create" : "bulk_update",
                 &spec->request, creates ? CALL_ONCE : CALL_IDEMPOTENT);
    const struct pairs *constants =
        creates ? &client_account(client)->provider->create.constants
                : &client_account(client)->provider->update.constants;
    struct node *whole = node_new(call->arena, NODE_OBJECT);
    struct node *list = node_new(call->arena, NODE_LIST);

    for (size_t i = 0; i < count; i++) {
        struct node *row =
            bulk_row(call, spec, rows[i], creates ? TEXT("") : ids[i]);

        for (size_t k = 0; k < constants->count; k++)
            if (node_member(row, constants->at[k].name) == NULL)
                (void)node_add(
                    row, constants->at[k].name,
                    node_text(call->arena, text_of(constants->at[k].value)));
        (void)node_add(list, NULL, row);
    }
    (void)node_add(whole, spec->rows, list);
    api_body(call, whole);
    return call;
}

static void read_outcome(struct client *client, const struct bulk_spec *spec,
                         const struct call *call, const struct node *result,
                         struct api_outcome *outcome)
{
    const struct provider *provider = client_account(client)->provider;
    const struct node *ok = node_member(result, spec->ok);
    enum meaning means;

    outcome->id = provider_text(spec->id, result);
    outcome->message = client_redact(
        client, provider_text(spec->message, result), call->arena);
    if (ok == NULL || (ok->kind != NODE_TRUE && ok->kind != NODE_FALSE))
        return;
    if (ok->kind == NODE_TRUE) {
        outcome->row = ROW_OK;
        return;
    }
    means = provider_meaning(provider, "bulk_row", 0, result, outcome->message);
    if (means == MEANS_DUPLICATE)
        outcome->row = ROW_DUPLICATE;
    else
        outcome->row = means == MEANS_INVALID ? ROW_INVALID : ROW_UNKNOWN;
}

bool api_bulk_outcomes(struct client *client, const struct bulk_spec *spec,
                       const struct call *call, size_t rows,
                       struct api_outcome *outcomes)
{
    const struct node *results;
    uint64_t position = 0;
    bool *told = arena_take(call->arena, rows + 1);

    for (size_t i = 0; i < rows; i++)
        outcomes[i] = (struct api_outcome){ROW_UNKNOWN, TEXT(""), TEXT("")};
    for (const int *status = spec->missing; status != NULL && *status != 0;
         status++)
        if (call->status == *status)
            return false;
    if (call->means != MEANS_OK)
        return true;
    results = provider_items(spec->results, call->reply);
    for (const struct node *n = results != NULL ? results->first : NULL;
         n != NULL; n = n->next, position++) {
        uint64_t index = position;

        /* A stated place that cannot be read says nothing about any row. */
        if (spec->index != NULL && node_member(n, spec->index) != NULL &&
            !text_to_u64(node_member_text(n, spec->index), &index))
            continue;
        if (index >= rows || told[index])
            continue;
        told[index] = true;
        read_outcome(client, spec, call, n, &outcomes[index]);
    }
    return true;
}
