/*
 * csv_guess.c - trying delimiters over the first lines.
 */
#include "formats/csv_guess.h"

#include "formats/csv_cell.h"
#include "formats/csv_line.h"
#include "formats/limits.h"

#include <string.h>

static bool is_known(const struct reader_options *options, struct text cell)
{
    unsigned char marks;
    struct text name = text_trim(csv_unwrap(cell, &marks));

    return options->known != NULL && name.size > 0 &&
           options->known(options->self, name);
}

struct count {
    const struct reader_options *options;
    size_t known;
};

static void count_names(void *self, struct text cell)
{
    struct count *count = self;

    if (is_known(count->options, cell))
        count->known++;
}

bool csv_is_brace(struct text raw, char delimiter)
{
    /* What stands before it may be another cell: only the end is trimmed. */
    while (raw.size > 1 &&
           (raw.at[raw.size - 1] == delimiter || raw.at[raw.size - 1] == ' '))
        raw.size--;
    return text_is(raw, "{}") || text_is(raw, "{") || text_is(raw, "}");
}

/* What Excel takes for a delimiter in a first line `sep=;`. */
static bool is_separator(char byte)
{
    return byte == '\t' ||
           (byte > ' ' && byte < 0x7f && byte != '"' &&
            strchr("_-+.@", byte) == NULL && !(byte >= '0' && byte <= '9') &&
            !((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'));
}

/* `sep=;`, as Excel writes and reads it. */
static enum status find_sep(struct csv_rows *rows, char *delimiter,
                            struct err *err)
{
    enum status status = csv_rows_start(rows, ',', 0, err);
    struct text start;

    *delimiter = 0;
    while (status == OK &&
           window_view(&rows->window).size < sizeof("\"sep=;\""))
        status = window_fill(&rows->window, err);
    if (status == STOP)
        return STOP;
    start = window_view(&rows->window);
    if (start.size == 0)
        return END;
    if (start.at[0] == '"') {
        start.at++;
        start.size--;
    }
    if (start.size >= 6 && text_is_nocase((struct text){start.at, 4}, "sep=") &&
        strchr("\r\n\"", start.at[5]) != NULL && start.at[5] != '\0' &&
        is_separator(start.at[4]))
        *delimiter = start.at[4];
    return OK;
}

/* The first line up to `last` with two known names, else the first that is not
 * blank. */
static enum status try(struct csv_rows *rows,
                       const struct reader_options *options, uint64_t last,
                       struct csv_guess *guess, struct err *err)
{
    enum status status =
        csv_rows_start(rows, guess->delimiter, guess->skip, err);
    bool search = !options->skip_set && options->columns == NULL &&
                  options->known != NULL;
    struct csv_parser parser;
    struct csv_row row;
    size_t seen = 0;

    csv_split_open(&parser, guess->delimiter);
    while (status == OK || status == REJECT) {
        struct count count = {options, 0};
        struct err ignored;

        csv_rows_drop(rows, rows->next);
        status = csv_rows_next(rows, &row, err);
        if (status == END || status == STOP || row.line > last)
            break;
        seen += status == REJECT; /* a line of text with quote marks */
        if (row.filled == 0 || status == REJECT ||
            csv_is_brace(row.raw, guess->delimiter))
            continue;
        /* A header of more columns is refused: nobody asks for its names. */
        if (row.cells <= COLUMNS_MAX)
            (void)csv_split(&parser, row.raw, count_names, &count, &ignored);
        if (!guess->any || count.known >= 2) {
            guess->any = true;
            guess->line = row.line;
            guess->titles = seen;
            guess->known = count.known;
            guess->cells = row.cells;
        }
        seen++;
        if (count.known >= 2 || !search)
            break;
    }
    csv_free(&parser);
    return status == STOP ? STOP : OK;
}

static bool better(const struct csv_guess *a, const struct csv_guess *b)
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

static enum status choose(struct csv_rows *rows, char given,
                          const struct reader_options *options,
                          struct csv_guess *best, struct err *err)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    size_t tries = given != 0 ? 1 : sizeof(delimiters);
    uint64_t skip = best->skip, last = skip + HEADER_LINES_MAX;
    struct err broken;
    bool stopped = false, open_quote = false;

    for (size_t i = 0; i < tries; i++) {
        struct csv_guess guess = {
            .delimiter = given != 0 ? given : delimiters[i], .skip = skip};

        /* A wrong delimiter may well meet an unclosed quote. */
        if (try(rows, options, last, &guess, err) == STOP) {
            if (err->exit != EXIT_DATA)
                return STOP;
            if (!stopped)
                broken = *err;
            stopped = true;
            open_quote = open_quote || strcmp(err->code, "unclosed_quote") == 0;
        }
        if (i == 0 || better(&guess, best))
            *best = guess;
        /* Only names that stand no further down are better still. */
        if (best->known >= 2)
            last = best->line;
    }
    /* That another delimiter sees no quote there says nothing for it, unless
     * what it finds is known. */
    open_quote = open_quote && options->known != NULL && best->known < 2;
    if (stopped && (!best->any || open_quote)) {
        *err = broken;
        return STOP;
    }
    return OK;
}

/* --- lines that say what they are ------------------------------------------
 */

enum { WORD_MAX = 80 }; /* what a line is, is a short word */

/* The first cell of a physical line, and the byte behind it ('\n': none). */
static struct text first_word(struct text line, char *after)
{
    bool quoted = line.size > 0 && line.at[0] == '"';
    struct text word = {line.at + quoted, 0};
    size_t end;

    line.size -= quoted;
    while (word.size < line.size && word.size < WORD_MAX &&
           strchr("\t,;|\"", word.at[word.size]) == NULL)
        word.size++;
    end = word.size;
    if (quoted && end < line.size && word.at[end] == '"')
        end++;
    *after = end < line.size ? word.at[end] : '\n';
    return text_trim(word);
}

static enum status no_kind(const struct csv_rows *rows, bool early,
                           const char *kind, struct err *err)
{
    if (early)
        (void)fail(
            err, STOP, EXIT_DATA, "bad_header",
            "a line %s stands before the line !%s that names its columns", kind,
            kind);
    else
        (void)fail(err, STOP, EXIT_DATA, "bad_header",
                   "no line begins with !%s, which would name the columns",
                   kind);
    err_hint(err, "export the list again, or name the mapping that fits");
    err_place(err, "%s:%llu", input_name(rows->window.input),
              (unsigned long long)rows->line);
    return STOP;
}

/*
 * Without libcsv: lists of other kinds may stand before it, and neither their
 * length nor their quote marks are our business.
 */
static enum status find_kind(struct csv_rows *rows, const char *kind,
                             char given, struct csv_guess *guess,
                             struct err *err)
{
    enum status status = csv_rows_start(rows, '\t', guess->skip, err);

    while (status == OK) {
        size_t size, next;
        struct text word;
        char after;

        status = csv_line(&rows->window, 0, &size, &next, err);
        if (status == STOP) {
            err_place(err, "%s:%llu", input_name(rows->window.input),
                      (unsigned long long)rows->line);
            return STOP;
        }
        word = first_word(csv_rows_raw(rows, 0, size), &after);
        if (text_is_nocase(word, kind))
            return no_kind(rows, true, kind, err);
        if (word.size > 0 && word.at[0] == '!' &&
            text_is_nocase((struct text){word.at + 1, word.size - 1}, kind)) {
            guess->any = true;
            guess->line = rows->line;
            guess->delimiter = given != 0      ? given
                               : after != '\n' ? after
                                               : '\t';
            return OK;
        }
        rows->window.begin += next;
        rows->line += status == OK;
    }
    return status == STOP ? STOP : no_kind(rows, false, kind, err);
}

/* ---------------------------------------------------------------------------
 */

enum status csv_guess(struct csv_guess *guess, struct csv_rows *rows,
                      const struct reader_options *options, struct err *err)
{
    char sep, given;
    enum status status = find_sep(rows, &sep, err);

    *guess = (struct csv_guess){0};
    if (status != OK)
        return status;
    guess->skip = options->skip_set ? options->skip : 0;
    if (sep != 0 && guess->skip == 0)
        guess->skip = 1;
    given = options->delimiter != 0 ? options->delimiter : sep;
    if (options->rows != NULL)
        return find_kind(rows, options->rows, given, guess, err);
    return choose(rows, given, options, guess, err);
}

char csv_other_delimiter(const struct reader_options *options,
                         struct text header)
{
    static const char delimiters[] = ",;\t|:^~#*\x01\x1e\x1f";

    if (options->known == NULL)
        return 0;
    for (const char *at = delimiters; *at != '\0'; at++) {
        struct text left = header;
        size_t known = 0, cells = 0;

        while (left.size > 0 && cells++ < COLUMNS_MAX && known < 2) {
            const char *end = memchr(left.at, *at, left.size);
            size_t size = end != NULL ? (size_t)(end - left.at) : left.size;

            known += is_known(options, (struct text){left.at, size});
            size += end != NULL;
            left.at += size;
            left.size -= size;
        }
        if (known >= 2)
            return *at;
    }
    return 0;
}
