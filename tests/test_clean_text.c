/*
 * test_clean_text.c - texts of all scripts leave as they came.
 */
#include "mappings/clean.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(clean_text, .timeout = 20);

static void check(const char *raw, const char *wanted)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.cells = true};
    struct value value;

    clean_value(FIELD_NOTES, text_of(raw), &cleaning, arena, customer, &value);
    cr_expect(text_is(value.text, wanted), "\"%s\" became \"%.*s\"", raw,
              TEXT_ARGS(value.text));
    cr_expect(customer->problems == NULL, "\"%s\": %s", raw,
              customer->problems != NULL ? customer->problems->message : "");
    arena_close(arena);
}

/* What people are called, and what they say, in many languages. */
static const char *const texts[] = {
    "Jos\u00e9 \u00c1lvarez",
    "Jose\u0301 A\u0301lvarez", /* as a Mac writes it */
    "Ji\u0159\u00ed Dvo\u0159\u00e1k",
    "Lukáš",
    "\u0141ukasz \u017b\u00f3\u0142\u0107",
    "S\u00e3o Paulo",
    "IRM\u00c3",
    "MAÇÃ DO AMOR",
    "\u00c3",
    "\u00c2",
    "\u00c5 i \u00f8de e \u00f8",
    "CAF\u00c9\u2019S",
    "REN\u00c9\u2019S CAF\u00c9\u2122",
    "ZO\u00cb\u2019s",
    "Luk\u00e1\u0161\u2019s",
    "L\u2019\u00c9t\u00e9\u00a0: \u00ab\u00a0No\u00ebl\u00a0\u00bb",
    "\u201eStra\u00dfe\u201c",
    "GROSSE STRA\u1e9eE",
    "Stra\u00df\u2026",
    "\u00a9 Caf\u00e9 \u00ae",
    "20\u00b0C, \u00a3100, \u20ac5",
    "Nguy\u1ec5n V\u0103n \u00c2n",
    "\u00c2\u2019u L\u1ea1c",
    "\u0130stanbul, \u015ei\u015fli",
    "R\u0101mabai",
    "\u00dej\u00f3\u00f0\u00f3lfur \u00de\u00f3r\u00f0arson",
    "M\u0101ori t\u0113 r\u0113o",
    "Ha\u02bbwai\u02bbi",
    "\u0395\u03bb\u03ad\u03bd\u03b7",
    "\u0418\u0432\u0430\u043d \u0429\u0443\u043a\u0438\u043d",
    "\u0407\u0436\u0430\u043a",
    "\u05e9\u05dc\u05d5\u05dd \u05db\u05d4\u05df",
    "\u0645\u062d\u0645\u062f \u0639\u0628\u062f \u0627\u0644\u0644\u0647",
    "\u0928\u0930\u0947\u0928\u094d\u0926\u094d\u0930",
    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
    "\u0e2a\u0e21\u0e0a\u0e32\u0e22 \u0e43\u0e08\u0e14\u0e35",
    "\u10d2\u10d8\u10dd\u10e0\u10d2\u10d8",
    "\u0531\u0580\u0561\u0574",
    "\u5c71\u7530 \u592a\u90ce",
    "\uff94\uff8f\uff80\uff9e", /* half-width, and stays so */
    "\uae40\ucca0\uc218",
    "\u1112\u1161\u11ab", /* Hangul in its parts */
    "\U00020bb7\u91ce\u5bb6",
    "a\u00a0b", /* a blank that does not break, inside */
    "a  b\tc\nd",
    "O\u2019Brien & Sons",
    /* Pictures of several characters. */
    "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u2764\ufe0f\u200d\U0001f525",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f44b\U0001f3fd",
    "\U0001f1e6\U0001f1fa",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    /* Joiners that shape letters: Persian, Hindi, Sinhala, and Malayalam at a
     * word's end. */
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937",
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "\u0d05\u0d35\u0d28\u0d4d\u200d",
    "\u0d05\u0d35\u0d28\u0d4d\u200d \u0d35\u0d28\u0d4d\u0d28\u0d41",
    "\u0995\u09cd\u200c ",
    /* Where words have no blanks between them. */
    "\u1797\u17b6\u179f\u17b6\u200b\u1781\u17d2\u1798\u17c2\u179a",
    "\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22",
    "\u1820\u180e\u1820",
    /* Nobody's error. */
    "Null",
    "N/A",
    "None",
    "#",
    "###",
    "#hashtag",
    "#1 Plumbing",
    "-",
    "0",
    "1E5",
};

Test(clean_text, a_text_leaves_as_it_came)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct text trimmed = text_trim(text_of(texts[i]));
        char wanted[200];

        memcpy(wanted, trimmed.at, trimmed.size);
        wanted[trimmed.size] = '\0';
        check(texts[i], wanted);
    }
}

Test(clean_text, what_cannot_be_seen_and_says_nothing_goes)
{
    static const char *const pairs[][2] = {
        {"\ufeffAnn", "Ann"},
        {"An\ufeffn", "Ann"},
        {"\u200bAnn\u200b", "Ann"},
        {"An\u200bn", "Ann"},
        {"Jos\u200b\u00e9", "Jos\u00e9"},
        {"An\u00adn", "Ann"},
        {"\u200eAnn\u200f", "Ann"},
        {"\u202bAnn\u202c", "Ann"},
        {"\u2066\u05e9\u05dc\u05d5\u05dd\u2069", "\u05e9\u05dc\u05d5\u05dd"},
        {"An\x07n", "Ann"},
        {"An\xc2\x85n", "Ann"},
        {"An\u2060n", "Ann"},
        /* Joiners between what does not join. */
        {"An\u200dn", "Ann"},
        {"\u200d\u0645", "\u0645"},
        {"\u0645\u200c", "\u0645"},
        {"\u0645\u200c \u0645", "\u0645 \u0645"},
        {"\U0001f468\u200d", "\U0001f468"},
        /* Outer blanks of all kinds. */
        {"\u00a0 Ann\u3000\t\n", "Ann"},
        {"\u2028Ann\u2029", "Ann"},
        {" \u200b Ann \ufeff ", "Ann"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        check(pairs[i][0], pairs[i][1]);
}

/* The text as a program writes it that took its UTF-8 for Windows-1252. */
static void encode_again(const char *text, struct buffer *out)
{
    static const char *const high[32] = {
        "\u20ac", "\xc2\x81", "\u201a", "\u0192",   "\u201e",   "\u2026",
        "\u2020", "\u2021",   "\u02c6", "\u2030",   "\u0160",   "\u2039",
        "\u0152", "\xc2\x8d", "\u017d", "\xc2\x8f", "\xc2\x90", "\u2018",
        "\u2019", "\u201c",   "\u201d", "\u2022",   "\u2013",   "\u2014",
        "\u02dc", "\u2122",   "\u0161", "\u203a",   "\u0153",   "\xc2\x9d",
        "\u017e", "\u0178"};

    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 0x80) {
            buffer_byte(out, *text);
        } else if (byte < 0xa0) {
            buffer_string(out, high[byte - 0x80]);
        } else {
            buffer_byte(out, (char)(0xc0 | byte >> 6));
            buffer_byte(out, (char)(0x80 | (byte & 0x3f)));
        }
    }
    buffer_byte(out, '\0');
    out->size--;
}

/* The words whose damage nobody could tell from what people write. */
static bool is_doubtful(const char *text)
{
    static const char *const doubtful[] = {"\u00c3", "\u00c2"};

    for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++)
        if (strcmp(text, doubtful[i]) == 0)
            return true;
    return false;
}

static void check_twice(const char *text, unsigned repair)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.repair = repair};
    struct buffer twice = {0};
    struct value value, once;

    encode_again(text, &twice);
    clean_value(FIELD_NOTES, text_of(text), &cleaning, arena, customer, &once);
    cr_assert_eq(customer->problems, NULL);
    clean_value(FIELD_NOTES, buffer_view(&twice), &cleaning, arena, customer,
                &value);
    if (customer->problems == NULL) {
        cr_expect(is_doubtful(text), "%s is not seen to be damaged", twice.at);
    } else {
        cr_expect_str_eq(customer->problems->code, "double_encoded");
        cr_expect_eq(customer->problems->notice, repair != 0);
        cr_expect(text_equal(value.text, repair != 0
                                             ? once.text
                                             : text_trim(buffer_view(&twice))),
                  "%s became %.*s", twice.at, TEXT_ARGS(value.text));
    }
    buffer_free(&twice);
    arena_close(arena);
}

Test(clean_text, what_was_encoded_twice_is_said_and_mended_only_when_asked)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        bool ascii = true;

        for (const char *at = texts[i]; *at != '\0'; at++)
            ascii = ascii && (unsigned char)*at < 0x80;
        if (ascii)
            continue;
        check_twice(texts[i], 0);
        check_twice(texts[i], REPAIR_DOUBLE_ENCODED);
    }
}

Test(clean_text, a_mended_value_is_cleaned_by_its_type)
{
    struct arena *arena = arena_open();
    struct customer *customer = customer_new(arena);
    const struct cleaning cleaning = {.repair = REPAIR_DOUBLE_ENCODED};
    struct value value;

    clean_value(FIELD_BILLING_COUNTRY, TEXT("C\u00c3\u00b4te d\u2019Ivoire"),
                &cleaning, arena, customer, &value);
    cr_expect_eq(value.presence, VALUE_BAD, "half of it was encoded twice");
    clean_value(FIELD_BILLING_COUNTRY, TEXT("M\u00c3\u00a9xico"), &cleaning,
                arena, customer, &value);
    cr_expect(text_is(value.text, "MX"));
    clean_value(FIELD_TAGS, TEXT("Stammg\u00c3\u00a4ste;VIP"), &cleaning, arena,
                customer, &value);
    cr_expect(text_is(value.text, "[\"Stammg\u00e4ste\",\"VIP\"]"));
    arena_close(arena);
}
