/*
 * options.c - the table of options, and argp over it.
 *
 * The command line is parsed twice: up to the command (ARGP_IN_ORDER), then the
 * rest with the options that this command takes. Both times argp gets its
 * options from the one table below.
 */
#include "sync/options_own.h"

#include "formats/log.h"
#include "sync/help.h"
#include "sync/near.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "sync/commands.h"
#undef COMMAND

#define COMMAND(name) &command_##name,
const struct command *const commands[] = {
#include "sync/commands.h"
    NULL,
};
#undef COMMAND

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) }; /* and the NULL */

const struct row option_rows[] = {
    {"help", 'h', NULL, ROW_HELP, NULL, "show this and end"},
    {"version", 'V', NULL, ROW_VERSION, "-", "show the version and end"},
    {"config", 0, "FILE", ROW_CONFIG, NULL,
     "the configuration (default ./custsync.yaml, then "
     "$XDG_CONFIG_HOME/custsync/config.yaml, then "
     "/etc/custsync/config.yaml)"},
    {"state", 0, "FILE", ROW_STATE, NULL,
     "the store (default $STATE_DIRECTORY/custsync.db, else "
     "$XDG_STATE_HOME/custsync/custsync.db)"},
    {"match", 0, "KEYS", ROW_POLICY, "* retry",
     "identity keys, strongest first (default "
     "reference_id,email,mobile,name+phone)"},
    {"source", 0, "NAME", ROW_POLICY, "* check link unlink explain forget",
     "the name under which FROM's reference ids are known"},
    {"encoding", 0, "NAME", ROW_POLICY, "* check",
     "encoding of FROM, when the file does not say"},
    {"delimiter", 0, "CHAR", ROW_POLICY, "* check",
     "delimiter of FROM (default as found)"},
    {"skip", 0, "LINES", ROW_POLICY, "* check",
     "lines before FROM's header (default as found)"},
    {"format", 0, "NAME", ROW_POLICY, "* check",
     "format of FROM: csv, json, ndjson, xml (default by suffix)"},
    {"to-format", 0, "NAME", ROW_POLICY, "*",
     "format of TO (default by suffix)"},
    {"mapping", 0, "NAME", ROW_POLICY, "* check",
     "the mapping of FROM, by name or path (default recognised)"},
    {"look", 0, NULL, ROW_POLICY, "*",
     "plan: also ask the provider about unknown customers"},
    {"changed", 0, NULL, ROW_POLICY, "*",
     "from an account to a file: only customers that changed since the last "
     "success of this export"},
    {"duplicates", 0, "WAY", ROW_POLICY, "*",
     "rows that are the same customer: merge (default), first, last, "
     "reject"},
    {"mode", 0, "MODE", ROW_POLICY, "*",
     "whether to create, to update, or both: upsert (default), create, update"},
    {"blank", 0, "WAY", ROW_POLICY, "* retry",
     "what a blank value does: keep (default), clear"},
    {"prefer", 0, "SIDE", ROW_POLICY, "* retry",
     "who wins a field that both sides changed: source (default), target"},
    {"owner", 0, "FIELD=WHO,...", ROW_POLICY, "* retry",
     "whose word counts for a field: source, target, union (lists), fill (only "
     "where the target is blank)"},
    {"two-way", 0, NULL, ROW_POLICY, "sync plan",
     "make both accounts agree: what moved goes both ways"},
    {"missing", 0, "WAY", ROW_POLICY, "*",
     "customers the source no longer has: keep (default), report, "
     "deactivate"},
    {"full", 0, NULL, ROW_POLICY, "* pull",
     "read all of FROM's customers, where those that changed would do"},
    {"recreate", 0, NULL, ROW_POLICY, "*",
     "make records anew that were deleted at the target (default: report "
     "them)"},
    {"max-changes", 0, "N|P%", ROW_POLICY, "* undo",
     "send nothing when more known records than that would change (default "
     "50% once more than 100 are known)"},
    {"limit", 0, "N", ROW_POLICY, "* retry undo", "send at most N changes"},
    {"code", 0, "CODE", ROW_OWN, "retry", "only what has that code"},
    {"provider", 0, "NAME", ROW_OWN, "init", "whose API the account is at"},
    {"account", 0, "NAME", ROW_OWN, "init",
     "what to call it (default the provider's name)"},
    {"set", 0, "KEY=VALUE", ROW_OWN, "init",
     "a setting of the account; of a secret ${VAR} or ${file:PATH}"},
    {"file", 0, "FILE", ROW_OWN, "init",
     "an export, to make a job and a plan of"},
    {"region", 0, "XX", ROW_OWN, "init",
     "where phone numbers without a country code are at home"},
    {"port", 0, "N", ROW_OWN, "login",
     "listen for the browser on 127.0.0.1:N, 0: any free port (default 8737, "
     "on a terminal)"},
    {"sample", 0, "N", ROW_OWN, "verify", "read back only so many records"},
    {"seed", 0, "NUMBER", ROW_OWN, "verify", "by which a sample is chosen"},
    {"wait", 0, "TIME", ROW_POLICY, "* pull link unlink retry undo forget",
     "wait that long for another run on the account, 10m say"},
    {"deadline", 0, "TIME", ROW_POLICY, "* pull retry undo verify",
     "stop sending after that time; the rest stays pending"},
    {"rejects", 0, "FILE", ROW_POLICY, "*",
     "write every row that did not get there, in its own columns"},
    {"safe-csv", 0, NULL, ROW_POLICY, "*",
     "guard formulas in CSV files for spreadsheets"},
    {"report", 0, "FILE", ROW_POLICY, "* pull retry undo",
     "write a run report: .json or .html"},
    {"metrics", 0, "FILE", ROW_POLICY, "* pull retry undo",
     "write the run's numbers for Prometheus' textfile collector"},
    {"notify", 0, "CMD", ROW_POLICY, "* pull retry undo",
     "run CMD with the report on its input when the run needs a person"},
    {"json", 0, NULL, ROW_POLICY,
     "- * check pull find verify status runs retry explain undo",
     "JSON on standard output instead of text"},
    {"dry-run", 'n', NULL, ROW_POLICY, "* undo",
     "plan only: send and keep nothing"},
    {"out", 0, "FILE", ROW_POLICY, "plan",
     "keep the plan in a file, for 'sync --plan'; asks the provider, as "
     "--look"},
    {"plan", 0, "FILE", ROW_POLICY, "sync",
     "do what that plan says and nothing else, or refuse when anything moved"},
    {"exit-code", 0, NULL, ROW_POLICY, "plan",
     "end with 2 when changes are pending"},
    {"log-format", 0, "FORMAT", ROW_POLICY, NULL,
     "messages on standard error: text (default), or json, one object a line"},
    {"yes", 'y', NULL, ROW_OWN, "forget", "do not ask"},
    {"quiet", 'q', NULL, ROW_QUIET, NULL, "nothing when all is well"},
    {"verbose", 'v', NULL, ROW_VERBOSE, NULL, "more; twice for more yet"},
    {"table", 0, NULL, ROW_OWN, "help", NULL},
    {NULL, 0, NULL, ROW_OWN, NULL, NULL},
};

enum {
    ROWS = sizeof(option_rows) / sizeof(option_rows[0]) - 1,
    KEY_BASE = 0x100, /* keys of rows without a letter: not a character */
};

/* --- from rows to argp's tables -------------------------------------------*/

bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    const char *at = words;

    while ((at = strstr(at, word)) != NULL) {
        if ((at == words || at[-1] == ' ') &&
            (at[size] == ' ' || at[size] == '\0'))
            return true;
        at += size;
    }
    return false;
}

bool row_is_taken(const struct row *row, const struct command *command)
{
    if (row->commands == NULL)
        return true;
    if (command == NULL)
        return has_word(row->commands, "-");
    return (command->takes_policy && has_word(row->commands, "*")) ||
           has_word(row->commands, command->name);
}

static struct argp_option argp_row(size_t i)
{
    const struct row *row = &option_rows[i];

    return (struct argp_option){
        .name = row->name,
        .key = row->letter != 0 ? row->letter : KEY_BASE + (int)i,
        .arg = row->argument,
        .flags = row->text == NULL ? OPTION_HIDDEN : 0,
        .doc = row->text,
    };
}

static const struct argp_option *argp_rows(struct arena *arena,
                                           const struct command *command)
{
    struct argp_option *table = arena_take(arena, (ROWS + 1) * sizeof(*table));
    size_t count = 0;

    for (size_t i = 0; i < ROWS; i++)
        if (row_is_taken(&option_rows[i], command))
            table[count++] = argp_row(i);
    return table;
}

static const struct row *row_of_key(int key)
{
    if (key >= KEY_BASE && key < KEY_BASE + ROWS)
        return &option_rows[key - KEY_BASE];
    for (size_t i = 0; i < ROWS; i++)
        if (key != 0 && option_rows[i].letter == key)
            return &option_rows[i];
    return NULL;
}

const struct row *row_named(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(option_rows[i].name, name) == 0)
            return &option_rows[i];
    return NULL;
}

/* --- parsing --------------------------------------------------------------*/

struct parsing {
    struct options *options;
    const struct command *command; /* NULL: still before it */
    int command_at;                /* its place in argv; 0: not met */
    struct setting *given;         /* room for every argument */
    const char **arguments;
    struct err *err; /* filled where argp stopped */
};

static error_t parse_argument(struct parsing *parsing, char *value,
                              struct argp_state *state)
{
    if (parsing->command == NULL) {
        /* What follows is for the second parse. */
        parsing->command_at = state->next - 1;
        state->next = state->argc;
    } else {
        parsing->arguments[parsing->options->arguments_count++] = value;
    }
    return 0;
}

static _Noreturn void help_and_end(const struct command *command)
{
    struct buffer out = {0};

    help_print(&out, command);
    (void)fwrite(out.at, 1, out.size, stdout);
    exit(fflush(stdout) == 0 ? EXIT_DONE : EXIT_IO);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct parsing *parsing = state->input;
    struct options *options = parsing->options;
    const struct row *row = row_of_key(key);

    if (key == ARGP_KEY_ARG)
        return parse_argument(parsing, value, state);
    if (key == ARGP_KEY_ERROR)
        (void)options_wrong(parsing->err, parsing->command, state->argv,
                            state->next);
    if (row == NULL)
        return ARGP_ERR_UNKNOWN;
    switch (row->kind) {
    case ROW_HELP:
        help_and_end(parsing->command);
    case ROW_VERSION:
        (void)printf("custsync %s\n", CUSTSYNC_VERSION);
        exit(fflush(stdout) == 0 ? EXIT_DONE : EXIT_IO);
    case ROW_CONFIG:
        options->config_path = value;
        break;
    case ROW_STATE:
        options->state_path = value;
        break;
    default:
        parsing->given[options->given_count++] = (struct setting){
            .name = row->name,
            .value = row->argument != NULL ? text_of(value) : TEXT("true"),
        };
    }
    return 0;
}

/* Without argp's own words: what is wrong is in err then. */
static enum status parse_with(struct parsing *parsing, int argc, char **argv,
                              unsigned flags)
{
    struct argp argp = {
        .options = argp_rows(parsing->options->arena, parsing->command),
        .parser = parse,
    };

    return argp_parse(&argp, argc, argv, flags | ARGP_NO_HELP | ARGP_NO_ERRS,
                      NULL, parsing) == 0
               ? OK
               : STOP;
}

const struct command *command_named(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static enum status no_such_command(const char *name, struct err *err)
{
    const char *names[COMMANDS];
    size_t count = 0;

    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden)
            names[count++] = commands[i]->name;
    names[count] = NULL;
    (void)fail(err, STOP, EXIT_USAGE, "usage", "there is no command '%s'",
               name);
    (void)near_hint(err, name, names, "'custsync --help' lists the commands");
    return STOP;
}

static enum status no_command(struct err *err)
{
    struct buffer out = {0};

    if (!log_is_json()) {
        help_print(&out, NULL);
        (void)fwrite(out.at, 1, out.size, stderr);
        buffer_free(&out);
    }
    (void)fail(err, STOP, EXIT_USAGE, "usage", "no command was given");
    return STOP;
}

/* Known before the first fault is told; whether it is right is seen later. */
static void log_chosen(int argc, char **argv)
{
    const char *const name = "--log-format";

    log_as_json(false);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--log-format=json") == 0 ||
            (strcmp(argv[i], name) == 0 && i + 1 < argc &&
             strcmp(argv[i + 1], "json") == 0))
            log_as_json(true);
}

enum status options_parse(struct options *options, int argc, char **argv,
                          struct err *err)
{
    struct arena *arena = arena_open();
    size_t room = (size_t)argc + 1;
    struct parsing parsing = {.options = options, .err = err};
    char **args = arena_take(arena, room * sizeof(*args));
    char *name;

    *options = (struct options){.arena = arena};
    policy_defaults(&options->policy);
    parsing.given = arena_take(arena, room * sizeof(*parsing.given));
    parsing.arguments = arena_take(arena, room * sizeof(*parsing.arguments));
    options->given = parsing.given;
    options->arguments = parsing.arguments;

    log_chosen(argc, argv);
    for (int i = 1; i < argc; i++)
        args[i] = argv[i];
    args[0] = arena_string(arena, TEXT("custsync"));
    if (parse_with(&parsing, argc > 0 ? argc : 1, args, ARGP_IN_ORDER) != OK)
        return STOP;
    if (parsing.command_at == 0)
        return no_command(err);
    name = args[parsing.command_at];
    parsing.command = options->command = command_named(name);
    if (options->command == NULL)
        return no_such_command(name, err);

    args += parsing.command_at;
    argc -= parsing.command_at;
    args[0] = arena_string(arena, arena_print(arena, "custsync %s", name));
    if (parse_with(&parsing, argc, args, 0) != OK)
        return STOP;
    return options_apply(options, &options->policy, err);
}

void options_close(struct options *options)
{
    arena_close(options->arena);
    options->arena = NULL;
}
