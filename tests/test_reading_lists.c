/*
 * test_reading_lists.c - lists and contacts: all that stands in any of their
 * places, and what there is no room for.
 */
#include "mapping_fixture.h"

TestSuite(reading_lists, .timeout = 30, .init = open_all, .fini = close_all);

Test(reading_lists, a_list_is_all_of_its_places)
{
    struct mapping *flat =
        mapping_of("fields: {name: n, tags: [a, b], contacts: [c, d]}");
    struct mapping *paths = mapping_of(
        "format: json\nfields: {name: n, tags: [a, 'x.b[]'], contact_methods: "
        "{from: [m, p], values: {Mail: email}}}");

    expect_read(flat, "{n: x, a: 'VIP, News', b: Blog;vip}",
                "{\"name\":\"x\",\"tags\":[\"VIP\",\"News\",\"Blog\"]}", "");
    expect_read(flat, "{n: x, a: '', b: Blog}",
                "{\"name\":\"x\",\"tags\":[\"Blog\"]}", "");
    expect_read(flat,
                "{n: x, c: '[{\"first_name\":\"Bo\"}]', d: [{email: "
                "al@example.com}]}",
                "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Bo\","
                "\"primary\":false},{\"email\":\"al@example.com\",\"primary\":"
                "false}]}",
                "");
    expect_read(paths, "{n: x, a: VIP, x: {b: [Blog, News]}}",
                "{\"name\":\"x\",\"tags\":[\"VIP\",\"Blog\",\"News\"]}", "");
    expect_read(paths, "{n: x, m: Fax, p: Mail}",
                "{\"name\":\"x\",\"contact_methods\":[\"email\"]}",
                "unknown_value contact_methods: \"Fax\" is not in the table of "
                "contact_methods");
    mapping_close(flat);
    mapping_close(paths);
}

Test(reading_lists, a_contact_has_one_value_of_each_kind)
{
    struct mapping *list = mapping_of(
        "fields: {name: n, contacts: {from: c, each: {first_name: first, "
        "phone: [tel, cell], primary: [main, top]}}}");
    struct mapping *columns = mapping_of(
        "fields: {name: n, contacts: {each: {phone: ['T{n}', 'C{n}']}}}");
    const char *const *unread;
    size_t count;

    /* In a cell our names do as well; elsewhere the mapping's alone. */
    expect_read(list,
                "{n: x, c: '[{\"first_name\":\"Bo\"},{\"first\":\"Al\","
                "\"main\":true,\"top\":\"yes\"}]'}",
                "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Bo\","
                "\"primary\":false},{\"first_name\":\"Al\",\"primary\":true}]}",
                "");
    expect_read(list,
                "{n: x, c: [{first: Bo, tel: 02 5550 1234, cell: "
                "+61255501234, age: '', role: boss}]}",
                "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Bo\","
                "\"phone\":\"+61255501234\",\"primary\":false}]}",
                "");
    unread = mapping_unread(list, &count);
    cr_assert_eq(count, 1);
    cr_expect_str_eq(unread[0], "c.role");
    expect_read(columns, "{n: x, T1: 02 5550 1234, C1: 02 5550 1235}",
                "{\"name\":\"x\",\"contacts\":[{\"phone\":\"+61255501234\","
                "\"primary\":false}]}",
                "passed_over contacts: the value of C1 of contacts is left out "
                "where T1 has another one");
    mapping_close(list);
    mapping_close(columns);
}

/* "[x, x, ...]" or the like, of so many. */
static const char *numbered(size_t count, const char *element)
{
    struct buffer out = {0};

    for (size_t i = 0; i < count; i++)
        buffer_print(&out, "%s%s%zu", i > 0 ? ", " : "", element, i);
    return string_of(&out);
}

Test(reading_lists, more_than_a_place_holds_is_told)
{
    struct mapping *mapping = mapping_of(
        "format: json\nfields: {name: n, notes: 'a[]', tags: 'b[]'}");
    struct customer *read =
        read_one(mapping, arena_print(arena, "{n: x, a: [%s], b: [%s]}",
                                      numbered(501, "t"), numbered(501, "t"))
                              .at);
    size_t count;

    cr_expect(!customer_has(read, FIELD_NOTES));
    (void)value_elements(customer_text(read, FIELD_TAGS), arena, &count);
    cr_expect_eq(count, 500, "%zu", count);
    cr_expect_str_eq(problems_of(read),
                     "bad_shape notes: notes is a list of more than 500, where "
                     "one text is expected: it is left out\n"
                     "too_many tags: more than 500 elements: the rest is left "
                     "out");
    read = read_one(mapping, arena_print(arena, "{n: x, a: [%s], b: [%s]}",
                                         numbered(500, "t"), numbered(500, "t"))
                                 .at);
    cr_expect_str_eq(problems_of(read), "");
    mapping_close(mapping);
}
