/*
 * test_data.c - folding, and the data files that cleaning stands on.
 */
#include "mappings/clean.h"

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
