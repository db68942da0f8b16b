/*
 * csv_split.c - libcsv: some bytes, and one row alone.
 */
#include "formats/csv_split.h"

#include "formats/limits.h"

#include <stdlib.h>

enum {
    STRICT = CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL,
    LAX = STRICT & ~CSV_STRICT,
    CELL_BLOCK = 4096, /* libcsv grows a cell by 128 bytes unless told */
};

/* libcsv grows without end; at the limit it is told that memory is out. */
static void *cell_realloc(void *at, size_t size)
{
    return size <= FIELD_MAX + CELL_BLOCK ? realloc(at, size) : NULL;
}

void csv_split_open(struct csv_parser *parser, char delimiter)
{
    if (csv_init(parser, STRICT) != 0)
        abort();
    csv_set_delim(parser, (unsigned char)delimiter);
    csv_set_realloc_func(parser, cell_realloc);
    csv_set_blk_size(parser, CELL_BLOCK);
}

void csv_split_restart(struct csv_parser *parser)
{
    char delimiter = (char)csv_get_delim(parser);

    csv_free(parser);
    csv_split_open(parser, delimiter);
}

static enum status too_long(struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "too_large",
                "a cell is larger than %d MiB", FIELD_MAX / (1024 * 1024));
}

enum status csv_feed(struct csv_parser *parser, struct text *bytes,
                     void (*cell)(void *, size_t, void *),
                     void (*row)(int, void *), void *self, struct err *err)
{
    while (bytes->size > 0) {
        size_t used =
            csv_parse(parser, bytes->at, bytes->size, cell, row, self);

        if (used >= bytes->size)
            return OK;
        bytes->at += used;
        bytes->size -= used;
        if (csv_error(parser) != CSV_EPARSE)
            return too_long(err);
        if (parser->quoted)
            return fail(err, REJECT, EXIT_DATA, "bad_row",
                        "text follows a closing quote mark");
        /* A quote mark inside an unquoted cell (6" pipe) is literal. */
        (void)csv_set_opts(parser, LAX);
        if (csv_parse(parser, bytes->at, 1, cell, row, self) != 1)
            return too_long(err);
        (void)csv_set_opts(parser, STRICT);
        bytes->at++;
        bytes->size--;
    }
    return OK;
}

/* --- one row alone -------------------------------------------------------- */

struct split {
    csv_cell *cell;
    void *self;
};

static void split_cell(void *at, size_t size, void *self)
{
    const struct split *split = self;

    split->cell(split->self, (struct text){at, size});
}

enum status csv_split(struct csv_parser *parser, struct text raw,
                      csv_cell *cell, void *self, struct err *err)
{
    struct split split = {cell, self};
    enum status status = csv_feed(parser, &raw, split_cell, NULL, &split, err);

    if (status == OK && csv_fini(parser, split_cell, NULL, &split) != 0)
        status = fail(err, REJECT, EXIT_DATA, "bad_row",
                      "a quote mark is never closed");
    if (status != OK) {
        csv_split_restart(parser);
        err->status = REJECT; /* of a row alone no failure reaches further */
        return REJECT;
    }
    return OK;
}
