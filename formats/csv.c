/*
 * csv.c - the CSV reader: which rows are records, and their fields.
 *
 * No records are blank lines, the header again, a line of one cell where
 * several are expected (a title), and a row that starts with TOTAL and reaches
 * nobody. The last two are noted. A cell that is not there is left out of the
 * fields, a blank one is an empty text.
 */
#include "formats/csv_header.h"
#include "formats/csv_writer.h"

#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>

struct csv {
    struct csv_rows rows;
    struct csv_header header;
    struct csv_parser parser; /* of one row's fields */
    struct notes notes;
    struct tally tally;
    struct buffer digest;
    struct input *input;
};

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
    if (csv->header.raw.size > 0 && csv->header.columns[0] != NULL)
        csv->rows.first = text_of(csv->header.columns[0]);
    make_digest(csv);
    *self = csv;
    return OK;
}

/* --- rows that are no records --------------------------------------------- */

struct look {
    struct csv *csv;
    size_t index;
    bool same;    /* as the header so far */
    bool reaches; /* some cell holds an email or a number to call */
};

/*
 * Six digits or more, nothing but what phones are written with, and not a sum:
 * `1234567.00`, `1,234,567` and short plain numbers are what totals hold.
 */
static bool is_phone(struct text cell)
{
    size_t digits = 0, marks = 0;

    for (size_t i = 0; i < cell.size; i++) {
        char byte = cell.at[i];

        if (byte >= '0' && byte <= '9')
            digits++;
        else if (strchr(" +()-/", byte) != NULL && byte != '\0')
            marks++;
        else
            return false;
    }
    return digits >= 6 && (digits >= 8 || cell.at[0] == '0' ||
                           (marks > 0 && cell.at[0] != '-'));
}

static void look_at(void *self, struct text cell)
{
    struct look *look = self;
    const struct csv_header *header = &look->csv->header;
    size_t i = look->index++;
    struct text trimmed = text_trim(cell);
    const char *name = i < header->count ? header->columns[i] : NULL;

    look->same = look->same && text_is(trimmed, name != NULL ? name : "");
    look->reaches =
        look->reaches || is_phone(trimmed) || text_find(cell, "@") < cell.size;
}

static bool is_no_record(struct csv *csv, const struct csv_row *row)
{
    struct look look = {csv, 0, csv->header.raw.size > 0, false};
    struct err ignored;

    if (row->filled == 0)
        return true;
    if (row->cells == 1 && csv->header.named > 1 && row->ended) {
        notes_add(&csv->notes, row->line, "title_line",
                  "a line of one cell is no record: left out");
        return true;
    }
    if (!row->total && !row->like_first)
        return false;
    (void)csv_split(&csv->parser, row->raw, look_at, &look, &ignored);
    if (row->like_first && look.same && look.index >= csv->header.named)
        return true;
    if (!row->total || look.reaches)
        return false;
    notes_add(&csv->notes, row->line, "total_row",
              "a row of totals is no record: left out");
    return true;
}

/* --- records -------------------------------------------------------------- */

static enum status check_cells(const struct csv *csv, const struct csv_row *row,
                               struct err *err)
{
    if (memchr(row->raw.at, '\0', row->raw.size) != NULL)
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the row holds a NUL byte");
    if (row->filled > csv->header.count)
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "%zu cells where the header has %zu", row->filled,
                    csv->header.count);
    /* A file that was cut while it was written ends like this. */
    if (!row->ended && row->cells < csv->header.named)
        return fail(err, REJECT, EXIT_DATA, "cut_row",
                    "the file ends in the middle of this row");
    return OK;
}

static enum status csv_next(void *self, struct record *record, struct err *err)
{
    struct csv *csv = self;
    enum status status, utf8;
    struct csv_row row;

    do {
        status = csv_rows_next(&csv->rows, &row, err);
        if (status == STOP)
            return STOP;
        if (status == END)
            return tally_end(&csv->tally, csv->input, err);
    } while (status == OK && is_no_record(csv, &row));

    record->line = row.line;
    record->raw = row.raw;
    if (status == REJECT) {
        struct err first = *err;

        (void)tally_row(&csv->tally, record, err);
        *err = first;
        return REJECT;
    }
    utf8 = tally_row(&csv->tally, record, err);
    return utf8 == OK ? check_cells(csv, &row, err) : utf8;
}

/* --- fields --------------------------------------------------------------- */

struct taking {
    const struct csv_header *header;
    struct arena *arena;
    struct node *object;
    size_t index, filled;
};

static void take_cell(void *self, struct text cell)
{
    struct taking *taking = self;
    const struct csv_header *header = taking->header;
    size_t i = taking->index++;
    struct node *member;

    if (i >= header->count) {
        if (text_trim(cell).size > 0)
            taking->filled = i + 1;
        return;
    }
    if (header->columns[i] == NULL)
        return;
    if (header->same[i] == i) {
        node_add(taking->object, header->columns[i],
                 node_text(taking->arena, cell));
        return;
    }
    member = node_member(taking->object, header->columns[i]);
    if (member != NULL && text_trim(member->text).size == 0)
        member->text = arena_text(taking->arena, cell);
}

/* On REJECT the object may hold what could be read, for the reject file. */
static enum status csv_fields(void *self, struct text raw, struct arena *arena,
                              struct node **object, struct err *err)
{
    struct csv *csv = self;
    struct taking taking = {&csv->header, arena, NULL, 0, 0};
    enum status status;

    *object = NULL;
    if (raw.size > 0 && memchr(raw.at, '\0', raw.size) != NULL)
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the row holds a NUL byte");
    if (!text_is_utf8(raw))
        return fail(err, REJECT, EXIT_DATA, "bad_encoding",
                    "the row is not UTF-8");
    taking.object = *object = node_new(arena, NODE_OBJECT);
    status = csv_split(&csv->parser, raw, take_cell, &taking, err);
    if (status == OK && taking.filled > 0)
        status = fail(err, REJECT, EXIT_DATA, "bad_row",
                      "%zu cells where the header has %zu", taking.filled,
                      csv->header.count);
    return status;
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
    .columns = csv_columns,
    .digest = csv_digest,
    .notes = csv_notes,
    .close = csv_reader_close,
    .create = csv_create,
    .begin = csv_begin,
    .write = csv_write_record,
    .finish = csv_finish,
    .destroy = csv_destroy,
};
