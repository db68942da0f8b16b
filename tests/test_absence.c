/*
 * test_absence.c - which proof that nobody is there is the cheapest, for the
 * three shipped providers as their files stand.
 */
#include "tests/mapping_fixture.h"

#include "sync/absence.h"

TestSuite(absence, .init = open_all, .fini = close_all, .timeout = 30);

/* r reference_id, e email, m mobile, n name+phone; "-" where it is not so. */
static const char *keys(const struct provider *provider,
                        bool (*question)(const struct provider *, enum key))
{
    char letters[] = "remn";

    for (int key = 0; key < KEY_COUNT; key++)
        if (!question(provider, (enum key)key))
            letters[key] = '-';
    return arena_print(arena, "%s", letters).at;
}

static void expect_keys(const char *name, const char *held, const char *listed,
                        const char *guarded)
{
    struct provider *provider = provider_of(name);

    cr_expect_str_eq(keys(provider, absence_held), held);
    cr_expect_str_eq(keys(provider, absence_listed), listed);
    cr_expect_str_eq(keys(provider, absence_guarded), guarded);
    provider_close(provider);
}

Test(absence, count_shows_email_and_mobile_and_guards_the_email)
{
    struct provider *count = provider_of("count");

    expect_keys("count", "-emn", "-em-", "-e--");
    cr_assert(absence_required(count, KEY_EMAIL));
    cr_assert_not(absence_required(count, KEY_MOBILE));
    cr_assert_not(absence_required(count, KEY_REFERENCE_ID));
    provider_close(count);
}

Test(absence, kounta_shows_all_keys_lists_two_and_guards_the_mobile)
{
    struct provider *kounta = provider_of("kounta");

    expect_keys("kounta", "remn", "re--", "--m-");
    cr_assert_not(absence_required(kounta, KEY_MOBILE));
    cr_assert_not(absence_required(kounta, KEY_EMAIL));
    provider_close(kounta);
}

Test(absence, fieldedge_has_no_list_and_guards_nothing)
{
    struct provider *fieldedge = provider_of("fieldedge");

    cr_assert_not(absence_held(fieldedge, KEY_REFERENCE_ID));
    cr_assert(absence_held(fieldedge, KEY_EMAIL));
    cr_assert(absence_held(fieldedge, KEY_MOBILE));
    cr_assert_str_eq(keys(fieldedge, absence_listed), "----");
    cr_assert_str_eq(keys(fieldedge, absence_guarded), "----");
    provider_close(fieldedge);
}

/* Totals of a plan of so many creates with one look-up each. */
struct choice {
    const char *title, *provider;
    uint64_t creates, lookups, uncovered, blind, unasked;
    bool known;
    uint64_t records;
    enum absence wanted;
    uint64_t requests;
};

static const struct choice choices[] = {
    {"nobody unknown", "count", 0, 0, 0, 0, 0, true, 5000, ABSENCE_NONE, 0},
    {"nobody unknown", "fieldedge", 0, 0, 0, 0, 0, false, 0, ABSENCE_NONE, 0},
    /* A list of 100 a page; email required and unique. */
    {"a short list", "count", 1000, 1000, 0, 1000, 0, true, 5000, ABSENCE_LIST,
     51},
    {"a full last page has an empty one behind it", "count", 1000, 1000, 0, 0,
     0, true, 200, ABSENCE_LIST, 3},
    {"an empty account", "count", 1000, 1000, 0, 1000, 0, true, 0, ABSENCE_LIST,
     1},
    {"nobody knows how long: one page tells", "count", 1000, 1000, 0, 1000, 0,
     false, 0, ABSENCE_LIST, 1},
    {"a long list, refused twice", "count", 1000, 1000, 0, 1000, 0, true, 50000,
     ABSENCE_CREATE, 200},
    {"a long list, some without the guard", "count", 1000, 1000, 0, 999, 0,
     true, 90000, ABSENCE_LIST, 901},
    {"a very long list, some without the guard", "count", 1000, 1000, 0, 999, 0,
     true, 200000, ABSENCE_LOOKUP, 1000},
    {"a handful and a long list", "count", 3, 3, 0, 3, 0, true, 50000,
     ABSENCE_CREATE, 1},
    {"one alone", "count", 1, 1, 0, 1, 0, true, 50000, ABSENCE_LOOKUP, 1},
    {"as cheap either way: the list tells more", "count", 1, 1, 0, 0, 0, true,
     99, ABSENCE_LIST, 1},
    /* 25 a page; look-ups that the list does not answer come on top. */
    {"many and a list of 25 a page", "kounta", 1000, 2000, 0, 0, 0, true, 10000,
     ABSENCE_LIST, 401},
    {"with names and phones to look up", "kounta", 1000, 2000, 1000, 0, 0, true,
     10000, ABSENCE_LIST, 1401},
    {"a few and a long list", "kounta", 10, 20, 0, 0, 0, true, 10000,
     ABSENCE_LOOKUP, 20},
    {"a few, one of whom only the list shows", "kounta", 10, 18, 0, 0, 1, true,
     10000, ABSENCE_LIST, 401},
    /* No list at all. */
    {"key by key", "fieldedge", 1000, 1800, 1800, 0, 0, false, 0,
     ABSENCE_LOOKUP, 1800},
    {"and nothing to look up", "fieldedge", 5, 0, 0, 0, 0, false, 0,
     ABSENCE_LOOKUP, 0},
};

Test(absence, the_cheapest_proof_is_chosen)
{
    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        const struct choice *choice = &choices[i];
        struct provider *provider = provider_of(choice->provider);
        struct plan_totals totals = {
            .changes = choice->creates,
            .creates = choice->creates,
            .lookups = choice->lookups,
            .uncovered = choice->uncovered,
            .blind = choice->blind,
            .unasked = choice->unasked,
        };
        uint64_t requests;
        enum absence got = absence_choose(provider, &totals, choice->known,
                                          choice->records, &requests);

        cr_expect_str_eq(absence_name(got), absence_name(choice->wanted),
                         "%s: %s: %s", choice->provider, choice->title,
                         absence_name(got));
        cr_expect_eq(requests, choice->requests, "%s: %s: %llu requests",
                     choice->provider, choice->title,
                     (unsigned long long)requests);
        provider_close(provider);
    }
}

struct writing {
    const char *provider;
    uint64_t creates, updates, deactivations, requests;
    bool bulk;
};

static const struct writing writings[] = {
    {"count", 0, 0, 0, 0, false},        {"count", 1, 1, 0, 2, false},
    {"count", 100, 0, 0, 1, true},       {"count", 101, 0, 0, 2, true},
    {"count", 250, 120, 5, 10, true},    {"count", 1, 250, 0, 4, true},
    {"kounta", 250, 120, 5, 375, false}, {"fieldedge", 250, 120, 0, 370, false},
};

Test(absence, writes_go_in_batches_where_there_are_any)
{
    for (size_t i = 0; i < sizeof(writings) / sizeof(writings[0]); i++) {
        const struct writing *writing = &writings[i];
        struct provider *provider = provider_of(writing->provider);
        struct plan_totals totals = {
            .creates = writing->creates,
            .updates = writing->updates,
            .deactivations = writing->deactivations,
        };
        bool bulk = !writing->bulk;
        uint64_t got = absence_writes(provider, &totals, &bulk);

        cr_expect_eq(got, writing->requests, "row %zu: %llu", i,
                     (unsigned long long)got);
        cr_expect_eq(bulk, writing->bulk, "row %zu", i);
        provider_close(provider);
    }
}

Test(absence, time_is_counted_from_an_empty_window)
{
    const struct rate_spec rate = {100, 60000}, none = {0};

    cr_assert_eq(absence_time_ms(&rate, 0), 0);
    cr_assert_eq(absence_time_ms(&rate, 100), 0);
    cr_assert_eq(absence_time_ms(&rate, 101), 60000);
    cr_assert_eq(absence_time_ms(&rate, 200), 60000);
    cr_assert_eq(absence_time_ms(&rate, 5000), 49 * 60000);
    cr_assert_eq(absence_time_ms(&none, 5000), 0);
}

Test(absence, ways_have_the_names_that_reports_use)
{
    cr_assert_str_eq(absence_name(ABSENCE_NONE), "none");
    cr_assert_str_eq(absence_name(ABSENCE_LIST), "list");
    cr_assert_str_eq(absence_name(ABSENCE_LOOKUP), "lookup");
    cr_assert_str_eq(absence_name(ABSENCE_CREATE), "create");
}
