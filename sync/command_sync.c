/*
 * command_sync.c - sync, plan, import and export: two ends and a policy.
 */
#include "sync/command.h"
#include "sync/ending.h"
#include "sync/export.h"
#include "sync/files_apart.h"
#include "sync/plan_file.h"
#include "sync/plan_text.h"
#include "sync/progress.h"
#include "sync/report_own.h"
#include "sync/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The customers go to standard output: no summary may be among them. */
static bool to_stdout(const struct ends *ends)
{
    return ends->has_to && !ends->to.is_account &&
           strcmp(ends->to.path, "-") == 0;
}

/* Beside a summary, and of an account: a file is made of everybody. */
static enum status plan_shown(struct plan_text **text, const struct ends *ends,
                              bool plan, struct err *err)
{
    const struct policy *policy = &ends->policy;

    *text = NULL;
    if (policy->out != NULL && !ends->to.is_account)
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "a plan is kept of what goes to an account, and '%s' is "
                    "a file",
                    ends->to.written);
    if (!plan || policy->json || policy->verbosity < 0 || !ends->to.is_account)
        return OK;
    return plan_text_open(text, policy->verbosity > 0, err);
}

static enum status run(const struct options *options,
                       const struct config *config, struct ends *ends,
                       const struct plan_file *file, bool plan,
                       struct report *report, int *exit, struct err *err)
{
    struct policy *policy = &ends->policy;
    struct run_request request = {
        .command = plan ? "plan" : "sync",
        .config = config,
        .state_path = options_state_path(options),
        .job = ends->job,
        .from = ends->from,
        .from_count = ends->from_count,
        .to = &ends->to,
        .policy = policy,
        .options = options,
        .plan = file,
    };
    struct err second;
    bool ledger = false;
    enum status status;

    policy->dry_run = plan;
    policy->look = policy->look || policy->out != NULL;
    if (policy->json && to_stdout(ends) && !plan)
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "standard output cannot take both the customers and "
                    "--json");
    /* No line may stand between customers on one terminal. */
    progress_quiet(policy->verbosity < 0 ||
                   (to_stdout(ends) && isatty(STDOUT_FILENO)));
    status = plan_shown(&request.text, ends, plan, err);
    if (status != OK)
        return status;
    status = (policy->two_way ? run_two_way : run_sync)(&request, report,
                                                        &ledger, exit, err);
    if (status == OK)
        status = plan_text_show(request.text, err);
    plan_text_close(request.text);
    if (!ledger && status != OK)
        tell_stopped(report, policy, err);
    if (ledger &&
        tell_report(report, policy, plan, to_stdout(ends) && !plan, &second) !=
            OK &&
        status == OK) {
        *err = second;
        status = STOP;
    }
    return status;
}

/* What import and export ask of their ends. */
enum wanted_ends { ANY_ENDS, FILE_TO_ACCOUNT, ACCOUNT_TO_FILE };

static enum status check_two_way(const struct ends *ends, struct err *err)
{
    const char *what = NULL;

    if (!ends->policy.two_way)
        return OK;
    if (!ends->from[0].is_account || !ends->to.is_account)
        what = "--two-way is for two accounts";
    else if (ends->policy.rejects != NULL)
        what = "--rejects is for the rows of one source, and --two-way has two";
    else if (ends->policy.out != NULL)
        what = "a plan in a file goes one way, and --two-way goes two";
    return what == NULL ? OK : fail(err, STOP, EXIT_USAGE, "usage", "%s", what);
}

/* By what tells accounts apart: the label is only a name. */
static bool same_account(const struct account *a, const struct account *b)
{
    return a != NULL && b != NULL &&
           strcmp(a->provider->name, b->provider->name) == 0 &&
           strcmp(a->base_url, b->base_url) == 0 &&
           strcmp(a->tenant, b->tenant) == 0;
}

static enum status one_account(const struct ends *ends, struct err *err)
{
    const struct account *account = ends->to.account;

    (void)fail(err, STOP, EXIT_USAGE, "usage", "both ends are the account '%s'",
               ends->to.name);
    if (account != ends->from[0].account && account->provider->tenant != NULL)
        err_hint(err, "at %s accounts are told apart by %s",
                 account->provider->title, account->provider->tenant);
    else
        err_hint(err, "name another account or a file as one of them");
    return STOP;
}

/* Only what was published can be called done. */
static enum status check_changed(const struct ends *ends, struct err *err)
{
    if (!ends->policy.changed)
        return OK;
    if (!ends->from[0].is_account || ends->to.is_account) {
        (void)fail(err, STOP, EXIT_USAGE, "usage",
                   "--changed is for exports, from an account to a file");
        err_hint(err, "into an account only changes are sent anyway");
        return STOP;
    }
    if (export_is_file(ends->to.path))
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "--changed needs a file, which '%s' is not: who reads it may "
               "not have got it",
               ends->to.written);
    err_hint(err, "name a file, or leave --changed out");
    return STOP;
}

static enum status check_ends(const struct ends *ends, enum wanted_ends wanted,
                              struct err *err)
{
    bool from_account = ends->from[0].is_account;

    if (same_account(ends->to.account, ends->from[0].account))
        return one_account(ends, err);
    if (wanted == FILE_TO_ACCOUNT && (from_account || !ends->to.is_account))
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "import goes from files to an account, not from '%s' to "
                    "'%s'",
                    ends->from[0].written, ends->to.written);
    if (wanted == ACCOUNT_TO_FILE && (!from_account || ends->to.is_account))
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "export goes from an account to a file, not from '%s' to "
                    "'%s'",
                    ends->from[0].written, ends->to.written);
    return check_changed(ends, err);
}

static enum status begin_with(struct options *options, bool plan,
                              enum wanted_ends wanted,
                              const struct plan_file *file, int *exit,
                              struct err *err)
{
    struct config *config = NULL;
    struct ending ending;
    struct ends ends;
    enum status status;

    ending_open(&ending, options, plan ? "plan" : "sync");
    status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = ends_parse(&ends, options, config, true, err);
    plan = plan || (status == OK && ends.policy.dry_run);
    if (status == OK)
        status =
            ending_knows(&ending, config, &ends, plan ? "plan" : "sync", err);
    /* Of a plan they were right once. */
    if (status != OK && file != NULL && err->exit == EXIT_USAGE) {
        err->exit = EXIT_DATA;
        (void)snprintf(err->code, sizeof(err->code), "%s",
                       "plan_configuration_moved");
    }
    if (status == OK)
        status = check_ends(&ends, wanted, err);
    if (status == OK)
        status = check_two_way(&ends, err);
    if (status == OK)
        status = files_apart(options, config, &ends, err);
    if (status == OK)
        status =
            run(options, config, &ends, file, plan, ending.report, exit, err);
    status = ending_close(&ending, status, exit, err);
    config_close(config);
    return status;
}

static enum status begin(struct options *options, bool plan,
                         enum wanted_ends wanted, int *exit, struct err *err)
{
    return begin_with(options, plan, wanted, NULL, exit, err);
}

/* What the plan was asked for is asked again; how it is sent may be new. */
static enum status as_planned(struct options *options,
                              const struct plan_file *file, struct err *err)
{
    size_t count = options->given_count + file->options_count;
    struct setting *given =
        arena_take(options->arena, (count + 1) * sizeof(*given));

    if (options->arguments_count > 0)
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "the plan says from where to where; '%s' is one too many",
                    options->arguments[0]);
    for (size_t i = 0; i < options->given_count; i++) {
        given[file->options_count + i] = options->given[i];
        if (policy_plans(options->given[i].name))
            return fail(err, STOP, EXIT_USAGE, "usage",
                        "--%s is part of the plan, and cannot be said anew",
                        options->given[i].name);
    }
    for (size_t i = 0; i < file->options_count; i++)
        given[i] = file->options[i];
    options->given = given;
    options->given_count = count;
    options->arguments = file->arguments;
    options->arguments_count = file->arguments_count;
    policy_defaults(&options->policy);
    return options_apply(options, &options->policy, err);
}

static enum status sync_planned(struct options *options, int *exit,
                                struct err *err)
{
    struct plan_file *file = NULL;
    struct ending ending;
    enum status status = plan_file_load(&file, options->policy.plan, err);

    if (status == OK)
        status = as_planned(options, file, err);
    if (status != OK) {
        ending_open(&ending, options, "sync");
        status = ending_close(&ending, status, exit, err);
    } else {
        status = begin_with(options, false, ANY_ENDS, file, exit, err);
    }
    plan_file_close(file);
    return status;
}

static enum status run_command_sync(struct options *options, int *exit,
                                    struct err *err)
{
    if (options->policy.plan != NULL)
        return sync_planned(options, exit, err);
    return begin(options, false, ANY_ENDS, exit, err);
}

static enum status run_command_plan(struct options *options, int *exit,
                                    struct err *err)
{
    return begin(options, true, ANY_ENDS, exit, err);
}

static enum status run_command_import(struct options *options, int *exit,
                                      struct err *err)
{
    return begin(options, false, FILE_TO_ACCOUNT, exit, err);
}

static enum status run_command_export(struct options *options, int *exit,
                                      struct err *err)
{
    return begin(options, false, ACCOUNT_TO_FILE, exit, err);
}

extern const struct command command_sync, command_plan, command_import,
    command_export;

const struct command command_sync = {
    .name = "sync",
    .arguments = "FROM... TO | JOB | --plan FILE",
    .summary = "make TO agree with FROM (several files are one source)",
    .examples = "custsync sync shopify:export.csv shop:\n"
                "custsync sync --limit 20 nightly",
    .takes_policy = true,
    .run = run_command_sync,
};

const struct command command_plan = {
    .name = "plan",
    .arguments = "FROM... TO | JOB",
    .summary = "show what sync would do",
    .examples = "custsync plan shopify:export.csv shop:\n"
                "custsync plan --look --out plan.json nightly",
    .takes_policy = true,
    .run = run_command_plan,
};

const struct command command_import = {
    .name = "import",
    .arguments = "FILE... ACCOUNT:",
    .summary = "sync from files to an account",
    .beside = "sync",
    .examples = "custsync import --limit 20 shopify:export.csv shop:",
    .takes_policy = true,
    .run = run_command_import,
};

const struct command command_export = {
    .name = "export",
    .arguments = "ACCOUNT: FILE",
    .summary = "sync from an account to a file",
    .beside = "sync",
    .examples = "custsync export shop: xero:contacts.csv\n"
                "custsync export --changed shop: today.json",
    .takes_policy = true,
    .run = run_command_export,
};
