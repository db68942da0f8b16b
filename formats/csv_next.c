/*
 * csv_next.c - which rows are records, and which belong to the one above.
 *
 * No records are blank lines, the header again, a line of one cell where
 * several are expected (a title, a brace), and a row that starts with TOTAL and
 * reaches nobody. All but the first two are noted. A row with the writer's mark
 * (csv_free_quotes) is a record whatever it looks like.
 */
#include "formats/csv_cell.h"
#include "formats/csv_guess.h"
#include "formats/csv_reader.h"
#include "formats/limits.h"

#include <string.h>

/* Lines of one kind that are noted one by one; the others are counted. */
enum { NOTED_MAX = 10 };

/* --- rows that are no records ----------------------------------------------
 */

struct look {
    const struct csv_header *header;
    size_t index;
    bool same;    /* as the header so far */
    bool reaches; /* some cell holds an email or a number to call */
};

static void look_at(void *self, struct text cell)
{
    struct look *look = self;
    const struct csv_header *header = look->header;
    size_t i = look->index++;
    const char *name = i < header->count ? header->columns[i] : NULL;
    unsigned char marks;

    cell = text_trim(csv_unwrap(cell, &marks));
    look->same = look->same && text_is_nocase(cell, name != NULL ? name : "");
    look->reaches = look->reaches || csv_reaches(cell);
}

static struct look look_into(struct csv *csv, const struct csv_row *row)
{
    struct look look = {&csv->header, 0, csv->header.raw.size > 0, false};
    struct err ignored;

    (void)csv_split(&csv->parser, row->raw, look_at, &look, &ignored);
    look.same = look.same && look.index >= csv->header.named;
    return look;
}

/* Whether nothing stands behind the row's last delimiter. */
static bool ends_bare(const struct csv *csv, struct text raw)
{
    char delimiter = csv->header.delimiter;

    while (raw.size > 0 && raw.at[raw.size - 1] != delimiter &&
           (raw.at[raw.size - 1] == ' ' || raw.at[raw.size - 1] == '\t'))
        raw.size--;
    return raw.size > 0 && raw.at[raw.size - 1] == delimiter;
}

/*
 * A file that was cut while it was written ends like this. Whether a blank last
 * cell was written so or cut off, other rows tell.
 */
static bool is_cut(const struct csv *csv, const struct csv_row *row)
{
    size_t named = csv->header.named;

    if (row->end != ROW_OPEN || text_trim(row->raw).size == 0)
        return false;
    return row->cells < named || (row->cells == named && named > 1 &&
                                  !csv->blank_ends && ends_bare(csv, row->raw));
}

/* Only a file that else quotes what it must can have the writer's mark. */
static bool is_marked(const struct csv *csv, const struct csv_row *row)
{
    return !csv->header.free_quotes &&
           csv_free_quotes(row->raw, csv->header.delimiter) == 1;
}

static const struct {
    const char *code, *one, *all;
} aside_words[CSV_ASIDES] = {
    [CSV_TITLE] = {"title_line", "a line of one cell is no record: left out",
                   "lines of one cell in all are no records: left out"},
    [CSV_TOTAL] = {"total_row", "a row of totals is no record: left out",
                   "rows of totals in all are no records: left out"},
    [CSV_HEADER_AGAIN] = {"repeated_header",
                          "the header again is no record: left out",
                          "repeated headers in all are no records: left out"},
};

static void note_aside(struct csv *csv, enum csv_aside_kind kind, uint64_t line)
{
    struct csv_aside *aside = &csv->asides[kind];

    aside->last = line;
    if (aside->count++ < NOTED_MAX)
        notes_add(&csv->notes, line, aside_words[kind].code, "%s",
                  aside_words[kind].one);
}

static bool is_one_cell(struct csv *csv, const struct csv_row *row, bool quiet)
{
    bool brace;

    if (csv->header.named < 2 || row->filled != 1)
        return false;
    brace = csv_is_brace(row->raw, csv->header.delimiter);
    if (row->cells > 1 && (!brace || is_marked(csv, row) || is_cut(csv, row)))
        return false;
    if (!brace && is_cut(csv, row))
        return false;
    if (brace && !quiet && csv->braces++ == 0)
        notes_add(&csv->notes, row->line, "title_line",
                  "lines of braces are no records: left out");
    if (!brace && !quiet)
        note_aside(csv, CSV_TITLE, row->line);
    return true;
}

bool csv_is_no_record(struct csv *csv, const struct csv_row *row, bool quiet)
{
    struct look look;

    if (row->filled == 0)
        return !is_cut(csv, row) && !is_marked(csv, row);
    if (is_one_cell(csv, row, quiet))
        return true;
    if ((!row->total && !row->like_first) || is_cut(csv, row))
        return false;
    look = look_into(csv, row);
    if ((!look.same && (!row->total || look.reaches)) || is_marked(csv, row))
        return false;
    if (!quiet)
        note_aside(csv, look.same ? CSV_HEADER_AGAIN : CSV_TOTAL, row->line);
    return true;
}

/* --- rows ------------------------------------------------------------------
 */

/* Programs leave out blank cells at a row's end; a torn row does so too. */
static void count_short(struct csv *csv, const struct csv_row *row)
{
    if (row->cells >= csv->header.named) {
        csv->shorts.whole = true;
        return;
    }
    csv->ragged = true;
    if (csv->shorts.count++ == 0)
        csv->shorts.first = row->line;
}

static enum status check_cells(struct csv *csv, const struct csv_row *row,
                               struct err *err)
{
    if (memchr(row->raw.at, '\0', row->raw.size) != NULL)
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "the row holds a NUL byte");
    if (row->filled > COLUMNS_MAX) {
        (void)fail(err, STOP, EXIT_DATA, "too_large",
                   "a row has more than %d cells", COLUMNS_MAX);
        err_place(err, "%s:%llu", input_name(csv->input),
                  (unsigned long long)row->line);
        return STOP;
    }
    if (row->filled > csv->header.count) {
        csv->wide++;
        return fail(err, REJECT, EXIT_DATA, "bad_row",
                    "%zu cells where the header has %zu", row->filled,
                    csv->header.count);
    }
    if (is_cut(csv, row))
        return fail(err, REJECT, EXIT_DATA, "cut_row",
                    "the file ends in the middle of this row");
    if (row->end == ROW_OPEN)
        csv_note_open(&csv->notes, row->line);
    else if (ends_bare(csv, row->raw))
        csv->blank_ends = true;
    count_short(csv, row);
    csv_torn_learn(csv, row);
    return OK;
}

static void note_rest(struct csv *csv)
{
    for (int kind = 0; kind < CSV_ASIDES; kind++)
        if (csv->asides[kind].count > NOTED_MAX)
            notes_add(&csv->notes, csv->asides[kind].last,
                      aside_words[kind].code, "%llu %s",
                      (unsigned long long)csv->asides[kind].count,
                      aside_words[kind].all);
    if (csv->shorts.count > 0 && csv->shorts.whole)
        notes_add(&csv->notes, csv->shorts.first, "short_row",
                  "%llu rows, from this one on, have fewer cells than the "
                  "header: the missing ones are read as blank",
                  (unsigned long long)csv->shorts.count);
    /* Cut between its two bytes. */
    if (csv->before == ROW_CR_LF && csv->last_end == ROW_CR)
        csv_note_open(&csv->notes, csv->last_line);
}

static enum status end(struct csv *csv, struct err *err)
{
    if (!csv->ended)
        note_rest(csv);
    csv->ended = true;
    /* A line of one name was taken for the header, and no row fits it. */
    if (csv->header.named == 1 && csv->wide > 0 &&
        csv->wide == csv->tally.rows) {
        (void)fail(err, STOP, EXIT_DATA, "bad_header",
                   "the header is one column where all rows have more");
        err_hint(err, "--delimiter says what separates, --skip how many lines "
                      "stand before the header");
        err_place(err, "%s:%llu", input_name(csv->input),
                  (unsigned long long)csv->header.skip + 1);
        return STOP;
    }
    return tally_end(&csv->tally, csv->input, err);
}

/* A second header may only say what the first did: raw must be enough. */
static enum status
check_header_again(struct csv *csv, const struct csv_row *row, struct err *err)
{
    if (look_into(csv, row).same)
        return OK;
    (void)fail(err, STOP, EXIT_DATA, "bad_header",
               "a second line !%s names other columns than the first",
               csv->rows.kind);
    err_hint(err, "export each list to a file of its own");
    err_place(err, "%s:%llu", input_name(csv->input),
              (unsigned long long)row->line);
    return STOP;
}

/* Whether the row is to be passed over; STOP is told through *status. */
static bool is_passed(struct csv *csv, const struct csv_row *row,
                      enum status *status, struct err *err)
{
    if (csv->rows.kind == NULL)
        return *status == OK && csv_is_no_record(csv, row, false);
    if (row->header && *status == OK)
        *status = check_header_again(csv, row, err);
    /* Of a line that cannot be read, a first cell may be missing too. */
    return *status != STOP && !row->kind && (*status == OK || row->cells > 0);
}

/*
 * The next row that is not passed over, judged. hold: rows before it stay in
 * the window, and END is where no row follows or too much was passed over.
 */
static enum status next_row(struct csv *csv, struct csv_row *row, bool hold,
                            struct err *err)
{
    size_t start = csv->rows.next;
    enum status status, utf8;
    struct record record;
    struct err first;
    bool torn;

    do {
        if (!hold)
            csv_rows_drop(&csv->rows, csv->rows.next);
        else if (csv->rows.next - start > FIELD_MAX)
            return END;
        status = csv_rows_next(&csv->rows, row, err);
        if (status == STOP)
            return STOP;
        if (status == END)
            return hold ? END : end(csv, err);
        torn = status == OK && (status = csv_torn(csv, row, err)) == REJECT;
        if (!torn && row->filled > 0) {
            csv->before = csv->last_end;
            csv->last_end = row->end;
            csv->last_line = row->line;
        }
    } while (status != STOP && !torn && is_passed(csv, row, &status, err));
    if (status == STOP)
        return STOP;

    record = (struct record){.line = row->line, .raw = row->raw};
    if (status == REJECT)
        first = *err;
    utf8 = tally_row(&csv->tally, &record, err);
    if (status == REJECT) {
        *err = first;
        return REJECT;
    }
    return utf8 == OK ? check_cells(csv, row, err) : utf8;
}

/* --- records ---------------------------------------------------------------
 */

/* Reads on while rows belong to this one; *to moves behind the last. */
static enum status join(struct csv *csv, const struct csv_row *row, size_t *to,
                        struct err *err)
{
    for (;;) {
        struct csv_row *next = &csv->ahead_row;
        enum status status = next_row(csv, next, true, &csv->ahead_err);

        if (status == END)
            return OK;
        if (status == STOP) {
            *err = csv->ahead_err;
            return STOP;
        }
        if (status == REJECT || next->keyed || next->told) {
            csv->ahead = true;
            csv->ahead_status = status;
            return OK;
        }
        *to = next->from + next->raw.size;
        if (*to - row->from > RECORD_MAX) {
            (void)fail(err, STOP, EXIT_DATA, "too_large",
                       "a record of several rows is larger than %d MiB",
                       RECORD_MAX / (1024 * 1024));
            err_place(err, "%s:%llu", input_name(csv->input),
                      (unsigned long long)row->line);
            return STOP;
        }
    }
}

static enum status take_ahead(struct csv *csv, struct csv_row *row,
                              struct err *err)
{
    *row = csv->ahead_row;
    csv_rows_drop(&csv->rows, row->from);
    row->from = 0;
    csv->ahead = false;
    if (csv->ahead_status != OK)
        *err = csv->ahead_err;
    return csv->ahead_status;
}

enum status csv_next(void *self, struct record *record, struct err *err)
{
    struct csv *csv = self;
    struct csv_row row;
    size_t to;
    enum status status = csv->ahead ? take_ahead(csv, &row, err)
                                    : next_row(csv, &row, false, err);

    if (status == STOP || status == END)
        return status;
    to = row.from + row.raw.size;
    if (status == OK && csv->rows.keys != NULL) {
        if (row.keyed)
            status = join(csv, &row, &to, err);
        else
            status = fail(err, REJECT, EXIT_DATA, "bad_row",
                          "the row goes on with a record, but none that is "
                          "good stands above it");
        if (status == STOP)
            return STOP;
    }
    record->line = row.line;
    record->raw = csv_rows_raw(&csv->rows, row.from, to);
    record->place = window_place(&csv->rows.window, record->raw.at);
    return status;
}
