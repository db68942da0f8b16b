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
            is_torn("2,Bo,1 High St|Unit 2,Perth", ends[tear], ends[end],
                    "2\n3 ! torn_row\n5\nend\n");
            /* The rest may be a row by itself, as far as can be seen. */
            is_torn("2,Bo,1 High St|3,Perth", ends[tear], ends[end],
                    "2\n3\n4\n5\nnote 3 short_row\nend\n");
        }
}

/* Rows of id,name,email,notes,city between two that are whole. */
static void among_whole(const char *rows, const char *want)
{
    struct buffer file = {0};

    buffer_print(&file,
                 "id,name,email,notes,city\n1,Ann,a@example.com,,Perth\n%s"
                 "9,Zoe,z@example.com,x,\n",
                 rows);
    SAYS(lines_of(file.at, NULL), want);
    buffer_free(&file);
}

Test(csv_torn, rule03_where_all_lines_end_alike_the_other_rows_tell_a_tear)
{
    static const char torn[] = "2\n3 ! torn_row\n5\nend\n";

    among_whole("2,Bob,b@example.com,first\nsecond,Perth\n", torn);
    among_whole("2,Bob,b@example.com,first\n,Perth\n", torn);
    among_whole("2,Bob\nLee,b@example.com,x,Perth\n", torn);
    among_whole("2,Bob,b@example.com,a\n\nb\nc,Perth\n",
                "2\n3 ! torn_row\n7\nend\n");
    among_whole("2,Bo,,a\nb,c\n3,Cy,,d\ne,f\n",
                "2\n3 ! torn_row\n5 ! torn_row\n7\nend\n");
    /* The last row, the first. */
    SAYS(lines_of("id,name,x\n1,A\nb,y\n2,B,y\n3,C,z\n", NULL),
         "2 ! torn_row\n4\n5\nend\n");
    SAYS(lines_of("id,name,x\n1,A,y\n2,B,y\n3,C\nd,z\n", NULL),
         "2\n3\n4 ! torn_row\nend\n");
    SAYS(lines_of("name,email,x,y\nA,a@example.com,y,z\n"
                  "B,b@example.com,y,z\nC,c@example.com,d\ne,z\n",
                  NULL),
         "2\n3\n4 ! torn_row\nend\n");
}

Test(csv_torn, short_rows_are_rows_and_said_once)
{
    static const char two[] = "2\n3\n4\n5\nnote 3 short_row\nend\n";

    among_whole("2,Bo\n3,Cy\n4,Di\n5,Ed\n",
                "2\n3\n4\n5\n6\n7\nnote 3 short_row\nend\n");
    /* Two that would make exactly one. */
    among_whole("2,Bo,b@example.com\n3,Cy,c@example.com\n", two);
    among_whole("2,Bo,b@example.com,x\n3,Cy\n", two);
    among_whole("2,Bo\nX-9,Cy,c@example.com,x\n", two);
    among_whole("2,Bo,b@example.com\n,Cy,c@example.com\n", two);
    /* This file leaves cells out, so that the odd row is but an odd row. */
    SAYS(lines_of("id,name,x\n1,A,y\n2,B,y\n3,C\nweb,D\n4,E,y\n5,F\n6,G,y\n",
                  NULL),
         "2\n3\n4\n5\n6\n7\n8\nnote 4 short_row\nend\n");
    SAYS(lines_of("id,name,x\n1,A\n2,B\n3,C\n", NULL), "2\n3\n4\nend\n");
    /* Free text in all columns. */
    SAYS(lines_of("name,x,y\nAnn,a,b\nBo,c,d\nCy,e\nDi,f\nEd,g,h\n", NULL),
         "2\n3\n4\n5\n6\nnote 4 short_row\nend\n");
}

Test(csv_torn, short_rows_that_end_in_several_ways_are_rows)
{
    static const char *const headers[] = {"id,name,x", "id,name,a,b,c",
                                          "id,name,a,b,c,d,e,f,g,h,i,j"};

    for (int i = 0; i < 3; i++) {
        char file[128];

        (void)snprintf(file, sizeof(file),
                       "%s\n1,A\r\n2,B\n3,C\r\n4,D\n5,E\r\n", headers[i]);
        SAYS(lines_of(file, NULL), "2\n3\n4\n5\n6\nend\n");
        (void)snprintf(file, sizeof(file), "%s\r\n1,A\n2,B\n3,C\n4,D\r\n",
                       headers[i]);
        SAYS(lines_of(file, NULL), "2\n3\n4\n5\nend\n");
    }
    SAYS(lines_of("name,email,x\r\nA,a@example.com\nB,b@example.com\r\n"
                  "C,c@example.com,y\r\nD,d@example.com,z\r\n",
                  NULL),
         "2\n3\n4\n5\nnote 2 short_row\nend\n");
    /* A torn one among them. */
    SAYS(lines_of("id,name,x,y,z\r\n1,A\r\n2,B\r\n3,C,d\ne,f\r\n4,G\r\n", NULL),
         "2\n3\n4 ! torn_row\n6\nend\n");
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
    /* Several in one row are one torn row. */
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

Test(csv_torn, line_ends_at_an_edge_and_in_quotes_tear_nothing)
{
    is_torn("|2,Bo,x,y", "\n", "\r\n", "2\n4\n5\nend\n");
    is_torn("2,Bo,x,y|", "\n", "\r\n", "2\n3\n5\nend\n");
    is_torn("2,Bo,x,y||3,Cy,x,y", "\n", "\r\n", "2\n3\n5\n6\nend\n");
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
