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

    outcome->id = api_id_shown(client, call, provider_text(spec->id, result));
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

/* A key that both the record shown and the row sent have, and not the same. */
static bool other_customer(struct client *client, const struct call *call,
                           const struct node *shown, const struct node *sent)
{
    const struct provider *provider = client_account(client)->provider;
    struct customer *there, *ours;
    struct err ignored;

    if (shown == NULL || sent == NULL ||
        api_customer(client, shown, false, call->arena, &there, &ignored) !=
            OK ||
        api_customer(client, sent, false, call->arena, &ours, &ignored) != OK)
        return false;
    for (size_t i = 0; i < provider->unique_count; i++) {
        enum field field = provider->unique[i];

        if (customer_has(there, field) && customer_has(ours, field) &&
            !value_same(field, customer_text(there, field),
                        customer_text(ours, field), call->arena))
            return true;
    }
    return false;
}

/* Whether an outcome can be that of the row sent: nothing in it is somebody
 * else's. */
static bool fits(struct client *client, const struct bulk_spec *spec,
                 const struct call *call, const struct node *result,
                 const struct node *sent)
{
    struct text id =
        spec->row_id != NULL ? node_member_text(sent, spec->row_id) : TEXT("");

    if (id.size > 0 && provider_text(spec->id, result).size > 0 &&
        !provider_shows(spec->id, result, id))
        return false;
    return !other_customer(client, call, provider_record(spec->items, result),
                           sent);
}

/*
 * The result that belongs to each row, NULL for none told. False when that
 * cannot be said: then nothing is known of any row. Without an index only the
 * order tells, and only of a list that has all of them.
 */
static bool attribute(const struct bulk_spec *spec, const struct node *results,
                      size_t rows, const struct node **of_row)
{
    size_t count = node_count(results), indexed = 0, position = 0;

    for (const struct node *n = results->first; n != NULL; n = n->next)
        indexed += spec->index != NULL && node_member(n, spec->index) != NULL;
    if (indexed == 0 && count != rows)
        return false;
    for (const struct node *n = results->first; n != NULL; n = n->next) {
        uint64_t index = position++;

        if (indexed > 0 &&
            !text_to_u64(node_member_text(n, spec->index), &index))
            return false;
        if (index >= rows || of_row[index] != NULL)
            return false;
        of_row[index] = n;
    }
    return true;
}

static void read_outcomes(struct client *client, const struct bulk_spec *spec,
                          const struct call *call, const struct node *results,
                          size_t rows, struct api_outcome *outcomes)
{
    const struct node **of_row =
        arena_take(call->arena, (rows + 1) * sizeof(*of_row));
    const struct node *sent = node_member(call->sent, spec->rows)->first;

    if (!attribute(spec, results, rows, of_row))
        return;
    /* One that is wrong shows that the places are: then all may be. */
    for (size_t i = 0; i < rows; i++, sent = sent->next)
        if (of_row[i] != NULL && !fits(client, spec, call, of_row[i], sent))
            return;
    for (size_t i = 0; i < rows; i++)
        if (of_row[i] != NULL)
            read_outcome(client, spec, call, of_row[i], &outcomes[i]);
}

bool api_bulk_outcomes(struct client *client, const struct bulk_spec *spec,
                       const struct call *call, size_t rows,
                       struct api_outcome *outcomes)
{
    const struct node *results;

    for (size_t i = 0; i < rows; i++)
        outcomes[i] = (struct api_outcome){ROW_UNKNOWN, TEXT(""), TEXT("")};
    for (const int *status = spec->missing; status != NULL && *status != 0;
         status++)
        if (call->status == *status)
            return false;
    /* Rows are believed, whatever the status says of the whole. */
    results =
        call->reply != NULL ? provider_items(spec->results, call->reply) : NULL;
    if (results != NULL)
        read_outcomes(client, spec, call, results, rows, outcomes);
    return true;
}
