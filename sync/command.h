/*
 * command.h - what the commands share: the ends, the store, standard output.
 */
#ifndef SYNC_COMMAND_H
#define SYNC_COMMAND_H

#include "sync/client.h"
#include "sync/endpoint.h"
#include "sync/options.h"
#include "sync/report.h"

/* What FROM... TO, or a job, come to: all in the options' arena. */
struct ends {
    const char *job;       /* or NULL */
    struct endpoint *from; /* from_count of them */
    size_t from_count;
    struct endpoint to; /* when has_to */
    bool has_to;
    struct policy policy; /* the job's with the command line's over it */
};

/*
 * One argument that is a job's name is a job; else the last is TO, and the
 * ones before it are one FROM. to_needed false: a single argument is FROM. The
 * files of a job that names no source are known by the job's name.
 */
enum status ends_parse(struct ends *ends, const struct options *options,
                       const struct config *config, bool to_needed,
                       struct err *err);

/* STOP 64 unless there are min to max arguments. */
enum status arguments_between(const struct options *options, size_t min,
                              size_t max, struct err *err);
/* An argument that must be an account ("shop:"), as an end, and by itself. */
enum status account_end(struct endpoint *endpoint, const struct config *config,
                        const char *written, struct err *err);
enum status account_argument(const struct config *config, const char *written,
                             const struct account **account, struct err *err);
/* KEY=VALUE; value may be empty. STOP 64 when there is no '='. */
enum status pair_argument(const char *written, struct arena *arena,
                          struct setting *pair, struct err *err);

/* A run's number. STOP 64 when it is none. */
enum status run_argument(const char *written, store_id *run, struct err *err);

/*
 * The store for commands that only ask providers. They write nothing, but a
 * refresh token may be rotated under way, and it is kept under the account: so
 * where tokens rotate the store must be able to learn of a new account.
 */
enum status store_for_asking(struct store **store,
                             const struct options *options,
                             const struct account *const *accounts,
                             size_t count, struct err *err);
/* The account's client, interrupted by our signals. */
enum status client_for(struct client **client, const struct account *account,
                       struct store *store, store_id *id, struct err *err);

/*
 * What is told when a run is over: the summary, or JSON, and --report's file.
 * taken: standard output carries customers. Then, and when quiet, there is no
 * summary, but one that tells of problems goes to standard error.
 */
enum status tell_report(const struct report *report,
                        const struct policy *policy, bool plan, bool taken,
                        struct err *err);

/*
 * The same of a run that could not be brought to its end: only --report's file,
 * without rows, since no ledger of them was finished; what was asked of the
 * provider, and the exit code, stand there. Last night's must not stay in its
 * place and say that all is done.
 */
void tell_stopped(struct report *report, const struct policy *policy,
                  const struct err *why);

int64_t now_ms(void); /* UTC */
/* Bytes to standard output. STOP 74. */
enum status print_out(const struct buffer *out, struct err *err);
/* A node as one line of JSON to standard output. */
enum status print_json(const struct node *node, struct err *err);

/* Members for JSON written by commands. */
void json_text(struct node *object, const char *name, struct text text,
               struct arena *arena);
void json_number(struct node *object, const char *name, uint64_t number,
                 struct arena *arena);
void json_flag(struct node *object, const char *name, bool flag,
               struct arena *arena);
/* RFC 3339; left out when 0. */
void json_time(struct node *object, const char *name, int64_t ms,
               struct arena *arena);

#endif
