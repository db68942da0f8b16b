/*
 * csv_salvage.c - what stands in a row that cannot be taken apart.
 *
 * For people, who put it right: nothing of it is left out, every cell comes
 * under its column as far as that can be told, and a mark stands where it
 * cannot. Only a row with such a mark was changed.
 */
#include "formats/csv_cell.h"
#include "formats/csv_reader.h"

#include <string.h>

static bool is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The byte at i of a cell, where a line end does not belong: a mark before. */
static void add_torn(struct buffer *out, struct text cell, size_t i)
{
    if (is_line_end(cell.at[i]) &&
        (cell.at[i] == '\r' || i == 0 || cell.at[i - 1] != '\r'))
        buffer_string(out, RECORD_MARK);
    buffer_byte(out, cell.at[i]);
}

/* Outside quote marks a line end has torn the row. */
static void add_bare(struct buffer *out, struct text cell)
{
    cell = text_trim(cell);
    for (size_t i = 0; i < cell.size; i++)
        add_torn(out, cell, i);
}

/* stray: one of the quote marks is none, and line ends are those of rows. */
static void add_quoted(struct buffer *out, struct text inside, bool stray)
{
    for (size_t i = 0; i < inside.size; i++) {
        if (stray)
            add_torn(out, inside, i);
        else
            buffer_byte(out, inside.at[i]);
        i += inside.at[i] == '"'; /* doubled */
    }
}

/* The cell at i, without what stands around it; returns where it ends. */
static size_t take_one(struct text row, size_t i, char delimiter, bool stray,
                       struct buffer *out)
{
    size_t open = csv_skip_blanks(row, i, delimiter), close, end;

    if (open == row.size || row.at[open] != '"') {
        end = csv_next_delimiter(row, i, delimiter);
        add_bare(out, (struct text){row.at + i, end - i});
        return end;
    }
    close = csv_closing_quote(row, open + 1);
    end = csv_skip_blanks(row, close + 1, delimiter);
    if (close < row.size && (end >= row.size || row.at[end] == delimiter)) {
        add_quoted(out, (struct text){row.at + open + 1, close - open - 1},
                   stray);
        return end;
    }
    /* Text behind a closing quote mark, or there is none. */
    end = csv_next_delimiter(row, close < row.size ? close : open, delimiter);
    close = close < end ? close + 1 : end;
    buffer_add(out, row.at + open, close - open);
    buffer_string(out, RECORD_MARK);
    buffer_add(out, row.at + close, end - close);
    return end;
}

static void append(struct node *member, struct text text, struct arena *arena)
{
    if (member != NULL)
        member->text = arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(member->text),
                                   RECORD_MARK, TEXT_ARGS(text));
}

static bool is_filled(struct text rest, char delimiter)
{
    while (rest.size > 0 && (rest.at[0] == delimiter || rest.at[0] == '"' ||
                             text_trim((struct text){rest.at, 1}).size == 0)) {
        rest.at++;
        rest.size--;
    }
    return rest.size > 0;
}

struct node *csv_salvage(void *self, struct text raw, const char *code,
                         struct arena *arena)
{
    struct csv *csv = self;
    char delimiter = csv->header.delimiter;
    struct node *object = node_new(arena, NODE_OBJECT);
    struct text row = marked(raw, arena);
    struct csv_taking taking;
    struct buffer cell = {0};
    bool stray = strcmp(code, "stray_quote") == 0;
    size_t i = 0;

    csv_taking_open(&taking, csv, arena, object);
    while (taking.index < csv->header.count) {
        buffer_clear(&cell);
        i = take_one(row, i, delimiter, stray, &cell);
        csv_take_cell(&taking, buffer_view(&cell));
        if (i++ >= row.size)
            break;
    }
    buffer_free(&cell);
    /* More cells than columns: which delimiter is none cannot be told. */
    if (i <= row.size && taking.index == csv->header.count) {
        struct text rest = {row.at + i - 1, row.size - i + 1};

        if (is_filled(rest, delimiter))
            append(object->last, rest, arena);
    }
    if (strcmp(code, "cut_row") == 0)
        append(object->last, TEXT(""), arena);
    return object;
}
