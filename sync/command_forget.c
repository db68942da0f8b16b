/*
 * command_forget.c - forget: one person goes from the store, and is not made
 * anew.
 *
 * Works on the store alone, while no run does: every account is locked. There
 * is no undo, so a person at a terminal is asked.
 */
#include "formats/log.h"
#include "state/history.h"
#include "sync/command.h"
#include "sync/forget.h"
#include "sync/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *account_label(struct forget *forget, store_id account,
                                 struct err *err)
{
    struct account_about about;

    if (store_account_about(forget->who.store, account, forget->who.arena,
                            &about, err) != OK)
        return "?";
    return arena_print(
               forget->who.arena, "%.*s",
               TEXT_ARGS(about.label.size > 0 ? about.label : about.base_url))
        .at;
}

/* --- asking ---------------------------------------------------------------*/

static enum status ask(const struct forget *forget, const char *written,
                       struct err *err)
{
    char answer[16];

    if (!isatty(STDIN_FILENO))
        return OK;
    (void)fprintf(stderr,
                  "custsync: forget the customer %s for good? There is no way "
                  "back. [y/N] ",
                  forget->customer != 0
                      ? who_describe(forget->who.store, forget->customer,
                                     forget->who.arena)
                      : arena_print(forget->who.arena, "with %s", written).at);
    if (fgets(answer, sizeof(answer), stdin) != NULL &&
        (answer[0] == 'y' || answer[0] == 'Y'))
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage", "nothing was forgotten");
    err_hint(err, "answer y, or give --yes");
    return STOP;
}

/* --- telling --------------------------------------------------------------*/

static const char *kind_name(int kind)
{
    return kind < KEY_COUNT ? key_name((enum key)kind) : "name and address";
}

/* Each kind once: what keeps the person out, or what does not. */
static void tell_kinds(const struct forget *forget, bool shared,
                       const char *before, const char *after,
                       struct buffer *out)
{
    size_t told = 0;

    for (int kind = 0; kind <= KEY_COUNT; kind++) {
        bool has = false;

        for (size_t i = 0; i < forget->keys_count; i++)
            has |= forget->keys[i].kind == kind && forget->shared[i] == shared;
        if (has)
            buffer_print(out, "%s%s", told++ > 0 ? ", " : before,
                         kind_name(kind));
    }
    if (told > 0)
        buffer_string(out, after);
}

static void tell_forgotten(struct forget *forget, const char *written,
                           struct buffer *out, struct err *err)
{
    buffer_print(out, "%s is forgotten\n", written);
    tell_kinds(forget, false, "  not to be made anew by: ", "\n", out);
    tell_kinds(forget, true,
               "  also somebody else's, so it keeps nobody out: ", "\n", out);
    for (size_t i = 0; i < forget->records_count; i++)
        buffer_print(out,
                     "  %s: record %.*s is not touched: delete it there, if it "
                     "is to go\n",
                     account_label(forget, forget->records[i].account, err),
                     TEXT_ARGS(forget->records[i].remote_id));
}

static enum status tell(struct forget *forget, const char *written, int *exit,
                        bool quiet, struct err *err)
{
    struct buffer out = {0};
    enum status status = OK;

    if (forget->known == FORGET_NOBODY) {
        *exit = EXIT_SOME;
        log_tell(&(struct log_line){
            .level = LEVEL_ERROR,
            .message = arena_print(forget->who.arena,
                                   "no customer with %s is known", written)
                           .at,
        });
    } else if (forget->known == FORGET_ALREADY) {
        buffer_print(&out, "%s was forgotten already\n", written);
    } else {
        tell_forgotten(forget, written, &out, err);
    }
    if (!quiet)
        status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

/* --- the command ----------------------------------------------------------*/

/* Old bytes are wiped even where nobody is to be forgotten: the last one may
 * have been killed between the two. */
static enum status forget_now(struct forget *forget, const char *written,
                              bool sure, struct err *err)
{
    bool due = false;
    enum status status = forget_find(forget, written, err);

    if (status == OK && forget->known == FORGET_SOMEBODY) {
        if (!sure)
            status = ask(forget, written, err);
        if (status == OK)
            status = forget_do(forget, err);
    }
    if (status == OK)
        status = store_wipe_due(forget->who.store, &due, err);
    return status == OK && due ? store_wipe(forget->who.store, err) : status;
}

static enum status work(struct options *options, struct config *config,
                        int *exit, struct err *err)
{
    const char *path = options_state_path(options);
    const char *written = options->arguments[0];
    bool sure = text_is(options_given(options, "yes"), "true");
    struct store *store = NULL;
    struct forget *forget = arena_take(options->arena, sizeof(*forget));
    enum status status = store_open(
        &store, path, access(path, F_OK) != 0 ? STORE_DRY : STORE_WRITE, err);

    *forget = (struct forget){.who = {.store = store,
                                      .config = config,
                                      .source = options->policy.source,
                                      .arena = options->arena}};
    if (status == OK)
        status = run_lock_all(store, options->policy.wait_ms, err);
    if (status == OK)
        status = forget_now(forget, written, sure, err);
    if (status == OK)
        status =
            tell(forget, written, exit, options->policy.verbosity < 0, err);
    store_close(store);
    return status;
}

static enum status command_forget_run(struct options *options, int *exit,
                                      struct err *err)
{
    struct config *config = NULL;
    enum status status = arguments_between(options, 1, 1, err);

    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = work(options, config, exit, err);
    config_close(config);
    return status;
}

extern const struct command command_forget;

const struct command command_forget = {
    .name = "forget",
    .arguments = "KEY=VALUE",
    .summary = "erase one person, and never make the customer anew",
    .examples = "custsync forget email=ann.lee@example.com",
    .run = command_forget_run,
};
