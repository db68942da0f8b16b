/*
 * csv_shapes.c - counts of shapes by column.
 */
#include "formats/csv_shapes.h"

#include "formats/csv_cell.h"

#include <string.h>

enum { ENOUGH = 2 };

enum csv_shape csv_shape(struct text cell)
{
    bool digit = false, other = false, blank = false;
    unsigned char marks;

    cell = text_trim(csv_unwrap(text_trim(cell), &marks));
    if (cell.size == 0)
        return SHAPE_BLANK;
    if (text_find(cell, "@") < cell.size)
        return SHAPE_MAIL;
    for (size_t i = 0; i < cell.size; i++) {
        char byte = cell.at[i];

        if (byte >= '0' && byte <= '9')
            digit = true;
        else if (byte == ' ' || byte == '\t')
            blank = true;
        else if (byte == '\0' || strchr("+()-/.:", byte) == NULL)
            other = true;
    }
    return digit && !(other && blank) ? SHAPE_KEY : SHAPE_WORDS;
}

struct learning {
    struct csv_shapes *shapes;
    size_t index;
};

static void learn_cell(void *self, struct text cell)
{
    struct learning *learning = self;

    if (learning->index < learning->shapes->count)
        learning->shapes->seen[learning->index++][csv_shape(cell)]++;
}

void csv_shapes_learn(struct csv_shapes *shapes, struct csv_parser *parser,
                      const struct csv_row *row, size_t named)
{
    struct learning learning = {shapes, 0};
    struct err ignored;

    (void)csv_split(parser, row->raw, learn_cell, &learning, &ignored);
    shapes->rows++;
    /* Some end every row with a delimiter; some do so now and then. */
    if (row->cells >= named && shapes->width != named)
        shapes->width = shapes->width == 0 || shapes->width == row->cells
                            ? row->cells
                            : named;
}

static bool fits(const struct csv_shapes *shapes, size_t column,
                 enum csv_shape shape)
{
    const uint32_t *seen;
    uint32_t filled;

    if (column >= shapes->count)
        return shape == SHAPE_BLANK;
    seen = shapes->seen[column];
    filled = seen[SHAPE_KEY] + seen[SHAPE_MAIL];
    if (shape == SHAPE_MAIL && seen[SHAPE_MAIL] == 0)
        return shapes->rows < ENOUGH;
    if (seen[SHAPE_WORDS] > 0 || filled < ENOUGH)
        return true;
    if (shape == SHAPE_BLANK)
        return column > 0 || seen[SHAPE_BLANK] > 0;
    if (seen[SHAPE_KEY] > 0 && seen[SHAPE_MAIL] > 0)
        return true;
    return seen[shape] > 0;
}

struct fitting {
    const struct csv_shapes *shapes;
    size_t index, column;
    struct csv_fit fit;
};

static void fit_cell(void *self, struct text cell)
{
    struct fitting *fitting = self;
    const struct csv_shapes *shapes = fitting->shapes;
    size_t i = fitting->index++, column = fitting->column + i;
    enum csv_shape shape = csv_shape(cell);

    if (i == 0)
        fitting->fit.first = shape;
    fitting->fit.apart += !fits(shapes, i, shape);
    /* The first is the second half of a cell; of no address it can be. */
    if (i > 0)
        fitting->fit.joined += !fits(shapes, column, shape);
    else if (shape != SHAPE_BLANK)
        fitting->fit.joined +=
            !fits(shapes, column, shape == SHAPE_KEY ? SHAPE_KEY : SHAPE_WORDS);
}

struct csv_fit csv_shapes_fit(const struct csv_shapes *shapes,
                              struct csv_parser *parser, struct text raw,
                              size_t column)
{
    struct fitting fitting = {shapes, 0, column, {0}};
    struct err ignored;

    (void)csv_split(parser, raw, fit_cell, &fitting, &ignored);
    return fitting.fit;
}

bool csv_shapes_keyed(const struct csv_shapes *shapes)
{
    return shapes->count > 0 && shapes->seen[0][SHAPE_WORDS] == 0 &&
           shapes->seen[0][SHAPE_MAIL] == 0;
}
