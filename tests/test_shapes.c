/*
 * test_shapes.c - from customers to records: what shapes can hold, how it is
 * written, and generic in every format.
 */
#include "mapping_fixture.h"

#include <unistd.h>

TestSuite(shapes, .timeout = 60, .init = open_all, .fini = close_all);

Test(shapes, a_name_falls_back_as_the_design_says)
{
    struct provider *count = provider_of("count");
    struct provider *kounta = provider_of("kounta");

    cr_expect_str_eq(written(count->mapping,
                             "{\"company\":\"Acme\",\"email\":\"a@example.com\""
                             "}",
                             true),
                     "{\"customer\":\"Acme\",\"email\":\"a@example.com\"}");
    cr_expect_str_eq(
        written(kounta->mapping, "{\"email\":\"a@example.com\"}", true),
        "missing_required first_name fatal");
    cr_expect_str_eq(written(kounta->mapping, "{\"name\":\"Acme\"}", true),
                     "missing_required email fatal");
    cr_expect_str_eq(written(count->mapping, "{\"name\":\"Acme\"}", false),
                     "{\"customer\":\"Acme\"}");
    provider_close(count);
    provider_close(kounta);
}

Test(shapes, limits_cost_the_value_and_the_row_if_it_is_needed)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: {from: N, required: true, min: 2, max: 5}\n"
        "  notes: {from: M, max: 3, pattern: '^a', message: must begin in a}");

    cr_expect_str_eq(written(mapping, "{\"name\":\"Zo\xC3\xAB\"}", true),
                     "{\"N\":\"Zo\xC3\xAB\"}");
    cr_expect_str_eq(written(mapping, "{\"name\":\"abcdef\"}", true),
                     "too_long name fatal");
    cr_expect_str_eq(written(mapping, "{\"name\":\"abcdef\"}", false),
                     "too_long name");
    cr_expect_str_eq(written(mapping, "{\"name\":\"a\"}", true),
                     "too_short name fatal");
    cr_expect_str_eq(
        written(mapping, "{\"name\":\"ab\",\"notes\":\"abcd\"}", true),
        "too_long notes");
    cr_expect_str_eq(
        written(mapping, "{\"name\":\"ab\",\"notes\":\"b\"}", true),
        "bad_pattern notes");
    mapping_close(mapping);
}

Test(shapes, slots_say_what_a_shape_can_do)
{
    struct provider *kounta = provider_of("kounta");
    struct provider *fieldedge = provider_of("fieldedge");
    size_t count, seen = 0;
    const struct slot *slots = mapping_slots(kounta->mapping, &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].field == FIELD_REFERENCE_ID)
            seen += slots[i].reference;
        if (slots[i].field == FIELD_FIRST_NAME)
            seen += slots[i].required && slots[i].object == NULL;
        if (slots[i].field == FIELD_BILLING_STREET)
            seen += strcmp(slots[i].object, "primary_address") == 0;
    }
    slots = mapping_slots(fieldedge->mapping, &count);
    for (size_t i = 0; i < count; i++) {
        if (slots[i].field == FIELD_ACCEPTS_SMS)
            seen += !slots[i].readable && slots[i].writable;
        if (slots[i].field == FIELD_NAME)
            seen += slots[i].readable && !slots[i].writable;
        if (slots[i].field == FIELD_CONTACT_METHODS)
            seen += slots[i].readable && slots[i].writable;
    }
    cr_expect_eq(seen, 6, "%zu", seen);
    provider_close(kounta);
    provider_close(fieldedge);
}

Test(shapes, a_blank_is_written_as_the_shape_clears_it)
{
    struct provider *kounta = provider_of("kounta");

    cr_expect_str_eq(
        written(kounta->mapping,
                "{\"first_name\":null,\"last_name\":null,\"reference_id\":null,"
                "\"tags\":null,\"billing.city\":null,"
                "\"email\":\"a@example.com\"}",
                false),
        "{\"reference_id\":\"\",\"last_name\":null,"
        "\"email\":\"a@example.com\",\"tags\":[],"
        "\"primary_address\":{\"city\":null}}");
    provider_close(kounta);
}

Test(shapes, only_wanted_fields_are_written)
{
    struct provider *count = provider_of("count");
    bool *wanted = calloc(field_count(), sizeof(*wanted));
    struct customer *out =
        mapping_project(count->mapping,
                        customer_of("{\"name\":\"Acme\",\"email\":"
                                    "\"a@example.com\",\"status\":\"active\"}"),
                        true, arena);

    wanted[FIELD_STATUS] = true;
    cr_expect_str_eq(
        node_json(mapping_write(count->mapping, out, wanted, NULL, arena)),
        "{\"status\":\"active\"}");
    free(wanted);
    provider_close(count);
}

Test(shapes, phones_go_out_in_the_targets_form)
{
    struct provider *kounta = provider_of("kounta");
    struct target_form form = {.region = "AU", .national = true};
    struct text phone = TEXT("+61491570156");

    cr_expect(text_is(
        mapping_outside(kounta->mapping, FIELD_MOBILE, phone, &form, arena),
        "0491570156"));
    form.region = "NZ";
    cr_expect(text_is(
        mapping_outside(kounta->mapping, FIELD_MOBILE, phone, &form, arena),
        "+61491570156"));
    form.national = false;
    cr_expect(text_is(
        mapping_outside(kounta->mapping, FIELD_MOBILE, phone, &form, arena),
        "+61491570156"));
    provider_close(kounta);
}

Test(shapes, an_account_as_source_has_its_own_ids)
{
    struct provider *kounta = provider_of("kounta");
    struct customer *customer =
        read_one(kounta->mapping, "{id: 7, first_name: A, reference_id: X1}");

    mapping_as_source(kounta->mapping, TEXT("7"), customer);
    cr_expect_str_eq(as_json(customer),
                     "{\"reference_id\":\"7\",\"first_name\":\"A\","
                     "\"custom.reference_id\":\"X1\"}");
    provider_close(kounta);
}

Test(shapes, a_landline_read_back_is_the_same_slot)
{
    struct provider *count = provider_of("count");
    struct customer *sent = mapping_project(
        count->mapping,
        customer_of("{\"name\":\"A\",\"email\":\"a@example.com\","
                    "\"phone\":\"+61255501234\"}"),
        true, arena);
    struct node *record =
        mapping_write(count->mapping, sent, NULL, NULL, arena);
    struct customer *got, *held;
    struct err err;

    cr_assert_eq(mapping_read(count->mapping, record, NULL, arena, &got, &err),
                 OK);
    cr_expect(text_is(customer_text(got, FIELD_PHONE), "+61255501234"));
    held = mapping_project(count->mapping, got, false, arena);
    cr_expect_str_eq(as_json(held), as_json(sent));
    provider_close(count);
}

Test(shapes, opt_ins_need_an_address)
{
    struct provider *fieldedge = provider_of("fieldedge");
    struct customer *out = mapping_project(
        fieldedge->mapping,
        customer_of("{\"first_name\":\"Al\",\"last_name\":\"Bo\","
                    "\"email\":\"a@example.com\",\"accepts_marketing\":true,"
                    "\"accepts_sms\":true}"),
        true, arena);

    cr_expect(text_is(customer_text(out, FIELD_ACCEPTS_MARKETING), "true"));
    cr_expect(text_is(customer_text(out, FIELD_ACCEPTS_SMS), "false"));
    cr_expect(has_problem(out, "opt_in_without_address"));
    provider_close(fieldedge);
}

Test(shapes, cells_hold_lists_as_text)
{
    struct mapping *mapping = shipped("generic");
    struct target_form form = {.cells = true};
    struct customer *out =
        mapping_project(mapping,
                        customer_of("{\"name\":\"x\",\"tags\":[\"a\",\"b\"],"
                                    "\"accepts_sms\":false,\"contacts\":"
                                    "[{\"email\":\"c@example.com\",\"primary\":"
                                    "true}]}"),
                        true, arena);

    cr_expect_str_eq(node_json(mapping_write(mapping, out, NULL, &form, arena)),
                     "{\"name\":\"x\",\"tags\":\"a, b\",\"accepts_sms\":"
                     "\"false\",\"contacts\":\"[{\\\"email\\\":"
                     "\\\"c@example.com\\\",\\\"primary\\\":true}]\"}");
    mapping_close(mapping);
}

Test(shapes, a_vendors_header_is_written_as_it_is_spelled)
{
    struct mapping *mapping = shipped("xero");
    struct writer_options options = {0};
    size_t count = 0;

    mapping_writer_options(mapping, &options);
    while (options.columns[count] != NULL)
        count++;
    cr_expect_str_eq(options.columns[0], "*ContactName");
    cr_expect_str_eq(options.columns[1], "AccountNumber");
    cr_expect_geq(count, 35, "%zu", count);
    mapping_close(mapping);
}

Test(shapes, generic_reads_xml_lists_of_every_kind)
{
    struct mapping *mapping = shipped("generic");
    struct node *record = node_new(arena, NODE_OBJECT);
    struct customer *customer;
    const char *tags = names_intern(names, TEXT("tags"));
    struct err err;

    node_add(record, names_intern(names, TEXT("@id")),
             node_text(arena, TEXT("7")));
    node_add(record, names_intern(names, TEXT("name")),
             node_text(arena, TEXT("Acme")));
    node_add(record, tags, node_text(arena, TEXT("a, b")));
    node_add(record, tags, node_text(arena, TEXT("c")));
    cr_assert_eq(mapping_read(mapping, record, NULL, arena, &customer, &err),
                 OK);
    cr_expect_str_eq(as_json(customer),
                     "{\"reference_id\":\"7\",\"name\":\"Acme\","
                     "\"tags\":[\"a, b\",\"c\"]}");
    customer = read_one(mapping, "{name: x, tags: {tag: a}, contacts: "
                                 "{contact: {Email: c@example.com}}}");
    cr_expect_str_eq(as_json(customer),
                     "{\"name\":\"x\",\"tags\":[\"a\"],\"contacts\":"
                     "[{\"email\":\"c@example.com\",\"primary\":false}]}");
    mapping_close(mapping);
}

static const char *person(int i)
{
    return arena_print(
               arena,
               "{\"reference_id\":\"%04d\","
               "\"company\":\"Silva, Sons & \\\"Co\\\" %d\","
               "\"first_name\":\"Zo\xC3\xAB\",\"last_name\":\"O'Hara %d\","
               "\"email\":\"p%d@example.com\",\"mobile\":\"+61491570%03d\","
               "\"notes\":\"line one\\nline <two>\",\"status\":\"%s\","
               "\"billing.street\":\"%d High St\",\"billing.country\":\"AU\","
               "\"tags\":[\"VIP\",\"t%d\"],\"accepts_marketing\":%s,"
               "\"contacts\":[{\"first_name\":\"Jo\",\"email\":\"j%d@example."
               "org\","
               "\"primary\":true}],\"custom.level\":\"%d\"}",
               i, i, i, i, 100 + i % 800, i % 2 ? "active" : "inactive", i, i,
               i % 3 ? "true" : "false", i, i)
        .at;
}

/* Writes the people through generic and reads them back; as one text. */
static struct text through(const struct mapping *mapping, const char *name,
                           const char *suffix)
{
    const struct format *format = format_named(name);
    struct target_form form = {.cells = strcmp(name, "csv") == 0};
    struct writer_options writing = {0};
    struct reader_options reading = {0};
    const char *path =
        arena_print(arena, "/tmp/custsync-generic-%d%s", (int)getpid(), suffix)
            .at;
    struct buffer all = {0};
    struct writer *writer;
    struct reader *reader;
    struct input *input;
    struct record record;
    struct err err;
    struct text text;

    mapping_writer_options(mapping, &writing);
    cr_assert_eq(writer_open(&writer, format, path, &writing, &err), OK, "%s",
                 err.message);
    for (int i = 0; i < 1000; i++) {
        struct customer *out =
            mapping_project(mapping, customer_of(person(i)), true, arena);

        cr_assert_eq(
            writer_write(writer,
                         mapping_write(mapping, out, NULL, &form, arena), &err),
            OK, "%s", err.message);
    }
    cr_assert_eq(writer_commit(writer, &err), OK, "%s", err.message);
    writer_close(writer);
    mapping_reader_options(mapping, &reading);
    cr_assert_eq(input_open(&input, path, NULL, ENCODING_TOLD, &err), OK);
    cr_assert_eq(reader_open(&reader, format, input, &reading, names, &err), OK,
                 "%s", err.message);
    while (reader_next(reader, &record, &err) == OK) {
        struct customer *customer;
        struct node *object;

        cr_assert_eq(reader_fields(reader, record.raw, arena, &object, &err),
                     OK, "%s", err.message);
        cr_assert_eq(
            mapping_read(mapping, object, &australian, arena, &customer, &err),
            OK);
        cr_assert_null(customer->problems);
        customer_write(&all, customer, false);
        buffer_byte(&all, '\n');
    }
    reader_close(reader);
    input_close(input);
    unlink(path);
    text = arena_text(arena, buffer_view(&all));
    buffer_free(&all);
    return text;
}

Test(shapes, a_thousand_people_are_the_same_in_every_format)
{
    struct mapping *mapping = shipped("generic");
    struct buffer wanted = {0};
    struct text csv;

    field_define(TEXT("custom.level"));
    for (int i = 0; i < 1000; i++) {
        customer_write(&wanted, customer_of(person(i)), false);
        buffer_byte(&wanted, '\n');
    }
    csv = through(mapping, "csv", ".csv");
    cr_expect(text_equal(csv, buffer_view(&wanted)), "%.900s\n%.900s", csv.at,
              wanted.at);
    cr_expect(text_equal(through(mapping, "json", ".json"), csv));
    cr_expect(text_equal(through(mapping, "ndjson", ".ndjson"), csv));
    cr_expect(text_equal(through(mapping, "xml", ".xml"), csv));
    buffer_free(&wanted);
    mapping_close(mapping);
}

Test(shapes, an_element_with_a_comma_survives_its_cell)
{
    struct mapping *mapping = shipped("generic");
    struct target_form form = {.cells = true};
    struct customer *again,
        *out = mapping_project(
            mapping, customer_of("{\"name\":\"x\",\"tags\":[\"a, b\",\"c\"]}"),
            true, arena);
    struct node *row = mapping_write(mapping, out, NULL, &form, arena);
    struct err err;

    cr_assert_eq(mapping_read(mapping, row, NULL, arena, &again, &err), OK);
    cr_expect_str_eq(as_json(again), as_json(out));
    mapping_close(mapping);
}
