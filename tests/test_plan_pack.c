/*
 * test_plan_pack.c - a row's customer goes into the spool and comes back.
 */
#include "sync/plan.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena *arena;
static struct text keys[KEY_COUNT], back_keys[KEY_COUNT];
static struct customer *customer, *back;
static struct buffer packed;
static struct err err;

static void open_arena(void)
{
    arena = arena_open();
    cr_assert_neq(field_define(TEXT("custom.pet")), FIELD_NONE);
    customer = customer_new(arena);
    memset(keys, 0, sizeof(keys));
}

static void close_arena(void)
{
    buffer_free(&packed);
    arena_close(arena);
}

TestSuite(plan_pack, .init = open_arena, .fini = close_arena, .timeout = 30);

static void there_and_back(void)
{
    buffer_clear(&packed);
    plan_pack(customer, keys, arena, &packed);
    cr_assert_eq(
        plan_unpack(buffer_view(&packed), arena, &back, back_keys, &err), OK);
    for (size_t i = 0; i < KEY_COUNT; i++)
        cr_expect(text_equal(keys[i], back_keys[i]), "key %zu", i);
    for (size_t i = 0; i < customer->count; i++) {
        const struct value *a = &customer->values[i];
        const struct value *b = &back->values[i];
        enum presence kept =
            a->presence == VALUE_BAD ? VALUE_ABSENT : a->presence;

        cr_expect_eq(b->presence, kept, "%s", field_name((enum field)i));
        if (a->presence != VALUE_SET)
            continue;
        cr_expect(text_equal(a->text, b->text), "%s is %.*s",
                  field_name((enum field)i), TEXT_ARGS(b->text));
        cr_expect_eq(b->text.at[b->text.size], '\0');
    }
}

Test(plan_pack, a_customer_without_anything)
{
    there_and_back();
    cr_expect_null(back->problems);
}

Test(plan_pack, awkward_values)
{
    enum field pet = field_named(TEXT("custom.pet"));

    keys[0] = TEXT("007");
    keys[KEY_COUNT - 1] = TEXT("ann\x1flee\x1f+61291234567\x1e\x1d");
    customer_set(customer, FIELD_NAME, TEXT(""));
    customer_set(customer, FIELD_FIRST_NAME, TEXT("null"));
    customer_set(customer, FIELD_LAST_NAME,
                 TEXT("[Zo\xc3\xab \"the\\cat\" \xf0\x9f\x90\x88"));
    customer_set(customer, FIELD_NOTES, TEXT("one\r\ntwo\t\x1e\x1d\x1f\0end"));
    customer_set(customer, FIELD_ACCEPTS_SMS, TEXT("false"));
    customer_set(customer, FIELD_TAGS, TEXT("[\"a\",\"b, c\",\"\\u00e9\"]"));
    customer_set(customer, FIELD_CONTACTS,
                 TEXT("[{\"first_name\":\"Ann\",\"primary\":true}]"));
    customer_set(customer, pet, TEXT("a dog"));
    customer->values[FIELD_EMAIL].presence = VALUE_BLANK;
    customer->values[FIELD_MOBILE].presence = VALUE_BAD;
    there_and_back();
    cr_expect(text_is(customer_text(back, pet), "a dog"));
}

Test(plan_pack, texts_of_any_length)
{
    static char long_text[300 * 1000];

    memset(long_text, 'x', sizeof(long_text));
    for (size_t i = 0; i < FIELD_FIXED; i++)
        customer_set(customer, (enum field)i,
                     (struct text){long_text, i * 7919});
    there_and_back();
}

Test(plan_pack, problems_that_tell_what_was_left_out_or_mended)
{
    const struct problem *problem;

    customer_problem(customer, arena, FIELD_EMAIL, false, "bad_email",
                     "\"%s\" is 50%% no address", "a@b");
    customer_notice(customer, arena, FIELD_NAME, "odd", "only odd");
    customer_once(customer, arena, FIELD_NAME, "often", "said once");
    customer_problem(customer, arena, FIELD_NONE, false, "passed_over", " ");
    there_and_back();
    problem = back->problems;
    cr_assert_not_null(problem);
    cr_expect_eq(problem->field, FIELD_EMAIL);
    cr_expect_str_eq(problem->code, "bad_email");
    cr_expect_str_eq(problem->message, "\"a@b\" is 50% no address");
    problem = problem->next;
    cr_assert_not_null(problem);
    cr_expect_eq(problem->field, FIELD_NONE);
    cr_expect_str_eq(problem->code, "passed_over");
    cr_expect_null(problem->next);
}

/* A field that was named behind it is absent. */
Test(plan_pack, fields_that_came_later)
{
    customer_set(customer, FIELD_NAME, TEXT("Ann"));
    plan_pack(customer, keys, arena, &packed);
    cr_assert_neq(field_define(TEXT("custom.later")), FIELD_NONE);
    cr_assert_eq(
        plan_unpack(buffer_view(&packed), arena, &back, back_keys, &err), OK);
    cr_expect_eq(back->count, field_count());
    cr_expect(text_is(customer_text(back, FIELD_NAME), "Ann"));
}

/* The same in each run. */
static unsigned chance(unsigned below)
{
    static unsigned long long state = 88172645463325252ull;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % below);
}

/* Cut or changed anywhere, it is refused or is another customer; no byte
 * outside of it is touched. */
Test(plan_pack, broken_bytes_end_in_an_error_or_in_a_customer)
{
    size_t refused = 0;

    keys[0] = TEXT("C-1");
    customer_set(customer, FIELD_NAME, TEXT("Ann Lee"));
    customer_problem(customer, arena, FIELD_EMAIL, false, "bad", "message");
    plan_pack(customer, keys, arena, &packed);
    for (size_t round = 0; round < 20000; round++) {
        size_t size = 1 + chance((unsigned)packed.size);
        char *copy = malloc(size); /* its own, for a sanitizer to guard */
        enum status status;

        cr_assert_not_null(copy);
        memcpy(copy, packed.at, size);
        if (chance(2) == 0)
            copy[chance((unsigned)size)] = (char)chance(256);
        status = plan_unpack((struct text){copy, size}, arena, &back, back_keys,
                             &err);
        cr_assert(status == OK || status == STOP);
        refused += status == STOP;
        free(copy);
        arena_reset(arena);
    }
    cr_expect_gt(refused, 10000);
}
