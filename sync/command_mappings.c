/*
 * command_mappings.c - which mappings and providers there are; one, shown.
 */
#include "sync/command.h"

#include "mappings/folders.h"
#include "sync/near.h"

#include <string.h>

/* The title stands in the file alone; a file without one has none. */
static struct text title_of(const char *path, struct arena *arena)
{
    struct names *names = names_open();
    struct node *tree = NULL;
    struct err err;
    struct text title = {0};

    if (path != NULL && yaml_load(path, arena, names, &tree, &err) == OK)
        title = arena_text(arena, node_member_text(tree, "title"));
    names_close(names);
    return title;
}

static void row(struct buffer *out, const char *name, const char *kind,
                const char *format, const char *path, struct arena *arena)
{
    struct text title = title_of(path, arena);

    buffer_print(out, "%-24s %-8s %-6s %.*s\n", name, kind, format,
                 TEXT_ARGS(title));
    if (path != NULL)
        buffer_print(out, "%-40s %s\n", "", path);
}

static enum status list_files(struct buffer *out, struct arena *arena,
                              struct err *err)
{
    struct catalogue *catalogue;
    enum status status = catalogue_open(&catalogue, err);

    if (status != OK)
        return status;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct mapping *mapping = catalogue_at(catalogue, i);
        const char *format = mapping_format(mapping);

        row(out, mapping_name(mapping), "file", format != NULL ? format : "",
            mapping_file(mapping), arena);
    }
    catalogue_close(catalogue);
    return OK;
}

static enum status list_providers(struct buffer *out, struct arena *arena,
                                  struct err *err)
{
    const char *const *names = provider_names(arena);

    for (size_t i = 0; names[i] != NULL; i++) {
        struct provider *provider;
        enum status status = provider_load(&provider, names[i], err);

        if (status != OK)
            return status;
        row(out, provider->name, "provider", "json", provider->file, arena);
        provider_close(provider);
    }
    return OK;
}

static enum status show(const char *path, struct arena *arena,
                        struct buffer *out, struct err *err)
{
    struct text content;
    enum status status = data_read(&content, path, arena, err);

    if (status == OK)
        buffer_text(out, content);
    return status;
}

/* A mapping of that name or path, else a provider. */
static enum status show_named(const char *name, struct arena *arena,
                              struct buffer *out, struct err *err)
{
    const char *const *providers = provider_names(arena);
    struct provider *provider = NULL;
    struct mapping *mapping = NULL;
    enum status status;

    for (size_t i = 0; providers[i] != NULL; i++) {
        if (strcmp(providers[i], name) != 0)
            continue;
        status = provider_load(&provider, name, err);
        if (status == OK)
            status = show(provider->file, arena, out, err);
        provider_close(provider);
        return status;
    }
    status = mapping_load(&mapping, name, err);
    if (status != OK && strcmp(err->code, "no_mapping") == 0 &&
        strncmp(err->hint, "did you", 7) != 0)
        (void)near_hint(err, name, providers, NULL);
    if (status == OK)
        status = show(mapping_file(mapping), arena, out, err);
    mapping_close(mapping);
    return status;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct buffer out = {0};
    enum status status = arguments_between(options, 0, 1, err);

    (void)exit;
    if (status == OK && options->arguments_count == 1) {
        status = show_named(options->arguments[0], options->arena, &out, err);
    } else if (status == OK) {
        status = list_files(&out, options->arena, err);
        if (status == OK)
            status = list_providers(&out, options->arena, err);
    }
    if (status == OK)
        status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

extern const struct command command_mappings;

const struct command command_mappings = {
    .name = "mappings",
    .arguments = "[NAME]",
    .summary = "list the mappings and providers; show one",
    .examples = "custsync mappings\n"
                "custsync mappings shopify",
    .run = run,
};
