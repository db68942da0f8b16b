/*
 * rejects_csv.c - CSV as its writer writes it, and rows as they stood.
 */
#include "sync/rejects.h"

static enum status create(void **self, const struct writer_options *options,
                          struct err *err)
{
    return format_named("csv")->create(self, options, err);
}

static enum status begin(void *self, struct buffer *out, struct err *err)
{
    return format_named("csv")->begin(self, out, err);
}

static enum status write_record(void *self, const struct node *object,
                                struct buffer *out, struct err *err)
{
    if (object->kind != NODE_TEXT)
        return format_named("csv")->write(self, object, out, err);
    buffer_text(out, object->text);
    buffer_byte(out, '\n');
    return OK;
}

static enum status finish(void *self, struct buffer *out, struct err *err)
{
    return format_named("csv")->finish(self, out, err);
}

static void destroy(void *self)
{
    format_named("csv")->destroy(self);
}

/* Only written with; a source is read by the reader of CSV. */
const struct format rejects_csv = {
    .name = "csv",
    .create = create,
    .begin = begin,
    .write = write_record,
    .finish = finish,
    .destroy = destroy,
};
