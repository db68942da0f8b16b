/*
 * command_undo.c - undo: what a run wrote is put back.
 */
#include "sync/command.h"
#include "sync/ending.h"
#include "sync/files_apart.h"
#include "sync/plan_text.h"
#include "sync/progress.h"
#include "sync/run.h"

static enum status undo(struct undo_request *request, struct report *report,
                        int *exit, struct err *err)
{
    const struct policy *policy = request->policy;
    struct err second;
    bool ledger = false;
    enum status status = OK;

    if (policy->dry_run && !policy->json && policy->verbosity >= 0)
        status = plan_text_open(&request->text, policy->verbosity > 0, err);
    if (status != OK)
        return status;
    progress_quiet(policy->verbosity < 0);
    status = run_undo(request, report, &ledger, exit, err);
    if (status == OK)
        status = plan_text_show(request->text, err);
    plan_text_close(request->text);
    /* Of a run that is not known there is nothing to tell. */
    if (ledger &&
        tell_report(report, policy, policy->dry_run, false, &second) != OK &&
        status == OK) {
        *err = second;
        status = STOP;
    }
    return status;
}

static enum status command_undo_run(struct options *options, int *exit,
                                    struct err *err)
{
    struct config *config = NULL;
    struct undo_request request = {
        .state_path = options_state_path(options),
        .policy = &options->policy,
    };
    struct ending ending;
    enum status status = arguments_between(options, 1, 1, err);

    ending_open(&ending, options, "undo");
    if (status == OK)
        status = run_argument(options->arguments[0], &request.run, err);
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    request.config = config;
    if (status == OK)
        status = ending_knows(&ending, config, NULL, "undo", err);
    if (status == OK)
        status = files_apart(options, config, NULL, err);
    if (status == OK)
        status = undo(&request, ending.report, exit, err);
    status = ending_close(&ending, status, exit, err);
    config_close(config);
    return status;
}

extern const struct command command_undo;

const struct command command_undo = {
    .name = "undo",
    .arguments = "RUN",
    .summary = "put back what a run wrote, where nobody changed it since",
    .examples = "custsync undo -n 2\n"
                "custsync undo 2",
    .run = command_undo_run,
};
