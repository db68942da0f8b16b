/*
 * test_mapping_passed.c - of several columns for one field the first is taken:
 * what is said of the others.
 */
#include "mapping_fixture.h"

TestSuite(passed, .timeout = 30);

/* "phone work/phone": the field, what was left out and for what. */
static const char *passed(const struct mapping *mapping, const char *record)
{
    const struct customer *customer = read_one(mapping, record);
    struct buffer all = {0};

    for (const struct problem *p = customer->problems; p != NULL; p = p->next) {
        char lost[40], taken[40];

        /* That a condition leaves columns out is another sentence. */
        if (strcmp(p->code, "passed_over") != 0 ||
            strncmp(p->message, "what stands in", 14) == 0)
            continue;
        cr_expect(p->once && !p->fatal);
        cr_assert_eq(sscanf(p->message,
                            "the value of %39s is left out where %39s has "
                            "another one",
                            lost, taken),
                     2, "%s", p->message);
        buffer_print(&all, "%s%s %s/%s", all.size > 0 ? ", " : "",
                     field_name(p->field), lost, taken);
    }
    return string_of(&all);
}

Test(passed, another_value_is_said_the_same_is_not, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of("fields: {email: [A, B, C]}");

    cr_expect_str_eq(passed(mapping, "{A: a@example.com, B: b@example.com}"),
                     "email B/A");
    cr_expect_str_eq(
        passed(mapping, "{A: '', B: b@example.com, C: c@example.com}"),
        "email C/B");
    cr_expect_str_eq(
        passed(mapping,
               "{A: a@example.com, B: b@example.com, C: c@example.com}"),
        "email B/A, email C/A");
    cr_expect_str_eq(passed(mapping, "{A: a@example.com, B: A@EXAMPLE.com}"),
                     "");
    cr_expect_str_eq(passed(mapping, "{A: a@example.com, B: ' ', C: N/A}"), "");
    /* The first is bad, and a good one stands behind it. */
    cr_expect_str_eq(passed(mapping, "{A: nobody, B: b@example.com}"),
                     "email B/A");
    mapping_close(mapping);
}

Test(passed, capitals_make_no_other_word_but_another_id, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {billing.city: [A, B], reference_id: [C, D], email: E}");

    cr_expect_str_eq(passed(mapping, "{A: Perth, B: ' PERTH'}"), "");
    cr_expect_str_eq(passed(mapping, "{A: Perth, B: Broome}"),
                     "billing.city B/A");
    cr_expect_str_eq(passed(mapping, "{C: a7, D: A7}"), "reference_id D/C");
    mapping_close(mapping);
}

Test(passed, a_number_that_went_to_another_field_is_not_lost, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {mobile: {from: [A, B], mobile_else: phone}, "
                   "custom.second: B}");

    cr_expect_str_eq(passed(mapping, "{A: 02 5550 1234, B: +61255501234}"), "");
    /* B has a field of its own. */
    cr_expect_str_eq(passed(mapping, "{A: 0491 570 156, B: '+61255501234'}"),
                     "");
    cr_expect_str_eq(passed(mapping, "{A: 0491 570 156, B: 02 5550 1234}"),
                     "mobile B/A");
    mapping_close(mapping);
}

Test(passed, what_is_joined_or_not_meant_is_not_passed_over, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {name: {from: [A, B], join: ' '}, "
        "reference_id: {read: [C, D], match: '^X-(.+)'}, "
        "notes: {from: [E, F], when: {column: Kind, is: B}}, tags: [G, H], "
        "company: {read: [{column: I, when: {column: Kind, is: B}}, J]}}");

    cr_expect_str_eq(passed(mapping, "{A: Ann, B: Lee, C: X-1, D: Y-2, E: e, "
                                     "F: f, G: g, H: h, I: i, J: j}"),
                     "");
    cr_expect_str_eq(passed(mapping, "{A: Ann, C: Y-1, D: X-2, Kind: B, E: e, "
                                     "F: f, I: i, J: j}"),
                     "notes F/E, company J/I");
    mapping_close(mapping);
}

Test(passed, an_example_need_not_list_it, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {company: [A, B], email: E}\n"
        "examples:\n"
        "- {input: {A: a, B: b}, customer: {company: a}}\n"
        "- {input: {A: a, B: b}, customer: {company: a}, problems: "
        "[passed_over]}\n"
        "- {input: {A: a}, customer: {company: a}, problems: [passed_over]}\n");
    struct check check = {.file = "x.yaml", .quiet = true};

    mapping_examples(mapping, &check);
    cr_expect_eq(check.count, 1, "%u", check.count);
    cr_expect_str_eq(check.first.place, "x.yaml:5:3");
    mapping_close(mapping);
}

/* More rules than there are bits for who reads a column. */
Test(passed, any_number_of_rules_is_read_and_asked, .init = open_all,
     .fini = close_all)
{
    struct buffer fields = {0};
    struct mapping *mapping;
    const struct customer *customer;

    for (int i = 0; i < 80; i++)
        buffer_print(&fields, "%scustom.c%d: [A%d, B%d]",
                     i > 0 ? ", " : "fields: {email: E, ", i, i, i);
    buffer_string(&fields, "}");
    mapping = mapping_of(string_of(&fields));
    cr_expect_str_eq(
        passed(mapping, "{E: a@example.com, A3: one, B3: lost, A4: one, "
                        "B70: two, A71: one, B72: gone, A72: one, A79: one, "
                        "B79: ONE}"),
        "custom.c3 B3/A3, custom.c72 B72/A72");
    customer = read_one(mapping, "{E: a@example.com, B2: two, B79: last}");
    cr_expect(text_is(customer_text(customer, field_named(TEXT("custom.c79"))),
                      "last"));
    cr_expect(text_is(customer_text(customer, field_named(TEXT("custom.c2"))),
                      "two"));
    cr_expect(!customer_has(customer, field_named(TEXT("custom.c78"))));
    mapping_close(mapping);
}
