/*
 * test_text.c - texts, buffers, arenas, errs, names and nodes.
 */
#include "formats/limits.h"
#include "formats/node.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(text, .timeout = 10);

Test(text, equal_means_the_same_bytes)
{
    cr_assert(text_equal(TEXT("abc"), text_of("abc")));
    cr_assert(text_equal(text_of(NULL), TEXT("")));
    cr_assert_not(text_equal(TEXT("abc"), TEXT("abd")));
    cr_assert(text_is(TEXT("abc"), "abc"));
    cr_assert(text_is_nocase(TEXT("Grand TOTAL"), "grand total"));
    cr_assert_not(text_is_nocase(text_of("\xc3\x89"), "\xc3\xa9"));
    cr_assert(text_starts(TEXT("sep=;"), "sep="));
    cr_assert_not(text_starts(TEXT("se"), "sep="));
}

Test(text, compare_orders_by_bytes_and_then_by_length)
{
    cr_assert_lt(text_compare(TEXT("a"), TEXT("b")), 0);
    cr_assert_lt(text_compare(TEXT("a"), TEXT("ab")), 0);
    cr_assert_gt(text_compare(text_of("\xc3\xa9"), TEXT("z")), 0);
    cr_assert_eq(text_compare(TEXT(""), text_of(NULL)), 0);
}

Test(text, trim_takes_outer_blanks_only)
{
    cr_assert(text_is(text_trim(TEXT(" \t a b\r\n")), "a b"));
    cr_assert_eq(text_trim(TEXT(" \n ")).size, 0);
}

Test(text, find_gives_the_size_when_nothing_is_found)
{
    cr_assert_eq(text_find(TEXT("abcabc"), "ca"), 2);
    cr_assert_eq(text_find(TEXT("abc"), "x"), 3);
    cr_assert_eq(text_find(text_of(NULL), "x"), 0);
}

static const struct {
    const char *bytes;
    bool good;
} utf8[] = {
    {"", true},
    {"plain ascii that is longer than a word", true},
    {"Jos\xc3\xa9 Nu\xc3\xb1"
     "ez",
     true},
    {"\xe2\x82\xac", true},
    {"\xf0\x9f\x98\x80", true},
    {"\xf4\x8f\xbf\xbf", true},
    {"\xf4\x90\x80\x80", false}, /* past U+10FFFF */
    {"\xed\xa0\x80", false},     /* a surrogate */
    {"\xc0\xaf", false},         /* overlong */
    {"\xe0\x80\xaf", false},
    {"\xf0\x80\x80\xaf", false},
    {"\xf5\x80\x80\x80", false},
    {"12345678\xe9", false}, /* Latin-1 */
    {"\x80", false},
    {"\xc3", false}, /* cut */
    {"\xe2\x82", false},
    {"\xe2\x28\xa1", false},
};

Test(text, utf8_is_checked_strictly)
{
    for (size_t i = 0; i < sizeof(utf8) / sizeof(utf8[0]); i++)
        cr_assert_eq(text_is_utf8(text_of(utf8[i].bytes)), utf8[i].good,
                     "case %zu", i);
    cr_assert_eq(text_length(text_of("Jos\xc3\xa9 \xe2\x82\xac")), 6);
}

Test(text, a_number_must_fit_and_stand_alone)
{
    uint64_t value = 7;

    cr_assert(text_to_u64(TEXT("18446744073709551615"), &value));
    cr_assert_eq(value, UINT64_MAX);
    cr_assert_not(text_to_u64(TEXT("18446744073709551616"), &value));
    cr_assert_not(text_to_u64(TEXT("-1"), &value));
    cr_assert_not(text_to_u64(TEXT(" 1"), &value));
    cr_assert_not(text_to_u64(TEXT(""), &value));
    cr_assert_eq(value, UINT64_MAX);
}

Test(buffer, grows_and_stays_a_string)
{
    struct buffer buffer = {0};

    cr_assert_eq(buffer_view(&buffer).size, 0);
    for (int i = 0; i < 1000; i++)
        buffer_print(&buffer, "%d,", i);
    buffer_byte(&buffer, 'x');
    buffer_text(&buffer, TEXT("yz"));
    cr_assert_eq(strlen(buffer.at), buffer.size);
    cr_assert(text_starts(buffer_view(&buffer), "0,1,2,"));
    cr_assert_str_eq(buffer.at + buffer.size - 3, "xyz");
    buffer_clear(&buffer);
    cr_assert_eq(buffer.size, 0);
    buffer_string(&buffer, "again");
    cr_assert_str_eq(buffer.at, "again");
    buffer_free(&buffer);
    cr_assert_null(buffer.at);
}

Test(arena, gives_aligned_zeroed_memory_and_reuses_it)
{
    struct arena *arena = arena_open();

    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 100000; size = size * 3 + 1) {
            char *taken = arena_take(arena, size);

            cr_assert_eq((uintptr_t)taken % 16, 0);
            for (size_t i = 0; i < size; i++)
                cr_assert_eq(taken[i], 0);
            memset(taken, 'x', size);
        }
        cr_assert_gt(arena_used(arena), 0);
        arena_reset(arena);
        cr_assert_eq(arena_used(arena), 0);
    }
    cr_assert_str_eq(arena_string(arena, TEXT("abc")), "abc");
    cr_assert_str_eq(arena_print(arena, "%d-%s", 7, "x").at, "7-x");
    cr_assert_eq(arena_text(arena, text_of(NULL)).size, 0);
    arena_close(arena);
    arena_close(NULL);
}

Test(err, a_message_is_one_line_without_control_characters)
{
    struct err err;

    cr_assert_eq(fail(&err, STOP, EXIT_DATA, "some_code", "a\nb\x1b[0m %d", 5),
                 STOP);
    cr_assert_str_eq(err.message, "a?b?[0m 5");
    cr_assert_str_eq(err.code, "some_code");
    cr_assert_eq(err.exit, 65);
    cr_assert_str_eq(err.place, "");
    err_place(&err, "FILE:%d", 3);
    err_place(&err, "other");
    cr_assert_str_eq(err.place, "FILE:3");
    err_hint(&err, "do %s", "this");
    cr_assert_str_eq(err.hint, "do this");
    (void)fail(&err, REJECT, 1, "again", "again: %s", err.message);
    cr_assert_str_eq(err.message, "again: a?b?[0m 5");
    cr_assert_str_eq(err.hint, "");
}

Test(err, a_long_message_is_cut_between_characters)
{
    struct buffer buffer = {0};
    struct err err;

    for (int i = 0; i < 2000; i++)
        buffer_string(&buffer, "\xe2\x82\xac");
    (void)fail(&err, STOP, EXIT_DATA, "x", "%s", buffer.at);
    cr_assert(text_is_utf8(text_of(err.message)));
    cr_assert_gt(strlen(err.message), 1000);
    buffer_free(&buffer);
}

Test(names, a_name_is_stored_once_and_there_is_a_limit)
{
    struct names *names = names_open();
    const char *email = names_intern(names, TEXT("email"));
    char name[32];

    cr_assert_str_eq(email, "email");
    cr_assert_eq(names_find(names, TEXT("email")), email);
    cr_assert_null(names_find(names, TEXT("Email")));
    for (int i = 1; i < NAMES_MAX; i++) {
        (void)snprintf(name, sizeof(name), "n%d", i);
        cr_assert_not_null(names_intern(names, text_of(name)));
    }
    cr_assert_null(names_intern(names, TEXT("one more")));
    cr_assert_eq(names_intern(names, TEXT("email")), email);
    cr_assert_not_null(names_find(names, TEXT("n4711")));
    names_close(names);
    names_close(NULL);
}

Test(node, members_are_found_and_copied)
{
    struct arena *arena = arena_open(), *other = arena_open();
    struct node *object = node_new(arena, NODE_OBJECT), *list, *copy;

    node_add(object, "name", node_text(arena, TEXT("Ann")));
    node_add(object, "name", node_text(arena, TEXT("second")));
    list = node_add(object, "tags", node_new(arena, NODE_LIST));
    node_add(list, NULL, node_text(arena, TEXT("vip")));
    cr_assert(text_is(node_member_text(object, "name"), "Ann"));
    cr_assert_eq(node_member_text(object, "tags").size, 0);
    cr_assert_null(node_member(object, "nobody"));
    cr_assert_null(node_member(NULL, "name"));
    cr_assert_eq(node_count(object), 3);
    copy = node_copy(other, object);
    arena_close(arena);
    cr_assert_eq(node_count(copy), 3);
    cr_assert(text_is(node_member(copy, "tags")->first->text, "vip"));
    arena_close(other);
}
