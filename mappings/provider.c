/*
 * provider.c - a provider file from its name to the structs.
 */
#include "mappings/provider.h"

#include <stdlib.h>
#include <string.h>

#include "mappings/locate.h"
#include "mappings/pattern.h"
#include "mappings/provider_parts.h"

/* What owns all that a struct provider points to. */
struct loaded {
    struct provider provider; /* first: provider_close gets its address */
    struct arena *arena;
    struct names *names;
};

/* Keys that are the mapping's, handed on to it. */
static const char *const mapping_keys[] = {
    "title",     "fields", "phones",   "require_any", "region",
    "skip_when", "custom", "examples", NULL};

bool rate_parse(struct text text, struct rate_spec *out)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"s", 1000},      {"second", 1000},  {"min", 60000},
                 {"m", 60000},     {"minute", 60000}, {"h", 3600000},
                 {"hour", 3600000}};
    size_t slash = text_find(text, "/");
    struct text unit;
    uint64_t limit;

    if (text_is(text, "off")) {
        *out = (struct rate_spec){0};
        return true;
    }
    if (slash == text.size || slash > 7 ||
        !text_to_u64((struct text){text.at, slash}, &limit) || limit == 0)
        return false;
    unit = (struct text){text.at + slash + 1, text.size - slash - 1};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (text_is(unit, units[i].unit)) {
            *out = (struct rate_spec){limit, units[i].ms};
            return true;
        }
    return false;
}

bool duration_parse(struct text text, uint64_t *ms)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60000}, {"min", 60000}, {"h", 3600000}};
    size_t digits = 0;
    uint64_t number;

    while (digits < text.size && text.at[digits] >= '0' &&
           text.at[digits] <= '9')
        digits++;
    /* A year in milliseconds has eleven digits: no product overflows. */
    if (digits > 11 || !text_to_u64((struct text){text.at, digits}, &number))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (text_is((struct text){text.at + digits, text.size - digits},
                    units[i].unit)) {
            *ms = number * units[i].ms;
            return true;
        }
    return false;
}

static void load_rate(struct loader *loader, const struct node *tree)
{
    static const char *const keys[] = {"limit",     "scope", "reset",
                                       "remaining", "total", NULL};
    const struct node *node = part_object(loader, tree, "rate", keys);
    struct provider *provider = loader->provider;
    struct text limit;

    if (node == NULL)
        return;
    limit = check_text(loader->check, node, "limit");
    if (limit.size > 0 && !rate_parse(limit, &provider->rate)) {
        check_fault(loader->check, node_member(node, "limit"),
                    "'%.40s' is no rate", limit.at);
        check_hint(loader->check, "write it as 100/min, 10/s or off");
    }
    provider->rate_scope = part_template(loader, node, "scope");
    provider->reset_header = part_word(loader, node, "reset");
    provider->remaining_header = part_word(loader, node, "remaining");
    provider->limit_header = part_word(loader, node, "total");
}

static void load_head(struct loader *loader, const struct node *tree)
{
    static const char *const forms[] = {"e164", "national", NULL};
    struct provider *provider = loader->provider;
    size_t size;

    provider->title = part_word(loader, tree, "title");
    provider->base_url = part_word(loader, tree, "base_url");
    if (provider->base_url == NULL) {
        check_fault(loader->check, tree, "base_url is missing");
        provider->base_url = "";
    }
    size = strlen(provider->base_url);
    if (size > 0 && provider->base_url[size - 1] == '/')
        check_fault(loader->check, node_member(tree, "base_url"),
                    "base_url must not end in a slash");
    provider->tenant = part_template(loader, tree, "tenant");
    provider->region_hint = part_word(loader, tree, "region");
    if (provider->region_hint != NULL && !region_known(provider->region_hint))
        check_fault(loader->check, node_member(tree, "region"),
                    "unknown region '%.20s'", provider->region_hint);
    provider->headers = part_pairs(loader, tree, "headers");
    provider->settle_ms = part_duration(loader, tree, "settle", 5000);
    provider->settle_unguarded_ms =
        part_duration(loader, tree, "settle_unguarded", 60000);
    provider->phones_national =
        part_choice(loader, tree, "phones", forms, 0) == 1;
    provider->id = part_paths(loader, tree, "id");
    if (provider->id == NULL)
        check_fault(loader->check, tree,
                    "id, its path in a record, is missing");
    provider->unique =
        part_fields(loader, tree, "unique", &provider->unique_count);
}

/* The body's mapping is a mapping file within the file, always of paths. */
static const struct node *mapping_tree(struct loader *loader,
                                       const struct node *tree)
{
    struct node *inner = node_new(loader->arena, NODE_OBJECT);

    inner->line = tree->line;
    inner->column = tree->column;
    for (const char *const *key = mapping_keys; *key != NULL; key++) {
        const struct node *member = node_member(tree, *key);

        if (member != NULL)
            node_add(inner, *key, node_copy(loader->arena, member));
    }
    node_add(inner, "format", node_text(loader->arena, TEXT("json")));
    return inner;
}

static void load_tree(struct loader *loader, const struct node *tree,
                      struct err *err)
{
    static const char *const keys[] = {
        "provider",    "title",   "base_url",   "settings",
        "about",       "tenant",  "region",     "headers",
        "auth",        "sign",    "rate",       "settle",
        "phones",      "id",      "unique",     "settle_unguarded",
        "probe",       "list",    "get",        "find",
        "create",      "update",  "deactivate", "bulk_create",
        "bulk_update", "replies", "errors",     "require_any",
        "fields",      "custom",  "skip_when",  "examples",
        NULL};
    struct provider *provider = loader->provider;

    check_keys(loader->check, tree, keys, "a provider");
    if (tree->kind != NODE_OBJECT)
        return;
    load_settings(loader, tree);
    load_about(loader, tree);
    load_head(loader, tree);
    load_rate(loader, tree);
    load_auths(loader, tree);
    load_sign(loader, tree);
    load_calls(loader, tree);
    load_finds(loader, tree);
    load_replies(loader, tree);
    mapping_build(&provider->mapping, provider->name, provider->file,
                  mapping_tree(loader, tree), loader->check, err);
}

/* All that has a meaning: the tree without what is for people. */
static struct text tree_digest(const struct node *tree, struct arena *arena)
{
    struct buffer bytes = {0};
    struct text digest;

    for (const struct node *n = tree->first; n != NULL; n = n->next) {
        if (strcmp(n->name, "title") == 0 || strcmp(n->name, "about") == 0 ||
            strcmp(n->name, "examples") == 0)
            continue;
        buffer_string(&bytes, n->name);
        buffer_byte(&bytes, '=');
        json_write(&bytes, n);
        buffer_byte(&bytes, '\n');
    }
    digest = arena_text(arena, buffer_view(&bytes));
    buffer_free(&bytes);
    return digest;
}

enum status provider_load(struct provider **out, const char *name,
                          struct err *err)
{
    struct loaded *loaded = calloc(1, sizeof(*loaded));
    struct check check = {0};
    struct loader loader = {.check = &check};
    struct node *tree;
    enum status status;

    if (loaded == NULL)
        abort();
    *out = NULL;
    loaded->arena = loader.arena = arena_open();
    loaded->names = names_open();
    loader.provider = &loaded->provider;
    status = locate_mapping("providers", name, loaded->arena,
                            &loaded->provider.file, err);
    if (status == OK) {
        check.file = loaded->provider.file;
        status =
            yaml_load(check.file, loaded->arena, loaded->names, &tree, err);
    }
    if (status == OK) {
        loaded->provider.name = node_member_text(tree, "provider").at;
        if (loaded->provider.name == NULL || *loaded->provider.name == '\0') {
            loaded->provider.name = name;
            check_fault(&check, tree, "provider, its name, is missing");
        }
        load_tree(&loader, tree, err);
        status = check_end(&check, err);
        loaded->provider.digest = tree_digest(tree, loaded->arena);
    }
    if (status != OK) {
        provider_close(&loaded->provider);
        return status;
    }
    *out = &loaded->provider;
    return OK;
}

void provider_close(struct provider *provider)
{
    struct loaded *loaded = (struct loaded *)provider;

    if (provider == NULL)
        return;
    for (size_t i = 0; i < provider->replies_count; i++)
        pattern_close(provider->replies[i].compiled);
    mapping_close(provider->mapping);
    names_close(loaded->names);
    arena_close(loaded->arena);
    free(loaded);
}

const char *const *provider_names(struct arena *arena)
{
    return locate_names("providers", arena);
}
