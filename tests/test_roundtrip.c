/*
 * test_roundtrip.c - what a file sink wrote, its reader gives back: generated
 * customers with every awkward character, through every format and every
 * mapping, equal field by field for what the mapping can carry both ways.
 */
#include "sync/sink.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
enum { CUSTOMERS = 300, FEWER = 100 };
#else
enum { CUSTOMERS = 10000, FEWER = 1000 };
#endif

/* --- made-up customers -----------------------------------------------------*/

struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *dice, uint32_t sides)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return (uint32_t)(dice->state >> 33) % sides;
}

static const char *const pieces[] = {
    "\"",
    "\"\"",
    ",",
    ";",
    "|",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "'",
    "=",
    "+",
    "-",
    "@",
    "&",
    "<",
    ">",
    "]]>",
    "&amp;",
    "\\",
    "/",
    "{",
    "}",
    "[",
    "]",
    ":",
    "\xc2\xa0",                                     /* NBSP */
    "\xd7\xa9\xd7\x9c\xd7\x95",                     /* right to left */
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", /* emoji joined by ZWJ */
    "\xf0\x9d\x92\xb3",                             /* beyond the BMP */
    "e\xcc\x81",
    "\xc3\xa9",
    "\xe2\x82\xac",
    "\xe6\xbc\xa2",
    "\xef\xbc\xa1",
    "a",
    "B",
    "z",
    "0",
    "7",
    " ",
    "  ",
    "Ann",
    "Lee",
    "null",
    "N/A",
};

static const char *const wholes[] = {
    "null",
    "NULL",
    "N/A",
    "n/a",
    "None",
    "true",
    "false",
    "0",
    "007",
    "-",
    "12345678901234567890123",
    "1E5",
    "9007199254740993",
    "1.0",
    "+1",
    "-1",
    "=1+1",
    "=\"007\"",
    "=\"\"",
    "'",
    "''",
    "'=1",
    "''+1",
    "'-",
    "'@x",
    "@x",
    "'quoted'",
    "\"quoted\"",
    "\"",
    "\"\"",
    "=",
    "TOTAL",
    "Total:",
    "sep=;",
    "#REF!",
    "{}",
    "[]",
    "[\"a\"]",
    "<a>",
    "<![CDATA[x]]>",
    "&#65;",
    "%s%n",
    "a\nb",
    "a\rb",
    "a\r\nb",
    "a\tb",
    "\\n",
    "O'Neil",
    "Smith, John",
    "a;b",
    "a|b",
    ("\xef\xbb\xbf"
     "x"),
    "2026-11-20",
    "1/2/2026",
    "6.1E+10",
};

enum {
    PIECES = sizeof(pieces) / sizeof(pieces[0]),
    WHOLES = sizeof(wholes) / sizeof(wholes[0]),
};

static struct text awkward(struct dice *dice, struct arena *arena)
{
    struct buffer out = {0};
    uint32_t count = 1 + roll(dice, 8);
    struct text text;

    if (roll(dice, 3) == 0)
        return text_of(wholes[roll(dice, WHOLES)]);
    if (roll(dice, 400) == 0)
        count = 3000; /* a long one */
    for (uint32_t i = 0; i < count; i++)
        buffer_string(&out, pieces[roll(dice, PIECES)]);
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

static const char *one_of(struct dice *dice, const char *const *list,
                          uint32_t count)
{
    return list[roll(dice, count)];
}
#define ONE_OF(dice, list) one_of(dice, list, sizeof(list) / sizeof(list[0]))

static struct text elements(struct dice *dice, bool separators,
                            struct arena *arena)
{
    static const char *const words[] = {
        "VIP",   "blog", "a b", "\xc3\xa9t\xc3\xa9", "x&y", "<b>",
        "\"q\"", "O'N",  "7"};
    struct text list[4];
    uint32_t count = 1 + roll(dice, 3);

    for (uint32_t i = 0; i < count; i++)
        list[i] = arena_print(arena, "%s%u", ONE_OF(dice, words), i);
    if (separators && roll(dice, 3) == 0)
        list[count++] = TEXT("one, two; three");
    return value_list(list, count, arena);
}

static struct text contacts(struct dice *dice, struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);
    struct node *contact = node_new(arena, NODE_OBJECT);
    struct buffer json = {0};
    struct text text;

    node_add(contact, "first_name", node_text(arena, TEXT("Jo \"x\"")));
    node_add(contact, "last_name",
             node_text(arena, roll(dice, 2) ? TEXT("Li, <b>")
                                            : TEXT("\xe6\xbc\xa2\nz")));
    node_add(contact, "email", node_text(arena, TEXT("jo@example.com")));
    node_add(contact, "primary",
             node_new(arena, roll(dice, 2) ? NODE_TRUE : NODE_FALSE));
    node_add(list, NULL, contact);
    json_write(&json, list);
    text = arena_text(arena, buffer_view(&json));
    buffer_free(&json);
    return text;
}

/* What a source would give for the field; empty: nothing. */
static struct text outside_of(struct dice *dice, enum field field, uint32_t n,
                              bool separators, struct arena *arena)
{
    static const char *const ids[] = {
        "007",    "12345678901234567890123",
        "1E5",    "9007199254740993",
        "00",     "A-1/2",
        "=7",     "+7",
        "'7",     "1.10",
        "C\"1\"", "\xc3\xa9-1",
        "N7;8",
    };
    static const char *const countries[] = {"AU", "NZ", "US", "GB", "DE"};
    static const char *const times[] = {"2026-11-20T01:02:03Z",
                                        "1999-12-31T23:59:59Z"};
    static const char *const emails[] = {
        "p%u@example.com",
        "p+%u@example.com",
        "o'neil%u@example.org",
        ("P%u@B\xc3\xbc"
         "cher.example"),
        "=%u@example.com",
        "-%u@example.com",
    };

    /* Whoever a mapping needs is there; anything else may be missing. */
    if (roll(dice, 4) == 0 && field != FIELD_EMAIL &&
        field != FIELD_LAST_NAME && field != FIELD_FIRST_NAME &&
        field != FIELD_NAME && field != FIELD_REFERENCE_ID)
        return (struct text){0};
    switch (field_type(field)) {
    case TYPE_ID:
        return roll(dice, 3) == 0
                   ? text_of(ONE_OF(dice, ids))
                   : arena_print(arena, "%s%u", roll(dice, 2) ? "0" : "K", n);
    case TYPE_EMAIL:
        return arena_print(arena, ONE_OF(dice, emails), n);
    case TYPE_PHONE:
        return arena_print(
            arena, field == FIELD_MOBILE ? "+61491570%03u" : "+61255501%03u",
            100 + n % 800);
    case TYPE_URL:
        return arena_print(arena, "https://example.com/?a=%u&b=<%u>", n, n);
    case TYPE_STATUS:
        return roll(dice, 8) ? TEXT("active") : TEXT("inactive");
    case TYPE_COUNTRY:
        return text_of(ONE_OF(dice, countries));
    case TYPE_BOOLEAN:
        return roll(dice, 2) ? TEXT("true") : TEXT("false");
    case TYPE_LIST:
        return elements(dice, separators, arena);
    case TYPE_METHODS:
        return roll(dice, 2) ? TEXT("[\"email\"]")
                             : TEXT("[\"phone\",\"sms\"]");
    case TYPE_CONTACTS:
        return contacts(dice, arena);
    case TYPE_TIME:
        return text_of(ONE_OF(dice, times));
    case TYPE_TEXT:
        break;
    }
    return awkward(dice, arena);
}

static struct customer *make(uint32_t n, bool separators, struct arena *arena)
{
    struct dice dice = {0x9e3779b97f4a7c15ULL * (n + 1)};
    struct cleaning cleaning = {0};
    struct customer *customer = customer_new(arena);

    for (size_t i = 0; i < customer->count; i++) {
        enum field field = (enum field)i;
        enum type type = field_type(field);
        struct text raw = outside_of(&dice, field, n, separators, arena);

        if (raw.size == 0)
            continue;
        if (type == TYPE_LIST || type == TYPE_METHODS || type == TYPE_CONTACTS)
            customer_set(customer, field, raw);
        else
            clean_value(field, raw, &cleaning, arena, customer,
                        &customer->values[field]);
    }
    return customer;
}

/* Made once for all shapes: that takes longer than the way there and back. */
static struct customer *made(uint32_t n, bool separators)
{
    static struct customer **all[2];
    static struct arena *arena;
    struct customer **set;

    if (arena == NULL)
        arena = arena_open();
    if (all[separators] == NULL)
        all[separators] =
            arena_take(arena, CUSTOMERS * sizeof(*all[separators]));
    set = all[separators];
    if (set[n] == NULL)
        set[n] = make(n, separators, arena);
    return set[n];
}

/* --- there and back --------------------------------------------------------*/

struct trip {
    const char *mapping, *suffix;
    bool safe, separators;
    uint32_t customers;
    const struct mapping *shape;
    char path[200];
    bool *both_ways;   /* by field */
    uint32_t *written; /* which customers */
    uint32_t count;
    uint64_t compared;
};

static struct customer *prepare(const struct trip *trip,
                                const struct plan_sink *sink, uint32_t n,
                                struct arena *arena, struct customer **customer)
{
    struct customer *projected;

    *customer = made(n, trip->separators);
    projected = mapping_project(trip->shape, *customer, true, arena);

    sink->fit(sink->self, projected, arena);
    for (const struct problem *p = projected->problems; p != NULL; p = p->next)
        if (p->fatal)
            return NULL;
    for (size_t i = 0; i < projected->count; i++)
        if (projected->values[i].presence != VALUE_SET)
            projected->values[i].presence = VALUE_ABSENT;
    return projected;
}

static void there(struct trip *trip, struct sink *sink)
{
    struct arena *arena = arena_open();
    struct plan_sink target = sink_as_target(sink);
    size_t fields = field_count();
    bool *brought = calloc(fields, 1);
    struct err err;

    memset(brought, true, fields);
    target.begin(target.self, brought, fields);
    for (uint32_t n = 0; n < trip->customers; n++) {
        struct customer *customer;
        struct customer *projected =
            prepare(trip, &target, n, arena, &customer);

        if (projected != NULL) {
            cr_assert_eq(
                target.write(target.self, customer, projected, arena, &err), OK,
                "%s: %s", trip->path, err.message);
            trip->written[trip->count++] = n;
        }
        arena_reset(arena);
    }
    cr_assert_eq(sink_commit(sink, &err), OK, "%s", err.message);
    free(brought);
    arena_close(arena);
}

/* What a limit of the shape left out was not written. */
static void compare(struct trip *trip, const struct customer *was,
                    const struct customer *written, const struct customer *is,
                    uint32_t n)
{
    for (size_t i = 0; i < was->count; i++) {
        enum field field = (enum field)i;
        /* An opt-in without an address goes as false. */
        const struct customer *from =
            field_type(field) == TYPE_BOOLEAN ? written : was;
        struct text a = customer_has(written, field)
                            ? customer_text(from, field)
                            : TEXT("");
        struct text b = customer_text(is, field);

        if (!trip->both_ways[field])
            continue;
        cr_assert(text_equal(a, b),
                  "%s, customer %u, %s:\n wrote [%.*s]\n read  [%.*s]",
                  trip->path, n, field_name(field), (int)(a.size & 0xfff), a.at,
                  (int)(b.size & 0xfff), b.at);
        trip->compared += a.size > 0;
    }
}

/* Filters of a mapping look at what it also writes: the inactive, say. */
static bool may_be_skipped(const struct customer *customer)
{
    return text_is(customer_text(customer, FIELD_STATUS), "inactive") ||
           text_is(customer_text(customer, FIELD_ACCEPTS_MARKETING), "false");
}

static void back(struct trip *trip, struct sink *sink, struct source *source)
{
    struct arena *arena = arena_open();
    struct plan_sink target = sink_as_target(sink);
    struct source_row row;
    struct customer *is;
    struct err err;

    for (uint32_t i = 0; i < trip->count; i++) {
        struct customer *was;
        const struct customer *written =
            prepare(trip, &target, trip->written[i], arena, &was);
        enum status status = source_next(source, &row, &err);

        cr_assert_eq(status, OK, "%s, row %u: %s %s", trip->path, i, err.place,
                     err.message);
        status = source_customer(source, 0, row.raw, arena, &is, &err);
        if (status == REJECT && strcmp(err.code, "skipped") == 0 &&
            may_be_skipped(written)) {
            arena_reset(arena);
            continue;
        }
        cr_assert_eq(status, OK, "%s, row %u: %s", trip->path, i, err.message);
        compare(trip, was, written, is, trip->written[i]);
        arena_reset(arena);
    }
    cr_assert_eq(source_next(source, &row, &err), END, "%s: rows too many",
                 trip->path);
    arena_close(arena);
}

static void travel(const char *mapping, const char *suffix, bool safe,
                   uint32_t customers)
{
    struct trip trip = {
        .mapping = mapping,
        .suffix = suffix,
        .safe = safe,
        .customers = customers,
    };
    struct policy policy;
    struct endpoint end = {.name = mapping};
    struct source *source;
    struct sink *sink;
    struct err err;

    policy_defaults(&policy);
    policy.safe_csv = safe;
    snprintf(trip.path, sizeof(trip.path), "/tmp/custsync-trip-%ld-%s%s.%s",
             (long)getpid(), mapping, safe ? "-safe" : "", suffix);
    end.path = end.written = trip.path;
    trip.written = calloc(customers, sizeof(*trip.written));
    trip.separators = strcmp(suffix, "csv") != 0;
    (void)field_define(TEXT("custom.odd"));
    cr_assert_eq(sink_open(&sink, &end, &policy, false, NULL, &err), OK,
                 "%s: %s", mapping, err.message);
    trip.shape = sink_mapping(sink);
    there(&trip, sink);
    cr_assert_gt(trip.count, customers / 4, "%s takes only %u", mapping,
                 trip.count);
    trip.both_ways = calloc(field_count() + CUSTOM_MAX, 1);
    for (size_t i = 0; i < field_count(); i++)
        trip.both_ways[i] = mapping_two_way(trip.shape, (enum field)i);
    cr_assert_eq(source_open(&source, &end, 1, &policy, NULL, NULL, &err), OK,
                 "%s: %s", trip.path, err.message);
    back(&trip, sink, source);
    cr_assert_gt(trip.compared, trip.count, "%s carries nothing", mapping);
    source_close(source);
    sink_close(sink);
    unlink(trip.path);
    free(trip.written);
    free(trip.both_ways);
}

Test(roundtrip, our_own_names_in_every_format)
{
    static const char *const suffixes[] = {"csv", "json", "ndjson", "xml"};
    struct catalogue *catalogue;
    struct err err;

    /* Its mappings bring custom fields, which must not come half way. */
    cr_assert_eq(catalogue_open(&catalogue, &err), OK, "%s", err.message);

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        travel("generic", suffixes[i], false, CUSTOMERS);
    travel("generic", "csv", true, CUSTOMERS);
    catalogue_close(catalogue);
}

static bool writes(const struct mapping *mapping)
{
    for (size_t f = 0; f < FIELD_FIXED; f++)
        if (mapping_two_way(mapping, (enum field)f))
            return true;
    return false;
}

Test(roundtrip, every_shape_of_the_catalogue_that_goes_both_ways)
{
    struct catalogue *catalogue;
    struct err err;
    size_t travelled = 0;

    cr_assert_eq(catalogue_open(&catalogue, &err), OK, "%s", err.message);
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct mapping *mapping = catalogue_at(catalogue, i);
        const char *format = mapping_format(mapping);

        if (format == NULL || !writes(mapping))
            continue;
        travel(mapping_name(mapping), format, false, CUSTOMERS);
        if (strcmp(format, "csv") == 0)
            travel(mapping_name(mapping), "csv", true, FEWER);
        travelled++;
    }
    cr_assert_gt(travelled, 5);
    catalogue_close(catalogue);
}
