/*
 * plan_scan.c - reads the source to its end: unchanged rows cost a fingerprint,
 * the others become customers, kept in the spool.
 */
#include <stdlib.h>
#include <string.h>

#include "mappings/folders.h"
#include "sync/batch.h"
#include "sync/identity.h"
#include "sync/key_set.h"
#include "sync/plan.h"
#include "sync/print.h"
#include "sync/spool.h"

static void take_print(void *self, const struct fingerprint *print,
                       store_id customer, enum role role)
{
    prints_add(self, print, customer, role);
}

/* Whose word counts; and that a customer is linked to the record it is read
 * from. Empty for what knows neither, so that its rows stay known. */
static struct text seed_of_ends(const struct planning *with,
                                struct arena *arena)
{
    const struct policy *policy = with->policy;
    struct buffer out = {0};
    struct text seed;

    if (with->mirror != NULL)
        buffer_string(&out, "\x1elinked");
    for (size_t i = 0; i < policy->owners_count; i++)
        buffer_print(&out, "\x1e%s=%d", field_name(policy->owners[i].field),
                     (int)policy->owners[i].owner);
    seed = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return seed;
}

/* All that decides, beside its bytes, what a row comes to. */
static enum status seed_files(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    const struct policy *policy = with->policy;
    const struct account *account = with->account;
    size_t files = source_files(with->source);
    struct buffer match = {0};
    enum status status = store_seed(with->store, plan->seed, err);

    /* The data files decide as well: they are read before it is asked what
     * they hold. */
    if (status == OK)
        status = clean_open(err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < policy->match_count; i++)
        buffer_print(&match, "%s,", key_name(policy->match[i]));
    plan->file_seeds =
        arena_take(plan->arena, (files + 1) * sizeof(plan->file_seeds[0]));
    for (size_t i = 0; i < files; i++) {
        struct text source =
            source_digest(with->source, (uint32_t)i, plan->work);
        struct text target = mapping_digest(with->target);
        struct text provider =
            account != NULL ? account->provider->digest : TEXT("file");
        struct text context = arena_print(
            plan->work, "%s\x1e%llx\x1e%.*s\x1e%.*s\x1e%.*s\x1e%.*s%d%d%d%.*s",
            CLEAN_VERSION, (unsigned long long)data_digest(), TEXT_ARGS(source),
            TEXT_ARGS(target), TEXT_ARGS(provider),
            TEXT_ARGS(buffer_view(&match)), (int)policy->duplicates,
            (int)policy->blank_clear, (int)policy->mode,
            TEXT_ARGS(seed_of_ends(with, plan->work)));

        plan->file_seeds[i] = print_seed(plan->seed, context);
        arena_reset(plan->work);
    }
    buffer_free(&match);
    return OK;
}

/* --- one row --------------------------------------------------------------*/

struct row *plan_add_row(struct plan *plan, const struct row *row)
{
    if (plan->rows_count == plan->rows_room) {
        plan->rows_room = plan->rows_room == 0 ? 256 : plan->rows_room * 2;
        plan->rows =
            realloc(plan->rows, plan->rows_room * sizeof(plan->rows[0]));
        if (plan->rows == NULL)
            abort();
    }
    plan->rows[plan->rows_count] = *row;
    return &plan->rows[plan->rows_count++];
}

static struct row *add_row(struct plan *plan, const struct source_row *from,
                           const struct fingerprint *print,
                           enum row_state state)
{
    struct row row = {
        .print = *print,
        .line = (uint32_t)from->line,
        .file = (uint16_t)from->file,
        .next = UINT32_MAX,
        .state = (uint8_t)state,
    };

    return plan_add_row(plan, &row);
}

/* Keeps the row, for when more of it is asked. */
static enum status keep(struct plan *plan, const struct source_row *from,
                        struct text packed, uint64_t *offset, struct err *err)
{
    struct spooled row = {
        .line = (uint32_t)from->line,
        .file = from->file,
        .raw = from->raw,
        .place = from->place,
        .customer = packed,
    };

    plan->valid++;
    return spool_add(plan->spool, &row, offset, err);
}

bool plan_is_news(struct plan *plan, const struct problem *problem)
{
    return !problem->once ||
           key_set_add(plan->once, print_key(plan->seed, problem->field,
                                             text_of(problem->message)));
}

static void warn_of(struct plan *plan, const struct source_row *row,
                    const struct customer *customer)
{
    struct place place =
        source_place(plan->with->source, row->file, row->line,
                     customer_text(customer, FIELD_REFERENCE_ID), plan->work);

    for (const struct problem *problem = customer->problems; problem != NULL;
         problem = problem->next) {
        if (!problem->fatal && !problem->notice && plan_is_news(plan, problem))
            report_problem(plan->with->report, place.file, place.line,
                           "warning", problem->code, field_name(problem->field),
                           "%s", problem->message);
    }
}

static enum status out_row(struct plan *plan, const struct source_row *from,
                           enum column column, const char *code,
                           const char *field, const char *message,
                           struct err *err)
{
    struct place place;

    report_count(plan->with->report, column, 1);
    if (column == ROWS_SKIPPED)
        return OK;
    place = source_place(
        plan->with->source, from->file, from->line,
        source_row_id(plan->with->source, from->file, from->raw, plan->work),
        plan->work);
    report_problem(plan->with->report, place.file, place.line,
                   column_name(column), code, field, "%s", message);
    return rejects_add(plan->with->rejects, from->file, from->line, from->raw,
                       code, message, err);
}

/* A file needs its header before its first customer. */
static void see_fields(struct plan *plan, const struct customer *customer)
{
    size_t had = plan->brought_count;

    if (plan->with->sink.begin == NULL)
        return;
    if (customer->count > had) {
        plan->brought =
            realloc(plan->brought, customer->count * sizeof(plan->brought[0]));
        if (plan->brought == NULL)
            abort();
        memset(plan->brought + had, 0, customer->count - had);
        plan->brought_count = customer->count;
    }
    for (size_t i = 0; i < customer->count; i++) {
        if (customer->values[i].presence == VALUE_SET)
            plan->brought[i] = true;
    }
}

static const struct problem *fatal_of(const struct customer *customer)
{
    const struct problem *problem = customer->problems;

    while (problem != NULL && !problem->fatal)
        problem = problem->next;
    return problem;
}

/* A new or changed row. */
static enum status slow_row(struct plan *plan, const struct source_row *from,
                            const struct fingerprint *print, struct err *err)
{
    struct row *row;
    const struct problem *fatal;
    struct customer *customer;
    struct text keys[KEY_COUNT];
    enum status status = source_customer(plan->with->source, from->file,
                                         from->raw, plan->work, &customer, err);

    if (status == REJECT) {
        bool skipped = strcmp(err->code, "skipped") == 0;

        plan->unreadable += !skipped;
        return out_row(plan, from, skipped ? ROWS_SKIPPED : ROWS_INVALID,
                       err->code, err->field, err->message, err);
    }
    if (status != OK)
        return status;
    warn_of(plan, from, customer);
    for (size_t i = 0; i < FIELD_FIXED; i++)
        plan->held[i] += customer_has(customer, (enum field)i);
    fatal = fatal_of(customer);
    if (fatal != NULL) {
        plan->unreadable++;
        return out_row(plan, from, ROWS_INVALID, fatal->code,
                       fatal->field == FIELD_NONE ? ""
                                                  : field_name(fatal->field),
                       fatal->message, err);
    }
    row = add_row(plan, from, print, ROW_SLOW);
    plan->slow++;
    see_fields(plan, customer);
    plan_keys(plan->with->policy, customer, plan->work, keys);
    buffer_clear(&plan->packed);
    plan_pack(customer, keys, &plan->packed);
    status = keep(plan, from, buffer_view(&plan->packed), &row->offset, err);
    if (status == OK)
        status = identity_add(plan->identity, (uint32_t)(plan->rows_count - 1),
                              customer, keys, plan->work, &row->who, err);
    return status;
}

static enum status scan_row(struct plan *plan, const struct source_row *from,
                            const struct fingerprint *print, struct err *err)
{
    struct known_print *known = prints_find(&plan->prints, print);
    struct row *more;

    if (known != NULL && plan_is_edited(plan, known->customer)) {
        known->state = KNOWN_READ;
        return slow_row(plan, from, print, err);
    }
    if (known != NULL && known->state == KNOWN_GONE) {
        known->state = KNOWN_MET;
        return keep(plan, from, (struct text){0}, &known->offset, err);
    }
    /* One copy more than last night: merged, unless --duplicates asks. */
    if (known == NULL || plan->with->policy->duplicates != DUPLICATES_MERGE)
        return slow_row(plan, from, print, err);
    more = add_row(plan, from, print, ROW_MORE);
    more->who = known->customer;
    return keep(plan, from, (struct text){0}, &more->offset, err);
}

static void count_row(struct plan *plan, const struct source_row *row)
{
    const struct plan_listener *listener = plan->with->listener;

    report_read(plan->with->report, 1);
    plan->read++;
    if (listener != NULL && listener->row != NULL)
        listener->row(listener->self, row);
}

static enum status scan_batch(struct plan *plan, const struct batch *batch,
                              struct err *err)
{
    enum status status = OK;

    prints_soon(&plan->prints, batch->prints, batch->count);
    for (size_t i = 0; i < batch->count && status == OK; i++) {
        count_row(plan, &batch->rows[i]);
        status = scan_row(plan, &batch->rows[i], &batch->prints[i], err);
        arena_reset(plan->work);
        if (status == OK)
            status = plan_interrupted(plan, err);
    }
    return status;
}

/* A row that its reader could not make anything of. */
static enum status bad_row(struct plan *plan, const struct source_row *row,
                           const struct err *why, struct err *err)
{
    enum status status;

    count_row(plan, row);
    plan->unreadable++;
    status = out_row(plan, row, ROWS_INVALID, why->code, why->field,
                     why->message, err);
    arena_reset(plan->work);
    return status;
}

static enum status scan_source(struct plan *plan, struct err *err)
{
    struct source_row bad;
    struct batch batch;
    enum status read = OK, status = OK;
    struct err why;

    batch_open(&batch);
    while (status == OK && read != END && read != STOP) {
        read = batch_read(&batch, plan->with->source, plan->file_seeds, &bad,
                          &why);
        status = scan_batch(plan, &batch, err);
        if (status == OK && read == REJECT)
            status = bad_row(plan, &bad, &why, err);
        if (status == OK && read == STOP) {
            *err = why;
            status = STOP;
        }
    }
    batch_close(&batch);
    return status;
}

/* What a reader wants said once about a whole file. */
static void note_files(struct plan *plan)
{
    struct source *source = plan->with->source;

    for (uint32_t i = 0; i < source_files(source); i++) {
        size_t count;
        const struct note *notes =
            reader_notes(source_reader(source, i), &count);

        for (size_t j = 0; j < count; j++)
            report_problem(plan->with->report, source_file_name(source, i),
                           notes[j].line, "warning", notes[j].code, "", "%s",
                           notes[j].message);
    }
}

enum status plan_scan(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    struct identity_rules rules = {
        .match = with->policy->match,
        .match_count = with->policy->match_count,
        .source = with->source_id,
        .account = with->mirror != NULL ? with->mirror->from_id : 0,
    };
    enum status status = source_files(with->source) > UINT16_MAX
                             ? fail(err, STOP, EXIT_USAGE, "too_many",
                                    "more than %d files in one run", UINT16_MAX)
                             : seed_files(plan, err);

    if (status == OK && with->account_id != 0)
        status =
            store_fingerprints(with->store, with->source_id, with->account_id,
                               take_print, &plan->prints, err);
    prints_index(&plan->prints);
    if (status == OK)
        status = plan_find_edited(plan, err);
    memcpy(rules.seed, plan->seed, sizeof(rules.seed));
    if (status == OK)
        status = identity_open(&plan->identity, with->store, &rules, err);
    if (status == OK)
        status = spool_open(&plan->spool, with->source, err);
    if (status == OK)
        status = scan_source(plan, err);
    note_files(plan);
    for (size_t i = 0; i < plan->prints.count; i++)
        plan->gone += plan->prints.at[i].state == KNOWN_GONE;
    return status;
}
