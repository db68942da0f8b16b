/*
 * test_input.c - encodings, standard input, and what is refused.
 */
#include "packed_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

TestSuite(input, .timeout = 60, .init = folder_open, .fini = folder_close);

static const char table[] = "id,name\n1,A\n";
static const char table_read[] = "2 {\"id\":\"1\",\"name\":\"A\"}\nend\n";

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

/* --- what can be read only once ------------------------------------------- */

Test(input, a_pipe_is_read_once_and_can_be_opened_again)
{
    standard_input(table, true);
    for (int i = 0; i < 3; i++)
        SAYS(read_path("csv", "-", NULL, NULL), table_read);
}

/* A child writes into the FIFO, once. */
static const char *fifo(const char *content)
{
    const char *path = in_folder("fifo");
    pid_t child;

    cr_assert_eq(mkfifo(path, 0600), 0);
    child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        int fd = open(path, O_WRONLY);

        _exit(write(fd, content, strlen(content)) < 0);
    }
    return path;
}

Test(input, a_fifo_is_a_file_and_can_be_opened_again)
{
    const char *path = fifo(table);

    for (int i = 0; i < 3; i++)
        SAYS(read_path("csv", path, NULL, NULL), table_read);
    (void)wait(NULL);
}

Test(input, an_endless_pipe_is_read_no_further_than_it_is_good)
{
    int fds[2];
    pid_t child;

    cr_assert_eq(pipe(fds), 0);
    child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        static char zeros[65536];

        while (write(fds[1], zeros, sizeof(zeros)) > 0)
            continue;
        _exit(0);
    }
    (void)close(fds[1]);
    cr_assert_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    (void)close(fds[0]);
    SAYS(read_path("xml", "-", NULL, NULL), "STOP 65 broken_file :1\n");
    cr_assert_eq(kill(child, SIGKILL), 0);
    (void)waitpid(child, NULL, 0);
}

Test(input, a_device_has_no_end_and_is_not_opened)
{
    SAYS(bytes_of("/dev/zero", NULL), "STOP 66 no_input ");
    SAYS(bytes_of("/dev/urandom", NULL), "STOP 66 no_input ");
    SAYS(bytes_of("/dev/null", NULL), "");
    cr_assert_eq(dup2(open("/dev/zero", O_RDONLY), STDIN_FILENO), STDIN_FILENO);
    SAYS(bytes_of("-", NULL), "STOP 66 no_input ");
}

Test(input, a_zip_may_come_through_a_pipe)
{
    struct buffer zip = slurp(pack("x.zip", ZIP, table, strlen(table)));
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(write(fds[1], zip.at, zip.size), (ssize_t)zip.size);
    (void)close(fds[1]);
    cr_assert_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
    (void)close(fds[0]);
    buffer_free(&zip);
    SAYS(read_path("csv", "-", NULL, NULL), table_read);
}

Test(input, what_may_not_be_read_cannot_be_opened)
{
    const char *path = put("secret", table);

    if (geteuid() == 0)
        cr_skip_test("root may read all");
    cr_assert_eq(chmod(path, 0), 0);
    SAYS(bytes_of(path, NULL), "STOP 66 no_input ");
}

Test(input, a_file_that_changes_while_it_is_read_is_refused)
{
    static const char *const changes[] = {"id,name\n1,A\n2,B\n", "id,name\n",
                                          "id,name\n1,X\n"};
    const struct timespec later[2] = {{.tv_sec = 4102444800},
                                      {.tv_sec = 4102444800}};

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *path = put("x", table);
        struct input *input;
        struct err err;
        enum status status;
        char block[100];
        size_t got;

        cr_assert_eq(input_open(&input, path, NULL, ENCODING_TOLD, &err), OK);
        (void)put("x", changes[i]);
        /* The clock's tick is too coarse to tell the two. */
        cr_assert_eq(utimensat(AT_FDCWD, path, later, 0), 0);
        do
            status = input_read(input, block, sizeof(block), &got, &err);
        while (status == OK);
        /* The file was small enough to be read when it was opened. */
        if (status == END)
            status = input_rewind(input, &err);
        cr_expect_eq(status, STOP, "%zu", i);
        cr_expect_str_eq(err.code, "file_changed");
        cr_expect_eq(err.exit, EXIT_DATA);
        input_close(input);
    }
}

/* --- encodings ------------------------------------------------------------ */

Test(input, utf16_without_a_mark_is_refused_with_the_evidence)
{
    static const char le[] = "i\0d\0,\0n\0\n\0001\0,\0\xe9\0\n";
    static const char be[] = "\0i\0d\0,\0n\0\n\0001\0,\0\xe9\0\n";
    struct input *input;
    struct err err;

    for (int told = 0; told < 2; told++) {
        const char *encoding = told != 0 ? "windows-1252" : NULL;

        SAYS(bytes_of(put_bytes("x", le, sizeof(le)), encoding),
             "STOP 65 bad_encoding ");
        SAYS(bytes_of(put_bytes("x", be, sizeof(be) - 1), encoding),
             "STOP 65 bad_encoding ");
    }
    cr_assert_eq(input_open(&input, put_bytes("x", le, sizeof(le)), NULL,
                            ENCODING_TOLD, &err),
                 STOP);
    cr_expect_not_null(strstr(err.message, "69 00 64 00"), "%s", err.message);
    cr_expect_not_null(strstr(err.hint, "--encoding utf-16le"), "%s", err.hint);
    SAYS(bytes_of(put_bytes("x", le, sizeof(le)), "utf-16le"),
         "id,n\n1,\xc3\xa9\n");
    SAYS(bytes_of(put_bytes("x", be, sizeof(be) - 1), "utf-16be"),
         "id,n\n1,\xc3\xa9\n");
    /* NULs here and there are rows' own trouble. */
    SAYS(bytes_of(put_bytes("x", "id\0,\0\0n\n", 8), NULL), "id");
}

Test(input, half_a_pair_is_no_character)
{
    SAYS(bytes_of(put_bytes("x", "\xff\xfe\n\0\x3d\xd8y\0", 8), NULL),
         "STOP 65 bad_encoding :2");
    SAYS(bytes_of(put_bytes("x", "\xff\xfe\n\0\x3d\xd8", 6), NULL),
         "STOP 65 bad_encoding :2");
    SAYS(bytes_of(put_bytes("x", "\xff\xfe\n\0\x00\xdey\0", 8), NULL),
         "STOP 65 bad_encoding :2");
    SAYS(bytes_of(put_bytes("x", "\0\0\xfe\xff\0\0\0a\0\x11\0\0", 12), NULL),
         "STOP 65 bad_encoding :1");
    SAYS(bytes_of(put_bytes("x", "\0\0\xfe\xff\0\0\0a\0\1\xf6\0", 12), NULL),
         "a\xf0\x9f\x98\x80");
}

Test(input, the_last_letter_is_not_held_back)
{
    SAYS(bytes_of(put("x", "a\xe2"), "windows-1258"), "a\xc3\xa2");
    SAYS(bytes_of(put("x", "o"), "windows-1258"), "o");
    SAYS(bytes_of(put("x", "o\xec"), "windows-1258"), "\xc3\xb3");
    SAYS(bytes_of(put("x", "\xe9"), "windows-1255"), "\xd7\x99");
    SAYS(bytes_of(put("x", "a\x83"), "shift_jis"), "STOP 65 bad_encoding :1");
}

static char *usual(const char *content, const char *encoding)
{
    return bytes_from(put("x", content), encoding, ENCODING_USUAL);
}

Test(input, what_is_only_usual_is_doubted_when_all_of_it_is_utf8)
{
    SAYS(usual("a\nb\n\xc3\xa9\n", "windows-1252"),
         "STOP 65 encoding_doubt :3");
    SAYS(usual("\xc3\xa9", "windows-1252"), "STOP 65 encoding_doubt :1");
    SAYS(usual("\xf0\x9f\x98\x80", "macintosh"), "STOP 65 encoding_doubt :1");
    /* One letter that is not UTF-8 settles it, wherever it stands. */
    SAYS(usual("\xc3\xa9 \xe9", "windows-1252"), "\xc3\x83\xc2\xa9 \xc3\xa9");
    SAYS(usual("\xe9 \xc3\xa9", "windows-1252"), "\xc3\xa9 \xc3\x83\xc2\xa9");
    SAYS(usual("\xc3\xa9 \xc3", "windows-1252"), "\xc3\x83\xc2\xa9 \xc3\x83");
    SAYS(usual("plain\n", "windows-1252"), "plain\n");
    /* A mark, and the user, are no doubt. */
    SAYS(usual("\xef\xbb\xbf\xc3\xa9", "windows-1252"), "\xc3\xa9");
    SAYS(bytes_of(put("x", "\xc3\xa9"), "windows-1252"), "\xc3\x83\xc2\xa9");
    SAYS(usual("\xc3\xa9", "utf-8"), "\xc3\xa9");
}

Test(input, a_doubt_shows_its_evidence)
{
    struct input *input;
    struct err err;
    char block[4096];
    size_t got;
    enum status status;

    cr_assert_eq(input_open(&input, put("x", "id\nJos\xc3\xa9\n"), "cp1252",
                            ENCODING_USUAL, &err),
                 OK);
    cr_expect_not(input_encoding_known(input));
    do
        status = input_read(input, block, sizeof(block), &got, &err);
    while (status == OK);
    cr_expect_eq(status, STOP);
    cr_expect_not_null(strstr(err.message, "the bytes c3 a9 are '\xc3\xa9' in "
                                           "UTF-8 and '\xc3\x83\xc2\xa9' in "
                                           "windows-1252"),
                       "%s", err.message);
    cr_expect_not_null(
        strstr(err.hint, "--encoding utf-8 or --encoding windows-1252"));
    input_close(input);
}

Test(input, a_doubt_holds_over_many_blocks_at_any_place)
{
    struct buffer file = {0};

    for (size_t before = 65530; before < 65542; before++) {
        buffer_clear(&file);
        while (file.size < before)
            buffer_byte(&file, 'x');
        buffer_string(&file, "\xe2\x82\xac");
        while (file.size < 200000)
            buffer_byte(&file, 'y');
        SAYS(bytes_from(put_bytes("x", file.at, file.size), "cp1252",
                        ENCODING_USUAL),
             "STOP 65 encoding_doubt :1");
    }
    buffer_free(&file);
}

Test(input, ascii_is_no_more_than_ascii)
{
    SAYS(bytes_of(put("x", "abc\n"), "us-ascii"), "abc\n");
    SAYS(bytes_of(put("x", "abc\n\xc3\xa9"), "us-ascii"),
         "STOP 65 bad_encoding :2");
}
