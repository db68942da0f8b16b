/*
 * test_plan_file.c - a plan kept in a file comes back as it was, or not at all;
 * and what of it stands on a terminal is harmless.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/plan_file.h"
#include "sync/plan_line.h"
#include "sync/plan_text.h"

static const uint8_t seed[16] = "a state's seed.";
static char path[] = "plan-XXXXXX";

static struct plan_told told_of(struct arena *arena, const char *email)
{
    struct customer *before = customer_new(arena);
    struct customer *after = customer_new(arena);
    bool *fields = arena_take(arena, field_count() * sizeof(bool));

    customer_set(before, FIELD_BILLING_CITY, TEXT("Perth"));
    customer_set(after, FIELD_EMAIL, text_of(email));
    fields[FIELD_EMAIL] = fields[FIELD_BILLING_CITY] = true;
    return (struct plan_told){
        .kind = CHANGE_UPDATE,
        .remote_id = TEXT("r\"1"),
        .before = before,
        .after = after,
        .fields = fields,
        .file = "people.csv",
        .line = 3,
        .rows = 1,
        .matched = "email",
        .key = text_of(email),
    };
}

static struct plan_head head_of(void)
{
    static const char *const arguments[] = {"people.csv", "shop:"};
    static const struct setting options[] = {{"match", {"email", 5}}};

    return (struct plan_head){
        .arguments = arguments,
        .arguments_count = 2,
        .options = options,
        .options_count = 1,
        .from = "people.csv",
        .to = "shop:",
        .run = 7,
        .made_at = TEXT("2026-11-21T00:00:00Z"),
    };
}

/* A file of count changes. */
static void write_plan(size_t count)
{
    struct arena *arena = arena_open();
    struct plan_head head = head_of();
    struct report_strategy strategy = {.absence = "none", .requests = 4};
    struct plan_basis basis = {
        .state = plan_state_name(seed, arena),
        .moved = 12,
        .rows = 30,
        .source = TEXT("s"),
        .mapping = TEXT("m"),
        .configuration = TEXT("c"),
    };
    struct plan_out *out = NULL;
    struct err err;

    cr_assert_eq(plan_out_open(&out, &head, &err), OK);
    for (size_t i = 0; i < count; i++) {
        struct plan_told told =
            told_of(arena, arena_print(arena, "p%zu@example.com", i).at);

        cr_assert_eq(plan_out_add(out, &told, &err), OK);
    }
    cr_assert_eq(plan_out_publish(out, path, &strategy, &basis, seed, &err),
                 OK);
    plan_out_close(out);
    arena_close(arena);
}

static void begin(void)
{
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    close(fd);
}

static void end(void)
{
    (void)unlink(path);
}

TestSuite(plan_file, .init = begin, .fini = end);

Test(plan_file, comes_back_as_it_was_written)
{
    struct arena *arena = arena_open();
    struct plan_file *file = NULL;
    struct plan_told told = told_of(arena, "p1@example.com");
    struct buffer line = {0};
    struct err err;

    write_plan(3);
    cr_assert_eq(plan_file_load(&file, path, &err), OK, "%s", err.message);
    cr_assert_eq(plan_file_genuine(file, seed, &err), OK);
    cr_assert_eq(file->changes, 3);
    cr_assert_eq(file->basis.moved, 12);
    cr_assert_eq(file->basis.rows, 30);
    cr_assert_str_eq(file->arguments[1], "shop:");
    cr_assert_str_eq(file->options[0].name, "match");
    plan_line(&line, &told);
    cr_assert(key_set_has(file->lines, plan_file_line(buffer_view(&line))));
    told.remote_id = TEXT("r2");
    buffer_clear(&line);
    plan_line(&line, &told);
    cr_assert_not(key_set_has(file->lines, plan_file_line(buffer_view(&line))));
    buffer_free(&line);
    plan_file_close(file);
    arena_close(arena);
}

Test(plan_file, is_its_owners_alone_even_over_an_open_one)
{
    struct stat info;

    cr_assert_eq(chmod(path, 0644), 0);
    write_plan(1);
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
}

Test(plan_file, of_another_state_is_refused_by_name)
{
    static const uint8_t other[16] = "another's seed.";
    struct plan_file *file = NULL;
    struct err err;

    write_plan(1);
    cr_assert_eq(plan_file_load(&file, path, &err), OK);
    cr_assert_eq(plan_file_genuine(file, other, &err), STOP);
    cr_assert_str_eq(err.code, "plan_other_state");
    cr_assert_eq(err.exit, EXIT_DATA);
    plan_file_close(file);
}

/* Whatever single byte is another one, or missing at the end. */
Test(plan_file, no_byte_of_it_can_be_another)
{
    char bytes[4096];
    size_t size;
    FILE *from;

    write_plan(2);
    from = fopen(path, "r");
    size = fread(bytes, 1, sizeof(bytes), from);
    fclose(from);
    cr_assert_lt(size, sizeof(bytes));
    for (size_t i = 0; i < size; i++) {
        struct plan_file *file = NULL;
        FILE *to = fopen(path, "w");
        struct err err;
        enum status status;

        bytes[i] ^= 1;
        fwrite(bytes, 1, size, to);
        fclose(to);
        bytes[i] ^= 1;
        status = plan_file_load(&file, path, &err);
        if (status == OK)
            status = plan_file_genuine(file, seed, &err);
        cr_assert_eq(status, STOP, "byte %zu", i);
        cr_assert_eq(err.exit, EXIT_DATA);
        plan_file_close(file);
        if (i % 7 > 0)
            continue;
        cr_assert_eq(truncate(path, (off_t)i), 0);
        file = NULL;
        cr_assert_eq(plan_file_load(&file, path, &err), STOP, "cut at %zu", i);
    }
}

Test(plan_file, that_is_none_is_said_to_be_none)
{
    struct plan_file *file = NULL;
    FILE *to = fopen(path, "w");
    struct err err;

    fputs("reference_id,email\n1,ann@example.com\n", to);
    fclose(to);
    cr_assert_eq(plan_file_load(&file, path, &err), STOP);
    cr_assert_str_eq(err.code, "plan_altered");
    (void)unlink(path);
    cr_assert_eq(plan_file_load(&file, path, &err), STOP);
    cr_assert_eq(err.exit, EXIT_NOINPUT);
}

Test(plan_text, shows_the_first_and_counts_the_others,
     .init = cr_redirect_stdout)
{
    struct arena *arena = arena_open();
    struct plan_told told = told_of(arena, "a\x1b[31m\xc2\x9b\xe2\x80\xaez@x");
    struct plan_text *text = NULL;
    struct err err;

    cr_assert_eq(plan_text_open(&text, false, &err), OK);
    for (int i = 0; i < CHANGES_SHOWN + 3; i++) {
        cr_expect_eq(plan_text_shows(text), i < CHANGES_SHOWN, "%d", i);
        cr_assert_eq(plan_text_add(text, &told, &err), OK);
        told.fields = arena_take(arena, field_count() * sizeof(bool));
        told.matched = "";
    }
    cr_assert_eq(plan_text_show(text, &err), OK);
    plan_text_close(text);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "~ update r\"1  a?[31m??z@x  people.csv:3  (by email a?[31m??z@x)\n"
        "    email: (blank) -> a?[31m??z@x\n"
        "    billing.city: Perth -> (blank)\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "~ update r\"1  a?[31m??z@x  people.csv:3\n"
        "and 3 more changes; -v shows all, --out FILE keeps them\n"
        "\n");
    arena_close(arena);
}
