/*
 * endpoint.c - what the user wrote, taken apart at the first colon.
 */
#include "sync/endpoint.h"

#include "formats/format.h"
#include "mappings/locate.h"
#include "sync/near.h"

#include <stdlib.h>
#include <string.h>

/* Letters, digits, - and _ : what accounts and mappings are called. */
static bool is_name(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return text.size > 0;
}

struct text endpoint_account_name(struct text written)
{
    struct text name = {written.at, written.size > 0 ? written.size - 1 : 0};

    return is_name(name) && written.at[name.size] == ':' ? name : TEXT("");
}

/* "acme.yaml:export.csv": the mapping is named by its own path. */
static bool is_mapping_path(struct text text)
{
    static const char *const ends[] = {".yaml", ".yml", ".json"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t size = strlen(ends[i]);

        if (text.size > size &&
            memcmp(text.at + text.size - size, ends[i], size) == 0)
            return true;
    }
    return false;
}

static enum status no_such_account(const struct config *config,
                                   struct text name, struct err *err)
{
    (void)fail(err, STOP, EXIT_CONFIG, "unknown_account",
               "there is no account '%.*s' in the configuration",
               TEXT_ARGS(name));
    if (config->file != NULL)
        err_place(err, "%s", config->file);
    near_account(err, arena_string(config->arena, name), config);
    if (config->file == NULL)
        err_hint(err, "no configuration was found: --config FILE names one, "
                      "'custsync init' writes one");
    return STOP;
}

/*
 * The stream itself, under its other names: opened anew it would be written
 * from its beginning, beside what is told on it.
 */
static const char *plain_path(const char *path)
{
    static const char *const names[] = {"/dev/stdout", "/dev/fd/1",
                                        "/proc/self/fd/1"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(path, names[i]) == 0)
            return "-";
    }
    return path;
}

enum status endpoint_parse(struct endpoint *endpoint, const char *text,
                           const struct config *config, struct err *err)
{
    const char *colon = strchr(text, ':');
    struct text name = {text, colon != NULL ? (size_t)(colon - text) : 0};

    *endpoint = (struct endpoint){.written = text};
    if (text[0] == '\0') {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "an end is empty");
        err_hint(err, "an end is ACCOUNT:, FILE, MAPPING:FILE or -");
        return STOP;
    }
    if (colon == text) {
        (void)fail(err, STOP, EXIT_USAGE, "usage",
                   "nothing stands before the colon of '%s'", text);
        err_hint(err, "an end is ACCOUNT:, FILE, MAPPING:FILE or -");
        return STOP;
    }
    /* A colon further on in a path ("./12:30.csv") is a part of it. */
    if (colon == NULL || (!is_name(name) && !is_mapping_path(name))) {
        if (config_account(config, text_of(text)) != NULL &&
            format_of_path(text) == NULL) {
            (void)fail(err, STOP, EXIT_USAGE, "usage",
                       "'%s' is an account, and is written with a colon", text);
            err_hint(err, "%s: for the account, ./%s for a file", text, text);
            return STOP;
        }
        endpoint->path = plain_path(text);
        return OK;
    }
    if (colon[1] != '\0') {
        endpoint->name = arena_string(config->arena, name);
        endpoint->path = plain_path(colon + 1);
        return OK;
    }
    endpoint->account = config_account(config, name);
    if (endpoint->account == NULL)
        return no_such_account(config, name, err);
    endpoint->is_account = true;
    endpoint->name = endpoint->account->name;
    return OK;
}

enum status endpoint_check(const struct endpoint *endpoint,
                           const struct config *config, struct err *err)
{
    const char *name = endpoint->name, *path, *near;
    enum status status;

    if (endpoint->is_account || name == NULL)
        return OK;
    status = locate_mapping("files", name, config->arena, &path, err);
    if (status == OK)
        return OK;
    near = suggest(name, near_accounts(config, config->arena));
    if (config_account(config, text_of(name)) != NULL)
        err_hint(err, "'%s:' is an account: nothing stands behind its colon",
                 name);
    else if (near != NULL && strncmp(err->hint, "did you", 7) != 0)
        err_hint(err,
                 "did you mean the account '%s:'? nothing stands behind "
                 "its colon",
                 near);
    return status;
}
