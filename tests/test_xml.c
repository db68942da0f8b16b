/*
 * test_xml.c - the XML reader: records, their bytes, and what is refused.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(xml, .timeout = 30, .init = folder_open, .fini = folder_close);

static char *read_xml(const char *content, const char *records)
{
    struct reader_options options = {.records = records};

    return read_text("xml", content, &options);
}

Test(xml, the_children_of_the_root_are_records)
{
    SAYS(read_xml("<?xml version=\"1.0\"?>\n<customers>\n"
                  "  <customer id=\"7\">\n    <name>Ann &amp; Bo</name>\n"
                  "    <tag>a</tag><tag>b</tag><x/>\n"
                  "    <address><city> X </city></address>\n  </customer>\n"
                  "  <customer/>\n</customers>\n",
                  NULL),
         "3 {\"@id\":\"7\",\"name\":\"Ann & Bo\",\"tag\":\"a\",\"tag\":\"b\","
         "\"x\":\"\",\"address\":{\"city\":\" X \"}}\n8 {}\nend\n");
}

Test(xml, text_beside_attributes_or_elements_is_a_member)
{
    SAYS(read_xml("<a><r><n lang=\"en\"> A </n><m>x <b>y</b> z</m>"
                  "<c><![CDATA[<&]]> d</c><e at='1'/></r><r>only text</r></a>",
                  NULL),
         "1 {\"n\":{\"@lang\":\"en\",\"#text\":\" A \"},"
         "\"m\":{\"b\":\"y\",\"#text\":\"x  z\"},\"c\":\"<& d\","
         "\"e\":{\"@at\":\"1\"}}\n1 {\"#text\":\"only text\"}\nend\n");
}

Test(xml, characters_in_attributes_come_out_exactly)
{
    SAYS(read_xml("<a><r x=\"a &amp; b &lt;&quot;&#38;#38; &amp;#38;amp;\" "
                  "y='>' z=\"&#xe9;&#10;\"/><r/></a>",
                  NULL),
         "1 {\"@x\":\"a & b <\\\"&#38; &#38;amp;\",\"@y\":\">\","
         "\"@z\":\"\xc3\xa9\\n\"}\n1 {}\nend\n");
}

Test(xml, names_count_without_their_prefix)
{
    SAYS(read_xml("<s:list xmlns:s='urn:s' xmlns='urn:d' xmlns:q='urn:q'>"
                  "<s:person q:id='1'><n>A</n><q:n>B</q:n></s:person>"
                  "</s:list>",
                  "list/person"),
         "1 {\"@id\":\"1\",\"n\":\"A\",\"n\":\"B\"}\nend\n");
}

Test(xml, a_path_leads_to_the_records_from_the_root_or_below_it)
{
    static const char file[] =
        "<shop><customer><id>0</id></customer><customers><meta/>"
        "<customer><id>1</id></customer></customers><x><customers><customer/>"
        "</customers></x><customers><customer><id>2</id></customer>"
        "</customers></shop>";
    static const char want[] = "1 {\"id\":\"1\"}\n1 {\"id\":\"2\"}\nend\n";

    SAYS(read_xml(file, "shop/customers/customer"), want);
    SAYS(read_xml(file, "customers/customer"), want);
    SAYS(read_xml(file, "customer"), "1 {\"id\":\"0\"}\nend\n");
    SAYS(read_xml(file, "shop/customer"), "1 {\"id\":\"0\"}\nend\n");
    SAYS(read_xml(file, "people/person"), "STOP 65 no_records \n");
    SAYS(read_xml(file, "customers/person"), "STOP 65 no_records \n");
    SAYS(read_xml("<shop><customers/></shop>", "customers/customer"), "end\n");
    SAYS(read_xml("<customers></customers>", "customers/customer"), "end\n");
    SAYS(read_xml("<customer><id>1</id></customer>", "customer"),
         "1 {\"id\":\"1\"}\nend\n");
}

Test(xml, a_list_that_is_deeper_than_expected_is_not_one_record)
{
    char *got = read_xml("<shop><customers><customer><id>1</id></customer>"
                         "<customer><id>2</id></customer></customers></shop>",
                         NULL);

    cr_expect_not_null(strstr(got, "STOP 65 no_records"), "%s", got);
    free(got);
    SAYS(read_xml("<customers><customer><id>1</id><address><city>X</city>"
                  "</address></customer></customers>",
                  NULL),
         "1 {\"id\":\"1\",\"address\":{\"city\":\"X\"}}\nend\n");
    SAYS(read_xml("<customers/>", NULL), "end\n");
}

Test(xml, raw_is_the_exact_element_wherever_pieces_end)
{
    struct names *names = names_open();
    struct buffer file = {0}, want = {0};
    struct input *input;
    struct reader *reader;
    struct record record;
    struct err err;
    uint64_t line = 2;
    unsigned i = 0;

    buffer_string(&file, "<?xml version='1.0' encoding='UTF-8'?>\n<c>");
    for (; i < 5000; i++) {
        buffer_print(&file,
                     "<p:r a='>%u'\n b=\"/>\"><n>J\xc3\xa9%.*s</n>"
                     "<!-- <r> --></p:r >%s",
                     i, (int)(i % 61),
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                     "xxxxxxxxxxx",
                     i % 7 == 0 ? "\r\n" : "");
        if (i % 11 == 0)
            buffer_string(&file, "<r/>");
    }
    buffer_string(&file, "</c>");
    /* The prefix is declared nowhere: no reason to refuse anything. */
    cr_assert_eq(
        input_open(&input, put("x.xml", file.at), NULL, ENCODING_TOLD, &err),
        OK);
    cr_assert_eq(
        reader_open(&reader, format_named("xml"), input, NULL, names, &err),
        OK);
    for (i = 0; i < 5000; i++) {
        cr_assert_eq(reader_next(reader, &record, &err), OK, "%s", err.message);
        buffer_clear(&want);
        buffer_print(&want,
                     "<p:r a='>%u'\n b=\"/>\"><n>J\xc3\xa9%.*s</n>"
                     "<!-- <r> --></p:r >",
                     i, (int)(i % 61),
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                     "xxxxxxxxxxx");
        cr_assert(text_equal(record.raw, buffer_view(&want)), "%u: %.*s", i,
                  TEXT_ARGS(record.raw));
        cr_assert_eq(record.line, line);
        line += i % 7 == 0 ? 2 : 1;
        if (i % 11 == 0) {
            cr_assert_eq(reader_next(reader, &record, &err), OK);
            cr_assert(text_is(record.raw, "<r/>"));
        }
    }
    cr_assert_eq(reader_next(reader, &record, &err), END);
    reader_close(reader);
    input_close(input);
    names_close(names);
    buffer_free(&file);
    buffer_free(&want);
}

static const struct {
    const char *file, *want;
} stopped[] = {
    {"<!DOCTYPE a [<!ENTITY b \"c\">]>\n<a><r>&b;</r></a>",
     "STOP 65 doctype :1\n"},
    {"<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/hostname'>\n"
     "<a><r/></a>",
     "STOP 65 doctype :2\n"},
    {"<a>\n<r>&nobody;</r></a>", "STOP 65 entity :2\n"},
    {"<a>\n<r x='&nobody;'/></a>", "STOP 65 entity :2\n"},
    {"<a>\n<r></a>", "STOP 65 broken_file :2\n"},
    {"<a>\n<r x='1' x='2'/></a>", "STOP 65 broken_file :2\n"},
    {"<a>\n<r>1 < 2</r></a>", "STOP 65 broken_file :2\n"},
    {"<a>\n<r>\xe9</r></a>", "STOP 65 bad_encoding :2\n"},
    {"<a>\n<r>\x01</r></a>", "STOP 65 broken_file :2\n"},
    {"<?xml version='1.0' encoding='made-up'?><a/>", "STOP 65 bad_encoding \n"},
    {"", "STOP 65 empty_file \n"},
    {"id,name\n1,A\n", "STOP 65 broken_file :1\n"},
};

Test(xml, what_is_no_document_for_us_costs_the_file)
{
    for (size_t i = 0; i < sizeof(stopped) / sizeof(stopped[0]); i++)
        SAYS(read_xml(stopped[i].file, NULL), stopped[i].want);
}

Test(xml, a_cut_document_never_passes_as_a_shorter_one)
{
    static const char whole[] =
        "<?xml version='1.0'?><a><r>1</r><r x='2'/><!-- x --></a>";

    for (size_t size = 0; size + 1 < sizeof(whole); size++) {
        char *cut = strndup(whole, size);
        char *got = read_xml(cut, NULL);

        cr_expect_not_null(strstr(got, "STOP 65"), "%s gave %s", cut, got);
        free(got);
        free(cut);
    }
    SAYS(read_xml("<a><r/></a>\n<a><r/></a>", "r"), "STOP 65 broken_file :2\n");
}

Test(xml, a_declared_encoding_is_converted)
{
    SAYS(read_xml("<?xml version='1.0' encoding='windows-1252'?>\n"
                  "<a><r>\x80 \xe9</r><r/></a>",
                  NULL),
         "2 {\"#text\":\"\xe2\x82\xac \xc3\xa9\"}\n2 {}\nend\n");
    SAYS(read_xml("<?xml version='1.0' encoding='ISO-8859-1'?>"
                  "<a><r n='\xe9'/><r/></a>",
                  NULL),
         "1 {\"@n\":\"\xc3\xa9\"}\n1 {}\nend\n");
}

Test(xml, utf16_is_read_by_its_mark_whatever_the_declaration_says)
{
    static const char text[] = "<?xml version='1.0' encoding='UTF-16'?>"
                               "<a><r>x</r><r/></a>";
    char file[2 * sizeof(text)] = {'\xff', '\xfe'};

    for (size_t i = 0; i + 1 < sizeof(text); i++)
        file[2 + 2 * i] = text[i];
    SAYS(read_path("xml", put_bytes("x", file, 2 * sizeof(text)), NULL, NULL),
         "1 {\"#text\":\"x\"}\n1 {}\nend\n");
    SAYS(read_path("xml", put_bytes("x", file + 2, 2 * sizeof(text) - 2), NULL,
                   NULL),
         "STOP 65 bad_encoding \n");
    SAYS(read_path("xml", put_bytes("x", file + 2, 2 * sizeof(text) - 2),
                   "utf-16le", NULL),
         "1 {\"#text\":\"x\"}\n1 {}\nend\n");
}

Test(xml, depth_and_size_have_limits)
{
    struct buffer file = {0};

    buffer_string(&file, "<a><r>");
    for (int i = 0; i < DEPTH_MAX + 5; i++)
        buffer_string(&file, "<x>");
    for (int i = 0; i < DEPTH_MAX + 5; i++)
        buffer_string(&file, "</x>");
    buffer_string(&file, "</r><r><b/></r></a>");
    SAYS(read_xml(file.at, NULL), "1 !! bad_row\n1 {\"b\":\"\"}\nend\n");
    buffer_clear(&file);
    buffer_string(&file, "<a>\n<r>");
    while (file.size < RECORD_MAX + 1000000)
        buffer_string(&file, "<x>abcdefgh</x>\n");
    buffer_string(&file, "</r></a>");
    SAYS(read_xml(file.at, NULL), "STOP 65 too_large :2\n");
    buffer_clear(&file);
    buffer_string(&file, "<a>");
    for (int i = 0; i < 100000; i++)
        buffer_string(&file, "<x>");
    SAYS(read_xml(file.at, NULL), "STOP 65 too_large :1\n");
    buffer_free(&file);
}

Test(xml, columns_are_the_paths_of_the_first_record)
{
    struct names *names = names_open();
    struct input *input;
    struct reader *reader;
    struct err err;

    cr_assert_eq(input_open(&input,
                            put("x", "<a><r id='1'><n>A</n><b><c>x</c></b>"
                                     "<n>B</n></r><r/></a>"),
                            NULL, ENCODING_TOLD, &err),
                 OK);
    cr_assert_eq(
        reader_open(&reader, format_named("xml"), input, NULL, names, &err),
        OK);
    cr_assert_str_eq(reader_columns(reader)[0], "@id");
    cr_assert_str_eq(reader_columns(reader)[1], "n");
    cr_assert_str_eq(reader_columns(reader)[2], "b.c");
    cr_assert_null(reader_columns(reader)[3]);
    reader_close(reader);
    input_close(input);
    names_close(names);
}
