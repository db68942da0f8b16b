/*
 * config.c - finding and loading the configuration; its jobs.
 */
#include "sync/config_parts.h"

#include "sync/config_secret.h"
#include "sync/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- jobs -----------------------------------------------------------------*/

/* A list of texts, or one, or a set of them by name ("tags=union"), joined by
 * commas: what policy_set takes. */
static struct text joined(struct config_loader *loader, const struct node *node)
{
    struct buffer list = {0};
    struct text made;

    if (node->kind == NODE_TRUE || node->kind == NODE_FALSE)
        return node->kind == NODE_TRUE ? TEXT("true") : TEXT("false");
    if (node->kind != NODE_LIST && node->kind != NODE_OBJECT)
        return config_value(loader, node, false);
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (n->kind != NODE_TEXT) {
            check_fault(loader->check, n, "%s must be a list of texts",
                        node->name);
            break;
        }
        if (n != node->first)
            buffer_byte(&list, ',');
        if (node->kind == NODE_OBJECT)
            buffer_print(&list, "%s=", n->name);
        buffer_text(&list, config_value(loader, n, false));
    }
    made = arena_text(loader->arena, buffer_view(&list));
    buffer_free(&list);
    return made;
}

/* "shop:" must be an account, and a near miss is worth a word. */
static void check_endpoint(struct config_loader *loader,
                           const struct node *node, const char *endpoint)
{
    const struct config *config = &loader->loaded->config;
    size_t size = strlen(endpoint);
    struct text name = {endpoint, size > 0 ? size - 1 : 0};
    const char *near;

    if (size < 2 || endpoint[size - 1] != ':' ||
        config_account(config, name) != NULL)
        return;
    near = suggest(arena_string(loader->arena, name),
                   near_accounts(config, loader->arena));
    check_fault(loader->check, node, "there is no account '%.60s'", endpoint);
    if (near != NULL)
        check_hint(loader->check, "did you mean '%s:'?", near);
}

static void load_from(struct config_loader *loader, const struct node *node,
                      struct job *job)
{
    size_t room = node->kind == NODE_LIST ? node_count(node) : 1;
    const struct node *n = node->kind == NODE_LIST ? node->first : node;
    const char **from = arena_take(loader->arena, (room + 1) * sizeof(*from));

    for (; n != NULL && job->from_count < room; n = n->next) {
        struct text one =
            n->kind == NODE_TEXT ? config_value(loader, n, false) : TEXT("");

        if (one.size == 0) {
            check_fault(loader->check, n,
                        "from must be an endpoint or a list "
                        "of files");
            break;
        }
        check_endpoint(loader, n, one.at);
        from[job->from_count++] = one.at;
    }
    if (room == 0)
        check_fault(loader->check, node, "from must not be empty");
    job->from = from;
}

static void set_policy(struct config_loader *loader, const struct node *node,
                       struct job *job)
{
    struct err err = {0};

    if (node->kind == NODE_NULL)
        return;
    if (policy_set(&job->policy, node->name, joined(loader, node),
                   loader->arena, &err) == OK)
        return;
    check_fault(loader->check, node, "%s", err.message);
    if (err.hint[0] != '\0')
        check_hint(loader->check, "%s", err.hint);
}

/* As the command line writes it and as a job may: one name. */
static bool same_key(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
            return false;
    return *a == *b;
}

static bool is_job_key(const char *name)
{
    const char *const *keys = policy_keys();

    for (; *keys != NULL; keys++)
        if (same_key(*keys, name))
            return true;
    return false;
}

static void tell_unknown_key(struct config_loader *loader,
                             const struct node *job, const struct node *node)
{
    const char *const *keys = policy_keys();
    const char *names[64] = {"from", "to"};
    const char *near;

    for (size_t i = 0; keys[i] != NULL && i < 60; i++)
        names[i + 2] = keys[i];
    near = suggest(node->name, names);
    check_fault(loader->check, node, "unknown key '%.80s' in job '%s'",
                node->name, job->name);
    if (near != NULL)
        check_hint(loader->check, "did you mean '%s'?", near);
}

static void load_job(struct config_loader *loader, const struct node *node,
                     struct job *job)
{
    job->name = node->name;
    policy_defaults(&job->policy);
    if (node->kind != NODE_OBJECT) {
        check_fault(loader->check, node, "job '%s' must be a set of keys",
                    node->name);
        return;
    }
    if (node->name[0] == '\0' || strchr(node->name, ':') != NULL)
        check_fault(loader->check, node, "'%.60s' is no name of a job",
                    node->name);
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        bool again = false;

        for (const struct node *o = node->first; o != n; o = o->next)
            again = again || same_key(o->name, n->name);
        if (again)
            check_fault(loader->check, n, "%s is given twice", n->name);
        else if (strcmp(n->name, "from") == 0)
            load_from(loader, n, job);
        else if (strcmp(n->name, "to") == 0)
            job->to =
                arena_string(loader->arena, config_value(loader, n, false));
        else if (is_job_key(n->name))
            set_policy(loader, n, job);
        else
            tell_unknown_key(loader, node, n);
    }
    if (job->from_count == 0 && node_member(node, "from") == NULL)
        check_fault(loader->check, node, "job '%s' needs from", node->name);
    if (job->to == NULL || job->to[0] == '\0')
        check_fault(loader->check, node, "job '%s' needs to", node->name);
    else
        check_endpoint(loader, node_member(node, "to"), job->to);
}

/* --- the whole ------------------------------------------------------------*/

static bool is_set(struct config_loader *loader, const struct node *node)
{
    if (node == NULL || node->kind == NODE_NULL)
        return false;
    if (node->kind == NODE_OBJECT)
        return true;
    check_fault(loader->check, node, "%s must be a set of names", node->name);
    return false;
}

static enum status load_accounts(struct config_loader *loader,
                                 const struct node *node, struct err *err)
{
    struct loaded_config *loaded = loader->loaded;
    size_t room = node_count(node) + 1;
    struct account *accounts =
        arena_take(loader->arena, room * sizeof(*accounts));

    loaded->config.accounts = accounts;
    loaded->providers =
        arena_take(loader->arena, room * sizeof(*loaded->providers));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (config_load_account(
                loader, n, &accounts[loaded->config.accounts_count], err) != OK)
            return STOP;
        loaded->config.accounts_count++;
    }
    return OK;
}

static void load_jobs(struct config_loader *loader, const struct node *node)
{
    struct config *config = &loader->loaded->config;
    struct job *jobs =
        arena_take(loader->arena, (node_count(node) + 1) * sizeof(*jobs));

    config->jobs = jobs;
    for (const struct node *n = node->first; n != NULL; n = n->next)
        load_job(loader, n, &jobs[config->jobs_count++]);
}

static enum status load_tree(struct config_loader *loader,
                             const struct node *tree, struct err *err)
{
    static const char *const keys[] = {"region", "accounts", "jobs", NULL};
    const struct node *accounts = node_member(tree, "accounts");
    const struct node *jobs = node_member(tree, "jobs");

    /* A file of comments only is an empty configuration. */
    if (tree == NULL || tree->kind == NODE_NULL)
        return OK;
    if (!check_keys(loader->check, tree, keys, "the configuration") &&
        tree->kind != NODE_OBJECT)
        return OK;
    loader->loaded->config.region =
        config_region(loader, node_member(tree, "region"));
    if (is_set(loader, accounts) && load_accounts(loader, accounts, err) != OK)
        return STOP;
    if (is_set(loader, jobs))
        load_jobs(loader, jobs);
    return OK;
}

const char *config_usual_place(struct arena *arena)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    const char *places[3] = {"custsync.yaml", NULL,
                             "/etc/custsync/config.yaml"};

    if (xdg != NULL && xdg[0] == '/')
        places[1] = arena_print(arena, "%s/custsync/config.yaml", xdg).at;
    else if (home != NULL && home[0] == '/')
        places[1] =
            arena_print(arena, "%s/.config/custsync/config.yaml", home).at;
    for (size_t i = 0; i < 3; i++)
        if (places[i] != NULL && access(places[i], F_OK) == 0)
            return places[i];
    return NULL;
}

/* Whoever can write the configuration can send the credentials anywhere. */
static enum status check_owner(const char *path, const struct stat *seen,
                               struct err *err)
{
    if (secret_meddled(seen)) {
        (void)fail(err, STOP, EXIT_CONFIG, "writable_by_others",
                   "others can write the configuration, which decides where "
                   "credentials go");
        err_hint(err, "chmod go-w %s, and read it again before you use it",
                 path);
    } else if (secret_foreign(seen)) {
        (void)fail(err, STOP, EXIT_CONFIG, "writable_by_others",
                   "the configuration belongs to another user (uid %lu)",
                   (unsigned long)seen->st_uid);
        err_hint(err, "it must belong to whoever runs custsync, or to root");
    } else {
        return OK;
    }
    err_place(err, "%s", path);
    return STOP;
}

static enum status load_file(struct loaded_config *loaded, const char *path,
                             struct err *err)
{
    struct check check = {.file = path};
    struct config_loader loader = {
        .loaded = loaded, .arena = loaded->config.arena, .check = &check};
    struct node *tree = NULL;
    struct stat seen;
    enum status status;

    loaded->config.file = arena_string(loader.arena, text_of(path));
    status =
        yaml_load_seen(path, loader.arena, loaded->names, &tree, &seen, err);
    if (status != OK) {
        /* 66 is for sources: this one is the user's own wiring. */
        err->exit = EXIT_CONFIG;
        if (strcmp(err->code, "cannot_open") == 0)
            near_file(err, path);
        return STOP;
    }
    if (check_owner(path, &seen, err) != OK)
        return STOP;
    loader.shared = secret_shared(&seen);
    if (load_tree(&loader, tree, err) != OK)
        return STOP;
    return check_end(&check, err);
}

enum status config_load(struct config **out, const char *path, struct err *err)
{
    struct loaded_config *loaded = calloc(1, sizeof(*loaded));

    *out = NULL;
    if (loaded == NULL)
        abort();
    loaded->config.arena = arena_open();
    loaded->names = names_open();
    if (path == NULL)
        path = config_usual_place(loaded->config.arena);
    if (path != NULL && load_file(loaded, path, err) != OK) {
        config_close(&loaded->config);
        return STOP;
    }
    *out = &loaded->config;
    return OK;
}

void config_close(struct config *config)
{
    /* Every config was made by config_load, and is the first member. */
    struct loaded_config *loaded = (struct loaded_config *)config;

    if (config == NULL)
        return;
    for (size_t i = 0; i < config->accounts_count; i++)
        config_wipe_account(&config->accounts[i]);
    for (size_t i = 0; i < loaded->providers_count; i++)
        provider_close(loaded->providers[i]);
    names_close(loaded->names);
    arena_close(config->arena);
    free(loaded);
}

const struct account *config_account(const struct config *config,
                                     struct text name)
{
    for (size_t i = 0; i < config->accounts_count; i++)
        if (text_is(name, config->accounts[i].name))
            return &config->accounts[i];
    return NULL;
}

const struct job *config_job(const struct config *config, struct text name)
{
    for (size_t i = 0; i < config->jobs_count; i++)
        if (text_is(name, config->jobs[i].name))
            return &config->jobs[i];
    return NULL;
}
