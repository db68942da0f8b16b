/*
 * provider_auth.c - settings, authentication and signing of a provider file.
 */
#include <string.h>

#include "mappings/provider_parts.h"

static void add_word(const char **list, const char *word)
{
    list[words_count(list)] = word;
}

static bool holds(const char *const *words, const char *word)
{
    for (; words != NULL && *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* settings: {company: required, client_secret: [required, secret]} */
void load_settings(struct loader *loader, const struct node *tree)
{
    static const char *const kinds[] = {"required", "optional", "secret", NULL};
    const struct node *settings = node_member(tree, "settings");
    struct provider *provider = loader->provider;
    size_t room = (node_count(settings) + 1) * sizeof(const char *);
    const char **all = arena_take(loader->arena, room);
    const char **needs = arena_take(loader->arena, room);
    const char **secrets = arena_take(loader->arena, room);

    provider->settings = all;
    provider->needs = needs;
    provider->secrets = secrets;
    if (settings == NULL)
        return;
    if (settings->kind != NODE_OBJECT) {
        check_fault(loader->check, settings, "settings must be a set of keys");
        return;
    }
    for (const struct node *n = settings->first; n != NULL; n = n->next) {
        const char *const *words = part_words(loader, settings, n->name);

        for (size_t i = 0; words != NULL && words[i] != NULL; i++)
            if (!holds(kinds, words[i]))
                check_fault(loader->check, n,
                            "a setting is required, optional or secret, not "
                            "'%.40s'",
                            words[i]);
        add_word(all, n->name);
        if (holds(words, "required"))
            add_word(needs, n->name);
        if (holds(words, "secret"))
            add_word(secrets, n->name);
    }
}

/* about: {company: "the number of ..."}: for people who set an account up. */
void load_about(struct loader *loader, const struct node *tree)
{
    struct provider *provider = loader->provider;

    provider->about = part_pairs(loader, tree, "about");
    for (size_t i = 0; i < provider->about.count; i++) {
        const char *name = provider->about.at[i].name;

        if (!holds(provider->settings, name))
            check_fault(loader->check,
                        node_member(node_member(tree, "about"), name),
                        "'%.40s' is about no setting", name);
    }
}

static void load_token(struct loader *loader, const struct node *auth,
                       struct auth_spec *spec)
{
    static const char *const keys[] = {"url",  "path",    "form", "signed",
                                       "body", "headers", NULL};
    static const char *const forms[] = {"json", "form", NULL};
    const struct node *token = part_object(loader, auth, "token", keys);

    if (token == NULL)
        return;
    spec->token_url = part_template(loader, token, "url");
    spec->token_path = part_template(loader, token, "path");
    spec->token_form = part_choice(loader, token, "form", forms, 1) == 0
                           ? BODY_JSON
                           : BODY_FORM;
    spec->token_signed = check_flag(loader->check, token, "signed", false);
    spec->token_body = part_pairs(loader, token, "body");
    spec->token_headers = part_pairs(loader, token, "headers");
    if (spec->token_url == NULL)
        check_fault(loader->check, token, "url of the token is missing");
    if (spec->token_signed && spec->token_path == NULL)
        check_fault(loader->check, token,
                    "a signed token call needs the path that is signed");
}

static void load_login(struct loader *loader, const struct node *auth,
                       struct login_spec *spec)
{
    static const char *const keys[] = {
        "url", "query", "address", "code_url", "code_path", "code_body", NULL};
    const struct node *login = part_object(loader, auth, "login", keys);

    if (login == NULL)
        return;
    spec->url = part_template(loader, login, "url");
    spec->query = part_pairs(loader, login, "query");
    spec->address = part_paths(loader, login, "address");
    spec->code_url = part_template(loader, login, "code_url");
    spec->code_path = part_template(loader, login, "code_path");
    spec->code_body = part_pairs(loader, login, "code_body");
    if (spec->url == NULL)
        check_fault(loader->check, login, "login needs url");
}

static struct pairs auth_rate(struct loader *loader, const struct node *auth)
{
    struct text text = check_text(loader->check, auth, "rate");
    struct pair *pair;
    struct rate_spec rate;

    if (text.size == 0)
        return (struct pairs){0};
    if (!rate_parse(text, &rate)) {
        check_fault(loader->check, node_member(auth, "rate"),
                    "'%.40s' is no rate", text.at);
        check_hint(loader->check, "write it as 100/min, 10/s or off");
        return (struct pairs){0};
    }
    pair = arena_take(loader->arena, sizeof(*pair));
    *pair = (struct pair){"default", text.at};
    return (struct pairs){pair, 1};
}

static void load_auth(struct loader *loader, const struct node *auth,
                      struct auth_spec *spec)
{
    static const char *const keys[] = {
        "user",          "password",   "headers",    "needs",
        "token",         "refreshes",  "login",      "access_token",
        "refresh_token", "expires_in", "expires_at", "token_tenant",
        "rate",          NULL};
    static const char *const none[] = {NULL};

    spec->name = auth->name;
    check_keys(loader->check, auth, keys, auth->name);
    spec->user = part_template(loader, auth, "user");
    spec->password = part_template(loader, auth, "password");
    spec->headers = part_pairs(loader, auth, "headers");
    spec->needs = part_words(loader, auth, "needs");
    if (spec->needs == NULL)
        spec->needs = none;
    for (size_t i = 0; spec->needs[i] != NULL; i++)
        if (!holds(loader->provider->settings, spec->needs[i]))
            check_fault(loader->check, node_member(auth, "needs"),
                        "'%.60s' is no setting", spec->needs[i]);
    load_token(loader, auth, spec);
    load_login(loader, auth, &spec->login);
    spec->refreshes = check_flag(loader->check, auth, "refreshes", false);
    spec->access_token = part_paths(loader, auth, "access_token");
    spec->refresh_token = part_paths(loader, auth, "refresh_token");
    spec->expires_in = part_paths(loader, auth, "expires_in");
    spec->expires_at = part_paths(loader, auth, "expires_at");
    spec->token_tenant = part_paths(loader, auth, "token_tenant");
    spec->rate = auth_rate(loader, auth);
    if (node_member(auth, "token") != NULL) {
        spec->kind = AUTH_OAUTH2;
        if (spec->access_token == NULL)
            check_fault(loader->check, auth,
                        "access_token, its path in the reply, is missing");
    } else if (spec->user != NULL) {
        spec->kind = AUTH_BASIC;
    } else {
        spec->kind = spec->headers.count > 0 ? AUTH_HEADERS : AUTH_NONE;
    }
}

/* auth: {oauth2: {..}, basic: {..}}; the first is the default. */
void load_auths(struct loader *loader, const struct node *tree)
{
    const struct node *node = node_member(tree, "auth");
    size_t count =
        node != NULL && node->kind == NODE_OBJECT ? node_count(node) : 0;
    struct auth_spec *auths =
        arena_take(loader->arena, (count + 1) * sizeof(*auths));
    size_t n = 0;

    loader->provider->auths = auths;
    loader->provider->auths_count = count > 0 ? count : 1;
    if (count == 0) {
        static const char *const none[] = {NULL};

        auths[0] = (struct auth_spec){.name = "none", .needs = none};
        if (node != NULL && node->kind != NODE_NULL)
            check_fault(loader->check, node,
                        "auth must be a set of named ways to log in");
        return;
    }
    for (const struct node *a = node->first; a != NULL; a = a->next)
        load_auth(loader, a, &auths[n++]);
}

void load_sign(struct loader *loader, const struct node *tree)
{
    static const char *const keys[] = {
        "key", "base", "headers", "strip_path", "timestamp", "encoding", NULL};
    static const char *const units[] = {"seconds", "milliseconds", NULL};
    static const char *const encodings[] = {"hex", "base64", NULL};
    const struct node *node = part_object(loader, tree, "sign", keys);
    struct sign_spec *sign = &loader->provider->sign;

    if (node == NULL)
        return;
    sign->used = true;
    sign->key = part_template(loader, node, "key");
    sign->base = part_template(loader, node, "base");
    sign->strip_path = part_word(loader, node, "strip_path");
    sign->milliseconds = part_choice(loader, node, "timestamp", units, 0) == 1;
    sign->base64 = part_choice(loader, node, "encoding", encodings, 0) == 1;
    sign->headers = part_pairs(loader, node, "headers");
    if (sign->key == NULL || sign->base == NULL || sign->headers.count == 0)
        check_fault(loader->check, node, "sign needs key, base and headers");
}
