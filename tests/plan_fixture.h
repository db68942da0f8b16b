/*
 * plan_fixture.h - nights of a source: plan over a small CSV file, then settle
 * by hand what a push would have sent.
 *
 * A night is told in one line: the rows of the ledger that are not 0, a bar,
 * the changes ("update 2 email": of line 2, that field), a bar, the problems.
 */
#ifndef TESTS_PLAN_FIXTURE_H
#define TESTS_PLAN_FIXTURE_H

#include "tests/store_fixture.h"

#include <string.h>

#include "sync/plan.h"

enum { CHANGES_MAX = 300 };

static struct names *names;
static struct store *store;
static struct config *config;
static const struct account *account;
static store_id account_id, source_id;
static struct policy policy;
static struct plan_totals totals;
static const char *night_file = "night.csv";
static char last_message[400]; /* of the last problem told */

static inline void write_file(const char *name, const char *text)
{
    FILE *file = fopen(arena_print(arena, "%s/%s", folder, name).at, "w");

    cr_assert_not_null(file);
    cr_assert(fputs(text, file) >= 0);
    cr_assert_eq(fclose(file), 0);
}

static inline void use_source(const char *name)
{
    policy.source = name;
    ok(store_source(store, "file", name, &source_id, &err));
}

static inline void use_account(const char *name)
{
    bool renamed;

    account = config_account(config, text_of(name));
    cr_assert_not_null(account);
    ok(store_account(store, account->provider->name, account->base_url,
                     account->tenant, account->name, &account_id, &renamed,
                     &err));
}

static inline void open_nights(void)
{
    folder_make();
    names = names_open();
    cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
    umask(077);
    write_file("custsync.yaml",
               "region: AU\n"
               "accounts:\n"
               "  books: {provider: count, client_id: ci, client_secret: cs,"
               " refresh_token: rt}\n"
               "  shop: {provider: kounta, company: 1, client_id: ci,"
               " client_secret: cs, refresh_token: rt}\n");
    ok(config_load(&config, arena_print(arena, "%s/custsync.yaml", folder).at,
                   &err));
    store = open_as(STORE_WRITE);
    policy_defaults(&policy);
    use_account("books");
    use_source("crm");
}

static inline void close_nights(void)
{
    store_close(store);
    config_close(config);
    names_close(names);
    folder_remove();
}

static inline void say_problems(const struct report *report, struct buffer *out)
{
    struct buffer json = {0};
    struct node *tree;

    report_json(report, &json);
    ok(json_parse(buffer_view(&json), arena, names, &tree, &err));
    for (const struct node *problem = node_member(tree, "problems")->first;
         problem != NULL; problem = problem->next) {
        buffer_print(out, " %.*s:%.*s",
                     TEXT_ARGS(node_member_text(problem, "line")),
                     TEXT_ARGS(node_member_text(problem, "code")));
        (void)snprintf(last_message, sizeof(last_message), "%.*s",
                       TEXT_ARGS(node_member_text(problem, "message")));
    }
    buffer_free(&json);
}

/* All of a state, in order. */
static inline size_t changes_in(enum change_state state,
                                struct change changes[CHANGES_MAX])
{
    size_t count;

    ok(store_changes(store, account_id, source_id, state, 0, arena, changes,
                     CHANGES_MAX, &count, &err));
    return count;
}

static inline void say_changes(struct buffer *out)
{
    static const char *const kinds[] = {"create", "update", "deactivate"};
    static struct change changes[CHANGES_MAX];
    size_t count = changes_in(CHANGE_PLANNED, changes);

    for (size_t i = 0; i < count; i++) {
        struct node *wanted;

        buffer_print(out, " %s", kinds[changes[i].kind]);
        if (changes[i].line > 0)
            buffer_print(out, " %llu", (unsigned long long)changes[i].line);
        ok(json_parse(changes[i].wanted, arena, names, &wanted, &err));
        for (const struct node *name = wanted->first; name != NULL;
             name = name->next)
            buffer_print(out, " %.*s", TEXT_ARGS(name->text));
        buffer_string(out, i + 1 < count ? "," : "");
    }
}

static inline enum status make_plan(const struct plan_sink *sink,
                                    const char *csv, struct report *report)
{
    struct endpoint from;
    struct planning planning = {
        .store = store,
        .report = report,
        .policy = &policy,
        .source_id = source_id,
        .account_id = sink != NULL ? 0 : account_id,
        .account = sink != NULL ? NULL : account,
        .target = account->provider->mapping,
    };
    enum status status;

    write_file(night_file, csv);
    ok(endpoint_parse(&from, arena_print(arena, "%s/%s", folder, night_file).at,
                      config, &err));
    if (sink != NULL)
        planning.sink = *sink;
    ok(source_open(&planning.source, &from, 1, &policy, config,
                   planning.account, &err));
    ok(rejects_open(&planning.rejects, NULL, planning.source, &policy, &err));
    ok(store_run_begin(store, "sync", "", "night.csv", "to", 1000,
                       &planning.run, &err));
    status = plan_make(&planning, &totals, &err);
    rejects_close(planning.rejects);
    source_close(planning.source);
    return status;
}

static inline const char *tell(const struct report *report)
{
    struct buffer out = {0};
    const char *string;

    buffer_print(&out, "read %llu",
                 (unsigned long long)report_rows(report, ROWS_COLUMNS));
    for (int column = 0; column < ROWS_COLUMNS; column++) {
        uint64_t count = report_rows(report, (enum column)column);

        if (count > 0)
            buffer_print(&out, " %s %llu", column_name((enum column)column),
                         (unsigned long long)count);
    }
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    return string;
}

/* One plan, told; the store keeps its changes as planned. */
static inline const char *night(const char *csv)
{
    struct report *report = report_open();
    struct buffer out = {0};
    const char *string;

    ok(make_plan(NULL, csv, report));
    buffer_print(&out, "%s |", tell(report));
    say_changes(&out);
    buffer_string(&out, " |");
    say_problems(report, &out);
    string = arena_string(arena, buffer_view(&out));
    buffer_free(&out);
    report_close(report);
    return string;
}

#define NIGHT(csv, wanted)                                                     \
    do {                                                                       \
        const char *got_ = night(csv);                                         \
        cr_expect_str_eq(got_, wanted, "\"%s\", wanted \"%s\"", got_, wanted); \
    } while (0)

/* --- what a push does when all goes well ----------------------------------*/

static inline void settle_keys(const struct change *change)
{
    struct store_key keys[KEY_COUNT];
    struct node *list;
    size_t count = 0;

    ok(json_parse(change->keys, arena, names, &list, &err));
    for (const struct node *pair = list->first; pair != NULL;
         pair = pair->next) {
        enum key key;

        cr_assert(key_named(pair->first->text, &key));
        keys[count++] =
            (struct store_key){.kind = (int)key, .value = pair->last->text};
    }
    ok(store_customer_keys_put(store, change->customer, change->source, keys,
                               count, &err));
}

static inline void settle_prints(const struct change *change)
{
    struct fingerprint prints[CHANGES_MAX];
    struct change_row *rows;
    size_t count;

    ok(store_change_rows(store, change->id, arena, &rows, &count, &err));
    cr_assert(count <= CHANGES_MAX);
    for (size_t i = 0; i < count; i++)
        prints[i] = rows[i].print;
    if (count > 0 && rows[0].role == ROLE_ANEW)
        count = 0;
    ok(store_fingerprints_put(store, change->source, change->account,
                              change->customer, prints, count, &err));
}

static inline void settle(struct change *change)
{
    struct link link;

    ok(store_link_of(store, account_id, change->customer, arena, &link, &err));
    if (link.id == 0)
        link = (struct link){
            .account = account_id,
            .customer = change->customer,
            .remote_id =
                arena_print(arena, "r%lld", (long long)change->customer),
            .reference_source = source_id,
            .held_full = true,
        };
    link.held = change->values;
    ok(store_link_put(store, &link, &err));
    if (change->kind != CHANGE_DEACTIVATE) {
        ok(store_said_put(store, source_id, link.id, change->values, &err));
        settle_keys(change);
        settle_prints(change);
    }
    change->state = CHANGE_DONE;
    change->link = link.id;
    change->remote_id = link.remote_id;
    ok(store_change_put(store, change, &err));
}

static inline size_t settle_all(void)
{
    static struct change changes[CHANGES_MAX];
    size_t count;

    ok(store_begin(store, &err));
    count = changes_in(CHANGE_PLANNED, changes);
    for (size_t i = 0; i < count; i++)
        settle(&changes[i]);
    ok(store_commit(store, &err));
    return count;
}

#endif
