/*
 * plan.h - the reading half: from a source to changes in the store.
 *
 * Never touches the network. Reads the source to its end first, decides who is
 * who, compares with both bases, and makes the plan visible to the sender in
 * one transaction. Reading a source twice plans nothing new. To a file there is
 * no store of changes: every customer is handed to the sink.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include "mappings/clean.h"
#include "sync/client.h"
#include "sync/dispute.h"
#include "sync/forgotten.h"
#include "sync/mirror.h"
#include "sync/prints.h"
#include "sync/rejects.h"
#include "sync/report.h"
#include "sync/settled.h"
#include "sync/source.h"

struct plan_sink {
    /* Before the first customer: which fields (by number) any row brought. */
    void (*begin)(void *self, const bool *brought, size_t count);
    /* Whether the file can hold the field at all. NULL: all of them. */
    bool (*holds)(void *self, enum field field);
    /*
     * Leaves out what the file cannot hold of a customer as its mapping does;
     * what was left out is a problem of the customer. NULL: it holds all.
     */
    void (*fit)(void *self, struct customer *projected, struct arena *arena);
    /* One customer, and as the target's mapping projects it. END: the file
     * need not have it, being for what changed. */
    enum status (*write)(void *self, const struct customer *customer,
                         const struct customer *projected, struct arena *arena,
                         struct err *err);
    void *self;
};

/* One change as it is planned: what `plan` shows and a plan file holds. */
struct plan_told {
    enum change_kind kind;
    struct text remote_id; /* empty: of a create */
    struct text recreates; /* of a create: the record that was deleted */
    const struct customer *before; /* what the target holds, as far as known */
    const struct customer *after;
    const bool *fields; /* by number: in these the change is */
    const char *file;   /* "": no row says it, as with a deactivation */
    uint64_t line;
    size_t rows;         /* of the source, that are this customer */
    const char *matched; /* the key that ties them, "hand", "undo", or "" */
    struct text key;     /* its value, in normal form */
};

/* Who listens to a plan in the making; any of the functions may be NULL. */
struct plan_listener {
    void (*row)(void *self, const struct source_row *row);
    /* The source was read to its end, and nothing decided yet. */
    enum status (*scanned)(void *self, struct err *err);
    /* *admit false: the change is not made, and its rows are a conflict. */
    enum status (*change)(void *self, const struct plan_told *told, bool *admit,
                          struct err *err);
    /* Whether of the next change what ties it to its record is asked for, which
     * has to be looked up; NULL: always. */
    bool (*asks)(void *self);
    /* All is planned and nothing visible yet: STOP takes it back. */
    enum status (*end)(void *self, struct err *err);
    void *self;
};

struct planning {
    struct store *store;
    struct source *source;
    struct report *report;
    struct rejects *rejects;
    const struct policy *policy;
    store_id run, source_id;
    store_id account_id;           /* 0 when the target is a file */
    const struct account *account; /* NULL when the target is a file */
    const struct mapping *target;  /* the mapping of what is sent or written */
    struct plan_sink sink;         /* write NULL: changes go to the store */
    bool dry;                      /* the store takes all back at commit */
    const volatile int *interrupted; /* a signal's number; NULL: none comes */
    struct settled *settled; /* creates that no run has counted; or NULL */
    bool within; /* the caller's transaction: neither begun nor ended here */
    const struct mirror *mirror; /* FROM is an account to an account; or NULL */
    const struct dispute_ends *ends;      /* of --two-way; or NULL */
    int64_t now_ms;                       /* that lives are told with */
    const struct plan_listener *listener; /* or NULL */
};

/* What the plan comes to. */
struct plan_totals {
    uint64_t changes, creates, updates, deactivations;
    uint64_t lookups;   /* look-ups if every unknown is looked for by key */
    uint64_t uncovered; /* of them, those that a list would not answer */
    uint64_t unasked;   /* creates whose every key only a list shows */
    uint64_t blind;     /* creates whose strongest key a refusal guards */
    uint64_t reads;     /* updates that read the record before they write it */
};

/*
 * Fills the ledger with all columns that are decided now; the changes are left
 * for the push (or count as pending). STOP 65 when the source is unusable or
 * the brake holds: then nothing was made visible.
 */
enum status plan_make(const struct planning *planning,
                      struct plan_totals *totals, struct err *err);

/* plan.c: the brake: STOP 65 when more of the known records would be touched
 * than --max-changes allows. */
enum status plan_brake(struct store *store, store_id account,
                       const struct policy *policy, uint64_t touched,
                       struct err *err);

/* --- between the plan_*.c files -------------------------------------------*/

enum row_state {
    ROW_SLOW, /* new or changed: has a node */
    ROW_MORE, /* one more of a row that is known */
    ROW_TIED, /* stands between two customers: has a node */
};

/*
 * A row that has to be looked at. Those that say what they ever said are only
 * prints (prints.h), and what is invalid or skipped is dealt with at once.
 */
struct row {
    struct fingerprint print;
    uint64_t offset; /* in the spool: the order of the source */
    uint32_t line;
    uint32_t who;  /* ROW_SLOW: node, then group; ROW_MORE: customer;
                      ROW_TIED: node */
    uint32_t next; /* next row of the same group, or UINT32_MAX */
    uint16_t file;
    uint8_t state; /* enum row_state */
};

struct identity;
struct spool;
struct key_set;
struct vanished_list;
struct dropped;

/* Customers that a file is not for. */
struct unwanted {
    uint64_t customers;
    enum field field; /* of the first: what leaves it out, and its place */
    const char *place;
};

struct plan {
    const struct planning *with;
    struct plan_totals *totals;
    uint8_t seed[16];
    uint64_t *file_seeds;
    struct spool *spool;
    struct identity *identity;
    struct forgotten forgotten; /* who is not to be made anew */
    struct prints prints;       /* the rows that are known */
    struct row *rows;           /* the others, and what those touch */
    size_t rows_count, rows_room;
    uint32_t *order;      /* rows in the order of the source */
    uint64_t read, valid; /* rows in all; those that are a customer's */
    uint64_t slow, gone;
    uint64_t unreadable; /* rows that may be of anybody known */
    uint32_t *head;      /* first row of each group */
    store_id *known;     /* by group; 0: nobody known */
    bool *lost_rows;     /* by group: a row of last night is gone */
    uint32_t groups;
    struct key_set *taken; /* unique keys given away in this plan */
    struct key_set *once;  /* problems that are not told again */
    struct vanished_list *vanished;
    uint64_t touched; /* updates and deactivations: the brake */
    bool *brought;    /* by field: some row of the source has a value */
    size_t brought_count;
    uint64_t held[FIELD_FIXED]; /* by field: read rows with a value */
    struct dropped *dropped;    /* by field: what the target has no place for */
    size_t dropped_count;
    struct unwanted unwanted;
    struct text told; /* fields of which that was said on an earlier night */
    struct key_set *edited; /* customers with an edit to be put back; or NULL */
    bool begun;             /* a transaction is open since before the scan */
    struct buffer packed;   /* of one row */
    struct arena *arena;    /* of the whole plan */
    struct arena *work;     /* of one row or group; reset */
};

/* plan_keys.c: a customer's keys, and the form in which the spool keeps a row's
 * customer together with them. */
void plan_keys(const struct policy *policy, const struct customer *customer,
               struct arena *arena, struct text keys[KEY_COUNT]);
void plan_pack(const struct customer *customer,
               const struct text keys[KEY_COUNT], struct arena *arena,
               struct buffer *out);
/* Keys point into packed. Of problems only those that tell what was left out
 * or mended come back, and no value that is bad. STOP 70: it is not whole. */
enum status plan_unpack(struct text packed, struct arena *arena,
                        struct customer **customer, struct text keys[KEY_COUNT],
                        struct err *err);
/* plan.c: where a row stands that agrees, counted at once: `created` when its
 * create was found since it was left in doubt. */
enum column plan_agrees(const struct plan *plan, store_id customer);
/* STOP when a signal came: nothing was made visible yet. */
enum status plan_interrupted(const struct plan *plan, struct err *err);
/* plan_seeds.c: seed and file_seeds, from which prints are made. */
enum status plan_seeds(struct plan *plan, struct err *err);
/* plan_scan.c: reads the source; rows, prints, spool and identity are filled.
 */
enum status plan_scan(struct plan *plan, struct err *err);
/*
 * plan_edited.c: a row that says the same as ever is not looked at, and an edit
 * at the target stays; unless the source, or both together, own a field. Then
 * customers with an edit are judged like those whose row has changed.
 */
enum status plan_find_edited(struct plan *plan, struct err *err);
bool plan_is_edited(const struct plan *plan, store_id customer);
/* A row at the end of rows. */
struct row *plan_add_row(struct plan *plan, const struct row *row);
/* Of what is true of many rows the first is told: whether this is it. */
bool plan_is_news(struct plan *plan, const struct problem *problem);
/* plan_forgotten.c: the row is of somebody who was forgotten: counted and told,
 * and nothing is made of it. */
enum status plan_leave_out(struct plan *plan, const struct source_row *from,
                           const struct customer *customer, bool *left_out,
                           struct err *err);
/* plan_group.c: resolves identity; groups of rows, disturbed ones included. */
enum status plan_group(struct plan *plan, struct err *err);
/* plan_compose.c: one group into a change, a decision or a conflict. */
enum status plan_compose(struct plan *plan, uint32_t group, struct err *err);
/* plan_decide.c: what a customer of several rows comes to. */
struct composed {
    struct customer *customer;   /* all rows together */
    struct text keys[KEY_COUNT]; /* normal forms, in the order of match */
    store_id known;
    struct row **rows; /* valid rows, in order; rows[0] is counted */
    struct text *raws;
    size_t count;
    struct place place;   /* of the row that is counted */
    struct node *cleaned; /* a list: what cleaning left out or mended */
    bool told; /* the store tells already why it does not get there */
};
enum status plan_decide(struct plan *plan, struct composed *composed,
                        struct err *err);
/* A group that did not get there: column, problem, rejects. */
enum status plan_refuse(struct plan *plan, const struct composed *composed,
                        enum column column, const char *code, const char *field,
                        const char *message, struct err *err);
/* plan_life.c: the same, in the life of a customer who is known. */
enum status plan_tell_refused(struct plan *plan,
                              const struct composed *composed,
                              enum column column, const char *code,
                              const char *message, struct err *err);
/* plan_told.c: a deactivation, to who listens. *admit false: not to be made. */
enum status plan_tell_deactivation(struct plan *plan, const struct link *link,
                                   const struct customer *wanted, bool *admit,
                                   struct err *err);
/* plan_vanished.c: customers who lost all their rows, for likenesses */
enum status plan_vanished(struct plan *plan, struct err *err);
void plan_tell_likeness(struct plan *plan, const struct composed *composed,
                        const struct customer *wanted);
/*
 * plan_once.c: what is said once about a whole source: columns that its
 * mapping does not read, values for which the target has no place, and far
 * fewer rows than last time. plan_recall comes before the first customer;
 * projected is what mapping_project made of it.
 */
enum status plan_recall(struct plan *plan, struct err *err);
void plan_see_dropped(struct plan *plan, const struct composed *composed,
                      const struct customer *projected);
enum status plan_say_once(struct plan *plan, struct err *err);
/* plan_fact.c: the name of a fact about the source at its account; in work. */
const char *plan_fact(const struct plan *plan, const char *kind);
/* Names in a fact: each is ended by the one byte that no column's name keeps.
 * Names that are new every night are made by a program, and are not remembered
 * for ever. */
enum { NAME_END = '\x1f', NAMES_KEPT = 64 * 1024 };
/* The next of the list, which goes on behind it; false at its end. */
bool plan_take_name(struct text *list, struct text *name);
bool plan_has_name(struct text list, const char *name);
/* plan_gone.c: what the source had last time and has no more. STOP when people
 * were known by it. */
enum status plan_gone(struct plan *plan, struct err *err);
/* plan_unwanted.c: whether a file is not for this customer, who is counted as
 * skipped then; and that there were some. */
bool plan_unwanted(struct plan *plan, const struct composed *composed);
void plan_tell_unwanted(const struct plan *plan);
/* plan_missing.c: customers that the source no longer has. STOP when it has
 * nobody at all, and all were to be deactivated. */
enum status plan_missing(struct plan *plan, struct err *err);

#endif
