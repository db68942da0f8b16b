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
