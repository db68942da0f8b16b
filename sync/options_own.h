/*
 * options_own.h - the rows of the table of options, for those who tell of them:
 * the parser, --help, the list that the manual and the completions are made of.
 */
#ifndef SYNC_OPTIONS_OWN_H
#define SYNC_OPTIONS_OWN_H

#include "sync/options.h"

/* What an option does. */
enum row_kind {
    ROW_HELP,
    ROW_VERSION,
    ROW_CONFIG,
    ROW_STATE,
    ROW_POLICY, /* a key of the policy: policy_set knows it */
    ROW_OWN,    /* the command's alone, who asks for it by name */
    ROW_QUIET,
    ROW_VERBOSE,
};

struct row {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: takes none */
    enum row_kind kind;
    const char *commands; /* who takes it: names; "*" all that take a policy;
                             "-" before the command; NULL everybody */
    const char *text;     /* NULL: for other programs, and told nowhere */
};

extern const struct row option_rows[]; /* ended by a NULL name */

const struct row *row_named(const char *name); /* or NULL */
/* command NULL: before the command. */
bool row_is_taken(const struct row *row, const struct command *command);
/* Whether one of the words, which blanks separate, is that one. */
bool has_word(const char *words, const char *word);

/*
 * STOP 64, with what is the matter with the option that stands before argv's
 * next, or is a letter of it, and which one may have been meant.
 */
enum status options_wrong(struct err *err, const struct command *command,
                          char *const *argv, int next);
/*
 * Commands and options for programs: a line each, columns separated by tabs.
 *   command NAME ARGUMENTS SUMMARY POLICY
 *   option NAME LETTER ARGUMENT COMMANDS WORDS TEXT
 *   topic NAME
 *   example COMMAND LINE
 * A column that has nothing is "-". POLICY: "policy" of those that take the
 * options of sync. COMMANDS: "every", or names; none: before the command only.
 * WORDS: those that the option chooses among.
 */
void table_print(struct buffer *out, struct arena *arena);

#endif
