/* store_past.c - see past.h. */
#include "state/past.h"

#include "state/inside.h"

static struct query asked(struct store *store, enum statement statement,
                          const struct past_of *of, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);

    query_text(&query, text_of(of->command));
    query_text(&query, text_of(of->job));
    query_text(&query, text_of(of->from));
    query_text(&query, text_of(of->to));
    return query;
}

enum status store_past(struct store *store, const struct past_of *of, int exit,
                       struct arena *arena, struct past *past, struct err *err)
{
    struct query query = asked(store, RUN_DONE_LAST, of, err);
    enum status status;

    *past = (struct past){0};
    if (query_row(&query))
        past->done_ms = row_int(&query, 0);
    status = query_close(&query);
    if (status != OK)
        return status;
    query = asked(store, RUN_ENDS_LAST, of, err);
    if (query_row(&query)) {
        past->from = row_text(&query, 0, arena);
        past->to = row_text(&query, 1, arena);
    }
    status = query_close(&query);
    if (status != OK)
        return status;
    query = asked(store, RUN_IN_A_ROW, of, err);
    query_int(&query, exit);
    if (query_row(&query))
        past->in_a_row = (uint64_t)row_int(&query, 0);
    return query_close(&query);
}
