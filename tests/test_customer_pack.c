/*
 * test_customer_pack.c - a customer as the store keeps it: the bytes, and that
 * nothing that is not a customer is taken for one.
 */
#include "mappings/customer.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct customer *back;
static struct err err;

/* As another run may have it: the later name has the lower number. */
static void open_arena(void)
{
    arena = arena_open();
    cr_assert_neq(field_define(TEXT("custom.zoo")), FIELD_NONE);
    cr_assert_neq(field_define(TEXT("custom.cat")), FIELD_NONE);
    cr_assert_neq(field_define(TEXT("custom.pet")), FIELD_NONE);
}

static void close_arena(void)
{
    arena_close(arena);
}

TestSuite(customer_pack, .init = open_arena, .fini = close_arena,
          .timeout = 30);

static struct customer *customer_of(const char *json)
{
    struct customer *customer;

    cr_assert_eq(customer_parse(&customer, text_of(json), arena, &err), OK,
                 "%s", json);
    return customer;
}

static const char *json_of(struct text kept)
{
    struct customer *customer;

    cr_assert_eq(customer_unpack(kept, arena, &customer, &err), OK, "%.*s",
                 TEXT_ARGS(kept));
    return customer_json(customer, arena).at;
}

/* A store outlives the program that wrote it: what stands here may never
 * change, and a new field goes to the end. */
Test(customer_pack, bytes_that_stores_hold)
{
    struct customer *all = customer_new(arena);
    struct customer *some =
        customer_of("{\"reference_id\":\"007\",\"name\":\"Zo\xc3\xab\","
                    "\"company\":null,\"tags\":[\"a\",\"b, c\"],"
                    "\"accepts_sms\":false,\"custom.zoo\":\"z\","
                    "\"custom.cat\":\"Tom\",\"custom.pet\":null}");

    cr_expect_str_eq(customer_pack(some, arena).at,
                     "\1@3:007,A4:Zo\xc3\xab,B-Y12:[\"a\",\"b, c\"],\\5:false,"
                     "*10:custom.cat,3:Tom,*10:custom.pet,-"
                     "*10:custom.zoo,1:z,");
    for (size_t i = 0; i < FIELD_FIXED; i++)
        customer_set(all, (enum field)i, text_of(field_name((enum field)i)));
    cr_expect_str_eq(
        customer_pack(all, arena).at,
        "\1@12:reference_id,A4:name,B7:company,C10:first_name,D9:last_name,"
        "E5:email,F5:phone,G6:mobile,H7:website,I5:image,J10:tax_number,"
        "K5:notes,L6:status,M14:billing.street,N15:billing.street2,"
        "O12:billing.city,P13:billing.state,Q19:billing.postal_code,"
        "R15:billing.country,S15:shipping.street,T16:shipping.street2,"
        "U13:shipping.city,V14:shipping.state,W20:shipping.postal_code,"
        "X16:shipping.country,Y4:tags,Z15:contact_methods,"
        "[17:accepts_marketing,\\11:accepts_sms,]8:contacts,^10:created_at,"
        "_10:updated_at,");
    cr_expect_str_eq(customer_pack(customer_new(arena), arena).at, "{}");
}

/* What no store can hold is not written either. */
Test(customer_pack, only_what_is_set_or_blank)
{
    struct customer *customer = customer_of("{\"name\":\"Ann\"}");

    customer->values[FIELD_EMAIL].presence = VALUE_BAD;
    customer_problem(customer, arena, FIELD_EMAIL, false, "bad_email", "bad");
    cr_expect_str_eq(customer_pack(customer, arena).at, "\1A3:Ann,");
    customer->values[FIELD_NAME].presence = VALUE_BAD;
    cr_expect_str_eq(customer_pack(customer, arena).at, "{}");
}

Test(customer_pack, what_older_versions_wrote_is_the_same_customer)
{
    static const char *const kept[] = {
        "",
        "{}",
        "{\"name\":\"Ann\",\"company\":null,\"tags\":[\"a\"]}",
        "{\"accepts_sms\":true,\"custom.pet\":\"cat\"}",
        "{\"contacts\":[{\"first_name\":\"Ann\",\"primary\":true}]}",
        "{\"notes\":\"one\\r\\n\\\"two\\\"\\u001f\",\"custom.zoo\":\"\"}",
    };

    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        struct text packed;

        cr_assert_eq(customer_unpack(text_of(kept[i]), arena, &back, &err), OK);
        packed = customer_pack(back, arena);
        cr_expect_str_eq(json_of(packed), i == 0 ? "{}" : kept[i]);
        cr_expect(customer_is_kept(packed));
        cr_expect_eq(customer_is_kept(text_of(kept[i])), i > 0);
    }
    cr_expect_not(customer_is_kept(TEXT("[\"name\"]")));
}

/* Whoever compares bytes must not take another form for another customer. */
Test(customer_pack, a_change_of_form_is_no_change)
{
    struct text old = TEXT("{\"tags\":[\"a\"],\"name\":\"Ann\"}");
    const struct customer *ann = customer_of(old.at), *bob;
    struct text packed = customer_pack(ann, arena);
    bool same;

    cr_expect_eq(customer_pack_over(old, ann, arena, &same).at, old.at);
    cr_expect(same);
    cr_expect(
        text_equal(customer_pack_over(packed, ann, arena, &same), packed));
    cr_expect(same);
    bob = customer_of("{\"tags\":[\"a\"],\"name\":\"Bob\"}");
    cr_expect(text_equal(customer_pack_over(old, bob, arena, &same),
                         customer_pack(bob, arena)));
    cr_expect_not(same);
    (void)customer_pack_over(packed, bob, arena, &same);
    cr_expect_not(same);
    (void)customer_pack_over(TEXT("{}"), customer_new(arena), arena, &same);
    cr_expect(same);
    (void)customer_pack_over(TEXT("{"), ann, arena, &same);
    cr_expect_not(same);
}

/* Names of another run's fields: nobody here reads them, people are shown
 * them. */
Test(customer_pack, names_that_nobody_has_defined)
{
    struct text packed = TEXT("\1A3:Ann,*10:custom.dog,5:\"Rex\","
                              "*11:custom.fish,-*10:custom.pet,3:cat,");
    struct text json;

    cr_expect_str_eq(json_of(packed),
                     "{\"name\":\"Ann\",\"custom.pet\":\"cat\"}");
    cr_assert_eq(customer_unpack_json(packed, arena, &json, &err), OK);
    cr_expect_str_eq(json.at,
                     "{\"name\":\"Ann\",\"custom.dog\":\"\\\"Rex\\\"\","
                     "\"custom.fish\":null,\"custom.pet\":\"cat\"}");
    cr_assert_eq(customer_unpack_json(TEXT("{}"), arena, &json, &err), OK);
    cr_expect_str_eq(json.at, "{}");
}

Test(customer_pack, people_are_shown_the_json_of_ever)
{
    const char *wanted = "{\"name\":\"Zo\xc3\xab\",\"company\":null,"
                         "\"tags\":[\"a\"],\"accepts_sms\":false,"
                         "\"contacts\":[{\"primary\":true}],"
                         "\"custom.cat\":\"\"}";
    struct text json;

    cr_assert_eq(customer_unpack_json(customer_pack(customer_of(wanted), arena),
                                      arena, &json, &err),
                 OK);
    cr_expect_str_eq(json.at, wanted);
}

Test(customer_pack, texts_of_any_kind_and_length)
{
    static char long_text[300 * 1000];
    static const struct text awkward[] = {
        {"", 0},          {",", 1},        {"3:abc,", 6},
        {"\1A3:Ann,", 8}, {"one\0two", 7}, {"\xff\xfe\x1f", 3},
        {"{}", 2},        {"-", 1},
    };

    memset(long_text, 'x', sizeof(long_text));
    for (size_t i = 0; i < FIELD_FIXED; i++) {
        struct customer *customer = customer_new(arena);
        struct text text = i < sizeof(awkward) / sizeof(*awkward)
                               ? awkward[i]
                               : (struct text){long_text, i * 7919};

        customer_set(customer, (enum field)i, text);
        customer_set(customer, field_named(TEXT("custom.zoo")), text);
        cr_assert_eq(
            customer_unpack(customer_pack(customer, arena), arena, &back, &err),
            OK);
        for (size_t f = 0; f < field_count(); f++)
            cr_expect_eq(customer_get(back, (enum field)f)->presence,
                         customer_get(customer, (enum field)f)->presence);
        cr_expect(text_equal(customer_text(back, (enum field)i), text));
        cr_expect_eq(customer_text(back, (enum field)i).at[text.size], '\0');
        cr_expect(text_equal(
            customer_text(back, field_named(TEXT("custom.zoo"))), text));
    }
}

/* All that it says has room in what it was read from. */
static void expect_bounded(size_t size)
{
    size_t sum = 0;

    for (size_t i = 0; i < back->count; i++)
        sum += customer_text(back, (enum field)i).size;
    cr_expect_leq(sum, size);
}

static bool is_read(const char *bytes, size_t size)
{
    char *own = malloc(size); /* for a sanitizer to guard */
    struct text json;
    enum status status;

    cr_assert_not_null(own);
    memcpy(own, bytes, size);
    status = customer_unpack((struct text){own, size}, arena, &back, &err);
    if (status == OK)
        expect_bounded(size);
    else
        cr_expect(status == STOP && err.exit == EXIT_BUG);
    if (bytes[0] == 1)
        cr_expect_eq(
            customer_unpack_json((struct text){own, size}, arena, &json, &err),
            status);
    free(own);
    arena_reset(arena);
    return status == OK;
}

Test(customer_pack, cut_anywhere_and_with_any_byte_changed)
{
    static const char whole[] =
        "\1@3:007,A7:Ann Lee,B-_20:2026-11-20T01:02:03Z,"
        "*10:custom.pet,3:cat,*10:custom.zoo,-";
    const size_t size = sizeof(whole) - 1;
    size_t read = 0;

    for (size_t cut = 1; cut < size; cut++)
        read += is_read(whole, cut);
    cr_expect_eq(read, 6, "%zu: the mark alone, and each whole value", read);
    for (size_t i = 0; i < size; i++) {
        char copy[sizeof(whole)];

        memcpy(copy, whole, sizeof(copy));
        for (int byte = 0; byte < 256; byte++) {
            copy[i] = (char)byte;
            (void)is_read(copy, size);
        }
    }
}

Test(customer_pack, what_is_refused)
{
    static const struct text broken[] = {
        TEXT("\2A3:Ann,"),
        TEXT("\1A3:Ann"),
        TEXT("\1A4:Ann,"),
        TEXT("\1A2:Ann,"),
        TEXT("\1A:,"),
        TEXT("\1A3Ann,"),
        TEXT("\1A+3:Ann,"),
        TEXT("\1A"),
        TEXT("\1a3:Ann,"),
        TEXT("\1*10:custom.pet,"),
        TEXT("\1A3:Ann,*"),
        TEXT("\1?3:Ann,"),
        TEXT("\1A18446744073709551619:Ann,"),
        TEXT("\1A99999999999:Ann,"),
        TEXT("[1"),
        TEXT("{\"name\":{}}"),
        TEXT("Ann"),
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        cr_expect_eq(customer_unpack(broken[i], arena, &back, &err), STOP,
                     "%zu", i);
        cr_expect_eq(err.exit, EXIT_BUG);
        cr_expect_str_eq(err.code, "bug");
    }
}
