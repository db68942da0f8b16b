/*
 * faults_change.c - others who work at the provider while a client reads: as if
 * by hand on its own pages, so nothing of it counts as the client's.
 */
#include "faults.h"
#include "util.h"

#include <stdlib.h>

/* Whose words it has is told by the names that a provider knows. */
static json_t *somebody(int64_t seq)
{
    char *last = print("No%lld", (long long)seq);
    char *name = print("Came No%lld", (long long)seq);
    char *email = print("came-%lld@example.com", (long long)seq);
    json_t *record = json_pack("{s:s s:s s:s s:s s:s}", "first_name", "Came",
                               "last_name", last, "customer", name, "email",
                               email, "primaryEmail", email);

    free(last);
    free(name);
    free(email);
    return record;
}

void change_records(struct call *call, int64_t come, int64_t go)
{
    struct store *store = call->box->store;
    struct rows oldest;

    if (call->tenant < 0)
        return;
    store_begin(store);
    oldest = store_after(store, call->tenant, 0, go, 0, INT64_MAX);
    for (size_t i = 0; i < oldest.count; i++)
        drop_row(call->box, &oldest.item[i]);
    rows_clear(&oldest);
    while (come-- > 0) {
        struct row row = {.tenant = call->tenant,
                          .updated_ms = call->request->now_ms};
        json_t *record = somebody(store_next(store, call->tenant));

        call->provider->merge(call->box, &row, record);
        keep_row(call->box, &row);
        row_clear(&row);
        json_decref(record);
    }
    store_commit(store);
}
