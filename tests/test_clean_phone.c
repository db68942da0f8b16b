/*
 * test_clean_phone.c - numbers of all regions, and what people and
 * spreadsheets do to them in a cell.
 */
#include "mappings/clean.h"
#include "mappings/phone.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(clean_phone, .timeout = 60);

/* One cell, where it is read, and what it becomes; e164 NULL: nothing. */
struct cell {
    const char *region, *raw, *e164;
    const char *codes; /* of all problems, apart by blanks; ~ is a notice */
};

static void check_cell(const struct cell *cell)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.regions = {NULL, cell->region},
                                      .cells = true};
    struct buffer codes = {0};
    struct value value;

    clean_value(FIELD_MOBILE, text_of(cell->raw), &cleaning, arena, customer,
                &value);
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        buffer_print(&codes, "%s%s%s", codes.size > 0 ? " " : "",
                     p->notice ? "~" : "", p->code);
    cr_expect_eq(value.presence == VALUE_SET, cell->e164 != NULL,
                 "\"%s\": presence %d", cell->raw, (int)value.presence);
    cr_expect(text_is(value.text, cell->e164 != NULL ? cell->e164 : ""),
              "\"%s\" became %.*s", cell->raw, TEXT_ARGS(value.text));
    cr_expect(text_is(buffer_view(&codes), cell->codes), "\"%s\": %.*s",
              cell->raw, (int)codes.size, codes.at);
    buffer_free(&codes);
    arena_close(arena);
}

#define CHECK(table)                                                           \
    for (size_t i = 0; i < sizeof(table) / sizeof(*(table)); i++)              \
    check_cell(&(table)[i])

/* --- every region
 * -----------------------------------------------------------*/

/* How a number may be written, and what has to be known to read it. */
enum way { E164, INTERNATIONAL, URI, NATIONAL, FROM_AU, FROM_US, WAYS };

static const char *written(const struct phone_example *example, enum way way)
{
    const char *const forms[WAYS] = {
        [E164] = example->e164,       [INTERNATIONAL] = example->international,
        [URI] = example->uri,         [NATIONAL] = example->national,
        [FROM_AU] = example->from_au, [FROM_US] = example->from_us,
    };

    return forms[way];
}

static const char *region_for(const struct phone_example *example, enum way way)
{
    const char *const regions[WAYS] = {
        [NATIONAL] = example->region,
        [FROM_AU] = "AU",
        [FROM_US] = "US",
    };

    return regions[way];
}

/* Whether the number is read as itself, however it is written. */
static void check_way(const struct phone_example *example, enum way way,
                      struct arena *arena)
{
    const char *text = written(example, way);
    const char *const regions[4] = {NULL, NULL, NULL, region_for(example, way)};
    struct text e164 = {0};
    bool mobile;

    arena_reset(arena);
    cr_expect(clean_phone(text_of(text), regions, arena, &e164, &mobile),
              "%s: \"%s\" is not read", example->region, text);
    cr_expect(text_is(e164, example->e164), "%s: \"%s\" became %.*s, not %s",
              example->region, text, TEXT_ARGS(e164), example->e164);
}

Test(clean_phone, every_regions_numbers_are_read_in_every_way)
{
    struct arena *arena = arena_open();
    struct phone_example example;
    size_t regions = 0, numbers = 0;

    for (; phone_example(regions, 0, &example); regions++)
        for (int type = 0; type < PHONE_TYPES; type++) {
            bool worldwide;

            cr_assert(phone_example(regions, type, &example));
            if (example.e164[0] == '\0')
                continue;
            worldwide = strcmp(example.region, "001") == 0;
            numbers++;
            for (int way = 0; way < WAYS; way++)
                if (!(worldwide && way == NATIONAL))
                    check_way(&example, (enum way)way, arena);
        }
    /* ISO has some 250 countries, and a few have no telephone. */
    cr_assert_gt(regions, 240);
    cr_assert_gt(numbers, 800);
    arena_close(arena);
}

/* In its region's own digits, or as it is where these would be read as another
 * number; and never so in another region. */
Test(clean_phone, what_is_written_for_a_region_is_read_there_as_the_same)
{
    struct arena *arena = arena_open();
    struct phone_example example;
    size_t national = 0;

    for (size_t i = 0; phone_example(i, 0, &example); i++)
        for (int type = 0; type < PHONE_TYPES; type++) {
            const char *const regions[4] = {example.region};
            struct text written, e164;
            char digits[40] = "";
            size_t size = 0;
            bool mobile;

            cr_assert(phone_example(i, type, &example));
            if (example.e164[0] == '\0' || strcmp(example.region, "001") == 0)
                continue;
            arena_reset(arena);
            for (const char *at = example.national; *at != '\0'; at++)
                if (*at >= '0' && *at <= '9')
                    digits[size++] = *at;
            digits[size] = '\0';
            written =
                phone_national(text_of(example.e164), example.region, arena);
            cr_expect(text_is(written, digits) ||
                          text_is(written, example.e164),
                      "%s: %s became %.*s", example.region, example.e164,
                      TEXT_ARGS(written));
            national += text_is(written, digits);
            cr_expect(clean_phone(written, regions, arena, &e164, &mobile) &&
                          text_is(e164, example.e164),
                      "%s: %.*s is not %s", example.region, TEXT_ARGS(written),
                      example.e164);
            cr_expect(
                text_is(phone_national(text_of(example.e164), "ZZ", arena),
                        example.e164));
        }
    cr_assert_gt(national, 800);
    arena_close(arena);
}

/* The national digits, or empty when they do not begin with a zero. */
static struct text digits_behind_zero(const struct phone_example *example,
                                      char *room)
{
    size_t size = 0;

    for (const char *at = example->national; *at != '\0'; at++)
        if (*at >= '0' && *at <= '9')
            room[size++] = *at;
    return size > 0 && room[0] == '0' ? (struct text){room + 1, size - 1}
                                      : (struct text){0};
}

Test(clean_phone, a_lost_zero_is_restored_where_the_plan_has_one)
{
    struct arena *arena = arena_open();
    struct phone_example example;
    size_t restored = 0;

    for (size_t i = 0; phone_example(i, 0, &example); i++)
        /* Fixed lines and mobiles: what customers have. */
        for (int type = 0; type < 2; type++) {
            const char *const regions[4] = {example.region};
            struct text e164, left;
            bool mobile;
            char room[40];

            cr_assert(phone_example(i, type, &example));
            arena_reset(arena);
            left = digits_behind_zero(&example, room);
            if (left.size == 0 ||
                !clean_phone(left, regions, arena, &e164, &mobile))
                continue;
            /* Gabon has shorter numbers, which are right as they stand. */
            if (strcmp(example.region, "GA") == 0)
                continue;
            restored++;
            cr_expect(text_is(e164, example.e164), "%s: %.*s became %.*s",
                      example.region, TEXT_ARGS(left), TEXT_ARGS(e164));
        }
    cr_assert_gt(restored, 150);
    arena_close(arena);
}

Test(clean_phone, a_mobile_is_told_from_a_landline)
{
    struct arena *arena = arena_open();
    struct phone_example example;

    for (size_t i = 0; phone_example(i, 1, &example); i++) {
        const char *const nowhere[4] = {NULL};
        struct text e164;
        bool mobile = false;

        if (example.e164[0] == '\0')
            continue;
        arena_reset(arena);
        cr_assert(
            clean_phone(text_of(example.e164), nowhere, arena, &e164, &mobile));
        cr_expect(mobile, "%s: %s", example.region, example.e164);
    }
    arena_close(arena);
}

/* --- cells
 * ------------------------------------------------------------------*/

#define ANN     "+61491570156"
#define SEVERAL "several_values"
#define EXT     "extension_dropped"
#define WORDS   "words_dropped"

Test(clean_phone, the_first_of_several_numbers_is_taken_and_the_rest_is_said)
{
    static const struct cell cells[] = {
        {"AU", "0491 570 156 / 0491 570 157", ANN, SEVERAL},
        {"AU", "0491570156/0491570157", ANN, SEVERAL},
        {"AU", "0491 570 156, 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156; 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 | 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156\n0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156\r\n0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156\t0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 or 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 OR 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 and 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 & 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 - 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 ::: 0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 0491 570 157", ANN, SEVERAL},
        {"AU", "0491570156 0491570157", ANN, SEVERAL},
        {"AU", "+61 491 570 156 +61 491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156\uff0f0491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156\u30010491 570 157", ANN, SEVERAL},
        {"AU", "0491 570 156 (Bob) 0491 570 157 (Eve)", ANN, SEVERAL},
        {"AU", "h: 02 9999 1234 m: 0491 570 156", "+61299991234", SEVERAL},
        {"AU", "999 ::: 0491 570 156", ANN, SEVERAL},
        {"AU", "0491 570 156 /", ANN, ""},
        {"AU", "0491/570/156", ANN, ""},
        {"DE", "030/901820", "+4930901820", ""},
        {"AU", "0491 570 15 / 0491 570 1", NULL, "bad_phone"},
    };

    CHECK(cells);
}

Test(clean_phone, an_extension_is_left_out_and_said_however_it_is_written)
{
    static const struct cell cells[] = {
        {"AU", "02 9999 1234 ext 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 ext. 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 Ext.12", "+61299991234", EXT},
        {"AU", "02 9999 1234 extn 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 extension 12", "+61299991234", EXT},
        {"AU", "02 9999 1234, ext 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 x12", "+61299991234", EXT},
        {"AU", "02 9999 1234 X 12", "+61299991234", EXT},
        {"AU", "02 9999 1234#12", "+61299991234", EXT},
        {"AU", "02 9999 1234 # 12", "+61299991234", EXT},
        {"AU", "02 9999 1234;ext=12", "+61299991234", EXT},
        {"AU", "02 9999 1234 int 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 anexo 12", "+61299991234", EXT},
        {"AU", "02 9999 1234 \u0434\u043e\u0431. 12", "+61299991234", EXT},
        {"AU", "tel:+61-2-9999-1234;ext=12", "+61299991234", EXT},
        {"US", "(212) 555-0123 x4", "+12125550123", EXT},
    };

    CHECK(cells);
}

Test(clean_phone, words_beside_a_number_are_no_digits)
{
    static const struct cell cells[] = {
        {"AU", "call Ann 0491 570 156 after 5", ANN, WORDS},
        {"AU", "0491 570 156 (after 5pm)", ANN, WORDS},
        {"AU", "0491 570 156 Bob", ANN, WORDS},
        {"AU", "Bob: 0491570156", ANN, WORDS},
        {"AU", "https://wa.me/61491570156", ANN, WORDS},
        /* What says no more than the column does is no loss. */
        {"AU", "Mobile: 0491 570 156", ANN, ""},
        {"AU", "(m) 0491 570 156", ANN, ""},
        {"AU", "Tel. 0491 570 156", ANN, ""},
        {"AU", "T\u00e9l. 0491 570 156", ANN, ""},
        {"AU", "0491 570 156 (work)", ANN, ""},
        /* Letters are never digits: what they would spell is a guess. */
        {"US", "1-800-FLOWERS", NULL, "bad_phone"},
        {"US", "1-800-356-9377", "+18003569377", ""},
        {"AU", "02 9999 Ann", NULL, "bad_phone"},
        {"AU", "0491 570 Bob", NULL, "bad_phone"},
        {"AU", "0491 570 15O", NULL, "bad_phone"},
        {"AU", "see notes", NULL, "bad_phone"},
    };

    CHECK(cells);
}

Test(clean_phone, a_number_is_read_in_every_dress)
{
    static const struct cell cells[] = {
        {"AU", "0491 570 156", ANN, ""},
        {"AU", "0491-570-156", ANN, ""},
        {"AU", "0491.570.156", ANN, ""},
        {"AU", "(0491) 570 156", ANN, ""},
        {"AU", "+61 491 570 156", ANN, ""},
        {"AU", "+61 (0) 491 570 156", ANN, ""},
        {"AU", "+61 (0)491 570 156", ANN, ""},
        {"AU", "(+61) 491 570 156", ANN, ""},
        {"AU", "+610491570156", ANN, ""},
        {"AU", "++61491570156", ANN, ""},
        {"AU", "61491570156", ANN, ""},
        {"AU", "0011 61 491 570 156", ANN, ""},
        {"AU", "00 61 491 570 156", ANN, ""},
        {"AU", "011 61 491 570 156", ANN, ""},
        {NULL, "00 61 491 570 156", ANN, ""},
        {NULL, "0011 61 491 570 156", ANN, ""},
        {NULL, "011 61 491 570 156", ANN, ""},
        {"AU", "tel:+61491570156", ANN, ""},
        {"AU", "tel:0491570156;phone-context=+61", ANN, ""},
        {NULL, "tel:0491-570-156;phone-context=+61", ANN, ""},
        {"AU", "callto:+61491570156", ANN, ""},
        {"AU", "\uff10\uff14\uff19\uff11\uff15\uff17\uff10\uff11\uff15\uff16",
         ANN, ""},
        {"AU", "\uff0b61\uff08491\uff09570156", ANN, ""},
        {"EG",
         "\u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665"
         "\u0666\u0667",
         "+201001234567", ""},
        {"AU", "0491\u00a0570\u00a0156", ANN, ""},
        {"AU", "0491\u2011570\u2011156", ANN, ""},
        {"AU", "\u202a+61491570156\u202c", ANN, ""},
        {"AU", "'0491570156", ANN, ""},
        {"AU", "\"0491570156\"", ANN, ""},
    };

    CHECK(cells);
}

Test(clean_phone, what_a_spreadsheet_did_is_undone_while_no_digit_is_lost)
{
    static const struct cell cells[] = {
        {"AU", "6.1491570156E+10", ANN, "~expanded"},
        {"AU", "6.1491570156e10", ANN, "~expanded"},
        {"AU", "6,1491570156E+10", ANN, "~expanded"},
        {"AU", "+6.1491570156E+10", ANN, "~expanded"},
        {"AU", "6.14915701560000E+10", ANN, "~expanded"},
        {"AU", "4.91570156E+08", ANN, "~expanded ~zero_restored"},
        {"AU", "491570156.0", ANN, "~expanded ~zero_restored"},
        {"AU", "491570156", ANN, "~zero_restored"},
        {"AU", "299991234", "+61299991234", "~zero_restored"},
        {"IT", "612345678", "+390612345678", "~zero_restored"},
        {"IT", "0612345678", "+390612345678", ""},
        {"US", "2125550123", "+12125550123", ""},
        {"US", "2.125550123E+09", "+12125550123", "~expanded"},
        {"AU", "6.14916E+10", NULL, "lost_digits"},
        {"AU", "6.149157015E+10", NULL, "lost_digits"},
        {"AU", "6E+10", NULL, "lost_digits"},
        {"AU", "4.915701567E+08", NULL, "lost_digits"},
        {"AU", "6.1E+99", NULL, "lost_digits"},
        {"AU", "-6.1E+10", NULL, "bad_phone"},
        {"AU", "491570156.5", NULL, "bad_phone"},
    };

    CHECK(cells);
}

Test(clean_phone, what_is_nobodys_number_is_left_out)
{
    static const struct cell cells[] = {
        {"AU", "000", NULL, "bad_phone"},
        {"AU", "112", NULL, "bad_phone"},
        {"US", "911", NULL, "bad_phone"},
        {"GB", "999", NULL, "bad_phone"},
        {"AU", "1234", NULL, "bad_phone"},
        {"AU", "00000000", NULL, "bad_phone"},
        {"AU", "1111111111", NULL, "bad_phone"},
        {"AU", "0491 570 1567 8", NULL, "bad_phone"},
        {"AU", "+61 491 570 15", NULL, "bad_phone"},
        {"AU", "+999 491 570 156", NULL, "bad_phone"},
        {"US", "555-0123", NULL, "bad_phone"},
        {NULL, "0491 570 156", NULL, "no_region"},
        {"AU", "0", NULL, ""},
        {"AU", "-", NULL, ""},
        {"AU", "( )", NULL, ""},
        {"AU", "n/a", NULL, ""},
        {"AU", "none", NULL, ""},
        {"AU", "#N/A", NULL, ""},
        {"AU", "#####", NULL, ""},
        {"AU", "unlisted", NULL, ""},
    };

    CHECK(cells);
}

Test(clean_phone, the_strongest_region_where_the_number_is_valid_wins)
{
    /* 030 901820 is a number in Germany, 0491 570 156 one in Australia. */
    const struct {
        const char *regions[4], *raw, *e164;
    } reads[] = {
        {{"DE", "AU", NULL, NULL}, "030 901820", "+4930901820"},
        {{"DE", "AU", NULL, NULL}, "0491 570 156", "+49491570156"},
        {{"US", "AU", NULL, NULL}, "0491 570 156", ANN},
        {{"US", NULL, "AU", NULL}, "0491 570 156", ANN},
        {{"US", NULL, NULL, "AU"}, "0491 570 156", ANN},
        {{"US", "", "NZ", "AU"}, "0491 570 156", ANN},
        {{"US", "GB", "AU", NULL}, "020 7946 0958", "+442079460958"},
        {{NULL, "GB", "AU", NULL}, "020 7946 0958", "+442079460958"},
        {{"GB", "AU", NULL, NULL}, "+61 491 570 156", ANN},
    };
    struct arena *arena = arena_open();

    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
        struct text e164 = {0};
        bool mobile;

        (void)clean_phone(text_of(reads[i].raw), reads[i].regions, arena, &e164,
                          &mobile);
        cr_expect(text_is(e164, reads[i].e164), "%zu: %s became %.*s", i,
                  reads[i].raw, TEXT_ARGS(e164));
    }
    arena_close(arena);
}

Test(clean_phone, rule10_a_cell_of_digits_costs_no_second)
{
    static const char *const regions[4] = {"AU"};
    struct arena *arena = arena_open();
    char cell[497];

    for (size_t i = 0; i < sizeof(cell); i++)
        cell[i] = i % 2 == 0 ? '1' : ' ';
    /* Each is another cell, so that none is remembered. */
    for (int i = 0; i < 3000; i++) {
        struct text e164;
        bool mobile;

        cell[2 * (i % 248)] = (char)('0' + i / 248 % 10);
        cr_expect(!clean_phone((struct text){cell, sizeof(cell)}, regions,
                               arena, &e164, &mobile));
        arena_reset(arena);
    }
    arena_close(arena);
}

Test(clean_phone, runs_of_one_digit_are_numbers_but_no_keys)
{
    static const char *const placeholders[] = {"+61400000000", "+61299999999",
                                               "+61411111111"};

    for (size_t i = 0; i < 3; i++)
        cr_expect(is_placeholder(KEY_MOBILE, text_of(placeholders[i])));
    cr_expect(!is_placeholder(KEY_MOBILE, TEXT(ANN)));
}
