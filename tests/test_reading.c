/*
 * test_reading.c - what stands where one text is expected, and whatever goes
 * nowhere: it is always said.
 */
#include "mapping_fixture.h"

TestSuite(reading, .timeout = 60, .init = open_all, .fini = close_all);

/* --- several ---------------------------------------------------------------*/

Test(reading, two_ids_are_none)
{
    struct mapping *mapping =
        mapping_of("format: json\n"
                   "fields: {reference_id: id, name: n, tax_number: 'tax[]'}");
    static const char bad_id[] = "bad_shape reference_id: reference_id is a "
                                 "list of 2, where one text is expected: it is "
                                 "left out";

    expect_read(mapping, "{id: ['7', '8'], n: Ann}", "{\"name\":\"Ann\"}",
                bad_id);
    expect_read(mapping, "{id: ['7'], n: [Ann, Ann]}",
                "{\"reference_id\":\"7\",\"name\":\"Ann\"}", "");
    expect_read(mapping, "{id: '7', n: [Ann, Bo]}", "{\"reference_id\":\"7\"}",
                "bad_shape name: name is a list of 2, where one text is "
                "expected: it is left out\n"
                "nobody: neither a name nor a way to reach anybody");
    expect_read(mapping, "{n: Ann, tax: ['1', '2', '1']}", "{\"name\":\"Ann\"}",
                "bad_shape tax_number: tax_number is a list of 2, where one "
                "text is expected: it is left out");
    mapping_close(mapping);
}

Test(reading, elements_that_repeat_are_several)
{
    struct mapping *mapping = shipped("generic");
    struct node *record = node_new(arena, NODE_OBJECT);
    struct customer *customer;
    static const char id[] = "id";

    node_add(record, id, node_text(arena, TEXT("7")));
    node_add(record, id, node_text(arena, TEXT("8")));
    node_add(record, "name", node_text(arena, TEXT("Ann")));
    customer = read_node(mapping, record);
    cr_expect_not(customer_has(customer, FIELD_REFERENCE_ID));
    cr_expect(has_problem(customer, "bad_shape"));
    mapping_close(mapping);
}

Test(reading, lines_and_addresses_may_be_several)
{
    struct mapping *mapping = mapping_of(
        "format: json\n"
        "fields: {email: mails, phone: {from: 'tels[]', prefix: 'tel:'}, "
        "notes: said, billing.street: lines, name: {from: names, join: ' & '}, "
        "company: {read: all, match: '^co (.*)$'}}");

    expect_read(mapping,
                "{mails: [bad, ann@example.com], said: [a, b], lines: [Level "
                "3, 1 High St], names: [Ann, Bo], all: [x, co Acme, co Two]}",
                "{\"name\":\"Ann & Bo\",\"company\":\"Acme\",\"email\":"
                "\"ann@example.com\",\"notes\":\"a, b\",\"billing.street\":"
                "\"Level 3, 1 High St\"}",
                problems_of(read_one(mapping, "{names: x, mails: 'bad, "
                                              "ann@example.com'}")));
    cr_expect(has_problem(
        read_one(mapping, "{tels: ['tel:+61255501234', 'tel:+61255501235']}"),
        "several_values"));
    cr_expect_str_eq(
        as_json(read_one(mapping,
                         "{tels: ['tel:+61255501234', 'tel:+61255501235']}")),
        "{\"phone\":\"+61255501234\"}");
    mapping_close(mapping);
}

/* --- objects ---------------------------------------------------------------*/

Test(reading, an_object_is_no_text)
{
    struct mapping *flat = shipped("generic");
    struct mapping *paths = mapping_of(
        "format: json\n"
        "fields: {name: n, email: [mail, mail.value], company: {from: [a, b], "
        "join: ' '}, mobile: {from: [m, p], others: phone}}");

    expect_read(flat, "{name: Ann, email: {kind: home}}", "{\"name\":\"Ann\"}",
                "bad_shape email: email is an object, where one text is "
                "expected: it is left out");
    expect_read(flat, "{name: Ann, email: {address: ann@example.com}}",
                "{\"name\":\"Ann\",\"email\":\"ann@example.com\"}", "");
    expect_read(flat, "{name: Ann, billing: {city: Perth, planet: Mars}}",
                "{\"name\":\"Ann\",\"billing.city\":\"Perth\"}", "");
    expect_read(flat, "{name: Ann, custom: {size: {eu: '38'}}}",
                "{\"name\":\"Ann\"}",
                "bad_shape custom.size: custom.size is an object, where one "
                "text is expected: it is left out");
    /* A further place may look into it. */
    expect_read(paths, "{n: Ann, mail: {value: ann@example.com}}",
                "{\"name\":\"Ann\",\"email\":\"ann@example.com\"}", "");
    cr_expect_str_eq(
        problems_of(read_one(paths, "{n: Ann, a: {x: y}, b: Acme}")),
        "bad_shape company: company is an object, where one text is expected: "
        "it is left out");
    cr_expect_str_eq(
        problems_of(read_one(paths, "{n: Ann, m: {x: y}}")),
        "bad_shape mobile: mobile is an object, where one text is expected: "
        "it is left out");
    cr_expect_str_eq(
        problems_of(read_one(paths, "{n: Ann, mail: [a@example.com, {x: y}]}")),
        "bad_shape email: email is a list with an object in it, where one text "
        "is expected: it is left out");
    mapping_close(flat);
    mapping_close(paths);
}

Test(reading, elements_of_lists_are_texts)
{
    struct mapping *mapping = mapping_of(
        "format: json\n"
        "fields: {name: n, tags: t, contacts: people, contact_methods: {flags: "
        "{email: byMail, sms: bySms}}}");

    expect_read(mapping, "{n: Ann, t: [vip, {name: blog}]}",
                "{\"name\":\"Ann\",\"tags\":[\"vip\"]}",
                "bad_element tags: an element that is no text is left out");
    expect_read(mapping, "{n: Ann, t: [{name: blog}]}", "{\"name\":\"Ann\"}",
                "bad_element tags: an element that is no text is left out");
    expect_read(mapping, "{n: Ann, people: [Jo, {first_name: Al}]}",
                "{\"name\":\"Ann\",\"contacts\":[{\"first_name\":\"Al\","
                "\"primary\":false}]}",
                "bad_element contacts: a contact that is no object is left "
                "out");
    expect_read(mapping, "{n: Ann, people: [Jo]}", "{\"name\":\"Ann\"}",
                "bad_element contacts: a contact that is no object is left "
                "out");
    expect_read(mapping, "{n: Ann, people: [{last_name: Day, email: {x: y}}]}",
                "{\"name\":\"Ann\",\"contacts\":[{\"last_name\":\"Day\","
                "\"primary\":false}]}",
                "bad_element contacts: email of a contact, which is no text, "
                "is left out");
    expect_read(mapping, "{n: Ann, byMail: maybe, bySms: true}",
                "{\"name\":\"Ann\",\"contact_methods\":[\"sms\"]}",
                "bad_boolean contact_methods: \"maybe\" is neither yes nor no");
    mapping_close(mapping);
}

/* --- text beside elements --------------------------------------------------*/

Test(reading, a_text_with_elements_beside_it_is_cut)
{
    struct mapping *flat = shipped("generic");
    struct mapping *paths = mapping_of(
        "format: xml\n"
        "fields: {name: n, phone: {read: 'tel[kind=home]'}, email: mail, "
        "notes: mail.hint, billing.city: home.town}");

    expect_read(flat, "{email: a@example.com, name: {'#text': Ann, b: Lee}}",
                "{\"email\":\"a@example.com\"}",
                "bad_shape name: name has elements beside its text, where one "
                "text is expected: it is left out");
    expect_read(flat, "{name: {'#text': Ann, '@lang': en}}",
                "{\"name\":\"Ann\"}", "");
    /* What rules read beside it is no loss. */
    expect_read(paths,
                "{n: Ann, mail: {'#text': a@example.com, hint: old}, tel: "
                "{'#text': 02 5550 1234, kind: home}}",
                "{\"name\":\"Ann\",\"email\":\"a@example.com\",\"phone\":"
                "\"+61255501234\",\"notes\":\"old\"}",
                "");
    expect_read(paths, "{'#text': lost, n: Ann, home: {'#text': at, town: X}}",
                "{\"name\":\"Ann\",\"billing.city\":\"X\"}",
                "bad_shape: text beside the elements of the record is left "
                "out: lost\n"
                "bad_shape: text beside the elements of home is left out: at");
    mapping_close(flat);
    mapping_close(paths);
}

/* --- further rows ----------------------------------------------------------*/

Test(reading, what_further_rows_say_beyond_is_told)
{
    struct mapping *mapping = mapping_of(
        "continues: [Mail]\n"
        "custom: custom.\n"
        "fields:\n"
        "  email: Mail\n"
        "  phone: Tel\n"
        "  billing.street: {from: Street, when: {column: Bill, is: '1'}}\n"
        "  billing.city: {from: City, when: {column: Bill, is: '1'}}\n"
        "  shipping.street: {read: Street, when: {column: Ship, is: '1'}}\n"
        "  shipping.city: {read: City, when: {column: Ship, is: '1'}}\n");

    /* Each row has a use; what is the same in several is no loss. */
    expect_read(mapping,
                "{Mail: a@example.com, Tel: 02 5550 1234, Street: 1 A St, "
                "City: Perth, Bill: '1', '#row': {Tel: 02 5550 1234, Street: 2 "
                "B St, City: Perth, Ship: '1', Unread: x}}",
                "{\"email\":\"a@example.com\",\"phone\":\"+61255501234\","
                "\"billing.street\":\"1 A St\",\"billing.city\":\"Perth\","
                "\"shipping.street\":\"2 B St\",\"shipping.city\":\"Perth\"}",
                "");
    expect_read(mapping,
                "{Mail: a@example.com, Street: 9 First St, '#row': {Street: 1 "
                "A St, City: Perth, Bill: '1', Ship: '1'}}",
                "{\"email\":\"a@example.com\",\"billing.street\":\"1 A St\","
                "\"billing.city\":\"Perth\",\"shipping.street\":\"1 A St\","
                "\"shipping.city\":\"Perth\"}",
                "rows_left_out billing.street: 1 of its 2 rows says more than "
                "there is a place for, row 1 in Street");
    mapping_close(mapping);
}

static struct node *add_row(struct node *record, const char *row)
{
    return node_add(record, NODE_ROW, node_copy(arena, tree_of(row)));
}

Test(reading, a_third_address_is_told_once)
{
    struct mapping *mapping =
        mapping_of("continues: [Mail]\n"
                   "custom: custom.\n"
                   "fields: {email: Mail, phone: Tel, billing.street: Street}");
    struct node *record = node_copy(
        arena, tree_of("{Mail: a@example.com, Tel: 02 5550 1234, Street: 1 A "
                       "St, custom.x: one}"));

    add_row(record, "{Street: 2 B St}");
    add_row(record, "{Street: 1 A St, Tel: 02 5550 1234, custom.x: one}");
    add_row(record, "{Tel: 02 5550 9999, custom.x: two}");
    cr_expect_str_eq(problems_of(read_node(mapping, record)),
                     "rows_left_out billing.street: 2 of its 4 rows say more "
                     "than there is a place for, row 2 in Street");
    mapping_close(mapping);
}

/* --- conditions that do not hold -------------------------------------------*/

Test(reading, what_a_condition_leaves_out_is_told)
{
    struct mapping *mapping = mapping_of(
        "fields: {email: Mail, first_name: First, last_name: Last,\n"
        "  name: {read: Name, when: {column: Last, filled: false}},\n"
        "  reference_id: {from: {column: Id, when: {column: Id, not: none}}},\n"
        "  billing.street: {read: Street, when: {column: Bill, is: '1'}},\n"
        "  billing.city: {read: City, when: {column: Bill, is: '1'}},\n"
        "  shipping.street: {read: Street, when: {column: Ship, is: '1'}}}");

    /* Its own column says what is none; the names are there already. */
    expect_read(mapping,
                "{Mail: a@example.com, First: Ana, Last: Silva, Id: none, "
                "Name: Ana Silva, Street: 1 A St, Ship: '1'}",
                "{\"first_name\":\"Ana\",\"last_name\":\"Silva\","
                "\"email\":\"a@example.com\","
                "\"shipping.street\":\"1 A St\"}",
                "");
    expect_read(mapping,
                "{Mail: a@example.com, First: Ana, Last: Silva, "
                "Name: Ana Maria Silva, Street: 1 A St, City: Perth}",
                "{\"first_name\":\"Ana\",\"last_name\":\"Silva\","
                "\"email\":\"a@example.com\"}",
                "passed_over name: what stands in Name, Street, City is left "
                "out, as 'when' in the mapping says of such a row");
    mapping_close(mapping);
}

Test(reading, a_condition_asks_the_first_of_several_that_is_filled)
{
    struct mapping *mapping = mapping_of(
        "fields: {email: Mail, billing.city: [Work City,\n"
        "  {column: City, when: {column: [Work Street, Work City], "
        "filled: false}}],\n"
        "  name: {read: Name, when: {column: [Kind, Sort], is: a}}}");

    expect_read(mapping, "{Mail: a@example.com, City: Perth, Sort: A, Name: B}",
                "{\"name\":\"B\",\"email\":\"a@example.com\","
                "\"billing.city\":\"Perth\"}",
                "");
    expect_read(mapping,
                "{Mail: a@example.com, City: Perth, Work Street: 1 A St, "
                "Kind: b, Sort: a, Name: B}",
                "{\"email\":\"a@example.com\"}",
                "passed_over billing.city: what stands in City, Name is left "
                "out, as 'when' in the mapping says of such a row");
    mapping_close(mapping);
}

Test(reading, the_first_place_of_an_address_counts_before_the_first_row)
{
    struct mapping *mapping = mapping_of(
        "continues: [Mail]\n"
        "fields: {email: Mail,\n"
        "  billing.street: {read: [{column: Street, when: {column: Bill, is: "
        "'1'}}, Street]},\n"
        "  billing.city: {read: [{column: City, when: {column: Bill, is: "
        "'1'}}, City]}}");

    expect_read(mapping,
                "{Mail: a@example.com, Street: 9 First St, City: Perth, "
                "'#row': {Street: 1 A St, Bill: '1'}}",
                "{\"email\":\"a@example.com\",\"billing.street\":\"1 A St\"}",
                "rows_left_out billing.street: 1 of its 2 rows says more than "
                "there is a place for, row 1 in Street, City");
    expect_read(mapping,
                "{Mail: a@example.com, '#row': {Street: 1 A St, City: Perth}}",
                "{\"email\":\"a@example.com\",\"billing.street\":\"1 A St\","
                "\"billing.city\":\"Perth\"}",
                "");
    mapping_close(mapping);
}

/* --- patterns that give up -------------------------------------------------*/

static const char *many(char byte, size_t count)
{
    char *text = arena_take(arena, count + 1);

    memset(text, byte, count);
    return text;
}

Test(reading, a_pattern_that_gives_up_is_told)
{
    struct mapping *match = mapping_of(
        "fields: {name: N, notes: {read: A, match: '^(a+)+$'}, tags: {read: T, "
        "match: '^(a+)+$'}, phone: {from: P, when: {column: A, match: "
        "'^(a+)+$'}}}");
    struct mapping *wanted = mapping_of(
        "fields: {name: {from: N, pattern: '^(a+)+$'}, notes: {from: A, "
        "pattern: '^(a+)+$', required: true}}");
    const char *hard = arena_print(arena, "%s!", many('a', 60)).at;

    expect_read(match, arena_print(arena, "{N: x, A: aaa!}").at,
                "{\"name\":\"x\"}", "");
    expect_read(match, arena_print(arena, "{N: x, A: %s}", hard).at,
                "{\"name\":\"x\"}",
                "pattern_limit notes: a pattern of the mapping gave up on the "
                "value of notes\n"
                "pattern_limit phone: a pattern of the mapping gave up on the "
                "value of phone");
    expect_read(match, arena_print(arena, "{N: x, T: 'aa,%s'}", hard).at,
                "{\"name\":\"x\"}",
                "pattern_limit tags: a pattern of the mapping gave up on the "
                "value of tags");
    cr_expect_str_eq(written(wanted,
                             arena_print(arena, "{\"name\":\"%s\"}", hard).at,
                             false),
                     "pattern_limit name");
    mapping_close(match);
    mapping_close(wanted);
}

Test(reading, no_text_is_cut_for_a_pattern)
{
    struct mapping *mapping =
        mapping_of("fields: {name: N, notes: {read: A, match: '(x)$'}}");
    const char *room = many('a', 64 * 1024 - 1);

    expect_read(mapping, arena_print(arena, "{N: b, A: %sx}", room).at,
                "{\"name\":\"b\",\"notes\":\"x\"}", "");
    expect_read(mapping, arena_print(arena, "{N: b, A: a%sx}", room).at,
                "{\"name\":\"b\"}",
                "pattern_limit notes: a pattern of the mapping gave up on the "
                "value of notes");
    mapping_close(mapping);
}

/* The code that a record is refused with. */
static const char *refusal(const struct mapping *mapping, const char *record)
{
    static struct err err;
    struct customer *customer;

    cr_expect_eq(mapping_read(mapping, tree_of(record), &australian, arena,
                              &customer, &err),
                 REJECT);
    return err.code;
}

Test(reading, a_filter_that_gives_up_costs_the_row)
{
    struct mapping *mapping = mapping_of(
        "skip_when: [{column: A, match: '^(a+)+$'}, {column: B, is: x}]\n"
        "fields: {name: N}");
    const char *hard = many('a', 60);

    cr_expect_str_eq(
        refusal(mapping, arena_print(arena, "{N: x, A: %s!}", hard).at),
        "pattern_limit");
    /* Another condition leaves it out all the same. */
    cr_expect_str_eq(
        refusal(mapping, arena_print(arena, "{N: x, A: %s!, B: x}", hard).at),
        "skipped");
    mapping_close(mapping);
}

/* --- written ---------------------------------------------------------------*/

Test(reading, what_contacts_lose_is_told)
{
    struct mapping *list = mapping_of(
        "format: json\n"
        "fields: {name: n, contacts: {from: people, each: {first_name: given, "
        "email: mail}}}\n");
    struct mapping *columns = mapping_of(
        "header: [N, F1, M1]\n"
        "fields: {name: N, contacts: {each: {first_name: 'F{n}', email: "
        "'M{n}'}}}");
    static const char customer[] =
        "{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Jo\",\"last_name\":"
        "\"Day\",\"primary\":true},{\"phone\":\"+61255501234\",\"primary\":"
        "false},{\"first_name\":\"Al\",\"primary\":false}]}";
    struct customer *out =
        mapping_project(list, customer_of(customer), true, arena);

    cr_expect_str_eq(problems_of(out),
                     "not_carried contacts: there is no place for last_name, "
                     "phone, primary of contacts: left out");
    out = mapping_project(columns, customer_of(customer), true, arena);
    cr_expect_str_eq(problems_of(out),
                     "not_carried contacts: there is no place for last_name, "
                     "phone, primary of contacts: left out\n"
                     "too_many contacts: 1 of 3 contacts are left out: there "
                     "is room for 1");
    out = mapping_project(
        list,
        customer_of("{\"name\":\"x\",\"contacts\":[{\"first_name\":\"Al\","
                    "\"primary\":false}]}"),
        true, arena);
    cr_expect_str_eq(problems_of(out), "");
    mapping_close(list);
    mapping_close(columns);
}

Test(reading, a_constant_takes_no_place_of_another)
{
    cr_expect_str_eq(
        fault_of("fields:\n  email: {from: A, also: {b: x}}\n  name: B\n"),
        "x.yaml:2:27: also: 'b' is written by name already");
    cr_expect_str_eq(fault_of("fields:\n  email: {from: A, also: {A: x}}\n"),
                     "x.yaml:2:27: also: 'A' is written by email already");
    cr_expect_str_eq(
        fault_of("fields:\n  email: {from: A, also: {T: x}}\n  phone: {from: "
                 "B, also: {T: y}}\n"),
        "x.yaml:3:27: also: 'T' is written by email already");
    cr_expect_str_eq(
        fault_of("format: json\nfields:\n  contacts: c\n  email: {from: a, "
                 "also: {c: x}}\n"),
        "x.yaml:4:27: also: 'c' is written by contacts already");
    cr_expect_str_eq(
        fault_of("fields:\n  email: {from: A, also: {T: x}}\n  phone: {from: "
                 "B, also: {T: x}}\n  name: {read: T, write: N}\n"),
        "fine");
}
