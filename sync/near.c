/*
 * near.c - names that people may have meant.
 */
#include "sync/near.h"

#include "mappings/yaml.h"
#include "sync/config.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

/* A folder with more files is looked through no further: it is only a hint. */
enum { FILES_MAX = 2000, LISTED_MAX = 12 };

bool near_hint(struct err *err, const char *word, const char *const *names,
               const char *otherwise)
{
    const char *near = suggest(word, names);

    if (near != NULL)
        err_hint(err, "did you mean '%s'?", near);
    else if (otherwise != NULL)
        err_hint(err, "%s", otherwise);
    return near != NULL;
}

void near_hint_and(struct err *err, const char *word, const char *const *names,
                   const char *all)
{
    const char *near = suggest(word, names);

    if (near != NULL)
        err_hint(err, "did you mean '%s'? %s", near, all);
    else
        err_hint(err, "%s", all);
}

const char *const *near_accounts(const struct config *config,
                                 struct arena *arena)
{
    size_t count = config->accounts_count;
    const char **names = arena_take(arena, (count + 1) * sizeof(*names));

    for (size_t i = 0; i < count; i++)
        names[i] = config->accounts[i].name;
    names[count] = NULL;
    return names;
}

const char *const *near_jobs(const struct config *config, struct arena *arena)
{
    size_t count = config->jobs_count;
    const char **names = arena_take(arena, (count + 1) * sizeof(*names));

    for (size_t i = 0; i < count; i++)
        names[i] = config->jobs[i].name;
    names[count] = NULL;
    return names;
}

void near_account(struct err *err, const char *word,
                  const struct config *config)
{
    struct arena *arena = arena_open();
    const char *const *names = near_accounts(config, arena);
    const char *near = suggest(word, names);
    struct buffer list = {0};

    for (size_t i = 0; names[i] != NULL && i < LISTED_MAX; i++)
        buffer_print(&list, " %s:", names[i]);
    if (near != NULL)
        err_hint(err, "did you mean '%s:'?", near);
    else if (list.size > 0)
        err_hint(err, "there are%.*s%s", TEXT_ARGS(buffer_view(&list)),
                 config->accounts_count > LISTED_MAX ? " and more" : "");
    buffer_free(&list);
    arena_close(arena);
}

void near_file(struct err *err, const char *path)
{
    struct arena *arena = arena_open();
    const char *slash = strrchr(path, '/');
    size_t size = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    const char *folder = arena_string(arena, (struct text){path, size});
    const char **names = arena_take(arena, (FILES_MAX + 1) * sizeof(*names));
    const struct dirent *entry;
    const char *near;
    size_t count = 0;
    DIR *dir = NULL;

    if (strcmp(path, "-") != 0 && access(path, F_OK) != 0)
        dir = opendir(size > 0 ? folder : ".");
    while (dir != NULL && count < FILES_MAX && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            names[count++] = arena_string(arena, text_of(entry->d_name));
    names[count] = NULL;
    if (dir != NULL)
        (void)closedir(dir);
    near = suggest(path + size, names);
    if (near != NULL)
        err_hint(err, "did you mean '%s%s'?", folder, near);
    arena_close(arena);
}
