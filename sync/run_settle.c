/*
 * run_settle.c - what earlier runs left in doubt at an account, before anything
 * is concluded from what it shows.
 */
#include "sync/run_own.h"

static enum status doubtful(struct store *store, store_id account,
                            bool *doubtful, struct err *err)
{
    uint64_t counts[CHANGE_PARKED + 1];
    enum status status = store_changes_count(store, account, 0, 0, counts, err);

    *doubtful =
        status == OK && counts[CHANGE_SENDING] + counts[CHANGE_UNKNOWN] > 0;
    return status;
}

enum status run_settle_leftovers(struct run *run, struct err *err)
{
    struct pushing pushing = run_pushing(run);
    bool any;
    enum status status = doubtful(run->store, run->to_id, &any, err);

    pushing.rejects = NULL;
    pushing.source = NULL;
    if (status == OK && any)
        status = store_verify(run->store, err);
    return status == OK ? push_leftovers(&pushing, err) : status;
}

/*
 * Where nothing is written to any more nobody else would settle it, and what is
 * in doubt is neither an edit nor none, night after night. Who writes there now
 * settles its own.
 */
enum status run_settle_from(struct run *run, struct err *err)
{
    struct run there = *run;
    bool any;
    enum status status;

    if (run->from_client == NULL)
        return OK;
    status = doubtful(run->store, run->from_id, &any, err);
    if (status != OK || !any)
        return status;
    there.to_account = run->from_account;
    there.to_client = run->from_client;
    there.to_id = run->from_id;
    there.from_account = NULL;
    there.from_client = NULL;
    there.settled = NULL; /* counted by the run that meets their rows */
    status = run_lock(run->store, run->from_account, run->from_id, 0, err);
    if (status != OK)
        return err->exit == EXIT_TRYLATER && !store_halted() ? OK : status;
    status = run_settle_leftovers(&there, err);
    run_unlock(run->store, run->from_id);
    return status;
}
