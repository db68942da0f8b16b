/*
 * csv_header.c - finding the header and the delimiter.
 */
#include "formats/csv_header.h"

#include "formats/limits.h"

#include <string.h>

/* What one delimiter makes of the first lines. */
struct guess {
    char delimiter;
    bool any;      /* there was a line that is not blank */
    uint64_t line; /* the candidate */
    size_t titles; /* lines before it that are not blank */
    size_t known, cells;
};

struct count {
    const struct reader_options *options;
    size_t known, cells;
};

static void count_names(void *self, struct text cell)
{
    struct count *count = self;
    const struct reader_options *options = count->options;
    struct text name = text_trim(cell);

    count->cells++;
    if (options->known != NULL && name.size > 0 &&
        options->known(options->self, name))
        count->known++;
}

/* `sep=;`, as Excel writes and reads it. */
static enum status find_sep(struct csv_rows *rows, char *delimiter,
                            struct err *err)
{
    enum status status = csv_rows_start(rows, ',', 0, err);
    struct text start;
    char sep;

    *delimiter = 0;
    if (status == OK)
        status = window_fill(&rows->window, err);
    if (status != OK)
        return status;
    start = window_view(&rows->window);
    if (start.size > 0 && start.at[0] == '"') {
        start.at++;
        start.size--;
    }
    if (start.size < 6 || !text_is_nocase((struct text){start.at, 4}, "sep="))
        return OK;
    sep = start.at[4];
    if (strchr("\r\n\"", start.at[5]) != NULL && start.at[5] != '\0' &&
        (sep == '\t' ||
         (sep > ' ' && sep < 0x7f && sep != '"' &&
          strchr("_-+.@", sep) == NULL && !(sep >= '0' && sep <= '9') &&
          !((sep | 0x20) >= 'a' && (sep | 0x20) <= 'z'))))
        *delimiter = sep;
    return OK;
}

/* The first line with two known names, else the first that is not blank. */
static enum status try(struct csv_rows *rows, uint64_t skip,
                       const struct reader_options *options,
                       struct guess *guess, struct err *err)
{
    enum status status = csv_rows_start(rows, guess->delimiter, skip, err);
    bool search = !options->skip_set && options->columns == NULL &&
                  options->known != NULL;
    struct csv_parser parser;
    struct csv_row row;
    size_t seen = 0;

    csv_split_open(&parser, guess->delimiter);
    while (status == OK || status == REJECT) {
        struct count count = {options, 0, 0};
        struct err ignored;

        status = csv_rows_next(rows, &row, err);
        if (status == END || status == STOP ||
            row.line > skip + HEADER_LINES_MAX)
            break;
        if (row.raw.size == 0 || row.filled == 0 || status == REJECT)
            continue;
        (void)csv_split(&parser, row.raw, count_names, &count, &ignored);
        if (!guess->any || count.known >= 2) {
            guess->any = true;
            guess->line = row.line;
            guess->titles = seen;
            guess->known = count.known;
            guess->cells = count.cells;
        }
        seen++;
        if (count.known >= 2 || !search)
            break;
    }
    csv_free(&parser);
    return status == STOP ? STOP : OK;
}

static bool better(const struct guess *a, const struct guess *b)
{
    bool a_known = a->known >= 2, b_known = b->known >= 2;

    if (a->any != b->any)
        return a->any;
    if (a_known != b_known)
        return a_known;
    if (a->line != b->line)
        return a->line < b->line;
    if (a->known != b->known)
        return a->known > b->known;
    return a->cells > b->cells;
}

static enum status choose(struct csv_rows *rows, uint64_t skip, char given,
                          const struct reader_options *options,
                          struct guess *best, struct err *err)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    size_t tries = given != 0 ? 1 : sizeof(delimiters);
    struct err broken;
    bool stopped = false;

    *best = (struct guess){0};
    for (size_t i = 0; i < tries; i++) {
        struct guess guess = {.delimiter = given != 0 ? given : delimiters[i]};

        /* A wrong delimiter may well meet an unclosed quote. */
        if (try(rows, skip, options, &guess, err) == STOP) {
            if (err->exit != EXIT_DATA)
                return STOP;
            if (!stopped)
                broken = *err;
            stopped = true;
        }
        if (i == 0 || better(&guess, best))
            *best = guess;
    }
    if (!best->any && stopped) {
        *err = broken;
        return STOP;
    }
    return OK;
}

struct filling {
    struct csv_header *header;
    struct names *names;
    bool full;
};

static void add_column(void *self, struct text cell)
{
    struct filling *filling = self;
    struct csv_header *header = filling->header;
    struct text name = text_trim(cell);
    size_t i = header->count;

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

/* Which names stand twice, and the list of each once. */
static void finish_columns(struct csv_header *header, struct notes *notes)
{
    size_t unique = 0;

    for (size_t i = 0; i < header->count; i++) {
        if (header->columns[i] == NULL)
            continue;
        for (size_t k = 0; k < i && header->same[i] == i; k++)
            if (header->columns[k] == header->columns[i])
                header->same[i] = k;
        if (header->same[i] == i) {
            header->unique[unique++] = header->columns[i];
            continue;
        }
        if (!header->repeats)
            notes_add(notes, header->skip + 1, "duplicate_column",
                      "the column %s stands twice: the first value that is "
                      "not blank is taken",
                      header->columns[i]);
        header->repeats = true;
    }
    header->unique[unique] = NULL;
}

static enum status refuse(const char *message, const char *hint,
                          const struct csv_row *row,
                          const struct csv_rows *rows, struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, "bad_header", "%s", message);
    if (hint != NULL)
        err_hint(err, "%s", hint);
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)row->line);
    return STOP;
}

static enum status read_columns(struct csv_header *header,
                                struct csv_rows *rows, struct names *names,
                                struct err *err)
{
    struct filling filling = {header, names, false};
    struct csv_parser parser;
    struct csv_row row;
    enum status status = csv_rows_next(rows, &row, err);

    if (status == STOP)
        return STOP;
    if (memchr(row.raw.at, '\0', row.raw.size) != NULL)
        return refuse("the header holds NUL bytes",
                      "if it is UTF-16, say --encoding UTF-16LE", &row, rows,
                      err);
    if (!text_is_utf8(row.raw)) {
        (void)refuse("the header is not UTF-8",
                     "say what it is, such as --encoding windows-1252", &row,
                     rows, err);
        memcpy(err->code, "bad_encoding", sizeof("bad_encoding"));
        return STOP;
    }
    header->raw = arena_text(header->arena, row.raw);
    csv_split_open(&parser, header->delimiter);
    status = csv_split(&parser, row.raw, add_column, &filling, err);
    csv_free(&parser);
    if (status != OK)
        return refuse(err->message, NULL, &row, rows, err);
    if (filling.full)
        return refuse("too many columns", NULL, &row, rows, err);
    return OK;
}

static void titles_note(struct notes *notes, size_t lines)
{
    if (lines > 0)
        notes_add(notes, 1, "title_line",
                  "%zu line%s before the header left out", lines,
                  lines > 1 ? "s" : "");
}

enum status csv_header_open(struct csv_header *header, struct csv_rows *rows,
                            const struct reader_options *options,
                            struct names *names, struct notes *notes,
                            struct err *err)
{
    uint64_t skip = options->skip_set ? options->skip : 0;
    struct filling filling = {header, names, false};
    enum status status;
    struct guess best;
    char sep;

    *header = (struct csv_header){.arena = arena_open()};
    header->columns =
        arena_take(header->arena, COLUMNS_MAX * sizeof(*header->columns));
    header->same =
        arena_take(header->arena, COLUMNS_MAX * sizeof(*header->same));
    header->unique =
        arena_take(header->arena, (COLUMNS_MAX + 1) * sizeof(*header->unique));
    status = find_sep(rows, &sep, err);
    if (status == STOP)
        return STOP;
    if (status == END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (sep != 0 && skip == 0)
        skip = 1;
    status =
        choose(rows, skip, options->delimiter != 0 ? options->delimiter : sep,
               options, &best, err);
    if (status != OK)
        return status;
    header->delimiter = best.delimiter;
    header->skip = best.any && options->columns == NULL ? best.line - 1 : skip;
    status = csv_rows_start(rows, header->delimiter, header->skip, err);
    if (status != OK)
        return status;
    if (options->columns != NULL) {
        for (size_t i = 0; options->columns[i] != NULL; i++)
            add_column(&filling, text_of(options->columns[i]));
        if (filling.full)
            return fail(err, STOP, EXIT_CONFIG, "bad_header",
                        "more than %d columns", COLUMNS_MAX);
    } else if (best.any) {
        titles_note(notes, best.titles);
        status = read_columns(header, rows, names, err);
    } else {
        return fail(err, STOP, EXIT_DATA, "empty_file",
                    "no line of the file is a header");
    }
    finish_columns(header, notes);
    return status;
}

void csv_header_close(struct csv_header *header)
{
    arena_close(header->arena);
    *header = (struct csv_header){0};
}
