/*
 * command_retry.c - retry: what was refused, failed or parked is due again.
 */
#include "sync/codes.h"
#include "sync/command.h"
#include "sync/ending.h"
#include "sync/files_apart.h"
#include "sync/near.h"
#include "sync/progress.h"
#include "sync/report_own.h"
#include "sync/run.h"

#include <unistd.h>

static enum status take_code(const struct options *options, const char **code,
                             struct err *err)
{
    struct text given = options_given(options, "code");

    *code = given.size > 0 ? given.at : NULL;
    if (*code == NULL || code_remedy(*code) != NULL)
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage", "there is no code '%s'", *code);
    (void)near_hint(err, *code, code_names(options->arena),
                    "'custsync status' shows the codes in brackets");
    return STOP;
}

static enum status retry(struct options *options, const struct config *config,
                         const struct retry_request *request,
                         struct report *report, int *exit, struct err *err)
{
    struct err second;
    enum status status;

    /* Before the first run there is nothing to do again, and that is no fault.
     */
    if (config->accounts_count == 0 || access(request->state_path, F_OK) != 0)
        return request->run == 0 ? OK : run_unknown(request->run, err);
    progress_quiet(options->policy.verbosity < 0);
    status = run_retry(request, report, exit, err);
    /* Of a run that never began there is nothing to tell. */
    if (report->run != 0 &&
        tell_report(report, &options->policy, false, false, &second) != OK &&
        status == OK) {
        *err = second;
        status = STOP;
    }
    return status;
}

static enum status command_retry_run(struct options *options, int *exit,
                                     struct err *err)
{
    struct config *config = NULL;
    struct retry_request request = {
        .state_path = options_state_path(options),
        .options = options,
    };
    struct ending ending;
    enum status status = arguments_between(options, 0, 1, err);

    ending_open(&ending, options, "retry");
    if (status == OK && options->arguments_count > 0)
        status = run_argument(options->arguments[0], &request.run, err);
    if (status == OK)
        status = take_code(options, &request.code, err);
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    request.config = config;
    if (status == OK)
        status = ending_knows(&ending, config, NULL, "retry", err);
    if (status == OK)
        status = files_apart(options, config, NULL, err);
    if (status == OK)
        status = retry(options, config, &request, ending.report, exit, err);
    status = ending_close(&ending, status, exit, err);
    config_close(config);
    return status;
}

extern const struct command command_retry;

const struct command command_retry = {
    .name = "retry",
    .arguments = "[RUN]",
    .summary = "make refused or failed changes due again, then push",
    .examples = "custsync retry\n"
                "custsync retry --code duplicate",
    .run = command_retry_run,
};
