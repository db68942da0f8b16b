/*
 * test_json_rfc.c - RFC 8259, production by production: what the grammar has is
 * taken, and what is taken is written as itself.
 */
#include "transcript.h"

#include "formats/limits.h"

TestSuite(json_rfc, .timeout = 60, .init = folder_open, .fini = folder_close);

/* Parsed and written again; empty when it was refused. */
static struct buffer taken(struct text text)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct buffer out = {0};
    struct node *node;
    struct err err;

    if (json_parse(text, arena, names, &node, &err) == OK)
        json_write(&out, node);
    arena_close(arena);
    names_close(names);
    return out;
}

static bool is_taken(struct text text)
{
    struct buffer out = taken(text);
    bool yes = out.size > 0;

    buffer_free(&out);
    return yes;
}

static void expect_as(struct text in, struct text want)
{
    struct buffer out = taken(in);

    cr_expect(text_equal(buffer_view(&out), want), "%.*s gave '%.*s'",
              TEXT_ARGS(in), TEXT_ARGS(buffer_view(&out)));
    buffer_free(&out);
}

/* --- the grammar ---------------------- */

/* Written back as they came. */
/* clang-format off */
static const char *const same[] = {
    /* values at the top (section 2), literals (3) */
    "true", "false", "null", "{}", "[]", "\"\"", "0", "[[],[[]],{}]",
    /* numbers (6): int, frac, exp, each with each */
    "-0", "-1", "10", "1234567890", "0.0", "-0.0", "0.10", "1.50", "9.99e9",
    "0e0", "0E0", "0e+0", "0E-0", "1e5", "1E5", "1e+05", "1E-005", "-1.0E+10",
    "1E400", "-1E400", "1e-400", "0.1e1", "100", "20e1",
    /* no double and no 64-bit integer holds these */
    "12345678901234567890123", "9007199254740993", "18446744073709551616",
    "-9223372036854775809", "0.30000000000000004441",
    "3.141592653589793238462643383279502884",
    /* objects (4): members in order, empty names, any names */
    "{\"\":0}", "{\"\":{\"\":[]}}", "{\"b\":1,\"a\":2,\"B\":3}",
    "{\"a b\":1,\"\xc3\xa9\":2,\"e\xcc\x81\":3}", "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"#text\":1,\"@a\":2,\"s\":3,\"#\":4,\"__proto__\":5}",
    /* arrays (5) */
    "[null,true,false,0,\"\",[],{}]", "[1,[2,[3,[4]]]]", "[[[[]]]]",
    /* strings (7): what need not be escaped, up to the last code point */
    "\"/\"", "\"\x7f\"", "\"'`<>&\"", "\"\xc2\x80\"", "\"\xdf\xbf\"",
    "\"\xe0\xa0\x80\"", "\"\xed\x9f\xbf\"", "\"\xee\x80\x80\"",
    "\"\xef\xbf\xbe\xef\xbf\xbf\"", "\"\xf0\x90\x80\x80\"",
    "\"\xf4\x8f\xbf\xbf\"", "\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\xef\xbb\xbf\"",
    "\"//\"", "\"/* */\"", "\"[1,}\"", "\"NaN\"",
    "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"", "\"#1\"",
    "[\"#\",\"s\",\"#s\",\"s#\"]",
};
/* clang-format on */

/* Taken, and written in the one way that we write. */
static const struct {
    const char *in, *out;
} other[] = {
    {" \t\r\n{ \t\r\n\"a\" \t\r\n: \t\r\n1 \t\r\n, \"b\" :[ 1 ,\n2 ] \t\r\n} ",
     "{\"a\":1,\"b\":[1,2]}"},
    {" true ", "true"},
    {"\n\n[\n\n]\n\n", "[]"},
    {"\"\\/\\u002f\\u002F\"", "\"///\""},
    {"\"\\u0041\\u00e9\\u00E9\\uFFFF\\ufffd\"",
     "\"A\xc3\xa9\xc3\xa9\xef\xbf\xbf\xef\xbf\xbd\""},
    {"\"\\u0022\\u005c\\u0008\\u000A\"", "\"\\\"\\\\\\b\\n\""},
    {"\"\\ud800\\udc00\\uDBFF\\uDFFF\\uD83D\\uDE00\"",
     "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xf0\x9f\x98\x80\""},
    {"\"\\ud7ff\\ue000\"", "\"\xed\x9f\xbf\xee\x80\x80\""},
    {"\"\\\\u0041\"", "\"\\\\u0041\""},
    {"{\"\\u0061\":1}", "{\"a\":1}"},
};

Test(json_rfc, what_the_grammar_has_is_taken)
{
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        expect_as(text_of(same[i]), text_of(same[i]));
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        expect_as(text_of(other[i].in), text_of(other[i].out));
}

Test(json_rfc, a_value_cut_anywhere_is_none)
{
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        for (size_t size = 0; size < strlen(same[i]); size++)
            if (strchr("{[\"tfn", same[i][0]) != NULL)
                cr_expect(!is_taken((struct text){same[i], size}), "%.*s",
                          (int)size, same[i]);
}

Test(json_rfc, numbers_have_any_length)
{
    struct buffer number = {0};

    for (int i = 0; i < 100000; i++)
        buffer_byte(&number, (char)('1' + i % 9));
    buffer_string(&number, ".");
    for (int i = 0; i < 100000; i++)
        buffer_byte(&number, (char)('0' + i % 10));
    buffer_string(&number, "E+99999999999999999999");
    expect_as(buffer_view(&number), buffer_view(&number));
    buffer_free(&number);
}

Test(json_rfc, every_byte_where_a_value_is_expected)
{
    for (int byte = 0; byte < 256; byte++) {
        char one = (char)byte, list[4] = {'[', (char)byte, ']', '\0'};
        bool blank = byte != 0 && strchr(" \t\r\n", byte) != NULL;
        bool digit = byte >= '0' && byte <= '9';

        cr_expect_eq(is_taken((struct text){&one, 1}), digit, "0x%02x", byte);
        cr_expect_eq(is_taken((struct text){list, 3}), digit || blank,
                     "in a list: 0x%02x", byte);
    }
}

Test(json_rfc, every_byte_between_tokens)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[] = "[1_,_{\"a\"_:_2}]";
        bool blank = byte != 0 && strchr(" \t\r\n", byte) != NULL;

        /* Digits go on with the number; at the third place they do not. */
        for (char *at = text; (at = strchr(at, '_')) != NULL; at++) {
            char tried[sizeof(text)];

            memcpy(tried, text, sizeof(text));
            for (char *rest = tried; *rest != '\0'; rest++)
                if (*rest == '_')
                    *rest = ' ';
            tried[at - text] = (char)byte;
            if (byte >= '0' && byte <= '9')
                continue;
            cr_expect(is_taken((struct text){tried, strlen(text)}) == blank ||
                          byte == '-',
                      "0x%02x in %s", byte, tried);
        }
    }
}

Test(json_rfc, every_byte_in_a_string_and_behind_a_backslash)
{
    for (int byte = 0; byte < 256; byte++) {
        char plain[] = "\"a_b\"", escaped[] = "\"a\\_b\"";
        bool may = byte >= 0x20 && byte < 0x80 && byte != '"';
        bool escape = byte != 0 && strchr("\"\\/bfnrt", byte) != NULL;

        plain[2] = escaped[3] = (char)byte;
        if (byte != '\\') /* and the b behind it is a good escape */
            cr_expect_eq(is_taken((struct text){plain, 5}), may, "0x%02x",
                         byte);
        cr_expect_eq(is_taken((struct text){escaped, 6}), escape,
                     "\\ and 0x%02x", byte);
    }
}

Test(json_rfc, four_hex_digits_name_a_code_unit)
{
    static const char hex[] = "0123456789abcdefABCDEF";

    for (int place = 0; place < 4; place++)
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "\"\\u1111\"";

            text[3 + place] = (char)byte;
            cr_expect_eq(is_taken((struct text){text, 8}),
                         byte != 0 && strchr(hex, byte) != NULL, "0x%02x at %d",
                         byte, place);
        }
    cr_expect(!is_taken(TEXT("\"\\u\"")));
    cr_expect(!is_taken(TEXT("\"\\u12\"")));
    cr_expect(!is_taken(TEXT("\"\\U0041\"")));
    cr_expect(!is_taken(TEXT("\"\\x41\"")));
    cr_expect(!is_taken(TEXT("\"\\u{41}\"")));
}

Test(json_rfc, a_surrogate_needs_its_other_half)
{
    for (unsigned unit = 0xd7f0; unit < 0xe010; unit++) {
        char text[64];
        int size = snprintf(text, sizeof(text), "\"\\u%04x\"", unit);
        bool half = unit >= 0xd800 && unit < 0xe000;
        bool high = unit >= 0xd800 && unit < 0xdc00;

        cr_expect_eq(is_taken((struct text){text, (size_t)size}), !half, "%s",
                     text);
        size = snprintf(text, sizeof(text), "\"\\u%04X\\uDC00\"", unit);
        cr_expect_eq(is_taken((struct text){text, (size_t)size}), high, "%s",
                     text);
        size = snprintf(text, sizeof(text), "\"\\u%04X\\u0041\"", unit);
        cr_expect_eq(is_taken((struct text){text, (size_t)size}), !half, "%s",
                     text);
        size = snprintf(text, sizeof(text), "\"\\u%04Xx\\uDC00\"", unit);
        cr_expect(!is_taken((struct text){text, (size_t)size}), "%s", text);
    }
}

/* clang-format off */
static const char *const not_utf8[] = {
    "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80",
    "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x28\xa1", "\xed\xa0\x80", "\xed\xbf\xbf",
    "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
    "\xf8\x88\x80\x80", "\xfe", "\xff", "\xe9",
};
/* clang-format on */

Test(json_rfc, strings_and_names_are_utf8)
{
    for (size_t i = 0; i < sizeof(not_utf8) / sizeof(not_utf8[0]); i++) {
        char text[64];

        (void)snprintf(text, sizeof(text), "[\"a%sb\"]", not_utf8[i]);
        cr_expect(!is_taken(text_of(text)), "%zu", i);
        (void)snprintf(text, sizeof(text), "{\"a%s\":1}", not_utf8[i]);
        cr_expect(!is_taken(text_of(text)), "%zu as a name", i);
    }
}

/* --- writing ---------------------- */

static size_t put_utf8(char *to, unsigned point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xe0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3f));
        to[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3f));
    to[2] = (char)(0x80 | (point >> 6 & 0x3f));
    to[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

/* The text as value and as name, written and parsed: the same again. */
static void expect_identity(struct text text)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct node *object = node_new(arena, NODE_OBJECT), *again;
    const char *name = names_intern(names, text);
    struct buffer out = {0};
    struct err err;

    node_add(object, name, node_text(arena, text));
    for (int pretty = 0; pretty < 2; pretty++) {
        buffer_clear(&out);
        if (pretty)
            json_write_pretty(&out, object);
        else
            json_write(&out, object);
        cr_assert_eq(json_parse(buffer_view(&out), arena, names, &again, &err),
                     OK, "%s", err.message);
        cr_assert_eq(again->first->name, name);
        cr_assert(text_equal(again->first->text, text));
        cr_assert_eq(again->first->kind, NODE_TEXT);
    }
    buffer_free(&out);
    arena_close(arena);
    names_close(names);
}

Test(json_rfc, every_character_is_written_and_read_as_itself)
{
    char text[4 * 4096];
    size_t size = 0;

    for (unsigned point = 1; point <= 0x10ffff; point++) {
        if (point >= 0xd800 && point < 0xe000)
            continue;
        size += put_utf8(text + size, point);
        if (size + 4 > sizeof(text) || point == 0x10ffff) {
            expect_identity((struct text){text, size});
            size = 0;
        }
    }
    for (unsigned point = 1; point < 0x100; point++) {
        size = put_utf8(text, point);
        expect_identity((struct text){text, size});
    }
}

Test(json_rfc, empty_and_very_long_texts_are_written_and_read_as_themselves)
{
    struct buffer text = {0};

    expect_identity(TEXT(""));
    while (text.size < FIELD_MAX - 8)
        buffer_string(&text, "\"\\\n\x01\xe2\x80\xa8"
                             "ab");
    expect_identity(buffer_view(&text));
    buffer_free(&text);
}
