/*
 * test_writer.c - records to files, whole or not at all.
 */
#include "transcript.h"

#include "formats/limits.h"

#include <dirent.h>
#include <sys/stat.h>

TestSuite(writer, .timeout = 20, .init = folder_open, .fini = folder_close);

static char *content_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct buffer out = {0};
    char block[4096];
    size_t got;

    cr_assert_not_null(file);
    buffer_string(&out, "");
    while ((got = fread(block, 1, sizeof(block), file)) > 0)
        buffer_add(&out, block, got);
    (void)fclose(file);
    return out.at;
}

static unsigned files_in_folder(void)
{
    DIR *folder = opendir(test_folder);
    unsigned count = 0;

    cr_assert_not_null(folder);
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    return count - 2; /* . and .. */
}

/* Writes the JSON objects in order; the file, or how it failed. */
static char *write_all(const char *format, const char *const *objects,
                       const struct writer_options *options)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    const char *path = in_folder("out");
    struct writer *writer = NULL;
    struct buffer failure = {0};
    struct node *object;
    struct err err;
    enum status status =
        writer_open(&writer, format_named(format), path, options, &err);

    for (; status == OK && *objects != NULL; objects++) {
        cr_assert_eq(json_parse(text_of(*objects), arena, names, &object, &err),
                     OK);
        status = writer_write(writer, object, &err);
    }
    if (status == OK)
        status = writer_commit(writer, &err);
    writer_close(writer);
    arena_close(arena);
    names_close(names);
    if (status == OK)
        return content_of(path);
    buffer_print(&failure, "STOP %d %s", err.exit, err.code);
    return failure.at;
}

static const char *const columns[] = {"id", "name", "note", NULL};
static const char *const nobody[] = {NULL};

static const char *const people[] = {
    "{\"id\":\"007\",\"name\":\"Ann \\\"A\\\" Lee\",\"note\":\"a\\nb\"}",
    "{\"note\":\"x, y\",\"id\":12.50,\"other\":\"no\"}",
    "{\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}",
    NULL,
};

Test(writer, csv_quotes_where_it_must_and_ends_lines_in_lf)
{
    static const struct writer_options options = {.columns = columns};
    static const struct writer_options semicolon = {.columns = columns,
                                                    .delimiter = ';'};

    SAYS(write_all("csv", people, &options),
         "id,name,note\n007,\"Ann \"\"A\"\" Lee\",\"a\nb\"\n"
         "12.50,,\"x, y\"\n\" 1\",true,\"a, b\"\n");
    SAYS(write_all("csv", people + 1, &semicolon),
         "id;name;note\n12.50;;x, y\n\" 1\";true;a, b\n");
    SAYS(write_all("csv", nobody, &options), "id,name,note\n");
}

Test(writer, what_csv_writes_is_read_the_same)
{
    static const struct writer_options options = {.columns = columns};

    free(write_all("csv", people, &options));
    SAYS(read_path("csv", in_folder("out"), NULL, NULL),
         "2 {\"id\":\"007\",\"name\":\"Ann \\\"A\\\" Lee\","
         "\"note\":\"a\\nb\"}\n"
         "4 {\"id\":\"12.50\",\"name\":\"\",\"note\":\"x, y\"}\n"
         "5 {\"id\":\" 1\",\"name\":\"true\",\"note\":\"a, b\"}\nend\n");
}

Test(writer, safe_csv_guards_formulas_but_no_phones)
{
    static const char *const cells[] = {"c", NULL};
    static const struct writer_options safe = {.columns = cells,
                                               .safe_csv = true};
    static const struct writer_options plain = {.columns = cells};
    static const char *const objects[] = {
        "{\"c\":\"=1+1\"}",
        "{\"c\":\"@x\"}",
        "{\"c\":\"+61 491 570 006\"}",
        "{\"c\":\"-12.50\"}",
        "{\"c\":\"+A1\"}",
        "{\"c\":\"-\"}",
        "{\"c\":\"'=1\"}",
        "{\"c\":\"'t Hooft\"}",
        "{\"c\":\"a=1\"}",
        NULL,
    };

    SAYS(write_all("csv", objects, &safe),
         "c\n'=1+1\n'@x\n+61 491 570 006\n-12.50\n'+A1\n'-\n''=1\n't Hooft\n"
         "a=1\n");
    SAYS(write_all("csv", objects, &plain),
         "c\n=1+1\n@x\n+61 491 570 006\n-12.50\n+A1\n-\n''=1\n't Hooft\n"
         "a=1\n");
}

Test(writer, what_a_csv_cannot_give_back_is_refused_and_leaves_no_trace)
{
    const struct format *csv = format_named("csv");
    static const char *const c[] = {"a", "b", NULL};
    static const struct writer_options options = {.columns = c};
    struct arena *arena = arena_open();
    struct node *object = node_new(arena, NODE_OBJECT);
    struct buffer out = {0}, large = {0};
    struct err err;
    void *self;

    while (large.size <= FIELD_MAX)
        buffer_string(&large, "0123456789");
    cr_assert_eq(csv->create(&self, &options, &err), OK);
    cr_assert_eq(csv->begin(self, &out, &err), OK);
    node_add(object, "a", node_text(arena, TEXT("x")));
    node_add(object, "b", node_text(arena, TEXT("y\0z")));
    cr_assert_eq(csv->write(self, object, &out, &err), REJECT);
    cr_assert_str_eq(err.code, "bad_character");
    cr_assert_str_eq(err.field, "b");
    object->last->text = TEXT("\xff");
    cr_assert_eq(csv->write(self, object, &out, &err), REJECT);
    object->last->text = buffer_view(&large);
    cr_assert_eq(csv->write(self, object, &out, &err), REJECT);
    cr_assert_str_eq(err.code, "too_large");
    object->last->text = TEXT("z");
    cr_assert_eq(csv->write(self, object, &out, &err), OK);
    cr_assert_eq(csv->finish(self, &out, &err), OK);
    cr_assert(text_is(buffer_view(&out), "a,b\nx,z\n"));
    csv->destroy(self);
    arena_close(arena);
    buffer_free(&out);
    buffer_free(&large);
}

Test(writer, json_is_a_list_with_a_record_per_line)
{
    static const struct writer_options member = {.records = "customers"};
    static const struct writer_options deep = {.records = "data.list"};
    struct reader_options inside = {.records = "data.list"};

    SAYS(write_all("json", people + 1, NULL),
         "[\n{\"note\":\"x, y\",\"id\":12.50,\"other\":\"no\"},\n"
         "{\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\n]\n");
    SAYS(write_all("json", nobody, NULL), "[\n]\n");
    SAYS(write_all("json", people + 2, &member),
         "{\"customers\":[\n"
         "{\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\n]}\n");
    SAYS(read_path("json", in_folder("out"), NULL, NULL),
         "2 {\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\nend\n");
    SAYS(write_all("json", people + 2, &deep),
         "{\"data\":{\"list\":[\n"
         "{\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\n]}}\n");
    SAYS(read_path("json", in_folder("out"), NULL, &inside),
         "2 {\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\nend\n");
}

Test(writer, ndjson_is_a_record_per_line_and_nothing_else)
{
    SAYS(write_all("ndjson", people + 2, NULL),
         "{\"id\":\" 1\",\"name\":true,\"note\":[\"a\",\"b\"]}\n");
    SAYS(write_all("ndjson", nobody, NULL), "");
}

static const char *const trees[] = {
    "{\"@id\":\"7 & \\\"8\\\"\",\"name\":\"A <b> & c\",\"x\":"
    "\"\",\"tags\":[\"a\",\"b\"],\"billing.city\":\"X\",\"address\":{\"@a\":"
    "true,\"#text\":\"t\"},\"none\":null}",
    NULL,
};

Test(writer, xml_has_elements_and_attributes)
{
    static const struct writer_options path = {.records = "shop/list/c"};

    SAYS(write_all("xml", trees, NULL),
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<customers>\n"
         "  <customer id=\"7 &amp; &quot;8&quot;\">\n"
         "    <name>A &lt;b&gt; &amp; c</name>\n    <x/>\n"
         "    <tags>a</tags>\n    <tags>b</tags>\n"
         "    <billing.city>X</billing.city>\n"
         "    <address a=\"true\">t</address>\n    <none/>\n"
         "  </customer>\n</customers>\n");
    SAYS(read_path("xml", in_folder("out"), NULL, NULL),
         "3 {\"@id\":\"7 & \\\"8\\\"\",\"name\":\"A <b> & c\",\"x\":\"\","
         "\"tags\":\"a\",\"tags\":\"b\",\"billing.city\":\"X\","
         "\"address\":{\"@a\":\"true\",\"#text\":\"t\"},\"none\":\"\"}\n"
         "end\n");
    SAYS(write_all("xml", nobody, NULL),
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<customers/>\n");
    SAYS(write_all("xml", nobody, &path),
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<shop>\n  <list/>\n"
         "</shop>\n");
}

Test(writer, without_a_commit_nothing_changes)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    const char *path = put("out", "old");
    struct writer *writer;
    struct node *object;
    struct err err;

    cr_assert_eq(json_parse(text_of(people[0]), arena, names, &object, &err),
                 OK);
    cr_assert_eq(writer_open(&writer, format_named("ndjson"), path, NULL, &err),
                 OK);
    for (int i = 0; i < 10000; i++)
        cr_assert_eq(writer_write(writer, object, &err), OK);
    SAYS(content_of(path), "old");
    cr_assert_eq(files_in_folder(), 2);
    writer_close(writer);
    SAYS(content_of(path), "old");
    cr_assert_eq(files_in_folder(), 1);
    writer_close(NULL);
    arena_close(arena);
    names_close(names);
}

Test(writer, a_file_that_is_replaced_keeps_its_mode_and_its_link)
{
    const char *path = put("real", "old"), *link = in_folder("link");
    struct stat now;
    struct err err;

    cr_assert_eq(chmod(path, 0600), 0);
    cr_assert_eq(symlink("real", link), 0);
    cr_assert_eq(file_publish(link, TEXT("new"), &err), OK);
    SAYS(content_of(path), "new");
    cr_assert_eq(stat(path, &now), 0);
    cr_assert_eq(now.st_mode & 0777, 0600);
    cr_assert_eq(lstat(link, &now), 0);
    cr_assert(S_ISLNK(now.st_mode));
    cr_assert_eq(files_in_folder(), 2);
}

Test(writer, what_cannot_be_created_or_written_says_so)
{
    struct err err;

    cr_assert_eq(file_publish(in_folder("no/such"), TEXT("x"), &err), STOP);
    cr_assert_eq(err.exit, EXIT_CANTCREAT);
    cr_assert_eq(file_publish(test_folder, TEXT("x"), &err), STOP);
    cr_assert_eq(err.exit, EXIT_CANTCREAT);
    cr_assert_eq(file_publish("/dev/full", TEXT("x"), &err), STOP);
    cr_assert_eq(err.exit, EXIT_IO);
    cr_assert_str_eq(err.place, "/dev/full");
    cr_assert_eq(file_publish("/dev/null", TEXT("x"), &err), OK);
}
