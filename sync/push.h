/*
 * push.h - the sending half: from changes in the store to the provider.
 *
 * Never reads a source. Every change is on disk as an intent before its first
 * byte leaves and ends as done, rejected, failed or parked; what nobody knows
 * is looked for before it is done again. May stop at any instant.
 */
#ifndef SYNC_PUSH_H
#define SYNC_PUSH_H

#include "sync/absence.h"
#include "sync/api.h"
#include "sync/client.h"
#include "sync/dispute.h"
#include "sync/key_set.h"
#include "sync/rejects.h"
#include "sync/report.h"
#include "sync/settled.h"

/* What a look shows of changes that are to be carried out as they are. */
struct proof {
    uint64_t changed; /* of any kind: cannot be made any more */
    uint64_t unread;  /* what became of their records, nobody can tell now */
};

struct pushing {
    struct store *store;
    struct client *client;
    const struct account *account;
    store_id account_id, source_id, run;
    const struct policy *policy;
    const struct plan_totals *totals;
    struct report *report;   /* counts the rows of changes as they end */
    struct rejects *rejects; /* NULL: an earlier run's changes are settled */
    struct source *source;   /* NULL likewise: names files for rejects */
    const struct clock *clock;
    const volatile int *interrupted;
    bool only_look;          /* plan --look: find out, keep it, send nothing */
    bool read_all;           /* every record that is known is read before */
    bool exactly;            /* only onto records that are as they were when
                                it was planned: else it stops, 65 */
    struct key_set *proven;  /* creates of which a look has just shown that
                                nobody is there: only_look adds them, and
                                without it they are not looked for; or NULL */
    int64_t proven_until_ms; /* they are again, after that */
    struct proof *proof;     /* only_look adds to it; or NULL */
    int64_t deadline_ms;     /* nothing waits beyond that; 0: none */
    struct settled *settled; /* creates that were left in doubt; or NULL */
    const struct config *config; /* the other accounts, which hear of it */
    int64_t listed_ms;           /* since then this run read all of TO: what is
                                    in the store is all there is; 0: it did not */
    const struct dispute_ends *ends; /* of --two-way; or NULL */
    uint64_t *sent;                  /* what was sent is added to it; or NULL */
    const struct key_set *chosen;    /* changes of `retry`, as push_chosen makes
                                        them: they alone are sent, and counted even
                                        while settling; NULL: what is planned */
};

/* What stands for a change in a set of chosen ones. */
struct print_key push_chosen(store_id change);

/*
 * Settles what earlier runs left in doubt on the account, of any source: an
 * update is planned again, a create is looked for. OK when nothing is in doubt
 * any more or what is waits for a person; STOP as client_next.
 */
enum status push_leftovers(const struct pushing *pushing, struct err *err);
/*
 * Sends what this run planned. OK when nothing is left to be sent; STOP 75 at
 * the deadline, 69 or 77 as the client says: the rest stays planned. *ended:
 * rows whose column is decided.
 */
enum status push_changes(const struct pushing *pushing, uint64_t *ended,
                         struct err *err);

/* How many records the account holds, as far as anybody here knows; known
 * false: nobody does. */
enum status push_known_records(struct store *store, store_id account,
                               bool *known, uint64_t *records, struct err *err);

/* --- between the push_*.c files -------------------------------------------*/

enum step {
    STEP_LOOK,  /* look-ups of keys, one after the other */
    STEP_FETCH, /* read the record before adopting or writing */
    STEP_CREATE,
    STEP_UPDATE,
    STEP_REST, /* waits for its time */
    STEP_ENDED,
};

/* Why keys are being looked up. */
enum reason {
    REASON_PROOF,     /* is the customer there already? */
    REASON_DUPLICATE, /* the provider says so */
    REASON_REFUSED,   /* refused for no clear reason: perhaps a duplicate */
    REASON_UNKNOWN,   /* a create was sent and nobody knows */
};

struct candidate {
    struct text id;
    struct customer *record; /* NULL: not read yet */
    bool full;
    bool shown; /* a look-up of just now gave it: it cannot be absent */
    bool read;  /* by itself: of this moment */
};

enum {
    CANDIDATES_MAX = 8, /* that fit; more than one is a matter for people */
    LOOKS_MAX = KEY_COUNT * 2,
    RESTING_MAX = 4000, /* changes in memory that wait for their time */
    LOST_MAX = 6,       /* creates in a row of which none arrived */
};

struct look {
    const struct find_spec *spec;
    enum key key;
};

/* What is noted of it for the customer's life: life.h's words. */
struct life {
    struct node *asked;       /* a list, or NULL */
    size_t asked_count;       /* of requests, told or not */
    struct text matched;      /* by which key a record was adopted */
    struct node *saw, *wrote; /* before and after, or NULL */
    const bool *written;      /* which fields wrote is of, for each that ... */
    size_t fields;            /* ... there was then */
};

struct task {
    struct push *push;
    struct arena *arena;
    struct change change;
    struct customer *now;        /* what the source says, projected */
    struct text keys[KEY_COUNT]; /* normal form; empty: none */
    struct text content;         /* of a customer without any key */
    struct customer *person;     /* name and number as the target shows them */
    struct text stand_in; /* name+phone, where the target can hold none of
                             the keys; empty otherwise */
    struct link link;
    struct link loaded; /* as the decision was taken by it; id 0: there was
                           none, or we put it */
    bool overtaken;     /* it is not so any more: nothing is written */
    uint32_t anew;      /* how often the task began anew because of that */
    struct link gone; /* of --recreate: the link to the record that was deleted,
                         until there is another; id 0: not that */
    struct customer *held, *said, *moved;
    struct text said_before; /* packed, as it was loaded */
    struct customer *seen;   /* what reads of this task found moved; or NULL */
    struct customer *before; /* held, before what we wrote; or NULL */
    bool met;                /* said is not empty */
    enum step step;
    enum reason reason;
    struct look looks[LOOKS_MAX];
    size_t looks_count, look_at;
    struct candidate found[CANDIDATES_MAX];
    size_t found_count;
    struct text
        fetching;   /* id of the candidate being read; empty: our link's */
    bool crowded;   /* more fit than there is room for */
    bool stranger;  /* a record with a key of ours is somebody else's */
    bool vague;     /* others came for a value that identifies nobody: ours may
                       be one that did not come */
    bool reused;    /* one has our reference id, and is another person */
    bool checked;   /* a refusal was looked into already */
    bool fresh;     /* held was read in this task, or in this run's list */
    bool from_list; /* in the list, that is, a while ago */
    bool waited;    /* for a write of ours to be shown; then it is read again */
    bool settled;   /* an update in doubt was read: the bases follow it */
    struct customer *given_up; /* keys left out since a stranger has them */
    bool asked;                /* at least one look-up was sent */
    bool no_bulk;
    bool sent;       /* counts against --limit */
    bool ours_sent;  /* a create of ours may have arrived before this one */
    bool missed;     /* the provider said once that the record is gone */
    bool willing;    /* only_look: it would be sent as things are */
    bool counted;    /* its row has its column */
    bool told;       /* of edits that gave way */
    bool *unsaid;    /* fields in which an adopted create of ours differs */
    uint32_t absent; /* rounds in which an unknown create was not found */
    uint32_t lost;   /* creates that never arrived */
    int64_t wake_ms;
    struct decision *decision;
    struct nationals *nationals; /* for its body; or NULL */
    struct life life;
    store_id speaks;   /* of an undo: whose row made what it undoes */
    struct task *next; /* in a queue */
    struct task *older, **forward; /* alive: who points here */
};

struct queue {
    struct task *first, *last;
    size_t count;
};

struct batch {
    const struct bulk_spec *spec;
    struct task **tasks;
    size_t count, whole; /* rows; rows of the batch that this is a part of */
    uint32_t *refusals;  /* of all its parts; in the arena of the push */
    struct arena *arena; /* its first task's, which ends no earlier */
};

struct push {
    const struct pushing *with;
    const struct provider *provider;
    const struct slot *slots;
    size_t slots_count;
    struct target_form form;
    enum absence absence;
    bool listed; /* the whole list is in the store */
    bool known;  /* and every record with all its keys */
    bool bulk_create_off, bulk_update_off, bulk_used;
    struct queue ready; /* writes whose intent is not on disk yet */
    size_t ahead;       /* of the connections: intents that may be on disk */
    int64_t flushed_ms; /* when what ended and was ready last went to disk */
    int64_t oldest_ms;  /* since when some of it waits; 0: none does */
    struct queue creates, updates; /* rows that wait for their batch */
    int64_t fresh_until_ms; /* of updates, the first that was read before: then
                               they go, full batch or not; 0: there is none */
    struct queue resting, ended;
    size_t tasks;        /* alive, in whatever queue or under way */
    struct task *newest; /* of them */
    struct arena *arena;
    struct helper *helper;
    struct names *names; /* of what changes hold as JSON */
    uint64_t sent, counted;
    uint64_t done; /* changes that ended, and are on disk */
    bool stopping;
    struct err why;          /* of stopping */
    int64_t listed_ms;       /* when the list of this run was begun */
    struct key_set *claimed; /* records adopted or made in this run */
    store_id last;           /* change begun last */
    bool drained;            /* no more changes to begin */
    bool settling;           /* push_leftovers */
};

/* push_progress.c: for whoever watches. */
void push_progress(const struct push *push);
/* push_absence.c */
enum status push_choose_absence(struct push *push, struct err *err);
/* push_task.c: the life of a change */
struct task *task_open(struct push *push);
void task_close(struct task *task); /* NULL is fine */
enum status task_begin(struct task *task, struct err *err);
enum status task_reply(struct task *task, struct call *call, struct err *err);
/* Reads the record of the customer's link. */
enum status task_read_linked(struct task *task, struct err *err);
/* Hands the call over in the task's name. */
enum status task_submit(struct task *task, struct call *call, enum step step,
                        struct err *err);
/* No answer for want of time, connection or permission: true when the task
 * ended (or rests) because of that. */
bool task_without_answer(struct task *task, const struct call *call);
void task_rest(struct task *task, uint64_t ms);
/* How late the task's create may become visible to look-ups. */
uint64_t task_settle_ms(const struct task *task);
/* A key of the source's customer in normal form, or empty. */
struct text task_key(const struct task *task, enum key key);
/* Nobody knows whether a create of ours arrived: what is found is judged by
 * candidate_ours, never by a key alone. */
bool task_in_doubt(const struct task *task);
/* The keys by which it is looked for: those of --match in their order, and all
 * others too when it is in doubt. */
size_t task_keys(const struct task *task, enum key keys[KEY_COUNT]);
/* push_look.c: finding out whether the customer is there */
enum status look_begin(struct task *task, enum reason reason, struct err *err);
enum status look_reply(struct task *task, struct call *call, struct err *err);
enum status look_fetched(struct task *task, struct call *call, struct err *err);
/* push_conclude.c: every look-up has answered, and what is found is read */
enum status look_conclude(struct task *task, struct err *err);
/* push_candidate.c: records that may be the customer */
struct text candidate_key(const struct task *task, enum key key);
/* Judges the record first: who is somebody else takes no place. */
enum status candidate_add(struct task *task, const struct candidate *candidate,
                          struct err *err);
/* Those that the list in the store shows for our keys. */
enum status candidate_add_listed(struct task *task, struct err *err);
/* Drops who is somebody else; those left fit, or must be read first. */
enum status candidate_sift(struct task *task, struct err *err);
/* Is the record what a create of ours made? */
bool candidate_ours(const struct task *task, const struct customer *record);
/* push_body.c: what is sent: of a create all that is set, of an update what the
 * decision and the provider's way of replacing ask for. */
struct node *write_body(struct task *task);
/* Of a create that is queued: its numbers are looked at by the helper, or
 * are not needed any more. */
void body_ahead(struct task *task);
void body_drop(struct task *task);
/* push_adopt.c: a record that was there becomes the customer's */
enum status write_adopt(struct task *task, struct candidate *candidate,
                        struct err *err);
/* An update in doubt was looked up: what arrived is said and held. */
void write_settle(struct task *task, const struct customer *record);
/* A read showed whose id stands in the target's reference field. */
void write_settle_reference(struct task *task, const struct customer *record);
/* Whose it is: a source, STORE_FOREIGN, or 0. */
store_id write_reference_owner(const struct task *task,
                               const struct customer *record);
/* push_write.c: creates and updates */
enum status write_create(struct task *task, struct err *err);
enum status write_update(struct task *task, struct err *err);
/* Edits that give way, or do not: once, when it is certain. */
void write_tell(struct task *task);
/* An update that is decided waits for its intent to be on disk. */
enum status write_queue(struct task *task);
/* push_answer.c: what the answer to a write means */
enum status write_reply(struct task *task, struct call *call, struct err *err);
/* The same for one row of a batch. */
enum status write_outcome(struct task *task, const struct api_outcome *outcome,
                          struct err *err);
/* code and message: why nobody knows. */
void write_unknown(struct task *task, const char *code, const char *message);
/* The provider says that our record is not there, now or once more. */
enum status write_missed(struct task *task, struct err *err);
/* Takes off a unique key that a stranger's record has; false when there is none
 * that may be missing. */
bool write_without_key(struct task *task);
/*
 * push_exact.c: with `exactly` a record that is not as it was when its change
 * was planned ends it all. The fields that moved (NULL: none, or not exactly);
 * and what was found for a create, true when that ends it.
 */
const char *exact_moved(struct task *task, const struct customer *record);
bool exact_found(struct task *task, struct text id);
void exact_stop(struct task *task, struct text id, const char *what);
static inline int64_t push_now(const struct push *push)
{
    return push->with->clock->now_ms(push->with->clock->self);
}
/* push_finish.c: what became of it */
void finish_done(struct task *task, enum change_result result);
void finish_badly(struct task *task, enum change_state state, const char *code,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void finish_skipped(struct task *task);
/* Not begun after all: stays planned (or in doubt) for the next run. */
void finish_later(struct task *task);
/* An update without an answer: the row failed tonight, and the next run reads
 * the record to see whether it arrived. */
void finish_in_doubt(struct task *task, const char *code, const char *message);
/* Whether the row is this run's: those of earlier runs are not. */
bool finish_counts(const struct task *task);
/* The row's column, once, when it is this run's. */
void finish_count(struct task *task, enum column column);
/* The record is another customer's: nothing of the change holds. */
void finish_taken(struct task *task);
/* Nothing more is begun; the first reason is what the run ends with. */
void push_stop(struct push *push, const struct err *why);
/* A record becomes one change's in this run; false when it is another's. */
bool push_claim(struct push *push, struct text id);
/* push_store.c: within a transaction. Both write nothing of a task that was
 * overtaken: after the transaction it begins anew. */
/* The intent: after this, somebody has to ask what became of it. Parked when
 * the record it means turns out to be another customer's. */
enum status finish_intend(struct task *task, struct err *err);
/* The outcome, and what follows from it. */
enum status finish_put(struct task *task, struct err *err);
/*
 * push_flush.c: the transactions of all that ended or is ready, as soon as a
 * connection would have nothing to send without; *next: not later than then (0:
 * any time). finish_full: so much has ended that nothing more should.
 */
enum status finish_flush(struct push *push, int64_t *next, struct err *err);
bool finish_full(const struct push *push);
/* What was not sent after its intent: overtaken it begins anew, parked it
 * ends. */
enum status finish_unsent(struct task *task, struct err *err);
/* Has a read of the account, which holds no lock, changed the link since the
 * task loaded it? Then what it decided is by what is no more. */
enum status anew_overtaken(struct task *task, struct err *err);
/* Decides once more, after a read of its own; a few times at most. */
enum status anew_begin(struct task *task, struct err *err);
/* push_words.c: the provider's words without whom they are about, unless -v
 * asks for all of them. */
struct text push_words(const struct task *task, struct text words);
/* push_undo.c: the record was just read. */
enum status undo_decide(struct task *task, struct err *err);
/* What no read shows is still what we sent: it must not be wiped out. */
void undo_keep_hidden(struct task *task, struct customer *record);
/* push_life.c: a request came back; of a batch, the task's row of it. */
void life_asked(struct task *task, const struct call *call);
void life_outcome(struct task *task, const struct call *call,
                  const struct api_outcome *outcome);
/* How many records the look-up just noted gave. */
void life_found(struct task *task, size_t count);
/* The record is adopted. */
void life_matched(struct task *task, const struct customer *record);
/* A read shows what moved since held; before held follows. */
void life_saw(struct task *task, const struct customer *moved);
/* Acknowledged; before held follows. */
void life_wrote(struct task *task, const struct customer *sent);
/* Puts it down; planned_by: the run that sent what is settled now. */
enum status life_put(const struct task *task, store_id planned_by,
                     struct err *err);
/* push_bulk.c: batches that are full, or all there are; and rows that must not
 * wait for theirs any more. */
enum status bulk_send(struct push *push, bool all, struct err *err);
void bulk_wait(struct task *update);
enum status bulk_reply(struct push *push, struct batch *batch,
                       struct call *call, struct err *err);

void queue_add(struct queue *queue, struct task *task);
struct task *queue_take(struct queue *queue);

#endif
