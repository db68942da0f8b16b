/*
 * test_mapping_only.c - whom a shape is for, and countries by their names.
 */
#include "mapping_fixture.h"

TestSuite(only, .timeout = 60, .init = open_all, .fini = close_all);

static bool wants(const struct mapping *mapping, const char *json)
{
    struct customer *customer;
    enum field why = FIELD_NONE;
    struct err err;
    bool wanted;

    cr_assert_eq(customer_parse(&customer, text_of(json), arena, &err), OK);
    wanted = mapping_wants(mapping, customer, &why);
    cr_assert_eq(wanted, why == FIELD_NONE);
    return wanted;
}

Test(only, who_did_not_say_is_not_meant)
{
    struct mapping *mapping = mapping_of(
        "only: {accepts_marketing: true, billing.country: [AU, NZ]}\n"
        "fields: {email: Mail}\n");

    cr_expect(wants(mapping, "{\"accepts_marketing\":true,"
                             "\"billing.country\":\"NZ\"}"));
    cr_expect_not(wants(mapping, "{\"accepts_marketing\":true,"
                                 "\"billing.country\":\"US\"}"));
    cr_expect_not(wants(mapping, "{\"accepts_marketing\":false,"
                                 "\"billing.country\":\"AU\"}"));
    cr_expect_not(wants(mapping, "{\"billing.country\":\"AU\"}"));
    cr_expect(mapping_asks(mapping, FIELD_ACCEPTS_MARKETING));
    cr_expect_not(mapping_asks(mapping, FIELD_EMAIL));
    cr_expect_eq(mapping_carries(mapping, FIELD_ACCEPTS_MARKETING),
                 CARRIED_ALWAYS);
    cr_expect_eq(mapping_carries(mapping, FIELD_ACCEPTS_SMS), CARRIED_NEVER);
    cr_expect(text_is(mapping_only(mapping, FIELD_BILLING_COUNTRY, arena),
                      "AU or NZ"));
    mapping_close(mapping);
}

Test(only, a_shape_without_it_is_for_all)
{
    struct mapping *mapping = mapping_of("fields: {email: Mail}\n");

    cr_expect(wants(mapping, "{\"accepts_marketing\":false}"));
    mapping_close(mapping);
}

Test(only, the_lists_of_mailchimp_are_for_one_answer_each)
{
    struct mapping *yes = shipped("mailchimp");
    struct mapping *no = shipped("mailchimp-unsubscribed");

    cr_expect(wants(yes, "{\"accepts_marketing\":true}"));
    cr_expect_not(wants(yes, "{\"accepts_marketing\":false}"));
    cr_expect_not(wants(yes, "{\"email\":\"a@example.com\"}"));
    cr_expect(wants(no, "{\"accepts_marketing\":false}"));
    cr_expect_not(wants(no, "{\"accepts_marketing\":true}"));
    cr_expect_not(wants(no, "{\"email\":\"a@example.com\"}"));
    mapping_close(yes);
    mapping_close(no);
}

Test(only, a_country_by_its_name_is_read_again)
{
    struct mapping *mapping =
        mapping_of("fields: {billing.country: {from: Land, as: name}}\n");
    size_t countries = 0;

    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++) {
            char code[3] = {a, b, '\0'};
            struct text name = country_name(text_of(code));

            if (name.size == 0)
                continue;
            countries++;
            cr_expect(text_is(clean_country(name, arena), code), "%s is %.*s",
                      code, TEXT_ARGS(name));
        }
    cr_expect_gt(countries, 200);
    cr_expect(text_is(mapping_outside(mapping, FIELD_BILLING_COUNTRY,
                                      TEXT("BO"), NULL, arena),
                      "Bolivia"));
    cr_expect(mapping_two_way(mapping, FIELD_BILLING_COUNTRY));
    mapping_close(mapping);
}

Test(only, a_word_that_the_field_never_has_is_a_fault)
{
    static const char *const bad[] = {
        "only: {accepts_marketing: maybe}\nfields: {email: Mail}\n",
        "only: {email: a@example.com}\nfields: {email: Mail}\n",
        "only: {nobody: x}\nfields: {email: Mail}\n",
        "only: [email]\nfields: {email: Mail}\n",
        "fields: {name: {from: A, as: name}}\n",
        "fields: {email: {from: A, part: city}}\n"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct check check = {.file = "x.yaml"};
        struct mapping *mapping;
        struct node *tree;
        struct err err;

        cr_assert_eq(
            yaml_parse(text_of(bad[i]), "x.yaml", arena, names, &tree, &err),
            OK);
        cr_expect_eq(mapping_build(&mapping, "x", "x.yaml", tree, &check, &err),
                     STOP, "%s", bad[i]);
    }
}
