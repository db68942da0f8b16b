/*
 * test_csv.c - the CSV reader on the files that people have.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(csv, .timeout = 20, .init = folder_open, .fini = folder_close);

static bool is_known(const void *self, struct text name)
{
    (void)self;
    return text_is_nocase(name, "id") || text_is_nocase(name, "name") ||
           text_is_nocase(name, "email") || text_is_nocase(name, "phone");
}

static struct reader_options known = {.known = is_known};

Test(csv, a_row_is_an_object_of_texts)
{
    SAYS(read_text("csv",
                   "id,name,email\n"
                   "007,Ann Lee,ann@example.com\n"
                   "8,\"Bo \"\"B\"\" Ray\",\n",
                   NULL),
         "2 {\"id\":\"007\",\"name\":\"Ann Lee\",\"email\":"
         "\"ann@example.com\"}\n"
         "3 {\"id\":\"8\",\"name\":\"Bo \\\"B\\\" Ray\",\"email\":\"\"}\n"
         "end\n");
}

Test(csv, lines_end_in_lf_crlf_or_cr)
{
    static const char want[] = "2 {\"id\":\"1\",\"name\":\"A\"}\n"
                               "3 {\"id\":\"2\",\"name\":\"B\"}\nend\n";

    SAYS(read_text("csv", "id,name\n1,A\n2,B\n", NULL), want);
    SAYS(read_text("csv", "id,name\r\n1,A\r\n2,B\r\n", NULL), want);
    SAYS(read_text("csv", "id,name\r1,A\r2,B\r", NULL), want);
    SAYS(read_text("csv", "id,name\r\n1,A\n2,B\r", NULL), want);
}

Test(csv, lines_are_counted_through_newlines_in_quotes)
{
    SAYS(read_text("csv",
                   "id,name\r\n1,\"A\r\nB\r\nC\"\r\n2,\"D\nE\"\r\n3,F\r\n",
                   NULL),
         "2 {\"id\":\"1\",\"name\":\"A\\r\\nB\\r\\nC\"}\n"
         "5 {\"id\":\"2\",\"name\":\"D\\nE\"}\n"
         "7 {\"id\":\"3\",\"name\":\"F\"}\nend\n");
}

Test(csv, raw_is_the_row_without_its_line_end)
{
    static const char *const want[] = {"1,\"a\nb\",x", " 2 , y ,\"\""};
    struct names *names = names_open();
    struct input *input;
    struct reader *reader;
    struct record record;
    struct err err;

    cr_assert_eq(input_open(&input,
                            put("x.csv", "id,name,z\n1,\"a\nb\",x\r\n\n"
                                         " 2 , y ,\"\"\n"),
                            NULL, ENCODING_TOLD, &err),
                 OK);
    cr_assert_eq(
        reader_open(&reader, format_named("csv"), input, NULL, names, &err),
        OK);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(reader_next(reader, &record, &err), OK);
        cr_assert(text_is(record.raw, want[i]));
    }
    cr_assert_eq(reader_next(reader, &record, &err), END);
    cr_assert_eq(reader_next(reader, &record, &err), END);
    reader_close(reader);
    input_close(input);
    names_close(names);
}

static const char *const delimited[] = {
    "id,name,email\n1,\"A;B|C\",x@example.com\n",
    "id;name;email\n1;A,B|C;x@example.com\n",
    "sep=;\r\nid;name;email\r\n1;A,B;x@example.com\r\n",
    "id\tname\temail\n1\tA, B\tx@example.com\n",
    "id|name|email\n1|A, B|x@example.com\n",
    "\"id\";\"name\";\"email\"\n\"1\";\"A, B\";\"x@example.com\"\n",
};

Test(csv, the_delimiter_is_read_from_the_header_line)
{
    for (size_t i = 0; i < sizeof(delimited) / sizeof(delimited[0]); i++) {
        char *plain = read_text("csv", delimited[i], NULL);
        char *told = read_text("csv", delimited[i], &known);

        cr_expect_str_eq(plain, told);
        cr_expect_not_null(strstr(plain, "\"id\":\"1\""), "%zu: %s", i, plain);
        free(plain);
        free(told);
    }
    SAYS(read_text("csv", delimited[2], NULL),
         "3 {\"id\":\"1\",\"name\":\"A,B\",\"email\":\"x@example.com\"}\n"
         "end\n");
}

Test(csv, the_header_is_the_first_line_with_two_known_names)
{
    SAYS(read_text("csv",
                   "Customer list, printed, today\n\n"
                   "Name of our shop\n"
                   "Name;Email;Other\nAnn;ann@example.com;x\n",
                   &known),
         "5 {\"Name\":\"Ann\",\"Email\":\"ann@example.com\",\"Other\":\"x\"}\n"
         "note 1 title_line\nend\n");
    /* Names further up, or more of them, tell the delimiter. */
    SAYS(read_text("csv", "id;email\n1;id,name\n", &known),
         "2 {\"id\":\"1\",\"email\":\"id,name\"}\nend\n");
    SAYS(read_text("csv", "id,name,b;email;phone;id\n1,2;3;4;5\n", &known),
         "2 {\"id,name,b\":\"1,2\",\"email\":\"3\",\"phone\":\"4\","
         "\"id\":\"5\"}\nend\n");
    SAYS(read_text("csv", "\n\nfoo,bar\n1,2\n", &known),
         "4 {\"foo\":\"1\",\"bar\":\"2\"}\nend\n");
}

Test(csv, skip_delimiter_and_columns_may_be_told)
{
    static const char *const columns[] = {"id", "name", NULL};
    struct reader_options skip = {.skip_set = true, .skip = 2};
    struct reader_options colon = {.delimiter = ':'};
    struct reader_options bare = {.columns = columns};

    SAYS(read_text("csv", "a,b\nc,d\nid,x\n1,2\n", &skip),
         "4 {\"id\":\"1\",\"x\":\"2\"}\nend\n");
    SAYS(read_text("csv", "id:x\n1,5:2\n", &colon),
         "2 {\"id\":\"1,5\",\"x\":\"2\"}\nend\n");
    SAYS(read_text("csv", "1;A\n2;B\n", &bare),
         "1 {\"id\":\"1\",\"name\":\"A\"}\n"
         "2 {\"id\":\"2\",\"name\":\"B\"}\nend\n");
}

Test(csv, blank_title_total_and_header_lines_are_no_records)
{
    SAYS(read_text("csv",
                   "id,name,email\n"
                   "\n"
                   ",,\n"
                   "Customers of the north\n"
                   "1,A,a@example.com\n"
                   "id,name,email\n"
                   "\"id\",\"name\",\"email\"\n"
                   "2,B,b@example.com\n"
                   "   \n"
                   "TOTAL,2,\"1,234,567.00\"\n"
                   "Grand total:,1234567.50\n"
                   "Total Fitness,0491 570 006,\n"
                   "TOTAL,C,c@example.com\n"
                   "Totally Clean,D,\n",
                   NULL),
         "5 {\"id\":\"1\",\"name\":\"A\",\"email\":\"a@example.com\"}\n"
         "8 {\"id\":\"2\",\"name\":\"B\",\"email\":\"b@example.com\"}\n"
         "12 {\"id\":\"Total Fitness\",\"name\":\"0491 570 006\","
         "\"email\":\"\"}\n"
         "13 {\"id\":\"TOTAL\",\"name\":\"C\",\"email\":\"c@example.com\"}\n"
         "14 {\"id\":\"Totally Clean\",\"name\":\"D\",\"email\":\"\"}\n"
         "note 4 title_line\nnote 6 repeated_header\n"
         "note 7 repeated_header\nnote 10 total_row\nnote 11 total_row\nend\n");
}

Test(csv, a_file_of_one_column_has_records_of_one_cell)
{
    SAYS(read_text("csv", "email\na@example.com\nb@example.com\n", NULL),
         "2 {\"email\":\"a@example.com\"}\n"
         "3 {\"email\":\"b@example.com\"}\nend\n");
}

Test(csv, trailing_delimiters_are_tolerated_and_filled_extra_cells_are_not)
{
    SAYS(read_text("csv",
                   "id,name,,\n1,A,,\n2,B,,,,,\n3,C\n4,D,x,y,\n5,E,,,y\n"
                   "6,F\n",
                   NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\n"
         "4 {\"id\":\"3\",\"name\":\"C\"}\n"
         "5 {\"id\":\"4\",\"name\":\"D\"}\n"
         "6 ! bad_row\n"
         "7 {\"id\":\"6\",\"name\":\"F\"}\nend\n");
}

Test(csv, missing_cells_are_absent_but_a_cut_last_row_is_refused)
{
    SAYS(read_text("csv", "id,name,email\n1,A\n2,B\n", NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\nend\n");
    SAYS(read_text("csv", "id,name,email\n1,A,x\n2,B", NULL),
         "2 {\"id\":\"1\",\"name\":\"A\",\"email\":\"x\"}\n"
         "3 ! cut_row\nend\n");
    SAYS(read_text("csv", "id,name\n1,A\n2", NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n3 ! cut_row\nend\n");
}

Test(csv, a_quote_mark_inside_an_unquoted_cell_is_literal)
{
    SAYS(read_text("csv",
                   "id,name,x\n1,6\" pipe,\"a, b\"\n2,a \"b\" c,d\n"
                   "3,\"x\ny\",5\"\n4,B,\n",
                   NULL),
         "2 {\"id\":\"1\",\"name\":\"6\\\" pipe\",\"x\":\"a, b\"}\n"
         "3 {\"id\":\"2\",\"name\":\"a \\\"b\\\" c\",\"x\":\"d\"}\n"
         "4 {\"id\":\"3\",\"name\":\"x\\ny\",\"x\":\"5\\\"\"}\n"
         "6 {\"id\":\"4\",\"name\":\"B\",\"x\":\"\"}\nend\n");
}

Test(csv, text_after_a_closing_quote_costs_its_row_only)
{
    SAYS(read_text("csv",
                   "id,name\n1,\"Ann\" B\n2,\"B\"\n3,\"C \"x\" D\"\n4,E\n"
                   "5,\"a\nb\" c\n6,F\n7,\"x\" y",
                   NULL),
         "2 ! bad_row\n3 {\"id\":\"2\",\"name\":\"B\"}\n4 ! bad_row\n"
         "5 {\"id\":\"4\",\"name\":\"E\"}\n6 ! bad_row\n"
         "8 {\"id\":\"6\",\"name\":\"F\"}\n9 ! bad_row\nend\n");
}

static const char *const unclosed[] = {
    "id,name\n1,A\n2,\"B\n3,C\n4,D\n",
    "id,name\n1,A\n2,\"B\n3,\"C\"\n4,D\n",
    "id,name\n1,A\n2,\"B\n3,C\n4,\"D\"\n5,E\n",
    "id,name\n1,A\n2,\"B",
    "id,name\n1,A\n2,\"B\n",
};

Test(csv, an_unclosed_quote_costs_the_file_and_names_its_line)
{
    for (size_t i = 0; i < sizeof(unclosed) / sizeof(unclosed[0]); i++)
        SAYS(read_text("csv", unclosed[i], NULL),
             "2 {\"id\":\"1\",\"name\":\"A\"}\n"
             "STOP 65 unclosed_quote :3\n");
}

Test(csv, a_quote_opened_behind_a_long_cell_is_named_where_it_opens)
{
    SAYS(read_text("csv", "id,name,x\n1,\"A\nB\nC\",\"D\nE\n", NULL),
         "STOP 65 unclosed_quote :4\n");
}

Test(csv, a_quote_that_swallows_megabytes_ends_at_the_limit)
{
    struct buffer file = {0};

    buffer_string(&file, "id,name\n1,A\n2,\"B\n");
    while (file.size < 3 * FIELD_MAX)
        buffer_string(&file, "3,C\n");
    SAYS(read_text("csv", file.at, NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\nSTOP 65 unclosed_quote :3\n");
    buffer_clear(&file);
    buffer_string(&file, "id,name\n1,A\n2,");
    while (file.size < 3 * FIELD_MAX)
        buffer_string(&file, "xxxxxxxxxxxxxxxx");
    SAYS(read_text("csv", file.at, NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\nSTOP 65 too_large :3\n");
    buffer_clear(&file);
    buffer_string(&file, "id,name\n1,A\n2");
    while (file.size < 3 * RECORD_MAX / 2)
        buffer_string(&file, ",,,,,,,,,,,,,,,,");
    SAYS(read_text("csv", file.at, NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\nSTOP 65 too_large :3\n");
    buffer_free(&file);
}

Test(csv, rows_larger_than_the_window_are_read_whole)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, "id,name\n");
    for (int i = 0; i < 5; i++) {
        buffer_string(&file, "1,\"");
        for (int k = 0; k < 30000; k++)
            buffer_string(&file, "0123456789\r\n");
        buffer_string(&file, "\"\r\n");
    }
    got = read_text("csv", file.at, NULL);
    cr_assert_not_null(strstr(got, "\n120006 {"), "%.300s", got);
    cr_assert_str_eq(got + strlen(got) - 5, "\nend\n");
    free(got);
    buffer_free(&file);
}

Test(csv, a_nul_byte_costs_its_row)
{
    static const char file[] = "id,name\n1,A\0B\n2,B\n";

    SAYS(read_path("csv", put_bytes("x", file, sizeof(file) - 1), NULL, NULL),
         "2 ! bad_row\n3 {\"id\":\"2\",\"name\":\"B\"}\nend\n");
}

/* bad of rows are Latin-1. */
static char *read_latin(unsigned bad, unsigned rows, const char *encoding)
{
    struct buffer file = {0};
    char *got, *last;

    buffer_string(&file, "id,name\n");
    for (unsigned i = 0; i < rows; i++)
        buffer_print(&file, "%u,Jos%s\n", i, i < bad ? "\xe9" : "\xc3\xa9");
    got = read_path("csv", put("latin.csv", file.at), encoding, NULL);
    buffer_free(&file);
    last = strdup(memrchr(got, '\n', strlen(got) - 1));
    free(got);
    return last;
}

Test(csv, a_row_that_is_not_utf8_is_a_bad_row_and_many_are_a_bad_file)
{
    SAYS(read_latin(10, 20, NULL), "\nend\n");
    SAYS(read_latin(11, 20, NULL), "\nSTOP 65 bad_encoding :2\n");
    SAYS(read_latin(11, 109, NULL), "\nSTOP 65 bad_encoding :2\n");
    SAYS(read_latin(11, 110, NULL), "\nend\n");
    SAYS(read_latin(20, 20, "utf-8"), "\nend\n");
    SAYS(read_text("csv", "id,name\n1,\xe9\n2,B\n", NULL),
         "2 ! bad_encoding\n3 {\"id\":\"2\",\"name\":\"B\"}\nend\n");
    SAYS(read_text("csv", "id,Pr\xe9nom\n1,A\n", NULL),
         "STOP 65 bad_encoding :1\n");
}

Test(csv, of_two_columns_of_one_name_the_first_that_is_not_blank_counts)
{
    SAYS(read_text("csv", "id,name,name,name\n1,A,B,\n2,,B,C\n3,,,\n", NULL),
         "2 {\"id\":\"1\",\"name\":\"A\"}\n"
         "3 {\"id\":\"2\",\"name\":\"B\"}\n"
         "4 {\"id\":\"3\",\"name\":\"\"}\n"
         "note 1 duplicate_column\nend\n");
}

Test(csv, an_empty_file_is_refused_and_a_header_alone_is_not)
{
    SAYS(read_text("csv", "", NULL), "STOP 65 empty_file \n");
    SAYS(read_text("csv", "\xef\xbb\xbf", NULL), "STOP 65 empty_file \n");
    SAYS(read_text("csv", "\n \n", NULL), "STOP 65 empty_file \n");
    SAYS(read_text("csv", "id,name\n", NULL), "end\n");
}

Test(csv, too_many_columns_are_refused)
{
    struct buffer file = {0};

    for (int i = 0; i < COLUMNS_MAX + 1; i++)
        buffer_print(&file, "c%d,", i);
    buffer_string(&file, "x\n1,2\n");
    SAYS(read_text("csv", file.at, NULL), "STOP 65 bad_header :1\n");
    buffer_free(&file);
}

Test(csv, blanks_outside_quotes_are_trimmed_and_inside_kept)
{
    SAYS(read_text("csv", "id, \"name\" ,x\n 1 , \" A \" , b c \n", NULL),
         "2 {\"id\":\"1\",\"name\":\" A \",\"x\":\"b c\"}\nend\n");
}

Test(csv, columns_and_digest_tell_the_header)
{
    struct names *names = names_open();
    struct input *input;
    struct reader *reader;
    struct err err;

    cr_assert_eq(input_open(&input, put("x", "id;name;;name;x\n"), NULL,
                            ENCODING_TOLD, &err),
                 OK);
    cr_assert_eq(
        reader_open(&reader, format_named("csv"), input, NULL, names, &err),
        OK);
    cr_assert_str_eq(reader_columns(reader)[0], "id");
    cr_assert_str_eq(reader_columns(reader)[1], "name");
    cr_assert_str_eq(reader_columns(reader)[2], "x");
    cr_assert_null(reader_columns(reader)[3]);
    cr_assert(text_is(reader_digest(reader), ";\nid\nname\n\nname\nx"));
    cr_assert_eq(reader_format(reader), format_named("csv"));
    reader_close(reader);
    input_close(input);
    names_close(names);
}
