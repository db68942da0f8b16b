/*
 * config_url.c - the addresses of an account.
 */
#include "sync/config_parts.h"

#include "sync/http_url.h"

#include <string.h>

/* An address without a slash at its end, or NULL after a fault. */
static const char *load_url(struct config_loader *loader,
                            const struct node *node, const char *name,
                            struct text url)
{
    const char *why;
    char *kept;

    while (url.size > 0 && url.at[url.size - 1] == '/')
        url.size--;
    kept = arena_string(loader->arena, url);
    why = http_unfit(kept);
    if (why == NULL)
        return kept;
    check_fault(loader->check, node, "%s '%.200s' %s", name,
                strchr(kept, '@') != NULL ? "..." : kept, why);
    check_hint(loader->check, "write https://HOST or https://HOST/PATH; "
                              "http:// is for 127.0.0.1 and localhost only");
    return NULL;
}

static void load_usual(struct config_loader *loader, const struct node *node,
                       struct account *account)
{
    const struct node *base = node_member(node, "base_url");
    const struct node *token = node_member(node, "token_url");
    struct text url = config_value(loader, base, false);
    const char *missing = NULL;

    if (url.size == 0)
        url = text_of(account->provider->base_url);
    if (url.size == 0)
        check_fault(loader->check, node, "account '%s' needs base_url",
                    node->name);
    else
        account->base_url =
            load_url(loader, base != NULL ? base : node, "base_url", url);
    if (account->base_url == NULL || account->auth == NULL ||
        account->auth->kind != AUTH_OAUTH2)
        return;
    url = config_value(loader, token, false);
    if (url.size == 0 &&
        !template_fill(account->auth->token_url, account_setting, account, NULL,
                       loader->arena, &url, &missing)) {
        check_fault(loader->check, node, "account '%s' needs %s", node->name,
                    missing);
        return;
    }
    account->token_url =
        load_url(loader, token != NULL ? token : node, "token_url", url);
}

/* An address byte by byte as it stands: others compare it so. NULL: none. */
static const char *load_exact_url(struct config_loader *loader,
                                  const struct node *node, const char *name)
{
    const struct node *given = node_member(node, name);
    struct text url = config_value(loader, given, false);

    return url.size > 0 && load_url(loader, given, name, url) != NULL ? url.at
                                                                      : NULL;
}

void config_load_urls(struct config_loader *loader, const struct node *node,
                      struct account *account)
{
    load_usual(loader, node, account);
    account->login_url = load_exact_url(loader, node, "login_url");
    account->redirect_uri = load_exact_url(loader, node, "redirect_uri");
}
