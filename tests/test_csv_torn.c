/*
 * test_csv_torn.c - DESIGN 11: rows that a line end in a cell without quotes
 * has torn, and files with several line ends whose rows are whole.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(csv_torn, .timeout = 60, .init = folder_open, .fini = folder_close);

/* What is read of it, without the fields. */
static char *lines_of(const char *content, struct reader_options *options)
{
    char *got = read_text("csv", content, options), *to = got;

    for (char *at = got; *at != '\0'; at++) {
        if (at[0] == ' ' && at[1] == '{')
            at += strcspn(at, "\n");
        *to++ = *at;
    }
    *to = '\0';
    return got;
}

/* One torn row in line 3, whole ones around it; | stands for the tear. */
static void is_torn(const char *row, const char *tear, const char *end,
                    const char *want)
{
    struct buffer file = {0};

    buffer_print(&file, "id,name,street,city%s1,Ann,x,y%s", end, end);
    for (; *row != '\0'; row++)
        if (*row == '|')
            buffer_string(&file, tear);
        else
            buffer_byte(&file, *row);
    buffer_print(&file, "%s9,Zoe,x,y%s", end, end);
    SAYS(lines_of(file.at, NULL), want);
    buffer_free(&file);
}

Test(csv_torn, rule03_a_line_end_of_another_kind_tears_one_row_and_is_told)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};

    for (int tear = 0; tear < 3; tear++)
        for (int end = 0; end < 3; end++) {
            bool told = tear != end;

            is_torn("2,Bo,1 High St|Unit 2,Perth", ends[tear], ends[end],
                    told ? "2\n3 ! torn_row\n5\nend\n" : "2\n3\n4\n5\nend\n");
        }
}

Test(csv_torn, rule03_any_cell_may_be_the_torn_one)
{
    static const char want[] = "2\n3 ! torn_row\n5\nend\n";

    is_torn("2|2,Bo,x,y", "\n", "\r\n", want);
    is_torn("2,Bo|Lee,x,y", "\n", "\r\n", want);
    is_torn("2,Bo,x,y|z", "\n", "\r\n", want);
    is_torn("2,Bo,\"x, y\"|z", "\n", "\r\n", want);
    is_torn("2,\"B\"\"o\",x|z", "\r", "\r\n", want);
    is_torn("2,Bo,x|z", "\r\n", "\n", want);
}

Test(csv_torn, rule03_several_line_ends_in_one_row_are_one_torn_row)
{
    is_torn("2,Bo,a|b|c,Perth", "\n", "\r\n", "2\n3 ! torn_row\n6\nend\n");
    is_torn("2,B|o,a||c,Per|th", "\n", "\r\n", "2\n3 ! torn_row\n8\nend\n");
}

Test(csv_torn, rule03_the_first_and_the_last_row_may_be_torn)
{
    SAYS(lines_of("id,name,x\r\n1,A\nnn,y\r\n2,B,y\r\n", NULL),
         "2 ! torn_row\n4\nend\n");
    SAYS(lines_of("id,name,x\r\n1,A,y\r\n2,B\nb,y\r\n", NULL),
         "2\n3 ! torn_row\nend\n");
    SAYS(lines_of("id,name,x\r\n1,A,y\r\n2,B\nb,y", NULL),
         "2\n3 ! torn_row\nend\n");
}

Test(csv_torn, blank_lines_and_blanks_at_an_edge_tear_nothing)
{
    is_torn("|2,Bo,x,y", "\n", "\r\n", "2\n4\n5\nend\n");
    is_torn("2,Bo,x,y|", "\n", "\r\n", "2\n3\n5\nend\n");
    is_torn("2,Bo,x,y||3,Cy,x,y", "\n", "\r\n", "2\n3\n5\n6\nend\n");
}

Test(csv_torn, line_ends_in_quotes_are_no_tear)
{
    is_torn("2,Bo,\"a|b\",y", "\n", "\r\n", "2\n3\n5\nend\n");
    is_torn("2,Bo,\"a|b\",y", "\r", "\n", "2\n3\n5\nend\n");
}

Test(csv_torn, whole_rows_may_end_in_any_way)
{
    SAYS(lines_of("id,name\r\n1,A\n2,B\r3,C\r\n4,D\n5,E\n6,F\r\n", NULL),
         "2\n3\n4\n5\n6\n7\nend\n");
    /* A header that another program wrote, trailing cells left out. */
    SAYS(lines_of("id,name,x,y\r\n1,A\n2,B\n3,C\n4\nx,5\n", NULL),
         "2\n3\n4\n6\nnote 5 title_line\nend\n");
    SAYS(lines_of("id,name,x,y\n1,A\r\n2,B\r\n3,C\r\n", NULL),
         "2\n3\n4\nend\n");
    /* Two files put together. */
    SAYS(lines_of("id,name,x\r\n1,A\r\n2,B\r\nid,name,x\n3,C\n4,D\n", NULL),
         "2\n3\n5\n6\nnote 4 repeated_header\nend\n");
}

Test(csv_torn, totals_and_headers_are_no_pieces)
{
    SAYS(lines_of("id,name,x\r\n1,A,y\nTOTAL\r\n", NULL),
         "2\nnote 3 title_line\nend\n");
    SAYS(lines_of("id,name,x\r\n1,A,y\r\nFriday\nid,name,x\r\n2,B,y\r\n", NULL),
         "2\n5\nnote 3 title_line\nnote 4 repeated_header\nend\n");
}

static const char *const keys[] = {"id", NULL};

Test(csv_torn, rule03_a_torn_row_ends_the_record_above)
{
    struct reader_options options = {.continues = keys};

    SAYS(lines_of("id,name,x\r\n1,A,y\r\n,,z\r\n2,B\nb,y\r\n3,C,y\r\n",
                  &options),
         "2\n4 ! torn_row\n6\nend\n");
    /* The further row of a record may be torn too. */
    SAYS(
        lines_of("id,name,x\r\n1,A,y\r\n,,z\r\n,q\nb,y\r\n3,C,y\r\n", &options),
        "2\n4 ! torn_row\n6\nend\n");
}

Test(csv_torn, rule03_of_lines_that_say_what_they_are)
{
    struct reader_options options = {.rows = "CUST", .delimiter = '\t'};

    SAYS(lines_of("!CUST\tNAME\tCITY\r\nCUST\tAnn\nLee\tPerth\r\n"
                  "VEND\tx\nCUST\tBo\tPerth\r\n",
                  &options),
         "2 ! torn_row\n5\nend\n");
}

Test(csv_torn, rule10_many_lines_that_might_be_one_row_take_no_time)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, "id,name\r\n1,A\r\n");
    for (int i = 0; i < 2 * FIELD_MAX; i++)
        buffer_string(&file, "x\n");
    buffer_string(&file, "2,B\r\n");
    got = lines_of(file.at, NULL);
    cr_expect_not_null(strstr(got, "title_line"));
    free(got);
    buffer_free(&file);
}

Test(csv_torn, a_header_again_may_have_letters_in_another_case)
{
    SAYS(lines_of("Name,Email\nNAME,EMAIL\nAnn,a@example.com\n"
                  "name,email\nName,Emil\n",
                  NULL),
         "3\n5\nnote 2 repeated_header\nnote 4 repeated_header\nend\n");
}
