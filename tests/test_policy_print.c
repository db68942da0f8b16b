/*
 * test_policy_print.c - whatever decides a plan shows in policy_print: a new
 * key of a policy that is forgotten there would let a stale plan pass.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sync/config.h"

/* A value of each key that is not its default. */
static const struct {
    const char *key, *value;
} others[] = {
    {"match", "email"},      {"source", "crm"},
    {"encoding", "utf-8"},   {"delimiter", ";"},
    {"skip", "3"},           {"format", "csv"},
    {"to_format", "json"},   {"mapping", "xero"},
    {"duplicates", "first"}, {"mode", "create"},
    {"blank", "clear"},      {"prefer", "target"},
    {"missing", "report"},   {"owner", "mobile=target"},
    {"two_way", "true"},     {"recreate", "true"},
    {"changed", "true"},
};

static const char *other_of(const char *key)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i].key, key) == 0)
            return others[i].value;
    return NULL;
}

Test(policy_print, shows_every_key_that_decides_a_plan)
{
    const char *const *keys = policy_keys();
    struct arena *arena = arena_open();
    struct buffer usual = {0}, out = {0};
    struct policy policy;
    struct err err;

    policy_defaults(&policy);
    policy_print(&policy, &usual);
    for (; *keys != NULL; keys++) {
        const char *value = other_of(*keys);

        if (!policy_plans(*keys))
            continue;
        cr_assert_not_null(value, "%s: give it a value in this test", *keys);
        policy_defaults(&policy);
        cr_assert_eq(policy_set(&policy, *keys, text_of(value), arena, &err),
                     OK, "%s: %s", *keys, err.message);
        buffer_clear(&out);
        policy_print(&policy, &out);
        cr_assert_not(text_equal(buffer_view(&usual), buffer_view(&out)),
                      "%s does not show", *keys);
    }
    buffer_free(&usual);
    buffer_free(&out);
    arena_close(arena);
}

Test(policy_print, how_it_is_sent_decides_nothing)
{
    static const char *const aside[] = {
        "limit", "wait", "deadline", "rejects", "report",   "json",
        "out",   "plan", "dry-run",  "look",    "exit-code"};

    for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++)
        cr_assert_not(policy_plans(aside[i]), "%s", aside[i]);
    cr_assert_not(policy_plans("verbose"));
}

/* Custom fields are numbered as they are met: that is no order either. */
Test(policy_print, the_order_of_owners_decides_nothing)
{
    static const char *const written[] = {
        "custom.b=target,tags=union,custom.a=fill,mobile=source",
        "mobile=source,custom.a=fill,tags=union,custom.b=target"};
    struct arena *arena = arena_open();
    struct buffer out[2] = {{0}, {0}};
    struct policy policy;
    struct err err;

    for (int i = 0; i < 2; i++) {
        policy_defaults(&policy);
        cr_assert_eq(
            policy_set(&policy, "owner", text_of(written[i]), arena, &err), OK);
        cr_assert_eq(policy.owners_count, 4);
        cr_expect_str_eq(field_name(policy.owners[0].field), "custom.a");
        cr_expect_eq(policy_owner(&policy, FIELD_TAGS), OWNER_UNION);
        policy_print(&policy, &out[i]);
    }
    cr_expect(text_equal(buffer_view(&out[0]), buffer_view(&out[1])));
    buffer_free(&out[0]);
    buffer_free(&out[1]);
    arena_close(arena);
}

Test(policy_print, a_consent_goes_with_a_plan_and_may_be_given_anew)
{
    cr_assert_not(policy_plans("max-changes"));
    cr_assert(policy_consents("max-changes"));
    cr_assert(policy_consents("max_changes"));
    cr_assert_not(policy_consents("limit"));
}
