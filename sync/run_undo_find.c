/*
 * run_undo_find.c - the run that is to be undone, and the accounts it wrote to.
 */
#include "sync/undo_own.h"

#include <inttypes.h>

#include "state/history.h"

/* Whether the run may have worked on the account: its TO, if that is one. */
static bool may_hold(const struct undo *undo, const struct account *account)
{
    struct text to = undo->old.to;

    if (to.size < 2 || to.at[to.size - 1] != ':')
        return true;
    to.size--;
    return text_is(to, account->name);
}

/* Half a run cannot be undone. One that was killed holds no lock any more, and
 * is as ended as any. */
static enum status check_ended(const struct undo *undo, struct err *err)
{
    const struct config *config = undo->request->config;
    struct store *store = undo->run->store;

    for (size_t i = 0; i < config->accounts_count; i++) {
        const struct account *account = &config->accounts[i];
        store_id id;
        enum status status =
            store_account_labelled(store, text_of(account->name), &id, err);

        if (status != OK)
            return status;
        if (id == 0 || !may_hold(undo, account) || !run_is_locked(store, id))
            continue;
        fail(err, STOP, EXIT_TRYLATER, "locked",
             "run %" PRId64 " has not ended, and a run is at work on %s",
             undo->old.id, account->name);
        err_hint(err, "undo it when it has ended; 'custsync runs' tells");
        return STOP;
    }
    return OK;
}

enum status undo_find(struct undo *undo, struct err *err)
{
    const struct undo_request *request = undo->request;
    struct store *store = undo->run->store;
    enum status status =
        run_named(store, request->run, undo->arena, &undo->old, err);

    if (status != OK)
        return status;
    if (undo->old.finished_ms == 0) {
        status = check_ended(undo, err);
        if (status != OK)
            return status;
    }
    status = store_run_accounts(store, undo->old.id, undo->wrote, ACCOUNTS_MAX,
                                &undo->wrote_count, err);
    /* What is left of it may be the half of it. */
    if (status == OK &&
        undo->old.started_ms <
            run_now(undo->run) - HISTORY_DAYS * INT64_C(86400000)) {
        fail(err, STOP, EXIT_DATA, "unknown_run",
             "what run %" PRId64 " wrote is not known any more", undo->old.id);
        err_hint(err, "that is kept for %d days", (int)HISTORY_DAYS);
        return STOP;
    }
    return status;
}

static const struct account *account_of(const struct undo *undo,
                                        const struct account_about *about)
{
    const struct config *config = undo->request->config;

    for (size_t i = 0; i < config->accounts_count; i++) {
        const struct account *account = &config->accounts[i];

        if (text_is(about->provider, account->provider->name) &&
            text_is(about->base_url, account->base_url) &&
            text_is(about->tenant, account->tenant))
            return account;
    }
    return NULL;
}

enum status undo_check_accounts(const struct undo *undo, struct err *err)
{
    for (size_t i = 0; i < undo->wrote_count; i++) {
        struct account_about about;
        enum status status = store_account_about(
            undo->run->store, undo->wrote[i], undo->arena, &about, err);

        if (status != OK)
            return status;
        if (account_of(undo, &about) != NULL)
            continue;
        fail(err, STOP, EXIT_CONFIG, "unknown_account",
             "run %" PRId64 " wrote to %.*s, tenant %.*s at %.*s, for which "
             "the configuration has no account",
             undo->old.id, TEXT_ARGS(about.provider), TEXT_ARGS(about.tenant),
             TEXT_ARGS(about.base_url));
        err_hint(err, "name its configuration with --config");
        return STOP;
    }
    return OK;
}
