/*
 * csv_rows.c - libcsv, line by line.
 */
#include "formats/csv_rows.h"

#include "formats/csv_cell.h"
#include "formats/csv_line.h"
#include "formats/csv_quotes.h"
#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>

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

static void parser_open(struct csv_parser *parser, char delimiter)
{
    if (csv_init(parser, STRICT) != 0)
        abort();
    csv_set_delim(parser, (unsigned char)delimiter);
    csv_set_realloc_func(parser, cell_realloc);
    csv_set_blk_size(parser, CELL_BLOCK);
}

/* After an error a parser delivers made-up cells: it is never used again. */
static void parser_restart(struct csv_parser *parser)
{
    char delimiter = (char)csv_get_delim(parser);

    csv_free(parser);
    parser_open(parser, delimiter);
}

static enum status too_long(struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "too_large",
                "a cell is larger than %d MiB", FIELD_MAX / (1024 * 1024));
}

/* OK; REJECT: text after a closing quote, there bytes begins then; STOP: the
 * cell is too large. */
static enum status feed(struct csv_parser *parser, struct text *bytes,
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

void csv_split_open(struct csv_parser *parser, char delimiter)
{
    parser_open(parser, delimiter);
}

enum status csv_split(struct csv_parser *parser, struct text raw,
                      csv_cell *cell, void *self, struct err *err)
{
    struct split split = {cell, self};
    enum status status = feed(parser, &raw, split_cell, NULL, &split, err);

    if (status == OK && csv_fini(parser, split_cell, NULL, &split) != 0)
        status = fail(err, REJECT, EXIT_DATA, "bad_row",
                      "a quote mark is never closed");
    if (status != OK) {
        parser_restart(parser);
        err->status = REJECT; /* of a row alone no failure reaches further */
        return REJECT;
    }
    return OK;
}

/* --- row after row -------------------------------------------------------- */

/* In a file whose lines say what they are. */
static void see_kind(const struct csv_rows *rows, struct csv_row *row,
                     struct text cell)
{
    row->kind = text_is_nocase(cell, rows->kind);
    if (row->kind || cell.size == 0 || cell.at[0] != '!')
        return;
    cell.at++;
    cell.size--;
    row->header = text_is_nocase(cell, rows->kind);
}

static void on_cell(void *at, size_t size, void *self)
{
    struct csv_row *row = &((struct csv_rows *)self)->row;
    const struct csv_rows *rows = self;
    size_t i = row->cells++;
    struct text cell = {at, size};
    unsigned char marks;

    cell = text_trim(csv_unwrap(cell, &marks));
    if (i == 0 && rows->first != NULL)
        row->like_first = text_is_nocase(cell, rows->first);
    if (i == 0 && rows->kind != NULL)
        see_kind(rows, row, cell);
    if (cell.size == 0)
        return;
    if (row->filled == 0)
        row->total = csv_is_total(cell);
    row->filled = row->cells;
    if (rows->keys != NULL && i < rows->columns) {
        row->keyed = row->keyed || rows->keys[i] == ROW_KEY;
        row->told = row->told || rows->keys[i] == ROW_TOLD;
    }
}

static void on_row(int end, void *self)
{
    (void)end;
    ((struct csv_rows *)self)->row_ended = true;
}

void csv_rows_open(struct csv_rows *rows, struct input *input)
{
    *rows = (struct csv_rows){.window.input = input};
    parser_open(&rows->parser, ',');
}

void csv_rows_close(struct csv_rows *rows)
{
    window_free(&rows->window);
    csv_free(&rows->parser);
}

enum status csv_rows_start(struct csv_rows *rows, char delimiter, uint64_t skip,
                           struct err *err)
{
    enum status status = window_rewind(&rows->window, err);

    csv_set_delim(&rows->parser, (unsigned char)delimiter);
    parser_restart(&rows->parser);
    rows->line = 1;
    rows->next = 0;
    while (status == OK && rows->line <= skip) {
        size_t size, next;

        status = csv_line(&rows->window, 0, &size, &next, err);
        if (status == STOP)
            return STOP;
        rows->window.begin += next;
        rows->line++;
    }
    return status == STOP ? STOP : OK;
}

static void count_cell(void *self, struct text cell)
{
    (void)cell;
    (*(size_t *)self)++;
}

/* Whether a physical line alone is a whole row of our file. */
static bool is_whole_row(struct csv_rows *rows, struct text line)
{
    struct csv_parser parser;
    struct err ignored;
    size_t cells = 0;
    bool whole;

    parser_open(&parser, (char)csv_get_delim(&rows->parser));
    whole = csv_split(&parser, line, count_cell, &cells, &ignored) == OK &&
            cells > 1 && cells == rows->columns;
    csv_free(&parser);
    return whole;
}

static enum status never_closed(struct csv_rows *rows, uint64_t line,
                                struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, "unclosed_quote",
               "a quote mark opens here and is never closed");
    err_hint(err, "close it, or export the file again");
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)line);
    return STOP;
}

/* What is wrong when line `line` did not parse; quote_line: see below. */
static enum status judge(struct csv_rows *rows, enum status status,
                         struct text line, uint64_t quote_line, struct err *err)
{
    bool inherited = quote_line < rows->line;

    if (status == STOP)
        return inherited || rows->parser.quoted
                   ? never_closed(rows, quote_line, err)
                   : STOP;
    /* The quote was open since an earlier line and this line would be a row
     * by itself: what looks like text after a closing quote is the next row's
     * quoted cell, and rows in between were swallowed. */
    if (inherited && is_whole_row(rows, line))
        return never_closed(rows, quote_line, err);
    parser_restart(&rows->parser);
    return REJECT;
}

/* A physical line, from window.begin. */
struct line {
    size_t begin, size, next; /* without and with its end */
};

/*
 * From what follows a closing quote on: the quoted cells of the row go on over
 * the ends of lines as those of good rows do. Where that would take a whole row
 * or has no end, the row ends with its first line.
 */
static void pass_open_cells(struct csv_rows *rows, struct text rest,
                            struct line *line)
{
    char delimiter = (char)csv_get_delim(&rows->parser);
    bool open = csv_stays_open(rest, false, delimiter);
    struct line at = *line;
    uint64_t lines = 0;
    struct err ignored;

    for (; open; lines++) {
        enum status status;
        struct text text;

        at.begin += at.next;
        status =
            csv_line(&rows->window, at.begin, &at.size, &at.next, &ignored);
        if (status == STOP || at.begin - line->begin > FIELD_MAX)
            return;
        text = csv_rows_raw(rows, at.begin, at.begin + at.size);
        open = csv_stays_open(text, true, delimiter);
        if ((open && status == END) || is_whole_row(rows, text))
            return;
    }
    *line = at;
    rows->line += lines;
}

/* The window ended before the line did. */
static enum status endless_line(struct csv_rows *rows, bool joined,
                                uint64_t quote_line, struct err *err)
{
    /* Only an open quote joins lines. */
    if (joined && strcmp(err->code, "too_large") == 0)
        return never_closed(rows, quote_line, err);
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)rows->line);
    return STOP;
}

/* What the last bytes before `at` are, when they are a line end of that size.
 */
static enum row_end end_of(const char *at, size_t size)
{
    if (size != 1)
        return size == 2 ? ROW_CR_LF : ROW_OPEN;
    return at[-1] == '\n' ? ROW_LF : ROW_CR;
}

/* Of a row that was read: whether its lines are rows. */
static enum status check_lines(const struct csv_rows *rows, struct err *err)
{
    if (rows->line - rows->row.line < 2 ||
        !csv_swallows_rows(rows->row.raw, rows->columns,
                           (char)csv_get_delim(&rows->parser)))
        return OK;
    (void)fail(err, REJECT, EXIT_DATA, "stray_quote",
               "a quoted cell goes on to line %llu, yet each of these lines is "
               "a row by itself",
               (unsigned long long)rows->line - 1);
    err_hint(err, "take out the quote mark that does not belong to its row, or "
                  "put its cell in quote marks and double it");
    return REJECT;
}

enum status csv_rows_next(struct csv_rows *rows, struct csv_row *row,
                          struct err *err)
{
    struct window *window = &rows->window;
    uint64_t quote_line = rows->line; /* where an open quote was opened */
    struct line line = {.begin = rows->next};
    enum status line_status, status = OK;

    rows->row = (struct csv_row){.line = rows->line, .from = line.begin};
    rows->row_ended = false;
    window->held = line.begin;
    do {
        size_t cells = rows->row.cells;
        struct text bytes;

        line.begin += line.next;
        line_status = csv_line(window, line.begin, &line.size, &line.next, err);
        if (line_status == STOP)
            return endless_line(rows, line.begin > rows->next, quote_line, err);
        if (line_status == END && line.begin == rows->next && line.next == 0)
            return END;
        bytes = csv_rows_raw(rows, line.begin, line.begin + line.next);
        status = feed(&rows->parser, &bytes, on_cell, on_row, rows, err);
        /* A cell began here: if one is open now, this is where. */
        if (rows->row.cells > cells)
            quote_line = rows->line;
        if (status != OK)
            status =
                judge(rows, status,
                      csv_rows_raw(rows, line.begin, line.begin + line.size),
                      quote_line, err);
        if (status == STOP)
            break;
        if (status == REJECT && line_status == OK)
            pass_open_cells(rows, bytes, &line);
        if (status == OK && line_status == END) {
            if (csv_fini(&rows->parser, on_cell, on_row, rows) != 0)
                return never_closed(rows, quote_line, err);
            rows->row_ended = true;
        }
        rows->line++;
    } while (status == OK && !rows->row_ended);

    if (status == STOP) {
        err_place(err, "%s:%llu", input_name(window->input),
                  (unsigned long long)rows->line);
        return STOP;
    }
    rows->next = line.begin + line.next;
    rows->row.raw = csv_rows_raw(rows, rows->row.from, line.begin + line.size);
    rows->row.end =
        end_of(window->at + window->begin + rows->next, line.next - line.size);
    *row = rows->row;
    return status == OK ? check_lines(rows, err) : status;
}

void csv_rows_back(struct csv_rows *rows, size_t from, uint64_t line)
{
    rows->next = from;
    rows->line = line;
}

void csv_rows_drop(struct csv_rows *rows, size_t before)
{
    rows->window.begin += before;
    rows->next -= before;
    rows->window.held = 0;
}

struct text csv_rows_raw(const struct csv_rows *rows, size_t from, size_t to)
{
    return (struct text){rows->window.at + rows->window.begin + from,
                         to - from};
}

void csv_rows_over(struct csv_rows *rows, struct csv_rows *like,
                   struct text bytes)
{
    *rows = *like;
    /* Ended, so that nothing is ever read into it. */
    rows->window = (struct window){.input = like->window.input,
                                   .at = (char *)bytes.at,
                                   .end = bytes.size,
                                   .ended = true};
    rows->line = 1;
    rows->next = 0;
    parser_open(&rows->parser, (char)csv_get_delim(&like->parser));
}

void csv_rows_done(struct csv_rows *rows)
{
    csv_free(&rows->parser);
}
