/*
 * test_phones_ahead.c - numbers that are read ahead: they come to what they
 * come to when they are read in their turn, whoever read them.
 */
#include "tests/plan_fixture.h"

#include "formats/helper.h"
#include "mappings/cleaners.h"
#include "mappings/phone.h"
#include "sync/batch.h"

TestSuite(phones_ahead, .init = open_nights, .fini = close_nights,
          .timeout = 60);

enum { MANY = 500, ROWS = 150 };

static const char *const home[4] = {NULL, "AU", NULL, "DE"};

/* Good ones, longer ones than are remembered, and what is no number. */
static const char *cell(int i)
{
    static const char *const odd[] = {
        "0491 57%04d",           "+61 491 57%04d",
        "(02) 9296 %04d",        "mobile 0491 57%04d or 0491 570 006",
        "6.149157%04dE+10",      "030 90%04d",
        "no number %04d at all", "0491 57%04d ext 12",
    };

    return arena_print(arena, odd[i % 8], i).at;
}

static void check_number(const char *text)
{
    struct phone_answer ahead, own = {0};

    cr_expect(!phone_is_news(text_of(text), home), "\"%s\" is not known", text);
    phone_read(text_of(text), home, &ahead);
    phone_read_cell(text_of(text), home, &own);
    cr_expect_eq(ahead.fault, own.fault, "\"%s\"", text);
    cr_expect_eq(ahead.mobile, own.mobile, "\"%s\"", text);
    cr_expect_eq(ahead.several, own.several, "\"%s\"", text);
    cr_expect_eq(ahead.words, own.words, "\"%s\"", text);
    cr_expect_str_eq(ahead.e164, own.e164, "\"%s\"", text);
}

Test(phones_ahead, are_worked_out_by_two_as_by_one)
{
    struct helper *helper = helper_open();
    struct phones_ahead lists[2] = {0};
    struct errand errand;

    for (int round = 0; round < 6; round++) {
        struct phones_ahead *phones = &lists[round % 2];
        int first = round * MANY;

        phones_clear(phones);
        for (int i = 0; i < MANY; i++)
            phones_ask(phones, text_of(cell(first + i)), home);
        cr_assert_eq(phones->count, (size_t)MANY);
        errand = (struct errand){.work = phones_work_out, .self = phones};
        helper_give(helper, &errand);
        phones_work_out(phones);
        helper_take(helper, &errand);
        for (size_t i = 0; i < MANY; i += 7) {
            phones_remember(phones, i, i + 1);
            check_number(cell(first + (int)i));
        }
    }
    helper_close(helper);
    phones_free(&lists[0]);
    phones_free(&lists[1]);
}

Test(phones_ahead, of_a_list_that_is_given_up_are_left_where_they_are)
{
    struct helper *helper = helper_open();
    struct phones_ahead phones = {0};
    struct errand errand = {.work = phones_work_out, .self = &phones};

    for (int i = 0; i < MANY; i++)
        phones_ask(&phones, text_of(cell(i)), home);
    helper_give(helper, &errand);
    helper_close(helper);
    phones_free(&phones);
    helper_close(NULL);
}

Test(phones_ahead, that_are_known_or_too_long_are_not_asked_for)
{
    struct phones_ahead phones = {0};
    struct phone_answer answer;

    phone_read(TEXT("0491 570 006"), home, &answer);
    phones_ask(&phones, TEXT("0491 570 006"), home);
    phones_ask(&phones,
               TEXT("0491 570 156, but only when nobody answers at home"),
               home);
    cr_expect_eq(phones.count, 0u);
    phones_ask(&phones, TEXT("0491 570 157"), home);
    cr_expect_eq(phones.count, 1u);
    phones_free(&phones);
}

/* --- of rows --------------------------------------------------------------*/

/* Numbers that are others in another country; and names that are met nowhere
 * above. */
static void write_rows(const char *name)
{
    struct buffer out = {0};

    for (int i = 0; i < ROWS; i++)
        buffer_print(&out,
                     "{\"id\":\"%d\",\"name\":\"N\",\"mobile\":\"0491 57%04d\","
                     "\"phone\":\"030 90%04d\",\"country\":\"%s\","
                     "\"custom.c%d\":\"x\",\"other%d\":\"y\"}\n",
                     i, i, 1000 + i, i % 2 ? "Germany" : "AU", i / 10, i);
    write_file(name, arena_string(arena, buffer_view(&out)));
    buffer_free(&out);
}

static struct source *open_rows(const char *name)
{
    struct endpoint from;
    struct source *source;

    ok(endpoint_parse(&from, arena_print(arena, "%s/%s", folder, name).at,
                      config, &err));
    ok(source_open(&source, &from, 1, &policy, config, account, &err));
    return source;
}

/* Names are met when the first batch is read; behind it nothing is read twice.
 */
static void check_ahead(const struct batch *batch, size_t i, size_t row)
{
    const char *const regions[4] = {row % 2 ? "DE" : "AU", NULL,
                                    account->region, config->region};
    struct text mobile = arena_print(arena, "0491 57%04d", (int)row);
    struct text phone = arena_print(arena, "030 90%04d", 1000 + (int)row);

    cr_expect(phone_is_news(mobile, regions) && phone_is_news(phone, regions));
    if (row < BATCH_ROWS)
        return;
    phones_remember(&batch->phones, batch->asked[i], batch->asked[i + 1]);
    cr_expect(!phone_is_news(mobile, regions), "mobile of row %zu", row);
    cr_expect(!phone_is_news(phone, regions), "phone of row %zu", row);
}

static void check_row(const struct batch *batch, size_t i,
                      struct source *source, size_t row)
{
    const char *mobile = row % 2 ? "+4949157%04d" : "+6149157%04d";
    const char *phone = row % 2 ? "+493090%04d" : "";
    struct customer *customer;

    check_ahead(batch, i, row);
    cr_assert_eq(batch_customer(batch, i, source, arena, &customer, &err), OK);
    cr_expect(text_equal(customer_text(customer, FIELD_MOBILE),
                         arena_print(arena, mobile, (int)row)),
              "mobile of row %zu: %.*s", row,
              TEXT_ARGS(customer_text(customer, FIELD_MOBILE)));
    cr_expect(text_equal(customer_text(customer, FIELD_PHONE),
                         arena_print(arena, phone, 1000 + (int)row)),
              "phone of row %zu: %.*s", row,
              TEXT_ARGS(customer_text(customer, FIELD_PHONE)));
}

Test(phones_ahead, of_rows_are_those_of_each_and_in_its_own_country)
{
    static const uint64_t seeds[1];
    struct helper *helper = helper_open();
    struct arena *work = arena_open();
    struct source *source;
    struct batch batch;
    size_t row = 0, ahead = 0;

    write_rows("rows.ndjson");
    source = open_rows("rows.ndjson");
    batch_open(&batch);
    do {
        size_t fields = field_count(), unread, after;

        (void)mapping_unread(source_mapping(source), &unread);
        batch_read(&batch, source, seeds);
        memset(batch.verdicts, 0, sizeof(batch.verdicts)); /* ROW_READ */
        batch_foresee(&batch, source, work);
        (void)mapping_unread(source_mapping(source), &after);
        cr_expect_eq(field_count(), fields);
        cr_expect_eq(after, unread);
        helper_give(helper, &batch.errand);
        helper_take(helper, &batch.errand);
        ahead += batch.phones.count;
        for (size_t i = 0; i < batch.count; i++)
            check_row(&batch, i, source, row++);
    } while (batch.read == OK);
    cr_expect_eq(batch.read, END);
    cr_expect_eq(row, (size_t)ROWS);
    cr_expect_eq(ahead, 2u * (ROWS - BATCH_ROWS));
    batch_close(&batch);
    source_close(source);
    arena_close(work);
    helper_close(helper);
}

Test(phones_ahead, of_rows_that_are_as_ever_are_not_asked_for)
{
    static const uint64_t seeds[1];
    struct arena *work = arena_open();
    struct source *source;
    struct batch batch;
    struct customer *customer;

    write_rows("rows.ndjson");
    source = open_rows("rows.ndjson");
    batch_open(&batch);
    batch_read(&batch, source, seeds);
    memset(batch.verdicts, 0, sizeof(batch.verdicts));
    batch_foresee(&batch, source, work);
    ok(batch_customer(&batch, 0, source, arena, &customer, &err));
    for (int i = 0; i < BATCH_ROWS; i++)
        batch.verdicts[i] = i % 2 ? ROW_AS_EVER : ROW_AGAIN;
    batch.verdicts[9] = ROW_READ;
    batch_foresee(&batch, source, work);
    cr_expect_eq(batch.phones.count, 2u);
    cr_expect_eq(batch.asked[9], 0u);
    cr_expect_eq(batch.asked[10], 2u);
    cr_expect_null(batch.fields[10]);
    batch_close(&batch);
    source_close(source);
    arena_close(work);
}

/* By then the reader is far behind it. */
Test(phones_ahead, of_a_batch_wait_while_others_are_read_and_so_does_a_bad_row)
{
    static const uint64_t seeds[1];
    struct buffer out = {0};
    struct source *source;
    struct batch first, other;

    buffer_string(&out, "id,name,notes\n1,Ann,\n2,\xff,\n");
    for (int i = 3; i < 3000; i++)
        buffer_print(&out, "%d,Bob,%0*d\n", i, 100, i);
    write_file("rows.csv", arena_string(arena, buffer_view(&out)));
    buffer_free(&out);
    source = open_rows("rows.csv");
    batch_open(&first);
    batch_open(&other);
    batch_read(&first, source, seeds);
    do
        batch_read(&other, source, seeds);
    while (other.read == OK);
    cr_expect_eq(other.read, END);
    cr_assert_eq(first.read, REJECT);
    cr_assert_eq(first.count, 1u);
    cr_expect(text_is(first.rows[0].raw, "1,Ann,"));
    cr_expect(text_is(first.bad.raw, "2,\xff,"));
    cr_expect_eq(first.bad.line, 3u);
    cr_expect_str_eq(first.err.code, "bad_encoding");
    batch_close(&first);
    batch_close(&other);
    source_close(source);
}
