/*
 * test_command.c - arguments become ends or a job; a summary goes where it
 * belongs.
 */
#include "sync/command.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

TestSuite(command, .timeout = 10);

static const char *const nightly_from[] = {"a.csv", "b.csv", NULL};

static struct config config; /* made once a test: it keeps its arena */

static const struct config *make_config(void)
{
    static const struct account accounts[] = {{.name = "shop"},
                                              {.name = "books"}};
    static struct job jobs[1];

    jobs[0] = (struct job){.name = "nightly",
                           .from = nightly_from,
                           .from_count = 2,
                           .to = "shop:"};
    policy_defaults(&jobs[0].policy);
    jobs[0].policy.limit = 7;
    jobs[0].policy.mode = MODE_UPDATE;
    config = (struct config){.accounts = accounts,
                             .accounts_count = 2,
                             .jobs = jobs,
                             .jobs_count = 1,
                             .arena = config.arena != NULL ? config.arena
                                                           : arena_open()};
    return &config;
}

static enum status parse(struct options *options, struct ends *ends,
                         bool to_needed, struct err *err, int count, ...)
{
    static char *words[10] = {"custsync", "sync"};
    va_list list;

    va_start(list, count);
    for (int i = 0; i < count; i++)
        words[2 + i] = va_arg(list, char *);
    va_end(list);
    cr_assert_eq(options_parse(options, 2 + count, words, err), OK);
    return ends_parse(ends, options, make_config(), to_needed, err);
}

Test(command, the_last_of_several_arguments_is_to)
{
    struct options options;
    struct ends ends;
    struct err err;

    cr_assert_eq(
        parse(&options, &ends, true, &err, 3, "a.csv", "b.csv", "shop:"), OK);
    cr_assert_eq(ends.from_count, 2);
    cr_assert_str_eq(ends.from[1].path, "b.csv");
    cr_assert(ends.has_to && ends.to.is_account);
    cr_assert_null(ends.job);
    options_close(&options);
}

Test(command, one_argument_that_is_a_jobs_name_is_the_job)
{
    struct options options;
    struct ends ends;
    struct err err;

    cr_assert_eq(
        parse(&options, &ends, true, &err, 3, "nightly", "--mode", "create"),
        OK);
    cr_assert_str_eq(ends.job, "nightly");
    cr_assert_eq(ends.from_count, 2);
    cr_assert_str_eq(ends.to.written, "shop:");
    cr_assert_eq(ends.policy.limit, 7);
    /* The command line wins over the job's own key. */
    cr_assert_eq(ends.policy.mode, MODE_CREATE);
    options_close(&options);
}

Test(command, one_argument_that_is_no_job_needs_another_end)
{
    struct options options;
    struct ends ends;
    struct err err;

    cr_assert_eq(parse(&options, &ends, true, &err, 1, "nightyl"), STOP);
    cr_assert_eq(err.exit, EXIT_USAGE);
    cr_assert(strstr(err.hint, "'nightly'") != NULL, "%s", err.hint);
    options_close(&options);
    cr_assert_eq(parse(&options, &ends, false, &err, 1, "a.csv"), OK);
    cr_assert_not(ends.has_to);
    options_close(&options);
}

Test(command, an_account_among_several_sources_is_refused)
{
    struct options options;
    struct ends ends;
    struct err err;

    cr_assert_eq(
        parse(&options, &ends, true, &err, 3, "a.csv", "books:", "shop:"),
        STOP);
    cr_assert_eq(err.exit, EXIT_USAGE);
    options_close(&options);
}

Test(command, a_pair_needs_a_key_but_may_have_an_empty_value)
{
    struct arena *arena = arena_open();
    struct setting pair;
    struct err err;

    cr_assert_eq(pair_argument("email=a=b", arena, &pair, &err), OK);
    cr_assert_str_eq(pair.name, "email");
    cr_assert(text_is(pair.value, "a=b"));
    cr_assert_eq(pair_argument("email=", arena, &pair, &err), OK);
    cr_assert_eq(pair.value.size, 0);
    cr_assert_eq(pair_argument("=x", arena, &pair, &err), STOP);
    cr_assert_eq(pair_argument("email", arena, &pair, &err), STOP);
    cr_assert_eq(err.exit, EXIT_USAGE);
    arena_close(arena);
}

/* --- where a summary goes -------------------------------------------------*/

static void tell(int verbosity, bool taken, bool problem)
{
    struct report *report = report_open();
    struct policy policy;
    struct err err;

    policy_defaults(&policy);
    policy.verbosity = verbosity;
    report_about(report, "sync", 3, NULL, "a.csv", "b.csv", 1);
    report_read(report, 1);
    report_count(report, problem ? ROWS_INVALID : ROWS_CREATED, 1);
    if (problem)
        report_problem(report, "a.csv", 2, "invalid", "nobody", "", "nobody");
    report_finish(report, report_exit(report, false), 2);
    cr_redirect_stdout();
    cr_redirect_stderr();
    cr_assert_eq(tell_report(report, &policy, false, taken, &err), OK);
    (void)fflush(stderr);
    report_close(report);
}

#define SUMMARY \
    "run 3: a.csv -> b.csv\n  read       1\n  created    1\n  updated    0\n"

Test(command, a_summary_goes_to_standard_output)
{
    tell(0, false, false);
    cr_assert_stdout_eq_str(SUMMARY);
}

Test(command, quiet_says_nothing_when_all_is_well)
{
    tell(-1, false, false);
    (void)fputs("-", stdout);
    (void)fputs("-", stderr);
    (void)fflush(stdout);
    cr_assert_stdout_eq_str("-");
    cr_assert_stderr_eq_str("-");
}

Test(command, quiet_tells_standard_error_what_is_pending)
{
    struct report *report = report_open();
    struct policy policy;
    struct err err;

    policy_defaults(&policy);
    policy.verbosity = -1;
    report_read(report, 1);
    report_count(report, ROWS_PENDING, 1);
    report_finish(report, report_exit(report, false), 2);
    cr_redirect_stderr();
    cr_assert_eq(tell_report(report, &policy, false, false, &err), OK);
    (void)fflush(stderr);
    report_close(report);
    cr_assert_stderr_neq_str("");
}

Test(command, quiet_tells_standard_error_what_went_wrong)
{
    tell(-1, false, true);
    cr_assert_stderr_neq_str("");
    (void)fputs("-", stdout);
    (void)fflush(stdout);
    cr_assert_stdout_eq_str("-");
}

Test(command, among_customers_on_standard_output_is_no_summary)
{
    tell(0, true, true);
    cr_assert_stderr_neq_str("");
    (void)fputs("-", stdout);
    (void)fflush(stdout);
    cr_assert_stdout_eq_str("-");
}
