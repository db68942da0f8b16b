/*
 * test_mapping_two_way.c - what comes back from a shape as it went.
 */
#include "mapping_fixture.h"

#include "mappings/locate.h"

TestSuite(two_way, .timeout = 60);

Test(two_way, what_a_plain_rule_writes_comes_back, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  reference_id: Id\n"
        "  email: Mail\n"
        "  mobile: Mob\n"
        "  accepts_sms: {from: Sms, values: {\"ja\": true, \"nein\": false}}\n"
        "  tags: {from: Tags, split: '|'}\n"
        "  billing.country: Land\n"
        "  created_at: Since\n"
        "  custom.level: Level\n");
    static const enum field fields[] = {
        FIELD_REFERENCE_ID, FIELD_EMAIL,           FIELD_MOBILE,
        FIELD_ACCEPTS_SMS,  FIELD_BILLING_COUNTRY, FIELD_CREATED_AT,
        FIELD_TAGS};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        cr_expect(mapping_two_way(mapping, fields[i]), "%s",
                  field_name(fields[i]));
    cr_expect(mapping_two_way(mapping, field_named(TEXT("custom.level"))));
    cr_expect_not(mapping_two_way(mapping, FIELD_NOTES));
    mapping_close(mapping);
}

Test(two_way, what_is_lossy_is_not, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: {from: N, or: [company, {join: [first_name, last_name]}]}\n"
        "  billing.street: {from: S, append: [billing.street2]}\n"
        "  billing.city: {from: [C, D], join: ' '}\n"
        "  status: {from: On, default: active}\n"
        "  email: {from: M, read_only: true}\n"
        "  created_at: {from: T, format: '%d/%m/%Y'}\n"
        "  notes: {value: imported}\n"
        "  website: {from: W, when: {column: Kind, is: B}}\n");
    static const enum field fields[] = {
        FIELD_NAME,       FIELD_BILLING_STREET, FIELD_STATUS, FIELD_EMAIL,
        FIELD_CREATED_AT, FIELD_NOTES,          FIELD_WEBSITE};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        cr_expect_not(mapping_two_way(mapping, fields[i]), "%s",
                      field_name(fields[i]));
    mapping_close(mapping);
}

Test(two_way, an_opt_in_without_address_is_not_held_against_a_shape,
     .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {email: {from: M, max: 20}, accepts_marketing: {from: A, "
        "needs: [email]}, billing.postal_code: {from: P, max: 5}}");

    cr_expect(mapping_two_way(mapping, FIELD_ACCEPTS_MARKETING));
    cr_expect(mapping_two_way(mapping, FIELD_BILLING_POSTAL_CODE));
    mapping_close(mapping);
}

Test(two_way, generic_brings_everything_back, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = shipped("generic");

    field_define(TEXT("custom.shoe size"));
    for (size_t f = 0; f < field_count(); f++)
        cr_expect(mapping_two_way(mapping, (enum field)f), "%s",
                  field_name((enum field)f));
    mapping_close(mapping);
}

/* --- awkward values --------------------------------------------------------*/

static const char *const pieces[] = {
    "a", "B",  " ",        ",",    ";",    "|",   "'",  "\"", "[",   "]",
    "=", "+",  "-",        "@",    "7",    "0",   "\\", "::", ": ",  "{",
    "}", "\n", "\xC3\xA9", "tel:", "null", "N/A", "%",  "&",  "<x>", "#"};

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* A text as cleaning leaves it: something, without outer blanks. */
static const char *awkward(void)
{
    struct buffer all = {0};
    const char *string;
    struct text text;

    do {
        buffer_clear(&all);
        for (uint32_t n = 1 + dice(6); n > 0; n--)
            buffer_string(&all,
                          pieces[dice(sizeof(pieces) / sizeof(pieces[0]))]);
        text = text_trim(buffer_view(&all));
    } while (text.size == 0 || text.at[0] == ' ');
    string = arena_string(arena, text);
    buffer_free(&all);
    return string;
}

static void expect_awkward_back(const char *yaml,
                                const struct target_form *form,
                                bool through_single)
{
    struct mapping *mapping = mapping_of(yaml);
    enum field fields[] = {FIELD_NOTES, FIELD_REFERENCE_ID, FIELD_TAGS};

    seed = 11;
    for (int i = 0; i < 3000; i++) {
        struct customer *customer = customer_new(arena), *again, *out;
        struct text tags[4];
        size_t count = 1 + dice(3);
        struct node *record;
        struct err err;

        for (size_t n = 0; n < count; n++)
            tags[n] = text_of(awkward());
        customer_set(customer, FIELD_NOTES, text_of(awkward()));
        customer_set(customer, FIELD_REFERENCE_ID,
                     arena_print(arena, "%s%d", awkward(), i));
        customer_set(customer, FIELD_NAME, TEXT("x"));
        clean_value(FIELD_TAGS, value_list(tags, count, arena), &australian,
                    arena, customer, &customer->values[FIELD_TAGS]);
        out = mapping_project(mapping, customer, false, arena);
        record = mapping_write(mapping, out, NULL, form, arena);
        /* What an XML reader makes of a list of one. */
        for (struct node *n = record->first; through_single && n != NULL;
             n = n->next)
            if (n->kind == NODE_LIST && n->first == n->last) {
                n->kind = NODE_TEXT;
                n->text = n->first->text;
            }
        cr_assert_eq(mapping_read(mapping, record, NULL, arena, &again, &err),
                     OK);
        for (size_t f = 0; f < 3; f++)
            cr_expect(text_equal(customer_text(again, fields[f]),
                                 customer_text(out, fields[f])),
                      "%s\n%s\n%.*s\n%.*s", yaml, node_json(record),
                      TEXT_ARGS(customer_text(again, fields[f])),
                      TEXT_ARGS(customer_text(out, fields[f])));
    }
    mapping_close(mapping);
}

Test(two_way, awkward_values_come_back_from_every_shape, .init = open_all,
     .fini = close_all)
{
    const struct target_form cells = {.cells = true};
    const struct target_form elements = {.elements = true};
    static const char *const shapes[] = {
        "fields: {name: N, notes: A, reference_id: B, tags: T}",
        "fields: {name: N, notes: A, reference_id: {from: B, strip: \"'\"}, "
        "tags: {from: T, split: ', '}}",
        "fields: {name: N, notes: {from: A, prefix: 'tel:'}, reference_id: "
        "{from: B, strip: \"'\", prefix: '+'}, tags: {from: T, split: '|'}}",
        "fields: {name: N, notes: {from: A, strip: \"'\"}, reference_id: B, "
        "tags: {from: T, split: ' '}}",
        "fields: {name: N, notes: A, reference_id: B, tags: {from: T, split: "
        "' ::: ', as: text}}"};

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        expect_awkward_back(shapes[i], &cells, false);
        expect_awkward_back(shapes[i], NULL, false);
        expect_awkward_back(shapes[i], &elements, true);
    }
    expect_awkward_back("format: xml\nfields: {name: n.text, notes: a, "
                        "reference_id: b, tags: t.label}",
                        NULL, true);
    expect_awkward_back("format: xml\nfields: {name: n.text, notes: a, "
                        "reference_id: b, tags: {from: t, split: ';'}}",
                        NULL, true);
    expect_awkward_back("format: json\nfields: {name: n.text, notes: a, "
                        "reference_id: {from: b, as: number}, tags: t.label}",
                        NULL, false);
}

/* Texts and lists at random, the rest as it comes. */
static struct customer *somebody(const bool *both_ways)
{
    struct customer *customer = customer_new(arena);

    for (size_t f = 0; f < customer->count; f++) {
        struct value *value = &customer->values[f];
        struct text tags[3];

        if (!both_ways[f] || dice(4) == 0)
            continue;
        switch (field_type((enum field)f)) {
        case TYPE_ID:
        case TYPE_TEXT:
        case TYPE_URL:
            customer_set(customer, (enum field)f, text_of(awkward()));
            break;
        case TYPE_LIST:
            for (size_t n = 0; n < 3; n++)
                tags[n] = text_of(awkward());
            clean_value((enum field)f, value_list(tags, 3, arena), &australian,
                        arena, customer, value);
            break;
        case TYPE_COUNTRY:
            customer_set(customer, (enum field)f,
                         dice(2) ? TEXT("AU") : TEXT("NA"));
            break;
        case TYPE_BOOLEAN:
            customer_set(customer, (enum field)f,
                         dice(2) ? TEXT("true") : TEXT("false"));
            break;
        case TYPE_STATUS:
            customer_set(customer, (enum field)f,
                         dice(2) ? TEXT("active") : TEXT("inactive"));
            break;
        case TYPE_TIME:
            customer_set(customer, (enum field)f, TEXT("2026-11-20T13:14:15Z"));
            break;
        default:
            break;
        }
    }
    return customer;
}

/* Words like N/A, which say nothing where an id or a number is wanted. */
static bool says_nothing(enum field field, struct text text)
{
    struct customer *customer = customer_new(arena);
    struct value value;

    clean_value(field, text, &australian, arena, customer, &value);
    return value.presence != VALUE_SET || !text_equal(value.text, text);
}

Test(two_way, awkward_values_come_back_from_shipped_mappings, .init = open_all,
     .fini = close_all)
{
    const char *const *shapes = locate_names("files", arena);

    seed = 7;
    for (; *shapes != NULL; shapes++) {
        struct mapping *mapping = shipped(*shapes);
        size_t fields = field_count();
        bool *both_ways = calloc(fields, sizeof(bool));

        for (size_t f = 0; f < fields; f++)
            both_ways[f] = mapping_two_way(mapping, (enum field)f);
        for (int i = 0; i < 100; i++) {
            struct customer *out =
                mapping_project(mapping, somebody(both_ways), false, arena);
            struct node *record =
                mapping_write(mapping, out, NULL, NULL, arena);
            struct customer *again;
            struct err err;

            if (mapping_read(mapping, record, &australian, arena, &again,
                             &err) != OK)
                continue;
            for (size_t f = 0; f < fields; f++) {
                enum field field = (enum field)f;
                struct text sent = customer_text(out, field);

                if (both_ways[f] && !says_nothing(field, sent))
                    cr_expect(text_equal(customer_text(again, field), sent),
                              "%s %s\n%s\n%.*s\n%.*s", *shapes,
                              field_name(field), node_json(record),
                              TEXT_ARGS(customer_text(again, field)),
                              TEXT_ARGS(sent));
            }
        }
        free(both_ways);
        mapping_close(mapping);
    }
}
