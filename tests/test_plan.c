/*
 * test_plan.c - what a night plans, and that the next one plans nothing new.
 */
#include "tests/plan_fixture.h"

#include "state/inside.h"

TestSuite(plan, .init = open_nights, .fini = close_nights, .timeout = 60);

#define HEAD "id,name,email,mobile,website\n"
#define ACME "C-1,Acme,ap@acme.example,0491 570 156,\n"
#define BOLT "C-2,Bolt,ap@bolt.example,0491 570 157,\n"
#define CORE "C-3,Core,ap@core.example,,\n"

Test(plan, unknown_customers_are_creates)
{
    NIGHT(HEAD ACME BOLT CORE, "read 3 | create 2, create 3, create 4 |");
    cr_assert_eq(totals.creates, 3);
    cr_assert_eq(totals.changes, 3);
    cr_assert_eq(totals.updates + totals.deactivations, 0);
    /* COUNT can be asked for the email of each, and refuses it twice. */
    cr_assert_eq(totals.lookups, 3);
    cr_assert_eq(totals.blind, 3);
    cr_assert_eq(totals.uncovered, 0);
}

Test(plan, a_change_holds_what_is_sent_and_where_it_came_from)
{
    struct change changes[CHANGES_MAX];
    struct change_row *rows;
    struct text values;
    size_t count;

    (void)night(HEAD ACME "C-1,Acme,,,https://acme.example\n");
    cr_assert_eq(changes_in(CHANGE_PLANNED, changes), 1);
    cr_assert_eq(changes[0].kind, CHANGE_CREATE);
    cr_assert_eq(changes[0].link, 0);
    ok(customer_unpack_json(changes[0].values, arena, &values, &err));
    cr_assert(text_is(values,
                      "{\"name\":\"Acme\",\"email\":\"ap@acme.example\","
                      "\"mobile\":\"+61491570156\","
                      "\"website\":\"https://acme.example\"}"),
              "%.*s", TEXT_ARGS(values));
    cr_assert(text_is(changes[0].keys, "[[\"reference_id\",\"C-1\"],"
                                       "[\"email\",\"ap@acme.example\"],"
                                       "[\"mobile\",\"+61491570156\"]]"),
              "%.*s", TEXT_ARGS(changes[0].keys));
    ok(store_change_rows(store, changes[0].id, arena, &rows, &count, &err));
    cr_assert_eq(count, 2);
    cr_assert(rows[0].line == 2 && rows[0].role == ROLE_OWN);
    cr_assert(rows[1].line == 3 && rows[1].role == ROLE_MERGED);
    cr_assert(text_starts(rows[0].raw, "C-1,Acme,"));
}

Test(plan, a_plan_never_sent_is_replaced_by_the_next_one)
{
    NIGHT(HEAD ACME BOLT, "read 2 | create 2, create 3 |");
    NIGHT(HEAD ACME BOLT, "read 2 | create 2, create 3 |");
    NIGHT(HEAD BOLT, "read 1 | create 2 |");
    NIGHT(HEAD, "read 0 | |");
}

Test(plan, after_settling_the_same_file_plans_nothing)
{
    (void)night(HEAD ACME BOLT CORE);
    cr_assert_eq(settle_all(), 3);
    NIGHT(HEAD ACME BOLT CORE, "read 3 unchanged 3 | |");
    NIGHT(HEAD CORE ACME BOLT, "read 3 unchanged 3 | |");
    cr_assert_eq(totals.changes + totals.lookups, 0);
    NIGHT(HEAD CORE, "read 1 unchanged 1 | |");
}

Test(plan, a_changed_field_is_an_update_of_that_field)
{
    (void)night(HEAD ACME BOLT);
    (void)settle_all();
    NIGHT(HEAD ACME "C-2,Bolt Pty,ap@bolt.example,0491 570 157,\n",
          "read 2 unchanged 1 | update 3 name |");
    (void)settle_all();
    NIGHT(HEAD ACME "C-2,Bolt Pty,ap@bolt.example,0491 570 157,\n",
          "read 2 unchanged 2 | |");
    /* And back again: the first fingerprint must not have stayed. */
    NIGHT(HEAD ACME BOLT, "read 2 unchanged 1 | update 3 name |");
}

/* Alone, a statement locks the file and unlocks it again. */
static int count_alone(unsigned what, void *self, void *statement, void *sql)
{
    size_t *alone = self;

    (void)what;
    *alone += strstr(sql, "FROM customer_key") != NULL &&
              sqlite3_get_autocommit(sqlite3_db_handle(statement)) != 0;
    return 0;
}

Test(plan, the_keys_of_changed_rows_are_found_in_one_look_for_many)
{
    size_t alone = 0;

    (void)night(HEAD ACME BOLT);
    (void)settle_all();
    cr_assert_eq(sqlite3_trace_v2(store->main.db, SQLITE_TRACE_STMT,
                                  count_alone, &alone),
                 SQLITE_OK);
    NIGHT(HEAD ACME "C-2,Bolt Pty,ap@bolt.example,0491 570 157,\n",
          "read 2 unchanged 1 | update 3 name |");
    cr_expect_eq(alone, 1, "%zu", alone); /* whether there is any at all */
}

Test(plan, another_way_to_write_the_same_is_unchanged)
{
    (void)night(HEAD ACME);
    (void)settle_all();
    NIGHT(HEAD "C-1,Acme,AP@acme.example,+61 491 570 156,\n",
          "read 1 unchanged 1 | |");
    NIGHT("mobile,id,email,name\n0491570156,C-1,ap@acme.example,Acme\n",
          "read 1 unchanged 1 | |");
}

struct remembered {
    struct fingerprint print;
    size_t count;
};

static void remember(void *self, const struct fingerprint *print,
                     store_id customer, enum role role)
{
    struct remembered *remembered = self;

    cr_assert(customer > 0 && role == ROLE_OWN);
    remembered->print = *print;
    remembered->count++;
}

Test(plan, a_row_found_equal_is_remembered_instead_of_the_old_one)
{
    struct remembered before = {.count = 0}, after = {.count = 0};

    (void)night(HEAD ACME);
    (void)settle_all();
    ok(store_fingerprints(store, source_id, account_id, remember, &before,
                          &err));
    (void)night(HEAD "C-1,Acme,AP@acme.example,+61 491 570 156,\n");
    ok(store_fingerprints(store, source_id, account_id, remember, &after,
                          &err));
    cr_assert_eq(before.count, 1);
    cr_assert_eq(after.count, 1);
    cr_assert_neq(memcmp(&before.print, &after.print, sizeof(after.print)), 0);
}

Test(plan, a_changed_email_under_the_same_id_is_never_a_second_create)
{
    (void)night(HEAD ACME);
    (void)settle_all();
    NIGHT(HEAD "C-1,Acme,office@acme.example,0491 570 156,\n",
          "read 1 | update 2 email |");
    (void)settle_all();
    /* The new address leads to the same customer now. */
    ok(policy_set(&policy, "match", TEXT("email"), arena, &err));
    NIGHT("name,email,website\n"
          "Acme,office@acme.example,https://acme.example\n",
          "read 1 | update 2 website | :column_gone :column_gone");
}

Test(plan, rows_of_one_customer_are_one_change)
{
    NIGHT(HEAD ACME BOLT "C-1,Acme,,,https://acme.example\n",
          "read 3 merged 1 | create 2, create 3 |");
    (void)settle_all();
    NIGHT(HEAD ACME BOLT "C-1,Acme,,,https://acme.example\n",
          "read 3 unchanged 2 merged 1 | |");
    /* One of its rows changes: it is planned from all of them. */
    NIGHT(HEAD ACME BOLT "C-1,Acme,,,https://acme.example.org\n",
          "read 3 unchanged 1 merged 1 | update 2 website |");
    /* One of its rows is gone: nothing of it is to be sent. */
    NIGHT(HEAD ACME BOLT, "read 2 unchanged 2 | |");
}

#define TWICE HEAD ACME "C-1,Acme Pty,ap@acme.example,,\n"

static const char *name_planned(void)
{
    struct change changes[CHANGES_MAX];
    struct node *values;
    struct text json;

    cr_assert_eq(changes_in(CHANGE_PLANNED, changes), 1);
    ok(customer_unpack_json(changes[0].values, arena, &json, &err));
    ok(json_parse(json, arena, names, &values, &err));
    return arena_string(arena, node_member_text(values, "name"));
}

Test(plan, duplicates_merge_and_the_last_value_wins)
{
    NIGHT(TWICE, "read 2 merged 1 | create 2 |");
    cr_assert_str_eq(name_planned(), "Acme Pty");
}

Test(plan, duplicates_first_skips_the_others)
{
    policy.duplicates = DUPLICATES_FIRST;
    NIGHT(TWICE, "read 2 skipped 1 | create 2 |");
    cr_assert_str_eq(name_planned(), "Acme");
}

Test(plan, duplicates_last_skips_the_others)
{
    policy.duplicates = DUPLICATES_LAST;
    NIGHT(TWICE, "read 2 skipped 1 | create 3 |");
    cr_assert_str_eq(name_planned(), "Acme Pty");
}

Test(plan, duplicates_reject_makes_conflicts_of_all)
{
    policy.duplicates = DUPLICATES_REJECT;
    NIGHT(TWICE BOLT, "read 3 conflict 2 | create 4 |"
                      " 2:duplicate_rows 3:duplicate_rows");
}

Test(plan, names_without_a_word_in_common_are_merged_and_flagged)
{
    NIGHT(HEAD ACME "C-1,Zenith,,,\n",
          "read 2 merged 1 | create 2 | 3:names_differ");
}

Test(plan, a_row_that_the_provider_could_not_take_is_invalid)
{
    NIGHT(HEAD ACME "C-9,Nomail,,0491 570 159,\n",
          "read 2 invalid 1 | create 2 | 3:missing_required");
    (void)settle_all();
    /* Each night anew, by the fast path or the slow one. */
    NIGHT(HEAD ACME "C-9,Nomail,,0491 570 159,\n",
          "read 2 unchanged 1 invalid 1 | | 3:missing_required");
}

/* As "plan --look" makes it first: only to ask the provider. */
Test(plan, a_row_that_is_refused_needs_no_file_for_rejected_rows)
{
    ok(rejects_add(NULL, 0, 2, TEXT("C-1,"), "nobody", "says nothing", &err));
}

Test(plan, a_bad_value_costs_one_value)
{
    NIGHT(HEAD "C-1,Acme,ap@acme.example,12345,\n",
          "read 1 | create 2 | 2:bad_phone");
}

Test(plan, a_row_that_fits_two_customers_is_a_conflict_each_night)
{
    NIGHT("id,name,email,mobile\nC-1,Acme,ap@acme.example,\n"
          "C-2,Bolt,,0491 570 157\n,Tie,ap@acme.example,0491 570 157\n",
          "read 3 invalid 1 conflict 1 | create 2 |"
          " 3:missing_required 4:ambiguous");
    cr_assert(strstr(last_message, "line 2") != NULL, "%s", last_message);
    cr_assert(strstr(last_message, "line 3") != NULL, "%s", last_message);
}

Test(plan, known_customers_that_a_row_fits_are_named_by_their_records)
{
    use_account("shop");
    (void)night("id,name,email,mobile\nC-1,Acme,ap@acme.example,\n"
                "C-2,Bolt,,0491 570 157\n");
    (void)settle_all();
    NIGHT("id,name,email,mobile\n,Tie,ap@acme.example,0491 570 157\n",
          "read 1 conflict 1 | | 2:ambiguous");
    cr_assert(strstr(last_message, "record r1 at shop") != NULL, "%s",
              last_message);
    cr_assert(strstr(last_message, "record r2 at shop") != NULL, "%s",
              last_message);
}

Test(plan, an_id_given_out_again_is_a_conflict)
{
    (void)night(HEAD ACME);
    (void)settle_all();
    NIGHT(HEAD "C-1,Zenith,info@zenith.example,0491 570 158,\n",
          "read 1 conflict 1 | | 2:id_reused");
    /* The same mobile, or a word of the name, and it is the same one. */
    NIGHT(HEAD "C-1,Zenith,info@zenith.example,0491 570 156,\n",
          "read 1 | update 2 name email |");
    NIGHT(HEAD "C-1,Acme Two,info@zenith.example,0491 570 158,\n",
          "read 1 | update 2 name email mobile |");
}

Test(plan, a_record_that_is_gone_is_a_conflict_not_a_create)
{
    struct change changes[CHANGES_MAX];
    struct link link;

    (void)night(HEAD ACME);
    cr_assert_eq(changes_in(CHANGE_PLANNED, changes), 1);
    (void)settle_all();
    ok(store_link_of(store, account_id, changes[0].customer, arena, &link,
                     &err));
    link.state = LINK_GONE;
    ok(store_begin(store, &err));
    ok(store_link_put(store, &link, &err));
    ok(store_commit(store, &err));
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n",
          "read 1 conflict 1 | | 2:gone");
}

Test(plan, blanks_erase_only_when_asked)
{
    (void)night("id,name,email,website\n"
                "C-1,Acme,ap@acme.example,https://acme.example\n");
    (void)settle_all();
    NIGHT("id,name,email,website\nC-1,Acme,ap@acme.example,\n",
          "read 1 unchanged 1 | |");
    policy.blank_clear = true;
    NIGHT("id,name,email,website\nC-1,Acme,ap@acme.example,\n",
          "read 1 | update 2 website |");
    /* An absent column never does. */
    NIGHT("id,name,email\nC-1,Acme,ap@acme.example\n",
          "read 1 unchanged 1 | |");
}

Test(plan, mode_create_leaves_known_customers_alone)
{
    (void)night(HEAD ACME);
    (void)settle_all();
    policy.mode = MODE_CREATE;
    NIGHT(HEAD "C-1,Acme Pty,ap@acme.example,,\n" BOLT,
          "read 2 skipped 1 | create 3 |");
}

Test(plan, two_sources_feed_one_account_and_keep_out_of_each_others_way)
{
    (void)night(HEAD ACME);
    (void)settle_all();
    /* The till calls it 77 and knows nothing else new. */
    use_source("till");
    NIGHT(HEAD "77,Acme,ap@acme.example,,\n", "read 1 unchanged 1 | |");
    NIGHT(HEAD "77,Acme,ap@acme.example,,https://acme.example\n",
          "read 1 | update 2 website |");
    (void)settle_all();
    use_source("crm");
    NIGHT(HEAD ACME, "read 1 unchanged 1 | |");
    /* What the other one gave is not erased by who never spoke of it. */
    policy.blank_clear = true;
    NIGHT(HEAD ACME, "read 1 unchanged 1 | |");
}
