/*
 * test_show.c - words of strangers, on a terminal.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sync/show.h"

static void shows(const char *text, size_t size, size_t letters,
                  const char *wanted)
{
    struct buffer out = {0};

    show_safely(&out, (struct text){text, size}, letters);
    buffer_byte(&out, '\0');
    cr_assert_str_eq(out.at, wanted);
    buffer_free(&out);
}

#define SHOWS(text, wanted) shows(text, sizeof(text) - 1, 80, wanted)

Test(show, letters_of_every_length_stay)
{
    SHOWS("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80",
          "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80");
}

Test(show, controls_of_one_byte_and_of_two_do_not)
{
    SHOWS("a\x1b[31mb\x7f\x00", "a?[31mb??");
    SHOWS("a\xc2\x9b"
          "31mb",
          "a?31mb");
    SHOWS("two\nlines\tand\rmore", "two lines and more");
}

Test(show, marks_that_turn_the_direction_do_not)
{
    SHOWS("a\xe2\x80\xae"
          "b\xe2\x80\x8f"
          "c\xe2\x81\xa6"
          "d",
          "a?b?c?d");
    SHOWS("a\xe2\x80\x93"
          "b",
          "a\xe2\x80\x93"
          "b"); /* a dash stays */
}

Test(show, bytes_that_are_no_letters_do_not)
{
    SHOWS("a\x9b"
          "31m\xff\xc3",
          "a?31m??");
    SHOWS("\xe2\x82", "??"); /* cut short */
}

Test(show, what_is_long_is_cut_between_letters)
{
    shows("\xc3\xab\xc3\xab\xc3\xab", 6, 2, "\xc3\xab\xc3\xab...");
    shows("\xc3\xab\xc3\xab", 4, 2, "\xc3\xab\xc3\xab");
}

/* --- lines of a terminal ---------------------------------------------------*/

static void wrapped(const char *lines, size_t columns, const char *wanted)
{
    struct buffer out = {0};

    show_wrapped(&out, text_of(lines), columns);
    buffer_byte(&out, '\0');
    cr_assert_str_eq(out.at, wanted);
    buffer_free(&out);
}

Test(show, a_line_that_fits_stays_as_it_is)
{
    wrapped("  read       5\n\nproblems:\n", 40,
            "  read       5\n\nproblems:\n");
    wrapped("no end", 40, "no end");
    wrapped("", 40, "");
}

Test(show, a_long_line_goes_on_below_where_its_words_begin)
{
    wrapped("  way        the whole list is read once to find who is there\n"
            "  cost       one\n",
            40,
            "  way        the whole list is read once\n"
            "             to find who is there\n"
            "  cost       one\n");
    wrapped("    -> nothing has to be done, or map the field\n", 40,
            "    -> nothing has to be done, or map\n"
            "       the field\n");
    wrapped("    a.csv:2: email: this one is no email address\n", 40,
            "    a.csv:2: email: this one is no email\n"
            "      address\n");
}

Test(show, a_word_that_is_longer_than_a_line_stays_whole)
{
    wrapped("    a/very/long/path/of/somebody/that/does/not/end: it is gone\n",
            30,
            "    a/very/long/path/of/somebody/that/does/not/end:\n"
            "      it is gone\n");
    wrapped("a b", 1, "a b");
}

Test(show, wide_letters_count_twice)
{
    wrapped("\xe9\xa1\xa7\xe5\xae\xa2 \xe9\xa1\xa7\xe5\xae\xa2 "
            "\xe9\xa1\xa7\xe5\xae\xa2 \xe9\xa1\xa7\xe5\xae\xa2 "
            "\xe9\xa1\xa7\xe5\xae\xa2",
            23,
            "\xe9\xa1\xa7\xe5\xae\xa2 \xe9\xa1\xa7\xe5\xae\xa2 "
            "\xe9\xa1\xa7\xe5\xae\xa2 \xe9\xa1\xa7\xe5\xae\xa2\n"
            "  \xe9\xa1\xa7\xe5\xae\xa2");
}
