/*
 * test_input_packed.c - compressed files and zips: whole, or refused.
 */
#include "packed_fixture.h"

#include "formats/packing.h"

TestSuite(packed, .timeout = 120, .init = folder_open, .fini = folder_close);

static const char table[] = "id,name\n1,A\n";
static const char table_read[] = "2 {\"id\":\"1\",\"name\":\"A\"}\nend\n";
static const size_t table_size = sizeof(table) - 1;

/* The message and hint of a file that cannot be opened or read. */
static struct err refusal(const char *path)
{
    struct input *input = NULL;
    struct err err = {0};
    enum status status = input_open(&input, path, NULL, ENCODING_TOLD, &err);
    char block[4096];
    size_t got;

    while (status == OK)
        status = input_read(input, block, sizeof(block), &got, &err);
    cr_expect_eq(status, STOP);
    input_close(input);
    return err;
}

static void expect_words(const char *path, const char *message,
                         const char *hint)
{
    struct err err = refusal(path);

    cr_expect_not_null(strstr(err.message, message), "%s", err.message);
    cr_expect_not_null(strstr(err.hint, hint), "%s", err.hint);
}

Test(packed, compression_comes_off_by_content_not_by_name)
{
    for (enum packer packer = NONE; packer < PACKINGS; packer++) {
        const char *path = pack("packed", packer, table, table_size);

        SAYS(bytes_of(path, NULL), table);
        SAYS(read_path("csv", path, NULL, NULL), table_read);
    }
}

Test(packed, nothing_packed_is_nothing)
{
    for (enum packer packer = NONE; packer < PACKINGS; packer++) {
        if (packer == LZ4)
            continue; /* libarchive cannot write that */
        SAYS(bytes_of(pack("packed", packer, "", 0), NULL), "");
    }
    SAYS(bytes_of(put_bytes("packed",
                            "\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0"
                            "\x05\x5d\xcc\x02",
                            15),
                  NULL),
         "");
}

/* Of 300 records, packed, and cut in what holds the last three, or sooner. */
Test(packed, cut_at_any_byte_it_is_never_a_shorter_file)
{
    struct buffer rows = {0};

    buffer_string(&rows, "id,name\n");
    for (unsigned i = 0; i < 300; i++)
        buffer_print(&rows, "%u,%x\n", i, i * 2654435761u);
    for (enum packer packer = GZIP; packer < PACKINGS; packer++) {
        struct buffer whole = slurp(pack("whole", packer, rows.at, rows.size));
        size_t from = whole.size > 400 ? whole.size - 400 : 0;

        for (size_t size = from; size < whole.size; size++) {
            char *got = bytes_of(put_bytes("cut", whole.at, size), NULL);

            cr_expect_str_eq(got, "STOP 65 bad_archive ", "%d at %zu: %.100s",
                             (int)packer, size, got);
            free(got);
        }
        for (size_t size = PACKING_HEAD; size < from; size += 37) {
            char *got = bytes_of(put_bytes("cut", whole.at, size), NULL);

            cr_expect_str_eq(got, "STOP 65 bad_archive ", "%d at %zu: %.100s",
                             (int)packer, size, got);
            free(got);
        }
        buffer_free(&whole);
    }
    buffer_free(&rows);
}

Test(packed, members_one_after_the_other_are_one_file)
{
    for (enum packer packer = GZIP; packer < ZIP; packer++) {
        struct buffer file = slurp(pack("one", packer, "id\n1\n", 5));
        struct buffer more = slurp(pack("two", packer, "2\n", 2));
        size_t first = file.size;

        buffer_text(&file, buffer_view(&more));
        SAYS(bytes_of(put_bytes("both", file.at, file.size), NULL),
             "id\n1\n2\n");
        /* Cut in the second, also in its first bytes. */
        for (size_t size = first + 1; size < file.size; size++)
            SAYS(bytes_of(put_bytes("cut", file.at, size), NULL),
                 "STOP 65 bad_archive ");
        buffer_free(&file);
        buffer_free(&more);
    }
}

Test(packed, what_stands_behind_the_end_is_the_rest_of_something)
{
    for (enum packer packer = GZIP; packer <= ZIP; packer++) {
        struct buffer file = slurp(pack("x", packer, table, table_size));
        size_t size = file.size;

        buffer_string(&file, "22,B\n");
        SAYS(bytes_of(put_bytes("y", file.at, file.size), NULL),
             "STOP 65 bad_archive ");
        file.size = size;
        buffer_add(&file, "\0\0\0\0\0\0\0\0", 8);
        /* Zeros behind a file that a crash cut are no padding; behind one that
         * ended, gzip and xz take them for a tape's. */
        SAYS(bytes_of(put_bytes("y", file.at, file.size), NULL),
             packer == XZ || packer == GZIP ? table : "STOP 65 bad_archive ");
        buffer_free(&file);
    }
}

/* Whatever byte is another one, the content is the same or refused. */
Test(packed, a_byte_that_changed_is_noticed)
{
    for (enum packer packer = GZIP; packer < PACKINGS; packer++) {
        struct buffer file = slurp(pack("x", packer, table, table_size));

        if (packer == ZSTD) {
            buffer_free(&file);
            continue; /* its checksum is an option, and off here */
        }
        for (size_t i = PACKING_HEAD; i < file.size; i++) {
            char *got;

            file.at[i] ^= 0x10;
            got = bytes_of(put_bytes("y", file.at, file.size), NULL);
            cr_expect(strcmp(got, table) == 0 ||
                          strncmp(got, "STOP 65", 7) == 0 ||
                          strncmp(got, "STOP 66", 7) == 0,
                      "%d at %zu: %s", (int)packer, i, got);
            free(got);
            file.at[i] ^= 0x10;
        }
        buffer_free(&file);
    }
}

Test(packed, each_member_has_a_checksum_of_its_own)
{
    for (enum packer packer = GZIP; packer < ZIP; packer++) {
        struct buffer file = slurp(pack("one", packer, table, table_size));
        struct buffer more = slurp(pack("two", packer, "2,B\n", 4));
        size_t first = file.size;

        buffer_text(&file, buffer_view(&more));
        for (size_t i = PACKING_HEAD; i < first && packer != ZSTD; i++) {
            char *got;

            file.at[i] ^= 0x10;
            got = bytes_of(put_bytes("both", file.at, file.size), NULL);
            cr_expect(strncmp(got, "id,name\n1,A\n", table_size) == 0 ||
                          strncmp(got, "STOP 6", 6) == 0,
                      "%d at %zu: %s", (int)packer, i, got);
            /* Checksum and size of the first. */
            if (packer == GZIP && i >= first - 8)
                cr_expect_str_eq(got, "STOP 65 bad_archive ", "at %zu", i);
            free(got);
            file.at[i] ^= 0x10;
        }
        buffer_free(&file);
        buffer_free(&more);
    }
}

/* --- zips ----------------------------------------------------------------- */

Test(packed, what_systems_put_into_a_zip_does_not_count)
{
    static const char *const mac[] = {
        "x/",          "x/a.csv",   "__MACOSX/x/._a.csv",
        "x/.DS_Store", "Thumbs.db", NULL};
    static const char *const none[] = {"x/", NULL};

    SAYS(bytes_of(pack_with("m.zip", ZIP, mac, table, table_size, NULL), NULL),
         table);
    SAYS(bytes_of(pack_with("n.zip", ZIP, none, "", 0, NULL), NULL),
         "STOP 65 empty_file ");
}

static const char *const several[] = {"north.csv", "in/south.json",
                                      "\xc3\xa9t\xc3\xa9.csv", NULL};

Test(packed, a_zip_of_which_a_part_would_go_unread_is_refused)
{
    struct buffer file = slurp(pack("a.zip", ZIP, table, table_size));
    struct buffer more = slurp(pack("b.zip", ZIP, "id\n2\n", 5));
    size_t size = file.size;

    /* A comment, whole and cut. */
    file.at[size - 2] = 3;
    buffer_string(&file, "abc");
    SAYS(bytes_of(put_bytes("y", file.at, size + 3), NULL), table);
    SAYS(bytes_of(put_bytes("y", file.at, size + 2), NULL),
         "STOP 65 bad_archive ");
    expect_words(in_folder("y"), "it ends in its comment", "");
    file.at[size - 2] = 0;
    /* Two, of which only the second would be read. */
    file.size = size;
    buffer_text(&file, buffer_view(&more));
    SAYS(bytes_of(put_bytes("y", file.at, file.size), NULL),
         "STOP 65 bad_archive ");
    expect_words(in_folder("y"), "its list of files leaves out", "");
    buffer_free(&file);
    buffer_free(&more);
}

Test(packed, a_zip_of_several_names_them_and_says_how_to_name_one)
{
    const char *path =
        pack_with("t.zip", ZIP, several, table, table_size, NULL);

    SAYS(bytes_of(path, NULL), "STOP 65 many_entries ");
    expect_words(path, "3 files: north.csv, in/south.json, \xc3\xa9t\xc3\xa9",
                 "file.zip/people.csv");
}

Test(packed, a_file_in_a_zip_is_named_behind_it)
{
    const char *path =
        pack_with("t.zip", ZIP, several, table, table_size, NULL);
    struct input *input;
    struct err err;

    for (const char *const *name = several; *name != NULL; name++) {
        char inside[300];

        (void)snprintf(inside, sizeof(inside), "%s/%s", path, *name);
        SAYS(bytes_of(inside, NULL), table);
    }
    SAYS(bytes_of(in_folder("t.zip/nobody.csv"), NULL), "STOP 66 no_input ");
    expect_words(in_folder("t.zip/nobody.csv"),
                 "'nobody.csv', but north.csv, in/south.json", "");
    SAYS(bytes_of(in_folder("t.zip/in"), NULL), "STOP 66 no_input ");
    SAYS(bytes_of(in_folder("no.zip/a.csv"), NULL), "STOP 66 no_input ");
    (void)put("plain.csv", table);
    SAYS(bytes_of(in_folder("plain.csv/a.csv"), NULL), "STOP 66 no_input ");
    (void)pack("p.csv.gz", GZIP, table, table_size);
    SAYS(bytes_of(in_folder("p.csv.gz/a.csv"), NULL), "STOP 66 no_input ");
    cr_assert_eq(input_open(&input, in_folder("t.zip/north.csv"), NULL,
                            ENCODING_TOLD, &err),
                 OK);
    cr_expect_str_eq(input_name(input), in_folder("t.zip/north.csv"));
    input_close(input);
}

Test(packed, a_name_that_is_there_twice_names_nothing)
{
    static const char *const twice[] = {"a.csv", "a.csv", NULL};

    (void)pack_with("t.zip", ZIP, twice, table, table_size, NULL);
    SAYS(bytes_of(in_folder("t.zip/a.csv"), NULL), "STOP 65 many_entries ");
    expect_words(in_folder("t.zip/a.csv"), "2 files of this name", "unpack it");
}

Test(packed, the_one_data_file_of_a_zip_needs_no_name)
{
    static const char *const with_words[] = {"readme.txt", "x/a.CSV",
                                             "terms.pdf", NULL};
    static const char *const two[] = {"a.csv", "b.json", "readme.txt", NULL};
    static const char *const words[] = {"a.txt", "b.txt", NULL};
    const char *path =
        pack_with("t.zip", ZIP, with_words, table, table_size, NULL);

    SAYS(bytes_of(path, NULL), table);
    cr_expect_eq(format_of_path(path), format_named("csv"));
    path = pack_with("t.zip", ZIP, two, table, table_size, NULL);
    SAYS(bytes_of(path, NULL), "STOP 65 many_entries ");
    path = pack_with("t.zip", ZIP, words, table, table_size, NULL);
    SAYS(bytes_of(path, NULL), "STOP 65 many_entries ");
}

Test(packed, an_encrypted_zip_says_so)
{
    const char *path =
        pack_with("s.zip", ZIP, one_file, table, table_size, "geheim");

    SAYS(bytes_of(path, NULL), "STOP 65 bad_archive ");
    expect_words(path, "'a.csv' in the zip is encrypted", "password");
}

Test(packed, a_zip_of_too_many_files_is_no_export)
{
    static char names[1200][12];
    static const char *many[1201];

    for (int i = 0; i < 1200; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "%d.csv", i);
        many[i] = names[i];
    }
    expect_words(pack_with("m.zip", ZIP, many, "x", 1, NULL),
                 "more than 1000 files", "");
}

Test(packed, the_format_is_that_of_the_file_in_the_zip)
{
    static const char *const json[] = {"x/people.JSON", NULL};
    static const char *const odd[] = {"people", NULL};
    const char *path = pack_with("x.zip", ZIP, json, "[]", 2, NULL);

    cr_expect_eq(format_of_path(path), format_named("json"));
    path = pack_with("x.csv.zip", ZIP, json, "[]", 2, NULL);
    cr_expect_eq(format_of_path(path), format_named("json"));
    path = pack_with("x.csv.zip", ZIP, odd, "[]", 2, NULL);
    cr_expect_eq(format_of_path(path), format_named("csv"));
    path = pack_with("y.zip", ZIP, several, "[]", 2, NULL);
    cr_expect_null(format_of_path(path));
    cr_expect_eq(format_of_path(in_folder("y.zip/in/south.json")),
                 format_named("json"));
    cr_expect_eq(format_of_path(in_folder("y.zip/north.csv")),
                 format_named("csv"));
    cr_expect_eq(format_of_path("x.ndjson.lz4"), format_named("ndjson"));
}

/* --- packed in packed, bombs, and what is not read -------------------------
 */

Test(packed, once_is_enough)
{
    for (enum packer outer = GZIP; outer < PACKINGS; outer++)
        for (enum packer inner = GZIP; inner < PACKINGS; inner++) {
            struct buffer file = slurp(pack("inner", inner, table, table_size));
            const char *path = pack("outer", outer, file.at, file.size);

            SAYS(bytes_of(path, NULL), "STOP 65 bad_archive ");
            buffer_free(&file);
        }
    expect_words(in_folder("outer"), "packed twice", "unpack it once");
}

Test(packed, a_file_that_grows_too_many_times_is_a_bomb)
{
    size_t size = 200 * 1024 * 1024;
    char *zeros = calloc(size, 1);

    cr_assert_not_null(zeros);
    for (enum packer packer = GZIP; packer < PACKINGS; packer++) {
        if (packer == LZ4)
            continue; /* it ends at 255 times */
        SAYS(bytes_of(pack("bomb", packer, zeros, size), NULL),
             "STOP 65 too_large ");
    }
    free(zeros);
}

static const struct {
    const char *begin;
    size_t size;
    const char *message, *hint;
} foreign[] = {
    {"7z\xbc\xaf\x27\x1c\0\4", 8, "kind 7z", "unpack"},
    {"Rar!\x1a\7\1\0", 8, "kind rar", "unpack"},
    {"\x02\x21\x4c\x18\0\0\0\0", 8, "kind old lz4", "without -l"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "kind Excel", "CSV"},
    {"%PDF-1.4\n", 9, "kind PDF", "CSV"},
};

Test(packed, what_is_not_read_says_what_it_is)
{
    static const char *const workbook[] = {"[Content_Types].xml",
                                           "xl/workbook.xml", NULL};

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        const char *path = put_bytes("x", foreign[i].begin, foreign[i].size);

        SAYS(bytes_of(path, NULL), "STOP 65 bad_archive ");
        expect_words(path, foreign[i].message, foreign[i].hint);
    }
    expect_words(pack_with("x.xlsx", ZIP, workbook, "x", 1, NULL),
                 "Excel workbook", "CSV");
}

Test(packed, words_that_begin_like_a_packed_file_are_words)
{
    SAYS(bytes_of(put("x", "BZh9,name\n"), NULL), "BZh9,name\n");
    SAYS(bytes_of(put("x", "PK,name\n1,A\n"), NULL), "PK,name\n1,A\n");
    SAYS(bytes_of(put("x", "Rar,name\n"), NULL), "Rar,name\n");
}
