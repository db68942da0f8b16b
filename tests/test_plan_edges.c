/*
 * test_plan_edges.c - the brakes of a plan, keys that a target allows once,
 * customers that vanish, and targets that are files.
 */
#include "tests/plan_fixture.h"

TestSuite(plan_edges, .init = open_nights, .fini = close_nights, .timeout = 60);

#define HEAD "id,name,email,mobile,website\n"
#define ACME "C-1,Acme,ap@acme.example,0491 570 156,\n"
#define BOLT "C-2,Bolt,ap@bolt.example,0491 570 157,\n"

/* count rows; the first `changed` of them with another name. */
static const char *crowd(int count, int changed)
{
    struct buffer out = {0};
    const char *string;

    buffer_string(&out, "id,name,email\n");
    for (int i = 0; i < count; i++)
        buffer_print(&out, "K-%d,Shop%s %d,k%d@example.com\n", i,
                     i < changed ? " Pty" : "", i, i);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

static void known_crowd(int count)
{
    (void)night(crowd(count, 0));
    cr_assert_eq(settle_all(), (size_t)count);
}

static bool braked(const char *csv)
{
    struct report *report = report_open();
    static struct change changes[CHANGES_MAX];
    size_t before = changes_in(CHANGE_PLANNED, changes);
    enum status status = make_plan(NULL, csv, report);

    report_close(report);
    if (status == OK)
        return false;
    cr_assert_eq(status, STOP);
    cr_assert_eq(err.exit, EXIT_DATA);
    cr_assert_str_eq(err.code, "too_many_changes");
    /* Nothing of it may be seen by a sender; an older plan is gone with it. */
    cr_assert_leq(changes_in(CHANGE_PLANNED, changes), before);
    return true;
}

Test(plan_edges, a_plan_that_rewrites_more_than_half_is_stopped)
{
    known_crowd(120);
    cr_assert(braked(crowd(120, 61)));
    cr_assert_not(braked(crowd(120, 60)));
}

Test(plan_edges, creates_do_not_count_for_the_brake)
{
    known_crowd(101);
    cr_assert_not(braked(crowd(290, 0)));
}

Test(plan_edges, a_small_list_has_no_brake_until_it_is_named)
{
    known_crowd(100);
    cr_assert_not(braked(crowd(100, 100)));
    policy.max_changes_set = true;
    policy.max_changes = 99;
    policy.max_changes_percent = false;
    cr_assert(braked(crowd(100, 100)));
    policy.max_changes = 20;
    policy.max_changes_percent = true;
    cr_assert_not(braked(crowd(100, 20)));
    cr_assert(braked(crowd(100, 21)));
}

Test(plan_edges, fewer_rows_than_last_night_deactivate_nobody_by_themselves)
{
    (void)night(HEAD ACME BOLT);
    (void)settle_all();
    NIGHT(HEAD ACME, "read 1 unchanged 1 | |");
    policy.missing = MISSING_REPORT;
    NIGHT(HEAD ACME, "read 1 unchanged 1 | | :missing");
    policy.missing = MISSING_DEACTIVATE;
    NIGHT(HEAD ACME, "read 1 unchanged 1 | deactivate status | :missing");
    cr_assert_eq(totals.deactivations, 1);
}

Test(plan_edges, nobody_is_deactivated_while_a_row_cannot_be_read)
{
    (void)night(HEAD ACME BOLT);
    (void)settle_all();
    policy.missing = MISSING_DEACTIVATE;
    NIGHT(HEAD ACME "C-2,Bolt,ap@bolt.example,1,,extra\n",
          "read 2 unchanged 1 invalid 1 | |"
          " 3:bad_row :missing :not_deactivated");
}

Test(plan_edges, a_provider_without_a_status_cannot_deactivate)
{
    use_account("shop");
    (void)night(HEAD ACME BOLT);
    (void)settle_all();
    policy.missing = MISSING_DEACTIVATE;
    NIGHT(HEAD ACME, "read 1 unchanged 1 | | :missing :not_deactivated");
}

/* Kounta keeps the mobile unique and does not need it. */
Test(plan_edges, the_first_row_has_a_unique_key_and_the_others_go_without)
{
    struct change changes[CHANGES_MAX];

    use_account("shop");
    NIGHT(HEAD ACME "C-2,Bolt,ap@bolt.example,0491 570 156,\n",
          "read 2 | create 2, create 3 | 3:key_taken");
    cr_assert_eq(changes_in(CHANGE_PLANNED, changes), 2);
    cr_assert_lt(text_find(changes[0].values, "570156"),
                 changes[0].values.size);
    cr_assert_eq(text_find(changes[1].values, "570156"),
                 changes[1].values.size);
    (void)settle_all();
    NIGHT(HEAD ACME "C-2,Bolt,ap@bolt.example,0491 570 156,\n",
          "read 2 unchanged 2 | | 3:key_taken");
}

Test(plan_edges, a_customer_linked_before_keeps_its_unique_key)
{
    use_account("shop");
    (void)night(HEAD BOLT);
    (void)settle_all();
    NIGHT(HEAD "C-1,Acme,ap@acme.example,0491 570 157,\n" BOLT,
          "read 2 unchanged 1 | create 2 | 2:key_taken");
}

/* COUNT keeps the email unique and needs it. */
Test(plan_edges, a_unique_key_that_is_required_makes_a_conflict)
{
    NIGHT(HEAD ACME "C-2,Bolt,ap@acme.example,,\n",
          "read 2 conflict 1 | create 2 | 3:key_taken");
}

Test(plan_edges, a_number_of_many_identifies_nobody_and_each_is_created)
{
    use_account("shop");
    NIGHT("name,mobile,email\n"
          "Ann,0491 570 156,ann@example.com\n"
          "Bob,0491 570 156,bob@example.com\n"
          "Cid,0491 570 156,cid@example.com\n"
          "Dot,0491 570 156,dot@example.com\n",
          "read 4 | create 2, create 3, create 4, create 5 |"
          " 2:key_of_many 3:key_of_many 3:key_taken 4:key_of_many"
          " 4:key_taken 5:key_of_many 5:key_taken");
}

static void end_as(enum change_state state, const char *code)
{
    static struct change changes[CHANGES_MAX];
    size_t count;

    ok(store_begin(store, &err));
    count = changes_in(CHANGE_PLANNED, changes);
    for (size_t i = 0; i < count; i++) {
        changes[i].state = state;
        changes[i].code = text_of(code);
        changes[i].message = TEXT("no, said the provider");
        changes[i].sent_ms = 1000;
        changes[i].tries = 1;
        ok(store_change_put(store, &changes[i], &err));
    }
    ok(store_commit(store, &err));
}

Test(plan_edges, a_rejected_change_stays_until_the_row_changes)
{
    (void)night(HEAD ACME BOLT);
    end_as(CHANGE_REJECTED, "rejected");
    NIGHT(HEAD ACME BOLT, "read 2 rejected 2 | | 2:rejected 3:rejected");
    NIGHT(HEAD ACME "C-2,Bolt Pty,ap@bolt.example,0491 570 157,\n",
          "read 2 rejected 1 | create 3 | 2:rejected");
}

Test(plan_edges, a_failed_change_is_planned_again)
{
    (void)night(HEAD ACME);
    end_as(CHANGE_FAILED, "no_answer");
    NIGHT(HEAD ACME, "read 1 | create 2 |");
}

Test(plan_edges, what_may_have_arrived_is_looked_for_once_the_row_changes)
{
    (void)night(HEAD ACME);
    end_as(CHANGE_PARKED, "found_other");
    NIGHT(HEAD ACME, "read 1 conflict 1 | | 2:found_other");
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n",
          "read 1 pending 1 | | 2:found_other");
    /* Whatever that look brings: it is not planned over. */
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n",
          "read 1 pending 1 | | 2:found_other");
}

Test(plan_edges, a_create_that_cannot_be_searched_for_waits_for_a_person)
{
    (void)night(HEAD ACME);
    end_as(CHANGE_PARKED, "unsearchable");
    NIGHT(HEAD ACME, "read 1 conflict 1 | | 2:unsearchable");
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n",
          "read 1 conflict 1 | | 2:unsearchable");
}

Test(plan_edges, another_conflict_stands_until_the_row_changes)
{
    (void)night(HEAD ACME);
    end_as(CHANGE_PARKED, "ambiguous_target");
    NIGHT(HEAD ACME, "read 1 conflict 1 | | 2:ambiguous_target");
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n", "read 1 | create 2 |");
}

Test(plan_edges, what_may_have_been_sent_is_not_planned_over)
{
    (void)night(HEAD ACME);
    end_as(CHANGE_UNKNOWN, "");
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n", "read 1 pending 1 | |");
}

struct taken {
    struct buffer names;
};

static enum status take(void *self, const struct customer *whole,
                        const struct customer *customer, struct arena *work,
                        struct err *failure)
{
    struct taken *taken = self;
    struct text name = customer_text(customer, FIELD_NAME);

    (void)whole;
    (void)work;
    if (text_is(name, "Bolt"))
        return fail(failure, REJECT, EXIT_DATA, "too_long", "too long");
    buffer_print(&taken->names, "%.*s ", TEXT_ARGS(name));
    return OK;
}

Test(plan_edges, to_a_file_every_customer_is_handed_over_once)
{
    struct taken taken = {0};
    const struct plan_sink sink = {.write = take, .self = &taken};
    struct report *report = report_open();

    ok(make_plan(&sink,
                 HEAD ACME BOLT "C-1,Acme Pty,ap@acme.example,,\nC-3,,,,\n",
                 report));
    cr_assert_str_eq(tell(report), "read 4 created 1 merged 1 invalid 2", "%s",
                     tell(report));
    cr_assert(text_is(buffer_view(&taken.names), "Acme Pty "));
    cr_assert(report_balanced(report));
    buffer_free(&taken.names);
    report_close(report);
}
