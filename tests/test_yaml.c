/*
 * test_yaml.c - YAML to trees, and collecting faults.
 */
#include "mappings/yaml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "formats/limits.h"

TestSuite(yaml, .timeout = 20);

static struct arena *arena;
static struct names *names;
static struct node *tree;
static struct err err;

static void open_all(void)
{
    arena = arena_open();
    names = names_open();
}

static void close_all(void)
{
    names_close(names);
    arena_close(arena);
}

static enum status parse(const char *text)
{
    return yaml_parse(text_of(text), "x.yaml", arena, names, &tree, &err);
}

/* The tree as JSON, or the error as "PLACE: MESSAGE". */
static const char *shown(const char *text)
{
    struct buffer out = {0};
    const char *string;

    if (parse(text) == OK)
        json_write(&out, tree);
    else
        buffer_print(&out, "%s: %s", err.place, err.message);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

Test(yaml, plain_scalars_follow_the_core_schema, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(shown("[1, -1.5, 2e3, true, False, ~, null, '', x]"),
                     "[1,-1.5,2e3,true,false,null,null,\"\",\"x\"]");
    cr_expect_str_eq(shown("a:\nb: text"), "{\"a\":null,\"b\":\"text\"}");
}

Test(yaml, what_is_no_quantity_stays_text, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(
        shown("[yes, NO, on, 007, +61, 0x1F, .5, 1., 2026-11-20, \"1\", '2']"),
        "[\"yes\",\"NO\",\"on\",\"007\",\"+61\",\"0x1F\",\".5\",\"1.\","
        "\"2026-11-20\",\"1\",\"2\"]");
}

Test(yaml, a_json_file_loads_unchanged, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(shown("{\"a\": [1, {\"b\": \"c\\u00e9\"}], \"d\": {}}"),
                     "{\"a\":[1,{\"b\":\"c\xC3\xA9\"}],\"d\":{}}");
}

Test(yaml, a_member_stands_where_its_key_begins, .init = open_all,
     .fini = close_all)
{
    const struct node *b;

    cr_assert_eq(parse("a: 1\nmore:\n  b:\n    - x\n"), OK);
    b = node_member(node_member(tree, "more"), "b");
    cr_expect_eq(b->line, 3);
    cr_expect_eq(b->column, 3);
    cr_expect_eq(b->first->line, 4);
    cr_expect_eq(b->first->column, 7);
}

Test(yaml, what_we_do_not_read_is_refused_with_its_place, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(shown("a: 1\nb: 2\na: 3"),
                     "x.yaml:3:1: key 'a' is given twice, first in line 1");
    cr_expect_str_eq(shown("a: &x 1"),
                     "x.yaml:1:4: anchors (&name) are not read here");
    cr_expect_str_eq(shown("a: *x"),
                     "x.yaml:1:4: aliases (*name) are not read here");
    cr_expect_str_eq(shown("a: !!str 1"),
                     "x.yaml:1:4: tags (!name) are not read here");
    cr_expect_str_eq(shown("a: 1\n---\nb: 2"),
                     "x.yaml:2:1: a second document begins here");
    cr_expect_str_eq(shown("? [a]\n: b"),
                     "x.yaml:1:3: a key must be a plain word");
    cr_expect_eq(parse("a: [1"), STOP);
    cr_expect_eq(err.exit, EXIT_CONFIG);
    cr_expect_eq(parse("a: \xFF"), STOP);
    cr_expect_eq(parse("a: \"\\0\""), STOP);
}

Test(yaml, an_empty_file_is_null, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(shown(""), "null");
    cr_expect_str_eq(shown("# nothing\n"), "null");
    cr_expect_str_eq(shown("\xEF\xBB\xBF"
                           "a: 1"),
                     "{\"a\":1}");
}

Test(yaml, depth_size_and_keys_have_limits, .init = open_all, .fini = close_all)
{
    struct buffer text = {0};

    for (int i = 0; i < 100000; i++)
        buffer_byte(&text, '[');
    buffer_byte(&text, '\0');
    cr_expect_str_eq(shown(text.at), "x.yaml:1:65: nested too deep");
    buffer_clear(&text);
    for (int i = 0; i < 50000; i++)
        buffer_print(&text, "k%d: 1\n", i);
    buffer_byte(&text, '\0');
    cr_expect_str_eq(shown(text.at),
                     "x.yaml:2001:1: too many keys in one place");
    buffer_clear(&text);
    for (int i = 0; i <= YAML_MAX; i++)
        buffer_byte(&text, ' ');
    buffer_byte(&text, '\0');
    cr_expect_eq(parse(text.at), STOP);
    buffer_free(&text);
}

Test(yaml, a_file_that_is_not_there_is_no_input, .init = open_all,
     .fini = close_all)
{
    cr_expect_eq(yaml_load("/nowhere/x.yaml", arena, names, &tree, &err), STOP);
    cr_expect_eq(err.exit, EXIT_NOINPUT);
}

Test(yaml, every_fault_counts_and_the_first_ends_the_run, .init = open_all,
     .fini = close_all)
{
    static const char *const keys[] = {"fields", "title", NULL};
    struct check check = {.file = "x.yaml", .quiet = true};

    cr_assert_eq(parse("titel: a\nfields: 1\nother: b"), OK);
    cr_expect_not(check_keys(&check, tree, keys, "a mapping"));
    cr_expect_eq(check.count, 2);
    cr_expect_eq(check_end(&check, &err), STOP);
    cr_expect_str_eq(err.place, "x.yaml:1:1");
    cr_expect_str_eq(err.message, "unknown key 'titel' in a mapping");
    cr_expect_str_eq(err.hint, "did you mean 'title'?");
    cr_expect_eq(err.exit, EXIT_CONFIG);
}

Test(yaml, members_of_the_wrong_kind_are_faults, .init = open_all,
     .fini = close_all)
{
    struct check check = {.file = "x.yaml", .quiet = true};

    cr_assert_eq(parse("a: [1]\nb: yes\nc: 5\nd: true"), OK);
    cr_expect_eq(check_text(&check, tree, "a").size, 0);
    cr_expect(check_flag(&check, tree, "b", true));
    cr_expect_eq(check.count, 2);
    cr_expect(text_is(check_text(&check, tree, "c"), "5"));
    cr_expect(check_flag(&check, tree, "d", false));
    cr_expect_eq(check.count, 2);
    cr_expect_eq(check_text(&check, tree, "nothing").size, 0);
    cr_expect_eq(check.count, 2);
}

Test(yaml, nothing_wrong_is_ok)
{
    struct check check = {.file = "x.yaml"};

    cr_expect_eq(check_end(&check, &err), OK);
}

Test(yaml, suggestions_are_near)
{
    static const char *const words[] = {"email",    "mobile", "first_name",
                                        "required", "id",     NULL};

    cr_expect_str_eq(suggest("emial", words), "email");
    cr_expect_str_eq(suggest("Firstname", words), "first_name");
    cr_expect_str_eq(suggest("first-name", words), "first_name");
    cr_expect_str_eq(suggest("reqired", words), "required");
    cr_expect_null(suggest("fax", words));
    cr_expect_null(suggest("", words));
    cr_expect_null(suggest("x", words));
}
