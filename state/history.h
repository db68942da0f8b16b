/*
 * history.h - the lives of customers: what happened to each, run by run.
 *
 * Events are written in the transaction of what they tell about, never in one
 * of their own. A row that is unchanged writes none. Bodies are JSON that only
 * sync/ understands; they hold people's data, which goes nowhere but to whoever
 * asks for that customer. store.h's rules hold here too.
 */
#ifndef STATE_HISTORY_H
#define STATE_HISTORY_H

#include "state/store_change.h"

enum {
    /* The one place that says how long lives and reports are kept. Of a run
     * that is older its line in `runs` stays, and nothing can be undone. */
    HISTORY_DAYS = 90,
    /* Removed at the end of one run: a first night of a million is taken off
     * over some nights, so that no run's end takes long. */
    PRUNED_AT_ONCE = 20000,
};

/* Facts whose names begin so, and go on in hex, hold the number of a run, and
 * go when its life does. */
#define FACT_OF_RUN "plan:"

enum event_kind {
    EVENT_ROW,   /* a row was judged, and no change came of it */
    EVENT_SEEN,  /* a read showed what somebody edited at the target, or that
                    the record is gone, or back */
    EVENT_HAND,  /* linked or unlinked by a person */
    EVENT_TRIED, /* a change was worked on; nothing was written, or was said no
                  */
    EVENT_CREATED, /* from here on: written and acknowledged */
    EVENT_UPDATED,
    EVENT_DEACTIVATED,
};

struct event {
    store_id id;
    store_id run; /* 0: none (by hand) */
    store_id customer, account;
    store_id source; /* whose row it was about; 0: none */
    enum event_kind kind;
    int64_t at_ms;
    struct text body;
};

enum status store_event_add(struct store *store, const struct event *event,
                            struct err *err);
/* The same, unless the last one of that customer, account, source and kind says
 * the very same: what stays as it is every night is told once. */
enum status store_event_news(struct store *store, const struct event *event,
                             struct err *err);
/* Did we write the customer at the account after since_ms, or may we have? */
enum status store_written_since(struct store *store, store_id account,
                                store_id customer, int64_t since_ms,
                                bool *written, struct err *err);
/* What we wrote there of the customer after since_ms, acknowledged: the newest
 * first, at most max. */
enum status store_writes_since(struct store *store, store_id account,
                               store_id customer, int64_t since_ms,
                               struct arena *arena, struct event *events,
                               size_t max, size_t *count, struct err *err);
/* How many customers we wrote there since then. */
enum status store_written_count(struct store *store, store_id account,
                                int64_t since_ms, uint64_t *count,
                                struct err *err);
/* Of one customer, the newest first, those before the id `before` (0: all). */
enum status store_events(struct store *store, store_id customer,
                         store_id before, struct arena *arena,
                         struct event *events, size_t max, size_t *count,
                         struct err *err);
/* Accounts at which the run wrote something; at most max. */
enum status store_run_accounts(struct store *store, store_id run,
                               store_id *accounts, size_t max, size_t *count,
                               struct err *err);
/*
 * What the run wrote at the account for the next customer after `after`, in the
 * order in which it was written; *count 0: there is none. At most max, the
 * first and the latest of them.
 */
enum status store_run_wrote(struct store *store, store_id run, store_id account,
                            store_id after, struct arena *arena,
                            struct event *events, size_t max, size_t *count,
                            struct err *err);
/*
 * Lives (what was done by hand too), reports and facts of runs older than
 * HISTORY_DAYS go.
 */
enum status store_history_prune(struct store *store, int64_t now_ms,
                                struct err *err);

/* --- who and what the ids are ---------------------------------------------*/

struct account_about {
    struct text provider, base_url, tenant;
    struct text label; /* one that means it now; empty: none */
};

/* Empty texts when there is none of that id. */
enum status store_account_about(struct store *store, store_id account,
                                struct arena *arena,
                                struct account_about *about, struct err *err);
enum status store_source_about(struct store *store, store_id source,
                               struct arena *arena, struct text *kind,
                               struct text *name, struct err *err);
/* id 0 comes back when there is none. */
enum status store_run(struct store *store, store_id id, struct arena *arena,
                      struct store_run *run, struct err *err);
/* The job of a run, empty when it had none, and its FROM as it was written;
 * both empty when it is not known any more. */
enum status store_run_job(struct store *store, store_id run,
                          struct arena *arena, struct text *job,
                          struct text *from, struct err *err);
/* A customer's links, and its changes that are not done; at most max. */
enum status store_customer_links(struct store *store, store_id customer,
                                 struct arena *arena, struct link *links,
                                 size_t max, size_t *count, struct err *err);
enum status store_customer_changes(struct store *store, store_id customer,
                                   struct arena *arena, struct change *changes,
                                   size_t max, size_t *count, struct err *err);

struct said {
    store_id source;
    struct text values;
};

/* What every source said of a link; at most max. */
enum status store_link_said(struct store *store, store_id link,
                            struct arena *arena, struct said *said, size_t max,
                            size_t *count, struct err *err);

#endif
