/*
 * test_json.c - JSON to a tree and back, and the JSON and NDJSON readers.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(json, .timeout = 20, .init = folder_open, .fini = folder_close);

/* Parsed and written again; what json_parse said when it refused. */
static char *again(const char *text, bool pretty)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct buffer out = {0};
    struct node *node;
    struct err err;

    if (json_parse(text_of(text), arena, names, &node, &err) != OK)
        buffer_print(&out, "%d %s %s", err.status == REJECT, err.code,
                     err.message);
    else if (pretty)
        json_write_pretty(&out, node);
    else
        json_write(&out, node);
    arena_close(arena);
    names_close(names);
    return out.at;
}

static const char *const kept[] = {
    "{\"b\":1,\"a\":[true,false,null,{}],\"c\":{\"d\":[]}}",
    "12345678901234567890123456789",
    "-0.10e+05",
    "19.99",
    "\"s#12\"",
    "\"#12\"",
    "[\"#1\",1,\"s\",\"\"]",
    "\"Jos\xc3\xa9 \xf0\x9f\x98\x80 \xe2\x80\xa8 / ' <\x7f\"",
    "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u000b\\u001f\"",
    "\"\\\\u001F \\\\\\\\u000B\"",
};

Test(json, what_is_parsed_is_written_the_same)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        SAYS(again(kept[i], false), kept[i]);
    SAYS(again(" { \"a\" : \"\\u00e9\\u001F\\/\" }\n", false),
         "{\"a\":\"\xc3\xa9\\u001f/\"}");
    SAYS(again("\"\\ud83d\\ude00\"", false), "\"\xf0\x9f\x98\x80\"");
}

Test(json, pretty_is_indented_by_two)
{
    SAYS(again("{\"a\":[1,{\"b\":\"x\"}],\"c\":{},\"d\":[]}", true),
         "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\"\n    }\n  ],\n"
         "  \"c\": {},\n  \"d\": []\n}");
}

static const char *const refused[] = {
    "",
    " ",
    "{",
    "[1,2",
    "\"abc",
    "{\"a\":1,}",
    "[1,]",
    "{\"a\" 1}",
    "nul",
    "01",
    "1.",
    ".5",
    "+1",
    "-",
    "1e",
    "1e+",
    "0x10",
    "--1",
    "1-2",
    "1 2",
    "NaN",
    "Infinity",
    "-Infinity",
    "{1:2}",
    "{\"a\":1,\"a\":2}",
    "{a:1}",
    "'a'",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "{\"a\\u0000b\":1}",
    "\"a\nb\"",
    "\"\\x\"",
    "\"\xe9\"",
    "\"\xed\xa0\x80\"",
    "1a",
    "tr1ue",
    "[1 \"x\"]",
    "1\"x\"",
    "{} {}",
    "[] // x",
    "{\"a\":1 2}",
};

Test(json, what_is_no_json_is_refused)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        char *got = again(refused[i], false);

        cr_expect(text_starts(text_of(got), "1 bad_"), "%zu: %s gave %s", i,
                  refused[i], got);
        free(got);
    }
}

Test(json, a_refusal_never_quotes_the_data)
{
    char *got = again("{\"secret\": hunter2}", false);

    cr_assert_null(strstr(got, "hunter2"));
    cr_assert_null(strstr(got, "secret"));
    free(got);
}

Test(json, depth_has_a_limit)
{
    struct buffer text = {0};
    char *got;

    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_byte(&text, '[');
    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_byte(&text, ']');
    SAYS(again(text.at, false), text.at);
    buffer_clear(&text);
    for (int i = 0; i < 1000000; i++)
        buffer_byte(&text, '[');
    got = again(text.at, false);
    cr_assert(text_starts(text_of(got), "1 bad_row"));
    free(got);
    buffer_free(&text);
}

Test(json, text_that_is_no_utf8_is_written_with_replacement_characters)
{
    struct arena *arena = arena_open();
    struct buffer out = {0};

    json_write(&out, node_text(arena, text_of("a\xe9\"\xc3\xa9\xe2\x82")));
    cr_assert_str_eq(out.at, "\"a\xef\xbf\xbd\\\"\xc3\xa9\xef\xbf\xbd"
                             "\xef\xbf\xbd\"");
    buffer_free(&out);
    arena_close(arena);
}

/* --- the readers ---------------------------------------------------------- */

static const char two[] = "{\"id\":\"1\"}\n{\"id\":2.50}\nend\n";

/* The same without line numbers. */
static char *read_json(const char *content, const char *records)
{
    struct reader_options options = {.records = records};
    char *got = read_text("json", content, &options), *to = got;

    for (const char *from = got; *from != '\0';) {
        const char *end = strchr(from, '\n') + 1;

        if (*from >= '0' && *from <= '9')
            from = strchr(from, ' ') + 1;
        memmove(to, from, (size_t)(end - from));
        to += end - from;
        from = end;
    }
    *to = '\0';
    return got;
}

Test(json, records_are_the_top_list_or_the_one_list_of_objects)
{
    SAYS(read_json("[{\"id\":\"1\"},{\"id\":2.50}]", NULL), two);
    SAYS(read_json(" [ {\"id\":\"1\"} \n , {\"id\":2.50} ] \n", NULL), two);
    SAYS(read_json("{\"n\":2,\"tags\":[\"x\",[]],\"meta\":{\"a\":[{}]},"
                   "\"rows\":[{\"id\":\"1\"},{\"id\":2.50}],\"z\":\"]}\"}",
                   NULL),
         two);
    SAYS(read_json("[]", NULL), "end\n");
    SAYS(read_json("{\"rows\":[]}", NULL), "end\n");
    SAYS(
        read_json("{\"rows\":[{\"id\":\"1\"}],\"old\":[{\"id\":\"1\"}]}", NULL),
        "{\"id\":\"1\"}\nSTOP 65 no_records \n");
    SAYS(read_json("{\"id\":1}", NULL), "STOP 65 no_records \n");
}

Test(json, a_path_leads_to_the_records)
{
    SAYS(read_json("{\"x\":[{}],\"data\":{\"y\":1,\"customers\":[{\"id\":"
                   "\"1\"},{\"id\":2.50}],\"z\":[{}]},\"w\":{\"a\":\"}\"}}",
                   "data.customers"),
         two);
    SAYS(read_json("{\"data\":{\"customers\":[]}}", "data.customers"), "end\n");
    SAYS(read_json("{\"data\":{\"people\":[]}}", "data.customers"),
         "STOP 65 no_records \n");
    SAYS(read_json("{\"data\":[{}]}", "data.customers"),
         "STOP 65 no_records \n");
    SAYS(read_json("[{\"id\":1}]", "data"), "STOP 65 no_records \n");
    SAYS(read_json("{\"data\":{\"customers\":{}}}", "data.customers"),
         "STOP 65 no_records \n");
    SAYS(read_json("{}", "a..b"), "STOP 78 bad_path \n");
}

Test(json, lines_are_counted_where_records_begin)
{
    SAYS(read_text("json",
                   "[\n  {\n    \"id\": 1\n  },\n  {\"id\": 2},\n\n"
                   "  {\"id\":\n3}\n]\n",
                   NULL),
         "2 {\"id\":1}\n5 {\"id\":2}\n7 {\"id\":3}\nend\n");
}

Test(json, a_record_that_closes_costs_only_itself)
{
    SAYS(read_text("json",
                   "[{\"id\":1},\n"
                   "{\"id\":1,\"id\":2},\n"
                   "{\"id\":\"\\ud800\"},\n"
                   "{\"id\":NaN},\n"
                   "{\"id\":\"\\u0000\"},\n"
                   "{\"id\":\"a\tb\"},\n"
                   "{\"id\":01},\n"
                   "{\"id\":[1,}]},\n"
                   "{\"id\":2}]",
                   NULL),
         "1 {\"id\":1}\n2 !! bad_row\n3 !! bad_row\n4 !! bad_row\n"
         "5 !! bad_row\n6 !! bad_row\n7 !! bad_row\nSTOP 65 broken_file :8\n");
    SAYS(read_text("json",
                   "[{\"id\":1},\n[1],\nnull,\n\"x\",\n12,\n"
                   "{\"id\":\"\xe9\"},\n{\"id\":{}x},\n{\"id\":2}]",
                   NULL),
         "1 {\"id\":1}\n2 ! bad_row\n3 ! bad_row\n4 ! bad_row\n5 ! bad_row\n"
         "6 ! bad_encoding\n7 !! bad_row\n8 {\"id\":2}\nend\n");
}

static const char *const broken[] = {
    "[{\"id\":1},\n{\"id\":2},\n]",
    "[{\"id\":1},\n\n{\"id\":2}",
    "[{\"id\":1},\n\n{\"id\":2",
    "[{\"id\":1},\n\n",
    "[{\"id\":1},\n\n{\"id\":\"2}]",
    "[{\"id\":1}\n\n{\"id\":2}]",
    "[{\"id\":1},\n\n// x\n{\"id\":2}]",
    "[{\"id\":1},\n\n,{\"id\":2}]",
    "[{\"id\":1}]\n\n{\"id\":2}",
    "[{\"id\":1}]\n\n[]",
    "[{\"id\":1},\n\nNaN]",
    "[{\"id\":1},\n\n{\"id\":[}]]",
    "{\"a\":[{\"id\":1}]\n\n",
    "{\"a\":[{\"id\":1}],\n\n}",
    "{\"a\":[{\"id\":1}]\n\n\"b\":1}",
    "{\"a\":[{\"id\":1}],\n\n\"b\"}",
    "{\"a\":[{\"id\":1}],\n\"b\":\n}",
    "{\"a\":[{\"id\":1}],\n\n\"b\":x}",
    "{\"a\":[{\"id\":1}],\n\n\"b\":[[1}}",
    "{\"a\":[{\"id\":1}]}\n\n}",
};

Test(json, what_is_wrong_between_records_costs_the_file)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char *got = read_text("json", broken[i], NULL);
        char *stop = strstr(got, "STOP 65 broken_file :3\n");

        cr_expect(text_starts(text_of(got), "1 {\"id\":1}\n") && stop != NULL,
                  "%zu: %s", i, got);
        free(got);
    }
    SAYS(read_text("json", "", NULL), "STOP 65 empty_file \n");
    SAYS(read_text("json", "id,name\n1,A\n", NULL), "STOP 65 broken_file :1\n");
}

Test(json, a_cut_document_never_passes_as_a_shorter_one)
{
    static const char whole[] =
        "{\"n\":[],\"rows\":[{\"a\":\"x\\\"]\"},{\"b\":1.5}],\"z\":null}\n";

    for (size_t size = 0; size + 2 < sizeof(whole); size++) {
        char *cut = strndup(whole, size);
        char *got = read_text("json", cut, NULL);

        cr_expect_not_null(strstr(got, "STOP 65"), "%s gave %s", cut, got);
        free(got);
        free(cut);
    }
}

Test(json, a_record_larger_than_the_window_is_read_and_one_past_the_limit_not)
{
    struct buffer file = {0};
    char *got;

    buffer_string(&file, "[{\"id\":\"");
    while (file.size < 1000000)
        buffer_string(&file, "]}\\\"{[abcdefgh");
    buffer_string(&file, "\"},{\"id\":2}]");
    got = read_text("json", file.at, NULL);
    cr_assert_not_null(strstr(got, "1 {\"id\":2}\nend\n"));
    free(got);
    buffer_clear(&file);
    buffer_string(&file, "[{\"id\":\"");
    while (file.size < RECORD_MAX + 1000000)
        buffer_string(&file, "abcdefghabcdefghabcdefgh");
    buffer_string(&file, "\"}]");
    SAYS(read_text("json", file.at, NULL), "STOP 65 too_large :1\n");
    buffer_free(&file);
}

Test(json, nesting_without_end_stops_the_file)
{
    struct buffer file = {0};

    for (int i = 0; i < 100000; i++)
        buffer_byte(&file, '[');
    SAYS(read_text("json", file.at, NULL), "STOP 65 broken_file :1\n");
    buffer_clear(&file);
    buffer_string(&file, "[{\"a\":");
    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_byte(&file, '[');
    for (int i = 0; i < DEPTH_MAX; i++)
        buffer_byte(&file, ']');
    buffer_string(&file, "},{\"a\":1}]");
    SAYS(read_text("json", file.at, NULL), "1 !! bad_row\n1 {\"a\":1}\nend\n");
    buffer_free(&file);
}

Test(json, ndjson_has_one_object_per_line)
{
    SAYS(
        read_text("ndjson", "{\"id\":1}\r\n\n  {\"id\":2}  \n{\"id\":3}", NULL),
        "1 {\"id\":1}\n3 {\"id\":2}\n4 {\"id\":3}\nend\n");
    SAYS(read_text("ndjson", "{\"id\":1}\n[]\nnull\n{\"a\":1,\"a\":2}\n", NULL),
         "1 {\"id\":1}\n2 ! bad_row\n3 ! bad_row\n4 !! bad_row\nend\n");
    SAYS(read_text("ndjson", "{\"id\":1}\n{\"id\":\n", NULL),
         "1 {\"id\":1}\nSTOP 65 broken_file :2\n");
    SAYS(read_text("ndjson", "{\"id\":1}\n{\"id\":2}{\"id\":3}\n", NULL),
         "1 {\"id\":1}\nSTOP 65 broken_file :2\n");
    SAYS(read_text("ndjson", "{\"id\":1}\n// x\n", NULL),
         "1 {\"id\":1}\nSTOP 65 broken_file :2\n");
    SAYS(read_text("ndjson", "", NULL), "STOP 65 empty_file \n");
}

Test(json, raw_and_columns_come_from_the_record)
{
    struct names *names = names_open();
    struct input *input;
    struct reader *reader;
    struct record record;
    struct err err;

    cr_assert_eq(input_open(&input,
                            put("x", "[ {\"id\" : 1,\"address\":{\"city\":"
                                     "\"X\",\"zip\":\"2\"},\"tags\":[]} ]"),
                            NULL, ENCODING_TOLD, &err),
                 OK);
    cr_assert_eq(
        reader_open(&reader, format_named("json"), input, NULL, names, &err),
        OK);
    cr_assert_str_eq(reader_columns(reader)[1], "address.city");
    cr_assert_str_eq(reader_columns(reader)[2], "address.zip");
    cr_assert_str_eq(reader_columns(reader)[3], "tags");
    cr_assert_null(reader_columns(reader)[4]);
    cr_assert_eq(reader_next(reader, &record, &err), OK);
    cr_assert(text_is(record.raw, "{\"id\" : 1,\"address\":{\"city\":"
                                  "\"X\",\"zip\":\"2\"},\"tags\":[]}"));
    reader_close(reader);
    input_close(input);
    names_close(names);
}
