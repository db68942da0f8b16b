/* batch.c - see batch.h. */
#include "sync/batch.h"

#include "sync/print.h"

void batch_open(struct batch *batch)
{
    *batch = (struct batch){
        .arena = arena_open(),
        .errand = {.work = phones_work_out, .self = &batch->phones},
    };
}

void batch_close(struct batch *batch)
{
    phones_free(&batch->phones);
    arena_close(batch->arena);
}

void batch_read(struct batch *batch, struct source *source,
                const uint64_t *seeds)
{
    arena_reset(batch->arena);
    phones_clear(&batch->phones);
    batch->count = 0;
    batch->read = OK;
    while (batch->count < BATCH_ROWS &&
           arena_used(batch->arena) < BATCH_BYTES) {
        struct source_row row;

        batch->read = source_next(source, &row, &batch->err);
        if (batch->read == OK || batch->read == REJECT)
            row.raw = arena_text(batch->arena, row.raw);
        if (batch->read == REJECT)
            batch->bad = row;
        if (batch->read != OK)
            return;
        batch->prints[batch->count] = print_of(seeds[row.file], row.raw);
        batch->rows[batch->count++] = row;
    }
}

/* One that cannot be taken apart is told so when its turn comes. */
static void foresee(struct batch *batch, size_t i, struct source *source,
                    struct arena *work)
{
    struct node *object;
    struct err ignored;

    if (source_fields(source, batch->rows[i].file, batch->rows[i].raw,
                      batch->arena, &object, &ignored) != OK)
        return;
    batch->fields[i] = object;
    source_foresee(source, object, work, &batch->phones);
    arena_reset(work);
}

void batch_foresee(struct batch *batch, struct source *source,
                   struct arena *work)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->fields[i] = NULL;
        batch->asked[i] = batch->phones.count;
        if (batch->verdicts[i] == ROW_READ)
            foresee(batch, i, source, work);
    }
    batch->asked[batch->count] = batch->phones.count;
}

enum status batch_customer(const struct batch *batch, size_t i,
                           struct source *source, struct arena *arena,
                           struct customer **customer, struct err *err)
{
    const struct source_row *row = &batch->rows[i];

    if (batch->fields[i] == NULL)
        return source_customer(source, row->file, row->raw, arena, customer,
                               err);
    phones_remember(&batch->phones, batch->asked[i], batch->asked[i + 1]);
    return source_read(source, row->file, batch->fields[i], arena, customer,
                       err);
}
