/*
 * test_plan_gone.c - a source that has lost a column, a member, or everybody.
 */
#include "tests/plan_fixture.h"

TestSuite(plan_gone, .init = open_nights, .fini = close_nights, .timeout = 60);

#define ACME "C-1,Acme,ap@acme.example,https://acme.example\n"

static void refused(const char *source, const char *code)
{
    static struct change changes[CHANGES_MAX];
    struct report *report = report_open();

    cr_assert_eq(make_plan(NULL, source, report), STOP);
    report_close(report);
    cr_expect_eq(err.exit, EXIT_DATA);
    cr_expect_str_eq(err.code, code);
    cr_expect_eq(changes_in(CHANGE_PLANNED, changes), 0);
}

static void match(const char *keys)
{
    ok(policy_set(&policy, "match", text_of(keys), arena, &err));
}

Test(plan_gone, nobody_is_made_twice_when_a_key_s_column_is_gone)
{
    (void)night("id,name,email,website\n" ACME);
    (void)settle_all();
    for (int i = 0; i < 2; i++) /* and no less the night after */
        refused("name,website\nAcme,https://acme.example\n", "match_gone");
    cr_expect(strstr(err.message, "reference_id, email") != NULL);
    refused("name,email,website\n"
            "Acme,ap@acme.example,https://acme.example\n",
            "match_gone");
    cr_expect(strstr(err.hint, "--match email,mobile,name+phone") != NULL);
    /* Said once that it is meant, it is the way it is. */
    match("email");
    NIGHT("name,email,website\nAcme,ap@acme.example,https://acme.example\n",
          "read 1 unchanged 1 | | :column_gone");
    match("reference_id,email");
    NIGHT("name,email,website\nAcme,ap@acme.example,https://acme.example\n",
          "read 1 unchanged 1 | |");
}

Test(plan_gone, a_key_that_nobody_had_is_no_loss)
{
    (void)night("id,name,email,mobile\nC-1,Acme,ap@acme.example,\n");
    (void)settle_all();
    NIGHT("id,name,email\nC-1,Acme,ap@acme.example\n",
          "read 1 unchanged 1 | |");
}

Test(plan_gone, another_column_that_is_gone_is_said_once)
{
    (void)night("id,name,email,website\n" ACME);
    (void)settle_all();
    NIGHT("id,name,email\nC-1,Acme,ap@acme.example\n",
          "read 1 unchanged 1 | | :column_gone");
    cr_expect(strstr(last_message, "website") != NULL);
    NIGHT("id,name,email\nC-1,Acme,ap@acme.example\n",
          "read 1 unchanged 1 | |");
}

Test(plan_gone, a_new_name_for_a_column_is_no_loss)
{
    (void)night("id,name,email,website\n" ACME);
    (void)settle_all();
    NIGHT("customer_id,name,E-mail,website\n" ACME, "read 1 unchanged 1 | |");
}

Test(plan_gone, a_plan_that_is_only_looked_at_remembers_no_column)
{
    policy.dry_run = true;
    (void)night("id,name,email,website\n" ACME);
    policy.dry_run = false;
    NIGHT("id,name,email\nC-1,Acme,ap@acme.example\n", "read 1 | create 2 |");
}

Test(plan_gone, each_source_has_columns_of_its_own)
{
    (void)night("id,name,email,website\n" ACME);
    (void)settle_all();
    use_source("till");
    NIGHT("name,email\nAcme,ap@acme.example\n", "read 1 unchanged 1 | |");
}

/* count people; the email of the first `with` of them. */
static const char *people(int count, int with)
{
    struct buffer out = {0};
    const char *string;

    for (int i = 0; i < count; i++) {
        buffer_print(&out, "%s{\"name\": \"Shop %d\"", i > 0 ? ",\n" : "[", i);
        if (i < with)
            buffer_print(&out, ", \"email\": \"s%d@example.com\"", i);
        buffer_print(&out, ", \"mobile\": \"0491 570 %d\"}", 100 + i);
    }
    buffer_string(&out, "]\n");
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

static void use_json(void)
{
    night_file = "night.json";
    use_account("shop"); /* where an email is not needed */
}

Test(plan_gone, a_member_that_no_record_has_any_more_is_a_column_gone)
{
    use_json();
    (void)night(people(12, 12));
    cr_assert_eq(settle_all(), 12);
    refused(people(12, 0), "match_gone");
    cr_expect(strstr(err.message, "had email last time") != NULL);
    match("mobile");
    NIGHT(people(12, 0), "read 12 unchanged 12 | | :column_gone");
    NIGHT(people(12, 0), "read 12 unchanged 12 | |");
}

Test(plan_gone, a_record_that_did_not_change_may_still_have_the_member)
{
    use_json();
    (void)night(people(12, 12));
    (void)settle_all();
    NIGHT(people(12, 1), "read 12 unchanged 12 | |");
    (void)settle_all();
    refused(people(12, 0), "match_gone");
}

Test(plan_gone, a_member_that_few_have_may_be_missing_by_chance)
{
    use_json();
    (void)night(people(40, 4));
    (void)settle_all();
    NIGHT(people(40, 0), "read 40 unchanged 40 | |");
}

Test(plan_gone, an_empty_source_deactivates_nobody)
{
    (void)night("id,name,email,website\n" ACME);
    (void)settle_all();
    policy.missing = MISSING_DEACTIVATE;
    refused("id,name,email,website\n", "empty_source");
    policy.missing = MISSING_REPORT;
    NIGHT("id,name,email,website\n", "read 0 | | :missing");
}
