/*
 * options_wrong.c - what is the matter with an option that argp stopped at.
 *
 * argp would print words of its own and a pointer to --usage; whoever mistyped
 * an option wants to be told which one was meant.
 */
#include "sync/near.h"
#include "sync/options_own.h"

#include <string.h>

enum { NAMES_MAX = 200 }; /* more than the table has rows, by far */

static struct text name_of(const char *word)
{
    return (struct text){word + 2, strcspn(word + 2, "=")};
}

/* The options that are taken and begin so; how many. */
static size_t begin_so(const struct command *command, struct text start,
                       struct buffer *list)
{
    size_t count = 0;

    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (row->text != NULL && row_is_taken(row, command) &&
            strncmp(row->name, start.at, start.size) == 0) {
            buffer_print(list, " --%s", row->name);
            count++;
        }
    return count;
}

static void hint_takers(struct err *err, const struct row *row,
                        const struct command *command)
{
    struct buffer list = {0};

    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden && row_is_taken(row, commands[i]))
            buffer_print(&list, " %s", commands[i]->name);
    if (list.size > 0)
        err_hint(err, "it is for%.*s%s", TEXT_ARGS(buffer_view(&list)),
                 command == NULL ? ", and stands behind the command" : "");
    else
        err_hint(err, "it stands before the command");
    buffer_free(&list);
}

static enum status fault(struct err *err, const char *word, const char *what,
                         const struct command *command)
{
    return fail(err, STOP, EXIT_USAGE, "usage", "'%.60s' %s%s%s", word, what,
                command != NULL ? " of " : "",
                command != NULL ? command->name : "");
}

/* Nobody's option, or one of another command. */
static enum status not_there(struct err *err, const char *word,
                             const struct command *command)
{
    struct arena *arena = arena_open();
    const char *name = arena_string(arena, name_of(word));
    const struct row *row = row_named(name);
    const char *names[2 * NAMES_MAX + 1];
    size_t count = 0;

    (void)fault(err, word,
                command != NULL ? "is no option" : "is no option here",
                command);
    /* What this command takes is nearer than what another one does. */
    for (int taken = 1; taken >= 0; taken--)
        for (size_t i = 0; option_rows[i].name != NULL && i < NAMES_MAX; i++)
            if (option_rows[i].text != NULL &&
                row_is_taken(&option_rows[i], command) == (taken == 1))
                names[count++] =
                    arena_print(arena, "--%s", option_rows[i].name).at;
    names[count] = NULL;
    if (row != NULL && row->text != NULL)
        hint_takers(err, row, command);
    else
        (void)near_hint(err, arena_print(arena, "--%s", name).at, names,
                        arena_print(arena, "'custsync%s%s --help' shows them",
                                    command != NULL ? " " : "",
                                    command != NULL ? command->name : "")
                            .at);
    arena_close(arena);
    return STOP;
}

static enum status wrong_long(struct err *err, const char *word,
                              const struct command *command)
{
    struct text name = name_of(word);
    struct buffer list = {0};
    const struct row *row = NULL;
    size_t count = begin_so(command, name, &list);

    for (const struct row *r = option_rows; r->name != NULL; r++)
        if (text_is(name, r->name) && row_is_taken(r, command))
            row = r;
    if (row == NULL && count == 1)
        for (row = option_rows; !row_is_taken(row, command) ||
                                strncmp(row->name, name.at, name.size) != 0;)
            row++;
    if (row != NULL && row->argument != NULL) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "--%s lacks its value",
                   row->name);
        err_hint(err, "--%s %s: %s", row->name, row->argument, row->text);
    } else if (row != NULL) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "--%s takes no value",
                   row->name);
    } else if (count > 1 && name.size > 0) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'--%.*s' is not clear",
                   TEXT_ARGS(name));
        err_hint(err, "it may be%.*s", TEXT_ARGS(buffer_view(&list)));
    } else {
        (void)not_there(err, word, command);
    }
    buffer_free(&list);
    return STOP;
}

/* The first letter of a word that is no option; 0: none. */
static char bad_letter(const char *word, const struct command *command)
{
    for (word++; *word != '\0'; word++) {
        const struct row *row = option_rows;

        while (row->name != NULL &&
               (row->letter != *word || !row_is_taken(row, command)))
            row++;
        if (row->name == NULL)
            return *word;
        if (row->argument != NULL)
            break;
    }
    return 0;
}

/* "-limit" is read letter by letter. */
static const struct row *with_one_dash(const char *word)
{
    struct text name = {word + 1, strcspn(word + 1, "=")};

    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (row->text != NULL && text_is(name, row->name))
            return row;
    return NULL;
}

static enum status wrong_letter(struct err *err, const char *whole, char letter,
                                const struct command *command)
{
    char word[] = {'-', letter, '\0'};
    const struct row *row = option_rows;

    while (row->name != NULL && (row->text == NULL || row->letter != letter))
        row++;
    (void)fault(err, word, "is no option", command);
    if (with_one_dash(whole) != NULL)
        err_hint(err, "did you mean '--%s'?", with_one_dash(whole)->name);
    else if (row->name != NULL)
        hint_takers(err, row, command);
    else
        err_hint(err, "'custsync%s%s --help' shows them",
                 command != NULL ? " " : "",
                 command != NULL ? command->name : "");
    return STOP;
}

enum status options_wrong(struct err *err, const struct command *command,
                          char *const *argv, int next)
{
    const char *last = argv[next - 1];
    char letter;

    if (last[0] == '-' && last[1] == '-')
        return wrong_long(err, last, command);
    letter = last[0] == '-' ? bad_letter(last, command) : 0;
    /* Letters that stand together: getopt is not through with the word. */
    if (letter == 0 && argv[next] != NULL && argv[next][0] == '-') {
        last = argv[next];
        letter = bad_letter(last, command);
    }
    return wrong_letter(err, last, letter != 0 ? letter : '-', command);
}
