/*
 * test_source_decide.c - the pass over a source that decides how its times are
 * written, and a signal that comes meanwhile.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mappings/decision.h"
#include "sync/config.h"
#include "sync/run.h"
#include "sync/source.h"

TestSuite(source_decide, .timeout = 60);

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

/* What the decision says once the first row was read. */
static void tell(struct buffer *out)
{
    char folder[] = "/tmp/custsync-decide.XXXXXX", *mapping, *people, *written;
    struct policy policy = {0};
    struct endpoint from = {0};
    struct arena *arena = arena_open();
    struct source *source;
    struct source_row row;
    struct customer *customer;
    struct err err;

    cr_assert_not_null(mkdtemp(folder));
    mapping = (char *)arena_print(arena, "%s/m.yaml", folder).at;
    people = (char *)arena_print(arena, "%s/p.csv", folder).at;
    written = (char *)arena_print(arena, "%s:%s", mapping, people).at;
    put_file(mapping, "fields: {name: Name, created_at: {from: Since, format: "
                      "['%d/%m/%Y', '%m/%d/%Y']}}\n");
    put_file(people, "Name,Since\nAnn,03/04/2026\nBo,13/04/2026\n");
    from =
        (struct endpoint){.written = written, .name = mapping, .path = people};
    cr_assert_eq(source_open(&source, &from, 1, &policy, NULL, NULL, &err), OK,
                 "%s", err.message);
    cr_assert_eq(source_next(source, &row, &err), OK);
    cr_assert_eq(
        source_customer(source, row.file, row.raw, arena, &customer, &err), OK);
    decision_tell(source_decision(source), out);
    buffer_byte(out, '\0');
    source_close(source);
    unlink(mapping);
    unlink(people);
    rmdir(folder);
    arena_close(arena);
}

Test(source_decide, the_first_row_asks_the_whole_file)
{
    struct buffer told = {0};

    tell(&told);
    cr_expect_str_eq(told.at, "Since: %d/%m/%Y (\"13/04/2026\"); 1 of 2 values "
                              "alone would not say so\n");
    buffer_free(&told);
}

Test(source_decide, a_signal_ends_it)
{
    struct buffer told = {0};

    run_interrupted = SIGTERM;
    tell(&told);
    cr_expect_str_eq(told.at, "");
    run_interrupted = 0;
    buffer_free(&told);
}
