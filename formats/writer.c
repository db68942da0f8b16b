/*
 * writer.c - records become the bytes of a file.
 */
#include "formats/format.h"

#include "formats/encoding.h"
#include "formats/helper.h"
#include "formats/output.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FLUSH_AT = 64 * 1024,
    /* Enough that handing over costs nothing, few enough to stay in the fast
     * memory. */
    BATCH_RECORDS = 64,
    BATCH_BYTES = 256 * 1024,
};

/* Records that were checked, and are written at once. */
struct batch {
    struct arena *arena;
    const struct node *records[BATCH_RECORDS];
    size_t count;
};

struct writer {
    const struct format *format;
    void *self;
    struct output output;
    struct buffer buffer, converted;
    const char *encoding; /* static; NULL: UTF-8 */
    char *path;
    writer_watch *watch; /* or NULL */
    void *watcher;
    bool begun;
    /*
     * A format that checks its records first is written by a helper: one batch
     * is filled while it writes the other. Until it is waited for, format,
     * output and the buffers are the helper's; it stops at the first failure.
     */
    struct helper *helper; /* NULL: of another format */
    struct errand errand;  /* write_batch */
    struct batch batches[2], *filled, *written;
    enum status behind;
    struct err why; /* behind is not OK */
};

static void write_batch(void *self);

static void batches_open(struct writer *writer)
{
    writer->helper = helper_open();
    writer->errand = (struct errand){.work = write_batch, .self = writer};
    writer->filled = &writer->batches[0];
    writer->written = &writer->batches[1];
    writer->filled->arena = arena_open();
    writer->written->arena = arena_open();
}

/* Packing is for files that are read; a plain file named .gz misleads. */
static enum status check_path(const char *path, struct err *err)
{
    if (!format_is_packed(text_of(path)))
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "'%s' would be a packed file, and files are written plain",
               path);
    err_hint(err, "leave the last suffix out, and pack the file afterwards");
    return STOP;
}

enum status writer_open(struct writer **out, const struct format *format,
                        const char *path, const struct writer_options *options,
                        struct err *err)
{
    static const struct writer_options usual;
    struct writer *writer = calloc(1, sizeof(*writer));
    enum status status;

    *out = NULL;
    if (writer == NULL || (writer->path = strdup(path)) == NULL)
        abort();
    writer->format = format;
    writer->output.fd = -1;
    if (options == NULL)
        options = &usual;
    if (options->encoding != NULL && !encoding_is_utf8(options->encoding))
        writer->encoding = options->encoding;
    status = check_path(path, err);
    if (status == OK)
        status = format->create(&writer->self, options, err);
    if (status == OK)
        status = output_open(&writer->output, writer->path, err);
    if (status != OK) {
        writer_close(writer);
        return status;
    }
    if (format->check != NULL)
        batches_open(writer);
    *out = writer;
    return OK;
}

static enum status flush(struct writer *writer, struct err *err)
{
    struct buffer *bytes = &writer->buffer;
    enum status status = OK;

    if (writer->encoding != NULL) {
        bytes = &writer->converted;
        /* Records were looked at before; what is left is the mapping's. */
        if (!encoding_add(writer->encoding, buffer_view(&writer->buffer),
                          bytes))
            status = fail(err, STOP, EXIT_CONFIG, "not_in_encoding",
                          "a column's name has letters that %s lacks",
                          encoding_label(writer->encoding));
    }
    if (status == OK)
        status = output_write(&writer->output, buffer_view(bytes), err);
    if (status == OK && writer->watch != NULL)
        writer->watch(writer->watcher, buffer_view(bytes));
    buffer_clear(&writer->converted);
    buffer_clear(&writer->buffer);
    return status;
}

static enum status begin(struct writer *writer, struct err *err)
{
    if (writer->begun)
        return OK;
    writer->begun = true;
    /* Who reads UTF-16 knows it by its mark. */
    if (writer->encoding != NULL && encoding_is_wide(writer->encoding))
        buffer_string(&writer->buffer, "\xef\xbb\xbf");
    return writer->format->begin(writer->self, &writer->buffer, err);
}

static enum status in_encoding(const char *encoding, struct text text,
                               struct err *err)
{
    if (encoding == NULL || encoding_has(encoding, text))
        return OK;
    return fail(err, REJECT, EXIT_DATA, "not_in_encoding",
                "it has letters that %s lacks", encoding_label(encoding));
}

enum status format_holds(const struct format *format, const char *encoding,
                         struct text text, struct err *err)
{
    enum status status = OK;

    if (format->holds != NULL)
        status = format->holds(text, err);
    return status == OK ? in_encoding(encoding, text, err) : status;
}

/* Every name and text of a record, before any of it is written. */
static enum status check_texts(const struct writer *writer,
                               const struct node *node, struct err *err)
{
    enum status status = OK;

    if (node->name != NULL)
        status = in_encoding(writer->encoding, text_of(node->name), err);
    if (status == OK && node->text.size > 0)
        status =
            format_holds(writer->format, writer->encoding, node->text, err);
    for (const struct node *child = node->first; child != NULL && status == OK;
         child = child->next)
        status = check_texts(writer, child, err);
    if (status != OK && node->name != NULL && err->field[0] == '\0')
        (void)snprintf(err->field, sizeof(err->field), "%s", node->name);
    return status;
}

static enum status write_one(struct writer *writer, const struct node *object,
                             struct err *err)
{
    size_t before = writer->buffer.size;
    enum status status =
        writer->format->write(writer->self, object, &writer->buffer, err);

    assert(status != REJECT || writer->format->check == NULL);
    if (status == REJECT)
        writer->buffer.size = before;
    if (status == OK && writer->buffer.size >= FLUSH_AT)
        status = flush(writer, err);
    return status;
}

static void write_batch(void *self)
{
    struct writer *writer = self;
    const struct batch *batch = writer->written;

    for (size_t i = 0; i < batch->count && writer->behind == OK; i++)
        writer->behind = write_one(writer, batch->records[i], &writer->why);
}

/* What was given to the helper is written. */
static enum status catch_up(struct writer *writer, struct err *err)
{
    if (writer->helper == NULL)
        return OK;
    helper_take(writer->helper, &writer->errand);
    if (writer->behind != OK)
        *err = writer->why;
    return writer->behind;
}

static enum status hand_over(struct writer *writer, struct err *err)
{
    enum status status = catch_up(writer, err);
    struct batch *free = writer->written;

    writer->written = writer->filled;
    writer->filled = free;
    arena_reset(free->arena);
    free->count = 0;
    if (status == OK)
        helper_give(writer->helper, &writer->errand);
    return status;
}

/* Names too may die with the caller's arena. */
static void keep_names(struct node *node, struct arena *arena)
{
    for (struct node *child = node->first; child != NULL; child = child->next) {
        if (child->name != NULL)
            child->name = arena_string(arena, text_of(child->name));
        keep_names(child, arena);
    }
}

static enum status write_later(struct writer *writer, const struct node *object,
                               struct err *err)
{
    struct batch *batch = writer->filled;
    enum status status = writer->format->check(writer->self, object, err);
    struct node *kept;

    if (status != OK)
        return status;
    kept = node_copy(batch->arena, object);
    keep_names(kept, batch->arena);
    batch->records[batch->count++] = kept;
    return batch->count == BATCH_RECORDS ||
                   arena_used(batch->arena) >= BATCH_BYTES
               ? hand_over(writer, err)
               : OK;
}

enum status writer_write(struct writer *writer, const struct node *object,
                         struct err *err)
{
    enum status status = begin(writer, err);

    if (status == OK &&
        (writer->encoding != NULL || writer->format->holds != NULL))
        status = check_texts(writer, object, err);
    if (status != OK)
        return status;
    return writer->helper != NULL ? write_later(writer, object, err)
                                  : write_one(writer, object, err);
}

/* All that was handed in is written, by this thread what is left. */
static enum status write_rest(struct writer *writer, struct err *err)
{
    enum status status = catch_up(writer, err);

    if (status != OK || writer->helper == NULL)
        return status;
    writer->written = writer->filled;
    write_batch(writer);
    writer->filled->count = 0;
    if (writer->behind != OK)
        *err = writer->why;
    return writer->behind;
}

void writer_watched(struct writer *writer, writer_watch *watch, void *self)
{
    writer->watch = watch;
    writer->watcher = self;
}

enum status writer_settle(struct writer *writer, struct err *err)
{
    enum status status = begin(writer, err);

    if (status == OK)
        status = write_rest(writer, err);
    if (status == OK)
        status = writer->format->finish(writer->self, &writer->buffer, err);
    if (status == OK)
        status = flush(writer, err);
    if (status == OK)
        status = output_settle(&writer->output, err);
    return status;
}

enum status writer_publish(struct writer *writer, struct err *err)
{
    return output_publish(&writer->output, err);
}

enum status writer_commit(struct writer *writer, struct err *err)
{
    enum status status = writer_settle(writer, err);

    return status == OK ? writer_publish(writer, err) : status;
}

void writer_close(struct writer *writer)
{
    if (writer == NULL)
        return;
    helper_close(writer->helper);
    arena_close(writer->batches[0].arena);
    arena_close(writer->batches[1].arena);
    if (writer->self != NULL)
        writer->format->destroy(writer->self);
    output_close(&writer->output);
    buffer_free(&writer->buffer);
    buffer_free(&writer->converted);
    free(writer->path);
    free(writer);
}
