/*
 * generate.c - the bench's people: the same for the same seed, anywhere.
 *
 * bench_generate FORMAT ROWS [NAME=VALUE...] on standard output. FORMAT is
 * csv, json, ndjson or xml. A row depends on the seed and its number alone, so
 * that the formats, a changed file and a part of a file speak of the same
 * people. Everybody is made up; one row in twenty needs quotes, another one in
 * twenty is not ASCII. Names:
 *
 *   seed=N        other people
 *   first=N       number of the first row
 *   duplicates=P  per cent of rows that are an earlier person once more
 *   change=P      per cent of rows that have moved house since
 *   only=P        nothing but the rows that change=P changes
 *   moved=N       the rows below number N have moved house, no other
 *   phones=0      nobody has a number
 *   ids=0         no reference ids
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 14, CELL = 96 };

/* In the order in which custsync writes them, so that bare_convert need not
 * put them into it. */
static const char *const names[COLUMNS] = {
    "reference_id", "company",     "first_name", "last_name", "email",
    "phone",        "mobile",      "notes",      "street",    "city",
    "state",        "postal_code", "country",    "tags",
};

enum column {
    ID,
    COMPANY,
    FIRST,
    LAST,
    EMAIL,
    PHONE,
    MOBILE,
    NOTES,
    STREET,
    CITY,
    STATE,
    POSTCODE,
    COUNTRY,
    TAGS
};

struct wish {
    uint64_t seed, first, duplicates, change, only, moved, phones, ids;
};

struct row {
    char cell[COLUMNS][CELL];
};

/* splitmix64: the n-th number of a seed, without those before it. */
static uint64_t mix(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#define PICK(list, n) (list)[(n) % (sizeof(list) / sizeof((list)[0]))]
#define CELL_OF(row, column, ...)                                              \
    ((void)snprintf((row)->cell[column], CELL, __VA_ARGS__))

static const char *const firsts[] = {
    "Ana",  "Ben",  "Carla", "David", "Emma", "Finn", "Grace", "Harry",
    "Isla", "Jack", "Karen", "Liam",  "Mia",  "Noah", "Olga",  "Peter",
};
static const char *const firsts_far[] = {"Zoë",   "José", "Łukasz", "Søren",
                                         "Αθηνά", "Юлия", "美咲",   "André"};
static const char *const starts[] = {"Ash", "Bar", "Cal", "Dun", "El",   "Far",
                                     "Gar", "Hol", "Ing", "Kel", "Lang", "Mor",
                                     "Nor", "Pem", "Ros", "Wil"};
static const char *const ends[] = {
    "berg", "bury", "combe", "den", "field", "ford", "ham",  "land",
    "ley",  "man",  "ow",    "son", "stone", "ton",  "well", "wood"};
static const char *const streets[] = {"High", "Station", "Church", "Victoria",
                                      "Mill", "George",  "Park",   "Ocean"};
static const struct {
    const char *city, *state, *code;
} cities[] = {
    {"Sydney", "NSW", "2000"},   {"Melbourne", "VIC", "3000"},
    {"Brisbane", "QLD", "4000"}, {"Perth", "WA", "6000"},
    {"Adelaide", "SA", "5000"},  {"Hobart", "TAS", "7000"},
};
static const char *const tags[] = {"", "VIP", "Wholesale", "Newsletter", ""};

/* Mobiles and landlines are different for all, and valid in Australia. */
static void numbers(struct row *row, uint64_t person, uint64_t luck)
{
    uint64_t mobile = 400000000 + person * 12345677 % 40000000;
    uint64_t line = person * 7654321 % 10000000;

    if (luck % 10 != 0)
        switch (luck / 10 % 3) {
        case 0:
            CELL_OF(row, MOBILE, "+61%" PRIu64, mobile);
            break;
        case 1:
            CELL_OF(row, MOBILE, "0%" PRIu64, mobile);
            break;
        default:
            CELL_OF(row, MOBILE, "0%03" PRIu64 " %03" PRIu64 " %03" PRIu64,
                    mobile / 1000000, mobile / 1000 % 1000, mobile % 1000);
        }
    if (luck / 100 % 5 == 0)
        CELL_OF(row, PHONE, "(02) 9%03" PRIu64 " %04" PRIu64, line / 10000,
                line % 10000);
}

static void person(struct row *row, uint64_t n, const struct wish *wish)
{
    uint64_t a = mix(wish->seed, n), b = mix(wish->seed + 1, n);
    uint64_t special = b % 20;

    memset(row, 0, sizeof(*row));
    if (wish->ids != 0)
        CELL_OF(row, ID, "C%" PRIu64, 1000000 + n);
    CELL_OF(row, FIRST, "%s",
            special == 1 ? PICK(firsts_far, a) : PICK(firsts, a));
    CELL_OF(row, LAST, "%s%s", PICK(starts, a >> 8), PICK(ends, a >> 16));
    if ((a >> 24) % 5 == 0)
        CELL_OF(row, COMPANY, "%s %s Pty Ltd", PICK(starts, a >> 32),
                PICK(streets, a >> 40));
    CELL_OF(row, EMAIL, "%s.%" PRIu64 "@example.com", PICK(starts, a >> 8), n);
    if (wish->phones != 0)
        numbers(row, n, b >> 8);
    CELL_OF(row, STREET, "%s%u %s %s", special == 2 ? "Unit 4, " : "",
            (unsigned)(1 + (b >> 16) % 400), PICK(streets, b >> 24),
            b >> 63 ? "Street" : "Road");
    CELL_OF(row, CITY, "%s", PICK(cities, b >> 32).city);
    CELL_OF(row, STATE, "%s", PICK(cities, b >> 32).state);
    CELL_OF(row, POSTCODE, "%s", PICK(cities, b >> 32).code);
    CELL_OF(row, COUNTRY, "AU");
    CELL_OF(row, TAGS, "%s", PICK(tags, b >> 40));
    if (special == 2)
        CELL_OF(row, NOTES, "Said \"ring later\", twice");
    else if ((b >> 48) % 3 == 0)
        CELL_OF(row, NOTES, "Customer since %u", (unsigned)(1990 + n % 35));
}

/* A duplicate is some earlier row's person: without its id, or with it. */
static void make_row(struct row *row, uint64_t n, const struct wish *wish)
{
    uint64_t luck = mix(wish->seed + 2, n), who = n;

    while (who > 0 && mix(wish->seed + 2, who) % 100 < wish->duplicates)
        who = mix(wish->seed + 3, who) % who;
    person(row, who, wish);
    if (who != n && luck >> 63)
        row->cell[ID][0] = '\0';
    if (n < wish->moved || mix(wish->seed + 4, n) % 100 < wish->change)
        CELL_OF(row, STREET, "%u New %s", (unsigned)(1 + n % 300),
                PICK(streets, n));
}

static void csv_cell(const char *text)
{
    if (text[strcspn(text, ",\"\n")] == '\0') {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void csv_row(const struct row *row)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (i > 0)
            putchar(',');
        csv_cell(row->cell[i]);
    }
    putchar('\n');
}

static void json_row(const struct row *row)
{
    for (int i = 0; i < COLUMNS; i++) {
        printf("%s\"%s\": \"", i == 0 ? "{" : ", ", names[i]);
        for (const char *text = row->cell[i]; *text != '\0'; text++) {
            if (*text == '"')
                putchar('\\');
            putchar(*text);
        }
        putchar('"');
    }
    putchar('}');
}

static void xml_row(const struct row *row)
{
    fputs("  <customer>\n", stdout);
    for (int i = 0; i < COLUMNS; i++) {
        printf("    <%s>", names[i]);
        for (const char *text = row->cell[i]; *text != '\0'; text++)
            if (*text == '"')
                fputs("&quot;", stdout);
            else
                putchar(*text);
        printf("</%s>\n", names[i]);
    }
    fputs("  </customer>\n", stdout);
}

static void header(const char *format)
{
    if (strcmp(format, "csv") == 0)
        for (int i = 0; i < COLUMNS; i++)
            printf("%s%c", names[i], i + 1 < COLUMNS ? ',' : '\n');
    else if (strcmp(format, "json") == 0)
        fputs("[\n", stdout);
    else if (strcmp(format, "xml") == 0)
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<customers>\n",
              stdout);
}

static void put_row(const char *format, const struct row *row, bool is_first)
{
    if (strcmp(format, "csv") == 0) {
        csv_row(row);
    } else if (strcmp(format, "xml") == 0) {
        xml_row(row);
    } else {
        if (!is_first)
            fputs(strcmp(format, "json") == 0 ? ",\n" : "\n", stdout);
        json_row(row);
    }
}

static bool take_wish(struct wish *wish, const char *text)
{
    const struct {
        const char *name;
        uint64_t *number;
    } all[] = {{"seed=", &wish->seed},     {"first=", &wish->first},
               {"phones=", &wish->phones}, {"duplicates=", &wish->duplicates},
               {"change=", &wish->change}, {"only=", &wish->only},
               {"moved=", &wish->moved},   {"ids=", &wish->ids}};
    char *end;

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        size_t size = strlen(all[i].name);

        if (strncmp(text, all[i].name, size) != 0)
            continue;
        *all[i].number = strtoull(text + size, &end, 10);
        return *end == '\0' && end != text + size;
    }
    return false;
}

int main(int argc, char **argv)
{
    struct wish wish = {.seed = 20261121, .phones = 1, .ids = 1};
    const char *format = argc > 2 ? argv[1] : "";
    uint64_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    bool is_first = true,
         good = rows > 0 && strstr(" csv json ndjson xml ", format) != NULL;
    struct row row;

    for (int i = 3; i < argc && good; i++)
        good = take_wish(&wish, argv[i]);
    if (!good) {
        fputs("usage: bench_generate csv|json|ndjson|xml ROWS"
              " [NAME=VALUE...]\n",
              stderr);
        return 64;
    }
    header(format);
    for (uint64_t n = wish.first; n < wish.first + rows; n++) {
        if (wish.only != 0 && mix(wish.seed + 4, n) % 100 >= wish.only)
            continue;
        make_row(&row, n, &wish);
        put_row(format, &row, is_first);
        is_first = false;
    }
    if (strcmp(format, "xml") == 0)
        fputs("</customers>\n", stdout);
    else if (strcmp(format, "csv") != 0)
        fputs(strcmp(format, "json") == 0 ? "\n]\n" : "\n", stdout);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 74;
}
