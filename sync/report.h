/*
 * report.h - the ledger of a run and what is told about it.
 *
 * Every input row ends in exactly one column; report_balanced says whether the
 * columns add up. The first PROBLEMS_MAX problems are kept whole, all are
 * counted by code. Nothing here is ever a secret.
 */
#ifndef SYNC_REPORT_H
#define SYNC_REPORT_H

#include "formats/arena.h"
#include "formats/err.h"
#include "sync/client.h"

/* Edits that gave way have lines of their own, so that no flood of other
 * problems hides one. */
enum {
    PROBLEMS_MAX = 1000,
    EDITS_MAX = 1000,
    EDIT_VALUE_MAX = 4000,
    PACES_MAX = 8, /* accounts of one run whose pace is shown */
};

enum column {
    ROWS_CREATED,
    ROWS_UPDATED,
    ROWS_UNCHANGED,
    ROWS_MERGED,
    ROWS_SKIPPED,
    ROWS_INVALID,
    ROWS_CONFLICT,
    ROWS_REJECTED,
    ROWS_FAILED,
    ROWS_PENDING,
    ROWS_COLUMNS,
};

const char *column_name(enum column column);

struct report_problem {
    const char *file;
    uint64_t line;       /* 0: the whole file or run */
    const char *outcome; /* a column's name, or "warning" */
    const char *code;
    const char *field; /* or "" */
    const char *message;
    const char *kept; /* of an edit: "source", "target" or "both", and what
                         stood on each side; else NULL */
    const char *source, *target;
};

struct report_edit {
    const char *kept;
    struct text source, target; /* cut at EDIT_VALUE_MAX bytes */
};

struct report_strategy {
    const char *absence; /* "none" "list" "lookup" "create": how unknown
                            customers were looked for */
    bool bulk;
    uint64_t creates, updates, deactivations; /* plan: what would be sent */
    uint64_t reads;    /* plan: requests to read FROM, of those below */
    uint64_t requests; /* plan: how many are expected */
    uint64_t time_ms;  /* plan: at the allowed rate */
};

struct report; /* opaque: counters, problems, its own arena */

struct report *report_open(void);
void report_close(struct report *report); /* NULL is fine */
void report_about(struct report *report, const char *command, store_id run,
                  const char *job, const char *from, const char *to,
                  int64_t started_ms);
void report_read(struct report *report, uint64_t rows); /* adds to read */
void report_count(struct report *report, enum column column, uint64_t rows);
/* ROWS_COLUMNS: the rows read. */
uint64_t report_rows(const struct report *report, enum column column);
/* Copies its texts. Duplicate lines are kept; the caller says a thing once. */
void report_problem(struct report *report, const char *file, uint64_t line,
                    const char *outcome, const char *code, const char *field,
                    const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* A warning about an edit that gave way, with both values. */
void report_edit(struct report *report, const char *file, uint64_t line,
                 const char *code, const char *field,
                 const struct report_edit *edit, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
void report_strategy(struct report *report,
                     const struct report_strategy *strategy);
/*
 * --two-way: the strategy told last was for this way of two; the report keeps
 * each, and their sum as its own.
 */
void report_direction(struct report *report, const char *from, const char *to);
/* Adds the counters of a client (a run may use two). */
void report_requests(struct report *report, const struct client_stats *stats);
/* The counters of a client, and its pace: of the first PACES_MAX of a run. */
void report_client(struct report *report, const struct client *client);
/* A record was created or updated, and these fields were written. */
void report_fields(struct report *report, bool created, const bool *written,
                   size_t count);
bool report_balanced(const struct report *report);
/* Something is in doubt because the provider did not answer. */
void report_unanswered(struct report *report);
/* A row that only an earlier run read was refused, or needs a person. */
void report_leftover(struct report *report);
/*
 * By the columns: 75 (69 when something is unanswered) when rows are pending
 * that nobody asked to hold back, else 1 when invalid, conflict, rejected or
 * failed > 0, or such a row of an earlier run was told, else 0. held_back: by
 * --limit, or since it was only planned.
 */
int report_exit(const struct report *report, bool held_back);
/* Why the run ended before its end; copied. */
void report_why(struct report *report, const struct err *why);
/* The same of a run without a ledger: its rows stand nowhere. */
void report_stopped(struct report *report, const struct err *why);
void report_finish(struct report *report, int exit, int64_t finished_ms);

/* DESIGN section 10's JSON object, one line. */
void report_json(const struct report *report, struct buffer *out);
/*
 * The summary for people on standard output: the ledger as a table of every
 * column that is not 0 (created and updated always, but not of a plan), the way
 * and the cost of a plan, the requests, the time of a run that took one worth
 * telling; then the problems by code, each with its first lines and its remedy.
 */
void report_text(const struct report *report, bool plan, struct buffer *out);
/* --report FILE: .html (a page, see report_html.c), else JSON. */
enum status report_file(const struct report *report, const char *path,
                        struct err *err);

#endif
