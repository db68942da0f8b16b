/*
 * csv_rows.c - row after row, line by line.
 */
#include "formats/csv_rows.h"

#include "formats/csv_cell.h"
#include "formats/csv_line.h"
#include "formats/csv_plain.h"
#include "formats/csv_quotes.h"
#include "formats/limits.h"

#include <string.h>

/* Lines that are searched for the end of a broken row: in a file of nothing
 * else each of them is searched again. */
enum { OPEN_LINES_MAX = 100 };

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

/* What the i-th cell, without the blanks around it, tells of its row. */
static void see_cell(struct csv_rows *rows, size_t i, struct text cell)
{
    struct csv_row *row = &rows->row;
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
    row->filled = i + 1;
    if (rows->keys != NULL && i < rows->columns) {
        row->keyed = row->keyed || rows->keys[i] == ROW_KEY;
        row->told = row->told || rows->keys[i] == ROW_TOLD;
    }
}

static void on_cell(void *at, size_t size, void *self)
{
    struct csv_rows *rows = self;

    see_cell(rows, rows->row.cells++, (struct text){at, size});
}

static void on_row(int end, void *self)
{
    (void)end;
    ((struct csv_rows *)self)->row_ended = true;
}

void csv_rows_open(struct csv_rows *rows, struct input *input)
{
    *rows = (struct csv_rows){.window.input = input};
    csv_split_open(&rows->parser, ',');
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
    csv_split_restart(&rows->parser);
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

/* Whether a physical line alone is a whole row; the parser is in no other. */
static bool is_whole_row(struct csv_rows *rows, struct text line)
{
    struct err ignored;
    size_t cells = 0;

    return csv_split(&rows->parser, line, count_cell, &cells, &ignored) == OK &&
           cells > 1 && cells == rows->columns;
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

/*
 * A line without any quote mark is a row, and its cells are what stands between
 * the delimiters: they are counted, and seen only from both ends up to the
 * first that is filled. libcsv says the same of it, for twice what the rest of
 * an unchanged row costs. Its columns' keys take every cell.
 */
static bool see_plain(struct csv_rows *rows, struct text line)
{
    char delimiter = (char)csv_get_delim(&rows->parser);
    struct csv_row *row = &rows->row;
    struct text cell = {0};
    size_t i;

    if (rows->keys != NULL || line.size > FIELD_MAX ||
        memchr(line.at, '"', line.size) != NULL)
        return false;
    row->cells = csv_plain_count(line, delimiter);
    for (i = 0; i < row->cells && row->filled == 0; i++) {
        cell = csv_plain_first(&line, delimiter);
        see_cell(rows, i, cell);
    }
    for (i = row->cells; i > row->filled; i--) {
        cell = csv_plain_last(&line, delimiter);
        if (cell.size > 0)
            see_cell(rows, i - 1, cell);
    }
    rows->row_ended = true;
    return true;
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
    csv_split_restart(&rows->parser);
    if (inherited && is_whole_row(rows, line))
        return never_closed(rows, quote_line, err);
    return REJECT;
}

/* A physical line, from window.begin. */
struct line {
    size_t begin, size, next; /* without and with its end */
};

/*
 * From what follows a closing quote on: the quoted cells of the row go on over
 * the ends of lines as those of good rows do. Where that would take a whole row
 * or has no end, the row ends with its first line, and with those below that
 * have one cell alone: they can be nothing else.
 */
static void pass_open_cells(struct csv_rows *rows, struct text rest,
                            struct line *line)
{
    char delimiter = (char)csv_get_delim(&rows->parser);
    bool open = csv_stays_open(rest, false, delimiter);
    bool own = rows->columns > 1;
    uint64_t first = rows->line;
    struct line at = *line;

    for (uint64_t lines = 1; open && lines < OPEN_LINES_MAX; lines++) {
        enum status status;
        struct text text;
        struct err ignored;

        at.begin += at.next;
        status =
            csv_line(&rows->window, at.begin, &at.size, &at.next, &ignored);
        if (status == STOP || at.begin - line->begin > FIELD_MAX)
            return;
        text = csv_rows_raw(rows, at.begin, at.begin + at.size);
        open = csv_stays_open(text, true, delimiter);
        if ((open && at.next == 0) || is_whole_row(rows, text))
            return;
        own = own && csv_next_delimiter(text, 0, delimiter) == text.size;
        if (!open || (own && text_trim(text).size > 0)) {
            *line = at;
            rows->line = first + lines;
        }
    }
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
static enum status check_lines(struct csv_rows *rows, struct err *err)
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
        if (line.begin == rows->next &&
            see_plain(rows, (struct text){bytes.at, line.size})) {
            rows->line++;
            break;
        }
        status = csv_feed(&rows->parser, &bytes, on_cell, on_row, rows, err);
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
    csv_split_open(&rows->parser, (char)csv_get_delim(&like->parser));
}

void csv_rows_done(struct csv_rows *rows)
{
    csv_free(&rows->parser);
}
