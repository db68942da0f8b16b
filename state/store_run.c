/*
 * store_run.c - accounts, sources, runs; and those that only a dry store knows.
 */
#include "state/inside.h"

enum {
    /*
     * A dry store may have to keep a token under an account that nobody else
     * has met. Its id is drawn from here, away from the ids that the next real
     * run would give out, and small: every fingerprint carries it.
     */
    PENDING_FIRST = 1000,
    PENDING_COUNT = 31000,
};

static store_id pending_draw(struct store *store, enum statement has,
                             struct err *err, enum status *status)
{
    store_id id;
    bool used;

    do {
        struct query query;
        uint32_t random;

        sqlite3_randomness((int)sizeof(random), &random);
        id = PENDING_FIRST + (store_id)(random % PENDING_COUNT);
        query = query_open(&store->main, has, err);
        query_int(&query, id);
        used = query_row(&query);
        *status = query_close(&query);
        for (struct store_pending *at = store->pending; at; at = at->next)
            used = used || at->id == id;
    } while (*status == OK && used);
    return id;
}

static enum status pending_put(struct connection *connection,
                               const struct store_pending *pending,
                               struct err *err)
{
    static const enum statement add[] = {
        [PENDING_ACCOUNT] = ACCOUNT_ADD_AS,
        [PENDING_SOURCE] = SOURCE_ADD_AS,
        [PENDING_RUN] = RUN_ADD_AS,
    };
    struct query query = query_open(connection, add[pending->what], err);

    query_int(&query, pending->id);
    query_text(&query, pending->a);
    query_text(&query, pending->b);
    if (pending->what != PENDING_SOURCE)
        query_text(&query, pending->c);
    if (pending->what == PENDING_RUN) {
        query_text(&query, pending->d);
        query_int(&query, pending->started_ms);
    }
    return query_run(&query);
}

static enum status pending_add(struct store *store,
                               const struct store_pending *model,
                               struct err *err)
{
    struct store_pending *pending = arena_take(store->arena, sizeof(*pending));

    *pending = *model;
    pending->a = arena_text(store->arena, model->a);
    pending->b = arena_text(store->arena, model->b);
    pending->c = arena_text(store->arena, model->c);
    pending->d = arena_text(store->arena, model->d);
    pending->next = store->pending;
    store->pending = pending;
    return store->in_transaction ? pending_put(&store->main, pending, err) : OK;
}

static store_id pending_find(const struct store *store,
                             const struct store_pending *model)
{
    for (struct store_pending *at = store->pending; at; at = at->next)
        if (at->what == model->what && text_equal(at->a, model->a) &&
            text_equal(at->b, model->b) && text_equal(at->c, model->c))
            return at->id;
    return 0;
}

enum status store_pending_begin(struct store *store, struct err *err)
{
    enum status status = OK;

    for (struct store_pending *at = store->pending; at && status == OK;
         at = at->next)
        status = pending_put(&store->main, at, err);
    return status;
}

enum status store_pending_keep(struct store *store,
                               struct connection *connection, struct err *err)
{
    enum status status = OK;

    for (struct store_pending *at = store->pending; at && status == OK;
         at = at->next)
        if (at->what == PENDING_ACCOUNT)
            status = pending_put(connection, at, err);
    return status;
}

/* *id 0 when nobody knows it. model->c is only bound for accounts. */
static enum status known_find(struct store *store, enum statement find,
                              const struct store_pending *model, store_id *id,
                              struct err *err)
{
    struct query query;

    *id = pending_find(store, model);
    if (*id != 0)
        return OK;
    query = query_open(&store->main, find, err);
    query_text(&query, model->a);
    query_text(&query, model->b);
    if (model->what == PENDING_ACCOUNT)
        query_text(&query, model->c);
    if (query_row(&query))
        *id = row_int(&query, 0);
    return query_close(&query);
}

/* Looks again under the write lock: another run may have come first. */
static enum status known_make(struct store *store, enum statement find,
                              enum statement add,
                              const struct store_pending *model, store_id *id,
                              struct err *err)
{
    enum status status = known_find(store, find, model, id, err);
    struct query query;

    if (status != OK || *id != 0)
        return status;
    query = query_open(&store->main, add, err);
    query_text(&query, model->a);
    query_text(&query, model->b);
    if (model->what == PENDING_ACCOUNT)
        query_text(&query, model->c);
    status = query_run(&query);
    *id = sqlite3_last_insert_rowid(store->main.db);
    return status;
}

static enum status known_make_dry(struct store *store, enum statement has,
                                  struct store_pending *model, store_id *id,
                                  struct err *err)
{
    enum status status = OK;

    *id = model->id = pending_draw(store, has, err, &status);
    return status == OK ? pending_add(store, model, err) : status;
}

enum status store_account_labelled(struct store *store, struct text label,
                                   store_id *account, struct err *err)
{
    struct query query = query_open(&store->main, LABEL_FIND, err);

    *account = 0;
    query_text(&query, label);
    if (query_row(&query))
        *account = row_int(&query, 0);
    return query_close(&query);
}

static enum status label_put(struct store *store, struct text label,
                             store_id account, struct err *err)
{
    struct query query = query_open(&store->main, LABEL_PUT, err);

    query_text(&query, label);
    query_int(&query, account);
    return query_run(&query);
}

enum status store_account(struct store *store, const char *provider,
                          const char *base_url, const char *tenant,
                          const char *label, store_id *id, bool *renamed,
                          struct err *err)
{
    struct store_pending model = {.what = PENDING_ACCOUNT,
                                  .a = text_of(provider),
                                  .b = text_of(base_url),
                                  .c = text_of(tenant)};
    store_id labelled = 0;
    enum status status = known_find(store, ACCOUNT_FIND, &model, id, err);
    bool own;

    if (status == OK)
        status = store_account_labelled(store, text_of(label), &labelled, err);
    *renamed = labelled != 0 && labelled != *id;
    if (status != OK || (*id != 0 && labelled == *id) ||
        store->mode == STORE_READ)
        return status;
    if (store->mode == STORE_DRY)
        return *id != 0 ? OK
                        : known_make_dry(store, ACCOUNT_HAS, &model, id, err);

    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    status = known_make(store, ACCOUNT_FIND, ACCOUNT_ADD, &model, id, err);
    if (status == OK)
        status = label_put(store, text_of(label), *id, err);
    return store_own_end(store, own, status, err);
}

enum status store_source(struct store *store, const char *kind,
                         const char *name, store_id *id, struct err *err)
{
    struct store_pending model = {
        .what = PENDING_SOURCE, .a = text_of(kind), .b = text_of(name)};
    enum status status = known_find(store, SOURCE_FIND, &model, id, err);
    bool own;

    if (status != OK || *id != 0 || store->mode == STORE_READ)
        return status;
    if (store->mode == STORE_DRY)
        return known_make_dry(store, SOURCE_HAS, &model, id, err);

    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    status = known_make(store, SOURCE_FIND, SOURCE_ADD, &model, id, err);
    return store_own_end(store, own, status, err);
}

static enum status run_last(struct store *store, store_id *run, struct err *err)
{
    struct query query = query_open(&store->main, RUN_LAST, err);

    if (query_row(&query))
        *run = row_int(&query, 0);
    return query_close(&query);
}

enum status store_run_begin(struct store *store, const char *command,
                            const char *job, const char *from, const char *to,
                            int64_t now_ms, store_id *run, struct err *err)
{
    struct store_pending model = {.what = PENDING_RUN,
                                  .started_ms = now_ms,
                                  .a = text_of(command),
                                  .b = text_of(job),
                                  .c = text_of(from),
                                  .d = text_of(to)};
    enum status status = OK;
    bool own = false;

    *run = 0;
    if (store->mode == STORE_WRITE)
        status = store_own_begin(store, &own, err);
    if (status == OK)
        status = run_last(store, run, err);
    if (status == OK)
        model.id = ++*run;
    if (status == OK && store->mode == STORE_DRY)
        return pending_add(store, &model, err);
    if (store->mode != STORE_WRITE)
        return status;
    if (status == OK)
        status = pending_put(&store->main, &model, err);
    return store_own_end(store, own, status, err);
}

/* In a transaction or, outside, by itself; a dry store has no run to end. */
enum status store_run_end(struct store *store, store_id run, int exit,
                          struct text report, int64_t now_ms, struct err *err)
{
    struct query query;
    enum status status;
    bool own;

    if (store->mode == STORE_DRY)
        return OK;
    status = store_own_begin(store, &own, err);
    if (status != OK)
        return status;
    query = query_open(&store->main, RUN_END, err);
    query_int(&query, run);
    query_int(&query, exit);
    query_text(&query, report);
    query_int(&query, now_ms);
    status = query_run(&query);
    return store_own_end(store, own, status, err);
}

/* Columns as RUN_COLUMNS names them. */
struct store_run store_run_row(const struct query *query, struct arena *arena)
{
    return (struct store_run){
        .id = row_int(query, 0),
        .started_ms = row_int(query, 1),
        .finished_ms = row_int(query, 2),
        .exit = (int)row_int(query, 3),
        .command = row_text(query, 4, arena),
        .job = row_text(query, 5, arena),
        .from = row_text(query, 6, arena),
        .to = row_text(query, 7, arena),
        .report = row_text(query, 8, arena),
    };
}

enum status store_runs(struct store *store, struct arena *arena, size_t max,
                       struct store_run **runs, size_t *count, struct err *err)
{
    return store_runs_of(store, "", arena, max, runs, count, err);
}

enum status store_runs_of(struct store *store, const char *end,
                          struct arena *arena, size_t max,
                          struct store_run **runs, size_t *count,
                          struct err *err)
{
    struct query query = query_open(&store->main, RUNS, err);
    size_t room = max < 16 ? max : 16;

    *count = 0;
    *runs = arena_take(arena, room * sizeof(**runs));
    query_int(&query, max < INT64_MAX ? (int64_t)max : INT64_MAX);
    query_text(&query, text_of(end));
    while (query_row(&query)) {
        if (*count == room) {
            struct store_run *more =
                arena_take(arena, room * 2 * sizeof(*more));

            for (size_t i = 0; i < room; i++)
                more[i] = (*runs)[i];
            *runs = more;
            room *= 2;
        }
        (*runs)[(*count)++] = store_run_row(&query, arena);
    }
    return query_close(&query);
}
