/*
 * locate.c - looking through the mapping folders.
 */
#include "mappings/locate.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mappings/mapping.h"

/* A folder with more files than this holds something else. */
enum { NAMES_HERE_MAX = 1000 };

static const char *const suffixes[] = {".yaml", ".yml", ".json", NULL};

static const char *suffix_of(const char *name)
{
    size_t size = strlen(name);

    for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
        size_t n = strlen(*suffix);

        if (size > n && strcmp(name + size - n, *suffix) == 0)
            return *suffix;
    }
    return NULL;
}

/* A loose file in a user's folder is a provider if its name is a key of it. One
 * that may not be used is whatever is looked for: that is told at its use. */
static bool is_loose(const char *path, bool provider)
{
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct node *tree;
    struct err err;
    enum status status = yaml_load(path, arena, names, &tree, &err);
    bool is = status == OK
                  ? (node_member(tree, "provider") != NULL) == provider
                  : strcmp(err.code, "writable_by_others") == 0 || !provider;

    names_close(names);
    arena_close(arena);
    return is;
}

static const char *in_folder(const char *folder, const char *kind,
                             const char *name, struct arena *arena)
{
    bool provider = strcmp(kind, "providers") == 0;

    for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
        const char *path =
            arena_print(arena, "%s/%s/%s%s", folder, kind, name, *suffix).at;

        if (access(path, R_OK) == 0)
            return path;
        path = arena_print(arena, "%s/%s%s", folder, name, *suffix).at;
        /* schema.json stands there too, and is neither. */
        if (strcmp(name, "schema") != 0 && access(path, R_OK) == 0 &&
            is_loose(path, provider))
            return path;
    }
    return NULL;
}

enum status locate_mapping(const char *kind, const char *name,
                           struct arena *arena, const char **path,
                           struct err *err)
{
    bool provider = strcmp(kind, "providers") == 0;
    const char *near;

    if (strchr(name, '/') != NULL || suffix_of(name) != NULL) {
        *path = arena_string(arena, text_of(name));
        if (access(*path, R_OK) == 0)
            return OK;
        return fail(err, STOP, EXIT_CONFIG, "no_mapping", "cannot read %s",
                    name);
    }
    for (const char *const *folder = mapping_folders(); *folder != NULL;
         folder++) {
        *path = in_folder(*folder, kind, name, arena);
        if (*path != NULL)
            return OK;
    }
    fail(err, STOP, EXIT_CONFIG, provider ? "no_provider" : "no_mapping",
         "no %s is called '%.80s'", provider ? "provider" : "mapping", name);
    near = suggest(name, locate_names(kind, arena));
    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
    else
        err_hint(err, "custsync mappings lists them all");
    return STOP;
}

static void add_names(const char *folder, bool loose, bool provider,
                      const char **names, size_t *count, struct arena *arena)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL && *count < NAMES_HERE_MAX) {
        const char *suffix = suffix_of(entry->d_name);
        struct text name;

        if (suffix == NULL || entry->d_name[0] == '.' ||
            strcmp(entry->d_name, "schema.json") == 0)
            continue;
        if (loose &&
            !is_loose(arena_print(arena, "%s/%s", folder, entry->d_name).at,
                      provider))
            continue;
        name = (struct text){entry->d_name,
                             strlen(entry->d_name) - strlen(suffix)};
        names[(*count)++] = arena_string(arena, name);
    }
    closedir(dir);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *locate_names(const char *kind, struct arena *arena)
{
    const char **names =
        arena_take(arena, (NAMES_HERE_MAX + 1) * sizeof(*names));
    bool provider = strcmp(kind, "providers") == 0;
    size_t count = 0, kept = 0;

    for (const char *const *folder = mapping_folders(); *folder != NULL;
         folder++) {
        add_names(arena_print(arena, "%s/%s", *folder, kind).at, false,
                  provider, names, &count, arena);
        add_names(*folder, true, provider, names, &count, arena);
    }
    qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(names[i], names[kept - 1]) != 0)
            names[kept++] = names[i];
    names[kept] = NULL;
    return names;
}
