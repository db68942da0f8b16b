/*
 * test_csv_broken.c - DESIGN 11 of a CSV: files that were cut, that are
 * something else, that have no end.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(csv_broken, .timeout = 60, .init = folder_open, .fini = folder_close);

static bool is_known(const void *self, struct text name)
{
    (void)self;
    return text_is_nocase(name, "id") || text_is_nocase(name, "name") ||
           text_is_nocase(name, "email") || text_is_nocase(name, "phone");
}

static struct reader_options known = {.known = is_known};

/* --- rule 3: a file cut short is never success with fewer rows --------------
 */

static char *read_cut(const char *file, size_t size)
{
    return read_path("csv", put_bytes("cut", file, size), NULL, &known);
}

/* Whether something says that the file is not whole. */
static bool is_told(const char *got)
{
    return strstr(got, "STOP") != NULL || strstr(got, " ! ") != NULL;
}

/* Cut at every byte behind the header. */
static void cut_everywhere(const char *file)
{
    size_t header = strcspn(file, "\r\n"), size = strlen(file);

    for (size_t at = header; at <= size; at++) {
        char *got = read_cut(file, at);
        bool quoted = false, whole;

        /* At a record's end nothing can be seen. */
        for (size_t i = 0; i < at; i++)
            quoted = quoted != (file[i] == '"');
        whole = !quoted && (file[at] == '\r' || file[at] == '\n' ||
                            file[at] == '\0' || file[at - 1] == '\n');
        cr_expect_eq(is_told(got), !whole, "cut at %zu:\n%.*s\n%s", at, (int)at,
                     file, got);
        free(got);
    }
}

Test(csv_broken, rule03_a_cut_inside_a_record_is_told)
{
    cut_everywhere("\"id\",\"name\",\"email\"\n"
                   "\"1\",\"Ann \"\"A\"\" Lee\",\"ann@example.com\"\n"
                   "\"2\",\"B,\nC\",\"\"\n"
                   "\"\",\"\",\"bo@example.com\"\n"
                   "\"3\",\"Total\",\"c@example.com\"\n");
    cut_everywhere("id;name;email\r\n"
                   "\"1\";\"A\r\nB\";\"ann@example.com\"\r\n"
                   "\"TOTAL\";\"\";\"t@example.com\"\r\n"
                   "\"id\";\"name\";\"other\"\r\n"
                   "\"{\";\"x\";\"y\"\r\n");
}

Test(csv_broken, rule03_a_last_line_with_all_cells_but_no_line_end_is_noted)
{
    SAYS(read_text("csv", "id,name\n1,A\n2,B", &known),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\nnote 3 no_line_end\nend\n");
    SAYS(read_text("csv", "id,name,\n1,A,\n2,B,", &known),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\nnote 3 no_line_end\nend\n");
    SAYS(read_text("csv", "name\nAnn\nBo", NULL),
         "2 {\"name\":\"Ann\"}\n"
         "3 {\"name\":\"Bo\"}\nnote 3 no_line_end\nend\n");
    SAYS(read_text("csv", "id,na", NULL), "note 1 no_line_end\nend\n");
    /* Cut between its two bytes. */
    SAYS(read_text("csv", "id,name\r\n1,A\r\n2,B\r", &known),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\nnote 3 no_line_end\nend\n");
}

Test(csv_broken, rule03_a_cut_inside_cells_without_quotes_is_told)
{
    static const char file[] = "id,name,email\n1,Ann Lee,ann@example.com\n"
                               "2,,bo@example.com\n3,Total,\n";
    size_t header = strcspn(file, "\n") + 1;

    for (size_t at = header; at < sizeof(file); at++) {
        char *got = read_cut(file, at);
        bool told = is_told(got) || strstr(got, "no_line_end") != NULL;

        cr_expect_eq(told, file[at - 1] != '\n', "cut at %zu:\n%s", at, got);
        free(got);
    }
}

Test(csv_broken, rule03_a_blank_end_of_the_last_row_is_doubted_unless_usual)
{
    SAYS(read_text("csv", "id,name,x\n1,A,y\n2,B,", &known),
         "2 {\"id\":\"1\",\"name\":\"A\",\"x\":\"y\"}\n3 ! cut_row\nend\n");
    SAYS(read_text("csv", "id,name,x\n1,A,\n2,B,", &known),
         "2 {\"id\":\"1\",\"name\":\"A\",\"x\":\"\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\",\"x\":\"\"}\n"
         "note 3 no_line_end\nend\n");
    SAYS(read_text("csv", "id,name,", &known), "STOP 65 bad_header :1\n");
}

Test(csv_broken, rule03_one_column_where_several_are_expected_costs_the_file)
{
    struct reader_options wrong = {.known = is_known, .delimiter = ';'};
    char delimiter[] = ":^~#\x1f";

    for (char *at = delimiter; *at != '\0'; at++) {
        char file[64];

        (void)snprintf(file, sizeof(file), "id%cname%cx\n1%cA%cy\n", *at, *at,
                       *at, *at);
        SAYS(read_text("csv", file, &known), "STOP 65 bad_header :1\n");
    }
    SAYS(read_text("csv", "id,name,x\n1,A,y\n", &wrong),
         "STOP 65 bad_header :1\n");
    SAYS(read_text("csv", "\"id,name,x\"\n\"1,A,y\"\n", &known),
         "STOP 65 bad_header :1\n");
    SAYS(read_text("csv", "\n\nOur customers\n1,A,y\n2,B,y\n", &known),
         "4 ! bad_row\n5 ! bad_row\nSTOP 65 bad_header :3\n");
    SAYS(read_text("csv", "email\na@example.com\nb@example.com,x\n", &known),
         "2 {\"email\":\"a@example.com\"}\n3 ! bad_row\nend\n");
}

/* --- rule 2 and 7: another encoding is refused with evidence ----------------
 */

static void refusal(const char *file, struct err *err)
{
    struct names *names = names_open();
    struct reader *reader = NULL;
    struct input *input;
    struct record record;
    enum status status;

    cr_assert_eq(
        input_open(&input, put("latin", file), NULL, ENCODING_TOLD, err), OK);
    status = reader_open(&reader, format_named("csv"), input, NULL, names, err);
    while (status == OK || status == REJECT)
        status = reader_next(reader, &record, err);
    cr_assert_eq(status, STOP);
    reader_close(reader);
    input_close(input);
    names_close(names);
}

Test(csv_broken, another_encoding_is_refused_with_a_few_characters_of_it)
{
    struct buffer file = {0};
    struct err err;

    buffer_string(&file, "id,name\n");
    for (int i = 0; i < 11; i++)
        buffer_string(&file, "1,Fran\xe7oise Hardy-Longname\n");
    refusal(file.at, &err);
    cr_assert_str_eq(err.code, "bad_encoding");
    cr_assert_str_eq(err.message, "11 of 11 rows are not UTF-8: in "
                                  "windows-1252 it reads \"Fran\xc3\xa7oise\"");
    cr_assert_str_eq(line_of(err.place), ":2");
    cr_assert_not_null(strstr(err.hint, "--encoding windows-1252"));

    refusal("id,Pr\xe9nom\n", &err);
    cr_assert_str_eq(err.message, "the header is not UTF-8: in windows-1252 it "
                                  "reads \"Pr\xc3\xa9nom\"");
    cr_assert_str_eq(line_of(err.place), ":1");
    refusal("id,\x81\x8d\n", &err);
    cr_assert_str_eq(err.message, "the header is not UTF-8: the byte 0x81 "
                                  "stands for nothing in windows-1252");
    cr_assert_not_null(strstr(err.hint, "--encoding"));
    buffer_free(&file);
}

/* --- rule 10: no end is an end ----------------------------------------------
 */

Test(csv_broken, rule10_a_header_is_not_searched_for_ever)
{
    struct buffer file = {0};

    for (int i = 0; i < 100000; i++)
        buffer_string(&file, "\n");
    buffer_string(&file, "id,name\n1,A\n");
    SAYS(read_text("csv", file.at, &known), "STOP 65 bad_header :20\n");
    buffer_free(&file);
}

Test(csv_broken, rule10_thousands_of_repeated_columns_are_read_in_time)
{
    struct buffer file = {0};
    char *got;

    for (int i = 0; i < COLUMNS_MAX; i++)
        buffer_print(&file, "%sc%d", i > 0 ? "," : "", i / 2 * 2 % 1000);
    for (int i = 0; i < 1000; i++) {
        buffer_byte(&file, '\n');
        for (int k = 0; k < COLUMNS_MAX; k++)
            buffer_string(&file, k > 0 ? ",x" : "x");
    }
    buffer_byte(&file, '\n');
    got = read_text("csv", file.at, &known);
    cr_assert_str_eq(strstr(got, "note"), "note 1 duplicate_column\nend\n");
    free(got);
    buffer_free(&file);
}

static void refuse_endless(const char *start, const char *piece,
                           const char *want)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, start);
    while (file.size < 5 * RECORD_MAX)
        buffer_string(&file, piece);
    got = read_text("csv", file.at, &known);
    cr_expect_str_eq(got, want);
    free(got);
    buffer_free(&file);
}

Test(csv_broken, rule10_what_has_no_end_is_refused_where_it_begins)
{
    refuse_endless("id,na", "mmmmmmmmmmmmmmmmmmmmmmmmm",
                   "STOP 65 too_large :1\n");
    refuse_endless("\"id,na", "mmmmmmmmmmmmmmmm\nmmmmmm",
                   "STOP 65 unclosed_quote :1\n");
    refuse_endless("id,name\n\"", "1,A\n", "STOP 65 unclosed_quote :2\n");
    refuse_endless("id,name\n", ",,,,,,,,,,,,,,,,,,,,,,",
                   "STOP 65 too_large :2\n");
    refuse_endless("", "c,d,", "STOP 65 too_large :1\n");
}

Test(csv_broken, rule10_a_header_of_too_many_columns_is_refused)
{
    struct buffer file = {0};

    for (int i = 0; i < 500000; i++)
        buffer_string(&file, "id,n,");
    buffer_string(&file, "x\n");
    SAYS(read_text("csv", file.at, &known), "STOP 65 bad_header :1\n");
    buffer_free(&file);
}

Test(csv_broken, rule10_a_row_of_too_many_cells_costs_the_file)
{
    struct buffer file = {0};

    buffer_string(&file, "id,name\n1,A\n2");
    for (int i = 0; i < COLUMNS_MAX; i++)
        buffer_string(&file, ",x");
    SAYS(read_text("csv", file.at, &known),
         "2 {\"id\":\"1\",\"name\":\"A\"}\nSTOP 65 too_large :3\n");
    buffer_free(&file);
}
