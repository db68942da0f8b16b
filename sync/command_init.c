/*
 * command_init.c - from nothing to a configuration, and the plan of a file.
 */
#include "sync/init.h"

#include "sync/again.h"
#include "sync/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command command_init, command_plan;

/* Found there without an option. */
#define USUAL_PATH "custsync.yaml"

/* --- what is not there yet ------------------------------------------------*/

/* The first environment variable in the text that is not set, or NULL. */
static const char *unset_variable(struct text text, struct arena *arena)
{
    size_t at;

    while ((at = text_find(text, "${")) < text.size) {
        struct text name = {text.at + at + 2, text.size - at - 2};

        name.size = text_find(name, "}");
        text =
            (struct text){name.at + name.size, text.size - at - 2 - name.size};
        if (name.size == 0 || text_find(name, ":") < name.size)
            continue;
        if (getenv(arena_string(arena, name)) == NULL)
            return arena_string(arena, name);
    }
    return NULL;
}

/*
 * A plan asks nobody, so it needs no secret; yet a configuration without them
 * does not load. Told, and set to a word that is none, in this process alone.
 */
static bool stand_in(const struct init *init, struct buffer *missing)
{
    for (size_t i = 0; i < init->settings_count; i++) {
        const char *name;

        while ((name = unset_variable(init->settings[i].value, init->arena)) !=
               NULL) {
            buffer_print(missing, "  export %s=...\n", name);
            (void)setenv(name, "not-set", 1);
        }
    }
    return missing->size > 0;
}

/* --- the account ----------------------------------------------------------*/

struct account_state {
    bool complete;  /* all that the configuration names is there */
    bool logged_in; /* the provider says so */
    bool login;     /* nobody has logged in yet */
};

static enum status check_account(const struct options *options,
                                 const char *name, struct account_state *state,
                                 struct err *err)
{
    struct config *config = NULL;
    struct store *store = NULL;
    struct client *client = NULL;
    const struct account *account = NULL;
    store_id id;
    enum status status = config_load(&config, options->config_path, err);

    if (status == OK)
        account = config_account(config, text_of(name));
    if (account == NULL || !state->complete)
        goto out;
    status = store_for_asking(&store, options, &account, 1, err);
    if (status == OK)
        status = client_for(&client, account, store, &id, err);
    if (status == OK)
        status = client_login(client, err);
    state->logged_in = status == OK;
    state->login = status != OK && strcmp(err->code, "no_token") == 0;
    if (state->login)
        status = OK;
out:
    client_close(client);
    store_close(store);
    config_close(config);
    return status;
}

static void tell_account(const struct init *init,
                         const struct account_state *state,
                         const struct err *refused)
{
    (void)printf("%s: %s\n", init->account,
                 !state->complete   ? "not asked, as something is missing"
                 : state->logged_in ? "logged in"
                 : state->login     ? "nobody has logged in yet"
                                    : refused->message);
}

/* --- the plan -------------------------------------------------------------*/

static enum status show_plan(const struct options *options, int *exit,
                             struct err *err)
{
    static const char *const job[] = {INIT_JOB, NULL};
    struct options plan = *options;
    struct setting *given =
        arena_take(options->arena, (options->given_count + 1) * sizeof(*given));

    plan.command = &command_plan;
    plan.arguments = job;
    plan.arguments_count = 1;
    plan.given = given;
    plan.given_count = 0;
    /* What else init was told is no policy of a plan. */
    for (size_t i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].name, "verbose") == 0)
            given[plan.given_count++] = options->given[i];
    (void)putchar('\n');
    return command_plan.run(&plan, exit, err);
}

/* What a person will paste to a shell. */
static const char *shell_word(const struct init *init, const char *word)
{
    struct buffer out = {0};
    const char *made;

    again_word(&out, word);
    made = arena_string(init->arena, buffer_view(&out));
    buffer_free(&out);
    return made;
}

/* A file that could not be planned is mended first: the error says how. */
static void tell_next(const struct init *init,
                      const struct account_state *state, struct text missing,
                      bool planned)
{
    bool login = init->auth != NULL && init->auth->login.url != NULL &&
                 !state->logged_in &&
                 init_setting(init, "refresh_token") == NULL;
    const char *config = strcmp(init->path, USUAL_PATH) != 0
                             ? arena_print(init->arena, " --config %s",
                                           shell_word(init, init->path))
                                   .at
                             : "";

    (void)printf("\nnext:\n%.*s", TEXT_ARGS(missing));
    if (login)
        (void)printf("  custsync login%s %s:\n", config, init->account);
    if (init->from == NULL)
        (void)printf("  custsync check%s\n  custsync plan%s FILE %s:\n", config,
                     config, init->account);
    else
        /* What is the matter with its rows, and which columns nobody reads. */
        (void)printf("  custsync check%s %s\n  custsync %s%s%s %s\n", config,
                     INIT_JOB, planned ? "sync" : "plan", config,
                     planned ? " --limit 10" : "", INIT_JOB);
}

/* --- the command ----------------------------------------------------------*/

static enum status write_it(const struct init *init, bool quiet,
                            struct err *err)
{
    struct buffer text = {0};
    enum status status;

    init_text(init, &text);
    status = init_publish(init->path, buffer_view(&text), err);
    buffer_free(&text);
    if (status != OK || quiet)
        return status;
    (void)printf("wrote %s\n", init->path);
    if (init->mapping != NULL)
        (void)printf("%s: %s\n", init->from, init->mapping);
    return OK;
}

/* The file is there; what is told from here on is about what it says. */
static enum status go_on(const struct init *init, struct options *options,
                         int *exit, struct err *err)
{
    struct account_state state = {0};
    struct buffer missing = {0};
    struct err refused = {0};
    bool quiet = options->policy.verbosity < 0;
    enum status checked, status = OK;

    options->config_path = init->path;
    state.complete = !stand_in(init, &missing);
    checked = check_account(options, init->account, &state, &refused);
    if (!quiet)
        tell_account(init, &state, &refused);
    if (checked != OK && refused.exit == EXIT_CONFIG)
        status = checked;
    else if (init->from != NULL && !quiet)
        status = show_plan(options, exit, err);
    if (checked != OK) {
        *err = refused;
        status = checked;
    } else if (!quiet) {
        tell_next(init, &state, buffer_view(&missing), status == OK);
    }
    buffer_free(&missing);
    return status;
}

/* Before anybody has answered a question for nothing. */
static enum status check_place(const struct init *init, struct err *err)
{
    struct stat there;
    const char *slash = strrchr(init->path, '/');
    const char *folder =
        slash == NULL ? "."
        : slash == init->path
            ? "/"
            : arena_string(
                  init->arena,
                  (struct text){init->path, (size_t)(slash - init->path)});

    /* A link that leads nowhere is there, too. */
    if (lstat(init->path, &there) == 0) {
        (void)fail(err, STOP, EXIT_CANTCREAT, "cannot_create",
                   "a configuration is there already");
        err_hint(err, "it is left as it is; --config FILE names another");
    } else if (access(folder, W_OK | X_OK) != 0) {
        (void)fail(err, STOP, EXIT_CANTCREAT, "cannot_create",
                   "cannot be created: %m");
    } else {
        return OK;
    }
    err_place(err, "%s", init->path);
    return STOP;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct init init = {
        .arena = options->arena,
        .path =
            options->config_path != NULL ? options->config_path : USUAL_PATH,
    };
    enum status status = arguments_between(options, 0, 0, err);

    if (status == OK)
        status = check_place(&init, err);
    if (status == OK)
        status = init_ask(&init, options, err);
    if (status == OK)
        status = write_it(&init, options->policy.verbosity < 0, err);
    if (status == OK)
        status = go_on(&init, options, exit, err);
    provider_close(init.provider);
    return status;
}

const struct command command_init = {
    .name = "init",
    .arguments = "",
    .summary = "write a first configuration, and plan a file with it",
    .examples = "custsync init\n"
                "custsync init --config trial.yaml --provider count "
                "--set client_id=ours",
    .run = run,
};
