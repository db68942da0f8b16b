/*
 * echo.h - what we write to an account is no edit of its people.
 *
 * An account that is written to is read as a source, too, by the accounts whose
 * customers it shares. Whatever command it was that wrote, and whatever that
 * command knows of other accounts: what the record says from then on because of
 * us, its account has said as a source already. Within a transaction of the
 * caller; never asks a provider anything.
 */
#ifndef SYNC_ECHO_H
#define SYNC_ECHO_H

#include "state/store.h"
#include "sync/config.h"

struct echo {
    struct store *store;
    const struct config *config;
    const struct account *account; /* that was written to */
    store_id account_id, customer;
    struct text remote_id;
    const struct customer *before; /* what it held; NULL: it was not there */
    const struct customer *after;  /* what it holds by our write */
    store_id source; /* whose word was written, or taken back: when that is an
                        account, it is the one that hears it */
    bool taken_back; /* an undo: then every account hears it that has heard of
                        the customer from this one before. A write is carried
                        on to them; what is put back is nobody's word */
};

enum status echo_put(const struct echo *echo, struct arena *arena,
                     struct err *err);
/* A record read while the account still showed was (what a record holds, in
 * the slots of its mapping) becomes as it will be read once it shows is. */
void echo_over(const struct account *account, const struct customer *was,
               const struct customer *is, struct customer *record,
               struct arena *arena);

#endif
