/*
 * test_mapping.c - paths, columns and rules: from records to customers; the
 * catalogue; faults.
 */
#include "mapping_fixture.h"

#include <unistd.h>

TestSuite(mapping, .timeout = 60);

Test(mapping, paths_find_members_elements_and_matches, .init = open_all,
     .fini = close_all)
{
    const struct node *tree =
        tree_of("{a: {b: [x, y]}, l: [{k: 1, v: one}, {k: 2, v: two}], "
                "'d.e': dot, n: ~}");

    cr_expect(text_is(path_find(tree, "a.b[1]")->text, "y"));
    cr_expect(text_is(path_find(tree, "l[k=2].v")->text, "two"));
    cr_expect(text_is(path_find(tree, "l[].v")->text, "one"));
    cr_expect(text_is(path_find(tree, "d\\.e")->text, "dot"));
    cr_expect_eq(path_find(tree, ""), tree);
    cr_expect_null(path_find(tree, "a.c"));
    cr_expect_null(path_find(tree, "a.b[2]"));
    cr_expect_null(path_find(tree, "l[k=3].v"));
    cr_expect_null(path_find(tree, "a.b.c"));
    cr_expect(text_is(
        path_first(tree, (const char *const[]){"x", "n", "a.b[0]", NULL})->text,
        "x"));
}

Test(mapping, column_names_fold, .init = open_all, .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {name: ContactName, email: E-mail Address}");

    cr_expect_str_eq(as_json(read_one(mapping, "{'*ContactName': Acme, "
                                               "'e-MAIL\xC2\xA0 address': "
                                               "a@example.com}")),
                     "{\"name\":\"Acme\",\"email\":\"a@example.com\"}");
    cr_expect(mapping_knows(mapping, TEXT("*contact_name ")));
    cr_expect_not(mapping_knows(mapping, TEXT("Fax")));
    mapping_close(mapping);
}

Test(mapping, the_first_column_that_is_not_blank_wins, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of("fields: {phone: [A, B], name: N}");

    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, A: N/A, "
                                               "B: 02 5550 1234}")),
                     "{\"name\":\"x\",\"phone\":\"+61255501234\"}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, A: '', B: ''}")),
                     "{\"name\":\"x\",\"phone\":null}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x}")), "{\"name\":\"x\"}");
    mapping_close(mapping);
}

Test(mapping, a_phone_is_read_in_the_country_of_its_row, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {phone: P, shipping.country: S, billing.country: C}");

    cr_expect(text_is(customer_text(read_one(mapping, "{P: 020 7946 0018, "
                                                      "C: UK}"),
                                    FIELD_PHONE),
                      "+442079460018"));
    cr_expect(text_is(customer_text(read_one(mapping, "{P: 020 7946 0018, "
                                                      "S: GB}"),
                                    FIELD_PHONE),
                      "+442079460018"));
    mapping_close(mapping);
}

Test(mapping, rules_split_strip_translate_and_default, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  reference_id: {from: Id, strip: \"'\"}\n"
        "  name: {from: [First, Last], join: ' '}\n"
        "  tags: {from: Tags, split: ' ::: '}\n"
        "  status: {from: On, values: {Y: active, N: inactive, '?': null}}\n"
        "  company: {from: Firm, default: none}\n"
        "  notes: {value: imported}\n"
        "  created_at: {from: Since, format: '%d/%m/%Y'}\n"
        "  website: {from: Web, when: {column: Kind, is: [B, C]}}\n");
    struct customer *customer =
        read_one(mapping, "{Id: \"'7\", First: Ana, Last: Silva, "
                          "Tags: 'a, b ::: c', On: y, Since: 20/11/2026, "
                          "Web: x.example, Kind: c}");

    cr_expect_str_eq(as_json(customer),
                     "{\"reference_id\":\"7\",\"name\":\"Ana Silva\","
                     "\"company\":\"none\",\"website\":\"x.example\","
                     "\"notes\":\"imported\",\"status\":\"active\","
                     "\"tags\":[\"a, b\",\"c\"],"
                     "\"created_at\":\"2026-11-20T00:00:00Z\"}");
    customer = read_one(mapping, "{First: \"'Ana\", On: Z, Web: x, Kind: A}");
    cr_expect(text_is(customer_text(customer, FIELD_NAME), "'Ana"));
    cr_expect(has_problem(customer, "unknown_value"));
    cr_expect_not(customer_has(customer, FIELD_STATUS));
    cr_expect_not(customer_has(customer, FIELD_WEBSITE));
    customer = read_one(mapping, "{First: Ana, On: '?'}");
    cr_expect_null(customer->problems);
    mapping_close(mapping);
}

Test(mapping, ids_of_any_kind_stay_digit_for_digit, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("format: json\nfields: {reference_id: id, name: n}");
    struct node *record;
    struct err err;
    struct customer *customer;

    cr_assert_eq(json_parse(TEXT("{\"id\":123456789012345678901,\"n\":\"x\"}"),
                            arena, names, &record, &err),
                 OK);
    cr_assert_eq(mapping_read(mapping, record, NULL, arena, &customer, &err),
                 OK);
    cr_expect(text_is(customer_text(customer, FIELD_REFERENCE_ID),
                      "123456789012345678901"));
    mapping_close(mapping);
}

Test(mapping, a_filtered_row_is_skipped, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = shipped("salesforce");
    struct customer *customer;
    struct err err;

    cr_expect_eq(mapping_read(mapping,
                              tree_of("{ID: '1', NAME: x, ISDELETED: 'TRUE'}"),
                              NULL, arena, &customer, &err),
                 REJECT);
    cr_expect_str_eq(err.code, "skipped");
    mapping_close(mapping);
}

Test(mapping, nobody_is_a_row_without_name_and_address, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = shipped("generic");
    struct customer *customer =
        read_one(mapping, "{id: '1', city: Sydney, email: nonsense}");

    cr_expect(has_problem(customer, "bad_email"));
    cr_expect(has_problem(customer, "nobody"));
    cr_expect_null(read_one(mapping, "{last_name: 'Null'}")->problems);
    mapping_close(mapping);
}

Test(mapping, an_object_for_a_text_is_told, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = shipped("generic");

    cr_expect(has_problem(read_one(mapping, "{name: {given: A}, email: "
                                            "a@example.com}"),
                          "bad_shape"));
    mapping_close(mapping);
}

Test(mapping, names_of_another_file_do_not_confuse_the_cache, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of("fields: {name: A, email: B}");

    for (int i = 0; i < 50; i++) {
        struct names *own = names_open();
        struct node *record;
        struct err err;
        struct customer *customer;
        const char *text = i % 2 == 0 ? "{\"A\":\"x\",\"B\":\"\"}"
                                      : "{\"B\":\"a@example.com\",\"A\":\"\"}";

        cr_assert_eq(json_parse(text_of(text), arena, own, &record, &err), OK);
        cr_assert_eq(
            mapping_read(mapping, record, NULL, arena, &customer, &err), OK);
        cr_assert_eq(customer_has(customer, FIELD_NAME), i % 2 == 0);
        cr_assert_eq(customer_has(customer, FIELD_EMAIL), i % 2 == 1);
        names_close(own);
    }
    mapping_close(mapping);
}

Test(mapping, a_table_may_stand_in_a_file_beside, .init = open_all,
     .fini = close_all)
{
    char folder[] = "/tmp/custsync-mapping-XXXXXX", path[64], table[64];
    struct mapping *mapping;
    FILE *file;

    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/m.yaml", folder);
    snprintf(table, sizeof(table), "%s/t.csv", folder);
    file = fopen(path, "w");
    fputs("fields: {name: N, status: {from: S, values_file: t.csv}}", file);
    fclose(file);
    file = fopen(table, "w");
    fputs("outside,ours\nlive,active\ndead,inactive\n", file);
    fclose(file);
    mapping = shipped(path);
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, S: DEAD}")),
                     "{\"name\":\"x\",\"status\":\"inactive\"}");
    cr_expect_str_eq(mapping_name(mapping), "m");
    mapping_close(mapping);
    unlink(path);
    unlink(table);
    rmdir(folder);
}

Test(mapping, a_header_tells_its_mapping)
{
    static const char *const shopify[] = {"Customer ID",
                                          "First Name",
                                          "Last Name",
                                          "Email",
                                          "accepts email marketing",
                                          "Default Address Address1",
                                          "Tags",
                                          NULL};
    static const char *const own[] = {"first_name", "email", NULL};
    struct catalogue *catalogue;
    char why[256];
    struct err err;

    cr_assert_eq(catalogue_open(&catalogue, &err), OK, "%s", err.message);
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("csv"), shopify, why)),
                     "shopify");
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("csv"), own, why)),
                     "generic");
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("xml"), shopify, why)),
                     "generic");
    cr_expect(catalogue_knows(catalogue, TEXT("POAddressLine1")));
    cr_expect(catalogue_knows(catalogue, TEXT("custom.anything")));
    cr_expect_not(catalogue_knows(catalogue, TEXT("Quarterly figures")));
    cr_expect_str_eq(
        mapping_name(catalogue_at(catalogue, catalogue_count(catalogue) - 1)),
        "generic");
    catalogue_close(catalogue);
}

Test(mapping, every_fault_of_a_file_is_told_with_its_place, .init = open_all,
     .fini = close_all)
{
    static const char text[] = "format: csv\n"
                               "fields:\n"
                               "  emial: Email\n"
                               "  name: {from: N, requird: true}\n"
                               "  phone: {from: P, region: XX}\n";
    struct check check = {.file = "x.yaml", .quiet = true};
    struct mapping *mapping;
    struct node *tree;
    struct err err;

    cr_assert_eq(yaml_parse(text_of(text), "x.yaml", arena, names, &tree, &err),
                 OK);
    cr_expect_eq(mapping_build(&mapping, "x", "x.yaml", tree, &check, &err),
                 STOP);
    cr_expect_null(mapping);
    cr_expect_eq(check.count, 3);
    cr_expect_str_eq(err.place, "x.yaml:3:3");
    cr_expect_str_eq(err.message, "unknown field 'emial'");
    cr_expect_str_eq(err.hint, "did you mean 'email'?");
    cr_expect_eq(err.exit, EXIT_CONFIG);
}

Test(mapping, an_unknown_mapping_is_met_with_a_suggestion)
{
    struct mapping *mapping;
    struct err err;

    cr_expect_eq(mapping_load(&mapping, "shopfy", &err), STOP);
    cr_expect_eq(err.exit, EXIT_CONFIG);
    cr_expect_str_eq(err.hint, "did you mean 'shopify'?");
}

Test(mapping, the_digest_changes_with_the_meaning_only, .init = open_all,
     .fini = close_all)
{
    struct mapping *a = mapping_of("title: one\nfields: {name: A}");
    struct mapping *b = mapping_of("title: two\nfields: {name: A} # same");
    struct mapping *c = mapping_of("fields: {name: B}");

    cr_expect(text_equal(mapping_digest(a), mapping_digest(b)));
    cr_expect_not(text_equal(mapping_digest(a), mapping_digest(c)));
    mapping_close(a);
    mapping_close(b);
    mapping_close(c);
}
