/*
 * test_examples.c - every shipped mapping and provider, by its own examples;
 * and the files of mappings/good and mappings/bad, which test_schema.sh shows
 * to the JSON Schema: both must say the same.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "mappings/locate.h"
#include "mappings/provider.h"
#include "mappings/rule.h"

TestSuite(examples, .timeout = 30);

static void expect_examples(const struct mapping *mapping)
{
    struct check check = {.file = mapping_file(mapping)};
    struct err err;

    mapping_examples(mapping, &check);
    if (check_end(&check, &err) != OK)
        cr_expect_fail("%s: %s", err.place, err.message);
    cr_expect_geq(node_count(mapping->examples), 2, "%s has fewer than two",
                  mapping_name(mapping));
}

Test(examples, shipped_mappings_hold_both_ways)
{
    struct arena *arena = arena_open();
    const char *const *names = locate_names("files", arena);
    struct err err;
    size_t count = 0;

    for (; *names != NULL; names++, count++) {
        struct mapping *mapping = NULL;

        if (mapping_load(&mapping, *names, &err) != OK)
            cr_expect_fail("%s: %s", err.place, err.message);
        else
            expect_examples(mapping);
        mapping_close(mapping);
    }
    cr_expect_geq(count, 7);
    arena_close(arena);
}

Test(examples, shipped_providers_hold_both_ways)
{
    struct arena *arena = arena_open();
    const char *const *names = provider_names(arena);
    struct err err;
    size_t count = 0;

    for (; *names != NULL; names++, count++) {
        struct provider *provider = NULL;

        if (provider_load(&provider, *names, &err) != OK)
            cr_expect_fail("%s: %s", err.place, err.message);
        else
            expect_examples(provider->mapping);
        provider_close(provider);
    }
    cr_expect_geq(count, 3);
    arena_close(arena);
}

Test(examples, what_does_not_hold_is_a_fault)
{
    static const char text[] =
        "fields: {email: Email}\n"
        "examples:\n"
        "- {input: {Email: a@example.com}, customer: {email: b@example.com}}\n"
        "- {input: {Email: nobody}, customer: {}}\n"
        "- {customer: {email: a@example.com}, output: {Email: A}}\n"
        "- {customer: {email: a@example.com}, output: {}}\n"
        "- {customer: {email: a@example.com}, problems: [too_long]}\n"
        "- {input: {Email: a@example.com}, skipped: true}\n"
        "- {customer: {emial: a@example.com}}\n";
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct check check = {.file = "x.yaml", .quiet = true};
    struct mapping *mapping;
    struct node *tree;
    struct err err;

    cr_assert_eq(yaml_parse(text_of(text), "x.yaml", arena, names, &tree, &err),
                 OK);
    cr_assert_eq(mapping_build(&mapping, "x", "x.yaml", tree, &check, &err),
                 OK);
    mapping_examples(mapping, &check);
    /* One each, and two of the second: bad_email, nobody. */
    cr_expect_eq(check.count, 8, "%u", check.count);
    cr_expect_str_eq(check.first.place, "x.yaml:3:3");
    mapping_close(mapping);
    names_close(names);
    arena_close(arena);
}

/* How many files of the folder load. */
static size_t loaded(const char *folder, size_t *files)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t good = 0;

    cr_assert_not_null(dir, "%s", folder);
    *files = 0;
    while ((entry = readdir(dir)) != NULL) {
        struct mapping *mapping = NULL;
        struct provider *provider = NULL;
        char path[300];
        struct err err = {0};
        enum status status;

        if (entry->d_name[0] == '.')
            continue;
        ++*files;
        snprintf(path, sizeof(path), "%s/%.200s", folder, entry->d_name);
        if (strncmp(entry->d_name, "provider", 8) == 0)
            status = provider_load(&provider, path, &err);
        else
            status = mapping_load(&mapping, path, &err);
        good += status == OK;
        cr_expect_eq(status == OK, strstr(folder, "good") != NULL, "%s: %s",
                     path, err.message);
        if (status != OK) {
            cr_expect_eq(err.exit, EXIT_CONFIG, "%s: %d", path, err.exit);
            cr_expect_eq(strncmp(err.place, path, strlen(path)), 0, "%s",
                         err.place);
        }
        mapping_close(mapping);
        provider_close(provider);
    }
    closedir(dir);
    return good;
}

Test(examples, good_files_load)
{
    size_t files;

    cr_expect_eq(loaded("tests/mappings/good", &files), files);
    cr_expect_geq(files, 5);
}

Test(examples, bad_files_are_refused_with_their_place)
{
    size_t files;

    cr_expect_eq(loaded("tests/mappings/bad", &files), 0);
    cr_expect_geq(files, 30);
}
