/*
 * ending.c - see ending.h.
 */
#include "sync/ending.h"

#include "formats/format.h"
#include "formats/log.h"
#include "state/past.h"
#include "sync/metrics.h"
#include "sync/notify.h"
#include "sync/report_own.h"

#include <string.h>
#include <unistd.h>

/* A provider that is away comes back by itself; away for so many runs, somebody
 * should know, and then each time it has been twice as many. */
enum { AWAY_RUNS = 3 };

bool ending_needs_person(int exit, uint64_t in_a_row)
{
    switch (exit) {
    case EXIT_DONE:
    case EXIT_CHANGES:
    case EXIT_TRYLATER:
        return false;
    case EXIT_UNAVAILABLE:
        while (in_a_row > AWAY_RUNS && in_a_row % 2 == 0)
            in_a_row /= 2;
        return in_a_row == AWAY_RUNS;
    default:
        return exit < 128; /* a signal is a person's doing */
    }
}

const char *ending_word(int exit)
{
    static const struct {
        int exit;
        const char *word;
    } words[] = {
        {EXIT_DONE, "done"},
        {EXIT_SOME, "some"},
        {EXIT_CHANGES, "changes"},
        {EXIT_USAGE, "usage"},
        {EXIT_DATA, "data"},
        {EXIT_NOINPUT, "no_source"},
        {EXIT_UNAVAILABLE, "unavailable"},
        {EXIT_BUG, "bug"},
        {EXIT_CANTCREAT, "cannot_create"},
        {EXIT_IO, "io"},
        {EXIT_TRYLATER, "later"},
        {EXIT_CREDENTIALS, "credentials"},
        {EXIT_CONFIG, "configuration"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].exit == exit)
            return words[i].word;
    return "interrupted";
}

/* --- what is known so far -------------------------------------------------*/

void ending_open(struct ending *ending, const struct options *options,
                 const char *command)
{
    size_t count = options->arguments_count;
    const char *const *arguments = options->arguments;
    bool job = count == 1 && options->command->takes_policy;

    *ending = (struct ending){
        .options = options,
        .policy = &options->policy,
        .report = report_open(),
    };
    report_about(ending->report, command, 0, job ? arguments[0] : "",
                 count > 0 && !job ? arguments[0] : "",
                 count > 1 ? arguments[count - 1] : "", now_ms());
}

static void know(struct ending *ending, const struct config *config,
                 const struct ends *ends, const char *command)
{
    struct report *report = ending->report;

    ending->config = config;
    ending->ends = ends;
    if (ends == NULL) {
        report_about(report, command, 0, "", "", "", report->started_ms);
        return;
    }
    ending->policy = &ends->policy;
    report_about(report, command, 0, ends->job, ends->from[0].written,
                 ends->has_to ? ends->to.written : "", report->started_ms);
}

enum status ending_knows(struct ending *ending, const struct config *config,
                         const struct ends *ends, const char *command,
                         struct err *err)
{
    const struct policy *policy;
    enum status status = OK;

    know(ending, config, ends, command);
    policy = ending->policy;
    if (policy->report != NULL)
        status = file_try(policy->report, err);
    if (status == OK && policy->metrics != NULL)
        status = metrics_try(policy->metrics, err);
    return status;
}

/* --- it is over -----------------------------------------------------------*/

static bool is_done(int exit)
{
    return exit == EXIT_DONE || exit == EXIT_SOME || exit == EXIT_CHANGES;
}

/* The store says how the runs before went; where none is, this one does. */
static struct store *open_past(const struct ending *ending, struct arena *arena,
                               struct past *past)
{
    const struct report *report = ending->report;
    const struct past_of of = {report->command, report->job, report->from,
                               report->to};
    const char *path = options_state_path(ending->options);
    struct store *store = NULL;
    struct err err;

    *past = (struct past){0};
    if (access(path, F_OK) == 0 &&
        store_open(&store, path, STORE_READ, &err) == OK)
        (void)store_past(store, &of, report->exit, arena, past, &err);
    /* It may be one that the store does not remember: a plan, or no account. */
    if (is_done(report->exit) && past->done_ms < report->started_ms)
        past->done_ms = report->finished_ms;
    return store;
}

static enum status tell(const struct ending *ending, struct err *err)
{
    const struct policy *policy = ending->policy;
    struct arena *arena = arena_open();
    struct past past;
    struct store *store = open_past(ending, arena, &past);
    enum status status = OK;

    if (policy->metrics != NULL)
        status = metrics_write(
            &(struct metrics){
                .report = ending->report,
                .past = &past,
                .store = store,
                .config = ending->config,
                .ends = ending->ends,
            },
            policy->metrics, err);
    store_close(store);
    if (policy->notify != NULL &&
        ending_needs_person(ending->report->exit, past.in_a_row))
        notify(ending->report, policy->notify);
    arena_close(arena);
    return status;
}

/* It may have been finished, and then something else went wrong. */
static void finish(struct report *report, int exit)
{
    if (report->finished_ms == 0 || report->exit != exit)
        report_finish(report, exit, now_ms());
}

enum status ending_close(struct ending *ending, enum status status,
                         const int *exit, struct err *err)
{
    struct report *report = ending->report;
    bool wanted =
        ending->policy->metrics != NULL || ending->policy->notify != NULL;
    struct err second;

    if (wanted && status != OK && report->why == NULL)
        report_stopped(report, err);
    if (wanted) {
        finish(report, status == OK ? *exit : err->exit);
        if (tell(ending, &second) != OK && status == OK) {
            *err = second;
            status = STOP;
        }
    }
    report_close(report);
    ending->report = NULL;
    return status;
}
