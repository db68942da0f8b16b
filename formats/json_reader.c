/*
 * json_reader.c - the formats json and ndjson.
 *
 * A record is cut out by its brackets; jansson (in json.c) sees it only when
 * its fields are asked for.
 */
#include "formats/json_stream.h"
#include "formats/json_writer.h"

#include "formats/json.h"
#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>

struct json {
    struct json_stream stream;
    struct arena *arena; /* of columns */
    const char *const *columns;
    struct tally tally;
    struct names *names; /* borrowed */
    struct text digest;  /* the path to the records */
    bool lines;          /* ndjson */
};

static void json_close(void *self)
{
    struct json *json = self;

    json_stream_close(&json->stream);
    arena_close(json->arena);
    free(json);
}

static enum status json_fields(void *self, struct text raw, struct arena *arena,
                               struct node **object, struct err *err)
{
    struct json *json = self;
    enum status status =
        json_tree(raw, &json_record_limits, arena, json->names, object, err);

    if (status == OK && (*object)->kind != NODE_OBJECT) {
        *object = NULL;
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the record is not an object");
    }
    return status;
}

static enum status json_next(void *self, struct record *record, struct err *err)
{
    struct json *json = self;
    enum status status = json->lines
                             ? json_stream_line(&json->stream, record, err)
                             : json_stream_next(&json->stream, record, err);
    enum status utf8;
    struct err bad;

    if (status == END)
        return tally_end(&json->tally, json->stream.window.input, err);
    if (status == STOP)
        return STOP;
    record->place = window_place(&json->stream.window, record->raw.at);
    utf8 = tally_row(&json->tally, record, &bad);
    if (utf8 != OK)
        *err = bad;
    return utf8 != OK ? utf8 : status;
}

/*
 * The first good record tells the names; then the file is read from its start.
 * However many bad ones stand before it: each costs one row, not the file.
 */
static enum status find_columns(struct json *json, struct err *err)
{
    struct record record;
    struct node *object = NULL;
    struct arena *scratch = arena_open();
    struct err ignored;
    enum status status = OK;

    while (object == NULL && (status == OK || status == REJECT)) {
        arena_reset(scratch);
        status = json_next(json, &record, err);
        if (status == OK)
            (void)json_fields(json, record.raw, scratch, &object, &ignored);
    }
    json->columns = paths_of(object, json->arena);
    json->tally = (struct tally){0};
    arena_close(scratch);
    return status == STOP ? STOP : json_stream_rewind(&json->stream, err);
}

static enum status open_any(void **self, struct input *input,
                            const struct reader_options *options, bool lines,
                            struct names *names, struct err *err)
{
    struct json *json = calloc(1, sizeof(*json));
    enum status status;

    if (json == NULL)
        abort();
    json->names = names;
    json->lines = lines;
    json->arena = arena_open();
    json->digest =
        arena_text(json->arena, text_of(lines ? NULL : options->records));
    status = json_stream_open(&json->stream, input,
                              lines ? NULL : options->records, names, err);
    if (status == OK)
        status = json_stream_rewind(&json->stream, err);
    if (status == OK)
        status = find_columns(json, err);
    if (status != OK) {
        json_close(json);
        return status;
    }
    *self = json;
    return OK;
}

static enum status json_open(void **self, struct input *input,
                             const struct reader_options *options,
                             struct names *names, struct err *err)
{
    return open_any(self, input, options, false, names, err);
}

static enum status ndjson_open(void **self, struct input *input,
                               const struct reader_options *options,
                               struct names *names, struct err *err)
{
    return open_any(self, input, options, true, names, err);
}

static const char *const *json_columns(void *self)
{
    return ((struct json *)self)->columns;
}

static struct text json_digest(void *self)
{
    return ((struct json *)self)->digest;
}

static const struct note *json_notes(void *self, size_t *count)
{
    (void)self;
    *count = 0;
    return NULL;
}

const struct format json_format = {
    .name = "json",
    .suffixes = ".json",
    .open = json_open,
    .next = json_next,
    .fields = json_fields,
    .columns = json_columns,
    .digest = json_digest,
    .notes = json_notes,
    .close = json_close,
    .create = json_create,
    .begin = json_begin,
    .write = json_write_record,
    .finish = json_finish,
    .destroy = json_destroy,
};

const struct format ndjson_format = {
    .name = "ndjson",
    .suffixes = ".ndjson .jsonl",
    .open = ndjson_open,
    .next = json_next,
    .fields = json_fields,
    .columns = json_columns,
    .digest = json_digest,
    .notes = json_notes,
    .close = json_close,
    .create = ndjson_create,
    .begin = json_begin,
    .write = json_write_record,
    .finish = json_finish,
    .destroy = json_destroy,
};
