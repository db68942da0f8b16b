/* rejects.c - see rejects.h. */
#include "sync/rejects.h"

#include <stdlib.h>
#include <string.h>

struct rejects {
    struct source *source;
    struct writer *writer; /* NULL: nothing is written */
    struct arena *arena;   /* of one row */
};

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* The header: the columns of every file, each once, and our three. */
static const char *const *columns_of(struct source *source, struct arena *arena)
{
    static const char *const ours[] = {"_line", "_code", "_message", NULL};
    const char **all;
    size_t count = 0, room = 4;

    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = reader_columns(source_reader(source, i));

        while (columns != NULL && *columns++ != NULL)
            room++;
    }
    all = arena_take(arena, room * sizeof(*all));
    for (uint32_t i = 0; i <= source_files(source); i++) {
        const char *const *columns =
            i < source_files(source) ? reader_columns(source_reader(source, i))
                                     : ours;

        for (; columns != NULL && *columns != NULL; columns++) {
            if (!is_in(all, count, *columns))
                all[count++] = *columns;
        }
    }
    return all;
}

enum status rejects_open(struct rejects **out, const char *path,
                         struct source *source, struct err *err)
{
    struct rejects *rejects = calloc(1, sizeof(*rejects));
    struct writer_options options = {0};
    const struct format *format;
    enum status status;

    if (rejects == NULL)
        abort();
    rejects->source = source;
    rejects->arena = arena_open();
    *out = rejects;
    if (path == NULL)
        return OK;
    format = source_files(source) > 0 ? reader_format(source_reader(source, 0))
                                      : format_named("ndjson");
    options.columns = columns_of(source, rejects->arena);
    status = writer_open(&rejects->writer, format, path, &options, err);
    if (status != OK) {
        rejects_close(rejects);
        *out = NULL;
    }
    return status;
}

enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err)
{
    struct arena *arena;
    struct node *object, *row;
    struct err ignored;
    enum status status;

    if (rejects->writer == NULL)
        return OK;
    arena = arena_open();
    row = node_new(arena, NODE_OBJECT);
    /* A row that cannot be taken apart still says where it stands and why. */
    if (source_fields(rejects->source, file, raw, arena, &object, &ignored) ==
        OK) {
        for (struct node *at = object->first, *next; at != NULL; at = next) {
            next = at->next;
            node_add(row, at->name, at);
        }
    }
    node_add(
        row, "_line",
        node_text(arena, arena_print(arena, "%llu", (unsigned long long)line)));
    node_add(row, "_code", node_text(arena, text_of(code)));
    node_add(row, "_message", node_text(arena, text_of(message)));
    status = writer_write(rejects->writer, row, err);
    arena_close(arena);
    return status;
}

enum status rejects_commit(struct rejects *rejects, struct err *err)
{
    return rejects->writer == NULL ? OK : writer_commit(rejects->writer, err);
}

void rejects_close(struct rejects *rejects)
{
    if (rejects == NULL)
        return;
    writer_close(rejects->writer);
    arena_close(rejects->arena);
    free(rejects);
}
