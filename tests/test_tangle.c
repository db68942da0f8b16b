/*
 * test_tangle.c - identity: which rows and known customers are one customer.
 *
 * A situation is a few lines of "ID EMAIL MOBILE NAME+PHONE [NAME]", "-" for
 * none. The answer is a word a row: its group as a letter, "=2" when that group
 * is known customer 2, or "!" and the two it stands between ("r1" a row, "k2" a
 * known customer).
 */
#include "tests/store_fixture.h"

#include <string.h>

#include "sync/identity.h"
#include "sync/print.h"

enum { LINES_MAX = 8, ROWS_MAX = 1200 };

struct situation {
    const char *title;
    const char *known[LINES_MAX]; /* "till:" before it: keys of that source */
    const char *rows[LINES_MAX];
    const char *answer;
};

static struct store *store;
static store_id crm, till;
static struct identity *identity;
static uint32_t nodes[ROWS_MAX];
static size_t rows;
static const enum key match[] = {KEY_REFERENCE_ID, KEY_EMAIL, KEY_MOBILE,
                                 KEY_NAME_PHONE};

static void set_up(void)
{
    folder_make();
    store = open_as(STORE_WRITE);
    ok(store_source(store, "file", "crm", &crm, &err));
    ok(store_source(store, "file", "till", &till, &err));
    ok(store_begin(store, &err));
}

static void tear_down(void)
{
    identity_close(identity);
    store_close(store);
    folder_remove();
}

TestSuite(tangle, .init = set_up, .fini = tear_down, .timeout = 60);

/* The words of a line, KEY_COUNT keys and then a name; empty for "-". */
static void cut(const char *line, struct text words[KEY_COUNT + 1])
{
    for (size_t i = 0; i <= KEY_COUNT; i++) {
        size_t size = strcspn(line, " ");

        words[i] = (struct text){line, size};
        if (text_is(words[i], "-"))
            words[i].size = 0;
        line += size + strspn(line + size, " ");
    }
}

static store_id know(const char *line)
{
    store_id customer;

    ok(store_customer_new(store, &customer, &err));
    for (;;) {
        bool other = strncmp(line, "till:", 5) == 0;
        struct store_key keys[KEY_COUNT];
        struct text words[KEY_COUNT + 1];
        const char *more = strchr(line, '|');
        size_t count = 0;

        cut(arena_string(
                arena,
                (struct text){line + (other ? 5 : 0),
                              more == NULL
                                  ? strlen(line + (other ? 5 : 0))
                                  : (size_t)(more - line) - (other ? 5 : 0)}),
            words);
        for (size_t i = 0; i < KEY_COUNT; i++)
            if (words[i].size > 0)
                keys[count++] = (struct store_key){.kind = (int)match[i],
                                                   .value = words[i]};
        ok(store_customer_keys_put(store, customer, other ? till : crm, keys,
                                   count, &err));
        if (more == NULL)
            return customer;
        line = more + 1;
    }
}

static void begin(void)
{
    struct identity_rules rules = {
        .match = match, .match_count = KEY_COUNT, .source = crm};

    ok(store_seed(store, rules.seed, &err));
    ok(identity_open(&identity, store, &rules, &err));
    rows = 0;
}

/* The notes are the whole line, so equal lines are equal rows. */
static void row(const char *line)
{
    struct customer *customer = customer_new(arena);
    struct text words[KEY_COUNT + 1];

    cut(line, words);
    if (words[KEY_COUNT].size > 0)
        customer_set(customer, FIELD_NAME, words[KEY_COUNT]);
    customer_set(customer, FIELD_NOTES, text_of(line));
    cr_assert(rows < ROWS_MAX);
    ok(identity_add(identity, (uint32_t)rows, customer, words, arena,
                    &nodes[rows], &err));
    rows++;
}

static void say_rival(struct buffer *out, const struct rival *rival,
                      const store_id *known)
{
    size_t i = 0;

    if (rival->known == 0) {
        buffer_print(out, "r%u", rival->row + 1);
        return;
    }
    while (known[i] != rival->known)
        i++;
    buffer_print(out, "k%zu", i + 1);
}

/* Groups get their letters in the order in which rows meet them. */
static const char *answer(const store_id *known)
{
    uint32_t letters[26];
    size_t count = 0;
    struct buffer out = {0};
    const char *string;

    for (size_t i = 0; i < rows; i++) {
        uint32_t group = identity_group(identity, nodes[i]);
        size_t letter = 0;

        buffer_string(&out, i == 0 ? "" : " ");
        if (group == NO_GROUP) {
            struct rival rivals[2];

            identity_rivals(identity, nodes[i], rivals);
            buffer_string(&out, "!");
            say_rival(&out, &rivals[0], known);
            buffer_string(&out, "/");
            say_rival(&out, &rivals[1], known);
            continue;
        }
        cr_assert(group < identity_groups(identity));
        while (letter < count && letters[letter] != group)
            letter++;
        if (letter == count)
            letters[count++] = group;
        buffer_byte(&out, (char)('a' + letter));
        for (size_t k = 0; k < LINES_MAX && known[k] != 0; k++)
            if (identity_known(identity, group) == known[k])
                buffer_print(&out, "=%zu", k + 1);
    }
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

static void try_one(const struct situation *situation)
{
    store_id known[LINES_MAX + 1] = {0};
    const char *got;

    for (size_t i = 0; i < LINES_MAX && situation->known[i] != NULL; i++)
        known[i] = know(situation->known[i]);
    begin();
    for (size_t i = 0; i < LINES_MAX && situation->rows[i] != NULL; i++)
        row(situation->rows[i]);
    ok(identity_resolve(identity, &err));
    got = answer(known);
    cr_expect_str_eq(got, situation->answer, "%s: %s, wanted %s",
                     situation->title, got, situation->answer);
    identity_close(identity);
    identity = NULL;
}

/* Each in a store of its own. */
static void try_all(const struct situation *situations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            tear_down();
            set_up();
        }
        try_one(&situations[i]);
    }
}

#define TRY(situations)                                                        \
    try_all(situations, sizeof(situations) / sizeof((situations)[0]))

Test(tangle, a_shared_key_makes_one_customer_unless_a_stronger_one_disagrees)
{
    static const struct situation situations[] = {
        {"nothing in common", {0}, {"1 a@x - -", "2 b@x - -"}, "a b"},
        {"the same id", {0}, {"1 a@x - -", "1 b@x - -"}, "a a"},
        {"an email, ids differ", {0}, {"1 a@x - -", "2 a@x - -"}, "a b"},
        {"an email, one id", {0}, {"1 a@x - -", "- a@x - -"}, "a a"},
        {"a mobile, emails differ", {0}, {"- a@x m -", "- b@x m -"}, "a b"},
        {"an email, mobiles differ", {0}, {"- a@x m -", "- a@x n -"}, "a a"},
        {"a mobile, one email", {0}, {"- - m -", "- b@x m -"}, "a a"},
        {"name and phone alone", {0}, {"- - - p", "- - - p"}, "a a"},
        {"name and phone, emails differ",
         {0},
         {"- a@x - p", "- b@x - p"},
         "a b"},
        {"the same text as another kind of key",
         {0},
         {"m - - -", "- m - -", "- - m -", "- - - m"},
         "a b c d"},
    };

    TRY(situations);
}

Test(tangle, a_chain_is_one_customer_when_no_two_of_it_disagree)
{
    static const struct situation situations[] = {
        {"email, then mobile",
         {0},
         {"- a@x - -", "- a@x m -", "- - m -"},
         "a a a"},
        {"in any order", {0}, {"- - m -", "- a@x - -", "- a@x m -"}, "a a a"},
        {"four links",
         {0},
         {"1 - - -", "1 a@x - -", "- a@x m -", "- - m p", "- - - p"},
         "a a a a a"},
        {"between others",
         {0},
         {"- a@x - -", "9 z@x - -", "- - m -", "- a@x m -"},
         "a b a a"},
    };

    TRY(situations);
}

Test(tangle, the_row_that_ties_two_customers_is_a_conflict_naming_both)
{
    static const struct situation situations[] = {
        {"ids disagree",
         {0},
         {"1 a@x - -", "2 - m -", "- a@x m -"},
         "a b !r1/r2"},
        {"the tie comes first",
         {0},
         {"- a@x m -", "1 a@x - -", "2 - m -"},
         "!r2/r3 a b"},
        {"two ties",
         {0},
         {"1 a@x - -", "2 - m -", "- a@x m -", "- a@x m p"},
         "a b !r1/r2 !r1/r2"},
        {"copies of the tie are as much in doubt",
         {0},
         {"1 a@x - -", "2 - m -", "- a@x m -", "- a@x m -"},
         "a b !r1/r2 !r1/r2"},
        {"what hangs on one side stays there",
         {0},
         {"1 a@x - -", "2 - m -", "- a@x m -", "1 - n -"},
         "a b !r1/r2 a"},
        {"a known one and a new one",
         {"7 a@x - -"},
         {"8 - m -", "- a@x m -"},
         "a !r1/k1"},
    };

    TRY(situations);
}

Test(tangle, two_known_customers_are_never_made_one)
{
    static const struct situation situations[] = {
        {"by a row with a key of each",
         {"- a@x - -", "- - m -"},
         {"- a@x m -"},
         "!k1/k2"},
        {"their own rows stay theirs",
         {"7 a@x - -", "8 - m -"},
         {"7 a@x - -", "8 - m -", "- a@x m -"},
         "a=1 b=2 !r1/r2"},
        {"an id is stronger than the other's email",
         {"7 a@x - -", "8 b@x - -"},
         {"7 b@x - -", "8 b@x - -"},
         "a=1 b=2"},
        {"a chain of rows",
         {"- a@x - -", "- - m -"},
         {"- a@x - p", "- - m p"},
         "!k1/k2 !k1/k2"},
        {"a key that both carry",
         {"7 a@x - -", "8 a@x - -"},
         {"- a@x - -"},
         "!k1/k2"},
        {"and the id says which",
         {"7 a@x - -", "8 a@x - -"},
         {"8 a@x - -"},
         "a=2"},
    };

    TRY(situations);
}

Test(tangle, a_row_finds_its_known_customer_by_any_key)
{
    static const struct situation situations[] = {
        {"id", {"7 a@x m p"}, {"7 - - -"}, "a=1"},
        {"email", {"7 a@x m p"}, {"- a@x - -"}, "a=1"},
        {"mobile", {"7 a@x m p"}, {"- - m -"}, "a=1"},
        {"name and phone", {"7 a@x m p"}, {"- - - p"}, "a=1"},
        {"several rows, several keys",
         {"7 a@x m -"},
         {"- a@x - -", "- - m -", "7 - - -"},
         "a=1 a=1 a=1"},
        {"another id disagrees", {"7 a@x - -"}, {"8 a@x - -"}, "a"},
        {"unknown beside known",
         {"7 a@x - -", "8 b@x - -"},
         {"9 c@x - -", "8 - - -", "7 - - -"},
         "a b=2 c=1"},
    };

    TRY(situations);
}

Test(tangle, reference_ids_compare_only_within_one_source)
{
    static const struct situation situations[] = {
        {"another source's number is nobody here",
         {"till:7 - - -"},
         {"7 - - -"},
         "a"},
        {"nor does it disagree", {"till:7 a@x - -"}, {"9 a@x - -"}, "a=1"},
        {"emails of both sources tie",
         {"7 a@x - -|till:9 b@x - -"},
         {"- b@x - -"},
         "a=1"},
    };

    TRY(situations);
}

Test(tangle, a_changed_key_is_superseded_by_a_stronger_one)
{
    static const struct situation situations[] = {
        {"a new email under the old id",
         {"7 old@x - -"},
         {"7 new@x - -"},
         "a=1"},
        {"a new mobile under the old email",
         {"- a@x old -"},
         {"- a@x new -"},
         "a=1"},
        {"all of it new but the id",
         {"7 old@x old old"},
         {"7 new@x new new"},
         "a=1"},
        {"the new email ties another row",
         {"7 old@x - -"},
         {"7 new@x - -", "- new@x m -"},
         "a=1 a=1"},
        {"somebody else took the old email over",
         {"7 old@x - -"},
         {"7 new@x - -", "8 old@x - -"},
         "a=1 b"},
        {"and had been known",
         {"7 a@x - -", "8 b@x - -"},
         {"7 b@x - -", "8 a@x - -"},
         "a=1 b=2"},
        {"without a stable key a new email is a new customer",
         {"- old@x - -"},
         {"- new@x - -"},
         "a"},
    };

    TRY(situations);
}

Test(tangle, a_key_of_more_than_three_different_customers_is_nobodys)
{
    static const struct situation situations[] = {
        {"three share a desk",
         {0},
         {"- - m - Ann", "- - m - Bob", "- - m - Cid"},
         "a a a"},
        {"four do not",
         {0},
         {"- - m - Ann", "- - m - Bob", "- - m - Cid", "- - m - Dot"},
         "a b c d"},
        {"four rows of one name do",
         {0},
         {"- - m - Ann", "- - m - Ann", "- - m - Ann", "- - m - Ann"},
         "a a a a"},
        {"other keys go on",
         {0},
         {"- a@x m - Ann", "- b@x m - Bob", "- c@x m - Cid", "- d@x m - Dot",
          "- a@x - - Ann"},
         "a b c d a"},
        {"an id is never nobody's",
         {0},
         {"1 - - - Ann", "1 - - - Bob", "1 - - - Cid", "1 - - - Dot"},
         "a a a a"},
        {"rows of one known customer are one",
         {"7 a@x - -"},
         {"7 a@x - - Ann", "7 a@x - - Bob", "- a@x - - Cid", "- a@x - - Dot"},
         "a=1 a=1 a=1 a=1"},
    };

    TRY(situations);
}

Test(tangle, a_key_found_to_be_nobodys_is_told_and_stays_so)
{
    (void)know("7 z@x - -");
    begin();
    row("1 a@x m - Ann");
    row("2 b@x m - Bob");
    row("3 c@x m - Cid");
    row("4 d@x m - Dot");
    row("5 e@x n - Eve");
    row("6 e@x n - Eve");
    ok(identity_resolve(identity, &err));
    cr_assert(identity_is_nobody(identity, KEY_MOBILE, TEXT("m")));
    cr_assert_not(identity_is_nobody(identity, KEY_EMAIL, TEXT("m")));
    cr_assert_not(identity_is_nobody(identity, KEY_MOBILE, TEXT("n")));
    cr_assert_not(identity_is_nobody(identity, KEY_MOBILE, TEXT("o")));
    /* Of what is somebody's, customers of different groups may have it. */
    cr_assert(identity_is_shared(identity, KEY_EMAIL, TEXT("e@x")));
    cr_assert_not(identity_is_shared(identity, KEY_EMAIL, TEXT("a@x")));
    cr_assert_not(identity_is_shared(identity, KEY_REFERENCE_ID, TEXT("5")));
    identity_close(identity);

    ok(store_nobody_add(store, crm, KEY_MOBILE, TEXT("m"), &err));
    begin();
    row("- - m - Ann");
    row("- - m - Ann-Lee");
    ok(identity_resolve(identity, &err));
    cr_assert_neq(identity_group(identity, nodes[0]),
                  identity_group(identity, nodes[1]));
}

Test(tangle, a_key_of_many_known_customers_leads_to_none_of_them)
{
    for (int i = 0; i < 9; i++)
        (void)know(arena_print(arena, "%d - desk -", i + 10).at);
    begin();
    row("50 - desk -");
    ok(identity_resolve(identity, &err));
    cr_assert_neq(identity_group(identity, nodes[0]), NO_GROUP);
    cr_assert_eq(identity_known(identity, identity_group(identity, nodes[0])),
                 0);
}

Test(tangle, a_row_without_keys_is_one_with_its_exact_copies)
{
    static const struct situation situations[] = {
        {"copies",
         {0},
         {"- - - - Ann", "- - - - Bob", "- - - - Ann", "1 - - - Ann"},
         "a b a c"},
        {"five copies are still one",
         {0},
         {"- - - - A", "- - - - A", "- - - - A", "- - - - A", "- - - - A"},
         "a a a a a"},
    };

    TRY(situations);
}

Test(tangle, groups_come_in_the_order_of_their_first_rows)
{
    begin();
    row("3 - - -");
    row("1 a@x - -");
    row("2 - - -");
    row("- a@x - -");
    row("0 - - -");
    ok(identity_resolve(identity, &err));
    cr_assert_eq(identity_groups(identity), 4);
    for (uint32_t i = 0; i < 5; i++) {
        static const uint32_t wanted[] = {0, 1, 2, 1, 3};

        cr_assert_eq(identity_group(identity, nodes[i]), wanted[i]);
    }
}

Test(tangle, a_source_without_rows_has_no_groups)
{
    begin();
    ok(identity_resolve(identity, &err));
    cr_assert_eq(identity_groups(identity), 0);
}

static void many(int count, const char *form)
{
    begin();
    for (int i = 0; i < count; i++) {
        char line[80];

        /* The forms are those below, with one number each. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(line, sizeof(line), form, i);
        row(line);
    }
    ok(identity_resolve(identity, &err));
}

static size_t in_conflict(void)
{
    size_t count = 0;

    for (size_t i = 0; i < rows; i++)
        count += identity_group(identity, nodes[i]) == NO_GROUP;
    return count;
}

Test(tangle, a_thousand_rows_of_one_customer_are_one)
{
    many(1000, "7 a@x m - Ann%d");
    cr_assert_eq(identity_groups(identity), 1);
    cr_assert_eq(in_conflict(), 0);
}

Test(tangle, six_hundred_who_share_an_email_are_told_apart_by_their_ids)
{
    many(600, "%d a@x - - Ann");
    cr_assert_eq(identity_groups(identity), 600);
    cr_assert_eq(in_conflict(), 0);
}

Test(tangle, a_chain_of_three_hundred_is_nobodys_family_and_all_conflicts)
{
    struct rival rivals[2];

    begin();
    for (int i = 0; i < 300; i++) {
        char line[80];

        /* Each shares its email with the one before, its mobile with the one
         * after: no key has more than two. */
        (void)snprintf(line, sizeof(line), "- e%d@x m%d - N%d", i / 2,
                       (i + 1) / 2, i);
        row(line);
    }
    ok(identity_resolve(identity, &err));
    cr_assert_eq(identity_groups(identity), 0);
    cr_assert_eq(in_conflict(), 300);
    for (size_t i = 0; i < 300; i++) {
        identity_rivals(identity, nodes[i], rivals);
        cr_assert(rivals[0].known == 0 && rivals[1].known == 0);
        cr_assert(rivals[0].row != rivals[1].row);
        cr_assert(rivals[0].row != i && rivals[1].row != i);
    }
}

Test(tangle, many_customers_keep_to_themselves)
{
    many(1200, "%d - - -");
    cr_assert_eq(identity_groups(identity), 1200);
    for (uint32_t i = 0; i < 1200; i++)
        cr_assert_eq(identity_group(identity, nodes[i]), i);
}
