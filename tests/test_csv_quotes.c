/*
 * test_csv_quotes.c - DESIGN 11: quote marks that stand where none should.
 */
#include "transcript.h"

TestSuite(csv_quotes, .timeout = 60, .init = folder_open, .fini = folder_close);

#define HEADER "id,name,notes,email\n"

Test(csv_quotes, rule03_two_stray_quotes_do_not_swallow_the_rows_between)
{
    SAYS(read_text("csv",
                   HEADER "1,Ana,\"open,a@example.com\n2,Bob,x,b@example.com\n"
                          "3,Cy,y\",c@example.com\n4,,,\n",
                   NULL),
         "2 ! stray_quote\n5 {\"id\":\"4\",\"name\":\"\",\"notes\":\"\","
         "\"email\":\"\"}\nend\n");
    /* Nothing between; a blank line, a short row between. */
    SAYS(read_text("csv",
                   HEADER "1,Ana,\"open,a@example.com\n"
                          "3,Cy,y\",c@example.com\n",
                   NULL),
         "2 ! stray_quote\nend\n");
    SAYS(read_text("csv",
                   HEADER "1,Ana,\"open,a@example.com\n\n2,Bob,x\n"
                          "3,Cy,x,b@example.com\n4,Di,y\",c@example.com\n",
                   NULL),
         "2 ! stray_quote\nend\n");
}

/* One record, whatever its notes hold. */
static void is_one(const char *header, const char *row)
{
    struct buffer file = {0};
    char *got;

    buffer_print(&file, "%s\n%s\n", header, row);
    got = read_text("csv", file.at, NULL);
    cr_expect(strncmp(got, "2 {", 3) == 0, "%s\n%s", row, got);
    free(got);
    buffer_free(&file);
}

Test(csv_quotes, notes_of_several_lines_hold_what_they_like)
{
    static const char header[] = "id,name,notes,email";

    is_one(header, "1,Ana,\"Hi,\nCall Bob, Perth, b@example.com, soon\nbye\","
                   "a@example.com");
    is_one(header, "1,Ana,\"2,Bob,x,b@example.com\n3,Cy,y,c@example.com\","
                   "a@example.com");
    is_one(header, "1,Ana,\"as told\n2,Bob,x,b@example.com\n\",a@example.com");
    is_one(header, "1,Ana,\"one, b@example.com\n2, 3, 4\",a@example.com");
    is_one("id,email,notes,city", "1,a@example.com,\"Bob,x\n2,y,z\",Perth");
    is_one("name,notes,phone", "Ana,\"Bob,0491570156\nCy,0491570157\","
                               "0491570158");
    is_one("name,notes,email", "Ana,\"Ask Bob,b@example.com\n"
                               "or Cy, on Friday\",a@example.com");
}

#define WIDE "id,name,email,notes,city\n"

Test(csv_quotes, rule03_text_behind_a_quote_takes_the_whole_row_along)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};

    for (int i = 0; i < 3; i++) {
        struct buffer file = {0};

        buffer_print(&file,
                     WIDE "1,\"Ana\" x,a@example.com,\"l1%s%sl, \"\"2\"\"%s3\","
                          "Perth%s2,,,,%s",
                     ends[i], ends[i], ends[i], ends[i], ends[i]);
        SAYS(read_text("csv", file.at, NULL),
             "2 ! bad_row\n6 {\"id\":\"2\",\"name\":\"\",\"email\":\"\","
             "\"notes\":\"\",\"city\":\"\"}\nend\n");
        buffer_free(&file);
    }
}

Test(csv_quotes, rule03_a_row_behind_a_broken_one_is_never_part_of_it)
{
    static const char start[] =
        "2 ! bad_row\n3 {\"id\":\"2\",\"name\":\"\",\"email\":\"\","
        "\"notes\":\"\",\"city\":\"\"}\n";
    char *got = read_text("csv",
                          WIDE "1,\"Ana\" x,a@example.com,\"l1,Perth\n2,,,,\n"
                               "3,Cy,\"\",x,y\n",
                          NULL);

    cr_expect(strncmp(got, start, strlen(start)) == 0, "%s", got);
    free(got);
}

Test(csv_quotes, rule03_lines_of_one_cell_below_an_open_one_are_its_rest)
{
    static const char two[] =
        "2 ! bad_row\n5 {\"id\":\"2\",\"name\":\"\"}\nend\n";

    SAYS(read_text("csv", "id,name\n1,\"Ana\" x,\"l1\nl2\n\nl3", NULL),
         "2 ! bad_row\nend\n");
    SAYS(read_text("csv", "id,name\n1,\"Ana\" x,\"l1\nl2\nl3\n2,\n", NULL),
         two);
    /* Of one column each line is a row. */
    SAYS(read_text("csv", "name\n\"Ana\" x,\"l1\nBo\n", NULL),
         "2 ! bad_row\n3 {\"name\":\"Bo\"}\nend\n");
}

Test(csv_quotes, rule10_open_cells_in_all_rows_take_no_time)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, "id,name,x\n");
    for (int i = 0; i < 30 * 1000; i++)
        buffer_string(&file, "1,\"Ana\" x,\"l1\n");
    got = read_text("csv", file.at, NULL);
    cr_expect_not_null(strstr(got, "\n30001 ! bad_row\nend\n"));
    free(got);
    buffer_free(&file);
}
