/*
 * target_written.c - what a writer wrote, its reader reads back the same, text
 * by text, in every format.
 *
 * The input is a table: 0x1e ends a row, 0x1f a cell.
 */
#include "fuzz.h"

enum { CELLS = 6, ROWS_MAX = 50 };

/* The first two make each row one that reaches somebody. */
static const char *const columns[CELLS + 1] = {
    "reference_id", "email", "a", "b", "notes", "c", NULL};

static struct text take(struct text *left, char end)
{
    const char *at = left->size > 0 ? memchr(left->at, end, left->size) : NULL;
    size_t size = at != NULL ? (size_t)(at - left->at) : left->size;
    struct text taken = {left->at, size};

    size += at != NULL;
    left->at += size;
    left->size -= size;
    return taken;
}

/* XML has no word for control characters, and no reader takes NUL. */
static bool carried(struct text cell, bool xml)
{
    for (size_t i = 0; i < cell.size; i++) {
        unsigned char byte = (unsigned char)cell.at[i];

        if (byte == 0 || (xml && byte < 0x20 && byte != '\t' && byte != '\n' &&
                          byte != '\r'))
            return false;
        if (xml && byte == 0xef && cell.size - i > 2 &&
            (unsigned char)cell.at[i + 1] == 0xbf &&
            (unsigned char)cell.at[i + 2] >= 0xbe)
            return false; /* U+FFFE and U+FFFF */
    }
    return text_is_utf8(cell);
}

static const struct node *row_of(struct text line, struct arena *arena,
                                 struct names *names, bool xml)
{
    struct node *object = node_new(arena, NODE_OBJECT);

    for (int i = 0; i < CELLS; i++) {
        struct text cell = i == 0   ? TEXT("R1")
                           : i == 1 ? TEXT("ann@example.com")
                                    : take(&line, 0x1f);

        if (!carried(cell, xml))
            return NULL;
        node_add(object, names_intern(names, text_of(columns[i])),
                 node_text(arena, cell));
    }
    return object;
}

struct table {
    struct arena *arena;
    struct names *names;
    const struct node *rows[ROWS_MAX];
    size_t count;
};

static void read_back(const struct format *format, const struct table *table,
                      struct text file, const char *way)
{
    struct reader *reader = NULL;
    struct input *input;
    struct record record;
    struct node *object;
    struct err err = {0};

    if (input_open(&input, fuzz_file(0, file), NULL, ENCODING_TOLD, &err) !=
            OK ||
        reader_open(&reader, format, input, NULL, table->names, &err) != OK)
        fuzz_broken("%s: cannot be opened: %s", way, err.message);
    for (size_t i = 0; i < table->count; i++) {
        if (reader_next(reader, &record, &err) != OK ||
            reader_fields(reader, record.raw, table->arena, &object, &err) !=
                OK)
            fuzz_broken("%s: row %zu: %s in %.*s", way, i, err.message,
                        TEXT_ARGS(file));
        for (int k = 0; k < CELLS; k++) {
            struct text was = node_member_text(table->rows[i], columns[k]);
            struct text is = node_member_text(object, columns[k]);

            if (!text_equal(was, is))
                fuzz_broken("%s: '%.*s' came back as '%.*s'", way,
                            TEXT_ARGS(was), TEXT_ARGS(is));
        }
    }
    if (reader_next(reader, &record, &err) != END)
        fuzz_broken("%s: a row more than was written", way);
    reader_close(reader);
    input_close(input);
}

static void write_and_read(const struct table *table, const char *name,
                           const struct writer_options *options,
                           const char *way)
{
    const struct format *format = format_named(name);
    struct buffer out = {0};
    struct err err = {0};
    void *self;

    if (format->create(&self, options, &err) != OK ||
        format->begin(self, &out, &err) != OK)
        fuzz_broken("%s: %s", way, err.message);
    for (size_t i = 0; i < table->count; i++)
        if (format->write(self, table->rows[i], &out, &err) != OK)
            fuzz_broken("%s: %s", way, err.message);
    if (format->finish(self, &out, &err) != OK)
        fuzz_broken("%s: %s", way, err.message);
    format->destroy(self);
    read_back(format, table, buffer_view(&out), way);
    buffer_free(&out);
}

/* A writer that writes row by row never sees none. */
static void fill(struct table *table, struct text left, bool xml)
{
    table->count = 0;
    while (left.size > 0 && table->count < ROWS_MAX) {
        const struct node *row =
            row_of(take(&left, 0x1e), table->arena, table->names, xml);

        if (row != NULL)
            table->rows[table->count++] = row;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *format, *way;
        struct writer_options options;
    } ways[] = {
        {"csv", "csv", {.columns = columns}},
        {"csv", "safe csv", {.columns = columns, .safe_csv = true}},
        {"csv", "csv with ;", {.columns = columns, .delimiter = ';'}},
        {"csv", "csv with tabs", {.columns = columns, .delimiter = '\t'}},
        {"json", "json", {.records = NULL}},
        {"json", "json at a path", {.records = "customers"}},
        {"ndjson", "ndjson", {.records = NULL}},
        {"xml", "xml", {.records = NULL}},
    };
    struct table table = {.arena = arena_open(), .names = names_open()};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        fill(&table, (struct text){(const char *)data, size},
             strcmp(ways[i].format, "xml") == 0);
        if (table.count > 0)
            write_and_read(&table, ways[i].format, &ways[i].options,
                           ways[i].way);
    }
    names_close(table.names);
    arena_close(table.arena);
    return 0;
}
