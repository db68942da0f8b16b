/*
 * csv_torn.c - rows torn by a line end that stands in a cell without quotes.
 *
 * Any of LF, CR LF and CR ends a row, so such a line end makes two rows of one,
 * and each looks like a row whose last cells were left out. Programs do leave
 * out blank cells at a row's end, therefore a row is torn only on evidence:
 *
 * A row ends otherwise than the row above, a later one as that again, and from
 * one to the other there are no more cells than one row has. Files put together
 * from several have whole rows, of which no two fit into one; where they may
 * be short, see below, or begin with a key, they are rows.
 *
 * All rows end alike, all others are whole, and the short ones make exactly one
 * whole row, in which every cell fits its column, while as a row by itself the
 * rest holds words where all others have a key or an address.
 */
#include "formats/csv_guess.h"
#include "formats/csv_reader.h"
#include "formats/limits.h"

/* Rows that are learned from: those at the start, and behind the first row that
 * may be torn. */
enum { LEARNED_MAX = 32, AHEAD_MAX = 64 };

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
    size_t named = csv->header.named;

    if (named < 2 || csv->last_end == ROW_OPEN || row->end == ROW_OPEN ||
        row->filled == 0 || row->cells > csv->header.count ||
        (csv->rows.kind != NULL && !row->kind))
        return false;
    /* Lines of other kinds have as many cells as they like. */
    if (row->end == csv->last_end && (csv->ragged || csv->rows.kind != NULL ||
                                      row->cells < 2 || row->cells >= named))
        return false;
    return !stands_alone(csv, row);
}

/* --- what other rows tell ------------------------------------------------- */

void csv_torn_learn(struct csv *csv, const struct csv_row *row)
{
    if (csv->shapes.rows < LEARNED_MAX)
        csv_shapes_learn(&csv->shapes, &csv->parser, row, csv->header.named);
}

/*
 * Of the rows behind the first that may be torn. Short ones that make no whole
 * row together tell that this file leaves cells out.
 */
static enum status look_ahead(struct csv *csv, const struct csv_row *row,
                              struct err *err)
{
    size_t named = csv->header.named;
    size_t cells = row->cells > 1 && row->cells < named ? row->cells : 0;
    struct csv_row next;

    for (int i = 0; i < AHEAD_MAX; i++) {
        enum status status = csv_rows_next(&csv->rows, &next, err);

        if (status == STOP)
            return STOP;
        if (status == END || csv->rows.next - row->from > FIELD_MAX)
            break;
        if (csv->rows.kind != NULL && !next.kind)
            cells = 0; /* a line of another kind, or a piece */
        if (status == REJECT || next.filled == 0 || next.cells < 2 ||
            stands_alone(csv, &next) || (csv->rows.kind != NULL && !next.kind))
            continue;
        if (next.cells >= named) {
            csv->ragged = csv->ragged || cells > 0;
            cells = 0;
            csv_shapes_learn(&csv->shapes, &csv->parser, &next, named);
            continue;
        }
        cells += cells > 0 ? next.cells - 1 : next.cells;
        csv->ragged = csv->ragged || cells > named + 1;
        /* With a delimiter at its end it has one more. */
        if (cells >= named)
            cells = 0;
    }
    return OK;
}

/* --- the pieces ----------------------------------------------------------- */

struct tear {
    uint64_t last;        /* the last piece's line; 0: it is no tear */
    size_t cells;         /* of the row that the pieces make */
    size_t apart, joined; /* cells that do not fit (csv_shapes.h) */
    bool several;         /* some piece has several cells */
    bool keyed;           /* all of those begin with a key, as the row does */
};

static void add_piece(struct csv *csv, const struct csv_row *piece,
                      struct tear *tear)
{
    struct csv_fit fit =
        csv_shapes_fit(&csv->shapes, &csv->parser, piece->raw, tear->cells - 1);

    tear->joined += fit.joined;
    if (piece->cells > 1) {
        tear->several = true;
        tear->apart += fit.apart;
        tear->keyed = tear->keyed && fit.first == SHAPE_KEY;
    }
    tear->last = piece->line;
    tear->cells += piece->cells - 1;
}

/* Reads on from `row` to the end of what it may be a piece of. */
static enum status find_pieces(struct csv *csv, const struct csv_row *row,
                               struct tear *tear, struct err *err)
{
    bool alike = row->end == csv->last_end;
    size_t max = alike ? csv->shapes.width : csv->header.count;
    struct csv_row piece;

    *tear = (struct tear){.cells = row->cells};
    tear->keyed =
        csv_shapes_keyed(&csv->shapes) &&
        csv_shapes_fit(&csv->shapes, &csv->parser, row->raw, 0).first ==
            SHAPE_KEY;
    for (;;) {
        enum status status = csv_rows_next(&csv->rows, &piece, err);

        if (status == STOP)
            return STOP;
        if (status == END || stands_alone(csv, &piece) || piece.kind ||
            tear->cells - 1 + piece.filled > max ||
            csv->rows.next - row->from > FIELD_MAX)
            break;
        if (piece.filled > 0)
            add_piece(csv, &piece, tear);
        if (alike ? tear->cells >= max
                  : piece.end == ROW_OPEN || piece.end == csv->last_end)
            return OK;
    }
    tear->last = 0;
    return OK;
}

static bool is_torn(const struct csv *csv, const struct csv_row *row,
                    const struct tear *tear)
{
    bool whole = tear->cells == csv->shapes.width && !csv->ragged;

    if (tear->last == 0)
        return false;
    if (row->end == csv->last_end || (!whole && tear->several))
        return (whole || row->end != csv->last_end) && tear->apart > 0 &&
               tear->joined == 0 && !tear->keyed;
    if (row->cells == 1 || !tear->several)
        return true;
    return !tear->keyed && (tear->joined == 0 || tear->apart > 0);
}

static void say_torn(const struct csv *csv, const struct csv_row *row,
                     const struct tear *tear, struct err *err)
{
    if (row->end != csv->last_end)
        (void)fail(err, REJECT, EXIT_DATA, "torn_row",
                   "a line end in a cell tears the row, which goes on to line "
                   "%llu: it is %s, that of the row above %s",
                   (unsigned long long)tear->last, end_names[row->end],
                   end_names[csv->last_end]);
    else
        (void)fail(err, REJECT, EXIT_DATA, "torn_row",
                   "a line end in a cell tears the row, which goes on to line "
                   "%llu: only together they have the %zu cells of the others",
                   (unsigned long long)tear->last, csv->shapes.width);
    err_hint(err, "put the cell in quote marks, or take its line end out");
}

enum status csv_torn(struct csv *csv, struct csv_row *row, struct err *err)
{
    struct csv_rows *rows = &csv->rows;
    size_t size = row->raw.size, next = rows->next;
    uint64_t line = rows->line;
    struct tear tear;

    if (!may_begin(csv, row))
        return OK;
    if (!csv->looked) {
        csv->looked = true;
        if (look_ahead(csv, row, err) == STOP)
            return STOP;
        csv_rows_back(rows, next, line);
        row->raw = csv_rows_raw(rows, row->from, row->from + size);
    }
    if (find_pieces(csv, row, &tear, err) == STOP)
        return STOP;
    if (!is_torn(csv, row, &tear)) {
        csv_rows_back(rows, next, line);
        row->raw = csv_rows_raw(rows, row->from, row->from + size);
        return OK;
    }
    say_torn(csv, row, &tear, err);
    row->raw = csv_rows_raw(rows, row->from, rows->next);
    return REJECT;
}
