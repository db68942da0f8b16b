/*
 * command_check.c - is everything as a sync needs it? Writes nothing.
 */
#include "sync/check_source.h"

/* --- mappings -------------------------------------------------------------*/

static void check_providers(struct check *check, size_t *count,
                            struct arena *arena)
{
    const char *const *names = provider_names(arena);

    for (; names[*count] != NULL; (*count)++) {
        struct provider *provider;
        struct err err;

        if (provider_load(&provider, names[*count], &err) != OK) {
            check_fault(check, NULL, "%s: %s", err.place, err.message);
            continue;
        }
        check->file = provider->file;
        mapping_examples(provider->mapping, check);
        provider_close(provider);
    }
}

/* Every mapping and provider that can be found, and their examples. */
static enum status check_mappings(struct buffer *out, struct arena *arena,
                                  struct err *err)
{
    struct check check = {.file = "mappings"};
    struct catalogue *catalogue;
    size_t files, providers = 0;
    enum status status = catalogue_open(&catalogue, err);

    if (status != OK)
        return status;
    files = catalogue_count(catalogue);
    for (size_t i = 0; i < files; i++) {
        const struct mapping *mapping = catalogue_at(catalogue, i);

        check.file = mapping_file(mapping);
        mapping_examples(mapping, &check);
    }
    check_providers(&check, &providers, arena);
    status = check_end(&check, err);
    if (status == OK)
        buffer_print(out,
                     "mappings: %zu for files, %zu providers, and their "
                     "examples are right\n",
                     files, providers);
    catalogue_close(catalogue);
    return status;
}

/* --- credentials ----------------------------------------------------------*/

struct logins {
    const struct account **accounts;
    size_t count;
};

static void add_login(struct logins *logins, const struct account *account)
{
    for (size_t i = 0; i < logins->count; i++)
        if (logins->accounts[i] == account)
            return;
    logins->accounts[logins->count++] = account;
}

static void logins_of(struct logins *logins, const struct ends *ends,
                      const struct config *config, struct arena *arena)
{
    logins->accounts = arena_take(arena, (config->accounts_count + 2) *
                                             sizeof(*logins->accounts));
    if (ends == NULL)
        for (size_t i = 0; i < config->accounts_count; i++)
            add_login(logins, &config->accounts[i]);
    else if (ends->from[0].is_account)
        add_login(logins, ends->from[0].account);
    if (ends != NULL && ends->has_to && ends->to.is_account)
        add_login(logins, ends->to.account);
}

static enum status login(const struct account *account, struct store *store,
                         struct err *err)
{
    struct client *client = NULL;
    store_id id;
    enum status status = client_for(&client, account, store, &id, err);

    if (status == OK)
        status = client_login(client, err);
    client_close(client);
    return status;
}

/* All are tried; the first that fails is what the check ends with. */
static enum status check_logins(const struct logins *logins,
                                const struct options *options,
                                struct buffer *out, struct err *err)
{
    struct store *store = NULL;
    enum status status = OK;

    if (logins->count == 0)
        return OK;
    status =
        store_for_asking(&store, options, logins->accounts, logins->count, err);
    for (size_t i = 0; store != NULL && i < logins->count; i++) {
        const struct account *account = logins->accounts[i];
        struct err refused;
        enum status tried = login(account, store, &refused);

        buffer_print(out, "%s: %s at %s: %s\n", account->name,
                     account->provider->name, account->base_url,
                     tried == OK ? "logged in" : refused.message);
        if (tried == OK || status != OK)
            continue;
        *err = refused;
        err_place(err, "%s", account->name);
        status = STOP;
    }
    store_close(store);
    return status;
}

/* --- the command ----------------------------------------------------------*/

static enum status check_ends(const struct options *options,
                              const struct config *config, struct ends *ends,
                              struct buffer *out, bool *troubled,
                              struct err *err)
{
    const struct account *target = NULL;
    struct logins logins = {0};
    struct err second;
    enum status status;

    logins_of(&logins, ends, config, options->arena);
    status = check_logins(&logins, options, out, err);
    if (ends == NULL || ends->from[0].is_account)
        return status;
    if (ends->has_to && ends->to.is_account)
        target = ends->to.account;
    /* Refused credentials are no reason not to look at the file. */
    if (check_source(ends, config, target, out, troubled, &second) != OK &&
        status == OK) {
        *err = second;
        status = STOP;
    }
    return status;
}

static enum status check_all(const struct options *options,
                             const struct config *config, struct buffer *out,
                             bool *troubled, struct err *err)
{
    struct ends ends;
    bool given = options->arguments_count > 0;
    enum status status = OK;

    if (config->file != NULL)
        buffer_print(out, "configuration: %s, accounts %zu, jobs %zu\n",
                     config->file, config->accounts_count, config->jobs_count);
    else
        buffer_string(out, "configuration: none\n");
    if (given)
        status = ends_parse(&ends, options, config, false, err);
    if (status == OK)
        status = check_mappings(out, options->arena, err);
    if (status == OK)
        status = check_ends(options, config, given ? &ends : NULL, out,
                            troubled, err);
    return status;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct config *config = NULL;
    struct buffer out = {0};
    struct err second;
    bool troubled = false;
    enum status status = config_load(&config, options->config_path, err);

    if (status == OK)
        status = check_all(options, config, &out, &troubled, err);
    if (out.size > 0 && options->policy.verbosity >= 0 &&
        print_out(&out, &second) != OK && status == OK) {
        *err = second;
        status = STOP;
    }
    *exit = troubled ? EXIT_SOME : EXIT_DONE;
    buffer_free(&out);
    config_close(config);
    return status;
}

extern const struct command command_check;

const struct command command_check = {
    .name = "check",
    .arguments = "[FROM [TO] | JOB]",
    .summary = "verify configuration, mappings, credentials and source",
    .run = run,
};
