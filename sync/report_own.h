/*
 * report_own.h - the insides of a report, for the files that show it.
 */
#ifndef SYNC_REPORT_OWN_H
#define SYNC_REPORT_OWN_H

#include "sync/report.h"

enum {
    STATUSES = sizeof(((struct client_stats *)NULL)->by_status) /
               sizeof(((struct client_stats *)NULL)->by_status[0])
};

/* Columns' names, "warning", and what a store says of a change. */
enum { OUTCOMES_MAX = ROWS_COLUMNS + 4 };

/* Lines of a code that are kept when the first PROBLEMS_MAX were of others. */
enum { LATE_MAX = 3 };

struct code_count {
    const char *code;
    uint64_t count;
    size_t kept, late_count;
    struct report_problem *late; /* for people: no part of problems */
    struct outcome_count {
        const char *outcome; /* NULL: no more of them */
        uint64_t count;
    } outcomes[OUTCOMES_MAX];
};

struct direction {
    const char *from, *to;
    struct report_strategy strategy;
};

/* When a client sent, and what it was allowed. */
struct report_pace {
    const char *account;
    uint64_t limit, window_ms; /* limit 0: none */
    struct tempo tempo;
};

/* How often a field was written. */
struct field_writes {
    uint64_t created, updated;
};

struct report {
    struct arena *arena;
    const char *command, *job, *from, *to; /* "" when not known */
    store_id run;
    int64_t started_ms, finished_ms; /* 0: not known */
    int exit;
    const struct err *why; /* it did not come to its end; or NULL */
    bool unanswered;       /* why rows are pending, or some of them */
    bool leftover;         /* an earlier run's row needs a person */
    uint64_t read, rows[ROWS_COLUMNS];
    struct client_stats stats;
    struct report_pace *paces; /* of accounts that were asked */
    size_t paces_count;
    struct field_writes *fields; /* by enum field */
    size_t fields_room;
    struct report_strategy strategy;
    struct direction directions[2]; /* of --two-way */
    size_t directions_count;
    struct code_count *codes; /* in order of appearance */
    size_t codes_count;
    struct report_problem *problems; /* some of problems_count */
    const char *last;                /* file of the one told last */
    uint64_t problems_count;
    size_t kept, edits_kept; /* whole: all of them, edits among them */
};

/* A copy that lives as long as the report. */
const char *report_keep(struct report *report, const char *string);
/* Problems that are kept whole. */
size_t report_kept(const struct report *report);
/* "2026-11-20T01:02:03Z". */
struct text report_time(int64_t ms, struct arena *arena);
/* "850 ms", "42 s", "about 12 minutes". */
struct text report_duration(uint64_t ms, struct arena *arena);
/* The summary as lines of the log: a problem each, then how the run ended. */
void report_log(const struct report *report);
/* The problems as text, code by code; see report_groups.c. */
void report_groups(const struct report *report, struct buffer *out);
/* The whole page. */
enum status report_html(const struct report *report, struct buffer *out,
                        struct err *err);

#endif
