/* batch.c - see batch.h. */
#include "sync/batch.h"

#include "sync/print.h"

void batch_open(struct batch *batch)
{
    *batch = (struct batch){.arena = arena_open()};
}

void batch_close(struct batch *batch)
{
    arena_close(batch->arena);
}

enum status batch_read(struct batch *batch, struct source *source,
                       const uint64_t *seeds, struct source_row *bad,
                       struct err *err)
{
    arena_reset(batch->arena);
    batch->count = 0;
    while (batch->count < BATCH_ROWS &&
           arena_used(batch->arena) < BATCH_BYTES) {
        struct source_row *row = &batch->rows[batch->count];
        enum status status = source_next(source, row, err);

        if (status == REJECT)
            *bad = *row;
        if (status != OK)
            return status;
        row->raw = arena_text(batch->arena, row->raw);
        batch->prints[batch->count++] = print_of(seeds[row->file], row->raw);
    }
    return OK;
}
