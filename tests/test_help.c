/*
 * test_help.c - every screen of help fits, and says what it should.
 */
#include "sync/help.h"

#include "sync/codes.h"
#include "sync/options_own.h"
#include "sync/topics.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(help, .timeout = 10);

/* Lines of at most 80 columns, none with blanks at its end; how many. */
static size_t lines_that_fit(const struct buffer *out, const char *name)
{
    struct text rest = buffer_view(out);
    size_t lines = 0;

    cr_assert_gt(rest.size, 0, "%s", name);
    cr_assert_eq(rest.at[rest.size - 1], '\n', "%s", name);
    while (rest.size > 0) {
        size_t size = text_find(rest, "\n");

        cr_expect_leq(size, HELP_COLUMNS, "%s: %.*s", name, (int)size, rest.at);
        cr_expect(size == 0 || rest.at[size - 1] != ' ', "%s: %.*s|", name,
                  (int)size, rest.at);
        rest.at += size + 1;
        rest.size -= size + 1;
        lines++;
    }
    return lines;
}

static bool has(const struct buffer *out, const char *words)
{
    return text_find(buffer_view(out), words) < out->size;
}

Test(help, of_every_command_is_a_screen_with_an_example)
{
    struct buffer out = {0};

    for (size_t i = 0; commands[i] != NULL; i++) {
        const char *name = commands[i]->name;

        if (commands[i]->hidden)
            continue;
        buffer_clear(&out);
        help_print(&out, commands[i]);
        cr_expect_leq(lines_that_fit(&out, name), HELP_LINES, "%s:\n%.*s", name,
                      (int)out.size, out.at);
        cr_expect(has(&out, commands[i]->summary) || out.size > HELP_COLUMNS);
        cr_expect_not_null(commands[i]->examples, "%s has no example", name);
        if (commands[i]->examples != NULL)
            cr_expect(strstr(commands[i]->examples, name) != NULL, "%s", name);
        cr_expect(has(&out, "\nexample"), "%s", name);
    }
    buffer_free(&out);
}

Test(help, of_a_command_names_all_of_its_options)
{
    struct buffer out = {0};

    for (size_t i = 0; commands[i] != NULL; i++) {
        buffer_clear(&out);
        help_print(&out, commands[i]);
        for (const struct row *row = option_rows; row->name != NULL; row++) {
            char option[60];

            (void)snprintf(option, sizeof(option), "--%s", row->name);
            if (row->text != NULL && row_is_taken(row, commands[i]))
                cr_expect(has(&out, option), "%s %s", commands[i]->name,
                          option);
        }
    }
    buffer_free(&out);
}

Test(help, of_the_program_is_a_screen_that_names_commands_and_topics)
{
    struct buffer out = {0};

    help_print(&out, NULL);
    cr_expect_leq(lines_that_fit(&out, "custsync"), HELP_LINES, "%.*s",
                  (int)out.size, out.at);
    for (size_t i = 0; commands[i] != NULL; i++)
        cr_expect(commands[i]->hidden || has(&out, commands[i]->name), "%s",
                  commands[i]->name);
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        cr_expect(has(&out, topic->name), "%s", topic->name);
    cr_expect(has(&out, "\nexample: custsync "));
    buffer_free(&out);
}

/* All options are more than a screen, and are there to be looked through. */
Test(help, of_every_topic_is_a_screen)
{
    struct buffer out = {0};

    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        size_t lines;

        buffer_clear(&out);
        topic_print(&out, topic);
        lines = lines_that_fit(&out, topic->name);
        cr_expect(lines <= HELP_LINES || strcmp(topic->name, "options") == 0,
                  "%s: %zu lines", topic->name, lines);
        cr_expect_eq(topic_named(topic->name), topic);
    }
    cr_expect_null(topic_named("nonsense"));
    buffer_free(&out);
}

Test(help, of_all_options_has_each_of_them_once)
{
    struct buffer out = {0};

    help_options(&out);
    cr_expect(has(&out, "of: retry\n"), "--code is for retry");
    (void)lines_that_fit(&out, "options");
    for (const struct row *row = option_rows; row->name != NULL; row++) {
        char option[60];
        struct text rest = buffer_view(&out);
        size_t at, times = 0;

        (void)snprintf(option, sizeof(option), " --%s", row->name);
        while ((at = text_find(rest, option)) < rest.size) {
            bool head = strchr(" ,", rest.at[at - 1]) != NULL;

            rest.at += at + strlen(option);
            rest.size -= at + strlen(option);
            times += head && (rest.at[0] == ' ' || rest.at[0] == '\n');
        }
        cr_expect_eq(times, row->text != NULL ? 1 : 0, "%s: %zu", option,
                     times);
    }
    buffer_free(&out);
}

/* `help NAME` shows a command before a topic, and a topic before the rest. */
Test(help, finds_every_topic_and_code_by_its_name)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        cr_expect_null(command_named(topic->name), "%s", topic->name);
        cr_expect_null(row_named(topic->name), "%s", topic->name);
        cr_expect_null(code_named(topic->name), "%s", topic->name);
    }
    for (const struct code *code = codes; code->name != NULL; code++)
        cr_expect_null(command_named(code->name), "%s", code->name);
}

Test(help, wraps_words_at_the_last_column)
{
    struct buffer out = {0};

    help_wrap(&out, "1234567890 1234567890", 69, 4);
    cr_expect(text_is(buffer_view(&out), "1234567890\n    1234567890\n"));
    buffer_clear(&out);
    help_wrap(&out, "123456789 1234567890", 60, 4);
    cr_expect(text_is(buffer_view(&out), "123456789 1234567890\n"));
    buffer_clear(&out);
    help_wrap(&out, "  one ", 78, 4);
    cr_expect(text_is(buffer_view(&out), "one\n"));
    buffer_free(&out);
}
