/*
 * csv_torn.c - rows torn by a line end that stands in a cell without quotes.
 *
 * Any of LF, CR LF and CR ends a row, so a lone LF in a file of CR LF makes two
 * rows of one, and each looks like a row whose last cells were left out. What
 * tells is all of this together: a row ends otherwise than the row above, a
 * later one as that again, and from one to the other there are no more cells
 * than one row has. Files put together from several have whole rows, of which
 * no two fit into one.
 */
#include "formats/csv_guess.h"
#include "formats/csv_reader.h"
#include "formats/limits.h"

static const char *const end_names[ROW_ENDS] = {
    [ROW_LF] = "LF", [ROW_CR_LF] = "CR LF", [ROW_CR] = "CR"};

/* What cannot be a piece of a row: it is something by itself. */
static bool stands_alone(const struct csv *csv, const struct csv_row *row)
{
    return row->total || row->like_first || row->header ||
           csv_is_brace(row->raw, csv->header.delimiter);
}

static bool may_begin(const struct csv *csv, const struct csv_row *row)
{
    return csv->header.named > 1 && csv->last_end != ROW_OPEN &&
           row->end != csv->last_end && row->end != ROW_OPEN &&
           row->filled > 0 && row->cells <= csv->header.count &&
           (csv->rows.kind == NULL || row->kind) && !stands_alone(csv, row);
}

/* Reads on from `row` to the end of what it may be a piece of; *last is its
 * last line, 0: it is no piece. */
static enum status find_last(struct csv *csv, const struct csv_row *row,
                             uint64_t *last, struct err *err)
{
    size_t cells = row->cells - 1; /* before the next piece's */
    struct csv_row piece;

    *last = 0;
    for (;;) {
        enum status status = csv_rows_next(&csv->rows, &piece, err);

        if (status == STOP)
            return STOP;
        if (status == END || stands_alone(csv, &piece) || piece.kind ||
            cells + piece.filled > csv->header.count ||
            csv->rows.next - row->from > FIELD_MAX)
            break;
        if (piece.filled > 0)
            *last = piece.line;
        if (piece.end == ROW_OPEN || piece.end == csv->last_end)
            return OK;
        cells += piece.filled > 0 ? piece.cells - 1 : 0;
    }
    *last = 0;
    return OK;
}

enum status csv_torn(struct csv *csv, struct csv_row *row, struct err *err)
{
    struct csv_rows *rows = &csv->rows;
    size_t size = row->raw.size, next = rows->next;
    uint64_t line = rows->line, last;

    if (!may_begin(csv, row))
        return OK;
    if (find_last(csv, row, &last, err) == STOP)
        return STOP;
    if (last == 0) {
        csv_rows_back(rows, next, line);
        row->raw = csv_rows_raw(rows, row->from, row->from + size);
        return OK;
    }
    (void)fail(err, REJECT, EXIT_DATA, "torn_row",
               "a line end in a cell tears the row, which goes on to line "
               "%llu: it is %s, that of the row above %s",
               (unsigned long long)last, end_names[row->end],
               end_names[csv->last_end]);
    err_hint(err, "put the cell in quote marks, or take its line end out");
    row->raw = csv_rows_raw(rows, row->from, rows->next);
    return REJECT;
}
