/*
 * explain.h - one customer, as the state file knows it: for whoever asks.
 *
 * Reads the store only. Each part goes into the text, or into the tree when
 * JSON is wanted. What is shown on a terminal has no control characters in it,
 * and long values are cut there; the tree has them whole.
 */
#ifndef SYNC_EXPLAIN_H
#define SYNC_EXPLAIN_H

#include "state/history.h"
#include "sync/config.h"

enum {
    EXPLAIN_MAX = 20,      /* customers with one key that are shown */
    EXPLAIN_EVENTS = 1000, /* of one life, the newest */
    EXPLAIN_ACCOUNTS = 64, /* links of one customer */
    EXPLAIN_SAID = 64,     /* sources of one link */
    EXPLAIN_LETTERS = 200, /* of a value in the text */
};

struct explaining {
    struct store *store;
    const struct config *config;
    struct arena *arena;
    struct names *names;
    bool json;
    struct text at; /* the account that the text is at */
    struct buffer out;
};

/* explain_now.c: keys, links with both bases, what is not done. */
enum status explain_now(struct explaining *e, store_id customer,
                        struct node *entry, struct err *err);
/* explain_life.c: all that happened, run by run. */
enum status explain_life(struct explaining *e, store_id customer,
                         struct node *entry, struct err *err);

/* As a person knows it: "shop:"; "crm", or "shop:" for an account as source. */
enum status explain_account(struct explaining *e, store_id account,
                            struct text *name, struct err *err);
enum status explain_source(struct explaining *e, store_id source,
                           struct text *name, struct err *err);
/* Onto the terminal: nothing that could move its cursor, nothing endless. */
void explain_show(struct explaining *e, struct text text);
/* A value of a tree, whatever its kind; null is "nothing". */
void explain_value(struct explaining *e, const struct node *value);

#endif
