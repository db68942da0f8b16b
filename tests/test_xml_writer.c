/*
 * test_xml_writer.c - what is written as XML, or in another encoding, is read
 * again as it was; what cannot be is refused and not changed.
 */
#include "transcript.h"

#include "formats/encoding.h"

TestSuite(xml_writer, .timeout = 30, .init = folder_open, .fini = folder_close);

struct writing {
    struct names *names;
    struct arena *arena;
    struct writer *writer;
    struct err err;
};

static void start(struct writing *writing, const char *format,
                  const struct writer_options *options)
{
    *writing = (struct writing){.names = names_open(), .arena = arena_open()};
    cr_assert_eq(writer_open(&writing->writer, format_named(format),
                             in_folder("out"), options, &writing->err),
                 OK, "%s", writing->err.message);
}

static enum status add(struct writing *writing, const char *json)
{
    struct node *object;

    cr_assert_eq(json_parse(text_of(json), writing->arena, writing->names,
                            &object, &writing->err),
                 OK, "%s", json);
    return writer_write(writing->writer, object, &writing->err);
}

static void end(struct writing *writing)
{
    cr_assert_eq(writer_commit(writing->writer, &writing->err), OK, "%s",
                 writing->err.message);
    writer_close(writing->writer);
    arena_close(writing->arena);
    names_close(writing->names);
}

static char *written(void)
{
    FILE *file = fopen(in_folder("out"), "rb");
    char block[4096];
    size_t size;

    cr_assert_not_null(file);
    size = fread(block, 1, sizeof(block) - 1, file);
    block[size] = '\0';
    (void)fclose(file);
    return strdup(block);
}

/* One after the other, as records of one file, and read again. */
static const char *const objects[] = {
    "{\"@id\":\"7 & \\\"8\\\" <'>\",\"name\":\"A <b> & c ]]> d\",\"x\":\"\"}",
    "{\"a\":\"\\r\\n\\ttabs \\r and\\n\\nlines\\r\",\"b\":\"  outer  \"}",
    "{\"@a\":\" x\\r\\n\\ty  z \",\"n\":{\"@l\":\"\\n\",\"#text\":\" \\r t\"}}",
    "{\"a\":\"\\u00e9\\u20ac\xf0\x9f\x98\x80\\u0085\\u2028\\u007f\\ufeff\"}",
    "{\"@b\":\"\\u00e9\xf0\x9f\x98\x80\",\"c\":\"&amp; &#38; &#38;amp;\"}",
    "{\"a\":\"<![CDATA[x]]>\",\"b\":\"<!-- x -->\",\"c\":\"]]]]>>\"}",
    "{\"two "
    "words\":\"1\",\"1st\":\"2\",\"-x\":\"3\",\"a:b\":\"4\",\"@\":\"5\"}",
    "{\"_x0020_\":\"1\",\"_x\":\"2\",\"_x005F_\":\"3\",\"_x0020\":\"4\"}",
    "{\"\\u00e9t\\u00e9\":\"1\",\"\xf0\x9f\x98\x80\":\"2\",\"a<b>&\\\"\":"
    "\"3\"}",
    "{\"@two words\":\"1\",\"xml\":\"2\",\"a/b\":\"3\",\"a=\":\"4\"}",
    "{\"line\\nend\":\"1\",\"tab\\t\":\"2\",\"\\u0001\":\"3\"}",
    "{\"billing.city\":\"X\",\"address\":{\"city\":\"Y\",\"n\":{\"z\":\"Z\"}}}",
    "{}",
};

Test(xml_writer, what_is_written_is_read_the_same)
{
    size_t count = sizeof(objects) / sizeof(objects[0]);
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct writing writing;
    struct input *input;
    struct reader *reader;
    struct record record;
    struct err err;

    start(&writing, "xml", NULL);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(add(&writing, objects[i]), OK, "%s: %s", objects[i],
                     writing.err.message);
    end(&writing);
    cr_assert_eq(
        input_open(&input, in_folder("out"), NULL, ENCODING_TOLD, &err), OK);
    cr_assert_eq(
        reader_open(&reader, format_named("xml"), input, NULL, names, &err), OK,
        "%s", err.message);
    for (size_t i = 0; i < count; i++) {
        struct node *got, *want;
        struct buffer a = {0}, b = {0};

        cr_assert_eq(reader_next(reader, &record, &err), OK, "%s", err.message);
        cr_assert_eq(reader_fields(reader, record.raw, arena, &got, &err), OK,
                     "%s", err.message);
        cr_assert_eq(json_parse(text_of(objects[i]), arena, names, &want, &err),
                     OK);
        json_write(&a, got);
        json_write(&b, want);
        cr_expect(text_equal(buffer_view(&a), buffer_view(&b)),
                  "got %.*s\nwant %.*s\nfrom %.*s", (int)a.size, a.at,
                  (int)b.size, b.at, TEXT_ARGS(record.raw));
        buffer_free(&a);
        buffer_free(&b);
    }
    cr_expect_eq(reader_next(reader, &record, &err), END);
    reader_close(reader);
    input_close(input);
    arena_close(arena);
    names_close(names);
}

Test(xml_writer, every_character_goes_through_but_those_xml_has_not)
{
    struct writing writing;
    struct text all;
    struct buffer json = {0}, want = {0};
    char *got;

    start(&writing, "xml", NULL);
    buffer_string(&json, "{\"@a\":\"");
    for (unsigned c = 0x20; c < 0x3000; c++)
        if (c != '"' && c != '\\')
            buffer_print(&json, "\\u%04x", c);
    all = arena_text(writing.arena, buffer_view(&json));
    buffer_print(&json, "\",\"b\":\"%.*s\"}", (int)all.size - 7, all.at + 7);
    cr_assert_eq(add(&writing, json.at), OK, "%s", writing.err.message);
    {
        struct node *object;

        cr_assert_eq(json_parse(buffer_view(&json), writing.arena,
                                writing.names, &object, &writing.err),
                     OK);
        buffer_string(&want, "3 ");
        json_write(&want, object);
        buffer_string(&want, "\nend\n");
        buffer_byte(&want, '\0');
    }
    end(&writing);
    got = read_path("xml", in_folder("out"), NULL, NULL);
    cr_expect_str_eq(got, want.at);
    free(got);
    buffer_free(&json);
    buffer_free(&want);
}

static const struct {
    const char *object, *code, *field;
} refused[] = {
    {"{\"name\":\"a\\u0001b\"}", "bad_character", "name"},
    {"{\"a\":{\"b\":[\"x\",\"\\u001f\"]}}", "bad_character", "b"},
    {"{\"@a\":\"\\ufffe\"}", "bad_character", "@a"},
    {"{\"#text\":\"\\uffff\"}", "bad_character", "#text"},
    {"{\"ok\":\"1\",\"\":\"x\"}", "bad_name", ""},
    {"{\"@a\":[\"x\",\"y\"]}", "bad_name", "@a"},
    {"{\"n\":{\"#text\":{\"x\":\"y\"}}}", "bad_name", "#text"},
};

Test(xml_writer, what_xml_cannot_hold_is_refused_and_leaves_no_trace)
{
    struct writing writing;

    start(&writing, "xml", NULL);
    cr_assert_eq(add(&writing, "{\"n\":\"1\"}"), OK);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        cr_expect_eq(add(&writing, refused[i].object), REJECT, "%s",
                     refused[i].object);
        cr_expect_str_eq(writing.err.code, refused[i].code);
        cr_expect_str_eq(writing.err.field, refused[i].field);
    }
    cr_expect_eq(
        format_holds(format_named("xml"), NULL, TEXT("a\tb\r\n"), &writing.err),
        OK);
    cr_expect_eq(
        format_holds(format_named("xml"), NULL, TEXT("a\x02"), &writing.err),
        REJECT);
    cr_expect_eq(
        format_holds(format_named("xml"), NULL, TEXT("\xff"), &writing.err),
        REJECT);
    cr_assert_eq(add(&writing, "{\"n\":\"2\"}"), OK);
    end(&writing);
    SAYS(written(), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<customers>\n"
                    "  <customer>\n    <n>1</n>\n  </customer>\n"
                    "  <customer>\n    <n>2</n>\n  </customer>\n"
                    "</customers>\n");
}

/* --- encodings, of every format ------------------------------------------- */

static const char *const columns[] = {"n", "m", NULL};

Test(xml_writer, a_file_is_written_in_its_encoding_and_read_back)
{
    static const char *const names[] = {"windows-1252", "iso-8859-15",
                                        "utf-16le", "utf-16be", "gb18030"};
    static const char *const kinds[] = {"csv", "json", "ndjson", "xml"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            struct writer_options options = {
                .columns = columns,
                .encoding = encoding_named(text_of(names[i]))};
            struct writing writing;
            char *got;

            start(&writing, kinds[k], &options);
            for (int row = 0; row < 5000; row++)
                cr_assert_eq(
                    add(&writing,
                        "{\"n\":\"\\u00e9\\u20ac\",\"m\":\"x\\u00fc\"}"),
                    OK);
            end(&writing);
            got = read_path(kinds[k], in_folder("out"), names[i], NULL);
            cr_expect_not_null(strstr(got, "{\"n\":\"\xc3\xa9\xe2\x82\xac\","
                                           "\"m\":\"x\xc3\xbc\"}\nend\n"),
                               "%s in %s: %.300s", kinds[k], names[i], got);
            free(got);
        }
}

Test(xml_writer, letters_that_the_encoding_lacks_are_refused)
{
    struct writer_options options = {.columns = columns, .encoding = "CP1252"};
    struct writing writing;

    start(&writing, "json", &options);
    cr_expect_eq(add(&writing, "{\"n\":\"\\u0142\"}"), REJECT);
    cr_expect_str_eq(writing.err.code, "not_in_encoding");
    cr_expect_str_eq(writing.err.field, "n");
    cr_expect_eq(add(&writing, "{\"n\":\"\\u00e9\"}"), OK);
    cr_expect_eq(add(&writing, "{\"m\":{\"x\":[\"\\u0142\"]}}"), REJECT);
    cr_expect_eq(add(&writing, "{\"\\u0142\":\"a\"}"), REJECT);
    cr_expect_eq(add(&writing, "{\"n\":\"b\"}"), OK);
    end(&writing);
    SAYS(written(), "[\n{\"n\":\"\xe9\"},\n{\"n\":\"b\"}\n]\n");
}

Test(xml_writer, encoding_has_what_comes_back)
{
    cr_expect(encoding_has(NULL, TEXT("\xc5\x82")));
    cr_expect(encoding_has("CP1252", TEXT("a\xe2\x82\xac")));
    cr_expect_not(encoding_has("CP1252", TEXT("\xc5\x82")));
    cr_expect_not(encoding_has("ISO-8859-1", TEXT("\xe2\x82\xac")));
    cr_expect_not(encoding_has("US-ASCII", TEXT("\xc3\xa9")));
    cr_expect(encoding_has("UTF-16LE", TEXT("\xf0\x9f\x98\x80")));
    cr_expect_not(encoding_has("CP1252", TEXT("\xff")));
    /* Two letters there, one letter back: not the same. */
    cr_expect_not(encoding_has("CP1258", TEXT("o\xcc\x81")));
    cr_expect(encoding_has("CP1258", TEXT("\xc3\xb3")));
}

Test(xml_writer, a_packed_name_is_not_written_to)
{
    struct writer *writer;
    struct err err;

    cr_expect_eq(writer_open(&writer, format_named("xml"),
                             in_folder("x.xml.gz"), NULL, &err),
                 STOP);
    cr_expect_eq(err.exit, EXIT_USAGE);
    cr_expect_neq(access(in_folder("x.xml.gz"), F_OK), 0);
}

/* --- many -----------------------------------------------------------------*/

enum { MANY = 5000 };

static char *whole(void)
{
    char *all = NULL;
    size_t size = 0;
    FILE *file = fopen(in_folder("out"), "rb");

    cr_assert_not_null(file);
    cr_assert_geq(getdelim(&all, &size, '\0', file), 0);
    (void)fclose(file);
    return all;
}

static void see(void *self, struct text bytes)
{
    buffer_text(self, bytes);
}

/* Nothing of a record is needed once it was handed in. */
Test(xml_writer, many_records_stand_in_their_order_without_the_refused)
{
    struct writing writing;
    struct buffer wanted = {0}, seen = {0};
    char *file;

    buffer_string(&wanted, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<customers>\n");
    start(&writing, "xml", NULL);
    writer_watched(writing.writer, see, &seen);
    for (int i = 0; i < MANY; i++) {
        char json[64];

        (void)snprintf(json, sizeof(json), "{\"id\":\"%d\",\"%s\":\"<%s>\"}", i,
                       i % 7 == 3 ? "" : "a", i % 5 == 3 ? "\\u0001" : "&");
        if (i % 7 != 3 && i % 5 != 3)
            buffer_print(&wanted,
                         "  <customer>\n    <id>%d</id>\n"
                         "    <a>&lt;&amp;&gt;</a>\n  </customer>\n",
                         i);
        cr_assert_eq(add(&writing, json),
                     i % 7 == 3 || i % 5 == 3 ? REJECT : OK, "%s", json);
        arena_reset(writing.arena);
        names_close(writing.names);
        writing.names = names_open();
    }
    end(&writing);
    buffer_string(&wanted, "</customers>\n");
    file = whole();
    cr_expect(text_equal(text_of(file), buffer_view(&wanted)));
    cr_expect(text_equal(buffer_view(&seen), buffer_view(&wanted)));
    free(file);
    buffer_free(&wanted);
    buffer_free(&seen);
}

Test(xml_writer, a_full_disk_stops_it_wherever_it_is_noticed)
{
    struct writing writing = {.names = names_open(), .arena = arena_open()};
    struct err err = {0};
    enum status status = OK;
    int count = 0;

    cr_assert_eq(writer_open(&writing.writer, format_named("xml"), "/dev/full",
                             NULL, &writing.err),
                 OK);
    for (; status == OK && count < 100 * 1000; count++)
        status = add(&writing, "{\"id\":\"7\",\"name\":\"Ann Lee\"}");
    cr_expect_eq(status, STOP);
    cr_expect_eq(writing.err.exit, EXIT_IO);
    cr_expect_lt(count, 100 * 1000);
    cr_expect_eq(writer_commit(writing.writer, &err), STOP);
    cr_expect_eq(err.exit, EXIT_IO);
    writer_close(writing.writer);
    arena_close(writing.arena);
    names_close(writing.names);
}

Test(xml_writer, what_is_given_up_half_written_leaves_nothing)
{
    struct writing writing;

    start(&writing, "xml", NULL);
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(add(&writing, "{\"id\":\"7\"}"), OK);
    writer_close(writing.writer);
    cr_expect_neq(access(in_folder("out"), F_OK), 0);
    arena_close(writing.arena);
    names_close(writing.names);
}
