/*
 * test_mapping_places.c - places under a condition, places that count, further
 * rows of a record, contacts in columns of their own.
 */
#include "mapping_fixture.h"

TestSuite(places, .timeout = 60);

/* A row and those that go on with it. */
static const char *read_rows(const struct mapping *mapping, const char *first,
                             const char *second, const char *third)
{
    struct node *record = node_copy(arena, tree_of(first));
    struct customer *customer;
    struct err err;

    node_add(record, NODE_ROW, node_copy(arena, tree_of(second)));
    if (third != NULL)
        node_add(record, NODE_ROW, node_copy(arena, tree_of(third)));
    cr_assert_eq(
        mapping_read(mapping, record, &australian, arena, &customer, &err), OK,
        "%s", err.message);
    return as_json(customer);
}

/* Writes, reads what was written, and gives both as one text. */
static const char *there_and_back(const struct mapping *mapping,
                                  const char *json)
{
    struct customer *out = mapping_project(mapping, customer_of(json), true,
                                           arena),
                    *again;
    struct node *record = mapping_write(mapping, out, NULL, NULL, arena);
    struct err err;

    cr_assert_eq(
        mapping_read(mapping, record, &australian, arena, &again, &err), OK);
    cr_expect_str_eq(as_json(again), as_json(out));
    return node_json(record);
}

Test(places, a_place_counts_only_under_its_condition, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: N\n"
        "  email: {from: [{column: Mail, when: {column: Type, is: [SMTP, "
        "\"\"]}}, Other]}\n");

    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, Mail: a@example.com, Type: smtp, "
                                  "Other: b@example.com}")),
        "{\"name\":\"x\",\"email\":\"a@example.com\"}");
    cr_expect_str_eq(
        as_json(read_one(mapping, "{N: x, Mail: /o=Org/cn=a, Type: EX, "
                                  "Other: b@example.com}")),
        "{\"name\":\"x\",\"email\":\"b@example.com\"}");
    cr_expect_str_eq(as_json(read_one(mapping, "{N: x, Mail: a@example.com}")),
                     "{\"name\":\"x\",\"email\":\"a@example.com\"}");
    cr_expect_str_eq(
        written(mapping, "{\"name\":\"x\",\"email\":\"a@example.com\"}", true),
        "{\"N\":\"x\",\"Mail\":\"a@example.com\"}");
    mapping_close(mapping);
}

static const char groups[] =
    "fields:\n"
    "  name: N\n"
    "  mobile:\n"
    "    from: 'Phone {n} - Value'\n"
    "    when: {column: 'Phone {n} - Label', is: [Mobile, '* Mobile']}\n"
    "    also: {'Phone {n} - Label': Mobile}\n"
    "  phone:\n"
    "    read: 'Phone {n} - Value'\n"
    "    when: {column: 'Phone {n} - Label', not: [Mobile, '* Mobile']}\n"
    "    write: Phone 2 - Value\n"
    "    also: {Phone 2 - Label: Work}\n";

Test(places, numbered_columns_go_with_the_label_of_their_number,
     .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(groups);

    cr_expect_str_eq(
        as_json(read_one(mapping,
                         "{N: x, Phone 1 - Label: Home, Phone 1 - Value: "
                         "02 5550 1234, Phone 12 - Label: '* mobile', "
                         "Phone 12 - Value: 0491 570 156}")),
        "{\"name\":\"x\",\"phone\":\"+61255501234\",\"mobile\":"
        "\"+61491570156\"}");
    /* A group that is empty is passed over. */
    cr_expect_str_eq(
        as_json(read_one(mapping,
                         "{N: x, Phone 1 - Label: Mobile, Phone 1 - Value: '', "
                         "Phone 2 - Label: Mobile, Phone 2 - Value: "
                         "0491 570 156}")),
        "{\"name\":\"x\",\"mobile\":\"+61491570156\"}");
    cr_expect_str_eq(
        there_and_back(mapping, "{\"name\":\"x\",\"phone\":\"+61255501234\","
                                "\"mobile\":\"+61491570156\"}"),
        "{\"N\":\"x\",\"Phone 1 - Value\":\"+61491570156\",\"Phone 1 - "
        "Label\":\"Mobile\",\"Phone 2 - Value\":\"+61255501234\","
        "\"Phone 2 - Label\":\"Work\"}");
    cr_expect_str_eq(there_and_back(mapping, "{\"name\":\"x\"}"),
                     "{\"N\":\"x\"}");
    cr_expect(mapping_two_way(mapping, FIELD_MOBILE));
    cr_expect(mapping_two_way(mapping, FIELD_PHONE));
    mapping_close(mapping);
}

Test(places, what_is_written_beside_a_value_is_written_once, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("fields:\n"
                   "  name: N\n"
                   "  billing.street: {from: S, also: {Kind: bill}}\n"
                   "  billing.city: {from: C, also: {Kind: bill}}\n");
    struct writer_options options = {0};

    cr_expect_str_eq(written(mapping,
                             "{\"name\":\"x\",\"billing.street\":\"1 High "
                             "St\",\"billing.city\":\"Perth\"}",
                             true),
                     "{\"N\":\"x\",\"S\":\"1 High St\",\"Kind\":\"bill\","
                     "\"C\":\"Perth\"}");
    mapping_writer_options(mapping, &options);
    cr_expect_str_eq(options.columns[2], "Kind");
    cr_expect_str_eq(options.columns[3], "C");
    cr_expect_null(options.columns[4]);
    mapping_close(mapping);
}

Test(places, labels_are_written_into_trees_too, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("format: xml\n"
                   "fields:\n"
                   "  name: fn.text\n"
                   "  mobile:\n"
                   "    read: 'tel[parameters.type.text=cell].uri'\n"
                   "    write: tel.uri\n"
                   "    also: {tel.parameters.type.text: cell}\n");

    cr_expect_str_eq(
        there_and_back(mapping, "{\"name\":\"x\",\"mobile\":\"+61491570156\"}"),
        "{\"fn\":{\"text\":\"x\"},\"tel\":{\"uri\":\"+61491570156\","
        "\"parameters\":{\"type\":{\"text\":\"cell\"}}}}");
    /* Any of several types will do. */
    cr_expect_str_eq(
        as_json(read_one(mapping,
                         "{fn: {text: x}, tel: [{uri: 02 5550 1234}, "
                         "{uri: 0491 570 156, parameters: {type: {text: "
                         "[voice, cell]}}}]}")),
        "{\"name\":\"x\",\"mobile\":\"+61491570156\"}");
    mapping_close(mapping);
}

static const char address_rows[] =
    "format: csv\n"
    "continues: [email]\n"
    "fields:\n"
    "  email: email\n"
    "  phone: tel\n"
    "  billing.street: {from: street, when: {column: bills, is: 1}}\n"
    "  billing.city: {from: city, when: {column: bills, is: 1}}\n"
    "  shipping.street: {from: street, when: {column: ships, is: 1}}\n"
    "  shipping.city: {from: city, when: {column: ships, is: 1}}\n";

Test(places, further_rows_are_further_addresses, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(address_rows);

    cr_expect_str_eq(
        read_rows(mapping,
                  "{email: a@example.com, street: '', city: '', tel: ''}",
                  "{email: '', street: 1 High St, city: Perth, bills: '1', "
                  "tel: 02 5550 1234}",
                  "{email: '', street: 2 Low Rd, city: '', ships: '1'}"),
        "{\"email\":\"a@example.com\",\"phone\":\"+61255501234\","
        "\"billing.street\":\"1 High St\",\"billing.city\":\"Perth\","
        "\"shipping.street\":\"2 Low Rd\",\"shipping.city\":null}");
    /* Of two rows that fit the first is taken; none fits: nothing is said. */
    cr_expect_str_eq(read_rows(mapping,
                               "{email: a@example.com, street: A, "
                               "city: B, bills: '1'}",
                               "{email: '', street: C, city: D, bills: '1'}",
                               NULL),
                     "{\"email\":\"a@example.com\",\"billing.street\":\"A\","
                     "\"billing.city\":\"B\"}");
    mapping_close(mapping);
}

Test(places, a_default_needs_its_condition_too, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "format: csv\n"
        "continues: [email]\n"
        "fields:\n"
        "  email: email\n"
        "  notes: {from: note, default: none, when: {column: kind, is: b}}\n");

    cr_expect_str_eq(as_json(read_one(mapping, "{email: a@example.com}")),
                     "{\"email\":\"a@example.com\"}");
    cr_expect_str_eq(read_rows(mapping, "{email: a@example.com}",
                               "{email: '', kind: c}", NULL),
                     "{\"email\":\"a@example.com\"}");
    cr_expect_str_eq(read_rows(mapping, "{email: a@example.com}",
                               "{email: '', kind: b}", NULL),
                     "{\"email\":\"a@example.com\",\"notes\":\"none\"}");
    mapping_close(mapping);
}

Test(places, an_address_is_all_of_one_row, .init = open_all, .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("format: csv\n"
                   "continues: [email]\n"
                   "fields: {email: email, billing.street: street, "
                   "billing.street2: unit, billing.city: city}");

    cr_expect_str_eq(read_rows(mapping,
                               "{email: a@example.com, street: 1 High St, "
                               "unit: '', city: ''}",
                               "{email: '', street: 2 Low Rd, unit: 7, "
                               "city: Perth}",
                               NULL),
                     "{\"email\":\"a@example.com\",\"billing.street\":"
                     "\"1 High St\",\"billing.street2\":null,"
                     "\"billing.city\":null}");
    cr_expect_str_eq(read_rows(mapping,
                               "{email: a@example.com, street: '', unit: '', "
                               "city: ''}",
                               "{email: '', street: 2 Low Rd, unit: 7, "
                               "city: Perth}",
                               NULL),
                     "{\"email\":\"a@example.com\",\"billing.street\":"
                     "\"2 Low Rd\",\"billing.street2\":\"7\","
                     "\"billing.city\":\"Perth\"}");
    mapping_close(mapping);
}

static const char people[] =
    "format: csv\n"
    "header: [Name, Person1First, Person1Mail, Person2First, Person2Mail]\n"
    "fields:\n"
    "  name: Name\n"
    "  contacts: {each: {first_name: 'Person{n}First', email: "
    "'Person{n}Mail'}}\n";

Test(places, contacts_stand_in_numbered_columns, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(people);
    struct writer_options options = {0};
    struct customer *out;

    cr_expect_str_eq(
        as_json(read_one(mapping, "{Name: x, person1first: Jo, Person1Mail: "
                                  "jo@example.org, Person2First: '', "
                                  "Person3Mail: al@example.org}")),
        "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Jo\",\"email\":"
        "\"jo@example.org\",\"primary\":false},{\"email\":\"al@example.org\","
        "\"primary\":false}]}");
    cr_expect_str_eq(
        there_and_back(mapping,
                       "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Jo\","
                       "\"last_name\":\"Day\",\"primary\":true},"
                       "{\"last_name\":\"Gone\",\"primary\":false},"
                       "{\"email\":\"al@example.org\",\"primary\":false}]}"),
        "{\"Name\":\"x\",\"Person1First\":\"Jo\",\"Person2Mail\":"
        "\"al@example.org\"}");
    /* As many as the vendor has columns for. */
    out = mapping_project(
        mapping,
        customer_of("{\"name\":\"x\",\"contacts\":[{\"first_name\":\"A\"},"
                    "{\"first_name\":\"B\"},{\"first_name\":\"C\"}]}"),
        true, arena);
    cr_expect(has_problem(out, "too_many"));
    cr_expect_str_eq(
        node_json(mapping_write(mapping, out, NULL, NULL, arena)),
        "{\"Name\":\"x\",\"Person1First\":\"A\",\"Person2First\":\"B\"}");
    mapping_writer_options(mapping, &options);
    cr_expect_str_eq(options.columns[4], "Person2Mail");
    cr_expect_null(options.columns[5]);
    cr_expect_eq(mapping_carries(mapping, FIELD_CONTACTS), CARRIED_ALWAYS);
    cr_expect_not(mapping_two_way(mapping, FIELD_CONTACTS));
    mapping_close(mapping);
}

Test(places, one_contact_needs_no_number, .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields:\n"
        "  name: Name\n"
        "  contacts: {each: {first_name: Contact First, last_name: [Contact "
        "Last, Contact Surname], email: Contact Mail, phone: Contact Tel, "
        "primary: Main}}\n");

    cr_expect_str_eq(
        there_and_back(mapping,
                       "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Jo\","
                       "\"last_name\":\"Day\",\"primary\":true}]}"),
        "{\"Name\":\"x\",\"Contact First\":\"Jo\",\"Contact Last\":\"Day\","
        "\"Main\":true}");
    mapping_close(mapping);
}

Test(places, members_that_a_list_lacks_are_not_promised, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "format: json\n"
        "fields: {name: n, contacts: {from: people, each: {first_name: "
        "[given, name], email: mail}}}\n");

    cr_expect_str_eq(
        there_and_back(mapping,
                       "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Jo\","
                       "\"last_name\":\"Day\",\"primary\":true}]}"),
        "{\"n\":\"x\",\"people\":[{\"given\":\"Jo\"}]}");
    mapping_close(mapping);
}

Test(places, faults_have_their_place, .init = open_all, .fini = close_all)
{
    cr_expect_str_eq(
        fault_of("fields: {email: {from: A, when: {column: 'B {n}', is: x}}}"),
        "x.yaml:1:27: when counts with {n}, 'A' does not");
    cr_expect_str_eq(
        fault_of("fields: {notes: {value: A, when: {column: 'B {n}'}}}"),
        "x.yaml:1:28: when counts with {n}, and no column does");
    cr_expect_str_eq(
        fault_of("fields: {email: {from: 'A {n}', when: {column: B}}}"),
        "fine");
    cr_expect_str_eq(
        fault_of("skip_when: {column: 'A {n}'}\nfields: {email: B}"),
        "x.yaml:1:13: 'A {n}': here is nothing to count with {n}");
    cr_expect_str_eq(
        fault_of("fields: {email: [{column: A, whem: {column: B}}]}"),
        "x.yaml:1:30: unknown key 'whem' in email - did you mean 'when'?");
    cr_expect_str_eq(fault_of("fields: {contacts: {each: {first_name: "
                              "'A{n}', email: B}}}"),
                     "x.yaml:1:21: in each all columns count with {n}, or "
                     "none");
    cr_expect_str_eq(fault_of("fields: {email: {from: A, also: {B: [c]}}}"),
                     "x.yaml:1:34: also must hold texts");
    cr_expect_str_eq(
        fault_of("format: json\nfields: {email: {from: 'a..{n}'}}"),
        "x.yaml:2:18: 'a..1' is no path: two dots, or a dot at "
        "the start");
}
