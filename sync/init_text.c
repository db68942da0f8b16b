/*
 * init_text.c - the file as a person will read it.
 *
 * Every key in it is one that the configuration knows, those in comments too:
 * taking the # away must be all it takes.
 */
#include "sync/init.h"

#include "formats/json.h"
#include "formats/node.h"
#include "sync/login_wait.h"

#include <string.h>

/* Digits that no reader of YAML could take for anything else. */
static bool is_number(struct text text)
{
    uint64_t number;

    return text_to_u64(text, &number) && (text.at[0] != '0' || text.size == 1);
}

/* A small word that is no other kind of value: a name, mostly. */
static bool is_word(struct text text)
{
    static const char *const others[] = {"null", "true", "false", NULL};

    return text.size > 0 && text.at[0] >= 'a' && text.at[0] <= 'z' &&
           strspn(text.at, "abcdefghijklmnopqrstuvwxyz0123456789_-") ==
               text.size &&
           !init_listed(others, text.at);
}

/* References, words and numbers as the manual has them; all else in quote
 * marks, where JSON's rules are YAML's. */
static void value(const struct init *init, struct text text, struct buffer *out)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        "0123456789_${}:/.-";
    bool reference =
        text_starts(text, "${") && strspn(text.at, plain) == text.size;

    if (reference || is_number(text) || is_word(text))
        buffer_text(out, text);
    else
        json_write(out, node_text(init->arena, text));
}

/* In lines of the file's width; a comment needs nothing else. */
static void about(const struct init *init, const char *name, struct buffer *out)
{
    enum { WIDTH = 72 };
    const char *at = init_about(init, name);

    while (at != NULL && at[strspn(at, " \r\n\t")] != '\0') {
        size_t size = strcspn(at += strspn(at, " \r\n\t"), "\r\n");

        if (size > WIDTH) {
            size = WIDTH;
            while (size > 1 && at[size] != ' ')
                size--;
            size = size > 1 ? size : WIDTH;
        }
        buffer_print(out, "    # %.*s\n", (int)size, at);
        at += size;
    }
}

static void line(const struct init *init, const char *before, const char *name,
                 struct text text, struct buffer *out)
{
    buffer_print(out, "    %s%s: ", before, name);
    value(init, text, out);
    buffer_byte(out, '\n');
}

static void region(const struct init *init, struct buffer *out)
{
    buffer_string(out,
                  "# Where phone numbers that are written without a country "
                  "code are at home.\n");
    buffer_print(out, "%sregion: %s\n\n", init->region != NULL ? "" : "# ",
                 init->region != NULL ? init->region : "AU");
}

static void needed(const struct init *init, struct buffer *out)
{
    const struct provider *provider = init->provider;
    bool told = false;

    for (size_t i = 0; i < init->settings_count; i++) {
        const struct setting *setting = &init->settings[i];

        if (init_listed(provider->secrets, setting->name) && !told) {
            buffer_string(out,
                          "    # Secrets stand elsewhere: ${VAR} is an "
                          "environment variable,\n"
                          "    # ${file:PATH} what a file of your own (0600) "
                          "holds.\n");
            told = true;
        }
        about(init, setting->name, out);
        line(init, "", setting->name, setting->value, out);
    }
}

static void tokens(const struct init *init, struct buffer *out)
{
    if (init->auth == NULL || init_setting(init, "refresh_token") != NULL)
        return;
    if (init->auth->login.url != NULL)
        buffer_print(out,
                     "    # 'custsync login %s:' keeps the tokens in the state "
                     "file: no refresh_token\n"
                     "    # has to stand here. Where its browser comes back to "
                     "must be registered with\n"
                     "    # the provider; this is the default:\n",
                     init->account);
    if (init->auth->login.url != NULL &&
        init_setting(init, "redirect_uri") == NULL)
        buffer_print(out, "    # redirect_uri: \"http://127.0.0.1:%d/\"\n",
                     LOGIN_PORT);
    if (init->auth->login.url == NULL && init->auth->refreshes)
        line(init, "# ", "refresh_token", init_reference(init, "refresh_token"),
             out);
}

static void optional(const struct init *init, struct buffer *out)
{
    const struct provider *provider = init->provider;
    bool told = false;

    for (size_t i = 0;
         provider->settings != NULL && provider->settings[i] != NULL; i++) {
        const char *name = provider->settings[i];

        if (init_setting(init, name) != NULL ||
            init_listed(provider->secrets, name))
            continue;
        if (!told)
            buffer_string(out, "    # May be left out:\n");
        told = true;
        about(init, name, out);
        line(init, "# ", name, init_reference(init, name), out);
    }
    if (provider->auths_count < 2 || init_setting(init, "auth") != NULL)
        return;
    buffer_print(out, "    # How to log in: %s, the default, or",
                 provider->auths[0].name);
    for (size_t i = 1; i < provider->auths_count; i++)
        buffer_print(out, "%s %s", i > 1 ? "," : "", provider->auths[i].name);
    buffer_print(out, ".\n    # auth: %s\n", provider->auths[0].name);
}

static void jobs(const struct init *init, struct buffer *out)
{
    const char *before = init->from != NULL ? "" : "# ";

    buffer_print(out,
                 "\n# A job is a sync with a name: 'custsync plan %s' shows "
                 "what it would do,\n# 'custsync sync %s' does it.\n"
                 "%sjobs:\n%s  %s:\n",
                 INIT_JOB, INIT_JOB, before, before, INIT_JOB);
    if (init->from == NULL) {
        buffer_print(out, "#     from: export.csv\n#     to: \"%s:\"\n",
                     init->account);
        return;
    }
    if (init->by_our_names)
        buffer_string(out,
                      "    # No mapping knows this file: a column counts "
                      "if it has one of our names, or\n    # near it. For "
                      "the others write a mapping, and its path in place "
                      "of generic:\n    # 'custsync help mapping-files'\n");
    line(init, "", "from", text_of(init->from), out);
    buffer_string(out, "    # If it is not UTF-8, and nothing in it says so:\n"
                       "    # encoding: windows-1252\n");
    buffer_print(out, "    to: \"%s:\"\n", init->account);
    buffer_string(out, "    # The name under which the ids of that file are "
                       "known.\n");
    line(init, "", "source", text_of(init->source), out);
}

void init_text(const struct init *init, struct buffer *out)
{
    const char *title = init->provider->title;

    buffer_string(out, "# Configuration of custsync. Every key is in man 5 "
                       "custsync.yaml;\n# 'custsync check' says whether all "
                       "is right.\n\n");
    region(init, out);
    buffer_string(out, "accounts:\n");
    if (title != NULL)
        buffer_print(out, "  # %.*s\n", (int)strcspn(title, "\r\n"), title);
    buffer_print(out, "  %s:\n", init->account);
    line(init, "", "provider", text_of(init->provider_name), out);
    needed(init, out);
    tokens(init, out);
    optional(init, out);
    jobs(init, out);
}
