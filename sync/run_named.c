/*
 * run_named.c - the run whose number somebody gave.
 */
#include "sync/run_own.h"

#include "state/history.h"

#include <inttypes.h>

enum status run_unknown(store_id id, struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, "unknown_run", "there is no run %" PRId64,
               id);
    err_hint(err, "'custsync runs' lists them");
    return STOP;
}

enum status run_named(struct store *store, store_id id, struct arena *arena,
                      struct store_run *found, struct err *err)
{
    enum status status = store_run(store, id, arena, found, err);

    return status == OK && found->id == 0 ? run_unknown(id, err) : status;
}
