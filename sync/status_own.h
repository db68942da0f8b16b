/*
 * status_own.h - between command_status.c and status_troubles.c.
 */
#ifndef SYNC_STATUS_OWN_H
#define SYNC_STATUS_OWN_H

#include "state/store_change.h"
#include "sync/command.h"

/* What status and runs work with. */
struct telling {
    struct store *store;
    struct arena *arena;
    bool json;
    struct buffer out;
    struct node *tree; /* when json */
};

/* How a state is called: "pending", "rejected", "conflict" ... */
const char *status_word(enum change_state state);
/* What did not get there and what may be done about it, of one account. */
enum status status_troubles(struct telling *telling, store_id account,
                            struct node *entry, struct err *err);

#endif
