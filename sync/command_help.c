/*
 * command_help.c - help COMMAND, as COMMAND --help.
 */
#include "sync/command.h"
#include "sync/options_own.h"

static enum status table(struct options *options, struct err *err)
{
    struct buffer out = {0};
    enum status status;

    table_print(&out, options->arena);
    status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    const struct command *command = NULL;
    enum status status = arguments_between(options, 0, 1, err);

    (void)exit;
    if (status == OK && options_given(options, "table").size > 0)
        return table(options, err);
    if (status == OK && options->arguments_count == 1) {
        command = command_named(options->arguments[0]);
        if (command == NULL)
            return fail(err, STOP, EXIT_USAGE, "usage",
                        "there is no command '%s'", options->arguments[0]);
    }
    if (status == OK)
        options_help(command, options->arena);
    return status;
}

extern const struct command command_help;

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "show this, or the options of a command",
    .run = run,
};
