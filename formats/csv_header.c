/*
 * csv_header.c - reading the header line.
 */
#include "formats/csv_header.h"

#include "formats/csv_cell.h"
#include "formats/csv_guess.h"
#include "formats/limits.h"

#include <string.h>

struct filling {
    struct csv_header *header;
    struct names *names;
    bool full;
};

static void add_column(void *self, struct text cell)
{
    struct filling *filling = self;
    struct csv_header *header = filling->header;
    size_t i = header->count;
    unsigned char marks;
    struct text name = text_trim(csv_unwrap(cell, &marks));

    if (i == COLUMNS_MAX) {
        filling->full = true;
        return;
    }
    header->count++;
    header->same[i] = i;
    header->columns[i] = NULL;
    if (name.size == 0)
        return;
    header->columns[i] = names_intern(filling->names, name);
    if (header->columns[i] == NULL)
        filling->full = true;
    header->named = i + 1;
}

static bool is_same(const struct reader_options *options, const char *a,
                    const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    return a == b ||
           (options->same != NULL && options->same(text_of(a), text_of(b)));
}

/* Which names stand twice, and the list of each once. */
static void finish_columns(struct csv_header *header,
                           const struct reader_options *options,
                           struct notes *notes)
{
    size_t unique = 0;

    header->repeats = false;
    for (size_t i = 0; i < header->count; i++) {
        const char *name = header->columns[i];

        header->same[i] = i;
        if (name == NULL)
            continue;
        for (size_t k = 0; k < i && header->same[i] == i; k++)
            if (is_same(options, header->columns[k], name))
                header->same[i] = k;
        if (header->same[i] == i) {
            header->unique[unique++] = name;
            continue;
        }
        if (!header->repeats)
            notes_add(notes, header->skip + 1, "duplicate_column",
                      "the column %s stands twice: the first value that is "
                      "not blank is taken",
                      name);
        header->repeats = true;
    }
    header->unique[unique] = NULL;
}

static enum status refuse(const char *message, const char *hint, uint64_t line,
                          const struct csv_rows *rows, struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, "bad_header", "%s", message);
    if (hint != NULL)
        err_hint(err, "%s", hint);
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)line);
    return STOP;
}

static enum status check_bytes(const struct csv_row *row,
                               const struct csv_rows *rows, struct err *err)
{
    char evidence[EVIDENCE_MAX];

    if (memchr(row->raw.at, '\0', row->raw.size) != NULL)
        return refuse("the header holds NUL bytes",
                      "if it is UTF-16, say --encoding utf-16le", row->line,
                      rows, err);
    if (text_is_utf8(row->raw))
        return OK;
    evidence_of(row->raw, evidence);
    (void)refuse_encoding("the header is not UTF-8", evidence, err);
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)row->line);
    return STOP;
}

/* One column: somebody's list of emails, or the wrong delimiter. */
static enum status check_one_column(const struct csv_header *header,
                                    const struct reader_options *options,
                                    const struct csv_row *row,
                                    const struct csv_rows *rows,
                                    struct err *err)
{
    char other;

    if (header->named != 1)
        return OK;
    other = csv_other_delimiter(options, text_of(header->columns[0]));
    if (other == 0)
        return OK;
    (void)refuse("the header is one column where several are expected", NULL,
                 row->line, rows, err);
    if (header->raw.at[0] == '"')
        err_hint(err, "each line stands in quote marks as a whole: export the "
                      "file again");
    else if (other == '\t')
        err_hint(err, "a tab seems to separate its names: --delimiter '\\t'");
    else if (other < ' ')
        err_hint(err,
                 "the byte 0x%02x seems to separate its names: set "
                 "--delimiter to it",
                 (unsigned)other);
    else
        err_hint(err, "'%c' seems to separate its names: --delimiter '%c'",
                 other, other);
    return STOP;
}

void csv_note_open(struct notes *notes, uint64_t line)
{
    notes_add(notes, line, "no_line_end",
              "the last line has no line end: if the file was cut there, its "
              "last value is not whole");
}

/* The row is the header line. */
static enum status
read_columns(struct csv_header *header, const struct csv_row *row,
             const struct csv_rows *rows, const struct reader_options *options,
             struct names *names, struct notes *notes, struct err *err)
{
    struct filling filling = {header, names, false};
    struct csv_parser parser;
    enum status status = check_bytes(row, rows, err);

    if (status != OK)
        return status;
    header->count = header->named = 0;
    header->raw = arena_text(header->arena, row->raw);
    header->end = row->end;
    csv_split_open(&parser, header->delimiter);
    status = csv_split(&parser, row->raw, add_column, &filling, err);
    csv_free(&parser);
    if (status != OK)
        return refuse(err->message, NULL, row->line, rows, err);
    if (filling.full)
        return refuse("too many columns", "a table has at most 2,000",
                      row->line, rows, err);
    if (row->end == ROW_OPEN && row->cells > 1 &&
        row->raw.at[row->raw.size - 1] == header->delimiter)
        return refuse("the file ends in the middle of its header",
                      "export it again", row->line, rows, err);
    if (row->end == ROW_OPEN)
        csv_note_open(notes, row->line);
    return check_one_column(header, options, row, rows, err);
}

static void titles_note(struct notes *notes, size_t lines)
{
    if (lines > 0)
        notes_add(notes, 1, "title_line",
                  "%zu line%s before the header left out", lines,
                  lines > 1 ? "s" : "");
}

/* --- columns that are told -------------------------------------------------
 */

struct comparing {
    const struct csv_header *header;
    const struct reader_options *options;
    size_t index;
    bool same; /* so far */
};

static void compare_name(void *self, struct text cell)
{
    struct comparing *comparing = self;
    const char *name = comparing->header->unique[comparing->index];
    unsigned char marks;

    if (name == NULL || !comparing->same)
        return;
    comparing->index++;
    cell = text_trim(csv_unwrap(cell, &marks));
    comparing->same = comparing->options->same != NULL
                          ? comparing->options->same(text_of(name), cell)
                          : text_is(cell, name);
}

/*
 * Whether a file whose columns go by position begins with their names all the
 * same: such as a file of rejects, which has our columns behind them.
 */
static bool is_names(const struct csv_header *header, const struct csv_row *row,
                     const struct reader_options *options)
{
    struct comparing comparing = {header, options, 0, true};
    struct csv_parser parser;
    struct err ignored;
    enum status status;

    if (csv_free_quotes(row->raw, header->delimiter) == 1)
        return false; /* the writer's mark of a record */
    csv_split_open(&parser, header->delimiter);
    status = csv_split(&parser, row->raw, compare_name, &comparing, &ignored);
    csv_free(&parser);
    return status == OK && comparing.same && comparing.index > 0 &&
           header->unique[comparing.index] == NULL;
}

/* The first row that is not blank; OK, or END. */
static enum status first_row(struct csv_rows *rows, struct csv_row *row,
                             struct err *err)
{
    enum status status;

    do {
        csv_rows_drop(rows, rows->next);
        status = csv_rows_next(rows, row, err);
    } while (status == OK && row->filled == 0);
    return status == REJECT ? OK : status;
}

static enum status told_columns(struct csv_header *header,
                                struct csv_rows *rows,
                                const struct reader_options *options,
                                struct names *names, struct notes *notes,
                                struct err *err)
{
    struct filling filling = {header, names, false};
    struct csv_row row;
    enum status status;

    for (size_t i = 0; options->columns[i] != NULL; i++)
        add_column(&filling, text_of(options->columns[i]));
    if (filling.full)
        return fail(err, STOP, EXIT_CONFIG, "bad_header",
                    "more than %d columns", COLUMNS_MAX);
    finish_columns(header, options, notes);
    status = first_row(rows, &row, err);
    if (status == STOP)
        return STOP;
    if (status == OK)
        header->free_quotes = csv_free_quotes(row.raw, header->delimiter) > 1;
    if (status == OK && is_names(header, &row, options)) {
        size_t told = 0;

        header->skip = row.line - 1;
        status = read_columns(header, &row, rows, options, names, notes, err);
        /* The mapping's spelling stays, for its rules ask by it. */
        for (; status == OK && header->unique[told] != NULL; told++)
            header->columns[told] = header->unique[told];
        if (status == OK)
            finish_columns(header, options, notes);
        return status;
    }
    return csv_rows_start(rows, header->delimiter, header->skip, err);
}

/* ---------------------------------------------------------------------------
 */

static enum status no_header(const struct csv_rows *rows,
                             const struct csv_guess *guess, struct err *err)
{
    if (!window_view(&rows->window).size && rows->window.ended)
        return fail(err, STOP, EXIT_DATA, "empty_file",
                    "no line of the file is a header");
    return refuse("none of the first lines is a header",
                  "--skip says how many lines stand before it",
                  guess->skip + HEADER_LINES_MAX, rows, err);
}

enum status csv_header_open(struct csv_header *header, struct csv_rows *rows,
                            const struct reader_options *options,
                            struct names *names, struct notes *notes,
                            struct err *err)
{
    enum status status;
    struct csv_guess guess;
    struct csv_row row;

    *header = (struct csv_header){.arena = arena_open()};
    header->columns =
        arena_take(header->arena, COLUMNS_MAX * sizeof(*header->columns));
    header->same =
        arena_take(header->arena, COLUMNS_MAX * sizeof(*header->same));
    header->unique =
        arena_take(header->arena, (COLUMNS_MAX + 1) * sizeof(*header->unique));
    status = csv_guess(&guess, rows, options, err);
    if (status == END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (status != OK)
        return STOP;
    header->delimiter = guess.delimiter;
    header->skip = guess.skip;
    if (options->columns == NULL && !guess.any)
        return no_header(rows, &guess, err);
    if (options->columns == NULL)
        header->skip = guess.line - 1;
    status = csv_rows_start(rows, header->delimiter, header->skip, err);
    if (status != OK)
        return status;
    if (options->columns != NULL)
        return told_columns(header, rows, options, names, notes, err);
    titles_note(notes, guess.titles);
    status = csv_rows_next(rows, &row, err);
    if (status != STOP)
        status = read_columns(header, &row, rows, options, names, notes, err);
    if (status == OK) {
        header->free_quotes =
            csv_free_quotes(header->raw, header->delimiter) > 0;
        finish_columns(header, options, notes);
    }
    return status;
}

void csv_header_close(struct csv_header *header)
{
    arena_close(header->arena);
    *header = (struct csv_header){0};
}
