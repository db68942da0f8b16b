/*
 * test_clean_sheet.c - what spreadsheets did to a cell is said, and nothing is
 * mended on a guess.
 */
#include "mappings/clean.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(clean_sheet, .timeout = 20);

#define AS_GIVEN ((const char *)-1)

struct cell {
    enum field field;
    const char *raw;
    const char *text;  /* NULL: no value; AS_GIVEN: unchanged */
    const char *codes; /* of all problems, apart by blanks; ~ is a notice */
};

struct circumstances {
    const char *country, *region, *format;
    unsigned repair;
    bool no_cells, blank_country;
};

static void check(const struct cell *cell, const struct circumstances *in)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {
        .regions = {in->country, NULL, NULL, in->region},
        .time_format = in->format,
        .cells = !in->no_cells,
        .repair = in->repair,
    };
    const char *wanted = cell->text == AS_GIVEN ? cell->raw : cell->text;
    struct buffer codes = {0};
    struct value value;

    if (in->country != NULL)
        customer_set(customer, FIELD_BILLING_COUNTRY, text_of(in->country));
    if (in->blank_country)
        customer->values[FIELD_BILLING_COUNTRY].presence = VALUE_BLANK;
    clean_value(cell->field, text_of(cell->raw), &cleaning, arena, customer,
                &value);
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        buffer_print(&codes, "%s%s%s", codes.size > 0 ? " " : "",
                     p->notice ? "~" : "", p->code);
    cr_expect_eq(value.presence == VALUE_SET, wanted != NULL,
                 "\"%s\": presence %d", cell->raw, (int)value.presence);
    cr_expect(text_is(value.text, wanted != NULL ? wanted : ""),
              "\"%s\" became \"%.*s\"", cell->raw, TEXT_ARGS(value.text));
    cr_expect(text_is(buffer_view(&codes), cell->codes), "\"%s\": %.*s",
              cell->raw, (int)codes.size, codes.at);
    buffer_free(&codes);
    arena_close(arena);
}

#define CHECK(table, ...)                                                      \
    for (size_t i = 0; i < sizeof(table) / sizeof(*(table)); i++)              \
    check(&(table)[i], &(const struct circumstances){__VA_ARGS__})

#define ID FIELD_REFERENCE_ID

static const struct cell ids[] = {
    {ID, "007", AS_GIVEN, ""},
    {ID, "12345678901234567890123", AS_GIVEN, ""},
    {ID, "1E5", AS_GIVEN, ""},
    {ID, "1e5", AS_GIVEN, ""},
    {ID, "1E+5", AS_GIVEN, ""},
    {ID, "9007199254740993", AS_GIVEN, ""},
    {ID, "123456789012345", AS_GIVEN, ""},
    {ID, "123456789012300", AS_GIVEN, ""},
    {ID, "1234567890123456", AS_GIVEN, ""},
    {ID, "12.50", AS_GIVEN, ""},
    {ID, "A1.23E+15", AS_GIVEN, ""},
    {ID, "12.3E+15", AS_GIVEN, ""},
    {ID, "+61491570156", AS_GIVEN, ""},
    {ID, "'ann", AS_GIVEN, ""},
    {ID, "00000000000000000000", AS_GIVEN, ""},
    {ID, "01234567890123450000", AS_GIVEN, ""},
    {ID, "1.23E+15", AS_GIVEN, "maybe_lost_digits"},
    {ID, "1,23E+15", AS_GIVEN, "maybe_lost_digits"},
    {ID, "1E+05", AS_GIVEN, "maybe_lost_digits"},
    {ID, "1.23457E+11", AS_GIVEN, "maybe_lost_digits"},
    {ID, "1234567890123450", AS_GIVEN, "~maybe_lost_digits"},
    {ID, "1234567890123450000", AS_GIVEN, "~maybe_lost_digits"},
    {ID, "'007", AS_GIVEN, "~apostrophe"},
    {ID, "#REF!", NULL, ""},
    {ID, "########", NULL, ""},
};

Test(clean_sheet, an_id_stays_digit_for_digit_and_doubts_are_said)
{
    CHECK(ids, .region = "AU");
}

Test(clean_sheet, where_no_spreadsheet_was_no_doubt_is)
{
    struct cell cell;

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        cell = ids[i];
        cell.codes = "";
        check(&cell, &(const struct circumstances){.no_cells = true});
    }
    cell = (struct cell){FIELD_MOBILE, "491570156", "+61491570156", ""};
    check(&cell,
          &(const struct circumstances){.region = "AU", .no_cells = true});
}

Test(clean_sheet, error_words_are_kept_in_texts_and_said)
{
    static const struct cell cells[] = {
        {FIELD_NAME, "#REF!", AS_GIVEN, "error_word"},
        {FIELD_NAME, "#N/A", AS_GIVEN, "error_word"},
        {FIELD_NAME, "#NAME?", AS_GIVEN, "error_word"},
        {FIELD_NAME, "#DIV/0!", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "#VALUE!", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "#NULL!", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "#NUM!", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "#####", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "#BEZUG!", AS_GIVEN, "error_word"},
        {FIELD_NOTES, "Err:508", AS_GIVEN, "error_word"},
        {FIELD_WEBSITE, "#REF!", AS_GIVEN, "error_word"},
        {FIELD_TAGS, "#REF!", "[\"#REF!\"]", "error_word"},
        {FIELD_BILLING_CITY, "#N/A", AS_GIVEN, "error_word"},
        {FIELD_EMAIL, "#REF!", NULL, ""},
        {FIELD_PHONE, "#NAME?", NULL, ""},
        {FIELD_CREATED_AT, "#VALUE!", NULL, ""},
        {FIELD_CREATED_AT, "########", NULL, ""},
        {FIELD_BILLING_COUNTRY, "#N/A", NULL, ""},
        {FIELD_ACCEPTS_SMS, "#N/A", NULL, ""},
        {FIELD_NAME, "#1", AS_GIVEN, ""},
        {FIELD_NAME, "###", AS_GIVEN, ""},
        {FIELD_NAME, "#REF", AS_GIVEN, ""},
        {FIELD_NAME, "N/A", AS_GIVEN, ""},
        {FIELD_NAME, "Null", AS_GIVEN, ""},
        {FIELD_NAME, "Errol", AS_GIVEN, ""},
    };

    CHECK(cells, .region = "AU");
}

#define CODE FIELD_BILLING_POSTAL_CODE

Test(clean_sheet, a_postcode_with_a_digit_too_few_is_said)
{
    static const struct {
        const char *country;
        struct cell cell;
    } codes[] = {
        {"AU", {CODE, "0800", AS_GIVEN, ""}},
        {"AU", {CODE, "800", AS_GIVEN, "lost_zero"}},
        {"AU", {CODE, "3000", AS_GIVEN, ""}},
        {"AU", {CODE, "300", AS_GIVEN, ""}}, /* no code begins with 03 */
        {"AU", {CODE, "80", AS_GIVEN, ""}},
        {"AU", {CODE, "30000", AS_GIVEN, ""}},
        {"AU", {CODE, "NT 800", AS_GIVEN, ""}},
        {"US", {CODE, "2134", AS_GIVEN, "lost_zero"}},
        {"US", {CODE, "2134-1234", AS_GIVEN, "lost_zero"}},
        {"US", {CODE, "21341234", AS_GIVEN, "lost_zero"}},
        {"US", {CODE, "02134-1234", AS_GIVEN, ""}},
        {"US", {CODE, "90210", AS_GIVEN, ""}},
        {"US", {CODE, "90210-1234", AS_GIVEN, ""}},
        {"US", {CODE, "601", AS_GIVEN, "lost_zero"}}, /* Puerto Rico */
        {"US", {CODE, "101", AS_GIVEN, ""}},
        {"DE", {CODE, "1067", AS_GIVEN, "lost_zero"}},
        {"DE", {CODE, "5067", AS_GIVEN, ""}},
        {"FR", {CODE, "6000", AS_GIVEN, "lost_zero"}},
        {"IT", {CODE, "118", AS_GIVEN, "lost_zero"}}, /* Rome */
        {"ES", {CODE, "8001", AS_GIVEN, "lost_zero"}},
        {"JP", {CODE, "600001", AS_GIVEN, "lost_zero"}},
        {"CH", {CODE, "800", AS_GIVEN, ""}},
        {"GB", {CODE, "800", AS_GIVEN, ""}},
        {"NO", {CODE, "150", AS_GIVEN, "lost_zero"}},
        {"AU", {CODE, "'0800", AS_GIVEN, "~apostrophe"}},
    };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        check(&codes[i].cell, &(const struct circumstances){
                                  .country = codes[i].country,
                                  .region = "AU",
                              });
}

Test(clean_sheet, a_postcode_is_judged_by_its_own_address)
{
    static const struct cell lost[] = {{CODE, "800", AS_GIVEN, "lost_zero"}};
    static const struct cell fine[] = {{CODE, "800", AS_GIVEN, ""}};
    static const struct cell shipping[] = {
        {FIELD_SHIPPING_POSTAL_CODE, "800", AS_GIVEN, ""}};

    /* A file without a country column is of its region; a blank country is
     * unknown. */
    CHECK(lost, .region = "AU");
    CHECK(fine, .region = "CH");
    CHECK(fine, .region = "AU", .blank_country = true);
    CHECK(shipping, .country = "AU");
}

Test(clean_sheet, a_lost_zero_is_put_back_only_when_asked)
{
    static const struct cell cells[] = {
        {CODE, "800", "0800", "~zero_restored"},
        {CODE, "3000", AS_GIVEN, ""},
        {CODE, "300", AS_GIVEN, ""},
    };
    static const struct cell american[] = {
        {CODE, "2134", "02134", "~zero_restored"},
        {CODE, "2134-1234", "02134-1234", "~zero_restored"},
        {CODE, "601", "00601", "~zero_restored"},
        {CODE, "21341234", "021341234", "~zero_restored"},
    };

    CHECK(cells, .country = "AU", .repair = REPAIR_LOST_ZERO);
    CHECK(american, .country = "US", .repair = REPAIR_LOST_ZERO);
}

#define TIME FIELD_CREATED_AT

Test(clean_sheet, a_days_number_is_no_date_until_the_mapping_says_so)
{
    static const struct cell plain[] = {
        {TIME, "45321", NULL, "date_serial"},
        {TIME, "45321.5", NULL, "date_serial"},
        {TIME, "45321,5", NULL, "date_serial"},
        {TIME, "10000", NULL, "date_serial"},
        {TIME, "9999", NULL, "bad_time"},
        {TIME, "4532", NULL, "bad_time"},
        {TIME, "453210", NULL, "bad_time"},
        {TIME, "45321.", NULL, "bad_time"},
        {TIME, "1700000000", NULL, "bad_time"},
        {TIME, "20260102", "2026-01-02T00:00:00Z", ""},
    };
    static const struct cell serials[] = {
        {TIME, "1", "1900-01-01T00:00:00Z", ""},
        {TIME, "59", "1900-02-28T00:00:00Z", ""},
        {TIME, "61", "1900-03-01T00:00:00Z", ""},
        {TIME, "25569", "1970-01-01T00:00:00Z", ""},
        {TIME, "45321", "2024-01-30T00:00:00Z", ""},
        {TIME, "45321.5", "2024-01-30T12:00:00Z", ""},
        {TIME, "45321,75", "2024-01-30T18:00:00Z", ""},
        {TIME, "45321.999994", "2024-01-30T23:59:59Z", ""},
        {TIME, "45321.9999999", "2024-01-31T00:00:00Z", ""},
        {TIME, "2958465", "9999-12-31T00:00:00Z", ""},
        {TIME, "0", NULL, ""},
        /* The 29th of February 1900 never was. */
        {TIME, "60", NULL, "bad_time"},
        {TIME, "2958466", NULL, "bad_time"},
        {TIME, "2958465.9999999", NULL, "bad_time"},
        {TIME, "-1", NULL, "bad_time"},
        {TIME, "2024-01-30", NULL, "bad_time"},
        {TIME, "99999999999999999999999", NULL, "bad_time"},
        {TIME, "45321.5.5", NULL, "bad_time"},
    };
    static const struct cell macs[] = {
        {TIME, "1", "1904-01-02T00:00:00Z", ""},
        {TIME, "43859", "2024-01-30T00:00:00Z", ""},
        {TIME, "43859.25", "2024-01-30T06:00:00Z", ""},
    };

    CHECK(plain, .region = "AU");
    CHECK(serials, .format = "serial");
    CHECK(macs, .format = "serial-1904");
}
