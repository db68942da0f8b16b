/*
 * csv_fields.c - raw bytes to an object of texts.
 *
 * A cell that is not there is left out of the fields, a blank one is an empty
 * text. Of columns of one name the first value that is not blank counts.
 */
#include "formats/csv_cell.h"
#include "formats/csv_reader.h"

#include <string.h>

void csv_taking_open(struct csv_taking *taking, const struct csv *csv,
                     struct arena *arena, struct node *object)
{
    *taking = (struct csv_taking){&csv->header, arena, object, NULL, 0, 0};
    if (csv->header.repeats)
        taking->nodes =
            arena_take(arena, csv->header.count * sizeof(*taking->nodes));
}

void csv_take_cell(void *self, struct text cell)
{
    struct csv_taking *taking = self;
    const struct csv_header *header = taking->header;
    size_t i = taking->index++;
    unsigned char marks;
    struct text text = csv_unwrap(cell, &marks);
    struct node *member;

    if (i >= header->count) {
        if (text_trim(text).size > 0)
            taking->filled = i + 1;
        return;
    }
    if (header->columns[i] == NULL)
        return;
    if (header->same[i] == i) {
        member = node_add(taking->object, header->columns[i],
                          node_text(taking->arena, text));
        member->marks = marks;
        if (taking->nodes != NULL)
            taking->nodes[i] = member;
        return;
    }
    member = taking->nodes[header->same[i]];
    if (text_trim(member->text).size > 0 || text_trim(text).size == 0)
        return;
    member->text = arena_text(taking->arena, text);
    member->marks = marks;
}

static enum status take_row(struct csv *csv, struct text raw,
                            struct arena *arena, struct node *object,
                            struct err *err)
{
    struct csv_taking taking;
    enum status status;

    csv_taking_open(&taking, csv, arena, object);
    status = csv_split(&csv->parser, raw, csv_take_cell, &taking, err);
    if (status == OK && taking.filled > 0)
        status = fail(err, REJECT, EXIT_DATA, "bad_row",
                      "%zu cells where the header has %zu", taking.filled,
                      csv->header.count);
    return status;
}

/* A record of several rows, with what was passed over between them. */
static enum status take_rows(struct csv *csv, struct text raw,
                             struct arena *arena, struct node *object,
                             struct err *err)
{
    struct csv_rows rows;
    struct csv_row row;
    enum status status;
    size_t taken = 0;

    csv_rows_over(&rows, &csv->rows, raw);
    do {
        struct node *into = object;

        status = csv_rows_next(&rows, &row, err);
        if (status == STOP || status == END)
            break;
        if (taken > 0 && row.end != ROW_OPEN &&
            csv_is_no_record(csv, &row, true))
            continue;
        if (taken++ > 0)
            into = node_add(object, NODE_ROW, node_new(arena, NODE_OBJECT));
        status = take_row(csv, row.raw, arena, into, err);
    } while (status == OK);
    csv_rows_done(&rows);
    if (status == STOP)
        err->status = REJECT; /* of a record alone no failure reaches further */
    return status == END ? OK : REJECT;
}

enum status csv_fields(void *self, struct text raw, struct arena *arena,
                       struct node **object, struct err *err)
{
    struct csv *csv = self;

    *object = NULL;
    if (raw.size > 0 && memchr(raw.at, '\0', raw.size) != NULL)
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the row holds a NUL byte");
    if (!text_is_utf8(raw))
        return fail(err, REJECT, EXIT_DATA, "bad_encoding",
                    "the row is not UTF-8");
    *object = node_new(arena, NODE_OBJECT);
    if (csv->rows.keys != NULL)
        return take_rows(csv, raw, arena, *object, err);
    return take_row(csv, raw, arena, *object, err);
}
