/*
 * csv.c - the CSV reader, put together; csv_next.c and csv_fields.c do the
 * work.
 */
#include "formats/csv_reader.h"
#include "formats/csv_writer.h"

#include <stdlib.h>
#include <string.h>

static void csv_reader_close(void *self)
{
    struct csv *csv = self;

    csv_rows_close(&csv->rows);
    csv_header_close(&csv->header);
    csv_free(&csv->parser);
    notes_free(&csv->notes);
    buffer_free(&csv->digest);
    free(csv);
}

static void make_digest(struct csv *csv)
{
    buffer_byte(&csv->digest, csv->header.delimiter);
    for (size_t i = 0; i < csv->header.count; i++) {
        buffer_byte(&csv->digest, '\n');
        if (csv->header.columns[i] != NULL)
            buffer_string(&csv->digest, csv->header.columns[i]);
    }
}

static bool is_key(const struct reader_options *options, const char *column)
{
    for (const char *const *key = options->continues; *key != NULL; key++)
        if (options->same != NULL
                ? options->same(text_of(*key), text_of(column))
                : strcmp(*key, column) == 0)
            return true;
    return false;
}

/*
 * Which columns say that a row begins a record. A file with none of them has
 * one row per record, as any other.
 */
static void find_keys(struct csv *csv, const struct reader_options *options)
{
    const struct csv_header *header = &csv->header;
    unsigned char *keys = arena_take(header->arena, header->count + 1);

    for (size_t i = 0; i < header->count; i++) {
        if (header->columns[i] == NULL)
            continue;
        if (is_key(options, header->columns[i])) {
            keys[i] = ROW_KEY;
            csv->rows.keys = keys;
        } else if (strcmp(header->columns[i], reason_columns[REASON_LINE]) ==
                   0) {
            keys[i] = ROW_TOLD;
        }
    }
}

static enum status csv_reader_open(void **self, struct input *input,
                                   const struct reader_options *options,
                                   struct names *names, struct err *err)
{
    struct csv *csv = calloc(1, sizeof(*csv));
    enum status status;

    if (csv == NULL)
        abort();
    csv->input = input;
    csv_rows_open(&csv->rows, input);
    status = csv_header_open(&csv->header, &csv->rows, options, names,
                             &csv->notes, err);
    csv_split_open(&csv->parser, csv->header.delimiter);
    if (status != OK) {
        csv_reader_close(csv);
        return status;
    }
    csv->rows.columns = csv->header.count;
    csv->rows.kind = options->rows;
    csv->last_end = csv->header.end;
    csv->shapes.count = csv->header.count;
    csv->shapes.seen = arena_take(
        csv->header.arena, (csv->header.count + 1) * sizeof(*csv->shapes.seen));
    if (csv->header.raw.size > 0)
        csv->rows.first = csv->header.columns[0];
    if (options->continues != NULL)
        find_keys(csv, options);
    make_digest(csv);
    *self = csv;
    return OK;
}

static const char *const *csv_columns(void *self)
{
    return ((struct csv *)self)->header.unique;
}

static struct text csv_digest(void *self)
{
    return buffer_view(&((struct csv *)self)->digest);
}

static const struct note *csv_notes(void *self, size_t *count)
{
    const struct csv *csv = self;

    *count = csv->notes.count;
    return csv->notes.items;
}

const struct format csv_format = {
    .name = "csv",
    .suffixes = ".csv .tsv .txt",
    .open = csv_reader_open,
    .next = csv_next,
    .fields = csv_fields,
    .salvage = csv_salvage,
    .columns = csv_columns,
    .digest = csv_digest,
    .notes = csv_notes,
    .close = csv_reader_close,
    .create = csv_create,
    .begin = csv_begin,
    .write = csv_write_record,
    .finish = csv_finish,
    .destroy = csv_destroy,
    .holds = csv_holds,
};
