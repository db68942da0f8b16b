/*
 * test_diff.c - the three-way comparison, line by line as the design has it.
 */
#include "tests/mapping_fixture.h"

#include "sync/diff.h"

/* A shape with one field of each kind that is treated in its own way. */
static const char shape[] = "format: json\n"
                            "region: AU\n"
                            "fields:\n"
                            "  name: {from: title, required: true}\n"
                            "  company: firm\n"
                            "  email: mail\n"
                            "  mobile: phone\n"
                            "  notes: {write: remark}\n"
                            "  accepts_marketing: {write: optIn}\n"
                            "  tags: labels\n"
                            "  billing.country: country\n"
                            "  created_at: {read: since}\n";

#include "tests/diff_fixture.h"

TestSuite(diff, .init = set_up, .fini = tear_down, .timeout = 30);

/*
 * said NULL: never spoke; held NULL: nothing known. The answer: "name=Ann" is
 * sent, "!" before it after a dispute, "?name" a dispute left as it is.
 */
struct line {
    const char *title;
    const char *said, *held, *moved, *now;
    const char *answer;
    bool full, prefer_target, clear;
};

static const struct customer *given(const char *json)
{
    return json == NULL ? NULL : customer_of(json);
}

static const char *say(const struct decision *decision)
{
    struct buffer out = {0};
    const char *string;
    size_t sent = 0, both = 0;

    for (size_t i = 0; i < field_count(); i++) {
        const struct value *value =
            customer_get(decision->values, (enum field)i);

        sent += decision->send[i];
        both += decision->both[i];
        if (!decision->send[i] && !decision->both[i])
            continue;
        buffer_print(&out, "%s%s%s", out.size > 0 ? " " : "",
                     !decision->both[i]  ? ""
                     : decision->send[i] ? "!"
                                         : "?",
                     field_name((enum field)i));
        if (decision->send[i])
            buffer_print(&out, "=%.*s",
                         TEXT_ARGS(value->presence == VALUE_SET
                                       ? value->text
                                       : (struct text){0}));
        if (decision->send[i] && value->presence == VALUE_ABSENT)
            buffer_string(&out, "(absent)");
    }
    cr_expect_eq(sent, decision->count);
    cr_expect_eq(both, decision->both_count);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

static void try_all(const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct line *line = &lines[i];
        struct bases bases = {.said = given(line->said),
                              .held = given(line->held),
                              .moved = given(line->moved),
                              .held_full = line->full};
        struct decision decision;
        const char *got;

        diff_decide(slots, slots_count, customer_of(line->now), &bases,
                    &(struct policy){.prefer_target = line->prefer_target,
                                     .blank_clear = line->clear},
                    arena, &decision);
        got = say(&decision);
        cr_expect_str_eq(got, line->answer, "%s: \"%s\", wanted \"%s\"",
                         line->title, got, line->answer);
    }
}

#define TRY(lines) try_all(lines, sizeof(lines) / sizeof((lines)[0]))

#define ANN "{\"name\":\"Ann\"}"
#define BEA "{\"name\":\"Bea\"}"
#define CID "{\"name\":\"Cid\"}"

Test(diff, nothing_moved_sends_nothing)
{
    static const struct line lines[] = {
        {"all the same", ANN, ANN, NULL, ANN, "", true, false, false},
        {"nothing said now", ANN, ANN, NULL, "{}", "", true, false, false},
        {"nothing known at all", NULL, NULL, NULL, "{}", "", false, false,
         false},
    };

    TRY(lines);
}

Test(diff, only_the_source_moved_is_sent_unless_held_already)
{
    static const struct line lines[] = {
        {"moved", ANN, ANN, NULL, BEA, "name=Bea", true, false, false},
        {"moved to what is there", ANN, BEA, NULL, BEA, "", true, false, false},
        {"whoever is preferred", ANN, ANN, NULL, BEA, "name=Bea", true, true,
         false},
        {"one field of two", "{\"name\":\"Ann\",\"company\":\"A\"}",
         "{\"name\":\"Ann\",\"company\":\"A\"}", NULL,
         "{\"name\":\"Ann\",\"company\":\"B\"}", "company=B", true, false,
         false},
        {"the target's side is unknown", ANN, "{}", NULL, BEA, "name=Bea",
         false, false, false},
    };

    TRY(lines);
}

Test(diff, only_the_target_moved_keeps_the_edit)
{
    static const struct line lines[] = {
        {"edited there", ANN, BEA, BEA, ANN, "", true, false, false},
        {"and known since long", ANN, BEA, NULL, ANN, "", true, false, false},
        {"emptied there", "{\"company\":\"A\"}", "{}", "{\"company\":null}",
         "{\"company\":\"A\"}", "", true, false, false},
    };

    TRY(lines);
}

Test(diff, both_moved_follows_prefer_and_is_reported)
{
    static const struct line lines[] = {
        {"source preferred", ANN, CID, CID, BEA, "!name=Bea", true, false,
         false},
        {"target preferred", ANN, CID, CID, BEA, "?name", true, true, false},
        {"to the same value", ANN, BEA, BEA, BEA, "", true, false, false},
        {"another field moved there", ANN,
         "{\"name\":\"Ann\",\"company\":\"C\"}", "{\"company\":\"C\"}", BEA,
         "name=Bea", true, false, false},
        {"emptied there, changed here", "{\"company\":\"A\"}", "{}",
         "{\"company\":null}", "{\"company\":\"B\"}", "?company", true, true,
         false},
        {"one dispute, one plain change",
         "{\"name\":\"Ann\",\"company\":\"A\"}",
         "{\"name\":\"Cid\",\"company\":\"A\"}", CID,
         "{\"name\":\"Bea\",\"company\":\"B\"}", "?name company=B", true, true,
         false},
    };

    TRY(lines);
}

Test(diff, at_a_first_meeting_only_filled_and_different_is_a_dispute)
{
    static const struct line lines[] = {
        {"blank there", NULL, "{}", NULL, ANN, "name=Ann", true, false, false},
        {"blank there, target preferred", NULL, "{}", NULL, ANN, "name=Ann",
         true, true, false},
        {"blank here", NULL, ANN, NULL, "{\"name\":null}", "", true, false,
         false},
        {"blank here, to be cleared", NULL, "{\"company\":\"A\"}", NULL,
         "{\"company\":null}", "", true, false, true},
        {"absent here", NULL, ANN, NULL, "{}", "", true, false, false},
        {"equal", NULL, ANN, NULL, ANN, "", true, false, false},
        {"different", NULL, BEA, NULL, ANN, "!name=Ann", true, false, false},
        {"different, target preferred", NULL, BEA, NULL, ANN, "?name", true,
         true, false},
        {"not shown by an abridged record", NULL, "{}", NULL, ANN, "name=Ann",
         false, true, false},
        {"a field this source has only now", ANN,
         "{\"name\":\"Ann\",\"company\":\"A\"}", NULL,
         "{\"name\":\"Ann\",\"company\":\"B\"}", "?company", true, true, false},
        {"said to be blank is spoken of", "{\"company\":null}",
         "{\"company\":\"A\"}", NULL, "{\"company\":\"B\"}", "company=B", true,
         true, false},
    };

    TRY(lines);
}

Test(diff, a_write_only_member_goes_when_it_moves_or_rides_along)
{
    static const struct line lines[] = {
        {"known to nobody", "{\"name\":\"Ann\"}", ANN, NULL,
         "{\"name\":\"Ann\",\"notes\":\"x\"}", "", true, false, false},
        {"rides along", "{\"name\":\"Ann\"}", ANN, NULL,
         "{\"name\":\"Bea\",\"notes\":\"x\",\"accepts_marketing\":true}",
         "name=Bea notes=x accepts_marketing=true", true, false, false},
        {"the same as ever stays at home", "{\"name\":\"Ann\",\"notes\":\"x\"}",
         ANN, NULL, "{\"name\":\"Bea\",\"notes\":\"x\"}", "name=Bea", true,
         false, false},
        {"moved", "{\"notes\":\"x\"}", ANN, NULL, "{\"notes\":\"y\"}",
         "notes=y", true, true, false},
        {"an opt-out moves too", "{\"accepts_marketing\":true}", "{}", NULL,
         "{\"accepts_marketing\":false}", "accepts_marketing=false", true,
         false, false},
        {"alone at a first meeting", NULL, ANN, NULL,
         "{\"name\":\"Ann\",\"notes\":\"x\"}", "", true, false, false},
    };

    TRY(lines);
}

Test(diff, lists_merge_by_element)
{
    static const struct line lines[] = {
        {"added and removed here, added there", "{\"tags\":[\"a\",\"b\"]}",
         "{\"tags\":[\"a\",\"b\",\"x\"]}", "{\"tags\":[\"a\",\"b\",\"x\"]}",
         "{\"tags\":[\"b\",\"c\"]}", "tags=[\"b\",\"x\",\"c\"]", true, false,
         false},
        {"removed there stays removed", "{\"tags\":[\"a\",\"b\"]}",
         "{\"tags\":[\"b\"]}", "{\"tags\":[\"b\"]}", "{\"tags\":[\"a\",\"b\"]}",
         "", true, false, false},
        {"nothing is lost at a first meeting", NULL, "{\"tags\":[\"x\"]}", NULL,
         "{\"tags\":[\"a\"]}", "tags=[\"x\",\"a\"]", true, true, false},
        {"all there already", NULL, "{\"tags\":[\"x\",\"a\"]}", NULL,
         "{\"tags\":[\"a\"]}", "", true, false, false},
        {"in another order", "{\"tags\":[\"a\",\"b\"]}",
         "{\"tags\":[\"a\",\"b\"]}", NULL, "{\"tags\":[\"b\",\"a\"]}", "", true,
         false, false},
        {"in another case", "{\"tags\":[\"a\"]}", "{\"tags\":[\"a\"]}", NULL,
         "{\"tags\":[\"A\"]}", "", true, false, false},
        {"emptied here", "{\"tags\":[\"a\"]}", "{\"tags\":[\"a\",\"x\"]}", NULL,
         "{\"tags\":null}", "tags=[\"x\"]", true, false, true},
        {"emptied here, blanks kept", "{\"tags\":[\"a\"]}",
         "{\"tags\":[\"a\",\"x\"]}", NULL, "{\"tags\":null}", "", true, false,
         false},
    };

    TRY(lines);
}

Test(diff, blank_erases_only_when_asked_and_only_what_was_given)
{
    static const struct line lines[] = {
        {"kept", "{\"company\":\"A\"}", "{\"company\":\"A\"}", NULL,
         "{\"company\":null}", "", true, false, false},
        {"cleared", "{\"company\":\"A\"}", "{\"company\":\"A\"}", NULL,
         "{\"company\":null}", "company=", true, false, true},
        {"never given by this source", "{\"name\":\"Ann\"}",
         "{\"company\":\"A\"}", NULL, "{\"company\":null}", "", true, false,
         true},
        {"absent is not blank", "{\"company\":\"A\"}", "{\"company\":\"A\"}",
         NULL, "{}", "", true, false, true},
        {"blank there too", "{\"company\":\"A\"}", "{}", NULL,
         "{\"company\":null}", "", true, false, true},
        {"blank already", "{\"company\":null}", "{}", NULL,
         "{\"company\":null}", "", true, false, true},
        {"edited there meanwhile", "{\"company\":\"A\"}", "{\"company\":\"C\"}",
         "{\"company\":\"C\"}", "{\"company\":null}", "?company", true, true,
         true},
        {"edited there, source preferred", "{\"company\":\"A\"}",
         "{\"company\":\"C\"}", "{\"company\":\"C\"}", "{\"company\":null}",
         "!company=", true, false, true},
    };

    TRY(lines);
}

Test(diff, another_spelling_of_the_same_is_no_change)
{
    static const struct line lines[] = {
        {"email by case", "{\"email\":\"ann@example.com\"}",
         "{\"email\":\"ann@example.com\"}", NULL,
         "{\"email\":\"Ann@Example.COM\"}", "", true, false, false},
        {"inner blanks", "{\"name\":\"Ann Lee\"}", "{\"name\":\"Ann Lee\"}",
         NULL, "{\"name\":\"Ann  Lee\"}", "", true, false, false},
        {"a first meeting with it", NULL, "{\"email\":\"ANN@example.com\"}",
         NULL, "{\"email\":\"ann@example.com\"}", "", true, false, false},
        {"case in a name is one", "{\"name\":\"ann\"}", "{\"name\":\"ann\"}",
         NULL, "{\"name\":\"Ann\"}", "name=Ann", true, false, false},
    };

    TRY(lines);
}

static struct customer *shown(const char *record)
{
    return mapping_project(mapping, read_one(mapping, record), false, arena);
}

Test(diff, a_phone_or_country_that_comes_back_reformatted_is_no_change)
{
    const struct customer *held =
        customer_of("{\"mobile\":\"+61491570156\",\"billing.country\":\"AU\"}");
    static const char *const forms[] = {
        "{title: Ann, phone: '0491 570 156', country: Australia}",
        "{title: Ann, phone: '+61 491-570-156', country: AUS}",
        "{title: Ann, phone: '(0491) 570156', country: au}",
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const struct customer *fresh = shown(forms[i]);
        const char *moved =
            as_json(diff_moved(slots, slots_count, held, fresh, arena));
        struct bases bases = {.said = held, .held = fresh, .held_full = true};
        struct decision decision;

        cr_expect_str_eq(moved, "{\"name\":\"Ann\"}", "%s: %s", forms[i],
                         moved);
        diff_decide(slots, slots_count, held, &bases, &(struct policy){0},
                    arena, &decision);
        cr_expect_eq(decision.count + decision.both_count, 0);
    }
}

Test(diff, a_bad_value_says_nothing)
{
    struct customer *now = customer_of("{\"company\":\"A\"}");
    struct bases bases = {.said = customer_of("{\"company\":\"A\"}"),
                          .held = customer_of("{\"company\":\"A\"}"),
                          .held_full = true};
    struct decision decision;

    now->values[FIELD_COMPANY].presence = VALUE_BAD;
    now->values[FIELD_COMPANY].text = TEXT("B");
    diff_decide(slots, slots_count, now, &bases,
                &(struct policy){.blank_clear = true}, arena, &decision);
    cr_assert_eq(decision.count + decision.both_count, 0);
}

Test(diff, fields_the_target_lacks_or_only_shows_are_never_sent)
{
    static const struct line lines[] = {
        {"not mapped", NULL, "{}", NULL, "{\"website\":\"https://a.example\"}",
         "", true, false, false},
        {"read only", "{\"created_at\":\"2026-11-20T01:02:03Z\"}", "{}", NULL,
         "{\"created_at\":\"2026-11-21T01:02:03Z\"}", "", true, false, false},
    };

    TRY(lines);
}

Test(diff, an_overlay_takes_what_is_said_and_keeps_the_rest)
{
    struct customer *over = customer_of("{\"name\":\"Bea\",\"company\":null}");
    struct customer *base = customer_of(
        "{\"name\":\"Ann\",\"company\":\"A\",\"email\":\"a@example.com\","
        "\"notes\":\"n\"}");

    over->values[FIELD_NOTES] = (struct value){.presence = VALUE_BAD};
    cr_assert_str_eq(as_json(diff_overlay(base, over, arena)),
                     "{\"name\":\"Bea\",\"company\":null,"
                     "\"email\":\"a@example.com\",\"notes\":\"n\"}");
    /* Neither is touched. */
    cr_assert(text_is(customer_text(base, FIELD_NAME), "Ann"));
}

Test(diff, what_a_read_found_moved_is_what_differs_either_way)
{
    const struct customer *held =
        customer_of("{\"name\":\"Ann\",\"company\":\"A\",\"notes\":\"n\","
                    "\"tags\":[\"a\",\"b\"]}");
    const struct customer *fresh =
        customer_of("{\"name\":\"Ann\",\"email\":\"a@example.com\","
                    "\"tags\":[\"b\",\"a\"]}");

    /* A write-only field is never shown, so it never moves. */
    cr_assert_str_eq(
        as_json(diff_moved(slots, slots_count, held, fresh, arena)),
        "{\"company\":null,\"email\":\"a@example.com\"}");
    cr_assert_str_eq(as_json(diff_moved(slots, slots_count, held, held, arena)),
                     "{}");
}
