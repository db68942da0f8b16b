/*
 * command.c - the parts of a command that all of them need.
 */
#include "sync/command.h"

#include "formats/log.h"
#include "sync/near.h"
#include "sync/progress.h"
#include "sync/report_own.h"
#include "sync/run.h"
#include "sync/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- arguments ------------------------------------------------------------*/

static enum status usage(const struct options *options, struct err *err,
                         const char *what)
{
    (void)fail(err, STOP, EXIT_USAGE, "usage", "%s", what);
    err_hint(err, "custsync %s %s", options->command->name,
             options->command->arguments);
    return STOP;
}

enum status arguments_between(const struct options *options, size_t min,
                              size_t max, struct err *err)
{
    if (options->arguments_count < min)
        return usage(options, err, "an argument is missing");
    if (options->arguments_count > max)
        return usage(options, err, "there are too many arguments");
    return OK;
}

enum status account_end(struct endpoint *endpoint, const struct config *config,
                        const char *written, struct err *err)
{
    enum status status = endpoint_parse(endpoint, written, config, err);

    if (status == OK && !endpoint->is_account) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%s' is not an account",
                   written);
        err_hint(err, "an account is written with a colon, shop: say");
        if (strpbrk(written, ":/.") == NULL)
            near_account(err, written, config);
        status = STOP;
    }
    return status;
}

enum status account_argument(const struct config *config, const char *written,
                             const struct account **account, struct err *err)
{
    struct endpoint endpoint;
    enum status status = account_end(&endpoint, config, written, err);

    if (status == OK)
        *account = endpoint.account;
    return status;
}

enum status pair_argument(const char *written, struct arena *arena,
                          struct setting *pair, struct err *err)
{
    const char *equals = strchr(written, '=');

    if (equals == NULL || equals == written) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%s' is not KEY=VALUE",
                   written);
        err_hint(err, "email=ann@example.com, for instance");
        return STOP;
    }
    pair->name =
        arena_string(arena, (struct text){written, (size_t)(equals - written)});
    pair->value = text_of(equals + 1);
    return OK;
}

enum status run_argument(const char *written, store_id *run, struct err *err)
{
    uint64_t number;

    if (!text_to_u64(text_of(written), &number) || number == 0 ||
        number > INT64_MAX) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%s' is no run's number",
                   written);
        err_hint(err, "'custsync runs' lists them");
        return STOP;
    }
    *run = (store_id)number;
    return OK;
}

static enum status no_such_job(const struct options *options,
                               const struct config *config, const char *why,
                               struct err *err)
{
    const char *name = options->arguments[0];

    (void)fail(err, STOP, EXIT_USAGE, "usage", "there is no job '%s', and %s",
               name, why);
    (void)near_hint(err, name, near_jobs(config, options->arena),
                    arena_print(options->arena, "custsync %s %s%s",
                                options->command->name,
                                options->command->arguments,
                                config->file == NULL
                                    ? "; no configuration was found: --config "
                                      "FILE names one, 'custsync init' writes "
                                      "one"
                                    : "")
                        .at);
    return STOP;
}

static enum status end_of(struct endpoint *end, const char *written,
                          const struct config *config, struct err *err)
{
    enum status status = endpoint_parse(end, written, config, err);

    return status == OK ? endpoint_check(end, config, err) : status;
}

static enum status ends_of(struct ends *ends, const struct options *options,
                           const struct config *config, const char *const *from,
                           size_t count, const char *to, struct err *err)
{
    ends->from = arena_take(options->arena, count * sizeof(*ends->from));
    ends->from_count = count;
    for (size_t i = 0; i < count; i++) {
        enum status status = end_of(&ends->from[i], from[i], config, err);

        if (status != OK)
            return status;
        if (ends->from[i].is_account && count > 1) {
            (void)fail(err, STOP, EXIT_USAGE, "usage",
                       "'%s' is an account, and stands among several sources",
                       from[i]);
            err_hint(err, "several files are one source; accounts are synced "
                          "one by one");
            return STOP;
        }
    }
    ends->has_to = to != NULL;
    return to != NULL ? end_of(&ends->to, to, config, err) : OK;
}

/* Neither an account nor a file, nor what one would be called. */
static bool is_no_file(const char *written)
{
    return strpbrk(written, ":./") == NULL && strcmp(written, "-") != 0 &&
           access(written, F_OK) != 0;
}

enum status ends_parse(struct ends *ends, const struct options *options,
                       const struct config *config, bool to_needed,
                       struct err *err)
{
    size_t count = options->arguments_count;
    const struct job *job = NULL;

    *ends = (struct ends){.policy = options->policy};
    if (count == 0)
        return usage(options, err, "an end or a job is missing");
    if (count == 1)
        job = config_job(config, text_of(options->arguments[0]));
    if (job != NULL) {
        enum status status;

        ends->job = job->name;
        ends->policy = job->policy;
        status = options_apply(options, &ends->policy, err);
        if (status == OK)
            status = ends_of(ends, options, config, job->from, job->from_count,
                             job->to, err);
        /* The name of a job's files as a source. */
        if (status == OK && !ends->from[0].is_account &&
            ends->policy.source == NULL)
            ends->policy.source = job->name;
        return status;
    }
    if (count == 1 && to_needed)
        return no_such_job(options, config, "a sync of two ends needs both",
                           err);
    if (count == 1 && is_no_file(options->arguments[0]))
        return no_such_job(options, config, "no file or account either", err);
    if (count == 1)
        return ends_of(ends, options, config, options->arguments, 1, NULL, err);
    return ends_of(ends, options, config, options->arguments, count - 1,
                   options->arguments[count - 1], err);
}

/* --- store and client -----------------------------------------------------*/

enum status store_for_asking(struct store **store,
                             const struct options *options,
                             const struct account *const *accounts,
                             size_t count, struct err *err)
{
    enum store_mode mode = STORE_DRY;

    for (size_t i = 0; i < count; i++)
        if (accounts[i]->auth != NULL && accounts[i]->auth->refreshes)
            mode = STORE_WRITE;
    return store_open(store, options_state_path(options), mode, err);
}

enum status client_for(struct client **client, const struct account *account,
                       struct store *store, store_id *id, struct err *err)
{
    bool renamed;
    enum status status =
        store_account(store, account->provider->name, account->base_url,
                      account->tenant, account->name, id, &renamed, err);

    if (status == OK)
        status = client_open(client, account, *id, store, &clock_real, err);
    if (status == OK)
        client_interrupt_by(*client, &run_interrupted);
    return status;
}

int64_t now_ms(void)
{
    return clock_real.now_ms(clock_real.self);
}

/* --- standard output ------------------------------------------------------*/

enum status print_out(const struct buffer *out, struct err *err)
{
    progress_clear();
    if (fwrite(out->at, 1, out->size, stdout) != out->size ||
        fflush(stdout) != 0)
        return fail(err, STOP, EXIT_IO, "io",
                    "standard output cannot be written: %m");
    return OK;
}

enum status print_json(const struct node *node, struct err *err)
{
    struct buffer out = {0};
    enum status status;

    json_write(&out, node);
    buffer_byte(&out, '\n');
    status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

/* Whoever reads it on a terminal shall not read words cut in two; a file has a
 * line for each thing. */
static void show_summary(const struct report *report, bool plan, int fd,
                         struct buffer *out)
{
    size_t columns = show_columns(fd);
    struct buffer text = {0};

    report_text(report, plan, &text);
    if (columns > 0)
        show_wrapped(out, buffer_view(&text), columns);
    else
        buffer_text(out, buffer_view(&text));
    buffer_free(&text);
}

enum status tell_report(const struct report *report,
                        const struct policy *policy, bool plan, bool taken,
                        struct err *err)
{
    struct buffer out = {0};
    /* Quiet is for cron, which mails what went wrong. */
    bool quiet = policy->verbosity < 0;
    bool aside = taken || (quiet && !policy->json);
    bool wrong = report->exit != EXIT_DONE && report->exit != EXIT_CHANGES;
    enum status status = OK;

    if (policy->json) {
        report_json(report, &out);
        buffer_byte(&out, '\n');
    } else if (!aside || wrong || (!quiet && report->problems_count > 0)) {
        show_summary(report, plan, aside ? STDERR_FILENO : STDOUT_FILENO, &out);
    }
    progress_clear();
    if (aside && out.size > 0 && log_is_json())
        report_log(report);
    else if (aside && out.size > 0)
        (void)fwrite(out.at, 1, out.size, stderr);
    else if (!aside)
        status = print_out(&out, err);
    buffer_free(&out);
    if (policy->report != NULL && status == OK)
        status = report_file(report, policy->report, err);
    return status;
}

void tell_stopped(struct report *report, const struct policy *policy,
                  const struct err *why)
{
    struct err err;

    report_stopped(report, why);
    if (policy->report == NULL)
        return;
    report_finish(report, why->exit, now_ms());
    /* Why it stopped is the nearer trouble than a report that cannot be. */
    (void)report_file(report, policy->report, &err);
}

void json_text(struct node *object, const char *name, struct text text,
               struct arena *arena)
{
    (void)node_add(object, name, node_text(arena, text));
}

void json_number(struct node *object, const char *name, uint64_t number,
                 struct arena *arena)
{
    struct node *node = node_new(arena, NODE_NUMBER);

    node->text = arena_print(arena, "%" PRIu64, number);
    (void)node_add(object, name, node);
}

void json_flag(struct node *object, const char *name, bool flag,
               struct arena *arena)
{
    (void)node_add(object, name,
                   node_new(arena, flag ? NODE_TRUE : NODE_FALSE));
}

void json_time(struct node *object, const char *name, int64_t ms,
               struct arena *arena)
{
    if (ms != 0)
        json_text(object, name, report_time(ms, arena), arena);
}
