/*
 * test_json_broken.c - what is no JSON, and what it costs: a row where strings
 * and brackets close, else the file; never a file that passes as a shorter one.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(json_broken, .timeout = 60, .init = folder_open,
          .fini = folder_close);

static bool is_taken(struct text text)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct node *node;
    struct err err;
    bool yes = json_parse(text, arena, names, &node, &err) == OK;

    arena_close(arena);
    names_close(names);
    return yes;
}

/* --- what is no JSON, and what it costs ---------------------- */

/* As a value in a record: strings and brackets close, so it costs one row. */
/* clang-format off */
static const char *const bad_values[] = {
    "", "01", "-01", "00", "1.", ".5", "-.5", "+1", "1e", "1e+", "1E-", "1.e5",
    "-", "--1", "0x10", "1_000", "1 000", "1,5,", "1.2.3", "1e5.5", "NaN",
    "nan", "Infinity", "-Infinity", "inf", "-NaN", "True", "TRUE", "nul",
    "nulll", "undefined", "None", "'x'", "x", "`x`", "\"\\x\"", "\"\\a\"",
    "\"\\u12\"", "\"\\u00g0\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"",
    "\"\\ude00\\ud83d\"", "\"a\tb\"", "\"a\nb\"", "\"a\x01\"", "[1,]", "[,1]",
    "[1,,2]", "[1 2]", "[,]", "{,}", "{\"a\":1,}", "{\"a\"}", "{\"a\",1}",
    "{\"a\":}", "{:1}", "{1:1}", "{a:1}", "{'a':1}", "{null:1}", "{\"a\" 1}",
    "{\"a\":1 \"b\":2}", "{\"a\"::1}", "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"\\u0061\":2}", "{\"a\\u0000\":1}", "/* x */ 1", "1 // x\n",
    "# x\n1", "\"a\" \"b\"", "\"a\" + \"b\"", "1;", "(1)", "<x>",
    "\xef\xbb\xbf" "1", "\v1", "\f1", "\xc2\xa0" "1", "@1", "$", "1a",
    "\"a\"b", "true1", "tr\"u\"e",
};
/* clang-format on */

Test(json_broken, a_bad_value_is_refused_and_costs_its_row)
{
    for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
        struct buffer file = {0};
        const char *value = bad_values[i];

        cr_expect(!is_taken(text_of(value)), "%zu: %s", i, value);
        buffer_print(&file,
                     "[{\"id\":\"007\"},\n{\"id\":1,\"v\":%s},"
                     "{\"id\":\"a\"},{\"v\":\"%s\",\"id\":2}]\n",
                     value, "x");
        SAYS(read_text("json", file.at, NULL),
             strchr(value, '\n') != NULL
                 ? "1 {\"id\":\"007\"}\n2 !! bad_row\n3 {\"id\":\"a\"}\n"
                   "3 {\"v\":\"x\",\"id\":2}\nend\n"
                 : "1 {\"id\":\"007\"}\n2 !! bad_row\n2 {\"id\":\"a\"}\n"
                   "2 {\"v\":\"x\",\"id\":2}\nend\n");
        buffer_free(&file);
    }
}

Test(json_broken, a_bad_value_in_a_line_costs_its_row)
{
    for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
        struct buffer file = {0};

        if (strchr(bad_values[i], '\n') != NULL)
            continue;
        buffer_print(&file, "{\"id\":\"007\"}\n{\"v\":%s}\n{\"id\":1}\n",
                     bad_values[i]);
        SAYS(read_text("ndjson", file.at, NULL),
             "1 {\"id\":\"007\"}\n2 !! bad_row\n3 {\"id\":1}\nend\n");
        buffer_free(&file);
    }
}

/* Beside the records nobody is there to be one row: the file is broken. */
Test(json_broken, a_bad_value_beside_the_records_costs_the_file)
{
    for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
        struct reader_options at_path = {.records = "rows"};
        struct buffer file = {0};
        char *got;

        /* Several of them only make sense where a name comes first. */
        buffer_print(&file, "{\"v\":%s,\"rows\":[{\"id\":1}]}", bad_values[i]);
        if (strncmp(bad_values[i], "{\"a\":1,\"", 8) == 0) {
            buffer_free(&file);
            continue;
        }
        got = read_text("json", file.at, NULL);
        cr_expect(text_starts(text_of(got), "STOP 65 broken_file"), "%s: %s",
                  file.at, got);
        free(got);
        got = read_text("json", file.at, &at_path);
        cr_expect(text_starts(text_of(got), "STOP 65 broken_file"), "%s: %s",
                  file.at, got);
        free(got);
        buffer_clear(&file);
        buffer_print(&file, "{\"rows\":[{\"id\":1}],\"v\":{\"w\":[0,%s]}}",
                     bad_values[i]);
        got = read_text("json", file.at, NULL);
        cr_expect_not_null(strstr(got, "STOP 65 broken_file"), "%s: %s",
                           file.at, got);
        free(got);
        buffer_free(&file);
    }
}

/* Between two records, or around all of them. */
/* clang-format off */
static const char *const broken[] = {
    "[{\"id\":1},,{\"id\":2}]", "[{\"id\":1} {\"id\":2}]",
    "[{\"id\":1};{\"id\":2}]", "[{\"id\":1}:{\"id\":2}]",
    "[{\"id\":1},{\"id\":2},]", "[,{\"id\":1}]",
    "[{\"id\":1},/* x */{\"id\":2}]", "[{\"id\":1},// x\n{\"id\":2}]",
    "[{\"id\":1}] # x", "[{\"id\":1}]]", "[{\"id\":1}]}", "[{\"id\":1}],",
    "[{\"id\":1}][]", "[{\"id\":1}] null", "[{\"id\":1}]\n{\"id\":2}",
    "[{\"id\":1}]\xef\xbb\xbf", "[\xef\xbb\xbf{\"id\":1}]",
    "[{\"id\":1},\xc2\xa0{\"id\":2}]", "[{\"id\":1}}", "[{\"id\":1]",
    "[{\"id\":1],{\"id\":2}]", "[{\"id\":\"1},{\"id\":2}]",
    "[{\"id\":1},{\"id\":2}", "[{\"id\":1},NaN]", "[{\"id\":1},'x']",
    "[{\"id\":1},01]", "{\"a\":[{\"id\":1}],\"a\":[]}",
    "{\"a\":[{\"id\":1}],\"\\u0061\":1}",
    "{\"x\":1,\"x\":2,\"a\":[{\"id\":1}]}", "{\"a\":[{\"id\":1}]",
    "{\"a\":[{\"id\":1}]}}", "{\"a\":[{\"id\":1}]},",
    "{\"a\":[{\"id\":1}];\"b\":1}", "{\"a\":[{\"id\":1}],b:1}",
    "{\"a\":[{\"id\":1}] /**/}", "{'a':[{\"id\":1}]}", "{\"a\"[{\"id\":1}]}",
    "\"\\ud800\"", "{\"\\ud800\":1,\"a\":[{\"id\":1}]}", "true", "12", "\"x\"",
    "\xef\xbb\xbf\xef\xbb\xbf[{\"id\":1}]",
};
/* clang-format on */

Test(json_broken, what_is_broken_between_records_costs_the_file)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char *got = read_text("json", broken[i], NULL);

        cr_expect_not_null(strstr(got, "STOP 65 broken_file :"), "%s gave %s",
                           broken[i], got);
        free(got);
    }
}

Test(json_broken, a_path_that_is_there_twice_costs_the_file)
{
    struct reader_options at_path = {.records = "d.c"};

    SAYS(read_text("json",
                   "{\"d\":{\"c\":[{\"id\":1}]},\n\"d\":{\"c\":[{\"id\":2}]}}",
                   &at_path),
         "1 {\"id\":1}\nSTOP 65 broken_file :2\n");
    SAYS(read_text("json", "{\"d\":{\"c\":[],\n\"c\":[{\"id\":2}]}}", &at_path),
         "STOP 65 broken_file :2\n");
    /* The same name at another place is another name. */
    SAYS(read_text("json",
                   "{\"c\":[{}],\"x\":{\"d\":1},\"d\":{\"d\":1,\"c\":[{\"id\":"
                   "2}]}}",
                   &at_path),
         "1 {\"id\":2}\nend\n");
}

Test(json_broken, ids_leave_digit_for_digit)
{
    static const char file[] =
        "[{\"id\":\"007\"},{\"id\":12345678901234567890123},{\"id\":1E5},"
        "{\"id\":9007199254740993},{\"id\":-0},{\"id\":1E400},{\"id\":1.10}]";
    static const char want[] =
        "1 {\"id\":\"007\"}\n1 {\"id\":12345678901234567890123}\n"
        "1 {\"id\":1E5}\n1 {\"id\":9007199254740993}\n1 {\"id\":-0}\n"
        "1 {\"id\":1E400}\n1 {\"id\":1.10}\nend\n";

    SAYS(read_text("json", file, NULL), want);
}

/* --- cuts ---------------------- */

/* clang-format off */
static const char *const documents[] = {
    "[{\"a\":\"x\\\"]}\"},\n {\"b\":[1,2,{\"c\":null}]},\n {\"d\":1.5}\n]\n",
    "{\"n\":12,\"rows\":[{\"a\":1},{\"b\":\"\xc3\xa9\"},{\"c\":{}}],"
    "\"z\":true,\"next\":\"\"}\n",
    "[\r\n{\"a\":\"\\u00e9\"}\r\n,\r\n{}\r\n]\r\n",
    "{\"meta\":{\"pages\":[1,2]},\"data\":[],\"rows\":[{\"a\":-0.5e+10}]}",
    "[]", "[ ]\n", "{\"rows\":[]}\n",
};
/* clang-format on */

Test(json_broken, a_document_cut_at_any_byte_is_never_a_shorter_one)
{
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        size_t whole = strlen(documents[i]);
        char *all = read_text("json", documents[i], NULL);

        cr_assert_not_null(strstr(all, "end\n"), "%s", all);
        for (size_t size = 0; size <= whole; size++) {
            char *cut = strndup(documents[i], size);
            char *got = read_text("json", cut, NULL);
            bool rest = strspn(documents[i] + size, " \r\n") == whole - size;

            if (rest)
                cr_expect_str_eq(got, all);
            else
                cr_expect_not_null(strstr(got, "STOP 65"), "%s gave %s", cut,
                                   got);
            free(got);
            free(cut);
        }
        free(all);
    }
}

static unsigned records_in(const char *transcript)
{
    unsigned count = 0;

    for (const char *at = transcript; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    return count - 1;
}

Test(json_broken, lines_cut_inside_a_record_are_never_fewer_records)
{
    static const char file[] =
        "{\"a\":\"x\\\"}\"}\r\n\r\n  {\"b\":[1,{\"c\":-0.5E+1}]} \n\n"
        "{\"d\":\"\xf0\x9f\x98\x80\\ud83d\\ude00\"}\n{\"\":{}}";
    size_t whole = sizeof(file) - 1;

    for (size_t size = 1; size <= whole; size++) {
        struct text left = {file, size};
        char *cut = strndup(file, size);
        char *got = read_text("ndjson", cut, NULL);
        unsigned records = 0;
        int depth = 0;
        bool in_string = false;

        for (size_t i = 0; i < left.size; i++) {
            if (in_string && file[i] == '\\')
                i++;
            else if (file[i] == '"')
                in_string = !in_string;
            else if (!in_string && (file[i] == '{' || file[i] == '['))
                depth++;
            else if (!in_string && (file[i] == '}' || file[i] == ']'))
                records += --depth == 0;
        }
        if (depth > 0) {
            cr_expect_not_null(strstr(got, "STOP 65 broken_file"), "%s: %s",
                               cut, got);
        } else {
            cr_expect_not_null(strstr(got, "end\n"), "%s: %s", cut, got);
            cr_expect_eq(records_in(got), records, "%s: %s", cut, got);
        }
        free(got);
        free(cut);
    }
}

Test(json_broken, lines_end_in_every_usual_way)
{
    static const char want[] = "1 {\"a\":1}\n3 {\"b\":2}\nend\n";

    SAYS(read_text("ndjson", "{\"a\":1}\n\n{\"b\":2}\n", NULL), want);
    SAYS(read_text("ndjson", "{\"a\":1}\r\n\r\n{\"b\":2}\r\n\r\n", NULL), want);
    SAYS(read_text("ndjson", "{\"a\":1}\n \t \n{\"b\":2}", NULL), want);
    SAYS(read_text("ndjson", "\xef\xbb\xbf{\"a\":1}\n\n{\"b\":2}\n", NULL),
         want);
    SAYS(read_text("ndjson", "{\"a\":1}\n\xef\xbb\xbf{\"b\":2}\n", NULL),
         "1 {\"a\":1}\nSTOP 65 broken_file :2\n");
    SAYS(read_text("ndjson", "{\"a\":1}\r{\"b\":2}\r", NULL),
         "STOP 65 broken_file :1\n");
    SAYS(read_text("ndjson", "[{\"a\":1}]\n{\"b\":2}\n[{\"a\":1},\n", NULL),
         "1 ! bad_row\n2 {\"b\":2}\nSTOP 65 broken_file :3\n");
    SAYS(read_text("ndjson", "\n\n", NULL), "STOP 65 empty_file \n");
}

/* --- limits ---------------------- */

static char *list_of(const char *value)
{
    struct buffer file = {0};
    char *got;

    buffer_print(&file, "[{\"v\":%s},\n{\"id\":2}]", value);
    got = read_text("json", file.at, NULL);
    buffer_free(&file);
    return got;
}

Test(json_broken, a_text_past_the_limit_costs_its_row)
{
    static const char want[] = "1 !! bad_row\n2 {\"id\":2}\nend\n";
    struct buffer value = {0};

    buffer_byte(&value, '"');
    while (value.size < FIELD_MAX + 2)
        buffer_byte(&value, 'a');
    buffer_byte(&value, '"');
    SAYS(list_of(value.at), want);
    buffer_clear(&value);
    while (value.size < FIELD_MAX + 1)
        buffer_byte(&value, '7');
    SAYS(list_of(value.at), want);
    buffer_clear(&value);
    buffer_string(&value, "[0");
    for (int i = 0; i < NODES_MAX; i++)
        buffer_string(&value, ",0");
    buffer_byte(&value, ']');
    SAYS(list_of(value.at), want);
    buffer_clear(&value);
    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_string(&value, "{\"a\":");
    buffer_byte(&value, '0');
    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_byte(&value, '}');
    SAYS(list_of(value.at), want);
    buffer_free(&value);
}

Test(json_broken, names_without_end_cost_rows_and_no_more_memory)
{
    struct buffer file = {0};
    char *got;

    for (int i = 0; i < 12; i++) {
        buffer_print(&file, "{\"n%d\":0", i);
        for (int k = 0; k < 10000; k++)
            buffer_print(&file, ",\"n%d.%d\":0", i, k);
        buffer_string(&file, "}\n");
    }
    buffer_string(&file, "{\"n0\":1}\n");
    got = read_text("ndjson", file.at, NULL);
    cr_assert_not_null(strstr(got, "12 !! bad_row\n13 {\"n0\":1}\nend\n"));
    cr_assert_null(strstr(got, "\n5 !!"));
    free(got);
    buffer_free(&file);
}

Test(json_broken, an_object_used_as_a_table_has_no_list_of_records)
{
    struct buffer file = {0};

    buffer_string(&file, "{\"0\":{\"id\":0}");
    for (int i = 1; i < 3000; i++)
        buffer_print(&file, ",\"%d\":{\"id\":%d}", i, i);
    buffer_byte(&file, '}');
    SAYS(read_text("json", file.at, NULL), "STOP 65 no_records \n");
    buffer_free(&file);
}

Test(json_broken, what_stands_beside_the_records_may_be_large)
{
    struct buffer file = {0};

    buffer_string(&file, "{\"other\":[0");
    while (file.size < 2 * RECORD_MAX)
        buffer_string(&file, ",{\"a\":[null,\"b\",{\"c\":-1.5}]}");
    buffer_string(&file, "],\"rows\":[{\"id\":1}]}");
    SAYS(read_text("json", file.at, NULL), "1 {\"id\":1}\nend\n");
    buffer_free(&file);
}

Test(json_broken, many_bad_rows_at_the_beginning_cost_only_themselves)
{
    struct buffer file = {0};
    char *got;

    for (int i = 0; i < 50; i++)
        buffer_string(&file, "{\"id\":NaN}\n");
    buffer_string(&file, "{\"id\":1}\n");
    got = read_text("ndjson", file.at, NULL);
    cr_assert_not_null(strstr(got, "50 !! bad_row\n51 {\"id\":1}\nend\n"));
    free(got);
    buffer_free(&file);
}
