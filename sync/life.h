/*
 * life.h - what is written down of a customer's life, and in which words.
 *
 * The bodies of state/history.h's events are JSON objects; their members:
 *
 *     row      how the row was met: file, line, known (the key by which the
 *              customer was known; none: a new one), also (lines of its other
 *              rows), cleaned ([line, field, code, message] of what was left
 *              out or mended)
 *     do       what was to be done: create, update, deactivate, undo, unmake;
 *              left out where the kind of event says it
 *     asked    [call, status, answer, words, tries, found]: requests, in order;
 *              what is not known at the end of one is left out
 *     matched  how the record was found at the target: a key, or "lost" for
 *              what a create of ours made whose answer was lost
 *     record   its id there
 *     before, after   of fields that were written: what the target held, and
 *              what we wrote (null: blank)
 *     found    gone or back: a read did not find the record any more, or again
 *     saw      before and after of what somebody edited at the target
 *     kept     fields that both sides changed and in which the target's value
 *              was kept
 *     end, code, message   how it ended, when nothing was written
 *
 * They hold people's data and stay in the state file.
 */
#ifndef SYNC_LIFE_H
#define SYNC_LIFE_H

#include "mappings/customer.h"
#include "state/history.h"

enum {
    LIFE_CLEANED_MAX = 20, /* of one customer, in one night */
    LIFE_LINES_MAX = 20,   /* rows of one customer that are named */
    LIFE_ASKED_MAX = 30,   /* requests for one change that are told */
};

/* "create" ... */
const char *life_word(enum change_kind kind);
/* Members; an empty text is left out. */
void life_add(struct node *object, const char *name, struct text text,
              struct arena *arena);
void life_number(struct node *object, const char *name, uint64_t number,
                 struct arena *arena);
/* What reading and cleaning left out or mended, added to the list. */
void life_cleaned(struct node *list, const struct customer *customer,
                  uint64_t line, struct arena *arena);
/* The fields for which chosen is true, of both: members before and after. */
void life_moves(struct node *object, const struct customer *before,
                const struct customer *after, const bool *chosen,
                struct arena *arena);
/*
 * What somebody edited, as a read shows it: moved is diff_moved's. What the
 * target never showed before may be its own doing (a default, say), and is no
 * edit. NULL: none.
 */
struct node *life_edits(const struct customer *held,
                        const struct customer *moved, struct arena *arena);
/* JSON as a node, to be added to an object that is written; NULL when empty. */
struct node *life_written(struct text json, struct arena *arena);
struct text life_json(const struct node *object, struct arena *arena);
/* A member that is an object of fields, as a customer. */
enum status life_fields(const struct node *object, const char *name,
                        struct arena *arena, struct customer **out,
                        struct err *err);

#endif
