/*
 * test_csv_shapes.c - CSV that is more than a header and rows: lines that say
 * what they are, records of several rows, columns by position, wrapped cells.
 */
#include "transcript.h"

#include "formats/limits.h"

#include <strings.h>

TestSuite(csv_shapes, .timeout = 30, .init = folder_open, .fini = folder_close);

static bool nocase(struct text a, struct text b)
{
    return a.size == b.size && strncasecmp(a.at, b.at, a.size) == 0;
}

static bool is_known(const void *self, struct text name)
{
    (void)self;
    return text_is_nocase(name, "id") || text_is_nocase(name, "name") ||
           text_is_nocase(name, "email");
}

static struct reader_options known = {.known = is_known};

/* --- what spreadsheets put around a cell ---------------------------------- */

Test(csv_shapes, a_spreadsheets_wrappers_come_off_once)
{
    SAYS(read_text("csv",
                   "id,name,x\n"
                   "=\"007\",'=1+1,'+61491570006\n"
                   "\"=\"\"0 8\"\"\",''@a,'t Hooft\n"
                   "\"'\tx\",'=\"a\",'\n",
                   NULL),
         "2 {\"id\":\"007\",\"name\":\"=1+1\",\"x\":\"+61491570006\"}\n"
         "3 {\"id\":\"0 8\",\"name\":\"'@a\",\"x\":\"'t Hooft\"}\n"
         "4 {\"id\":\"\\tx\",\"name\":\"=\\\"a\\\"\",\"x\":\"'\"}\nend\n");
    SAYS(read_text("csv", "=\"id\",'=x\n=\"\",=\"\"\n1,=\"a\"\"b\"\n", NULL),
         "3 {\"id\":\"1\",\"=x\":\"=\\\"a\\\"\\\"b\\\"\"}\nend\n");
}

Test(csv_shapes, a_cell_tells_what_was_taken_off)
{
    static const unsigned char want[] = {NODE_FORMULA, NODE_GUARDED, 0};
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct reader *reader;
    struct input *input;
    struct record record;
    struct node *object;
    struct err err;
    size_t i = 0;

    cr_assert_eq(input_open(&input, put("x", "a,b,c,a\n=\"1\",'=1,1,2\n"), NULL,
                            ENCODING_TOLD, &err),
                 OK);
    cr_assert_eq(
        reader_open(&reader, format_named("csv"), input, NULL, names, &err),
        OK);
    cr_assert_eq(reader_next(reader, &record, &err), OK);
    cr_assert_eq(reader_fields(reader, record.raw, arena, &object, &err), OK);
    for (const struct node *at = object->first; at != NULL; at = at->next)
        cr_assert_eq(at->marks, want[i++]);
    cr_assert_eq(i, 3);
    reader_close(reader);
    input_close(input);
    arena_close(arena);
    names_close(names);
}

/* --- lines that say what they are ------------------------------------------
 */

static struct reader_options iif = {.rows = "CUST", .delimiter = '\t'};

Test(csv_shapes, only_lines_of_the_kind_are_records)
{
    static const char file[] = "!HDR\tPROD\tVER\nHDR\tQuick\t6\n"
                               "!CUSTNAMEDICT\tINDEX\n!ENDCUSTNAMEDICT\n"
                               "!CUST\tNAME\tEMAIL\n"
                               "CUST\tAnn\tann@example.com\n"
                               "\nVEND\tBo\t\"x\" y\tz\tz\n"
                               "!CUST\tNAME\tEMAIL\n"
                               "CUST\tTotal\t\n\"CUST\"\tCy\tc\td\nTRNS\n";
    static const char want[] =
        "6 "
        "{\"!CUST\":\"CUST\",\"NAME\":\"Ann\",\"EMAIL\":\"ann@example.com\"}\n"
        "10 {\"!CUST\":\"CUST\",\"NAME\":\"Total\",\"EMAIL\":\"\"}\n"
        "11 ! bad_row\nend\n";
    struct reader_options found = {.rows = "CUST"};

    SAYS(read_text("csv", file, &iif), want);
    SAYS(read_text("csv", file, &found), want);
}

Test(csv_shapes, lines_of_a_kind_need_one_header_of_it)
{
    SAYS(read_text("csv", "!VEND\tNAME\nVEND\tBo\n", &iif),
         "STOP 65 bad_header :3\n");
    SAYS(read_text("csv", "CUST\tBo\n!CUST\tNAME\n", &iif),
         "STOP 65 bad_header :1\n");
    SAYS(read_text("csv",
                   "!CUST\tNAME\tEMAIL\nCUST\tAnn\ta\n!CUST\tEMAIL\tNAME\n",
                   &iif),
         "2 {\"!CUST\":\"CUST\",\"NAME\":\"Ann\",\"EMAIL\":\"a\"}\n"
         "STOP 65 bad_header :3\n");
    SAYS(read_text("csv", "", &iif), "STOP 65 empty_file \n");
}

Test(csv_shapes, lines_of_a_kind_are_found_behind_long_lists)
{
    struct buffer file = {0};

    for (int i = 0; i < 3000; i++)
        buffer_print(&file, "ACCNT\t\"%d\n", i);
    buffer_string(&file, "!CUST\tNAME\nCUST\tAnn\n");
    SAYS(read_text("csv", file.at, &iif),
         "3002 {\"!CUST\":\"CUST\",\"NAME\":\"Ann\"}\nend\n");
    buffer_free(&file);
}

/* --- records of several rows -----------------------------------------------
 */

static const char *const keys[] = {"email", "ID", NULL};
static struct reader_options several = {.continues = keys, .same = nocase};

Test(csv_shapes, a_row_without_the_keys_goes_on_with_the_record_above)
{
    SAYS(read_text("csv",
                   "id,name,Email,city\n"
                   "1,A,a@example.com,X\n,,,Y\n\n,A2,,Z\n"
                   "2,B,,\n"
                   "id,name,Email,city\n"
                   "3,C,c@example.com,V\n,,,\"a\nb\"\n",
                   &several),
         "2 {\"id\":\"1\",\"name\":\"A\",\"Email\":\"a@example.com\","
         "\"city\":\"X\","
         "\"#row\":{\"id\":\"\",\"name\":\"\",\"Email\":\"\",\"city\":\"Y\"},"
         "\"#row\":{\"id\":\"\",\"name\":\"A2\",\"Email\":\"\",\"city\":\"Z\"}}"
         "\n6 {\"id\":\"2\",\"name\":\"B\",\"Email\":\"\",\"city\":\"\"}\n"
         "8 {\"id\":\"3\",\"name\":\"C\",\"Email\":\"c@example.com\","
         "\"city\":\"V\",\"#row\":{\"id\":\"\",\"name\":\"\",\"Email\":\"\","
         "\"city\":\"a\\nb\"}}\nnote 7 repeated_header\nend\n");
}

Test(csv_shapes, a_row_that_goes_on_with_nothing_good_is_refused)
{
    SAYS(read_text("csv",
                   "id,email,city\n,,X\n,,Y\n1,a,X\n2,b,X,Y\n,,Z\n3,c,X\n",
                   &several),
         "2 ! bad_row\n3 ! bad_row\n"
         "4 {\"id\":\"1\",\"email\":\"a\",\"city\":\"X\"}\n"
         "5 ! bad_row\n6 ! bad_row\n"
         "7 {\"id\":\"3\",\"email\":\"c\",\"city\":\"X\"}\nend\n");
}

Test(csv_shapes, a_bad_further_row_costs_itself)
{
    SAYS(read_text("csv", "id,email,city\n1,a,X\n,,Y\n,,\"Z\" z\n,,W\n2,b,V\n",
                   &several),
         "2 {\"id\":\"1\",\"email\":\"a\",\"city\":\"X\",\"#row\":{\"id\":\"\","
         "\"email\":\"\",\"city\":\"Y\"}}\n4 ! bad_row\n5 ! bad_row\n"
         "6 {\"id\":\"2\",\"email\":\"b\",\"city\":\"V\"}\nend\n");
}

Test(csv_shapes, without_the_key_columns_each_row_is_a_record)
{
    SAYS(read_text("csv", "name,city\nA,X\n,Y\n", &several),
         "2 {\"name\":\"A\",\"city\":\"X\"}\n"
         "3 {\"name\":\"\",\"city\":\"Y\"}\nend\n");
}

Test(csv_shapes, a_record_of_rows_without_end_is_refused_where_it_begins)
{
    struct buffer file = {0};

    buffer_string(&file, "id,email,city\n1,a,X\n");
    while (file.size < RECORD_MAX + 100)
        buffer_string(&file, ",,0123456789012345678901234567890123456789\n");
    buffer_string(&file, "2,b,X\n");
    SAYS(read_text("csv", file.at, &several), "STOP 65 too_large :2\n");
    buffer_free(&file);
}

Test(csv_shapes, a_large_record_does_not_make_the_next_one_too_large)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, "id,email,a,b,c\n");
    for (int i = 1; i < 4; i++) {
        buffer_print(&file, "%d,x", i);
        for (int k = 0; k < 3; k++) {
            buffer_byte(&file, ',');
            for (int j = 0; j < 90000; j++)
                buffer_string(&file, "0123456789");
        }
        buffer_byte(&file, '\n');
    }
    got = read_text("csv", file.at, &several);
    cr_assert_str_eq(got + strlen(got) - 6, "}\nend\n");
    cr_assert_not_null(strstr(got, "\n4 {"));
    free(got);
    buffer_free(&file);
}

Test(csv_shapes, blank_lines_between_rows_of_a_record_cost_no_memory)
{
    struct buffer file = {0};

    buffer_string(&file, "id,email,city\n1,a,X\n");
    while (file.size < 2 * RECORD_MAX)
        buffer_string(&file, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
    buffer_string(&file, "2,b,Y\n");
    SAYS(read_text("csv", file.at, &several),
         "2 {\"id\":\"1\",\"email\":\"a\",\"city\":\"X\"}\n"
         "8388595 {\"id\":\"2\",\"email\":\"b\",\"city\":\"Y\"}\nend\n");
    buffer_free(&file);
}

static char *rewritten(struct reader_options *options,
                       const struct writer_options *writing,
                       const char *content)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    const struct format *csv = format_named("csv");
    struct buffer out = {0};
    struct reader *reader;
    struct input *input;
    struct record record;
    struct node *object;
    struct err err;
    void *self;

    cr_assert_eq(
        input_open(&input, put("w", content), NULL, ENCODING_TOLD, &err), OK);
    cr_assert_eq(reader_open(&reader, csv, input, options, names, &err), OK);
    cr_assert_eq(csv->create(&self, writing, &err), OK);
    cr_assert_eq(csv->begin(self, &out, &err), OK);
    while (reader_next(reader, &record, &err) == OK) {
        cr_assert_eq(reader_fields(reader, record.raw, arena, &object, &err),
                     OK);
        cr_assert_eq(csv->write(self, object, &out, &err), OK);
    }
    csv->destroy(self);
    reader_close(reader);
    input_close(input);
    arena_close(arena);
    names_close(names);
    return out.at;
}

Test(csv_shapes, further_rows_and_kinds_are_written_as_they_were_read)
{
    static const char *const columns[] = {"id", "email", "city", NULL};
    static const char *const named[] = {"NAME", "EMAIL", NULL};
    static const char *const all[] = {"!CUST", "NAME", "EMAIL", NULL};
    static const struct writer_options rows = {.columns = columns};
    static const struct writer_options kind = {
        .columns = named, .rows = "CUST", .delimiter = '\t'};
    static const struct writer_options twice = {
        .columns = all, .rows = "CUST", .delimiter = '\t'};
    static const char file[] = "id,email,city\n1,a,X\n,,Y\n2,,\n,,Z\n";
    static const char cust[] = "!CUST\tNAME\tEMAIL\nCUST\tAnn\ta\nCUST\t\t\n"
                               "CUST\tTOTAL\t\nCUST\tNAME\tEMAIL\n";

    SAYS(rewritten(&several, &rows, file), file);
    SAYS(rewritten(&iif, &kind, cust), cust);
    SAYS(rewritten(&iif, &twice, cust), cust);
}

Test(csv_shapes, a_rejects_file_does_not_join_what_was_apart)
{
    SAYS(read_text("csv",
                   "id,email,city,_line,_code,_message\n"
                   "1,a,X,2,bad,no\n,,Y,,,\n,,Z,9,bad_row,no\n2,b,V,10,c,d\n",
                   &several),
         "2 {\"id\":\"1\",\"email\":\"a\",\"city\":\"X\",\"_line\":\"2\","
         "\"_code\":\"bad\",\"_message\":\"no\",\"#row\":{\"id\":\"\","
         "\"email\":\"\",\"city\":\"Y\",\"_line\":\"\",\"_code\":\"\","
         "\"_message\":\"\"}}\n4 ! bad_row\n"
         "5 {\"id\":\"2\",\"email\":\"b\",\"city\":\"V\",\"_line\":\"10\","
         "\"_code\":\"c\",\"_message\":\"d\"}\nend\n");
}

/* --- columns by position ----------------------------------------------------
 */

static const char *const told[] = {"A/C", "Name", "Email", NULL};
static struct reader_options position = {.columns = told, .same = nocase};

Test(csv_shapes, told_columns_may_stand_in_the_first_line_all_the_same)
{
    SAYS(read_text("csv",
                   "\na/c,NAME,Email,_line,_code\n1,Ann,a,7,bad\n"
                   "A/C,Name,Email,_line,_code\n",
                   &position),
         "3 {\"A/C\":\"1\",\"Name\":\"Ann\",\"Email\":\"a\",\"_line\":\"7\","
         "\"_code\":\"bad\"}\nnote 4 repeated_header\nend\n");
    SAYS(read_text("csv", "A/C,Name\n1,Ann\n", &position),
         "1 {\"A/C\":\"A/C\",\"Name\":\"Name\"}\n"
         "2 {\"A/C\":\"1\",\"Name\":\"Ann\"}\nend\n");
}

/* --- braces and titles ------------------------------------------------------
 */

Test(csv_shapes, braces_around_records_are_told_at_most_once)
{
    SAYS(read_text("csv", "{}\nid\tname\n{\n1\tA\n}\n{\n2\tB\n}\n{\t\n3\t{\n}",
                   &known),
         "4 {\"id\":\"1\",\"name\":\"A\"}\n7 {\"id\":\"2\",\"name\":\"B\"}\n"
         "10 {\"id\":\"3\",\"name\":\"{\"}\nnote 3 title_line\nend\n");
}

Test(csv_shapes, many_titles_are_counted_not_told_each)
{
    struct buffer file = {0}, want = {0};

    buffer_string(&file, "id,name\n");
    for (int i = 0; i < 1000; i++)
        buffer_string(&file, "Page\n");
    buffer_string(&file, "1,A\n");
    buffer_string(&want, "1002 {\"id\":\"1\",\"name\":\"A\"}\n");
    for (int i = 2; i < 12; i++)
        buffer_print(&want, "note %d title_line\n", i);
    buffer_string(&want, "note 1001 title_line\nend\n");
    SAYS(read_text("csv", file.at, &known), want.at);
    buffer_free(&file);
    buffer_free(&want);
}

Test(csv_shapes, a_title_with_another_delimiter_does_not_choose_it)
{
    SAYS(read_text("csv", "Customers; all; of; us\nid,name\n1,A;B\n", &known),
         "3 {\"id\":\"1\",\"name\":\"A;B\"}\nnote 1 title_line\nend\n");
    SAYS(read_text("csv", "a,b,c,d\nid\tname\n1\tA,B\n", &known),
         "3 {\"id\":\"1\",\"name\":\"A,B\"}\nnote 1 title_line\nend\n");
    SAYS(read_text("csv", "\"a|b\"|c\nid;name\n1;A\n", &known),
         "3 {\"id\":\"1\",\"name\":\"A\"}\nnote 1 title_line\nend\n");
}
