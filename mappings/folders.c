/*
 * folders.c - the folders that mappings and data files come from.
 */
#include "mappings/folders.h"

#include "formats/limits.h"
#include "mappings/mapping.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDERS_MAX = 6 };

struct folders {
    struct arena *arena; /* lives as long as the process */
    const char *list[FOLDERS_MAX];
    size_t count;
};

static void add(struct folders *folders, const char *format, const char *a,
                const char *b)
{
    folders->list[folders->count++] =
        arena_print(folders->arena, format, a, b).at;
}

static void add_user(struct folders *folders)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    /* The XDG specification: a relative path is to be ignored. */
    if (config != NULL && config[0] == '/')
        add(folders, "%s/%s", config, "custsync/mappings");
    else if (home != NULL && home[0] == '/')
        add(folders, "%s/%s", home, ".config/custsync/mappings");
}

/* Whether the path lies below the folder. */
static bool below(const char *path, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && path[size] == '/';
}

static bool in_build(const char *program)
{
    char real[PATH_MAX];

    if (below(program, CUSTSYNC_BUILD_DIR))
        return true;
    /* The kernel tells the real path, CMake the one it was called with. */
    return realpath(CUSTSYNC_BUILD_DIR, real) != NULL && below(program, real);
}

static void add_program(struct folders *folders)
{
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash;

    if (size > 0) {
        program[size] = '\0';
        if (in_build(program)) {
            add(folders, "%s%s", CUSTSYNC_SOURCE_MAPPINGS, "");
            return;
        }
        slash = strrchr(program, '/');
        if (slash != NULL) {
            *slash = '\0';
            add(folders, "%s/%s", program, CUSTSYNC_REL_DATADIR "/mappings");
        }
    }
    add(folders, "%s/%s", CUSTSYNC_DATADIR, "mappings");
}

const char *const *mapping_folders(void)
{
    static struct folders folders;
    const char *first = getenv("CUSTSYNC_MAPPINGS");

    if (folders.arena != NULL)
        return folders.list;
    folders.arena = arena_open();
    if (first != NULL && first[0] != '\0')
        add(&folders, "%s%s", first, "");
    add_user(&folders);
    add_program(&folders);
    return folders.list;
}

const char *data_file(const char *relative, struct arena *arena)
{
    const char *const *folder = mapping_folders();

    for (; *folder != NULL; folder++) {
        const char *path = arena_print(arena, "%s/%s", *folder, relative).at;

        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}

enum status data_find(const char **out, const char *relative,
                      struct arena *arena, struct err *err)
{
    *out = data_file(relative, arena);
    if (*out != NULL)
        return OK;
    fail(err, STOP, EXIT_CONFIG, "data_missing",
         "the data file %s is in none of the mapping folders", relative);
    err_hint(err, "install custsync's data again, or set CUSTSYNC_MAPPINGS to "
                  "the folder that has it");
    return STOP;
}

/* --- what files held -------------------------------------------------------*/

static uint64_t digest;

uint64_t data_digest(void)
{
    return digest;
}

static const uint64_t basis = 0xCBF29CE484222325u, prime = 0x100000001B3u;

/* FNV-1a. The files are the user's own: nobody makes two of them collide. */
static uint64_t hash(uint64_t start, struct text bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        start = (start ^ (unsigned char)bytes.at[i]) * prime;
    /* Where one text ends and the next begins. */
    return (start ^ 0xFFu) * prime;
}

/* A sum: files are read when they are first needed, in any order. */
static void remember(uint64_t file)
{
    digest += file;
}

static enum status each_row(struct reader *reader, data_row *each,
                            struct err *err)
{
    /* The header says what the cells are. */
    uint64_t all = hash(basis, reader_digest(reader));
    struct arena *arena = arena_open();
    struct record record;
    enum status status;

    while ((status = reader_next(reader, &record, err)) == OK) {
        struct node *row;

        arena_reset(arena);
        all = hash(all, record.raw);
        status = reader_fields(reader, record.raw, arena, &row, err);
        if (status == OK)
            status = each(row, err);
        if (status != OK)
            break;
    }
    arena_close(arena);
    remember(all);
    return status == END ? OK : status;
}

enum status data_rows(const char *relative, data_row *each, struct err *err)
{
    const struct reader_options options = {.delimiter = ',', .skip_set = true};
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct input *input = NULL;
    struct reader *reader = NULL;
    const char *path = NULL;
    enum status status = data_find(&path, relative, arena, err);

    if (status == OK)
        status = input_open(&input, path, "UTF-8", ENCODING_TOLD, err);
    if (status == OK)
        status = reader_open(&reader, format_named("csv"), input, &options,
                             names, err);
    if (status == OK)
        status = each_row(reader, each, err);
    reader_close(reader);
    input_close(input);
    names_close(names);
    if (status != OK) {
        /* A row that cannot be read would be a country that is not known. */
        err->status = status = STOP;
        err->exit = EXIT_CONFIG;
        err_place(err, "%s", path != NULL ? path : "");
    }
    arena_close(arena);
    return status;
}

void data_needed(enum status open(struct err *err))
{
    struct err err;

    if (open(&err) != OK) {
        err_print(&err);
        exit(err.exit);
    }
}

enum status data_read(struct text *out, const char *path, struct arena *arena,
                      struct err *err)
{
    FILE *file = fopen(path, "re");
    enum status status = OK;
    char *bytes;
    size_t size;

    if (file == NULL) {
        fail(err, STOP, EXIT_CONFIG, "data_missing", "cannot be opened: %s",
             strerror(errno));
        err_place(err, "%s", path);
        return STOP;
    }
    /* Most are a few KiB: an arena would clear all of it. */
    bytes = malloc(YAML_MAX + 1);
    if (bytes == NULL)
        abort();
    size = fread(bytes, 1, YAML_MAX + 1, file);
    if (ferror(file) != 0)
        status = fail(err, STOP, EXIT_IO, "read_error", "cannot be read: %s",
                      strerror(errno));
    else if (size > YAML_MAX)
        status = fail(err, STOP, EXIT_CONFIG, "data_too_large",
                      "larger than %d bytes", YAML_MAX);
    if (status != OK)
        err_place(err, "%s", path);
    fclose(file);
    *out = arena_text(arena, (struct text){bytes, size});
    free(bytes);
    if (status == OK)
        remember(hash(basis, *out));
    return status;
}
