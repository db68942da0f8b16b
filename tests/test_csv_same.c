/*
 * test_csv_same.c - what the CSV writer writes, the reader reads: every text,
 * every record, whatever it looks like.
 */
#include "transcript.h"

TestSuite(csv_same, .timeout = 60, .init = folder_open, .fini = folder_close);

enum { COLUMNS = 6, ROWS = 12 };

/* What a reader might trim, unwrap, split, or take for no record at all. */
static const char *const awkward[] = {
    "",
    "",
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "'",
    "''",
    "'''",
    "\"",
    "\"\"",
    "\"\"\"",
    ",",
    ";",
    "|",
    ",,",
    "=",
    "=1+1",
    "'=1",
    "''=1",
    "=\"007\"",
    "=\"\"",
    "'=\"007\"",
    "=\"a\"b\"",
    "=\"",
    "@x",
    "+61 491 570 006",
    "'+61 491 570 006",
    "-",
    "'-",
    "'\t",
    "'\r",
    "'\n",
    "+A1",
    "'t Hooft",
    "007",
    "1E5",
    "9007199254740993",
    "6\" pipe",
    "\"Bo\" Ray",
    " padded ",
    "\vx\f",
    "\x01\x02\x7f",
    "a\r\nb",
    "a\rb",
    "a\nb\n",
    "caf\xc3\xa9",
    "\xc3\xa9t\xc3\xa9",
    "\xef\xbb\xbf",
    "\xef\xbb\xbfid",
    "\xc2\xa0",
    "TOTAL",
    "Total:",
    " TOTAL ",
    "TOTAL, all",
    "grand total",
    "id",
    "name",
    "Email",
    "email",
    "sep=;",
    "sep=,",
    "sep=",
    "{}",
    "{",
    "}",
    "#row",
    "N/A",
    "0491 570 156",
    "ann@example.com",
    "1,234.00",
};

static const char letters[] = "aB9 ,;|\t\"'=+-@\r\n\xc3\xa9\x1f.TOTAL{}";

static uint64_t state;

static unsigned any(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static struct text any_text(struct arena *arena)
{
    struct buffer out = {0};
    struct text text;
    unsigned count = any(6);

    if (any(3) > 0)
        return text_of(awkward[any(sizeof(awkward) / sizeof(awkward[0]))]);
    for (unsigned i = 0; i < count; i++) {
        char byte = letters[any(sizeof(letters) - 1)];

        /* Both bytes of it or none. */
        if ((unsigned char)byte >= 0x80)
            buffer_string(&out, "\xc3\xa9");
        else
            buffer_byte(&out, byte);
    }
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

struct table {
    const char *columns[COLUMNS + 1];
    struct text cells[ROWS][COLUMNS];
    size_t width, rows;
    struct writer_options writing;
    struct reader_options reading;
};

static bool is_known(const void *self, struct text name)
{
    (void)self;
    return text_is_nocase(name, "id") || text_is_nocase(name, "name") ||
           text_is_nocase(name, "email") || text_is_nocase(name, "phone");
}

/* Without the fsync of a published file, for there are thousands. */
static void write_table(const struct table *table, struct arena *arena)
{
    const struct format *csv = format_named("csv");
    struct buffer out = {0};
    struct err err;
    void *self;

    cr_assert_eq(csv->create(&self, &table->writing, &err), OK);
    cr_assert_eq(csv->begin(self, &out, &err), OK);
    for (size_t r = 0; r < table->rows; r++) {
        struct node *object = node_new(arena, NODE_OBJECT);

        for (size_t c = 0; c < table->width; c++)
            node_add(object, table->columns[c],
                     node_text(arena, table->cells[r][c]));
        cr_assert_eq(csv->write(self, object, &out, &err), OK);
    }
    cr_assert_eq(csv->finish(self, &out, &err), OK);
    csv->destroy(self);
    (void)put_bytes("t.csv", out.at, out.size);
    buffer_free(&out);
}

/* The whole file, for a message. */
static const char *written(struct arena *arena)
{
    FILE *file = fopen(in_folder("t.csv"), "rb");
    char *at = arena_take(arena, 100000);

    (void)!fread(at, 1, 99999, file);
    (void)fclose(file);
    return at;
}

static void expect_row(const struct table *table, size_t r,
                       const struct node *object, struct arena *arena)
{
    for (size_t c = 0; c < table->width; c++) {
        struct text got = node_member_text(object, table->columns[c]);

        cr_assert(text_equal(got, table->cells[r][c]),
                  "row %zu, %s: [%.*s] became [%.*s]\n%s", r, table->columns[c],
                  TEXT_ARGS(table->cells[r][c]), TEXT_ARGS(got),
                  written(arena));
    }
}

static void read_table(struct table *table, struct arena *arena)
{
    struct names *names = names_open();
    struct input *input;
    struct reader *reader;
    struct record record;
    struct node *object;
    struct err err;
    size_t r = 0;

    cr_assert_eq(
        input_open(&input, in_folder("t.csv"), NULL, ENCODING_TOLD, &err), OK);
    cr_assert_eq(reader_open(&reader, format_named("csv"), input,
                             &table->reading, names, &err),
                 OK, "%s\n%s", err.message, written(arena));
    while (reader_next(reader, &record, &err) == OK) {
        cr_assert_lt(r, table->rows, "%s", written(arena));
        cr_assert_eq(reader_fields(reader, record.raw, arena, &object, &err),
                     OK, "%s\n%s", err.message, written(arena));
        expect_row(table, r++, object, arena);
    }
    cr_assert_eq(r, table->rows, "%zu of %zu rows, then: %s\n%s", r,
                 table->rows, err.message, written(arena));
    reader_close(reader);
    input_close(input);
    names_close(names);
}

static const char *const header[] = {"id",   "name",  "email",
                                     "note", "Phone", "x"};

static void choose_cells(struct table *table, struct arena *arena)
{
    for (size_t r = 0; r < table->rows; r++) {
        unsigned whole = any(8);

        for (size_t c = 0; c < table->width; c++)
            table->cells[r][c] = whole == 0   ? text_of(table->columns[c])
                                 : whole == 1 ? TEXT("")
                                              : any_text(arena);
        if (whole == 2)
            table->cells[r][any((unsigned)table->width)] = TEXT("TOTAL");
    }
}

Test(csv_same, any_table_comes_back_cell_by_cell)
{
    static const char delimiters[] = {',', ';', '\t', '|'};

    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct arena *arena = arena_open();
        struct table table = {.width = 1, .rows = 0};

        state = seed;
        table.width = 1 + any(COLUMNS);
        table.rows = any(ROWS + 1);
        memcpy(table.columns, header, table.width * sizeof(header[0]));
        choose_cells(&table, arena);
        table.writing.columns = table.columns;
        table.writing.delimiter = delimiters[any(4)];
        table.writing.safe_csv = any(2) == 0;
        table.writing.headless = any(4) == 0;
        table.reading.delimiter = table.writing.delimiter;
        if (table.writing.headless)
            table.reading.columns = table.columns;
        else if (table.width > 2 && any(2) == 0)
            table.reading.known = is_known;
        if (table.rows > 0 || !table.writing.headless) {
            write_table(&table, arena);
            read_table(&table, arena);
        }
        arena_close(arena);
    }
}

/* One record of these cells, and its line as it was written. */
static char *line_of_cells(const char *const *columns, const char *const *cells)
{
    struct arena *arena = arena_open();
    struct table table = {.rows = 1};
    const char *at;
    char *copy;

    for (; columns[table.width] != NULL; table.width++) {
        table.columns[table.width] = columns[table.width];
        table.cells[0][table.width] = text_of(cells[table.width]);
    }
    table.writing.columns = table.columns;
    write_table(&table, arena);
    read_table(&table, arena);
    at = written(arena);
    copy = strdup(at);
    arena_close(arena);
    return copy;
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(csv_same, a_record_that_looks_like_none_has_a_mark)
{
    SAYS(line_of_cells(LIST("email"), LIST("")), "email\n\"\"\n");
    SAYS(line_of_cells(LIST("email"), LIST("email")), "email\n\"email\"\n");
    SAYS(line_of_cells(LIST("id", "name"), LIST("", "")), "id,name\n\"\",\n");
    SAYS(line_of_cells(LIST("id", "name"), LIST("id", "name")),
         "id,name\n\"id\",name\n");
    SAYS(line_of_cells(LIST("id", "name"), LIST("ID", "Name")),
         "id,name\n\"ID\",Name\n");
    SAYS(line_of_cells(LIST("id", "name"), LIST("", "TOTAL")),
         "id,name\n\"\",TOTAL\n");
    SAYS(line_of_cells(LIST("name"), LIST("TOTAL, all")),
         "name\n\"TOTAL, all\",\"\"\n");
    SAYS(line_of_cells(LIST("id", "name"), LIST("Total", "a@example.com")),
         "id,name\nTotal,a@example.com\n");
}

Test(csv_same, a_first_line_that_looks_like_no_table_is_shielded)
{
    SAYS(line_of_cells(LIST("sep=;"), LIST("a;b")), "sep=,\nsep=;\na;b\n");
    SAYS(line_of_cells(LIST("sep=;", "x"), LIST("1", "2")),
         "sep=,\nsep=;,x\n1,2\n");
    SAYS(line_of_cells(LIST("\xef\xbb\xbfid", "x"), LIST("1", "2")),
         "\"\xef\xbb\xbfid\",x\n1,2\n");
}

Test(csv_same, wrappers_are_guarded_and_taken_off_once)
{
    SAYS(line_of_cells(LIST("a", "b", "c"), LIST("'=1", "=\"007\"", "=1")),
         "a,b,c\n''=1,\"'=\"\"007\"\"\",=1\n");
    SAYS(line_of_cells(LIST("a", "b"), LIST("'", "'t Hooft")),
         "a,b\n','t Hooft\n");
}
