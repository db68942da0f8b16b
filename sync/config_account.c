/*
 * config_account.c - one account: its provider, addresses, limits and secrets.
 */
#include "sync/config_parts.h"

#include "sync/config_secret.h"
#include "sync/crypto.h"
#include "sync/http.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CONCURRENCY = 8, CONCURRENCY_MAX = 64 };

/* What every account may have, whatever its provider. */
static const char *const common_keys[] = {
    "provider", "base_url",     "token_url", "rate",         "concurrency",
    "region",   "access_token", "auth",      "ca_file",      "settle_delay",
    "timeout",  "refetch",      "login_url", "redirect_uri", NULL};

const char *const *account_keys(void)
{
    return common_keys;
}

static bool listed(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

const char *account_setting(const void *self, const char *name)
{
    const struct account *account = self;

    if (strcmp(name, "base_url") == 0)
        return account->base_url;
    for (size_t i = 0; i < account->settings_count; i++)
        if (strcmp(account->settings[i].name, name) == 0)
            return account->settings[i].value.at;
    return NULL;
}

void config_wipe_account(const struct account *account)
{
    crypto_wipe(account->access_token);
    for (size_t i = 0; i < account->settings_count; i++)
        if (account->provider != NULL &&
            listed(account->provider->secrets, account->settings[i].name))
            crypto_wipe(account->settings[i].value);
}

struct text config_value(struct config_loader *loader, const struct node *node,
                         bool secret)
{
    struct text value;
    bool literal = true;

    if (node == NULL || node->kind == NODE_NULL)
        return TEXT("");
    if (node->kind != NODE_TEXT && node->kind != NODE_NUMBER) {
        check_fault(loader->check, node, "%s must be a text", node->name);
        return TEXT("");
    }
    value = secret_expand(loader->check, node, loader->arena, secret, &literal);
    if (secret && literal && value.size > 0 && loader->shared) {
        check_fault(loader->check, node,
                    "%s is written out in a file that others can read",
                    node->name);
        check_hint(loader->check, "chmod 600 %s, or write ${VAR} here",
                   loader->check->file);
    }
    if (value.size > 0 && memchr(value.at, '\0', value.size) != NULL) {
        check_fault(loader->check, node, "%s holds a NUL byte", node->name);
        return TEXT("");
    }
    return value;
}

const char *config_region(struct config_loader *loader, const struct node *node)
{
    struct text text = config_value(loader, node, false);
    char *region;

    if (text.size == 0)
        return NULL;
    region = arena_string(loader->arena, text);
    for (char *c = region; *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    if (text.size == 2 && region_known(region))
        return region;
    check_fault(loader->check, node, "'%.20s' is no region", text.at);
    check_hint(loader->check, "two letters, as AU, US or GB");
    return NULL;
}

/* --- the provider ---------------------------------------------------------*/

static void tell_unknown(struct config_loader *loader, const struct node *node,
                         const char *name, const char *const *names)
{
    struct buffer list = {0};
    const char *near = suggest(name, names);

    for (size_t i = 0; names[i] != NULL; i++)
        buffer_print(&list, " %s", names[i]);
    buffer_byte(&list, '\0');
    check_fault(loader->check, node, "unknown provider '%.60s'", name);
    if (near != NULL)
        check_hint(loader->check, "did you mean '%s'? known:%s", near, list.at);
    else
        check_hint(loader->check, "known:%s", list.at);
    buffer_free(&list);
}

/* Each provider is loaded once for all of its accounts. */
static enum status find_provider(struct config_loader *loader,
                                 const struct node *node,
                                 const struct provider **out, struct err *err)
{
    struct loaded_config *loaded = loader->loaded;
    const char *const *names = provider_names(loader->arena);
    struct text name = config_value(loader, node, false);
    bool is_path;
    struct provider *provider = NULL;

    *out = NULL;
    if (name.size == 0) {
        if (node != NULL && loader->check->count == 0)
            check_fault(loader->check, node, "provider must not be empty");
        return OK;
    }
    is_path = memchr(name.at, '/', name.size) != NULL ||
              text_find(name, ".") < name.size;
    for (size_t i = 0; i < loaded->providers_count; i++)
        if (text_is(name, is_path ? loaded->providers[i]->file
                                  : loaded->providers[i]->name)) {
            *out = loaded->providers[i];
            return OK;
        }
    if (!is_path && !listed(names, name.at)) {
        tell_unknown(loader, node, name.at, names);
        return OK;
    }
    if (provider_load(&provider, name.at, err) != OK)
        return STOP;
    loaded->providers[loaded->providers_count++] = provider;
    *out = provider;
    return OK;
}

/* --- the parts ------------------------------------------------------------*/

static void check_account_keys(struct config_loader *loader,
                               const struct node *node,
                               const struct provider *provider)
{
    size_t common = sizeof(common_keys) / sizeof(common_keys[0]) - 1;
    size_t own = 0, count = 0;
    const char **keys;

    while (provider->settings != NULL && provider->settings[own] != NULL)
        own++;
    keys = arena_take(loader->arena, (common + own + 1) * sizeof(*keys));
    for (size_t i = 0; i < common; i++)
        keys[count++] = common_keys[i];
    for (size_t i = 0; i < own; i++)
        keys[count++] = provider->settings[i];
    (void)check_keys(loader->check, node, keys,
                     arena_print(loader->arena, "account '%s'", node->name).at);
}

static void load_settings(struct config_loader *loader, const struct node *node,
                          struct account *account)
{
    const struct provider *provider = account->provider;
    struct setting *settings =
        arena_take(loader->arena, (node_count(node) + 1) * sizeof(*settings));
    size_t count = 0;

    for (const struct node *n = node->first; n != NULL; n = n->next) {
        struct text value;

        if (!listed(provider->settings, n->name) ||
            strcmp(n->name, "access_token") == 0)
            continue;
        value = config_value(loader, n, listed(provider->secrets, n->name));
        if (value.size > 0)
            settings[count++] = (struct setting){n->name, value};
    }
    account->settings = settings;
    account->settings_count = count;
    account->access_token =
        config_value(loader, node_member(node, "access_token"), true);
}

static void check_needs(struct config_loader *loader, const struct node *node,
                        const struct account *account, const char *const *needs)
{
    for (; needs != NULL && *needs != NULL; needs++) {
        if (account_setting(account, *needs) != NULL ||
            (strcmp(*needs, "access_token") == 0 &&
             account->access_token.size > 0))
            continue;
        /* One that is there and faulty was told already. */
        if (node_member(node, *needs) != NULL && loader->check->count > 0)
            continue;
        check_fault(loader->check, node, "account '%s' needs %s", node->name,
                    *needs);
    }
}

static void load_auth(struct config_loader *loader, const struct node *node,
                      struct account *account)
{
    const struct provider *provider = account->provider;
    const struct node *given = node_member(node, "auth");
    struct text name = config_value(loader, given, false);
    const char **names;

    account->auth = provider->auths_count > 0 ? &provider->auths[0] : NULL;
    if (name.size == 0)
        return;
    names =
        arena_take(loader->arena, (provider->auths_count + 1) * sizeof(*names));
    for (size_t i = 0; i < provider->auths_count; i++) {
        names[i] = provider->auths[i].name;
        if (text_is(name, names[i])) {
            account->auth = &provider->auths[i];
            return;
        }
    }
    check_fault(loader->check, given, "%s has no auth '%.40s'", provider->name,
                name.at);
    if (suggest(name.at, names) != NULL)
        check_hint(loader->check, "did you mean '%s'?",
                   suggest(name.at, names));
}

/* Whether one stands there that is good. */
static bool load_duration(struct config_loader *loader, const struct node *node,
                          uint64_t *ms)
{
    struct text text = config_value(loader, node, false);
    uint64_t given = 0;

    if (text.size == 0)
        return false;
    if (!duration_parse(text, &given)) {
        check_fault(loader->check, node, "'%.40s' is no duration", text.at);
        check_hint(loader->check, "write 200ms, 10s, 5m or 2h");
        return false;
    }
    *ms = given;
    return true;
}

static void load_limits(struct config_loader *loader, const struct node *node,
                        struct account *account)
{
    const struct auth_spec *auth = account->auth;
    const struct node *rate = node_member(node, "rate");
    const struct node *together = node_member(node, "concurrency");
    const struct node *timeout = node_member(node, "timeout");
    struct text text = config_value(loader, rate, false);
    uint64_t number = 0;

    account->rate = account->provider->rate;
    if (auth != NULL && auth->rate.count > 0)
        (void)rate_parse(text_of(auth->rate.at[0].value), &account->rate);
    if (text.size > 0 && !rate_parse(text, &account->rate)) {
        check_fault(loader->check, rate, "'%.40s' is no rate", text.at);
        check_hint(loader->check, "write 100/min, 10/s or off");
    }
    account->concurrency = CONCURRENCY;
    text = config_value(loader, together, false);
    if (text.size > 0) {
        if (text_to_u64(text, &number) && number >= 1 &&
            number <= CONCURRENCY_MAX)
            account->concurrency = (uint32_t)number;
        else
            check_fault(loader->check, together,
                        "concurrency must be from 1 to %d", CONCURRENCY_MAX);
    }
    account->settle_ms = account->provider->settle_ms;
    account->settle_unguarded_ms = account->provider->settle_unguarded_ms;
    if (load_duration(loader, node_member(node, "settle_delay"),
                      &account->settle_ms))
        account->settle_unguarded_ms = account->settle_ms;
    (void)load_duration(loader, node_member(node, "refetch"),
                        &account->refetch_ms);
    account->timeout_ms = HTTP_TIMEOUT_MS;
    if (load_duration(loader, timeout, &account->timeout_ms) &&
        (account->timeout_ms == 0 || account->timeout_ms > HTTP_TIMEOUT_MS)) {
        check_fault(loader->check, timeout,
                    "timeout must be more than nothing, and at most %d seconds",
                    HTTP_TIMEOUT_MS / 1000);
        account->timeout_ms = HTTP_TIMEOUT_MS;
    }
}

/* The names under which the store knows the account and its limit. */
static void load_identity(struct config_loader *loader, struct account *account)
{
    const struct provider *provider = account->provider;
    const char *missing = NULL;
    struct text tenant = TEXT(""), scope = TEXT("");

    if (provider->tenant != NULL)
        (void)template_fill(provider->tenant, account_setting, account, NULL,
                            loader->arena, &tenant, &missing);
    if (tenant.size == 0)
        tenant = text_of(account_setting(account, "client_id"));
    if (tenant.size == 0)
        tenant = text_of(account->name);
    account->tenant = tenant.at;
    if (provider->rate_scope != NULL)
        (void)template_fill(provider->rate_scope, account_setting, account,
                            NULL, loader->arena, &scope, &missing);
    if (scope.size == 0)
        scope = tenant;
    account->rate_scope = arena_print(loader->arena, "%s %s %s", provider->name,
                                      account->base_url, scope.at)
                              .at;
}

static void load_ca_file(struct config_loader *loader, const struct node *node,
                         struct account *account)
{
    const struct node *given = node_member(node, "ca_file");
    struct text path = config_value(loader, given, false);

    if (path.size == 0)
        return;
    if (access(path.at, R_OK) != 0)
        check_fault(loader->check, given, "cannot read ca_file %.200s: %s",
                    path.at, strerror(errno));
    account->ca_file = path.at;
}

static bool good_name(const char *name)
{
    if (name[0] == '\0' || name[0] == '-' || strlen(name) > 100)
        return false;
    for (; *name != '\0'; name++)
        if (!((*name >= 'a' && *name <= 'z') ||
              (*name >= 'A' && *name <= 'Z') ||
              (*name >= '0' && *name <= '9') || strchr("_-.", *name) != NULL))
            return false;
    return true;
}

/* A key that is nearly `provider` is what was meant; else it was forgotten, or
 * stands too far to the left. */
static void tell_no_provider(struct config_loader *loader,
                             const struct node *node)
{
    static const char *const wanted[] = {"provider", NULL};

    check_fault(loader->check, node, "account '%s' needs a provider",
                node->name);
    for (const struct node *member = node->first;
         node->kind == NODE_OBJECT && member != NULL; member = member->next) {
        if (suggest(member->name, wanted) == NULL)
            continue;
        check_hint(loader->check, "line %u says '%s': did you mean 'provider'?",
                   (unsigned)member->line, member->name);
        return;
    }
    check_hint(loader->check,
               "`provider: NAME` on a line below it, indented further than "
               "'%s:'; 'custsync mappings' lists the names",
               node->name);
}

enum status config_load_account(struct config_loader *loader,
                                const struct node *node,
                                struct account *account, struct err *err)
{
    const struct node *provider = node_member(node, "provider");

    account->name = node->name;
    if (!good_name(node->name)) {
        check_fault(loader->check, node, "'%.60s' is no name of an account",
                    node->name);
        check_hint(loader->check, "letters, digits, _ - and . only");
    }
    if (node->kind != NODE_OBJECT || provider == NULL) {
        tell_no_provider(loader, node);
        return OK;
    }
    if (find_provider(loader, provider, &account->provider, err) != OK)
        return STOP;
    if (account->provider == NULL)
        return OK;
    check_account_keys(loader, node, account->provider);
    load_settings(loader, node, account);
    load_auth(loader, node, account);
    config_load_urls(loader, node, account);
    load_limits(loader, node, account);
    load_ca_file(loader, node, account);
    account->region = config_region(loader, node_member(node, "region"));
    if (account->region == NULL)
        account->region = loader->loaded->config.region;
    if (account->region == NULL)
        account->region = account->provider->region_hint;
    check_needs(loader, node, account, account->provider->needs);
    if (account->auth != NULL)
        check_needs(loader, node, account, account->auth->needs);
    if (account->base_url != NULL)
        load_identity(loader, account);
    return OK;
}
