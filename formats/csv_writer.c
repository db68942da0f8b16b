/*
 * csv_writer.c - records to CSV.
 */
#include "formats/csv_writer.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

struct csv_writer {
    const char *const *columns; /* borrowed */
    char delimiter;
    bool safe;
    struct buffer cell;
};

enum status csv_create(void **self, const struct writer_options *options,
                       struct err *err)
{
    struct csv_writer *writer;

    if (options->columns == NULL)
        return fail(err, STOP, EXIT_BUG, "bug", "a CSV file needs its columns");
    writer = calloc(1, sizeof(*writer));
    if (writer == NULL)
        abort();
    writer->columns = options->columns;
    writer->delimiter = options->delimiter != 0 ? options->delimiter : ',';
    writer->safe = options->safe_csv;
    *self = writer;
    return OK;
}

void csv_destroy(void *self)
{
    struct csv_writer *writer = self;

    buffer_free(&writer->cell);
    free(writer);
}

/* +61 491 570 006 and -12.50: what a spreadsheet may well see as they are. */
static bool is_phone_or_number(struct text cell)
{
    size_t digits = 0;

    for (size_t i = 1; i < cell.size; i++) {
        if (cell.at[i] >= '0' && cell.at[i] <= '9')
            digits++;
        else if (strchr(" ().,-", cell.at[i]) == NULL || cell.at[i] == '\0')
            return false;
    }
    return digits > 0 && (cell.at[0] == '+' || cell.at[1] != ' ');
}

/*
 * Whether a spreadsheet might take the cell for a formula. A cell that already
 * has apostrophes before such a start counts too: so one apostrophe comes off
 * again when, and only when, this put it there.
 */
static bool is_formula(struct text cell)
{
    size_t quotes = 0;

    while (quotes < cell.size && cell.at[quotes] == '\'')
        quotes++;
    if (quotes == cell.size)
        return false;
    switch (cell.at[quotes]) {
    case '=':
    case '@':
    case '\t':
    case '\r':
        return true;
    case '+':
    case '-':
        return quotes > 0 || !is_phone_or_number(cell);
    default:
        return false;
    }
}

static bool needs_quotes(struct text cell, char delimiter)
{
    if (cell.size == 0)
        return false;
    if (text_trim(cell).size != cell.size)
        return true;
    for (size_t i = 0; i < cell.size; i++)
        if (cell.at[i] == delimiter || cell.at[i] == '"' ||
            cell.at[i] == '\n' || cell.at[i] == '\r')
            return true;
    return false;
}

static void write_cell(const struct csv_writer *writer, struct text cell,
                       struct buffer *out)
{
    bool guard = writer->safe && is_formula(cell);
    struct buffer guarded = {0};

    if (guard) {
        buffer_byte(&guarded, '\'');
        buffer_text(&guarded, cell);
        cell = buffer_view(&guarded);
    }
    if (needs_quotes(cell, writer->delimiter)) {
        size_t size = csv_write(NULL, 0, cell.at, cell.size);
        char *quoted = malloc(size);

        if (quoted == NULL)
            abort();
        (void)csv_write(quoted, size, cell.at, cell.size);
        buffer_add(out, quoted, size);
        free(quoted);
    } else {
        buffer_text(out, cell);
    }
    buffer_free(&guarded);
}

static void cell_of(struct buffer *cell, const struct node *node)
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
                cell_of(cell, child);
        }
        break;
    case NODE_NULL:
    case NODE_OBJECT:
        break;
    }
}

enum status csv_begin(void *self, struct buffer *out, struct err *err)
{
    const struct csv_writer *writer = self;

    (void)err;
    for (size_t i = 0; writer->columns[i] != NULL; i++) {
        if (i > 0)
            buffer_byte(out, writer->delimiter);
        write_cell(writer, text_of(writer->columns[i]), out);
    }
    buffer_byte(out, '\n');
    return OK;
}

enum status csv_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err)
{
    struct csv_writer *writer = self;

    (void)err;
    for (size_t i = 0; writer->columns[i] != NULL; i++) {
        const struct node *member = node_member(object, writer->columns[i]);

        if (i > 0)
            buffer_byte(out, writer->delimiter);
        buffer_clear(&writer->cell);
        if (member != NULL)
            cell_of(&writer->cell, member);
        write_cell(writer, buffer_view(&writer->cell), out);
    }
    buffer_byte(out, '\n');
    return OK;
}

enum status csv_finish(void *self, struct buffer *out, struct err *err)
{
    (void)self;
    (void)out;
    (void)err;
    return OK;
}
