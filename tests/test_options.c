/*
 * test_options.c - the command line becomes a command, a policy, arguments.
 */
#include "sync/options.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(options, .timeout = 10);

enum { WORDS_MAX = 20 };

/* Words separated by blanks, as a shell would hand them over. */
static enum status parse(struct options *options, const char *line,
                         struct err *err)
{
    static char text[500];
    static char *words[WORDS_MAX + 1];
    int count = 0;

    (void)snprintf(text, sizeof(text), "%s", line);
    for (char *word = strtok(text, " "); word != NULL && count < WORDS_MAX;
         word = strtok(NULL, " "))
        words[count++] = word;
    return options_parse(options, count, words, err);
}

static void parse_well(struct options *options, const char *line)
{
    struct err err;

    cr_assert_eq(parse(options, line, &err), OK, "%s: %s", line, err.message);
}

Test(options, before_and_after_the_command_are_taken)
{
    struct options options;

    parse_well(&options, "custsync --config a.yaml -v sync --limit 5 "
                         "one.csv -q two.csv shop: --state s.db --json");
    cr_assert_str_eq(options.command->name, "sync");
    cr_assert_str_eq(options.config_path, "a.yaml");
    cr_assert_str_eq(options.state_path, "s.db");
    cr_assert_eq(options.arguments_count, 3);
    cr_assert_str_eq(options.arguments[0], "one.csv");
    cr_assert_str_eq(options.arguments[2], "shop:");
    cr_assert_null(options.arguments[3]);
    cr_assert_eq(options.policy.limit, 5);
    cr_assert_eq(options.policy.verbosity, -1);
    cr_assert(options.policy.json);
    options_close(&options);
}

Test(options, all_of_a_policy_are_applied)
{
    struct options options;
    const struct policy *policy = &options.policy;

    parse_well(&options,
               "custsync sync --match email,mobile --source crm --look "
               "--encoding windows-1252 --delimiter ; --skip 2 "
               "--duplicates last --mode update --blank clear a.csv b.csv");
    cr_assert_eq(policy->match_count, 2);
    cr_assert_eq(policy->match[0], KEY_EMAIL);
    cr_assert_str_eq(policy->source, "crm");
    cr_assert(policy->look);
    cr_assert_str_eq(policy->encoding, "windows-1252");
    cr_assert_eq(policy->delimiter, ';');
    cr_assert(policy->skip_set);
    cr_assert_eq(policy->skip, 2);
    cr_assert_eq(policy->duplicates, DUPLICATES_LAST);
    cr_assert_eq(policy->mode, MODE_UPDATE);
    cr_assert(policy->blank_clear);
    options_close(&options);

    parse_well(&options,
               "custsync sync --prefer target --missing deactivate "
               "--max-changes 10% --wait 10m --deadline 90m --rejects r.csv "
               "--report r.html -n - x.csv");
    cr_assert(policy->prefer_target);
    cr_assert_eq(policy->missing, MISSING_DEACTIVATE);
    cr_assert(policy->max_changes_percent);
    cr_assert_eq(policy->max_changes, 10);
    cr_assert_eq(policy->wait_ms, 600000);
    cr_assert_eq(policy->deadline_ms, 5400000);
    cr_assert_str_eq(policy->rejects, "r.csv");
    cr_assert_str_eq(policy->report, "r.html");
    cr_assert(policy->dry_run);
    cr_assert_str_eq(options.arguments[0], "-");
    options_close(&options);
}

Test(options, given_win_over_those_of_a_job)
{
    struct options options;
    struct policy job;
    struct err err;

    parse_well(&options, "custsync sync --mode create nightly");
    policy_defaults(&job);
    job.mode = MODE_UPDATE;
    job.limit = 7;
    cr_assert_eq(options_apply(&options, &job, &err), OK);
    cr_assert_eq(job.mode, MODE_CREATE);
    cr_assert_eq(job.limit, 7);
    cr_assert(text_is(options_given(&options, "mode"), "create"));
    cr_assert_eq(options_given(&options, "limit").size, 0);
    options_close(&options);
}

static const struct {
    const char *line, *words; /* of message or hint */
} wrong[] = {
    {"custsync snyc a.csv b.csv", "did you mean 'sync'"},
    {"custsync frobnicate", "--help"},
    {"custsync sync --mode upset a.csv b.csv", "upsert"},
    {"custsync sync --match email,fax a.csv b.csv", "mobile"},
    {"custsync sync --wait soon a.csv b.csv", "10s"},
    {"custsync sync --report r.pdf a.csv b.csv", ".json"},
    {"custsync sync --limit 0 a.csv b.csv", "1 or more"},
};

Test(options, that_are_wrong_end_with_64_and_a_hint)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct options options;
        struct err err = {0};

        cr_assert_eq(parse(&options, wrong[i].line, &err), STOP, "%s",
                     wrong[i].line);
        cr_assert_eq(err.exit, EXIT_USAGE);
        cr_assert(strstr(err.hint, wrong[i].words) != NULL, "%s: %s",
                  wrong[i].line, err.hint);
        options_close(&options);
    }
}

static const struct {
    const char *line, *message, *hint; /* parts of them */
} wrong_options[] = {
    {"custsync sync --limt 3 a.csv b.csv", "'--limt' is no option of sync",
     "did you mean '--limit'?"},
    {"custsync sync --limt=3 a.csv b.csv", "'--limt=3' is no option of sync",
     "did you mean '--limit'?"},
    {"custsync sync --frobnicate a.csv", "'--frobnicate' is no option",
     "'custsync sync --help'"},
    {"custsync sync a.csv b.csv --re", "'--re' is not clear",
     "--recreate --rejects --report"},
    {"custsync sync a.csv --limit", "--limit lacks its value", "--limit N: "},
    {"custsync sync a.csv --lim", "--limit lacks its value", "--limit N: "},
    {"custsync sync --look=yes a.csv", "--look takes no value", ""},
    {"custsync sync -qx a.csv", "'-x' is no option of sync", "--help"},
    {"custsync sync -q -vxq a.csv", "'-x' is no option of sync", "--help"},
    {"custsync sync -limit 3 a.csv b.csv", "'-l' is no option of sync",
     "did you mean '--limit'?"},
    {"custsync sync --dry_run a.csv b.csv", "'--dry_run' is no option",
     "did you mean '--dry-run'?"},
    {"custsync runs -n", "'-n' is no option of runs", "it is for sync plan"},
    /* What belongs to a sync alone is refused elsewhere. */
    {"custsync runs --limit 5", "'--limit' is no option of runs",
     "it is for sync plan"},
    {"custsync runs --version", "'--version' is no option of runs",
     "before the command"},
    {"custsync runs --table", "'--table' is no option of runs", ""},
    {"custsync --limit 5 sync a.csv b.csv", "'--limit' is no option here",
     "behind the command"},
    {"custsync --confg a.yaml runs", "'--confg' is no option here",
     "did you mean '--config'?"},
    {"custsync --", "no command", ""},
};

Test(options, that_nobody_knows_are_told_with_those_that_may_be_meant)
{
    for (size_t i = 0; i < sizeof(wrong_options) / sizeof(wrong_options[0]);
         i++) {
        const char *line = wrong_options[i].line;
        struct options options;
        struct err err = {0};

        cr_redirect_stderr();
        cr_expect_eq(parse(&options, line, &err), STOP, "%s", line);
        cr_expect_eq(err.exit, EXIT_USAGE, "%s", line);
        cr_expect(strstr(err.message, wrong_options[i].message) != NULL,
                  "%s: %s", line, err.message);
        cr_expect(strstr(err.hint, wrong_options[i].hint) != NULL, "%s: %s",
                  line, err.hint);
        options_close(&options);
    }
}

/* A word that begins like an option is a value where one is due. */
Test(options, take_the_next_word_whatever_it_is)
{
    struct options options;

    parse_well(&options, "custsync sync --source --limt a.csv b.csv -- --x");
    cr_assert_str_eq(options.policy.source, "--limt");
    cr_assert_eq(options.arguments_count, 3);
    options_close(&options);
}

Test(options, none_at_all_is_a_usage_error_with_a_short_help)
{
    struct options options;
    struct err err = {0};

    cr_redirect_stderr();
    cr_assert_eq(parse(&options, "custsync", &err), STOP);
    cr_assert_eq(err.exit, EXIT_USAGE);
    options_close(&options);
}

Test(options, help_ends_well, .exit_code = 0)
{
    struct options options;
    struct err err;

    cr_redirect_stdout();
    (void)parse(&options, "custsync sync -h", &err);
    exit(9);
}

Test(options, every_command_has_its_words)
{
    size_t count = 0;

    for (; commands[count] != NULL; count++) {
        cr_assert_not_null(commands[count]->run);
        cr_assert_gt(strlen(commands[count]->summary), 0);
        cr_assert_eq(command_named(commands[count]->name), commands[count]);
    }
    cr_assert_geq(count, 10);
}

Test(options, the_state_is_where_systemd_or_xdg_or_home_says)
{
    struct options options;

    (void)setenv("HOME", "/home/ann", 1);
    (void)setenv("XDG_STATE_HOME", "/xdg", 1);
    (void)setenv("STATE_DIRECTORY", "/var/lib/a:/var/lib/b", 1);
    parse_well(&options, "custsync runs");
    cr_assert_str_eq(options_state_path(&options), "/var/lib/a/custsync.db");
    (void)unsetenv("STATE_DIRECTORY");
    cr_assert_str_eq(options_state_path(&options), "/xdg/custsync/custsync.db");
    (void)unsetenv("XDG_STATE_HOME");
    cr_assert_str_eq(options_state_path(&options),
                     "/home/ann/.local/state/custsync/custsync.db");
    options_close(&options);
    parse_well(&options, "custsync --state here.db runs");
    cr_assert_str_eq(options_state_path(&options), "here.db");
    options_close(&options);
}
