/*
 * init_ask.c - what the options do not say is asked, where somebody can answer.
 */
#include "sync/init_own.h"

#include "sync/near.h"
#include "sync/source.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SETTINGS_MAX = 64 };

bool init_listed(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

const char *init_setting(const struct init *init, const char *name)
{
    for (size_t i = 0; i < init->settings_count; i++)
        if (strcmp(init->settings[i].name, name) == 0)
            return init->settings[i].value.at;
    return NULL;
}

const char *init_about(const struct init *init, const char *setting)
{
    const struct pairs *about = &init->provider->about;

    for (size_t i = 0; i < about->count; i++)
        if (strcmp(about->at[i].name, setting) == 0)
            return about->at[i].value;
    return NULL;
}

struct text init_reference(const struct init *init, const char *setting)
{
    struct text text =
        arena_print(init->arena, "%s_%s", init->provider->name, setting);
    char *name = arena_string(init->arena, text);

    for (char *c = name; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (!((*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')))
            *c = '_';
    return arena_print(init->arena, "${%s}", name);
}

/* What is written is read from anywhere. */
static const char *absolute(struct init *init, const char *path)
{
    char folder[PATH_MAX];

    if (path[0] == '/' || getcwd(folder, sizeof(folder)) == NULL)
        return path;
    if (strncmp(path, "./", 2) == 0)
        path += 2;
    return arena_print(init->arena, "%s/%s", folder, path).at;
}

/* --- the account ----------------------------------------------------------*/

static enum status take_provider(struct asking *asking,
                                 const struct question *question,
                                 struct text answer, struct err *err)
{
    struct init *init = asking->init;
    const char *const *names = provider_names(init->arena);
    const char *name = arena_string(init->arena, answer);

    if (init_listed(names, name) || strpbrk(name, "/.") != NULL) {
        init->provider_name =
            strpbrk(name, "/.") != NULL ? absolute(init, name) : name;
        return provider_load(&init->provider, name, err);
    }
    (void)init_misused(
        err, question,
        arena_print(init->arena, "there is no provider '%s'", name).at);
    (void)near_hint(err, name, names, "'custsync mappings' lists them");
    return STOP;
}

static enum status take_account(struct asking *asking,
                                const struct question *question,
                                struct text answer, struct err *err)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    if (answer.size > 0 && answer.at[answer.size - 1] == ':')
        answer.size--;
    if (answer.size == 0 || answer.size > 100 || answer.at[0] == '-' ||
        strspn(answer.at, good) < answer.size)
        return init_misused(err, question,
                            "a name is made of letters, digits, _ and -");
    asking->init->account = arena_string(asking->init->arena, answer);
    return OK;
}

static bool is_reference(struct text text)
{
    return text_starts(text, "${") && text.at[text.size - 1] == '}';
}

/* A secret that stands in a file is named by the file. */
static enum status take_secret(struct asking *asking,
                               const struct question *question,
                               struct text *answer, struct err *err)
{
    char real[PATH_MAX];

    if (is_reference(*answer))
        return OK;
    if (realpath(answer->at, real) != NULL) {
        *answer = arena_print(asking->init->arena, "${file:%s}", real);
        return OK;
    }
    (void)init_misused(err, question,
                       "that is a secret, and is not written into the "
                       "configuration");
    err_hint(err, "name a file of your own (0600) that holds it, or write "
                  "${VAR}");
    return STOP;
}

static enum status take_setting(struct asking *asking,
                                const struct question *question,
                                struct text answer, struct err *err)
{
    struct init *init = asking->init;

    answer = arena_text(init->arena, answer);
    if (answer.size == 0 || !text_is_utf8(answer) ||
        strpbrk(answer.at, "\r\n\t") != NULL)
        return init_misused(err, question, "that is no value");
    if ((init_listed(init->provider->secrets, question->setting) ||
         strcmp(question->setting, "refresh_token") == 0) &&
        take_secret(asking, question, &answer, err) != OK)
        return STOP;
    init->settings[init->settings_count++] =
        (struct setting){question->setting, answer};
    return OK;
}

static enum status unknown_key(const struct init *init, const char *name,
                               struct err *err)
{
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "an account of '%s' has no setting '%s'", init->provider->name,
               name);
    err_place(err, "--set");
    if (init->provider->settings == NULL ||
        !near_hint(err, name, init->provider->settings, NULL))
        (void)near_hint(err, name, account_keys(),
                        arena_print(init->arena,
                                    "'custsync mappings %s' shows what "
                                    "there is",
                                    init->provider->name)
                            .at);
    return STOP;
}

/* Those that --set gives, in the order in which it gives them. */
static enum status take_given(struct asking *asking, struct err *err)
{
    const struct options *options = asking->options;
    struct init *init = asking->init;

    for (size_t i = 0; i < options->given_count; i++) {
        struct text given = options->given[i].value;
        size_t equals = text_find(given, "=");
        struct question question = {.take = take_setting};
        char *name;

        if (strcmp(options->given[i].name, "set") != 0)
            continue;
        name = arena_string(init->arena, (struct text){given.at, equals});
        question.setting = name;
        question.option = arena_print(init->arena, "--set %s", name).at;
        if (equals == given.size)
            return init_misused(err, &question, "it is no KEY=VALUE");
        if (strcmp(name, "provider") == 0 ||
            (!init_listed(init->provider->settings, name) &&
             !init_listed(account_keys(), name)))
            return unknown_key(init, name, err);
        if (init_setting(init, name) != NULL ||
            init->settings_count == SETTINGS_MAX)
            return init_misused(err, &question, "it is given twice");
        question.given =
            (struct text){given.at + equals + 1, given.size - equals - 1};
        if (init_settle(asking, &question, err) != OK)
            return STOP;
    }
    return OK;
}

static enum status choose_auth(struct init *init, struct err *err)
{
    const struct provider *provider = init->provider;
    const char *name = init_setting(init, "auth");

    init->auth = provider->auths_count > 0 ? &provider->auths[0] : NULL;
    for (size_t i = 0; name != NULL && i < provider->auths_count; i++)
        if (strcmp(name, provider->auths[i].name) == 0) {
            init->auth = &provider->auths[i];
            return OK;
        }
    if (name == NULL)
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage", "%s has no auth '%s'",
               provider->name, name);
    err_place(err, "--set auth");
    return STOP;
}

static enum status ask_needs(struct asking *asking, const char *const *needs,
                             struct err *err)
{
    struct init *init = asking->init;
    enum status status = OK;

    for (; needs != NULL && *needs != NULL && status == OK; needs++) {
        bool secret = init_listed(init->provider->secrets, *needs);
        struct question question = {
            .setting = *needs,
            .take = take_setting,
            .fallback = init_reference(init, *needs).at,
            .needed = !secret,
            .about = init_about(init, *needs),
        };

        if (init_setting(init, *needs) != NULL)
            continue;
        question.option = arena_print(init->arena, "--set %s=", *needs).at;
        question.prompt =
            secret ? arena_print(init->arena,
                                 "%s, a secret: the file that holds it, or",
                                 *needs)
                         .at
                   : *needs;
        status = init_settle(asking, &question, err);
    }
    return status;
}

/* --- region and file ------------------------------------------------------*/

static enum status take_region(struct asking *asking,
                               const struct question *question,
                               struct text answer, struct err *err)
{
    char *region = arena_string(asking->init->arena, answer);

    if (answer.size == 0)
        return OK;
    for (char *c = region; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    if (answer.size != 2 || !region_known(region))
        return init_misused(err, question,
                            "a region is two letters, as AU or GB");
    asking->init->region = region;
    return OK;
}

static enum status take_file(struct asking *asking,
                             const struct question *question,
                             struct text answer, struct err *err)
{
    struct init *init = asking->init;
    struct config config = {.arena = init->arena, .region = init->region};
    struct policy policy = asking->options->policy;
    struct endpoint from;
    struct source *source = NULL;
    struct text whole;
    const char *mapping;
    enum status status;

    if (answer.size == 0)
        return OK;
    if (answer.at[answer.size - 1] == ':')
        return init_misused(err, question, "that is an account, and no file");
    whole = text_of(absolute(init, arena_string(init->arena, answer)));
    /* The file would be looked for under another name. */
    if (!text_is_utf8(whole) || text_find(whole, "${") < whole.size)
        return init_misused(err, question,
                            "a configuration cannot hold that name: rename "
                            "the file");
    status =
        endpoint_parse(&from, arena_string(init->arena, answer), &config, err);
    if (status == OK && (from.is_account || strcmp(from.path, "-") == 0))
        return init_misused(err, question, "that is no file");
    if (status == OK)
        status = source_open(&source, &from, 1, &policy, &config, NULL, err);
    if (status != OK)
        return STOP;
    mapping = mapping_name(source_mapping(source));
    if (from.name != NULL && strpbrk(from.name, "/.") != NULL)
        mapping = absolute(init, from.name);
    init->mapping = arena_string(init->arena, text_of(source_why(source)));
    init->by_our_names =
        strcmp(mapping_name(source_mapping(source)), "generic") == 0;
    init->source = arena_string(init->arena, text_of(source_name(source)));
    init->from =
        arena_print(init->arena, "%s:%s", mapping, absolute(init, from.path))
            .at;
    source_close(source);
    return OK;
}

/* --- all of them ----------------------------------------------------------*/

static struct text given(const struct options *options, const char *name)
{
    return options_given(options, name);
}

static enum status ask_provider(struct asking *asking, struct err *err)
{
    const char *const *names = provider_names(asking->init->arena);
    struct buffer prompt = {0};
    struct question question = {.option = "--provider",
                                .given = given(asking->options, "provider"),
                                .take = take_provider};
    enum status status;

    buffer_string(&prompt, "provider (");
    for (size_t i = 0; names[i] != NULL; i++)
        buffer_print(&prompt, "%s%s", i > 0 ? ", " : "", names[i]);
    buffer_string(&prompt, ", or a file)");
    question.prompt = arena_string(asking->init->arena, buffer_view(&prompt));
    buffer_free(&prompt);
    status = init_settle(asking, &question, err);
    return status;
}

enum status init_ask(struct init *init, const struct options *options,
                     struct err *err)
{
    struct asking asking = {init, options, isatty(STDIN_FILENO) == 1};
    struct question account = {
        .option = "--account",
        .prompt = "name of the account",
        .given = given(options, "account"),
        .fallback = "",
        .take = take_account,
    };
    struct question region = {
        .option = "--region",
        .prompt = "region of phone numbers without a country "
                  "code, as AU (none: Enter)",
        .given = given(options, "region"),
        .fallback = "",
        .take = take_region,
    };
    struct question file = {
        .option = "--file",
        .prompt = "a file to import (none: Enter)",
        .given = given(options, "file"),
        .fallback = "",
        .take = take_file,
    };
    enum status status = ask_provider(&asking, err);

    init->settings =
        arena_take(init->arena, 2 * SETTINGS_MAX * sizeof(*init->settings));
    if (status != OK)
        return status;
    account.fallback = init->provider->name;
    status = init_settle(&asking, &account, err);
    if (status == OK)
        status = take_given(&asking, err);
    if (status == OK)
        status = choose_auth(init, err);
    if (status == OK)
        status = ask_needs(&asking, init->provider->needs, err);
    if (status == OK && init->auth != NULL)
        status = ask_needs(&asking, init->auth->needs, err);
    if (status == OK && init->provider->region_hint != NULL)
        region.fallback = init->provider->region_hint;
    if (status == OK)
        status = init_settle(&asking, &region, err);
    if (status == OK)
        status = init_settle(&asking, &file, err);
    return status;
}
