/*
 * faults.h - what the files of the fault scripts share: a line, taken apart.
 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "sandbox.h"

enum action {
    ACT_STATUS,
    ACT_STATUS_AFTER,
    ACT_429,
    ACT_429_AFTER,
    ACT_HTML,
    ACT_HTML_AFTER,
    ACT_GARBAGE,
    ACT_GARBAGE_AFTER,
    ACT_DEEP,
    ACT_TYPE,
    ACT_REDIRECT,
    ACT_DELAY,
    ACT_HANG,
    ACT_DRIP,
    ACT_DRIP_AFTER,
    ACT_ENDLESS,
    ACT_DROP_BEFORE,
    ACT_DROP_AFTER,
    ACT_RESET,
    ACT_RESET_AFTER,
    ACT_TRUNCATE,
    ACT_ID,
    ACT_LIST,
    ACT_BULK,
    ACT_EXPIRE,
    ACT_REVOKE,
    ACT_CHANGE,
    ACTIONS
};

/* What follows the action's name. */
enum argument { ARG_NONE, ARG_NUMBER, ARG_MAYBE, ARG_WORD, ARG_TEXT };

struct action_kind {
    const char *name;
    bool before; /* the request is not carried out */
    enum argument argument;
    int64_t min, max;   /* of a number */
    const char *choice; /* words, split at | */
};

extern const struct action_kind actions[ACTIONS];

/* Indexes of the words, in the order in which the table spells them. */
enum { ENDLESS_HEADERS, ENDLESS_BODY };
enum { REDIRECT_SAME, REDIRECT_OTHER, REDIRECT_LOOP, REDIRECT_SCHEME };
enum { ID_OTHER, ID_NONE, ID_BAD };
enum { LIST_SHORT, LIST_EMPTY, LIST_LOOP };
enum { BULK_ONE, BULK_NONE, BULK_REORDERED, BULK_FEWER };

enum wait { WAIT_NONE, WAIT_SECONDS, WAIT_DATE, WAIT_RESET, WAIT_RAW };

enum { CHANGE_MAX = 1000 };            /* records that come or go at once */
enum { CHANCE_WHOLE = 100 * 1000 }; /* of a chance: 100 % */

struct fault {
    char *method, *glob; /* NULL: any */
    int64_t skip, times; /* times < 0: always */
    int64_t chance;      /* of CHANCE_WHOLE; 0: no dice are thrown */
    enum action action;
    int64_t number; /* status, bytes, milliseconds, or a word's index */
    int64_t code;   /* of a redirect; of a change: how many go */
    char *text;     /* a content type, or what Retry-After says */
    enum wait wait;
    int64_t wait_s, penalty_s; /* penalty_s < 0: as long as the wait */
    char *body;                /* NULL: the provider's own error */
    struct reply headers;      /* only its headers are used */
};

struct faults {
    struct fault *item;
    size_t count;
    uint64_t random;
};

/* faults_do.c: the answer in place of the work, or bent after it. */
void fault_instead(const struct fault *fault, struct call *call);
void fault_bend(const struct fault *fault, struct call *call);

/* faults_lie.c: a good answer that says what is not so. */
void lie_id(struct call *call, int64_t how);
void lie_list(struct call *call, int64_t how);
void lie_bulk(struct call *call, int64_t how);

/* faults_change.c: others work there too. */
void change_records(struct call *call, int64_t come, int64_t go);

#endif
