/*
 * options_given.c - what the options that were given come to.
 */
#include "sync/options_own.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status options_apply(const struct options *options, struct policy *policy,
                          struct err *err)
{
    for (size_t i = 0; i < options->given_count; i++) {
        const struct setting *given = &options->given[i];
        const struct row *row = row_named(given->name);

        if (row->kind == ROW_OWN) {
            continue;
        } else if (row->kind == ROW_QUIET) {
            policy->verbosity = -1;
        } else if (row->kind == ROW_VERBOSE) {
            policy->verbosity++;
        } else if (policy_set(policy, row->name, given->value, options->arena,
                              err) != OK) {
            err->status = STOP;
            err->exit = EXIT_USAGE;
            err_place(err, "--%s", row->name);
            return STOP;
        }
    }
    return OK;
}

struct text options_given(const struct options *options, const char *name)
{
    for (size_t i = options->given_count; i > 0; i--)
        if (strcmp(options->given[i - 1].name, name) == 0)
            return options->given[i - 1].value;
    return (struct text){0};
}

const char *options_state_path(const struct options *options)
{
    const char *folder = getenv("STATE_DIRECTORY");
    const char *home = getenv("HOME");

    if (options->state_path != NULL)
        return options->state_path;
    /* systemd separates several folders by colons; the first is ours. */
    if (folder != NULL && folder[0] == '/')
        return arena_print(options->arena, "%.*s/custsync.db",
                           (int)strcspn(folder, ":"), folder)
            .at;
    folder = getenv("XDG_STATE_HOME");
    if (folder != NULL && folder[0] == '/')
        return arena_print(options->arena, "%s/custsync/custsync.db", folder)
            .at;
    if (home == NULL || home[0] != '/') {
        /* cron and containers may lack HOME. */
        const struct passwd *user = getpwuid(getuid());

        home = user != NULL ? user->pw_dir : "";
    }
    return arena_print(options->arena, "%s/.local/state/custsync/custsync.db",
                       home)
        .at;
}
