/*
 * test_customer.c - fields, JSON both ways, comparing, lists, keys, names.
 */
#include "mappings/clean.h"
#include "mappings/customer.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

TestSuite(customer, .timeout = 20);

/* Parameters may hold no pointers: each is a place in a table, and all tables
 * share the list of places. */
static struct criterion_test_params places(size_t count)
{
    static size_t list[100];

    for (size_t i = 0; i < 100; i++)
        list[i] = i;
    return cr_make_param_array(size_t, list, count < 100 ? count : 100, NULL);
}

#define PLACES(table) places(sizeof(table) / sizeof(*(table)))

static struct arena *arena;

static void open_arena(void)
{
    arena = arena_open();
}

static void close_arena(void)
{
    arena_close(arena);
}

#define TEST(name) Test(customer, name, .init = open_arena, .fini = close_arena)

static struct customer *parsed(const char *json)
{
    struct customer *customer = NULL;
    struct err err;

    cr_assert_eq(customer_parse(&customer, text_of(json), arena, &err), OK,
                 "%s", json);
    return customer;
}

/* --- fields ---------------------------------------------------------------*/

TEST(every_field_is_found_by_its_name)
{
    for (int i = 0; i < FIELD_FIXED; i++)
        cr_assert_eq(field_named(text_of(field_name((enum field)i))), i);
    cr_assert_eq(field_named(TEXT("Email")), FIELD_NONE);
    cr_assert_eq(field_named(TEXT("")), FIELD_NONE);
    cr_assert_eq(field_type(FIELD_BILLING_COUNTRY), TYPE_COUNTRY);
}

TEST(custom_fields_are_numbered_when_defined)
{
    enum field field;

    cr_assert_eq(field_named(TEXT("custom.size")), FIELD_NONE);
    field = field_define(TEXT("custom.size"));
    cr_assert_eq(field, FIELD_FIXED);
    cr_assert_eq(field_define(TEXT("custom.size")), field);
    cr_assert_eq(field_define(TEXT("email")), FIELD_EMAIL);
    cr_assert_eq(field_define(TEXT("custom.")), FIELD_NONE);
    cr_assert_eq(field_define(TEXT("size")), FIELD_NONE);
    cr_assert_str_eq(field_name(field), "custom.size");
    cr_assert_eq(field_type(field), TYPE_TEXT);
    cr_assert_eq(field_count(), FIELD_FIXED + 1);
}

TEST(custom_fields_have_an_end)
{
    char name[32];

    for (int i = 0; i < CUSTOM_MAX; i++) {
        (void)snprintf(name, sizeof(name), "custom.%d", i);
        cr_assert_neq(field_define(text_of(name)), FIELD_NONE);
    }
    cr_assert_eq(field_define(TEXT("custom.more")), FIELD_NONE);
}

TEST(a_mistyped_field_gets_a_suggestion)
{
    cr_assert_str_eq(field_suggest(TEXT("emial")), "email");
    cr_assert_str_eq(field_suggest(TEXT("billing.citty")), "billing.city");
    cr_assert_null(field_suggest(TEXT("zzzzzzzzzzzz")));
}

TEST(a_customer_made_before_a_field_lacks_it)
{
    struct customer *customer = customer_new(arena);
    enum field field = field_define(TEXT("custom.late"));

    cr_assert_eq(customer_get(customer, field)->presence, VALUE_ABSENT);
    cr_assert_eq(customer_get(customer, FIELD_NONE)->presence, VALUE_ABSENT);
    cr_assert_eq(customer_text(customer, field).size, 0);
    cr_assert(!customer_has(customer, FIELD_EMAIL));
}

TEST(problems_keep_their_order_and_their_characters_whole)
{
    struct customer *customer = customer_new(arena);
    char longer[401];

    for (size_t i = 0; i + 1 < sizeof(longer); i += 2)
        memcpy(longer + i, "é", 2);
    longer[400] = '\0';
    customer_problem(customer, arena, FIELD_EMAIL, false, "one", "a\x1b[1m");
    customer_problem(customer, arena, FIELD_NONE, true, "two", "x%s", longer);
    cr_assert_str_eq(customer->problems->code, "one");
    cr_assert_str_eq(customer->problems->message, "a [1m");
    cr_assert_str_eq(customer->problems->next->code, "two");
    cr_assert(text_is_utf8(text_of(customer->problems->next->message)));
}

/* --- JSON -----------------------------------------------------------------*/

TEST(a_customer_comes_back_from_its_json)
{
    static const char *const json =
        "{\"reference_id\":\"007\",\"first_name\":\"A \\\"B\\\"\\\\\\n\","
        "\"email\":null,\"tags\":[\"a\",\"b\"],\"accepts_sms\":false,"
        "\"contacts\":[{\"last_name\":\"Lee\",\"primary\":true}]}";
    struct customer *customer = parsed(json);
    struct buffer out = {0};

    cr_assert(
        text_is(customer_text(customer, FIELD_FIRST_NAME), "A \"B\"\\\n"));
    cr_assert(text_is(customer_text(customer, FIELD_TAGS), "[\"a\",\"b\"]"));
    cr_assert(text_is(customer_text(customer, FIELD_ACCEPTS_SMS), "false"));
    cr_assert_eq(customer_get(customer, FIELD_EMAIL)->presence, VALUE_BLANK);
    customer_write(&out, customer, true);
    cr_assert_str_eq(out.at, json);
    buffer_clear(&out);
    customer_write(&out, customer, false);
    cr_assert_null(strstr(out.at, "email"));
    buffer_free(&out);
}

TEST(nothing_is_an_empty_object)
{
    struct buffer out = {0};

    customer_write(&out, customer_new(arena), true);
    cr_assert_str_eq(out.at, "{}");
    buffer_free(&out);
    cr_assert(!customer_has(parsed("{\"unknown\":\"x\"}"), FIELD_NAME));
    cr_assert(
        text_is(customer_text(parsed("{\"reference_id\":9007199254740993}"),
                              FIELD_REFERENCE_ID),
                "9007199254740993"));
}

static const char *const refused[] = {
    "[]",
    "7",
    "{",
    "",
    "{\"email\":{}}",
    "{\"email\":[\"a\"]}",
    "{\"email\":\"a\",\"email\":\"b\"}",
};

ParameterizedTestParameters(customer, what_is_no_customer_is_refused)
{
    return PLACES(refused);
}

ParameterizedTest(size_t *at, customer, what_is_no_customer_is_refused,
                  .init = open_arena, .fini = close_arena)
{
    struct customer *customer;
    struct err err;

    cr_assert_eq(customer_parse(&customer, text_of(refused[*at]), arena, &err),
                 REJECT);
    cr_assert_neq(err.message[0], '\0');
}

/* --- comparing ------------------------------------------------------------*/

static const struct {
    enum field field;
    const char *a, *b;
    bool same;
} pairs[] = {
    {FIELD_NAME, "José", "Jose\u0301", true},
    {FIELD_NAME, "Ann  Lee", "Ann Lee", true},
    {FIELD_NAME, "ann", "Ann", false},
    {FIELD_NOTES, "a\r\nb", "a\nb", true},
    {FIELD_EMAIL, "Ann@EXAMPLE.com", "ann@example.com", true},
    {FIELD_EMAIL, "a@münchen.example", "a@xn--mnchen-3ya.example", true},
    {FIELD_EMAIL, "a@example.com", "b@example.com", false},
    {FIELD_REFERENCE_ID, "007", "7", false},
    {FIELD_REFERENCE_ID, "a", "A", false},
    {FIELD_TAGS, "[\"b\",\"A\"]", "[\"a\",\"B\",\"b\"]", true},
    {FIELD_TAGS, "[]", "", true},
    {FIELD_TAGS, "[\"a\"]", "[\"b\"]", false},
    {FIELD_CONTACTS, "[{\"first_name\":\"A\",\"email\":\"X@example.com\"}]",
     "[{\"email\":\"x@example.com\",\"first_name\":\"A\","
     "\"primary\":false}]",
     true},
    {FIELD_CONTACTS, "[{\"first_name\":\"A\"}]", "[{\"last_name\":\"A\"}]",
     false},
};

ParameterizedTestParameters(customer, values_are_compared_by_type)
{
    return PLACES(pairs);
}

ParameterizedTest(size_t *at, customer, values_are_compared_by_type,
                  .init = open_arena, .fini = close_arena)
{
    struct text a = text_of(pairs[*at].a), b = text_of(pairs[*at].b);
    enum field field = pairs[*at].field;
    struct text fold = value_fold(field, a, arena);

    cr_assert_eq(value_same(field, a, b, arena), pairs[*at].same, "%s / %s",
                 pairs[*at].a, pairs[*at].b);
    cr_assert(value_same(field, a, a, arena));
    if (field_type(field) != TYPE_CONTACTS)
        cr_assert(text_equal(value_fold(field, fold, arena), fold));
}

static const struct {
    const char *held, *said, *now, *merged;
} merges[] = {
    {"[\"a\",\"x\"]", "[\"a\"]", "[\"a\",\"b\"]", "[\"a\",\"x\",\"b\"]"},
    {"[\"a\",\"x\"]", "[\"a\"]", "[]", "[\"x\"]"},
    {"[\"A\",\"x\"]", "[\"a\"]", "", "[\"x\"]"},
    {"[\"x\"]", "[\"a\"]", "[\"a\"]", "[\"x\"]"},
    {"", "", "[\"a\"]", "[\"a\"]"},
    {"[\"VIP\"]", "", "[\"vip\"]", "[\"VIP\"]"},
    {"[\"a\"]", "[\"a\"]", "", "[]"},
    {"[{\"first_name\":\"A\",\"primary\":true}]", "",
     "[{\"first_name\":\"B\",\"primary\":false}]",
     "[{\"first_name\":\"A\",\"primary\":true},"
     "{\"first_name\":\"B\",\"primary\":false}]"},
};

ParameterizedTestParameters(customer, lists_merge_by_element)
{
    return PLACES(merges);
}

ParameterizedTest(size_t *at, customer, lists_merge_by_element,
                  .init = open_arena, .fini = close_arena)
{
    struct text merged =
        value_merge_list(text_of(merges[*at].held), text_of(merges[*at].said),
                         text_of(merges[*at].now), arena);

    cr_assert_str_eq(merged.at, merges[*at].merged);
}

TEST(a_list_comes_back_from_its_elements)
{
    const struct text list = TEXT("[\"a \\\"b\\\"\",\"c\"]");
    size_t count;
    struct text *elements = value_elements(list, arena, &count);

    cr_assert_eq(count, 2);
    cr_assert(text_is(elements[0], "a \"b\""));
    cr_assert(text_equal(value_list(elements, count, arena), list));
    (void)value_elements(TEXT("junk"), arena, &count);
    cr_assert_eq(count, 0);
}

/* --- keys -----------------------------------------------------------------*/

static const struct {
    const char *json;
    enum key key;
    const char *normal; /* "": none */
} keys[] = {
    {"{\"reference_id\":\"007\"}", KEY_REFERENCE_ID, "007"},
    {"{\"reference_id\":\"0000\"}", KEY_REFERENCE_ID, ""},
    {"{\"reference_id\":\"1111\"}", KEY_REFERENCE_ID, "1111"},
    {"{\"email\":\"Ann@EXAMPLE.com\"}", KEY_EMAIL, "ann@example.com"},
    {"{\"email\":\"NoReply@example.com\"}", KEY_EMAIL, ""},
    {"{\"email\":\"none@example.com\"}", KEY_EMAIL, ""},
    {"{\"email\":\"test@example.com\"}", KEY_EMAIL, ""},
    {"{\"email\":\"tested@example.com\"}", KEY_EMAIL, "tested@example.com"},
    {"{\"email\":null}", KEY_EMAIL, ""},
    {"{\"mobile\":\"+61412345678\"}", KEY_MOBILE, "+61412345678"},
    {"{\"mobile\":\"+61491570006\"}", KEY_MOBILE, "+61491570006"},
    {"{\"mobile\":\"+12125550123\"}", KEY_MOBILE, "+12125550123"},
    {"{\"mobile\":\"+61400000000\"}", KEY_MOBILE, ""},
    {"{\"mobile\":\"+61499999999\"}", KEY_MOBILE, ""},
    {"{\"mobile\":\"+919876543210\"}", KEY_MOBILE, ""},
    {"{\"mobile\":\"+61299991234\"}", KEY_MOBILE, ""},
    {"{\"mobile\":\"0412345678\"}", KEY_MOBILE, ""},
    {"{\"phone\":\"+61412345678\"}", KEY_MOBILE, ""},
    {"{\"first_name\":\"José\",\"last_name\":\"LEE\","
     "\"phone\":\"+61299991234\"}",
     KEY_NAME_PHONE, "jose\x1flee\x1f+61299991234"},
    {"{\"first_name\":\"José\",\"last_name\":\"LEE\","
     "\"phone\":\"+61299991234\",\"email\":\"a@b.example\"}",
     KEY_NAME_PHONE, ""},
    {"{\"first_name\":\"José\",\"last_name\":\"LEE\","
     "\"phone\":\"+61299991234\",\"email\":\"noreply@b.example\"}",
     KEY_NAME_PHONE, "jose\x1flee\x1f+61299991234"},
    {"{\"first_name\":\"José\",\"phone\":\"+61299991234\"}", KEY_NAME_PHONE,
     ""},
    {"{\"first_name\":\"A\",\"last_name\":\"B\",\"phone\":\"+61400000000\"}",
     KEY_NAME_PHONE, ""},
};

ParameterizedTestParameters(customer, a_key_is_compared_in_normal_form)
{
    return PLACES(keys);
}

ParameterizedTest(size_t *at, customer, a_key_is_compared_in_normal_form,
                  .init = open_arena, .fini = close_arena)
{
    struct text key =
        customer_key(parsed(keys[*at].json), keys[*at].key, arena);

    cr_assert(text_is(key, keys[*at].normal), "%s: \"%.*s\"", keys[*at].json,
              TEXT_ARGS(key));
}

TEST(keys_have_names)
{
    enum key key;

    for (int i = 0; i < KEY_COUNT; i++) {
        cr_assert(key_named(text_of(key_name((enum key)i)), &key));
        cr_assert_eq((int)key, i);
    }
    cr_assert(!key_named(TEXT("phone"), &key));
}

static const struct {
    const char *a, *b;
    bool differ;
} people[] = {
    {"{\"first_name\":\"Ann\",\"last_name\":\"Lee\"}", "{\"name\":\"LEE, A.\"}",
     false},
    {"{\"first_name\":\"José\"}", "{\"first_name\":\"jose\"}", false},
    {"{\"name\":\"Ann Lee\"}", "{\"name\":\"Bob Ray\"}", true},
    {"{\"name\":\"Ann Lee\"}", "{}", false},
    {"{\"name\":\"Ann Lee\"}", "{\"name\":\"--\"}", false},
    {"{\"name\":\"Acme-Tools\"}", "{\"company\":\"ACME Pty\"}", false},
    {"{\"name\":\"Ann\",\"company\":\"Acme\"}",
     "{\"name\":\"Bob\",\"company\":\"Acme\"}", true},
};

ParameterizedTestParameters(customer, names_differ_when_no_word_is_shared)
{
    return PLACES(people);
}

ParameterizedTest(size_t *at, customer, names_differ_when_no_word_is_shared,
                  .init = open_arena, .fini = close_arena)
{
    struct customer *a = parsed(people[*at].a), *b = parsed(people[*at].b);

    cr_assert_eq(customer_names_differ(a, b, arena), people[*at].differ,
                 "%s / %s", people[*at].a, people[*at].b);
    cr_assert_eq(customer_names_differ(b, a, arena), people[*at].differ);
}
