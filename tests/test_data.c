/*
 * test_data.c - folding, and the data files that cleaning stands on.
 */
#include "mappings/clean.h"

#include "formats/format.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(data, .timeout = 20);

Test(data, emails_fold_by_case_and_idna)
{
    struct arena *arena = arena_open();

    cr_assert(
        text_is(email_fold(TEXT("ANN@Example.COM"), arena), "ann@example.com"));
    cr_assert(text_is(email_fold(TEXT("Ann@MÜNCHEN.example"), arena),
                      "ann@xn--mnchen-3ya.example"));
    cr_assert(text_is(email_fold(TEXT("JÜRGEN@example.com"), arena),
                      "jürgen@example.com"));
    cr_assert(text_is(email_fold(TEXT(""), arena), ""));
    arena_close(arena);
}

Test(data, names_fold_by_case_and_marks)
{
    struct arena *arena = arena_open();

    cr_assert(text_is(fold_name(TEXT("  José\u00a0 ÁLVAREZ "), arena),
                      "jose alvarez"));
    cr_assert(text_is(fold_name(TEXT("Jose\u0301"), arena), "jose"));
    cr_assert(text_is(fold_name(TEXT("STRASSE"), arena), "strasse"));
    cr_assert(text_is(fold_name(TEXT("Straße"), arena), "strasse"));
    cr_assert(text_is(fold_name(TEXT("Ａｎｎ"), arena), "ann"));
    cr_assert(
        text_is(fold_text(TEXT("Jose\u0301  A\r\nB "), arena), "José A\nB"));
    arena_close(arena);
}

Test(data, the_data_files_are_found)
{
    struct err err;

    cr_assert_eq(clean_open(&err), OK);
    cr_assert_eq(clean_open(&err), OK);
}

/* Each name that ISO has for a country is the name of that country. */
static void check_names(const struct node *country, struct arena *arena)
{
    static const char *const members[] = {"alpha_2", "alpha_3", "name",
                                          "common_name", "official_name"};
    struct text alpha2 = node_member_text(country, "alpha_2");

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        struct text name = node_member_text(country, members[i]);

        /* ISO's short name of one of the two. */
        if (name.size == 0 || text_is(name, "Congo"))
            continue;
        cr_expect(text_equal(clean_country(name, arena), alpha2), "%.*s",
                  TEXT_ARGS(name));
    }
}

Test(data, every_name_of_iso_is_a_country)
{
    struct arena *arena = arena_open();
    struct names *names = names_open();
    static char bytes[200000];
    FILE *file = fopen("/usr/share/iso-codes/json/iso_3166-1.json", "r");
    struct node *tree;
    struct err err;
    size_t count = 0;

    cr_assert_neq(file, NULL);
    cr_assert_eq(
        json_parse((struct text){bytes, fread(bytes, 1, sizeof(bytes), file)},
                   arena, names, &tree, &err),
        OK);
    for (const struct node *country = node_member(tree, "3166-1")->first;
         country != NULL; country = country->next, count++)
        check_names(country, arena);
    cr_assert_gt(count, 240);
    (void)fclose(file);
    names_close(names);
    arena_close(arena);
}

Test(data, usual_other_names_are_countries_and_ambiguous_ones_are_none)
{
    static const char *const pairs[][2] = {
        {"UK", "GB"},
        {"u.k.", "GB"},
        {"England", "GB"},
        {"Scotland", "GB"},
        {"Wales", "GB"},
        {"Northern Ireland", "GB"},
        {"Great Britain", "GB"},
        {"USA", "US"},
        {"U.S.A.", "US"},
        {"U S A", "US"},
        {"United States", "US"},
        {"United States of America", "US"},
        {"the United States", "US"},
        {"Holland", "NL"},
        {"THE NETHERLANDS", "NL"},
        {"Russia", "RU"},
        {"Ivory Coast", "CI"},
        {"C\u00f4te d\u2019Ivoire", "CI"},
        {"Cote d'Ivoire", "CI"},
        {"Viet Nam", "VN"},
        {"Vietnam", "VN"},
        {"Vi\u1ec7t Nam", "VN"},
        {"Turkey", "TR"},
        {"T\u00fcrkiye", "TR"},
        {"Czech Republic", "CZ"},
        {"Czechia", "CZ"},
        {"\u010cesko", "CZ"},
        {"South Korea", "KR"},
        {"Korea, South", "KR"},
        {"Republic of Korea", "KR"},
        {"North Korea", "KP"},
        {"DR Congo", "CD"},
        {"Congo-Brazzaville", "CG"},
        {"Guinea", "GN"},
        {"Guinea-Bissau", "GW"},
        {"Equatorial Guinea", "GQ"},
        {"Papua New Guinea", "PG"},
        {"Deutschland", "DE"},
        {"DEUTSCHLAND", "DE"},
        {"\u00d6sterreich", "AT"},
        {"OSTERREICH", "AT"},
        {"Espa\u00f1a", "ES"},
        {"Espan\u0303a", "ES"},
        {"\u65e5\u672c", "JP"},
        {"\u4e2d\u56fd", "CN"},
        {"\uff2a\uff30", "JP"}, /* full-width JP */
        {"\u0395\u039b\u039b\u0391\u0394\u0391", "GR"},
        {"\u0420\u041e\u0421\u0421\u0418\u042f", "RU"},
        {"\u0639\u0645\u0627\u0646", "OM"},
        {"EL", "GR"}, /* as the EU's VAT numbers have it */
        {"  Australia\u00a0", "AU"},
        {"Korea", ""},
        {"korea", ""},
        {"Congo", ""},
        {"Virgin Islands", ""},
        {"West Indies", ""},
        {"Atlantis", ""},
        {"Europe", ""},
        {"ZZ", ""},
        {"AA", ""},
        {"", ""},
    };
    struct arena *arena = arena_open();

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        cr_expect(
            text_is(clean_country(text_of(pairs[i][0]), arena), pairs[i][1]),
            "%s", pairs[i][0]);
    arena_close(arena);
}

static char folder[] = "/tmp/test_data.XXXXXX";

/* A folder of mappings whose data files are not ours. */
static void use_folder(const char *placeholders, const char *countries)
{
    char command[300];

    cr_assert_neq(mkdtemp(folder), NULL);
    (void)snprintf(command, sizeof(command),
                   "mkdir %s/data; printf '%s' > %s/data/placeholders.txt; "
                   "printf '%s' > %s/data/countries.csv",
                   folder, placeholders, folder, countries, folder);
    cr_assert_eq(system(command), 0);
    cr_assert_eq(setenv("CUSTSYNC_MAPPINGS", folder, 1), 0);
}

static void remove_folder(void)
{
    char command[100];

    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

Test(data, a_users_data_files_come_first, .fini = remove_folder)
{
    struct arena *arena = arena_open();
    struct err err;

    use_folder("email ann@*\n", "name,alpha_2\nHome,AU\n");
    cr_assert_eq(clean_open(&err), OK);
    cr_assert(is_placeholder(KEY_EMAIL, TEXT("ann@example.com")));
    cr_assert(!is_placeholder(KEY_EMAIL, TEXT("noreply@example.com")));
    cr_assert(text_is(clean_country(TEXT("home"), arena), "AU"));
    arena_close(arena);
}

Test(data, values_that_say_nothing_are_found_wherever_they_stand_in_the_file,
     .fini = remove_folder)
{
    static const char *const found[] = {
        "ann@x.example", "anna@x.example",  "za@b.example",   "zab@b.other",
        "x@none.org",    "xx@nonone.none.", "none@a.invalid", "0@1.2.invalid",
        "exact@a.b",     "EXACT@a.b",       "a0000",          "0000"};
    static const char *const others[] = {
        "an@x.example", "zb@b.example", "zabc@b", "x@non.org", "a@invalid",
        "exact@a.bc",   "exact@a.",     "a0001",  "000",       "@",
        "b@x.example",  "x@none"};
    struct err err;

    use_folder("email zab@*\nemail *.invalid\nemail ann@*\n"
               "email exact@a.b\nemail same 4\nemail anna@*\n"
               "email *@*none.*\nemail za@b.*\n",
               "name,alpha_2\nHome,AU\n");
    cr_assert_eq(clean_open(&err), OK, "%s", err.message);
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        cr_expect(is_placeholder(KEY_EMAIL, text_of(found[i])), "%s", found[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect(!is_placeholder(KEY_EMAIL, text_of(others[i])), "%s",
                  others[i]);
    cr_expect(!is_placeholder(KEY_EMAIL, TEXT("")));
}

Test(data, a_wrong_line_in_a_data_file_is_told_with_its_place,
     .fini = remove_folder)
{
    struct err err;

    use_folder("# fine\nemial ann@*\n", "");
    cr_assert_eq(clean_open(&err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_neq(strstr(err.place, "placeholders.txt:2"), NULL, "%s",
                  err.place);
}

Test(data, a_wrong_country_code_is_told, .fini = remove_folder)
{
    struct err err;

    use_folder("", "name,alpha_2\nHome,aus\n");
    cr_assert_eq(clean_open(&err), STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert_neq(strstr(err.place, "countries.csv"), NULL, "%s", err.place);
    cr_assert_neq(err.hint[0], '\0');
}
