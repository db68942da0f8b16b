/*
 * test_mapping_carry.c - what of a customer goes along into a shape.
 */
#include "mapping_fixture.h"

TestSuite(carry, .timeout = 30);

/* "phone beside mobile, name": the fields whose value goes nowhere. */
static const char *lost(const struct mapping *mapping, const char *json)
{
    const struct customer *customer = customer_of(json);
    const struct customer *out =
        mapping_project(mapping, customer, false, arena);
    struct buffer all = {0};

    for (size_t f = 0; f < customer->count; f++) {
        enum field field = (enum field)f, beside = FIELD_NONE;
        enum carrying carrying = mapping_carries(mapping, field);

        if (!customer_has(customer, field) || carrying == CARRIED_ALWAYS ||
            (carrying == CARRIED_AT_TIMES &&
             mapping_carried(mapping, customer, out, field, &beside, arena)))
            continue;
        buffer_print(&all, "%s%s", all.size > 0 ? ", " : "", field_name(field));
        if (beside != FIELD_NONE)
            buffer_print(&all, " beside %s", field_name(beside));
    }
    return string_of(&all);
}

Test(carry, a_place_of_its_own_carries_always, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {name: N, email: {from: M, read_only: true}, "
        "notes: {value: imported}, reference_id: {from: Id, max: 3}}");

    cr_expect_eq(mapping_carries(mapping, FIELD_NAME), CARRIED_ALWAYS);
    cr_expect_eq(mapping_carries(mapping, FIELD_EMAIL), CARRIED_NEVER);
    cr_expect_eq(mapping_carries(mapping, FIELD_NOTES), CARRIED_NEVER);
    cr_expect_eq(mapping_carries(mapping, FIELD_COMPANY), CARRIED_AT_TIMES);
    /* Too long for its place is told by the projection. */
    cr_expect_str_eq(
        lost(mapping, "{\"name\":\"x\",\"reference_id\":\"1234\"}"), "");
    mapping_close(mapping);
}

Test(carry, one_place_for_two_numbers_carries_one, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {mobile: {from: P, or: [phone], max: 14}}");

    cr_expect_str_eq(lost(mapping, "{\"phone\":\"+61255501234\"}"), "");
    cr_expect_str_eq(lost(mapping, "{\"mobile\":\"+61491570156\"}"), "");
    cr_expect_str_eq(lost(mapping, "{\"mobile\":\"+61491570156\",\"phone\":"
                                   "\"+61491570156\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"mobile\":\"+61491570156\",\"phone\":"
                                   "\"+6149157015\"}"),
                     "phone beside mobile");
    /* It did not fit, which was told. */
    cr_expect_str_eq(lost(mapping, "{\"phone\":\"+612555012345678\"}"), "");
    mapping_close(mapping);
}

Test(carry, of_fallbacks_the_one_that_was_used, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {name: {from: N, or: [company, {join: [first_name, "
                   "last_name]}]}}");

    cr_expect_str_eq(
        lost(mapping, "{\"first_name\":\"Ana\",\"last_name\":\"Silva\"}"), "");
    cr_expect_str_eq(lost(mapping, "{\"company\":\"Acme\",\"first_name\":"
                                   "\"Ana\",\"last_name\":\"Silva\"}"),
                     "first_name beside name, last_name beside name");
    cr_expect_str_eq(lost(mapping, "{\"name\":\"Ana Silva\",\"company\":"
                                   "\"Acme\",\"first_name\":\"Ana\","
                                   "\"last_name\":\"Silva\"}"),
                     "company beside name");
    /* Spelled another way, and within a word. */
    cr_expect_str_eq(lost(mapping, "{\"name\":\"Zo\xC3\xAB  Silva\","
                                   "\"first_name\":\"Zoe\xCC\x88\"}"),
                     "");
    cr_expect_str_eq(
        lost(mapping, "{\"name\":\"Sally Day\",\"first_name\":\"Al\"}"),
        "first_name beside name");
    cr_expect_str_eq(
        lost(mapping, "{\"name\":\"Sal Al Day\",\"first_name\":\"Al\"}"), "");
    mapping_close(mapping);
}

Test(carry, a_name_that_says_no_more_than_its_parts, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {first_name: {from: F, or: [name]}, last_name: L}");

    cr_expect_str_eq(lost(mapping, "{\"name\":\"Ana  Silva\",\"first_name\":"
                                   "\"Ana\",\"last_name\":\"Silva\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"name\":\"Silva, Ana\",\"first_name\":"
                                   "\"Ana\",\"last_name\":\"Silva\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"name\":\"Silva & Sons\",\"first_name\":"
                                   "\"Ana\",\"last_name\":\"Silva\"}"),
                     "name beside first_name");
    cr_expect_str_eq(lost(mapping, "{\"name\":\"Silva & Sons\"}"), "");
    cr_expect_str_eq(lost(mapping, "{\"company\":\"Acme\"}"), "company");
    mapping_close(mapping);
}

Test(carry, what_is_appended_is_carried, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {billing.street: {from: S, append: [billing.street2], "
        "max: 20}}");

    cr_expect_str_eq(lost(mapping, "{\"billing.street\":\"1 High St\","
                                   "\"billing.street2\":\"Unit 2\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"billing.street\":\"1 High Street\","
                                   "\"billing.street2\":\"Unit 22222\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"billing.city\":\"High St\"}"),
                     "billing.city");
    mapping_close(mapping);
}

Test(carry, a_contact_made_of_the_customer_carries_it, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "format: json\n"
        "fields: {company: c, contacts: {from: people, each: {first_name: f, "
        "last_name: l}, primary_from: [first_name, last_name]}}");

    cr_expect_str_eq(lost(mapping, "{\"company\":\"Acme\",\"first_name\":"
                                   "\"A \\\"B\\\"\",\"last_name\":\"Day\"}"),
                     "");
    cr_expect_str_eq(lost(mapping, "{\"company\":\"Acme\",\"first_name\":"
                                   "\"Ana\",\"last_name\":\"Day\",\"contacts\":"
                                   "[{\"first_name\":\"Ana\",\"last_name\":"
                                   "\"Poe\"}]}"),
                     "last_name beside contacts");
    mapping_close(mapping);
}

Test(carry, a_number_in_notes_is_no_number, .init = open_all, .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields: {name: N, notes: T, custom.x: X}");

    cr_expect_str_eq(lost(mapping, "{\"name\":\"x\",\"notes\":\"active\","
                                   "\"status\":\"active\",\"phone\":"
                                   "\"+61255501234\"}"),
                     "phone, status");
    mapping_close(mapping);
}
