/*
 * test_plan_same.c - the fast path and the slow path come to the same: a night
 * whose rows are known by their prints, and the same night with all prints
 * forgotten, have the same ledger, the same changes and the same next store.
 */
#include "tests/plan_fixture.h"

#include <fcntl.h>

#include "formats/encoding.h"
#include "sync/key_set.h"
#include "sync/print.h"

TestSuite(plan_same, .init = open_nights, .fini = close_nights, .timeout = 60);

enum how { PLAIN, CR_LF, MARKED, WIDE, PACKED, PIPED };

/* A source: its files, and what is in each on two nights. NULL: no file. */
struct nights {
    const char *names[2];
    const char *first[2], *second[2];
    enum how how;
};

static const char *file_path(const char *name)
{
    return arena_print(arena, "%s/%s", folder, name).at;
}

static void write_bytes(const char *name, struct text bytes)
{
    FILE *file = fopen(file_path(name), "w");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes.at, 1, bytes.size, file), bytes.size);
    cr_assert_eq(fclose(file), 0);
}

static void shell(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

/* Standard input becomes a pipe that holds the file. */
static void pipe_in(const char *name)
{
    FILE *pipe = popen(arena_print(arena, "cat %s", file_path(name)).at, "r");

    cr_assert_not_null(pipe);
    cr_assert_geq(dup2(fileno(pipe), STDIN_FILENO), 0);
    /* Not waited for: it writes as it is read. */
}

/* Where the source is to be read from. */
static const char *put(const char *name, const char *content, enum how how)
{
    struct buffer out = {0};

    if (how == MARKED)
        buffer_string(&out, "\xef\xbb\xbf");
    if (how == WIDE) {
        buffer_add(&out, "\xff\xfe", 2);
        cr_assert(encoding_add("UTF-16LE", text_of(content), &out));
    } else {
        for (; *content != '\0'; content++) {
            if (how == CR_LF && *content == '\n')
                buffer_byte(&out, '\r');
            buffer_byte(&out, *content);
        }
    }
    write_bytes(name, buffer_view(&out));
    buffer_free(&out);
    if (how == PACKED)
        shell(arena_print(arena, "gzip -f %s", file_path(name)).at);
    if (how == PIPED)
        pipe_in(name);
    return how == PIPED    ? "-"
           : how == PACKED ? arena_print(arena, "%s.gz", file_path(name)).at
                           : file_path(name);
}

/* The ledger of one night and what it plans. */
static const char *plan_night(const struct nights *nights,
                              const char *const content[2])
{
    struct report *report = report_open();
    struct planning planning = {
        .store = store,
        .report = report,
        .policy = &policy,
        .source_id = source_id,
        .account_id = account_id,
        .account = account,
        .target = account->provider->mapping,
    };
    struct endpoint from[2];
    struct buffer out = {0};
    const char *string;
    size_t count = 0;

    for (; count < 2 && nights->names[count] != NULL; count++)
        ok(endpoint_parse(
            &from[count],
            put(nights->names[count], content[count], nights->how), config,
            &err));
    ok(source_open(&planning.source, from, count, &policy, config, account,
                   &err));
    ok(rejects_open(&planning.rejects, NULL, planning.source, &policy, &err));
    ok(store_run_begin(store, "sync", "", "night", "to", 1000, &planning.run,
                       &err));
    ok(plan_make(&planning, &totals, &err));
    rejects_close(planning.rejects);
    source_close(planning.source);
    buffer_print(&out, "%s |", tell(report));
    say_changes(&out);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    report_close(report);
    return string;
}

struct printed {
    struct buffer *out;
    struct key_set *seen;
};

/* Of a row that came once more the print is known, not how often. */
static void say_print(void *self, const struct fingerprint *print,
                      store_id customer, enum role role)
{
    static const uint8_t seed[16];
    struct printed *printed = self;
    struct text bytes = {(const char *)print->bytes, sizeof(print->bytes)};

    (void)role;
    if (!key_set_add(printed->seen, print_key(seed, (int)customer, bytes)))
        return;
    buffer_print(printed->out, "%lld", (long long)customer);
    for (size_t i = 0; i < sizeof(print->bytes); i++)
        buffer_print(printed->out, " %02x", print->bytes[i]);
    buffer_byte(printed->out, '\n');
}

/*
 * All that the store holds; but of how many rows had which field on the night
 * when they were last read.
 */
static void dump(const char *name)
{
    static const char script[] =
        "python3 -c \"import sqlite3, sys\n"
        "for line in sqlite3.connect(sys.argv[1]).iterdump():\n"
        "    if not line.startswith(('INSERT INTO \\\"fingerprint\\\"',\n"
        "            'INSERT INTO \\\"fact\\\" VALUES(\\'held:')):\n"
        "        print(line)\" %s >>%s";
    struct buffer out = {0};
    struct printed printed = {&out, key_set_open()};

    ok(store_fingerprints(store, source_id, account_id, say_print, &printed,
                          &err));
    write_bytes(name, buffer_view(&out));
    key_set_close(printed.seen);
    buffer_free(&out);
    shell(arena_print(arena, script, path, file_path(name)).at);
}

static void reopen(const char *command)
{
    store_close(store);
    shell(arena_print(arena, command, path, folder).at);
    store = open_as(STORE_WRITE);
}

static const char *fast_and_slow(const struct nights *nights)
{
    const char *fast, *slow;

    (void)plan_night(nights, nights->first);
    cr_assert_gt(settle_all(), 0u);
    reopen("cp %s %s/kept.db");
    fast = plan_night(nights, nights->second);
    (void)settle_all();
    dump("fast");
    reopen("cp %2$s/kept.db %1$s && rm -f %1$s-*");
    ok(store_begin(store, &err));
    ok(store_fingerprints_forget(store, account_id, &err));
    ok(store_commit(store, &err));
    slow = plan_night(nights, nights->second);
    (void)settle_all();
    dump("slow");
    cr_expect_str_eq(fast, slow, "fast \"%s\", slow \"%s\"", fast, slow);
    shell(arena_print(arena, "diff %1$s/fast %1$s/slow", folder).at);
    return fast;
}

#define SAME(nights, wanted)                                                   \
    do {                                                                       \
        const char *got_ = fast_and_slow(nights);                              \
        cr_expect_str_eq(got_, wanted, "\"%s\", wanted \"%s\"", got_, wanted); \
    } while (0)

/* --- CSV ------------------------------------------------------------------*/

#define HEAD "id,name,email,mobile,street,tags\n"
#define ANN                                                                    \
    "1,Ann Able,ann@example.com,0491 570 006,\"1 High St, Flat 2\",a;b\n"
#define BOB  "2,\"Bob \"\"Bo\"\" Baker\",bob@example.com,,\"2 Low\nRoad\",\n"
#define CLEO "3,Cléo Côle,cleo@example.com,0491 570 156,3 Long Ln,c\n"
#define DAN  "4,Dan 6\" Dale,dan@example.com,0491 570 157,4 Mid Ave,\n"
#define DAN2 "4,Dan 6\" Dale,dan@example.com,0491 570 157,44 Mid Ave,\n"
/* The same as Dan, in other bytes, and some of it elsewhere. */
#define AGAIN  "4,Dan 6\" Dale,DAN@example.com,,,late\n"
#define EVE    "5,Eve East,eve@example.com,not a number,,\n"
#define NOBODY "6,,,,5 End Rd,\n"
#define GUS    "8,Gus Grey,gus@example.com,0491 570 159,,\n"
#define TOTAL  "TOTAL,,,,,8\n"

/* Ann and Bob as ever; of three Cleos one is left; Dan moved, what is one with
 * him did not; Eve comes twice; Gus is new. */
#define FIRST  HEAD ANN BOB "\n" CLEO CLEO HEAD CLEO DAN AGAIN EVE NOBODY TOTAL
#define SECOND HEAD "\n" EVE DAN2 AGAIN CLEO ANN NOBODY HEAD EVE BOB GUS TOTAL

#define CAME                                                                   \
    "read 9 unchanged 4 merged 2 invalid 1 | update 4 billing.street, create " \
    "13"

Test(plan_same, of_a_csv_with_every_awkward_row)
{
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, PLAIN}), CAME);
}

Test(plan_same, whatever_ends_its_lines_or_stands_before_them)
{
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, CR_LF}), CAME);
}

Test(plan_same, with_a_byte_order_mark)
{
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, MARKED}), CAME);
}

/* Of these no byte can be read again where it lies. */
Test(plan_same, of_bytes_that_are_converted)
{
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, WIDE}), CAME);
}

Test(plan_same, of_bytes_that_are_unpacked)
{
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, PACKED}), CAME);
}

Test(plan_same, of_standard_input)
{
    policy.format = "csv";
    SAME((&(struct nights){{"night.csv"}, {FIRST}, {SECOND}, PIPED}), CAME);
}

Test(plan_same, of_several_files)
{
    SAME((&(struct nights){{"a.csv", "b.csv"},
                           {HEAD ANN BOB CLEO CLEO DAN, HEAD CLEO AGAIN EVE},
                           {HEAD AGAIN ANN BOB EVE, HEAD DAN2 CLEO GUS EVE},
                           PLAIN}),
         "read 8 unchanged 4 merged 2 | update 2 billing.street, create 4");
}

/* 200 rows of which some have another name; each longer than the last. */
static const char *crowd(int changed)
{
    struct buffer out = {0};
    const char *string;

    buffer_string(&out, "id,name,email,mobile,what\n");
    for (int i = 0; i < 200; i++)
        buffer_print(&out, "K-%d,Shop %d%s,k%d@example.com,0491 57%04d,%0*d\n",
                     i, i, i % 10 == 0 && i < changed ? " Pty" : "", i, i,
                     20 * i, i);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

Test(plan_same, of_more_rows_than_are_in_memory_at_once)
{
    SAME((&(struct nights){{"night.csv"}, {crowd(0)}, {crowd(41)}, CR_LF}),
         "read 200 unchanged 195 | update 2 name, update 12 name,"
         " update 22 name, update 32 name, update 42 name");
}

/* --- JSON, NDJSON, XML ----------------------------------------------------*/

#define J_ANN "{\"id\":\"1\",\"name\":\"Ann {]\",\"email\":\"ann@example.com\"}"
#define J_BOB                                                                  \
    "{\"id\":2,\"name\":\"Bob \\\"Bo\\\" "                                     \
    "\\u0042\\\\\",\"email\":\"bob@example.com\",\"billing\":{\"city\":\"X\"}" \
    "}"
#define J_DAN   "{\"id\":4,\"name\":\"Dan\",\"email\":\"dan@example.com\"}"
#define J_DAN2  "{\"id\":4,\"name\":\"Dan D\",\"email\":\"dan@example.com\"}"
#define J_DAN3  "{\"email\":\"DAN@example.com\",\n\"id\" : 4}"
#define J_TWICE "{\"id\":5,\"id\":6}"
#define J_GUS   "{\"id\":8,\"name\":\"Gus\",\"email\":\"gus@example.com\"}"

Test(plan_same, of_a_json_list)
{
    SAME((&(struct nights){{"night.json"},
                           {"[" J_ANN "," J_BOB ",\n" J_BOB ", " J_DAN
                            "," J_DAN3 "," J_TWICE ",7]"},
                           {"[7," J_DAN2 "," J_BOB "," J_DAN3 "," J_ANN
                            "," J_GUS "," J_TWICE "," J_ANN "]\n"},
                           MARKED}),
         "read 8 unchanged 2 merged 2 invalid 2 | update 1 name, create 2");
}

Test(plan_same, of_ndjson)
{
    SAME((&(struct nights){
             {"night.ndjson"},
             {J_ANN "\n" J_BOB " \n\n" J_BOB "\n" J_DAN "\n" J_TWICE "\n7\n"},
             {"7\n" J_DAN2 "\n" J_BOB "\n" J_ANN "\n" J_GUS "\n" J_TWICE
              "\n" J_ANN},
             CR_LF}),
         "read 7 unchanged 2 merged 1 invalid 2 | update 2 name, create 5");
}

#define X_ANN                                                                  \
    "<c id='1' x=\"&lt;c>\"><name>Ann &amp; "                                  \
    "A</name><email>ann@example.com</email></c>"
#define X_BOB                                                                  \
    "<c id='2'><name><![CDATA[Bob "                                            \
    "<c>]]></name><tags>é</tags><email>bob@example.com</email></c>"
#define X_DAN  "<c id='4'><name>Dan</name><email>dan@example.com</email></c>"
#define X_DAN2 "<c id='4'><name>Dan D</name><email>dan@example.com</email></c>"
#define X_GUS  "<c id='8'><name>Gus</name><email>gus@example.com</email></c>"

Test(plan_same, of_xml)
{
    SAME((&(struct nights){
             {"night.xml"},
             {"<?xml version='1.0'?>\n<all>" X_ANN "<!-- <c> -->" X_BOB
              "\n" X_BOB X_DAN "</all>"},
             {"<all>\n" X_DAN2 X_GUS X_BOB X_ANN "<?c <c> ?>" X_ANN "</all>"},
             PLAIN}),
         "read 5 unchanged 2 merged 1 | update 2 name, create 2");
}
