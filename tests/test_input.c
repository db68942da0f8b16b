/*
 * test_input.c - compression, encodings, standard input, and what is refused.
 */
#include "transcript.h"

#include "formats/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

TestSuite(input, .timeout = 60, .init = folder_open, .fini = folder_close);

static const char table[] = "id,name\n1,A\n";
static const char table_read[] = "2 {\"id\":\"1\",\"name\":\"A\"}\nend\n";

/* What input_read gives, twice over a rewind; or the failure. */
static char *bytes_of(const char *path, const char *encoding)
{
    struct input *input = NULL;
    struct buffer out = {0};
    struct err err = {0};
    enum status status =
        input_open(&input, path, encoding, ENCODING_TOLD, &err);
    size_t first = 0;

    for (int round = 0; round < 2 && status == OK; round++) {
        buffer_clear(&out);
        while (status == OK) {
            char block[4096];
            size_t got = 0;

            status = input_read(input, block, sizeof(block), &got, &err);
            buffer_add(&out, block, got);
        }
        if (round == 0)
            first = out.size;
        if (status == END && round == 0)
            status = input_rewind(input, &err);
    }
    if (status == STOP) {
        buffer_clear(&out);
        buffer_print(&out, "STOP %d %s %s", err.exit, err.code,
                     line_of(err.place));
    } else {
        cr_expect_eq(first, out.size);
        buffer_string(&out, "");
    }
    input_close(input);
    return out.at;
}

enum { NONE, GZIP, BZIP2, XZ, ZSTD, LZ4 };

static const char *pack(const char *name, int filter, bool zip,
                        const char *const *files, const char *content,
                        size_t size)
{
    struct archive *archive = archive_write_new();
    const char *path = in_folder(name);

    if (filter == GZIP)
        archive_write_add_filter_gzip(archive);
    if (filter == BZIP2)
        archive_write_add_filter_bzip2(archive);
    if (filter == XZ)
        archive_write_add_filter_xz(archive);
    if (filter == ZSTD)
        archive_write_add_filter_zstd(archive);
    if (filter == LZ4)
        archive_write_add_filter_lz4(archive);
    if (zip)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_raw(archive);
    cr_assert_eq(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (; *files != NULL; files++) {
        struct archive_entry *entry = archive_entry_new();
        bool folder = (*files)[strlen(*files) - 1] == '/';

        archive_entry_set_pathname(entry, *files);
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (!folder)
            archive_entry_set_size(entry, (int64_t)size);
        cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK);
        if (!folder)
            cr_assert_eq(archive_write_data(archive, content, size),
                         (la_ssize_t)size);
        archive_entry_free(entry);
    }
    cr_assert_eq(archive_write_free(archive), ARCHIVE_OK);
    return path;
}

static const char *const one[] = {"a.csv", NULL};

Test(input, compression_comes_off_by_content_not_by_name)
{
    for (int filter = NONE; filter <= LZ4; filter++) {
        const char *path =
            pack("packed", filter, false, one, table, strlen(table));

        SAYS(bytes_of(path, NULL), table);
        SAYS(read_path("csv", path, NULL, NULL), table_read);
    }
}

Test(input, a_zip_holds_one_file_and_folders_do_not_count)
{
    static const char *const mac[] = {"x/", "x/a.csv", "__MACOSX/x/._a.csv",
                                      NULL};
    static const char *const two[] = {"a.csv", "b.csv", NULL};
    static const char *const none[] = {"x/", NULL};

    SAYS(bytes_of(pack("a.zip", NONE, true, one, table, strlen(table)), NULL),
         table);
    SAYS(bytes_of(pack("m.zip", NONE, true, mac, table, strlen(table)), NULL),
         table);
    SAYS(bytes_of(pack("t.zip", NONE, true, two, table, strlen(table)), NULL),
         "STOP 65 many_entries ");
    SAYS(bytes_of(pack("n.zip", NONE, true, none, "", 0), NULL),
         "STOP 65 empty_file ");
}

Test(input, the_files_of_a_zip_are_named_in_the_message)
{
    static const char *const two[] = {"north.csv", "south.csv", NULL};
    struct input *input;
    struct err err;

    cr_assert_eq(input_open(&input, pack("t.zip", NONE, true, two, "x", 1),
                            NULL, ENCODING_TOLD, &err),
                 STOP);
    cr_assert_not_null(strstr(err.message, "north.csv, south.csv"));
    cr_assert_null(input);
}

Test(input, a_cut_archive_is_broken_and_not_a_shorter_file)
{
    struct buffer file = {0};
    char packed[100000];
    size_t size;
    FILE *from;

    for (int i = 0; i < 20000; i++)
        buffer_print(&file, "%d,%x\n", i, (unsigned)i * 2654435761u);
    for (int filter = GZIP; filter <= LZ4; filter++) {
        from = fopen(pack("x", filter, false, one, file.at, file.size), "rb");
        size = fread(packed, 1, sizeof(packed), from);
        (void)fclose(from);
        SAYS(bytes_of(put_bytes("cut", packed, size / 2), NULL),
             "STOP 65 bad_archive ");
    }
    buffer_free(&file);
}

Test(input, a_file_that_grows_too_many_times_is_a_bomb)
{
    size_t size = 200 * 1024 * 1024;
    char *zeros = calloc(size, 1);
    const char *path;

    cr_assert_not_null(zeros);
    path = pack("bomb", BZIP2, false, one, zeros, size);
    free(zeros);
    SAYS(bytes_of(path, NULL), "STOP 65 too_large ");
}

Test(input, plain_files_are_taken_as_they_are)
{
    SAYS(bytes_of(put("x", "#mtree\n/set type=file\na b=c\n"), NULL),
         "#mtree\n/set type=file\na b=c\n");
    SAYS(bytes_of(put("x", ""), NULL), "");
    SAYS(bytes_of(put("x", "a"), NULL), "a");
    SAYS(bytes_of(put("x", "\xe9\xff"), NULL), "\xe9\xff");
}

Test(input, byte_order_marks_are_read_and_taken_off)
{
    static const char le[] = "\xff\xfei\0d\0,\0\xe9\0\n\0=\xd8\0\xde";
    static const char be[] = "\xfe\xff\0i\0d\0,\0\xe9\0\n\xd8=\xde\0";
    static const char want[] = "id,\xc3\xa9\n\xf0\x9f\x98\x80";

    SAYS(bytes_of(put("x", "\xef\xbb\xbf"
                           "a,b"),
                  NULL),
         "a,b");
    SAYS(bytes_of(put_bytes("x", le, sizeof(le) - 1), NULL), want);
    SAYS(bytes_of(put_bytes("x", be, sizeof(be) - 1), NULL), want);
    /* The mark is surer than what somebody said. */
    SAYS(bytes_of(put("x", "\xef\xbb\xbf\xc3\xa9"), "windows-1252"),
         "\xc3\xa9");
    SAYS(bytes_of(put_bytes("x", le, sizeof(le) - 2), NULL),
         "STOP 65 bad_encoding :2");
    SAYS(bytes_of(put_bytes("x", "\xff\xfe\n\0a", 5), NULL),
         "STOP 65 bad_encoding :2");
}

Test(input, a_declared_encoding_is_converted_and_checked)
{
    SAYS(bytes_of(put("x", "\x80 \xe9"), "windows-1252"),
         "\xe2\x82\xac \xc3\xa9");
    SAYS(bytes_of(put("x", "\xe9"), "Latin1"), "\xc3\xa9");
    SAYS(bytes_of(put("x", "\xe9"), "UTF-8"), "\xe9");
    SAYS(bytes_of(put("x", "a\nb\n\x81"), "windows-1252"),
         "STOP 65 bad_encoding :3");
    SAYS(bytes_of(put("x", "a"), "klingon"), "STOP 65 bad_encoding ");
    SAYS(bytes_of(put("x", "a"), "ASCII//TRANSLIT"), "STOP 65 bad_encoding ");
}

Test(input, conversion_works_over_many_blocks)
{
    struct buffer file = {0}, want = {0};

    for (int i = 0; i < 300000; i++) {
        buffer_byte(&file, '\x80');
        buffer_string(&want, "\xe2\x82\xac");
        if (i % 3 == 0) {
            buffer_byte(&file, 'x');
            buffer_byte(&want, 'x');
        }
    }
    SAYS(bytes_of(put_bytes("x", file.at, file.size), "cp1252"), want.at);
    buffer_free(&file);
    buffer_free(&want);
}

Test(input, encoding_known_tells_whether_anything_said_it)
{
    struct input *input;
    struct err err;

    cr_assert_eq(input_open(&input, put("x", "a"), NULL, ENCODING_TOLD, &err),
                 OK);
    cr_assert_not(input_encoding_known(input));
    cr_assert_str_eq(input_encoding(input), "UTF-8");
    input_close(input);
    cr_assert_eq(input_open(&input,
                            put("x", "\xef\xbb\xbf"
                                     "a"),
                            NULL, ENCODING_TOLD, &err),
                 OK);
    cr_assert(input_encoding_known(input));
    input_close(input);
    cr_assert_eq(
        input_open(&input, put("x", "a"), "cp1252", ENCODING_TOLD, &err), OK);
    cr_assert(input_encoding_known(input));
    cr_assert_str_eq(input_encoding(input), "CP1252");
    cr_assert_str_eq(input_name(input), in_folder("x"));
    input_close(input);
    input_close(NULL);
}

Test(input, what_is_not_there_or_a_folder_cannot_be_opened)
{
    SAYS(bytes_of(in_folder("nothing"), NULL), "STOP 66 no_input ");
    SAYS(bytes_of(test_folder, NULL), "STOP 66 no_input ");
}

/* Makes standard input what a pipe or a file brings. */
static void standard_input(const char *content, bool pipe_it)
{
    int fds[2];

    if (pipe_it) {
        cr_assert_eq(pipe(fds), 0);
        cr_assert_eq(write(fds[1], content, strlen(content)),
                     (ssize_t)strlen(content));
        (void)close(fds[1]);
    } else {
        fds[0] = open(put("stdin", content), O_RDONLY);
    }
    cr_assert_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    (void)close(fds[0]);
}

Test(input, standard_input_can_be_rewound_and_leaves_nothing)
{
    for (int pipe_it = 0; pipe_it < 2; pipe_it++) {
        standard_input(table, pipe_it != 0);
        SAYS(read_path("csv", "-", NULL, NULL), table_read);
    }
    cr_assert_eq(setenv("TMPDIR", in_folder("no/such/folder"), 1), 0);
    standard_input(table, true);
    SAYS(bytes_of("-", NULL), "STOP 74 read_error ");
}

Test(input, formats_are_told_by_suffix_past_compression)
{
    cr_assert_eq(format_of_path("a/b.c/x.CSV"), format_named("csv"));
    cr_assert_eq(format_of_path("x.tsv.gz"), format_named("csv"));
    cr_assert_eq(format_of_path("x.json.zst"), format_named("json"));
    cr_assert_eq(format_of_path("x.jsonl"), format_named("ndjson"));
    cr_assert_eq(format_of_path("x.xml.zip"), format_named("xml"));
    cr_assert_null(format_of_path("x.gz"));
    cr_assert_null(format_of_path("csv"));
    cr_assert_null(format_of_path("x.csv/y"));
    cr_assert_null(format_of_path("-"));
    cr_assert_null(format_named("xls"));
    cr_assert_str_eq(format_list(), "csv json ndjson xml");
}
