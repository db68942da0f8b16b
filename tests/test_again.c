/*
 * test_again.c - the bytes of any record once more, by its place, while the
 * reader is somewhere else; and where they cannot be had, that is said.
 */
#include "packed_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

TestSuite(again, .timeout = 60, .init = folder_open, .fini = folder_close);

/* So many that no window holds all of the file. */
enum { RECORDS = 3000 };

/* A file of them: begin, and each with its number in the %d of one of three. */
struct shape {
    const char *format, *begin, *each[3], *end;
};

static const struct shape shapes[] = {
    {"csv",
     "id,name,notes\r\n",
     {"%d,Ann,\"a\r\nb\"\"c\"\r\n", "%d,\xc3\xa9,\r\n\r\n", "%d,6\" pipe,x\n"},
     "TOTAL,,\n"},
    {"json",
     "{\"n\": [1], \"list\": [",
     {"{\"id\":%d,\"a\":\"}\\\"\"},", " {\n\"id\" : %d } ,", "%d,"},
     "{}]}\n"},
    {"ndjson",
     "\n",
     {"{\"id\":%d}\n", " {\"id\": %d, \"a\":[]} \r\n", "%d\n\n"},
     ""},
    {"xml",
     "<?xml version='1.0'?>\n<all>",
     {"<c id='%d'/>", "\n<!-- <c> --> <c>\xc3\xa9 %d<![CDATA[</c>]]></c >",
      "<c>%d</c>"},
     "</all>"},
};

static struct buffer file_of(const struct shape *shape)
{
    struct buffer out = {0};

    buffer_string(&out, shape->begin);
    for (int i = 0; i < RECORDS; i++) {
        char each[200];

        (void)snprintf(each, sizeof(each), shape->each[i % 3], i);
        buffer_string(&out, each);
        if (i % 3 == 0 && strcmp(shape->format, "xml") == 0)
            buffer_print(&out, "%*s", i % 90, "");
    }
    buffer_string(&out, shape->end);
    return out;
}

struct kept {
    uint64_t place;
    struct text raw; /* a copy */
};

static void expect(struct reader *reader, const struct kept *kept,
                   struct arena *arena)
{
    struct text raw;
    struct err err;

    cr_assert_eq(
        reader_again(reader, kept->place, kept->raw.size, arena, &raw, &err),
        OK);
    cr_assert(text_equal(raw, kept->raw), "\"%.*s\", wanted \"%.*s\"",
              TEXT_ARGS(raw), TEXT_ARGS(kept->raw));
    cr_assert_eq(raw.at[raw.size], '\0');
}

static void read_again(const char *format, const char *path)
{
    static struct kept kept[RECORDS + 1];
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct reader *reader;
    struct input *input;
    struct record record;
    struct err err;
    size_t count = 0;

    cr_assert_eq(input_open(&input, path, NULL, ENCODING_TOLD, &err), OK);
    cr_assert_eq(
        reader_open(&reader, format_named(format), input, NULL, names, &err),
        OK);
    cr_assert(reader_keeps(reader));
    for (;;) {
        enum status status = reader_next(reader, &record, &err);

        if (status == END)
            break;
        cr_assert_neq(status, STOP, "%s: %s", err.place, err.message);
        cr_assert_leq(count, (size_t)RECORDS);
        kept[count] =
            (struct kept){record.place, arena_text(arena, record.raw)};
        /* An earlier one, in the middle of reading. */
        expect(reader, &kept[count / 2], arena);
        count++;
    }
    cr_assert_geq(count, (size_t)RECORDS);
    while (count-- > 0)
        expect(reader, &kept[count], arena);
    reader_close(reader);
    input_close(input);
    names_close(names);
    arena_close(arena);
}

Test(again, any_record_of_any_format)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct buffer file = file_of(&shapes[i]), marked = {0};

        read_again(shapes[i].format, put_bytes("x", file.at, file.size));
        buffer_string(&marked, "\xef\xbb\xbf");
        buffer_text(&marked, buffer_view(&file));
        read_again(shapes[i].format, put_bytes("x", marked.at, marked.size));
        buffer_free(&file);
        buffer_free(&marked);
    }
}

Test(again, standard_input_is_kept)
{
    struct buffer file = file_of(&shapes[0]);
    int fd = open(put_bytes("x", file.at, file.size), O_RDONLY);

    cr_assert_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    read_again("csv", "-");
    buffer_free(&file);
}

static bool keeps(const char *path, const char *encoding)
{
    struct input *input;
    struct err err;
    bool is;

    cr_assert_eq(input_open(&input, path, encoding, ENCODING_TOLD, &err), OK);
    is = input_keeps(input);
    input_close(input);
    return is;
}

Test(again, not_what_is_converted_or_unpacked)
{
    static const char table[] = "id,name\n1,A\n";
    static const char wide[] = "\xff\xfei\0d\0";

    cr_expect(keeps(put("x", table), NULL));
    cr_expect(keeps(put("x", table), "utf-8"));
    cr_expect_not(keeps(put("x", table), "windows-1252"));
    cr_expect_not(keeps(put_bytes("x", wide, 6), NULL));
    for (enum packer packer = GZIP; packer < PACKINGS; packer++)
        cr_expect_not(
            keeps(pack("x.csv", packer, table, sizeof(table) - 1), NULL));
}

Test(again, a_file_that_was_written_to_meanwhile_is_refused)
{
    static const char table[] = "id,name\n1,A\n";
    static const char *const changes[] = {"id,name\n1,A\n2,B\n", "id",
                                          "id,name\n1,X\n"};
    const struct timespec later[2] = {{.tv_sec = 4102444800},
                                      {.tv_sec = 4102444800}};

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *path = put("x", table);
        struct input *input;
        struct err err;
        char got[3];

        cr_assert_eq(input_open(&input, path, NULL, ENCODING_TOLD, &err), OK);
        cr_assert_eq(input_again(input, 8, got, sizeof(got), &err), OK);
        cr_assert_arr_eq(got, "1,A", sizeof(got));
        (void)put("x", changes[i]);
        cr_assert_eq(utimensat(AT_FDCWD, path, later, 0), 0);
        cr_assert_eq(input_again(input, 8, got, sizeof(got), &err), STOP);
        cr_expect_str_eq(err.code, "file_changed");
        cr_expect_eq(err.exit, EXIT_DATA);
        input_close(input);
    }
}
