/*
 * csv_writer.c - records to CSV.
 */
#include "formats/csv_writer.h"

#include "formats/csv_cell.h"
#include "formats/csv_guess.h"
#include "formats/limits.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct csv_writer {
    const char **columns; /* the texts are borrowed; ends with NULL */
    size_t count;
    const char *rows;   /* the first column, or NULL */
    struct buffer kind; /* its name: rows behind a ! */
    char delimiter;
    bool safe, headless;
    bool started;          /* a line was written */
    struct buffer bytes;   /* the texts of one row */
    struct text *cells;    /* into them */
    size_t *ends;          /* where each ends in them */
    struct buffer scratch; /* a guarded text, a quoted cell */
};

static void *take(size_t count, size_t size)
{
    void *at = calloc(count + 1, size);

    if (at == NULL)
        abort();
    return at;
}

enum status csv_create(void **self, const struct writer_options *options,
                       struct err *err)
{
    struct csv_writer *writer;
    size_t room = 1;

    if (options->columns == NULL)
        return fail(err, STOP, EXIT_BUG, "bug", "a CSV file needs its columns");
    while (options->columns[room - 1] != NULL)
        room++;
    writer = take(1, sizeof(*writer));
    writer->rows = options->rows;
    writer->columns = take(room, sizeof(*writer->columns));
    writer->cells = take(room, sizeof(*writer->cells));
    writer->ends = take(room, sizeof(*writer->ends));
    if (writer->rows != NULL) {
        buffer_print(&writer->kind, "!%s", writer->rows);
        writer->columns[writer->count++] = writer->kind.at;
    }
    for (size_t i = 0; options->columns[i] != NULL; i++)
        if (writer->rows == NULL ||
            strcmp(options->columns[i], writer->kind.at) != 0)
            writer->columns[writer->count++] = options->columns[i];
    writer->delimiter = options->delimiter != 0 ? options->delimiter : ',';
    writer->safe = options->safe_csv;
    writer->headless = options->headless;
    *self = writer;
    return OK;
}

void csv_destroy(void *self)
{
    struct csv_writer *writer = self;

    buffer_free(&writer->kind);
    buffer_free(&writer->bytes);
    buffer_free(&writer->scratch);
    free(writer->columns);
    free(writer->cells);
    free(writer->ends);
    free(writer);
}

/* --- cells -----------------------------------------------------------------
 */

static void add_quoted(struct buffer *out, struct text cell)
{
    size_t size = csv_write(NULL, 0, cell.at, cell.size);
    char *quoted = malloc(size);

    if (quoted == NULL)
        abort();
    (void)csv_write(quoted, size, cell.at, cell.size);
    buffer_add(out, quoted, size);
    free(quoted);
}

static struct text guarded(struct csv_writer *writer, struct text cell)
{
    if (!csv_is_wrapped(cell) && !(writer->safe && csv_is_formula(cell)))
        return cell;
    buffer_clear(&writer->scratch);
    buffer_byte(&writer->scratch, '\'');
    buffer_text(&writer->scratch, cell);
    return buffer_view(&writer->scratch);
}

static bool is_ascii_start(struct text cell)
{
    return cell.size == 0 || (unsigned char)cell.at[0] < 0x80;
}

/* --- rows ------------------------------------------------------------------
 */

static bool is_name(struct text cell, const char *column)
{
    struct text name = text_trim(text_of(column));

    return cell.size == name.size &&
           strncasecmp(cell.at, name.at, name.size) == 0;
}

/*
 * Whether the reader would take the row for no record: blank, a total that
 * reaches nobody, a brace, the names of the columns.
 */
static bool is_doubtful(const struct csv_writer *writer)
{
    bool total = false, reaches = false, same = true, brace = false;
    size_t filled = 0;

    if (writer->rows != NULL)
        return false; /* each line says what it is */
    for (size_t i = 0; i < writer->count; i++) {
        struct text cell = text_trim(writer->cells[i]);

        same = same && is_name(cell, writer->columns[i]);
        if (cell.size == 0)
            continue;
        if (filled++ == 0)
            total = csv_is_total(cell);
        brace = i == 0 && csv_is_brace(cell, writer->delimiter);
        reaches = reaches || csv_reaches(cell);
    }
    return filled == 0 || same || (total && !reaches) || (brace && filled == 1);
}

/* The cell whose quote marks will be seen not to be needed; count: none. */
static size_t cell_to_mark(struct csv_writer *writer)
{
    size_t i = 0;

    while (i < writer->count &&
           (!is_ascii_start(writer->cells[i]) ||
            csv_needs_quotes(guarded(writer, writer->cells[i]),
                             writer->delimiter)))
        i++;
    return i;
}

/*
 * The first line may begin like something that is not part of any table: a
 * byte order mark is hidden in quote marks, `sep=;` behind a real one.
 */
static void start_file(struct csv_writer *writer, struct buffer *out)
{
    struct text first = writer->cells[0];

    writer->started = true;
    if (first.size >= 4 && text_is_nocase((struct text){first.at, 4}, "sep="))
        buffer_print(out, "sep=%c\n", writer->delimiter);
}

static void write_row(struct csv_writer *writer, bool record,
                      struct buffer *out)
{
    bool first = !writer->started && writer->count > 0;
    size_t mark = writer->count;
    bool marked = record && is_doubtful(writer);

    if (marked)
        mark = cell_to_mark(writer);
    if (first)
        start_file(writer, out);
    for (size_t i = 0; i < writer->count; i++) {
        struct text cell = guarded(writer, writer->cells[i]);

        if (i > 0)
            buffer_byte(out, writer->delimiter);
        if ((marked && i == mark) ||
            csv_needs_quotes(cell, writer->delimiter) ||
            (first && i == 0 && !is_ascii_start(cell)))
            add_quoted(out, cell);
        else
            buffer_text(out, cell);
    }
    /* All of them need quote marks: one more cell, of nothing, tells. */
    if (marked && mark == writer->count) {
        buffer_byte(out, writer->delimiter);
        buffer_string(out, "\"\"");
    }
    buffer_byte(out, '\n');
}

static void text_of_node(struct buffer *cell, const struct node *node)
{
    switch (node->kind) {
    case NODE_TRUE:
        buffer_string(cell, "true");
        break;
    case NODE_FALSE:
        buffer_string(cell, "false");
        break;
    case NODE_TEXT:
    case NODE_NUMBER:
        buffer_text(cell, node->text);
        break;
    case NODE_LIST:
        for (const struct node *child = node->first; child != NULL;
             child = child->next) {
            if (child != node->first)
                buffer_string(cell, ", ");
            if (child->kind != NODE_LIST)
                text_of_node(cell, child);
        }
        break;
    case NODE_NULL:
    case NODE_OBJECT:
        break;
    }
}

/* The object's texts in the order of the columns; whether some is not blank. */
static bool take_cells(struct csv_writer *writer, const struct node *object)
{
    size_t begin = 0;
    bool filled = false;

    buffer_clear(&writer->bytes);
    for (size_t i = 0; i < writer->count; i++) {
        const struct node *member = node_member(object, writer->columns[i]);

        if (i == 0 && writer->rows != NULL)
            buffer_string(&writer->bytes, writer->rows);
        else if (member != NULL)
            text_of_node(&writer->bytes, member);
        writer->ends[i] = writer->bytes.size;
    }
    /* Only now, since the buffer moves when it grows. */
    for (size_t i = 0; i < writer->count; i++) {
        writer->cells[i] =
            (struct text){writer->bytes.at + begin, writer->ends[i] - begin};
        begin = writer->ends[i];
        filled = filled || text_trim(writer->cells[i]).size > 0;
    }
    return filled;
}

/* --- the format's functions ------------------------------------------------
 */

enum status csv_begin(void *self, struct buffer *out, struct err *err)
{
    struct csv_writer *writer = self;

    (void)err;
    if (writer->headless)
        return OK;
    for (size_t i = 0; i < writer->count; i++)
        writer->cells[i] = text_of(writer->columns[i]);
    write_row(writer, false, out);
    return OK;
}

/* What the reader would refuse is better refused here. */
enum status csv_holds(struct text text, struct err *err)
{
    if (text.size > FIELD_MAX)
        return fail(err, REJECT, EXIT_DATA, "too_large",
                    "the text is larger than %d MiB",
                    FIELD_MAX / (1024 * 1024));
    if (!text_is_utf8(text))
        return fail(err, REJECT, EXIT_DATA, "bad_character", "it is not UTF-8");
    if (text.size > 0 && memchr(text.at, '\0', text.size) != NULL)
        return fail(err, REJECT, EXIT_DATA, "bad_character",
                    "the character U+0000 cannot stand in CSV");
    return OK;
}

static enum status check_cells(const struct csv_writer *writer, struct err *err)
{
    for (size_t i = 0; i < writer->count; i++)
        if (csv_holds(writer->cells[i], err) != OK) {
            (void)snprintf(err->field, sizeof(err->field), "%s",
                           writer->columns[i]);
            return REJECT;
        }
    return OK;
}

enum status csv_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err)
{
    struct csv_writer *writer = self;
    size_t before = out->size;
    bool started = writer->started;
    enum status status;

    (void)take_cells(writer, object);
    status = check_cells(writer, err);
    if (status == OK)
        write_row(writer, true, out);
    for (const struct node *row = object->first; row != NULL && status == OK;
         row = row->next) {
        if (row->kind != NODE_OBJECT || row->name == NULL ||
            strcmp(row->name, NODE_ROW) != 0 || !take_cells(writer, row))
            continue;
        status = check_cells(writer, err);
        if (status == OK)
            write_row(writer, true, out);
    }
    if (status == OK && out->size - before > RECORD_MAX)
        status = fail(err, REJECT, EXIT_DATA, "too_large",
                      "the record is larger than %d MiB",
                      RECORD_MAX / (1024 * 1024));
    /* A record is written whole or not at all. */
    if (status != OK) {
        out->size = before;
        writer->started = started;
    }
    return status;
}

enum status csv_finish(void *self, struct buffer *out, struct err *err)
{
    (void)self;
    (void)out;
    (void)err;
    return OK;
}
