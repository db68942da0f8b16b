/*
 * test_mapping_files.c - what mappings say about files: how they are known,
 * rows, columns by position, encodings.
 */
#include "mapping_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

TestSuite(mapping_files, .timeout = 60);

Test(mapping_files, readers_and_writers_are_told_of_rows, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of("format: csv\n"
                                         "rows: CUST\n"
                                         "continues: [Mail]\n"
                                         "delimiter: tab\n"
                                         "encoding: cp1252\n"
                                         "fields: {email: Mail}");
    struct reader_options reading = {0};
    struct writer_options writing = {0};

    mapping_reader_options(mapping, &reading);
    mapping_writer_options(mapping, &writing);
    cr_expect_str_eq(reading.rows, "CUST");
    cr_expect_str_eq(reading.continues[0], "Mail");
    cr_expect_null(reading.continues[1]);
    cr_expect(reading.same(TEXT("*E_Mail"), TEXT("email")));
    cr_expect_str_eq(writing.rows, "CUST");
    cr_expect_str_eq(writing.encoding, "CP1252");
    cr_expect_not(writing.headless);
    mapping_close(mapping);
}

Test(mapping_files, what_is_told_already_stays, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of("format: csv\nrows: CUST\n"
                                         "encoding: cp1252\n"
                                         "fields: {email: Mail}");
    struct reader_options reading = {.rows = "VEND"};
    struct writer_options writing = {.encoding = "UTF-8"};

    mapping_reader_options(mapping, &reading);
    mapping_writer_options(mapping, &writing);
    cr_expect_str_eq(reading.rows, "VEND");
    cr_expect_str_eq(writing.encoding, "UTF-8");
    mapping_close(mapping);
}

Test(mapping_files, columns_by_position_are_written_without_a_header,
     .init = open_all, .fini = close_all)
{
    struct mapping *mapping = mapping_of("format: csv\n"
                                         "columns: [A/C, Name, E-mail, MTD]\n"
                                         "fields: {email: e-mail, name: name}");
    struct writer_options writing = {0};

    mapping_writer_options(mapping, &writing);
    cr_expect(writing.headless);
    cr_expect_str_eq(writing.columns[0], "A/C");
    cr_expect_str_eq(writing.columns[3], "MTD");
    cr_expect_null(writing.columns[4]);
    cr_expect_str_eq(
        written(mapping, "{\"name\":\"x\",\"email\":\"a@example.com\"}", true),
        "{\"E-mail\":\"a@example.com\",\"Name\":\"x\"}");
    mapping_close(mapping);
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[120];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

Test(mapping_files, a_mapping_may_be_known_by_several_headers, .init = open_all,
     .fini = close_all)
{
    static const char *const old[] = {"Nom", "Courriel", "x", NULL};
    static const char *const new[] = {"nom", "E-mail", "Ville", NULL};
    static const char *const other[] = {"Nom", "Ville", NULL};
    char folder[] = "/tmp/custsync-known-XXXXXX";
    struct catalogue *catalogue;
    char why[256];
    struct err err;

    cr_assert_not_null(mkdtemp(folder));
    put_file(folder, "known.yaml",
             "recognise: [[Nom, Courriel], [Nom, E-mail, Ville]]\n"
             "fields: {name: Nom, email: [Courriel, E-mail]}\n");
    setenv("CUSTSYNC_MAPPINGS", folder, 1);
    cr_assert_eq(catalogue_open(&catalogue, &err), OK, "%s", err.message);
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("csv"), old, why)),
                     "known");
    cr_expect_str_eq(why, "known: all 2 columns that it is known by are there");
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("csv"), new, why)),
                     "known");
    cr_expect_str_eq(why, "known: all 3 columns that it is known by are there");
    cr_expect_str_eq(mapping_name(catalogue_recognise(
                         catalogue, format_named("csv"), other, why)),
                     "generic");
    catalogue_close(catalogue);
    unlink(arena_print(arena, "%s/known.yaml", folder).at);
    rmdir(folder);
}

Test(mapping_files, faults_have_their_place, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(fault_of("repair: [lost_zeros]\nfields: {name: N}"),
                     "x.yaml:1:10: unknown repair 'lost_zeros' - did you mean "
                     "'lost_zero'?");
    cr_expect_str_eq(fault_of("encoding: utf-9\nfields: {name: N}"),
                     "x.yaml:1:1: unknown encoding 'utf-9'");
    cr_expect_str_eq(fault_of("columns: [A]\nfields: {name: B}"),
                     "x.yaml:2:10: name is written to 'B', which is none of "
                     "columns");
    cr_expect_str_eq(fault_of("columns: [A]\nfields: {name: {read: B}}"),
                     "fine");
    cr_expect_str_eq(fault_of("format: json\nrows: A\nfields: {name: B}"),
                     "x.yaml:2:1: rows is for CSV only");
}

Test(mapping_files, members_are_known_by_their_paths, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping =
        mapping_of("format: xml\n"
                   "skip_when: {column: kind.text, is: group}\n"
                   "fields: {name: 'fn[0].text', mobile: {read: "
                   "'tel[parameters.type.text=cell].uri'}, contacts: people, "
                   "notes: 'a\\.b'}");

    cr_expect(mapping_knows(mapping, TEXT("fn.text")));
    cr_expect(mapping_knows(mapping, TEXT("tel.uri")));
    cr_expect(mapping_knows(mapping, TEXT("kind.text")));
    cr_expect(mapping_knows(mapping, TEXT("people.email")));
    cr_expect(mapping_knows(mapping, TEXT("a.b")));
    cr_expect_not(mapping_knows(mapping, TEXT("fn")));
    cr_expect_not(mapping_knows(mapping, TEXT("tel.text")));
    cr_expect_not(mapping_knows(mapping, TEXT("peoples")));
    /* What lies below is read where a list or contacts are. */
    cr_expect(mapping_knows(mapping, TEXT("people.person.phone")));
    cr_expect(mapping_knows(mapping, TEXT("fn.text.#text")));
    cr_expect(mapping_knows(mapping, TEXT("tel.parameters.type.text")));
    cr_expect_not(mapping_knows(mapping, TEXT("people.role")));
    cr_expect_not(mapping_knows(mapping, TEXT("people.person.role")));
    cr_expect_not(mapping_knows(mapping, TEXT("fn.text.@lang")));
    cr_expect_not(mapping_knows(mapping, TEXT("tel.uri.scheme")));
    mapping_close(mapping);
}

Test(mapping_files, members_below_columns_are_known, .init = open_all,
     .fini = close_all)
{
    struct mapping *mapping = mapping_of(
        "fields: {name: Full Name, email: [Mail, Mail.Address], tags: Tags, "
        "contacts: {from: People, each: {first_name: Given}}}");

    cr_expect(mapping_knows(mapping, TEXT("mail.address")));
    cr_expect(mapping_knows(mapping, TEXT("mail.#text")));
    cr_expect(mapping_knows(mapping, TEXT("tags.tag")));
    cr_expect_not(mapping_knows(mapping, TEXT("tags.tag.kind")));
    cr_expect_not(mapping_knows(mapping, TEXT("tags.@kind")));
    cr_expect(mapping_knows(mapping, TEXT("people")));
    cr_expect(mapping_knows(mapping, TEXT("people.given")));
    cr_expect(mapping_knows(mapping, TEXT("people.person.given")));
    cr_expect_not(mapping_knows(mapping, TEXT("people.last_name")));
    cr_expect_not(mapping_knows(mapping, TEXT("mail.kind")));
    cr_expect_not(mapping_knows(mapping, TEXT("full name.@lang")));
    mapping_close(mapping);
}

/* "a, b": what held something in the record and is read by nothing. */
static const char *unread(const struct mapping *mapping, const char *record)
{
    const char *const *list;
    struct buffer all = {0};
    size_t count;

    (void)read_one(mapping, record);
    list = mapping_unread(mapping, &count);
    for (size_t i = 0; i < count; i++)
        buffer_print(&all, "%s%s", i > 0 ? ", " : "", list[i]);
    return string_of(&all);
}

Test(mapping_files, members_that_no_path_reads_are_kept, .init = open_all,
     .fini = close_all)
{
    struct mapping *cards = shipped("xcard");
    struct provider *count = provider_of("count");

    cr_expect_str_eq(unread(cards, "{fn: {text: Bo}, tel: {uri: 'tel:+1 415 "
                                   "555 2671', parameters: {pref: '1'}}}"),
                     "tel.parameters.pref");
    /* What is empty, read or known already is no news. */
    cr_expect_str_eq(unread(cards, "{fn: {text: Al}, n: {given: Al, suffix: "
                                   "' '}, tel: {parameters: {pref: '2'}}, "
                                   "impp: [{uri: 'xmpp:al@example.com'}, "
                                   "{uri: ''}], note: {text: a}, bday: []}"),
                     "tel.parameters.pref, impp.uri");
    /* An account's objects hold more than customers. */
    cr_expect_str_eq(unread(count->mapping, "{name: Bo, nobody_reads: x}"), "");
    mapping_close(cards);
    provider_close(count);
}

Test(mapping_files, a_number_of_a_contact_by_any_of_its_names_is_read,
     .init = open_all, .fini = close_all)
{
    struct mapping *mapping = shipped("generic");

    cr_expect(mapping_knows(mapping, TEXT("contacts.mobile")));
    expect_read(mapping, "{name: x, contacts: [{mobile: 0491 570 156}]}",
                "{\"name\":\"x\",\"contacts\":[{\"phone\":"
                "\"+61491570156\",\"primary\":false}]}",
                "");
    cr_expect_not(mapping_knows(mapping, TEXT("contacts.fax")));
    mapping_close(mapping);
}
