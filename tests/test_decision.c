/*
 * test_decision.c - which of several formats a column's times have.
 */
#include "mapping_fixture.h"

#include "mappings/decision.h"

TestSuite(decision, .timeout = 60);

static const char both[] = "fields:\n"
                           "  name: N\n"
                           "  created_at: {from: [Since, Created], format: "
                           "['%d/%m/%Y', '%m/%d/%Y']}\n";

/* The time of one record after the others were seen. */
static const char *read_after(const struct mapping *mapping,
                              const char *const *seen, const char *value)
{
    struct decision *decision = decision_open(mapping, arena);
    struct cleaning cleaning = australian;
    struct customer *customer;
    struct err err;

    for (; seen != NULL && *seen != NULL; seen++)
        decision_see(decision,
                     tree_of(arena_print(arena, "{Since: '%s'}", *seen).at));
    cleaning.decision = decision;
    cr_assert_eq(
        mapping_read(
            mapping,
            tree_of(arena_print(arena, "{N: x, Since: '%s'}", value).at),
            &cleaning, arena, &customer, &err),
        OK);
    if (customer->problems != NULL)
        return customer->problems->code;
    return arena_string(arena, customer_text(customer, FIELD_CREATED_AT));
}

static const char *told(const struct mapping *mapping, const char *const *seen)
{
    struct decision *decision = decision_open(mapping, arena);
    struct buffer out = {0};

    for (; *seen != NULL; seen++)
        decision_see(decision,
                     tree_of(arena_print(arena, "{Since: '%s'}", *seen).at));
    decision_tell(decision, &out);
    return string_of(&out);
}

Test(decision, one_clear_value_decides_the_column, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(both);

    cr_expect_str_eq(
        read_after(
            mapping,
            (const char *const[]){"01/02/2026", "13/02/2026", "N/A", "", NULL},
            "03/04/2026"),
        "2026-04-03T00:00:00Z");
    cr_expect_str_eq(read_after(mapping,
                                (const char *const[]){"02/13/2026", NULL},
                                "03/04/2026"),
                     "2026-03-04T00:00:00Z");
    mapping_close(mapping);
}

Test(decision, what_is_open_is_left_out, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(both);
    static const char *const mixed[] = {"13/02/2026", "02/13/2026", NULL};

    cr_expect_str_eq(read_after(mapping, NULL, "03/04/2026"), "ambiguous_time");
    cr_expect_str_eq(read_after(mapping,
                                (const char *const[]){"05/06/2026", NULL},
                                "03/04/2026"),
                     "ambiguous_time");
    cr_expect_str_eq(read_after(mapping, mixed, "03/04/2026"),
                     "ambiguous_time");
    /* What says it itself is taken all the same, in both directions. */
    cr_expect_str_eq(read_after(mapping, mixed, "14/02/2026"),
                     "2026-02-14T00:00:00Z");
    cr_expect_str_eq(read_after(mapping, mixed, "02/14/2026"),
                     "2026-02-14T00:00:00Z");
    cr_expect_str_eq(read_after(mapping, NULL, "05/05/2026"),
                     "2026-05-05T00:00:00Z");
    cr_expect_str_eq(read_after(mapping, NULL, "soon"), "bad_time");
    cr_expect_str_eq(read_after(mapping, NULL, "N/A"), "");
    mapping_close(mapping);
}

Test(decision, a_third_look_does_not_disturb, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: N\n"
        "  created_at: {from: Since, format: [iso, '%m/%d/%Y', '%d/%m/%Y']}");
    static const char *const seen[] = {"2026-11-20", "13/02/2026",
                                       "2026-01-02T03:04:05Z", NULL};

    cr_expect_str_eq(read_after(mapping, seen, "03/04/2026"),
                     "2026-04-03T00:00:00Z");
    cr_expect_str_eq(told(mapping, seen),
                     "Since: iso (\"2026-11-20\") or %d/%m/%Y "
                     "(\"13/02/2026\"); all 3 values are clear\n");
    cr_expect_str_eq(read_after(mapping, seen, "2026-03-04 05:06"),
                     "2026-03-04T05:06:00Z");
    mapping_close(mapping);
}

Test(decision, it_is_told, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(both);
    struct decision *decision = decision_open(mapping, arena);
    struct buffer out = {0};

    decision_tell(decision, &out);
    cr_expect_eq(out.size, 0);
    decision_see(decision, tree_of("{Created: 03/04/2026}"));
    decision_tell(decision, &out);
    buffer_byte(&out, '\0');
    cr_expect_str_eq(out.at, "Created: %d/%m/%Y or %m/%d/%Y; 1 of 1 values do "
                             "not say which, and are left out\n");
    decision_see(decision, tree_of("{Created: 13/04/2026}"));
    buffer_clear(&out);
    decision_tell(decision, &out);
    buffer_byte(&out, '\0');
    cr_expect_str_eq(out.at,
                     "Created: %d/%m/%Y (\"13/04/2026\"); 1 of 2 values "
                     "alone would not say so\n");
    buffer_free(&out);
    mapping_close(mapping);
}

Test(decision, nothing_is_open_where_there_is_one_format, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {created_at: {from: A, format: ['%d/%m/%Y']}, name: B}");

    cr_expect_null(decision_open(mapping, arena));
    decision_see(NULL, tree_of("{A: b}"));
    decision_tell(NULL, NULL);
    mapping_close(mapping);
}

Test(decision, times_are_written_in_the_first_format, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields:\n"
                   "  name: N\n"
                   "  created_at: {from: A, format: ['%d/%m/%Y', iso]}\n"
                   "  updated_at: {from: B, format: [serial, iso]}\n");

    cr_expect_str_eq(
        written(mapping,
                "{\"name\":\"x\",\"created_at\":\"2026-11-20T13:14:15Z\","
                "\"updated_at\":\"2026-11-20T12:00:00Z\"}",
                false),
        "{\"N\":\"x\",\"A\":\"20/11/2026\",\"B\":\"46346.500000\"}");
    /* What the format has no room for is not promised. */
    cr_expect(text_is(
        customer_text(mapping_project(mapping,
                                      customer_of("{\"created_at\":\"2026-11-"
                                                  "20T13:14:15Z\"}"),
                                      false, arena),
                      FIELD_CREATED_AT),
        "2026-11-20T00:00:00Z"));
    mapping_close(mapping);
}

Test(decision, faults_have_their_place, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(
        fault_of("fields: {created_at: {from: A, format: [seral]}}"),
        "x.yaml:1:41: 'seral' is no format of a time - did you mean 'serial'?");
    cr_expect_str_eq(fault_of("fields: {name: {from: A, format: '%d'}}"),
                     "x.yaml:1:26: format is for times only");
    cr_expect_str_eq(fault_of("fields: {created_at: {from: A, format: []}}"),
                     "x.yaml:1:32: format must be a text or a list of texts");
}

/* --- what has a say --------------------------------------------------------*/

/* How 03/04/2026 is read after the record was seen; or a problem's code. */
static const char *after(const char *text, const char *record,
                         const char *value)
{
    struct mapping *mapping = mapping_of(text);
    struct decision *decision = decision_open(mapping, arena);
    struct cleaning cleaning = australian;
    struct customer *customer;
    const char *time;
    struct err err;

    decision_see(decision, tree_of(record));
    cleaning.decision = decision;
    cr_assert_eq(
        mapping_read(mapping,
                     tree_of(arena_print(arena, "{N: x, A: \"%s\"}", value).at),
                     &cleaning, arena, &customer, &err),
        OK);
    time = customer->problems != NULL
               ? customer->problems->code
               : arena_string(arena, customer_text(customer, FIELD_CREATED_AT));
    mapping_close(mapping);
    return time;
}

#define OPEN "format: ['%d/%m/%Y', '%m/%d/%Y']"

Test(decision, texts_are_seen_as_they_are_read, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(after("fields: {name: N, created_at: {from: A, prefix: "
                           "'on ', " OPEN "}}",
                           "{A: on 13/04/2026}", "on 03/04/2026"),
                     "2026-04-03T00:00:00Z");
    cr_expect_str_eq(after("fields: {name: N, created_at: {from: A, strip: "
                           "\"'\", " OPEN "}}",
                           "{A: \"'13/04/2026\"}", "'03/04/2026"),
                     "2026-04-03T00:00:00Z");
    cr_expect_str_eq(after("fields: {name: N, created_at: {read: A, match: "
                           "'since (.*)', " OPEN "}}",
                           "{A: known since 13/04/2026}", "since 03/04/2026"),
                     "2026-04-03T00:00:00Z");
}

Test(decision, what_is_not_read_has_no_say, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(after("skip_when: {column: Kind, is: test}\n"
                           "fields: {name: N, created_at: {from: A, " OPEN "}}",
                           "{A: 13/04/2026, Kind: test}", "03/04/2026"),
                     "ambiguous_time");
    cr_expect_str_eq(after("fields: {name: N, created_at: {from: A, when: "
                           "{column: Kind, not: [test]}, " OPEN "}}",
                           "{A: 13/04/2026, Kind: test}", "03/04/2026"),
                     "ambiguous_time");
    cr_expect_str_eq(after("fields: {name: N, created_at: {from: [A, B], " OPEN
                           "}}",
                           "{A: 02/04/2026, B: 13/04/2026}", "03/04/2026"),
                     "ambiguous_time");
    cr_expect_str_eq(after("continues: [N]\nfields: {name: N, created_at: "
                           "{from: A, " OPEN "}}",
                           "{N: x, A: 02/04/2026, '#row': {A: 13/04/2026}}",
                           "03/04/2026"),
                     "ambiguous_time");
}
