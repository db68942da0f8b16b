/*
 * test_mapping_words.c - what rules do with the text of one place: match, part,
 * prefix, strip, values, append; there and back.
 */
#include "mapping_fixture.h"

#include "mappings/rule.h"

TestSuite(words, .timeout = 60);

Test(words, match_takes_the_first_place_that_fits, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: N\n"
        "  billing.city: {read: [L3, L2], match: '^(.*), [A-Z]+ \\d+$'}\n"
        "  billing.postal_code: {read: [L3, L2], match: '\\d+$'}\n"
        "  tags: {from: T, split: ' ::: ', match: '^[^*].*'}\n");

    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, L2: 'Perth, WA 6000', L3: "
                                  "Australia, T: '* mine ::: VIP ::: Work'}")),
        "{\"name\":\"x\",\"billing.city\":\"Perth\",\"billing.postal_code\":"
        "\"6000\",\"tags\":[\"VIP\",\"Work\"]}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, T: \"a\\nb ::: *\\nc\"}")),
        "{\"name\":\"x\",\"tags\":[\"a\\nb\"]}");
    /* Others are passed over; only where nothing stands there is nothing. */
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, L2: Perth, L3: ''}")),
                     "{\"name\":\"x\",\"billing.city\":null,"
                     "\"billing.postal_code\":null}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, L2: Perth}")),
                     "{\"name\":\"x\"}");
    mapping_close(mapping);
}

Test(words, what_is_read_in_part_is_not_written_over, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields:\n"
                   "  first_name: {from: N, part: first}\n"
                   "  last_name: {from: N, part: last, write: Surname}\n"
                   "  email: {from: M, match: '<(.*)>'}\n"
                   "  name: N\n");

    cr_expect_str_eq(
        written(mapping,
                "{\"name\":\"Ana Silva\",\"first_name\":\"Ana\","
                "\"last_name\":\"Silva\",\"email\":\"a@example.com\"}",
                true),
        "{\"Surname\":\"Silva\",\"N\":\"Ana Silva\"}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: 'Silva, Ana', M: Ana "
                                  "<a@example.com>}")),
        "{\"name\":\"Silva, Ana\",\"first_name\":\"Ana\",\"last_name\":"
        "\"Silva\",\"email\":\"a@example.com\"}");
    cr_expect_not(mapping_two_way(mapping, FIELD_FIRST_NAME));
    mapping_close(mapping);
}

Test(words, a_whole_name_is_divided)
{
    static const char *const names_wanted[][3] = {
        {"Smith, John", "John", "Smith"},
        {"John van Smith", "John van", "Smith"},
        {" John  Smith ", "John", "Smith"},
        {"Cher", "Cher", ""},
        {"Smith,", "", "Smith"},
        {"Smith, Jr.", "", "Smith, Jr."},
        {"John Smith, PhD", "John", "Smith, PhD"},
        {"Acme, Inc.", "", ""},
        {"Acme Tools, Pty Ltd", "", ""},
        {"M\xC3\xBCller, GmbH & Co. KG", "", ""},
        {"Acme Pty. Ltd.", "", ""},
        {"Acme Limited", "", ""},
        {"Michelle Co", "Michelle", "Co"},
        {"Co, Michelle", "Michelle", "Co"},
        {"van der Berg, Jan Piet", "Jan Piet", "van der Berg"},
        {",John", "John", ""},
        {"", "", ""},
        {" , ", "", ""},
    };

    for (size_t i = 0; i < sizeof(names_wanted) / sizeof(names_wanted[0]);
         i++) {
        struct text whole = text_of(names_wanted[i][0]);

        cr_expect(text_is(name_part(whole, PART_FIRST), names_wanted[i][1]),
                  "%s", names_wanted[i][0]);
        cr_expect(text_is(name_part(whole, PART_LAST), names_wanted[i][2]),
                  "%s", names_wanted[i][0]);
    }
}

static void expect_back(const struct mapping *mapping, enum field field,
                        const char *value, const char *outside)
{
    struct customer *customer = customer_new(arena), *again;
    struct node *record;
    struct err err;

    customer_set(customer, field, text_of(value));
    record =
        mapping_write(mapping, mapping_project(mapping, customer, false, arena),
                      NULL, NULL, arena);
    cr_expect_str_eq(record->first != NULL ? record->first->text.at : "",
                     outside);
    cr_assert_eq(mapping_read(mapping, record, NULL, arena, &again, &err), OK);
    cr_expect(text_is(customer_text(again, field), value), "%s: %.*s", value,
              TEXT_ARGS(customer_text(again, field)));
}

Test(words, a_prefix_goes_on_and_comes_off, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {mobile: {from: T, prefix: 'tel:'}, notes: {from: A, prefix: "
        "'n:'}}");

    expect_back(mapping, FIELD_MOBILE, "+61491570156", "tel:+61491570156");
    expect_back(mapping, FIELD_NOTES, "n:a", "n:n:a");
    expect_back(mapping, FIELD_NOTES, "N:a", "n:N:a");
    cr_expect(text_is(customer_text(read_one(mapping, "{T: ' TEL:0491 570 156'"
                                                      "}"),
                                    FIELD_MOBILE),
                      "+61491570156"));
    cr_expect(text_is(
        customer_text(read_one(mapping, "{T: 0491 570 156}"), FIELD_MOBILE),
        "+61491570156"));
    /* Nothing but the prefix is nothing. */
    cr_expect_not(customer_has(read_one(mapping, "{T: 'tel:'}"), FIELD_MOBILE));
    mapping_close(mapping);
}

Test(words, what_strip_would_take_is_doubled, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {reference_id: {from: Id, strip: \"'\"}}");

    expect_back(mapping, FIELD_REFERENCE_ID, "7", "7");
    expect_back(mapping, FIELD_REFERENCE_ID, "'7", "''7");
    expect_back(mapping, FIELD_REFERENCE_ID, "''+7", "'''+7");
    expect_back(mapping, FIELD_REFERENCE_ID, "'a", "'a");
    expect_back(mapping, FIELD_REFERENCE_ID, "'", "'");
    mapping_close(mapping);
}

Test(words, a_table_may_say_what_a_blank_means, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {name: N, status: {from: S, values: {'': active, N: active, "
        "Y: inactive}}}");

    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, S: ' '}")),
                     "{\"name\":\"x\",\"status\":\"active\"}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x}")), "{\"name\":\"x\"}");
    expect_back(mapping, FIELD_STATUS, "active", "");
    expect_back(mapping, FIELD_STATUS, "inactive", "Y");
    mapping_close(mapping);
}

Test(words, what_is_appended_may_begin_otherwise, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  billing.city:\n"
        "    write: L3\n"
        "    append: {join: [billing.state, billing.postal_code], with: ' ', "
        "after: ', '}\n");

    cr_expect_str_eq(written(mapping,
                             "{\"billing.city\":\"Perth\",\"billing.state\":"
                             "\"WA\",\"billing.postal_code\":\"6000\"}",
                             false),
                     "{\"L3\":\"Perth, WA 6000\"}");
    cr_expect_str_eq(written(mapping,
                             "{\"billing.city\":\"Perth\","
                             "\"billing.postal_code\":\"6000\"}",
                             false),
                     "{\"L3\":\"Perth, 6000\"}");
    cr_expect_str_eq(
        written(mapping,
                "{\"billing.state\":\"WA\",\"billing.postal_code\":\"6000\"}",
                false),
        "{\"L3\":\"WA 6000\"}");
    mapping_close(mapping);
}

Test(words, elements_in_quotes_are_one, .init = open_all, .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {name: N, tags: T, custom.x: {from: X}}");
    struct mapping *marked =
        mapping_of("fields: {name: N, tags: {from: T, split: '; '}}");

    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, T: '\"VIP\",\"a, b\" ; c'}")),
        "{\"name\":\"x\",\"tags\":[\"VIP\",\"a, b\",\"c\"]}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, T: '\"a \"\"b\"\"\", 5\" pipe'}")),
        "{\"name\":\"x\",\"tags\":[\"a \\\"b\\\"\",\"5\\\" pipe\"]}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, T: '\"Big\" Joe, \"Al'}")),
        "{\"name\":\"x\",\"tags\":[\"\\\"Big\\\" Joe\",\"\\\"Al\"]}");
    cr_expect_str_eq(
        as_json(read_one(marked, "{N: x, T: '\"a; b\";c, d ;[1]'}")),
        "{\"name\":\"x\",\"tags\":[\"a; b\",\"c, d\",\"[1]\"]}");
    cr_expect_str_eq(
        as_json(read_one(marked, "{N: x, T: '[\"a; b\", 7, {}]'}")),
        "{\"name\":\"x\",\"tags\":[\"a; b\",\"7\"]}");
    cr_expect_str_eq(
        written(marked, "{\"name\":\"x\",\"tags\":[\"a\",\"b\"]}", true),
        "{\"N\":\"x\",\"T\":[\"a\",\"b\"]}");
    mapping_close(mapping);
    mapping_close(marked);
}

Test(words, faults_have_their_place, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(
        fault_of("fields: {email: {from: A, match: '('}}"),
        "x.yaml:1:27: not a pattern: missing closing parenthesis, at character "
        "2");
    cr_expect_str_eq(fault_of("fields: {last_name: {from: A, part: lst}}"),
                     "x.yaml:1:31: part must be first or last, or of an "
                     "address, as street - did you mean 'last'?");
    cr_expect_str_eq(fault_of("fields: {email: {from: A, part: last}}"),
                     "x.yaml:1:27: part is for first_name and last_name");
    cr_expect_str_eq(fault_of("fields: {tags: {from: A, prefix: x}}"),
                     "x.yaml:1:26: prefix is for single values");
    cr_expect_str_eq(fault_of("fields: {contacts: {from: A, match: x}}"),
                     "x.yaml:1:30: match is not for contacts");
    cr_expect_str_eq(
        fault_of("fields: {name: {from: A, append: {join: [company], aftr: x}"
                 "}}"),
        "x.yaml:1:52: unknown key 'aftr' in append - did you mean 'after'?");
}

Test(words, of_several_numbers_the_first_mobile_and_the_first_other,
     .init = open_all, .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("region: AU\n"
                   "fields:\n"
                   "  name: N\n"
                   "  mobile: {read: [A, B, C], others: phone, write: B}\n");

    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, A: 02 5550 1234, B: "
                                               "0491 570 156}")),
                     "{\"name\":\"x\",\"phone\":\"+61255501234\","
                     "\"mobile\":\"+61491570156\"}");
    /* The same number twice is one; a bad one does not stand in the way. */
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, A: 12, B: 0491 570 156, C: "
                                  "'+61491570156'}")),
        "{\"name\":\"x\",\"mobile\":\"+61491570156\"}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, C: 02 5550 1234}")),
        "{\"name\":\"x\",\"phone\":\"+61255501234\",\"mobile\":null}");
    mapping_close(mapping);
}

Test(words, a_condition_may_look_for_a_pattern, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields:\n"
                   "  name: N\n"
                   "  email: {from: M, when: {column: N, match: '^[^:]*$'}}\n");

    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, M: ann@example.com}")),
                     "{\"name\":\"x\",\"email\":\"ann@example.com\"}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: 'x:y', M: a@example.com}")),
                     "{\"name\":\"x:y\"}");
    mapping_close(mapping);
}

Test(words, a_number_that_was_found_before_is_written_as_it_was_found,
     .init = open_all, .fini = close_all)
{
    static const struct national found[] = {
        {.e164 = TEXT("+61412345678"), .local = "found"},
        {.e164 = TEXT("+61298765432"), .local = ""},
    };
    const struct target_form form = {.region = "AU",
                                     .national = true,
                                     .nationals = found,
                                     .nationals_count = 2};
    struct mapping *mapping =
        mapping_of("fields:\n  phone: Phone\n  mobile: Mobile\n"
                   "  contacts: {each: {phone: Other}}\n");

    cr_expect_str_eq(
        node_json(mapping_write(
            mapping,
            customer_of("{\"phone\":\"+61298765432\",\"mobile\":"
                        "\"+61412345678\",\"contacts\":[{\"phone\":"
                        "\"+61412345678\"},{\"phone\":\"+61412345679\"}]}"),
            NULL, &form, arena)),
        "{\"Phone\":\"+61298765432\",\"Mobile\":\"found\",\"Other\":"
        "\"found\"}");
    mapping_close(mapping);
}
