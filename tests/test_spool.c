/*
 * test_spool.c - rows come back whole, from anywhere, and leave nothing behind.
 */
#include "tests/store_fixture.h"

#include <dirent.h>
#include <string.h>

#include "sync/spool.h"

static struct spool *spool;

static void set_up(void)
{
    folder_make();
    cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
    ok(spool_open(&spool, NULL, &err));
}

static void tear_down(void)
{
    spool_close(spool);
    folder_remove();
}

TestSuite(spool, .init = set_up, .fini = tear_down, .timeout = 30);

static uint64_t add(struct text raw, struct text customer)
{
    uint64_t offset;

    ok(spool_add(spool,
                 &(struct spooled){
                     .line = 7, .file = 1, .raw = raw, .customer = customer},
                 &offset, &err));
    return offset;
}

static void expect(uint64_t offset, struct text raw, struct text customer)
{
    struct spooled got;

    ok(spool_get(spool, offset, arena, &got, &err));
    cr_assert(text_equal(got.raw, raw), "%.*s", TEXT_ARGS(got.raw));
    cr_assert(text_equal(got.customer, customer), "%.*s",
              TEXT_ARGS(got.customer));
    cr_assert_eq(got.line, 7);
    cr_assert_eq(got.file, 1);
    /* Both may be handed to C as strings. */
    cr_assert_eq(got.raw.at[got.raw.size], '\0');
    cr_assert_eq(got.customer.at[got.customer.size], '\0');
}

Test(spool, rows_come_back_in_any_order_and_again)
{
    enum { COUNT = 5000 };
    static uint64_t offsets[COUNT];

    for (int i = 0; i < COUNT; i++)
        offsets[i] = add(arena_print(arena, "%d,Ann,%0*d", i, i % 300, i),
                         arena_print(arena, "{\"name\":\"%d\"}", i));
    for (int i = COUNT; i-- > 0;) {
        int at = i * 37 % COUNT;

        expect(offsets[at], arena_print(arena, "%d,Ann,%0*d", at, at % 300, at),
               arena_print(arena, "{\"name\":\"%d\"}", at));
        arena_reset(arena);
    }
    expect(offsets[0], TEXT("0,Ann,0"), TEXT("{\"name\":\"0\"}"));
}

Test(spool, either_part_may_be_empty_and_bytes_are_bytes)
{
    static const char bytes[] = "a\0b\n\r\xff\"";
    struct text raw = {bytes, sizeof(bytes) - 1}, none = {0};
    uint64_t both = add(none, none), first = add(raw, none),
             second = add(none, raw);

    expect(second, none, raw);
    expect(both, none, none);
    expect(first, raw, none);
}

Test(spool, a_row_may_be_larger_than_any_buffer)
{
    size_t size = 3 * 1024 * 1024;
    char *large = malloc(size);
    uint64_t before, offset, after;

    cr_assert_not_null(large);
    for (size_t i = 0; i < size; i++)
        large[i] = (char)(i * 31 >> 3);
    before = add(TEXT("before"), TEXT("1"));
    offset = add((struct text){large, size}, TEXT("2"));
    after = add(TEXT("after"), (struct text){large, size});
    expect(before, TEXT("before"), TEXT("1"));
    expect(offset, (struct text){large, size}, TEXT("2"));
    expect(after, TEXT("after"), (struct text){large, size});
    free(large);
}

static size_t files_in(const char *name)
{
    DIR *open = opendir(name);
    size_t count = 0;

    cr_assert_not_null(open);
    while (readdir(open) != NULL)
        count++;
    (void)closedir(open);
    return count - 2; /* . and .. */
}

Test(spool, the_file_has_no_name_while_it_is_in_use)
{
    (void)add(TEXT("Ann"), TEXT("{}"));
    cr_assert_eq(files_in(folder), 0);
}

Test(spool, without_a_folder_of_the_users_another_one_will_do)
{
    FILE *file;

    cr_assert_eq(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    cr_assert_eq(spool_temporary(&file, "it", &err), OK);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(unsetenv("TMPDIR"), 0);
    cr_assert_eq(spool_temporary(&file, "it", &err), OK);
    cr_assert_eq(fclose(file), 0);
}

Test(spool, a_place_that_was_never_given_is_told_and_not_read)
{
    uint64_t offset = add(TEXT("Ann"), TEXT("{}"));
    struct spooled row;

    cr_assert_eq(spool_get(spool, offset + 1000000, arena, &row, &err), STOP);
    cr_assert_eq(err.exit, EXIT_IO);
}

Test(spool, closing_nothing_is_fine)
{
    spool_close(NULL);
}
