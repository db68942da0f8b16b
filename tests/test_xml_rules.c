/*
 * test_xml_rules.c - XML 1.0, rule by rule: what it allows is read as it says,
 * what it forbids is refused where it stands.
 */
#include "transcript.h"

TestSuite(xml_rules, .timeout = 60, .init = folder_open, .fini = folder_close);

static char *read_xml(const char *content, const char *records)
{
    struct reader_options options = {.records = records};

    return read_text("xml", content, &options);
}

/* --- what is allowed ------------------------------------------------------ */

Test(xml_rules, the_five_entities_and_references_are_characters)
{
    SAYS(read_xml("<a><r n=\"&lt;&gt;&amp;&apos;&quot;&#65;&#x1F600;\">"
                  "<t>&lt;&gt;&amp;&apos;&quot;&#65;&#x42;&#x1f600;&#13;&#9;"
                  "</t></r></a>",
                  NULL),
         "1 {\"@n\":\"<>&'\\\"A\xf0\x9f\x98\x80\",\"t\":\"<>&'\\\"AB"
         "\xf0\x9f\x98\x80\\r\\t\"}\nend\n");
}

Test(xml_rules, line_ends_are_one_line_feed_also_in_cdata)
{
    SAYS(read_xml("<a><r><t>a\r\nb\rc\nd</t><u><![CDATA[a\r\nb\rc\n]]></u>"
                  "<v>&#13;<![CDATA[\n]]></v></r></a>",
                  NULL),
         "1 {\"t\":\"a\\nb\\nc\\nd\",\"u\":\"a\\nb\\nc\\n\","
         "\"v\":\"\\r\\n\"}\nend\n");
}

Test(xml_rules, blanks_in_an_attribute_are_one_character_each)
{
    SAYS(read_xml("<a><r n='a\tb\nc\r\nd&#10;e  f'/><r/></a>", NULL),
         "1 {\"@n\":\"a b c d\\ne  f\"}\n3 {}\nend\n");
}

Test(xml_rules, comments_and_instructions_stand_anywhere)
{
    SAYS(read_xml("<?xml version='1.0' standalone='yes'?><!-- a --><?p <r>?>\n"
                  "<!-- <a> --><a><?p?><!----><r><!-- x --><n>A<!-- y -->B"
                  "<?p y?>C<![CDATA[]]></n></r><!-- <r/> --></a><!-- z -->"
                  "<?p z?>\n\n",
                  NULL),
         "2 {\"n\":\"ABC\"}\nend\n");
}

Test(xml_rules, cdata_is_text_and_may_end_anything)
{
    SAYS(read_xml("<a><r><n><![CDATA[<r>&amp;]]]]><![CDATA[></r>]]></n></r>"
                  "<r><![CDATA[]]></r></a>",
                  NULL),
         "1 {\"n\":\"<r>&amp;]]></r>\"}\n1 {}\nend\n");
}

Test(xml_rules, blanks_are_kept_where_the_document_says_so)
{
    SAYS(read_xml("<a><r xml:space='preserve'><n a='1'>  </n></r>"
                  "<r><n a='1'>  </n><m> </m></r><r xml:space='preserve'>"
                  "<n xml:space='default' a='1'> </n> x </r></a>",
                  NULL),
         "1 {\"@space\":\"preserve\",\"n\":{\"@a\":\"1\",\"#text\":\"  \"}}\n"
         "1 {\"n\":{\"@a\":\"1\"},\"m\":\" \"}\n"
         "1 {\"@space\":\"preserve\",\"n\":{\"@space\":\"default\","
         "\"@a\":\"1\"},\"#text\":\" x \"}\nend\n");
}

Test(xml_rules, names_of_two_namespaces_stand_side_by_side)
{
    SAYS(read_xml("<a xmlns:p='urn:p' xmlns:q='urn:q' xmlns='urn:d'>"
                  "<r p:id='1' q:id='2' id='3' xmlns:z='urn:z'>"
                  "<p:n>A</p:n><q:n>B</q:n><n xmlns=''>C</n></r></a>",
                  NULL),
         "1 {\"@id\":\"1\",\"@id\":\"2\",\"@id\":\"3\",\"n\":\"A\",\"n\":\"B\""
         ",\"n\":\"C\"}\nend\n");
}

Test(xml_rules, a_prefix_is_free_also_in_the_path)
{
    static const char want[] = "1 {\"n\":\"A\"}\nend\n";

    SAYS(read_xml("<x:a xmlns:x='u'><x:b><x:r><x:n>A</x:n></x:r></x:b></x:a>",
                  "a/b/r"),
         want);
    SAYS(read_xml("<a xmlns='u'><b><r><n>A</n></r></b></a>", "a/b/r"), want);
}

Test(xml_rules, a_star_in_the_path_is_any_element)
{
    static const char file[] =
        "<env><head><id>0</id></head><people><p><id>1</id></p><q><id>2</id></q>"
        "</people><others><p><id>3</id></p></others></env>";

    SAYS(read_xml(file, "env/people/*"),
         "1 {\"id\":\"1\"}\n1 {\"id\":\"2\"}\nend\n");
    SAYS(read_xml(file, "env/*/p"),
         "1 {\"id\":\"1\"}\n1 {\"id\":\"3\"}\nend\n");
    SAYS(read_xml(file, "*/*/p"), "1 {\"id\":\"1\"}\n1 {\"id\":\"3\"}\nend\n");
    SAYS(read_xml(file, "people/*"),
         "1 {\"id\":\"1\"}\n1 {\"id\":\"2\"}\nend\n");
    SAYS(read_xml(file, "nobody/*"), "STOP 65 no_records \n");
}

Test(xml_rules, one_record_alone_may_be_the_document)
{
    SAYS(read_xml("<c:customer xmlns:c='u'>\n<id>1</id>\n</c:customer>",
                  "customer"),
         "1 {\"id\":\"1\"}\nend\n");
    SAYS(read_xml("<customer id='1'/>", "*"), "1 {\"@id\":\"1\"}\nend\n");
}

Test(xml_rules, names_of_fields_that_xml_has_not_are_read_back)
{
    SAYS(read_xml("<a><r x_x003A_y='0'><two_x0020_words>1</two_x0020_words>"
                  "<_x0031_st>2</_x0031_st><_x01F600_>3</_x01F600_>"
                  "<_x005F_x0020_>4</_x005F_x0020_><_xD800_>5</_xD800_>"
                  "<_x20_>6</_x20_><_x0020>7</_x0020></r></a>",
                  NULL),
         "1 {\"@x:y\":\"0\",\"two words\":\"1\",\"1st\":\"2\","
         "\"\xf0\x9f\x98\x80\":\"3\",\"_x0020_\":\"4\",\"_xD800_\":\"5\","
         "\"_x20_\":\"6\",\"_x0020\":\"7\"}\nend\n");
}

/* --- what is forbidden ---------------------------------------------------- */

static const struct {
    const char *file;
    int line;
} broken[] = {
    {"x<a/>", 1},
    {"\n\n<?xml version='1.0'?><a/>", 3},
    {"<?xml version='1.0'><a/>", 1},
    {"<?xml encoding='utf-8'?><a/>", 1},
    {"<?xml version='1.0' standalone='maybe'?><a/>", 1},
    {"<?xml version='2.0'?><a/>", 1},
    {"<a>\n<?xml version='1.0'?></a>", 2},
    {"<a>\n<r></R></a>", 2},
    {"<a>\n<r></a></r>", 2},
    {"<a>\n<r/></a>\n</a>", 3},
    {"<a>\n<r/></a>\nx", 3},
    {"<a>\n<r/></a>\n<b/>", 3},
    {"<a>\n<r/></a>\n<![CDATA[x]]>", 3},
    {"<a>\n<r x=1/></a>", 2},
    {"<a>\n<r x/></a>", 2},
    {"<a>\n<r x='1'y='2'/></a>", 2},
    {"<a>\n<r x='1' x='2'/></a>", 2},
    {"<a>\n<r x='<'/></a>", 2},
    {"<a>\n<r x='&'/></a>", 2},
    {"<a>\n<r>a & b</r></a>", 2},
    {"<a>\n<r>&amp</r></a>", 2},
    {"<a>\n<r>&#xZ;</r></a>", 2},
    {"<a>\n<r>&#0;</r></a>", 2},
    {"<a>\n<r>&#1;</r></a>", 2},
    {"<a>\n<r>&#xD800;</r></a>", 2},
    {"<a>\n<r>&#xFFFE;</r></a>", 2},
    {"<a>\n<r>&#x110000;</r></a>", 2},
    {"<a>\n<r>&#99999999999;</r></a>", 2},
    {"<a>\n<r>a ]]> b</r></a>", 2},
    {"<a>\n<r><!-- a -- b --></r></a>", 2},
    {"<a>\n<r><!-- a ---></r></a>", 2},
    {"<a>\n<r><!- a --></r></a>", 2},
    {"<a>\n<r><![cdata[x]]></r></a>", 2},
    {"<a>\n<r><1/></r></a>", 2},
    {"<a>\n<r>< b/></r></a>", 2},
    {"<a>\n<r><b / ></b></r></a>", 2},
    {"<a>\n<r></r x='1'></a>", 2},
    {"<a>\n<r><? p?></r></a>", 2},
    {"<a>\n<r>\x0b</r></a>", 2},
    {"<a>\n<r x='\x1f'/></a>", 2},
    {"<a>\n<r>\xef\xbf\xbf</r></a>", 2},
    {"<a>\n<r/>text</a>", 2},
    {"<a>\n<r/><![CDATA[text]]></a>", 2},
    {"<!-- x -->\n", 2},
    {"\n\n", 1},
};

Test(xml_rules, every_error_is_told_with_its_line)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char *got = read_xml(broken[i].file, NULL), want[64];

        (void)snprintf(want, sizeof(want), "STOP 65 broken_file :%d\n",
                       broken[i].line);
        cr_expect_not_null(strstr(got, want), "%s gave %s", broken[i].file,
                           got);
        free(got);
    }
}

static const char *const not_utf8[] = {
    "<a>\n<r>\xe9</r></a>",
    "<a>\n<r>\xc3</r></a>",
    "<a>\n<r x='\xff'/></a>",
    "<a>\n<r>\xc1\x81</r></a>",                 /* A, in two bytes */
    "<a>\n<r>\xe0\x81\x81</r></a>",             /* A, in three */
    "<a>\n<r>\xf0\x80\x81\x81</r></a>",         /* A, in four */
    "<a>\n<r>\xed\xa0\x80</r></a>",             /* half a pair */
    "<a>\n<r>\xed\xa0\xbd\xed\xb8\x80</r></a>", /* a pair */
    "<a>\n<r>\xf4\x90\x80\x80</r></a>",         /* past the last */
    "<a>\n<r><n\xc1\x81/></r></a>",
    "<a>\n<r><!-- \xe0\x81\x81 --></r></a>",
    "<a>\n<r><![CDATA[\xc1\x81]]></r></a>",
};

Test(xml_rules, utf8_is_checked_strictly)
{
    for (size_t i = 0; i < sizeof(not_utf8) / sizeof(not_utf8[0]); i++) {
        char *got = read_xml(not_utf8[i], NULL);

        cr_expect_str_eq(got, "STOP 65 bad_encoding :2\n", "%zu gave %s", i,
                         got);
        free(got);
    }
}

static const char *const entities[] = {
    "<!DOCTYPE a>\n<a><r/></a>",
    "<!DOCTYPE a SYSTEM '/etc/hostname'>\n<a><r/></a>",
    "<!DOCTYPE a PUBLIC 'x' 'http://127.0.0.1:1/x.dtd'>\n<a><r/></a>",
    "<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/hostname'>]>\n<a><r>&e;</r></a>",
    "<!DOCTYPE a [<!ENTITY % p SYSTEM '/etc/hostname'>%p;]>\n<a><r/></a>",
    "<!DOCTYPE a [<!ATTLIST r x CDATA 'y'>]>\n<a><r/></a>",
    "<!DOCTYPE a [<!ENTITY e '&e;'>]>\n<a><r>&e;</r></a>",
    "<!DOCTYPE a [\n",
};

Test(xml_rules, a_doctype_is_refused_unread)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]) - 1; i++)
        SAYS(read_xml(entities[i], NULL), "STOP 65 doctype :1\n");
    SAYS(read_xml("<a><r xmlns:xi='http://www.w3.org/2001/XInclude'>"
                  "<xi:include href='/etc/hostname' parse='text'/></r></a>",
                  NULL),
         "1 {\"include\":{\"@href\":\"/etc/hostname\",\"@parse\":\"text\"}}\n"
         "end\n");
}

/* --- a file that was cut -------------------------------------------------- */

Test(xml_rules, cut_at_any_byte_it_is_never_a_shorter_document)
{
    static const char file[] =
        "<?xml version='1.0'?>\n<a>\n<r><n>1</n></r>\n<r x='>'>"
        "<![CDATA[2]]></r>\n<!-- <r/> -->\n<r><n>&lt;\xc3\xa9</n><?p x?></r>\n"
        "</a>\n<!-- end -->\n<?p end?>";
    const char *root = strstr(file, "</a>") + 4;

    for (size_t size = 0; size + 1 < sizeof(file); size++) {
        char *cut = strndup(file, size);
        char *got = read_xml(cut, NULL);
        /* Between what may stand behind the root, nothing is missing. */
        bool whole = cut + size >= cut + (root - file) &&
                     (strcspn(root, "<") + (size_t)(root - file) >= size ||
                      (size > 3 && strcmp(cut + size - 3, "-->") == 0) ||
                      (size > 3 && strcmp(cut + size - 4, "-->\n") == 0));

        if (whole)
            cr_expect_not_null(strstr(got, "end\n"), "%s gave %s", cut, got);
        else
            cr_expect_not_null(strstr(got, "STOP 65"), "%s gave %s", cut, got);
        free(got);
        free(cut);
    }
}

/* --- encodings ------------------------------------------------------------ */

static char *read_usual(const char *content, const char *encoding)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct reader *reader = NULL;
    struct input *input = NULL;
    struct buffer out = {0};
    struct record record;
    struct err err = {0};
    struct node *object;
    enum status status = input_open(&input, put("x.xml", content), encoding,
                                    ENCODING_USUAL, &err);

    if (status == OK)
        status =
            reader_open(&reader, format_named("xml"), input, NULL, names, &err);
    while (status == OK && (status = reader_next(reader, &record, &err)) == OK)
        if (reader_fields(reader, record.raw, arena, &object, &err) == OK)
            json_write(&out, object);
    buffer_print(&out, " %s", status == END ? "end" : err.code);
    reader_close(reader);
    input_close(input);
    arena_close(arena);
    names_close(names);
    return out.at;
}

#define DECLARED(name) "<?xml version='1.0' encoding='" name "'?>\n"

Test(xml_rules, mark_before_user_before_declaration_before_mapping)
{
    static const char told[] = DECLARED("iso-8859-1") "<a><r>\xe9</r></a>";
    struct reader_options none = {0};

    /* The mark. */
    SAYS(read_xml(
             "\xef\xbb\xbf" DECLARED("windows-1252") "<a><r>\xc3\xa9</r></a>",
             NULL),
         "2 {\"#text\":\"\xc3\xa9\"}\nend\n");
    SAYS(read_xml("\xef\xbb\xbf" DECLARED("utf-16") "<a><r>\xc3\xa9</r></a>",
                  NULL),
         "2 {\"#text\":\"\xc3\xa9\"}\nend\n");
    /* The user. */
    SAYS(read_path("xml", put("x", told), "windows-1251", &none),
         "2 {\"#text\":\"\xd0\xb9\"}\nend\n");
    /* The declaration. */
    SAYS(read_usual(told, "windows-1251"), "{\"#text\":\"\xc3\xa9\"} end");
    SAYS(read_usual(DECLARED("utf-8") "<a><r>\xc3\xa9</r></a>", "windows-1252"),
         "{\"#text\":\"\xc3\xa9\"} end");
    /* The mapping, unless all of it is UTF-8. */
    SAYS(read_usual("<a><r>\xe9</r></a>", "windows-1251"),
         "{\"#text\":\"\xd0\xb9\"} end");
    SAYS(read_usual("<a><r>\xc3\xa9</r></a>", "windows-1252"),
         "{\"#text\":\"\xc3\x83\xc2\xa9\"} encoding_doubt");
}

Test(xml_rules, a_declaration_that_cannot_be_true_is_refused)
{
    struct reader_options none = {0};
    static const char file[] = DECLARED("UTF-16") "<a><r>\xc3\xa9</r></a>";

    SAYS(read_xml(file, NULL), "STOP 65 bad_encoding \n");
    SAYS(read_path("xml", put("x", file), "utf-8", &none),
         "2 {\"#text\":\"\xc3\xa9\"}\nend\n");
    SAYS(read_xml(DECLARED("US-ASCII") "<a><r>\xc3\xa9</r></a>", NULL),
         "STOP 65 bad_encoding :2\n");
    SAYS(read_xml(DECLARED("utf-8") "<a>\n<r>\xe9</r></a>", NULL),
         "STOP 65 bad_encoding :3\n");
    SAYS(read_xml(DECLARED("EBCDIC-CP-US") "<a/>", NULL),
         "STOP 65 bad_encoding \n");
}
