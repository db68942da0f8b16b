/* manifest.c - see manifest.h. */
#include "sync/manifest.h"

#include "sync/crypto.h"
#include "sync/report_own.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct filling {
    const char *name;
    uint64_t filled;
    uint64_t row; /* that it was last filled in: a row counts once */
};

struct manifest {
    struct arena *arena;
    struct writer *writer;
    struct crypto_digest *digest;
    const char *file; /* its name, without folders */
    uint64_t rows, bytes;
    struct filling *columns;
    size_t columns_count, columns_room;
    size_t at; /* where the next column most likely is */
};

enum status manifest_open(struct manifest **out, const char *path,
                          struct err *err)
{
    struct arena *arena = arena_open();
    struct manifest *manifest = arena_take(arena, sizeof(*manifest));
    const char *slash = strrchr(path, '/');
    enum status status;

    manifest->arena = arena;
    manifest->file =
        arena_string(arena, text_of(slash != NULL ? slash + 1 : path));
    manifest->digest = crypto_digest_open();
    status = writer_open(&manifest->writer, format_named("ndjson"),
                         arena_print(arena, "%s" MANIFEST_SUFFIX, path).at,
                         NULL, err);
    if (status != OK) {
        manifest_close(manifest);
        return status;
    }
    *out = manifest;
    return OK;
}

void manifest_close(struct manifest *manifest)
{
    if (manifest == NULL)
        return;
    writer_close(manifest->writer);
    crypto_digest_close(manifest->digest);
    free(manifest->columns);
    arena_close(manifest->arena);
}

/* --- columns ---------------------------------------------------------------*/

/*
 * Rows have their columns in one order, so the next one is nearly always the
 * one behind the last; which spares the search.
 */
static struct filling *column_of(struct manifest *manifest, const char *name)
{
    size_t count = manifest->columns_count;

    for (size_t i = 0; i < count; i++) {
        size_t at = (manifest->at + i) % count;

        if (strcmp(manifest->columns[at].name, name) == 0) {
            manifest->at = at + 1;
            return &manifest->columns[at];
        }
    }
    if (count == manifest->columns_room) {
        manifest->columns_room = count == 0 ? 64 : count * 2;
        manifest->columns =
            realloc(manifest->columns,
                    manifest->columns_room * sizeof(manifest->columns[0]));
        if (manifest->columns == NULL)
            abort();
    }
    manifest->columns[count] = (struct filling){
        .name = arena_string(manifest->arena, text_of(name)),
    };
    manifest->at = ++manifest->columns_count;
    return &manifest->columns[count];
}

void manifest_columns(struct manifest *manifest, const char *const *columns)
{
    for (; columns != NULL && *columns != NULL; columns++)
        (void)column_of(manifest, *columns);
    manifest->at = 0;
}

static bool is_filled(const struct node *node)
{
    switch (node->kind) {
    case NODE_NULL:
        return false;
    case NODE_TEXT:
    case NODE_NUMBER:
        return node->text.size > 0;
    case NODE_LIST:
    case NODE_OBJECT:
        return node->first != NULL;
    case NODE_FALSE:
    case NODE_TRUE:
        break;
    }
    return true;
}

/* Members of members are columns by their path; a list is one column. */
static void see_members(struct manifest *manifest, const struct node *object,
                        const char *above, struct arena *arena)
{
    for (const struct node *member = object->first; member != NULL;
         member = member->next) {
        const char *name = member->name;
        struct filling *column;

        /* A further row of the same record has the record's columns. */
        if (strcmp(name, NODE_ROW) == 0) {
            see_members(manifest, member, above, arena);
            continue;
        }
        if (above != NULL)
            name = arena_print(arena, "%s.%s", above, name).at;
        if (member->kind == NODE_OBJECT) {
            see_members(manifest, member, name, arena);
            continue;
        }
        column = column_of(manifest, name);
        if (is_filled(member) && column->row != manifest->rows) {
            column->row = manifest->rows;
            column->filled++;
        }
    }
}

void manifest_row(struct manifest *manifest, const struct node *object,
                  struct arena *arena)
{
    manifest->rows++;
    manifest->at = 0;
    see_members(manifest, object, NULL, arena);
}

void manifest_bytes(void *self, struct text bytes)
{
    struct manifest *manifest = self;

    manifest->bytes += bytes.size;
    crypto_digest_add(manifest->digest, bytes);
}

/* --- what is written -------------------------------------------------------*/

static void add_text(struct node *object, const char *name, struct text text,
                     struct arena *arena)
{
    (void)node_add(object, name, node_text(arena, text));
}

static void add_number(struct node *object, const char *name, uint64_t number,
                       struct arena *arena)
{
    struct node *node = node_new(arena, NODE_NUMBER);

    node->text = arena_print(arena, "%" PRIu64, number);
    (void)node_add(object, name, node);
}

static struct node *filled_of(const struct manifest *manifest,
                              struct arena *arena)
{
    struct node *filled = node_new(arena, NODE_OBJECT);

    for (size_t i = 0; i < manifest->columns_count; i++)
        add_number(filled, manifest->columns[i].name,
                   manifest->columns[i].filled, arena);
    return filled;
}

enum status manifest_settle(struct manifest *manifest,
                            const struct manifest_about *about, struct err *err)
{
    struct arena *arena = manifest->arena;
    struct node *object = node_new(arena, NODE_OBJECT);
    uint8_t digest[SHA256_SIZE];
    enum status status;

    crypto_digest_end(manifest->digest, digest);
    add_text(object, "file", text_of(manifest->file), arena);
    add_text(object, "from", text_of(about->from), arena);
    if (about->job != NULL)
        add_text(object, "job", text_of(about->job), arena);
    add_text(object, "mapping", text_of(about->mapping), arena);
    add_text(object, "format", text_of(about->format), arena);
    (void)node_add(object, "changed",
                   node_new(arena, about->changed ? NODE_TRUE : NODE_FALSE));
    (void)node_add(object, "complete",
                   node_new(arena, about->complete ? NODE_TRUE : NODE_FALSE));
    add_number(object, "run", (uint64_t)about->run, arena);
    if (about->previous != 0)
        add_number(object, "previous_run", (uint64_t)about->previous, arena);
    add_text(object, "written_at", report_time(about->now_ms, arena), arena);
    add_number(object, "rows", manifest->rows, arena);
    add_number(object, "bytes", manifest->bytes, arena);
    add_text(object, "sha256", crypto_hex(arena, digest, sizeof(digest)),
             arena);
    (void)node_add(object, "filled", filled_of(manifest, arena));
    status = writer_write(manifest->writer, object, err);
    return status == OK ? writer_settle(manifest->writer, err) : status;
}

enum status manifest_publish(struct manifest *manifest, struct err *err)
{
    return writer_publish(manifest->writer, err);
}

enum status manifest_forget(const char *path, struct err *err)
{
    struct arena *arena = arena_open();
    struct text name = arena_print(arena, "%s" MANIFEST_SUFFIX, path);
    enum status status = OK;

    if (unlink(name.at) != 0 && errno != ENOENT && errno != ENOTDIR) {
        status = fail(err, STOP, EXIT_IO, "io",
                      "the manifest of the file before cannot be removed: %s",
                      strerror(errno));
        err_place(err, "%s", name.at);
        err_hint(err, "remove it: it tells of another file");
    }
    arena_close(arena);
    return status;
}
