/*
 * test_change.c - changes in the store, from plan to end.
 */
#include "tests/accounts_fixture.h"

#include <string.h>

TestSuite(change, .init = set_up, .fini = tear_down, .timeout = 60);

static struct change plan(store_id customer, store_id source,
                          enum change_kind kind, enum change_state state)
{
    struct change_row rows[2] = {
        {.line = 7, .file = TEXT("crm.csv"), .raw = TEXT("1,\xff,ann")},
        {.line = 9,
         .role = ROLE_MERGED,
         .file = TEXT("crm.csv"),
         .raw = TEXT("2,bob")},
    };
    struct change change = {.run = run,
                            .account = shop,
                            .source = source,
                            .customer = customer,
                            .kind = kind,
                            .state = state,
                            .values = TEXT("{}"),
                            .keys = TEXT("[]"),
                            .rows = rows,
                            .rows_count = 2};

    memset(rows[0].print.bytes, 1, 16);
    memset(rows[1].print.bytes, 2, 16);
    ok(store_change_add(store, &change, &err));
    cr_assert_gt(change.id, 0);
    change.rows = NULL;
    return change;
}

static struct link linked(store_id account, store_id customer, const char *id)
{
    struct link link = {.account = account,
                        .customer = customer,
                        .remote_id = text_of(id),
                        .held = TEXT("{}")};

    ok(store_link_put(store, &link, &err));
    cr_assert_gt(link.id, 0);
    return link;
}

Test(change, a_link_goes_with_what_was_said_and_leaves_its_changes)
{
    store_id ann = customer_with("ann@example.com", crm);
    struct link link = linked(shop, ann, "r1");
    struct change change = plan(ann, crm, CHANGE_UPDATE, CHANGE_PLANNED);
    struct text said;

    change.link = link.id;
    ok(store_change_put(store, &change, &err));
    ok(store_said_put(store, crm, link.id, TEXT("{\"a\":1}"), &err));
    ok(store_said_put(store, crm, link.id, TEXT("{\"a\":2}"), &err));
    ok(store_said(store, crm, link.id, arena, &said, &err));
    cr_assert(text_is(said, "{\"a\":2}"));
    ok(store_said(store, till, link.id, arena, &said, &err));
    cr_assert_eq(said.size, 0);
    ok(store_link_remove(store, link.id, &err));
    ok(store_said(store, crm, link.id, arena, &said, &err));
    cr_assert_eq(said.size, 0);
    ok(store_change(store, change.id, arena, &change, &err));
    cr_assert_neq(change.id, 0);
    cr_assert_eq(change.link, 0);
}

Test(change, what_was_said_and_what_moved_since_come_together_or_alone)
{
    struct link link = linked(shop, customer_with("ann@example.com", crm), "1");
    struct text said, moved, alone;

    ok(store_said_put(store, crm, link.id, TEXT("{\"a\":1}"), &err));
    ok(store_moved_put(store, crm, link.id, TEXT("{\"b\":2}"), &err));
    ok(store_said_and_moved(store, crm, link.id, arena, &said, &moved, &err));
    cr_assert(text_is(said, "{\"a\":1}"));
    cr_assert(text_is(moved, "{\"b\":2}"));
    ok(store_moved(store, crm, link.id, arena, &alone, &err));
    cr_assert(text_equal(moved, alone));
    /* Of a source that never spoke, neither. */
    ok(store_said_and_moved(store, till, link.id, arena, &said, &moved, &err));
    cr_assert_eq(said.size, 0);
    cr_assert(text_is(moved, "{}"));
    ok(store_moved(store, till, link.id, arena, &alone, &err));
    cr_assert(text_equal(moved, alone));
}

Test(change, a_change_comes_back_as_it_was_and_forgets_its_rows_when_done)
{
    store_id ann = customer_with("ann@example.com", crm);
    struct change change = plan(ann, crm, CHANGE_CREATE, CHANGE_PLANNED), back;
    struct change_row *rows;
    size_t count;

    change.state = CHANGE_REJECTED;
    change.code = TEXT("bad_email");
    change.message = TEXT("no");
    change.remote_id = TEXT("r1");
    change.tries = 3;
    change.not_before_ms = 4;
    change.sent_ms = 5;
    change.wanted = TEXT("[\"email\"]");
    ok(store_change_put(store, &change, &err));
    ok(store_change_of(store, shop, crm, ann, arena, &back, &err));
    cr_assert_eq(back.id, change.id);
    cr_assert_eq(back.run, run);
    cr_assert_eq(back.line, 7);
    cr_assert(text_is(back.file, "crm.csv"));
    cr_assert(text_is(back.code, "bad_email"));
    cr_assert(text_is(back.wanted, "[\"email\"]"));
    cr_assert(back.tries == 3 && back.not_before_ms == 4 && back.sent_ms == 5);
    ok(store_change_rows(store, change.id, arena, &rows, &count, &err));
    cr_assert_eq(count, 2);
    cr_assert(text_is(rows[0].raw, "1,\xff,ann"));
    cr_assert_eq(rows[1].role, ROLE_MERGED);
    cr_assert_eq(rows[1].print.bytes[15], 2);

    change.state = CHANGE_DONE;
    change.result = RESULT_CREATED;
    ok(store_change_put(store, &change, &err));
    ok(store_change_rows(store, change.id, arena, &rows, &count, &err));
    cr_assert_eq(count, 0);
    ok(store_change(store, change.id, arena, &back, &err));
    cr_assert_eq(back.id, 0);
    cr_assert_eq(store_change_put(store, &change, &err), STOP);
    cr_assert_eq(err.exit, EXIT_BUG);
}

Test(change, one_unsettled_change_per_customer_source_and_account)
{
    store_id ann = customer_with("ann@example.com", crm);
    struct change change = plan(ann, crm, CHANGE_CREATE, CHANGE_UNKNOWN);
    struct change second = {
        .run = run, .account = shop, .source = crm, .customer = ann};

    (void)plan(ann, till, CHANGE_UPDATE, CHANGE_PLANNED);
    cr_assert_eq(store_change_add(store, &second, &err), STOP);
    cr_assert_eq(err.exit, EXIT_BUG);
    change.state = CHANGE_DONE;
    ok(store_change_put(store, &change, &err));
    ok(store_change_add(store, &second, &err));
}

Test(change, what_is_due_comes_in_order_a_page_at_a_time)
{
    struct change page[3];
    uint64_t counts[CHANGE_PARKED + 1];
    store_id ids[5];
    size_t count;

    for (int i = 0; i < 5; i++)
        ids[i] = plan(customer_with("x@example.com", crm), i == 2 ? till : crm,
                      CHANGE_CREATE, CHANGE_PLANNED)
                     .id;
    ok(store_changes(store, shop, 0, CHANGE_PLANNED, 0, arena, page, 3, &count,
                     &err));
    cr_assert(count == 3 && page[2].id == ids[2]);
    ok(store_changes(store, shop, 0, CHANGE_PLANNED, page[2].id, arena, page, 3,
                     &count, &err));
    cr_assert(count == 2 && page[0].id == ids[3]);
    ok(store_changes(store, shop, crm, CHANGE_PLANNED, 0, arena, page, 3,
                     &count, &err));
    cr_assert(count == 3 && page[2].id == ids[3]);
    ok(store_changes(store, books, 0, CHANGE_PLANNED, 0, arena, page, 3, &count,
                     &err));
    cr_assert_eq(count, 0);
    ok(store_changes_count(store, shop, till, 0, counts, &err));
    cr_assert(counts[CHANGE_PLANNED] == 1 && counts[CHANGE_DONE] == 0);
    ok(store_changes_count(store, shop, 0, run, counts, &err));
    cr_assert_eq(counts[CHANGE_PLANNED], 5);
    ok(store_changes_count(store, shop, 0, run + 1, counts, &err));
    cr_assert_eq(counts[CHANGE_PLANNED], 0);
}

static bool there(store_id change)
{
    struct change found;

    ok(store_change(store, change, arena, &found, &err));
    return found.id != 0;
}

Test(change, dropping_takes_what_was_only_planned_and_whom_it_brought_in)
{
    static const char *const emails[] = {
        "0@example.com", "1@example.com", "2@example.com", "3@example.com",
        "4@example.com", "5@example.com", "6@example.com"};
    store_id ids[7];

    /* The email's number is the state: planned ... parked. */
    for (int i = 0; i < 7; i++)
        ids[i] = plan(customer_with(emails[i], crm), crm, CHANGE_CREATE,
                      (enum change_state)i)
                     .id;
    ok(store_changes_drop(store, shop, crm, false, &err));
    ok(store_spares_drop(store, &err));
    for (int i = 0; i < 7; i++) {
        bool gone = i == CHANGE_PLANNED || i == CHANGE_FAILED;

        cr_assert_eq(there(ids[i]), !gone, "%d", i);
        cr_assert_eq(known(emails[i]), gone ? 0 : 1, "%d", i);
    }
    ok(store_changes_drop(store, shop, crm, true, &err));
    ok(store_spares_drop(store, &err));
    cr_assert_not(there(ids[CHANGE_REJECTED]));
    cr_assert_eq(known(emails[CHANGE_REJECTED]), 0);
    cr_assert(there(ids[CHANGE_UNKNOWN]) && there(ids[CHANGE_PARKED]));
}

struct printed {
    store_id customers[8];
    size_t count;
};

static void see_print(void *self, const struct fingerprint *print,
                      store_id customer, enum role role)
{
    struct printed *printed = self;

    (void)print;
    (void)role;
    printed->customers[printed->count++] = customer;
}

/* Their numbers may come anew, and rows of others must not be theirs. */
Test(change, dropping_takes_the_prints_of_whom_it_takes)
{
    struct fingerprint print = {{1}};
    struct printed printed;
    store_id customer = 0;

    for (int i = 0; i < 4; i++) { /* the second and the last are to stay */
        customer = customer_with("desk@example.org", crm);
        (void)plan(customer, crm, CHANGE_CREATE,
                   i % 2 == 0 ? CHANGE_PLANNED : CHANGE_UNKNOWN);
        for (int kept = 0; kept < 4; kept++)
            ok(store_fingerprints_put(store, kept % 2 == 0 ? crm : till,
                                      kept < 2 ? shop : books, customer, &print,
                                      1, &err));
        if (i == 1) {
            ok(store_commit(store, &err));
            ok(store_begin(store, &err));
        }
    }
    ok(store_changes_drop(store, shop, crm, false, &err));
    ok(store_spares_drop(store, &err));
    for (int kept = 0; kept < 4; kept++) {
        printed.count = 0;
        ok(store_fingerprints(store, kept % 2 == 0 ? crm : till,
                              kept < 2 ? shop : books, see_print, &printed,
                              &err));
        cr_assert_eq(printed.count, 2);
        cr_assert_eq(printed.customers[0], customer - 2);
        cr_assert_eq(printed.customers[1], customer);
    }
}

Test(change, dropping_keeps_whom_something_else_knows)
{
    store_id linked_there = customer_with("a@example.com", crm);
    store_id planned_elsewhere = customer_with("b@example.com", crm);
    store_id updated = customer_with("c@example.com", crm);
    store_id done_before = customer_with("d@example.com", crm);
    store_id other_source = customer_with("e@example.com", till);
    struct change change;

    (void)linked(books, linked_there, "r1");
    (void)plan(linked_there, crm, CHANGE_CREATE, CHANGE_PLANNED);
    (void)plan(planned_elsewhere, crm, CHANGE_CREATE, CHANGE_PLANNED);
    change = (struct change){.run = run,
                             .account = books,
                             .source = crm,
                             .customer = planned_elsewhere};
    ok(store_change_add(store, &change, &err));
    (void)plan(updated, crm, CHANGE_UPDATE, CHANGE_PLANNED);
    (void)plan(done_before, crm, CHANGE_CREATE, CHANGE_DONE);
    (void)plan(done_before, crm, CHANGE_CREATE, CHANGE_PLANNED);
    (void)plan(other_source, till, CHANGE_CREATE, CHANGE_PLANNED);

    for (int i = 0; i < 2; i++) {
        ok(store_changes_drop(store, shop, crm, true, &err));
        ok(store_spares_drop(store, &err));
    }
    cr_assert_eq(known("a@example.com"), 1);
    cr_assert_eq(known("b@example.com"), 1);
    cr_assert_eq(known("c@example.com"), 1);
    cr_assert_eq(known("d@example.com"), 1);
    cr_assert_eq(known("e@example.com"), 1);
    ok(store_commit(store, &err));
}

Test(change, one_that_is_taken_back_leaves_its_customer)
{
    store_id ann = customer_with("ann@example.com", crm);
    struct change open = plan(ann, crm, CHANGE_UPDATE, CHANGE_PARKED);

    ok(store_change_remove(store, open.id, &err));
    cr_assert_not(there(open.id));
    cr_assert_eq(known("ann@example.com"), 1);
}

static store_id untold[4];
static size_t untold_count;

static void take_untold(void *self, store_id customer)
{
    (void)self;
    cr_assert_lt(untold_count, 4);
    untold[untold_count++] = customer;
}

static size_t count_untold(store_id source)
{
    untold_count = 0;
    ok(store_changes_untold(store, shop, source, take_untold, NULL, &err));
    return untold_count;
}

Test(change, a_create_that_no_run_counts_is_kept_until_one_does)
{
    store_id ann = customer_with("ann@example.com", crm);
    store_id bob = customer_with("bob@example.com", crm);
    struct change found = plan(ann, crm, CHANGE_CREATE, CHANGE_DONE);
    struct change counted = plan(bob, crm, CHANGE_CREATE, CHANGE_DONE);

    found.result = counted.result = RESULT_CREATED;
    found.run = 0;
    ok(store_change_put(store, &found, &err));
    ok(store_change_put(store, &counted, &err));
    cr_assert_eq(count_untold(crm), 1);
    cr_assert_eq(untold[0], ann);
    cr_assert_eq(count_untold(crm + 1), 0);
    cr_assert(there(found.id));
    cr_assert_not(there(counted.id));
    ok(store_change_tell(store, shop, crm, ann, &err));
    cr_assert_eq(count_untold(crm), 0);
    cr_assert_not(there(found.id));
}
