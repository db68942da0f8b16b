/*
 * options.h - the command line: one table of commands, one of options.
 *
 * argp parses; --help, the manual's list and the completions come from the same
 * tables. Usage errors end with 64.
 */
#ifndef SYNC_OPTIONS_H
#define SYNC_OPTIONS_H

#include "sync/config.h"

struct command;

struct options {
    const struct command *command;
    const char *config_path, *state_path; /* or NULL */
    const char *const *arguments;         /* after the options, NULL-ended */
    size_t arguments_count;
    /* Keys given on the command line, in order: applied over a job's own. */
    const struct setting *given;
    size_t given_count;
    struct policy policy; /* defaults with given applied */
    struct arena *arena;
};

struct command {
    const char *name;
    const char *arguments; /* "FROM... TO | JOB" */
    const char *summary;
    bool takes_policy;  /* the options of sync and plan */
    bool hidden;        /* for other programs, and told nowhere */
    const char *beside; /* whose line of --help names it, too; NULL: its own */
    const char *examples; /* a command line each; NULL only when hidden */
    enum status (*run)(struct options *options, int *exit, struct err *err);
};

/* COMMAND(name) per line in commands.h, read twice: externs, then the table. */
extern const struct command *const commands[]; /* NULL-ended */

/*
 * --help and --version print and end the process. Whatever is wrong is STOP
 * with exit 64, and which name may have been meant. options_close is due in
 * every case.
 */
enum status options_parse(struct options *options, int argc, char **argv,
                          struct err *err);
void options_close(struct options *options);
/* Applies what the command line gave over a policy (a job's). */
enum status options_apply(const struct options *options, struct policy *policy,
                          struct err *err);
/* The last value given for an option, by its long name; empty when none. */
struct text options_given(const struct options *options, const char *name);
const struct command *command_named(const char *name); /* or NULL */
/* $STATE_DIRECTORY/custsync.db, else $XDG_STATE_HOME/custsync/custsync.db. */
const char *options_state_path(const struct options *options);

#endif
