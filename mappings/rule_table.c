/*
 * rule_table.c - value tables, written in the mapping or in a CSV beside it.
 */
#include "mappings/rule.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"

/* Countries of the world, twice over; longer lists are data, not a mapping. */
enum { TABLE_MAX = 5000 };

const struct text *table_ours(const struct table *table, struct text outside)
{
    outside = text_trim(outside);
    for (size_t i = 0; i < table->count; i++) {
        struct text known = table->rows[i].outside;

        if (known.size == outside.size &&
            (known.size == 0 || text_is_nocase(outside, known.at)))
            return &table->rows[i].ours;
    }
    return NULL;
}

const struct text *table_outside(const struct table *table, struct text ours)
{
    for (size_t i = 0; i < table->count; i++)
        if (text_equal(table->rows[i].ours, ours))
            return &table->rows[i].outside;
    return NULL;
}

static void load_inline(struct mapping *mapping, const struct node *node,
                        struct check *check, struct table *table)
{
    if (node->kind != NODE_OBJECT || node->first == NULL) {
        check_fault(check, node, "values must be a table {outside: ours}");
        return;
    }
    table->rows =
        arena_take(mapping->arena, node_count(node) * sizeof(*table->rows));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (n->kind == NODE_LIST || n->kind == NODE_OBJECT) {
            check_fault(check, n, "a value of a table must be a single one");
            continue;
        }
        table->rows[table->count++] = (struct table_row){
            text_of(n->name), arena_text(mapping->arena, node_words(n))};
    }
}

static bool table_column(const void *self, struct text name)
{
    (void)self;
    return text_is(name, "outside") || text_is(name, "ours");
}

static enum status read_rows(struct mapping *mapping, struct reader *reader,
                             struct table *table, struct err *err)
{
    struct record record;
    enum status status;

    table->rows = arena_take(mapping->arena, TABLE_MAX * sizeof(*table->rows));
    while ((status = reader_next(reader, &record, err)) == OK) {
        struct node *row;

        status = reader_fields(reader, record.raw, mapping->arena, &row, err);
        if (status != OK)
            return status;
        if (table->count == TABLE_MAX)
            return fail(err, STOP, EXIT_CONFIG, "long_table",
                        "more than %d rows", TABLE_MAX);
        table->rows[table->count++] =
            (struct table_row){text_trim(node_member_text(row, "outside")),
                               text_trim(node_member_text(row, "ours"))};
    }
    return status == END ? OK : status;
}

/* Rows of texts only live as long as the arena; NUL-ended for comparing. */
static void keep_rows(struct mapping *mapping, struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        table->rows[i].outside =
            arena_text(mapping->arena, table->rows[i].outside);
        table->rows[i].ours = arena_text(mapping->arena, table->rows[i].ours);
    }
}

static void load_file(struct mapping *mapping, const struct node *node,
                      struct text name, struct check *check,
                      struct table *table)
{
    struct reader_options options = {.known = table_column};
    const char *slash = strrchr(mapping->file, '/');
    size_t folder = slash != NULL ? (size_t)(slash - mapping->file) + 1 : 0;
    struct input *input = NULL;
    struct reader *reader = NULL;
    struct names *names = names_open();
    const char *path;
    enum status status;
    struct err err;

    /* Beside the mapping, wherever the program runs. */
    path = name.at[0] == '/' ? name.at
                             : arena_print(mapping->arena, "%.*s%s",
                                           (int)folder, mapping->file, name.at)
                                   .at;
    status = input_open(&input, path, NULL, ENCODING_TOLD, &err);
    if (status == OK)
        status = reader_open(&reader, format_named("csv"), input, &options,
                             names, &err);
    if (status == OK)
        status = read_rows(mapping, reader, table, &err);
    if (status == OK && table->count == 0)
        status = fail(&err, STOP, EXIT_CONFIG, "empty_table", "no rows");
    if (status != OK) {
        check_fault(check, node, "values_file %s: %s", path, err.message);
        check_hint(check, "a CSV with the columns outside and ours");
    }
    keep_rows(mapping, table);
    reader_close(reader);
    input_close(input);
    names_close(names);
}

void table_load(struct mapping *mapping, const struct node *rule,
                struct check *check, struct table *table)
{
    const struct node *values = node_member(rule, "values");
    const struct node *node = node_member(rule, "values_file");
    struct text file = check_text(check, rule, "values_file");

    if (values != NULL && node != NULL)
        check_fault(check, node, "values and values_file: only one of them");
    else if (values != NULL)
        load_inline(mapping, values, check, table);
    else if (file.size > 0)
        load_file(mapping, node, file, check, table);
}
