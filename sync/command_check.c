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

static void tell_mappings(struct findings *findings, size_t files,
                          size_t providers)
{
    struct node *mappings = node_new(findings->arena, NODE_OBJECT);

    json_number(mappings, "files", files, findings->arena);
    json_number(mappings, "providers", providers, findings->arena);
    (void)node_add(findings->json, "mappings", mappings);
    buffer_print(&findings->text,
                 "mappings: %zu for files, %zu providers, and their "
                 "examples are right\n",
                 files, providers);
}

/* Every mapping and provider that can be found, and their examples. */
static enum status check_mappings(struct findings *findings, struct err *err)
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
    check_providers(&check, &providers, findings->arena);
    status = check_end(&check, err);
    if (status == OK)
        tell_mappings(findings, files, providers);
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

static void tell_login(struct findings *findings, struct node *list,
                       const struct account *account, const struct err *refused)
{
    struct node *node = node_new(findings->arena, NODE_OBJECT);

    json_text(node, "account", text_of(account->name), findings->arena);
    json_text(node, "provider", text_of(account->provider->name),
              findings->arena);
    json_text(node, "base_url", text_of(account->base_url), findings->arena);
    json_flag(node, "logged_in", refused == NULL, findings->arena);
    if (refused != NULL)
        json_text(node, "message", text_of(refused->message), findings->arena);
    (void)node_add(list, NULL, node);
    buffer_print(&findings->text, "%s: %s at %s: %s\n", account->name,
                 account->provider->name, account->base_url,
                 refused == NULL ? "logged in" : refused->message);
}

/* All are tried; the first that fails is what the check ends with. */
static enum status check_logins(const struct logins *logins,
                                const struct options *options,
                                struct findings *findings, struct err *err)
{
    struct node *list = node_new(findings->arena, NODE_LIST);
    struct store *store = NULL;
    enum status status = OK;

    (void)node_add(findings->json, "accounts", list);
    if (logins->count == 0)
        return OK;
    status =
        store_for_asking(&store, options, logins->accounts, logins->count, err);
    for (size_t i = 0; store != NULL && i < logins->count; i++) {
        const struct account *account = logins->accounts[i];
        struct err refused;
        enum status tried = login(account, store, &refused);

        tell_login(findings, list, account, tried == OK ? NULL : &refused);
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
                              struct findings *findings, struct err *err)
{
    const struct account *target = NULL;
    struct logins logins = {0};
    struct err second;
    enum status status;

    logins_of(&logins, ends, config, options->arena);
    status = check_logins(&logins, options, findings, err);
    if (ends == NULL || ends->from[0].is_account)
        return status;
    if (ends->has_to && ends->to.is_account)
        target = ends->to.account;
    /* Refused credentials are no reason not to look at the file. */
    if (check_source(ends, config, target, findings, &second) != OK &&
        status == OK) {
        *err = second;
        status = STOP;
    }
    return status;
}

static void tell_config(struct findings *findings, const struct config *config)
{
    if (config->file == NULL) {
        buffer_string(&findings->text, "configuration: none\n");
        return;
    }
    json_text(findings->json, "configuration", text_of(config->file),
              findings->arena);
    buffer_print(&findings->text, "configuration: %s, accounts %zu, jobs %zu\n",
                 config->file, config->accounts_count, config->jobs_count);
}

static enum status check_all(const struct options *options,
                             const struct config *config,
                             struct findings *findings, struct err *err)
{
    struct ends ends;
    bool given = options->arguments_count > 0;
    enum status status = OK;

    tell_config(findings, config);
    if (given)
        status = ends_parse(&ends, options, config, false, err);
    if (status == OK)
        status = check_mappings(findings, err);
    if (status == OK)
        status =
            check_ends(options, config, given ? &ends : NULL, findings, err);
    return status;
}

/* What was found out is told even where the check ends in a fault. */
static enum status tell(struct findings *findings, const struct policy *policy,
                        struct err *err)
{
    if (policy->json)
        return print_json(findings->json, err);
    if (policy->verbosity < 0 || findings->text.size == 0)
        return OK;
    return print_out(&findings->text, err);
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct config *config = NULL;
    struct findings findings = {.arena = options->arena};
    struct err second;
    enum status status = config_load(&config, options->config_path, err);

    findings.json = node_new(findings.arena, NODE_OBJECT);
    if (status == OK)
        status = check_all(options, config, &findings, err);
    *exit = status != OK        ? err->exit
            : findings.troubled ? EXIT_SOME
                                : EXIT_DONE;
    json_number(findings.json, "exit", (uint64_t)*exit, findings.arena);
    if (tell(&findings, &options->policy, &second) != OK && status == OK) {
        *err = second;
        status = STOP;
    }
    buffer_free(&findings.text);
    config_close(config);
    return status;
}

extern const struct command command_check;

const struct command command_check = {
    .name = "check",
    .arguments = "[FROM [TO] | JOB]",
    .summary = "verify configuration, mappings, credentials and source",
    .examples = "custsync check\n"
                "custsync check shopify:export.csv shop:",
    .run = run,
};
