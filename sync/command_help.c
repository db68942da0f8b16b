/*
 * command_help.c - help COMMAND, TOPIC, OPTION or CODE.
 */
#include "sync/codes.h"
#include "sync/command.h"
#include "sync/help.h"
#include "sync/near.h"
#include "sync/options_own.h"
#include "sync/topics.h"

#include <string.h>

enum { NAMES_MAX = 1000 }; /* an assertion of a table, not of people */

static enum status nothing_named(const char *name, struct arena *arena,
                                 struct err *err)
{
    const char **names = arena_take(arena, (NAMES_MAX + 1) * sizeof(*names));
    size_t count = 0;

    for (size_t i = 0; commands[i] != NULL && count < NAMES_MAX; i++)
        if (!commands[i]->hidden)
            names[count++] = commands[i]->name;
    for (size_t i = 0; topics[i].name != NULL && count < NAMES_MAX; i++)
        names[count++] = topics[i].name;
    for (size_t i = 0; option_rows[i].name != NULL && count < NAMES_MAX; i++)
        if (option_rows[i].text != NULL)
            names[count++] = option_rows[i].name;
    for (size_t i = 0; codes[i].name != NULL && count < NAMES_MAX; i++)
        names[count++] = codes[i].name;
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "no command, topic, option or code is called '%s'", name);
    (void)near_hint(err, name, names,
                    "'custsync help' lists commands and topics");
    return STOP;
}

static void print_code(struct buffer *out, const struct code *code)
{
    buffer_print(out, "%s: ", code->name);
    help_wrap(out, code->meaning, strlen(code->name) + 2, 2);
    buffer_string(out, "  -> ");
    help_wrap(out, code->remedy, 5, 5);
}

static enum status show(struct buffer *out, const char *name,
                        struct arena *arena, struct err *err)
{
    const struct command *command = command_named(name);
    const struct topic *topic = topic_named(name);
    const struct row *row = row_named(name);
    const struct code *code = code_named(name);

    if (row != NULL && row->text == NULL)
        row = NULL;
    if (command != NULL && !command->hidden) {
        help_print(out, command);
        return OK;
    }
    if (topic != NULL) {
        topic_print(out, topic);
        return OK;
    }
    if (row == NULL && code == NULL)
        return nothing_named(name, arena, err);
    if (row != NULL)
        help_option(out, row);
    /* --missing is an option, and what it tells is a code. */
    if (row != NULL && code != NULL)
        buffer_byte(out, '\n');
    if (code != NULL)
        print_code(out, code);
    return OK;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct buffer out = {0};
    enum status status = arguments_between(options, 0, 1, err);

    (void)exit;
    if (status == OK && options_given(options, "table").size > 0)
        table_print(&out, options->arena);
    else if (status == OK && options->arguments_count == 0)
        help_print(&out, NULL);
    else if (status == OK)
        status = show(&out, options->arguments[0], options->arena, err);
    if (status == OK)
        status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

extern const struct command command_help;

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND | TOPIC | OPTION | CODE]",
    .summary = "show this, or more of one thing",
    .examples = "custsync help sync\n"
                "custsync help exit-codes\n"
                "custsync help bad_email",
    .run = run,
};
