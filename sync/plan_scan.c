/*
 * plan_scan.c - reads the source to its end: unchanged rows cost a fingerprint,
 * the others become customers, kept in the spool.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/batch.h"
#include "sync/identity.h"
#include "sync/key_set.h"
#include "sync/plan.h"
#include "sync/print.h"
#include "sync/progress.h"
#include "sync/spool.h"

static void take_print(void *self, const struct fingerprint *print,
                       store_id customer, enum role role)
{
    prints_add(self, print, customer, role);
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
static enum status slow_row(struct plan *plan, const struct batch *batch,
                            size_t i, struct err *err)
{
    const struct source_row *from = &batch->rows[i];
    struct row *row;
    const struct problem *fatal;
    struct customer *customer;
    struct text keys[KEY_COUNT];
    bool left_out = false;
    enum status status = batch_customer(batch, i, plan->with->source,
                                        plan->work, &customer, err);

    if (status == REJECT) {
        bool skipped = strcmp(err->code, "skipped") == 0;

        plan->unreadable += !skipped;
        return out_row(plan, from, skipped ? ROWS_SKIPPED : ROWS_INVALID,
                       err->code, err->field, err->message, err);
    }
    if (status == OK)
        status = plan_leave_out(plan, from, customer, &left_out, err);
    if (status != OK || left_out)
        return status;
    warn_of(plan, from, customer);
    for (size_t field = 0; field < FIELD_FIXED; field++)
        plan->held[field] += customer_has(customer, (enum field)field);
    fatal = fatal_of(customer);
    if (fatal != NULL) {
        plan->unreadable++;
        return out_row(plan, from, ROWS_INVALID, fatal->code,
                       fatal->field == FIELD_NONE ? ""
                                                  : field_name(fatal->field),
                       fatal->message, err);
    }
    row = add_row(plan, from, &batch->prints[i], ROW_SLOW);
    plan->slow++;
    see_fields(plan, customer);
    plan_keys(plan->with->policy, customer, plan->work, keys);
    buffer_clear(&plan->packed);
    plan_pack(customer, keys, plan->work, &plan->packed);
    status = keep(plan, from, buffer_view(&plan->packed), &row->offset, err);
    if (status == OK)
        status = identity_add(plan->identity, (uint32_t)(plan->rows_count - 1),
                              customer, keys, plan->work, &row->who, err);
    return status;
}

static enum status scan_row(struct plan *plan, const struct batch *batch,
                            size_t i, struct err *err)
{
    const struct source_row *from = &batch->rows[i];
    struct known_print *known = batch->known[i];
    struct row *more;

    if (batch->verdicts[i] == ROW_READ)
        return slow_row(plan, batch, i, err);
    if (batch->verdicts[i] == ROW_AS_EVER)
        return keep(plan, from, (struct text){0}, &known->offset, err);
    more = add_row(plan, from, &batch->prints[i], ROW_MORE);
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

/* Whoever is read is looked for: six looks, and one lock for all of a batch. No
 * longer than that, for the next rows may have to be waited for. */
static enum status look(struct plan *plan, const struct batch *batch,
                        struct err *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->verdicts[i] == ROW_READ)
            return store_look_begin(plan->with->store, err);
    }
    return OK;
}

static enum status scan_batch(struct plan *plan, const struct batch *batch,
                              struct err *err)
{
    enum status status = look(plan, batch, err);

    for (size_t i = 0; i < batch->count && status == OK; i++) {
        count_row(plan, &batch->rows[i]);
        status = scan_row(plan, batch, i, err);
        arena_reset(plan->work);
        if (status == OK)
            status = plan_interrupted(plan, err);
    }
    store_look_end(plan->with->store);
    if (status == OK && batch->read == REJECT)
        status = bad_row(plan, &batch->bad, &batch->err, err);
    if (status == OK && batch->read == STOP) {
        *err = batch->err;
        status = STOP;
    }
    store_look_end(plan->with->store);
    return status;
}

/* What is to be done about a row of which that is known. */
static enum verdict judge(struct plan *plan, struct known_print *known)
{
    if (known != NULL && plan_is_edited(plan, known->customer)) {
        known->state = KNOWN_READ;
        return ROW_READ;
    }
    if (known != NULL && known->state == KNOWN_GONE) {
        known->state = KNOWN_MET;
        return ROW_AS_EVER;
    }
    /* One copy more than last night: merged, unless --duplicates asks. */
    return known == NULL || plan->with->policy->duplicates != DUPLICATES_MERGE
               ? ROW_READ
               : ROW_AGAIN;
}

static void read_batch(struct plan *plan, struct batch *batch)
{
    batch_read(batch, plan->with->source, plan->file_seeds);
    prints_soon(&plan->prints, batch->prints, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        batch->known[i] = prints_find(&plan->prints, &batch->prints[i]);
        batch->verdicts[i] = judge(plan, batch->known[i]);
    }
    batch_foresee(batch, plan->with->source, plan->work);
}

static void begin_phones(struct helper *helper, struct batch *batch)
{
    if (batch->phones.count > 0)
        helper_give(helper, &batch->errand);
}

/* Not waiting, but having a hand in it. */
static void finish_phones(struct helper *helper, struct batch *batch)
{
    phones_work_out(&batch->phones);
    helper_take(helper, &batch->errand);
}

static void tell_phase(const struct plan *plan)
{
    const struct source *source = plan->with->source;
    size_t files = source_files(source);
    const char *name = files == 1 ? source_file_name(source, 0) : "the source";

    progress_phase("reading", name, 0, "rows");
}

/* Of two batches one is dealt with while the numbers of the other are read. */
static enum status scan_source(struct plan *plan, struct err *err)
{
    struct helper *helper = helper_open();
    struct batch batches[2], *batch = &batches[0];
    enum status status;
    bool more;

    tell_phase(plan);
    batch_open(&batches[0]);
    batch_open(&batches[1]);
    read_batch(plan, batch);
    begin_phones(helper, batch);
    do {
        struct batch *next = batch == &batches[0] ? &batches[1] : &batches[0];

        more = batch->read == OK || batch->read == REJECT;
        if (more)
            read_batch(plan, next);
        finish_phones(helper, batch);
        if (more)
            begin_phones(helper, next);
        status = scan_batch(plan, batch, err);
        progress_count(plan->read);
        batch = next;
    } while (status == OK && more);
    helper_close(helper);
    batch_close(&batches[0]);
    batch_close(&batches[1]);
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
                             : plan_seeds(plan, err);

    if (status == OK && with->account_id != 0)
        status =
            store_fingerprints(with->store, with->source_id, with->account_id,
                               take_print, &plan->prints, err);
    prints_index(&plan->prints);
    if (status == OK)
        status = plan_find_edited(plan, err);
    if (status == OK)
        status = forgotten_open(&plan->forgotten, with->store, err);
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
