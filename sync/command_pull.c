/*
 * command_pull.c - every customer of an account into the store.
 */
#include "sync/command.h"
#include "sync/ending.h"
#include "sync/files_apart.h"
#include "sync/progress.h"
#include "sync/report_own.h"
#include "sync/run.h"

static enum status run(struct options *options, int *exit, struct err *err)
{
    const struct policy *policy = &options->policy;
    struct config *config = NULL;
    struct ending ending;
    struct endpoint from;
    struct ends pulled = {.from = &from, .from_count = 1, .policy = *policy};
    struct run_request request = {
        .command = "pull",
        .state_path = options_state_path(options),
        .from = &from,
        .from_count = 1,
        .policy = policy,
    };
    enum status status = arguments_between(options, 1, 1, err);

    ending_open(&ending, options, "pull");
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = account_end(&from, config, options->arguments[0], err);
    if (status == OK)
        status = ending_knows(&ending, config, &pulled, "pull", err);
    if (status == OK)
        status = files_apart(options, config, &pulled, err);
    if (status == OK) {
        request.config = config;
        progress_quiet(policy->verbosity < 0);
        status = run_pull(&request, ending.report, exit, err);
        if (status != OK)
            tell_stopped(ending.report, policy, err);
    }
    if (status == OK)
        status = tell_report(ending.report, policy, false, false, err);
    status = ending_close(&ending, status, exit, err);
    config_close(config);
    return status;
}

extern const struct command command_pull;

const struct command command_pull = {
    .name = "pull",
    .arguments = "ACCOUNT:",
    .summary = "read every customer of the account into the store",
    .examples = "custsync pull shop:",
    .run = run,
};
