/* absence.c - see absence.h. */
#include "sync/absence.h"

#include "sync/api.h"
#include "sync/diff.h"

bool absence_held(const struct provider *provider, enum key key)
{
    for (const enum field *at = key_fields(key); *at != FIELD_NONE; at++) {
        const struct slot *slot = mapping_slot(provider->mapping, *at);

        /* Where there is one number only, a landline stands in it too. */
        if (slot == NULL && *at == FIELD_PHONE)
            slot = mapping_slot(provider->mapping, FIELD_MOBILE);
        if (slot == NULL || !slot->readable)
            return false;
    }
    return true;
}

static bool in(const enum field *fields, size_t count, enum field field)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i] == field)
            return true;
    }
    return false;
}

bool absence_listed(const struct provider *provider, enum key key)
{
    const struct list_spec *list = &provider->list;

    if (list->request.method == NULL)
        return false;
    for (const enum field *at = key_fields(key); *at != FIELD_NONE; at++) {
        if (!in(list->carries, list->carries_count, *at))
            return false;
    }
    return true;
}

bool absence_guarded(const struct provider *provider, enum key key)
{
    const enum field *fields = key_fields(key);

    return fields[1] == FIELD_NONE &&
           in(provider->unique, provider->unique_count, fields[0]);
}

bool absence_required(const struct provider *provider, enum key key)
{
    const struct slot *slot =
        mapping_slot(provider->mapping, key_fields(key)[0]);

    return slot != NULL && slot->required;
}

static bool is_given(const struct store_key *keys, size_t count, int key,
                     struct text value)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].kind == key && text_equal(keys[i].value, value))
            return true;
    return false;
}

/* A value that is in its normal form needs no cleaning to be known again. */
size_t absence_still_held(const struct provider *provider,
                          const struct customer *held, struct store_key *keys,
                          size_t count, struct arena *arena)
{
    size_t given = count;

    for (int key = 0; key < KEY_COUNT; key++) {
        struct text value = {0};

        if (key == KEY_REFERENCE_ID ||
            !absence_guarded(provider, (enum key)key) ||
            is_given(keys, given, key,
                     customer_text(held, key_fields((enum key)key)[0])))
            continue;
        value = customer_key(held, (enum key)key, arena);
        if (value.size > 0 && !is_given(keys, given, key, value))
            keys[count++] = (struct store_key){.kind = key, .value = value};
    }
    return count;
}

bool absence_spares(const struct provider *provider,
                    const struct customer *customer, enum field field,
                    bool for_create, struct arena *arena)
{
    struct customer *without =
        diff_overlay(customer_new(arena), customer, arena);
    const struct problem *problem;

    without->values[field].presence = VALUE_ABSENT;
    problem = mapping_project(provider->mapping, without, for_create, arena)
                  ->problems;
    while (problem != NULL && !problem->fatal)
        problem = problem->next;
    return problem == NULL;
}

const char *absence_name(enum absence absence)
{
    static const char *const names[] = {"none", "list", "lookup", "create"};

    return names[absence];
}

/* Each duplicate met costs a look-up and an update instead of its place in a
 * batch; one customer in ten being there already is the guess. */
static uint64_t create_cost(const struct plan_totals *totals)
{
    return (totals->creates + 4) / 5;
}

bool absence_only_listed(const struct provider *provider,
                         const struct plan_totals *totals)
{
    bool asked = false;

    for (int key = 0; key < KEY_COUNT; key++)
        asked = asked || api_find_for(provider, (enum key)key) != NULL;
    return provider->list.request.method != NULL &&
           (totals->unasked > 0 || !asked);
}

enum absence absence_choose(const struct provider *provider,
                            const struct plan_totals *totals, bool known,
                            uint64_t records, uint64_t *requests)
{
    const struct list_spec *list = &provider->list;
    enum absence best = ABSENCE_LOOKUP;
    uint64_t cost = totals->lookups;

    *requests = 0;
    if (totals->creates == 0)
        return ABSENCE_NONE;
    if (totals->blind == totals->creates && create_cost(totals) < cost) {
        best = ABSENCE_CREATE;
        cost = create_cost(totals);
    }
    if (list->request.method != NULL) {
        uint64_t pages = list->size > 0 && known ? records / list->size + 1 : 1;

        pages += totals->uncovered;
        if (pages <= cost || cost == 0 ||
            (best == ABSENCE_LOOKUP && absence_only_listed(provider, totals))) {
            best = ABSENCE_LIST;
            cost = pages;
        }
    }
    *requests = cost;
    return best;
}

static uint64_t batches(const struct bulk_spec *bulk, uint64_t rows, bool *used)
{
    if (bulk->request.method == NULL || bulk->max < 2 || rows < 2)
        return rows;
    *used = true;
    return (rows + bulk->max - 1) / bulk->max;
}

uint64_t absence_writes(const struct provider *provider,
                        const struct plan_totals *totals, bool *bulk)
{
    *bulk = false;
    return batches(&provider->bulk_create, totals->creates, bulk) +
           batches(&provider->bulk_update, totals->updates, bulk) +
           totals->deactivations;
}

uint64_t absence_time_ms(const struct rate_spec *rate, uint64_t requests)
{
    if (rate->limit == 0)
        return 0;
    /* The first window's worth goes at once, each further one a window later.
     */
    return requests == 0 ? 0 : (requests - 1) / rate->limit * rate->window_ms;
}
