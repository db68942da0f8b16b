/*
 * table.c - commands and options as lines for programs: `help --table`.
 *
 * The lists of options in custsync(1) and the completions are made of it, so
 * that a new row of the table is known to all of them.
 */
#include "sync/options_own.h"
#include "sync/topics.h"

#include <string.h>

static void column(struct buffer *out, const char *text)
{
    buffer_byte(out, '\t');
    buffer_string(out, text != NULL && text[0] != '\0' ? text : "-");
}

static void print_command(struct buffer *out, const struct command *command)
{
    buffer_string(out, "command");
    column(out, command->name);
    column(out, command->arguments);
    column(out, command->summary);
    column(out, command->takes_policy ? "policy" : "");
    buffer_byte(out, '\n');
}

static void print_examples(struct buffer *out, const struct command *command)
{
    const char *line = command->examples;

    while (line != NULL && *line != '\0') {
        size_t size = strcspn(line, "\n");

        buffer_print(out, "example\t%s\t%.*s\n", command->name, (int)size,
                     line);
        line += size + (line[size] == '\n');
    }
}

/* The names of those who take it, in the order of --help. */
static void print_takers(struct buffer *out, const struct row *row)
{
    const char *before = "\t";

    if (row->commands == NULL) {
        column(out, "every");
        return;
    }
    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden && row_is_taken(row, commands[i])) {
            buffer_print(out, "%s%s", before, commands[i]->name);
            before = " ";
        }
    if (before[0] == '\t')
        column(out, NULL);
}

static void print_option(struct buffer *out, const struct row *row,
                         struct arena *arena)
{
    char letter[] = {row->letter, '\0'};

    buffer_string(out, "option");
    column(out, row->name);
    column(out, letter);
    column(out, row->argument);
    print_takers(out, row);
    column(out, row->kind == ROW_POLICY ? policy_words(row->name, arena) : "");
    column(out, row->text);
    buffer_byte(out, '\n');
}

void table_print(struct buffer *out, struct arena *arena)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden)
            print_command(out, commands[i]);
    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (row->text != NULL)
            print_option(out, row, arena);
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        buffer_print(out, "topic\t%s\n", topic->name);
    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden)
            print_examples(out, commands[i]);
}
