/*
 * help.c - the layout of --help.
 *
 * argp knows the options as well, but would print all of them below every
 * command: sync has more than a screen of them.
 */
#include "sync/help.h"

#include "sync/options_own.h"
#include "sync/topics.h"

#include <stdio.h>
#include <string.h>

/* Shared options. The last groups are the first that are only named; an option
 * that stands in none is told wherever it is taken. */
static const struct group {
    const char *title, *names;
} groups[] = {
    {"who is who", "match source duplicates"},
    {"what is sent", "mode blank prefer owner missing recreate changed full"},
    {"when to stop", "max-changes limit wait deadline"},
    {"what is told", "rejects report metrics notify json safe-csv"},
    {"how it is read", "mapping format to-format encoding delimiter skip"},
    {"always", "config state log-format quiet verbose help"},
};

enum {
    GROUPS = sizeof(groups) / sizeof(groups[0]),
    TEXT_AT = 28,  /* where the text of an option begins at the latest */
    TITLE_AT = 18, /* where the names of a group begin */
    NAME_AT = 24,  /* where the summary of a command begins */
};

void help_wrap(struct buffer *out, const char *text, size_t column,
               size_t indent)
{
    bool first = true;

    while (*(text += strspn(text, " ")) != '\0') {
        size_t size = strcspn(text, " ");

        if (!first && column + 1 + size > HELP_COLUMNS) {
            buffer_print(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            buffer_byte(out, ' ');
            column++;
        }
        buffer_text(out, (struct text){text, size});
        column += size;
        text += size;
        first = false;
    }
    buffer_byte(out, '\n');
}

/* --- options --------------------------------------------------------------*/

static void written(char to[HELP_COLUMNS], const struct row *row)
{
    char letter[] = "-x,";

    letter[1] = row->letter;
    (void)snprintf(to, HELP_COLUMNS, "  %3s --%s%s%s",
                   row->letter != 0 ? letter : "", row->name,
                   row->argument != NULL ? " " : "",
                   row->argument != NULL ? row->argument : "");
}

static void tell(struct buffer *out, const struct row *row, size_t at)
{
    char head[HELP_COLUMNS];

    written(head, row);
    if (strlen(head) + 2 > at)
        buffer_print(out, "%s\n%*s", head, (int)at, "");
    else
        buffer_print(out, "%-*s", (int)at, head);
    help_wrap(out, row->text, at, at);
}

static size_t group_of(const struct row *row)
{
    for (size_t i = 0; i < GROUPS; i++)
        if (has_word(groups[i].names, row->name))
            return i;
    return GROUPS;
}

static bool shown(const struct row *row, const struct command *command)
{
    return row->text != NULL && row_is_taken(row, command);
}

/* A command's own options stand first, then those of the groups before told. */
static bool stands(const struct row *row, const struct command *command,
                   bool own, size_t told)
{
    size_t group = group_of(row);

    return shown(row, command) && (own ? group == GROUPS : group < told);
}

static void tell_some(struct buffer *out, const struct command *command,
                      size_t told)
{
    size_t at = 0;

    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (stands(row, command, true, 0) ||
            stands(row, command, false, told)) {
            char head[HELP_COLUMNS];
            size_t size;

            written(head, row);
            size = strlen(head) + 2;
            if (size > at && size <= TEXT_AT)
                at = size;
        }
    for (int own = 1; own >= 0; own--)
        for (const struct row *row = option_rows; row->name != NULL; row++)
            if (stands(row, command, own, told))
                tell(out, row, at != 0 ? at : TEXT_AT);
}

static void name_group(struct buffer *out, const struct command *command,
                       size_t which)
{
    struct buffer names = {0};

    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (group_of(row) == which && shown(row, command))
            buffer_print(&names, " --%s", row->name);
    if (names.size > 0) {
        buffer_byte(&names, '\0');
        buffer_print(out, "  %-*s", TITLE_AT - 2, groups[which].title);
        help_wrap(out, names.at, TITLE_AT, TITLE_AT);
    }
    buffer_free(&names);
}

/* --- a command ------------------------------------------------------------*/

/* Each way on a line; a bar in brackets parts no ways. */
static void usage(struct buffer *out, const struct command *command)
{
    const char *way = command->arguments;
    const char *before = "usage:";

    for (;;) {
        const char *bar = way;

        while ((bar = strstr(bar, " | ")) != NULL &&
               strcspn(bar, "[") > strcspn(bar, "]"))
            bar++;
        buffer_print(out, "%-6s custsync %s%s%.*s\n", before, command->name,
                     way[0] != '\0' ? " " : "",
                     (int)(bar != NULL ? (size_t)(bar - way) : strlen(way)),
                     way);
        if (bar == NULL)
            break;
        way = bar + 3;
        before = "";
    }
}

static void examples(struct buffer *out, const char *lines)
{
    if (lines == NULL)
        return;
    buffer_print(out, "\n%s:\n",
                 strchr(lines, '\n') != NULL ? "examples" : "example");
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");

        buffer_print(out, "  %.*s\n", (int)size, lines);
        lines += size + (lines[size] == '\n');
    }
}

static size_t lines_of(const struct buffer *out)
{
    size_t lines = 0;

    for (size_t i = 0; i < out->size; i++)
        lines += out->at[i] == '\n';
    return lines;
}

/* With the options of so many groups told, and the others named. */
static void help_command(struct buffer *out, const struct command *command,
                         size_t told)
{
    usage(out, command);
    help_wrap(out, command->summary, 0, 0);
    buffer_byte(out, '\n');
    tell_some(out, command, told);
    if (told < GROUPS)
        buffer_string(out, "and, told by 'custsync help options':\n");
    for (size_t i = told; i < GROUPS; i++)
        name_group(out, command, i);
    examples(out, command->examples);
}

/* --- the program ----------------------------------------------------------*/

static void summary(struct buffer *out, const struct command *command)
{
    struct buffer names = {0};

    buffer_string(&names, command->name);
    for (size_t i = 0; commands[i] != NULL; i++)
        if (commands[i]->beside != NULL &&
            strcmp(commands[i]->beside, command->name) == 0)
            buffer_print(&names, ", %s", commands[i]->name);
    buffer_byte(&names, '\0');
    buffer_print(out, "  %-*s", NAME_AT - 2, names.at);
    help_wrap(out, command->summary, NAME_AT, NAME_AT);
    buffer_free(&names);
}

static void help_program(struct buffer *out)
{
    struct buffer names = {0};

    buffer_string(out, "usage: custsync [OPTION...] COMMAND [ARGUMENT...]  "
                       "makes customer records agree\n\n");
    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden && commands[i]->beside == NULL)
            summary(out, commands[i]);
    buffer_string(&names, "options:");
    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (shown(row, NULL))
            buffer_print(&names, " --%s", row->name);
    buffer_byte(&names, '\0');
    buffer_byte(out, '\n');
    help_wrap(out, names.at, 0, 9);
    buffer_clear(&names);
    buffer_string(&names, "'custsync help COMMAND|TOPIC|CODE' tells more; "
                          "topics:");
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        buffer_print(&names, " %s", topic->name);
    buffer_byte(&names, '\0');
    help_wrap(out, names.at, 0, 9);
    buffer_free(&names);
    buffer_string(out, "example: custsync plan shopify:export.csv shop:\n");
}

void help_print(struct buffer *out, const struct command *command)
{
    size_t told = GROUPS;

    if (command == NULL) {
        help_program(out);
        return;
    }
    do {
        buffer_clear(out);
        help_command(out, command, told);
    } while (lines_of(out) > HELP_LINES && told-- > 0);
}

/* --- all options ----------------------------------------------------------*/

static void takers(struct buffer *out, const struct row *row)
{
    size_t count = 0;

    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden && row_is_taken(row, commands[i]))
            buffer_print(out, "%s%s", count++ > 0 ? ", " : "",
                         commands[i]->name);
}

void help_option(struct buffer *out, const struct row *row)
{
    struct buffer who = {0};

    tell(out, row, TEXT_AT);
    if (row->commands == NULL)
        buffer_string(&who, "every command");
    else if (strcmp(row->commands, "-") == 0)
        buffer_string(&who, "before the command");
    else
        takers(&who, row);
    buffer_byte(&who, '\0');
    buffer_print(out, "%*sof: ", TEXT_AT, "");
    help_wrap(out, who.at, TEXT_AT + 4, TEXT_AT + 4);
    buffer_free(&who);
}

void help_options(struct buffer *out)
{
    buffer_string(out, "A job's keys have the same names; an option wins over "
                       "the job's key.\n");
    for (size_t i = 0; i <= GROUPS; i++) {
        buffer_print(out, "\n%s:\n",
                     i < GROUPS ? groups[i].title : "of single commands");
        for (const struct row *row = option_rows; row->name != NULL; row++)
            if (row->text != NULL && group_of(row) == i && i < GROUPS)
                tell(out, row, TEXT_AT);
            else if (row->text != NULL && group_of(row) == i)
                help_option(out, row);
    }
}
