/*
 * source_decide.c - time formats that only the whole column decides.
 *
 * Runs when the first row is really taken apart: on a night where nothing
 * changed no row is, and the files are read once.
 */
#include "sync/source_own.h"

#include "mappings/decision.h"
#include "sync/run.h"

#include <string.h>

static void see_records(struct source *source, struct reader *reader)
{
    struct arena *arena = arena_open();
    struct record record;
    struct node *object;
    struct err ignored;
    enum status status;

    /* Who reads the source ends it when a signal came: what is decided by then
     * is of no use to anybody. */
    while (run_interrupted == 0 &&
           ((status = reader_next(reader, &record, &ignored)) == OK ||
            status == REJECT)) {
        if (status == OK &&
            reader_fields(reader, record.raw, arena, &object, &ignored) == OK)
            decision_see(source->decision, object);
        arena_reset(arena);
    }
    arena_close(arena);
}

/* The reader of the first pass stands somewhere in the file: another one. */
static void see_file(struct source *source, size_t index)
{
    struct endpoint from = source->from[index];
    struct source_file file = {0};
    struct err ignored;

    if (strcmp(from.path, "-") == 0)
        from.path = "/proc/self/fd/0";
    if (source_open_file(source, &file, &from, source->policy, source->mapping,
                         &ignored) == OK)
        see_records(source, file.reader);
    reader_close(file.reader);
    input_close(file.input);
}

void source_decide(struct source *source)
{
    if (source->decided)
        return;
    source->decided = true;
    if (source->from == NULL)
        return;
    source->decision = decision_open(source->mapping, source->arena);
    for (size_t i = 0;
         i < source->count && source->decision != NULL && run_interrupted == 0;
         i++)
        see_file(source, i);
    source->cleaning.decision = source->decision;
}
