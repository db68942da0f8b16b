/*
 * run_named.c - the run whose number somebody gave.
 */
#include "sync/run_own.h"

#include <inttypes.h>

enum status run_named(struct store *store, store_id id, struct arena *arena,
                      struct store_run *found, struct err *err)
{
    enum status status = store_run(store, id, arena, found, err);

    if (status != OK || found->id != 0)
        return status;
    (void)fail(err, STOP, EXIT_DATA, "unknown_run", "there is no run %" PRId64,
               id);
    err_hint(err, "'custsync runs' lists them");
    return STOP;
}
