/*
 * plan_own.h - one customer on its way through plan_decide.c, plan_unique.c
 * and plan_change.c.
 */
#ifndef SYNC_PLAN_OWN_H
#define SYNC_PLAN_OWN_H

#include "sync/diff.h"
#include "sync/plan.h"

struct deciding {
    struct plan *plan;
    struct composed *composed;
    struct customer *wanted;              /* projected onto the target */
    struct store_key keys[2 * KEY_COUNT]; /* or the content alone */
    size_t keys_count;
    bool nobody[KEY_COUNT]; /* the value is there, but identifies nobody */
    struct link link;
    enum field taken; /* the unique key that stands in the way */
    bool judge_anew;  /* a unique key was given up: it may be free tomorrow */
    struct text met;  /* how its rows were met: plan_meet */
    /* of an update, for who listens */
    const struct customer *held;
    const struct decision *decision;
    bool spoken; /* the source has spoken of the record before */
};

/* Its record was deleted there, and --recreate asks for another one. */
bool decide_recreates(const struct deciding *d);
/* It has no record there, or is to have a new one. */
bool decide_new(const struct deciding *d);
/* plan_told.c: a change, to who listens. *admit false: not to be made. */
enum status decide_tell(const struct deciding *d, enum change_kind kind,
                        bool *admit, struct err *err);

/* plan_unique.c: the customer's keys, less those that identify nobody; and
 * unique ones given up to whom they belong (*conflict: it cannot). */
enum status decide_keys(struct deciding *d, struct err *err);
enum status decide_unique(struct deciding *d, bool *conflict, struct err *err);
/* plan_change.c: a change, or the bases following without one. */
enum status decide_create(struct deciding *d, struct err *err);
enum status decide_update(struct deciding *d, struct err *err);
/* Its record was deleted: a conflict, kept for `retry` to look once more. */
enum status decide_gone(struct deciding *d, struct err *err);

/* plan_life.c: the strongest of the row's keys by which the customer was known
 * before tonight, of which its id is not counted against another source's;
 * NULL: none. */
enum status decide_known_by(const struct deciding *d,
                            const struct store_key **by, struct err *err);
/* For the customer's life. d->met, before any key is put down. */
enum status plan_meet(struct deciding *d, struct err *err);
/* The source says something new that needs no change; kept, by field: in which
 * the target's value was kept. */
enum status plan_tell_equal(struct deciding *d, const bool *kept,
                            struct err *err);

#endif
