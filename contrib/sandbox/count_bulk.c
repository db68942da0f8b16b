/*
 * count_bulk.c - COUNT's bulk writes: an envelope of up to 100 rows, each of
 * which stands or falls alone. The answer is 201 even when all have failed.
 */
#include "count.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 100 };

/* NULL and `view`, or the row's error. */
static char *bulk_row(struct call *call, json_t *fields, bool is_update,
                      json_t **view)
{
    struct row row = {.tenant = call->tenant};
    struct count_write result = {0};
    const char *id = member(fields, "uuid");
    json_t *first;
    char *message = NULL;

    if (!json_is_object(fields))
        return copy("The row must be an object");
    if (is_update && (id == NULL || !is_uuid(id, true)))
        return copy("uuid must be a UUID v4");
    if (is_update && !store_get(call->box->store, call->tenant, id, &row))
        return copy("Customer not found");
    if (!is_update) {
        row.id = uuid_make();
        row.visible_ms =
            call->request->now_ms + call->box->switches[SW_COUNT_VISIBLE_AFTER];
    }
    if (count_apply(call->box, &row, fields, &result)) {
        save_row(call, &row);
        *view = count_view(call->box, &row);
    } else if (result.is_clash) {
        message = copy("Email already exists");
    } else {
        first = json_array_get(result.errors, 0);
        message =
            print("%s %s", member(first, "field"), member(first, "message"));
    }
    json_decref(result.errors);
    json_decref(result.warnings);
    row_clear(&row);
    return message;
}

static void bulk_rows(struct call *call, json_t *rows, bool is_update)
{
    json_t *results = json_array();
    json_t *fields;
    size_t i, good = 0;

    json_array_foreach(rows, i, fields)
    {
        json_t *view = NULL;
        char *message = bulk_row(call, fields, is_update, &view);
        json_t *outcome = json_pack("{s:I s:b}", "index", (json_int_t)i,
                                    "success", message == NULL);

        if (message == NULL) {
            json_object_set_new(outcome, "customer", view);
            good++;
        } else {
            json_object_set_new(outcome, "error", json_string(message));
        }
        free(message);
        json_array_append_new(results, outcome);
    }
    reply_json(call->reply, 201,
               json_pack("{s:I s:I s:o}", "successCount", (json_int_t)good,
                         "errorCount",
                         (json_int_t)(json_array_size(rows) - good), "results",
                         results));
}

void count_bulk(struct call *call, bool is_update)
{
    json_t *body = request_json(call->request);
    json_t *rows = json_object_get(body, "customers");

    if (!request_has_type(call->request, "application/json"))
        call->provider->error(call, 400,
                              "Content-Type must be application/json");
    else if (!json_is_array(rows) || json_array_size(rows) == 0)
        call->provider->error(call, 400,
                              "customers must be an array of 1 to 100 rows");
    else if (json_array_size(rows) > ROWS_MAX)
        call->provider->error(call, 400, "Bulk requests are capped at 100");
    else
        bulk_rows(call, rows, is_update);
    json_decref(body);
}
