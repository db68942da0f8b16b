/*
 * test_clean_email.c - what mail accepts, from RFC 5321 (and 5322 for how
 * people write it down), 6531 for UTF-8, 5890 for domains.
 */
#include "mappings/clean.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(clean_email, .timeout = 20);

/* email NULL: mail does not accept it, and the reason has this word in it. */
struct address {
    const char *raw, *email, *reason;
};

static void check(const struct address *address)
{
    struct arena *arena = arena_open();
    struct text email = {0};
    const char *reason = NULL;
    bool good = clean_email(text_of(address->raw), arena, &email, &reason);

    cr_expect_eq(good, address->email != NULL, "\"%s\": %s", address->raw,
                 good ? "is accepted" : reason);
    if (good && address->email != NULL)
        cr_expect(text_is(email, address->email), "\"%s\" became \"%.*s\"",
                  address->raw, TEXT_ARGS(email));
    if (!good && address->reason != NULL)
        cr_expect(strstr(reason, address->reason) != NULL, "\"%s\": %s",
                  address->raw, reason);
    arena_close(arena);
}

#define CHECK(table)                                                           \
    for (size_t i = 0; i < sizeof(table) / sizeof(*(table)); i++)              \
    check(&(table)[i])
#define SAME(text)                                                             \
    {                                                                          \
        text, text, NULL                                                       \
    }

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define B63 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define B60 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
/* 32 letters of two bytes. */
#define E16                                                                    \
    "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"                         \
    "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"

Test(clean_email, a_local_part_is_a_dot_string)
{
    static const struct address addresses[] = {
        /* RFC 5321, 4.1.2: Dot-string = Atom *("." Atom) */
        SAME("a@example.com"),
        SAME("ann@example.com"),
        SAME("ann.lee@example.com"),
        SAME("a.n.n@example.com"),
        SAME("ANN@EXAMPLE.COM"),
        SAME("123@example.com"),
        SAME("1@example.com"),
        SAME("-@example.com"),
        SAME("-ann-@example.com"),
        SAME("_ann_@example.com"),
        SAME("ann+shop@example.com"),
        SAME("ann+@example.com"),
        SAME("+ann@example.com"),
        SAME("o'brien@example.com"),
        SAME("ann=lee@example.com"),
        SAME("ann/lee@example.com"),
        SAME("ann|lee@example.com"),
        SAME("ann&bob@example.com"),
        SAME("ann!lee@example.com"),
        SAME("ann%lee@example.com"),
        SAME("{ann}@example.com"),
        SAME("`ann`@example.com"),
        SAME("~ann@example.com"),
        SAME("$ann@example.com"),
        SAME("*@example.com"),
        SAME("#ann@example.com"),
        SAME("?ann@example.com"),
        SAME("^ann@example.com"),
        SAME("ann--lee@example.com"),
        {".ann@example.com", NULL, "dot"},
        {"ann.@example.com", NULL, "dot"},
        {"ann..lee@example.com", NULL, "dot"},
        {".@example.com", NULL, "dot"},
        {"@example.com", NULL, "nothing before"},
        {"ann[lee]@example.com", NULL, "character"},
        {"ann\\lee@example.com", NULL, "character"},
        {"ann:lee@example.com", NULL, "character"},
        {"ann(lee)x@example.com", NULL, "character"},
        {"ann\x01lee@example.com", "annlee@example.com", NULL},
    };

    CHECK(addresses);
}

Test(clean_email, a_local_part_may_be_quoted)
{
    static const struct address addresses[] = {
        /* Quoted-string = DQUOTE *QcontentSMTP DQUOTE */
        SAME("\"ann\"@example.com"),
        SAME("\"ann lee\"@example.com"),
        SAME("\"ann@lee\"@example.com"),
        SAME("\"ann,lee\"@example.com"),
        SAME("\"ann;lee\"@example.com"),
        SAME("\"ann<lee>\"@example.com"),
        SAME("\"ann(lee)\"@example.com"),
        SAME("\"ann..lee\"@example.com"),
        SAME("\".ann\"@example.com"),
        SAME("\"ann\\\"lee\"@example.com"),
        SAME("\"ann\\\\lee\"@example.com"),
        SAME("\"ann\\lee\"@example.com"),
        SAME("\" \"@example.com"),
        SAME("\"\"@example.com"),
        SAME("\"ann or lee\"@example.com"),
        SAME("\"ann / lee\"@example.com"),
        {"\"ann@example.com", NULL, "quotes"},
        {"ann\"@example.com", NULL, NULL},
        {"an\"n\"@example.com", NULL, "character"},
        {"\"an\"n@example.com", NULL, "quotes"},
        {"\"ann\"lee\"@example.com", NULL, "quotes"},
        {"\"ann\".\"lee\"@example.com", NULL, "quotes"},
        {"ann.\"lee\"@example.com", NULL, "character"},
        {"\"ann\\\"@example.com", NULL, "quotes"},
        {"\"ann\tlee\"@example.com", NULL, "control"},
        {"\"ann\nlee\"@example.com", NULL, "control"},
    };

    CHECK(addresses);
}

Test(clean_email, a_domain_is_what_dns_can_be_asked_for)
{
    static const struct address addresses[] = {
        SAME("ann@example.com"),
        SAME("ann@a.example.com"),
        SAME("ann@a.b.c.d.e.example.com"),
        SAME("ann@a-b.example"),
        SAME("ann@a--b.example"),
        SAME("ann@1.example"),
        SAME("ann@123.example"),
        SAME("ann@1a.example"),
        SAME("ann@example.museum"),
        SAME("ann@example.c0m"),
        {"ann@" B63 ".example", "ann@" B63 ".example", NULL},
        {"ann@" B63 "b.example", NULL, "63"},
        {"ann@", NULL, "nothing behind"},
        /* RFC 5321, 2.3.5: only names that are whole. */
        {"ann@example", NULL, "no dot"},
        {"ann@localhost", NULL, "no dot"},
        {"ann@example.", NULL, "dot"},
        {"ann@example.com.", NULL, "dot"},
        {"ann@.example.com", NULL, "dot"},
        {"ann@example..com", NULL, "dot"},
        {"ann@.", NULL, "dot"},
        {"ann@-example.com", NULL, "hyphen"},
        {"ann@example-.com", NULL, "hyphen"},
        {"ann@example.-com", NULL, "hyphen"},
        {"ann@exa_mple.com", NULL, "character"},
        {"ann@exa!mple.com", NULL, "character"},
        {"ann@example.com/shop", NULL, "character"},
        {"ann@exam'ple.com", NULL, "character"},
        {"ann@exa#mple.com", NULL, "character"},
        {"ann@exa+mple.com", NULL, "character"},
        /* RFC 3696: no top-level domain is a number. */
        {"ann@example.123", NULL, "number"},
        {"ann@192.0.2.1", NULL, "number"},
        {"ann@lee@example.com", NULL, "character"},
        {"ann@@example.com", NULL, "character"},
        {"ann@ex ample.com", NULL, "blank"},
        {"ann", NULL, "no @"},
        {"example.com", NULL, "no @"},
        {"@", NULL, "nothing before"},
        {"ann#example.com", NULL, "no @"},
    };

    CHECK(addresses);
}

Test(clean_email, an_address_literal_is_a_domain)
{
    static const struct address addresses[] = {
        /* RFC 5321, 4.1.3 */
        SAME("ann@[192.0.2.1]"),
        SAME("ann@[IPv6:2001:db8::1]"),
        SAME("ann@[ipv6:::1]"),
        SAME("ann@[IPv6:::ffff:192.0.2.1]"),
        {"ann@[192.0.2]", NULL, "brackets"},
        {"ann@[192.0.2.256]", NULL, "brackets"},
        {"ann@[2001:db8::1]", NULL, "brackets"},
        {"ann@[IPv6:192.0.2.1]", NULL, "brackets"},
        {"ann@[IPv6:2001:db8]", NULL, "brackets"},
        {"ann@[]", NULL, "brackets"},
        {"ann@[example.com]", NULL, "brackets"},
        {"ann@[192.0.2.1", NULL, "brackets"},
        {"ann@192.0.2.1]", NULL, "character"},
    };

    CHECK(addresses);
}

Test(clean_email, both_halves_may_be_of_any_script)
{
    static const struct address addresses[] = {
        /* RFC 6531: UTF-8 in the local part; RFC 5890: domains as people see
         * them and as DNS does. */
        SAME("jos\u00e9@example.com"),
        SAME("\u03b1\u03bd\u03bd\u03b1@example.com"),
        SAME("\u4e8c\u30ce\u5bae@example.com"),
        SAME("\"jos\u00e9 lee\"@example.com"),
        SAME("ann@m\u00fcnchen.example"),
        SAME("ann@M\u00dcNCHEN.example"),
        SAME("ann@xn--mnchen-3ya.example"),
        SAME("ann@XN--MNCHEN-3YA.example"),
        SAME("ann@fa\u00df.example"),
        SAME("ann@\u4f8b\u3048.\u30c6\u30b9\u30c8"),
        SAME("ann@\u4f8b\u3048\u3002\u30c6\u30b9\u30c8"),
        SAME("ann@xn--r8jz45g.xn--zckzah"),
        SAME("ann@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444"),
        SAME("ann@\u05d3\u05d5\u05d2\u05de\u05d4.example"),
        SAME("ann@\u0645\u062b\u0627\u0644.example"),
        SAME("\u0917\u0923\u0947\u0936@\u0909\u0926\u093e\u0939\u0930\u0923"
             ".\u092a\u0930\u0940\u0915\u094d\u0937\u093e"),
        /* Not a label: no encoding, an emoji, a mark without a letter. */
        {"ann@xn--a.example", NULL, "IDNA"},
        {"ann@xn--.example", NULL, "IDNA"},
        {"ann@\U0001f600.example", NULL, "IDNA"},
        {"ann@\u0301a.example", NULL, "IDNA"},
        {"ann@-m\u00fcnchen.example", NULL, NULL},
        {"ann@m\u00fcnchen", NULL, "no dot"},
        {"ann@m\u00fcnchen..example", NULL, NULL},
        {"ann\uff20example.com", NULL, "no @"},
    };

    CHECK(addresses);
}

Test(clean_email, limits_are_counted_in_bytes)
{
    static const struct address addresses[] = {
        /* RFC 5321, 4.5.3.1: 64 before the @, 254 in all. */
        SAME(A64 "@example.com"),
        {A64 "a@example.com", NULL, "64"},
        SAME(E16 E16 "@example.com"),
        {E16 E16 "a@example.com", NULL, "64"},
        SAME("\"" A16 A16 A16 "aaaaaaaaaaaaaa\"@example.com"),
        {"\"" A16 A16 A16 "aaaaaaaaaaaaaaa\"@example.com", NULL, "64"},
        /* 2 + 4 * 61 + 8 = 254 */
        SAME("a@" B60 "." B60 "." B60 "." B60 ".example1"),
        {"a@" B60 "." B60 "." B60 "." B60 ".example12", NULL, "254"},
        /* As DNS has it the label is longer than as it is seen. */
        {"a@" B60 "\u00e9.example", NULL, NULL},
    };

    CHECK(addresses);
}

Test(clean_email, an_address_is_found_in_what_people_write_around_it)
{
    static const struct address addresses[] = {
        {" ann@example.com ", "ann@example.com", NULL},
        {"\u00a0ann@example.com\u00a0", "ann@example.com", NULL},
        {"ann\u200b@example.com", "ann@example.com", NULL},
        {"\ufeff"
         "ann@example.com",
         "ann@example.com", NULL},
        {"<ann@example.com>", "ann@example.com", NULL},
        {"Ann <ann@example.com>", "ann@example.com", NULL},
        {"Ann<ann@example.com>", "ann@example.com", NULL},
        {"Ann Lee <ann@example.com>", "ann@example.com", NULL},
        {"\"Ann Lee\" <ann@example.com>", "ann@example.com", NULL},
        {"\"Lee, Ann\" <ann@example.com>", "ann@example.com", NULL},
        {"\"Lee \\\", bo@example.com, x\" <ann@example.com>", "ann@example.com",
         NULL},
        {"Lee, Ann <ann@example.com>", "ann@example.com", NULL},
        {"\"Ann <Lee>\" <ann@example.com>", "ann@example.com", NULL},
        {"\"ann@old.example\" <ann@example.com>", "ann@example.com", NULL},
        {"Jos\u00e9 <jose@example.com>", "jose@example.com", NULL},
        {"Ann < ann@example.com >", "ann@example.com", NULL},
        {"Ann <\"ann lee\"@example.com>", "\"ann lee\"@example.com", NULL},
        {"<@relay.example:ann@example.com>", "ann@example.com", NULL},
        {"<@a.example,@b.example:ann@example.com>", "ann@example.com", NULL},
        {"ann@example.com (Ann)", "ann@example.com", NULL},
        {"ann@example.com(Ann)", "ann@example.com", NULL},
        {"(Ann) ann@example.com", "ann@example.com", NULL},
        {"(Ann)ann@example.com", "ann@example.com", NULL},
        {"ann@example.com (Ann (Lee), home)", "ann@example.com", NULL},
        {"ann@example.com (a \\) b)", "ann@example.com", NULL},
        {"ann@example.com (bob@example.com)", "ann@example.com", NULL},
        {"Ann <ann@example.com> (home)", "ann@example.com", NULL},
        {"Ann (home) <ann@example.com>", "ann@example.com", NULL},
        {"ann@example.com (Ann", NULL, NULL},
        {"mailto:ann@example.com", "ann@example.com", NULL},
        {"MAILTO:ann@example.com", "ann@example.com", NULL},
        {"mailto:ann@example.com?subject=a", "ann@example.com", NULL},
        {"mailto:ann%2Bshop@example.com", "ann+shop@example.com", NULL},
        {"mailto:ann%40example.com", "ann@example.com", NULL},
        {"<mailto:ann@example.com>", "ann@example.com", NULL},
        {"ann%2Bshop@example.com", "ann%2Bshop@example.com", NULL},
        {"smtp:ann@example.com", "ann@example.com", NULL},
        {"SMTP:ann@example.com", "ann@example.com", NULL},
        {"Work: ann@example.com", "ann@example.com", NULL},
        {"Friends: ann@example.com;", "ann@example.com", NULL},
        {"'ann@example.com'", "ann@example.com", NULL},
        {"\"ann@example.com\"", "ann@example.com", NULL},
        {"ann@example.com;", "ann@example.com", NULL},
        {"ann@example.com,", "ann@example.com", NULL},
        {"; ann@example.com", "ann@example.com", NULL},
        /* What was hidden on purpose stays hidden. */
        {"ann at example dot com", NULL, NULL},
        {"ann [at] example.com", NULL, NULL},
        {"ann(at)example.com", NULL, NULL},
        {"ann AT example.com", NULL, NULL},
        /* Half of an address is somebody else's. */
        {"john smith@example.com", NULL, "blank"},
        {"tom and jerry@example.com", NULL, "blank"},
        {"ann @example.com", NULL, NULL},
        {"ann@ example.com", NULL, NULL},
        {"ann@example .com", NULL, "blank"},
        {"/o=Shop/ou=Exchange Administrative Group (A)/cn=Recipients/cn=ann",
         NULL, "Exchange"},
        {"EX:/o=Shop/cn=ann", NULL, "Exchange"},
        {"http://example.com", NULL, "no @"},
    };

    CHECK(addresses);
}

Test(clean_email, the_first_valid_address_of_several_is_taken)
{
    static const struct address addresses[] = {
        {"ann@example.com,bob@example.com", "ann@example.com", NULL},
        {"ann@example.com, bob@example.com", "ann@example.com", NULL},
        {"ann@example.com;bob@example.com", "ann@example.com", NULL},
        {"ann@example.com bob@example.com", "ann@example.com", NULL},
        {"ann@example.com\nbob@example.com", "ann@example.com", NULL},
        {"ann@example.com\r\nbob@example.com", "ann@example.com", NULL},
        {"ann@example.com\tbob@example.com", "ann@example.com", NULL},
        {"ann@example.com ::: bob@example.com", "ann@example.com", NULL},
        {"ann@example.com / bob@example.com", "ann@example.com", NULL},
        {"ann@example.com | bob@example.com", "ann@example.com", NULL},
        {"ann@example.com or bob@example.com", "ann@example.com", NULL},
        {"ann@example.com OR bob@example.com", "ann@example.com", NULL},
        {"ann@example.com and bob@example.com", "ann@example.com", NULL},
        {"ann@example.com & bob@example.com", "ann@example.com", NULL},
        {"Ann <ann@example.com>, Bob <bob@example.com>", "ann@example.com",
         NULL},
        {"SMTP:ann@example.com; smtp:bob@example.com", "ann@example.com", NULL},
        {"mailto:ann@example.com,bob@example.com", "ann@example.com", NULL},
        {"ann@; bob@example.com", "bob@example.com", NULL},
        {"ann@example; bob@example.com", "bob@example.com", NULL},
        {"none; bob@example.com", "bob@example.com", NULL},
        {"/o=Shop/cn=ann; bob@example.com", "bob@example.com", NULL},
        {"ann@; bob@", NULL, "nothing behind"},
    };

    CHECK(addresses);
}

/* --- what is said
 * -----------------------------------------------------------*/

struct said {
    const char *raw, *codes; /* apart by blanks; ~ is a notice */
};

Test(clean_email, what_is_left_out_is_said)
{
    static const struct said cells[] = {
        {"ann@example.com", ""},
        {"ann@example.com, ANN@EXAMPLE.COM", ""},
        {"ann@m\u00fcnchen.example; ann@xn--mnchen-3ya.example", ""},
        {"ann@example.com;", ""},
        {"<ann@example.com>", ""},
        {"mailto:ann@example.com", ""},
        {"Work: ann@example.com", ""},
        {"ann@example.com, bob@example.com", "several_values"},
        {"ann@; bob@example.com", "several_values"},
        {"ann@example.com, call first", "several_values"},
        {"ann@example.com; /o=Shop/cn=ann", "several_values"},
        {"Ann <ann@example.com>", "~words_dropped"},
        {"ann@example.com (Ann)", "~words_dropped"},
        {"'ann@example.com", "~apostrophe"},
        {"ann", "bad_email"},
        {"n/a", ""},
        {"#REF!", ""},
        {"####", ""},
        {"no email", ""},
        {"nicht angegeben", ""},
        {"noreply@example.com", ""},
    };

    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        struct arena *arena = arena_open();
        struct customer *customer = customer_new(arena);
        const struct cleaning cleaning = {.cells = true};
        struct buffer codes = {0};
        struct value value;

        clean_value(FIELD_EMAIL, text_of(cells[i].raw), &cleaning, arena,
                    customer, &value);
        for (struct problem *p = customer->problems; p != NULL; p = p->next)
            buffer_print(&codes, "%s%s%s", codes.size > 0 ? " " : "",
                         p->notice ? "~" : "", p->code);
        cr_expect(text_is(buffer_view(&codes), cells[i].codes), "\"%s\": %.*s",
                  cells[i].raw, (int)codes.size, codes.at);
        buffer_free(&codes);
        arena_close(arena);
    }
}

Test(clean_email, two_spellings_of_one_mailbox_fold_equal)
{
    static const char *const pairs[][2] = {
        {"Ann@Example.com", "ann@example.COM"},
        {"ann@m\u00fcnchen.example", "ann@XN--MNCHEN-3YA.example"},
        {"ann@M\u00dcNCHEN.example", "ann@mu\u0308nchen.example"},
        {"JOS\u00c9@example.com", "jose\u0301@example.com"},
    };
    struct arena *arena = arena_open();

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        cr_expect(text_equal(email_fold(text_of(pairs[i][0]), arena),
                             email_fold(text_of(pairs[i][1]), arena)),
                  "%s", pairs[i][0]);
    /* Whose dots do not count is a provider's business. */
    cr_expect(!text_equal(email_fold(TEXT("a.nn@example.com"), arena),
                          email_fold(TEXT("ann@example.com"), arena)));
    arena_close(arena);
}

/* Quadratic, so many of such cells would take longer. */
Test(clean_email, rule10_what_opens_and_never_closes_costs_no_time,
     .timeout = 5)
{
    static const char *const opening[] = {"(", "\"\\", "( ", "\\(", "<("};
    struct arena *arena = arena_open();

    for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++) {
        struct buffer raw = {0};
        struct text email;
        const char *reason;

        while (raw.size < 1985)
            buffer_string(&raw, opening[i]);
        for (int k = 0; k < 500; k++) {
            arena_reset(arena);
            cr_assert_not(
                clean_email(buffer_view(&raw), arena, &email, &reason));
        }
        buffer_free(&raw);
    }
    arena_close(arena);
}

static uint32_t seed = 1;

static uint32_t next(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % below;
}

Test(clean_email, what_is_found_is_found_again)
{
    static const char *const words[] = {
        "a",      "a@b.cd",  "@",      ".",       "\"",       "\\",      "<",
        ">",      "(",       ")",      ",",       ";",        ": ",      " ",
        "/",      "-",       "[",      "]",       "'",        "\n",      "\t",
        "%40",    "4",       "\u00e9", "mailto:", "or",       "::",      "@c.",
        "\"a\"@", "a@b.cd)", "/o=a",   "?",       "\u00a0@x", "<a@b.cd>"};
    enum { WORDS = sizeof(words) / sizeof(words[0]) };
    struct arena *arena = arena_open();
    size_t found = 0;

    for (int i = 0; i < 200000; i++) {
        struct buffer raw = {0};
        struct text email, again;
        const char *reason;

        for (uint32_t left = next(8); left > 0; left--)
            buffer_string(&raw, words[next(WORDS)]);
        arena_reset(arena);
        if (clean_email(buffer_view(&raw), arena, &email, &reason)) {
            found++;
            cr_assert(clean_email(email, arena, &again, &reason),
                      "\"%.*s\" gives %.*s: %s", (int)raw.size, raw.at,
                      TEXT_ARGS(email), reason);
            cr_assert(text_equal(email, again), "%.*s", TEXT_ARGS(email));
        }
        buffer_free(&raw);
    }
    cr_assert_gt(found, 10000);
    arena_close(arena);
}
