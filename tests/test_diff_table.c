/*
 * test_diff_table.c - the design's section 8 as a table: what source, target
 * and bases did, by what --prefer and the field's owner say.
 *
 * Every cell is written by hand from the design, none from the program. A row
 * is a story of one field; its cells are the answers under
 *   S  no owner, --prefer source      T  no owner, --prefer target
 *   s  owner source    t  owner target    f  owner fill    u  owner union
 * each with both values of --prefer where there is an owner, since an owner
 * goes before it. An answer: "." nothing, "=X" X is sent, "!X" X is sent and
 * both moved, "?" nothing is sent and both moved, "#X" X is sent over an edit
 * of the target's alone.
 */
#include "tests/mapping_fixture.h"

#include "sync/diff.h"

/* What a story does not name is false or NULL. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const char shape[] = "format: json\n"
                            "fields:\n"
                            "  company: firm\n"
                            "  tags: labels\n"
                            "  accepts_marketing: {write: optIn}\n";

#include "tests/diff_fixture.h"

TestSuite(diff_table, .init = set_up, .fini = tear_down, .timeout = 30);

/* NULL: absent; "": blank; else the value (of a list: "a b"). */
struct story {
    const char *title;
    const char *said, *held, *moved, *now;
    const char *free_source, *free_target;      /* S T */
    const char *source, *target, *fill, *unite; /* s t f u */
    bool unknown;                               /* held is of no whole record */
    bool clear;                                 /* --blank clear */
};

static struct text list_of(const char *words)
{
    struct text elements[8], rest = text_of(words);
    size_t count = 0;

    while (rest.size > 0 && count < 8) {
        size_t end = text_find(rest, " ");

        elements[count++] = (struct text){rest.at, end};
        if (end == rest.size)
            break;
        rest = (struct text){rest.at + end + 1, rest.size - end - 1};
    }
    return value_list(elements, count, arena);
}

static struct customer *with(enum field field, const char *value)
{
    struct customer *customer = customer_new(arena);

    if (value == NULL)
        return customer;
    if (*value != '\0')
        customer_set(customer, field,
                     field == FIELD_TAGS ? list_of(value) : text_of(value));
    else
        customer->values[field].presence = VALUE_BLANK;
    return customer;
}

static const char *words_of(enum field field, struct text value)
{
    struct buffer out = {0};
    const char *words;
    size_t count = 0;
    struct text *elements;

    if (field != FIELD_TAGS)
        return arena_string(arena, value);
    elements = value_elements(value, arena, &count);
    for (size_t i = 0; i < count; i++)
        buffer_print(&out, "%s%.*s", i > 0 ? " " : "", TEXT_ARGS(elements[i]));
    words = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return words;
}

static const char *answer(enum field field, const struct story *story,
                          const struct policy *policy)
{
    struct bases bases = {
        .said = story->said == NULL ? NULL : with(field, story->said),
        .held = with(field, story->held),
        .moved = with(field, story->moved),
        .held_full = !story->unknown,
    };
    struct decision decision;
    const char *sign = "=";

    diff_decide(slots, slots_count, with(field, story->now), &bases, policy,
                arena, &decision);
    cr_assert_eq(decision.count, decision.send[field]);
    cr_assert_eq(decision.both_count, decision.both[field]);
    if (!decision.send[field])
        return decision.both[field] ? "?" : ".";
    if (decision.both[field])
        sign = "!";
    else if (decision.replaced[field])
        sign = "#";
    return arena_print(arena, "%s%s", sign,
                       words_of(field, customer_text(decision.values, field)))
        .at;
}

static void expect(enum field field, const struct story *story,
                   enum owner owner, bool prefer_target, const char *wanted)
{
    const struct owner_rule rule = {field, owner};
    const struct policy policy = {.prefer_target = prefer_target,
                                  .blank_clear = story->clear,
                                  .owners = &rule,
                                  .owners_count = owner != OWNER_NONE};
    const char *got = answer(field, story, &policy);

    cr_expect_str_eq(got, wanted, "%s (owner %d, prefer %s): %s, wanted %s",
                     story->title, (int)owner,
                     prefer_target ? "target" : "source", got, wanted);
}

static void try_all(enum field field, const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct story *story = &stories[i];

        expect(field, story, OWNER_NONE, false, story->free_source);
        expect(field, story, OWNER_NONE, true, story->free_target);
        for (int prefer = 0; prefer < 2; prefer++) {
            expect(field, story, OWNER_SOURCE, prefer, story->source);
            expect(field, story, OWNER_TARGET, prefer, story->target);
            expect(field, story, OWNER_FILL, prefer, story->fill);
            if (story->unite != NULL)
                expect(field, story, OWNER_UNION, prefer, story->unite);
        }
    }
}

#define TRY(field, stories)                                                    \
    try_all(field, stories, sizeof(stories) / sizeof((stories)[0]))

/* A is what both bases hold; B the source's new value, C the target's. */
Test(diff_table, a_value_by_who_moved)
{
    static const struct story stories[] = {
        /* title, said, held, moved, now,        S, T,     s, t, f */
        {"nobody moved", "A", "A", NULL, "A", ".", ".", ".", ".", "."},
        {"the source moved", "A", "A", NULL, "B", "=B", "=B", "=B", ".", "."},
        {"the target moved", "A", "C", "C", "A", ".", ".", "#A", ".", "."},
        {"both, to the same", "A", "B", "B", "B", ".", ".", ".", ".", "."},
        {"both, apart", "A", "C", "C", "B", "!B", "?", "!B", "?", "?"},
        {"the source came to what is there", "A", "B", NULL, "B", ".", ".", ".",
         ".", "."},
        /* An edit that was kept on an earlier night is not told again. */
        {"an edit kept before, nobody moved", "A", "C", NULL, "A", ".", ".",
         "#A", ".", "."},
        {"an edit kept before, the source moves", "A", "C", NULL, "B", "=B",
         "=B", "=B", ".", "."},
        {"nothing is said now", "A", "C", "C", NULL, ".", ".", ".", ".", "."},
        {"what is there is unknown", "A", NULL, NULL, "B", "=B", "=B", "=B",
         ".", "=B", NULL, true},
        {"unknown, and nobody moved", "A", NULL, NULL, "A", ".", ".", ".", ".",
         ".", NULL, true},
    };

    TRY(FIELD_COMPANY, stories);
}

Test(diff_table, a_value_and_blanks)
{
    static const struct story stories[] = {
        {"the source emptied it", "A", "A", NULL, "", ".", ".", ".", ".", "."},
        {"emptied it, to be cleared", "A", "A", NULL, "", "=", "=", "=", ".",
         ".", NULL, false, true},
        {"emptied what it never gave", "", "A", NULL, "", ".", ".", ".", ".",
         ".", NULL, false, true},
        {"the target emptied it", "A", NULL, "", "A", ".", ".", "#A", ".", "."},
        {"the target emptied it, the source moved", "A", NULL, "", "B", "!B",
         "?", "!B", "?", "=B"},
        {"both emptied it", "A", NULL, "", "", ".", ".", ".", ".", ".", NULL,
         false, true},
        {"the source emptied, the target moved", "A", "C", "C", "", "!", "?",
         "!", "?", ".", NULL, false, true},
        {"the same, blanks kept", "A", "C", "C", "", ".", ".", ".", ".", "."},
        {"blank in both, the source fills it", "", NULL, NULL, "B", "=B", "=B",
         "=B", ".", "=B"},
        {"blank in both, the target filled it", "", "C", "C", "", ".", ".", ".",
         ".", "."},
        {"blank in both, both filled it", "", "C", "C", "B", "!B", "?", "!B",
         "?", "?"},
    };

    TRY(FIELD_COMPANY, stories);
}

/* said NULL: this source never spoke of the record. */
Test(diff_table, a_value_at_a_first_meeting)
{
    static const struct story stories[] = {
        {"the same", NULL, "A", NULL, "A", ".", ".", ".", ".", "."},
        {"filled and different", NULL, "C", NULL, "B", "!B", "?", "!B", "?",
         "?"},
        {"blank there", NULL, NULL, NULL, "B", "=B", "=B", "=B", ".", "=B"},
        {"blank here", NULL, "C", NULL, "", ".", ".", ".", ".", "."},
        {"blank here, to be cleared", NULL, "C", NULL, "", ".", ".", ".", ".",
         ".", NULL, false, true},
        {"absent here", NULL, "C", NULL, NULL, ".", ".", ".", ".", "."},
        {"unknown there", NULL, NULL, NULL, "B", "=B", "=B", "=B", ".", "=B",
         NULL, true},
    };

    TRY(FIELD_COMPANY, stories);
}

Test(diff_table, a_list_by_who_moved)
{
    static const struct story stories[] = {
        /* title, said, held, moved, now,        S, T,     s, t, f, u */
        {"nobody moved", "a b", "a b", NULL, "a b", ".", ".", ".", ".", ".",
         "."},
        {"the source added", "a", "a", NULL, "a b", "=a b", "=a b", "=a b", ".",
         ".", "=a b"},
        {"the source removed", "a b", "a b", NULL, "a", "=a", "=a", "=a", ".",
         ".", "."},
        {"the target added", "a", "a c", "a c", "a", ".", ".", "#a", ".", ".",
         "."},
        {"the target removed", "a b", "a", "a", "a b", ".", ".", "#a b", ".",
         ".", "=a b"},
        {"both added the same", "a", "a b", "a b", "a b", ".", ".", ".", ".",
         ".", "."},
        {"both added, apart", "a", "a c", "a c", "a b", "=a c b", "=a c b",
         "!a b", "?", "?", "=a c b"},
        {"the source removed, the target added", "a b", "a b c", "a b c", "a",
         "=a c", "=a c", "!a", "?", "?", "."},
        {"in another order", "a b", "a b", NULL, "b a", ".", ".", ".", ".", ".",
         "."},
        {"what is there is unknown", "a", NULL, NULL, "b", "=b", "=b", "=b",
         ".", "=b", "=b", true},
    };

    TRY(FIELD_TAGS, stories);
}

Test(diff_table, a_list_and_blanks)
{
    static const struct story stories[] = {
        {"the source emptied it", "a", "a", NULL, "", ".", ".", ".", ".", ".",
         "."},
        {"emptied it, to be cleared", "a", "a x", NULL, "", "=x", "=x", "=",
         ".", ".", ".", false, true},
        {"the target emptied it", "a", NULL, "", "a", ".", ".", "#a", ".", ".",
         "=a"},
        {"the source took one, the target all", "a b", NULL, "", "b", ".", ".",
         "!b", "?", "=b", "=b"},
        {"a first meeting", NULL, "x", NULL, "a", "=x a", "=x a", "!a", "?",
         "?", "=x a"},
        {"a first meeting, blank there", NULL, NULL, NULL, "a", "=a", "=a",
         "=a", ".", "=a", "=a"},
    };

    TRY(FIELD_TAGS, stories);
}

/* Nobody sees what is there: the source's word, unless it may be filled. */
Test(diff_table, a_write_only_value)
{
    static const struct story stories[] = {
        {"nobody moved", "true", NULL, NULL, "true", ".", ".", ".", ".", "."},
        {"the source moved", "true", NULL, NULL, "false", "=false", "=false",
         "=false", ".", "."},
        {"a first meeting", NULL, NULL, NULL, "true", ".", ".", ".", ".", "."},
    };

    TRY(FIELD_ACCEPTS_MARKETING, stories);
}

/* Whether a write of that field alone is read for before, by what owns it. */
static bool looks(enum field field, enum owner owner, bool prefer_target,
                  bool held_full)
{
    const struct owner_rule rule = {field, owner};
    const struct policy policy = {.owners = &rule,
                                  .owners_count = owner != OWNER_NONE,
                                  .prefer_target = prefer_target};
    const struct provider provider = {.mapping = mapping,
                                      .update = {.replaces = REPLACES_MEMBER}};
    bool *send = arena_take(arena, field_count() * sizeof(*send));

    send[field] = true;
    return diff_needs_read(&provider, send, &policy, customer_new(arena),
                           &(struct bases){.held_full = held_full}, arena);
}

Test(diff_table, a_write_looks_first_where_the_target_has_a_say)
{
    cr_expect_not(looks(FIELD_COMPANY, OWNER_NONE, false, true));
    cr_expect_not(looks(FIELD_COMPANY, OWNER_SOURCE, false, true));
    cr_expect(looks(FIELD_COMPANY, OWNER_FILL, false, true));
    cr_expect(looks(FIELD_COMPANY, OWNER_NONE, true, true));
    cr_expect(looks(FIELD_COMPANY, OWNER_NONE, false, false));
}

Test(diff_table, a_list_that_merges_looks_first)
{
    cr_expect(looks(FIELD_TAGS, OWNER_NONE, false, true));
    cr_expect(looks(FIELD_TAGS, OWNER_UNION, false, true));
    cr_expect_not(looks(FIELD_TAGS, OWNER_SOURCE, false, true),
                  "as a whole it is the source's");
}

Test(diff_table, the_way_back_swaps_the_sides_and_leaves_the_rest)
{
    const struct owner_rule rules[] = {{FIELD_EMAIL, OWNER_SOURCE},
                                       {FIELD_PHONE, OWNER_TARGET},
                                       {FIELD_TAGS, OWNER_UNION},
                                       {FIELD_NOTES, OWNER_FILL}};
    const struct policy policy = {.owners = rules, .owners_count = 4};
    struct policy back = policy_turned(&policy, arena);

    cr_assert(back.prefer_target);
    cr_assert_eq(policy_owner(&back, FIELD_EMAIL), OWNER_TARGET);
    cr_assert_eq(policy_owner(&back, FIELD_PHONE), OWNER_SOURCE);
    cr_assert_eq(policy_owner(&back, FIELD_TAGS), OWNER_UNION);
    cr_assert_eq(policy_owner(&back, FIELD_NOTES), OWNER_FILL);
    cr_assert_eq(policy_owner(&back, FIELD_COMPANY), OWNER_NONE);
}
