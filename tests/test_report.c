/*
 * test_report.c - the ledger balances, and says the same in every form.
 */
#include "formats/node.h"
#include "sync/codes.h"
#include "sync/report.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 2026-11-20T01:02:03Z */
static const int64_t STARTED = 1795136523000;

static struct report *make(void)
{
    struct report *report = report_open();
    struct client_stats stats = {
        .total = 7, .retries = 2, .throttled_ms = 1500};

    stats.by_status[200] = 4;
    stats.by_status[201] = 3;
    report_about(report, "sync", 12, "nightly", "shopify:export.csv",
                 "shop:", STARTED);
    report_read(report, 6);
    report_count(report, ROWS_CREATED, 3);
    report_count(report, ROWS_UNCHANGED, 2);
    report_count(report, ROWS_INVALID, 1);
    report_requests(report, &stats);
    report_strategy(report, &(struct report_strategy){.absence = "list",
                                                      .requests = 90,
                                                      .time_ms = 900000});
    report_problem(report, "export.csv", 17, "invalid", "bad_email", "email",
                   "\"%s\" is no address", "ann<b>");
    report_problem(report, "export.csv", 0, "warning", "title_line", "",
                   "passed over");
    return report;
}

/* Names of nodes are interned; each test is a process of its own. */
static struct names *names;

static void open_names(void)
{
    names = names_open();
}

static void close_names(void)
{
    names_close(names);
}

static struct node *parsed(const struct report *report, struct arena *arena)
{
    struct buffer out = {0};
    struct node *tree = NULL;
    struct err err;

    report_json(report, &out);
    cr_assert_null(memchr(out.at, '\n', out.size));
    cr_assert_eq(json_parse(buffer_view(&out), arena, names, &tree, &err), OK);
    buffer_free(&out);
    return tree;
}

TestSuite(report, .timeout = 10, .init = open_names, .fini = close_names);

static const char *at(const struct node *tree, const char *a, const char *b)
{
    static char text[200];
    const struct node *node = node_member(tree, a);
    struct text value;

    value = b != NULL ? node_member_text(node, b) : node_member_text(tree, a);
    (void)snprintf(text, sizeof(text), "%.*s", TEXT_ARGS(value));
    return text;
}

Test(report, balances_when_every_row_is_in_one_column)
{
    struct report *report = make();

    cr_assert(report_balanced(report));
    report_read(report, 1);
    cr_assert_not(report_balanced(report));
    report_count(report, ROWS_PENDING, 1);
    cr_assert(report_balanced(report));
    report_close(report);
}

Test(report, ends_with_one_when_some_rows_did_not_get_there)
{
    static const enum column troubles[] = {ROWS_INVALID, ROWS_CONFLICT,
                                           ROWS_REJECTED, ROWS_FAILED};

    for (size_t i = 0; i < 4; i++) {
        struct report *report = report_open();

        report_count(report, ROWS_SKIPPED, 1);
        report_count(report, ROWS_PENDING, 1);
        cr_assert_eq(report_exit(report, true), EXIT_DONE);
        report_count(report, troubles[i], 1);
        cr_assert_eq(report_exit(report, true), EXIT_SOME);
        report_close(report);
    }
}

Test(report, ends_with_try_later_when_rows_are_pending_that_nobody_held_back)
{
    struct report *report = report_open();

    cr_assert_eq(report_exit(report, false), EXIT_DONE);
    report_count(report, ROWS_PENDING, 1);
    report_count(report, ROWS_FAILED, 1);
    cr_assert_eq(report_exit(report, false), EXIT_TRYLATER);
    report_unanswered(report);
    cr_assert_eq(report_exit(report, false), EXIT_UNAVAILABLE);
    cr_assert_eq(report_exit(report, true), EXIT_SOME);
    report_close(report);
}

Test(report, as_json_has_the_members_of_the_contract)
{
    struct arena *arena = arena_open();
    struct report *report = make();
    const struct node *tree, *problem;

    report_finish(report, 1, STARTED + 60000);
    tree = parsed(report, arena);
    cr_assert_str_eq(at(tree, "run", NULL), "12");
    cr_assert_str_eq(at(tree, "command", NULL), "sync");
    cr_assert_str_eq(at(tree, "job", NULL), "nightly");
    cr_assert_str_eq(at(tree, "from", NULL), "shopify:export.csv");
    cr_assert_str_eq(at(tree, "to", NULL), "shop:");
    cr_assert_str_eq(at(tree, "started_at", NULL), "2026-11-20T01:02:03Z");
    cr_assert_str_eq(at(tree, "finished_at", NULL), "2026-11-20T01:03:03Z");
    cr_assert_str_eq(at(tree, "exit", NULL), "1");
    cr_assert_str_eq(at(tree, "rows", "read"), "6");
    cr_assert_str_eq(at(tree, "rows", "created"), "3");
    cr_assert_str_eq(at(tree, "rows", "pending"), "0");
    cr_assert_eq(node_count(node_member(tree, "rows")), ROWS_COLUMNS + 1);
    cr_assert_str_eq(at(tree, "requests", "total"), "7");
    cr_assert_str_eq(at(tree, "requests", "throttled_ms"), "1500");
    cr_assert_eq(
        node_count(node_member(node_member(tree, "requests"), "by_status")), 2);
    cr_assert_str_eq(at(tree, "strategy", "absence"), "list");
    cr_assert_eq(node_member(node_member(tree, "strategy"), "bulk")->kind,
                 NODE_FALSE);
    cr_assert_str_eq(at(tree, "codes", "bad_email"), "1");

    problem = node_member(tree, "problems")->last;
    cr_assert_str_eq(at(problem, "line", NULL), "17");
    cr_assert_str_eq(at(problem, "field", NULL), "email");
    cr_assert_str_eq(at(problem, "message", NULL), "\"ann<b>\" is no address");
    problem = node_member(tree, "problems")->first;
    cr_assert_null(node_member(problem, "line"));
    cr_assert_null(node_member(problem, "field"));
    report_close(report);
    arena_close(arena);
}

Test(report, keeps_the_first_problems_whole_and_counts_all)
{
    struct arena *arena = arena_open();
    struct report *report = report_open();
    const struct node *tree;

    report_about(report, "sync", 1, NULL, "a.csv", "b.csv", STARTED);
    for (uint64_t i = 1; i <= PROBLEMS_MAX + 500; i++)
        report_problem(report, "a.csv", i, "warning", "bad_phone", "phone",
                       "no number");
    tree = parsed(report, arena);
    cr_assert_eq(node_count(node_member(tree, "problems")), PROBLEMS_MAX);
    cr_assert_str_eq(at(tree, "codes", "bad_phone"), "1500");
    cr_assert_null(node_member(tree, "job"));
    report_close(report);
    arena_close(arena);
}

Test(report, problems_of_one_file_are_in_order_of_line)
{
    static const uint64_t lines[] = {5, 2, 9, 2, 0};
    struct arena *arena = arena_open();
    struct report *report = report_open();
    const struct node *problem;
    char codes_in_order[6] = "";

    for (size_t i = 0; i < 5; i++) {
        char code[2] = {(char)('a' + i), '\0'};

        report_problem(report, "a.csv", lines[i], "warning", code, "", "x");
    }
    report_finish(report, 0, STARTED);
    problem = node_member(parsed(report, arena), "problems")->first;
    for (size_t i = 0; i < 5; i++, problem = problem->next)
        codes_in_order[i] = at(problem, "code", NULL)[0];
    cr_assert_str_eq(codes_in_order, "ebdac");
    report_close(report);
    arena_close(arena);
}

Test(report, never_cuts_a_message_inside_a_character)
{
    struct arena *arena = arena_open();
    struct report *report = report_open();
    char long_text[3001];

    for (size_t i = 0; i < 3000; i += 2)
        memcpy(long_text + i, "\xc3\xa9", 2);
    long_text[3000] = '\0';
    report_problem(report, "a.csv", 1, "warning", "x", "", "x%s", long_text);
    (void)parsed(report, arena);
    report_close(report);
    arena_close(arena);
}

static void text_has(const struct report *report, bool plan, const char *words)
{
    struct buffer out = {0};

    report_text(report, plan, &out);
    buffer_byte(&out, '\0');
    cr_assert(strstr(out.at, words) != NULL, "no '%s' in:\n%s", words, out.at);
    buffer_free(&out);
}

static void text_lacks(const struct report *report, bool plan,
                       const char *words)
{
    struct buffer out = {0};

    report_text(report, plan, &out);
    buffer_byte(&out, '\0');
    cr_assert(strstr(out.at, words) == NULL, "'%s' in:\n%s", words, out.at);
    buffer_free(&out);
}

Test(report, as_text_is_a_table_and_the_problems_by_code)
{
    struct report *report = make();

    text_has(report, false,
             "run 12 nightly: shopify:export.csv -> shop:\n"
             "  read       6\n"
             "  created    3\n"
             "  updated    0\n"
             "  unchanged  2\n"
             "  invalid    1\n"
             "  requests   7  2 repeated, waited 2 s for the provider's "
             "limit\n"
             "problems:\n"
             "  bad_email (1 invalid)\n"
             "    export.csv:17: email: \"ann<b>\" is no address\n"
             "    -> ");
    text_has(report, false, code_remedy("bad_email"));
    text_has(report, false,
             "\nwarnings:\n"
             "  title_line (1)\n"
             "    export.csv: passed over\n");
    text_has(report, true,
             "  way        the whole list is read once to find who is there "
             "already\n"
             "  cost       about 90 requests, about 15 minutes\n");
    report_close(report);
}

Test(report, as_text_names_its_ends_without_moving_a_terminals_cursor)
{
    struct report *report = report_open();
    struct buffer out = {0};

    report_about(report, "sync", 3, NULL, "a\x1b[2J\xff.csv", "b\n.json",
                 STARTED);
    report_text(report, false, &out);
    cr_assert(text_starts(buffer_view(&out), "run 3: a?[2J?.csv -> b .json\n"),
              "%.*s", TEXT_ARGS(buffer_view(&out)));
    buffer_free(&out);
    report_close(report);
}

Test(report, as_text_tells_the_time_of_a_run_that_took_long)
{
    struct report *report = make();

    report_finish(report, EXIT_SOME, STARTED + 9999);
    text_lacks(report, false, "took");
    report_finish(report, EXIT_SOME, STARTED + 14 * 60000);
    text_has(report, false, "\n  took       about 14 minutes\n");
    report_close(report);
}

Test(report, as_text_says_what_pending_rows_will_be)
{
    struct report *report = make();

    report_count(report, ROWS_PENDING, 12);
    report_strategy(report, &(struct report_strategy){.creates = 10,
                                                      .updates = 2,
                                                      .deactivations = 1});
    text_has(report, true, "\n  pending    12  to create 10, to update 2\n");
    text_has(report, true, "\n  deactivate 1\n");
    text_has(report, false, "  the next run goes on with them\n");
    report_close(report);
}

static size_t lines_of(const struct report *report)
{
    struct buffer out = {0};
    size_t lines = 0;

    report_text(report, false, &out);
    for (size_t i = 0; i < out.size; i++)
        lines += out.at[i] == '\n';
    buffer_free(&out);
    return lines;
}

Test(report, as_text_is_never_a_wall)
{
    struct report *report = report_open();

    for (uint64_t i = 0; i < 3000; i++)
        report_problem(report, "a.csv", i + 2, "warning", "bad_email", "email",
                       "\"%d\" is none", (int)i);
    /* Those come after a thousand others, and have their lines. */
    for (uint64_t i = 0; i < 400; i++)
        report_problem(report, "a.csv", i + 4000, "invalid", "nobody", "",
                       "nobody");
    text_has(report, false,
             "problems:\n"
             "  nobody (400 invalid)\n"
             "    a.csv:4000: nobody\n"
             "    a.csv:4001: nobody\n"
             "    a.csv:4002: nobody\n"
             "    and 397 more\n");
    text_has(report, false, "warnings:\n  bad_email (3000)\n    a.csv:2: ");
    text_has(report, false, "\n    and 2983 more\n");
    text_has(report, false, "\n--report FILE has the first thousand of them");
    cr_assert_leq(lines_of(report), 40);
    report_close(report);
}

Test(report, as_text_shares_a_screen_among_the_codes)
{
    struct report *report = report_open();
    char code[20];

    for (int i = 0; i < 30; i++)
        for (uint64_t k = 0; k < 5; k++) {
            (void)snprintf(code, sizeof(code), "code_%d", i);
            report_problem(report, "a.csv", k + 1, "warning", code, "", "so");
        }
    text_has(report, false, "  code_19 (5)\n    a.csv:1: so\n    and 4 more\n");
    text_has(report, false, "\n  and code_20 (5), code_21 (5), ");
    text_has(report, false, "\n--report FILE has all of them line by line\n");
    cr_assert_leq(lines_of(report), 70);
    report_close(report);
}

Test(report, as_text_says_which_is_which_when_a_code_is_both)
{
    struct report *report = report_open();

    report_problem(report, "a.csv", 2, "conflict", "gone", "", "away");
    report_problem(report, "a.csv", 3, "warning", "gone", "", "seen");
    report_problem(report, "a.csv", 4, "warning", "gone", "", "\033[2Jseen");
    text_has(report, false,
             "  gone (1 in conflict, 2 warnings)\n"
             "    a.csv:2: conflict: away\n"
             "    a.csv:3: warning: seen\n"
             "    a.csv:4: warning: ?[2Jseen\n");
    report_close(report);
}

static struct text file_content(const char *path)
{
    static char content[100000];
    FILE *file = fopen(path, "rb");
    size_t size;

    cr_assert_not_null(file);
    size = fread(content, 1, sizeof(content) - 1, file);
    content[size] = '\0';
    (void)fclose(file);
    return (struct text){content, size};
}

Test(report, as_a_page_escapes_what_strangers_wrote)
{
    struct report *report = make();
    char path[] = "/tmp/custsync-test-XXXXXX.html";
    int fd = mkstemps(path, 5);
    struct text page;
    struct err err;

    cr_assert_geq(fd, 0);
    (void)close(fd);
    report_problem(report, "a\x01\xff.csv", 1, "invalid", "nobody", "",
                   "a name no file should have");
    cr_assert_eq(report_file(report, path, &err), OK, "%s", err.message);
    page = file_content(path);
    cr_assert(text_is_utf8(page));
    cr_assert_lt(text_find(page, "a\uFFFD\uFFFD.csv:1"), page.size);
    cr_assert_eq(text_find(page, "\x01"), page.size);
    cr_assert(text_starts(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
    cr_assert_lt(text_find(page, "ann&lt;b&gt;"), page.size);
    cr_assert_eq(text_find(page, "ann<b>"), page.size);
    cr_assert_eq(text_find(page, "<td/>"), page.size);
    cr_assert_lt(text_find(page, "</html>"), page.size);
    (void)unlink(path);
    report_close(report);
}

Test(report, as_a_file_that_cannot_be_made_is_an_error)
{
    struct report *report = make();
    struct err err;

    cr_assert_eq(report_file(report, "/nonexistent/r.json", &err), STOP);
    cr_assert_eq(err.exit, EXIT_CANTCREAT);
    report_close(report);
}

Test(report, codes_are_in_order_and_each_has_a_remedy)
{
    for (const struct code *code = codes; code->name != NULL; code++) {
        cr_assert_gt(strlen(code->meaning), 0);
        cr_assert_gt(strlen(code->remedy), 0);
        if (code[1].name != NULL)
            cr_assert_lt(strcmp(code->name, code[1].name), 0, "%s",
                         code[1].name);
    }
    cr_assert_null(code_remedy("no_such_code"));
}

/* Values of people stand where they were asked for, and no flood hides one. */
Test(report, edits_that_gave_way_have_lines_of_their_own)
{
    static char many[EDIT_VALUE_MAX + 10];
    struct report *report = report_open();
    struct buffer json = {0}, words = {0};
    struct report_edit edit = {.kept = "target",
                               .source = TEXT("0491570156"),
                               .target = TEXT("0491570157")};

    for (uint64_t i = 0; i < PROBLEMS_MAX + 5; i++)
        report_problem(report, "a.csv", i + 1, "warning", "x", "", "x");
    report_edit(report, "a.csv", 7, "both_changed", "mobile", &edit,
                "changed on both sides; %s has it", "books");
    memset(many, 'n', sizeof(many));
    edit.source = (struct text){many, sizeof(many)};
    report_edit(report, "a.csv", 8, "edit_replaced", "notes", &edit, "so");
    report_finish(report, 0, STARTED);
    report_json(report, &json);
    buffer_byte(&json, '\0');
    cr_assert_not_null(strstr(json.at, "\"kept\":\"target\",\"source\":"
                                       "\"0491570156\",\"target\":"
                                       "\"0491570157\""));
    cr_assert_eq(strspn(strchr(strstr(json.at, "\"nnn"), 'n'), "n"),
                 EDIT_VALUE_MAX);
    report_text(report, false, &words);
    buffer_byte(&words, '\0');
    cr_assert_null(strstr(words.at, "0491570156"));
    cr_assert_not_null(strstr(words.at, "and 987 more"));
    buffer_free(&json);
    buffer_free(&words);
    report_close(report);
}
