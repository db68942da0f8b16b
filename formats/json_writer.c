/*
 * json_writer.c - records to JSON and NDJSON.
 */
#include "formats/json_writer.h"
#include "formats/json_stream.h"

#include <stdlib.h>

struct json_writer {
    struct json_path path; /* to the list; none: it is the document */
    bool lines;            /* ndjson */
    uint64_t count;
};

static enum status create(void **self, const char *records, bool lines,
                          struct err *err)
{
    struct json_writer *writer = calloc(1, sizeof(*writer));
    enum status status;

    if (writer == NULL)
        abort();
    writer->lines = lines;
    *self = writer;
    status = json_path_open(&writer->path, records, err);
    if (status != OK)
        json_destroy(writer);
    return status;
}

enum status json_create(void **self, const struct writer_options *options,
                        struct err *err)
{
    return create(self, options->records, false, err);
}

enum status ndjson_create(void **self, const struct writer_options *options,
                          struct err *err)
{
    (void)options;
    return create(self, NULL, true, err);
}

enum status json_begin(void *self, struct buffer *out, struct err *err)
{
    const struct json_writer *writer = self;

    (void)err;
    if (writer->lines)
        return OK;
    for (size_t i = 0; i < writer->path.count; i++) {
        struct node name = {.kind = NODE_TEXT, .text = writer->path.at[i]};

        buffer_byte(out, '{');
        json_write(out, &name);
        buffer_byte(out, ':');
    }
    buffer_byte(out, '[');
    return OK;
}

enum status json_write_record(void *self, const struct node *object,
                              struct buffer *out, struct err *err)
{
    struct json_writer *writer = self;

    (void)err;
    if (!writer->lines)
        buffer_string(out, writer->count > 0 ? ",\n" : "\n");
    json_write(out, object);
    if (writer->lines)
        buffer_byte(out, '\n');
    writer->count++;
    return OK;
}

enum status json_finish(void *self, struct buffer *out, struct err *err)
{
    const struct json_writer *writer = self;

    (void)err;
    if (writer->lines)
        return OK;
    buffer_string(out, "\n]");
    for (size_t i = 0; i < writer->path.count; i++)
        buffer_byte(out, '}');
    buffer_byte(out, '\n');
    return OK;
}

void json_destroy(void *self)
{
    free(self);
}
