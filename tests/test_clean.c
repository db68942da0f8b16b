/*
 * test_clean.c - what each type accepts, and what becomes of it.
 */
#include "mappings/clean.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

TestSuite(clean, .timeout = 20);

/* One cell and what it becomes; code is of the first problem that is no
 * notice, or NULL. */
struct cell {
    enum field field;
    const char *raw;
    enum presence presence;
    const char *text;
    const char *code;
};

#define BLANK VALUE_BLANK
#define BAD   VALUE_BAD
#define SET   VALUE_SET

/* Parameters may hold no pointers: each is a place in a table, and all tables
 * share the list of places. */
static struct criterion_test_params places(size_t count)
{
    static size_t list[100];

    for (size_t i = 0; i < 100; i++)
        list[i] = i;
    return cr_make_param_array(size_t, list, count < 100 ? count : 100, NULL);
}

#define PLACES(table) places(sizeof(table) / sizeof(*(table)))

static void check_cell(const struct cell *cell, const char *region)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.regions = {NULL, region}};
    struct value value;
    const char *code = NULL;

    clean_value(cell->field, text_of(cell->raw), &cleaning, arena, customer,
                &value);
    for (const struct problem *p = customer->problems; p != NULL; p = p->next) {
        cr_assert(!p->fatal);
        cr_assert_eq(p->field, cell->field);
        cr_assert(text_is_utf8(text_of(p->message)));
        if (code == NULL && !p->notice)
            code = p->code;
    }
    cr_assert_eq(value.presence, cell->presence, "\"%s\": presence %d",
                 cell->raw, (int)value.presence);
    cr_assert(text_is(value.text, cell->text != NULL ? cell->text : ""),
              "\"%s\" became \"%.*s\"", cell->raw, TEXT_ARGS(value.text));
    cr_assert_eq(code == NULL, cell->code == NULL, "\"%s\": problem %s",
                 cell->raw, code != NULL ? code : "none");
    if (code != NULL)
        cr_assert_str_eq(code, cell->code, "\"%s\"", cell->raw);
    if (cell->raw[0] != '\0')
        cr_assert(text_is(value.raw, cell->raw));
    arena_close(arena);
}

#define A16   "aaaaaaaaaaaaaaaa"
#define B60   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define EMAIL FIELD_EMAIL

static const struct cell emails[] = {
    {EMAIL, "ann@example.com", SET, "ann@example.com", NULL},
    {EMAIL, "  Ann@Example.COM ", SET, "Ann@Example.COM", NULL},
    {EMAIL, "Ann Lee <ann@example.com>", SET, "ann@example.com", NULL},
    {EMAIL, "<ann@example.com>", SET, "ann@example.com", NULL},
    {EMAIL, "\"Lee, Ann\" <ann@example.com>", SET, "ann@example.com", NULL},
    {EMAIL, "Lee, Ann <ann@example.com>", SET, "ann@example.com", NULL},
    {EMAIL, "mailto:ann@example.com?subject=a", SET, "ann@example.com", NULL},
    {EMAIL, "'ann@example.com'", SET, "ann@example.com", NULL},
    {EMAIL, "o'brien@example.com", SET, "o'brien@example.com", NULL},
    {EMAIL, "ann+shop@example.com", SET, "ann+shop@example.com", NULL},
    {EMAIL, "\"ann lee\"@example.com", SET, "\"ann lee\"@example.com", NULL},
    {EMAIL, "ann@münchen.example", SET, "ann@münchen.example", NULL},
    {EMAIL, "ann\u200b@example.com\u00a0", SET, "ann@example.com", NULL},
    {EMAIL, A16 A16 A16 A16 "@example.com", SET, A16 A16 A16 A16 "@example.com",
     NULL},
    {EMAIL, A16 A16 A16 A16 "a@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "a@" B60 "bbbb.example", BAD, NULL, "bad_email"},
    {EMAIL, "a@" B60 "." B60 "." B60 "." B60 ".example.com", BAD, NULL,
     "bad_email"},
    {EMAIL, "a@" B60 "." B60 "." B60 "." B60 ".example", SET,
     "a@" B60 "." B60 "." B60 "." B60 ".example", NULL},
    {EMAIL, "ann@example.com; bob@example.com", SET, "ann@example.com",
     "several_values"},
    {EMAIL, "ann@example.com,bob@example.com", SET, "ann@example.com",
     "several_values"},
    {EMAIL, "ann@example.com bob@example.com", SET, "ann@example.com",
     "several_values"},
    {EMAIL, "ann@; bob@example.com", SET, "bob@example.com", "several_values"},
    {EMAIL, "none; bob@example.com", SET, "bob@example.com", "several_values"},
    {EMAIL, "ann@example.com, ANN@example.com", SET, "ann@example.com", NULL},
    {EMAIL, "ann", BAD, NULL, "bad_email"},
    {EMAIL, "ann@", BAD, NULL, "bad_email"},
    {EMAIL, "@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@example", BAD, NULL, "bad_email"},
    {EMAIL, "ann@bob@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@example..com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@.example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@-example.com", BAD, NULL, "bad_email"},
    {EMAIL, "an..n@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@exa mple.com", BAD, NULL, "bad_email"},
    {EMAIL, "john smith@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@192.0.2.1", BAD, NULL, "bad_email"},
    {EMAIL, "\"ann@example.com", BAD, NULL, "bad_email"},
    {EMAIL, "ann@example.com\xff", BAD, NULL, "bad_encoding"},
    {EMAIL, "", BLANK, NULL, NULL},
    {EMAIL, " \u00a0\t", BLANK, NULL, NULL},
    {EMAIL, "n/a", BLANK, NULL, NULL},
    {EMAIL, "NULL", BLANK, NULL, NULL},
    {EMAIL, "#REF!", BLANK, NULL, NULL},
    {EMAIL, "-", BLANK, NULL, NULL},
    /* Kept and sent; only never a key. */
    {EMAIL, "noreply@example.com", SET, "noreply@example.com", NULL},
};

ParameterizedTestParameters(clean, an_email_is_what_mail_accepts)
{
    return PLACES(emails);
}

ParameterizedTest(size_t *at, clean, an_email_is_what_mail_accepts)
{
    check_cell(&emails[*at], NULL);
}

#define MOBILE FIELD_MOBILE
#define ANN    "+61412345678"

static const struct cell phones[] = {
    {MOBILE, "0412 345 678", SET, ANN, NULL},
    {MOBILE, "0491 570 006", SET, "+61491570006", NULL},
    {MOBILE, "412345678", SET, ANN, NULL},
    {MOBILE, "61412345678", SET, ANN, NULL},
    {MOBILE, "+61 (0)412 345 678", SET, ANN, NULL},
    {MOBILE, "+610412345678", SET, ANN, NULL},
    {MOBILE, "0011 61 412 345 678", SET, ANN, NULL},
    {MOBILE, "0061 412 345 678", SET, ANN, NULL},
    {MOBILE, "tel:+61412345678", SET, ANN, NULL},
    {MOBILE, "０４１２３４５６７８", SET, ANN, NULL},
    {MOBILE, "\u200e0412 345 678\u202c", SET, ANN, NULL},
    {MOBILE, "'0412345678", SET, ANN, NULL},
    {MOBILE, "=\"0412345678\"", SET, ANN, NULL},
    {MOBILE, "Mobile: 0412 345 678", SET, ANN, NULL},
    {MOBILE, "0412 345 678 (after 5pm)", SET, ANN, "words_dropped"},
    {MOBILE, "0412 345 678 Bob", SET, ANN, "words_dropped"},
    {MOBILE, "+1 212-555-0123", SET, "+12125550123", NULL},
    {MOBILE, "(02) 9999 1234", SET, "+61299991234", NULL},
    {MOBILE, "412345678.0", SET, ANN, NULL},
    {MOBILE, "4.12345678E+08", SET, ANN, NULL},
    {MOBILE, "6.1412345678E+10", SET, ANN, NULL},
    {MOBILE, "4,12345678E8", SET, ANN, NULL},
    {MOBILE, "6.14E+10", BAD, NULL, "lost_digits"},
    {MOBILE, "6E+10", BAD, NULL, "lost_digits"},
    {MOBILE, "4.123456789E+08", BAD, NULL, "lost_digits"},
    {MOBILE, "6.14E+99999999999999999999", BAD, NULL, "bad_phone"},
    {MOBILE, "0412 345 678 / 0413 111 222", SET, ANN, "several_values"},
    {MOBILE, "0412345678,0413111222", SET, ANN, "several_values"},
    {MOBILE, "0412345678;0413111222", SET, ANN, "several_values"},
    {MOBILE, "0412345678 or 0413111222", SET, ANN, "several_values"},
    {MOBILE, "0412 345 678 0413 111 222", SET, ANN, "several_values"},
    {MOBILE, "12; 0412345678", SET, ANN, "several_values"},
    {MOBILE, "02 9999 1234 ext 5", SET, "+61299991234", "extension_dropped"},
    {MOBILE, "0412 345 67", BAD, NULL, "bad_phone"},
    {MOBILE, "00000000", BAD, NULL, "bad_phone"},
    {MOBILE, "+61 999", BAD, NULL, "bad_phone"},
    {MOBILE, "see notes", BAD, NULL, "bad_phone"},
    {MOBILE, "+", BLANK, NULL, NULL},
    {MOBILE, "0412\xff", BAD, NULL, "bad_encoding"},
    {MOBILE, "N/A", BLANK, NULL, NULL},
    {MOBILE, "#REF!", BLANK, NULL, NULL},
    {MOBILE, "-", BLANK, NULL, NULL},
    {MOBILE, "0400 000 000", SET, "+61400000000", NULL},
};

ParameterizedTestParameters(clean, a_phone_becomes_e164)
{
    return PLACES(phones);
}

ParameterizedTest(size_t *at, clean, a_phone_becomes_e164)
{
    /* Twice: the second answer comes from the cache. */
    check_cell(&phones[*at], "AU");
    check_cell(&phones[*at], "AU");
}

static const struct cell homeless[] = {
    {MOBILE, "0412 345 678", BAD, NULL, "no_region"},
    {MOBILE, "+61 412 345 678", SET, ANN, NULL},
    {MOBILE, "0061 412 345 678", SET, ANN, NULL},
    {MOBILE, "+61 999", BAD, NULL, "bad_phone"},
};

ParameterizedTestParameters(clean, without_a_region_only_full_numbers_count)
{
    return PLACES(homeless);
}

ParameterizedTest(size_t *at, clean, without_a_region_only_full_numbers_count)
{
    check_cell(&homeless[*at], NULL);
}

Test(clean, the_rows_country_counts_only_where_the_number_is_valid)
{
    const char *const german[4] = {"DE", "AU"};
    const char *const american[4] = {"US", "AU"};
    struct arena *arena = arena_open();
    struct text e164;
    bool mobile;

    cr_assert(clean_phone(TEXT("030 901820"), german, arena, &e164, &mobile));
    cr_assert(text_is(e164, "+4930901820"));
    cr_assert(!mobile);
    cr_assert(
        clean_phone(TEXT("0412 345 678"), american, arena, &e164, &mobile));
    cr_assert(text_is(e164, ANN));
    cr_assert(mobile);
    cr_assert(clean_phone(TEXT("2125550123"), american, arena, &e164, &mobile));
    cr_assert(mobile, "a plan that does not tell fixed and mobile apart");
    arena_close(arena);
}

Test(clean, a_national_number_is_that_of_its_own_region)
{
    struct arena *arena = arena_open();

    cr_assert(text_is(phone_national(TEXT(ANN), "AU", arena), "0412345678"));
    cr_assert(text_is(phone_national(TEXT(ANN), "NZ", arena), ANN));
    cr_assert(text_is(phone_national(TEXT(ANN), NULL, arena), ANN));
    cr_assert(text_is(phone_national(TEXT("+12125550123"), "US", arena),
                      "2125550123"));
    /* 011 15... would be read as a mobile of somebody else. */
    cr_assert(text_is(phone_national(TEXT("+541115456785"), "AR", arena),
                      "+541115456785"));
    /* A zero behind the country code is part of the number. */
    cr_assert(text_is(phone_national(TEXT("+390612345678"), "IT", arena),
                      "0612345678"));
    cr_assert(text_is(phone_national(TEXT("junk"), "AU", arena), "junk"));
    arena_close(arena);
}

#define COUNTRY FIELD_BILLING_COUNTRY

static const struct cell words[] = {
    {COUNTRY, "AU", SET, "AU", NULL},
    {COUNTRY, "au", SET, "AU", NULL},
    {COUNTRY, "AUS", SET, "AU", NULL},
    {COUNTRY, "australia", SET, "AU", NULL},
    {COUNTRY, "Australia ", SET, "AU", NULL},
    {COUNTRY, "UK", SET, "GB", NULL},
    {COUNTRY, "U.K.", SET, "GB", NULL},
    {COUNTRY, "England", SET, "GB", NULL},
    {COUNTRY, "Russia", SET, "RU", NULL},
    {COUNTRY, "Turkey", SET, "TR", NULL},
    {COUNTRY, "Holland", SET, "NL", NULL},
    {COUNTRY, "the Netherlands", SET, "NL", NULL},
    {COUNTRY, "Ivory Coast", SET, "CI", NULL},
    {COUNTRY, "Côte d'Ivoire", SET, "CI", NULL},
    {COUNTRY, "COTE D\u2019IVOIRE", SET, "CI", NULL},
    {COUNTRY, "U.S.A.", SET, "US", NULL},
    {COUNTRY, "United States of America", SET, "US", NULL},
    {COUNTRY, "Vietnam", SET, "VN", NULL},
    {COUNTRY, "Trinidad & Tobago", SET, "TT", NULL},
    {COUNTRY, "Korea, South", SET, "KR", NULL},
    {COUNTRY, "日本", SET, "JP", NULL},
    {COUNTRY, "NA", SET, "NA", NULL},
    {COUNTRY, "N/A", BLANK, NULL, NULL},
    {COUNTRY, "Korea", BAD, NULL, "bad_country"},
    {COUNTRY, "ZZ", BAD, NULL, "bad_country"},
    {COUNTRY, "Atlantis", BAD, NULL, "bad_country"},
    {COUNTRY, "&&", BAD, NULL, "bad_country"},
    {FIELD_ACCEPTS_SMS, "Yes", SET, "true", NULL},
    {FIELD_ACCEPTS_SMS, "1", SET, "true", NULL},
    {FIELD_ACCEPTS_SMS, "ON", SET, "true", NULL},
    {FIELD_ACCEPTS_SMS, "y", SET, "true", NULL},
    {FIELD_ACCEPTS_SMS, " false ", SET, "false", NULL},
    {FIELD_ACCEPTS_SMS, "off", SET, "false", NULL},
    {FIELD_ACCEPTS_SMS, "N", SET, "false", NULL},
    {FIELD_ACCEPTS_SMS, "0", SET, "false", NULL},
    {FIELD_ACCEPTS_SMS, "2", BAD, NULL, "bad_boolean"},
    /* What a cross in a box means, a mapping has to say. */
    {FIELD_ACCEPTS_SMS, "x", BAD, NULL, "bad_boolean"},
    {FIELD_ACCEPTS_SMS, "\u2713", BAD, NULL, "bad_boolean"},
    {FIELD_ACCEPTS_SMS, "ja", BAD, NULL, "bad_boolean"},
    {FIELD_ACCEPTS_SMS, "#N/A", BLANK, NULL, NULL},
    {FIELD_ACCEPTS_SMS, "", BLANK, NULL, NULL},
    {FIELD_STATUS, "Active", SET, "active", NULL},
    {FIELD_STATUS, "INACTIVE", SET, "inactive", NULL},
    {FIELD_STATUS, "1", BAD, NULL, "bad_status"},
    {FIELD_FIRST_NAME, "Null", SET, "Null", NULL},
    {FIELD_FIRST_NAME, "N/A", SET, "N/A", NULL},
    {FIELD_NOTES, "-", SET, "-", NULL},
    {FIELD_NOTES, " a\n b\t", SET, "a\n b", NULL},
    {FIELD_NOTES, "\ufeffa\u200bb\x01\u00ad", SET, "ab", NULL},
    {FIELD_NOTES, "\u00a0 \u3000", BLANK, NULL, NULL},
    {FIELD_NOTES, "می\u200cخواهم", SET, "می\u200cخواهم", NULL},
    {FIELD_NOTES, "a\u200db", SET, "ab", NULL},
    {FIELD_NOTES, "Jos\xe9", BAD, NULL, "bad_encoding"},
    {FIELD_REFERENCE_ID, " 007 ", SET, "007", NULL},
    {FIELD_REFERENCE_ID, "9007199254740993", SET, "9007199254740993", NULL},
    {FIELD_REFERENCE_ID, "1E5", SET, "1E5", NULL},
    {FIELD_REFERENCE_ID, "NULL", BLANK, NULL, NULL},
    {FIELD_REFERENCE_ID, "*None", BLANK, NULL, NULL},
    {FIELD_REFERENCE_ID, "SIMONE", SET, "SIMONE", NULL},
};

ParameterizedTestParameters(clean, words_are_read_by_their_type)
{
    return PLACES(words);
}

ParameterizedTest(size_t *at, clean, words_are_read_by_their_type)
{
    check_cell(&words[*at], NULL);
}

Test(clean, a_region_is_an_iso_code)
{
    cr_assert(region_known("AU"));
    cr_assert(!region_known("UK"));
    cr_assert(!region_known("au"));
    cr_assert(!region_known("AUS"));
    cr_assert(!region_known(NULL));
}

struct when {
    const char *raw, *format, *time; /* time NULL: not one */
};

static const struct when times[] = {
    {"2026-11-20T01:02:03Z", NULL, "2026-11-20T01:02:03Z"},
    {"2026-11-20T01:02:03.456Z", NULL, "2026-11-20T01:02:03Z"},
    {"2026-11-20T11:02:03+10:00", NULL, "2026-11-20T01:02:03Z"},
    {"2026-11-20T01:02:03-0530", NULL, "2026-11-20T06:32:03Z"},
    {"2026-11-20T01:02:03+10", NULL, "2026-11-19T15:02:03Z"},
    {"2026-11-20 01:02:03", NULL, "2026-11-20T01:02:03Z"},
    {"2026-11-20 01:02", NULL, "2026-11-20T01:02:00Z"},
    {"2026-11-20 01:02:03 UTC", NULL, "2026-11-20T01:02:03Z"},
    {"20261120T010203Z", NULL, "2026-11-20T01:02:03Z"},
    {"2026-11-20", NULL, "2026-11-20T00:00:00Z"},
    {"2024-02-29", NULL, "2024-02-29T00:00:00Z"},
    {"2016-12-31T23:59:60Z", NULL, "2016-12-31T23:59:59Z"},
    {"2026-02-29", NULL, NULL},
    {"2026-02-30T01:02:03Z", NULL, NULL},
    {"2026-13-01", NULL, NULL},
    {"2026-11-20T25:00:00Z", NULL, NULL},
    {"2026-11-20T01:02:03Zulu", NULL, NULL},
    {"2026-11-20T01:02:03+99:00", NULL, NULL},
    {"2026-11-20T", NULL, NULL},
    {"20/11/2026", NULL, NULL},
    {"45123", NULL, NULL},
    {"", NULL, NULL},
    {"20/11/2026", "%d/%m/%Y", "2026-11-20T00:00:00Z"},
    {"11/20/2026", "%d/%m/%Y", NULL},
    {"30/02/2026", "%d/%m/%Y", NULL},
    {"20/11/2026 junk", "%d/%m/%Y", NULL},
    {"20/11/2026 01:02:03.123Z", "%d/%m/%Y %H:%M:%S", "2026-11-20T01:02:03Z"},
    {"3/15/2024 2:30 PM", "%m/%d/%Y %I:%M %p", "2024-03-15T14:30:00Z"},
    {"2026-11-20T11:02:03+1000", "%Y-%m-%dT%H:%M:%S%z", "2026-11-20T01:02:03Z"},
    {"20 Nov 2026", "%d %b %Y", "2026-11-20T00:00:00Z"},
    {"01:02", "%H:%M", NULL},
};

ParameterizedTestParameters(clean, a_time_is_never_guessed)
{
    return PLACES(times);
}

ParameterizedTest(size_t *at, clean, a_time_is_never_guessed)
{
    const struct when *when = &times[*at];
    struct arena *arena = arena_open();
    struct text out = {0};
    bool is_time = clean_time(text_of(when->raw), when->format, arena, &out);

    cr_assert_eq(is_time, when->time != NULL, "\"%s\" became \"%.*s\"",
                 when->raw, TEXT_ARGS(out));
    if (is_time)
        cr_assert(text_is(out, when->time), "\"%s\" became \"%.*s\"", when->raw,
                  TEXT_ARGS(out));
    arena_close(arena);
}

#define TIME FIELD_CREATED_AT

static const struct cell lists[] = {
    {TIME, "0000-00-00", BLANK, NULL, NULL},
    {TIME, "0000-00-00 00:00:00", BLANK, NULL, NULL},
    {TIME, "0/0/00", BLANK, NULL, NULL},
    {TIME, "soon", BAD, NULL, "bad_time"},
    {FIELD_TAGS, "a, b;c", SET, "[\"a\",\"b\",\"c\"]", NULL},
    {FIELD_TAGS, "VIP, vip , ,VIP", SET, "[\"VIP\"]", NULL},
    {FIELD_TAGS, "[\"a, b\", 7, null, \"\"]", SET, "[\"a, b\",\"7\"]", NULL},
    {FIELD_TAGS, "[a", SET, "[\"[a\"]", NULL},
    {FIELD_TAGS, "[\"a\",{\"b\":1}]", SET, "[\"a\"]", "bad_element"},
    {FIELD_TAGS, "\"VIP\",\"say \"\"hi\"", SET, "[\"VIP\",\"say \\\"\\\"hi\"]",
     NULL},
    {FIELD_TAGS, "[]", BLANK, NULL, NULL},
    {FIELD_TAGS, " , ;", BLANK, NULL, NULL},
    {FIELD_CONTACT_METHODS, "Email; SMS", SET, "[\"email\",\"sms\"]", NULL},
    {FIELD_CONTACT_METHODS, "email, fax", SET, "[\"email\"]", "bad_method"},
    {FIELD_CONTACT_METHODS, "fax", BAD, NULL, "bad_method"},
    {FIELD_CONTACTS, "Ann", BAD, NULL, "bad_contacts"},
    {FIELD_CONTACTS, "[]", BLANK, NULL, NULL},
    {FIELD_CONTACTS, "[{\"phone\":\"N/A\"}]", BLANK, NULL, NULL},
    {FIELD_CONTACTS,
     "[{\"first_name\":\" Ann \",\"phone\":\"0412 345 678\","
     "\"primary\":\"yes\",\"id\":7}]",
     SET, "[{\"first_name\":\"Ann\",\"phone\":\"" ANN "\",\"primary\":true}]",
     NULL},
    {FIELD_CONTACTS, "[{\"last_name\":\"Lee\",\"email\":\"ann\"}]", SET,
     "[{\"last_name\":\"Lee\",\"primary\":false}]", "bad_email"},
    {FIELD_CONTACTS,
     "[{\"last_name\":\"A\",\"primary\":true},"
     "{\"last_name\":\"B\",\"primary\":1}]",
     SET,
     "[{\"last_name\":\"A\",\"primary\":true},"
     "{\"last_name\":\"B\",\"primary\":false}]",
     "several_primary"},
};

ParameterizedTestParameters(clean, lists_come_as_json_or_as_text)
{
    return PLACES(lists);
}

ParameterizedTest(size_t *at, clean, lists_come_as_json_or_as_text)
{
    check_cell(&lists[*at], "AU");
}

Test(clean, a_list_has_an_end)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.regions = {NULL}};
    struct buffer raw = {0};
    struct value value;
    size_t count;

    for (int i = 0; i < 600; i++)
        buffer_print(&raw, "tag %d,", i);
    clean_value(FIELD_TAGS, buffer_view(&raw), &cleaning, arena, customer,
                &value);
    (void)value_elements(value.text, arena, &count);
    cr_assert_eq(count, 500);
    cr_assert_str_eq(customer->problems->code, "too_many");
    buffer_free(&raw);
    arena_close(arena);
}

Test(clean, a_long_value_is_shown_by_its_beginning)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.regions = {NULL}};
    char raw[601];
    struct value value;

    for (size_t i = 0; i < 600; i += 2)
        memcpy(raw + i, "é", 2);
    raw[600] = '\0';
    clean_value(FIELD_EMAIL, text_of(raw), &cleaning, arena, customer, &value);
    cr_assert_lt(strlen(customer->problems->message), 120);
    cr_assert(text_is_utf8(text_of(customer->problems->message)));
    arena_close(arena);
}
