/*
 * test_config.c - configurations, good and bad, and where secrets may stand.
 */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/config.h"

static char folder[64];
static struct err err;

static void clean_up(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (folder[0] != '\0' && system(command) != 0)
        cr_log_warn("%s stays", folder);
}

TestSuite(config, .timeout = 20, .fini = clean_up);
TestSuite(policy, .timeout = 10);

static const char *path_of(const char *name)
{
    static char path[160];

    if (folder[0] == '\0') {
        snprintf(folder, sizeof(folder), "/tmp/custsync-config-XXXXXX");
        cr_assert_not_null(mkdtemp(folder));
    }
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static const char *put(const char *name, const char *content, mode_t mode)
{
    const char *path = path_of(name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert(file >= 0);
    cr_assert_eq(write(file, content, strlen(content)),
                 (ssize_t)strlen(content));
    cr_assert_eq(fchmod(file, mode), 0);
    close(file);
    return path;
}

static struct config *load(const char *content, mode_t mode)
{
    struct config *config = NULL;
    enum status status =
        config_load(&config, put("c.yaml", content, mode), &err);

    cr_assert_eq(status, OK, "%s: %s (%s)", err.place, err.message, err.hint);
    return config;
}

/* The load fails with 78, and the words stand in message, place or hint. */
static void refuse(const char *content, mode_t mode, const char *words)
{
    struct config *config = NULL;

    err = (struct err){.status = OK};
    cr_assert_eq(config_load(&config, put("c.yaml", content, mode), &err), STOP,
                 "accepted: %s", content);
    cr_assert_null(config);
    cr_assert_eq(err.exit, EXIT_CONFIG, "exit %d", err.exit);
    cr_assert(strstr(err.message, words) != NULL ||
                  strstr(err.hint, words) != NULL ||
                  strstr(err.place, words) != NULL,
              "%s: %s (%s), not %s", err.place, err.message, err.hint, words);
}

#define KOUNTA(more)                                                           \
    "accounts:\n  shop:\n    provider: kounta\n    company: 5678\n"            \
    "    client_id: cid\n    client_secret: ${T_SECRET}\n" more

Test(config, an_account_gets_its_defaults)
{
    struct config *config;
    const struct account *shop;

    setenv("T_SECRET", "s3cret", 1);
    config = load(KOUNTA("region: au\n"), 0644);
    shop = config_account(config, TEXT("shop"));
    cr_assert_not_null(shop);
    cr_assert_null(config_account(config, TEXT("sho")));
    cr_assert_str_eq(shop->base_url, "https://api.kounta.com");
    cr_assert_str_eq(shop->token_url, "https://api.kounta.com/v1/token");
    cr_assert_str_eq(shop->tenant, "5678");
    cr_assert_str_eq(shop->rate_scope,
                     "kounta https://api.kounta.com cid/5678");
    cr_assert_str_eq(account_setting(shop, "client_secret"), "s3cret");
    cr_assert_null(account_setting(shop, "refresh_token"));
    cr_assert_eq(shop->rate.limit, 180);
    cr_assert_eq(shop->concurrency, 8);
    cr_assert_str_eq(shop->region, "AU");
    cr_assert_eq(shop->settle_ms, 5000);
    config_close(config);
}

Test(config, an_account_may_say_all_of_it)
{
    struct config *config;
    const struct account *shop;

    setenv("T_SECRET", "s3cret", 1);
    config = load(KOUNTA("    base_url: http://127.0.0.1:8080/x/\n"
                         "    token_url: http://localhost:9/t\n"
                         "    rate: 10/s\n    concurrency: 64\n"
                         "    region: NO\n    auth: basic\n"
                         "    settle_delay: 200ms\n"),
                  0600);
    shop = config_account(config, TEXT("shop"));
    cr_assert_str_eq(shop->base_url, "http://127.0.0.1:8080/x");
    cr_assert_eq(shop->rate.limit, 10);
    cr_assert_eq(shop->rate.window_ms, 1000);
    cr_assert_eq(shop->concurrency, 64);
    cr_assert_str_eq(shop->region, "NO");
    cr_assert_str_eq(shop->auth->name, "basic");
    cr_assert_eq(shop->settle_ms, 200);
    config_close(config);
}

Test(config, token_address_follows_base_url)
{
    struct config *config;

    setenv("T_SECRET", "s3cret", 1);
    config = load(KOUNTA("    base_url: http://127.0.0.1:8080\n"), 0600);
    cr_assert_str_eq(config->accounts[0].token_url,
                     "http://127.0.0.1:8080/v1/token");
    config_close(config);
    config = load("accounts:\n  field:\n    provider: fieldedge\n"
                  "    client_id: a\n    client_secret: ${T_SECRET}\n"
                  "    target_id: t\n    base_url: http://127.0.0.1:1/leads\n",
                  0600);
    cr_assert_str_eq(config->accounts[0].token_url,
                     "https://fieldedge.withgobo.com/oauth/token");
    cr_assert_str_eq(config->accounts[0].tenant, "t");
    config_close(config);
}

Test(config, json_loads_unchanged)
{
    struct config *config;

    setenv("T_SECRET", "s3cret", 1);
    config = load("{\"accounts\":{\"shop\":{\"provider\":\"kounta\","
                  "\"company\":5678,\"client_id\":\"cid\",\"client_secret\":"
                  "\"${T_SECRET}\"}},\"jobs\":{\"n\":{\"from\":\"a.csv\","
                  "\"to\":\"shop:\",\"look\":true}}}",
                  0644);
    cr_assert_str_eq(config->accounts[0].tenant, "5678");
    cr_assert(config_job(config, TEXT("n"))->policy.look);
    config_close(config);
}

Test(config, a_missing_variable_is_named_at_its_place)
{
    unsetenv("T_SECRET");
    refuse(KOUNTA(""), 0644, "T_SECRET");
    cr_assert(strstr(err.place, ":6:5"), "%s", err.place);
}

Test(config, secrets_come_from_files_and_credentials)
{
    struct config *config;
    char text[400];

    put("key", "from file\r\n", 0600);
    put("cred", "from cred", 0444);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    snprintf(text, sizeof(text),
             "accounts:\n  b:\n    provider: count\n"
             "    client_id: x$${y}\n    client_secret: ${file:%s/key}\n"
             "    refresh_token: a-${cred:cred}-b\n",
             folder);
    config = load(text, 0644);
    cr_assert_str_eq(account_setting(config->accounts, "client_secret"),
                     "from file");
    cr_assert_str_eq(account_setting(config->accounts, "refresh_token"),
                     "a-from cred-b");
    cr_assert_str_eq(account_setting(config->accounts, "client_id"), "x${y}");
    config_close(config);
    (void)put("key", "from file", 0644);
    refuse(text, 0600, "chmod 600");
    cr_assert_null(strstr(err.message, "from file"));
    unlink(path_of("key"));
    refuse(text, 0600, "cannot read");
    refuse("accounts:\n  b:\n    provider: count\n    client_id: ${cred:../x}\n"
           "    client_secret: ${T_SECRET}\n",
           0600, "credential");
}

Test(config, a_literal_secret_is_for_private_files_only)
{
    static const char literal[] =
        "accounts:\n  b:\n    provider: count\n    client_id: x\n"
        "    client_secret: hunter22hunter22\n";

    refuse(literal, 0644, "chmod 600");
    cr_assert_null(strstr(err.message, "hunter"));
    cr_assert_null(strstr(err.hint, "hunter"));
    refuse(literal, 0640, "chmod 600");
    config_close(load(literal, 0600));
    setenv("T_SECRET", "s", 1);
    refuse(KOUNTA("    access_token: literal\n"), 0644, "access_token");
    refuse(KOUNTA("    refresh_token: literal\n"), 0644, "refresh_token");
}

Test(config, a_secret_s_file_is_nobody_elses_to_write)
{
    static const mode_t shared[] = {0602, 0620, 0640, 0604, 0610};
    char text[400];

    (void)path_of("");
    snprintf(text, sizeof(text),
             "accounts:\n  b:\n    provider: count\n    client_id: x\n"
             "    client_secret: ${file:%s/key}\n",
             folder);
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        (void)put("key", "from file", shared[i]);
        refuse(text, 0600, "chmod 600");
    }
    (void)put("key", "from file", 0400);
    config_close(load(text, 0600));
    if (geteuid() == 0) {
        cr_assert_eq(chown(path_of("key"), 65532, 65532), 0);
        config_close(load(text, 0600));
    }
}

Test(config, a_configuration_is_nobody_elses_to_write)
{
    static const mode_t shared[] = {0602, 0620, 0666, 0646};

    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        refuse("region: AU\n", shared[i], "chmod go-w");
        cr_assert_str_eq(err.code, "writable_by_others");
    }
    config_close(load("region: AU\n", 0644));
}

Test(config, a_configuration_is_ours_or_root_s)
{
    const char *path;
    struct config *config;

    if (geteuid() != 0)
        cr_skip_test("only root can give a file away");
    /* The data files are read by then: the other one may not reach them. */
    config_close(load("region: AU\n", 0644));
    path = put("c.yaml", "region: AU\n", 0644);
    cr_assert_eq(chmod(folder, 0755), 0);
    cr_assert_eq(seteuid(65532), 0);
    cr_assert_eq(config_load(&config, path, &err), OK);
    config_close(config);
    cr_assert_eq(seteuid(0) + chown(path, 65531, 65531), 0);
    cr_assert_eq(config_load(&config, path, &err), OK);
    config_close(config);
    cr_assert_eq(seteuid(65532), 0);
    cr_assert_eq(config_load(&config, path, &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_not_null(strstr(err.message, "another user"));
    cr_assert_eq(seteuid(0), 0);
}

Test(config, faults_name_what_was_meant)
{
    setenv("T_SECRET", "s", 1);
    refuse(KOUNTA("    timeout: 61s\n"), 0600, "at most 60 seconds");
    refuse(KOUNTA("    timeout: 0s\n"), 0600, "more than nothing");
    refuse("acounts: {}\n", 0600, "did you mean 'accounts'");
    refuse(KOUNTA("    concurency: 3\n"), 0600, "did you mean 'concurrency'");
    refuse(KOUNTA("    target_id: 3\n"), 0600, "unknown key 'target_id'");
    refuse(KOUNTA("    company: 9\n"), 0600, "company");
    refuse("accounts: {s: {provider: konta}}\n", 0600, "did you mean 'kounta'");
    refuse("accounts: {s: {provider: zzzzzzzzz}}\n", 0600, "fieldedge");
    refuse("accounts: {s: {client_id: a}}\n", 0600, "needs a provider");
    refuse("accounts: {s: {provider: kounta}}\n", 0600, "needs");
    refuse("accounts: [a]\n", 0600, "set of names");
    refuse("region: Australia\n", 0600, "is no region");
    refuse("region: ZZ\n", 0600, "is no region");
    refuse(KOUNTA("    auth: oauth\n"), 0600, "did you mean 'oauth2'");
    refuse(KOUNTA("    rate: fast\n"), 0600, "100/min");
    refuse(KOUNTA("    concurrency: 65\n"), 0600, "from 1 to 64");
    refuse(KOUNTA("    concurrency: 0\n"), 0600, "from 1 to 64");
    refuse(KOUNTA("    settle_delay: soon\n"), 0600, "duration");
    refuse(KOUNTA("    ca_file: /does/not/exist\n"), 0600, "ca_file");
    refuse("accounts: {\"a:b\": {provider: kounta}}\n", 0600, "no name");
    refuse("a: &x 1\n", 0600, "");
}

Test(config, clear_text_addresses_are_refused)
{
    setenv("T_SECRET", "s", 1);
    refuse(KOUNTA("    base_url: http://api.kounta.com\n"), 0600, "clear text");
    refuse(KOUNTA("    token_url: http://api.kounta.com/t\n"), 0600,
           "clear text");
    refuse(KOUNTA("    base_url: https://u:pass@api.kounta.com\n"), 0600,
           "user or password");
    cr_assert_null(strstr(err.message, "pass@"));
    refuse(KOUNTA("    base_url: api.kounta.com\n"), 0600, "base_url");
}

Test(config, a_job_takes_what_the_options_take)
{
    struct config *config;
    const struct job *job;

    setenv("T_SECRET", "s", 1);
    config = load(KOUNTA("jobs:\n  nightly:\n    from: [a.csv, b.csv]\n"
                         "    to: 'shop:'\n    match: [email, name+phone]\n"
                         "    max-changes: 10%\n    skip: 2\n"
                         "    delimiter: tab\n    blank: clear\n"
                         "    missing: deactivate\n    deadline: 90m\n"
                         "    report: r.json\n    format: csv\n"),
                  0600);
    job = config_job(config, TEXT("nightly"));
    cr_assert_eq(job->from_count, 2);
    cr_assert_str_eq(job->from[1], "b.csv");
    cr_assert_null(job->from[2]);
    cr_assert_eq(job->policy.match_count, 2);
    cr_assert_eq(job->policy.match[1], KEY_NAME_PHONE);
    cr_assert(job->policy.max_changes_percent);
    cr_assert_eq(job->policy.max_changes, 10);
    cr_assert(job->policy.skip_set);
    cr_assert_eq(job->policy.delimiter, '\t');
    cr_assert(job->policy.blank_clear);
    cr_assert_eq(job->policy.missing, MISSING_DEACTIVATE);
    cr_assert_eq(job->policy.deadline_ms, 5400000);
    cr_assert_eq(job->policy.duplicates, DUPLICATES_MERGE);
    config_close(config);
}

Test(config, a_wrong_job_is_refused_at_its_place)
{
    refuse("jobs: {n: {from: a.csv}}\n", 0600, "needs to");
    refuse("jobs: {n: {to: b.csv}}\n", 0600, "needs from");
    refuse("jobs: {n: {from: [], to: b.csv}}\n", 0600, "from");
    refuse("jobs: {n: {from: a.csv, to: b.csv, mod: upsert}}\n", 0600,
           "did you mean 'mode'");
    refuse("jobs: {n: {from: a.csv, to: b.csv, mode: upsrt}}\n", 0600,
           "did you mean 'upsert'");
    refuse("jobs: {n: {from: a.csv, to: b.csv, match: [emial]}}\n", 0600,
           "did you mean 'email'");
    refuse("jobs: {n: {from: a.csv, to: b.csv, limit: 1, limit: 2}}\n", 0600,
           "limit");
    refuse("jobs: {n: {from: a.csv, to: b.csv, max-changes: 1, "
           "max_changes: 2}}\n",
           0600, "twice");
    setenv("T_SECRET", "s", 1);
    refuse(KOUNTA("jobs: {n: {from: a.csv, to: 'shp:'}}\n"), 0600,
           "did you mean 'shop:'");
    refuse("jobs: {n: {from: a.csv, to: b.csv, wait: soon}}\n", 0600, "10s");
    cr_assert(strstr(err.place, "c.yaml:1:"), "%s", err.place);
}

Test(config, without_a_file_it_is_empty)
{
    struct config *config;

    (void)path_of("");
    cr_assert_eq(chdir(folder), 0);
    setenv("XDG_CONFIG_HOME", folder, 1);
    cr_assert_eq(config_load(&config, NULL, &err), OK);
    cr_assert_eq(config->accounts_count + config->jobs_count, 0);
    cr_assert_null(config->file);
    config_close(config);
    cr_assert_eq(config_load(&config, path_of("none.yaml"), &err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
}

Test(config, the_usual_places_are_looked_at_in_order)
{
    struct config *config;

    (void)path_of("");
    cr_assert_eq(chdir(folder), 0);
    setenv("XDG_CONFIG_HOME", folder, 1);
    cr_assert_eq(mkdir(path_of("custsync"), 0700), 0);
    put("custsync/config.yaml", "region: GB\n", 0600);
    cr_assert_eq(config_load(&config, NULL, &err), OK);
    cr_assert_str_eq(config->region, "GB");
    config_close(config);
    put("custsync.yaml", "# nothing yet\nregion: NZ\n", 0600);
    cr_assert_eq(config_load(&config, NULL, &err), OK);
    cr_assert_str_eq(config->region, "NZ");
    config_close(config);
}

/* --- policies -------------------------------------------------------------*/

Test(policy, every_value_is_checked)
{
    static const struct {
        const char *key, *value;
        bool good;
    } cases[] = {
        {"match", "reference_id,email,mobile,name+phone", true},
        {"match", "email, mobile", true},
        {"match", "", false},
        {"match", "email,email", false},
        {"delimiter", ";", true},
        {"delimiter", "ab", false},
        {"delimiter", "\"", false},
        {"skip", "-1", false},
        {"max-changes", "101%", false},
        {"max_changes", "0", true},
        {"limit", "0", false},
        {"limit", "10", true},
        {"wait", "10m", true},
        {"wait", "10", false},
        {"report", "x.html", true},
        {"report", "x.txt", false},
        {"format", "csv", true},
        {"format", "docx", false},
        {"to-format", "json", true},
        {"prefer", "target", true},
        {"prefer", "me", false},
        {"duplicates", "reject", true},
        {"look", "true", true},
        {"look", "maybe", false},
        {"source", "", false},
        {"nonsense", "x", false},
    };
    struct arena *arena = arena_open();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct policy policy;
        enum status status;

        policy_defaults(&policy);
        err = (struct err){.status = OK};
        status = policy_set(&policy, cases[i].key, text_of(cases[i].value),
                            arena, &err);
        cr_assert_eq(status == OK, cases[i].good, "%s=%s: %s", cases[i].key,
                     cases[i].value, err.message);
        if (!cases[i].good)
            cr_assert_eq(err.exit, EXIT_USAGE);
    }
    arena_close(arena);
}

Test(policy, defaults_are_those_of_the_manual)
{
    struct policy policy;

    policy_defaults(&policy);
    cr_assert_eq(policy.match_count, 4);
    cr_assert_eq(policy.match[0], KEY_REFERENCE_ID);
    cr_assert_eq(policy.mode, MODE_UPSERT);
    cr_assert_eq(policy.missing, MISSING_KEEP);
    cr_assert_eq(policy.max_changes, 50);
    cr_assert(policy.max_changes_percent);
    cr_assert_not(policy.max_changes_set);
    cr_assert_not(policy.blank_clear || policy.prefer_target);
}
