/*
 * json_writer.c - records to JSON and NDJSON.
 */
#include "formats/json_writer.h"

#include <stdlib.h>

struct json_writer {
    const char *records; /* borrowed; NULL: the list is the document */
    bool lines;          /* ndjson */
    uint64_t count;
};

static enum status create(void **self, const char *records, bool lines)
{
    struct json_writer *writer = calloc(1, sizeof(*writer));

    if (writer == NULL)
        abort();
    writer->records = records;
    writer->lines = lines;
    *self = writer;
    return OK;
}

enum status json_create(void **self, const struct writer_options *options,
                        struct err *err)
{
    (void)err;
    return create(self, options->records, false);
}

enum status ndjson_create(void **self, const struct writer_options *options,
                          struct err *err)
{
    (void)options;
    (void)err;
    return create(self, NULL, true);
}

enum status json_begin(void *self, struct buffer *out, struct err *err)
{
    const struct json_writer *writer = self;

    (void)err;
    if (writer->lines)
        return OK;
    if (writer->records != NULL) {
        struct node name = {.kind = NODE_TEXT,
                            .text = text_of(writer->records)};

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
    if (!writer->lines)
        buffer_string(out, writer->records != NULL ? "\n]}\n" : "\n]\n");
    return OK;
}

void json_destroy(void *self)
{
    free(self);
}
